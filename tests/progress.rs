//! A run that is watched: estimates before limits, and in the end the same results to the last bit.

use riskset::study::{self, Progress};
use riskset::table;
use serde_json::{Value, json};

/// Sixty patients; the level `high` of `grade` has no event.
fn cohort() -> String {
    let mut state = 7_u64;
    let mut next = || {
        state = state * 48271 % 2147483647;
        state as f64 / 2147483647.0
    };
    let mut out = String::from("time,status,grade,age,group\n");
    for i in 0..60 {
        let grade = ["low", "mid", "high"][i % 3];
        let status = u8::from(grade != "high" && next() < 0.6);
        let (time, age, group) = (1.0 + (100.0 * next()).floor(), 40.0 + (40.0 * next()).floor(), i % 2);
        out += &format!("{time},{status},{grade},{age},{group}\n");
    }
    out
}

fn study(analyses: Value) -> String {
    json!({
        "format": "riskset-study/1",
        "data": {"columns": {"grade": {"type": "category", "levels": ["low", "mid", "high"]}}},
        "endpoints": {"OS": {"time": "time", "status": "status", "event": [1], "unit": "months"}},
        "analyses": analyses,
    })
    .to_string()
}

/// Partial entries and shares of the work, each with the index of its analysis.
type Partials = Vec<(usize, Value)>;
type Shares = Vec<(usize, f64)>;

/// The results, and what was said on the way: partial entries and shares, each with its analysis.
fn watched(analyses: Value) -> (Value, Partials, Shares) {
    let table = table::open(cohort().as_bytes(), "cohort.csv").unwrap();
    let study = study::read(&study(analyses)).unwrap();
    let (mut partial, mut shares) = (Vec::new(), Vec::new());
    let results = study::run_with(&study, &table, &mut |progress| match progress {
        Progress::Partial { analysis, entry } => partial.push((analysis, serde_json::to_value(entry).unwrap())),
        Progress::Share { analysis, share, of } => {
            assert_eq!(of, study.analyses.len());
            shares.push((analysis, share));
        }
    })
    .unwrap();
    let alone = serde_json::to_string(&study::run(&study, &table).unwrap()).unwrap();
    assert_eq!(serde_json::to_string(&results).unwrap(), alone);
    (serde_json::from_str(&alone).unwrap(), partial, shares)
}

#[test]
fn estimates_come_before_limits() {
    let (results, partial, shares) = watched(json!([
        {"id": "quick", "type": "cox", "endpoint": "OS", "covariates": ["age"]},
        {"id": "slow", "type": "cox", "endpoint": "OS", "covariates": ["age", "grade"], "penalty": "firth"},
        {"id": "profile", "type": "cox", "endpoint": "OS", "covariates": ["age"], "conf": "profile"},
    ]));
    assert!(results["results"].as_array().unwrap().iter().all(|entry| entry.get("error").is_none()));
    let from: Vec<usize> = partial.iter().map(|(analysis, _)| *analysis).collect();
    assert_eq!(from, [1, 2]);
    for (analysis, entry) in &partial {
        let whole = &results["results"][analysis];
        assert_eq!((&entry["id"], &entry["n"]), (&whole["id"], &whole["n"]));
        for (term, whole) in entry["terms"].as_array().unwrap().iter().zip(whole["terms"].as_array().unwrap()) {
            assert_eq!((&term["estimate"], &term["std_error"]), (&whole["estimate"], &whole["std_error"]));
            if term["reference"] == false {
                assert_eq!((&term["reason"], &term["conf_low"]), (&json!("pending"), &Value::Null));
                assert!(whole["conf_low"].is_f64() && whole.get("reason").is_none());
            }
        }
    }
    let factor = &partial[0].1["factors"][1];
    assert_eq!((&factor["likelihood_ratio"], &factor["reason"]), (&Value::Null, &json!("pending")));
    for analysis in 0..3 {
        let own: Vec<f64> = shares.iter().filter(|(of, _)| *of == analysis).map(|(_, share)| *share).collect();
        assert_eq!((own[0], own[own.len() - 1]), (0.0, 1.0));
        assert!(own.is_sorted());
    }
    assert!(shares.iter().filter(|(of, _)| *of == 1).count() > 4);
}

#[test]
fn a_table_fills_model_by_model() {
    let list = json!(["age", "grade", "group"]);
    let (results, partial, _) = watched(json!([
        {"id": "t", "type": "cox_table", "endpoint": "OS", "univariable": list, "multivariable": list, "penalty": "firth"},
    ]));
    let pending = |table: &Value| {
        let cells =
            table["rows"].as_array().unwrap().iter().flat_map(|row| [&row["univariable"], &row["multivariable"]]);
        cells.filter(|cell| cell["reason"] == "pending").count()
    };
    let counts: Vec<usize> = partial.iter().map(|(_, entry)| pending(entry)).collect();
    // Four terms in each column; the univariable models have one, two and one of them.
    assert_eq!(counts, [8, 7, 5, 4]);
    assert_eq!(pending(&results["results"][0]), 0);
    let (first, whole) = (&partial[0].1["rows"], &results["results"][0]["rows"]);
    for (row, whole) in first.as_array().unwrap().iter().zip(whole.as_array().unwrap()) {
        assert_eq!(row["multivariable"]["hazard_ratio"], whole["multivariable"]["hazard_ratio"]);
    }
}

#[test]
fn separation_influence_and_permutation_come_later() {
    let (results, partial, shares) = watched(json!([
        {"id": "separated", "type": "cox", "endpoint": "OS", "covariates": ["grade"]},
        {"id": "influence", "type": "cox", "endpoint": "OS", "covariates": ["age"], "influence": true},
        {"id": "permuted", "type": "log_rank", "endpoint": "OS", "by": "group", "permutation": {"draws": 1000}},
    ]));
    let from: Vec<usize> = partial.iter().map(|(analysis, _)| *analysis).collect();
    assert_eq!(from, [0, 1, 2]);
    let (separated, whole) = (&partial[0].1["terms"][2], &results["results"][0]["terms"][2]);
    assert_eq!((&separated["reason"], &separated["conf_high"]), (&json!("separation"), &Value::Null));
    assert!(whole["conf_high"].is_f64());
    assert!(partial[0].1.get("firth").is_none() && results["results"][0]["firth"].is_object());
    assert!(partial[1].1.get("influence").is_none() && results["results"][1]["influence"].is_object());
    assert_eq!(partial[2].1["statistic"], results["results"][2]["statistic"]);
    assert!(partial[2].1["permutation"].is_null() && results["results"][2]["permutation"].is_object());
    assert!(shares.iter().filter(|(of, _)| *of == 2).count() > 50);
}

#[test]
fn an_error_stays_an_error() {
    let (results, partial, _) = watched(json!([
        {"id": "collinear", "type": "cox", "endpoint": "OS", "covariates": ["age", "age"], "penalty": "firth"},
        {"id": "unknown", "type": "cox", "endpoint": "OS", "covariates": ["nothing"]},
    ]));
    assert!(partial.is_empty());
    assert!(results["results"].as_array().unwrap().iter().all(|entry| entry["error"].is_object()));
}
