//! The forest plot: the ratios of a Cox model with their intervals on a logarithmic axis, and the numbers beside them.

use serde::Deserialize;
use serde_json::Value;

use crate::error::Result;
use crate::report::figure::layout::{Sizes, TICK};
use crate::report::figure::legend::{Part, Source};
use crate::report::figure::results::bad;
use crate::report::figure::scale::{self, Scale};
use crate::report::figure::scene::{Alternative, Anchor, Item, Point, Role, Scene};
use crate::report::figure::sheet::{Sheet, Words};
use crate::report::figure::{alternative, metrics};
use crate::report::number;
use crate::study::results::{AnalysisResult, Cox, CoxTable, Figures, Results, TableCell, Term};

/// How far the axis follows an interval beyond the outermost estimate, as a ratio.
const BEYOND: f64 = 8.0;

/// Which models of a table are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Each variable alone.
    Univariable,
    /// All variables together.
    Multivariable,
}

/// What is drawn beside the ratios.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The column of events and patients.
    pub counts: bool,
    /// The column of p values.
    pub p: bool,
    /// Ends of the axis, both positive; it always holds 1.
    pub x_range: Option<(f64, f64)>,
    /// What the figure says of itself from the results.
    pub described: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { counts: true, p: true, x_range: None, described: true }
    }
}

/// A forest plot before layout.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Figure {
    /// The sheet.
    #[serde(flatten)]
    pub sheet: Sheet,
    /// The name of the axis; made from the words where it is empty.
    #[serde(default)]
    pub x_label: String,
    /// The models of a `cox_table`; the multivariable one where there is one.
    #[serde(default)]
    pub model: Option<Side>,
    /// What a ratio below 1 favours, and one above 1; in words of the section `figure` where absent.
    #[serde(default)]
    pub favours: Option<(String, String)>,
    /// What is drawn.
    #[serde(default)]
    pub options: Options,
    /// Words of the section `figure`; English where absent.
    #[serde(default)]
    pub words: Words,
    /// The rows, from the results.
    #[serde(skip)]
    pub rows: Vec<Row>,
    /// What the figure says of itself.
    #[serde(skip)]
    pub described: Vec<String>,
    /// "95% CI".
    #[serde(skip)]
    pub conf_interval: String,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A variable whose levels follow.
    Heading,
    /// The reference level.
    Reference,
    /// A level or a number.
    Term,
    /// Firth's estimate of the term above.
    Firth,
}

/// A row of the plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is.
    pub of: Of,
    /// The variable as the study names it, and what it is called.
    pub variable: (String, String),
    /// The level as the file writes it, and what it is called; `None` for a number or a heading.
    pub level: Option<(String, String)>,
    /// Rows of the level, or of the model for a number.
    pub n: Option<usize>,
    /// Events among them.
    pub n_event: Option<usize>,
    /// The ratio; `None` where it is not estimable.
    pub ratio: Option<f64>,
    /// Its lower limit.
    pub low: Option<f64>,
    /// Its upper limit.
    pub high: Option<f64>,
    /// The p value.
    pub p: Option<f64>,
    /// The ratio and its interval in words.
    pub text: String,
}

impl Row {
    /// The key that its items carry.
    pub(super) fn key(&self) -> String {
        let level = self.level.as_ref().map(|level| format!("={}", level.0)).unwrap_or_default();
        let firth = if self.of == Of::Firth { "=firth" } else { "" };
        format!("{}{level}{firth}", self.variable.0)
    }

    /// What stands at its left.
    fn name(&self, words: &Words) -> String {
        match (self.of, &self.level) {
            (Of::Firth, _) => words.say("forest_firth_row", &[]),
            (_, Some(level)) => level.1.clone(),
            (_, None) => self.variable.1.clone(),
        }
    }

    fn stands_in(&self) -> bool {
        self.level.is_some() || self.of == Of::Firth
    }
}

