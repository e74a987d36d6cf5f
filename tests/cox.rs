//! The Cox model against R's `coxph`: the reference cases of tests/reference/cases, read as plain columns.

use std::collections::HashMap;

use riskset::survival::Sample;
use riskset::survival::cox::{self, CoxError, CoxFit, CoxOptions, Design, Direction, Ties, Transform};
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
        close(libm::exp(b), &term["hazard_ratio"], tolerance, "hazard ratio");
        close(libm::exp(b + 1.959963984540054 * se), &term["conf_high"], tolerance, "upper limit");
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

#[track_caller]
fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} for {expected}");
    }
}

/// tests/reference/cox.R
#[test]
fn three_tests_of_a_factor() {
    let case = Case::read("lung_cox").complete(&["ph_ecog"]);
    let (time, event) = (case.number("time"), case.is("status", "2"));
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let columns = [
        case.dummy("ph_ecog", "1"),
        case.dummy("ph_ecog", "2"),
        case.dummy("ph_ecog", "3"),
        case.dummy("sex", "female"),
        case.number("age"),
    ];
    let design = Design { columns: &columns, ..Design::default() };
    let first =
        [(Ties::Efron, 0.410048014919274), (Ties::Breslow, 0.409696727744022), (Ties::Exact, 0.410645936478503)];
    for (way, expected) in first {
        near(&[cox::fit(&sample, &design, &ties(way)).unwrap().coefficients[0].unwrap()], &[expected], 1e-9);
    }
    let options = CoxOptions::default();
    let fit = cox::fit(&sample, &design, &options).unwrap();
    let tests = cox::drop_test(&sample, &design, &options, &fit, &[0, 1, 2]).unwrap();
    let wald = cox::wald_test(&fit, &[0, 1, 2]).unwrap();
    let found = [tests.likelihood_ratio.statistic, wald.statistic, tests.score.statistic];
    near(&found, &[16.9904937047957, 17.877421027533, 18.9631217200793], 1e-8);
    assert_eq!((wald.df, tests.score.df), (3, 3));
}

/// tests/reference/cox.R: entry, strata, weights, clusters and heavy ties at once.
#[test]
fn everything_at_once() {
    let (case, entry, time, event, weight) = heart_in_twenties();
    let sample = Sample { entry: Some(&entry), time: &time, event: &event, weight: Some(&weight) };
    let columns = [case.number("age"), case.number("year"), case.dummy("transplant", "yes")];
    let (strata, cluster) = (case.codes("surgery"), case.codes("id"));
    let design = Design { columns: &columns, strata: Some(&strata), cluster: Some(&cluster), ..Design::default() };
    let of = |way| {
        let fit = cox::fit(&sample, &design, &ties(way)).unwrap();
        let naive: Vec<f64> = (0..3).map(|k| fit.covariance[(k, k)].sqrt()).collect();
        let concordance = fit.concordance.unwrap();
        [
            fit.coefficients.into_iter().flatten().collect::<Vec<f64>>(),
            naive,
            fit.std_errors.into_iter().flatten().collect(),
            fit.log_likelihood.to_vec(),
            vec![fit.tests.unwrap().score.statistic],
            vec![concordance.estimate, concordance.std_error],
        ]
    };
    let efron: [&[f64]; 6] = [
        &[0.0328245833451443, -0.1475156231013721, -0.1396904915136746],
        &[0.0117551487272844, 0.0571978167327224, 0.2352005941887645],
        &[0.0156408217069005, 0.0761350239042407, 0.2874072969033731],
        &[-473.777023271637, -465.132747748017],
        &[16.4506322557668],
        &[0.6160865448075985, 0.0431571351046861],
    ];
    let breslow: [&[f64]; 6] = [
        &[0.0308019481076593, -0.1388251144368151, -0.1370292617991174],
        &[0.0116471491583669, 0.0571037458145661, 0.2365969866494059],
        &[0.0147173663057211, 0.0713835895610149, 0.2742988007178099],
        &[-479.134701949119, -471.459540248633],
        &[14.640234948764],
        &[0.6169187064191225, 0.0432547137183462],
    ];
    for (way, expected) in [(Ties::Efron, efron), (Ties::Breslow, breslow)] {
        for (found, expected) in of(way).iter().zip(expected) {
            near(found, expected, 1e-9);
        }
    }
}

