//! The numbers that R's survival 3.5 gives where packages disagree, rule by rule: what each choice is told apart by. Other tests
//! go deeper; here stands one line a number, through the study document, to the digits with which the rule is written down.

use std::fs;

use serde_json::{Map, Value, json};

/// The first result of an analysis, `endpoint` and `analysis` completed.
#[track_caller]
fn run(data: &str, columns: Value, event: u32, analysis: Value) -> Value {
    let mut whole = json!({"id": "it", "endpoint": "E"});
    merge(&mut whole, analysis);
    let study = json!({
        "format": "riskset-study/1",
        "data": {"columns": columns},
        "endpoints": {"E": {"time": "time", "status": "status", "event": [event], "unit": "days"}},
        "analyses": [whole],
    });
    let table = riskset::table::open(data.as_bytes(), "data.csv").unwrap();
    let results = riskset::study::run(&riskset::study::read(&study.to_string()).unwrap(), &table).unwrap();
    let results = serde_json::to_value(&results).unwrap();
    let entry = results["results"][0].clone();
    assert_eq!(entry.get("error"), None);
    entry
}

fn merge(into: &mut Value, from: Value) {
    let from: Map<String, Value> = serde_json::from_value(from).unwrap();
    into.as_object_mut().unwrap().extend(from);
}

/// An analysis of R's lung data, sex and ECOG score as factors.
#[track_caller]
fn lung(analysis: Value) -> Value {
    let columns = json!({
        "sex": {"type": "category", "levels": ["male", "female"]},
        "ph_ecog": {"type": "category", "levels": ["0", "1", "2", "3"]},
    });
    run(&case("lung_cox"), columns, 2, analysis)
}

