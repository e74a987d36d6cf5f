//! Models as they can be shown beside aggregates: ratios as an article prints them, small cells withheld.
//!
//! A level is shown where at least k of its patients have the event and at least k have not. Otherwise its figures are withheld, with
//! those of every level compared with it where it is the reference, and the factor's p; the counts of all its levels are withheld too, as
//! one of them could be had from the others and the total. Counts are withheld where, with others that are shown, they tell of fewer than
//! k patients ([`super::apart`]). Nothing is given with more digits than an article has: a ratio in full precision is a
//! fingerprint of the times behind it.

use serde::{Deserialize, Serialize};

use super::apart::{Apart, Members};
use crate::study::results::{AnalysisResult, Counts, Cox, CoxTable, Figures, Term};

/// Why a figure is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// Fewer than k patients, events or patients without the event.
    SmallCell,
    /// It would give a small cell back: by subtraction, or because the ratio compares with one.
    GivesBack,
    /// It differs from another count by fewer than k patients.
    SmallDifference,
    /// An interaction: its cells are those of a table that is not shown.
    Interaction,
    /// A number that is few whole numbers: a ratio per code hides how many have each.
    NumberCodes,
}

/// The table of one analysis.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Models {
    /// Id of the analysis.
    pub id: String,
    /// Its endpoint.
    pub endpoint: String,
    /// Handling of ties.
    pub ties: Option<String>,
    /// Level of the intervals.
    pub conf_level: f64,
    /// A row per level and per number.
    pub rows: Vec<Row>,
    /// The whole factor's p.
    pub factors: Vec<Factor>,
}

/// A row of the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// The covariate.
    pub variable: String,
    /// Its level; `null` for a number.
    pub level: Option<String>,
    /// Whether it is the reference level.
    pub reference: bool,
    /// How many of its unit the ratio of a number is per.
    pub per: Option<f64>,
    /// In the model of this covariate alone.
    pub univariable: Option<Cell>,
    /// In the model of all.
    pub multivariable: Option<Cell>,
}

/// What a model says of a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Patients of the level, or of the model for a number.
    pub n: Option<u64>,
    /// Events among them.
    pub n_event: Option<u64>,
    /// Why the counts are withheld.
    pub counts_withheld: Option<Withheld>,
    /// Hazard ratio, rounded.
    pub hazard_ratio: Option<f64>,
    /// Lower limit.
    pub conf_low: Option<f64>,
    /// Upper limit.
    pub conf_high: Option<f64>,
    /// p of the term.
    pub p_value: Option<P>,
    /// Why the figures are withheld.
    pub withheld: Option<Withheld>,
    /// Why there are none, where they are not withheld.
    pub reason: Option<String>,
}

/// The whole factor's p in both models.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Factor {
    /// The covariate.
    pub variable: String,
    /// In the model of this covariate alone; `null` where withheld.
    pub univariable: Option<P>,
    /// In the model of all.
    pub multivariable: Option<P>,
    /// The test behind it.
    pub test: Option<String>,
}

/// A p as an article prints it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct P {
    /// Rounded: three decimals below 0.1, else two.
    pub value: f64,
    /// Whether p is less than `value` rather than about it.
    pub below: bool,
}

impl P {
    /// `p` as an article prints it.
    pub fn of(p: f64) -> Self {
        if p < 0.001 {
            return Self { value: 0.001, below: true };
        }
        let unit = if p < 0.0995 { 1000.0 } else { 100.0 };
        Self { value: (p * unit).round() / unit, below: false }
    }
}

/// A ratio as an article prints it: two decimals, or two figures below 0.1.
pub fn ratio(x: f64) -> f64 {
    if !(0.0..1e9).contains(&x) || x == 0.0 {
        return x.round();
    }
    let mut unit = 100.0;
    while x * unit < 9.95 && unit < 1e12 {
        unit *= 10.0;
    }
    (x * unit).round() / unit
}

/// Whether two counts differ, by fewer than `k`.
pub fn near(a: u64, b: u64, k: u64) -> bool {
    (1..k).contains(&a.abs_diff(b))
}

/// The models of a `cox_table` or `cox` result; `None` for another analysis, or one without figures. `apart` has the counts that are
/// shown already; those of these models are added. `is_code` tells a number that has few values, `others` are the columns besides
/// covariates that a patient must have (strata).
pub fn of(
    result: &AnalysisResult,
    k: u64,
    is_code: &dyn Fn(&str) -> bool,
    others: &[String],
    apart: &mut Apart,
) -> Option<Models> {
    let endpoint = result.endpoint.as_deref().unwrap_or_default();
    let cause = result.rules.get("cause").and_then(|cause| cause.as_str());
    let mut guard = Guard { k, endpoint, cause, others, apart, is_code };
    let (rows, factors) = match result.figures.as_ref()? {
        Figures::CoxTable(table) => of_table(table, &mut guard),
        Figures::Cox(cox) => of_cox(cox, result.counts.as_ref()?, &mut guard),
        _ => return None,
    };
    let rule = |name: &str| result.rules.get(name);
    Some(Models {
        id: result.id.clone(),
        endpoint: result.endpoint.clone().unwrap_or_default(),
        ties: rule("ties").and_then(|ties| ties.as_str()).map(str::to_owned),
        conf_level: rule("conf_level").and_then(serde_json::Value::as_f64).unwrap_or(0.95),
        rows,
        factors,
    })
}