/// A term with Firth's beside it.
struct Found<'a> {
    term: &'a Term,
    firth: Option<&'a Term>,
}

impl Figure {
    /// Takes rows and legend from the results.
    ///
    /// # Errors
    /// The models asked for are not in the table.
    pub(super) fn fill(&mut self, results: &Results, result: &AnalysisResult) -> Result<()> {
        let (sheet, words) = (self.sheet.clone(), self.words.clone());
        let source = Source { results, result, sheet: &sheet, words: &words };
        self.conf_interval = source.ci();
        if self.x_label.is_empty() {
            self.x_label = words.say("forest_label", &[("ci", &self.conf_interval)]);
        }
        match &result.figures {
            Some(Figures::Cox(cox)) => {
                let firth = |term: &Term| of_firth(cox, term);
                let found: Vec<Found> = cox.terms.iter().map(|term| Found { term, firth: firth(term) }).collect();
                self.add(&source, &found, |variable| global(cox, variable));
                if cox.terms.iter().any(|term| term.level.is_some()) {
                    self.described.push(global_note(&source, "likelihood_ratio"));
                }
            }
            Some(Figures::CoxTable(table)) => self.fill_table(&source, table)?,
            _ => {}
        }
        if self.options.described {
            // Models of one variable each have their own patients: the rows say how many.
            let counts = match &result.figures {
                Some(Figures::CoxTable(table)) => {
                    let model = table.models.multivariable.as_ref().filter(|_| self.side(table) == Side::Multivariable);
                    model.and_then(|model| model.counts.as_ref())
                }
                _ => result.counts.as_ref(),
            };
            let (n, n_event) = counts.map_or((0, 0), |counts| (counts.n, counts.n_event));
            let told = source.sentences(n, n_event).into_iter();
            let told = told.filter(|(part, _)| counts.is_some() || *part != Part::Numbers);
            let told = told.map(|(_, text)| text).filter(|text| !text.is_empty());
            let model = match &result.figures {
                Some(Figures::Cox(_)) => source.model(result, ""),
                _ => String::new(),
            };
            self.described.extend(Some(model).filter(|model| !model.is_empty()));
            self.described.push(told.collect::<Vec<_>>().join(" "));
        } else {
            self.described.clear();
        }
        Ok(())
    }

    /// The models of a table that are drawn.
    fn side(&self, table: &CoxTable) -> Side {
        let together = table.models.multivariable.as_ref().is_some_and(|model| model.cox.is_some());
        self.model.unwrap_or(if together { Side::Multivariable } else { Side::Univariable })
    }

