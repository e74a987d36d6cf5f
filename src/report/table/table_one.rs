//! Table 1 from a `summary`: variables by group and overall, headings, missing values, and the test of each variable.

use crate::hashing::IndexMap;
use serde::Deserialize;

use super::{Cell, Row, TableModel, own_labels, unit};
use crate::error::{Error, ErrorKind, Result};
use crate::json;
use crate::report::figure::sheet::{Labels, Words};
use crate::report::number::{self, Locale, PStyle};
use crate::study::results::{AnalysisResult, Figures, Results};
use crate::study::summary_results::{NumberGroup, Summary, SummaryPart, SummaryVariable, VariableFigures, YesNoBlock};
use crate::survival::describe::compare::Comparison;
use crate::survival::describe::t_test::TVariance;
use crate::survival::describe::wilcoxon::RankP;

/// Stands where a value is not defined.
const NOTHING: &str = "–";

/// What is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct Request {
    /// Id of the `summary`.
    pub analysis: String,
    /// The title.
    pub title: String,
    /// What a number shows.
    pub statistic: Statistic,
    /// Decimals of numbers; absent: none in a line of whole numbers, else one, or as many as show two figures of each number, six at most.
    pub places: Option<usize>,
    /// Decimals of percents.
    pub percent_places: usize,
    /// The column of all groups together.
    pub overall: bool,
    /// The column of p values.
    pub test: bool,
    /// How numbers are written.
    pub locale: Locale,
    /// How p values are written.
    pub p_style: PStyle,
    /// Names of columns, where the study gives them none.
    pub labels: IndexMap<String, String>,
    /// Units of columns, where the study gives them none.
    pub units: IndexMap<String, String>,
    /// Words of the section `table_one`; English where empty.
    pub words: Words,
    /// Words of the section `reason`; English where empty.
    pub reasons: Words,
}

/// What a number shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Statistic {
    /// Median and quartiles.
    #[default]
    Median,
    /// Mean and standard deviation.
    Mean,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            analysis: String::new(),
            title: String::new(),
            statistic: Statistic::default(),
            places: None,
            percent_places: 0,
            overall: true,
            test: true,
            locale: Locale::default(),
            p_style: PStyle::default(),
            labels: IndexMap::default(),
            units: IndexMap::default(),
            words: Words::default(),
            reasons: Words::default(),
        }
    }
}

/// The table that `request` asks for: JSON text of a [`Request`].
///
/// # Errors
/// [`ErrorKind::FigureUnreadable`] for a request that is not of this shape; [`ErrorKind::BadOption`] for an id that is no `summary`
/// of these results; the error of the analysis if it failed.
pub fn build(request: &str, results: &Results) -> Result<TableModel> {
    let unreadable = |problem| Error::new(ErrorKind::FigureUnreadable).with("reason", problem);
    let mut request: Request = json::read(request).map_err(unreadable)?;
    request.places = request.places.map(|places| places.min(8));
    request.percent_places = request.percent_places.min(8);
    let unknown = || {
        Error::new(ErrorKind::BadOption)
            .with("option", "analysis")
            .with("found", &request.analysis)
            .with("expected", "the id of a summary that was run")
    };
    let is = |result: &&AnalysisResult| result.id == request.analysis && result.kind == "summary";
    let result = results.results.iter().find(is).ok_or_else(unknown)?;
    if let Some(error) = &result.error {
        return Err(error.clone());
    }
    let Some(Figures::Summary(summary)) = &result.figures else { return Err(unknown()) };
    let words = request.words.or_english("table_one");
    let reasons = request.reasons.or_english("reason");
    let mut table = Builder {
        request: &request,
        words,
        reasons,
        results,
        labels: own_labels(results, &request.labels),
        grouped: !summary.groups.is_empty(),
        n_groups: summary.groups.len(),
        rows: Vec::new(),
        tests: Vec::new(),
        counted: Vec::new(),
        not_tested: Vec::new(),
    };
    table.parts(summary);
    Ok(table.finish(result, summary))
}

struct Builder<'a> {
    request: &'a Request,
    words: Words,
    reasons: Words,
    results: &'a Results,
    labels: Labels,
    grouped: bool,
    n_groups: usize,
    rows: Vec<Row>,
    /// Names of the tests, in the order of their marks.
    tests: Vec<String>,
    /// The levels that yes/no rows count, each with its variables.
    counted: Vec<(String, Vec<String>)>,
    not_tested: Vec<String>,
}

