//! `cox_table`: each covariate alone and all together, as the prognostic table of a paper.

use serde_json::json;

use super::cox::{Extent, Model, Rules};
use crate::error::{Caution, CautionKind, Result};
use crate::study::analysis::{Analysis, FactorTest};
use crate::study::context::Context;
use crate::study::covariate::Covariate;
use crate::study::results::{
    AnalysisResult, CoxTable, Figures, TableCell, TableFactor, TableModel, TableModels, TableRow, TableTest, Term,
};

/// Fits every model and fills `result`. A model that cannot be fitted carries its error and spares the others.
///
/// # Errors
/// Those of the options; that of the last model where none can be fitted.
pub fn run(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    let rules = Rules::of(context, analysis, &mut result.rules)?;
    let chosen = analysis.factor_test.unwrap_or_else(|| context.study.conventions.factor_test());
    result.rules.insert("factor_test", json!(chosen));
    let alone = analysis.univariable.as_deref().unwrap_or_default();
    let together = analysis.multivariable.as_deref().unwrap_or_default();
    if alone.is_empty() && together.is_empty() {
        analysis.required::<[Covariate]>("univariable", None)?;
    }
    let product = |covariate: &&Covariate| match covariate {
        Covariate::Named(name) => !context.cohort.has(name) && name.contains([':', '*']),
        Covariate::Spline(_) => false,
    };
    if let Some(Covariate::Named(name)) = alone.iter().find(product) {
        return Err(analysis.bad_option("univariable", name, "a column or a spline; interactions go to multivariable"));
    }

    let lists = alone.iter().map(|covariate| ("univariable", std::slice::from_ref(covariate)));
    let together = (!together.is_empty()).then_some(("multivariable", together));
    let asked: Vec<(&str, &[Covariate])> = lists.chain(together).collect();
    let fit = |(option, covariates), extent| fitted(context, analysis, &rules, option, covariates, extent);
    // Who watches sees every estimate before the first limit; where none is slow, that is all.
    let first = if context.is_watched() { Extent::Estimates } else { Extent::Whole };
    let mut models: Vec<Fitted> = asked.iter().map(|&asked| fit(asked, first)).collect();
    let known = result.cautions.clone();
    fill(result, &known, &models, together.is_some(), chosen)?;
    let pending: Vec<usize> = (0..models.len()).filter(|&index| models[index].is_pending).collect();
    // A model of many columns takes longer than one of few.
    let work = |index: usize| asked[index].1.len() as f64;
    let all: f64 = pending.iter().map(|&index| work(index)).sum();
    let mut share = 0.0;
    for index in pending {
        context.hand_out(result);
        context.done(share / all);
        models[index] = fit(asked[index], Extent::Whole);
        share += work(index);
        fill(result, &known, &models, together.is_some(), chosen)?;
    }
    Ok(())
}

/// Fills in the table of the models as they stand; `known` are the cautions from before.
///
/// # Errors
/// That of the last model where none could be fitted.
fn fill(
    result: &mut AnalysisResult,
    known: &[Caution],
    fitted: &[Fitted],
    last_is_multivariable: bool,
    chosen: FactorTest,
) -> Result<()> {
    if fitted.iter().all(|model| model.table.cox.is_none())
        && let Some(error) = fitted.iter().rev().find_map(|model| model.table.error.clone())
    {
        return Err(error);
    }
    result.cautions = known.to_vec();
    for caution in fitted.iter().flat_map(|model| &model.cautions) {
        if !result.cautions.contains(caution) {
            result.cautions.push(caution.clone());
        }
    }
    let mut univariable: Vec<TableModel> = fitted.iter().map(|model| model.table.clone()).collect();
    let multivariable = if last_is_multivariable { univariable.pop() } else { None };
    let models = TableModels { univariable, multivariable };
    let figures = CoxTable { rows: rows(&models), factors: factors(&models, chosen), models };
    result.cautions.extend(compared(&figures));
    result.figures = Some(Figures::CoxTable(Box::new(figures)));
    Ok(())
}

/// A model of the table.
struct Fitted {
    table: TableModel,
    /// What it cautions, which is said once for the table.
    cautions: Vec<Caution>,
    is_pending: bool,
}

/// One model, or why there is none.
fn fitted(
    context: &Context,
    analysis: &Analysis,
    rules: &Rules,
    option: &str,
    covariates: &[Covariate],
    extent: Extent,
) -> Fitted {
    let mut cautions = Vec::new();
    let mut counts = None;
    let outcome = Model::prepare(context, analysis, option, covariates, &mut cautions).and_then(|model| {
        counts = Some(model.selection.counts.clone());
        model.fit(rules, extent, &mut cautions, &|_| {})
    });
    let covariates = covariates.iter().map(Covariate::name).collect();
    let (cox, is_pending, error) = match outcome {
        Ok(fitted) => (Some(Box::new(fitted.cox)), fitted.is_pending, None),
        Err(error) => (None, false, Some(error)),
    };
    Fitted { table: TableModel { covariates, counts, cox, error }, cautions, is_pending }
}

