//! The Cox model against R's `coxph`: the reference cases of tests/reference/cases, read as plain columns.

use std::collections::HashMap;

use riskset::survival::Sample;
use riskset::survival::cox::{self, CoxFit, CoxOptions, Design, Ties};
use serde_json::Value;

/// A case's table, cells by column name; empty cells are missing.
struct Case {
    columns: HashMap<String, Vec<String>>,
    expected: Value,
}

impl Case {
    fn read(name: &str) -> Self {
        let folder = format!("{}/tests/reference/cases/{name}", env!("CARGO_MANIFEST_DIR"));
        let mut reader = csv::Reader::from_path(format!("{folder}/data.csv")).unwrap();
        let header = reader.headers().unwrap().clone();
        let mut columns: HashMap<String, Vec<String>> = header.iter().map(|name| (name.into(), Vec::new())).collect();
        for record in reader.records() {
            for (name, cell) in header.iter().zip(record.unwrap().iter()) {
                columns.get_mut(name).unwrap().push(cell.into());
            }
        }
        let text = std::fs::read_to_string(format!("{folder}/expected.json")).unwrap();
        Self { columns, expected: serde_json::from_str(&text).unwrap() }
    }

    /// Keeps the rows without a missing cell in these columns.
    fn complete(mut self, names: &[&str]) -> Self {
        let n = self.columns.values().next().unwrap().len();
        let keep: Vec<bool> = (0..n).map(|i| names.iter().all(|name| !self.columns[*name][i].is_empty())).collect();
        for column in self.columns.values_mut() {
            let mut at = keep.iter();
            column.retain(|_| *at.next().unwrap());
        }
        self
    }

    fn number(&self, name: &str) -> Vec<f64> {
        self.columns[name].iter().map(|cell| cell.parse().unwrap()).collect()
    }

    fn is(&self, name: &str, level: &str) -> Vec<bool> {
        self.columns[name].iter().map(|cell| cell == level).collect()
    }

    fn dummy(&self, name: &str, level: &str) -> Vec<f64> {
        self.is(name, level).into_iter().map(|is| f64::from(u8::from(is))).collect()
    }

    fn codes(&self, name: &str) -> Vec<u32> {
        let mut levels = self.columns[name].clone();
        levels.sort();
        levels.dedup();
        self.columns[name].iter().map(|cell| levels.iter().position(|level| level == cell).unwrap() as u32).collect()
    }

    /// Days since 1970 of a column of dates; `None` where empty.
    fn days(&self, name: &str) -> Vec<Option<f64>> {
        let day = |cell: &String| cell.parse::<chrono::NaiveDate>().ok().map(|date| f64::from(date.to_epoch_days()));
        self.columns[name].iter().map(day).collect()
    }

    fn result(&self, id: &str) -> &Value {
        self.expected["results"].as_array().unwrap().iter().find(|result| result["id"] == id).unwrap()
    }
}

#[track_caller]
fn close(found: f64, expected: &Value, tolerance: f64, what: &str) {
    let expected = expected.as_f64().unwrap();
    assert!((found - expected).abs() <= tolerance * expected.abs() + 1e-10, "{what}: {found} for {expected}");
}

/// Compares a fit with what R gives for it. `factors`: the columns of each factor, in order.
#[track_caller]
fn check(
    sample: &Sample,
    design: &Design,
    options: &CoxOptions,
    factors: &[&[usize]],
    expected: &Value,
    tolerance: f64,
) -> CoxFit {
    let fit = cox::fit(sample, design, options).unwrap();
    assert_eq!(fit.n as u64, expected["n"].as_u64().unwrap());
    assert_eq!(fit.n_event as u64, expected["n_event"].as_u64().unwrap());
    for i in 0..2 {
        close(fit.log_likelihood[i], &expected["log_likelihood"][i], tolerance, "log-likelihood");
    }
    let terms = expected["terms"].as_array().unwrap().iter().filter(|term| term["reference"] == false);
    for (k, term) in terms.enumerate() {
        let (b, se) = (fit.coefficients[k].unwrap(), fit.std_errors[k].unwrap());
        close(b, &term["estimate"], tolerance, "estimate");
        close(se, &term["std_error"], tolerance, "standard error");
        close(b.exp(), &term["hazard_ratio"], tolerance, "hazard ratio");
        close((b + 1.959963984540054 * se).exp(), &term["conf_high"], tolerance, "upper limit");
    }
    if let (Some(tests), Some(found)) = (expected.get("tests"), fit.tests) {
        close(found.likelihood_ratio.statistic, &tests["likelihood_ratio"]["statistic"], tolerance, "LR");
        close(found.likelihood_ratio.p_value, &tests["likelihood_ratio"]["p_value"], 100.0 * tolerance, "LR p");
        close(found.wald.unwrap().statistic, &tests["wald"]["statistic"], tolerance, "Wald");
        close(found.score.statistic, &tests["score"]["statistic"], tolerance, "score");
    }
    for (columns, factor) in factors.iter().zip(expected["factors"].as_array().unwrap()) {
        let wald = cox::wald_test(&fit, columns).unwrap();
        close(wald.statistic, &factor["wald"]["statistic"], tolerance, "factor's Wald");
        if let Some(ratio) = factor.get("likelihood_ratio") {
            let tests = cox::drop_test(sample, design, options, &fit, columns).unwrap();
            close(tests.likelihood_ratio.statistic, &ratio["statistic"], tolerance, "factor's LR");
        }
    }
    if let Some(concordance) = expected.get("concordance") {
        let found = fit.concordance.unwrap();
        close(found.estimate, &concordance["estimate"], tolerance, "concordance");
        close(found.std_error, &concordance["std_error"], tolerance, "its standard error");
    }
    fit
}