fn case(name: &str) -> String {
    fs::read_to_string(format!("{}/tests/reference/cases/{name}/data.csv", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A file of times and states.
fn file(rows: &[(f64, u8)]) -> String {
    rows.iter().fold("time,status\n".to_owned(), |text, (time, status)| format!("{text}{time},{status}\n"))
}

/// Compares with a number as it is written: within half a unit of its last digit.
#[track_caller]
fn is(found: &Value, written: &str) {
    let number = found.as_f64().unwrap_or_else(|| panic!("{found} for {written}"));
    let digits = written.split_once('.').map_or(0, |(_, digits)| digits.len());
    let half = 0.5000001 * libm::pow(10.0, -(digits as f64));
    let expected: f64 = written.parse().unwrap();
    assert!((number - expected).abs() <= half, "{number} for {written}");
}

#[track_caller]
fn both(found: &Value, low: &str, high: &str) {
    is(&found["conf_low"], low);
    is(&found["conf_high"], high);
}

/// Events at 54, 75, 77, 84 and 87, the rest censored.
const TEN: [(f64, u8); 10] =
    [(54.0, 1), (75.0, 1), (77.0, 1), (84.0, 1), (87.0, 1), (92.0, 0), (103.0, 0), (105.0, 0), (112.0, 0), (118.0, 0)];

#[test]
fn rule_1_interval_of_survival() {
    for (conf_type, low, high) in [
        ("plain", "0.2964", "0.9036"),
        ("log", "0.3617", "0.9952"),
        ("log-log", "0.2527", "0.8272"),
        ("logit", "0.2974", "0.8417"),
        ("arcsin", "0.2968", "0.8660"),
    ] {
        let analysis = json!({"type": "kaplan_meier", "times": [84], "conf_type": conf_type});
        let at = run(&file(&TEN), json!({}), 1, analysis)["curves"][0]["at"][0].clone();
        is(&at["estimate"], "0.6");
        both(&at, low, high);
    }
}

#[test]
fn rule_2_median_at_one_half() {
    let median = |rows: &[(f64, u8)], rule: &str| {
        let analysis = json!({"type": "kaplan_meier", "probs": [0.5], "quantile_rule": rule});
        run(&file(rows), json!({}), 1, analysis)["curves"][0]["quantiles"][0].clone()
    };
    let flat = median(&TEN, "midpoint");
    is(&flat["estimate"], "102.5");
    assert_eq!(flat["flat_to_end"], json!(true));
    is(&median(&TEN, "first")["estimate"], "87");
    let six = [1.0, 2.0, 2.0, 4.0, 6.0, 8.0].map(|time| (time, 1));
    is(&median(&six, "midpoint")["estimate"], "3");
    is(&median(&six, "first")["estimate"], "2");
}

#[test]
fn rule_3_interval_of_the_median() {
    let median = |conf_type: &str, interval: &str| {
        let options =
            json!({"type": "kaplan_meier", "probs": [0.5], "conf_type": conf_type, "quantile_interval": interval});
        lung(options)["curves"][0]["quantiles"][0].clone()
    };
    for (conf_type, low, high) in [("log", "285", "363"), ("log-log", "284", "361"), ("plain", "284", "361")] {
        let found = median(conf_type, "inversion");
        is(&found["estimate"], "310");
        both(&found, low, high);
    }
    let density = median("plain", "density");
    is(&density["std_error"], "21.773");
    both(&density, "267.3", "352.7");
}

#[test]
fn rule_6_reverse_kaplan_meier_with_ties() {
    let rows = [(2.0, 1), (4.0, 1), (4.0, 0), (6.0, 0), (8.0, 1), (8.0, 0), (10.0, 0)];
    for (ties, expected) in [("flip", "0.8333"), ("event_first", "0.8")] {
        let found = run(&file(&rows), json!({}), 1, json!({"type": "follow_up", "times": [4], "reverse_ties": ties}));
        is(&found["curves"][0]["at"][0]["estimate"], expected);
    }
}

#[test]
fn rule_7_ties_in_cox() {
    for (ties, expected) in [("efron", "0.410048"), ("breslow", "0.409697"), ("exact", "0.410646")] {
        let found = lung(json!({"type": "cox", "covariates": ["ph_ecog", "sex", "age"], "ties": ties}));
        is(&found["terms"][1]["estimate"], expected);
    }
}

#[test]
fn rule_8_variance_of_the_log_rank() {
    for (variance, expected) in [("hypergeometric", "10.32674"), ("conservative", "10.23077")] {
        is(&lung(json!({"type": "log_rank", "by": "sex", "variance": variance}))["statistic"], expected);
    }
}

#[test]
fn rule_9_two_group_hazard_ratio() {
    // Men against women: the later level is the numerator, so women come first.
    let columns = json!({"sex": {"type": "category", "levels": ["female", "male"]}});
    let found = run(&case("lung_cox"), columns.clone(), 2, json!({"type": "log_rank", "by": "sex"}));
    let ratio = |method: &str| {
        let ratios = found["hazard_ratios"].as_array().unwrap();
        ratios.iter().find(|ratio| ratio["method"] == method).unwrap()["estimate"].clone()
    };
    is(&ratio("observed_expected"), "1.694");
    is(&ratio("peto"), "1.658");
    let cox = run(&case("lung_cox"), columns, 2, json!({"type": "cox", "covariates": ["sex"]}));
    is(&cox["terms"][1]["hazard_ratio"], "1.701");
}

#[test]
fn rule_10_global_test_of_a_factor() {
    for (covariates, ratio, wald, score) in [
        (json!(["ph_ecog", "sex", "age"]), "16.990", "17.877", "18.963"),
        // Often given as 20.220: R's summary() rounds the Wald test, which is 20.218121, to two decimals.
        (json!(["ph_ecog"]), "18.445", "20.22", "21.968"),
    ] {
        let found = lung(json!({"type": "cox", "covariates": covariates}));
        assert_eq!(found["n"], json!(227));
        let factor = &found["factors"][0];
        is(&factor["likelihood_ratio"]["statistic"], ratio);
        is(&factor["wald"]["statistic"], wald);
        is(&factor["score"]["statistic"], score);
    }
}

#[test]
fn rule_11_firth() {
    let columns = json!({"grade": {"type": "category", "levels": ["G1", "G2", "G3"]}});
    let analysis = json!({"type": "cox", "covariates": ["grade", "size"], "ties": "breslow", "penalty": "firth"});
    let found = run(&case("firth_separated"), columns, 1, analysis);
    assert_eq!(found["rules"]["conf"], json!("profile"));
    for (term, estimate, error, p) in [
        (1, "1.76108748", "1.49561966", "0.103938799"),
        (2, "0.82269922", "1.53836579", "0.535005499"),
        (3, "0.09864085", "0.07563767", "0.203848510"),
    ] {
        let term = &found["terms"][term];
        is(&term["estimate"], estimate);
        is(&term["std_error"], error);
        is(&term["p_value"], p);
    }
}

#[test]
fn rule_13_proportional_hazards() {
    // The ECOG score is a number here.
    let columns = json!({"sex": {"type": "category", "levels": ["male", "female"]}, "ph_ecog": {"type": "number"}});
    for (transform, expected) in
        [("km", ["0.4353", "2.6731", "1.6355", "0.0457"]), ("rank", ["0.3531", "2.4045", "2.0538", "0.0359"])]
    {
        let covariates = json!(["age", "sex", "ph_ecog", "wt_loss"]);
        let analysis = json!({"type": "ph_test", "covariates": covariates, "transform": transform});
        let found = run(&case("lung_cox"), columns.clone(), 2, analysis);
        assert_eq!(found["n"], json!(213));
        for (term, expected) in found["terms"].as_array().unwrap().iter().zip(expected) {
            is(&term["statistic"], expected);
        }
    }
}

#[test]
fn rule_15_events_at_time_zero() {
    let rows = [(0.0, 1), (1.0, 0), (2.0, 1), (3.0, 0), (4.0, 1), (5.0, 0)];
    let at_zero = |rule: &str| {
        let analysis = json!({"type": "kaplan_meier", "times": [0], "time_zero": rule});
        run(&file(&rows), json!({}), 1, analysis)["curves"][0]["at"][0]["estimate"].clone()
    };
    is(&at_zero("keep"), "0.8333");
    is(&at_zero("drop"), "1");
}

#[test]
fn rule_18_case_weights() {
    for (robust, expected) in [(false, "0.02705"), (true, "0.03774")] {
        let analysis = json!({"type": "kaplan_meier", "times": [365], "weights": "row_weight", "robust": robust});
        is(&lung(analysis)["curves"][0]["at"][0]["std_error"], expected);
    }
}

#[test]
fn rule_19_weights_of_the_log_rank() {
    for (weights, expected) in [
        ("peto-peto", "12.714151"),
        ("peto-peto-tilde", "12.707848"),
        ("peto-peto-tilde-before", "12.707454"),
        ("gehan-breslow", "12.472135"),
        ("tarone-ware", "12.455544"),
    ] {
        is(&lung(json!({"type": "log_rank", "by": "sex", "weights": weights}))["statistic"], expected);
    }
}

#[test]
fn rule_25_quartiles() {
    let ages = [31, 35, 40, 42, 44, 47, 49, 50, 52, 55];
    let data = ages.iter().fold("age\n".to_owned(), |text, age| format!("{text}{age}\n"));
    for (kind, q1, q3) in
        [(json!(2), "40", "50"), (json!("tukey"), "40", "50"), (json!(6), "38.75", "50.5"), (json!(7), "40.5", "49.75")]
    {
        let study = json!({
            "format": "riskset-study/1",
            "analyses": [{"id": "it", "type": "summary", "variables": ["age"], "quantile_type": kind}],
        });
        let table = riskset::table::open(data.as_bytes(), "data.csv").unwrap();
        let results = riskset::study::run(&riskset::study::read(&study.to_string()).unwrap(), &table).unwrap();
        let variable = serde_json::to_value(&results).unwrap()["results"][0]["variables"][0].clone();
        is(&variable["overall"]["q1"], q1);
        is(&variable["overall"]["q3"], q3);
    }
}
