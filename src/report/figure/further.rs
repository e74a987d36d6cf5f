//! The figures that come after the first curves: adjusted curves, forest plots, residuals, flow diagrams, swimmer plots, maps.

use serde_json::Value;

use crate::error::Result;
use crate::report::figure::kaplan_meier::{Curve, Figure, RiskTable, Tail};
use crate::report::figure::results::{Kind, Plan, bad, complete, labels, prepare, read};
use crate::report::figure::scene::Scene;
use crate::report::figure::sheet::{Labels, Sheet};
use crate::report::figure::{self, flow, forest, missing_map, schoenfeld, swimmer};
use crate::study::flow_results::Flow;
use crate::study::missing_results::MissingMap;
use crate::study::results::{self, AnalysisResult, Figures, Results};
use crate::study::timeline_results::Timeline;

/// A figure that is no curve, with everything that it is drawn from.
#[derive(Debug, Clone)]
pub enum Further<'a> {
    /// A forest plot.
    Forest(Box<forest::Figure>),
    /// Schoenfeld residuals.
    Schoenfeld(Box<schoenfeld::Figure>, &'a results::PhTest),
    /// A flow diagram.
    Flow(flow::Figure, &'a Flow, Labels),
    /// A swimmer plot.
    Swimmer(swimmer::Figure, &'a Timeline, Labels),
    /// A map of missing values.
    MissingMap(missing_map::Figure, &'a MissingMap, Labels),
}

impl Further<'_> {
    /// The scene.
    pub fn scene(&self) -> Scene {
        match self {
            Self::Forest(figure) => forest::build(figure),
            Self::Schoenfeld(figure, test) => schoenfeld::build(figure, test),
            Self::Flow(figure, flow, labels) => flow::build(figure, flow, labels),
            Self::Swimmer(figure, timeline, labels) => swimmer::build(figure, timeline, labels),
            Self::MissingMap(figure, map, labels) => missing_map::build(figure, map, labels),
        }
    }

    /// The sheet that it is laid out on.
    pub fn sheet(&self) -> &Sheet {
        match self {
            Self::Forest(figure) => &figure.sheet,
            Self::Schoenfeld(figure, _) => &figure.sheet,
            Self::Flow(figure, ..) => &figure.sheet,
            Self::Swimmer(figure, ..) => &figure.sheet,
            Self::MissingMap(figure, ..) => &figure.sheet,
        }
    }
}

/// The figure of this kind that `request` asks for of `result`.
///
/// # Errors
/// Those of [`figure::results::plan`].
pub(super) fn plan<'a>(
    kind: Kind,
    request: &Value,
    results: &'a Results,
    result: &'a AnalysisResult,
) -> Result<Plan<'a>> {
    let wrong = |expected: &str| bad("analysis", &result.id, expected);
    match (kind, &result.figures) {
        (Kind::AdjustedSurvival, Some(Figures::Cox(cox))) => {
            let adjusted = cox.adjusted.as_ref().ok_or_else(|| wrong("a cox analysis with \"adjusted\""))?;
            adjusted_plan(request, results, result, adjusted)
        }
        (Kind::AdjustedSurvival, _) => Err(wrong("a cox analysis with \"adjusted\"")),
        (Kind::Forest, Some(Figures::Cox(_) | Figures::CoxTable(_))) => {
            let mut figure: forest::Figure = read(request)?;
            prepare(&mut figure.sheet);
            figure.words = figure.words.with_english("figure");
            figure.fill(results, result)?;
            Ok(Plan::Further(Further::Forest(Box::new(figure))))
        }
        (Kind::Forest, _) => Err(wrong("a cox or cox_table analysis")),
        (Kind::Schoenfeld, Some(Figures::PhTest(test))) => {
            let mut figure: schoenfeld::Figure = read(request)?;
            prepare(&mut figure.sheet);
            figure.words = figure.words.with_english("figure");
            figure.fill(results, result, test)?;
            Ok(Plan::Further(Further::Schoenfeld(Box::new(figure), test)))
        }
        (Kind::Schoenfeld, _) => Err(wrong("a ph_test analysis")),
        (Kind::Flow, Some(Figures::Flow(flow))) => {
            let mut figure: flow::Figure = read(request)?;
            prepare(&mut figure.sheet);
            Ok(Plan::Further(Further::Flow(figure, flow, labels(results, "/endpoints"))))
        }
        (Kind::Flow, _) => Err(wrong("a flow analysis")),
        (Kind::Swimmer, Some(Figures::Timeline(timeline))) => {
            let mut figure: swimmer::Figure = read(request)?;
            prepare(&mut figure.sheet);
            Ok(Plan::Further(Further::Swimmer(figure, timeline, labels(results, "/data/columns"))))
        }
        (Kind::Swimmer, _) => Err(wrong("a timeline analysis")),
        (Kind::MissingMap, Some(Figures::MissingMap(map))) => {
            let mut figure: missing_map::Figure = read(request)?;
            prepare(&mut figure.sheet);
            Ok(Plan::Further(Further::MissingMap(figure, map, labels(results, "/data/columns"))))
        }
        (Kind::MissingMap, _) => Err(wrong("a missing_map analysis")),
        (Kind::KaplanMeier | Kind::CumulativeHazard | Kind::LogMinusLog, _) => Err(wrong("a kaplan_meier analysis")),
    }
}

