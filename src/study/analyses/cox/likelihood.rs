//! The model by partial likelihood, and what stands beside separated terms (rule 16).

use super::terms::{begin, chi_square};
use super::{CLUSTERS, Model, Rules};
use crate::error::{Caution, CautionKind, Result};
use crate::num::normal;
use crate::study::analysis::Conf;
use crate::study::results::{self, ColumnTests, ModelTests, Term};
use crate::survival::cox::{self, CoxFit, CoxOptions, Profile, Ties};

impl Model<'_> {
    /// Fits by partial likelihood.
    pub(super) fn fit_likelihood(&self, rules: &Rules, cautions: &mut Vec<Caution>) -> Result<results::Cox> {
        let (sample, design) = (self.selection.sample(), self.columns());
        let fit = cox::fit(&sample, &design, &rules.options).map_err(|error| self.explain(error))?;
        let drop_tests = cox::DropTests::new(&sample, &design, &rules.options, &fit);
        let factors = self.factors(|columns| {
            let tests = drop_tests.of(columns).map_err(|error| self.explain(error))?;
            Ok(ColumnTests {
                df: columns.len(),
                wald: cox::wald_test(&fit, columns).map(chi_square),
                likelihood_ratio: Some(chi_square(tests.likelihood_ratio)),
                score: Some(chi_square(tests.score)),
                reason: None,
            })
        })?;
        let terms = self.terms_of(&fit, rules)?;
        self.note(&fit, cautions);
        let firth = if fit.separation.is_some() { self.firth_beside(rules, cautions) } else { None };
        let extra = self.diagnostics(&fit, rules)?;
        Ok(results::Cox {
            log_likelihood: fit.log_likelihood,
            tests: fit.tests.map(|tests| ModelTests {
                likelihood_ratio: chi_square(tests.likelihood_ratio),
                wald: tests.wald.map(chi_square),
                score: Some(chi_square(tests.score)),
            }),
            terms,
            factors,
            concordance: fit.concordance.map(results::Concordance::from),
            events_per_parameter: self.events_per_parameter(),
            iterations: fit.iterations,
            converged: true,
            firth,
            ridge: None,
            residuals: extra.residuals,
            influence: extra.influence,
            baseline: extra.baseline,
            predictions: extra.predictions,
            adjusted: extra.adjusted,
        })
    }

    /// The rows of the table. A separated term has the limit and the test of its profile in place of an estimate.
    fn terms_of(&self, fit: &CoxFit, rules: &Rules) -> Result<Vec<Term>> {
        let diverging = |column: usize| {
            fit.separation.iter().flat_map(|separation| &separation.diverging).find(|other| other.column == column)
        };
        let profiled: Vec<usize> = (0..self.design.columns.len())
            .filter(|&column| rules.conf == Conf::Profile || diverging(column).is_some())
            .collect();
        let profiles: Vec<Profile> = if profiled.is_empty() {
            Vec::new()
        } else {
            let options = CoxOptions { robust: false, ..rules.options };
            cox::profile(&self.selection.sample(), &self.columns(), &options, &profiled, rules.level)
                .map_err(|error| self.explain(error))?
        };
        let z = normal::z_of_level(rules.level).unwrap_or_default();
        let term = |planned| {
            let (mut term, column) = begin(planned);
            let Some(column) = column else { return term };
            let profile = profiles.iter().find(|profile| profile.column == column);
            if let (Some(diverging), Some(profile)) = (diverging(column), profile) {
                term.reason = Some("separation");
                term.direction = diverging.direction;
                term.profiled(profile.likelihood_ratio, profile.conf_low, profile.conf_high);
                term.statistic = None;
                return term;
            }
            term.estimated(fit.coefficients[column], fit.std_errors[column]);
            match profile {
                Some(profile) => term.profiled(profile.likelihood_ratio, profile.conf_low, profile.conf_high),
                None => term.wald(z),
            }
            term
        };
        Ok(self.design.terms.iter().map(term).collect())
    }

    /// Firth's estimates beside separated ones. They are model-based, and with Efron's ties beside exact ones.
    fn firth_beside(&self, rules: &Rules, cautions: &mut Vec<Caution>) -> Option<results::Firth> {
        let ties = if rules.options.ties == Ties::Exact { Ties::Efron } else { rules.options.ties };
        let rules =
            Rules { options: CoxOptions { ties, robust: false, ..rules.options }, conf: Conf::Profile, ..*rules };
        let firth = self.firth(&rules);
        if firth.is_err() {
            cautions.push(Caution::new(CautionKind::FirthFailed));
        }
        firth.ok()
    }

    /// Cautions on the fit as a whole and on its separated terms.
    fn note(&self, fit: &CoxFit, cautions: &mut Vec<Caution>) {
        for planned in &self.design.terms {
            let (_, column) = begin(planned);
            let diverges = |column| {
                let separation = fit.separation.as_ref();
                separation.is_some_and(|separation| separation.diverging.iter().any(|other| other.column == column))
            };
            if let Some(column) = column.filter(|&column| diverges(column)) {
                let level = planned.level.as_deref().unwrap_or_default();
                let caution = Caution::new(CautionKind::Separation).with("variable", &planned.variable);
                cautions.push(caution.with("level", level).with("name", self.design.column_name(column)));
            }
        }
        if let Some(n) = fit.n_cluster.filter(|&n| n < CLUSTERS) {
            cautions.push(Caution::new(CautionKind::FewClusters).with("n", n));
        }
        if fit.strata_without_events > 0 {
            let n = fit.strata_without_events;
            cautions.push(Caution::new(CautionKind::StratumWithoutEvents).with("n", n));
        }
    }
}
