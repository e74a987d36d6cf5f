//! The swimmer plot: a lane per patient from entry to the end of observation, with what happened when.

use serde::Deserialize;

use crate::report::figure::layout::TICK;
use crate::report::figure::scale::{self, Scale, Unit};
use crate::report::figure::scene::{Alternative, Anchor, Item, Point, Role, Scene};
use crate::report::figure::sheet::{Labels, Sheet, Words};
use crate::report::figure::{alternative, metrics};
use crate::report::number;
use crate::study::timeline_results::{Lane, Timeline};

/// Lanes that are drawn unless the request says otherwise: what stays readable on one page.
const LANES: usize = 60;

/// Most lanes that can be asked for.
const MOST_LANES: usize = 300;

/// How an observation without an event is called in the results.
const CENSORED: &str = "censored";

/// A swimmer plot before layout.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Figure {
    /// The sheet.
    #[serde(flatten)]
    pub sheet: Sheet,
    /// The name of the x axis, with unit and origin.
    #[serde(default)]
    pub x_label: String,
    /// Lanes that are drawn at most, 1 to 300; of more, a sample evenly spaced in their order. 60 where absent.
    #[serde(default)]
    pub max_lanes: Option<usize>,
    /// Words of the section `swimmer`; English where absent.
    #[serde(default)]
    pub words: Words,
}

/// The form of a sign, told apart without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Diamond,
    Circle,
    Triangle,
    Square,
    Down,
    Cross,
    Ring,
    Plus,
}

/// The signs in the order in which names get them, each with the code of its words.
const SIGNS: [(Sign, &str); 8] = [
    (Sign::Diamond, "diamond"),
    (Sign::Circle, "circle"),
    (Sign::Triangle, "triangle"),
    (Sign::Square, "square"),
    (Sign::Down, "down"),
    (Sign::Cross, "cross"),
    (Sign::Ring, "ring"),
    (Sign::Plus, "plus"),
];

impl Sign {
    /// The outlines of the sign around a place.
    fn outlines(self, (x, y): Point, r: f64) -> Vec<Vec<Point>> {
        let around = |points: &[Point]| points.iter().map(|&(dx, dy)| (x + dx * r, y + dy * r)).collect::<Vec<Point>>();
        let bar = |a: f64, b: f64| around(&[(-a, -b), (a, -b), (a, b), (-a, b)]);
        let slant = |s: f64| {
            let (long, thin) = (0.85, 0.3);
            around(&[
                (-long - thin, s * (-long + thin)),
                (-long + thin, s * (-long - thin)),
                (long + thin, s * (long - thin)),
                (long - thin, s * (long + thin)),
            ])
        };
        match self {
            Self::Diamond => vec![around(&[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)])],
            Self::Circle => {
                let turn = |at: u32| {
                    let angle = f64::from(at) * std::f64::consts::PI / 8.0;
                    (libm::cos(angle), libm::sin(angle))
                };
                vec![around(&(0..16).map(turn).collect::<Vec<_>>())]
            }
            Self::Triangle => vec![around(&[(0.0, -1.15), (1.1, 0.85), (-1.1, 0.85)])],
            Self::Square => vec![bar(0.9, 0.9)],
            Self::Down => vec![around(&[(0.0, 1.15), (1.1, -0.85), (-1.1, -0.85)])],
            Self::Cross => vec![slant(1.0), slant(-1.0)],
            // An open square: four sides.
            Self::Ring => vec![
                around(&[(-1.0, -1.0), (1.0, -1.0), (1.0, -0.6), (-1.0, -0.6)]),
                around(&[(-1.0, 0.6), (1.0, 0.6), (1.0, 1.0), (-1.0, 1.0)]),
                around(&[(-1.0, -1.0), (-0.6, -1.0), (-0.6, 1.0), (-1.0, 1.0)]),
                around(&[(0.6, -1.0), (1.0, -1.0), (1.0, 1.0), (0.6, 1.0)]),
            ],
            Self::Plus => vec![bar(1.2, 0.3), bar(0.3, 1.2)],
        }
    }
}