fn of_table(table: &CoxTable, guard: &mut Guard) -> (Vec<Row>, Vec<Factor>) {
    let mut rows: Vec<Row> = table
        .rows
        .iter()
        .map(|row| Row {
            variable: row.variable.clone(),
            level: row.level.clone(),
            reference: row.reference,
            per: row.univariable.as_ref().or(row.multivariable.as_ref()).and_then(|cell| cell.term.per),
            univariable: None,
            multivariable: None,
        })
        .collect();
    let mut hidden = [Vec::new(), Vec::new()];
    // The multivariable model first: where only one of two counts can stand, it is this one's.
    let multivariable = table.models.multivariable.as_ref().and_then(|model| model.counts.as_ref());
    for (variables, counts, multi) in multivariable.map(|counts| (None, counts, true)).into_iter().chain(
        table
            .models
            .univariable
            .iter()
            .filter_map(|model| Some((Some(&model.covariates), model.counts.as_ref()?, false))),
    ) {
        let own: Vec<usize> = (0..rows.len())
            .filter(|&i| variables.is_none_or(|names| names.contains(&table.rows[i].variable)))
            .filter(|&i| (if multi { &table.rows[i].multivariable } else { &table.rows[i].univariable }).is_some())
            .collect();
        let terms: Vec<&Term> = own
            .iter()
            .filter_map(
                |&i| if multi { table.rows[i].multivariable.as_ref() } else { table.rows[i].univariable.as_ref() },
            )
            .map(|cell| &cell.term)
            .collect();
        let (cells, withheld) = guard.model(&terms, counts);
        for (i, cell) in own.into_iter().zip(cells) {
            if multi { rows[i].multivariable = Some(cell) } else { rows[i].univariable = Some(cell) }
        }
        hidden[usize::from(multi)].extend(withheld);
    }
    let factors = table
        .factors
        .iter()
        .map(|factor| {
            let shown = |test: &Option<crate::study::results::TableTest>, hidden: &[String]| {
                let test = test.as_ref().filter(|_| !hidden.contains(&factor.variable))?;
                test.p_value.map(P::of)
            };
            Factor {
                variable: factor.variable.clone(),
                univariable: shown(&factor.univariable, &hidden[0]),
                multivariable: shown(&factor.multivariable, &hidden[1]),
                test: factor.univariable.as_ref().or(factor.multivariable.as_ref()).map(|test| test.test.to_owned()),
            }
        })
        .collect();
    (rows, factors)
}

fn of_cox(cox: &Cox, counts: &Counts, guard: &mut Guard) -> (Vec<Row>, Vec<Factor>) {
    let terms: Vec<&Term> = cox.terms.iter().collect();
    let (cells, hidden) = guard.model(&terms, counts);
    let rows = terms
        .iter()
        .zip(cells)
        .map(|(term, cell)| Row {
            variable: term.variable.clone(),
            level: term.level.clone(),
            reference: term.reference,
            per: term.per,
            univariable: None,
            multivariable: Some(cell),
        })
        .collect();
    let shown = cox.factors.iter().filter(|factor| !hidden.contains(&factor.variable));
    let factors = shown
        .map(|factor| Factor {
            variable: factor.variable.clone(),
            univariable: None,
            multivariable: factor.tests.likelihood_ratio.as_ref().map(|test| P::of(test.p_value)),
            test: Some("likelihood_ratio".to_owned()),
        })
        .collect();
    (rows, factors)
}

/// Holds back what is too small.
struct Guard<'g, 'a> {
    k: u64,
    endpoint: &'g str,
    cause: Option<&'g str>,
    others: &'g [String],
    apart: &'g mut Apart<'a>,
    is_code: &'g dyn Fn(&str) -> bool,
}