/// tests/reference/cox.R: R stops on its way to the limit, at a log-likelihood that agrees to ten figures.
#[test]
fn separation_has_the_finite_terms_and_the_limit() {
    let case = Case::read("firth_separated");
    let (time, event) = (case.number("time"), case.is("status", "1"));
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let columns = [case.dummy("grade", "G1"), case.dummy("grade", "G3"), case.number("size")];
    let design = Design { columns: &columns, ..Design::default() };
    let expected = [
        (
            Ties::Efron,
            [-0.9586575961141863, 0.0938829242166391],
            [0.4890655686687561, 0.0764928995235582],
            5.07583985936859,
        ),
        (
            Ties::Breslow,
            [-0.9607724936606168, 0.0944858406461799],
            [0.489214715775513, 0.0764395660656644],
            5.06675833929469,
        ),
    ];
    let height = [[-65.450933008647, -61.1981607478727], [-65.4873006528179, -61.2296407897911]];
    for ((way, estimates, errors, ratio), height) in expected.into_iter().zip(height) {
        let fit = cox::fit(&sample, &design, &ties(way)).unwrap();
        let separation = fit.separation.as_ref().unwrap();
        assert_eq!(separation.diverging.len(), 1);
        assert_eq!((separation.diverging[0].column, separation.diverging[0].direction), (0, Some(Direction::Down)));
        assert_eq!((fit.coefficients[0], fit.std_errors[0], fit.tests.unwrap().wald), (None, None, None));
        near(&[fit.coefficients[1].unwrap(), fit.coefficients[2].unwrap()], &estimates, 1e-8);
        near(&[fit.std_errors[1].unwrap(), fit.std_errors[2].unwrap()], &errors, 1e-8);
        near(&fit.log_likelihood, &height, 1e-10);
        let concordance = fit.concordance.unwrap();
        near(&[concordance.estimate, concordance.std_error], &[0.664570230607966, 0.061828864133952], 1e-10);
        let tests = cox::drop_test(&sample, &design, &ties(way), &fit, &[0]).unwrap();
        near(&[tests.likelihood_ratio.statistic], &[ratio], 1e-9);
        assert!(cox::wald_test(&fit, &[0]).is_none() && cox::wald_test(&fit, &[1]).is_some());

        // With that level as the reference, both others go up.
        let columns = [case.dummy("grade", "G2"), case.dummy("grade", "G3"), case.number("size")];
        let fit = cox::fit(&sample, &Design { columns: &columns, ..design }, &ties(way)).unwrap();
        let separation = fit.separation.unwrap();
        let found: Vec<_> = separation.diverging.iter().map(|d| (d.column, d.direction)).collect();
        assert_eq!(found, [(0, Some(Direction::Up)), (1, Some(Direction::Up))]);
        near(&[fit.coefficients[2].unwrap()], &estimates[1..], 1e-8);
    }
}