    fn fill_table(&mut self, source: &Source, table: &CoxTable) -> Result<()> {
        let side = self.side(table);
        let of = |row: &'_ crate::study::results::TableRow| -> Option<TableCell> {
            match side {
                Side::Univariable => row.univariable.clone(),
                Side::Multivariable => row.multivariable.clone(),
            }
        };
        let cells: Vec<TableCell> = table.rows.iter().filter_map(of).collect();
        if cells.is_empty() {
            let found = match side {
                Side::Univariable => "univariable",
                Side::Multivariable => "multivariable",
            };
            return Err(bad("model", found, "models that were fitted: univariable or multivariable"));
        }
        let found: Vec<Found> =
            cells.iter().map(|cell| Found { term: &cell.term, firth: cell.firth.as_ref() }).collect();
        self.add(source, &found, |variable| {
            let factor = table.factors.iter().find(|factor| factor.variable == variable)?;
            let test = match side {
                Side::Univariable => factor.univariable.as_ref(),
                Side::Multivariable => factor.multivariable.as_ref(),
            };
            test?.p_value
        });
        let words = source.words;
        let code = match side {
            Side::Univariable => "forest_univariable",
            Side::Multivariable => "forest_multivariable",
        };
        self.described.push(words.say(code, &[]));
        if side == Side::Univariable {
            for model in table.models.univariable.iter().filter(|model| model.cox.is_none()) {
                let names: Vec<String> = model.covariates.iter().map(|name| source.name(name)).collect();
                self.described.push(words.say("forest_failed", &[("variable", &names.join(", "))]));
            }
        }
        if let Some(test) = source.rule("factor_test") {
            self.described.push(global_note(source, test));
        }
        Ok(())
    }

    /// Adds the rows of these terms, a heading over the levels of each variable.
    fn add(&mut self, source: &Source, found: &[Found], global: impl Fn(&str) -> Option<f64>) {
        let mut before: Option<&str> = None;
        for Found { term, firth } in found {
            let variable = (term.variable.clone(), called(source, term));
            if term.level.is_some() && before != Some(&term.variable) {
                let levels = found.iter().filter(|other| other.term.variable == term.variable && !other.term.reference);
                let p = if levels.count() > 1 { global(&term.variable) } else { None };
                self.rows.push(Row { p, ..blank(Of::Heading, variable.clone(), None) });
            }
            before = Some(&term.variable);
            let is_number =
                |name: &str| found.iter().any(|other| other.term.variable == name && other.term.level.is_none());
            let called = |level: &String| self.sheet.level(&term.variable, level, is_number);
            let level = term.level.as_ref().map(|level| (level.clone(), called(level)));
            let of = if term.reference { Of::Reference } else { Of::Term };
            let text =
                if term.reference { source.words.say("forest_reference", &[]) } else { source.ratio_text(term, false) };
            let row = |of, term: &Term, text| Row {
                n: Some(term.n),
                n_event: Some(term.n_event),
                ratio: term.hazard_ratio,
                low: term.conf_low,
                high: term.conf_high,
                p: term.p_value,
                text,
                ..blank(of, variable.clone(), level.clone())
            };
            self.rows.push(row(of, term, text));
            if let Some(firth) = firth.filter(|_| term.hazard_ratio.is_none()) {
                let row = row(Of::Firth, firth, source.ratio_text(firth, false));
                self.rows.push(Row { n: None, n_event: None, ..row });
            }
        }
    }

    /// The lines under the figure before its notes.
    fn notes(&self, arrows: bool) -> Vec<String> {
        let mut notes = Vec::new();
        if arrows {
            notes.push(self.words.say("forest_arrow", &[]));
        }
        if self.rows.iter().any(|row| row.of == Of::Firth) {
            notes.push(self.words.say("forest_firth", &[]));
        }
        notes.extend(self.described.iter().cloned());
        notes
    }
}

fn blank(of: Of, variable: (String, String), level: Option<(String, String)>) -> Row {
    let text = String::new();
    Row { of, variable, level, n: None, n_event: None, ratio: None, low: None, high: None, p: None, text }
}

fn of_firth<'a>(cox: &'a Cox, term: &Term) -> Option<&'a Term> {
    let terms = &cox.firth.as_ref()?.terms;
    terms.iter().find(|other| other.variable == term.variable && other.level == term.level)
}

fn global(cox: &Cox, variable: &str) -> Option<f64> {
    let factor = cox.factors.iter().find(|factor| factor.variable == variable)?;
    factor.tests.likelihood_ratio.as_ref().map(|test| test.p_value)
}

fn global_note(source: &Source, test: &str) -> String {
    let test = source.words.say(&format!("global_{test}"), &[]);
    source.words.say("forest_global", &[("test", &test)])
}

/// What a variable is called, with its unit where it is a number that has one.
fn called(source: &Source, term: &Term) -> String {
    let parts: Vec<String> = term.variable.split(':').map(|part| source.name(part)).collect();
    let name =
        if source.sheet.names.contains_key(&term.variable) { source.name(&term.variable) } else { parts.join(" × ") };
    let unit =
        source.results.study.pointer("/data/columns").and_then(|columns| columns.get(&term.variable)?.get("unit"));
    let per = term.per.map(|per| number::axis_value(per, source.sheet.locale));
    let unit: Vec<&str> = per.as_deref().into_iter().chain(unit.and_then(Value::as_str)).collect();
    if unit.is_empty() || term.level.is_some() {
        return name;
    }
    source.words.say("forest_per_unit", &[("variable", &name), ("unit", &unit.join(" "))])
}