impl Guard<'_, '_> {
    /// The cells of a model's terms, and the variables whose p is withheld.
    fn model(&mut self, terms: &[&Term], counts: &Counts) -> (Vec<Cell>, Vec<String>) {
        let members = self.members(terms);
        let (n, n_event) = (counts.n as u64, counts.n_event as u64);
        let too_small = !self.is_enough(n, n_event);
        let total_near = !too_small && !self.apart.total(members.as_ref(), n, n_event);
        let apart = self.levels_apart(terms, members.as_ref(), !too_small && !total_near);
        let mut hidden: Vec<String> = Vec::new();
        let cells = terms
            .iter()
            .map(|term| {
                let family: Vec<&&Term> = terms.iter().filter(|other| other.variable == term.variable).collect();
                let is_factor = family.iter().any(|other| other.reference);
                let any_small = is_factor && family.iter().any(|other| self.is_small(other));
                let reference_small = is_factor && family.iter().any(|other| other.reference && self.is_small(other));
                let withheld = if too_small {
                    Some(Withheld::SmallCell)
                } else if term.variable.contains(':') {
                    Some(Withheld::Interaction)
                } else if !is_factor && (self.is_code)(&term.variable) {
                    Some(Withheld::NumberCodes)
                } else if is_factor && self.is_small(term) {
                    Some(Withheld::SmallCell)
                } else if reference_small {
                    Some(Withheld::GivesBack)
                } else {
                    None
                };
                let counts_withheld = match withheld {
                    Some(why @ (Withheld::SmallCell | Withheld::Interaction)) => Some(why),
                    _ if any_small => Some(Withheld::GivesBack),
                    _ if total_near || (is_factor && !apart.contains(&term.variable.as_str())) => {
                        Some(Withheld::SmallDifference)
                    }
                    _ => None,
                };
                if (withheld.is_some() || any_small) && !hidden.contains(&term.variable) {
                    hidden.push(term.variable.clone());
                }
                cell(term, counts_withheld, withheld)
            })
            .collect();
        (cells, hidden)
    }

    /// Who is in a model of these terms; `None` where that cannot be told.
    fn members(&mut self, terms: &[&Term]) -> Option<Members> {
        let of_terms = terms.iter().flat_map(|term| term.variable.split(':')).map(str::to_owned);
        let mut names: Vec<String> = of_terms.chain(self.others.iter().cloned()).collect();
        names.sort_unstable();
        names.dedup();
        self.apart.members(self.endpoint, self.cause, &names)
    }

    /// The factors without a small level whose counts can stand beside what is shown.
    fn levels_apart<'t>(&mut self, terms: &[&'t Term], members: Option<&Members>, is_wanted: bool) -> Vec<&'t str> {
        let mut found = Vec::new();
        if !is_wanted {
            return found;
        }
        for first in terms.iter().filter(|term| term.reference) {
            let family: Vec<&&Term> = terms.iter().filter(|term| term.variable == first.variable).collect();
            let has_small = family.iter().any(|term| self.is_small(term));
            let levels: Vec<(Option<&str>, u64, u64)> =
                family.iter().map(|term| (term.level.as_deref(), term.n as u64, term.n_event as u64)).collect();
            if !has_small
                && !found.contains(&first.variable.as_str())
                && self.apart.levels(members, &first.variable, &levels)
            {
                found.push(first.variable.as_str());
            }
        }
        found
    }

    /// Whether a level has patients, but too few of a kind.
    fn is_small(&self, term: &Term) -> bool {
        term.n > 0 && !self.is_enough(term.n as u64, term.n_event as u64)
    }

    /// Whether at least k have the event and at least k have not.
    fn is_enough(&self, n: u64, n_event: u64) -> bool {
        n_event >= self.k && n - n_event >= self.k
    }
}

fn cell(term: &Term, counts_withheld: Option<Withheld>, withheld: Option<Withheld>) -> Cell {
    let counts = counts_withheld.is_none();
    let shown = withheld.is_none() && term.n > 0;
    let figure = |value: Option<f64>| value.filter(|_| shown && !term.reference).map(ratio);
    Cell {
        n: counts.then_some(term.n as u64),
        n_event: counts.then_some(term.n_event as u64),
        counts_withheld,
        hazard_ratio: if term.reference && shown { Some(1.0) } else { figure(term.hazard_ratio) },
        conf_low: figure(term.conf_low),
        conf_high: figure(term.conf_high),
        p_value: term.p_value.filter(|_| shown && !term.reference).map(P::of),
        withheld,
        reason: term.reason.filter(|_| shown).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_as_an_article_prints_them() {
        let round = |values: &[f64]| values.iter().map(|&x| ratio(x)).collect::<Vec<_>>();
        assert_eq!(
            round(&[1.2345, 12.345, 0.5678, 0.0123456, 0.000987, 1e12]),
            [1.23, 12.35, 0.57, 0.012, 0.00099, 1e12]
        );
        assert_eq!(P::of(0.00049), P { value: 0.001, below: true });
        assert_eq!(P::of(0.04961), P { value: 0.05, below: false });
        assert_eq!(P::of(0.0123456).value, 0.012);
        assert_eq!(P::of(0.5149).value, 0.51);
    }

    #[test]
    fn near_counts() {
        assert_eq!([0, 1, 4, 5].map(|d| near(20, 20 + d, 5)), [false, true, true, false]);
    }
}