#[test]
fn what_cannot_be_fitted_says_why() {
    let (time, event) = ([1.0, 2.0, 3.0, 4.0], [true, true, false, true]);
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let columns = [vec![1.0, 0.0, 1.0, 0.0], vec![0.0, 2.0, 1.0, 5.0], vec![3.0, 2.0, 4.0, 5.0], vec![0.1; 4]];
    let fit = |sample: &Sample, columns: &[Vec<f64>], options: &CoxOptions| {
        cox::fit(sample, &Design { columns, ..Design::default() }, options)
    };
    let options = CoxOptions::default();
    // The third is 3 times the first plus the second; the fourth is constant.
    assert_eq!(fit(&sample, &columns, &options).unwrap_err(), CoxError::Collinear { columns: vec![2, 3] });
    let nobody = Sample { entry: None, time: &[], event: &[], weight: None };
    assert_eq!(fit(&nobody, &[], &options).unwrap_err(), CoxError::NoObservations);
    let none = Sample { event: &[false; 4], ..sample };
    assert_eq!(fit(&none, &columns, &options).unwrap_err(), CoxError::NoEvents);
    let weighted = Sample { weight: Some(&[1.0; 4]), ..sample };
    assert_eq!(fit(&weighted, &columns[..1], &ties(Ties::Exact)).unwrap_err(), CoxError::ExactRefused);
    let short = CoxOptions { max_iterations: 1, ..options };
    assert_eq!(fit(&sample, &columns[..1], &short).unwrap_err(), CoxError::NotConverged { iterations: 1 });
}

#[test]
fn no_columns_give_the_null_likelihood() {
    let (time, event) = ([1.0, 2.0, 3.0, 4.0], [true, true, false, true]);
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let fit = cox::fit(&sample, &Design::default(), &CoxOptions::default()).unwrap();
    let null = -(libm::log(4.0) + libm::log(3.0));
    near(&fit.log_likelihood, &[null, null], 1e-14);
    assert!(fit.tests.is_none() && fit.concordance.is_none() && fit.coefficients.is_empty());
}

#[test]
fn order_units_and_rows_cut_in_two_do_not_matter() {
    let case = Case::read("veteran");
    let (time, event) = (case.number("time"), case.is("status", "1"));
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let columns = [case.number("karno"), case.number("age")];
    let options = CoxOptions::default();
    let estimates = |sample: &Sample, columns: &[Vec<f64>]| -> Vec<f64> {
        let fit = cox::fit(sample, &Design { columns, ..Design::default() }, &options).unwrap();
        fit.coefficients.into_iter().flatten().chain(fit.log_likelihood).collect()
    };
    let expected = estimates(&sample, &columns);

    let reversed: Vec<Vec<f64>> = columns.iter().map(|column| column.iter().rev().copied().collect()).collect();
    let (backward, ends) =
        (time.iter().rev().copied().collect::<Vec<_>>(), event.iter().rev().copied().collect::<Vec<_>>());
    near(&estimates(&Sample { time: &backward, event: &ends, ..sample }, &reversed), &expected, 1e-11);

    let units = [columns[0].iter().map(|x| x * 1e-6 + 1e3).collect(), columns[1].iter().map(|x| x * 1e5).collect()];
    let mut found = estimates(&sample, &units);
    (found[0], found[1]) = (found[0] * 1e-6, found[1] * 1e5);
    near(&found, &expected, 1e-5);
    near(&found[1..], &expected[1..], 1e-8);

    let cut: Vec<f64> = time.iter().map(|t| (t / 3.0).floor()).collect();
    let entry: Vec<f64> = vec![0.0; time.len()].into_iter().chain(cut.iter().copied()).collect();
    let ends: Vec<f64> = cut.iter().copied().chain(time.iter().copied()).collect();
    let events: Vec<bool> = vec![false; time.len()].into_iter().chain(event.iter().copied()).collect();
    let twice: Vec<Vec<f64>> = columns.iter().map(|column| [column.clone(), column.clone()].concat()).collect();
    let kept: Vec<usize> = (0..ends.len()).filter(|&i| entry[i] < ends[i]).collect();
    let pick = |values: &[f64]| -> Vec<f64> { kept.iter().map(|&i| values[i]).collect() };
    let (entry, ends) = (pick(&entry), pick(&ends));
    let events: Vec<bool> = kept.iter().map(|&i| events[i]).collect();
    let twice: Vec<Vec<f64>> = twice.iter().map(|column| pick(column)).collect();
    let sample = Sample { entry: Some(&entry), time: &ends, event: &events, weight: None };
    near(&estimates(&sample, &twice), &expected, 1e-11);
}

