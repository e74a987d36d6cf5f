//! A study on a table, from document to document: presets, selection, counts, cautions, and what the results promise.

use std::fs::{self, File};
use std::path::Path;

use riskset::error::Error;
use serde_json::{Value, json};

/// The results document of `study` on the text of a table.
fn try_run(data: &str, study: &Value) -> Result<Value, Error> {
    let table = riskset::table::open(data.as_bytes(), "t.csv")?;
    let results = riskset::study::run(&riskset::study::read(&study.to_string())?, &table)?;
    Ok(serde_json::from_str(&serde_json::to_string(&results).expect("a document")).expect("JSON"))
}

/// The same with an endpoint `E` of `t` and `s`, and `more` of the study's members.
fn run_with(data: &str, more: Value, analyses: Value) -> Value {
    let mut study = json!({
        "format": "riskset-study/1",
        "endpoints": {"E": {"time": "t", "status": "s", "event": [1], "unit": "months"}},
        "analyses": analyses,
    });
    for (name, value) in more.as_object().expect("members") {
        study[name] = value.clone();
    }
    try_run(data, &study).expect("a run")
}

fn run(data: &str, analyses: Value) -> Value {
    run_with(data, json!({}), analyses)
}

/// The first entry of the results of one analysis, `endpoint` E added.
fn one(data: &str, mut analysis: Value) -> Value {
    analysis["id"] = json!("a");
    analysis["endpoint"] = json!("E");
    run(data, json!([analysis]))["results"][0].clone()
}

fn codes(cautions: &Value) -> Vec<&str> {
    cautions.as_array().expect("a list").iter().map(|caution| caution["code"].as_str().expect("a code")).collect()
}

/// `keys` of an object, as a list.
fn pick(value: &Value, keys: &[&str]) -> Value {
    keys.iter().map(|key| value.get(key).cloned().unwrap_or(json!("absent"))).collect()
}

const DATA: &str =
    "t,s,g,n,k,w\n1,1,a,0.5,1,1\n2,0,b,1.5,2,1\n3,1,a,2.5,3,2\n4,1,b,3.5,1,1\n5,0,a,1.25,2,0\n6,1,b,0.25,3,3\n";

const KM_RULES: [&str; 12] = [
    "conf_type",
    "conf_level",
    "times",
    "probs",
    "quantile_rule",
    "quantile_interval",
    "beyond",
    "at_risk_rule",
    "robust",
    "time_zero",
    "month_rule",
    "cause",
];

#[test]
fn presets_set_every_default() {
    // Rule 31.
    let analyses = json!([
        {"id": "km", "type": "kaplan_meier", "endpoint": "E"},
        {"id": "fu", "type": "follow_up", "endpoint": "E"},
        {"id": "lr", "type": "log_rank", "endpoint": "E", "by": "g"},
        {"id": "cox", "type": "cox", "endpoint": "E", "covariates": ["n"]},
    ]);
    for (preset, conf_type, rule, interval, time_zero, ties) in [
        ("r", "log", "midpoint", "inversion", "keep", "efron"),
        ("spss", "plain", "first", "density", "keep", "breslow"),
        ("stata", "log-log", "first", "inversion", "drop", "breslow"),
    ] {
        let results = run_with(DATA, json!({"conventions": preset}), analyses.clone());
        assert_eq!(results["study"]["conventions"], preset);
        let rules = |i: usize| &results["results"][i]["rules"];
        assert_eq!(
            pick(rules(0), &KM_RULES),
            json!([
                conf_type,
                0.95,
                [],
                [0.25, 0.5, 0.75],
                rule,
                interval,
                null,
                "left",
                false,
                time_zero,
                "days",
                null
            ])
        );
        let follow_up = ["conf_type", "quantile_rule", "quantile_interval", "reverse_ties", "time_zero"];
        assert_eq!(pick(rules(1), &follow_up), json!([conf_type, rule, interval, "flip", time_zero]));
        let test = ["weights", "variance", "strata", "trend", "pairwise", "time_zero", "month_rule"];
        assert_eq!(pick(rules(2), &test), json!(["log-rank", "hypergeometric", [], false, null, time_zero, "days"]));
        let model = ["ties", "robust", "conf", "conf_level", "strata", "cluster", "time_zero", "month_rule"];
        assert_eq!(pick(rules(3), &model), json!([ties, false, "wald", 0.95, [], null, time_zero, "days"]));
    }
    // Silent is R.
    assert_eq!(run(DATA, analyses)["study"]["conventions"], "r");
}

