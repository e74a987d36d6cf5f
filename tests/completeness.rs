//! Completeness of follow-up (Clark's C) in `follow_up`: worked by hand, against R on the demonstration, and where there is none.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

fn run(data: &str, endpoint: &Value, more: &Value) -> Value {
    let mut analysis = json!({"id": "a", "type": "follow_up", "endpoint": "E"});
    for (name, value) in more.as_object().expect("options") {
        analysis[name] = value.clone();
    }
    let study = json!({"format": "riskset-study/1", "data": {"file": "t.csv"}, "endpoints": {"E": endpoint}, "analyses": [analysis]});
    let table = riskset::table::open(data.as_bytes(), "t.csv").expect("a table");
    let results = riskset::study::run(&riskset::study::read(&study.to_string()).expect("a study"), &table);
    let results = serde_json::to_string(&results.expect("a run")).expect("a document");
    serde_json::from_str::<Value>(&results).expect("JSON")["results"][0].clone()
}

fn dates() -> Value {
    json!({"origin": "o", "events": {"death": "d"}, "censor": "l", "unit": "days"})
}

fn close(found: &Value, expected: f64) {
    let found = found.as_f64().expect("a number");
    assert!((found - expected).abs() < 1e-12, "{found} for {expected}");
}

// Closing day 2020-04-10: a dies on day 10 of 10, b is lost on day 20 of 90 (from 2020-01-11), c stays to day 100, d has no group.
const DATA: &str = "g,o,d,l,e
y,2020-01-11,,2020-01-31,2020-01-21
x,2020-01-01,2020-01-11,2020-01-11,2020-01-06
x,2020-01-01,,2020-04-10,2020-01-01
,2020-01-01,,2020-02-01,2020-01-01
";

#[test]
fn by_hand_in_all_and_by_group() {
    let all = run(DATA, &dates(), &json!({}))["completeness"].clone();
    assert_eq!((&all["closing"], &all["groups"][0]["group"]), (&json!("2020-04-10"), &Value::Null));
    close(&all["groups"][0]["observed"], 10.0 + 20.0 + 100.0 + 31.0);
    close(&all["groups"][0]["possible"], 10.0 + 90.0 + 100.0 + 100.0);
    close(&all["groups"][0]["index"], 161.0 / 300.0);

    let by = run(DATA, &dates(), &json!({"by": "g"}));
    let groups = &by["completeness"]["groups"];
    assert_eq!((&groups[0]["group"], &groups[0]["n"]), (&json!("x"), &json!(2)));
    close(&groups[0]["index"], 1.0);
    close(&groups[1]["index"], 20.0 / 90.0);
    let caution =
        by["cautions"].as_array().expect("cautions").iter().find(|item| item["code"] == "incomplete_follow_up");
    assert_eq!(caution.expect("a caution")["params"]["groups"], "x 100, y 22");
}

#[test]
fn late_entry_takes_its_part_from_both() {
    let mut endpoint = dates();
    endpoint["entry"] = json!("e");
    let groups = run(DATA, &endpoint, &json!({"by": "g"}))["completeness"]["groups"].clone();
    close(&groups[0]["observed"], 5.0 + 100.0);
    close(&groups[1]["index"], 10.0 / 80.0);
}

#[test]
fn a_cutoff_closes_and_other_rules_of_months_count_alike() {
    let mut endpoint = dates();
    endpoint["cutoff"] = json!("2020-02-20");
    let all = run(DATA, &endpoint, &json!({}))["completeness"].clone();
    assert_eq!(all["closing"], "2020-02-20");
    close(&all["groups"][0]["index"], (10.0 + 20.0 + 50.0 + 31.0) / (10.0 + 40.0 + 50.0 + 50.0));
    let groups = run(DATA, &dates(), &json!({"month_rule": "plus_one_day"}))["completeness"]["groups"].clone();
    close(&groups[0]["index"], 165.0 / 304.0);
    // An event after the last news does not count: the row is censored there, and could have been followed on.
    let late = "o,d,l\n2020-01-01,2020-03-01,2020-01-11\n2020-01-01,,2020-04-10\n";
    close(&run(late, &dates(), &json!({}))["completeness"]["groups"][0]["index"], 110.0 / 200.0);
}