/// tests/reference/cox.R
#[test]
fn profile_limits() {
    let case = Case::read("lung_cox").complete(&["age", "sex", "ph_ecog"]);
    let (time, event) = (case.number("time"), case.is("status", "2"));
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let columns = [case.number("age"), case.dummy("sex", "female"), case.number("ph_ecog")];
    let design = Design { columns: &columns, ..Design::default() };
    let options = CoxOptions::default();
    let fit = cox::fit(&sample, &design, &options).unwrap();
    let expected: [[f64; 2]; 3] = [
        [-0.00688470304331957, 0.02946836239660999],
        [-0.888387004933743, -0.229352168626913],
        [0.241178283782548, 0.686776180077583],
    ];
    for (profile, expected) in cox::profile(&sample, &design, &options, &[0, 1, 2], 0.95).unwrap().iter().zip(expected)
    {
        near(&[profile.conf_low.unwrap(), profile.conf_high.unwrap()], &expected, 1e-7);
        let dropped = cox::drop_test(&sample, &design, &options, &fit, &[profile.column]).unwrap();
        near(&[profile.likelihood_ratio.statistic], &[dropped.likelihood_ratio.statistic], 1e-8);
    }

    let case = Case::read("firth_separated");
    let (time, event) = (case.number("time"), case.is("status", "1"));
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let columns = [case.dummy("grade", "G1"), case.dummy("grade", "G3"), case.number("size")];
    let design = Design { columns: &columns, ..Design::default() };
    let profiles = cox::profile(&sample, &design, &options, &[0, 1], 0.95).unwrap();
    assert_eq!(profiles[0].conf_low, None);
    near(&[profiles[0].conf_high.unwrap()], &[-0.306354921151822], 1e-6);
    near(&[profiles[0].likelihood_ratio.statistic], &[5.07583985936859], 1e-8);
    near(
        &[profiles[1].conf_low.unwrap(), profiles[1].conf_high.unwrap()],
        &[-1.961359631390504, -0.022912843981979],
        1e-6,
    );
}

#[test]
fn firth_under_separation() {
    let case = Case::read("firth_separated");
    let (time, event) = (case.number("time"), case.is("status", "1"));
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let columns = [case.dummy("grade", "G2"), case.dummy("grade", "G3"), case.number("size")];
    let design = Design { columns: &columns, ..Design::default() };
    let (fit, found) = cox::firth(&sample, &design, &ties(Ties::Breslow), 0.95).unwrap();
    let terms = case.result("firth")["terms"].as_array().unwrap().clone();
    for (term, expected) in found.iter().zip(terms.iter().filter(|term| term["reference"] == false)) {
        close(term.estimate, &expected["estimate"], 1e-6, "estimate");
        close(term.std_error, &expected["std_error"], 1e-6, "standard error");
        close(term.likelihood_ratio.p_value, &expected["p_value"], 1e-6, "p");
        close(libm::exp(term.conf_low.unwrap()), &expected["conf_low"], 1e-6, "lower limit");
        close(libm::exp(term.conf_high.unwrap()), &expected["conf_high"], 1e-6, "upper limit");
    }
    near(&fit.log_likelihood, &[-61.8170553374874, -58.7086624481126], 1e-8);
}

/// Where the test of zero is significant, a limit stands between zero and the estimate, however bent the way there.
#[test]
fn a_penalised_limit_is_where_its_test_says() {
    let (time, event) = ([5.0, 1.0, 5.0, 4.0], [false, true, true, true]);
    let weight = [3.25, 0.25, 0.25, 3.25];
    let columns = [vec![4.0, 3.0, 4.0, 0.0], vec![4.0, 3.0, 4.0, 1.0]];
    let sample = Sample { entry: None, time: &time, event: &event, weight: Some(&weight) };
    let design = Design { columns: &columns, ..Design::default() };
    let (_, terms) = cox::firth(&sample, &design, &ties(Ties::Breslow), 0.95).unwrap();
    assert!(terms[0].likelihood_ratio.p_value < 0.05);
    let low = terms[0].conf_low.unwrap();
    assert!(0.0 < low && low < terms[0].estimate, "{low}");
}