/// The rows of all models, each level once, in the order in which they first appear.
fn rows(models: &TableModels) -> Vec<TableRow> {
    let mut rows: Vec<TableRow> = Vec::new();
    for (model, alone) in all(models) {
        for (term, firth) in terms(model) {
            let same = |row: &TableRow| row.variable == term.variable && row.level == term.level;
            let at = rows.iter().position(same).unwrap_or_else(|| {
                // A level that only one of the models has stays with its covariate.
                let after = rows.iter().rposition(|row| row.variable == term.variable);
                let at = after.map_or(rows.len(), |after| after + 1);
                rows.insert(
                    at,
                    TableRow {
                        variable: term.variable.clone(),
                        level: term.level.clone(),
                        reference: term.reference,
                        univariable: None,
                        multivariable: None,
                    },
                );
                at
            });
            let cell = TableCell { term: term.clone(), firth: firth.cloned() };
            *(if alone { &mut rows[at].univariable } else { &mut rows[at].multivariable }) = Some(cell);
        }
    }
    rows
}

/// Every model, and whether it is a univariable one.
fn all(models: &TableModels) -> impl Iterator<Item = (&TableModel, bool)> {
    let together = models.multivariable.iter().map(|model| (model, false));
    models.univariable.iter().map(|model| (model, true)).chain(together)
}

/// The terms of a model, with Firth's of the separated ones.
fn terms(model: &TableModel) -> impl Iterator<Item = (&Term, Option<&Term>)> {
    model.cox.iter().flat_map(|cox| {
        let firth = cox.firth.as_ref().map(|firth| &firth.terms);
        cox.terms.iter().enumerate().map(move |(i, term)| {
            let separated = term.reason == Some("separation");
            (term, firth.filter(|_| separated).and_then(|terms| terms.get(i)))
        })
    })
}

/// The global tests of every covariate.
fn factors(models: &TableModels, chosen: FactorTest) -> Vec<TableFactor> {
    let mut factors: Vec<TableFactor> = Vec::new();
    for (model, alone) in all(models) {
        let (Some(cox), Some(counts)) = (&model.cox, &model.counts) else { continue };
        for factor in &cox.factors {
            let found = match chosen {
                FactorTest::LikelihoodRatio => &factor.tests.likelihood_ratio,
                FactorTest::Wald => &factor.tests.wald,
                FactorTest::Score => &factor.tests.score,
            };
            let reason = factor.tests.reason.unwrap_or("separation");
            let test = TableTest {
                n: counts.n,
                n_event: counts.n_event,
                test: chosen.name(),
                statistic: found.as_ref().map(|test| test.statistic),
                df: factor.tests.df,
                p_value: found.as_ref().map(|test| test.p_value),
                model_based: found.as_ref().is_some_and(|test| test.model_based),
                reason: found.is_none().then_some(reason),
            };
            let at = factors.iter().position(|known| known.variable == factor.variable).unwrap_or_else(|| {
                let variable = factor.variable.clone();
                factors.push(TableFactor { variable, univariable: None, multivariable: None });
                factors.len() - 1
            });
            *(if alone { &mut factors[at].univariable } else { &mut factors[at].multivariable }) = Some(test);
        }
    }
    factors
}

/// What must be known to read the models side by side.
fn compared(table: &CoxTable) -> Vec<Caution> {
    let mut cautions = Vec::new();
    let counts: Vec<usize> = all(&table.models).filter_map(|(model, _)| Some(model.counts.as_ref()?.n)).collect();
    if let (Some(least), Some(most)) = (counts.iter().min(), counts.iter().max())
        && least < most
    {
        cautions.push(Caution::new(CautionKind::ModelsDifferInPatients).with("least", least).with("most", most));
    }
    if let Some(together) = &table.models.multivariable
        && let Some(counts) = together.counts.as_ref().filter(|counts| counts.n_missing > 0)
    {
        let of = counts.n + counts.n_missing;
        let share = format!("{:.0}", 100.0 * counts.n_missing as f64 / of as f64);
        let lost = Caution::new(CautionKind::CompleteCaseLoss);
        cautions.push(lost.with("n", counts.n_missing).with("of", of).with("percent", share).with("left", counts.n));
    }
    cautions.extend(screened(table));
    cautions
}

/// Whether the multivariable model holds exactly the covariates whose p values alone are the smallest, others having been left out.
fn screened(table: &CoxTable) -> Option<Caution> {
    let p = |factor: &TableFactor| factor.univariable.as_ref().and_then(|test| test.p_value);
    let (kept, left): (Vec<&TableFactor>, Vec<&TableFactor>) =
        table.factors.iter().filter(|factor| p(factor).is_some()).partition(|factor| factor.multivariable.is_some());
    let highest = kept.iter().filter_map(|factor| p(factor)).max_by(f64::total_cmp)?;
    let lowest = left.iter().filter_map(|factor| p(factor)).min_by(f64::total_cmp)?;
    let names = |factors: &[&TableFactor]| -> String {
        factors.iter().map(|factor| factor.variable.clone()).collect::<Vec<_>>().join(", ")
    };
    let screened = Caution::new(CautionKind::Screening).with("kept", names(&kept)).with("left", names(&left));
    (highest < lowest).then_some(screened)
}
