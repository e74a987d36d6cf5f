//! From the results document to a figure.

use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::json;
use crate::report::figure::kaplan_meier::{self, AtRiskRule, Curve, Figure, Quantity, RiskTable, Tail};
use crate::report::figure::legend::{Part, Source};
use crate::report::figure::preset::{self, Column, Preset};
use crate::report::figure::scene::Scene;
use crate::report::figure::sheet::{Decimal, Labels, Sheet, Words};
use crate::report::figure::{flow, forest, missing_map, schoenfeld, swimmer};
use crate::report::number::Locale;
use crate::sorting::sort_numbers;
use crate::study::flow_results::Flow;
use crate::study::missing_results::MissingMap;
use crate::study::results::{self, AnalysisResult, Figures, Results};
use crate::study::timeline_results::Timeline;

/// Which figure is drawn of an analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Survival, or 1 − survival, of a `kaplan_meier` analysis.
    KaplanMeier,
    /// The cumulative hazard (Nelson-Aalen) of a `kaplan_meier` analysis with `cumulative_hazard`.
    CumulativeHazard,
    /// log(−log S) over log time of a `kaplan_meier` analysis.
    LogMinusLog,
    /// The adjusted curves of a `cox` analysis with `adjusted`.
    AdjustedSurvival,
    /// The ratios of a `cox` or `cox_table` analysis.
    Forest,
    /// The scaled Schoenfeld residuals of a `ph_test` analysis.
    Schoenfeld,
    /// The flow diagram of a `flow` analysis.
    Flow,
    /// The swimmer plot of a `timeline` analysis.
    Swimmer,
    /// The map of a `missing_map` analysis.
    MissingMap,
}

impl Kind {
    /// The figure of an analysis of this type, where the request names none.
    fn usual(analysis: &str) -> Option<Self> {
        Some(match analysis {
            "kaplan_meier" => Self::KaplanMeier,
            "cox" | "cox_table" => Self::Forest,
            "ph_test" => Self::Schoenfeld,
            "flow" => Self::Flow,
            "timeline" => Self::Swimmer,
            "missing_map" => Self::MissingMap,
            _ => return None,
        })
    }
}

/// The head of every request.
#[derive(Deserialize)]
struct Head {
    analysis: String,
    #[serde(default)]
    kind: Option<Kind>,
    #[serde(default)]
    preset: Option<Preset>,
    #[serde(default)]
    column: Column,
}

/// A figure with everything that it is drawn from.
#[derive(Debug, Clone)]
pub enum Plan<'a> {
    /// Curves over time.
    Curves(Box<Figure>),
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

impl Plan<'_> {
    /// The scene.
    pub fn scene(&self) -> Scene {
        match self {
            Self::Curves(figure) => kaplan_meier::build(figure),
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
            Self::Curves(figure) => &figure.sheet,
            Self::Forest(figure) => &figure.sheet,
            Self::Schoenfeld(figure, _) => &figure.sheet,
            Self::Flow(figure, ..) => &figure.sheet,
            Self::Swimmer(figure, ..) => &figure.sheet,
            Self::MissingMap(figure, ..) => &figure.sheet,
        }
    }
}

/// The scene that `request` asks for (see [`plan`]).
///
/// # Errors
/// Those of [`plan`].
pub fn draw(request: &str, results: &Results) -> Result<Scene> {
    Ok(plan(request, results)?.scene())
}