#[test]
fn proportional_hazards() {
    let check = |sample: &Sample, columns: &[Vec<f64>], groups: &[&[usize]], transform, expected: &Value| {
        let design = Design { columns, ..Design::default() };
        let found = cox::ph_test(sample, &design, &CoxOptions::default(), groups, transform).unwrap();
        let terms = expected["terms"].as_array().unwrap();
        for (found, expected) in found.terms.iter().zip(terms) {
            close(found.unwrap().statistic, &expected["statistic"], 1e-7, "statistic");
            assert_eq!(found.unwrap().df as u64, expected["df"].as_u64().unwrap());
        }
        close(found.global.unwrap().statistic, &expected["global"]["statistic"], 1e-7, "global");
        found.residuals.iter().collect::<Vec<_>>()
    };
    let case = Case::read("lung_cox").complete(&["age", "sex", "ph_ecog", "wt_loss"]);
    let (time, event) = (case.number("time"), case.is("status", "2"));
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let columns = [case.number("age"), case.dummy("sex", "female"), case.number("ph_ecog"), case.number("wt_loss")];
    let each: [&[usize]; 4] = [&[0], &[1], &[2], &[3]];
    check(&sample, &columns, &each, Transform::Km, case.result("zph"));
    let residuals = check(&sample, &columns, &each, Transform::Rank, case.result("zph_rank"));
    // tests/reference/cox.R
    assert_eq!(residuals.len(), 151);
    for (at, expected) in [
        (0, [0.0557937728331491, 3.09015000711559, -2.428033005112983, 0.01942640341571072]),
        (1, [0.123855516541958, -2.24717887936789, 2.606898722580165, -0.11182246283030693]),
        (2, [0.2801365282911374, -1.43636455433017, -3.020577520099176, 0.07047043978051562]),
        (150, [-0.0565179848691808, -1.3705049039428, -0.575903137467728, -0.00767927480887206]),
    ] {
        near(&residuals[at].values.iter().copied().flatten().collect::<Vec<f64>>(), &expected, 1e-7);
    }

    let case = Case::read("veteran");
    let (time, event) = (case.number("time"), case.is("status", "1"));
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let mut columns = vec![case.dummy("trt", "test")];
    columns.extend(["smallcell", "adeno", "large"].map(|level| case.dummy("celltype", level)));
    columns.extend([case.number("karno"), case.number("age")]);
    let terms: [&[usize]; 4] = [&[0], &[1, 2, 3], &[4], &[5]];
    for (id, transform) in [("zph", Transform::Km), ("zph_log", Transform::Log), ("zph_identity", Transform::Identity)]
    {
        check(&sample, &columns, &terms, transform, case.result(id));
    }

    // tests/reference/cox.R: with entry, strata and weights.
    let (case, entry, time, event, weight) = heart_in_twenties();
    let sample = Sample { entry: Some(&entry), time: &time, event: &event, weight: Some(&weight) };
    let columns = [case.number("age"), case.number("year"), case.dummy("transplant", "yes")];
    let strata = case.codes("surgery");
    let design = Design { columns: &columns, strata: Some(&strata), ..Design::default() };
    let expected = [
        (Transform::Km, [4.240418176082041, 6.76193901224314, 0.434578707045617, 12.445918823447222]),
        (Transform::Rank, [5.230869858998535, 5.806186788473461, 0.803249451206695, 12.789548848064538]),
    ];
    for (transform, expected) in expected {
        let test = cox::ph_test(&sample, &design, &CoxOptions::default(), &[&[0], &[1], &[2]], transform).unwrap();
        let found: Vec<f64> = test.terms.iter().chain([&test.global]).map(|test| test.unwrap().statistic).collect();
        near(&found, &expected, 1e-8);
    }
}

