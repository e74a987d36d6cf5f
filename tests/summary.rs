//! `summary` through the documents: who is counted, what each variable shows, and what is refused.

use serde_json::{Value, json};

const DATA: &str = "\
id,arm,age,score,grade,site,code,day,note
1,A,50,1.5,low,x,1,2020-01-01,aa
2,A,60,2.5,low,x,2,2020-01-02,ab
3,A,NA,3.5,high,x,1,2020-01-03,ac
4,B,40,4.5,high,x,3,2020-01-04,ad
5,B,70,5.5,high,x,2,2020-01-05,ae
6,B,80,6.5,NA,x,1,2020-01-06,af
7,,55,7.5,low,x,1,2020-01-07,ag
8,C,65,8.5,low,x,1,2020-01-08,ah
";

fn run(head: Value, analysis: Value) -> Value {
    let mut study = json!({"format": "riskset-study/1", "analyses": [analysis]});
    for (key, value) in head.as_object().expect("an object") {
        study[key] = value.clone();
    }
    let study = riskset::study::read(&study.to_string()).expect("a study");
    let table = riskset::table::open(DATA.as_bytes(), "tiny.csv").expect("a table");
    let results = riskset::study::run(&study, &table).expect("a run");
    serde_json::to_value(&results).expect("JSON")["results"][0].clone()
}

fn summary(options: Value) -> Value {
    let mut analysis = json!({"id": "t1", "type": "summary"});
    for (key, value) in options.as_object().expect("an object") {
        analysis[key] = value.clone();
    }
    run(json!({}), analysis)
}

const ARMS: &str = r#"{"column": "arm", "in": ["A", "B"]}"#;

fn arms() -> Value {
    serde_json::from_str(ARMS).expect("JSON")
}

#[test]
fn numbers_by_group() {
    let got = summary(json!({"by": "arm", "variables": "age"}));
    assert_eq!([&got["n"], &got["n_missing"], &got["n_excluded"]], [7, 1, 0]);
    assert_eq!(got["missing_by"], json!({"arm": 1}));
    assert_eq!(got["groups"], json!([{"group": "A", "n": 3}, {"group": "B", "n": 3}, {"group": "C", "n": 1}]));
    let age = &got["variables"][0];
    assert_eq!(
        age["groups"][0],
        json!({"group": "A", "n": 2, "n_missing": 1, "median": 55.0, "q1": 52.5, "q3": 57.5, "mean": 55.0,
               "sd": 50.0_f64.sqrt(), "min": 50.0, "max": 60.0})
    );
    assert_eq!([&age["groups"][2]["n"], &age["groups"][2]["mean"]], [&json!(1), &json!(65.0)]);
    assert_eq!([&age["groups"][2]["sd"], &age["groups"][2]["reason"]], [&Value::Null, &json!("one_value")]);
    assert_eq!(
        [&age["overall"]["n"], &age["overall"]["n_missing"], &age["overall"]["median"]],
        [&json!(6), &json!(1), &json!(62.5)]
    );
    assert_eq!([&age["test"]["name"], &age["test"]["df"]], [&json!("kruskal"), &json!(2.0)]);
    assert!(age.get("standardised_difference").is_none());
    assert_eq!(got["cautions"][0]["code"], "missing_rows");
    assert_eq!(got["cautions"][0]["rows"], json!([7]));
    assert_eq!(got["rules"]["quantile_type"], 7);
}

/// C keeps its place without rows, and the test is that of the two that have some.
#[test]
fn a_group_without_rows_keeps_its_place() {
    let got = summary(json!({"by": "arm", "variables": ["age", "grade"], "subset": [arms()]}));
    let [age, grade] = [&got["variables"][0], &got["variables"][1]];
    assert_eq!(got["n"], 6);
    assert_eq!(
        age["groups"][2],
        json!({"group": "C", "n": 0, "n_missing": 0, "median": null, "q1": null, "q3": null, "mean": null,
               "sd": null, "min": null, "max": null, "reason": "no_values"})
    );
    assert_eq!(age["test"]["name"], "wilcoxon");
    assert_eq!(grade["levels"][0]["level"], "high");
    assert_eq!(grade["levels"][0]["groups"][0]["n"], 1);
    assert!((grade["levels"][0]["groups"][0]["percent"].as_f64().expect("a number") - 100.0 / 3.0).abs() < 1e-12);
    assert_eq!(grade["levels"][0]["groups"][2], json!({"group": "C", "n": 0, "percent": null}));
    assert_eq!(grade["totals"][1], json!({"group": "B", "n": 2, "n_missing": 1}));
    assert_eq!([&grade["overall"]["n"], &grade["overall"]["n_missing"]], [5, 1]);
    assert_eq!(grade["overall"]["levels"][0], json!({"level": "high", "n": 3, "percent": 60.0}));
    // [[1, 2], [2, 0]]: of the 10 tables of these sums 3 are as extreme.
    assert_eq!(grade["test"]["name"], "fisher");
    assert!((grade["test"]["p_value"].as_f64().expect("a number") - 0.4).abs() < 1e-12);
    assert_eq!(got["cautions"][0]["code"], "empty_group");
}