/// The figure that `request` asks for: JSON text of [`Figure`], [`forest::Figure`], [`schoenfeld::Figure`], [`flow::Figure`],
/// [`swimmer::Figure`] or [`missing_map::Figure`], with the id of the `analysis` and the `kind` of figure (absent: the one that belongs to the
/// type of the analysis). A `preset` fills in what the request does not say.
///
/// Figures, units and labels are taken from `results`.
///
/// # Errors
/// [`ErrorKind::FigureUnreadable`] for a request that is not of this shape; [`ErrorKind::BadOption`] for an id that is
/// no analysis of these results with this figure; the error of the analysis if it failed.
pub fn plan<'a>(request: &str, results: &'a Results) -> Result<Plan<'a>> {
    let request: Value = json::read(request).map_err(unreadable)?;
    let head: Head = read(&request)?;
    let request = with_preset(&head, request);
    let id = head.analysis.as_str();
    let wrong = |expected: &str| bad("analysis", id, expected);
    let found = results.results.iter().find(|result| result.id == id);
    let result = found.ok_or_else(|| wrong("the id of an analysis that was run"))?;
    let kind = head.kind.or_else(|| Kind::usual(&result.kind));
    let kind = kind.ok_or_else(|| {
        wrong("the id of a kaplan_meier, cox, cox_table, ph_test, flow, timeline or missing_map analysis")
    })?;
    if let Some(error) = &result.error {
        return Err(error.clone());
    }
    let no_curves = || wrong("a kaplan_meier analysis");
    match (kind, &result.figures) {
        (Kind::KaplanMeier, Some(Figures::Curves { curves, .. })) if result.kind == "kaplan_meier" => {
            curve_plan(&request, results, result, Quantity::Survival, |words| self::curves(curves, words))
        }
        (Kind::LogMinusLog, Some(Figures::Curves { curves, .. })) if result.kind == "kaplan_meier" => {
            curve_plan(&request, results, result, Quantity::LogMinusLog, |words| self::curves(curves, words))
        }
        (Kind::CumulativeHazard, Some(Figures::Curves { curves, .. })) if result.kind == "kaplan_meier" => {
            if curves.iter().any(|curve| curve.nelson_aalen.is_none()) {
                return Err(wrong("a kaplan_meier analysis with \"cumulative_hazard\": true"));
            }
            curve_plan(&request, results, result, Quantity::CumulativeHazard, |words| hazards(curves, words))
        }
        (Kind::KaplanMeier | Kind::LogMinusLog | Kind::CumulativeHazard, _) => Err(no_curves()),
        (Kind::AdjustedSurvival, Some(Figures::Cox(cox))) => {
            let adjusted = cox.adjusted.as_ref().ok_or_else(|| wrong("a cox analysis with \"adjusted\""))?;
            adjusted_plan(&request, results, result, adjusted)
        }
        (Kind::AdjustedSurvival, _) => Err(wrong("a cox analysis with \"adjusted\"")),
        (Kind::Forest, Some(Figures::Cox(_) | Figures::CoxTable(_))) => {
            let mut figure: forest::Figure = read(&request)?;
            prepare(&mut figure.sheet);
            figure.words = figure.words.with_english("figure");
            figure.fill(results, result)?;
            Ok(Plan::Forest(Box::new(figure)))
        }
        (Kind::Forest, _) => Err(wrong("a cox or cox_table analysis")),
        (Kind::Schoenfeld, Some(Figures::PhTest(test))) => {
            let mut figure: schoenfeld::Figure = read(&request)?;
            prepare(&mut figure.sheet);
            figure.words = figure.words.with_english("figure");
            figure.fill(results, result, test)?;
            Ok(Plan::Schoenfeld(Box::new(figure), test))
        }
        (Kind::Schoenfeld, _) => Err(wrong("a ph_test analysis")),
        (Kind::Flow, Some(Figures::Flow(flow))) => {
            let mut figure: flow::Figure = read(&request)?;
            prepare(&mut figure.sheet);
            let labels = named(results, &["/data/columns", "/endpoints"], &figure.sheet);
            Ok(Plan::Flow(figure, flow, labels))
        }
        (Kind::Flow, _) => Err(wrong("a flow analysis")),
        (Kind::Swimmer, Some(Figures::Timeline(timeline))) => {
            let mut figure: swimmer::Figure = read(&request)?;
            prepare(&mut figure.sheet);
            let labels = named(results, &["/data/columns"], &figure.sheet);
            Ok(Plan::Swimmer(figure, timeline, labels))
        }
        (Kind::Swimmer, _) => Err(wrong("a timeline analysis")),
        (Kind::MissingMap, Some(Figures::MissingMap(map))) => {
            let mut figure: missing_map::Figure = read(&request)?;
            prepare(&mut figure.sheet);
            let labels = named(results, &["/data/columns"], &figure.sheet);
            Ok(Plan::MissingMap(figure, map, labels))
        }
        (Kind::MissingMap, _) => Err(wrong("a missing_map analysis")),
    }
}

/// The request over what its preset says.
fn with_preset(head: &Head, request: Value) -> Value {
    let Some(preset) = head.preset else { return request };
    let mut whole = preset.request(head.column);
    preset::merge(&mut whole, &request);
    whole
}

/// Settles what depends on more than one field: a decimal mark of its own.
fn prepare(sheet: &mut Sheet) {
    sheet.locale = match sheet.decimal {
        Some(Decimal::Point) => Locale::En,
        Some(Decimal::Comma) => Locale::Fr,
        Some(Decimal::MidDot) => Locale::MidDot,
        None => sheet.locale,
    };
}

pub(super) fn bad(option: &str, found: &str, expected: &str) -> Error {
    Error::new(ErrorKind::BadOption).with("option", option).with("found", found).with("expected", expected)
}