#[test]
fn scaled_residuals_where_a_column_is_constant_in_a_stratum() {
    // tests/reference/cox.R. The tests are R's. Its residuals of x leave out the events of the second stratum, where x is 0
    // throughout, and so scale the others differently; ours are b + d V r of all d events, whose mean is b.
    let time: Vec<f64> = (1..=12).map(f64::from).collect();
    let event = [1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0].map(|event| event == 1);
    let strata = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
    let x = [1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0].map(f64::from);
    let z = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8].map(f64::from);
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let columns = [x.to_vec(), z.to_vec()];
    let design = Design { columns: &columns, strata: Some(&strata), ..Design::default() };
    let options = CoxOptions::default();
    let found = cox::ph_test(&sample, &design, &options, &[&[0], &[1]], Transform::Identity).unwrap();
    let statistics: Vec<f64> = found.terms.iter().chain([&found.global]).map(|test| test.unwrap().statistic).collect();
    near(&statistics, &[0.181608193357875, 0.643295380596087, 0.767478403708110], 1e-8);
    #[rustfmt::skip]
    let expected = [
        [8.4004440452074, 0.821832862037670], [-4.8613388547826, -1.0962981725108], [-7.4442947672259, -0.277341889501364],
        [1.3503067327496, -0.809751401017710], [-0.871896844402991, -0.477864586986880], [-2.084232124531, -1.1926277727328],
        [0.725745220578379, 0.464066041252595], [-1.649647066412, -0.936407067363367], [-1.4121579408078, -0.796389296059210],
    ];
    let residuals: Vec<_> = found.residuals.iter().collect();
    assert_eq!(residuals.len(), expected.len());
    for (residual, expected) in residuals.iter().zip(expected) {
        near(&residual.values.iter().map(|value| value.unwrap()).collect::<Vec<f64>>(), &expected, 1e-7);
    }
    let fit = cox::fit(&sample, &design, &options).unwrap();
    for (k, b) in fit.coefficients.iter().enumerate() {
        let mean = residuals.iter().map(|residual| residual.values[k].unwrap()).sum::<f64>() / residuals.len() as f64;
        assert!((mean - b.unwrap()).abs() < 1e-9);
    }
}

/// The heart data in units of twenty days, with weights, as tests/reference/cox.R makes them.
fn heart_in_twenties() -> (Case, Vec<f64>, Vec<f64>, Vec<bool>, Vec<f64>) {
    let case = Case::read("heart_entry");
    let entry = case.number("start").iter().map(|t| (t / 20.0).floor()).collect();
    let time: Vec<f64> = case.number("stop").iter().map(|t| (t / 20.0).ceil()).collect();
    let event = case.is("event", "1");
    let weight = (1..=time.len()).map(|i| 1.0 + (i % 3) as f64 / 2.0).collect();
    (case, entry, time, event, weight)
}

