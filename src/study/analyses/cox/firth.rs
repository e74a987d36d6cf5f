//! The model by Firth's penalised likelihood (rule 11).

use super::terms::{begin, chi_square};
use super::{Extent, Fitted, Model, Rules};
use crate::error::Result;
use crate::num::normal;
use crate::study::analysis::Conf;
use crate::study::progress::PENDING;
use crate::study::results::{self, ColumnTests, FactorTest, ModelTests, Term};
use crate::survival::cox::{FirthFit, FirthModel, FirthTerm};

impl Model<'_> {
    /// The model as an analysis of its own; it has columns.
    pub(super) fn fit_firth(&self, rules: &Rules, extent: Extent, done: &dyn Fn(f64)) -> Result<Fitted> {
        let (fit, terms, factors) = self.firth_parts(rules, extent, done)?;
        let cox = results::Cox {
            log_likelihood: fit.log_likelihood,
            tests: Some(ModelTests {
                likelihood_ratio: chi_square(fit.likelihood_ratio),
                wald: fit.wald.map(chi_square),
                score: None,
            }),
            terms,
            factors,
            concordance: fit.concordance.map(results::Concordance::from),
            events_per_parameter: self.events_per_parameter(),
            iterations: fit.iterations,
            converged: true,
            ..Default::default()
        };
        Ok(Fitted { cox, is_pending: extent == Extent::Estimates })
    }

    /// The estimates as they stand beside separated ones.
    pub(super) fn firth(&self, rules: &Rules, done: &dyn Fn(f64)) -> Result<results::Firth> {
        let (fit, terms, factors) = self.firth_parts(rules, Extent::Whole, done)?;
        Ok(results::Firth {
            ties: rules.options.ties,
            log_likelihood: fit.log_likelihood,
            likelihood_ratio: chi_square(fit.likelihood_ratio),
            terms,
            factors,
            iterations: fit.iterations,
        })
    }

    /// The fit, the rows of its table and the tests of its covariates; of the estimates alone, tests and limits that take climbs
    /// of their own are pending.
    fn firth_parts(
        &self,
        rules: &Rules,
        extent: Extent,
        done: &dyn Fn(f64),
    ) -> Result<(FirthFit, Vec<Term>, Vec<FactorTest>)> {
        let (sample, design) = (self.selection.sample(), self.columns());
        let mut model = FirthModel::new(&sample, &design, &rules.options).map_err(|error| self.explain(error))?;
        let p = design.columns.len();
        let profiled = if rules.conf == Conf::Profile && extent == Extent::Whole { p } else { 0 };
        let mut found: Vec<FirthTerm> = Vec::with_capacity(profiled);
        for column in 0..profiled {
            found.push(model.term(column, rules.level));
            done((column + 1) as f64 / (p + 1) as f64);
        }
        let factors = self.factors(|columns| {
            let ratio = match (extent, columns) {
                (Extent::Estimates, _) => None,
                (Extent::Whole, &[column]) if column < profiled => Some(found[column].likelihood_ratio),
                (Extent::Whole, _) => Some(model.drop_test(columns).map_err(|error| self.explain(error))?),
            };
            Ok(ColumnTests {
                df: columns.len(),
                wald: model.wald_test(columns).map(chi_square),
                likelihood_ratio: ratio.map(chi_square),
                score: None,
                reason: Some(if ratio.is_some() { "penalised" } else { PENDING }),
            })
        })?;
        let z = normal::z_of_level(rules.level).unwrap_or_default();
        let term = |planned| {
            let (mut term, column) = begin(planned);
            if let Some(column) = column {
                let std_error = libm::sqrt(model.fit.covariance[(column, column)]);
                term.estimated(Some(model.fit.coefficients[column]), Some(std_error));
                match (rules.conf, found.get(column)) {
                    (Conf::Profile, Some(found)) => {
                        term.profiled(found.likelihood_ratio, found.conf_low, found.conf_high);
                    }
                    (Conf::Profile, None) => term.reason = Some(PENDING),
                    (Conf::Wald, _) => term.wald(z),
                }
            }
            term
        };
        let terms = self.design.terms.iter().map(term).collect();
        Ok((model.fit, terms, factors))
    }
}
