//! A figure asked for by the id of an analysis: what the page sends, with the figures taken from the results.

use serde::Deserialize;

use crate::report::figure::kaplan_meier::{self, AtRiskRule, Figure, Options, Words};
use crate::report::figure::results;
use crate::report::figure::scale::Unit;
use crate::report::figure::scene::Scene;
use crate::report::figure::theme::Theme;
use crate::report::number::Locale;
use crate::study::Results;
use crate::study::results::{AnalysisResult, EndpointResult, Figures};

/// What is asked for: a [`Figure`] without its curves, their unit and their counting rule, which the analysis has.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Id of a `kaplan_meier` or `follow_up` analysis.
    pub analysis: String,
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels; `None` for one that suits the width.
    #[serde(default)]
    pub height: Option<f64>,
    /// The title; empty for none.
    #[serde(default)]
    pub title: String,
    /// The name of the x axis, with unit and origin.
    pub x_label: String,
    /// The name of the y axis.
    pub y_label: String,
    /// Short lines inside the plot.
    #[serde(default)]
    pub annotation: Vec<String>,
    /// Method of the interval, named in the legend.
    #[serde(default)]
    pub band_method: Option<String>,
    /// Lines under the figure.
    #[serde(default)]
    pub legend: Vec<String>,
    /// The words of the figure's language.
    pub words: Words,
    /// How numbers are written.
    #[serde(default)]
    pub locale: Locale,
    /// Colours.
    #[serde(default)]
    pub theme: Theme,
    /// What is drawn; its `at_risk_rule` is that of the analysis.
    #[serde(default)]
    pub options: Options,
}

impl Request {
    /// The scene of the analysis in `results`; `None` where it is not there or has no curves.
    pub fn scene(self, results: &Results) -> Option<Scene> {
        let analysis = results.results.iter().find(|analysis| analysis.id == self.analysis)?;
        let Some(Figures::Curves { curves }) = &analysis.figures else { return None };
        Some(kaplan_meier::build(&Figure {
            width: self.width,
            height: self.height,
            title: self.title,
            x_label: self.x_label,
            y_label: self.y_label,
            unit: unit(analysis, results),
            curves: results::curves(curves, &self.words.all),
            annotation: self.annotation,
            band_method: self.band_method,
            legend: self.legend,
            words: self.words,
            locale: self.locale,
            theme: self.theme,
            options: Options { at_risk_rule: at_risk_rule(analysis), ..self.options },
        }))
    }
}

fn unit(analysis: &AnalysisResult, results: &Results) -> Unit {
    let endpoint = analysis.endpoint.as_ref().and_then(|name| results.endpoints.get(name));
    match endpoint {
        Some(EndpointResult::Derived(summary)) => Unit::named(&summary.unit),
        _ => Unit::Other,
    }
}

fn at_risk_rule(analysis: &AnalysisResult) -> AtRiskRule {
    match analysis.rules.get("at_risk_rule").and_then(|rule| rule.as_str()) {
        Some("right") => AtRiskRule::Right,
        _ => AtRiskRule::Left,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::scene::{Role, Shape};
    use crate::{study, table};

    fn results(rule: &str) -> Results {
        let table = table::open("t,s\n1,1\n2,0\n3,1\n".as_bytes(), "small.csv").expect("a table");
        let study = format!(
            r#"{{"format": "riskset-study/1", "data": {{"file": "small.csv"}},
                "endpoints": {{"E": {{"time": "t", "status": "s", "event": [1], "unit": "years"}}}},
                "analyses": [{{"id": "km", "type": "kaplan_meier", "endpoint": "E", "at_risk_rule": "{rule}"}},
                             {{"id": "lr", "type": "log_rank", "endpoint": "E", "by": "s"}}]}}"#
        );
        study::run(&study::read(&study).expect("a study"), &table).expect("results")
    }

    fn request(analysis: &str) -> Request {
        let words = serde_json::to_string(&Words::english()).expect("words");
        let text = format!(
            r#"{{"analysis": "{analysis}", "width": 600, "x_label": "Years", "y_label": "Survival (%)", "words": {words}}}"#
        );
        serde_json::from_str(&text).expect("a request")
    }

    /// Texts of the numbers at risk, from time 0 on.
    fn at_risk(scene: &Scene) -> Vec<&str> {
        let of = |shape| match shape {
            &Shape::Text { ref text, .. } => Some(text.as_str()),
            _ => None,
        };
        scene
            .items
            .iter()
            .filter(|item| item.role == Role::AtRisk && item.tick.is_some())
            .filter_map(|item| of(&item.shape))
            .collect()
    }

    #[test]
    fn the_counts_follow_the_rule_of_the_analysis() {
        let left = request("km").scene(&results("left")).expect("a scene");
        let right = request("km").scene(&results("right")).expect("a scene");
        assert_eq!(at_risk(&left).first(), Some(&"3"));
        assert_eq!(at_risk(&left).last(), Some(&"1"));
        assert_eq!(at_risk(&right).last(), Some(&"0"));
        assert!(left.alt.text.contains("3 patients"), "{}", left.alt.text);
    }

    #[test]
    fn no_curves_no_figure() {
        let results = results("left");
        assert_eq!(request("lr").scene(&results), None);
        assert_eq!(request("nothing").scene(&results), None);
    }
}
