//! The Kaplan-Meier figure: curves, band, censoring marks and the risk table in one layout.

use serde::{Deserialize, Serialize};

use crate::error::{Params, Position};
use crate::report::figure::curve::Trace;
use crate::report::figure::layout::{self, Frame, Sizes};
use crate::report::figure::scale::Unit;
use crate::report::figure::scene::{Anchor, Item, Role, Scene, Type};
use crate::report::figure::theme::Theme;
use crate::report::figure::{alternative, annotation, axis, label, metrics, risk_table};
use crate::report::number::{self, Locale};
use crate::words;

/// One curve with the counts behind it.
///
/// `time`, `estimate`, `conf_low`, `conf_high`, `n_event` and `n_censor` are parallel: one entry per distinct event or
/// censoring time in increasing order. Counts are raw, also where the curve is weighted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// What the group is called in the data; labels, colours and counts are bound to it.
    pub key: String,
    /// What the group is called in the figure.
    pub label: String,
    /// Rows of the group, those that enter later included.
    pub n: usize,
    /// Times in the unit of the axis.
    pub time: Vec<f64>,
    /// S(t), right-continuous; `None` where it is not defined.
    pub estimate: Vec<Option<f64>>,
    /// Lower limit of S(t); `None` where there is none.
    pub conf_low: Vec<Option<f64>>,
    /// Upper limit of S(t).
    pub conf_high: Vec<Option<f64>>,
    /// Events at each time.
    pub n_event: Vec<usize>,
    /// Censorings at each time.
    pub n_censor: Vec<usize>,
    /// Rows that end at each time and go on elsewhere (start-stop data with `id`); empty where there are none.
    #[serde(default)]
    pub n_leave: Vec<usize>,
    /// Entry time of each row, in any order; empty where every row enters at 0.
    #[serde(default)]
    pub entry: Vec<f64>,
    /// The median; `None` where it is not reached.
    pub median: Option<f64>,
}

/// Which counts stand under the axis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskTable {
    /// At risk, censored and events (Morris et al. 2019, KMunicate, doi:10.1136/bmjopen-2019-030215).
    #[default]
    Full,
    /// Numbers at risk only.
    AtRisk,
    /// None.
    Hidden,
}

/// Whose number is counted at a tick (rule of `at_risk_rule`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtRiskRule {
    /// Just before the tick: T ≥ t, events and censorings before t.
    #[default]
    Left,
    /// Just after the tick: T > t, events and censorings up to t.
    Right,
}

/// From where on few are at risk.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Few {
    /// Fewer than this number.
    Count(usize),
    /// Fewer than this share of the group's rows, 0 to 1.
    Share(f64),
}

/// What becomes of a curve where few are at risk (Pocock, Clayton and Altman 2002, doi:10.1016/S0140-6736(02)08594-X).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tail {
    /// Drawn as elsewhere.
    Full,
    /// Drawn thin.
    Thin(Few),
    /// Not drawn.
    Cut(Few),
}

impl Default for Tail {
    fn default() -> Self {
        Self::Thin(Few::Count(5))
    }
}

/// What is drawn, beside the curves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The confidence band.
    pub band: bool,
    /// Marks at censoring times.
    pub censor_marks: bool,
    /// Lines at medians that are reached.
    pub median_lines: bool,
    /// 1 - S(t), rising from 0.
    pub upward: bool,
    /// Percent rather than a proportion on the y axis.
    pub percent: bool,
    /// The counts under the axis.
    pub risk_table: RiskTable,
    /// The rule of these counts.
    pub at_risk_rule: AtRiskRule,
    /// The rule of the tail.
    pub tail: Tail,
    /// Where the x axis ends; `None` for the last time.
    pub x_max: Option<f64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            band: true,
            censor_marks: true,
            median_lines: false,
            upward: false,
            percent: true,
            risk_table: RiskTable::default(),
            at_risk_rule: AtRiskRule::default(),
            tail: Tail::default(),
            x_max: None,
        }
    }
}

/// A Kaplan-Meier figure before layout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Width in CSS pixels (1/96 inch); at least 240.
    pub width: f64,
    /// Height in CSS pixels; `None` for one that suits the width. What does not fit makes the figure higher.
    #[serde(default)]
    pub height: Option<f64>,
    /// The title; empty for none.
    #[serde(default)]
    pub title: String,
    /// The name of the x axis, with unit and origin: "Months since diagnosis".
    pub x_label: String,
    /// The name of the y axis: "Overall survival (%)".
    pub y_label: String,
    /// The unit of the times, which chooses the ticks.
    pub unit: Unit,
    /// The curves, in the order of the levels.
    pub curves: Vec<Curve>,
    /// Short lines inside the plot where they find room, else above the legend: effect, interval, test and p.
    #[serde(default)]
    pub annotation: Vec<String>,
    /// Method of the interval, named in the legend: "95% CI, log"; `None` where there is no band.
    #[serde(default)]
    pub band_method: Option<String>,
    /// Lines under the figure: medians, follow-up, tests, software.
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
    /// What is drawn.
    #[serde(default)]
    pub options: Options,
}

