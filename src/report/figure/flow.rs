//! The flow diagram (STROBE, CONSORT): screened, excluded with reasons, included, analysed for each endpoint.

use serde::Deserialize;

use crate::report::figure::metrics;
use crate::report::figure::scene::{Alternative, Anchor, Item, Point, Role, Scene};
use crate::report::figure::sheet::{Labels, Sheet, Words};
use crate::report::{figure::alternative, number};
use crate::sorting::sort_by;
use crate::study::flow_results::{Flow, FlowEndpoint, Left};
use crate::study::patient_options::Lost;

/// Reasons, or groups, that a box names; of more, the smallest are added up.
pub const MOST: usize = 8;

/// Room inside a box.
const INSIDE: f64 = 8.0;

/// Narrowest box of an endpoint beside others.
const NARROWEST: f64 = 170.0;

/// Length of an arrow's head.
const HEAD: f64 = 6.0;

/// A flow diagram before layout.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Figure {
    /// The sheet.
    #[serde(flatten)]
    pub sheet: Sheet,
    /// Words of the section `flow`; English where absent.
    #[serde(default)]
    pub words: Words,
    /// Words of the section `reason`; English where absent.
    #[serde(default)]
    pub reasons: Words,
}

/// A line of a box.
struct Line {
    text: String,
    bold: bool,
    indent: f64,
}

/// A box: what it is and its lines, wrapped.
struct Boxed {
    key: String,
    width: f64,
    lines: Vec<Line>,
}

struct Layout<'a> {
    figure: &'a Figure,
    words: Words,
    reasons: Words,
    labels: &'a Labels,
    items: Vec<Item>,
    rows: Vec<Vec<String>>,
    folded: bool,
}

/// The scene of a flow. Never fails; a text that is too wide is shortened, and told in full in the text alternative.
pub fn build(figure: &Figure, flow: &Flow, labels: &Labels) -> Scene {
    let words = figure.words.or_english("flow");
    let mut layout = Layout {
        figure,
        reasons: figure.reasons.or_english("reason"),
        words,
        labels,
        items: Vec::new(),
        rows: Vec::new(),
        folded: false,
    };
    let bottom = layout.draw(flow);
    let mut notes = Vec::new();
    let before: usize = flow.before.iter().map(|before| before.n).sum();
    if flow.screened.checked_sub(before) != Some(flow.n_rows) {
        notes.push(layout.words.say("does_not_add", &[]));
    }
    match flow.lost_rule.as_ref().filter(|_| flow.lost.is_some()) {
        Some(Lost::Said(condition)) => {
            let values = [("column", labels.of(&condition.column)), ("values", &condition.values.join(", "))];
            notes.push(layout.words.say("lost_said", &values));
        }
        Some(Lost::Before(day)) => notes.push(layout.words.say("lost_before", &[("day", &day.to_string())])),
        None => {}
    }
    if layout.folded {
        notes.push(layout.words.say("folded", &[]));
    }
    let title = alternative::sentence(&figure.sheet.title);
    let alt = Alternative {
        text: layout.words.say("alternative", &[("title", &title)]).trim().to_owned(),
        header: vec![layout.words.say("step", &[]), layout.words.say("n", &[])],
        rows: layout.rows,
    };
    figure.sheet.scene(layout.items, bottom, &notes, alt)
}

