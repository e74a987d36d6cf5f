//! The map of missing values: a row per variable, a column per set of variables that are missing together.

use serde::Deserialize;

use crate::report::figure::scene::{Alternative, Anchor, Item, Point, Role, Scene};
use crate::report::figure::sheet::{Labels, Sheet, Words};
use crate::report::figure::{alternative, metrics};
use crate::report::number;
use crate::sorting;
use crate::study::missing_results::{MissingMap, MissingVariable};

/// Most variables that are drawn.
pub const VARIABLES: usize = 60;

/// Width of a cell, and its height.
const CELL: (f64, f64) = (17.0, 17.0);

/// A map before layout.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Figure {
    /// The sheet.
    #[serde(flatten)]
    pub sheet: Sheet,
    /// Words of the section `missing_map`; English where absent.
    #[serde(default)]
    pub words: Words,
}

/// The scene of a map. Never fails.
///
/// Beyond [`VARIABLES`] the variables with the fewest missing values are left out, and as many patterns are drawn as there is room
/// for, the most frequent first; notes under the figure say what is not drawn, and the text alternative has all of it.
pub fn build(figure: &Figure, map: &MissingMap, labels: &Labels) -> Scene {
    let words = figure.words.or_english("missing_map");
    let sheet = &figure.sheet;
    let (sizes, width, theme) = (sheet.sizes(), sheet.room(), sheet.theme);
    let count = |n: usize| number::count(n, sheet.locale);
    let percent = |share: f64| number::fixed(share, 1, sheet.locale);
    let small = |text: &str| metrics::width(text, sizes.small, false);
    let mut notes = vec![words.say("missing", &[]), words.say("present", &[])];
    let variables = shown(&map.variables);
    let hidden = map.variables.len() - variables.len();
    if hidden > 0 {
        let shown_least = variables.iter().map(|variable| variable.n_missing).min().unwrap_or(0);
        let all_complete =
            shown_least > 0 && map.variables.iter().filter(|v| v.n_missing > 0).count() == variables.len();
        let code = if all_complete { "complete_hidden" } else { "hidden" };
        notes.push(words.say(code, &[("k", &count(hidden))]));
    }

    // Names left, numbers right, patterns between.
    let mut items = Vec::new();
    let mut y = sheet.title(&mut items);
    let names: Vec<String> = variables
        .iter()
        .map(|variable| metrics::shorten(labels.of(&variable.variable), sizes.small, false, 0.36 * width))
        .collect();
    let left = sizes.pad + names.iter().map(|name| small(name)).fold(0.0, f64::max) + 8.0;
    let (head_n, head_percent) = (words.say("n_missing", &[]), words.say("percent", &[]));
    let widest = |texts: &mut dyn Iterator<Item = String>, head: &str| {
        texts.map(|text| small(&text)).fold(small(head), f64::max)
    };
    let width_percent = widest(&mut variables.iter().map(|variable| percent(variable.percent)), &head_percent);
    let width_n = widest(&mut variables.iter().map(|variable| count(variable.n_missing)), &head_n);
    let room = width - sizes.pad - width_percent - 12.0 - width_n - 12.0 - left;
    let columns = ((room / CELL.0) as usize).clamp(1, map.patterns.len().max(1));
    let right_n = left + columns as f64 * CELL.0 + 12.0 + width_n;
    let right_percent = right_n + 12.0 + width_percent;
    let patterns = map.patterns.get(..columns.min(map.patterns.len())).unwrap_or_default();

    let base = |y: f64| y + (CELL.1 + metrics::CAP_HEIGHT * sizes.small) / 2.0;
    let (ink, muted) = (sheet.set(sizes.small, false, false), sheet.set(sizes.small, false, true));
    for (right, head) in [(right_n, head_n.clone()), (right_percent, head_percent.clone())] {
        items.push(Item::text(Role::TableRow, (right, base(y)), Anchor::End, head, muted));
    }
    y += CELL.1;
    for (variable, name) in variables.iter().zip(names) {
        let key = variable.variable.as_str();
        items.push(Item::text(Role::RowName, (left - 8.0, base(y)), Anchor::End, name, ink).of(key));
        for (at, pattern) in patterns.iter().enumerate() {
            let (x0, y0) = (left + at as f64 * CELL.0 + 1.5, y + 1.5);
            let (x1, y1) = (x0 + CELL.0 - 3.0, y0 + CELL.1 - 3.0);
            let corners: Vec<Point> = vec![(x0, y0), (x1, y0), (x1, y1), (x0, y1)];
            let item = if pattern.missing.contains(&variable.variable) {
                Item::polygon(Role::MissingCell, corners, theme.ink(), 1.0)
            } else {
                let outline: Vec<Point> = corners.iter().copied().chain([(x0, y0)]).collect();
                Item::line(Role::PresentCell, outline, theme.axis(), 0.75)
            };
            items.push(item.of(key).at(at as f64));
        }
        let text = count(variable.n_missing);
        items.push(Item::text(Role::Count, (right_n, base(y)), Anchor::End, text, ink).of(key));
        let text = percent(variable.percent);
        items.push(Item::text(Role::Count, (right_percent, base(y)), Anchor::End, text, ink).of(key));
        y += CELL.1;
    }
    // The numbers of the patterns read upwards, so that large ones stay apart.
    let tall = patterns.iter().map(|pattern| small(&count(pattern.n))).fold(0.0, f64::max);
    for (at, pattern) in patterns.iter().enumerate() {
        let x = left + (at as f64 + 0.5) * CELL.0 + metrics::CAP_HEIGHT * sizes.small / 2.0;
        let item = Item::text(Role::Count, (x, y + 6.0), Anchor::End, count(pattern.n), ink);
        items.push(item.upwards().at(at as f64));
    }
    if !patterns.is_empty() {
        let label = metrics::shorten(&words.say("patterns", &[]), sizes.small, false, left - 8.0 - sizes.pad);
        items.push(Item::text(Role::TableRow, (left - 8.0, base(y)), Anchor::End, label, muted));
        y += (tall + 8.0).max(CELL.1);
    }
    if let Some(rest) = map.patterns.get(patterns.len()..).filter(|rest| !rest.is_empty()) {
        let n = rest.iter().map(|pattern| pattern.n).sum();
        notes.push(words.say("folded", &[("k", &count(rest.len())), ("n", &count(n))]));
    }

    let title = alternative::sentence(&sheet.title);
    let (n, complete) = (count(map.n_rows), count(map.n_complete));
    let values = [("title", title.as_str()), ("n", &n), ("complete", &complete)];
    let of_variable = |variable: &MissingVariable| {
        vec![labels.of(&variable.variable).to_owned(), count(variable.n_missing), percent(variable.percent)]
    };
    let mut rows: Vec<Vec<String>> = map.variables.iter().map(of_variable).collect();
    for (at, pattern) in map.patterns.iter().enumerate() {
        let missing: Vec<&str> = pattern.missing.iter().map(|name| labels.of(name)).collect();
        let names = if missing.is_empty() { words.say("pattern_none", &[]) } else { missing.join(", ") };
        let name = words.say("pattern", &[("k", &count(at + 1)), ("names", &names)]);
        let share = 100.0 * pattern.n as f64 / map.n_rows.max(1) as f64;
        rows.push(vec![name, count(pattern.n), percent(share)]);
    }
    let header = vec![words.say("variable", &[]), words.say("n", &[]), head_percent];
    let alt = Alternative { text: words.say("alternative", &values).trim().to_owned(), header, rows };
    sheet.scene(items, y, &notes, alt)
}

/// The variables that are drawn: all, or those with the most missing values, in their order.
fn shown(variables: &[MissingVariable]) -> Vec<&MissingVariable> {
    let mut order = sorting::order(variables.len(), &mut |a, b| variables[b].n_missing.cmp(&variables[a].n_missing));
    order.truncate(VARIABLES);
    order.sort_unstable();
    order.into_iter().filter_map(|at| variables.get(at)).collect()
}
