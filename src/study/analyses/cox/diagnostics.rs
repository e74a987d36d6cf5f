//! What can be asked for beside a Cox model: residuals, influence, predicted survival.

use crate::hashing::{HashMap, IndexMap};
use serde_json::{Value, json};

use super::{Model, Rules};
use crate::error::{Error, ErrorKind, Result};
use crate::num::normal;
use crate::sorting::sort_numbers;
use crate::study::analysis::ResidualKind;
use crate::study::design::Role;
use crate::study::results::{
    Adjusted, AdjustedCurve, ColumnName, ColumnResiduals, CoxResiduals, Influence, LeftOut, Pivotal, PredictedCurve,
};
use crate::survival::cox::{self, CoxFit, Marginal, Predicted};
use crate::survival::interval;

/// Times at which marginal curves are given: each costs a pass over the rows.
const TIMES: usize = 200;

/// A patient to predict for: the values asked for (`None`: the baseline) and the design columns.
struct Patient {
    values: Option<IndexMap<String, Value>>,
    columns: Vec<f64>,
}

/// The patients to predict for.
#[derive(Default)]
pub(super) struct Patients {
    /// That of the baseline, if it is asked for.
    baseline: Vec<Patient>,
    others: Option<Vec<Patient>>,
}

impl Patients {
    /// The design columns of each.
    pub(super) fn profiles(&self) -> Vec<Vec<f64>> {
        self.baseline.iter().chain(self.others.iter().flatten()).map(|patient| patient.columns.clone()).collect()
    }
}

/// What was asked for.
#[derive(Default)]
pub(super) struct Diagnostics {
    pub residuals: Option<CoxResiduals>,
    pub influence: Option<Influence>,
    pub baseline: Option<Vec<PredictedCurve>>,
    pub predictions: Option<Vec<PredictedCurve>>,
    pub adjusted: Option<Adjusted>,
}

