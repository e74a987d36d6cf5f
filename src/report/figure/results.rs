//! From the results document to a figure.

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::report::figure::kaplan_meier::{self, AtRiskRule, Curve, Figure};
use crate::report::figure::scale::Unit;
use crate::report::figure::scene::Scene;
use crate::report::figure::sheet::Labels;
use crate::report::figure::{flow, missing_map, swimmer};
use crate::study::results::{self, EndpointResult, Figures, Results};

/// The analysis that is drawn, whatever the figure.
#[derive(Deserialize)]
struct Named {
    analysis: String,
}

/// The scene that `request` asks for: JSON text of the figure that belongs to the type of the analysis with the id `analysis`:
/// [`Figure`] (`kaplan_meier`), [`flow::Figure`], [`swimmer::Figure`] (`timeline`), [`missing_map::Figure`].
///
/// Figures, units and labels are taken from `results`.
///
/// # Errors
/// [`ErrorKind::FigureUnreadable`] for a request that is not of this shape; [`ErrorKind::BadOption`] for an id that is
/// no analysis of these results with a figure; the error of the analysis if it failed.
pub fn draw(request: &str, results: &Results) -> Result<Scene> {
    let Named { analysis } = read(request)?;
    let unknown = || {
        Error::new(ErrorKind::BadOption)
            .with("option", "analysis")
            .with("found", &analysis)
            .with("expected", "the id of a kaplan_meier, flow, timeline or missing_map analysis that was run")
    };
    let has_figure = |kind: &str| ["kaplan_meier", "flow", "timeline", "missing_map"].contains(&kind);
    let found = results.results.iter().find(|result| result.id == analysis && has_figure(&result.kind));
    let result = found.ok_or_else(unknown)?;
    if let Some(error) = &result.error {
        return Err(error.clone());
    }
    match &result.figures {
        Some(Figures::Curves { curves: found, .. }) => {
            let mut figure: Figure = read(request)?;
            if !names_at_risk_rule(request) {
                figure.options.at_risk_rule = at_risk_rule(result);
            }
            figure.curves = curves(found, &figure.words.all);
            figure.unit = match result.endpoint.as_ref().and_then(|name| results.endpoints.get(name)) {
                Some(EndpointResult::Derived(endpoint)) => Unit::named(&endpoint.unit),
                _ => Unit::Other,
            };
            Ok(kaplan_meier::build(&figure))
        }
        Some(Figures::Flow(flow)) => Ok(flow::build(&read(request)?, flow, &labels(results, "/endpoints"))),
        Some(Figures::Timeline(timeline)) => {
            Ok(swimmer::build(&read(request)?, timeline, &labels(results, "/data/columns")))
        }
        Some(Figures::MissingMap(map)) => {
            Ok(missing_map::build(&read(request)?, map, &labels(results, "/data/columns")))
        }
        _ => Err(unknown()),
    }
}

/// Whether the request says itself whose number is counted.
fn names_at_risk_rule(request: &str) -> bool {
    let request: Option<serde_json::Value> = serde_json::from_str(request).ok();
    request.is_some_and(|request| request.pointer("/options/at_risk_rule").is_some())
}

/// The rule by which the analysis counts.
fn at_risk_rule(result: &results::AnalysisResult) -> AtRiskRule {
    let rule = result.rules.get("at_risk_rule").cloned().unwrap_or_default();
    serde_json::from_value(rule).unwrap_or_default()
}

fn read<T: serde::de::DeserializeOwned>(request: &str) -> Result<T> {
    serde_json::from_str(request).map_err(|problem| Error::new(ErrorKind::FigureUnreadable).with("reason", problem))
}