/// Where the columns stand.
struct Columns {
    /// Names and numbers stand above the marks, as there is no room beside them.
    stacked: bool,
    names: f64,
    counts: f64,
    axis: Scale,
    ratio: f64,
    p: f64,
}

/// The scene of a forest plot. Never fails.
pub fn build(figure: &Figure) -> Scene {
    let (sheet, words) = (&figure.sheet, &figure.words);
    let sizes = sheet.sizes();
    let columns = columns(figure, &sizes);
    let axis = &columns.axis;
    let mut items = Vec::new();
    let mut y = sheet.title(&mut items);
    let stacked = columns.stacked;
    let pitch = 1.12 * sizes.row;
    let (plain, muted) = (sheet.set(sizes.small, false, false), sheet.set(sizes.small, false, true));
    let bold = sheet.set(sizes.small, true, false);

    // Heads of the columns.
    let head = |x: f64, y: f64, anchor, text: String| Item::text(Role::ColumnHead, (x, y), anchor, text, bold);
    y += sizes.row;
    if figure.options.counts {
        items.push(head(columns.counts, y, Anchor::End, words.say("forest_n", &[])));
    }
    items.push(head(columns.ratio, y, Anchor::Start, ratio_head(figure)));
    if figure.options.p {
        items.push(head(columns.p, y, Anchor::End, p_head(figure)));
    }
    y += 0.4 * sizes.row;

    let mut arrows = false;
    for row in &figure.rows {
        let key = row.key();
        let indent = if row.stands_in() { sizes.base } else { 0.0 };
        let set = if row.of == Of::Heading { bold } else { plain };
        let room = (if stacked { columns.ratio - sizes.base } else { columns.names + 0.5 }) - sizes.pad - indent;
        let name = metrics::shorten(&row.name(words), set.size, set.bold, room);
        let role = if row.of == Of::Heading { Role::Heading } else { Role::RowName };
        let baseline = y + (pitch + metrics::CAP_HEIGHT * sizes.small) / 2.0;
        items.push(Item::text(role, (sizes.pad + indent, baseline), Anchor::Start, name, set).of(&key));
        let below = if stacked && row.of != Of::Heading { pitch } else { 0.0 };
        let middle = y + below + pitch / 2.0;
        let cell = |x: f64, anchor, text: String| Item::text(Role::Cell, (x, baseline), anchor, text, plain).of(&key);
        if let (true, Some(n), Some(events)) = (figure.options.counts, row.n, row.n_event) {
            let count = |n| number::count(n, sheet.locale);
            let text = format!("{} / {}", count(events), count(n));
            let place = (columns.counts, baseline + below);
            items.push(Item::text(Role::Cell, place, Anchor::End, text, plain).of(&key));
        }
        if !row.text.is_empty() {
            items.push(cell(columns.ratio, Anchor::Start, row.text.clone()));
        }
        let p = row.p.and_then(|p| number::p_value(p, sheet.p_style, sheet.locale));
        if let (true, Some(p)) = (figure.options.p, p) {
            items.push(cell(columns.p, Anchor::End, p));
        }
        let from = if stacked { middle - pitch / 2.0 } else { y };
        y += below + pitch;
        if !stacked || row.of != Of::Heading {
            let null = vec![(axis.at(1.0), from), (axis.at(1.0), y)];
            items.push(Item::line(Role::NullLine, null, sheet.theme.axis(), 1.0));
        }
        arrows |= mark(&mut items, figure, row, axis, middle, &sizes);
    }

    // The axis under the rows.
    let bottom = y + 0.3 * sizes.row;
    let theme = sheet.theme;
    items.push(Item::line(Role::NullLine, vec![(axis.at(1.0), y), (axis.at(1.0), bottom)], theme.axis(), 1.0));
    items.push(Item::line(Role::Axis, vec![(axis.start, bottom), (axis.end, bottom)], theme.axis(), 1.0));
    let widest = sizes.small * 2.6;
    let most = ((axis.end - axis.start) / widest) as usize;
    let baseline = bottom + TICK + 4.0 + metrics::CAP_HEIGHT * sizes.small;
    for tick in scale::ticks_log(axis.from, axis.to, most.min(7)) {
        let x = axis.at(tick);
        items.push(Item::line(Role::Axis, vec![(x, bottom), (x, bottom + TICK)], theme.axis(), 1.0).at(tick));
        let text = number::axis_value(tick, sheet.locale);
        items.push(Item::text(Role::XTick, (x, baseline), Anchor::Middle, text, muted).at(tick));
    }
    let mut y = baseline;
    y = favours(figure, &mut items, axis, y, &sizes);
    for line in metrics::wrap(&figure.x_label, sizes.base, false, sheet.room() - 2.0 * sizes.pad) {
        y += 1.3 * sizes.base;
        let half = metrics::width(&line, sizes.base, false) / 2.0;
        let middle = (axis.start + axis.end) / 2.0;
        let x = middle.min(sheet.room() - sizes.pad - half).max(sizes.pad + half);
        items.push(Item::text(Role::AxisLabel, (x, y), Anchor::Middle, line, sheet.set(sizes.base, false, false)));
    }
    let alt = alternative(figure, axis);
    sheet.scene(items, y + 0.2 * sizes.base, &figure.notes(arrows), alt)
}

