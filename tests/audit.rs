//! The audit of the demonstration cohort, and what a study keeps of an audit.

use riskset::study::{self, Results};
use serde_json::{Value, json};

const COHORT: &str = include_str!("../www/demo/lms_vc_synthetic.csv");

fn run(analyses: Value) -> Value {
    let mut study: Value = serde_json::from_str(include_str!("../www/demo/study.json")).expect("study");
    study["analyses"] = analyses;
    let table = riskset::table::open(COHORT.as_bytes(), "lms_vc_synthetic.csv").expect("table");
    let study = study::read(&study.to_string()).expect("study");
    let results: Results = study::run(&study, &table).expect("results");
    serde_json::to_value(results).expect("json")
}

/// Its dates are in order, its patients differ, the last of them was seen in September 2022, and the columns tell of every recurrence.
#[test]
fn the_audit_of_the_demonstration_finds_nothing() {
    let audit = json!({"id": "audit", "type": "audit", "patient": "id", "as_of": "2022-09-30",
        "pairs": [["date_of_diagnosis", "date_of_surgery"], ["date_of_surgery", "date_of_last_follow_up"]],
        "flags": [{"date": "date_of_recurrence", "column": "recurrence_site", "in": ["Local", "Distant", "Local and distant"]}]});
    let results = run(json!([audit]));
    let audit = &results["results"][0];
    assert_eq!(audit["error"], Value::Null);
    assert_eq!(audit["findings"], json!([]));
    assert_eq!(audit["n_rows"], 41);
    assert_eq!(audit["cautions"], json!([]));
    let dates = [
        "date_of_neoadjuvant_start",
        "date_of_adjuvant_start",
        "date_of_diagnosis",
        "date_of_surgery",
        "date_of_recurrence",
        "date_of_death",
        "date_of_last_follow_up",
    ];
    assert_eq!(audit["dates"], json!(dates));
    let echo = &results["study"]["analyses"][0];
    assert_eq!((&echo["endpoints"], &echo["dates"]), (&json!(["OS", "DFS"]), &json!(dates)));
    assert_eq!(results["study"]["endpoints"]["OS"]["month_rule"], "days");
    assert_eq!(results["study"]["endpoints"]["OS"]["time_zero"], "keep");
}

/// Without a day and a patient's column these are not judged, and the result says so; a bad option is an error.
#[test]
fn what_an_audit_is_not_asked_it_says() {
    let audit = |more: Value| {
        let mut audit = json!({"id": "audit", "type": "audit"});
        audit.as_object_mut().expect("object").extend(more.as_object().expect("object").clone());
        run(json!([audit]))["results"][0].clone()
    };
    let plain = audit(json!({}));
    let codes: Vec<&Value> = plain["cautions"].as_array().expect("cautions").iter().map(|c| &c["code"]).collect();
    assert_eq!(codes, ["future_not_judged", "patients_not_judged"]);
    assert_eq!(plain["rules"]["as_of"], Value::Null);
    for (option, code) in [
        (json!({"endpoint": "OS"}), "option_not_applicable"),
        (json!({"endpoints": ["PFS"]}), "unknown_endpoint"),
        (json!({"as_of": "09/2022"}), "bad_option"),
        (json!({"patient": "nobody"}), "unknown_column"),
        (json!({"times": [1]}), "option_not_applicable"),
    ] {
        assert_eq!(audit(option.clone())["error"]["code"], code, "{option}");
    }
}

const SMALL: &str = "id,d,dead,last,grade\na,2020-01-01,2020-01-01,2020-01-01,1\nb,2020-01-01,,2020-03-01,2\n\
                     b,2020-01-01,,2020-03-01,2\nc,2020-01-01,2020-02-01,2020-02-01,3\n";

fn small(more: Value) -> Value {
    let mut study = json!({"format": "riskset-study/1", "endpoints": {"OS": {"origin": "d", "events": {"death": "dead"},
        "censor": "last", "unit": "months", "time_zero": "drop", "month_rule": "calendar"}}});
    study.as_object_mut().expect("object").extend(more.as_object().expect("object").clone());
    let table = riskset::table::open(SMALL.as_bytes(), "small.csv").expect("table");
    let study = study::read(&study.to_string()).expect("study");
    serde_json::to_value(study::run(&study, &table).expect("results")).expect("json")
}

