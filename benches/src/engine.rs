//! The tasks by this engine.

use std::any::Any;

use riskset::survival::Sample;
use riskset::survival::cox::{self, CoxFit, CoxOptions, Design, Ties, Transform};
use riskset::survival::follow_up::{self, ReverseTies};
use riskset::survival::jackknife;
use riskset::survival::kaplan_meier::{self, KmOptions};
use riskset::survival::log_rank::{self, TestOptions};
use riskset::table::Table;
use riskset::{study, table};

use crate::cohort::{COVARIATES, Columns, prognostic_csv};

/// What a task needs besides the columns, and its result.
#[derive(Default)]
pub struct Bench {
    table: Option<Table>,
    study: String,
    fit: Option<CoxFit>,
    predictor: Vec<f64>,
    kept: Option<Box<dyn Any>>,
}

impl Bench {
    /// Tasks on columns.
    pub const TASKS: &[&str] = &[
        "km",
        "log_rank",
        "cox_efron",
        "cox_breslow",
        "cox_entry",
        "zph",
        "concordance",
        "fit",
        "robust",
        "cluster",
        "follow_up",
        "km_robust",
    ];

    /// Tasks without columns: prognostic tables of 40 to 1000 patients, with profile limits, or without, as the estimates can be
    /// shown first.
    pub const TABLE_TASKS: &[&str] = &[
        "cox_table_40",
        "cox_table_100",
        "cox_table_1000",
        "cox_table_first_40",
        "cox_table_first_100",
        "cox_table_first_1000",
    ];

    /// Tasks on a CSV file.
    pub const TEXT_TASKS: &[&str] = &["open_csv", "study_km", "study_log_rank"];

