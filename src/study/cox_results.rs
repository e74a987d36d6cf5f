//! The results of `cox`, `cox_table` and `ph_test`.

use crate::hashing::IndexMap;
use serde::Serialize;
use serde_json::Value;

use super::results::{ChiSquare, Counts};
use crate::error::Error;
use crate::survival::cox::{self, Direction, Ties};

/// A Cox model.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cox {
    /// Of the null model and of the fitted one: penalised under Firth, without the penalty under ridge.
    pub log_likelihood: [f64; 2],
    /// Tests of the whole model; `null` without covariates and under ridge.
    pub tests: Option<ModelTests>,
    /// A row per level and per number.
    pub terms: Vec<Term>,
    /// A test per variable, on identical rows.
    pub factors: Vec<FactorTest>,
    /// Concordance; `null` without a comparable pair.
    pub concordance: Option<Concordance>,
    /// Events per estimated parameter; `null` without covariates.
    pub events_per_parameter: Option<f64>,
    /// Newton steps.
    pub iterations: usize,
    /// Whether the iteration reached its tolerance.
    pub converged: bool,
    /// Firth's estimates beside a model with separated terms (rule 16).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firth: Option<Firth>,
    /// What the ridge did, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ridge: Option<Ridge>,
    /// Residuals, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residuals: Option<CoxResiduals>,
    /// The model without each patient, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub influence: Option<Influence>,
    /// The curve at the references and with every number at 0, where it was asked for; one per stratum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Vec<PredictedCurve>>,
    /// The curves of the patients asked for: patient first, then stratum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predictions: Option<Vec<PredictedCurve>>,
    /// The curves if everybody had each level of a variable, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjusted: Option<Adjusted>,
}

impl Cox {
    /// The covariates of which more than one level or value has rows: those of the others change nothing.
    pub fn varying(&self) -> impl Iterator<Item = &FactorTest> {
        self.factors.iter().filter(|factor| factor.tests.df > 0)
    }
}

/// Adjusted (marginal) survival: for each level of a variable the mean, over the patients of the model with their own other
/// covariates, of the survival that the model predicts if they had that level.
#[derive(Debug, Clone, Serialize)]
pub struct Adjusted {
    /// The variable.
    pub variable: String,
    /// Times: the event times, or 200 of them equally spaced in rank where there are more.
    pub time: Vec<f64>,
    /// One curve per level with rows.
    pub curves: Vec<AdjustedCurve>,
}

/// The marginal curve of one level.
#[derive(Debug, Clone, Serialize)]
pub struct AdjustedCurve {
    /// The level.
    pub level: String,
    /// Patients that really have it.
    pub n: usize,
    /// Mean survival at each time.
    pub estimate: Vec<f64>,
    /// Standard error of the mean survival.
    pub std_error: Vec<f64>,
    /// Lower limit, by `conf_type`.
    pub conf_low: Vec<Option<f64>>,
    /// Upper limit.
    pub conf_high: Vec<Option<f64>>,
}

/// Residuals of the rows of a Cox model: parallel arrays.
#[derive(Debug, Clone, Serialize)]
pub struct CoxResiduals {
    /// Data rows, from 1.
    pub row: Vec<usize>,
    /// Martingale residuals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub martingale: Option<Vec<f64>>,
    /// Deviance residuals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviance: Option<Vec<f64>>,
    /// Score residuals, for each column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Vec<ColumnResiduals>>,
    /// dfbeta residuals, for each column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dfbeta: Option<Vec<ColumnResiduals>>,
}

/// The residuals of one column.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnResiduals {
    /// The column.
    #[serde(flatten)]
    pub column: ColumnName,
    /// A value per row; `null` where the column is separated.
    pub values: Option<Vec<f64>>,
}

