//! The model by Firth's penalised likelihood (rule 11).

use super::terms::{begin, chi_square};
use super::{Model, Rules};
use crate::error::Result;
use crate::num::normal;
use crate::study::analysis::Conf;
use crate::study::results::{self, ColumnTests, FactorTest, ModelTests, Term};
use crate::survival::cox::{FirthFit, FirthModel, FirthTerm};

impl Model<'_> {
    /// The model as an analysis of its own; it has columns.
    pub(super) fn fit_firth(&self, rules: &Rules) -> Result<results::Cox> {
        let (fit, terms, factors) = self.firth_parts(rules)?;
        Ok(results::Cox {
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
            firth: None,
            ridge: None,
            residuals: None,
            influence: None,
            baseline: None,
            predictions: None,
            adjusted: None,
        })
    }

    /// The estimates as they stand beside separated ones.
    pub(super) fn firth(&self, rules: &Rules) -> Result<results::Firth> {
        let (fit, terms, factors) = self.firth_parts(rules)?;
        Ok(results::Firth {
            ties: rules.options.ties,
            log_likelihood: fit.log_likelihood,
            likelihood_ratio: chi_square(fit.likelihood_ratio),
            terms,
            factors,
            iterations: fit.iterations,
        })
    }

    fn firth_parts(&self, rules: &Rules) -> Result<(FirthFit, Vec<Term>, Vec<FactorTest>)> {
        let (sample, design) = (self.selection.sample(), self.columns());
        let mut model = FirthModel::new(&sample, &design, &rules.options).map_err(|error| self.explain(error))?;
        let found: Vec<FirthTerm> = (0..design.columns.len()).map(|column| model.term(column, rules.level)).collect();
        let factors = self.factors(|columns| {
            let ratio = match *columns {
                [column] => found[column].likelihood_ratio,
                _ => model.drop_test(columns).map_err(|error| self.explain(error))?,
            };
            Ok(ColumnTests {
                df: columns.len(),
                wald: model.wald_test(columns).map(chi_square),
                likelihood_ratio: Some(chi_square(ratio)),
                score: None,
                reason: Some("penalised"),
            })
        })?;
        let z = normal::z_of_level(rules.level).unwrap_or_default();
        let term = |planned| {
            let (mut term, column) = begin(planned);
            if let Some(found) = column.map(|column| &found[column]) {
                term.estimated(Some(found.estimate), Some(found.std_error));
                match rules.conf {
                    Conf::Profile => term.profiled(found.likelihood_ratio, found.conf_low, found.conf_high),
                    Conf::Wald => term.wald(z),
                }
            }
            term
        };
        let terms = self.design.terms.iter().map(term).collect();
        Ok((model.fit, terms, factors))
    }
}