fn ratio_head(figure: &Figure) -> String {
    figure.words.say("forest_ratio", &[("ci", &figure.conf_interval)])
}

fn p_head(figure: &Figure) -> String {
    let letter = match figure.sheet.p_symbol {
        number::PSymbol::Small => "p",
        number::PSymbol::Capital => "P",
    };
    figure.words.say("forest_p", &[("letter", letter)])
}

fn columns(figure: &Figure, sizes: &Sizes) -> Columns {
    let sheet = &figure.sheet;
    let width = sheet.room();
    let small = |text: &str| metrics::width(text, sizes.small, false);
    let head = |text: &str| metrics::width(text, sizes.small, true);
    let gap = 1.1 * sizes.base;
    let mut right = width - sizes.pad;
    let p = right;
    if figure.options.p {
        let of =
            |row: &Row| row.p.and_then(|p| number::p_value(p, sheet.p_style, sheet.locale)).map_or(0.0, |p| small(&p));
        right -= figure.rows.iter().map(of).fold(head(&p_head(figure)), f64::max) + gap;
    }
    let texts = figure.rows.iter().map(|row| small(&row.text)).fold(head(&ratio_head(figure)), f64::max);
    let ratio = right - texts;
    let count = |n| number::count(n, sheet.locale);
    let counts = if figure.options.counts {
        let of = |row: &Row| match (row.n, row.n_event) {
            (Some(n), Some(events)) => small(&format!("{} / {}", count(events), count(n))),
            _ => 0.0,
        };
        figure.rows.iter().map(of).fold(head(&figure.words.say("forest_n", &[])), f64::max)
    } else {
        0.0
    };
    let of = |row: &Row| {
        let indent = if row.stands_in() { sizes.base } else { 0.0 };
        indent + metrics::width(&row.name(&figure.words), sizes.small, row.of == Of::Heading)
    };
    let names = sizes.pad + figure.rows.iter().map(of).fold(0.0, f64::max).min(0.3 * width);
    let (from, to) = range(figure);
    let axis = |start: f64, end: f64| Scale { from, to, start, end: end.max(start + 40.0), log: true };
    let place = if counts > 0.0 { names + gap + counts } else { names };
    if ratio - place - 2.0 * gap >= 14.0 * sizes.base {
        return Columns { stacked: false, names, counts: place, axis: axis(place + gap, ratio - gap), ratio, p };
    }
    let place = sizes.pad + sizes.base + counts;
    Columns { stacked: true, names, counts: place, axis: axis(place + gap, width - sizes.pad - gap), ratio, p }
}