#[test]
fn complete_follow_up_has_no_caution() {
    let data = "o,d,l\n2020-01-01,,2020-04-10\n2020-02-01,,2020-04-10\n2020-01-01,2020-01-05,2020-01-05\n";
    let found = run(data, &dates(), &json!({}));
    close(&found["completeness"]["groups"][0]["index"], 1.0);
    assert!(found["cautions"].as_array().expect("cautions").iter().all(|item| item["code"] != "incomplete_follow_up"));
}

#[test]
fn where_nothing_was_possible_there_is_none() {
    // One day, one row: followed for no time, and could not have been for longer.
    let found = run("o,d,l\n2020-01-01,,2020-01-01\n", &dates(), &json!({}));
    let group = &found["completeness"]["groups"][0];
    assert_eq!((&group["index"], &group["reason"]), (&Value::Null, &json!("not_estimable")));
    // A level that no row has.
    let study = json!({"by": "g"});
    let data = "g,o,d,l\nx,2020-01-01,,2020-02-01\ny,,,2020-02-01\n";
    let groups = run(data, &dates(), &study)["completeness"]["groups"].clone();
    assert_eq!((&groups[1]["n"], &groups[1]["index"]), (&json!(0), &Value::Null));
    // Times tell nothing of how long a row could have been followed; a Kaplan-Meier analysis is not about follow-up.
    let status = json!({"time": "t", "status": "s", "event": [1], "unit": "days"});
    assert!(run("t,s\n1,1\n2,0\n", &status, &json!({})).get("completeness").is_none());
    assert!(run(DATA, &dates(), &json!({"type": "kaplan_meier"})).get("completeness").is_none());
}

#[test]
fn unsorted_rows_and_a_subset() {
    let lines: Vec<&str> = DATA.trim_end().lines().collect();
    let turned = format!("{}\n{}\n{}\n{}\n{}\n", lines[0], lines[4], lines[3], lines[2], lines[1]);
    let groups = |data: &str, more: Value| run(data, &dates(), &more)["completeness"].clone();
    assert_eq!(groups(DATA, json!({"by": "g"})), groups(&turned, json!({"by": "g"})));
    // Who was followed longest is not in the subset; the file was closed on the same day.
    let subset = groups(DATA, json!({"subset": [{"column": "g", "in": ["y"]}]}));
    assert_eq!(subset["closing"], "2020-04-10");
    close(&subset["groups"][0]["index"], 20.0 / 90.0);
}

// tests/reference/completeness.R
const CLOSING: &str = "2022-09-19";
const R: [(usize, &str, f64, f64); 2] =
    [(0, "CT", 0.874757384338497, 814.390143737166), (1, "No CT", 0.763264528641685, 1448.11498973306)];

#[test]
fn the_demonstration_as_r_has_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/demo/lms_vc_synthetic.csv");
    let data = fs::read_to_string(path).expect("the cohort");
    let endpoint = json!({"origin": "date_of_diagnosis", "events": {"death": "date_of_death"}, "censor": "date_of_last_follow_up", "unit": "months"});
    let found = run(&data, &endpoint, &json!({"by": "chemo"}))["completeness"].clone();
    assert_eq!(found["closing"], CLOSING);
    for (group, name, index, observed) in R {
        let found = &found["groups"][group];
        assert_eq!(found["group"], name);
        let near = |value: &Value, expected: f64| (value.as_f64().expect("a number") / expected - 1.0).abs() < 1e-8;
        assert!(near(&found["index"], index) && near(&found["observed"], observed), "{found}");
    }
}
