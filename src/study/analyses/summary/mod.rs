//! `summary`: location and spread of numbers and counts of levels, by group and overall, with the test of each variable.

mod yes_no;

use serde_json::json;

use super::groups::Groups;
use crate::cohort::Category;
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::sorting::sort_numbers;
use crate::study::analysis::Analysis;
use crate::study::context::Context;
use crate::study::results::{AnalysisResult, Figures};
use crate::study::selection;
use crate::study::summary_entry::SummaryEntry;
use crate::study::summary_results::{
    GroupSize, Level, LevelGroup, NumberGroup, OverallLevel, OverallLevels, StandardisedDifference, Summary,
    SummaryPart, SummaryVariable, Total, VariableFigures,
};
use crate::survival::describe::compare::{self, CategoricalTest, Comparison, NumericTest, SMALL_EXPECTED};
use crate::survival::describe::quartile::QuantileType;
use crate::survival::describe::t_test::TVariance;
use crate::survival::describe::wilcoxon::RankP;
use crate::survival::describe::{Undefined, numbers, smd};
use crate::table::{ColumnType, number};

/// Numbers with no more distinct whole values than this may be codes of a category.
const CODES: usize = 5;

/// Every option of the analysis, explicit.
struct Rules {
    quantile_type: QuantileType,
    numeric_test: NumericTest,
    categorical_test: CategoricalTest,
    continuity: bool,
    t_variance: TVariance,
    rank_p: RankP,
}

/// The rows that are described, and the group of each.
struct Sample {
    /// Table rows, from 0.
    rows: Vec<usize>,
    /// The group of each; all 0 without a grouping column.
    codes: Vec<u32>,
    /// Names of the groups; empty without a grouping column.
    groups: Vec<String>,
}

/// Computes the table and fills `result`.
///
/// # Errors
/// [`ErrorKind::MissingOption`] without `variables`; [`ErrorKind::WrongColumnType`] for a date or free text;
/// [`ErrorKind::BadOption`] for a variable named twice or that makes the groups; [`ErrorKind::NoObservations`]; and whatever keeps a
/// column or the endpoint from being read.
pub fn run(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    let rules = rules(context, analysis, result);
    let entries = analysis.required("variables", analysis.variables.as_deref())?;
    let mut seen: Vec<&String> = Vec::new();
    for name in entries.iter().flat_map(SummaryEntry::columns) {
        if seen.contains(&name) {
            return Err(analysis.bad_option("variables", format!("{name}, twice"), "each column once"));
        }
        if analysis.by.as_ref() == Some(name) {
            return Err(analysis.bad_option("variables", name, "a column other than that of the groups"));
        }
        seen.push(name);
    }
    let groups = analysis.by.as_deref().map(|name| Groups::of(context, name)).transpose()?;
    let (sample, mut summary) = sample(context, analysis, groups.as_ref(), result)?;
    for entry in entries {
        let (heading, names) = match entry {
            SummaryEntry::Column(name) => (None, std::slice::from_ref(name)),
            SummaryEntry::Heading(headed) => (Some(&headed.heading), headed.variables.as_slice()),
            SummaryEntry::YesNo(block) => {
                let block = yes_no::block(context, analysis, block, &sample, &rules, result)?;
                summary.variables.push(SummaryPart::YesNo(block));
                continue;
            }
        };
        for name in names {
            let mut variable = match context.cohort.column_type(name)? {
                ColumnType::Number => of_number(name, &context.cohort.number(name)?, &sample, &rules, result),
                ColumnType::Category => {
                    of_category(name, context.cohort.category(name)?.as_ref(), &sample, &rules, result)
                }
                found @ (ColumnType::Date | ColumnType::Text) => {
                    return Err(Error::new(ErrorKind::WrongColumnType)
                        .with("name", name)
                        .with("found", found.name())
                        .with("expected", "number / category")
                        .at(analysis.at("variables")));
                }
            };
            variable.heading = heading.cloned();
            summary.variables.push(SummaryPart::Variable(Box::new(variable)));
        }
    }
    result.figures = Some(Figures::Summary(Box::new(summary)));
    Ok(())
}

