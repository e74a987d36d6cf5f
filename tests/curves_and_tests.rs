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

/// The hazards of tests/reference/curves.R by the document, and rule 18's robust vector.
#[test]
fn cumulative_hazard_and_robust() {
    let csv = "start,time,status,w\n0,4,1,2\n1,2,0,1\n2,5,1,3\n0,2,1,4\n";
    let results = run(
        csv,
        json!([{"id": "a", "type": "kaplan_meier", "endpoint": "E", "cumulative_hazard": true},
               {"id": "b", "type": "kaplan_meier", "endpoint": "E"},
               {"id": "c", "type": "follow_up", "endpoint": "E", "cumulative_hazard": true}]),
    );
    let hazard = &results[0]["curves"][0]["nelson_aalen"];
    assert_eq!(numbers(&hazard["estimate"]), [0.25, 0.75, 1.75]);
    for (got, want) in numbers(&hazard["std_error"]).iter().zip([1.0f64 / 16.0, 5.0 / 16.0, 21.0 / 16.0]) {
        assert!((got - want.sqrt()).abs() < 1e-12);
    }
    assert!(results[1]["curves"][0].get("nelson_aalen").is_none());
    assert_eq!(results[2]["error"]["code"], "option_not_applicable");

    let at = |robust: bool| {
        json!({"id": robust.to_string(), "type": "kaplan_meier", "endpoint": "E", "times": 365, "weights": "row_weight",
               "robust": robust})
    };
    let results = run_lung(json!([at(false), at(true)]));
    let cautions = |i: usize| results[i]["cautions"].as_array().expect("cautions").len();
    let error = |i: usize| &results[i]["curves"][0]["at"][0]["std_error"];
    assert!((error(0).as_f64().expect("an error") - 0.02705).abs() < 5e-6);
    close(error(1), 0.03773519858234811, 1e-12);
    assert_eq!((cautions(0), cautions(1)), (1, 0));
    assert_eq!(results[1]["rules"]["robust"], true);
}

/// A patient whose rows have a gap between them is one cluster: splitting a patient's rows changes nothing.
#[test]
fn robust_by_patient() {
    let rows = |lines: &str| format!("id,start,time,status,w\n{lines}");
    let whole = rows("1,0,6,1,1.5\n2,0,4,1,1\n3,0,5,0,2\n4,0,8,1,0.5\n");
    let split = rows("3,0,2,0,2\n1,0,3,0,1.5\n1,3,6,1,1.5\n2,0,4,1,1\n3,2,5,0,2\n4,0,8,1,0.5\n");
    let analysis = json!([{"id": "a", "type": "kaplan_meier", "endpoint": "E", "weights": "w", "robust": true}]);
    let endpoint =
        json!({"id": "id", "entry": "start", "time": "time", "status": "status", "event": [1], "unit": "days"});
    let errors = |csv: &str| {
        let results = run_with(csv, endpoint.clone(), analysis.clone());
        results[0]["curves"][0]["steps"]["std_error"].clone()
    };
    assert_eq!(errors(&whole), errors(&split));
    assert!(errors(&whole)[0].is_number());
}

/// tests/reference/curves.R; groups without rows keep their place.
#[test]
fn differences_at_milestones() {
    let results = run_lung(json!([
        {"id": "a", "type": "kaplan_meier", "endpoint": "E", "by": "sex", "times": [365, 180], "difference": true},
        {"id": "b", "type": "kaplan_meier", "endpoint": "E", "by": "ph_ecog", "times": 2000, "difference": true},
        {"id": "c", "type": "kaplan_meier", "endpoint": "E", "times": 365, "difference": true},
        {"id": "d", "type": "kaplan_meier", "endpoint": "E", "by": "sex", "difference": true}]));
    let found = &results[0]["differences"];
    assert_eq!(
        (&found[0]["group"], &found[0]["reference"], &found[1]["time"]),
        (&json!("2"), &json!("1"), &json!(180.0))
    );
    close(&found[0]["estimate"], 0.19037519554652693, 1e-12);
    close(&found[0]["std_error"], 0.07385187738017893, 1e-12);
    close(&found[0]["conf_low"], 0.04562817569070798, 1e-12);
    close(&found[0]["conf_high"], 0.33512221540234588, 1e-12);
    close(&found[0]["statistic"], 2.5777976444187409, 1e-12);
    close(&found[1]["p_value"], 0.00042947572550478094, 1e-11);
    let beyond = &results[1]["differences"];
    assert_eq!(beyond.as_array().expect("a list").len(), 3);
    assert_eq!((&beyond[0]["estimate"], &beyond[0]["reason"]), (&Value::Null, &json!("beyond_follow_up")));
    for (i, option) in [(2, "by"), (3, "times")] {
        assert_eq!(results[i]["error"]["code"], "missing_option");
        assert_eq!(results[i]["error"]["params"]["option"], option);
    }
}

#[test]
fn not_reached_is_not_not_estimable() {
    let csv = "time,status,g\n1,1,a\n5,0,a\n6,0,a\n";
    let study = json!({"format": "riskset-study/1",
        "data": {"columns": {"g": {"type": "category", "levels": ["none", "a"]}}},
        "endpoints": {"E": endpoint()},
        "analyses": [{"id": "a", "type": "kaplan_meier", "endpoint": "E", "by": "g", "times": 3, "difference": true},
                     {"id": "b", "type": "follow_up", "endpoint": "E", "by": "g"}]});
    let study = riskset::study::read(&study.to_string()).expect("a study");
    let table = riskset::table::open(csv.as_bytes(), "t.csv").expect("a table");
    let results = serde_json::to_value(riskset::study::run(&study, &table).expect("a run")).expect("a document");
    for result in results["results"].as_array().expect("results") {
        let median = &result["curves"][0]["quantiles"][1];
        assert_eq!((&median["estimate"], &median["reason"]), (&Value::Null, &json!("not_estimable")));
    }
    let first = &results["results"][0];
    assert_eq!(first["curves"][1]["quantiles"][1]["reason"], "not_reached");
    assert_eq!(first["curves"][0]["at"][0]["reason"], "not_estimable");
    assert_eq!(first["differences"], json!([]));
}
