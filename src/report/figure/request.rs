//! A figure asked for by the id of its analysis.

use serde::Deserialize;

use super::kaplan_meier::{self, Figure};
use super::results::curves;
use super::scene::Scene;
use crate::error::{Error, ErrorKind, Position, Result};
use crate::study::results::{Figures, Results};

/// A request: the analysis whose curves are drawn, and the figure without them.
#[derive(Debug, Clone, Deserialize)]
pub struct Request {
    /// Id of a `kaplan_meier` or `follow_up` analysis of the results.
    pub analysis: String,
    /// The figure; its curves are taken from the results.
    #[serde(flatten)]
    pub figure: Figure,
}

/// The scene of a figure that is asked for as JSON text.
///
/// # Errors
/// [`ErrorKind::FigureRequest`] when the text is not a request, or the results have no curves of that analysis.
pub fn scene(request: &str, results: &Results) -> Result<Scene> {
    let refused = |reason: String| {
        let position = Position { path: Some("figure".to_owned()), ..Position::default() };
        Error::new(ErrorKind::FigureRequest).with("reason", reason).at(position)
    };
    let Request { analysis, mut figure } = serde_json::from_str(request).map_err(|error| refused(error.to_string()))?;
    let result = results.results.iter().find(|result| result.id == analysis);
    match result.and_then(|result| result.figures.as_ref()) {
        Some(Figures::Curves { curves: found }) => {
            figure.curves = curves(found, &figure.words.all);
            Ok(kaplan_meier::build(&figure))
        }
        _ => Err(refused(format!("the analysis “{analysis}” has no curves"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::kaplan_meier::Words;
    use crate::{study, table};

    fn results() -> Results {
        let table = table::open("t,s\n1,1\n2,0\n3,1\n".as_bytes(), "small.csv").expect("a table");
        let study = r#"{"format": "riskset-study/1",
            "endpoints": {"E": {"time": "t", "status": "s", "event": [1], "unit": "months"}},
            "analyses": [{"id": "km", "type": "kaplan_meier", "endpoint": "E"},
                         {"id": "lr", "type": "log_rank", "endpoint": "E", "by": "s"}]}"#;
        study::run(&study::read(study).expect("a study"), &table).expect("results")
    }

    fn request(analysis: &str) -> String {
        serde_json::json!({
            "analysis": analysis, "width": 600.0, "x_label": "Months", "y_label": "Survival (%)",
            "unit": "months", "words": Words::english(), "options": {"median_lines": true},
        })
        .to_string()
    }

    #[test]
    fn curves_are_drawn_from_the_results() {
        let scene = scene(&request("km"), &results()).expect("a scene");
        assert_eq!(scene.width, 600.0);
        assert!(!scene.items.is_empty());
    }

    #[test]
    fn what_has_no_curves_is_refused_with_the_reason() {
        for (text, part) in [(request("lr"), "lr"), (request("none"), "none"), ("{".to_owned(), "EOF")] {
            let error = scene(&text, &results()).expect_err("refused");
            assert_eq!(error.kind, ErrorKind::FigureRequest);
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
