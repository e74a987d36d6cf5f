//! The curve figure: curves, band, censoring marks and the risk table in one layout.

use serde::{Deserialize, Serialize};

use crate::report::figure::curve::Trace;
use crate::report::figure::layout::{self, Frame, Sizes};
pub use crate::report::figure::options::{AtRiskRule, Few, Options, Quantity, RiskTable, Tail};
use crate::report::figure::scale::Unit;
use crate::report::figure::scene::{Anchor, Item, Role, Scene, Type};
use crate::report::figure::sheet::{Sheet, Words};
use crate::report::figure::theme::LineStyle;
use crate::report::figure::{alternative, annotation, axis, label, metrics, risk_table};
use crate::report::number;

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
    #[serde(default)]
    pub median: Option<f64>,
    /// Its limits; `None` where one is not reached.
    #[serde(default)]
    pub median_limits: (Option<f64>, Option<f64>),
    /// Whether there is a median to speak of: it was asked for, and the group has rows.
    #[serde(default)]
    pub has_median: bool,
}

/// A curve figure before layout.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Figure {
    /// The sheet.
    #[serde(flatten)]
    pub sheet: Sheet,
    /// Height in CSS pixels; `None` for one that suits the width. What does not fit makes the figure higher.
    #[serde(default)]
    pub height: Option<f64>,
    /// The name of the x axis, with unit and origin: "Months since diagnosis". Empty for one made from the results.
    #[serde(default)]
    pub x_label: String,
    /// The name of the y axis: "Overall survival (%)". Empty for one made from the results.
    #[serde(default)]
    pub y_label: String,
    /// The unit of the times, which chooses the ticks.
    #[serde(skip)]
    pub unit: Unit,
    /// The curves, in the order of the levels.
    #[serde(skip)]
    pub curves: Vec<Curve>,
    /// Short lines inside the plot where they find room, else above the legend: effect, interval, test and p.
    #[serde(default)]
    pub annotation: Vec<String>,
    /// Method of the interval, named in the legend: "95% CI, log"; taken from the results where it is absent.
    #[serde(default)]
    pub band_method: Option<String>,
    /// What the figure says of itself, made from the results.
    #[serde(skip)]
    pub described: Vec<String>,
    /// Lines of `annotation` that were taken from other analyses; the first ones.
    #[serde(skip)]
    pub quoted: usize,
    /// Whether the first of them is the effect.
    #[serde(skip)]
    pub has_effect: bool,
    /// Whether the median follow-up is told.
    #[serde(skip)]
    pub follow_up: bool,
    /// The column of case weights.
    #[serde(skip)]
    pub weighted: Option<String>,
    /// The curves are adjusted.
    #[serde(skip)]
    pub adjusted: bool,
    /// "95% CI".
    #[serde(skip)]
    pub conf_interval: String,
    /// Words of the section `figure`; English where absent.
    #[serde(default)]
    pub words: Words,
    /// Ids of the analyses that speak in this figure.
    #[serde(default)]
    pub from: From,
    /// What is drawn.
    #[serde(default)]
    pub options: Options,
}

/// Ids of the analyses that a curve figure quotes.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct From {
    /// A `cox` model: the ratio of the groups and its interval.
    pub effect: Option<String>,
    /// A `log_rank` test: its p.
    pub test: Option<String>,
    /// A `follow_up` analysis: the median follow-up.
    pub follow_up: Option<String>,
    /// The `kaplan_meier` analysis of the same variable whose counts stand under adjusted curves.
    pub counts: Option<String>,
}

impl Figure {
    /// The look of the group at this place.
    pub(super) fn line(&self, at: usize) -> LineStyle {
        self.sheet.line(at, self.curves.get(at).map_or("", |curve| &curve.key))
    }

