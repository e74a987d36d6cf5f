//! The data behind a figure as comma-separated text (RFC 4180, UTF-8): the curve, the table under it, the rows of a forest plot.
//!
//! Numbers are whole, not rounded. With a decimal comma the cells are separated by semicolons, as spreadsheets expect. A text that a
//! spreadsheet would take for a formula gets an apostrophe before it (CWE-1236); a number stays a number.

use serde::Serialize;

use crate::error::Result;
use crate::report::figure::forest::{self, Of};
use crate::report::figure::kaplan_meier::{Curve, Figure};
use crate::report::figure::results::{Plan, plan};
use crate::report::figure::risk_table;
use crate::report::figure::scene::{Role, Scene};
use crate::report::figure::schoenfeld;
use crate::report::figure::sheet::{Decimal, Sheet};
use crate::report::number::Locale;
use crate::sorting::sort_numbers;
use crate::study::results::{PhTest, Results};

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct File {
    /// What is in it: `curve`, `risk_table`, `forest`, `residuals`, `smooth` or `table`.
    pub name: &'static str,
    /// The text, lines ended by carriage return and line feed.
    pub text: String,
}

/// The data of the figure that `request` asks for.
///
/// # Errors
/// Those of [`plan`].
pub fn files(request: &str, results: &Results) -> Result<Vec<File>> {
    let plan = plan(request, results)?;
    let scene = plan.scene();
    Ok(match &plan {
        Plan::Curves(figure) => vec![
            File { name: "curve", text: curve(figure) },
            File { name: "risk_table", text: table_of_counts(figure, &scene) },
        ],
        Plan::Forest(figure) => vec![File { name: "forest", text: forest(figure) }],
        Plan::Schoenfeld(figure, test) => vec![
            File { name: "residuals", text: residuals(figure, test) },
            File { name: "smooth", text: smooth(figure, test) },
        ],
        Plan::Flow(..) | Plan::Swimmer(..) | Plan::MissingMap(..) => {
            vec![File { name: "table", text: alternative(plan.sheet(), &scene) }]
        }
    })
}

/// A cell.
enum Cell<'a> {
    Text(&'a str),
    Number(Option<f64>),
    Count(usize),
}

/// The text under way.
struct Writer {
    text: String,
    comma: bool,
}

impl Writer {
    fn new(sheet: &Sheet) -> Self {
        let comma = match sheet.csv_decimal {
            Some(decimal) => decimal == Decimal::Comma,
            None => sheet.locale == Locale::Fr,
        };
        Self { text: String::new(), comma }
    }

    fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) {
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                self.text.push(if self.comma { ';' } else { ',' });
            }
            match cell {
                Cell::Text(text) => self.words(text),
                Cell::Number(value) => self.number(value),
                Cell::Count(count) => self.text.push_str(&count.to_string()),
            }
        }
        self.text.push_str("\r\n");
    }

    fn head(&mut self, names: &[String]) {
        self.row(names.iter().map(|name| Cell::Text(name)));
    }

    /// The shortest digits that give the number again; nothing where it is not defined.
    fn number(&mut self, value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            let digits = format!("{value}");
            self.text.push_str(&if self.comma { digits.replace('.', ",") } else { digits });
        }
    }

    fn words(&mut self, text: &str) {
        let safe = if is_formula(text) { format!("'{text}") } else { text.to_owned() };
        if safe.contains(['"', ',', ';', '\r', '\n', '\t']) {
            self.text.push('"');
            self.text.push_str(&safe.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(&safe);
        }
    }
}

/// Whether a spreadsheet would calculate this text: it begins like a formula and is no number.
fn is_formula(text: &str) -> bool {
    let number = || {
        let digits = text.trim_start_matches(['+', '-']);
        text.len() - digits.len() <= 1
            && digits.starts_with(|first: char| first.is_ascii_digit())
            && digits.chars().all(|character| character.is_ascii_digit() || matches!(character, '.' | ','))
    };
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) && !number()
}