impl Builder<'_> {
    fn overall(&self) -> bool {
        self.request.overall || !self.grouped
    }

    fn parts(&mut self, summary: &Summary) {
        let mut heading: Option<&String> = None;
        for part in &summary.variables {
            match part {
                SummaryPart::Variable(variable) => {
                    let own = variable.heading.as_ref();
                    if own != heading
                        && let Some(own) = own
                    {
                        self.push(0, true, own.clone(), Vec::new(), Cell::default());
                    }
                    heading = own;
                    self.variable(variable, usize::from(own.is_some()));
                }
                SummaryPart::YesNo(block) => {
                    heading = None;
                    self.yes_no(block);
                }
            }
        }
    }

    /// A row: groups in order, then all together last; cells that are not shown are taken out.
    fn push(&mut self, indent: usize, heading: bool, name: String, figures: Vec<Cell>, p: Cell) {
        let mut cells = vec![Cell::words(name)];
        let n = self.n_groups + usize::from(self.overall());
        if figures.is_empty() {
            cells.extend(std::iter::repeat_n(Cell::default(), n));
        } else {
            cells.extend(figures.into_iter().take(n));
        }
        if self.grouped && self.request.test {
            cells.push(p);
        }
        self.rows.push(Row { indent, heading, cells });
    }

    fn variable(&mut self, variable: &SummaryVariable, indent: usize) {
        let label = self.label(&variable.variable);
        let p = self.p(&label, variable.test.as_ref());
        match &variable.figures {
            VariableFigures::Number { groups, overall } => {
                let all = || groups.iter().chain([overall.as_ref()]);
                let places =
                    self.request.places.unwrap_or_else(|| places_of(all().flat_map(|group| self.statistic(group))));
                let figures = all().map(|group| self.number(group, places)).collect();
                self.push(indent, false, label, figures, p);
                self.missing(indent + 1, all().map(|group| group.n_missing).collect());
            }
            VariableFigures::Category { levels, totals, overall } => {
                self.push(indent, true, label, Vec::new(), p);
                for (level, of_all) in levels.iter().zip(&overall.levels) {
                    let groups = level.groups.iter().map(|group| self.share(group.n, group.percent));
                    let figures = groups.chain([self.share(of_all.n, of_all.percent)]).collect();
                    self.push(indent + 1, false, level.level.clone(), figures, Cell::default());
                }
                let missing = totals.iter().map(|total| total.n_missing).chain([overall.n_missing]);
                self.missing(indent + 1, missing.collect());
            }
        }
    }

    fn yes_no(&mut self, block: &YesNoBlock) {
        self.push(0, true, block.heading.clone(), Vec::new(), Cell::default());
        for item in &block.items {
            let label = self.label(&item.variable);
            let p = self.p(&label, item.test.as_ref());
            let all = || item.groups.iter().chain([&item.overall]);
            let figures = all().map(|count| self.share(count.n, count.percent)).collect();
            match self.counted.iter_mut().find(|(level, _)| *level == item.level) {
                Some((_, variables)) => variables.push(label.clone()),
                None => self.counted.push((item.level.clone(), vec![label.clone()])),
            }
            self.push(1, false, label, figures, p);
            self.missing(2, all().map(|count| count.n_missing).collect());
        }
    }

    /// The row of missing values, where there are any.
    fn missing(&mut self, indent: usize, missing: Vec<usize>) {
        if missing.iter().any(|&n| n > 0) {
            let name = self.words.say("missing", &[]);
            let figures = missing.into_iter().map(|n| Cell {
                text: number::count(n, self.request.locale),
                values: vec![n as f64],
                mark: None,
            });
            let figures = figures.collect();
            self.push(indent, false, name, figures, Cell::default());
        }
    }

    /// The column's label with its unit.
    fn label(&self, name: &str) -> String {
        let label = self.labels.of(name).to_owned();
        let unit = unit(self.results, &self.request.units, name);
        match unit {
            Some(unit) => self.words.say("unit", &[("label", &label), ("unit", unit)]),
            None => label,
        }
    }

    /// What is shown of a number: median and quartiles, or mean and standard deviation; nothing where there is no value.
    fn statistic(&self, group: &NumberGroup) -> Vec<f64> {
        let numbers = &group.numbers;
        match self.request.statistic {
            Statistic::Median => match (numbers.median, numbers.q1, numbers.q3) {
                (Some(median), Some(q1), Some(q3)) => vec![median, q1, q3],
                _ => Vec::new(),
            },
            Statistic::Mean => numbers.mean.into_iter().chain(numbers.mean.and(numbers.sd)).collect(),
        }
    }

    fn number(&self, group: &NumberGroup, places: usize) -> Cell {
        let values = self.statistic(group);
        let text = |value: &f64| number::fixed(*value, places, self.request.locale);
        let shown = match values.as_slice() {
            [median, q1, q3] => format!("{} ({}–{})", text(median), text(q1), text(q3)),
            [mean, sd] => format!("{} ({})", text(mean), text(sd)),
            [mean] => format!("{} ({NOTHING})", text(mean)),
            _ => NOTHING.to_owned(),
        };
        Cell { text: shown, values, mark: None }
    }

    fn share(&self, n: usize, percent: Option<f64>) -> Cell {
        let count = number::count(n, self.request.locale);
        match percent {
            Some(percent) => {
                let share = self.percent(percent);
                Cell { text: format!("{count} ({share})"), values: vec![n as f64, percent], mark: None }
            }
            None => Cell { text: format!("{count} ({NOTHING})"), values: vec![n as f64], mark: None },
        }
    }

    /// A percent: some but few is not 0, nearly all is not 100.
    fn percent(&self, percent: f64) -> String {
        let (places, locale) = (self.request.percent_places, self.request.locale);
        let shown = |value: f64| number::fixed(value, places, locale);
        let least = (0..places).fold(1.0, |least: f64, _| least / 10.0);
        if percent > 0.0 && percent < least / 2.0 {
            format!("<{}", shown(least))
        } else if percent < 100.0 && percent >= 100.0 - least / 2.0 {
            format!(">{}", shown(100.0 - least))
        } else {
            shown(percent)
        }
    }

    /// The p value with the mark of its test.
    fn p(&mut self, label: &str, test: Option<&Comparison>) -> Cell {
        let Some(test) = test else { return Cell::default() };
        let text = test.p_value.and_then(|p| number::p_value(p, self.request.p_style, self.request.locale));
        let (Some(p), Some(text)) = (test.p_value, text) else {
            let reason = serde_json::to_value(test.reason).ok();
            let reason = reason.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
            let reason = self.reasons.say(reason, &[]);
            let note = self.words.say("not_tested", &[("variable", label), ("reason", &reason)]);
            self.not_tested.push(note);
            return Cell::words(NOTHING);
        };
        let name = self.test_name(test);
        let at = self.tests.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.tests.push(name);
            self.tests.len() - 1
        });
        Cell { text, values: vec![p], mark: Some(mark(at)) }
    }

    fn test_name(&self, test: &Comparison) -> String {
        let corrected = test.name == "chisq" && test.continuity == Some(true);
        let code = match test.rank_p {
            _ if corrected => "test_chisq_continuity".to_owned(),
            Some(RankP::Uncorrected) => "test_wilcoxon_uncorrected".to_owned(),
            Some(RankP::Exact) => "test_wilcoxon_exact".to_owned(),
            _ => format!("test_{}", test.name),
        };
        let variance = match test.t_variance {
            Some(TVariance::Welch) => self.words.say("test_welch", &[]),
            Some(TVariance::Pooled) => self.words.say("test_pooled", &[]),
            None => String::new(),
        };
        self.words.say(&code, &[("variance", &variance)])
    }

    fn finish(self, result: &AnalysisResult, summary: &Summary) -> TableModel {
        let count = |n: usize| number::count(n, self.request.locale);
        let say = |code: &str, values: &[(&str, &str)]| self.words.say(code, values);
        let mut header = vec![say("variable", &[])];
        for group in &summary.groups {
            header.push(say("group", &[("group", &group.group), ("n", &count(group.n))]));
        }
        if self.overall() {
            header.push(say("overall", &[("n", &count(summary.n))]));
        }
        if self.grouped && self.request.test {
            header.push(say("p", &[]));
        }
        let statistic = match self.request.statistic {
            Statistic::Median => say("median", &[]),
            Statistic::Mean => say("mean", &[]),
        };
        let mut footnotes = vec![say("counts", &[("statistic", &statistic)])];
        if self.request.statistic == Statistic::Median
            && let Some(kind) = result.rules.get("quantile_type")
        {
            footnotes.push(say("quantiles", &[("type", kind.to_string().trim_matches('"'))]));
        }
        for (level, variables) in &self.counted {
            footnotes.push(say("yes", &[("level", level), ("variables", &variables.join(", "))]));
        }
        if self.grouped && self.request.test {
            for (at, test) in self.tests.iter().enumerate() {
                footnotes.push(say("tests", &[("marks", &mark(at)), ("test", test)]));
            }
            footnotes.extend(self.not_tested.iter().cloned());
        }
        if summary.n_missing > 0 {
            let by = result.by.as_deref().map_or("", |by| self.labels.of(by));
            footnotes.push(say("left_out", &[("n", &count(summary.n_missing)), ("by", by)]));
        }
        if summary.n_excluded > 0 {
            footnotes.push(say("excluded", &[("n", &count(summary.n_excluded))]));
        }
        TableModel { title: self.request.title.clone(), header, rows: self.rows, footnotes }
    }
}

/// Decimals that a line of numbers needs: none where all are whole; else one, and more where a number would have fewer than two
/// figures.
fn places_of(values: impl Iterator<Item = f64>) -> usize {
    let needed = |value: f64| {
        if value.fract() == 0.0 {
            return 0;
        }
        let mut places = 1;
        let mut scaled = value.abs() * 10.0;
        while scaled < 9.5 && places < 6 {
            scaled *= 10.0;
            places += 1;
        }
        places
    };
    values.map(needed).max().unwrap_or(0)
}

/// The mark of the test at this place: a, b, …, z, aa, ab.
pub(super) fn mark(at: usize) -> String {
    let letter = |at: usize| char::from(b'a' + (at % 26) as u8);
    match at / 26 {
        0 => letter(at).to_string(),
        more => format!("{}{}", mark(more - 1), letter(at)),
    }
}
