//! Scaled Schoenfeld residuals over time with their smooth: what a hazard ratio that changes looks like.

use serde::Deserialize;

use crate::error::Result;
use crate::report::figure::layout::TICK;
use crate::report::figure::legend::Source;
use crate::report::figure::results::bad;
use crate::report::figure::scale::{self, Scale, Unit};
use crate::report::figure::scene::{Alternative, Anchor, Item, Point, Role, Scene};
use crate::report::figure::sheet::{Sheet, Words};
use crate::report::figure::{alternative, metrics};
use crate::report::number;
use crate::sorting::sort_numbers;
use crate::study::results::{AnalysisResult, ColumnName, PhTest, Results};

/// Most residuals that are drawn in a panel; of more, as many evenly spaced in their order.
const POINTS: usize = 2_000;

/// Residuals before layout.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Figure {
    /// The sheet.
    #[serde(flatten)]
    pub sheet: Sheet,
    /// The name of the x axis; made from the results where it is empty.
    #[serde(default)]
    pub x_label: String,
    /// The name of the y axes.
    #[serde(default)]
    pub y_label: String,
    /// The variables whose columns are drawn; all where it is empty.
    #[serde(default)]
    pub variables: Vec<String>,
    /// What is drawn.
    #[serde(default)]
    pub options: Options,
    /// Words of the section `figure`; English where absent.
    #[serde(default)]
    pub words: Words,
    /// Words of the section `reason`; English where absent.
    #[serde(default)]
    pub reasons: Words,
    /// What the figure says of itself.
    #[serde(skip)]
    pub described: Vec<String>,
    /// The unit of the times.
    #[serde(skip)]
    pub unit: Unit,
    /// The transform of time.
    #[serde(skip)]
    pub transform: String,
    /// "95% CI".
    #[serde(skip)]
    pub conf_interval: String,
    /// What each column of the test is called, in their order.
    #[serde(skip)]
    pub names: Vec<String>,
    /// The test of each column's variable, in words.
    #[serde(skip)]
    pub tests: Vec<String>,
}

/// What is drawn of the residuals.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The residuals.
    pub points: bool,
    /// The band of the smooth.
    pub band: bool,
    /// What the figure says of itself from the results.
    pub described: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { points: true, band: true, described: true }
    }
}

impl Figure {
    /// Takes names, tests and legend from the results.
    ///
    /// # Errors
    /// A variable that the test does not have.
    pub(super) fn fill(&mut self, results: &Results, result: &AnalysisResult, test: &PhTest) -> Result<()> {
        let (sheet, words) = (self.sheet.clone(), self.words.clone());
        let source = Source { results, result, sheet: &sheet, words: &words };
        if let Some(unknown) =
            self.variables.iter().find(|name| !test.columns.iter().any(|column| column.variable == **name))
        {
            let known: Vec<&str> = test.terms.iter().map(|term| term.variable.as_str()).collect();
            return Err(bad("variables", unknown, &known.join(", ")));
        }
        self.unit = source.unit();
        self.transform = source.rule("transform").unwrap_or("identity").to_owned();
        self.conf_interval = source.ci();
        if self.x_label.is_empty() {
            self.x_label = source.x_label(Default::default());
        }
        if self.y_label.is_empty() {
            self.y_label = words.say("schoenfeld_y", &[]);
        }
        let is_number =
            |name: &str| test.columns.iter().any(|column| column.variable == name && column.level.is_none());
        let name = |column: &ColumnName| {
            let parts: Vec<String> = column.variable.split(':').map(|part| source.name(part)).collect();
            let variable = parts.join(" × ");
            match &column.level {
                Some(level) => format!("{variable}: {}", sheet.level(&column.variable, level, is_number)),
                None => variable,
            }
        };
        self.names = test.columns.iter().map(name).collect();
        let reasons = self.reasons.with_english("reason");
        let tested = |column: &ColumnName| {
            let term = test.terms.iter().find(|term| term.variable == column.variable)?;
            match (term.test.p_value, term.test.reason) {
                (Some(p), _) => sheet.p(p),
                (None, Some(reason)) => {
                    Some(words.say("schoenfeld_not_estimable", &[("reason", &reasons.say(reason, &[]))]))
                }
                _ => None,
            }
        };
        self.tests = test.columns.iter().map(|column| tested(column).unwrap_or_default()).collect();
        if let Some(p) = test.global.p_value.and_then(|p| sheet.p(p)) {
            self.described.push(words.say("schoenfeld_global", &[("p", &p)]));
        }
        if self.options.described {
            let (n, n_event) = result.counts.as_ref().map_or((0, 0), |counts| (counts.n, counts.n_event));
            let told = source.sentences(n, n_event).into_iter().map(|(_, text)| text).filter(|text| !text.is_empty());
            self.described.push(told.collect::<Vec<_>>().join(" "));
        }
        Ok(())
    }