#[test]
fn an_explicit_option_wins() {
    let results = run_with(
        DATA,
        json!({"conventions": "stata"}),
        json!([
            {"id": "km", "type": "kaplan_meier", "endpoint": "E", "conf_type": "plain", "quantile_rule": "midpoint",
             "quantile_interval": "density", "time_zero": "keep", "beyond": "carry", "conf_level": 0.9, "probs": 0.5, "times": 3},
            {"id": "cox", "type": "cox", "endpoint": "E", "covariates": "n", "ties": "efron"},
        ]),
    );
    assert_eq!(
        pick(&results["results"][0]["rules"], &KM_RULES),
        json!(["plain", 0.9, [3.0], [0.5], "midpoint", "density", "carry", "left", false, "keep", "days", null])
    );
    assert_eq!(results["results"][1]["rules"]["ties"], "efron");
}

#[test]
fn the_preset_governs_time_zero() {
    // Rule 15: one of six at time 0.
    let data = "t,s\n0,1\n1,0\n2,0\n3,0\n4,0\n5,0\n";
    let km = json!([{"id": "a", "type": "kaplan_meier", "endpoint": "E", "times": [0]}]);
    let kept = run(data, km.clone());
    assert!((kept["results"][0]["curves"][0]["at"][0]["estimate"].as_f64().expect("S(0)") - 5.0 / 6.0).abs() < 1e-12);
    assert_eq!(codes(&kept["endpoints"]["E"]["cautions"]), ["time_zero_kept"]);
    let dropped = run_with(data, json!({"conventions": "stata"}), km);
    assert_eq!(pick(&dropped["results"][0], &["n", "n_excluded"]), json!([5, 1]));
    assert_eq!(dropped["endpoints"]["E"]["excluded"], json!([{"row": 1, "line": 2, "reason": "time_zero"}]));
    // Where an analysis reads the endpoint otherwise than the study, it says so itself.
    let own = one(data, json!({"type": "kaplan_meier", "time_zero": "drop"}));
    assert_eq!((codes(&own["cautions"])[0], &own["n_excluded"]), ("time_zero_dropped", &json!(1)));
}

/// The echo of a study, run again, must give the same figures, whatever the preset.
#[test]
fn the_month_rule_counts_the_months_and_is_named() {
    // 31 January to 1 March of a leap year: 30 days; by the calendar a month and a day of 31.
    let data = "o,d,f\n2020-01-31,2020-03-01,2020-03-01\n2020-01-31,,2021-01-31\n";
    let endpoint = json!({"origin": "o", "events": {"death": "d"}, "censor": "f", "unit": "months"});
    let times = |rule: &str| {
        let analysis = json!({"id": "a", "type": "kaplan_meier", "endpoint": "E", "month_rule": rule});
        let result = &run_with(data, json!({"endpoints": {"E": endpoint}}), json!([analysis]))["results"][0];
        assert_eq!(result["rules"]["month_rule"], rule);
        result["curves"][0]["steps"]["time"].clone()
    };
    assert_eq!(times("days"), json!([30.0 / 30.4375, 366.0 / 30.4375]));
    assert_eq!(times("calendar"), json!([1.0 + 1.0 / 31.0, 12.0]));
    assert_eq!(times("plus_one_day"), json!([31.0 / 30.4375, 367.0 / 30.4375]));
}

#[test]
fn the_echo_runs_again_with_equal_results() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/cases");
    let mut n = 0;
    let folders = fs::read_dir(cases).expect("cases").map(|case| case.expect("a case").path());
    for case in folders.filter(|path| path.is_dir()) {
        let written: Value =
            serde_json::from_str(&fs::read_to_string(case.join("study.json")).expect("a study")).expect("JSON");
        let file = written["data"]["file"].as_str().expect("a file");
        let table = riskset::table::open(File::open(case.join(file)).expect("data"), file).expect("a table");
        for preset in ["r", "spss", "stata"] {
            let mut study = written.clone();
            study["conventions"] = json!(preset);
            let run = |study: &Value| -> Value {
                let study = riskset::study::read(&study.to_string()).expect("a readable study");
                serde_json::to_value(riskset::study::run(&study, &table).expect("a run")).expect("a document")
            };
            let first = run(&study);
            // The preset's name must not be needed: every default is explicit.
            let mut echo = first["study"].clone();
            echo["conventions"] = json!("r");
            let again = run(&echo);
            for (a, b) in
                first["results"].as_array().expect("a list").iter().zip(again["results"].as_array().expect("a list"))
            {
                assert_eq!(a, b, "{} {preset}", case.display());
                n += 1;
            }
            let echo_again = run(&first["study"]);
            assert_eq!(echo_again, first, "{} {preset}", case.display());
        }
    }
    assert!(n > 100, "{n}");
}