/// Every step of every curve: time, number at risk just before it, events and censorings at it, estimate and limits from it on.
fn curve(figure: &Figure) -> String {
    let mut out = Writer::new(&figure.sheet);
    let says = |code: &str| figure.words.say(code, &[]);
    let y = if figure.y_label.is_empty() { says("estimate") } else { figure.y_label.replace(" (%)", "") };
    let mut head = vec![says("group"), figure.x_label.clone(), says("at_risk"), says("events"), says("censored"), y];
    head.extend([says("conf_low"), says("conf_high")]);
    out.head(&head);
    for curve in &figure.curves {
        let shown = |value: Option<f64>| value.and_then(|value| figure.options.shown(value));
        let mut row = |time: f64, counts: [usize; 3], estimate: Option<f64>, limits: (Option<f64>, Option<f64>)| {
            let (low, high) = if figure.options.turned() { (limits.1, limits.0) } else { limits };
            let counts = counts.map(Cell::Count);
            let numbers = [estimate, low, high].map(|value| Cell::Number(shown(value)));
            out.row([Cell::Text(&curve.label), Cell::Number(Some(time))].into_iter().chain(counts).chain(numbers));
        };
        let risk = at_risk(curve);
        if curve.n > 0 && curve.time.first().is_none_or(|&first| first > 0.0) {
            let start = Some(figure.options.at_origin());
            let entered = if curve.entry.is_empty() {
                curve.n
            } else {
                curve.entry.iter().filter(|&&entry| entry <= 0.0).count()
            };
            row(0.0, [entered, 0, 0], start, (start, start));
        }
        for (at, &time) in curve.time.iter().enumerate() {
            let get = |values: &[Option<f64>]| values.get(at).copied().flatten();
            let count = |values: &[usize]| values.get(at).copied().unwrap_or(0);
            let counts = [risk[at], count(&curve.n_event), count(&curve.n_censor)];
            row(time, counts, get(&curve.estimate), (get(&curve.conf_low), get(&curve.conf_high)));
        }
    }
    out.text
}

/// The number at risk just before each step.
fn at_risk(curve: &Curve) -> Vec<usize> {
    let mut entries = curve.entry.clone();
    sort_numbers(&mut entries);
    let mut gone = 0;
    let step = |(at, &time): (usize, &f64)| {
        let entered =
            if entries.is_empty() { curve.n } else { entries.partition_point(|&entry| entry < time || entry <= 0.0) };
        let risk = entered.saturating_sub(gone);
        let counts = [&curve.n_event, &curve.n_censor, &curve.n_leave];
        gone += counts.iter().map(|counts| counts.get(at).copied().unwrap_or(0)).sum::<usize>();
        risk
    };
    curve.time.iter().enumerate().map(step).collect()
}

/// The counts at the ticks of the axis.
fn table_of_counts(figure: &Figure, scene: &Scene) -> String {
    let mut out = Writer::new(&figure.sheet);
    let says = |code: &str| figure.words.say(code, &[]);
    out.head(&[says("group"), figure.x_label.clone(), says("at_risk"), says("censored"), says("events")]);
    let ticks: Vec<f64> =
        scene.items.iter().filter(|item| item.role == Role::XTick).filter_map(|item| item.tick).collect();
    for curve in &figure.curves {
        for &tick in &ticks {
            let counts = risk_table::counts(curve, tick, figure.options.at_risk_rule);
            let counts = [counts.at_risk, counts.censored, counts.events].map(Cell::Count);
            out.row([Cell::Text(&curve.label), Cell::Number(Some(tick))].into_iter().chain(counts));
        }
    }
    out.text
}

/// The rows of a forest plot; what is not estimable is said in the last cell, and so is Firth's estimate.
fn forest(figure: &forest::Figure) -> String {
    let mut out = Writer::new(&figure.sheet);
    let says = |code: &str| figure.words.say(code, &[]);
    let mut head = vec![says("forest_variable"), says("forest_level"), "n".to_owned(), says("events")];
    head.extend([says("forest_ratio_alone"), says("conf_low"), says("conf_high"), "p".to_owned(), says("forest_note")]);
    out.head(&head);
    for row in &figure.rows {
        let note = match row.of {
            Of::Reference => says("forest_reference"),
            Of::Firth => says("forest_firth_row"),
            Of::Term if row.ratio.is_none() => row.text.clone(),
            Of::Heading if row.p.is_none() => continue,
            Of::Heading => says("forest_global_note"),
            Of::Term => String::new(),
        };
        let level = row.level.as_ref().map_or("", |level| &level.1);
        let count = |count: Option<usize>| Cell::Number(count.map(|count| count as f64));
        let numbers = [row.ratio, row.low, row.high, row.p].map(Cell::Number);
        let counts = [count(row.n), count(row.n_event)];
        let names = [Cell::Text(&row.variable.1), Cell::Text(level)];
        out.row(names.into_iter().chain(counts).chain(numbers).chain([Cell::Text(&note)]));
    }
    out.text
}