    /// The columns that are drawn.
    fn shown(&self, test: &PhTest) -> Vec<usize> {
        let wanted = |column: &ColumnName| self.variables.is_empty() || self.variables.contains(&column.variable);
        (0..test.columns.len()).filter(|&at| wanted(&test.columns[at])).collect()
    }
}

/// A panel: one column over time.
struct Panel<'a> {
    column: usize,
    key: String,
    points: Vec<(f64, f64)>,
    smooth: Option<&'a crate::study::results::Smooth>,
    x: Scale,
    y: Scale,
}

/// The scene of the residuals. Never fails.
pub fn build(figure: &Figure, test: &PhTest) -> Scene {
    let (sheet, words) = (&figure.sheet, &figure.words);
    let sizes = sheet.sizes();
    let mut items = Vec::new();
    let mut y = sheet.title(&mut items);
    let columns = figure.shown(test);
    let across = if columns.len() > 1 && sheet.room() >= 48.0 * sizes.base { 2 } else { 1 };
    let room = (sheet.room() - 2.0 * sizes.pad - (across - 1) as f64 * sizes.base) / across as f64;
    let mut outside = 0;
    for row in columns.chunks(across) {
        let mut lowest = y;
        for (at, &column) in row.iter().enumerate() {
            let left = sizes.pad + at as f64 * (room + sizes.base);
            lowest = lowest.max(panel(&mut items, figure, test, column, (left, y, room), &mut outside));
        }
        y = lowest + sizes.gap;
    }

    let mut notes = Vec::new();
    let drawn = |role| items.iter().any(|item| item.role == role);
    if drawn(Role::Residual) {
        notes.push(words.say("schoenfeld_points", &[]));
    }
    if drawn(Role::Smooth) {
        notes.push(words.say("schoenfeld_smooth", &[("ci", &figure.conf_interval)]));
    } else if test.smooth_reason.is_some() {
        notes.push(words.say("schoenfeld_no_smooth", &[]));
    }
    if drawn(Role::Constant) {
        notes.push(words.say("schoenfeld_constant", &[]));
    }
    if outside > 0 {
        notes.push(words.say("schoenfeld_outside", &[("n", &number::count(outside, sheet.locale))]));
    }
    notes.push(words.say(&format!("schoenfeld_transform_{}", figure.transform), &[]));
    notes.extend(figure.described.iter().cloned());
    sheet.scene(items, y - sizes.gap, &notes, alternative(figure, test, &columns))
}

