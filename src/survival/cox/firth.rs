//! Firth's fit, which stays finite under separation (rule 11): β̂ maximises ℓ* = ℓ + ½ log |I|.
//!
//! Firth 1993, Biometrika 80:27-38; Heinze & Schemper 2001, Biometrics 57:114-119. See [`Penalised`](super::penalised) for ℓ*.

use nalgebra::DMatrix;

use super::arrangement::Arrangement;
use super::concordance::{Predictor, concordance};
use super::hypothesis::wald;
use super::information::Factor;
use super::likelihood::{Evaluation, evaluate};
use super::newton::{End, Until, climb};
use super::penalised::Penalised;
use super::profile::{Curve, LEVEL, beside, half_quantile};
use super::solve::{NEGLIGIBLE, factor};
use super::{ChiSquared, Concordance, CoxError, CoxOptions, Design, events_without_exact};
use crate::survival::Sample;

/// One coefficient of a penalised fit, on the scale of its column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FirthTerm {
    /// Log hazard ratio.
    pub estimate: f64,
    /// √ of the diagonal of I(β̂)⁻¹.
    pub std_error: f64,
    /// Penalised likelihood-ratio test that the coefficient is zero, the others at their best.
    pub likelihood_ratio: ChiSquared,
    /// Limits of the log hazard ratio by the profile of ℓ*; `None` only if no limit was found.
    pub conf_low: Option<f64>,
    /// See `conf_low`.
    pub conf_high: Option<f64>,
}

/// The estimates of a penalised fit.
#[derive(Debug, Clone, PartialEq)]
pub struct FirthFit {
    /// Rows.
    pub n: usize,
    /// Events (rows, not weights).
    pub n_event: usize,
    /// Log hazard ratio of each column.
    pub coefficients: Vec<f64>,
    /// I(β̂)⁻¹.
    pub covariance: DMatrix<f64>,
    /// ℓ* at β = 0 and at β̂.
    pub log_likelihood: [f64; 2],
    /// Twice the difference of the two.
    pub likelihood_ratio: ChiSquared,
    /// β̂ᵀ I(β̂) β̂.
    pub wald: Option<ChiSquared>,
    /// Concordance of the linear predictor.
    pub concordance: Option<Concordance>,
    /// Newton steps taken.
    pub iterations: usize,
}

/// A penalised fit whose tests and limits, which cost more than the estimates, are to be asked for one by one. The answers do not
/// depend on what was asked before.
#[derive(Debug, Clone)]
pub struct FirthModel {
    /// The estimates.
    pub fit: FirthFit,
    function: Penalised,
    /// β̂ on the standardised scale, and ℓ* there.
    beta: Vec<f64>,
    top: Evaluation,
    max_iterations: usize,
}

impl FirthModel {
    /// Fits at least one column by Firth's likelihood. Ties Efron or Breslow; case weights enter ℓ and I. R: `coxphf::coxphf`
    /// (Breslow).
    ///
    /// # Errors
    /// Those of [`fit`](super::fit); [`CoxError::ExactRefused`] with exact ties. There is no robust covariance: `robust` and
    /// `cluster` have no part in it.
    pub fn new(sample: &Sample, design: &Design, options: &CoxOptions) -> Result<Self, CoxError> {
        let n_event = events_without_exact(sample, options)?;
        let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
        let rows = Arrangement::new(sample, &columns, design.strata).with_offset(design.offset);
        let p = rows.p;
        let zero = vec![0.0; p];
        let dependent = factor(&rows, &evaluate(&rows, options.ties, &zero)).dependent;
        if !dependent.is_empty() {
            return Err(CoxError::Collinear { columns: dependent });
        }

        let mut function = Penalised::new(rows, options.ties);
        let null = function.climbing(&zero);
        let all: Vec<usize> = (0..p).collect();
        // A step is off by what is not known of the bend: the last one goes further than the tolerance asks.
        let until = Until::Point(options.tolerance / 100.0);
        let climbed =
            climb(|beta| function.climbing(beta), &zero, null.clone(), &all, until, options.max_iterations, false);
        if climbed.end != End::Reached && climbed.gain > NEGLIGIBLE {
            return Err(CoxError::NotConverged { iterations: climbed.iterations });
        }
        let at = function.at(&climbed.beta);
        let inverse = Factor::new(&at.information, p, 0.0).inverse();
        let rows = &function.rows;
        let covariance = DMatrix::from_fn(p, p, |i, j| inverse[(i, j)] / (rows.scale[i] * rows.scale[j]));
        let coefficients: Vec<f64> = climbed.beta.iter().zip(&rows.scale).map(|(b, scale)| b / scale).collect();
        // |I| is that of the user's columns, whose information is the standardised one times their deviations.
        let units: f64 = rows.scale.iter().map(|&scale| libm::log(scale)).sum();
        let predictor = Predictor { value: rows.linear_predictor(&climbed.beta), class: None };
        let fit = FirthFit {
            n: sample.len(),
            n_event,
            wald: wald(&coefficients, &covariance, &all),
            coefficients,
            covariance,
            log_likelihood: [null.log_likelihood + units, at.log_likelihood + units],
            likelihood_ratio: ChiSquared::new(2.0 * (at.log_likelihood - null.log_likelihood), p),
            concordance: concordance(rows, predictor, None),
            iterations: climbed.iterations,
        };
        let top = function.climbing(&climbed.beta);
        Ok(Self { fit, function, beta: climbed.beta, top, max_iterations: options.max_iterations })
    }

