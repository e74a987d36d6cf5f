//! What the study document offers for curves and tests beyond the reference cases, end to end on small tables.

use serde_json::{Value, json};

/// The results of `analyses` on the table `csv`, whose endpoint is `time` and `status` (1 the event).
fn run_with(csv: &str, endpoint: Value, analyses: Value) -> Vec<Value> {
    let study = json!({"format": "riskset-study/1", "endpoints": {"E": endpoint}, "analyses": analyses});
    let study = riskset::study::read(&study.to_string()).expect("a study");
    let table = riskset::table::open(csv.as_bytes(), "t.csv").expect("a table");
    let results = riskset::study::run(&study, &table).expect("a run");
    let document: Value = serde_json::from_str(&serde_json::to_string(&results).expect("a document")).expect("JSON");
    document["results"].as_array().expect("results").clone()
}

fn endpoint() -> Value {
    json!({"time": "time", "status": "status", "event": [1], "unit": "months"})
}

fn run(csv: &str, analyses: Value) -> Vec<Value> {
    run_with(csv, endpoint(), analyses)
}

fn lung() -> &'static str {
    include_str!("reference/lung.csv")
}

/// The lung data: status 2 is the event.
fn run_lung(analyses: Value) -> Vec<Value> {
    run_with(lung(), json!({"time": "time", "status": "status", "event": [2], "unit": "days"}), analyses)
}

fn close(got: &Value, want: f64, tolerance: f64) {
    let got = got.as_f64().unwrap_or_else(|| panic!("{got} where {want} was expected"));
    assert!((got - want).abs() <= tolerance * want.abs(), "{got} instead of {want}");
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().expect("a list").iter().map(|value| value.as_f64().expect("a number")).collect()
}

#[test]
fn at_risk_by_either_rule() {
    let csv = "start,time,status,w\n0,4,1,2\n1,2,0,1\n2,5,1,3\n0,2,1,4\n";
    let plain = json!({"id": "a", "type": "kaplan_meier", "endpoint": "E", "times": [0, 2, 4, 5]});
    let with = |key: &str, value: &str| {
        let mut analysis = plain.clone();
        analysis[key] = json!(value);
        analysis["at_risk_rule"] = json!("right");
        analysis["id"] = json!(format!("{key}{value}"));
        analysis
    };
    let at_risk = |result: &Value| -> Vec<f64> {
        let at = result["curves"][0]["at"].as_array().expect("at").clone();
        at.iter().map(|at| at["n_risk"].as_f64().expect("a number")).collect()
    };
    let analyses = json!([plain, with("beyond", "carry"), with("weights", "w")]);
    let results = run(csv, analyses.clone());
    assert_eq!(at_risk(&results[0]), [4.0, 4.0, 2.0, 1.0]);
    assert_eq!(at_risk(&results[1]), [4.0, 2.0, 1.0, 0.0]);
    assert_eq!(at_risk(&results[2]), [10.0, 5.0, 3.0, 0.0]);
    assert_eq!(
        (&results[0]["rules"]["at_risk_rule"], &results[1]["rules"]["at_risk_rule"]),
        (&json!("left"), &json!("right"))
    );
    let late = json!({"entry": "start", "time": "time", "status": "status", "event": [1], "unit": "months"});
    let results = run_with(csv, late, analyses);
    // At 2 the third row enters as the second and fourth leave.
    assert_eq!(at_risk(&results[0]), [2.0, 3.0, 2.0, 1.0]);
    assert_eq!(at_risk(&results[1]), [2.0, 2.0, 1.0, 0.0]);
    assert_eq!(at_risk(&results[2]), [6.0, 5.0, 3.0, 0.0]);
}
