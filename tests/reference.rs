//! The reference cases: what R computed (`tests/reference/make.R`), against the results document of this engine.
//!
//! A case's `expected.json` is a part of the results document: whatever it names must be there with the same value, `null` for `null`,
//! numbers within the tolerance of `tests/reference/rules.json`, which the page's own self-test follows too
//! (`www/app/proof/compare.mjs`); `tests/reference/comparison.json` holds the two to one another.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::Value;

fn reference() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference")
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON")
}

/// How results are compared.
struct Rules {
    /// Types of analysis without iteration, and their relative tolerance; the iterated ones have the case's.
    closed_form: Vec<String>,
    closed_form_tolerance: f64,
    /// What a p value may differ by, in tolerances; it has no floor.
    p_value_factor: f64,
    /// Added to what a figure may differ by.
    floor: f64,
    /// Analyses that this version answers with `not_available`: (case, analysis). One that has come to be available must leave.
    not_offered: Vec<(String, String)>,
}

fn rules() -> Rules {
    let document = json(&reference().join("rules.json"));
    let number = |name: &str| document[name].as_f64().expect("a number");
    Rules {
        closed_form: serde_json::from_value(document["closed_form"].clone()).expect("types"),
        closed_form_tolerance: number("closed_form_tolerance"),
        p_value_factor: number("p_value_factor"),
        floor: number("floor"),
        not_offered: serde_json::from_value(document["not_offered"].clone()).expect("pairs"),
    }
}

impl Rules {
    fn tolerance(&self, kind: &str, declared: f64) -> f64 {
        if self.closed_form.iter().any(|closed| closed == kind) {
            declared.min(self.closed_form_tolerance)
        } else {
            declared
        }
    }

    /// What a figure at this path may differ by from R's.
    fn allowed(&self, want: f64, tolerance: f64, path: &str) -> f64 {
        if path.ends_with(".p_value") {
            self.p_value_factor * tolerance * want.abs()
        } else {
            tolerance * want.abs() + self.floor
        }
    }
}

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(reference().join("cases")).expect("the reference cases");
    let mut cases: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
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

fn differences(rules: &Rules, want: &Value, got: Option<&Value>, tolerance: f64, path: &str, out: &mut Vec<String>) {
    match (want, got) {
        (Value::Null, None | Some(Value::Null)) => {}
        (_, None) => out.push(format!("{path}: missing")),
        (Value::Object(want), Some(Value::Object(got))) => {
            for (key, value) in want {
                differences(rules, value, got.get(key), tolerance, &format!("{path}.{key}"), out);
            }
        }
        (Value::Array(want), Some(Value::Array(got))) if want.len() == got.len() => {
            for (i, (want, got)) in want.iter().zip(got).enumerate() {
                differences(rules, want, Some(got), tolerance, &format!("{path}[{i}]"), out);
            }
        }
        (Value::Number(want), Some(Value::Number(got))) => {
            let (want, got) = (want.as_f64().expect("f64"), got.as_f64().expect("f64"));
            if (got - want).abs() > rules.allowed(want, tolerance, path) {
                out.push(format!("{path}: {want:e} expected, found {got:e}"));
            }
        }
        (want, Some(got)) if want == got => {}
        (want, Some(got)) => out.push(format!("{path}: {want} expected, found {got}")),
    }
}

#[test]
fn every_case_gives_the_figures_of_r() {
    let rules = rules();
    let (mut compared, mut out) = (0, Vec::new());
    for case in cases() {
        let expected = json(&case.join("expected.json"));
        let declared = expected["tolerance"].as_f64().expect("a tolerance");
        let found = results(&case);
        let found = found["results"].as_array().expect("results");
        for want in expected["results"].as_array().expect("expected results") {
            let id = want["id"].as_str().expect("an id");
            let got = found.iter().find(|result| result["id"] == want["id"]);
            if rules.not_offered.iter().any(|(of, analysis)| of == name(&case) && analysis == id) {
                assert_eq!(got.expect("an entry")["error"]["code"], "not_available", "{}/{id}", name(&case));
                continue;
            }
            compared += 1;
            let kind = got.and_then(|result| result["type"].as_str()).unwrap_or_default();
            let tolerance = rules.tolerance(kind, declared);
            differences(&rules, want, got, tolerance, &format!("{}/{id}", name(&case)), &mut out);
        }
    }
    assert!(out.is_empty(), "{} differences:\n{}", out.len(), out[..out.len().min(40)].join("\n"));
    println!("{compared} analyses agree with R");
    assert!(compared >= 40, "only {compared} analyses compared");
}

/// The comparison itself must be able to fail, and sees what the page's sees.
#[test]
fn a_changed_figure_is_seen() {
    let rules = rules();
    for vector in json(&reference().join("comparison.json")).as_array().expect("vectors") {
        let mut out = Vec::new();
        differences(&rules, &vector["want"], Some(&vector["got"]), 1e-7, "x", &mut out);
        assert_eq!(Some(out.len() as u64), vector["differences"].as_u64(), "{}: {out:?}", vector["what"]);
    }
    assert_eq!(rules.tolerance("kaplan_meier", 1e-7), 1e-8);
    assert_eq!(rules.tolerance("cox", 1e-7), 1e-7);
}