#[test]
fn how_figures_are_drawn_is_kept_and_changes_nothing() {
    let data = "t,s\n1,1\n2,0\n3,1\n";
    let analyses = json!([{"id": "a", "type": "kaplan_meier", "endpoint": "E"}]);
    let plain = run(data, analyses.clone());
    assert_eq!(plain["study"].get("figures"), None, "nothing is said where nothing was");
    let figures = json!({"upward": true, "x_max": {"E": 2.5}});
    let mut drawn = run_with(data, json!({"figures": figures}), analyses);
    assert_eq!(drawn["study"]["figures"], figures);
    drawn["study"].as_object_mut().expect("an object").remove("figures");
    assert_eq!(drawn, plain);
    let refused = try_run(data, &json!({"format": "riskset-study/1", "figures": ["upward"], "analyses": []}));
    assert_eq!(refused.expect_err("a list").kind.code(), "study_unreadable");
}

#[test]
fn an_option_written_as_null_is_the_default_and_its_echo_says_it() {
    let results =
        run(DATA, json!([{"id": "a", "type": "kaplan_meier", "endpoint": "E", "conf_type": null, "times": null}]));
    assert_eq!(results["results"][0]["rules"]["conf_type"], "log");
    assert_eq!(pick(&results["study"]["analyses"][0], &["conf_type", "times"]), json!(["log", []]));
}

#[test]
fn subset_endpoint_missing_in_this_order() {
    let data = "t,s,g,n\n1,1,a,1\n2,,a,2\n3,1,a,\n4,0,a,4\n5,1,b,5\n6,1,,6\n7,1,a,7\n,1,b,8\n";
    let more = json!({"data": {"exclude": [{"row": 7, "reason": "not sarcoma"}]}});
    let cox = |subset: Value| json!({"id": "a", "type": "cox", "endpoint": "E", "covariates": ["n"], "subset": subset});
    let counts = ["n", "n_event", "n_missing", "n_excluded", "missing_by"];
    let find = |subset: Value| pick(&run_with(data, more.clone(), json!([cox(subset)]))["results"][0], &counts);
    // Rows 1-4 and 7 are of the subset: 7 excluded by the study, 2 without status, 3 without n.
    assert_eq!(find(json!([{"column": "g", "in": ["a"]}])), json!([2, 1, 1, 2, {"n": 1}]));
    assert_eq!(find(json!([{"column": "g", "in": ["a", "b"]}])), json!([3, 2, 1, 3, {"n": 1}]));
    // All conditions must hold; a number as text or as a number.
    assert_eq!(
        find(json!([{"column": "g", "in": "a"}, {"column": "n", "in": [1, "4.0", "7"]}])),
        json!([2, 1, 0, 1, {}])
    );
    assert_eq!(find(json!([])), json!([4, 3, 1, 3, {"n": 1}]));
    let results = run_with(data, more.clone(), json!([cox(json!([]))]));
    assert_eq!(
        results["endpoints"]["E"]["excluded"],
        json!([
            {"row": 2, "line": 3, "reason": "missing_status"},
            {"row": 7, "line": 8, "reason": "excluded_by_study", "note": "not sarcoma"},
            {"row": 8, "line": 9, "reason": "missing_time"},
        ])
    );
    assert_eq!(results["data"]["excluded"][0]["note"], "not sarcoma");
    let missing =
        results["warnings"].as_array().expect("a list").iter().find(|warning| warning["code"] == "missing_rows");
    assert_eq!(missing.expect("the caution")["rows"], json!([3]));
}

#[test]
fn one_cause_counts_and_the_others_are_censored() {
    let data = "t,s\n1,1\n2,2\n3,0\n4,2\n";
    let more = json!({"endpoints": {"CR": {"time": "t", "status": "s", "events": {"relapse": [1], "death": [2]}, "censored": [0]}}});
    let km = |cause: Value| json!([{"id": "a", "type": "kaplan_meier", "endpoint": "CR", "cause": cause}]);
    let any = run_with(data, more.clone(), km(json!(null)));
    assert_eq!((&any["results"][0]["n_event"], codes(&any["results"][0]["cautions"])), (&json!(3), vec![]));
    assert_eq!(any["endpoints"]["CR"]["by_event"], json!({"relapse": 1, "death": 2}));
    let death = run_with(data, more, km(json!("death")));
    assert_eq!(death["results"][0]["curves"][0]["steps"]["n_event"], json!([0.0, 1.0, 0.0, 1.0]));
    assert_eq!(death["results"][0]["curves"][0]["steps"]["n_censor"], json!([1.0, 0.0, 1.0, 0.0]));
    assert_eq!(codes(&death["results"][0]["cautions"])[0], "competing_risks");
}