impl Layout<'_> {
    fn count(&self, n: usize) -> String {
        number::count(n, self.figure.sheet.locale)
    }

    /// A step with its number, also for the table of the text alternative.
    fn step(&mut self, code: &str, values: &[(&str, &str)], n: usize) -> String {
        let text = self.count(n);
        let mut all = vec![("n", text.as_str())];
        all.extend_from_slice(values);
        let line = self.words.say(code, &all);
        self.rows.push(vec![line.clone(), text.clone()]);
        line
    }

    /// The box of this key from unwrapped lines: text, bold, level of indentation.
    fn boxed(&self, key: &str, width: f64, lines: Vec<(String, bool, usize)>) -> Boxed {
        let size = self.figure.sheet.sizes().small;
        let wrap = |(text, bold, level): (String, bool, usize)| {
            let indent = level as f64 * 10.0;
            let room = width - 2.0 * INSIDE - indent;
            metrics::wrap(&text, size, bold, room).into_iter().map(move |text| Line { text, bold, indent })
        };
        Boxed { key: key.to_owned(), width, lines: lines.into_iter().flat_map(wrap).collect() }
    }

    fn height(&self, boxed: &Boxed) -> f64 {
        2.0 * INSIDE + boxed.lines.len() as f64 * self.figure.sheet.sizes().row
    }

    /// Draws a box with its left top corner here.
    fn place(&mut self, boxed: &Boxed, (x, y): Point) {
        let (sizes, theme) = (self.figure.sheet.sizes(), self.figure.sheet.theme);
        let (right, bottom) = (x + boxed.width, y + self.height(boxed));
        let outline = vec![(x, y), (right, y), (right, bottom), (x, bottom), (x, y)];
        self.items.push(Item::line(Role::Box, outline, theme.axis(), 1.0).of(&boxed.key));
        // The middle of a capital stands in the middle of its row.
        let first = y + INSIDE + (sizes.row + metrics::CAP_HEIGHT * sizes.small) / 2.0;
        for (at, line) in boxed.lines.iter().enumerate() {
            let set = self.figure.sheet.set(sizes.small, line.bold, false);
            let place = (x + INSIDE + line.indent, first + at as f64 * sizes.row);
            self.items.push(Item::text(Role::BoxText, place, Anchor::Start, line.text.clone(), set).of(&boxed.key));
        }
    }

    fn line(&mut self, points: Vec<Point>) {
        self.items.push(Item::line(Role::Arrow, points, self.figure.sheet.theme.axis(), 1.0));
    }

    fn arrow(&mut self, from: Point, to: Point) {
        self.line(vec![from, to]);
        let (dx, dy) = if from.1 == to.1 { (HEAD, 0.0) } else { (0.0, HEAD) };
        let (bx, by) = (to.0 - dx, to.1 - dy);
        let head = vec![to, (bx + dy / 2.0, by + dx / 2.0), (bx - dy / 2.0, by - dx / 2.0)];
        self.items.push(Item::polygon(Role::Arrow, head, self.figure.sheet.theme.axis(), 1.0));
    }

    /// The lines of reasons, the most frequent first; the smallest are added up beyond [`MOST`].
    fn reasons(&mut self, mut reasons: Vec<(String, usize)>, level: usize) -> Vec<(String, bool, usize)> {
        sort_by(&mut reasons, |a, b| b.1.cmp(&a.1));
        let shown = if reasons.len() > MOST { MOST - 1 } else { reasons.len() };
        let mut lines = Vec::new();
        for (at, (reason, n)) in reasons.iter().enumerate() {
            let line = self.step("reason", &[("reason", reason)], *n);
            if at < shown {
                lines.push((line, false, level));
            }
        }
        if let Some(rest) = reasons.get(shown..).filter(|rest| !rest.is_empty()) {
            self.folded = true;
            let n = self.count(rest.iter().map(|(_, n)| n).sum());
            let k = self.count(rest.len());
            lines.push((self.words.say("others", &[("k", &k), ("n", &n)]), false, level));
        }
        lines
    }

    fn named(&self, left: &[Left]) -> Vec<(String, usize)> {
        let name = |left: &Left| left.note.clone().unwrap_or_else(|| self.reasons.say(left.reason, &[]));
        left.iter().map(|left| (name(left), left.n)).collect()
    }

    /// Everything; gives the y under it.
    fn draw(&mut self, flow: &Flow) -> f64 {
        let (sizes, width) = (self.figure.sheet.sizes(), self.figure.sheet.room());
        let mut y = self.figure.sheet.title(&mut self.items);
        let room = width - 2.0 * sizes.pad;
        // Of two endpoints the first stands right under the trunk.
        let half = ((room - sizes.gap) / 2.0).floor();
        let pair = flow.endpoints.len() == 2 && half >= NARROWEST;
        let (main, left) = (if pair { half } else { (0.46 * room).floor() }, sizes.pad);
        let middle = left + (main / 2.0).floor();
        let gap = 2.0 * sizes.gap;

        // A trunk of boxes, and what leaves it to the right between two of them.
        let before: usize = flow.before.iter().map(|before| before.n).sum();
        if !flow.before.is_empty() || flow.screened != flow.n_rows {
            let text = self.step("screened", &[], flow.screened);
            let boxed = self.boxed("screened", main, vec![(text, true, 0)]);
            self.place(&boxed, (left, y));
            y += self.height(&boxed);
            let mut lines = Vec::new();
            if !flow.before.is_empty() {
                lines.push((self.step("before", &[], before), true, 0));
                let reasons = flow.before.iter().map(|before| (before.reason.clone(), before.n)).collect();
                lines.extend(self.reasons(reasons, 1));
            }
            y = self.leave("before", lines, (middle, y), room - main - gap);
        }
        let text = self.step("file", &[], flow.n_rows);
        let boxed = self.boxed("file", main, vec![(text, true, 0)]);
        self.place(&boxed, (left, y));
        y += self.height(&boxed);
        let mut lines = Vec::new();
        if !flow.excluded.is_empty() {
            let n = flow.excluded.iter().map(|left| left.n).sum();
            lines.push((self.step("excluded", &[], n), true, 0));
            let reasons = self.named(&flow.excluded);
            lines.extend(self.reasons(reasons, 1));
        }
        y = self.leave("excluded", lines, (middle, y), room - main - gap);
        let text = self.step("included", &[], flow.included);
        let boxed = self.boxed("included", main, vec![(text, true, 0)]);
        self.place(&boxed, (left, y));
        y += self.height(&boxed);
        self.endpoints(&flow.endpoints, (left, y), main)
    }

    /// The arrow down to the next box, with what leaves in between; gives the y of the next box.
    fn leave(&mut self, key: &str, lines: Vec<(String, bool, usize)>, (x, y): Point, width: f64) -> f64 {
        let sizes = self.figure.sheet.sizes();
        let gap = 2.0 * sizes.gap;
        if lines.is_empty() {
            self.arrow((x, y), (x, y + gap));
            return y + gap;
        }
        let boxed = self.boxed(key, width, lines);
        let height = self.height(&boxed);
        let next = y + height + 2.0 * sizes.gap;
        let side = self.figure.sheet.room() - sizes.pad - width;
        self.arrow((x, y), (x, next));
        let level = y + sizes.gap + height / 2.0;
        self.arrow((x, level), (side, level));
        self.place(&boxed, (side, y + sizes.gap));
        next
    }

    /// The boxes of the endpoints: side by side where there is room, else one under the other; gives the y under them.
    fn endpoints(&mut self, endpoints: &[FlowEndpoint], (left, top): Point, main: f64) -> f64 {
        let (sizes, width) = (self.figure.sheet.sizes(), self.figure.sheet.room());
        let (gap, room) = (2.0 * sizes.gap, width - 2.0 * sizes.pad);
        let middle = left + (main / 2.0).floor();
        let count = endpoints.len() as f64;
        let each = ((room - (count - 1.0) * sizes.gap) / count.max(1.0)).floor();
        if let [endpoint] = endpoints {
            let lines = self.endpoint(endpoint);
            let boxed = self.boxed(&endpoint.endpoint, room, lines);
            self.arrow((middle, top), (middle, top + gap));
            self.place(&boxed, (left, top + gap));
            return top + gap + self.height(&boxed);
        }
        if endpoints.is_empty() {
            return top;
        }
        let mut bottom = top;
        if each >= NARROWEST {
            let branch = top + sizes.gap;
            let centre = |at: usize| left + at as f64 * (each + sizes.gap) + (each / 2.0).floor();
            self.line(vec![(middle, top), (middle, branch)]);
            self.line(vec![(centre(0).min(middle), branch), (centre(endpoints.len() - 1).max(middle), branch)]);
            for (at, endpoint) in endpoints.iter().enumerate() {
                let lines = self.endpoint(endpoint);
                let boxed = self.boxed(&endpoint.endpoint, each, lines);
                self.arrow((centre(at), branch), (centre(at), branch + gap));
                self.place(&boxed, (left + at as f64 * (each + sizes.gap), branch + gap));
                bottom = bottom.max(branch + gap + self.height(&boxed));
            }
            return bottom;
        }
        let (spine, x) = (left + sizes.gap, left + 3.0 * sizes.gap);
        let mut last = top;
        for endpoint in endpoints {
            let lines = self.endpoint(endpoint);
            let boxed = self.boxed(&endpoint.endpoint, width - sizes.pad - x, lines);
            let y = bottom + sizes.gap;
            last = y + self.height(&boxed) / 2.0;
            self.arrow((spine, last), (x, last));
            self.place(&boxed, (x, y));
            bottom = y + self.height(&boxed);
        }
        self.line(vec![(spine, top), (spine, last)]);
        bottom
    }

    /// The lines of an endpoint's box.
    fn endpoint(&mut self, endpoint: &FlowEndpoint) -> Vec<(String, bool, usize)> {
        let name = self.labels.of(&endpoint.endpoint).to_owned();
        self.rows.push(vec![name.clone(), String::new()]);
        let mut lines = vec![(name, true, 0)];
        if endpoint.error.is_some() {
            let text = self.words.say("not_derived", &[]);
            self.rows.push(vec![text.clone(), String::new()]);
            lines.push((text, false, 0));
            return lines;
        }
        if !endpoint.excluded.is_empty() {
            let n = endpoint.excluded.iter().map(|left| left.n).sum();
            lines.push((self.step("not_analysed", &[], n), false, 0));
            let reasons = self.named(&endpoint.excluded);
            lines.extend(self.reasons(reasons, 1));
        }
        lines.push((self.step("analysed", &[], endpoint.n), false, 0));
        lines.push((self.step("events", &[], endpoint.n_event), false, 0));
        if endpoint.by_event.len() > 1 {
            for (event, &n) in &endpoint.by_event {
                let event = self.labels.of(event).to_owned();
                lines.push((self.step("event", &[("event", &event)], n), false, 1));
            }
        }
        if let Some(lost) = &endpoint.lost {
            lines.push((self.step("lost", &[], lost.n), false, 0));
        }
        let shown = if endpoint.groups.len() > MOST { MOST - 1 } else { endpoint.groups.len() };
        for (at, group) in endpoint.groups.iter().enumerate() {
            let named = group.group.as_ref().map(|group| self.figure.sheet.label(group, group));
            let name = named.unwrap_or_else(|| self.words.say("no_group", &[]));
            let events = self.count(group.n_event);
            let line = self.step("group", &[("group", &name), ("events", &events)], group.n);
            if at < shown {
                lines.push((line, false, 0));
            }
        }
        if let Some(rest) = endpoint.groups.get(shown..).filter(|rest| !rest.is_empty()) {
            self.folded = true;
            let n = self.count(rest.iter().map(|group| group.n).sum());
            let events = self.count(rest.iter().map(|group| group.n_event).sum());
            let k = self.count(rest.len());
            lines.push((self.words.say("other_groups", &[("k", &k), ("n", &n), ("events", &events)]), false, 0));
        }
        lines
    }
}
