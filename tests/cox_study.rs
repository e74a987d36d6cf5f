//! `cox` and its kin through the study document: what is shown of separation, penalties, splines and interactions.

use std::fs;

use serde_json::{Value, json};

/// The one result of an analysis on a table whose status 1 is the event.
fn run(data: &str, columns: Value, analysis: Value) -> Value {
    run_event(1, data, columns, analysis)
}

/// The one result of an analysis of R's lung data.
fn lung(analysis: Value) -> Value {
    run_event(2, &case("lung_cox"), json!({"sex": {"type": "category", "levels": ["male", "female"]}}), analysis)
}

fn run_event(event: u32, data: &str, columns: Value, mut analysis: Value) -> Value {
    analysis["id"] = json!("it");
    analysis["endpoint"] = json!("E");
    let study = json!({
        "format": "riskset-study/1",
        "data": {"columns": columns},
        "endpoints": {"E": {"time": "time", "status": "status", "event": [event], "unit": "months"}},
        "analyses": [analysis],
    });
    let table = riskset::table::open(data.as_bytes(), "data.csv").unwrap();
    let study = riskset::study::read(&study.to_string()).unwrap();
    let results = riskset::study::run(&study, &table).unwrap();
    let mut results: Value = serde_json::from_str(&serde_json::to_string(&results).unwrap()).unwrap();
    results["results"][0].take()
}