fn ties(ties: Ties) -> CoxOptions {
    CoxOptions { ties, ..CoxOptions::default() }
}

#[test]
fn lung() {
    let case = Case::read("lung_cox").complete(&["age", "sex", "ph_ecog", "wt_loss"]);
    let (time, event, weight) = (case.number("time"), case.is("status", "2"), case.number("row_weight"));
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let weighted = Sample { weight: Some(&weight), ..sample };
    let columns = [case.number("age"), case.dummy("sex", "female"), case.number("ph_ecog"), case.number("wt_loss")];
    let design = Design { columns: &columns, ..Design::default() };
    let factors: [&[usize]; 4] = [&[0], &[1], &[2], &[3]];
    for (id, way) in [("efron", Ties::Efron), ("breslow", Ties::Breslow), ("exact", Ties::Exact)] {
        check(&sample, &design, &ties(way), &factors, case.result(id), 1e-7);
    }
    check(&weighted, &design, &ties(Ties::Efron), &factors, case.result("weighted"), 1e-7);
    let robust = CoxOptions { robust: true, ..CoxOptions::default() };
    check(&weighted, &design, &robust, &factors, case.result("weighted_robust"), 1e-7);
}

#[test]
fn heart_with_late_entry() {
    let case = Case::read("heart_entry");
    let (entry, time, event) = (case.number("start"), case.number("stop"), case.is("event", "1"));
    let sample = Sample { entry: Some(&entry), time: &time, event: &event, weight: None };
    let columns = [case.number("age"), case.number("year"), case.number("surgery"), case.dummy("transplant", "yes")];
    let design = Design { columns: &columns, ..Design::default() };
    let factors: [&[usize]; 4] = [&[0], &[1], &[2], &[3]];
    check(&sample, &design, &ties(Ties::Efron), &factors, case.result("cox"), 1e-7);
    check(&sample, &design, &ties(Ties::Breslow), &factors, case.result("breslow"), 1e-7);
    let patients = case.codes("id");
    let clustered = Design { cluster: Some(&patients), ..design };
    let fit = check(&sample, &clustered, &ties(Ties::Efron), &factors, case.result("robust"), 1e-7);
    assert_eq!(fit.n_cluster, Some(103));
}

#[test]
fn veteran_with_a_factor_and_with_strata() {
    let case = Case::read("veteran");
    let (time, event) = (case.number("time"), case.is("status", "1"));
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let (test, karno, age) = (case.dummy("trt", "test"), case.number("karno"), case.number("age"));
    let cell = ["smallcell", "adeno", "large"].map(|level| case.dummy("celltype", level));
    let [small, adeno, large] = cell;
    let columns = [test.clone(), small, adeno, large, karno.clone(), age.clone()];
    let design = Design { columns: &columns, ..Design::default() };
    check(&sample, &design, &ties(Ties::Efron), &[&[0], &[1, 2, 3], &[4], &[5]], case.result("cox"), 1e-7);
    let strata = case.codes("celltype");
    let columns = [test, karno, age];
    let design = Design { columns: &columns, strata: Some(&strata), ..Design::default() };
    check(&sample, &design, &ties(Ties::Efron), &[&[0], &[1], &[2]], case.result("strata"), 1e-7);
}

#[test]
fn demonstration_cohort() {
    let factors: [(&str, &[&str]); 4] = [
        ("chemo", &["CT"]),
        ("margin", &["R1", "R2"]),
        ("kieffer", &["K2", "K3"]),
        ("fnclcc_grade", &["Grade 2", "Grade 3"]),
    ];
    let models: [(&str, &[&str]); 12] = [
        ("os_margin", &["margin"]),
        ("os_kieffer", &["kieffer"]),
        ("os_chemo", &["chemo"]),
        ("os_fnclcc_grade", &["fnclcc_grade"]),
        ("os_specimen_size_cm", &["specimen_size_cm"]),
        ("os_multivariable", &["fnclcc_grade", "kieffer", "chemo"]),
        ("dfs_margin", &["margin"]),
        ("dfs_kieffer", &["kieffer"]),
        ("dfs_chemo", &["chemo"]),
        ("dfs_fnclcc_grade", &["fnclcc_grade"]),
        ("dfs_specimen_size_cm", &["specimen_size_cm"]),
        ("dfs_multivariable", &["chemo", "fnclcc_grade"]),
    ];
    for (id, variables) in models {
        let case = Case::read("lms_vc_demo").complete(variables);
        let origin = case.days("date_of_diagnosis");
        let last = case.days("date_of_last_follow_up");
        let death = case.days("date_of_death");
        let recurrence = case.days("date_of_recurrence");
        let dfs = id.starts_with("dfs");
        let (mut time, mut event) = (Vec::new(), Vec::new());
        for i in 0..origin.len() {
            let recurred = recurrence[i].filter(|_| dfs);
            let end = recurred.map_or(last[i].unwrap(), |day| day.min(last[i].unwrap()));
            time.push((end - origin[i].unwrap()) / 30.4375);
            event.push(death[i].is_some() || recurred.is_some());
        }
        let (mut columns, mut parts) = (Vec::new(), Vec::new());
        for variable in variables {
            let from = columns.len();
            match factors.iter().find(|(name, _)| name == variable) {
                Some((name, levels)) => columns.extend(levels.iter().map(|level| case.dummy(name, level))),
                None => columns.push(case.number(variable)),
            }
            parts.push((from..columns.len()).collect::<Vec<usize>>());
        }
        let parts: Vec<&[usize]> = parts.iter().map(Vec::as_slice).collect();
        let sample = Sample { entry: None, time: &time, event: &event, weight: None };
        let design = Design { columns: &columns, ..Design::default() };
        check(&sample, &design, &ties(Ties::Efron), &parts, case.result(id), 1e-6);
    }
}
