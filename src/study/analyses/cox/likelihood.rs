//! The model by partial likelihood, and what stands beside separated terms (rule 16).

use super::diagnostics::{Diagnostics, Patients};
use super::terms::{begin, chi_square};
use super::{CLUSTERS, Extent, Fitted, Model, Rules};
use crate::error::{Caution, CautionKind, Result};
use crate::num::normal;
use crate::study::analysis::Conf;
use crate::study::progress::PENDING;
use crate::study::results::{self, ColumnTests, ModelTests, Term};
use crate::survival::cox::{self, CoxFit, CoxOptions, Diverging, Profile, Ties};

impl Model<'_> {
    /// Fits by partial likelihood.
    pub(super) fn fit_likelihood(
        &self,
        rules: &Rules,
        extent: Extent,
        cautions: &mut Vec<Caution>,
        done: &dyn Fn(f64),
    ) -> Result<Fitted> {
        let (sample, design, robust) = (self.selection.sample(), self.columns(), rules.options.robust);
        // Only the entire analysis shows curves.
        let patients = if extent == Extent::Whole { self.patients()? } else { Patients::default() };
        let (fit, curves) = cox::fit_and_predict(&sample, &design, &rules.options, &patients.profiles())
            .map_err(|error| self.explain(error))?;
        let drop_tests = cox::DropTests::new(&sample, &design, &rules.options, &fit);
        let factors = self.factors(|columns| {
            let tests = drop_tests.of(columns).map_err(|error| self.explain(error))?;
            Ok(ColumnTests {
                df: columns.len(),
                wald: cox::wald_test(&fit, columns).map(chi_square),
                likelihood_ratio: Some(chi_square(tests.likelihood_ratio).beside(robust)),
                score: Some(chi_square(tests.score).beside(robust)),
                reason: None,
            })
        })?;
        let is_whole = extent == Extent::Whole;
        let profiled = self.profiled(&fit, rules);
        let is_pending = !is_whole && (!profiled.is_empty() || self.asks_for_diagnostics());
        let profiles = (is_whole && !profiled.is_empty()).then(|| self.profiles(rules, &profiled)).transpose()?;
        let terms = self.terms_of(&fit, rules, &profiled, profiles.as_deref());
        self.note(&fit, cautions);
        done(0.25);
        let firth = if is_whole && fit.separation.is_some() { self.firth_beside(rules, cautions, done) } else { None };
        done(0.75);
        let extra = if is_pending { Diagnostics::default() } else { self.diagnostics(&fit, rules, &patients, curves)? };
        let cox = results::Cox {
            log_likelihood: fit.log_likelihood,
            tests: fit.tests.map(|tests| ModelTests {
                likelihood_ratio: chi_square(tests.likelihood_ratio).beside(robust),
                wald: tests.wald.map(chi_square),
                score: Some(chi_square(tests.score).beside(robust)),
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
        };
        Ok(Fitted { cox, is_pending })
    }

    /// The columns whose profile is wanted: all, or those that diverge.
    fn profiled(&self, fit: &CoxFit, rules: &Rules) -> Vec<usize> {
        let wanted = |column: &usize| rules.conf == Conf::Profile || diverging(fit, *column).is_some();
        (0..self.design.columns.len()).filter(wanted).collect()
    }

    fn profiles(&self, rules: &Rules, columns: &[usize]) -> Result<Vec<Profile>> {
        let options = CoxOptions { robust: false, ..rules.options };
        cox::profile(&self.selection.sample(), &self.columns(), &options, columns, rules.level)
            .map_err(|error| self.explain(error))
    }

    /// The rows of the table. A separated term has the limit and the test of its profile in place of an estimate. Without
    /// `profiles` what they will give is pending.
    fn terms_of(&self, fit: &CoxFit, rules: &Rules, profiled: &[usize], profiles: Option<&[Profile]>) -> Vec<Term> {
        let z = normal::z_of_level(rules.level).unwrap_or_default();
        let term = |planned| {
            let (mut term, column) = begin(planned);
            let Some(column) = column else { return term };
            let profile = profiles.and_then(|profiles| profiles.iter().find(|profile| profile.column == column));
            if let Some(diverging) = diverging(fit, column) {
                term.reason = Some("separation");
                term.direction = diverging.direction;
                if let Some(profile) = profile {
                    term.profiled(profile.likelihood_ratio, profile.conf_low, profile.conf_high);
                }
                term.statistic = None;
                return term;
            }
            term.estimated(fit.coefficients[column], fit.std_errors[column]);
            match profile {
                Some(profile) => term.profiled(profile.likelihood_ratio, profile.conf_low, profile.conf_high),
                None if profiled.contains(&column) => term.reason = Some(PENDING),
                None => term.wald(z),
            }
            term
        };
        self.design.terms.iter().map(term).collect()
    }

    /// Firth's estimates beside separated ones. They are model-based, and with Efron's ties beside exact ones.
    fn firth_beside(&self, rules: &Rules, cautions: &mut Vec<Caution>, done: &dyn Fn(f64)) -> Option<results::Firth> {
        let ties = if rules.options.ties == Ties::Exact { Ties::Efron } else { rules.options.ties };
        let rules =
            Rules { options: CoxOptions { ties, robust: false, ..rules.options }, conf: Conf::Profile, ..*rules };
        let firth = self.firth(&rules, &|share| done(0.25 + share / 2.0));
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

/// Where this column diverges, if it does.
fn diverging(fit: &CoxFit, column: usize) -> Option<&Diverging> {
    fit.separation.iter().flat_map(|separation| &separation.diverging).find(|other| other.column == column)
}