fn case(name: &str) -> String {
    fs::read_to_string(format!("{}/tests/reference/cases/{name}/data.csv", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[track_caller]
fn close(found: &Value, expected: f64, tolerance: f64) {
    let number = found.as_f64().unwrap_or_else(|| panic!("{found} for {expected}"));
    assert!((number - expected).abs() <= tolerance * (1.0 + expected.abs()), "{number} for {expected}");
}

#[track_caller]
fn all_close(found: &[&Value], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        close(found, *expected, tolerance);
    }
}

fn codes(result: &Value) -> Vec<&str> {
    result["cautions"].as_array().unwrap().iter().map(|caution| caution["code"].as_str().unwrap()).collect()
}

const SEPARATED: &str = "time,status,arm\n1,1,A\n2,1,A\n3,0,B\n4,0,B\n";
const Z: f64 = 1.959963984540054;

#[test]
fn a_separated_term_has_one_limit_its_test_and_firth_beside() {
    // With r = exp β, ℓ = log r/(2r + 2) + log r/(r + 2), which rises to −log 2; at 0 it is −log 12. The profile limit is
    // where r²/((r + 1)(r + 2)) = k = exp(−z²/2).
    let columns = json!({"arm": {"type": "category", "levels": ["B", "A"]}});
    let result = run(SEPARATED, columns.clone(), json!({"type": "cox", "covariates": ["arm"]}));
    let term = &result["terms"][1];
    for key in ["estimate", "std_error", "statistic", "hazard_ratio", "conf_high"] {
        assert_eq!(term[key], Value::Null, "{key}");
    }
    assert_eq!(
        (&term["reason"], &term["direction"], &term["test"]),
        (&json!("separation"), &json!("up"), &json!("likelihood_ratio"))
    );
    let k = libm::exp(-Z * Z / 2.0);
    close(&term["conf_low"], (3.0 * k + libm::sqrt(9.0 * k * k + 8.0 * k * (1.0 - k))) / (2.0 * (1.0 - k)), 1e-8);
    let ratio = 2.0 * libm::log(6.0);
    close(&result["tests"]["likelihood_ratio"]["statistic"], ratio, 1e-9);
    assert_eq!(result["tests"]["wald"], Value::Null);
    assert_eq!(term["p_value"], result["tests"]["likelihood_ratio"]["p_value"]);
    close(&result["log_likelihood"][1], -libm::log(2.0), 1e-9);
    assert_eq!(result["converged"], true);
    assert!(codes(&result).contains(&"separation"));
    let message = result["cautions"].to_string();
    assert!(message.contains("“arm = A” separates the events"), "{message}");

    // Firth: the slope of ℓ + ½ log I is 0 at its estimate; its test is twice the gain from β = 0.
    let firth = &result["firth"]["terms"][1];
    let information = |r: f64| r / ((r + 1.0) * (r + 1.0)) + 2.0 * r / ((r + 2.0) * (r + 2.0));
    let height = |r: f64| libm::log(r / (2.0 * r + 2.0)) + libm::log(r / (r + 2.0)) + libm::log(information(r)) / 2.0;
    let r = firth["hazard_ratio"].as_f64().unwrap();
    let step = 1e-5;
    assert!((height(r * (1.0 + step)) - height(r * (1.0 - step))).abs() < 1e-9, "{r}");
    close(&firth["std_error"], 1.0 / libm::sqrt(information(r)), 1e-8);
    close(&firth["statistic"], 2.0 * (height(r) - height(1.0)), 1e-8);
    close(&json!(height(firth["conf_low"].as_f64().unwrap())), height(r) - Z * Z / 2.0, 1e-8);
    close(&result["firth"]["factors"][0]["likelihood_ratio"]["statistic"], 2.0 * (height(r) - height(1.0)), 1e-8);

    // The other reference: the ratio falls to 0, the limits are mirrored.
    let columns = json!({"arm": {"type": "category", "levels": ["A", "B"]}});
    let mirrored = run(SEPARATED, columns, json!({"type": "cox", "covariates": ["arm"]}));
    let other = &mirrored["terms"][1];
    assert_eq!((&other["direction"], &other["conf_low"]), (&json!("down"), &Value::Null));
    close(&other["conf_high"], 1.0 / term["conf_low"].as_f64().unwrap(), 1e-8);
}

#[test]
fn exact_ties_and_robust_variances_keep_their_firth() {
    let columns = json!({"arm": {"type": "category", "levels": ["B", "A"]}});
    let exact = run(SEPARATED, columns.clone(), json!({"type": "cox", "covariates": ["arm"], "ties": "exact"}));
    assert_eq!(exact["firth"]["ties"], "efron");
    let robust = run(SEPARATED, columns, json!({"type": "cox", "covariates": ["arm"], "robust": true}));
    assert_eq!(robust["firth"]["terms"], exact["firth"]["terms"]);
}

#[test]
fn profile_limits_and_tests_of_every_term() {
    // reference/cox.R: limits by uniroot on the refitted likelihood; LR of each term by refitting without it.
    let analysis = json!({"type": "cox", "covariates": ["age", "sex", "ph_ecog"], "conf": "profile"});
    let result = lung(analysis);
    let limits: Vec<&Value> = (result["terms"].as_array().unwrap().iter())
        .filter(|term| term["reference"] == false)
        .flat_map(|term| [&term["conf_low"], &term["conf_high"]])
        .collect();
    let expected = [
        -0.00688470304331957,
        0.02946836239660999,
        -0.888387004933743,
        -0.229352168626913,
        0.241178283782548,
        0.686776180077583,
    ]
    .map(libm::exp);
    all_close(&limits, &expected, 1e-7);
    for (term, factor) in [(0, 0), (2, 1), (3, 2)] {
        let (term, factor) = (&result["terms"][term], &result["factors"][factor]);
        assert_eq!(term["test"], "likelihood_ratio");
        close(&term["statistic"], factor["likelihood_ratio"]["statistic"].as_f64().unwrap(), 1e-8);
        close(&term["p_value"], factor["likelihood_ratio"]["p_value"].as_f64().unwrap(), 1e-7);
    }
}

#[test]
fn firth_tests_factors_by_its_own_likelihood() {
    let columns = json!({"grade": {"type": "category", "levels": ["G1", "G2", "G3"]}});
    let mut analysis = json!({"type": "cox", "covariates": ["grade", "size"], "ties": "breslow", "penalty": "firth"});
    let result = run(&case("firth_separated"), columns.clone(), analysis.clone());
    assert_eq!((&result["rules"]["conf"], &result["rules"]["penalty"]), (&json!("profile"), &json!("firth")));
    // reference/cox_study.R.
    let expected = [5.73744634473576, 1.61458484114344];
    let ratio = |k: usize| &result["factors"][k]["likelihood_ratio"]["statistic"];
    all_close(&[ratio(0), ratio(1)], &expected, 1e-7);
    close(&result["tests"]["likelihood_ratio"]["statistic"], 6.21678577874947, 1e-7);
    assert_eq!(result["factors"][0]["score"], Value::Null);
    assert_eq!(result["factors"][0]["reason"], "penalised");
    assert_eq!(result["terms"][1]["test"], "likelihood_ratio");

    // The same model without the penalty carries the same Firth terms beside; and Wald limits on request.
    analysis["penalty"] = Value::Null;
    let plain = run(&case("firth_separated"), columns.clone(), analysis.clone());
    assert_eq!(plain["firth"]["terms"], result["terms"]);
    analysis["penalty"] = json!("firth");
    analysis["conf"] = json!("wald");
    let wald = run(&case("firth_separated"), columns, analysis);
    close(&wald["terms"][1]["statistic"], 1.76108748217424 / 1.49561966380348, 1e-6);
    close(&wald["terms"][1]["conf_low"], libm::exp(1.76108748217424 - Z * 1.49561966380348), 1e-6);
}

#[test]
fn ridge_gives_wald_tests_and_says_what_it_does() {
    let result = lung(json!({"type": "cox", "covariates": ["age", "sex", "ph_ecog"], "penalty": {"ridge": 20}}));
    let squares = result["factors"].as_array().unwrap().iter().map(|factor| &factor["wald"]["statistic"]);
    all_close(&squares.collect::<Vec<_>>(), &[1.44674493561468, 9.63528445060397, 14.77203569840171], 1e-6);
    close(&result["ridge"]["effective_df"], 2.64226999142937, 1e-6);
    close(&result["terms"][0]["estimate"], 0.0103976287493776, 1e-6);
    assert_eq!(result["tests"], Value::Null);
    assert_eq!(result["factors"][0]["likelihood_ratio"], Value::Null);
    assert!(codes(&result).contains(&"ridge_shrinks"));
}

#[test]
fn options_that_exclude_each_other_are_refused() {
    let base = json!({"type": "cox", "covariates": ["age"]});
    let refused = [
        (json!({"penalty": "firth", "robust": true}), "options_conflict"),
        (json!({"penalty": "firth", "cluster": "ph_ecog"}), "options_conflict"),
        (json!({"penalty": "firth", "ties": "exact"}), "options_conflict"),
        (json!({"penalty": {"ridge": 1}, "conf": "profile"}), "options_conflict"),
        (json!({"penalty": {"ridge": 0}}), "bad_option"),
        (json!({"penalty": {"ridge": -2}}), "bad_option"),
        (json!({"conf": "profile", "robust": true}), "options_conflict"),
    ];
    for (options, code) in refused {
        let mut analysis = base.clone();
        for (key, value) in options.as_object().unwrap() {
            analysis[key] = value.clone();
        }
        let result = lung(analysis);
        assert_eq!(result["error"]["code"], code, "{options}");
        assert_eq!(result["terms"], Value::Null);
    }
    let message =
        lung(json!({"type": "cox", "covariates": ["age"], "penalty": "firth", "robust": true}))["error"]["message"]
            .to_string();
    assert!(message.contains("“penalty” cannot be combined with robust: true"), "{message}");
}

#[test]
fn a_penalty_without_covariates_is_the_null_model() {
    for penalty in [json!("firth"), json!({"ridge": 3})] {
        let result = lung(json!({"type": "cox", "covariates": [], "penalty": penalty}));
        assert_eq!((&result["terms"], &result["tests"]), (&json!([]), &Value::Null));
    }
}