    /// The coefficient of a column with its penalised test and the limits of its profile at confidence `level`, 0 < level < 1.
    /// Costs some fifteen evaluations of ℓ*.
    pub fn term(&mut self, column: usize, level: f64) -> FirthTerm {
        let scale = self.function.rows.scale[column];
        let top = self.top.log_likelihood;
        let bend = self.function.bend();
        let others = (0..self.beta.len()).filter(|&k| k != column).collect();
        let function = |beta: &[f64]| self.function.climbing(beta);
        let mut curve = Curve { function, start: &self.beta, at_start: &self.top, column, others };
        let floor = top - half_quantile(level);
        let at_zero = curve.height_at_zero();
        let likelihood_ratio = ChiSquared::new(2.0 * (top - at_zero), 1);
        let mut limit = |direction: f64| curve.limit(floor, at_zero, direction).map(|limit| limit / scale);
        let (conf_low, conf_high) = (limit(-1.0), limit(1.0));
        self.function.forget(bend);
        FirthTerm {
            estimate: self.fit.coefficients[column],
            std_error: libm::sqrt(self.fit.covariance[(column, column)]),
            likelihood_ratio,
            conf_low,
            conf_high,
        }
    }

    /// Penalised likelihood-ratio test that the coefficients of these columns (at least one, each named once) are zero: ℓ* is
    /// maximised over the others, |I| always over all. Costs some four evaluations. R: `coxphftest`.
    ///
    /// # Errors
    /// [`CoxError::NotConverged`].
    pub fn drop_test(&mut self, columns: &[usize]) -> Result<ChiSquared, CoxError> {
        let bend = self.function.bend();
        let free: Vec<usize> = (0..self.beta.len()).filter(|k| !columns.contains(k)).collect();
        let mut function = |beta: &[f64]| self.function.climbing(beta);
        let (start, first) = beside(&mut function, &self.beta, &self.top, &free, columns);
        let steps = 4 * self.max_iterations;
        let climbed = climb(function, &start, first, &free, Until::Height(LEVEL), steps, false);
        self.function.forget(bend);
        if climbed.end != End::Reached {
            return Err(CoxError::NotConverged { iterations: climbed.iterations });
        }
        let without = climbed.value.log_likelihood + climbed.gain.max(0.0);
        Ok(ChiSquared::new(2.0 * (self.top.log_likelihood - without), columns.len()))
    }

    /// The Wald test b′V⁻¹b, V = I(β̂)⁻¹, that the coefficients of these columns are zero; `None` without columns.
    pub fn wald_test(&self, columns: &[usize]) -> Option<ChiSquared> {
        let b: Vec<f64> = columns.iter().map(|&k| self.fit.coefficients[k]).collect();
        wald(&b, &self.fit.covariance, columns)
    }
}

/// A penalised fit with everything at once: the estimates and a term a column.
///
/// # Errors
/// Those of [`FirthModel::new`].
pub fn firth(
    sample: &Sample,
    design: &Design,
    options: &CoxOptions,
    level: f64,
) -> Result<(FirthFit, Vec<FirthTerm>), CoxError> {
    let mut model = FirthModel::new(sample, design, options)?;
    let terms = (0..design.columns.len()).map(|column| model.term(column, level)).collect();
    Ok((model.fit, terms))
}
