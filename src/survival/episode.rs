//! Rows of one subject that follow each other (rule 28).
//!
//! A subject whose covariate or group changes is observed in several rows, each entering where the one before ends. The
//! end of such a row is not the end of follow-up: within a group the rows are one, and into another group the subject
//! leaves the first, which is not a censoring. R: `survfit(Surv(entry, time, event) ~ group, id = id)`, which counts
//! leaving as censoring.

use crate::num::order;

/// Rows of subjects, in any order; all slices have the same length.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// Subject of each row.
    pub id: &'a [u32],
    /// Group of each row.
    pub group: &'a [u32],
    /// Entry of each row, before its end.
    pub entry: &'a [f64],
    /// End of each row.
    pub time: &'a [f64],
    /// Whether the row ends in the event.
    pub event: &'a [bool],
    /// Case weights.
    pub weight: Option<&'a [f64]>,
}

/// Stretches of observation: rows of one subject, group and weight that follow each other are one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Episodes {
    /// Subject of each stretch, ascending.
    pub id: Vec<u32>,
    /// Group of each stretch.
    pub group: Vec<u32>,
    /// Entry of the first row.
    pub entry: Vec<f64>,
    /// End of the last row.
    pub time: Vec<f64>,
    /// Whether the last row ends in the event.
    pub event: Vec<bool>,
    /// Case weights, if the rows have them.
    pub weight: Option<Vec<f64>>,
    /// Whether the subject goes on in another stretch: leaving, not censored.
    pub leaves: Vec<bool>,
}

/// Joins the rows that follow each other, in the order of subjects and entries. An event ends a stretch, though the
/// subject may be observed further. Linear time.
pub fn join(rows: &Rows) -> Episodes {
    let weight_of = |i: usize| rows.weight.map_or(1.0, |weight| weight[i]);
    let order = order::ascending_within(rows.entry, rows.id).rows;
    let mut out = Episodes { weight: rows.weight.map(|_| Vec::new()), ..Episodes::default() };
    let mut before: Option<usize> = None;
    for &i in &order {
        let i = i as usize;
        let follows = before.filter(|&b| rows.id[b] == rows.id[i] && rows.time[b] == rows.entry[i] && !rows.event[b]);
        before = Some(i);
        let last = out.time.len().wrapping_sub(1);
        if let Some(b) = follows {
            if rows.group[b] == rows.group[i] && weight_of(b) == weight_of(i) {
                out.time[last] = rows.time[i];
                out.event[last] = rows.event[i];
                continue;
            }
            out.leaves[last] = true;
        }
        out.id.push(rows.id[i]);
        out.group.push(rows.group[i]);
        out.entry.push(rows.entry[i]);
        out.time.push(rows.time[i]);
        out.event.push(rows.event[i]);
        out.leaves.push(false);
        if let Some(weight) = &mut out.weight {
            weight.push(weight_of(i));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::Sample;
    use crate::survival::kaplan_meier::{AtRiskRule, KmOptions, fit, fit_leaving};

    /// Subject 1 in three rows and two groups, out of order; 2 with a gap; 3 observed on after an event.
    #[test]
    fn rows_that_follow_are_one() {
        let rows = Rows {
            id: &[1, 2, 1, 3, 1, 2, 3],
            group: &[0, 0, 0, 0, 1, 0, 0],
            entry: &[2.0, 0.0, 0.0, 0.0, 5.0, 4.0, 3.0],
            time: &[5.0, 3.0, 2.0, 3.0, 9.0, 6.0, 8.0],
            event: &[false, false, false, true, true, true, false],
            weight: None,
        };
        let joined = join(&rows);
        assert_eq!(joined.id, [1, 1, 2, 2, 3, 3]);
        assert_eq!(joined.group, [0, 1, 0, 0, 0, 0]);
        assert_eq!(joined.entry, [0.0, 5.0, 0.0, 4.0, 0.0, 3.0]);
        assert_eq!(joined.time, [5.0, 9.0, 3.0, 6.0, 3.0, 8.0]);
        assert_eq!(joined.event, [false, true, false, true, true, false]);
        assert_eq!(joined.leaves, [true, false, false, false, false, false]);
        assert_eq!(
            join(&Rows { id: &[], group: &[], entry: &[], time: &[], event: &[], weight: None }),
            Episodes::default()
        );
    }

    #[test]
    fn a_change_of_weight_is_not_joined() {
        let rows = Rows {
            id: &[1, 1, 1],
            group: &[0; 3],
            entry: &[0.0, 1.0, 2.0],
            time: &[1.0, 2.0, 3.0],
            event: &[false, false, true],
            weight: Some(&[1.0, 1.0, 2.0]),
        };
        let joined = join(&rows);
        assert_eq!((joined.time, joined.weight), (vec![2.0, 3.0], Some(vec![1.0, 2.0])));
        assert_eq!(joined.leaves, [true, false]);
    }

    /// Splitting follow-up into rows changes nothing.
    #[test]
    fn split_rows_give_the_whole_curve() {
        let (time, event) = ([2.0, 4.0, 5.0], [true, false, true]);
        let entry = [0.0; 3];
        let whole = Sample { entry: Some(&entry), time: &time, event: &event, weight: None };
        let joined = join(&Rows {
            id: &[0, 1, 1, 2, 2, 2],
            group: &[0; 6],
            entry: &[0.0, 0.0, 3.0, 0.0, 1.0, 4.0],
            time: &[2.0, 3.0, 4.0, 1.0, 4.0, 5.0],
            event: &[true, false, false, false, false, true],
            weight: None,
        });
        let sample = Sample { entry: Some(&joined.entry), time: &joined.time, event: &joined.event, weight: None };
        assert_eq!(fit(&sample, &KmOptions::default()), fit(&whole, &KmOptions::default()));
    }

    #[test]
    fn leaving_is_not_censoring() {
        let entry = [0.0; 4];
        let (time, event) = ([1.0, 2.0, 2.0, 3.0], [true, false, false, true]);
        let sample = Sample { entry: Some(&entry), time: &time, event: &event, weight: None };
        let curve = fit_leaving(&sample, &[false, true, false, false], &KmOptions::default());
        assert_eq!(curve.steps.n_censor, [0.0, 1.0, 0.0]);
        assert_eq!(curve.steps.n_leave, [0.0, 1.0, 0.0]);
        assert_eq!(curve.steps.n_risk, [4.0, 3.0, 1.0]);
        assert_eq!(curve.steps.estimate, fit(&sample, &KmOptions::default()).steps.estimate);
        let counts = curve.counts_at(3.0, AtRiskRule::Left);
        assert_eq!((counts.n_risk, counts.n_event, counts.n_censor, counts.n_leave, counts.n_entered), (1, 1, 1, 1, 4));
    }
}
