//! The model by ridge (rule 29).

use super::terms::{begin, chi_square};
use super::{Model, Rules};
use crate::error::{Caution, CautionKind, Result};
use crate::num::normal;
use crate::study::results::{self, ColumnTests};
use crate::survival::cox;
use crate::table::number::shortest;

impl Model<'_> {
    /// Fits by ridge. Standard errors are those of H⁻¹, R's `se(coef)`; likelihood-ratio and score tests have no reference
    /// distribution under a fixed λ and are not given.
    pub(super) fn fit_ridge(&self, rules: &Rules, lambda: f64, cautions: &mut Vec<Caution>) -> Result<results::Cox> {
        let fit = cox::ridge(&self.selection.sample(), &self.columns(), &rules.options, lambda)
            .map_err(|error| self.explain(error))?;
        let factors = self.factors(|columns| {
            Ok(ColumnTests {
                df: columns.len(),
                wald: cox::ridge_wald_test(&fit, columns).map(chi_square),
                likelihood_ratio: None,
                score: None,
                reason: Some("penalised"),
            })
        })?;
        let z = normal::z_of_level(rules.level).unwrap_or_default();
        let term = |planned| {
            let (mut term, column) = begin(planned);
            if let Some(column) = column {
                let std_error = libm::sqrt(fit.covariance[(column, column)]);
                term.estimated(Some(fit.coefficients[column]), Some(std_error));
                term.wald(z);
            }
            term
        };
        cautions.push(Caution::new(CautionKind::RidgeShrinks).with("lambda", shortest(lambda)));
        Ok(results::Cox {
            log_likelihood: fit.log_likelihood,
            tests: None,
            terms: self.design.terms.iter().map(term).collect(),
            factors,
            concordance: fit.concordance.map(results::Concordance::from),
            events_per_parameter: self.events_per_parameter(),
            iterations: fit.iterations,
            converged: true,
            ridge: Some(results::Ridge { lambda, effective_df: fit.effective_df }),
            ..Default::default()
        })
    }
}