#[test]
fn weights() {
    // Rule 18: the row of weight 0 is left out and counted; n counts rows, n_event of a curve weights.
    let found = one(DATA, json!({"type": "kaplan_meier", "weights": "w"}));
    assert_eq!(pick(&found, &["n", "n_event", "n_missing", "n_excluded"]), json!([5, 4, 0, 1]));
    assert_eq!(codes(&found["cautions"]), ["zero_weights"]);
    assert_eq!(found["cautions"][0]["rows"], json!([5]));
    let curve = &found["curves"][0];
    assert_eq!(pick(curve, &["n", "n_event"]), json!([5, 7.0]));
    assert_eq!(curve["steps"]["n_risk"], json!([8.0, 7.0, 6.0, 4.0, 3.0]));
    assert_eq!(curve["raw"]["n_risk"], json!([5, 4, 3, 2, 1]));

    let data = "t,s,w\n1,1,0.5\n2,0,\n3,1,1.5\n";
    let found = one(data, json!({"type": "cox", "covariates": [], "weights": "w"}));
    assert_eq!(pick(&found, &["n", "n_missing", "missing_by"]), json!([2, 1, {"w": 1}]));
    assert!(codes(&found["cautions"]).contains(&"weights_model_based"));
    let robust = one(data, json!({"type": "cox", "covariates": [], "weights": "w", "robust": true}));
    assert!(!codes(&robust["cautions"]).contains(&"weights_model_based"));
    let negative = one("t,s,w\n1,1,1\n2,0,-1\n", json!({"type": "kaplan_meier", "weights": "w"}));
    assert_eq!(negative["error"]["code"], "negative_weight");
    assert_eq!(pick(&negative["error"]["position"], &["row", "line", "column", "cell"]), json!([2, 3, "w", "-1"]));
    let test = one(DATA, json!({"type": "log_rank", "by": "g", "weights": "w"}));
    assert_eq!(test["error"]["code"], "bad_option");
}

#[test]
fn groups_without_rows_keep_their_place() {
    let more = json!({"data": {"columns": {"g": {"levels": ["z", "b", "a"]}}}});
    let results = run_with(
        DATA,
        more,
        json!([
            {"id": "km", "type": "kaplan_meier", "endpoint": "E", "by": "g", "times": [2]},
            {"id": "lr", "type": "log_rank", "endpoint": "E", "by": "g"},
            {"id": "cox", "type": "cox", "endpoint": "E", "covariates": ["g"]},
        ]),
    );
    let curves = &results["results"][0]["curves"];
    let groups: Vec<Value> =
        curves.as_array().expect("curves").iter().map(|curve| pick(curve, &["group", "n", "n_event"])).collect();
    assert_eq!(groups, [json!(["z", 0, 0.0]), json!(["b", 3, 2.0]), json!(["a", 3, 2.0])]);
    assert_eq!(pick(&curves[0]["at"][0], &["n_risk", "estimate", "reason"]), json!([0.0, null, "not_estimable"]));
    assert_eq!(curves[0]["steps"]["time"], json!([]));
    assert_eq!(codes(&results["results"][0]["cautions"]), ["empty_group"]);
    assert_eq!(
        pick(&results["results"][1]["groups"][0], &["group", "n", "observed", "expected"]),
        json!(["z", 0, 0.0, 0.0])
    );
    assert_eq!(results["results"][1]["df"], 1);
    // Rule 22: the empty reference passes to the next level, its row stays.
    let cox = &results["results"][2];
    assert_eq!(codes(&cox["cautions"])[0], "reference_moved");
    let terms: Vec<Value> = cox["terms"]
        .as_array()
        .expect("terms")
        .iter()
        .map(|term| pick(term, &["level", "reference", "n", "hazard_ratio"]))
        .collect();
    assert_eq!(terms[0], json!(["z", false, 0, null]));
    assert_eq!(terms[1], json!(["b", true, 3, 1.0]));
    assert_eq!(cox["terms"][0]["reason"], "empty_level");
    assert_eq!(pick(&cox["factors"][0], &["variable", "df"]), json!(["g", 1]));
}