/// One panel in its place (left, top, width); gives its lower end.
fn panel(
    items: &mut Vec<Item>,
    figure: &Figure,
    test: &PhTest,
    column: usize,
    (left, top, width): (f64, f64, f64),
    outside: &mut usize,
) -> f64 {
    let sheet = &figure.sheet;
    let (sizes, theme) = (sheet.sizes(), sheet.theme);
    let name = &figure.names[column];
    let set = sheet.set(sizes.small, true, false);
    let mut y = top;
    for line in metrics::wrap(name, sizes.small, true, width) {
        y += sizes.row;
        items.push(Item::text(Role::Heading, (left, y), Anchor::Start, line, set).of(name));
    }
    for line in metrics::wrap(&figure.tests[column], sizes.small, false, width) {
        y += sizes.row;
        items.push(
            Item::text(Role::Annotation, (left, y), Anchor::Start, line, sheet.set(sizes.small, false, false)).of(name),
        );
    }
    y += 0.6 * sizes.row;
    let Some(panel) = scales(figure, test, column, (left, y, width)) else {
        return y;
    };

    // The y axis, the x axis.
    let muted = sheet.set(sizes.small, false, true);
    let (x, scale) = (&panel.x, &panel.y);
    let axis = |points| Item::line(Role::Axis, points, theme.axis(), 1.0);
    items.push(axis(vec![(x.start, scale.end), (x.start, scale.start)]));
    for tick in scale::ticks_between(scale.from, scale.to, 6) {
        let place = scale.at(tick);
        items.push(axis(vec![(x.start - TICK, place), (x.start, place)]).at(tick));
        let place = (x.start - TICK - 3.0, place + metrics::CAP_HEIGHT * sizes.small / 2.0);
        items.push(Item::text(Role::YTick, place, Anchor::End, number::axis_value(tick, sheet.locale), muted).at(tick));
    }
    let ink = sheet.set(sizes.base, false, false);
    let y_label = metrics::shorten(&figure.y_label, sizes.base, false, scale.start - scale.end);
    let place = (left + metrics::CAP_HEIGHT * sizes.base, (scale.start + scale.end) / 2.0);
    items.push(Item::text(Role::AxisLabel, place, Anchor::Middle, y_label, ink).upwards());
    items.push(axis(vec![(x.start, scale.start), (x.end, scale.start)]));
    let baseline = scale.start + TICK + 4.0 + metrics::CAP_HEIGHT * sizes.small;
    for (time, transformed) in time_ticks(figure, test, x, &sizes) {
        let place = x.at(transformed);
        items.push(axis(vec![(place, scale.start), (place, scale.start + TICK)]).at(time));
        let text = number::axis_value(time, sheet.locale);
        items.push(Item::text(Role::XTick, (place, baseline), Anchor::Middle, text, muted).at(time));
    }
    let label = metrics::shorten(&figure.x_label, sizes.base, false, width);
    let half = metrics::width(&label, sizes.base, false) / 2.0;
    let middle = ((x.start + x.end) / 2.0).min(left + width - half).max(left + half);
    let bottom = baseline + 1.3 * sizes.base;
    items.push(Item::text(Role::AxisLabel, (middle, bottom), Anchor::Middle, label, ink));

    marks(items, figure, &panel, test, outside);
    bottom + 0.3 * sizes.base
}

