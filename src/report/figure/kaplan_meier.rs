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
    #[serde(default)]
    pub unit: Unit,
    /// The curves, in the order of the levels.
    #[serde(default)]
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
    /// The name of a curve without groups.
    pub all: String,
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
            all: word("all"),
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
    Scene { width, height, items, alt: alternative::of(figure, &frame, &spoken) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::scene::Shape;

    /// One patient: entry, end of follow-up, event.
    type Row = (f64, f64, bool);

    /// The curve of these rows, by the product-limit formula; limits are a tenth around it.
    fn curve(key: &str, rows: &[Row]) -> Curve {
        let mut times: Vec<f64> = rows.iter().map(|row| row.1).collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        let mut curve = Curve { key: key.into(), label: key.into(), n: rows.len(), ..Curve::default() };
        let mut survival = 1.0;
        for &time in &times {
            let count = |holds: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| holds(row)).count();
            let at_risk = count(&|row| (row.0 < time || row.0 <= 0.0) && row.1 >= time);
            let events = count(&|row| row.1 == time && row.2);
            survival *= 1.0 - events as f64 / at_risk as f64;
            curve.estimate.push(Some(survival));
            curve.conf_low.push((survival > 0.0).then_some((survival - 0.1).max(0.0)));
            curve.conf_high.push((survival > 0.0).then_some((survival + 0.1).min(1.0)));
            curve.n_event.push(events);
            curve.n_censor.push(count(&|row| row.1 == time && !row.2));
        }
        curve.time = times;
        if rows.iter().any(|row| row.0 > 0.0) {
            curve.entry = rows.iter().map(|row| row.0).collect();
        }
        curve.median = curve.time.iter().zip(&curve.estimate).find(|step| step.1 <= &Some(0.5)).map(|step| *step.0);
        curve
    }

    /// Rows spread over `span`, some with an event, some tied.
    fn rows(n: usize, span: f64, seed: usize) -> Vec<Row> {
        (0..n).map(|i| (0.0, ((i * 37 + seed) % 101) as f64 / 101.0 * span, !(i * seed).is_multiple_of(3))).collect()
    }

    fn figure(width: f64, curves: Vec<Curve>) -> Figure {
        Figure {
            width,
            height: None,
            title: "Overall survival by grade, and a title that is long enough to be wrapped on a phone".into(),
            x_label: "Months since diagnosis".into(),
            y_label: "Overall survival (%)".into(),
            unit: Unit::Months,
            curves,
            annotation: vec!["HR 0.66 (95% CI 0.27–1.59)".into(), "log-rank p = 0.35".into()],
            band_method: Some("95% CI, log".into()),
            legend: vec!["Median follow-up 69.7 months (reverse Kaplan-Meier).".into()],
            words: Words::english(),
            locale: Locale::En,
            theme: Theme::Light,
            options: Options { median_lines: true, ..Options::default() },
        }
    }

    fn texts(scene: &Scene, role: Role) -> Vec<(&Item, &str, f64, f64)> {
        let text = |item: &'_ Item| match &item.shape {
            Shape::Text { x, y, .. } => Some((*x, *y)),
            _ => None,
        };
        let words = |item| match item {
            &Item { shape: Shape::Text { ref text, .. }, .. } => text.as_str(),
            _ => "",
        };
        let found = scene.items.iter().filter(|item| item.role == role);
        found.filter_map(|item| text(item).map(|(x, y)| (item, words(item), x, y))).collect()
    }

    /// Number in the table of this role, group and tick.
    fn cell(scene: &Scene, role: Role, group: &str, tick: f64) -> usize {
        let found: Vec<_> = texts(scene, role)
            .into_iter()
            .filter(|(item, ..)| item.group.as_deref() == Some(group) && item.tick == Some(tick))
            .collect();
        assert_eq!(found.len(), 1, "{role:?} {group} {tick}");
        found[0].1.replace(',', "").parse().expect("a count")
    }

    fn overlap(one: &Item, other: &Item) -> bool {
        let (Some(a), Some(b)) = (one.bounds(), other.bounds()) else { return false };
        a.0 < b.2 - 0.01 && b.0 < a.2 - 0.01 && a.1 < b.3 - 0.01 && b.1 < a.3 - 0.01
    }

    /// Builds the figure and holds it to what every figure must keep.
    fn built(figure: &Figure) -> Scene {
        let scene = build(figure);
        assert!(scene.width.is_finite() && scene.height.is_finite());
        let mut words = Vec::new();
        for item in &scene.items {
            let (left, top, right, bottom) = item.bounds().unwrap_or_else(|| panic!("{item:?} is empty"));
            assert!([left, top, right, bottom].iter().all(|value| value.is_finite()), "{item:?}");
            assert!(
                left >= 0.0 && top >= 0.0 && right <= scene.width && bottom <= scene.height,
                "outside {} × {}: {item:?}",
                scene.width,
                scene.height
            );
            if let Shape::Text { size, text, .. } = &item.shape {
                // 6 pt are 8 CSS pixels.
                assert!(*size >= 8.0 && !text.is_empty(), "{item:?}");
                words.push(item);
            }
        }
        for (at, one) in words.iter().enumerate() {
            if let Some(other) = words[..at].iter().find(|other| overlap(one, other)) {
                panic!("{one:?} covers {other:?}");
            }
        }
        let ticks = texts(&scene, Role::XTick);
        assert_eq!(ticks[0].0.tick, Some(0.0));
        for role in [Role::AtRisk, Role::Censored, Role::Events] {
            for (item, _, x, _) in texts(&scene, role) {
                let tick = ticks.iter().find(|tick| tick.0.tick == item.tick).expect("its tick");
                assert!((tick.2 - x).abs() <= 0.5, "{item:?} is not under its tick");
                assert!(figure.curves.iter().any(|curve| Some(&curve.key) == item.group.as_ref()));
            }
        }
        assert_eq!(scene.alt.rows.len(), figure.curves.len() * ticks.len());
        assert!(scene.alt.rows.iter().all(|row| row.len() == scene.alt.header.len()));
        assert!(figure.curves.iter().all(|curve| scene.alt.text.contains(&curve.label)));
        scene
    }

    fn colour_of(scene: &Scene, role: Role, group: &str) -> Option<String> {
        scene.items.iter().find(|item| item.role == role && item.group.as_deref() == Some(group)).and_then(|item| {
            match &item.shape {
                Shape::Line { colour, .. } => Some(String::from(*colour)),
                _ => None,
            }
        })
    }

    #[test]
    fn numbers_stand_under_their_ticks_and_sum_at_every_width() {
        let groups: Vec<(&str, Vec<Row>)> = vec![("Grade 1", rows(24, 90.0, 5)), ("Grade 2", rows(41, 160.0, 7))];
        for width in [240.0, 320.0, 360.0, 479.0, 480.0, 800.0, 1280.0, 1600.0] {
            for table in [RiskTable::Full, RiskTable::AtRisk, RiskTable::Hidden] {
                let mut figure = figure(width, groups.iter().map(|(key, rows)| curve(key, rows)).collect());
                figure.options.risk_table = table;
                let scene = built(&figure);
                if table != RiskTable::Full {
                    continue;
                }
                for (item, ..) in texts(&scene, Role::XTick) {
                    let tick = item.tick.expect("a tick");
                    for (key, rows) in &groups {
                        let count = |holds: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| holds(row)).count();
                        let shown = [Role::AtRisk, Role::Censored, Role::Events].map(|r| cell(&scene, r, key, tick));
                        let expected = [
                            count(&|row| row.1 >= tick),
                            count(&|row| row.1 < tick && !row.2),
                            count(&|row| row.1 < tick && row.2),
                        ];
                        assert_eq!(shown, expected, "{key} at {tick}, width {width}");
                        assert_eq!(shown.iter().sum::<usize>(), rows.len());
                    }
                }
            }
        }
    }

    #[test]
    fn labels_follow_the_group_and_not_its_place() {
        let names = ["≥ 5 cm & “high” < 10", "<b>é $1</b>", "Unknown", "≤ 5 cm"];
        let all: Vec<Vec<Row>> = (0..4).map(|at| rows(10 + 7 * at, 60.0 + 20.0 * at as f64, at + 2)).collect();
        for order in [[0, 1, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0]] {
            for width in [360.0, 800.0] {
                let curves = order.iter().map(|&at| curve(names[at], &all[at])).collect();
                let scene = built(&figure(width, curves));
                for &at in &order {
                    let key = names[at];
                    assert_eq!(cell(&scene, Role::AtRisk, key, 0.0), all[at].len());
                    for role in [Role::GroupLabel, Role::TableGroup] {
                        let label: Vec<&str> = texts(&scene, role)
                            .into_iter()
                            .filter(|(item, ..)| item.group.as_deref() == Some(key))
                            .map(|(_, text, ..)| text)
                            .collect();
                        assert_eq!(label.join(" "), key);
                    }
                    let colour = colour_of(&scene, Role::Curve, key).expect("a curve");
                    assert_eq!(colour_of(&scene, Role::Swatch, key), Some(colour));
                }
            }
        }
    }

    #[test]
    fn late_entry_sums_to_who_has_entered() {
        let entered: Vec<Row> = (0..30)
            .map(|i| ((i % 10) as f64 * 4.0, 20.0 + i as f64 * 3.0 + (i % 10) as f64 * 4.0, i % 2 == 0))
            .collect();
        let scene = built(&figure(800.0, vec![curve("all", &entered)]));
        for (item, ..) in texts(&scene, Role::XTick) {
            let tick = item.tick.expect("a tick");
            let sum: usize =
                [Role::AtRisk, Role::Censored, Role::Events].iter().map(|&r| cell(&scene, r, "all", tick)).sum();
            assert_eq!(sum, entered.iter().filter(|row| row.0 < tick || row.0 <= 0.0).count(), "{tick}");
        }
    }

    #[test]
    fn odd_groups_are_drawn_as_far_as_they_go() {
        let odd: Vec<(&str, Vec<Row>)> = vec![
            ("no row", vec![]),
            ("one event", vec![(0.0, 30.0, true)]),
            ("one censored", vec![(0.0, 45.0, false)]),
            ("all censored", (1..20).map(|i| (0.0, f64::from(i) * 3.0, false)).collect()),
            ("events at 0", vec![(0.0, 0.0, true), (0.0, 0.0, true), (0.0, 50.0, true), (0.0, 70.0, false)]),
            ("down to 0", (1..12).map(|i| (0.0, f64::from(i) * 6.0, true)).collect()),
            ("gone at 0", vec![(0.0, 0.0, false)]),
        ];
        for width in [360.0, 900.0] {
            for tail in [Tail::Full, Tail::default(), Tail::Cut(Few::Share(0.1)), Tail::Cut(Few::Count(5))] {
                for group in &odd {
                    let mut figure = figure(width, vec![curve(group.0, &group.1)]);
                    figure.options.tail = tail;
                    built(&figure);
                }
                let mut figure = figure(width, odd.iter().map(|group| curve(group.0, &group.1)).collect());
                figure.options.tail = tail;
                let scene = built(&figure);
                assert_eq!(cell(&scene, Role::AtRisk, "no row", 0.0), 0);
                assert_eq!(colour_of(&scene, Role::Curve, "no row"), None);
            }
        }
        built(&figure(600.0, Vec::new()));
    }

    #[test]
    fn the_curve_begins_at_one_and_an_upward_one_at_zero() {
        let mut figure = figure(800.0, vec![curve("all", &[(0.0, 0.0, true), (0.0, 9.0, true), (0.0, 12.0, false)])]);
        figure.options.tail = Tail::Full;
        for upward in [false, true] {
            figure.options.upward = upward;
            let scene = built(&figure);
            let axis = scene.items.iter().filter(|item| item.role == Role::Axis).filter_map(Item::bounds);
            let (left, top, _, bottom) =
                axis.reduce(|a, b| if b.3 - b.1 > a.3 - a.1 { b } else { a }).expect("an axis");
            let line = scene.items.iter().find(|item| item.role == Role::Curve).expect("a curve");
            let Shape::Line { points, .. } = &line.shape else { panic!("not a line") };
            assert_eq!(points[0], (left, if upward { bottom } else { top }));
            // An event at time 0 is a drop at time 0.
            assert_eq!(points[1].0, left);
            assert_ne!(points[1].1, points[0].1);
            assert!(points.windows(2).all(|pair| pair[0].0 == pair[1].0 || pair[0].1 == pair[1].1));
        }
    }

    #[test]
    fn medians_are_drawn_only_where_they_are_reached() {
        let scene = built(&figure(
            800.0,
            vec![
                curve("low", &[(0.0, 9.0, true), (0.0, 20.0, true)]),
                curve("high", &[(0.0, 9.0, false), (0.0, 60.0, false)]),
            ],
        ));
        let lines: Vec<_> = scene.items.iter().filter(|item| item.role == Role::MedianLine).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.group.as_deref() != Some("high")));
        assert!(scene.alt.text.contains("median not reached") && scene.alt.text.contains("median 9.0"));
    }

    #[test]
    fn only_what_is_drawn_is_explained() {
        let mut figure = figure(800.0, vec![curve("all", &rows(40, 100.0, 5))]);
        let legend = |figure: &Figure| {
            let lines: Vec<String> =
                texts(&built(figure), Role::Legend).into_iter().map(|(_, text, ..)| text.to_owned()).collect();
            lines.join(" ")
        };
        let all = legend(&figure);
        for sentence in ["Shading: 95% CI, log.", "Vertical marks", "fewer than 5 at risk", "just before each time"] {
            assert!(all.contains(sentence), "{sentence} in {all}");
        }
        figure.options.band = false;
        figure.options.censor_marks = false;
        figure.options.tail = Tail::Cut(Few::Share(0.1));
        figure.options.at_risk_rule = AtRiskRule::Right;
        let bare = legend(&figure);
        assert!(!bare.contains("Shading") && !bare.contains("Vertical"), "{bare}");
        assert!(bare.contains("fewer than 10% are at risk") && bare.contains("just after each time"), "{bare}");
    }

    #[test]
    fn an_asked_height_is_kept_and_the_annotation_never_lost() {
        for height in [None, Some(300.0), Some(420.0), Some(900.0)] {
            for width in [300.0, 360.0, 800.0] {
                let mut figure = figure(width, vec![curve("a", &rows(40, 100.0, 5)), curve("b", &rows(40, 100.0, 7))]);
                figure.height = height;
                let scene = built(&figure);
                assert!(texts(&scene, Role::Annotation).len() >= 2);
                if let Some(height) = height.filter(|height| *height >= 900.0) {
                    assert!((scene.height - height).abs() <= 1.0, "{} for {height}", scene.height);
                }
            }
        }
    }

    #[test]
    fn long_names_are_shortened_and_told_in_full() {
        let name = "Perioperative chemotherapy with doxorubicin and ifosfamide, at least three cycles, any sequence";
        let scene = built(&figure(360.0, vec![curve(name, &rows(12, 100.0, 5)), curve("none", &rows(12, 80.0, 4))]));
        assert!(texts(&scene, Role::GroupLabel)[0].1.ends_with('…'));
        assert!(scene.alt.text.contains(name));
    }

    #[test]
    fn many_groups_and_a_million_rows() {
        let many = (0..14).map(|at| curve(&format!("Level {at}"), &rows(30, 100.0, at + 2))).collect();
        built(&figure(800.0, many));
        let n = 1_000_000;
        let large = Curve {
            key: "all".into(),
            label: "all".into(),
            n,
            time: (1..=n).map(|i| i as f64 * 1e-4).collect(),
            estimate: (1..=n).map(|i| Some(1.0 - 0.5 * i as f64 / n as f64)).collect(),
            conf_low: (1..=n).map(|i| Some(0.99 - 0.5 * i as f64 / n as f64)).collect(),
            conf_high: (1..=n).map(|i| Some((1.01 - 0.5 * i as f64 / n as f64).min(1.0))).collect(),
            n_event: vec![1; n],
            n_censor: vec![0; n],
            ..Curve::default()
        };
        let scene = built(&figure(800.0, vec![large]));
        let points: usize = scene
            .items
            .iter()
            .map(|item| match &item.shape {
                Shape::Line { points, .. } | Shape::Polygon { points, .. } => points.len(),
                Shape::Text { .. } => 1,
            })
            .sum();
        assert!(points < 60_000, "{points}");
        assert_eq!(cell(&scene, Role::AtRisk, "all", 0.0), n);
    }

    #[test]
    fn french_words_have_every_place() {
        let json: serde_json::Value =
            serde_json::from_str(include_str!("../../../www/app/i18n/engine.fr.json")).expect("JSON");
        let words: Words = serde_json::from_value(json["figure"].clone()).expect("the words of the figure");
        let mut figure = figure(800.0, vec![curve("Tous", &rows(40, 100.0, 5))]);
        (figure.words, figure.locale) = (words, Locale::Fr);
        let scene = built(&figure);
        assert!(texts(&scene, Role::TableRow).iter().any(|row| row.1 == "À risque"));
        assert!(scene.alt.text.contains("médiane"), "{}", scene.alt.text);
    }
}