fn unreadable(problem: json::Problem) -> Error {
    Error::new(ErrorKind::FigureUnreadable).with("reason", problem)
}

fn read<T: serde::de::DeserializeOwned>(request: &Value) -> Result<T> {
    json::of_value(request).map_err(unreadable)
}

/// A figure of curves; what it says of itself and of other analyses is taken from the results.
fn curve_plan<'a>(
    request: &Value,
    results: &'a Results,
    result: &'a AnalysisResult,
    quantity: Quantity,
    curves: impl FnOnce(&Words) -> Vec<Curve>,
) -> Result<Plan<'a>> {
    let mut figure: Figure = read(request)?;
    prepare(&mut figure.sheet);
    figure.words = figure.words.with_english("figure");
    figure.options.quantity = quantity;
    let says = |option: &str| request.pointer(&format!("/options/{option}")).is_some();
    if !says("at_risk_rule") {
        figure.options.at_risk_rule = at_risk_rule(result);
    }
    if quantity == Quantity::LogMinusLog {
        // A picture for the eye that looks for parallel lines: nothing else in it unless asked for.
        let options = &mut figure.options;
        options.risk_table = if says("risk_table") { options.risk_table } else { RiskTable::Hidden };
        options.band &= says("band");
        options.censor_marks &= says("censor_marks");
    }
    figure.curves = curves(&figure.words);
    complete(&mut figure, results, result)?;
    Ok(Plan::Curves(Box::new(figure)))
}

