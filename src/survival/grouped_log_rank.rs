//! The log-rank test of groups whose times are known by intervals only.
//!
//! In each interval the events d are shared out by the numbers at risk, half of the censored counted (n′ = n − c/2):
//! E_j = d·n′_j/n′, V_jk = d(n′−d)/(n′−1)·(n′_j/n′)(δ_jk − n′_k/n′) (Mantel 1966, Cancer Chemother Rep 50:163, who wrote the test for
//! life tables). Groups are compared with all their events, those of the open interval too. R: `survdiff` where half of the censored
//! of each interval are put before its events and half after.

use serde::Serialize;

use super::Reason;
use super::life_table::Counts;
use crate::num::{chi_squared, quadratic};

/// One group of the test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Group {
    /// Patients.
    pub n: u64,
    /// Events.
    pub observed: f64,
    /// Expected events under equal hazards.
    pub expected: f64,
}

/// A log-rank test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupedLogRank {
    /// Chi-squared statistic; `None` where no two groups are at risk together at an event.
    pub statistic: Option<f64>,
    /// Rank of the variance.
    pub df: usize,
    /// Upper tail of the statistic.
    pub p_value: Option<f64>,
    /// The groups in order.
    pub groups: Vec<Group>,
    /// Why there is no statistic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// Tests whether the groups have one hazard. The intervals are the same for all groups.
pub fn test(groups: &[Counts]) -> GroupedLogRank {
    let k = groups.len();
    let effective: Vec<Vec<f64>> = groups.iter().map(Counts::effective).collect();
    let mut out: Vec<Group> = groups
        .iter()
        .map(|counts| Group { n: counts.n_risk().first().copied().unwrap_or(0), observed: 0.0, expected: 0.0 })
        .collect();
    let mut variance = vec![0.0; k * k];
    let intervals = groups.iter().map(|counts| counts.n_event.len()).min().unwrap_or(0);
    for i in 0..intervals {
        let events = groups.iter().map(|counts| counts.n_event[i]).sum::<u64>() as f64;
        let at_risk: f64 = effective.iter().map(|own| own[i]).sum();
        if events == 0.0 || at_risk <= 0.0 {
            continue;
        }
        for (j, group) in out.iter_mut().enumerate() {
            group.observed += groups[j].n_event[i] as f64;
            group.expected += events * effective[j][i] / at_risk;
        }
        if at_risk > 1.0 {
            let factor = events * (at_risk - events) / (at_risk - 1.0);
            for j in 0..k {
                let share = factor * effective[j][i] / at_risk;
                for (other, cell) in variance[j * k..(j + 1) * k].iter_mut().enumerate() {
                    *cell -= share * effective[other][i] / at_risk;
                }
                variance[j * k + j] += share;
            }
        }
    }
    let difference: Vec<f64> = out.iter().map(|group| group.observed - group.expected).collect();
    let (form, rank) = quadratic::form(&difference, &variance);
    let statistic = (rank > 0).then_some(form);
    GroupedLogRank {
        statistic,
        df: rank,
        p_value: statistic.map(|statistic| chi_squared::upper(statistic, rank)),
        groups: out,
        reason: statistic.is_none().then_some(Reason::NoComparison),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const R_THREE: f64 = 8.426119582075708;
    const R_EXPECTED: [f64; 3] = [29.058069792802616, 28.653536730445126, 16.288393476752255];
    const R_TWO: [f64; 2] = [1.2075537997936794, 0.27181712726263135];

    fn close(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance * want.abs(), "{got} instead of {want}");
    }

    /// Four against four. (0, 3]: group 1 has an event and two censorings, n′ = 3; group 2 two events, n′ = 4; E₁ = 3·3/7 = 9/7,
    /// V = 3·4/6·(3/7)(4/7) = 24/49. Later: one at risk with an event, two at risk with one event and one censored, n′ = 1 and 3/2:
    /// E₁ = 2·1/2.5 = 4/5, V = 2·0.5/1.5·(2/5)(3/5) = 4/25.
    #[test]
    fn by_hand() {
        let a = Counts { n_event: &[1, 1], n_censor: &[2, 0] };
        let b = Counts { n_event: &[2, 1], n_censor: &[0, 1] };
        let test = test(&[a, b]);
        close(test.groups[0].expected, 9.0 / 7.0 + 0.8, 1e-12);
        assert_eq!((test.groups[0].observed, test.groups[1].n, test.df), (2.0, 4, 1));
        let difference = 2.0 - 9.0 / 7.0 - 0.8;
        close(test.statistic.unwrap(), difference * difference / (24.0 / 49.0 + 4.0 / 25.0), 1e-10);
    }

    /// The constants of tests/reference/life_table.R.
    #[test]
    fn of_r() {
        let groups = [
            Counts { n_event: &[4, 7, 0, 9, 5, 3], n_censor: &[2, 0, 6, 2, 4, 8] },
            Counts { n_event: &[2, 3, 4, 6, 1, 5], n_censor: &[4, 2, 2, 0, 6, 10] },
            Counts { n_event: &[8, 6, 5, 2, 2, 2], n_censor: &[0, 2, 4, 4, 2, 2] },
        ];
        let three = test(&groups);
        close(three.statistic.unwrap(), R_THREE, 1e-10);
        assert_eq!(three.df, 2);
        for (group, expected) in three.groups.iter().zip(R_EXPECTED) {
            close(group.expected, expected, 1e-12);
        }
        close(test(&groups[..2]).statistic.unwrap(), R_TWO[0], 1e-10);
        close(test(&groups[..2]).p_value.unwrap(), R_TWO[1], 1e-10);
    }

    #[test]
    fn at_the_edges() {
        let none = Counts { n_event: &[0, 0], n_censor: &[3, 3] };
        let some = Counts { n_event: &[2, 1], n_censor: &[0, 3] };
        assert_eq!(test(&[none, none]).reason, Some(Reason::NoComparison));
        assert_eq!(test(&[some]).statistic, None);
        assert_eq!(test(&[]).statistic, None);
        assert!(test(&[none, some]).statistic.unwrap() > 0.0);
        let nobody = Counts { n_event: &[0, 0], n_censor: &[0, 0] };
        assert_eq!(test(&[some, nobody]).reason, Some(Reason::NoComparison));
    }
}
