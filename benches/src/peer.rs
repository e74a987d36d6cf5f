//! The same tasks by the crate `survival` 2.0, with its defaults, which are R's.

use std::any::Any;

use ndarray::Array2;
use survival::concordance::{ConcordanceOptions, concordancefit};
use survival::core::SurvResponse;
use survival::data_types::SurvivalData;
use survival::regression::{CoxPHFit, CoxphData, CoxphOptions, TieMethod, ZphTransform, cox_zph};
use survival::surv_analysis::{SurvdiffData, SurvfitKMData, SurvfitKMOptions, survdiff, survfitkm};

use crate::cohort::{COVARIATES, Columns};

/// Input in this crate's types, and the result.
#[derive(Default)]
pub struct Bench {
    km: Option<SurvfitKMData>,
    groups: Option<SurvdiffData>,
    cox: Option<(CoxphData, CoxphOptions)>,
    fit: Option<CoxPHFit>,
    response: Option<(SurvivalData, Array2<f64>)>,
    kept: Option<Box<dyn Any>>,
}

impl Bench {
    /// Tasks on columns.
    pub const TASKS: &[&str] =
        &["km", "log_rank", "cox_efron", "cox_breslow", "cox_entry", "zph", "concordance", "fit", "robust", "cluster"];

    /// Tasks on a CSV file: none.
    pub const TEXT_TASKS: &[&str] = &[];

    /// Tasks without columns: none.
    pub const TABLE_TASKS: &[&str] = &[];

    /// Copies the columns into this crate's types.
    pub fn prepare(&mut self, task: &str, data: &Columns, _: &[u8]) {
        self.kept = None;
        let status = || data.event.iter().map(|&event| i32::from(event)).collect::<Vec<i32>>();
        let group = || data.group.iter().map(|&group| group as i32).collect::<Vec<i32>>();
        match task {
            "km" => {
                let made = SurvfitKMData::try_new(None, data.time.clone(), status(), None, Some(group()), None, None);
                self.km = made.ok();
            }
            "log_rank" => self.groups = SurvdiffData::try_new(None, data.time.clone(), status(), group(), None).ok(),
            "zph" | "concordance" => {
                if self.fit.is_none() {
                    let (data, options) = cox(data, status(), "fit");
                    self.fit = CoxPHFit::fit(data, options).ok();
                }
                if let (Some(fit), "concordance") = (&self.fit, task) {
                    let predictor = Array2::from_shape_vec((data.len(), 1), fit.linear_predictors.clone());
                    self.response = SurvivalData::try_new(data.time.clone(), status()).ok().zip(predictor.ok());
                }
            }
            _ => self.cox = Some(cox(data, status(), task)),
        }
    }

    /// Runs it: one figure of the result, to be compared with that of the others.
    pub fn run(&mut self, task: &str, _: &Columns, _: &[u8]) -> f64 {
        match task {
            "km" => {
                let data = self.km.as_ref().expect("prepared");
                let fit = survfitkm(data, &SurvfitKMOptions::default()).expect("a fit");
                let value = fit.lower.iter().flatten().filter(|limit| limit.is_finite()).sum();
                self.keep(fit, value)
            }
            "log_rank" => {
                let test = survdiff(self.groups.as_ref().expect("prepared"), 0.0, true).expect("a test");
                let value = test.chisq;
                self.keep(test, value)
            }
            "zph" => {
                let fit = self.fit.as_ref().expect("prepared");
                let test = cox_zph(fit, &ZphTransform::Km, true, false, true, None).expect("a test");
                let value = test.global_test.as_ref().map_or(f64::NAN, |global| global.chisq);
                self.keep(test, value)
            }
            "concordance" => {
                let (response, predictor) = self.response.as_ref().expect("prepared");
                let options = ConcordanceOptions { reverse: true, ..ConcordanceOptions::default() };
                let fit = concordancefit(SurvResponse::Right(response), predictor.view(), None, None, None, &options)
                    .expect("a concordance");
                let value = fit.concordance[0];
                self.keep(fit, value)
            }
            _ => {
                let (data, options) = self.cox.take().expect("prepared");
                let fit = CoxPHFit::fit(data, options).expect("a fit");
                if task.starts_with("cox_") {
                    let baseline = fit.basehaz(true).expect("a baseline");
                    let value = fit.loglik[1];
                    return self.keep((fit, baseline), value);
                }
                let value = fit.var[(0, 0)].sqrt();
                self.keep(fit, value)
            }
        }
    }

    fn keep<T: Any>(&mut self, result: T, value: f64) -> f64 {
        self.kept = Some(Box::new(result));
        value
    }
}

/// A model in this crate's types.
fn cox(data: &Columns, status: Vec<i32>, task: &str) -> (CoxphData, CoxphOptions) {
    let x = Array2::from_shape_fn((data.len(), COVARIATES), |(row, k)| data.x[k][row]);
    let entry = (task == "cox_entry").then(|| data.entry.clone());
    let made = CoxphData::try_new(data.time.clone(), entry, status, x, None, None, None).expect("a model");
    let cluster = (task == "cluster").then(|| data.cluster.iter().map(|&cluster| cluster as i32).collect());
    let method = if task == "cox_breslow" { TieMethod::Breslow } else { TieMethod::Efron };
    let robust = (task == "robust").then_some(true);
    (made, CoxphOptions { method, cluster, robust, ..CoxphOptions::default() })
}