/// Ends of the axis: every estimate and 1, and of the intervals as much as lies near them.
fn range(figure: &Figure) -> (f64, f64) {
    let usable = |value: f64| Some(value).filter(|value| *value > 1e-6 && *value < 1e6);
    if let Some((from, to)) = figure.options.x_range
        && usable(from).is_some()
        && usable(to).is_some()
        && from < to
    {
        return (from.min(1.0), to.max(1.0));
    }
    let all = |of: fn(&Row) -> Option<f64>| figure.rows.iter().filter_map(of).filter_map(usable).collect::<Vec<_>>();
    let least = |values: Vec<f64>, start: f64| values.into_iter().fold(start, f64::min);
    let greatest = |values: Vec<f64>, start: f64| values.into_iter().fold(start, f64::max);
    let (low, high) = (least(all(|row| row.ratio), 1.0), greatest(all(|row| row.ratio), 1.0));
    let from = least(all(|row| row.low), low).max(low / BEYOND);
    let to = greatest(all(|row| row.high), high).min(high * BEYOND);
    // A bound of what is not estimable is shown too, as far as it goes.
    (from.min(0.8) / 1.05, to.max(1.25) * 1.05)
}

/// The mark of a row and its interval; whether an arrow was drawn.
fn mark(items: &mut Vec<Item>, figure: &Figure, row: &Row, axis: &Scale, y: f64, sizes: &Sizes) -> bool {
    let key = row.key();
    let half = 0.3 * sizes.small;
    let style = figure.sheet.line(0, "");
    let (paper, colour) = (figure.sheet.theme.background(), style.colour);
    let square = |x: f64| vec![(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)];
    match row.of {
        Of::Heading => return false,
        Of::Reference => {
            let x = axis.at(1.0);
            let diamond = vec![(x, y - half), (x + half, y), (x, y + half), (x - half, y), (x, y - half)];
            items.push(Item::line(Role::Estimate, diamond, figure.sheet.theme.axis(), 1.0).of(&key));
            return false;
        }
        Of::Term | Of::Firth => {}
    }
    if row.ratio.is_none() && row.low.is_none() && row.high.is_none() {
        return false;
    }
    let (low, high) = (row.low.unwrap_or(0.0), row.high.unwrap_or(f64::INFINITY));
    let known = row.ratio.is_none() || row.low.is_some() || row.high.is_some();
    let (before, after) = (low < axis.from, high > axis.to);
    let (from, to) = (axis.at(low), axis.at(high));
    if known {
        let line = |points| Item::line(Role::Interval, points, colour, 1.2).of(&key);
        // An interval that lies beyond the axis altogether is a short arrow at its end.
        let (from, to) = if from < to {
            (from, to)
        } else if after {
            (from - 2.0 * half, to)
        } else {
            (from, to + 2.0 * half)
        };
        items.push(line(vec![(from, y), (to, y)]));
        for (beyond, x, way) in [(before, axis.start, 1.0), (after, axis.end, -1.0)] {
            if beyond {
                let head: Vec<Point> = vec![(x, y), (x + way * 1.6 * half, y - half), (x + way * 1.6 * half, y + half)];
                items.push(Item::polygon(Role::Interval, head, colour, 1.0).of(&key));
            }
        }
        for (beyond, x, limit) in [(before, from, row.low), (after, to, row.high)] {
            if !beyond && limit.is_some() {
                items.push(line(vec![(x, y - 0.6 * half), (x, y + 0.6 * half)]));
            }
        }
    }
    if let Some(ratio) = row.ratio.filter(|&ratio| axis.has(ratio)) {
        let corners = square(axis.at(ratio));
        if row.of == Of::Firth {
            let outline: Vec<Point> = corners.iter().copied().chain(corners.first().copied()).collect();
            items.push(Item::polygon(Role::Estimate, corners, paper, 1.0).of(&key));
            items.push(Item::line(Role::Estimate, outline, colour, 1.2).of(&key));
        } else {
            items.push(Item::polygon(Role::Estimate, corners, colour, 1.0).of(&key));
        }
    }
    known && (before || after)
}

