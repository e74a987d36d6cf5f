//! The reference cases: what R computed (`tests/reference/make.R`), against the results document of this engine.
//!
//! A case's `expected.json` is a part of the results document: whatever it names must be there with the same value, numbers within
//! its relative tolerance (plus 1e-10), p values within a hundred times it and without a floor, `null` for `null`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Analyses that this version answers with `not_available`: (case, analysis). One that has come to be available must leave.
const NOT_AVAILABLE: &[(&str, &str)] = &[
    ("mgus2_competing", "cif"),
    ("mgus2_competing", "fg"),
    ("veteran", "rmst"),
    ("veteran_parametric", "weibull"),
    ("veteran_parametric", "exponential"),
    ("veteran_parametric", "lognormal"),
    ("veteran_parametric", "loglogistic"),
];

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/cases");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(root).expect("the reference cases").map(|entry| entry.expect("an entry").path()).collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> &str {
    case.file_name().and_then(|name| name.to_str()).expect("a case's name")
}

fn results(case: &Path) -> Value {
    let text = fs::read_to_string(case.join("study.json")).expect("the study");
    let study = riskset::study::read(&text).expect("a readable study");
    let file = study.data.file.clone().expect("a data file");
    let table = riskset::table::open(File::open(case.join(&file)).expect("the data"), &file).expect("a table");
    let results = riskset::study::run(&study, &table).expect("a run");
    // Through text, as the command and the page's reader see it.
    serde_json::from_str(&serde_json::to_string(&results).expect("a document")).expect("JSON")
}

fn differences(want: &Value, got: Option<&Value>, tolerance: f64, path: &str, out: &mut Vec<String>) {
    match (want, got) {
        (Value::Null, None | Some(Value::Null)) => {}
        (_, None) => out.push(format!("{path}: missing")),
        (Value::Object(want), Some(Value::Object(got))) => {
            for (key, value) in want {
                differences(value, got.get(key), tolerance, &format!("{path}.{key}"), out);
            }
        }
        (Value::Array(want), Some(Value::Array(got))) if want.len() == got.len() => {
            for (i, (want, got)) in want.iter().zip(got).enumerate() {
                differences(want, Some(got), tolerance, &format!("{path}[{i}]"), out);
            }
        }
        (Value::Number(want), Some(Value::Number(got))) => {
            let (want, got) = (want.as_f64().expect("f64"), got.as_f64().expect("f64"));
            let allowed = if path.ends_with(".p_value") {
                100.0 * tolerance * want.abs()
            } else {
                tolerance * want.abs() + 1e-10
            };
            if (got - want).abs() > allowed {
                out.push(format!("{path}: {want:e} expected, found {got:e}"));
            }
        }
        (want, Some(got)) if want == got => {}
        (want, Some(got)) => out.push(format!("{path}: {want} expected, found {got}")),
    }
}

#[test]
fn every_case_gives_the_figures_of_r() {
    let (mut compared, mut out) = (0, Vec::new());
    for case in cases() {
        let expected: Value =
            serde_json::from_str(&fs::read_to_string(case.join("expected.json")).expect("expected.json"))
                .expect("JSON");
        let tolerance = expected["tolerance"].as_f64().expect("a tolerance");
        let found = results(&case);
        let found = found["results"].as_array().expect("results");
        for want in expected["results"].as_array().expect("expected results") {
            let id = want["id"].as_str().expect("an id");
            let got = found.iter().find(|result| result["id"] == want["id"]);
            if NOT_AVAILABLE.contains(&(name(&case), id)) {
                assert_eq!(got.expect("an entry")["error"]["code"], "not_available", "{}/{id}", name(&case));
                continue;
            }
            compared += 1;
            differences(want, got, tolerance, &format!("{}/{id}", name(&case)), &mut out);
        }
    }
    assert!(out.is_empty(), "{} differences:\n{}", out.len(), out[..out.len().min(40)].join("\n"));
    println!("{compared} analyses agree with R");
    assert!(compared >= 40, "only {compared} analyses compared");
}

/// The comparison itself must be able to fail.
#[test]
fn a_changed_figure_is_seen() {
    let want: Value = serde_json::json!({"a": [1.0, null], "p_value": 1e-30, "s": "x"});
    let seen = |got: Value| {
        let mut out = Vec::new();
        differences(&want, Some(&got), 1e-7, "x", &mut out);
        out.len()
    };
    assert_eq!(seen(want.clone()), 0);
    assert_eq!(seen(serde_json::json!({"a": [1.000_001, null], "p_value": 1e-30, "s": "x"})), 1);
    assert_eq!(seen(serde_json::json!({"a": [1.0, 0.0], "p_value": 1e-30, "s": "x"})), 1);
    assert_eq!(seen(serde_json::json!({"a": [1.0], "p_value": 2e-30, "s": "y"})), 3);
    assert_eq!(seen(serde_json::json!({"a": [1.0, null]})), 2);
}