    /// Makes ready what `task` needs.
    pub fn prepare(&mut self, task: &str, data: &Columns, text: &[u8]) {
        self.kept = None;
        if matches!(task, "zph" | "concordance") && self.fit.is_none() {
            let sample = Sample { entry: None, time: &data.time, event: &data.event, weight: None };
            let design = Design { columns: &data.x, ..Design::default() };
            let fit = cox::fit(&sample, &design, &CoxOptions::default()).expect("a fit");
            self.predictor = vec![0.0; data.len()];
            for (column, coefficient) in data.x.iter().zip(&fit.coefficients) {
                let coefficient = coefficient.expect("a finite coefficient");
                for (sum, value) in self.predictor.iter_mut().zip(column) {
                    *sum += coefficient * value;
                }
            }
            self.fit = Some(fit);
        }
        if let Some(name) = task.strip_prefix("cox_table_") {
            let (n, conf) = name.strip_prefix("first_").map_or((name, "profile"), |n| (n, "wald"));
            let csv = prognostic_csv(n.parse().expect("a number of rows"));
            self.table = table::open(csv.as_bytes(), "cohort.csv").ok();
            self.study = prognostic_study(conf);
        } else if task.starts_with("study_") && self.table.is_none() {
            self.table = table::open(text, "cohort.csv").ok();
        }
        match task {
            "study_km" => self.study = grouped_study(r#""kaplan_meier""#),
            "study_log_rank" => self.study = grouped_study(r#""log_rank""#),
            _ => {}
        }
    }

    /// Runs it: one figure of the result, to be compared with that of the others.
    pub fn run(&mut self, task: &str, data: &Columns, text: &[u8]) -> f64 {
        let sample = Sample { entry: None, time: &data.time, event: &data.event, weight: None };
        let late = Sample { entry: Some(&data.entry), ..sample };
        let weighted = Sample { weight: Some(&data.weight), ..sample };
        let km = KmOptions::default();
        match task {
            "km" => self.curves(kaplan_meier::fit_groups(&sample, &data.group, 4, None, &km)),
            "follow_up" => self.curves(follow_up::fit_groups(&sample, &data.group, 4, None, ReverseTies::Flip, &km)),
            "km_robust" => self.curves(vec![jackknife::fit(&weighted, None, Some(&data.cluster), &km)]),
            "log_rank" => {
                let test = log_rank::test(&sample, &data.group, 4, None, &TestOptions::default());
                let test = test.expect("groups with events");
                let value = test.statistic.unwrap_or(f64::NAN);
                self.keep(test, value)
            }
            "cox_efron" => self.cox(&sample, data, Ties::Efron),
            "cox_breslow" => self.cox(&sample, data, Ties::Breslow),
            "cox_entry" => self.cox(&late, data, Ties::Efron),
            "fit" => self.fit(&sample, data, None, false),
            "robust" => self.fit(&sample, data, None, true),
            "cluster" => self.fit(&sample, data, Some(&data.cluster), true),
            "zph" => {
                let groups: Vec<[usize; 1]> = (0..COVARIATES).map(|k| [k]).collect();
                let groups: Vec<&[usize]> = groups.iter().map(|group| group.as_slice()).collect();
                let design = Design { columns: &data.x, ..Design::default() };
                let fit = self.fit.as_ref().expect("prepared");
                let test = cox::ph_test_of(&sample, &design, &CoxOptions::default(), fit, &groups, Transform::Km);
                let test = test.expect("a test");
                let value = test.global.map_or(f64::NAN, |global| global.statistic);
                self.keep(test, value)
            }
            "concordance" => {
                let found = cox::concordance_of(&sample, &Design::default(), &self.predictor).expect("a concordance");
                self.keep(found, found.estimate)
            }
            "open_csv" => {
                let table = table::open(text, "cohort.csv").expect("a table");
                let value = table.n_rows() as f64;
                self.keep(table, value)
            }
            _ => {
                let study = study::read(&self.study).expect("a study");
                let table = self.table.as_ref().expect("a table");
                let results = study::run(&study, table).expect("results");
                assert!(results.all_ran(), "an analysis failed");
                self.keep(results, 1.0)
            }
        }
    }

    fn keep<T: Any>(&mut self, result: T, value: f64) -> f64 {
        self.kept = Some(Box::new(result));
        value
    }

    /// The sum of the lower limits.
    fn curves(&mut self, curves: Vec<kaplan_meier::Curve>) -> f64 {
        let value = curves.iter().flat_map(|curve| curve.steps.conf_low.iter().flatten()).sum();
        self.keep(curves, value)
    }

    /// The fit with its tests, and the baseline at the means; the log-likelihood.
    fn cox(&mut self, sample: &Sample, data: &Columns, ties: Ties) -> f64 {
        let design = Design { columns: &data.x, ..Design::default() };
        let options = CoxOptions { ties, ..CoxOptions::default() };
        let n = data.len() as f64;
        let means: Vec<f64> = data.x.iter().map(|column| column.iter().sum::<f64>() / n).collect();
        let (fit, baseline) = cox::fit_and_predict(sample, &design, &options, &[means]).expect("a fit");
        let value = fit.log_likelihood[1];
        self.keep((fit, baseline), value)
    }

    /// The fit alone; the first standard error.
    fn fit(&mut self, sample: &Sample, data: &Columns, cluster: Option<&[u32]>, robust: bool) -> f64 {
        let design = Design { columns: &data.x, cluster, ..Design::default() };
        let fit: CoxFit = cox::fit(sample, &design, &CoxOptions { robust, ..CoxOptions::default() }).expect("a fit");
        let value = fit.std_errors[0].unwrap_or(f64::NAN);
        self.keep(fit, value)
    }
}

/// The curves or the test of four groups.
fn grouped_study(kind: &str) -> String {
    format!(
        r#"{{"format": "riskset-study/1", "data": {{"columns": {{}}}},
            "endpoints": {{"OS": {{"time": "time", "status": "status", "event": [1], "censored": [0], "unit": "days"}}}},
            "analyses": [{{"id": "a", "type": {kind}, "endpoint": "OS", "by": "grp"}}]}}"#
    )
}

/// The prognostic table of eight variables by Firth, with limits of this kind.
fn prognostic_study(conf: &str) -> String {
    let variables = r#"["age", "size", "albumin", "hemoglobin", "margin", "necrosis", "grade", "site"]"#;
    format!(
        r#"{{"format": "riskset-study/1",
            "data": {{"columns": {{"margin": {{"type": "category"}}, "necrosis": {{"type": "category"}}}}}},
            "endpoints": {{"OS": {{"time": "time", "status": "status", "event": [1], "censored": [0], "unit": "months"}}}},
            "analyses": [{{"id": "a", "type": "cox_table", "endpoint": "OS", "penalty": "firth", "conf": "{conf}",
                          "univariable": {variables}, "multivariable": {variables}}}]}}"#
    )
}