/// The labels that the study gives in this part of it, by name.
pub fn labels(results: &Results, part: &str) -> Labels {
    let named = results.study.pointer(part).and_then(serde_json::Value::as_object).into_iter().flatten();
    let label = |(name, spec): (&String, &serde_json::Value)| {
        let label = spec.get("label")?.as_str().filter(|label| !label.trim().is_empty())?;
        Some((name.clone(), label.to_owned()))
    };
    Labels(named.filter_map(label).collect())
}

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
    use crate::report::figure::risk_table::{self, Counts};
    use crate::study::results::Figures;
    use crate::{study, table};

    fn results(csv: &str, endpoint: &str, options: &str) -> Results {
        let table = table::open(csv.as_bytes(), "small.csv").expect("a table");
        let study = format!(
            r#"{{"format": "riskset-study/1", "data": {{"file": "small.csv"}}, "endpoints": {{"E": {endpoint}}},
                "analyses": [{{"id": "a", "type": "kaplan_meier", "endpoint": "E" {options}}}]}}"#
        );
        study::run(&study::read(&study).expect("a study"), &table).expect("results")
    }

    /// The curves of the one analysis of a study on a small file.
    fn run(csv: &str, endpoint: &str, options: &str) -> Vec<Curve> {
        let results = results(csv, endpoint, options);
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

    #[test]
    fn a_request_is_drawn_or_says_what_is_wrong() {
        let endpoint = r#"{"time": "t", "status": "s", "event": [1], "unit": "years"}"#;
        let results = results("t,s\n1,1\n2,0\n3.5,1\n", endpoint, "");
        let words = serde_json::to_string(&kaplan_meier::Words::english()).expect("JSON");
        let request = |analysis: &str, words: &str| {
            format!(
                r#"{{"analysis": "{analysis}", "width": 640, "x_label": "Years", "y_label": "Survival (%)", "words": {words},
                    "locale": "fr", "theme": "dark", "annotation": ["HR 1"], "band_method": "95% CI, log",
                    "options": {{"tail": {{"cut": {{"share": 0.1}}}}, "risk_table": "at_risk"}}}}"#
            )
        };
        let scene = draw(&request("a", &words), &results).expect("a scene");
        assert_eq!(scene.width, 640.0);
        assert!(scene.alt.text.contains("All patients: 3 patients, 2 events"), "{}", scene.alt.text);
        assert!(scene.alt.rows.iter().any(|row| row[1] == "0,5"), "{:?}", scene.alt.rows);
        let kind = |request: String| draw(&request, &results).expect_err("an error").kind;
        assert_eq!(kind(request("b", &words)), ErrorKind::BadOption);
        assert_eq!(kind(request("a", "{}")), ErrorKind::FigureUnreadable);
        assert_eq!(kind("{".into()), ErrorKind::FigureUnreadable);
    }

    #[test]
    fn the_counts_follow_the_rule_of_the_analysis() {
        use crate::report::figure::scene::{Role, Shape};
        let times = [1.0, 2.0, 2.0, 3.0, 4.0];
        let csv = "t,s\n1,1\n2,0\n2,1\n3,0\n4,1\n";
        let endpoint = r#"{"time": "t", "status": "s", "event": [1], "unit": "years"}"#;
        let words = serde_json::to_string(&kaplan_meier::Words::english()).expect("JSON");
        let scene = |rule: &str, options: &str| {
            let request = format!(
                r#"{{"analysis": "a", "width": 800, "x_label": "Years", "y_label": "Survival", "words": {words}, "options": {{{options}}}}}"#
            );
            draw(&request, &results(csv, endpoint, rule)).expect("a scene")
        };
        let right = r#", "at_risk_rule": "right""#;
        for (rule, options, after) in [
            ("", "", false),
            (right, "", true),
            (right, r#""at_risk_rule": "left""#, false),
            ("", r#""at_risk_rule": "right""#, true),
        ] {
            let scene = scene(rule, options);
            let number = |role: Role, tick: f64| -> usize {
                let found = scene.items.iter().filter(|item| item.role == role && item.tick == Some(tick));
                let texts: Vec<usize> = found
                    .filter_map(|item| match &item.shape {
                        Shape::Text { text, .. } => text.parse().ok(),
                        _ => None,
                    })
                    .collect();
                assert_eq!(texts.len(), 1, "{role:?} at {tick}");
                texts[0]
            };
            let ticks = scene.alt.rows.iter().map(|row| row[1].parse::<f64>().expect("a tick"));
            assert!([0.0, 1.0, 2.0, 3.0, 4.0].iter().all(|time| ticks.clone().any(|tick| tick == *time)));
            for (row, tick) in scene.alt.rows.iter().zip(ticks) {
                let left = |time: &f64| if after { *time > tick } else { *time >= tick };
                let at_risk = times.iter().filter(|time| left(time)).count();
                let drawn = [Role::AtRisk, Role::Censored, Role::Events].map(|role| number(role, tick));
                assert_eq!(drawn[0], at_risk, "{rule} {options} at {tick}");
                assert_eq!(drawn.iter().sum::<usize>(), 5);
                let told: Vec<usize> = row[5..8].iter().map(|cell| cell.parse().expect("a count")).collect();
                assert_eq!(told, drawn);
            }
            let legend = format!("{:?}", scene.items);
            assert_eq!(legend.contains("just after each time"), after);
            assert_eq!(legend.contains("just before each time"), !after);
        }
    }
}