/// Tiny and awkward data of every kind: a fit is finite, or says why there is none, and never runs out of steps.
#[test]
fn tiny_data_end_in_a_fit_or_a_reason() {
    let mut state: u64 = 4242;
    let mut next = |below: u64| {
        state = state * 48271 % 2147483647;
        (state % below) as f64
    };
    let mut kinds = [0; 4];
    for round in 0..6000 {
        let n = 3 + round % 12;
        let p = 1 + round % 4;
        let late = round % 3 == 0;
        let spread = [2, 5, 1000][round % 3];
        let entry: Vec<f64> = (0..n).map(|_| if late { next(3) } else { 0.0 }).collect();
        let time: Vec<f64> = entry.iter().map(|entry| entry + 1.0 + next(6)).collect();
        let event: Vec<bool> = (0..n).map(|_| next(3) > 0.0).collect();
        let weight: Vec<f64> = (0..n).map(|_| 0.25 + next(5)).collect();
        let strata: Vec<u32> = (0..n).map(|_| next(2) as u32).collect();
        let columns: Vec<Vec<f64>> = (0..p).map(|_| (0..n).map(|_| next(spread)).collect()).collect();
        let way = [Ties::Efron, Ties::Breslow, Ties::Exact][round % 3];
        let sample = Sample {
            entry: late.then_some(&entry[..]),
            time: &time,
            event: &event,
            weight: (way == Ties::Breslow).then_some(&weight[..]),
        };
        let design = Design { columns: &columns, strata: (round % 5 == 0).then_some(&strata[..]), ..Design::default() };
        match cox::fit(&sample, &design, &ties(way)) {
            Ok(fit) => {
                let tests = fit.tests.unwrap();
                assert!(fit.log_likelihood.iter().all(|value| value.is_finite()), "round {round}");
                assert!(fit.log_likelihood[1] >= fit.log_likelihood[0] - 1e-9, "round {round}");
                assert!(tests.score.statistic.is_finite() && tests.score.statistic >= 0.0);
                for k in 0..p {
                    let diverges = fit.separation.iter().flat_map(|s| &s.diverging).any(|d| d.column == k);
                    assert_eq!(fit.coefficients[k].is_none(), diverges);
                    assert_eq!(fit.std_errors[k].is_none(), diverges);
                    assert!(fit.coefficients[k].is_none_or(f64::is_finite), "round {round}");
                    assert!(fit.std_errors[k].is_none_or(|se| se.is_finite() && se > 0.0), "round {round}");
                }
                let dropped = cox::drop_test(&sample, &design, &ties(way), &fit, &[0]).unwrap();
                assert!(dropped.likelihood_ratio.p_value.is_finite() && dropped.score.statistic.is_finite());
                kinds[usize::from(fit.separation.is_some())] += 1;
                if round % 7 > 0 {
                    continue;
                }

                let all: Vec<usize> = (0..p).collect();
                for profile in cox::profile(&sample, &design, &ties(way), &all, 0.95).unwrap() {
                    let limits = (profile.conf_low.is_some(), profile.conf_high.is_some());
                    let diverging =
                        fit.separation.iter().flat_map(|s| &s.diverging).find(|d| d.column == profile.column);
                    let expected = match diverging.map(|diverging| diverging.direction) {
                        None => (true, true),
                        Some(None) => (false, false),
                        Some(Some(Direction::Up)) => (true, false),
                        Some(Some(Direction::Down)) => (false, true),
                    };
                    assert_eq!(limits, expected, "round {round} column {}", profile.column);
                    if let Some(b) = fit.coefficients[profile.column] {
                        assert!(profile.conf_low.unwrap() < b && b < profile.conf_high.unwrap(), "round {round}");
                    }
                }
                if way != Ties::Exact {
                    let penalised = cox::firth(&sample, &design, &ties(way), 0.95);
                    let (_, terms) = penalised.unwrap_or_else(|error| panic!("round {round}: {error:?}"));
                    for term in terms {
                        assert!(term.estimate.is_finite() && term.std_error > 0.0, "round {round}");
                        assert!(term.conf_low.unwrap() < term.estimate, "round {round}");
                        assert!(term.estimate < term.conf_high.unwrap(), "round {round}");
                    }
                }
            }
            Err(CoxError::Collinear { columns }) => {
                assert!(!columns.is_empty());
                kinds[2] += 1;
            }
            Err(CoxError::NoEvents) => kinds[3] += 1,
            Err(other) => panic!("round {round}: {other:?}"),
        }
    }
    assert!(kinds.iter().all(|&count| count > 20), "{kinds:?}");
}