/// A Cox model without each patient.
#[derive(Debug, Clone, Serialize)]
pub struct Influence {
    /// `exact` (fitted anew) or `one_step` (coefficients less their dfbeta, standard errors as they are).
    pub method: &'static str,
    /// The columns that the values belong to.
    pub columns: Vec<ColumnName>,
    /// One entry per patient: per row, or where the endpoint has an `id` per `id`.
    pub left_out: Vec<LeftOut>,
    /// Terms whose Wald p without a patient is on the other side of 1 − `conf_level`, and terms without an estimate then.
    pub pivotal: Vec<Pivotal>,
}

/// A model without one patient.
#[derive(Debug, Clone, Serialize)]
pub struct LeftOut {
    /// Data rows of the patient, from 1.
    pub rows: Vec<usize>,
    /// Hazard ratio of each column; `null` where it diverges.
    pub hazard_ratio: Vec<Option<f64>>,
    /// Wald p of each column.
    pub p_value: Vec<Option<f64>>,
    /// Why there is none: the model cannot be fitted without this patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// A patient on whom the significance of a term hangs, or its estimate.
#[derive(Debug, Clone, Serialize)]
pub struct Pivotal {
    /// Data rows of the patient, from 1.
    pub rows: Vec<usize>,
    /// The column.
    #[serde(flatten)]
    pub column: ColumnName,
    /// Wald p with everybody.
    pub p_value: f64,
    /// Wald p without this patient; `null` where the term then diverges.
    pub p_value_without: Option<f64>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// A survival curve that a Cox model predicts: parallel arrays over the event times of the stratum.
#[derive(Debug, Clone, Serialize)]
pub struct PredictedCurve {
    /// The patient asked for, `null` for the baseline.
    pub values: Option<IndexMap<String, Value>>,
    /// The stratum, `null` without strata.
    pub stratum: Option<String>,
    /// Last time observed in the stratum: the curve goes no further.
    pub end: f64,
    /// Distinct event times.
    pub time: Vec<f64>,
    /// Cumulative hazard after each.
    pub cumulative_hazard: Vec<f64>,
    /// Survival after each.
    pub estimate: Vec<f64>,
    /// Standard error of the survival.
    pub std_error: Vec<f64>,
    /// Lower limit, by `conf_type`.
    pub conf_low: Vec<Option<f64>>,
    /// Upper limit.
    pub conf_high: Vec<Option<f64>>,
}

/// Firth's penalised fit of the same columns on the same rows (rule 11), model-based whatever the model beside it uses.
#[derive(Debug, Clone, Serialize)]
pub struct Firth {
    /// Handling of ties: that of the model, or Efron's beside exact ties, which this likelihood does not have.
    pub ties: Ties,
    /// ℓ* of the null model and of the fitted one.
    pub log_likelihood: [f64; 2],
    /// Twice the gain of ℓ*.
    pub likelihood_ratio: ChiSquare,
    /// The rows of the model's table, with profile limits and penalised likelihood-ratio tests.
    pub terms: Vec<Term>,
    /// The tests of each variable.
    pub factors: Vec<FactorTest>,
    /// Newton steps.
    pub iterations: usize,
}

/// What a ridge did (rule 29).
#[derive(Debug, Clone, Serialize)]
pub struct Ridge {
    /// λ.
    pub lambda: f64,
    /// tr(I H⁻¹): the parameters' worth after shrinking.
    pub effective_df: f64,
}

/// The three tests of a model.
#[derive(Debug, Clone, Serialize)]
pub struct ModelTests {
    /// Twice the gain of the log-likelihood; model-based always.
    pub likelihood_ratio: ChiSquare,
    /// Wald; with the robust variance where that was asked for. `null` under separation.
    pub wald: Option<ChiSquare>,
    /// Score at 0; model-based always. `null` under Firth.
    pub score: Option<ChiSquare>,
}

/// A row of a model's table.
#[derive(Debug, Clone, Serialize)]
pub struct Term {
    /// The covariate.
    pub variable: String,
    /// Level of a category; `null` for a number.
    pub level: Option<String>,
    /// How many of its unit the ratio of a number is per, where the study says so (`per` of the column); 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<f64>,
    /// Whether it is the reference level.
    pub reference: bool,
    /// Rows of the level, or of the model for a number.
    pub n: usize,
    /// Events among them.
    pub n_event: usize,
    /// Log hazard ratio; 0 for the reference.
    pub estimate: Option<f64>,
    /// Its standard error.
    pub std_error: Option<f64>,
    /// Wald z, or the likelihood ratio where `test` says so.
    pub statistic: Option<f64>,
    /// p of the statistic (under separation of the likelihood ratio, which is not shown as a statistic).
    pub p_value: Option<f64>,
    /// Hazard ratio; 1 for the reference.
    pub hazard_ratio: Option<f64>,
    /// Lower limit of the hazard ratio.
    pub conf_low: Option<f64>,
    /// Upper limit of the hazard ratio.
    pub conf_high: Option<f64>,
    /// The test behind `p_value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<&'static str>,
    /// Why figures are `null`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Where a separated coefficient goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
}

/// The tests of one variable, all its columns together (rule 10).
#[derive(Debug, Clone, Serialize)]
pub struct FactorTest {
    /// The covariate.
    pub variable: String,
    /// The tests that it has no effect at all.
    #[serde(flatten)]
    pub tests: ColumnTests,
    /// Interactions that are tested along with it, as it has no effect only where they have none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
    /// Knots of a spline.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub knots: Vec<f64>,
    /// The tests that a spline is a straight line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonlinear: Option<ColumnTests>,
}

/// Tests that some coefficients are zero, on identical rows.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnTests {
    /// Coefficients tested.
    pub df: usize,
    /// Wald; `null` under separation.
    pub wald: Option<ChiSquare>,
    /// Refit without them; `null` under ridge.
    pub likelihood_ratio: Option<ChiSquare>,
    /// Score at the constrained fit; `null` under a penalty.
    pub score: Option<ChiSquare>,
    /// Why one is `null`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// A test of proportional hazards (rule 13).
#[derive(Debug, Clone, Serialize)]
pub struct PhTest {
    /// One test per covariate, all its columns together.
    pub terms: Vec<PhTerm>,
    /// The test of all columns.
    pub global: PhGlobal,
    /// The columns of the model: what the values of a residual belong to.
    pub columns: Vec<ColumnName>,
    /// The log hazard ratio of each in the model, which takes it to be the same at every time; `null` where it is separated.
    pub coefficients: Vec<Option<f64>>,
    /// Scaled Schoenfeld residuals of the events, by time.
    pub residuals: Vec<Residual>,
    /// Their smooth, for each column that has them.
    pub smooth: Vec<Smooth>,
    /// Why there is no smooth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smooth_reason: Option<&'static str>,
}

/// The test of one covariate.
#[derive(Debug, Clone, Serialize)]
pub struct PhTerm {
    /// The covariate.
    pub variable: String,
    /// Its test.
    #[serde(flatten)]
    pub test: PhGlobal,
}

/// A test of proportional hazards.
#[derive(Debug, Clone, Serialize)]
pub struct PhGlobal {
    /// Score statistic.
    pub statistic: Option<f64>,
    /// Columns.
    pub df: usize,
    /// Upper tail of the chi-square.
    pub p_value: Option<f64>,
    /// Why there is no statistic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// What a column of a model is called.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnName {
    /// The covariate.
    pub variable: String,
    /// Its level; `null` for a number.
    pub level: Option<String>,
}

/// The scaled Schoenfeld residual of one event: an estimate of the log hazard ratios at its time.
#[derive(Debug, Clone, Serialize)]
pub struct Residual {
    /// Data row, from 1.
    pub row: usize,
    /// Time of the event.
    pub time: f64,
    /// The transform of that time.
    pub transformed: f64,
    /// One value a column; `null` where that is separated.
    pub values: Vec<Option<f64>>,
}

/// The smooth of one column's residuals: a log hazard ratio over time.
#[derive(Debug, Clone, Serialize)]
pub struct Smooth {
    /// The column.
    #[serde(flatten)]
    pub column: ColumnName,
    /// Times.
    pub time: Vec<f64>,
    /// The transform of these times, equally spaced.
    pub transformed: Vec<f64>,
    /// Log hazard ratio.
    pub estimate: Vec<f64>,
    /// Lower edge of the pointwise band.
    pub conf_low: Vec<f64>,
    /// Upper edge.
    pub conf_high: Vec<f64>,
}

/// Univariable models and a multivariable one, side by side.
#[derive(Debug, Clone, Serialize)]
pub struct CoxTable {
    /// A row per level and per number, in the order of the lists, univariable first.
    pub rows: Vec<TableRow>,
    /// The global test of each covariate in both models.
    pub factors: Vec<TableFactor>,
    /// The models in full.
    pub models: TableModels,
}

/// A row of the table. A model that does not hold the covariate, or that cannot be fitted, is `null`.
#[derive(Debug, Clone, Serialize)]
pub struct TableRow {
    /// The covariate.
    pub variable: String,
    /// Its level; `null` for a number.
    pub level: Option<String>,
    /// Whether it is the reference level.
    pub reference: bool,
    /// In the model of this covariate alone.
    pub univariable: Option<TableCell>,
    /// In the model of all.
    pub multivariable: Option<TableCell>,
}

/// A term of a model with Firth's beside it where it is separated.
#[derive(Debug, Clone, Serialize)]
pub struct TableCell {
    /// The term, with the rows and events that this model really used.
    #[serde(flatten)]
    pub term: Term,
    /// Firth's estimate of a separated term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firth: Option<Term>,
}

/// The global tests of one covariate.
#[derive(Debug, Clone, Serialize)]
pub struct TableFactor {
    /// The covariate.
    pub variable: String,
    /// In the model of this covariate alone.
    pub univariable: Option<TableTest>,
    /// In the model of all.
    pub multivariable: Option<TableTest>,
}

/// A global test, by the rule `factor_test`.
#[derive(Debug, Clone, Serialize)]
pub struct TableTest {
    /// Rows of the model.
    pub n: usize,
    /// Events of the model.
    pub n_event: usize,
    /// The test.
    pub test: &'static str,
    /// Its chi-square.
    pub statistic: Option<f64>,
    /// Degrees of freedom.
    pub df: usize,
    /// Upper tail.
    pub p_value: Option<f64>,
    /// Whether it is model-based beside a robust variance (rule 26).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub model_based: bool,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// The models of a table in full.
#[derive(Debug, Clone, Serialize)]
pub struct TableModels {
    /// One per covariate.
    pub univariable: Vec<TableModel>,
    /// The model of all, where it was asked for.
    pub multivariable: Option<TableModel>,
}

/// One model of a table.
#[derive(Debug, Clone, Serialize)]
pub struct TableModel {
    /// Its covariates.
    pub covariates: Vec<String>,
    /// Who was counted.
    #[serde(flatten)]
    pub counts: Option<Counts>,
    /// The model.
    #[serde(flatten)]
    pub cox: Option<Box<Cox>>,
    /// Why it cannot be fitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

/// Concordance of the model's predictor with time (rule 27).
#[derive(Debug, Clone, Serialize)]
pub struct Concordance {
    /// Share of comparable pairs in the right order.
    pub estimate: f64,
    /// Infinitesimal-jackknife standard error.
    pub std_error: f64,
}

impl From<cox::Concordance> for Concordance {
    fn from(concordance: cox::Concordance) -> Self {
        Self { estimate: concordance.estimate, std_error: concordance.std_error }
    }
}