/// Words of the figure in one language: the section `figure` of a words file, placeholders in braces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// At risk.
    pub at_risk: String,
    /// Censored.
    pub censored: String,
    /// Events.
    pub events: String,
    /// What the band is; `{method}`.
    pub band: String,
    /// What the marks are.
    pub censor_mark: String,
    /// The rule of a thin tail; `{few}`.
    pub tail_thin: String,
    /// The rule of a tail that is cut; `{few}`.
    pub tail_cut: String,
    /// The counting rule, left limit.
    pub counts_left: String,
    /// The counting rule, right limit.
    pub counts_right: String,
    /// Head of the column of groups.
    pub group: String,
    /// Head of the column of estimates.
    pub estimate: String,
    /// Head of the column of lower limits.
    pub conf_low: String,
    /// Head of the column of upper limits.
    pub conf_high: String,
    /// What the figure shows; `{title}`, `{x_label}`, `{y_label}`, `{x_max}`.
    pub alternative: String,
    /// What a group's curve shows; `{group}`, `{n}`, `{events}`, `{median}`.
    pub alternative_group: String,
    /// A median that is not reached.
    pub not_reached: String,
}

impl Words {
    /// The English words.
    pub fn english() -> Self {
        let word = |code| words::english("figure", code, &Params::new(), &Position::default());
        Self {
            at_risk: word("at_risk"),
            censored: word("censored"),
            events: word("events"),
            band: word("band"),
            censor_mark: word("censor_mark"),
            tail_thin: word("tail_thin"),
            tail_cut: word("tail_cut"),
            counts_left: word("counts_left"),
            counts_right: word("counts_right"),
            group: word("group"),
            estimate: word("estimate"),
            conf_low: word("conf_low"),
            conf_high: word("conf_high"),
            alternative: word("alternative"),
            alternative_group: word("alternative_group"),
            not_reached: word("not_reached"),
        }
    }
}