/// The options, each recorded as a rule.
fn rules(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Rules {
    let defaults = context.study.conventions;
    let rules = Rules {
        quantile_type: analysis.quantile_type.unwrap_or_else(|| defaults.quantile_type()),
        numeric_test: analysis.numeric_test.unwrap_or_default(),
        categorical_test: analysis.categorical_test.unwrap_or_default(),
        continuity: analysis.continuity.unwrap_or_else(|| defaults.continuity()),
        t_variance: analysis.t_variance.unwrap_or_else(|| defaults.t_variance()),
        rank_p: analysis.rank_p.unwrap_or_default(),
    };
    result.rules.extend([
        ("quantile_type", json!(rules.quantile_type)),
        ("numeric_test", json!(rules.numeric_test)),
        ("categorical_test", json!(rules.categorical_test)),
        ("continuity", json!(rules.continuity)),
        ("t_variance", json!(rules.t_variance)),
        ("rank_p", json!(rules.rank_p)),
    ]);
    if analysis.endpoint.is_some() {
        let endpoint = context.endpoint_options(analysis);
        result.rules.extend([("time_zero", json!(endpoint.time_zero)), ("month_rule", json!(endpoint.month_rule))]);
    }
    rules
}

/// Who is described: the subset, then the endpoint if one is named, then those who have a group.
fn sample(
    context: &Context,
    analysis: &Analysis,
    groups: Option<&Groups>,
    result: &mut AnalysisResult,
) -> Result<(Sample, Summary)> {
    let in_subset = selection::subset(context, analysis)?;
    let n_subset = in_subset.iter().filter(|inside| **inside).count();
    let (candidates, n_event) = match &analysis.endpoint {
        None => {
            let rows = (0..in_subset.len()).filter(|&row| in_subset[row] && context.cohort.exclusion(row).is_none());
            (rows.map(|row| (row, false)).collect::<Vec<_>>(), None)
        }
        Some(_) => {
            let endpoint = context.endpoint(analysis)?;
            let rows = endpoint.rows.iter().zip(&endpoint.cause).filter(|(row, _)| in_subset[**row]);
            (rows.map(|(&row, &cause)| (row, cause > 0)).collect(), Some(0))
        }
    };
    let mut sample = Sample { rows: Vec::new(), codes: Vec::new(), groups: Vec::new() };
    let mut summary = Summary {
        n: 0,
        n_event,
        n_missing: 0,
        n_excluded: n_subset - candidates.len(),
        missing_by: crate::hashing::IndexMap::default(),
        groups: Vec::new(),
        variables: Vec::new(),
    };
    let mut missing = Vec::new();
    for (row, event) in candidates {
        match groups.map_or(Some(0), |groups| groups.category.codes[row]) {
            Some(code) => {
                sample.rows.push(row);
                sample.codes.push(code);
                if let Some(n_event) = &mut summary.n_event {
                    *n_event += usize::from(event);
                }
            }
            None => missing.push(row + 1),
        }
    }
    summary.n = sample.rows.len();
    summary.n_missing = missing.len();
    if sample.rows.is_empty() {
        return Err(Error::new(ErrorKind::NoObservations)
            .with("excluded", summary.n_excluded)
            .with("missing", summary.n_missing)
            .at(analysis.at("subset")));
    }
    if let Some(groups) = groups {
        sample.groups.clone_from(&groups.category.levels);
        result.cautions.extend(groups.cautions(&sample.codes));
        let mut sizes = vec![0; sample.groups.len()];
        for &code in &sample.codes {
            sizes[code as usize] += 1;
        }
        let named = sample.groups.iter().zip(sizes).map(|(group, n)| GroupSize { group: group.clone(), n });
        summary.groups = named.collect();
        if !missing.is_empty() {
            summary.missing_by.insert(groups.name.clone(), missing.len());
            result.cautions.push(
                Caution::new(CautionKind::MissingRows)
                    .with("n", missing.len())
                    .with("of", missing.len() + summary.n)
                    .with("variables", format!("{}: {}", groups.name, missing.len()))
                    .rows(missing),
            );
        }
    }
    Ok((sample, summary))
}

/// A number, by group and overall.
fn of_number(
    name: &str,
    cells: &[Option<f64>],
    sample: &Sample,
    rules: &Rules,
    result: &mut AnalysisResult,
) -> SummaryVariable {
    let mut values: Vec<Vec<f64>> = vec![Vec::new(); sample.groups.len()];
    let mut n_missing = vec![0; sample.groups.len()];
    let mut all = Vec::with_capacity(sample.rows.len());
    for (&row, &code) in sample.rows.iter().zip(&sample.codes) {
        all.extend(cells[row]);
        match (cells[row], values.get_mut(code as usize)) {
            (Some(value), Some(group)) => group.push(value),
            (None, Some(_)) => n_missing[code as usize] += 1,
            (_, None) => {}
        }
    }
    if let Some(codes) = codes(&all) {
        let caution = Caution::new(CautionKind::NumericCodesSummarised);
        result.cautions.push(caution.with("name", name).with("values", codes));
    }
    let described = |group: Option<&String>, values: &[f64], n_missing: usize| NumberGroup {
        group: group.cloned(),
        n: values.len(),
        n_missing,
        numbers: numbers::describe(values, rules.quantile_type),
    };
    let by_group = sample.groups.iter().zip(&values).zip(&n_missing);
    let figures = VariableFigures::Number {
        groups: by_group.map(|((group, values), &missing)| described(Some(group), values, missing)).collect(),
        overall: Box::new(described(None, &all, sample.rows.len() - all.len())),
    };
    let slices: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
    SummaryVariable {
        heading: None,
        variable: name.to_owned(),
        figures,
        test: (!slices.is_empty())
            .then(|| compare::numbers(&slices, rules.numeric_test, rules.t_variance, rules.rank_p)),
        standardised_difference: match slices.as_slice() {
            [x, y] => Some(difference(smd::numbers(x, y))),
            _ => None,
        },
    }
}

/// A category, by group and overall.
fn of_category(
    name: &str,
    category: &Category,
    sample: &Sample,
    rules: &Rules,
    result: &mut AnalysisResult,
) -> SummaryVariable {
    let n_groups = sample.groups.len();
    // Without a grouping column the counts have one column, that of all.
    let mut counts = vec![vec![0; n_groups.max(1)]; category.levels.len()];
    let mut n_missing = vec![0; n_groups.max(1)];
    for (&row, &code) in sample.rows.iter().zip(&sample.codes) {
        match category.codes[row] {
            Some(level) => counts[level as usize][code as usize] += 1,
            None => n_missing[code as usize] += 1,
        }
    }
    let sums: Vec<usize> = (0..n_groups).map(|group| counts.iter().map(|row| row[group]).sum()).collect();
    let all: usize = counts.iter().flatten().sum();
    let level = |(level, row): (&String, &Vec<usize>)| Level {
        level: level.clone(),
        groups: (0..n_groups)
            .map(|group| LevelGroup {
                group: sample.groups[group].clone(),
                n: row[group],
                percent: percent(row[group], sums[group]),
            })
            .collect(),
    };
    let overall = |(level, row): (&String, &Vec<usize>)| {
        let n = row.iter().sum();
        OverallLevel { level: level.clone(), n, percent: percent(n, all) }
    };
    let total =
        |group: usize| Total { group: sample.groups[group].clone(), n: sums[group], n_missing: n_missing[group] };
    let figures = VariableFigures::Category {
        levels: category.levels.iter().zip(&counts).map(level).collect(),
        totals: (0..n_groups).map(total).collect(),
        overall: OverallLevels {
            n: all,
            n_missing: n_missing.iter().sum(),
            levels: category.levels.iter().zip(&counts).map(overall).collect(),
        },
    };
    let test = (n_groups > 0).then(|| compare::levels(&counts, rules.categorical_test, rules.continuity));
    if let Some(test) = &test {
        result.cautions.extend(caution(name, test));
    }
    let column = |group: usize| -> Vec<usize> { counts.iter().map(|row| row[group]).collect() };
    SummaryVariable {
        heading: None,
        variable: name.to_owned(),
        figures,
        test,
        standardised_difference: (n_groups == 2).then(|| difference(smd::levels(&column(0), &column(1)))),
    }
}

/// n of all, in percent.
fn percent(n: usize, all: usize) -> Option<f64> {
    (all > 0).then(|| 100.0 * n as f64 / all as f64)
}

fn difference(outcome: std::result::Result<f64, Undefined>) -> StandardisedDifference {
    StandardisedDifference { estimate: outcome.ok(), reason: outcome.err() }
}

/// What must be known of a test of counts.
fn caution(name: &str, test: &Comparison) -> Option<Caution> {
    if let Some(expected) = test.smallest_expected.filter(|&expected| expected < SMALL_EXPECTED) {
        return Some(Caution::new(CautionKind::SmallExpected).with("name", name).with("value", rounded(expected)));
    }
    let drawn = test.monte_carlo?;
    let caution = Caution::new(CautionKind::FisherMonteCarlo).with("name", name).with("n", drawn.samples);
    Some(caution.with("std_error", rounded(drawn.std_error)))
}

/// A digit after the point, two digits that count for a small value; the figures keep all.
fn rounded(value: f64) -> String {
    let digits = (1..12).find(|&digits| value * libm::pow(10.0, f64::from(digits)) >= 10.0);
    format!("{value:.*}", digits.map_or(1, |digits| digits as usize))
}

/// Two to five whole numbers and nothing else: these may be codes of a category.
fn codes(values: &[f64]) -> Option<String> {
    let mut distinct: Vec<f64> = Vec::with_capacity(CODES);
    for &value in values {
        if !distinct.contains(&value) {
            if value.fract() != 0.0 || distinct.len() == CODES {
                return None;
            }
            distinct.push(value);
        }
    }
    sort_numbers(&mut distinct);
    let text: Vec<String> = distinct.iter().map(|&value| number::shortest(value)).collect();
    (distinct.len() > 1).then(|| text.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_by_hand() {
        assert_eq!(rounded(4.26), "4.3");
        assert_eq!(rounded(0.426), "0.43");
        assert_eq!(rounded(0.00154), "0.0015");
        assert_eq!(rounded(0.0), "0.0");
    }

    #[test]
    fn codes_by_hand() {
        assert_eq!(codes(&[1.0, 0.0, 1.0]).as_deref(), Some("0, 1"));
        assert_eq!(codes(&[3.0, 3.0]), None);
        assert_eq!(codes(&[1.0, 1.5]), None);
        assert_eq!(codes(&[1.0, 2.0, 3.0, 4.0, 5.0]).as_deref(), Some("1, 2, 3, 4, 5"));
        assert_eq!(codes(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), None);
        assert_eq!(codes(&[]), None);
    }
}