/// The scene of a timeline. Never fails.
///
/// Of more lanes than `max_lanes` every so-many-th is drawn, in the same order, and a note under the figure says how many of how
/// many; the text alternative has the lanes that are drawn.
pub fn build(figure: &Figure, timeline: &Timeline, labels: &Labels) -> Scene {
    let words = figure.words.or_english("swimmer");
    let sheet = &figure.sheet;
    let (sizes, width, theme) = (sheet.sizes(), sheet.room(), sheet.theme);
    let most = figure.max_lanes.unwrap_or(LANES).clamp(1, MOST_LANES);
    let lanes = sample(&timeline.lanes, most);
    let count = |n: usize| number::count(n, sheet.locale);
    let mut notes = Vec::new();

    // Outcomes first, then other dates: each name gets its sign over all lanes, drawn or not.
    let mut names: Vec<&str> = Vec::new();
    let outcomes = timeline.lanes.iter().map(|lane| lane.outcome.as_str()).filter(|outcome| *outcome != CENSORED);
    let others = timeline.lanes.iter().flat_map(|lane| lane.marks.iter().map(|mark| mark.name.as_str()));
    let mut known = crate::hashing::HashSet::default();
    names.extend(outcomes.chain(others).filter(|name| known.insert(*name)));
    let sign = |name: &str| names.iter().position(|known| *known == name).and_then(|at| SIGNS.get(at));

    // The key above the plot.
    let mut items = Vec::new();
    let mut y = sheet.title(&mut items);
    let set = sheet.set(sizes.small, false, false);
    let censored = words.say("censored", &[]);
    let mut key: Vec<(Option<Sign>, String)> =
        names.iter().zip(SIGNS).map(|(name, (sign, _))| (Some(sign), labels.of(name).to_owned())).collect();
    if timeline.lanes.iter().any(|lane| lane.outcome == CENSORED) {
        key.push((None, censored.clone()));
    }
    let (mut x, row) = (sizes.pad, sizes.row + 2.0);
    y += if key.is_empty() { 0.0 } else { row };
    for (sign, text) in key {
        let room = width - 2.0 * sizes.pad - 20.0;
        let text = metrics::shorten(&text, sizes.small, false, room);
        let needed = 20.0 + metrics::width(&text, sizes.small, false);
        if x > sizes.pad && x + needed > width - sizes.pad {
            (x, y) = (sizes.pad, y + row);
        }
        let middle = (x + 7.0, y - metrics::CAP_HEIGHT * sizes.small / 2.0);
        match sign {
            Some(sign) => {
                let outlines = sign.outlines(middle, 4.0).into_iter();
                items.extend(outlines.map(|points| Item::polygon(Role::Swatch, points, theme.ink(), 1.0)));
            }
            None => items.extend(arrow(Role::Swatch, (x + 2.0, middle.1), theme.axis())),
        }
        items.push(Item::text(Role::Legend, (x + 20.0, y), Anchor::Start, text, set));
        x += needed + 14.0;
    }
    y += sizes.gap;

    // Names of lanes, the smaller the more there are, and not below 6 pt.
    let (pitch, size): (f64, f64) = match lanes.len() {
        0..=40 => (15.0, sizes.small.min(10.5)),
        41..=60 => (13.0, (0.85 * sizes.small).clamp(8.0, 9.5)),
        _ => (11.0, 8.0),
    };
    let name_of = |lane: &Lane| match &lane.patient {
        Some(patient) => patient.clone(),
        None => words.say("row", &[("row", &count(lane.row))]),
    };
    let shortened: Vec<String> =
        lanes.iter().map(|lane| metrics::shorten(&name_of(lane), size, false, 0.25 * width)).collect();
    let widest = shortened.iter().map(|name| metrics::width(name, size, false)).fold(0.0, f64::max);
    let times = || {
        let marks = lanes.iter().flat_map(|lane| lane.marks.iter().map(|mark| mark.time));
        marks.chain(lanes.iter().flat_map(|lane| [lane.entry, lane.end])).filter(|time| time.is_finite())
    };
    let (least, greatest) = (times().fold(0.0, f64::min), times().fold(0.0, f64::max));
    let greatest = if greatest > least { greatest } else { least + 1.0 };
    let (left, right) = (sizes.pad + widest + 10.0, width - sizes.pad - 18.0);
    let axis = Scale { from: least, to: greatest, start: left, end: right, log: false };

    // The lanes, a heading over each group.
    let top = y;
    let grouped = lanes.iter().any(|lane| lane.group.is_some());
    let mut groups: Vec<&Option<String>> = Vec::new();
    let (mut before_origin, mut same_day) = (false, false);
    for (lane, name) in lanes.iter().zip(&shortened) {
        if grouped && groups.last() != Some(&&lane.group) {
            groups.push(&lane.group);
            y += sizes.row + 3.0;
            let named = lane.group.as_ref().map(|group| sheet.label(group, group));
            let heading = named.unwrap_or_else(|| words.say("no_group", &[]));
            let text = metrics::shorten(&heading, sizes.small, true, width - 2.0 * sizes.pad);
            let set = sheet.set(sizes.small, true, false);
            let item = Item::text(Role::GroupLabel, (sizes.pad, y), Anchor::Start, text, set);
            items.push(item.of(lane.group.as_deref().unwrap_or_default()));
            y += 4.0;
        }
        let middle = y + pitch / 2.0;
        let key = lane.row.to_string();
        let set = sheet.set(size, false, true);
        let baseline = middle + metrics::CAP_HEIGHT * size / 2.0;
        items.push(Item::text(Role::LaneName, (left - 6.0, baseline), Anchor::End, name.clone(), set).of(&key));
        let (from, to) = (axis.at(lane.entry), axis.at(lane.end));
        let half = 0.28 * pitch;
        let colour = sheet.line(groups.len().saturating_sub(1), lane.group.as_deref().unwrap_or_default()).colour;
        let bar = vec![(from, middle - half), (to, middle - half), (to, middle + half), (from, middle + half)];
        items.push(Item::polygon(Role::Lane, bar, colour, 0.45).of(&key));
        let r = 0.3 * pitch;
        let mut drawn: Vec<f64> = Vec::new();
        if lane.outcome == CENSORED {
            items.extend(arrow(Role::GoesOn, (to, middle), theme.axis()).map(|item| item.of(&key)));
        } else if let Some((sign, _)) = sign(&lane.outcome) {
            items.extend(signed(*sign, (to, middle), r, theme.ink(), &key, lane.end));
            drawn.push(lane.end);
        }
        for mark in &lane.marks {
            before_origin |= mark.time < 0.0;
            let Some((sign, _)) = sign(&mark.name) else { continue };
            // Two signs on one place would read as neither.
            if drawn.contains(&mark.time) {
                same_day = true;
                continue;
            }
            drawn.push(mark.time);
            items.extend(signed(*sign, (axis.at(mark.time), middle), r, theme.ink(), &key, mark.time));
        }
        y += pitch;
    }
    if lanes.is_empty() {
        y += sizes.row;
        let set = sheet.set(sizes.small, false, true);
        items.push(Item::text(Role::Annotation, (left, y), Anchor::Start, words.say("none", &[]), set));
        y += sizes.gap;
    }
    y += 4.0;
    items.extend(axes(figure, &axis, Unit::named(&timeline.unit), top, y));
    let bottom = y + TICK + 4.0 + sizes.small + 6.0 + if figure.x_label.is_empty() { 0.0 } else { sizes.base };

    if lanes.len() < timeline.lanes.len() {
        let (shown, n) = (count(lanes.len()), count(timeline.lanes.len()));
        notes.push(words.say("sampled", &[("shown", &shown), ("n", &n)]));
    }
    if same_day {
        notes.push(words.say("same_day", &[]));
    }
    if before_origin {
        notes.push(words.say("clipped", &[]));
    }
    if let Some(rest) = names.get(SIGNS.len()..).filter(|rest| !rest.is_empty()) {
        let rest: Vec<&str> = rest.iter().map(|name| labels.of(name)).collect();
        notes.push(words.say("not_drawn", &[("names", &rest.join(", "))]));
    }
    let title = alternative::sentence(&sheet.title);
    let n = count(timeline.lanes.len());
    let mut text = words.say("alternative", &[("title", &title), ("n", &n), ("x_label", &figure.x_label)]);
    for (name, (_, code)) in names.iter().zip(SIGNS) {
        let shape = words.say(code, &[]);
        text = format!("{text} {}", words.say("mark", &[("shape", &shape), ("name", labels.of(name))]));
    }
    text = format!("{text} {}", words.say("arrow", &[("censored", &censored)]));
    let time = |value: f64| number::time(value, sheet.locale).unwrap_or_default();
    let rows = lanes.iter().map(|lane| {
        let marks = lane.marks.iter().map(|mark| format!("{} {}", labels.of(&mark.name), time(mark.time)));
        vec![
            name_of(lane),
            lane.group.as_ref().map(|group| sheet.label(group, group)).unwrap_or_default(),
            time(lane.entry),
            time(lane.end),
            if lane.outcome == CENSORED { censored.clone() } else { labels.of(&lane.outcome).to_owned() },
            marks.collect::<Vec<_>>().join("; "),
        ]
    });
    let header = ["patient", "group", "entry", "end", "outcome", "others"].map(|code| words.say(code, &[])).to_vec();
    let alt = Alternative { text: text.trim().to_owned(), header, rows: rows.collect() };
    sheet.scene(items, bottom, &notes, alt)
}