/// Which side favours what, left and right of the line at 1; gives the last baseline.
fn favours(figure: &Figure, items: &mut Vec<Item>, axis: &Scale, y: f64, sizes: &Sizes) -> f64 {
    let sheet = &figure.sheet;
    let words = |code| figure.words.say(code, &[]);
    let (left, right) = figure.favours.clone().unwrap_or_else(|| (words("forest_left"), words("forest_right")));
    let (null, gap) = (axis.at(1.0), 0.5 * sizes.base);
    let set = sheet.set(sizes.small, false, false);
    let mut lowest = y;
    let sides = [
        (format!("← {left}"), left.is_empty(), null - gap, Anchor::End, null - gap - sizes.pad),
        (format!("{right} →"), right.is_empty(), null + gap, Anchor::Start, sheet.room() - sizes.pad - null - gap),
    ];
    for (text, empty, x, anchor, room) in sides {
        if empty {
            continue;
        }
        for (at, line) in metrics::wrap(&text, set.size, false, room).into_iter().enumerate() {
            let baseline = y + (at + 1) as f64 * sizes.row;
            items.push(Item::text(Role::Favours, (x, baseline), anchor, line, set));
            lowest = lowest.max(baseline);
        }
    }
    lowest
}

fn alternative(figure: &Figure, axis: &Scale) -> Alternative {
    let (sheet, words) = (&figure.sheet, &figure.words);
    let end = |value: f64| number::axis_value(libm::round(value * 100.0) / 100.0, sheet.locale);
    let title = alternative::sentence(&sheet.title);
    let values =
        [("title", title.as_str()), ("x_label", &figure.x_label), ("from", &end(axis.from)), ("to", &end(axis.to))];
    let ratio =
        |value: Option<f64>| value.and_then(|value| number::ratio(value, sheet.locale)).unwrap_or_else(|| "–".into());
    let count = |n: Option<usize>| n.map_or_else(|| "–".into(), |n| number::count(n, sheet.locale));
    let row = |row: &Row| {
        let level = if row.of == Of::Firth {
            format!("{} – {}", row.level.as_ref().map_or("", |level| &level.1), row.name(words))
        } else {
            row.level.as_ref().map_or("–", |level| &level.1).to_owned()
        };
        vec![
            row.variable.1.clone(),
            level,
            count(row.n),
            count(row.n_event),
            if row.ratio.is_some() { ratio(row.ratio) } else { row.text.clone() },
            ratio(row.low),
            ratio(row.high),
            row.p.and_then(|p| number::p_value(p, sheet.p_style, sheet.locale)).unwrap_or_else(|| "–".into()),
        ]
    };
    let rows = figure.rows.iter().filter(|row| row.of != Of::Heading || row.p.is_some()).map(row).collect();
    let says = |code| words.say(code, &[]);
    let header = vec![
        says("forest_variable"),
        says("forest_level"),
        "n".to_owned(),
        says("events"),
        says("forest_ratio_alone"),
        says("conf_low"),
        says("conf_high"),
        p_head(figure),
    ];
    Alternative { text: words.say("forest_alternative", &values).trim().to_owned(), header, rows }
}