/// The adjusted curves of a model, with the counts of a `kaplan_meier` analysis of the same variable where one is named.
fn adjusted_plan<'a>(
    request: &Value,
    results: &'a Results,
    result: &'a AnalysisResult,
    adjusted: &results::Adjusted,
) -> Result<Plan<'a>> {
    let mut figure: Figure = read(request)?;
    prepare(&mut figure.sheet);
    figure.words = figure.words.with_english("figure");
    let observed: Vec<Curve> = match &figure.from.counts {
        None => Vec::new(),
        Some(id) => {
            let of = |other: &&AnalysisResult| {
                other.id == *id && other.kind == "kaplan_meier" && other.by.as_deref() == Some(&adjusted.variable)
            };
            let found = results.results.iter().find(of);
            match found.and_then(|found| found.figures.as_ref()) {
                Some(Figures::Curves { curves, .. }) => figure::results::curves(curves, &figure.words),
                _ => return Err(bad("from.counts", id, "the id of a kaplan_meier analysis by the adjusted variable")),
            }
        }
    };
    if observed.is_empty() {
        // Nobody is counted under a curve that is nobody's.
        figure.options.risk_table = RiskTable::Hidden;
        figure.options.tail = Tail::Full;
        figure.options.censor_marks = false;
    }
    figure.options.medians = false;
    let counted = |level: &str| observed.iter().find(|curve| curve.key == level);
    figure.curves =
        adjusted.curves.iter().map(|curve| of_adjusted(&adjusted.time, curve, counted(&curve.level))).collect();
    complete(&mut figure, results, result)?;
    Ok(Plan::Curves(Box::new(figure)))
}

/// An adjusted curve over the times of the model and of the counts; it is defined as far as the model's times go.
fn of_adjusted(times: &[f64], curve: &results::AdjustedCurve, counts: Option<&Curve>) -> Curve {
    let none = Curve::default();
    let counts = counts.unwrap_or(&none);
    let mut time: Vec<f64> = times.iter().chain(&counts.time).copied().collect();
    time.sort_by(f64::total_cmp);
    time.dedup();
    let step = |time: f64| times.partition_point(|&other| other <= time).checked_sub(1);
    let last = times.last().copied().unwrap_or(0.0);
    let values = |at: &dyn Fn(usize) -> Option<f64>| {
        let value = |&time: &f64| if time > last { None } else { step(time).map_or(Some(1.0), at) };
        time.iter().map(value).collect()
    };
    let count = |of: &[usize]| {
        let at = |time: &f64| {
            counts.time.binary_search_by(|other| other.total_cmp(time)).ok().and_then(|at| of.get(at)).copied()
        };
        time.iter().map(|time| at(time).unwrap_or(0)).collect()
    };
    Curve {
        key: curve.level.clone(),
        label: curve.level.clone(),
        n: if counts.n > 0 { counts.n } else { curve.n },
        estimate: values(&|at| curve.estimate.get(at).copied()),
        conf_low: values(&|at| curve.conf_low.get(at).copied().flatten()),
        conf_high: values(&|at| curve.conf_high.get(at).copied().flatten()),
        n_event: count(&counts.n_event),
        n_censor: count(&counts.n_censor),
        n_leave: count(&counts.n_leave),
        entry: counts.entry.clone(),
        time,
        ..Curve::default()
    }
}