/// The points, the smooth with its band, the constant.
fn marks(items: &mut Vec<Item>, figure: &Figure, panel: &Panel, test: &PhTest, outside: &mut usize) {
    let sheet = &figure.sheet;
    let (theme, style) = (sheet.theme, sheet.line(0, ""));
    let (x, y, key) = (&panel.x, &panel.y, panel.key.as_str());
    if let (Some(smooth), true) = (panel.smooth, figure.options.band) {
        let edge = |values: &[f64]| -> Vec<Point> {
            smooth.transformed.iter().zip(values).map(|(&at, &value)| (x.at(at), y.at(value))).collect()
        };
        let (mut outline, low) = (edge(&smooth.conf_high), edge(&smooth.conf_low));
        outline.extend(low.into_iter().rev());
        items.push(Item::polygon(Role::Band, outline, style.colour, 0.16).of(key));
    }
    if figure.options.points {
        let radius = (0.17 * sheet.sizes().small).max(1.2);
        let every = panel.points.len().div_ceil(POINTS).max(1);
        *outside += panel.points.iter().filter(|point| !y.has(point.1)).count();
        for &(at, value) in panel.points.iter().step_by(every).filter(|point| y.has(point.1)) {
            items.push(
                Item::polygon(Role::Residual, circle((x.at(at), y.at(value)), radius), theme.muted(), 0.65).of(key),
            );
        }
    }
    if let Some(constant) = test.coefficients.get(panel.column).copied().flatten().filter(|&value| y.has(value)) {
        let line = vec![(x.start, y.at(constant)), (x.end, y.at(constant))];
        items.push(Item::line(Role::Constant, line, theme.ink(), 1.0).dashed(&[6.0, 3.0]).of(key).at(constant));
    }
    if let Some(smooth) = panel.smooth {
        let line = smooth.transformed.iter().zip(&smooth.estimate).filter(|step| y.has(*step.1));
        let line: Vec<Point> = line.map(|(&at, &value)| (x.at(at), y.at(value))).collect();
        if line.len() > 1 {
            items.push(Item::line(Role::Smooth, line, style.colour, 1.8).of(key));
        }
    }
}

/// An outline of twelve corners.
fn circle((x, y): Point, radius: f64) -> Vec<Point> {
    const CORNERS: [(f64, f64); 12] = [
        (1.0, 0.0),
        (0.866, 0.5),
        (0.5, 0.866),
        (0.0, 1.0),
        (-0.5, 0.866),
        (-0.866, 0.5),
        (-1.0, 0.0),
        (-0.866, -0.5),
        (-0.5, -0.866),
        (0.0, -1.0),
        (0.5, -0.866),
        (0.866, -0.5),
    ];
    CORNERS.iter().map(|corner| (x + radius * corner.0, y + radius * corner.1)).collect()
}

/// The axes of a panel; `None` where the column has no residual.
fn scales<'a>(
    figure: &Figure,
    test: &'a PhTest,
    column: usize,
    (left, top, width): (f64, f64, f64),
) -> Option<Panel<'a>> {
    let sheet = &figure.sheet;
    let sizes = sheet.sizes();
    let value = |values: &[Option<f64>]| values.get(column).copied().flatten().filter(|value| value.is_finite());
    let points: Vec<(f64, f64)> =
        test.residuals.iter().filter_map(|residual| Some((residual.transformed, value(&residual.values)?))).collect();
    let (first, last) = (points.first()?.0, points.last()?.0);
    let (first, last) = if last > first { (first, last) } else { (first - 0.5, first + 0.5) };
    let beside = 0.02 * (last - first);
    let (first, last) = (first - beside, last + beside);
    let name = &test.columns[column];
    let smooth =
        test.smooth.iter().find(|smooth| smooth.column.variable == name.variable && smooth.column.level == name.level);

    // A few residuals lie far out where few are at risk: the axis shows the middle 96 of 100, the smooth and the constant.
    let mut sorted: Vec<f64> = points.iter().map(|point| point.1).collect();
    sort_numbers(&mut sorted);
    let skipped = sorted.len() / 50;
    let (mut low, mut high) = (sorted[skipped], sorted[sorted.len() - 1 - skipped]);
    let bands = smooth.map(|smooth| [&smooth.estimate, &smooth.conf_low, &smooth.conf_high]);
    let bands = bands.iter().flatten().flat_map(|values| values.iter().copied());
    for value in bands.chain(test.coefficients.get(column).copied().flatten()).filter(|value| value.is_finite()) {
        (low, high) = (low.min(value), high.max(value));
    }
    let room = if high > low { 0.04 * (high - low) } else { 1.0 };
    let (low, high) = (low - room, high + room);

    let small = |text: &str| metrics::width(text, sizes.small, false);
    let ticks = scale::ticks_between(low, high, 6);
    let numbers = ticks.iter().map(|&tick| small(&number::axis_value(tick, sheet.locale))).fold(0.0, f64::max);
    let start = left + 1.2 * sizes.base + 4.0 + numbers + 3.0 + TICK;
    let end = left + width - small("00") / 2.0;
    let height = (0.55 * (end - start)).clamp(110.0, 320.0);
    Some(Panel {
        column,
        key: figure.names[column].clone(),
        points,
        smooth,
        x: Scale { from: first, to: last, start, end, log: false },
        y: Scale { from: low, to: high, start: top + height, end: top, log: false },
    })
}