/// The residuals of every column.
fn residuals(figure: &schoenfeld::Figure, test: &PhTest) -> String {
    let mut out = Writer::new(&figure.sheet);
    let says = |code: &str| figure.words.say(code, &[]);
    out.head(&[says("schoenfeld_column"), says("schoenfeld_time"), says("schoenfeld_residual")]);
    for (at, name) in figure.names.iter().enumerate() {
        for residual in &test.residuals {
            let value = residual.values.get(at).copied().flatten();
            out.row([Cell::Text(name), Cell::Number(Some(residual.time)), Cell::Number(value)]);
        }
    }
    out.text
}

/// The smooth of every column.
fn smooth(figure: &schoenfeld::Figure, test: &PhTest) -> String {
    let mut out = Writer::new(&figure.sheet);
    let says = |code: &str| figure.words.say(code, &[]);
    let codes = ["schoenfeld_column", "schoenfeld_time", "schoenfeld_estimate", "conf_low", "conf_high"];
    out.head(&codes.map(says));
    for (column, name) in test.columns.iter().zip(&figure.names) {
        let of = |smooth: &&crate::study::results::Smooth| {
            smooth.column.variable == column.variable && smooth.column.level == column.level
        };
        let Some(smooth) = test.smooth.iter().find(of) else { continue };
        for at in 0..smooth.time.len() {
            let numbers = [&smooth.time, &smooth.estimate, &smooth.conf_low, &smooth.conf_high];
            let numbers = numbers.map(|values| Cell::Number(values.get(at).copied()));
            out.row([Cell::Text(name)].into_iter().chain(numbers));
        }
    }
    out.text
}

/// The table of the text alternative, as it is read.
fn alternative(sheet: &Sheet, scene: &Scene) -> String {
    let mut out = Writer::new(sheet);
    out.head(&scene.alt.header);
    for row in &scene.alt.rows {
        out.row(row.iter().map(|cell| Cell::Text(cell)));
    }
    out.text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::kaplan_meier::Options;
    use crate::report::figure::sheet::Words;

    #[test]
    fn text_is_no_formula_and_a_number_stays_one() {
        for (text, want) in [
            ("=1+1", "'=1+1"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("-", "'-"),
            ("-1.5", "-1.5"),
            ("+3", "+3"),
            ("--1", "'--1"),
            ("≤ 5 cm", "≤ 5 cm"),
            ("a,b", "\"a,b\""),
            ("say \"=\"", "\"say \"\"=\"\"\""),
            ("Grade 1\nG", "\"Grade 1\nG\""),
        ] {
            let mut out = Writer { text: String::new(), comma: false };
            out.words(text);
            assert_eq!(out.text, want, "{text:?}");
        }
    }

    /// Four patients: an event at 2, a censoring at 3, an event at 5.25, a censoring at 8; one enters at 2.5.
    fn figure() -> Figure {
        Figure {
            x_label: "Months".into(),
            y_label: "Survival (%)".into(),
            words: Words::english("figure"),
            options: Options::default(),
            curves: vec![Curve {
                key: "a".into(),
                label: "=A".into(),
                n: 4,
                time: vec![2.0, 3.0, 5.25, 8.0],
                estimate: vec![Some(2.0 / 3.0), Some(2.0 / 3.0), Some(1.0 / 3.0), Some(1.0 / 3.0)],
                conf_low: vec![Some(0.25), Some(0.25), None, None],
                conf_high: vec![Some(1.0), Some(1.0), None, None],
                n_event: vec![1, 0, 1, 0],
                n_censor: vec![0, 1, 0, 1],
                entry: vec![0.0, 2.5, 0.0, 0.0],
                ..Curve::default()
            }],
            ..Figure::default()
        }
    }

    #[test]
    fn a_curve_by_hand() {
        let mut figure = figure();
        let want = "Group,Months,At risk,Events,Censored,Survival,Lower limit,Upper limit\r\n\
            '=A,0,3,0,0,1,1,1\r\n\
            '=A,2,3,1,0,0.6666666666666666,0.25,1\r\n\
            '=A,3,3,0,1,0.6666666666666666,0.25,1\r\n\
            '=A,5.25,2,1,0,0.3333333333333333,,\r\n\
            '=A,8,1,0,1,0.3333333333333333,,\r\n";
        assert_eq!(curve(&figure), want);
        figure.sheet.locale = Locale::Fr;
        figure.options.upward = true;
        let upward = curve(&figure);
        assert!(upward.contains("'=A;5,25;2;1;0;0,6666666666666667;;\r\n"), "{upward}");
        assert!(upward.contains("'=A;2;3;1;0;0,33333333333333337;0;0,75\r\n"), "{upward}");
        figure.sheet.csv_decimal = Some(Decimal::Point);
        assert!(curve(&figure).contains(",5.25,"));
    }
}