/// Labels, axes, legend and annotation that the request leaves to the results.
fn complete(figure: &mut Figure, results: &Results, result: &AnalysisResult) -> Result<()> {
    for curve in &mut figure.curves {
        curve.label = figure.sheet.label(&curve.key, &curve.label);
    }
    let (sheet, words) = (figure.sheet.clone(), figure.words.clone());
    let source = Source { results, result, sheet: &sheet, words: &words };
    let options = &figure.options;
    figure.unit = source.unit();
    if figure.x_label.is_empty() {
        figure.x_label = source.x_label(options.quantity);
    }
    if figure.y_label.is_empty() {
        figure.y_label = source.y_label(options.quantity, options.upward, options.percent);
    }
    let adjusted = matches!(result.figures, Some(Figures::Cox(_)));
    if figure.band_method.is_none() {
        figure.band_method = match options.quantity {
            Quantity::CumulativeHazard => Some(format!("{}, {}", source.ci(), words.say("hazard_interval", &[]))),
            _ => source.interval_method(),
        };
    }
    figure.conf_interval = source.ci();

    let other = |option: &str, id: &Option<String>, expected: &str, fits: &dyn Fn(&AnalysisResult) -> bool| {
        let Some(id) = id else { return Ok(None) };
        let found = results.results.iter().find(|other| other.id == *id && fits(other));
        found.map(Some).ok_or_else(|| bad(option, id, expected))
    };
    let adjusted_by = match &result.figures {
        Some(Figures::Cox(cox)) => cox.adjusted.as_ref().map(|adjusted| adjusted.variable.as_str()),
        _ => None,
    };
    let by = result.by.as_deref().or(adjusted_by).unwrap_or_default();
    let from = &figure.from;
    let model = other("from.effect", &from.effect, "the id of a cox analysis", &|other| other.kind == "cox")?;
    let test = other("from.test", &from.test, "the id of a log_rank analysis", &|other| other.kind == "log_rank")?;
    let follow_up =
        other("from.follow_up", &from.follow_up, "the id of a follow_up analysis", &|other| other.kind == "follow_up")?;
    let effect = model.map(|model| source.effect(model, by)).unwrap_or_default();
    let test = test.and_then(|test| source.test(test));
    figure.quoted = effect.len() + usize::from(test.is_some());
    figure.has_effect = !effect.is_empty();
    let own = std::mem::take(&mut figure.annotation);
    figure.annotation = effect.into_iter().chain(test).chain(own).collect();
    figure.described.extend(follow_up.and_then(|follow_up| source.follow_up(follow_up)));
    figure.follow_up = !figure.described.is_empty();
    figure.weighted = source.weights();
    if options.described {
        let (n, n_event) = result.counts.as_ref().map_or((0, 0), |counts| (counts.n, counts.n_event));
        // Where there is a band, its note names the method of the interval.
        let bare = options.quantity == Quantity::LogMinusLog && !options.band;
        let band = bare || (options.band && figure.band_method.is_some());
        let told = source.sentences(n, n_event).into_iter().filter(|(part, _)| !(band && *part == Part::Interval));
        let told: Vec<String> = told.map(|(_, text)| text).filter(|text| !text.is_empty()).collect();
        figure.described.push(told.join(" "));
        if let Some(model) = model.filter(|_| figure.has_effect) {
            figure.described.push(source.model(model, by));
        }
    } else if let Some(column) = &figure.weighted {
        // Weighted and adjusted curves say so, whatever else is left unsaid.
        figure.described.push(words.say("legend_weighted", &[("column", column)]));
    }
    if adjusted {
        let of = source.adjusted_for();
        let of = if of.is_empty() { words.say("nothing", &[]) } else { of.join(", ") };
        figure.described.insert(0, words.say("legend_adjusted", &[("covariates", &of)]));
        figure.adjusted = true;
    }
    Ok(())
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
                Some(Figures::Curves { curves, .. }) => self::curves(curves, &figure.words),
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
    sort_numbers(&mut time);
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

/// The rule by which the analysis counts.
fn at_risk_rule(result: &AnalysisResult) -> AtRiskRule {
    let rule = result.rules.get("at_risk_rule").cloned().unwrap_or_default();
    json::of_value(&rule).unwrap_or_default()
}

/// The labels that the study gives in this part of it, by name.
pub fn labels(results: &Results, part: &str) -> Labels {
    let named = results.study.pointer(part).and_then(Value::as_object).into_iter().flatten();
    let label = |(name, spec): (&String, &Value)| {
        let label = spec.get("label")?.as_str().filter(|label| !label.trim().is_empty())?;
        Some((name.clone(), label.to_owned()))
    };
    Labels(named.filter_map(label).collect())
}

/// The study's labels of these parts, the later over the earlier, and over both what the sheet calls things.
fn named(results: &Results, parts: &[&str], sheet: &Sheet) -> Labels {
    let mut all = Labels::default();
    for part in parts {
        all.0.extend(labels(results, part).0);
    }
    all.0.extend(sheet.names.iter().map(|(name, called)| (name.clone(), called.clone())));
    all
}

/// The curves of a `kaplan_meier` analysis, in the order of its groups; a curve without a group is called by the words `all`.
///
/// Counts are of rows, also where the curve is weighted. The median is the quantile at 0.5, if it was asked for.
pub fn curves(curves: &[results::Curve], words: &Words) -> Vec<Curve> {
    let all = words.say("all", &[]);
    curves.iter().map(|curve| of(curve, &all)).collect()
}

/// The same with the cumulative hazard in place of survival.
fn hazards(curves: &[results::Curve], words: &Words) -> Vec<Curve> {
    let mut out = self::curves(curves, words);
    for (curve, found) in out.iter_mut().zip(curves) {
        if let Some(hazard) = &found.nelson_aalen {
            curve.estimate = hazard.estimate.iter().copied().map(Some).collect();
            curve.conf_low = hazard.conf_low.iter().copied().map(Some).collect();
            curve.conf_high.clone_from(&hazard.conf_high);
        }
    }
    out
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
    let median = curve.quantiles.iter().find(|quantile| quantile.prob == 0.5);
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
        median: median.and_then(|median| median.estimate),
        median_limits: median.map_or((None, None), |median| (median.conf_low, median.conf_high)),
        has_median: median.is_some() && curve.n > 0,
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
            Some(Figures::Curves { curves: found, .. }) => curves(found, &Words::english("figure")),
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
        let words = serde_json::to_string(&Words::english("figure")).expect("JSON");
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
        assert_eq!(kind(request("a", "[]")), ErrorKind::FigureUnreadable);
        assert_eq!(kind("{".into()), ErrorKind::FigureUnreadable);
    }

    #[test]
    fn the_counts_follow_the_rule_of_the_analysis() {
        use crate::report::figure::scene::{Role, Shape};
        let times = [1.0, 2.0, 2.0, 3.0, 4.0];
        let csv = "t,s\n1,1\n2,0\n2,1\n3,0\n4,1\n";
        let endpoint = r#"{"time": "t", "status": "s", "event": [1], "unit": "years"}"#;
        let words = serde_json::to_string(&Words::english("figure")).expect("JSON");
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
            let lines = scene.items.iter().filter(|item| item.role == Role::Legend);
            let text = |item| match item {
                &crate::report::figure::scene::Item { shape: Shape::Text { ref text, .. }, .. } => text.as_str(),
                _ => "",
            };
            let legend = lines.map(text).collect::<Vec<_>>().join(" ");
            assert_eq!(legend.contains("just after each time"), after);
            assert_eq!(legend.contains("just before each time"), !after);
        }
    }
}