    /// Everything that stands under the figure before the notes.
    fn lines(&self) -> Vec<String> {
        let medians = medians(self).into_iter();
        self.sheet.legend.iter().cloned().chain(medians).chain(self.described.iter().cloned()).collect()
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
    let lines = figure.lines();
    let legend: Vec<String> = lines.iter().flat_map(wrap).collect();
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
        groups.filter_map(|(at, (curve, trace))| Some((&curve.key, trace.as_ref()?, figure.line(at))))
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
    let (ink, muted) = (figure.sheet.theme.ink(), figure.sheet.theme.muted());
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
    items.insert(0, Item::polygon(Role::Background, paper, figure.sheet.theme.background(), 1.0));
    let spoken: Vec<String> = figure.sheet.legend.iter().chain(&figure.described).chain(&notes).cloned().collect();
    Scene { width, height, items, alt: alternative::of(figure, &frame, &spoken) }
}

fn traces(figure: &Figure, frame: &Frame) -> Vec<Option<Trace>> {
    figure.curves.iter().map(|curve| Trace::new(curve, &figure.options, &frame.x, &frame.y)).collect()
}

fn title(figure: &Figure, frame: &Frame) -> Vec<Item> {
    let set = Type { size: frame.sizes.title, bold: true, colour: figure.sheet.theme.ink() };
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
        notes.push(words.say("band", &[("method", method)]));
    }
    if options.censor_marks && any(Trace::has_marks) {
        notes.push(words.say("censor_mark", &[]));
    }
    let few = |few: Few| match few {
        Few::Count(count) => number::count(count, figure.sheet.locale),
        Few::Share(share) => figure.sheet.percent(share),
    };
    match options.tail {
        Tail::Thin(rule) if any(Trace::has_tail) => notes.push(words.say("tail_thin", &[("few", &few(rule))])),
        Tail::Cut(rule) => notes.push(words.say("tail_cut", &[("few", &few(rule))])),
        Tail::Thin(_) | Tail::Full => {}
    }
    if options.risk_table != RiskTable::Hidden && !figure.curves.is_empty() {
        let rule = match options.at_risk_rule {
            AtRiskRule::Left => "counts_left",
            AtRiskRule::Right => "counts_right",
        };
        notes.push(words.say(rule, &[]));
    }
    if let Some(cut) = options.cut() {
        let code = if options.upward { "axis_cut_upward" } else { "axis_cut" };
        let value =
            if options.percent { figure.sheet.percent(cut) } else { number::axis_value(cut, figure.sheet.locale) };
        notes.push(words.say(code, &[("value", &value)]));
    }
    notes
}

/// The medians of the groups with their limits, `NR` where one is not reached.
fn medians(figure: &Figure) -> Option<String> {
    let (words, sheet) = (&figure.words, &figure.sheet);
    if !figure.options.medians || figure.options.quantity != Quantity::Survival {
        return None;
    }
    let not_reached = words.say("nr", &[]);
    let time = |value: Option<f64>| value.and_then(|value| number::time(value, sheet.locale));
    let group = |curve: &Curve| {
        let (low, high) = curve.median_limits;
        let limits = sheet.limits(time(low), time(high), &not_reached, &words.say("to", &[]));
        let median = time(curve.median).unwrap_or_else(|| not_reached.clone());
        words.say("median_group", &[("group", &curve.label), ("median", &median), ("limits", &limits)])
    };
    let groups: Vec<String> = figure.curves.iter().filter(|curve| curve.has_median).map(group).collect();
    let abbreviated = groups.iter().any(|group| group.contains(not_reached.as_str()));
    let explained = if abbreviated { words.say("nr_means", &[]) } else { String::new() };
    (!groups.is_empty()).then(|| {
        let text = words.say(
            "medians",
            &[
                ("groups", &groups.join("; ")),
                ("unit", &words.say(figure.unit.code(), &[])),
                ("ci", &figure.conf_interval),
            ],
        );
        format!("{text} {explained}").trim().to_owned()
    })
}

/// Lines from one half on the y axis to each median that is reached, and down to the x axis.
fn median_lines(figure: &Figure, frame: &Frame) -> Vec<Item> {
    let reached = |curve: &Curve| curve.median.filter(|&median| frame.x.has(median));
    let mut items = Vec::new();
    if !figure.options.median_lines || figure.options.quantity != Quantity::Survival || !frame.y.has(0.5) {
        return items;
    }
    let half = frame.y.at(0.5);
    let line = |points, colour| Item::line(Role::MedianLine, points, colour, 1.0).dashed(&[3.0, 3.0]);
    if let Some(last) = figure.curves.iter().filter_map(reached).reduce(f64::max) {
        items.push(line(vec![(frame.left, half), (frame.x.at(last), half)], figure.sheet.theme.axis()));
    }
    for (at, curve) in figure.curves.iter().enumerate() {
        if let Some(median) = reached(curve) {
            let x = frame.x.at(median);
            items.push(line(vec![(x, half), (x, frame.y.start)], figure.line(at).colour).of(&curve.key));
        }
    }
    items
}

#[cfg(test)]
mod tests;