impl Model<'_> {
    /// Whether the analysis asks for any of this.
    pub(super) fn asks_for_diagnostics(&self) -> bool {
        let analysis = self.analysis;
        let curves = analysis.baseline == Some(true) || analysis.predict.is_some() || analysis.adjusted.is_some();
        curves || analysis.residuals.is_some() || analysis.influence == Some(true)
    }

    /// The patients whose survival the analysis asks for: the baseline's, and others.
    pub(super) fn patients(&self) -> Result<Patients> {
        let analysis = self.analysis;
        let baseline = analysis.baseline == Some(true);
        let columns = vec![0.0; self.design.columns.len()];
        let mut out = Patients {
            baseline: baseline.then_some(Patient { values: None, columns }).into_iter().collect(),
            others: None,
        };
        if let Some(patients) = &analysis.predict {
            let at = |values: &IndexMap<String, Value>| {
                let unknown = values.keys().find(|name| !self.design.uses(name));
                if let Some(name) = unknown {
                    return Err(analysis.bad_option("predict", name, "a covariate of the model"));
                }
                let columns = self.design.columns_at(values).map_err(|(name, expected)| {
                    let found = values.get(&name).map_or_else(|| format!("{name}: null"), Value::to_string);
                    analysis.bad_option("predict", found, &expected)
                })?;
                Ok(Patient { values: Some(values.clone()), columns })
            };
            out.others = Some(patients.iter().map(at).collect::<Result<Vec<_>>>()?);
        }
        Ok(out)
    }

    /// Whatever of this the analysis asks for. `curves` are those of the patients; `None` under separation.
    pub(super) fn diagnostics(
        &self,
        fit: &CoxFit,
        rules: &Rules,
        patients: &Patients,
        curves: Option<Vec<Vec<Predicted>>>,
    ) -> Result<Diagnostics> {
        let analysis = self.analysis;
        let residuals = analysis.residuals.as_deref().map(|kinds| self.residuals(rules, kinds)).transpose()?;
        let influence = (analysis.influence == Some(true)).then(|| self.influence(fit, rules)).transpose()?;
        let mut curves = curves.map(Vec::into_iter);
        let baseline = match &patients.baseline[..] {
            [] => None,
            patient => Some(self.curves("baseline", rules, patient, curves.as_mut())?),
        };
        let predictions = match &patients.others {
            Some(patients) => Some(self.curves("predict", rules, patients, curves.as_mut())?),
            None => None,
        };
        let adjusted = analysis.adjusted.as_deref().map(|variable| self.adjusted(variable, fit, rules)).transpose()?;
        Ok(Diagnostics { residuals, influence, baseline, predictions, adjusted })
    }

    /// The marginal curves of a variable's levels.
    fn adjusted(&self, variable: &str, fit: &CoxFit, rules: &Rules) -> Result<Adjusted> {
        let levels = self.design.levels_of(variable);
        let designs =
            levels.iter().map(|(level, _)| self.design.columns_if(variable, level)).collect::<Option<Vec<_>>>();
        let designs = designs.filter(|designs| !designs.is_empty()).ok_or_else(|| {
            self.analysis.bad_option("adjusted", variable, "a category among the covariates, in no interaction")
        })?;
        let time = self.times_of_curves();
        let found = cox::marginal(&self.selection.sample(), &self.columns(), &rules.options, fit, &designs, &time)
            .map_err(|error| self.explain(error))?
            .ok_or_else(|| Error::new(ErrorKind::PredictionSeparated).at(self.analysis.at("adjusted")))?;
        let z = normal::z_of_level(rules.level).unwrap_or_default();
        let curve = |((level, n), found): ((String, usize), Marginal)| {
            // The limits are those of a survival whose relative standard error is this.
            let limits = |(&estimate, &error): (&f64, &f64)| {
                let sigma = if estimate > 0.0 { error / estimate } else { 0.0 };
                interval::limits(rules.conf_type, estimate, sigma, z)
            };
            let limits: Vec<(Option<f64>, Option<f64>)> =
                found.estimate.iter().zip(&found.std_error).map(limits).collect();
            AdjustedCurve {
                level,
                n,
                estimate: found.estimate,
                std_error: found.std_error,
                conf_low: limits.iter().map(|limits| limits.0).collect(),
                conf_high: limits.iter().map(|limits| limits.1).collect(),
            }
        };
        let curves = levels.into_iter().zip(found).map(curve).collect();
        Ok(Adjusted { variable: variable.to_owned(), time, curves })
    }

    /// The distinct event times up to the first stratum's end, or [`TIMES`] of them equally spaced in rank.
    fn times_of_curves(&self) -> Vec<f64> {
        let (selection, strata) = (&self.selection, self.columns().strata);
        let mut ends: HashMap<u32, f64> = HashMap::default();
        for (row, &time) in selection.time.iter().enumerate() {
            let end = ends.entry(strata.map_or(0, |strata| strata[row])).or_insert(time);
            *end = end.max(time);
        }
        let end = ends.values().copied().fold(f64::INFINITY, f64::min);
        let events = selection.time.iter().zip(&selection.event).filter(|&(&time, &event)| event && time <= end);
        let mut times: Vec<f64> = events.map(|(&time, _)| time).collect();
        sort_numbers(&mut times);
        times.dedup();
        if times.len() > TIMES {
            let last = times.len() - 1;
            times = (0..TIMES).map(|i| times[i * last / (TIMES - 1)]).collect();
        }
        times
    }

    /// What the columns are called.
    fn column_names(&self) -> Vec<ColumnName> {
        let columns = self.design.terms.iter().filter(|term| matches!(term.role, Role::Column(_)));
        columns.map(|term| ColumnName { variable: term.variable.clone(), level: term.level.clone() }).collect()
    }

    /// Data rows, from 1, of rows of the sample.
    fn data_rows(&self, rows: &[usize]) -> Vec<usize> {
        rows.iter().map(|&row| self.selection.rows[row] + 1).collect()
    }

    fn residuals(&self, rules: &Rules, kinds: &[ResidualKind]) -> Result<CoxResiduals> {
        let found = cox::residuals(&self.selection.sample(), &self.columns(), &rules.options)
            .map_err(|error| self.explain(error))?;
        let asked = |kind| kinds.contains(&kind);
        let named = |values: Vec<Option<Vec<f64>>>| {
            let names = self.column_names().into_iter();
            names.zip(values).map(|(column, values)| ColumnResiduals { column, values }).collect::<Vec<_>>()
        };
        Ok(CoxResiduals {
            row: self.selection.rows.iter().map(|row| row + 1).collect(),
            martingale: asked(ResidualKind::Martingale).then_some(found.martingale),
            deviance: asked(ResidualKind::Deviance).then_some(found.deviance),
            score: asked(ResidualKind::Score).then(|| named(found.score)),
            dfbeta: asked(ResidualKind::Dfbeta).then(|| named(found.dfbeta)),
        })
    }

    fn influence(&self, fit: &CoxFit, rules: &Rules) -> Result<Influence> {
        let (sample, design) = (self.selection.sample(), self.columns());
        let found = cox::influence(&sample, &design, &rules.options, fit, self.selection.id.as_deref())
            .map_err(|error| self.explain(error))?;
        let p = |(b, error): (&Option<f64>, &Option<f64>)| Some(normal::two_sided_p((*b)? / (*error)?));
        let with: Vec<Option<f64>> = fit.coefficients.iter().zip(&fit.std_errors).map(p).collect();
        let columns = self.column_names();
        let mut pivotal = Vec::new();
        let mut left_out = Vec::with_capacity(found.left_out.len());
        for out in found.left_out {
            let rows = self.data_rows(&out.rows);
            let without: Vec<Option<f64>> = out.coefficients.iter().zip(&out.std_errors).map(p).collect();
            for (index, column) in columns.iter().enumerate() {
                let alpha = 1.0 - rules.level;
                // Of a model that cannot be fitted without the patient the entry itself says so.
                let Some(p_value) = with[index].filter(|_| out.fitted) else { continue };
                let p_value_without = without[index];
                let diverges = out.coefficients[index].is_none();
                if diverges || p_value_without.is_some_and(|without| (p_value < alpha) != (without < alpha)) {
                    let reason = diverges.then_some("separation");
                    let (rows, column) = (rows.clone(), column.clone());
                    pivotal.push(Pivotal { rows, column, p_value, p_value_without, reason });
                }
            }
            let ratio = |b: &Option<f64>| b.map(libm::exp).filter(|ratio| ratio.is_finite());
            left_out.push(LeftOut {
                rows,
                hazard_ratio: out.coefficients.iter().map(ratio).collect(),
                p_value: without,
                reason: (!out.fitted).then_some("not_estimable_without"),
            });
        }
        Ok(Influence { method: if found.exact { "exact" } else { "one_step" }, columns, left_out, pivotal })
    }

    /// The curves of these patients, which come next.
    fn curves(
        &self,
        option: &str,
        rules: &Rules,
        patients: &[Patient],
        found: Option<&mut impl Iterator<Item = Vec<Predicted>>>,
    ) -> Result<Vec<PredictedCurve>> {
        let found = found.ok_or_else(|| Error::new(ErrorKind::PredictionSeparated).at(self.analysis.at(option)))?;
        let z = normal::z_of_level(rules.level).unwrap_or_default();
        let curve = |patient: &Patient, found: Predicted| {
            let estimate: Vec<f64> = found.cumulative_hazard.iter().map(|hazard| libm::exp(-hazard)).collect();
            let limits: Vec<(Option<f64>, Option<f64>)> = (estimate.iter().zip(&found.std_error))
                .map(|(&estimate, &sigma)| interval::limits(rules.conf_type, estimate, sigma, z))
                .collect();
            PredictedCurve {
                values: patient.values.clone(),
                stratum: self.stratum_name(found.stratum_of),
                end: found.end,
                std_error: estimate.iter().zip(&found.std_error).map(|(estimate, sigma)| estimate * sigma).collect(),
                time: found.time,
                cumulative_hazard: found.cumulative_hazard,
                estimate,
                conf_low: limits.iter().map(|limits| limits.0).collect(),
                conf_high: limits.iter().map(|limits| limits.1).collect(),
            }
        };
        let mut out = Vec::new();
        for (patient, curves) in patients.iter().zip(found) {
            for found in curves {
                // Far from the patients, as year 0 is from calendar years, a hazard is beyond the range of numbers.
                if found.cumulative_hazard.iter().chain(&found.std_error).any(|value| !value.is_finite()) {
                    let values = patient
                        .values
                        .as_ref()
                        .map_or_else(|| "every number at 0".to_owned(), |own| json!(own).to_string());
                    let expected =
                        "a patient nearer to those of the file: the hazard of this one is too large for a number";
                    return Err(self.analysis.bad_option(option, values, expected));
                }
                out.push(curve(patient, found));
            }
        }
        Ok(out)
    }
}
