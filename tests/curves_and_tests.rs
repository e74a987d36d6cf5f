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
    close(&found[0]["conf_high"], 0.3351222154023459, 1e-12);
    close(&found[0]["statistic"], 2.577797644418741, 1e-12);
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
    // The first group with rows is the reference of the empty one.
    let difference = &first["differences"][0];
    assert_eq!((&difference["group"], &difference["reference"]), (&json!("none"), &json!("a")));
    assert_eq!((&difference["estimate"], &difference["reason"]), (&Value::Null, &json!("not_estimable")));
}

/// Of 8 patients 6 are known to be alive at the milestone, without censoring before: exact binomial limits (R's binom.test).
#[test]
fn beta_product_limits() {
    let csv = "start,time,status,w\n0,2,1,1\n0,3,1,1\n0,60,0,1\n0,60,0,1\n0,60,0,1\n0,60,0,1\n0,60,0,1\n0,60,0,1\n";
    let plain =
        json!({"id": "a", "type": "kaplan_meier", "endpoint": "E", "times": [1, 60], "conf_type": "beta-product"});
    let with = |key: &str, value: Value| {
        let mut analysis = plain.clone();
        analysis[key] = value;
        analysis["id"] = json!(key);
        analysis
    };
    let analyses =
        json!([plain, with("weights", json!("w")), with("robust", json!(true)), with("type", json!("follow_up"))]);
    let results = run(csv, analyses);
    let at = &results[0]["curves"][0]["at"];
    close(&at[1]["conf_low"], 0.3491442055871758, 1e-12);
    close(&at[1]["conf_high"], 0.9681459737500557, 1e-12);
    close(&at[0]["conf_low"], 0.6305833524471807, 1e-12);
    assert_eq!((&at[0]["conf_high"], &results[0]["rules"]["conf_type"]), (&json!(1.0), &json!("beta-product")));
    for result in &results[1..] {
        assert_eq!(
            (&result["error"]["code"], &result["error"]["params"]["option"]),
            (&json!("bad_option"), &json!("conf_type"))
        );
    }
    let late = json!({"entry": "start", "time": "time", "status": "status", "event": [1], "unit": "months"});
    assert_eq!(run_with(csv, late, json!([plain]))[0]["error"]["code"], "bad_option");
}

/// The statistic and p of tests/reference/permutation.R.
#[test]
fn permutation_log_rank() {
    let csv = "id,start,time,status,g\n1,0,7,1,a\n2,2,5,1,b\n3,1,3,0,b\n4,0,9,1,a\n5,4,8,0,b\n6,3,5,1,b\n7,0,3,1,b\n\
               8,5,12,0,a\n9,1,7,0,a\n10,6,12,1,a\n11,0,10,1,a\n12,2,3,1,b\n";
    let plain = json!({"id": "a", "type": "log_rank", "endpoint": "E", "by": "g"});
    let with = |id: &str, permutation: Value| {
        let mut analysis = plain.clone();
        analysis["permutation"] = permutation;
        analysis["id"] = json!(id);
        analysis
    };
    let results = run(csv, json!([plain, with("b", json!(true)), with("c", json!({"draws": 10, "seed": 1}))]));
    assert!(results[0].get("permutation").is_none());
    assert_eq!(results[0]["rules"]["permutation"], false);
    let exact = &results[1]["permutation"];
    assert_eq!(
        (&exact["method"], &exact["allocations"], &exact["draws"]),
        (&json!("exact"), &json!(924), &Value::Null)
    );
    close(&exact["p_value"], 0.08658008658008658, 1e-12);
    close(&exact["statistic"], 2.934165327282469, 1e-12);
    assert_eq!(results[1]["rules"]["permutation"], json!({"draws": 10000, "seed": 1}));
    assert_eq!(results[2]["error"]["code"], "bad_option");

    let linked =
        json!({"id": "id", "entry": "start", "time": "time", "status": "status", "event": [1], "unit": "days"});
    let results = run_with(csv, linked, json!([with("a", json!(true))]));
    assert_eq!(results[0]["error"]["params"]["option"], "permutation");

    let drawn = |seed: u64| {
        let permutation = json!({"draws": 500, "seed": seed});
        let analysis =
            json!([{"id": "a", "type": "log_rank", "endpoint": "E", "by": "sex", "permutation": permutation}]);
        run_lung(analysis)[0]["permutation"].clone()
    };
    let found = drawn(3);
    assert_eq!((&found["method"], &found["draws"], &found["seed"]), (&json!("monte_carlo"), &json!(500), &json!(3)));
    assert_eq!(found, drawn(3));
    assert!(found["p_value"].as_f64().is_some_and(|p| (1.0 / 501.0..0.02).contains(&p)));
}

/// The vectors of rule 9 the other way round: women against men.
#[test]
fn two_group_hazard_ratios() {
    let results = run_lung(json!([
        {"id": "a", "type": "log_rank", "endpoint": "E", "by": "sex"},
        {"id": "b", "type": "log_rank", "endpoint": "E", "by": "sex", "weights": "gehan-breslow"},
        {"id": "c", "type": "log_rank", "endpoint": "E", "by": "ph_ecog"}]));
    let ratios = &results[0]["hazard_ratios"];
    for (ratio, method, estimate, low, high) in [
        (&ratios[0], "observed_expected", 1.6940934385695656, 1.2462210364016144, 2.3029241962495384),
        (&ratios[1], "peto", 1.6582454938090876, 1.2180990441499528, 2.2574339344113596),
    ] {
        assert_eq!(
            (&ratio["method"], &ratio["group"], &ratio["reference"]),
            (&json!(method), &json!("2"), &json!("1"))
        );
        close(&ratio["estimate"], 1.0 / estimate, 1e-12);
        close(&ratio["conf_low"], 1.0 / high, 1e-12);
        close(&ratio["conf_high"], 1.0 / low, 1e-12);
    }
    assert!(results[1].get("hazard_ratios").is_none() && results[2].get("hazard_ratios").is_none());
    assert_eq!(results[0]["rules"]["conf_level"], 0.95);
}