/// The scene of a figure.
///
/// Never fails: a group without rows keeps its rows in the table, and values that are not finite end their curve.
pub fn build(figure: &Figure) -> Scene {
    let rows = |sizes: &Sizes, room: f64| label::rows(figure, sizes, room).len();
    let draft = Frame::new(figure, 0.0, rows);
    let (width, sizes) = (draft.width, draft.sizes);
    let room = width - 2.0 * sizes.pad;
    let wrap = |line: &String| metrics::wrap(line, sizes.small, false, room);
    let notes = notes(figure, &traces(figure, &draft));
    let legend: Vec<String> = figure.legend.iter().flat_map(wrap).collect();
    let explained = wrap(&notes.join(" "));
    let below = |lines: usize| sizes.pad + if lines == 0 { 0.0 } else { sizes.gap + lines as f64 * sizes.row };

    let mut frame = Frame::new(figure, below(legend.len() + explained.len()), rows);
    let mut traces = traces(figure, &frame);
    let mut labels = label::items(figure, &frame, &traces);
    let mut obstacles = median_lines(figure, &frame);
    obstacles.extend(labels.iter().filter(|item| item.role == Role::Leader).cloned());
    let inside = annotation::inside(figure, &frame, &traces, &obstacles);
    // An annotation that finds no room in the plot stands above the legend, and the plot gives the room.
    let outside: Vec<String> = match inside {
        Some(_) => Vec::new(),
        None => figure.annotation.iter().flat_map(wrap).collect(),
    };
    if !outside.is_empty() {
        frame = Frame::new(figure, below(legend.len() + explained.len() + outside.len()), rows);
        traces = self::traces(figure, &frame);
        labels = label::items(figure, &frame, &traces);
    }

    let mut items = title(figure, &frame);
    items.extend(axis::vertical(figure, &frame));
    items.extend(axis::horizontal(figure, &frame));
    let drawn = || {
        let groups = figure.curves.iter().zip(&traces).enumerate();
        groups.filter_map(|(at, (curve, trace))| Some((&curve.key, trace.as_ref()?, figure.theme.line(at))))
    };
    items.extend(drawn().flat_map(|(key, trace, style)| trace.band(key, style)));
    items.extend(median_lines(figure, &frame));
    items.extend(drawn().flat_map(|(key, trace, style)| trace.line(key, style)));
    if figure.options.censor_marks {
        items.extend(drawn().flat_map(|(key, trace, style)| trace.censor_marks(key, style)));
    }
    items.extend(labels);
    items.extend(inside.unwrap_or_default());
    let table_top = frame.y.start + layout::axis_height(&sizes);
    items.extend(risk_table::items(figure, &frame, table_top));

    let mut baseline = table_top + risk_table::height(figure, &sizes, frame.inline) + sizes.gap;
    let (ink, muted) = (figure.theme.ink(), figure.theme.muted());
    for (role, lines, colour) in
        [(Role::Annotation, outside, ink), (Role::Legend, legend, ink), (Role::Legend, explained, muted)]
    {
        for line in lines {
            baseline += sizes.row;
            let set = Type { size: sizes.small, bold: false, colour };
            items.push(Item::text(role, (sizes.pad, baseline), Anchor::Start, line, set));
        }
    }
    let height = (baseline + sizes.pad).ceil();
    let paper = vec![(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
    items.insert(0, Item::polygon(Role::Background, paper, figure.theme.background(), 1.0));
    let spoken: Vec<String> = figure.legend.iter().chain(&notes).cloned().collect();
    Scene { width, height, items, alternative: alternative::of(figure, &frame, &spoken) }
}

fn traces(figure: &Figure, frame: &Frame) -> Vec<Option<Trace>> {
    figure.curves.iter().map(|curve| Trace::new(curve, &figure.options, &frame.x, &frame.y)).collect()
}

fn title(figure: &Figure, frame: &Frame) -> Vec<Item> {
    let set = Type { size: frame.sizes.title, bold: true, colour: figure.theme.ink() };
    let line = |(at, line): (usize, &String)| {
        let y = frame.sizes.pad + metrics::CAP_HEIGHT * set.size + at as f64 * (set.size + 4.0);
        Item::text(Role::Title, (frame.sizes.pad, y), Anchor::Start, line, set)
    };
    frame.title.iter().enumerate().map(line).collect()
}

/// What the legend must explain: only what is drawn.
fn notes(figure: &Figure, traces: &[Option<Trace>]) -> Vec<String> {
    let (words, options) = (&figure.words, &figure.options);
    let any = |has: fn(&Trace) -> bool| traces.iter().flatten().any(has);
    let mut notes = Vec::new();
    if let Some(method) = figure.band_method.as_deref().filter(|_| any(Trace::has_band)) {
        notes.push(alternative::fill(&words.band, &[("method", method)]));
    }
    if options.censor_marks && any(Trace::has_marks) {
        notes.push(words.censor_mark.clone());
    }
    let few = |few: Few| match few {
        Few::Count(count) => number::count(count, figure.locale),
        Few::Share(share) => {
            let sign = match figure.locale {
                Locale::En => "%",
                Locale::Fr => "\u{a0}%",
            };
            number::axis_value(100.0 * share, figure.locale) + sign
        }
    };
    match options.tail {
        Tail::Thin(rule) if any(Trace::has_tail) => {
            notes.push(alternative::fill(&words.tail_thin, &[("few", &few(rule))]));
        }
        Tail::Cut(rule) => notes.push(alternative::fill(&words.tail_cut, &[("few", &few(rule))])),
        Tail::Thin(_) | Tail::Full => {}
    }
    if options.risk_table != RiskTable::Hidden && !figure.curves.is_empty() {
        notes.push(match options.at_risk_rule {
            AtRiskRule::Left => words.counts_left.clone(),
            AtRiskRule::Right => words.counts_right.clone(),
        });
    }
    notes
}

/// Lines from one half on the y axis to each median that is reached, and down to the x axis.
fn median_lines(figure: &Figure, frame: &Frame) -> Vec<Item> {
    let reached = |curve: &Curve| curve.median.filter(|&median| median >= 0.0 && median <= frame.x.to);
    let mut items = Vec::new();
    if !figure.options.median_lines {
        return items;
    }
    let half = frame.y.at(0.5);
    let line = |points, colour| Item::line(Role::MedianLine, points, colour, 1.0).dashed(&[3.0, 3.0]);
    if let Some(last) = figure.curves.iter().filter_map(reached).reduce(f64::max) {
        items.push(line(vec![(frame.left, half), (frame.x.at(last), half)], figure.theme.axis()));
    }
    for (at, curve) in figure.curves.iter().enumerate() {
        if let Some(median) = reached(curve) {
            let x = frame.x.at(median);
            items.push(line(vec![(x, half), (x, frame.y.start)], figure.theme.line(at).colour).of(&curve.key));
        }
    }
    items
}
