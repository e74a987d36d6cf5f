//! Cox's proportional hazards model: λ(t | x) = λ₀(t) exp(xᵀβ), β by partial likelihood.
//!
//! Source: Cox 1972, J R Stat Soc B 34:187-220; Therneau & Grambsch 2000, *Modeling Survival Data*, chapter 3. R:
//! `survival::coxph`. Late entry, strata, case weights and the three treatments of ties are those of that function.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

/// How events at one time share the likelihood (rules 7 and 23).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ties {
    /// Efron 1977, JASA 72:557-565: the events of one time leave the risk set by equal fractions.
    #[default]
    Efron,
    /// Breslow 1974, Biometrics 30:89-99: every event of one time sees the entire risk set.
    Breslow,
    /// The discrete model of Cox 1972: the events of one time are conditioned on their number.
    Exact,
}

/// The columns of a model, each with one value a row of the [`Sample`](crate::survival::Sample), and how rows belong together.
#[derive(Debug, Clone, Copy, Default)]
pub struct Design<'a> {
    /// One slice of n finite numbers a coefficient. Columns are known by their index alone.
    pub columns: &'a [Vec<f64>],
    /// Stratum of each row: each has its own baseline hazard. `None`: one stratum.
    pub strata: Option<&'a [u32]>,
    /// Cluster of each row, for the robust covariance (rule 26). `None`: each row on its own.
    pub cluster: Option<&'a [u32]>,
}

/// How a model is fitted. Write `CoxOptions { ties, ..CoxOptions::default() }`: options may be added.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoxOptions {
    /// Treatment of ties.
    pub ties: Ties,
    /// Whether standard errors and Wald tests use the robust covariance; `cluster` in the design has the same effect.
    pub robust: bool,
    /// Newton steps that may be taken.
    pub max_iterations: usize,
    /// A fit has converged when the next Newton step would change no coefficient, times its column's standard deviation, by more.
    pub tolerance: f64,
}

impl Default for CoxOptions {
    fn default() -> Self {
        Self { ties: Ties::Efron, robust: false, max_iterations: 50, tolerance: 1e-9 }
    }
}

/// Why a model cannot be fitted.
#[derive(Debug, Clone, PartialEq)]
pub enum CoxError {
    /// No row.
    NoObservations,
    /// No event among the rows.
    NoEvents,
    /// These columns (indices, ascending) add nothing to the columns before them: each is, within every risk set, a
    /// linear combination of them, or constant.
    Collinear {
        /// Indices into [`Design::columns`].
        columns: Vec<usize>,
    },
    /// No maximum was reached within the allowed steps.
    NotConverged {
        /// Steps taken.
        iterations: usize,
    },
}

/// A chi-squared statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquared {
    /// The statistic, not negative.
    pub statistic: f64,
    /// Degrees of freedom, at least 1.
    pub df: usize,
    /// Upper tail of χ² with `df` degrees of freedom beyond the statistic.
    pub p_value: f64,
}

/// The three tests that all coefficients are zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GlobalTests {
    /// Twice the gain in log-likelihood over the null model.
    pub likelihood_ratio: ChiSquared,
    /// β̂ᵀV⁻¹β̂, V the robust covariance where that was asked for. `None` under separation (rule 16), or with a robust
    /// covariance from too few clusters (rule 26).
    pub wald: Option<ChiSquared>,
    /// Uᵀ I⁻¹ U at β = 0, model-based.
    pub score: ChiSquared,
}

/// Agreement between the predictor and the order of the events (Harrell's C; rule 27).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concordance {
    /// Share of comparable pairs in which the row with the higher predictor has its event first; equal predictors count ½.
    pub estimate: f64,
    /// Infinitesimal jackknife, summed within cluster where there are clusters.
    pub std_error: f64,
}

/// Where a coefficient goes under separation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To plus infinity.
    Up,
    /// To minus infinity.
    Down,
}

/// A coefficient without a finite estimate (rule 16).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Diverging {
    /// Index into [`Design::columns`].
    pub column: usize,
    /// Where it goes; `None` where the likelihood's limit is the same either way (it diverges only along with others).
    pub direction: Option<Direction>,
}

/// A monotone likelihood and its limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Separation {
    /// The coefficients without a finite estimate, by column.
    pub diverging: Vec<Diverging>,
    /// A direction δ, in the units of the coefficients, along which the likelihood rises to its limit.
    pub path: Vec<f64>,
    /// The strata of the limiting likelihood, one value a row: an event is then compared only with the rows at risk that
    /// equal it along every such direction.
    pub strata: Vec<u32>,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct CoxFit {
    /// Rows.
    pub n: usize,
    /// Events (rows, not weights).
    pub n_event: usize,
    /// Log hazard ratio per unit of each column; `None` where it diverges.
    pub coefficients: Vec<Option<f64>>,
    /// Standard errors, robust where that was asked for; `None` where the coefficient diverges, or where a robust
    /// covariance cannot be told from so few clusters (rule 26).
    pub std_errors: Vec<Option<f64>>,
    /// Inverse of the information at the estimate (model-based). Rows and columns of diverging coefficients are 0.
    pub covariance: DMatrix<f64>,
    /// The sandwich, where it was asked for and there are more clusters than coefficients.
    pub robust_covariance: Option<DMatrix<f64>>,
    /// Clusters, where a robust covariance was asked for (each row is one without `cluster`).
    pub n_cluster: Option<usize>,
    /// Log partial likelihood of the null model and of this one (under separation, its limit).
    pub log_likelihood: [f64; 2],
    /// Tests of the entire model; `None` without columns.
    pub tests: Option<GlobalTests>,
    /// Concordance of the linear predictor; `None` without columns or without comparable pairs.
    pub concordance: Option<Concordance>,
    /// Newton steps taken.
    pub iterations: usize,
    /// What diverges, if anything does.
    pub separation: Option<Separation>,
    /// Strata that have rows but no event, and so add nothing (rule 22).
    pub strata_without_events: usize,
}

impl CoxFit {
    /// Events per coefficient; `None` without columns.
    pub fn events_per_parameter(&self) -> Option<f64> {
        let p = self.coefficients.len();
        (p > 0).then(|| self.n_event as f64 / p as f64)
    }
}