/// Ticks of the time axis: times that read well, and where they stand on the transformed axis.
fn time_ticks(
    figure: &Figure,
    test: &PhTest,
    x: &Scale,
    sizes: &crate::report::figure::layout::Sizes,
) -> Vec<(f64, f64)> {
    let (Some(first), Some(last)) = (test.residuals.first(), test.residuals.last()) else { return Vec::new() };
    let most = ((x.end - x.start) / (3.2 * sizes.small)) as usize;
    let log = figure.transform == "log" && first.time > 0.0 && last.time > 4.0 * first.time;
    let times = if log {
        scale::ticks_log(first.time, last.time, most)
    } else {
        scale::ticks(figure.unit, last.time, most + 1)
    };
    let place = |time: f64| -> Option<f64> {
        if time < first.time || time > last.time {
            return None;
        }
        let after = test.residuals.partition_point(|residual| residual.time < time);
        let (next, before) = (test.residuals.get(after)?, test.residuals.get(after.saturating_sub(1))?);
        if next.time <= time || next.time <= before.time {
            return Some(next.transformed);
        }
        let share = (time - before.time) / (next.time - before.time);
        Some(before.transformed + share * (next.transformed - before.transformed))
    };
    let mut out: Vec<(f64, f64)> = Vec::new();
    let mut used = f64::NEG_INFINITY;
    // Where the axis is drawn together, a number that would touch the last one is left out.
    for time in times {
        let Some(transformed) = place(time) else { continue };
        let half = metrics::width(&number::axis_value(time, figure.sheet.locale), sizes.small, false) / 2.0;
        if x.at(transformed) - half >= used + 4.0 {
            out.push((time, transformed));
            used = x.at(transformed) + half;
        }
    }
    out
}

fn alternative(figure: &Figure, test: &PhTest, columns: &[usize]) -> Alternative {
    let (sheet, words) = (&figure.sheet, &figure.words);
    let title = alternative::sentence(&sheet.title);
    let count = number::count(columns.len(), sheet.locale);
    let values = [("title", title.as_str()), ("x_label", &figure.x_label), ("panels", &count)];
    let mut text = words.say("schoenfeld_alternative", &values).trim().to_owned();
    for &column in columns {
        text =
            format!("{text} {}", alternative::sentence(&format!("{}: {}", figure.names[column], figure.tests[column])));
    }
    let fixed = |value: f64| number::fixed(value, 3, sheet.locale);
    let mut rows = Vec::new();
    for &column in columns {
        let name = &test.columns[column];
        let smooth = test
            .smooth
            .iter()
            .find(|smooth| smooth.column.variable == name.variable && smooth.column.level == name.level);
        let Some(smooth) = smooth else { continue };
        // Every fourth of the forty points says where the smooth goes.
        for at in (0..smooth.time.len()).filter(|at| at % 4 == 0 || at + 1 == smooth.time.len()) {
            rows.push(vec![
                figure.names[column].clone(),
                number::fixed(smooth.time[at], 1, sheet.locale),
                fixed(smooth.estimate[at]),
                fixed(smooth.conf_low[at]),
                fixed(smooth.conf_high[at]),
            ]);
        }
    }
    let header = ["schoenfeld_column", "schoenfeld_time", "schoenfeld_estimate", "conf_low", "conf_high"];
    Alternative { text, header: header.iter().map(|code| words.say(code, &[])).collect(), rows }
}