/// tests/reference/cox.R
#[test]
fn ridge() {
    let case = Case::read("lung_cox").complete(&["age", "sex", "ph_ecog"]);
    let (time, event) = (case.number("time"), case.is("status", "2"));
    let sample = Sample { entry: None, time: &time, event: &event, weight: None };
    let columns = [case.number("age"), case.dummy("sex", "female"), case.number("ph_ecog")];
    let design = Design { columns: &columns, ..Design::default() };
    let expected = [
        (
            Ties::Efron,
            [
                [0.0103976287493776, -0.4840054336447492, 0.4100497488427615],
                [0.00864446900303933, 0.1559257950240868, 0.10668819705752565],
                [0.00807960303789133, 0.14651003350974862, 0.10004958683437688],
            ],
            [-744.48045576144, -729.428859796027],
            2.64226999142937,
        ),
        (
            Ties::Breslow,
            [
                [0.0103758352557209, -0.4833743456313023, 0.4093583706091065],
                [0.00864398838199877, 0.15593071939790507, 0.10668404966410645],
                [0.00807920079346088, 0.1465139233781654, 0.10004601494108427],
            ],
            [-744.692819266161, -729.686807896181],
            2.64228546812507,
        ),
    ];
    for (way, [estimates, errors, sandwich], height, df) in expected {
        let fit = cox::ridge(&sample, &design, &ties(way), 20.0).unwrap();
        near(&fit.coefficients, &estimates, 1e-6);
        near(&fit.covariance.diagonal().iter().map(|v| libm::sqrt(*v)).collect::<Vec<f64>>(), &errors, 1e-6);
        near(&fit.sandwich.diagonal().iter().map(|v| libm::sqrt(*v)).collect::<Vec<f64>>(), &sandwich, 1e-6);
        near(&fit.log_likelihood, &height, 1e-8);
        near(&[fit.effective_df], &[df], 1e-6);
    }
}

/// Tiny cohorts with ties and a value far from the others: the limits of a profile agree with its test, whatever way they are found.
#[test]
fn profile_limits_agree_with_the_test_of_no_effect() {
    let mut state = 7_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % below
    };
    let quantile = 3.841458820694124;
    let mut compared = 0;
    for round in 0..1200 {
        let n = 8 + next(12) as usize;
        let time: Vec<f64> = (0..n).map(|_| next(9) as f64).collect();
        let event: Vec<bool> = (0..n).map(|_| next(3) > 0).collect();
        let levels: Vec<u64> = (0..n).map(|_| next(3)).collect();
        let far = [1e3, 50.0, 8.0][round % 3];
        let number: Vec<f64> = (0..n).map(|i| if i < 2 { far } else { next(8) as f64 }).collect();
        let level = |of: u64| levels.iter().map(|&level| f64::from(u8::from(level == of))).collect::<Vec<f64>>();
        let columns = vec![level(1), level(2), number];
        let sample = Sample { entry: None, time: &time, event: &event, weight: None };
        let design = Design { columns: &columns, ..Design::default() };
        let Ok((_, terms)) = cox::firth(&sample, &design, &CoxOptions::default(), 0.95) else { continue };
        for term in terms {
            let differs = term.likelihood_ratio.statistic > quantile;
            if (term.likelihood_ratio.statistic - quantile).abs() < 1e-3 {
                continue;
            }
            compared += 1;
            let below = term.conf_low.is_none_or(|low| low < 0.0);
            let above = term.conf_high.is_none_or(|high| high > 0.0);
            assert!(
                if differs {
                    !(below && above) || term.conf_low.is_none() || term.conf_high.is_none()
                } else {
                    below && above
                },
                "round {round}: LR {} with limits {:?} {:?}",
                term.likelihood_ratio.statistic,
                term.conf_low,
                term.conf_high
            );
            assert!(term.conf_low.is_none_or(|low| low < term.estimate), "round {round}");
            assert!(term.conf_high.is_none_or(|high| high > term.estimate), "round {round}");
        }
    }
    assert!(compared > 2400, "{compared}");
}