#[test]
fn without_groups_there_is_no_test() {
    let got = summary(json!({"variables": ["age", "grade"]}));
    assert_eq!([&got["n"], &got["n_missing"]], [8, 0]);
    assert_eq!(got["variables"][0]["overall"]["median"], 60.0);
    for variable in got["variables"].as_array().expect("a list") {
        assert_eq!(variable["test"], Value::Null);
    }
    assert_eq!(got["variables"][0]["groups"], json!([]));
    assert_eq!(got["variables"][1]["levels"][1], json!({"level": "low", "groups": []}));
    assert_eq!(got["variables"][1]["overall"]["levels"][1]["n"], 4);
}

#[test]
fn two_groups_have_a_standardised_difference() {
    let data = json!({"data": {"columns": {"arm": {"levels": ["A", "B"]}, "day": {"type": "text"}},
                               "exclude": [{"row": 8, "reason": "third arm"}]}});
    let analysis = json!({"id": "t1", "type": "summary", "by": "arm", "variables": ["score", "grade", "site"],
                          "numeric_test": "t", "categorical_test": "chisq"});
    let got = run(data, analysis);
    assert_eq!([&got["n"], &got["n_missing"], &got["n_excluded"]], [6, 1, 1]);
    let [score, grade, site] = [0, 1, 2].map(|i| &got["variables"][i]);
    // Means 2.5 and 5.5, standard deviations 1.
    assert_eq!(score["standardised_difference"], json!({"estimate": 3.0}));
    assert_eq!([&score["test"]["name"], &score["test"]["t_variance"]], ["t", "welch"]);
    // Shares ⅓ and 1: ⅔/√(⅓·⅔/2).
    let got_smd = grade["standardised_difference"]["estimate"].as_f64().expect("a number");
    assert!((got_smd - 2.0).abs() < 1e-12);
    assert_eq!([&grade["test"]["name"], &grade["test"]["continuity"]], [&json!("chisq"), &json!(true)]);
    assert_eq!(site["test"]["reason"], "one_level");
    assert_eq!(site["standardised_difference"], json!({"estimate": null, "reason": "one_level"}));
    assert_eq!(got["cautions"].as_array().expect("a list").last().expect("one")["code"], "small_expected");
}

#[test]
fn presets() {
    for (name, kind, variance, continuity) in
        [("r", 7, "welch", true), ("spss", 6, "pooled", false), ("stata", 2, "pooled", false)]
    {
        let analysis = json!({"id": "t1", "type": "summary", "by": "arm", "variables": ["age"]});
        let rules = &run(json!({"conventions": name}), analysis)["rules"];
        assert_eq!(rules["quantile_type"], kind);
        assert_eq!(rules["t_variance"], variance);
        assert_eq!(rules["continuity"], continuity);
        assert_eq!([&rules["numeric_test"], &rules["categorical_test"]], ["auto", "auto"]);
    }
    assert_eq!(summary(json!({"variables": ["age"], "quantile_type": "tukey"}))["rules"]["quantile_type"], "tukey");
}

/// With an endpoint the table is of those who have it.
#[test]
fn of_those_who_have_the_endpoint() {
    let endpoints = json!({"E": {"time": "age", "status": "code", "event": [1], "unit": "months"}});
    let analysis = json!({"id": "t1", "type": "summary", "endpoint": "E", "by": "arm", "variables": ["score"]});
    let got = run(json!({"endpoints": endpoints}), analysis);
    assert_eq!([&got["n"], &got["n_missing"], &got["n_excluded"], &got["n_event"]], [6, 1, 1, 3]);
}

#[test]
fn refused() {
    let code = |options: Value| summary(options)["error"]["code"].clone();
    assert_eq!(code(json!({"by": "arm"})), "missing_option");
    assert_eq!(code(json!({"variables": ["day"]})), "wrong_column_type");
    assert_eq!(code(json!({"variables": ["note"]})), "wrong_column_type");
    assert_eq!(code(json!({"variables": ["nothing"]})), "unknown_column");
    assert_eq!(code(json!({"variables": ["age", "age"]})), "bad_option");
    assert_eq!(code(json!({"variables": ["arm"], "by": "arm"})), "bad_option");
    assert_eq!(code(json!({"variables": ["age"], "quantile_type": 5})), "study_unreadable");
    assert_eq!(code(json!({"variables": ["age"], "numeric_test": "median"})), "study_unreadable");
    assert_eq!(code(json!({"variables": ["age"], "weights": "score"})), "option_not_applicable");
    assert_eq!(code(json!({"variables": ["age"], "subset": [{"column": "arm", "in": ["D"]}]})), "bad_option");
}

#[test]
fn codes_that_look_like_a_category() {
    let got = summary(json!({"variables": ["code"]}));
    assert_eq!(got["cautions"][0]["code"], "numeric_codes_summarised");
    assert_eq!(got["cautions"][0]["params"]["values"], "1, 2, 3");
}
