//! Curves of the results document as curves of a figure.

use crate::report::figure::kaplan_meier::Curve;
use crate::study::results;

/// The curves of a `kaplan_meier` analysis, in the order of its groups; `all` names a curve without a group.
///
/// Counts are of rows, also where the curve is weighted. The median is the quantile at 0.5, if it was asked for.
pub fn curves(curves: &[results::Curve], all: &str) -> Vec<Curve> {
    curves.iter().map(|curve| of(curve, all)).collect()
}

fn of(curve: &results::Curve, all: &str) -> Curve {
    let steps = &curve.steps;
    // Without weights the sums are whole numbers.
    let whole = |sums: &[f64]| sums.iter().map(|&sum| sum as usize).collect::<Vec<_>>();
    let rows = |counts: &[u32]| counts.iter().map(|&count| count as usize).collect::<Vec<_>>();
    let (n_event, n_censor, n_leave) = match &curve.raw {
        Some(raw) => (rows(&raw.n_event), rows(&raw.n_censor), rows(&raw.n_leave)),
        None => (whole(&steps.n_event), whole(&steps.n_censor), whole(&steps.n_leave)),
    };
    let median = curve.quantiles.iter().find(|quantile| quantile.prob == 0.5).and_then(|quantile| quantile.estimate);
    Curve {
        key: curve.group.clone().unwrap_or_default(),
        label: curve.group.clone().unwrap_or_else(|| all.to_owned()),
        n: curve.n,
        time: steps.time.clone(),
        estimate: steps.estimate.iter().copied().map(Some).collect(),
        conf_low: steps.conf_low.clone(),
        conf_high: steps.conf_high.clone(),
        n_event,
        n_censor,
        n_leave,
        entry: curve.entry.clone(),
        median,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::kaplan_meier::AtRiskRule;
    use crate::report::figure::risk_table::{self, Counts};
    use crate::study::results::Figures;
    use crate::{study, table};

    /// The curves of the one analysis of a study on a small file.
    fn run(csv: &str, endpoint: &str, options: &str) -> Vec<Curve> {
        let table = table::open(csv.as_bytes(), "small.csv").expect("a table");
        let study = format!(
            r#"{{"format": "riskset-study/1", "data": {{"file": "small.csv"}}, "endpoints": {{"E": {endpoint}}},
                "analyses": [{{"id": "a", "type": "kaplan_meier", "endpoint": "E" {options}}}]}}"#
        );
        let results = study::run(&study::read(&study).expect("a study"), &table).expect("results");
        match results.results[0].figures.as_ref() {
            Some(Figures::Curves { curves: found, .. }) => curves(found, "All patients"),
            _ => panic!("no curves: {:?}", results.results[0].error),
        }
    }

    #[test]
    fn groups_keep_their_order_names_and_counts() {
        let csv = "t,s,g,w\n1,1,≥ 5,2\n2,0,≥ 5,1.5\n3,1,≥ 5,1\n1,0,< 5,1\n4,1,< 5,3\n";
        let endpoint = r#"{"time": "t", "status": "s", "event": [1], "unit": "months"}"#;
        let all = run(csv, endpoint, "");
        assert_eq!((all[0].key.as_str(), all[0].label.as_str(), all[0].n), ("", "All patients", 5));
        for weights in ["", r#", "weights": "w""#] {
            let curves = run(csv, endpoint, &format!(r#", "by": "g"{weights}"#));
            let keys: Vec<&str> = curves.iter().map(|curve| curve.key.as_str()).collect();
            assert_eq!(keys, ["< 5", "≥ 5"]);
            assert_eq!(curves[1].n_event, [1, 0, 1]);
            assert_eq!(curves[1].n_censor, [0, 1, 0]);
            assert_eq!(curves[0].n, 2);
        }
        let curves = run(csv, endpoint, r#", "by": "g""#);
        assert_eq!(curves[1].median, Some(3.0));
    }

    #[test]
    fn late_entry_is_counted_from_the_rows() {
        let csv = "e,t,s\n0,5,1\n3,8,0\n5,9,1\n";
        let endpoint = r#"{"entry": "e", "time": "t", "status": "s", "event": [1], "unit": "days"}"#;
        let curves = run(csv, endpoint, "");
        let at = |tick| risk_table::counts(&curves[0], tick, AtRiskRule::Left);
        assert_eq!(at(0.0), Counts { at_risk: 1, censored: 0, events: 0 });
        assert_eq!(at(4.0), Counts { at_risk: 2, censored: 0, events: 0 });
        assert_eq!(at(6.0), Counts { at_risk: 2, censored: 0, events: 1 });
        assert_eq!(at(9.0), Counts { at_risk: 1, censored: 1, events: 1 });
    }
}
