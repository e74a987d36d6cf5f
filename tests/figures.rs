//! Figures of a small cohort through the documents, as SVG: what is drawn must not change unseen.
//!
//! `RISKSET_RENEW=1 cargo test --test figures` writes the pictures in `tests/figures/` anew; look at them before they are committed.

use std::fs;
use std::path::Path;

use riskset::report::figure::results::plan;
use riskset::report::figure::svg;
use riskset::study::Results;
use serde_json::{Value, json};

/// The demonstration cohort.
const COHORT: &str = include_str!("../www/demo/lms_vc_synthetic.csv");

fn demonstration() -> Results {
    let mut study: Value = serde_json::from_str(include_str!("../www/demo/study.json")).expect("JSON");
    study["analyses"] = json!([
        {"id": "km", "type": "kaplan_meier", "endpoint": "OS", "by": "fnclcc_grade", "cumulative_hazard": true},
        {"id": "two", "type": "kaplan_meier", "endpoint": "OS", "by": "chemo"},
        {"id": "follow_up", "type": "follow_up", "endpoint": "OS"},
        {"id": "log_rank", "type": "log_rank", "endpoint": "OS", "by": "fnclcc_grade"},
        {"id": "log_rank_two", "type": "log_rank", "endpoint": "OS", "by": "chemo"},
        {"id": "cox", "type": "cox", "endpoint": "OS", "covariates": ["fnclcc_grade"]},
        {"id": "cox_two", "type": "cox", "endpoint": "OS", "covariates": ["chemo"]},
        {"id": "adjusted", "type": "cox", "endpoint": "OS", "covariates": ["chemo", "margin"], "adjusted": "chemo"},
        {"id": "table", "type": "cox_table", "endpoint": "OS",
         "univariable": ["margin", "kieffer", "chemo", "fnclcc_grade", "specimen_size_cm"],
         "multivariable": ["margin", "chemo", "specimen_size_cm"]},
        {"id": "ph", "type": "ph_test", "endpoint": "OS", "covariates": ["chemo", "specimen_size_cm"]},
    ]);
    let study = riskset::study::read(&study.to_string()).expect("a study");
    let table = riskset::table::open(COHORT.as_bytes(), "lms_vc_synthetic.csv").expect("a table");
    let results = riskset::study::run(&study, &table).expect("a run");
    for result in &results.results {
        assert!(result.error.is_none(), "{}: {:?}", result.id, result.error);
    }
    results
}

#[test]
fn the_pictures_are_those_that_were_looked_at() {
    let results = demonstration();
    let names = json!({"date_of_diagnosis": "diagnosis", "date_of_last_follow_up": "last follow-up", "death": "death from any cause"});
    let from = json!({"effect": "cox", "test": "log_rank", "follow_up": "follow_up"});
    let two = json!({"effect": "cox_two", "test": "log_rank_two", "follow_up": "follow_up"});
    let requests = [
        ("kaplan_meier", json!({"analysis": "km", "width": 760, "from": from, "title": "Overall survival by grade"})),
        (
            "kaplan_meier_nejm",
            json!({"analysis": "two", "preset": "nejm", "from": two, "options": {"median_lines": true}}),
        ),
        ("kaplan_meier_lancet_double", json!({"analysis": "km", "preset": "lancet", "column": "double", "from": from})),
        ("kaplan_meier_cut", json!({"analysis": "two", "preset": "greyscale", "options": {"y_cut": 0.4}})),
        (
            "kaplan_meier_upward",
            json!({"analysis": "two", "preset": "jama", "from": two, "options": {"upward": true, "risk_table": "at_risk"}}),
        ),
        ("cumulative_hazard", json!({"analysis": "km", "kind": "cumulative_hazard", "preset": "plain"})),
        ("log_minus_log", json!({"analysis": "km", "kind": "log_minus_log", "preset": "plain"})),
        (
            "adjusted_survival",
            json!({"analysis": "adjusted", "kind": "adjusted_survival", "preset": "plain", "column": "double", "from": {"counts": "two", "effect": "adjusted"}}),
        ),
        ("forest", json!({"analysis": "table", "preset": "plain", "column": "double"})),
        ("forest_single", json!({"analysis": "table", "preset": "lancet", "model": "univariable"})),
        ("forest_screen", json!({"analysis": "table", "width": 360, "model": "univariable"})),
        ("schoenfeld", json!({"analysis": "ph", "preset": "bmj", "column": "double"})),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/figures");
    let renew = std::env::var_os("RISKSET_RENEW").is_some();
    let mut changed = Vec::new();
    for (name, mut request) in requests {
        request["names"] = names.clone();
        let plan = plan(&request.to_string(), &results).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let version = format!("riskset {}", results.engine.version);
        let svg = svg::write(&plan.scene(), plan.sheet()).replace(&version, "riskset 0.0.0");
        let path = folder.join(format!("{name}.svg"));
        if renew {
            fs::write(&path, svg).expect("written");
        } else if fs::read_to_string(&path).ok().as_deref() != Some(&svg) {
            changed.push(name);
        }
    }
    assert!(changed.is_empty(), "these pictures changed: {changed:?}; look at them with RISKSET_RENEW=1");
}