#[test]
fn numeric_codes_and_collinear_columns_are_named() {
    let found = one(DATA, json!({"type": "cox", "covariates": ["k"]}));
    assert_eq!(codes(&found["cautions"])[0], "numeric_codes");
    assert_eq!(found["cautions"][0]["params"], json!({"name": "k", "values": "1, 2, 3"}));
    let data = "t,s,a,b,c\n1,1,1,2,5\n2,1,2,4,5\n3,1,4,8,5\n4,1,3,6,5\n5,1,9,18,5\n";
    let error = one(data, json!({"type": "cox", "covariates": ["a", "b"]}));
    assert_eq!(error["error"]["code"], "collinear");
    assert!(error["error"]["params"]["columns"].as_str().expect("names").contains('b'));
    assert_eq!(one(data, json!({"type": "cox", "covariates": ["c"]}))["error"]["params"]["columns"], "c");
    let twice = one(data, json!({"type": "cox", "covariates": ["a", "a"]}));
    assert_eq!(twice["error"]["code"], "bad_option");
}

#[test]
fn separation_is_null_with_a_reason() {
    // Rule 16: every event is in group b.
    let data = "t,s,g\n1,1,b\n2,1,b\n3,1,b\n4,0,a\n5,0,a\n6,0,b\n7,0,a\n";
    let found = one(data, json!({"type": "cox", "covariates": ["g"]}));
    let term = &found["terms"][1];
    assert_eq!(
        pick(term, &["estimate", "std_error", "statistic", "hazard_ratio", "reason", "test"]),
        json!([null, null, null, null, "separation", "likelihood_ratio"])
    );
    assert!(term["direction"].is_string() && term["p_value"].as_f64().expect("p") < 0.2, "{term}");
    assert!(codes(&found["cautions"]).contains(&"separation"));
    assert_eq!(found["tests"]["wald"], Value::Null);
}

#[test]
fn strata_and_clusters() {
    let data = "t,s,n,c\n1,1,0.5,x\n2,1,1.5,x\n3,1,2.5,y\n4,1,0.5,y\n5,0,1.25,z\n6,0,0.25,z\n";
    let cox = one(data, json!({"type": "cox", "covariates": ["n"], "strata": "c", "cluster": "c"}));
    let cautions = codes(&cox["cautions"]);
    assert!(cautions.contains(&"stratum_without_events") && cautions.contains(&"few_clusters"), "{cautions:?}");
    assert_eq!(pick(&cox["rules"], &["strata", "cluster", "robust"]), json!([["c"], "c", true]));
    let log_rank = one(
        "t,s,g,c\n1,1,a,x\n2,1,b,x\n3,0,a,y\n4,0,b,y\n5,1,a,\n",
        json!({"type": "log_rank", "by": "g", "strata": ["c"]}),
    );
    assert_eq!(pick(&log_rank, &["n", "n_missing", "missing_by", "df"]), json!([4, 1, {"c": 1}, 1]));
    assert!(codes(&log_rank["cautions"]).contains(&"stratum_without_events"));
}

