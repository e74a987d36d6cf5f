//! The acceptance list of a published survival figure, run by the program over its own figure.
//!
//! Each of the 21 points holds, fails or does not apply. What can be seen is looked up in the built scene, not in the request, so that a
//! fault of the layout is found as well. A point that fails brings the mend where there is one: a JSON Merge Patch (RFC 7396) of the request.
//! Sources of the list: Morris et al. 2019 (KMunicate, doi:10.1136/bmjopen-2019-030215), Pocock, Clayton and Altman 2002
//! (doi:10.1016/S0140-6736(02)08594-X), the figure guides of NEJM, JAMA, The Lancet and Annals, REMARK (doi:10.1093/jnci/dji237).

mod curves;
mod everywhere;

use serde::Serialize;
use serde_json::Value;

use crate::error::{Params, Result};
use crate::report::figure::results::{Plan, plan};
use crate::report::figure::scene::{Item, Role, Scene, Shape};
use crate::study::results::{AnalysisResult, Results};

/// What became of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The figure keeps it.
    Holds,
    /// It does not.
    Fails,
    /// There is nothing in this figure that it speaks of.
    NotApplicable,
}

/// What was found of one point of the list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Number of the point, 1 to 21.
    pub point: u8,
    /// The code of its sentence in the section `lint`: the point's own where it holds or does not apply, else the fault's.
    pub code: &'static str,
    /// What became of it.
    pub status: Status,
    /// Parameters of the sentence.
    #[serde(skip_serializing_if = "Params::is_empty")]
    pub params: Params,
    /// A merge patch of the request that mends it; its sentence is the code with `_mend`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<Value>,
}

/// The codes of the points, in their order; each is the code of a finding that holds.
pub const POINTS: [&str; 21] = [
    "step_function",
    "risk_table",
    "band",
    "one_layout",
    "labels_bound",
    "counting_rule",
    "y_axis",
    "x_axis",
    "tail",
    "censor_marks",
    "effect",
    "p_values",
    "medians",
    "follow_up",
    "told_apart",
    "physical_size",
    "vector",
    "competing",
    "weighted",
    "legend",
    "data",
];

/// The codes of what can be wrong, each with words in the section `lint`.
pub const FAULTS: [&str; 36] = [
    "not_a_step_function",
    "risk_table_hidden",
    "counts_do_not_sum",
    "band_missing",
    "band_unnamed",
    "number_off_tick",
    "number_clipped",
    "label_wrong",
    "label_shortened",
    "counting_rule_unstated",
    "axis_unbroken",
    "curve_leaves_axis",
    "x_axis_unnamed",
    "x_ticks_not_clinical",
    "tail_unmarked",
    "censor_marks_unexplained",
    "effect_missing",
    "effect_after_p",
    "p_zero",
    "medians_untold",
    "median_line_unreached",
    "follow_up_untold",
    "looks_alike",
    "too_pale",
    "no_physical_width",
    "too_wide",
    "text_too_small",
    "characters_missing",
    "not_vector",
    "competing_hidden",
    "weights_untold",
    "adjusted_untold",
    "adjusted_without_counts",
    "legend_incomplete",
    "no_alternative",
    "p_style_other",
];

/// What the program finds in the figure that `request` asks for, in the order of the points.
///
/// # Errors
/// Those of [`plan`].
pub fn lint(request: &str, results: &Results) -> Result<Vec<Finding>> {
    let plan = plan(request, results)?;
    let scene = plan.scene();
    let asked: Value = crate::json::read(request).unwrap_or_default();
    let id = asked.get("analysis").and_then(Value::as_str).unwrap_or_default();
    let result = results.results.iter().find(|result| result.id == id);
    Ok(result.map(|result| check(&plan, &scene, results, result)).unwrap_or_default())
}

/// The same for a scene that was built.
fn check(plan: &Plan, scene: &Scene, results: &Results, result: &AnalysisResult) -> Vec<Finding> {
    match plan {
        Plan::Curves(figure) => curves::Check { figure, scene, results, result }.all(),
        _ => everywhere::all(plan, scene),
    }
}

/// The outcome of a point before it has its number.
enum Outcome {
    Holds,
    NotApplicable,
    Fails(&'static str, Params, Option<Value>),
}

impl Outcome {
    fn fails(code: &'static str) -> Self {
        Self::Fails(code, Params::default(), None)
    }

    fn with(self, name: &'static str, value: impl ToString) -> Self {
        match self {
            Self::Fails(code, mut params, mend) => {
                params.insert(name, value.to_string());
                Self::Fails(code, params, mend)
            }
            other => other,
        }
    }

    fn mend(self, patch: Value) -> Self {
        match self {
            Self::Fails(code, params, _) => Self::Fails(code, params, Some(patch)),
            other => other,
        }
    }

    /// Holds where `holds`, else does not apply.
    fn when(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::NotApplicable }
    }
}

/// Numbers the outcomes of all points.
fn findings(outcomes: [Outcome; 21]) -> Vec<Finding> {
    let numbered = outcomes.into_iter().zip(POINTS).zip(1..);
    let finding = |((outcome, code), point): ((Outcome, &'static str), u8)| match outcome {
        Outcome::Holds => Finding { point, code, status: Status::Holds, params: Params::default(), mend: None },
        Outcome::NotApplicable => {
            Finding { point, code, status: Status::NotApplicable, params: Params::default(), mend: None }
        }
        Outcome::Fails(code, params, mend) => Finding { point, code, status: Status::Fails, params, mend },
    };
    numbered.map(finding).collect()
}

/// The items of this role.
fn of(scene: &Scene, role: Role) -> impl Iterator<Item = &Item> {
    scene.items.iter().filter(move |item| item.role == role)
}

/// The text of an item; empty where it is none.
fn text(item: &Item) -> &str {
    match &item.shape {
        Shape::Text { text, .. } => text,
        _ => "",
    }
}

/// `text` with single spaces, as lines that were broken are joined again.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All text of these roles, joined.
fn said(scene: &Scene, roles: &[Role]) -> String {
    let lines = scene.items.iter().filter(|item| roles.contains(&item.role)).map(text);
    plain(&lines.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests;
