//! Cox models of twenty-four small made-up cohorts against R (tests/reference/cox_cohorts.R): ties, weights, strata, late entry, a
//! factor and missing cells in every combination.

use serde_json::{Map, Value, json};

#[track_caller]
fn close(found: &Value, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap_or_else(|| panic!("{what}: {expected}"));
    let number = found.as_f64().unwrap_or_else(|| panic!("{what}: {found} for {expected}"));
    assert!((number - expected).abs() <= 1e-6 * (0.01 + expected.abs()), "{what}: {number} for {expected}");
}

/// The results of these analyses of a cohort.
fn run(cohort: &Value, analyses: &[Value]) -> Vec<Value> {
    let is = |option: &str| cohort[option] == json!(true);
    let mut endpoint = json!({"time": "time", "status": "status", "event": [1], "unit": "months"});
    if is("entry") {
        endpoint["entry"] = json!("entry");
    }
    let whole = |(index, analysis): (usize, &Value)| {
        let mut whole = json!({"id": index.to_string(), "endpoint": "E", "ties": cohort["ties"]});
        if is("weights") {
            whole["weights"] = json!("w");
        }
        if is("strata") {
            whole["strata"] = json!("s");
        }
        let own: Map<String, Value> = serde_json::from_value(analysis.clone()).unwrap();
        whole.as_object_mut().unwrap().extend(own);
        whole
    };
    let study = json!({
        "format": "riskset-study/1",
        "data": {"columns": {"x": {"type": "number"}, "f": {"type": "category"}}},
        "endpoints": {"E": endpoint},
        "analyses": analyses.iter().enumerate().map(whole).collect::<Vec<Value>>(),
    });
    let table = riskset::table::open(cohort["data"].as_str().unwrap().as_bytes(), "data.csv").unwrap();
    let results = riskset::study::run(&riskset::study::read(&study.to_string()).unwrap(), &table).unwrap();
    let results = serde_json::to_value(&results).unwrap();
    let results = results["results"].as_array().unwrap().clone();
    for result in &results {
        assert_eq!(result.get("error"), None, "{cohort}");
    }
    results
}

/// The terms with a coefficient.
fn terms(model: &Value) -> Vec<&Value> {
    model["terms"].as_array().unwrap().iter().filter(|term| term["reference"] == json!(false)).collect()
}

fn tests(found: &Value, expected: &Value, what: &str) {
    for test in ["likelihood_ratio", "wald", "score"] {
        close(&found[test]["statistic"], &expected[test], &format!("{what}, {test}"));
    }
}

fn model(found: &Value, expected: &Value, what: &str) {
    assert_eq!(found["n"], expected["n"], "{what}");
    for (k, term) in terms(found).iter().enumerate() {
        let of = |name: &str| if expected[name].is_array() { &expected[name][k] } else { &expected[name] };
        close(&term["estimate"], of("coef"), &format!("{what}, estimate {k}"));
        close(&term["std_error"], of("se"), &format!("{what}, standard error {k}"));
    }
    for i in 0..2 {
        close(&found["log_likelihood"][i], &expected["loglik"][i], &format!("{what}, log-likelihood {i}"));
    }
    for (i, test) in ["likelihood_ratio", "wald", "score"].into_iter().enumerate() {
        close(&found["tests"][test]["statistic"], &expected["tests"][i], &format!("{what}, {test}"));
    }
    close(&found["concordance"]["estimate"], &expected["concordance"][0], &format!("{what}, concordance"));
    close(&found["concordance"]["std_error"], &expected["concordance"][1], &format!("{what}, its error"));
}

/// The logarithm of a limit.
fn log(limit: &Value) -> Value {
    json!(libm::log(limit.as_f64().unwrap()))
}

#[test]
fn every_model_of_every_cohort_is_that_of_r() {
    let text = include_str!("reference/cox_cohorts.json");
    let cohorts: Vec<Value> = serde_json::from_str(text).unwrap();
    assert_eq!(cohorts.len(), 24);
    for (number, cohort) in cohorts.iter().enumerate() {
        let what = |part: &str| format!("cohort {number}, {part}");
        let results = run(
            cohort,
            &[
                json!({"type": "cox", "covariates": ["x", "f"]}),
                json!({"type": "cox", "covariates": ["x", "f"], "conf": "profile"}),
                json!({"type": "cox", "covariates": [{"spline": "x", "knots": 4}]}),
                json!({"type": "cox_table", "univariable": ["x", "f"], "multivariable": ["x", "f"]}),
            ],
        );
        let expected = &cohort["model"];
        model(&results[0], expected, &what("model"));
        for (factor, expected) in
            results[0]["factors"].as_array().unwrap().iter().zip(expected["factors"].as_array().unwrap())
        {
            tests(factor, expected, &what("factor"));
        }
        for (term, limits) in terms(&results[1]).iter().zip(cohort["limits"].as_array().unwrap()) {
            close(&log(&term["conf_low"]), &limits[0], &what("lower limit"));
            close(&log(&term["conf_high"]), &limits[1], &what("upper limit"));
        }

        let spline = &results[2];
        model(spline, &cohort["spline"], &what("spline"));
        tests(&spline["factors"][0], &cohort["spline"]["factors"][0], &what("spline as a whole"));
        tests(&spline["factors"][0]["nonlinear"], &cohort["spline"]["factors"][1], &what("its bend"));

        let table = &results[3];
        model(&table["models"]["univariable"][0], &cohort["number"], &what("x alone"));
        model(&table["models"]["univariable"][1], &cohort["alone"], &what("f alone"));
        model(&table["models"]["multivariable"], expected, &what("together"));
        for (index, alone) in ["number", "alone"].into_iter().enumerate() {
            let factor = &table["factors"][index];
            let (alone, together) = (&cohort[alone]["factors"][0], &expected["factors"][index]);
            close(&factor["univariable"]["statistic"], &alone["likelihood_ratio"], &what("table, alone"));
            close(&factor["multivariable"]["statistic"], &together["likelihood_ratio"], &what("table, together"));
        }

        let Some(expected) = cohort.get("firth") else {
            assert_eq!(cohort["ties"], json!("exact"));
            continue;
        };
        let firth = &run(cohort, &[json!({"type": "cox", "covariates": ["x", "f"], "penalty": "firth"})])[0];
        for (k, term) in terms(firth).iter().enumerate() {
            close(&term["estimate"], &expected["coef"][k], &what("Firth's estimate"));
            close(&term["std_error"], &expected["se"][k], &what("Firth's standard error"));
            if k == 0 {
                close(&log(&term["conf_low"]), &expected["low"], &what("Firth's lower limit"));
                close(&log(&term["conf_high"]), &expected["high"], &what("Firth's upper limit"));
                close(&term["statistic"], &expected["lr"], &what("Firth's test"));
            }
        }
    }
}