/// The endpoint says that rows with time 0 are dropped and months are the calendar's; an analysis may say otherwise.
#[test]
fn an_endpoint_makes_its_own_choices_and_an_analysis_wins() {
    let km = |more: Value| {
        let mut km = json!({"id": "km", "type": "kaplan_meier", "endpoint": "OS"});
        km.as_object_mut().expect("object").extend(more.as_object().expect("object").clone());
        small(json!({"analyses": [km]}))
    };
    let own = km(json!({}));
    assert_eq!((&own["endpoints"]["OS"]["n"], &own["results"][0]["n"]), (&json!(3), &json!(3)));
    assert_eq!(own["results"][0]["rules"]["time_zero"], "drop");
    assert_eq!(own["results"][0]["curves"][0]["steps"]["time"], json!([1.0, 2.0]));
    assert_eq!(own["study"]["endpoints"]["OS"]["month_rule"], "calendar");
    let wins = km(json!({"time_zero": "keep", "month_rule": "days"}));
    assert_eq!((&wins["endpoints"]["OS"]["n"], &wins["results"][0]["n"]), (&json!(3), &json!(4)));
    assert_eq!(wins["results"][0]["curves"][0]["steps"]["time"], json!([0.0, 31.0 / 30.4375, 60.0 / 30.4375]));
    // Where nobody says anything the preset does.
    let silent = small(
        json!({"conventions": "stata", "analyses": [], "endpoints": {"T": {"origin": "d", "cutoff": "2021-01-01",
        "events": {"death": "dead"}}}}),
    );
    assert_eq!(silent["study"]["endpoints"]["T"]["time_zero"], "drop");
    assert_eq!(silent["study"]["endpoints"]["T"]["month_rule"], "days");
}

/// Decisions and columns that the study makes are part of it: they stand in its echo, which gives the same results again.
#[test]
fn decisions_and_made_columns_are_part_of_the_study() {
    let data = json!({
        "exclude": [{"row": 3, "reason": "entered twice", "finding": "duplicate_row"}],
        "decisions": [{"finding": "zero_time:OS", "rows": [1], "decision": "accepted", "note": "died the same day"}],
        "columns": {"high": {"from": "grade", "recode": {"1": "low", "2": "low", "3": "high"}, "reference": "low"}}});
    let analyses = json!([{"id": "a", "type": "audit", "patient": "id", "as_of": "2020-12-31"},
                          {"id": "km", "type": "kaplan_meier", "endpoint": "OS", "by": "high"}]);
    let first = small(json!({"data": data, "analyses": analyses}));
    let findings: Vec<_> = first["results"][0]["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| (finding["key"].as_str().unwrap_or_default(), finding["decision"].clone()))
        .collect();
    assert_eq!(
        findings,
        [
            ("duplicate_patient:id", json!("excluded")),
            ("duplicate_row", json!("excluded")),
            ("zero_time:OS", json!("accepted"))
        ]
    );
    let groups: Vec<(&Value, &Value)> = first["results"][1]["curves"]
        .as_array()
        .expect("curves")
        .iter()
        .map(|curve| (&curve["group"], &curve["n"]))
        .collect();
    assert_eq!(groups, [(&json!("low"), &json!(1)), (&json!("high"), &json!(1))]);
    let made = first["data"]["columns"].as_array().and_then(|columns| columns.last()).expect("high");
    assert_eq!((&made["name"], &made["level_counts"]), (&json!("high"), &json!([2, 1])));
    assert_eq!(made["recoded"][1], json!({"from": "2", "to": "low", "n": 1}));
    let echo = &first["study"];
    assert_eq!((&echo["data"]["decisions"], &echo["data"]["exclude"]), (&data["decisions"], &data["exclude"]));
    let table = riskset::table::open(SMALL.as_bytes(), "small.csv").expect("table");
    let again = study::run(&study::read(&echo.to_string()).expect("the echo"), &table).expect("results");
    let again = serde_json::to_value(again).expect("json");
    assert_eq!((&again["results"], &again["study"]), (&first["results"], &first["study"]));
}

/// Keys that no audit of this file can give, and rows that it does not have, are said whether the study has an audit or not.
#[test]
fn decisions_that_are_about_nothing_are_said() {
    let results = small(json!({"analyses": [], "data": {
    "exclude": [{"row": 3, "reason": "twice", "finding": "duplicate_rows"}],
    "decisions": [
        {"finding": "zero_time:OS", "decision": "accepted"},
        {"finding": "future_date:last", "decision": "accepted"},
        {"finding": "zero_time:PFS", "decision": "accepted"},
        {"finding": "zero_time:PFS", "rows": [1], "decision": "to_correct"},
        {"finding": "negative_time:last/d", "rows": [4, 5, 0], "decision": "to_correct"},
    ]}}));
    let warnings = results["warnings"].as_array().expect("warnings");
    let of = |code: &str, param: &str| -> Vec<&Value> {
        warnings.iter().filter(|warning| warning["code"] == code).map(|warning| &warning["params"][param]).collect()
    };
    assert_eq!(of("unknown_finding", "key"), [&json!("zero_time:PFS"), &json!("duplicate_rows")]);
    assert_eq!(of("decision_without_row", "key"), [&json!("negative_time:last/d")]);
    assert_eq!(of("decision_without_row", "values"), [&json!("5, 0")]);
    let message = warnings.iter().find(|w| w["code"] == "unknown_finding").expect("it")["message"].as_str();
    assert!(message.is_some_and(|message| message.contains("zero_time:PFS") && message.contains("data.decisions")));
}