/// At most `most` lanes, evenly spaced in their order, the first and the last among them.
fn sample(lanes: &[Lane], most: usize) -> Vec<&Lane> {
    if lanes.len() <= most {
        return lanes.iter().collect();
    }
    let last = (most - 1).max(1);
    (0..most).filter_map(|at| lanes.get(at * (lanes.len() - 1) / last)).collect()
}

/// A sign on a lane.
fn signed(
    sign: Sign,
    place: Point,
    r: f64,
    ink: crate::report::figure::scene::Colour,
    key: &str,
    time: f64,
) -> impl Iterator<Item = Item> {
    let outlines = sign.outlines(place, r).into_iter();
    outlines.map(move |points| Item::polygon(Role::Mark, points, ink, 1.0).of(key).at(time))
}

/// A short arrow to the right from this place.
fn arrow(role: Role, (x, y): Point, colour: crate::report::figure::scene::Colour) -> impl Iterator<Item = Item> {
    let head = vec![(x + 13.0, y), (x + 7.0, y - 3.0), (x + 7.0, y + 3.0)];
    [Item::line(role, vec![(x, y), (x + 8.0, y)], colour, 1.5), Item::polygon(role, head, colour, 1.0)].into_iter()
}

/// The axis under the lanes, and the line at the origin.
fn axes(figure: &Figure, axis: &Scale, unit: Unit, top: f64, y: f64) -> Vec<Item> {
    let sheet = &figure.sheet;
    let (sizes, theme) = (sheet.sizes(), sheet.theme);
    let mut items = vec![Item::line(Role::Axis, vec![(axis.start, y), (axis.end, y)], theme.axis(), 1.0)];
    let zero = axis.at(0.0);
    items.push(Item::line(Role::Axis, vec![(zero, top), (zero, y)], theme.axis(), 1.0).at(0.0));
    let label = |tick: f64| number::axis_value(tick, sheet.locale);
    let number = [axis.from, axis.to].map(|end| metrics::width(&label(libm::round(end)), sizes.small, false));
    let span = axis.to - axis.from;
    let most = ((axis.end - axis.start) / (number[0].max(number[1]) + 16.0)) as usize;
    let ticks = scale::ticks(unit, span, most.max(2));
    let step = ticks.get(1).copied().unwrap_or(span);
    // Multiples of one step on both sides of the origin.
    let (first, last) = (libm::ceil(axis.from / step - 1e-9) as i64, libm::floor(axis.to / step + 1e-9) as i64);
    let set = sheet.set(sizes.small, false, true);
    let baseline = y + TICK + 4.0 + metrics::CAP_HEIGHT * sizes.small;
    for at in first..=last {
        let tick = at as f64 * step;
        let x = axis.at(tick);
        items.push(Item::line(Role::Axis, vec![(x, y), (x, y + TICK)], theme.axis(), 1.0).at(tick));
        items.push(Item::text(Role::XTick, (x, baseline), Anchor::Middle, label(tick), set).at(tick));
    }
    if !figure.x_label.is_empty() {
        let set = sheet.set(sizes.base, false, false);
        let room = sheet.room() - 2.0 * sizes.pad;
        let name = metrics::shorten(&figure.x_label, sizes.base, false, room);
        let half = metrics::width(&name, sizes.base, false) / 2.0;
        let middle = (axis.start + axis.end) / 2.0;
        let x = middle.min(sheet.room() - sizes.pad - half).max(sizes.pad + half);
        let baseline = baseline + sizes.row + 2.0;
        items.push(Item::text(Role::AxisLabel, (x, baseline), Anchor::Middle, name, set));
    }
    items
}