#[test]
fn rows_of_one_patient_are_joined() {
    // Rule 28: A goes on in the same group (one stretch), B changes groups at 2, C enters late.
    let data = "p,e,t,s,g\nA,0,1,0,x\nA,1,3,1,x\nB,0,2,0,x\nB,2,4,1,y\nC,1,5,0,y\n";
    let more = json!({"endpoints": {"E": {"entry": "e", "time": "t", "status": "s", "event": [1], "id": "p"}}});
    let results =
        run_with(data, more, json!([{"id": "a", "type": "kaplan_meier", "endpoint": "E", "by": "g", "times": [0, 2]}]));
    let curves = &results["results"][0]["curves"];
    let steps = ["time", "n_risk", "n_event", "n_censor", "n_leave", "n_enter", "estimate"];
    assert_eq!(
        pick(&curves[0]["steps"], &steps),
        json!([[2.0, 3.0], [2.0, 1.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [1.0, 0.0]])
    );
    assert_eq!(
        pick(&curves[1]["steps"], &steps),
        json!([[4.0, 5.0], [2.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [2.0, 0.0], [0.5, 0.5]])
    );
    assert_eq!(curves[0]["at"][0]["n_risk"], 2.0);
    assert_eq!(pick(&curves[1]["at"][1], &["n_risk", "estimate"]), json!([1.0, 1.0]));
    // Without the id every row end counts.
    let more = json!({"endpoints": {"E": {"entry": "e", "time": "t", "status": "s", "event": [1]}}});
    let results = run_with(data, more, json!([{"id": "a", "type": "kaplan_meier", "endpoint": "E", "by": "g"}]));
    let steps = ["time", "n_risk", "n_censor", "n_leave", "n_enter"];
    assert_eq!(
        pick(&results["results"][0]["curves"][0]["steps"], &steps),
        json!([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0], [1.0, 1.0, 0.0], "absent", [2.0, 1.0, 0.0]])
    );
}

#[test]
fn times_that_differ_by_rounding_are_joined_and_counted() {
    // Rule 24.
    let found = one("t,s\n0.3,1\n0.30000000000000004,1\n2,0\n", json!({"type": "kaplan_meier"}));
    assert_eq!(found["curves"][0]["steps"]["time"], json!([0.3, 2.0]));
    assert_eq!(codes(&found["cautions"])[0], "times_joined");
    let more = json!({"endpoints": {"E": {"entry": "e", "time": "t", "status": "s", "event": [1]}}});
    let results = run_with(
        "e,t,s\n0,2,1\n0.3,0.30000000000000004,1\n",
        more,
        json!([{"id": "a", "type": "kaplan_meier", "endpoint": "E"}]),
    );
    let error = &results["results"][0]["error"];
    assert_eq!(
        (error["code"].as_str(), pick(&error["position"], &["row", "line"])),
        (Some("collapsed_interval"), json!([2, 3]))
    );
}

#[test]
fn conf_level_governs_every_interval() {
    for analysis in [json!({"type": "kaplan_meier", "times": [2]}), json!({"type": "cox", "covariates": ["n"]})] {
        let width = |level: f64| {
            let mut analysis = analysis.clone();
            analysis["conf_level"] = json!(level);
            let found = one(DATA, analysis);
            let row = if found["curves"].is_array() { &found["curves"][0]["at"][0] } else { &found["terms"][0] };
            row["conf_high"].as_f64().expect("high") - row["conf_low"].as_f64().expect("low")
        };
        assert!(width(0.5) < width(0.8) && width(0.8) < width(0.95));
    }
    for level in [json!(0), json!(1), json!(95), json!(-0.5)] {
        assert_eq!(
            one(DATA, json!({"type": "cox", "covariates": ["n"], "conf_level": level}))["error"]["code"],
            "bad_option"
        );
    }
}

#[test]
fn at_keeps_the_order_asked() {
    let found = one(DATA, json!({"type": "kaplan_meier", "times": [6, 0, 3, 3, 100]}));
    let times: Vec<Value> =
        found["curves"][0]["at"].as_array().expect("at").iter().map(|at| at["time"].clone()).collect();
    assert_eq!(times, [6.0, 0.0, 3.0, 3.0, 100.0]);
    let at = &found["curves"][0]["at"];
    // Left limit; S reaches 0 at 6 and stays there.
    assert_eq!(pick(&at[0], &["n_risk", "estimate", "std_error", "reason"]), json!([1.0, 0.0, null, "curve_at_zero"]));
    assert_eq!(
        pick(&at[1], &["n_risk", "estimate", "std_error", "conf_low", "conf_high"]),
        json!([6.0, 1.0, 0.0, 1.0, 1.0])
    );
    assert_eq!(pick(&at[4], &["n_risk", "estimate"]), json!([0.0, 0.0]));
}

#[test]
fn by_takes_a_column_of_any_type() {
    let data = "t,s,d,x,z,q\n1,1,2020-01-02,p1,10,1\n2,1,2020-01-01,p2,9,1.0\n3,0,2020-01-02,p3,9.0,2\n";
    let groups = |by: &str| -> Vec<Value> {
        let found = one(data, json!({"type": "kaplan_meier", "by": by}));
        found["curves"].as_array().expect("curves").iter().map(|curve| pick(curve, &["group", "n"])).collect()
    };
    assert_eq!(groups("d"), [json!(["2020-01-01", 1]), json!(["2020-01-02", 2])]);
    assert_eq!(groups("x"), [json!(["p1", 1]), json!(["p2", 1]), json!(["p3", 1])]);
    assert_eq!(groups("z"), [json!(["9", 2]), json!(["10", 1])]);
    assert_eq!(groups("q"), [json!(["1", 2]), json!(["2", 1])]);
}

#[test]
fn decimal_commas() {
    let found = one("t;s;n\n1,5;1;0,5\n2,25;0;1,75\n3,5;1;0,25\n", json!({"type": "cox", "covariates": ["n"]}));
    let point = one("t,s,n\n1.5,1,0.5\n2.25,0,1.75\n3.5,1,0.25\n", json!({"type": "cox", "covariates": ["n"]}));
    assert_eq!(found["terms"], point["terms"]);
    assert_eq!(found["n"], 3);
}

#[test]
fn the_smallest_files() {
    let all = json!([
        {"id": "km", "type": "kaplan_meier", "endpoint": "E", "by": "g", "times": [0, 1, 9]},
        {"id": "fu", "type": "follow_up", "endpoint": "E"},
        {"id": "lr", "type": "log_rank", "endpoint": "E", "by": "g"},
        {"id": "cox", "type": "cox", "endpoint": "E", "covariates": ["n"]},
    ]);
    let errors = |data: &str| -> Vec<Value> {
        let results = run(data, all.clone());
        results["results"].as_array().expect("results").iter().map(|entry| entry["error"]["code"].clone()).collect()
    };
    // One row; two rows; all censored; one event; all at time 0.
    assert_eq!(errors("t,s,g,n\n1,1,a,2\n"), [json!(null), json!(null), json!("one_group"), json!("collinear")]);
    assert_eq!(errors("t,s,g,n\n1,1,a,1\n2,0,b,2\n")[..3], [json!(null), json!(null), json!(null)]);
    assert_eq!(
        errors("t,s,g,n\n1,0,a,1\n2,0,b,2\n"),
        [json!(null), json!(null), json!("no_events"), json!("no_events")]
    );
    assert_eq!(errors("t,s,g,n\n1,0,a,1\n2,1,b,3\n3,0,a,2\n4,0,b,5\n"), vec![json!(null); 4]);
    assert_eq!(errors("t,s,g,n\n0,1,a,1\n0,0,b,3\n0,1,a,2\n0,0,b,1\n"), vec![json!(null); 4]);
    let censored = run("t,s,g,n\n1,0,a,1\n2,0,b,2\n", json!([{"id": "km", "type": "kaplan_meier", "endpoint": "E"}]));
    let curve = &censored["results"][0]["curves"][0];
    assert_eq!(curve["steps"]["estimate"], json!([1.0, 1.0]));
    assert_eq!(pick(&curve["quantiles"][1], &["prob", "estimate", "reason"]), json!([0.5, null, "not_reached"]));
}

#[test]
fn the_error_of_one_spares_the_others() {
    let data = "t,u,s,g,bad\n1,1,1,a,1\n2,x,0,b,?\n3,3,1,a,2\n";
    let results = try_run(
        data,
        &json!({
            "format": "riskset-study/1",
            "data": {"columns": {"bad": {"type": "number"}}},
            "endpoints": {
                "E": {"time": "t", "status": "s", "event": [1]},
                "U": {"time": "u", "status": "s", "event": [1]},
            },
            "analyses": [
                {"id": "1", "type": "kaplan_meier", "endpoint": "E"},
                {"id": "2", "type": "kaplan_meier", "endpoint": "U"},
                {"id": "3", "type": "cox", "endpoint": "E", "covariates": ["bad"]},
                {"id": "4", "type": "rmst", "endpoint": "E"},
                {"id": "5", "type": "kaplan_meier", "endpoint": "E", "conf_tpye": "log"},
                {"id": "6", "type": "log_rank", "endpoint": "E", "by": "g"},
            ],
        }),
    )
    .expect("a run");
    let errors: Vec<&Value> =
        results["results"].as_array().expect("results").iter().map(|entry| &entry["error"]["code"]).collect();
    assert_eq!(json!(errors), json!([null, "bad_cell", "bad_cell", "not_available", "study_unreadable", null]));
    assert_eq!(results["endpoints"]["U"]["error"]["position"]["cell"], "x");
    assert_eq!(results["results"][2]["error"]["position"]["cell"], "?");
    assert_eq!(results["endpoints"]["E"]["n"], 3);
}

#[test]
fn warnings_gather_the_file_the_endpoints_and_the_analyses() {
    let results = run_with(
        "t,s,g\n0,1,a\n\n1,2,a\n2,0,b\n3,1,\n",
        json!({"data": {"sha256": "00", "columns": {"gone": {"label": "x"}}}}),
        json!([{"id": "km", "type": "kaplan_meier", "endpoint": "E", "by": "g"}]),
    );
    let warnings: Vec<Value> = results["warnings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|w| pick(w, &["code", "analysis", "endpoint"]))
        .collect();
    assert_eq!(
        warnings,
        [
            json!(["blank_lines", null, null]),
            json!(["checksum_differs", null, null]),
            json!(["declared_column_missing", null, null]),
            json!(["several_censoring_values", null, "E"]),
            json!(["time_zero_kept", null, "E"]),
            json!(["missing_rows", "km", "E"]),
            json!(["flat_to_end", "km", "E"]),
            json!(["group_without_events", "km", "E"]),
        ]
    );
    assert!(
        results["warnings"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|w| !w["message"].as_str().expect("a message").contains('{'))
    );
}

#[test]
fn a_curve_that_stays_at_the_quantile_is_named() {
    let found = one("t,s,g\n1,1,a\n2,0,a\n3,1,b\n4,1,b\n", json!({"type": "kaplan_meier", "by": "g", "probs": [0.5]}));
    let messages: Vec<&Value> =
        found["cautions"].as_array().expect("a list").iter().map(|caution| &caution["message"]).collect();
    assert_eq!(
        json!(messages),
        json!([
            "The curve (“a”) stays at exactly 50% from 1 to the last follow-up: the quantile 0.5 is the middle of that stretch."
        ])
    );
}

#[test]
fn an_identifier_is_not_a_covariate() {
    let rows: String = (0..3000).map(|i| format!("{},1,P{}\n", i + 1, i % 1500)).collect();
    let found = one(&format!("t,s,p\n{rows}"), json!({"type": "cox", "covariates": ["p"]}));
    assert_eq!(found["error"]["code"], "bad_option");
    assert!(found["error"]["message"].as_str().expect("a message").contains("“p”"), "{}", found["error"]["message"]);
}

#[test]
fn a_variance_of_nothing_is_no_certainty() {
    let found = one("t,s,n\n2,1,0.5\n2,1,1\n", json!({"type": "cox", "covariates": ["n"], "robust": true}));
    let term = &found["terms"][0];
    assert_eq!(
        pick(term, &["std_error", "statistic", "p_value", "conf_low", "reason"]),
        json!([null, null, null, null, "no_variance"])
    );
}

#[test]
fn a_ratio_too_large_for_a_number_is_null_with_a_reason() {
    // A covariate in units of 1e-6: the ratio per unit has hundreds of digits.
    let data =
        "t,s,n\n1,1,0.000005\n2,1,0.000001\n3,0,0.000004\n4,1,0.000003\n5,1,0.000004\n6,0,0.000001\n7,1,0.000001\n";
    let found = one(data, json!({"type": "cox", "covariates": ["n"]}));
    assert_eq!(found.get("error"), None, "{found}");
    let term = &found["terms"][0];
    assert!(term["estimate"].as_f64().expect("an estimate") > 1e4, "{term}");
    assert_eq!(pick(term, &["hazard_ratio", "conf_high", "reason"]), json!([null, null, "out_of_range"]));
}

#[test]
fn a_study_that_reads_the_file_in_another_way_is_refused() {
    let table = riskset::table::open("time;status\n1,5;1\n2;0\n".as_bytes(), "cohort.csv").expect("a table");
    let run = |read: &str| {
        let text = format!(r#"{{"format": "riskset-study/1", "data": {{"read": {read}}}}}"#);
        riskset::study::run(&riskset::study::read(&text).expect("a study"), &table)
    };
    assert!(run(r#"{"delimiter": ";", "decimal": ",", "encoding": "utf-8", "header_line": 1}"#).is_ok());
    let error = run(r#"{"decimal": "."}"#).expect_err("another mark");
    assert_eq!(error.kind.code(), "read_differs");
    assert_eq!((error.params["option"].as_str(), error.params["found"].as_str()), ("decimal", ","));
    assert!(riskset::study::read(r#"{"format": "riskset-study/1", "data": {"read": {"delimeter": ";"}}}"#).is_err());
}

/// Clauses (f) and (g) of endpoints by dates: what does not count is listed, with its event and its date.
#[test]
fn an_event_dated_where_none_can_be_is_listed() {
    let data = "o,r,d,l\n2020-01-01,2020-03-01,2020-02-01,2020-04-01\n2020-01-01,,2020-05-01,2020-04-01\n2020-01-01,2020-02-01,2020-03-01,2020-03-01\n";
    let study = json!({
        "format": "riskset-study/1", "analyses": [],
        "endpoints": {
            "DFS": {"origin": "o", "events": {"recurrence": "r", "death": "d"}, "censor": "l", "unit": "days"},
            "R": {"origin": "o", "events": {"recurrence": "r"}, "censor": "l", "unit": "days"},
        },
    });
    let results = try_run(data, &study).expect("results");
    let of = |row: usize, event: &str, date: &str, reason: &str| json!({"row": row, "line": row + 1, "event": event, "date": date, "reason": reason});
    assert_eq!(
        results["endpoints"]["DFS"]["listed"],
        json!([
            of(1, "recurrence", "2020-03-01", "event_after_death"),
            of(2, "death", "2020-05-01", "event_after_censor")
        ])
    );
    assert_eq!(results["endpoints"]["R"].get("listed"), None);
}
