//! Properties of the study reader and of a run, for any document and any small table. `PROPTEST_CASES` makes a longer run.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

/// Few by default: a run fits models.
fn cases(default: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(default);
    ProptestConfig { cases, max_global_rejects: u32::MAX, ..ProptestConfig::default() }
}

/// Values that stand somewhere in a study, and values that do not belong there.
fn value() -> impl Strategy<Value = Value> {
    let words = [
        "",
        "t",
        "s",
        "g",
        "E",
        "OS",
        "log",
        "log-log",
        "efron",
        "exact",
        "holm",
        "count",
        "mid",
        "category",
        "date",
        "number",
        "12",
        "NA",
        "cox",
        "kaplan_meier",
        "2020-01-31",
        "months",
        "é🫀",
        "x:g",
    ];
    prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        prop::sample::select(vec![0.0, 1.0, -1.0, 2.0, 0.5, 0.95, 1e308, 1e-308, 99.0, 3.0]).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(words.to_vec()).prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([1, "a", null])),
        Just(json!({"a": [1]})),
        Just(json!([{"column": "g", "in": [1]}])),
        Just(json!({"fleming-harrington": [0.5, 1]})),
    ]
}

/// Number of values inside `value`, itself included.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum::<usize>(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

/// Replaces the `at`-th value inside `value`, or takes it out where there is none to put in its place.
fn replace(value: &mut Value, at: &mut usize, with: &Option<Value>) {
    let mut take_out = None;
    match value {
        Value::Array(items) => {
            for (i, item) in items.iter_mut().enumerate() {
                *at = at.wrapping_sub(1);
                match (*at, with) {
                    (0, Some(with)) => *item = with.clone(),
                    (0, None) => take_out = Some(i),
                    _ => replace(item, at, with),
                }
            }
            if let Some(i) = take_out {
                items.remove(i);
            }
        }
        Value::Object(members) => {
            let mut key = None;
            for (name, member) in members.iter_mut() {
                *at = at.wrapping_sub(1);
                match (*at, with) {
                    (0, Some(with)) => *member = with.clone(),
                    (0, None) => key = Some(name.clone()),
                    _ => replace(member, at, with),
                }
            }
            if let Some(key) = key {
                members.shift_remove(&key);
            }
        }
        _ => {}
    }
}

fn reference(case: &str) -> (String, String) {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/cases").join(case);
    let read = |name| fs::read_to_string(case.join(name)).expect("a reference case");
    (read("study.json"), read("data.csv"))
}

/// What holds for every results document.
fn check(results: &riskset::study::Results) -> Result<Value, TestCaseError> {
    prop_assert_eq!(riskset::study::finite::first_not_finite(results), None);
    let document = serde_json::to_value(results).map_err(|error| TestCaseError::fail(error.to_string()))?;
    for entry in document["results"].as_array().into_iter().flatten() {
        prop_assert_ne!(&entry["error"]["code"], "not_finite", "{}", entry);
        if entry["error"].is_object() {
            prop_assert!(!entry["error"]["message"].as_str().unwrap_or_default().is_empty());
            prop_assert!(entry.get("n").is_none());
            continue;
        }
        for curve in entry["curves"].as_array().into_iter().flatten() {
            check_curve(curve)?;
        }
        if entry["type"] == "log_rank" {
            let sum = |key: &str| -> f64 {
                entry["groups"].as_array().into_iter().flatten().filter_map(|group| group[key].as_f64()).sum()
            };
            prop_assert!((sum("observed") - sum("expected")).abs() < 1e-9 * (1.0 + sum("observed")), "{}", entry);
        }
        for term in entry["terms"].as_array().into_iter().flatten() {
            if let (Some(low), Some(ratio), Some(high)) =
                (term["conf_low"].as_f64(), term["hazard_ratio"].as_f64(), term["conf_high"].as_f64())
            {
                prop_assert!(low <= ratio && ratio <= high, "{}", term);
            }
        }
        for p in p_values(entry) {
            prop_assert!((0.0..=1.0).contains(&p), "{}", entry);
        }
    }
    Ok(document)
}

fn p_values(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(p_values).collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(
                |(name, member)| {
                    if name == "p_value" { member.as_f64().into_iter().collect() } else { p_values(member) }
                },
            )
            .collect(),
        _ => Vec::new(),
    }
}

fn check_curve(curve: &Value) -> Result<(), TestCaseError> {
    let steps = &curve["steps"];
    let list =
        |key: &str| -> Vec<Option<f64>> { steps[key].as_array().into_iter().flatten().map(Value::as_f64).collect() };
    let (time, estimate) = (list("time"), list("estimate"));
    for key in ["n_risk", "n_event", "n_censor", "estimate", "std_error", "conf_low", "conf_high"] {
        prop_assert_eq!(list(key).len(), time.len(), "{}", key);
    }
    prop_assert!(time.windows(2).all(|pair| pair[0] < pair[1]));
    prop_assert!(estimate.windows(2).all(|pair| pair[0] >= pair[1]));
    for (i, s) in estimate.iter().enumerate() {
        prop_assert!(s.is_some_and(|s| (0.0..=1.0).contains(&s)));
        let (low, high) = (list("conf_low")[i], list("conf_high")[i]);
        prop_assert!(low.is_none_or(|low| low <= s.unwrap_or(0.0) + 1e-12), "{}", curve);
        prop_assert!(high.is_none_or(|high| high >= s.unwrap_or(1.0) - 1e-12), "{}", curve);
    }
    // At risk: those of the step before, less whoever left there, plus whoever has entered since.
    let (risk, enter) = (list("n_risk"), list("n_enter"));
    let of = |list: &[Option<f64>], i: usize| list.get(i).copied().flatten().unwrap_or(0.0);
    for i in 1..risk.len() {
        let gone = ["n_event", "n_censor", "n_leave"].iter().map(|key| of(&list(key), i - 1)).sum::<f64>();
        prop_assert!((of(&risk, i) - (of(&risk, i - 1) - gone + of(&enter, i))).abs() < 1e-9, "{}", curve);
    }
    Ok(())
}

/// A cell from a few values that make ties, missing values and, seldom, mistakes.
fn cell(values: &[&'static str]) -> impl Strategy<Value = &'static str> + use<> {
    prop::sample::select(values.to_vec())
}

/// A table of up to 14 rows: p, e, t, s, g, h, n, w, o, d, l.
fn small_table() -> impl Strategy<Value = String> {
    let row = (
        (cell(&["A", "B", "C", "D", ""]), cell(&["0", "0", "0", "1", "2", "0.5", ""])),
        (
            cell(&["1", "2", "3", "3", "4.5", "7", "0", "2.00000000001", "5", "6", "8", "9", ""]),
            cell(&["0", "1", "1", "2", "0", "1", ""]),
        ),
        (cell(&["x", "y", "z", "x", "y", ""]), cell(&["1", "2", "2", "1"])),
        (cell(&["0.5", "1", "-2", "3.25", "7", "1e3", "0", ""]), cell(&["1", "1", "2", "0.5", "0"])),
        (
            cell(&["2020-01-01", "2020-02-01", "2019-12-31", ""]),
            cell(&["", "", "2020-03-01", "2021-01-01", "2020-02-01"]),
            cell(&["2020-06-01", "2021-01-01", "2020-02-01", "2020-03-01", ""]),
        ),
    );
    prop::collection::vec(row, 1..15).prop_map(|rows| {
        let mut text = String::from("p,e,t,s,g,h,n,w,o,d,l\n");
        for ((p, e), (t, s), (g, h), (n, w), (o, d, l)) in rows {
            text.push_str(&[p, e, t, s, g, h, n, w, o, d, l].join(","));
            text.push('\n');
        }
        text
    })
}

/// An analysis of a type of this version with options that belong to it.
fn analysis() -> impl Strategy<Value = Value> {
    let option = |name: &'static str, values: Vec<Value>| prop_oneof![2 => Just(None), 1 => prop::sample::select(values).prop_map(move |value| Some((name, value)))];
    let strings = |values: &[&str]| values.iter().map(|&value| json!(value)).collect::<Vec<Value>>();
    let groups = strings(&["g", "h", "p", "n", "d"]);
    let common = (
        option("subset", vec![json!([{"column": "g", "in": ["x", "y"]}]), json!([{"column": "h", "in": [1]}])]),
        option("cause", strings(&["a", "b", "event", "death"])),
        option("conf_level", vec![json!(0.5), json!(0.9), json!(0.999)]),
        option("time_zero", strings(&["keep", "drop"])),
    );
    let curve = (
        option("by", groups.clone()),
        option("weights", vec![json!("w")]),
        option("times", vec![json!([0, 1, 3, 100]), json!([2.5])]),
        option("conf_type", strings(&["plain", "log", "log-log", "logit", "arcsin", "none"])),
        option("quantile_rule", strings(&["first", "midpoint"])),
        option("quantile_interval", strings(&["inversion", "density"])),
        option("beyond", strings(&["carry"])),
    );
    let test = (
        option("strata", vec![json!("h"), json!(["h", "p"])]),
        option(
            "weights",
            vec![
                json!("peto-peto"),
                json!("gehan-breslow"),
                json!("tarone-ware"),
                json!({"fleming-harrington": [1, 0.5]}),
            ],
        ),
        option("trend", vec![json!(true)]),
        option("pairwise", strings(&["holm", "bonferroni"])),
    );
    let model = (
        prop::sample::select(vec![
            json!([]),
            json!(["n"]),
            json!(["g"]),
            json!(["g", "n"]),
            json!(["h", "g"]),
            json!("n"),
        ]),
        option("strata", vec![json!("h")]),
        option("weights", vec![json!("w")]),
        option("ties", strings(&["efron", "breslow", "exact"])),
        option("robust", vec![json!(true)]),
        option("cluster", vec![json!("p")]),
    );
    let endpoint = prop::sample::select(vec!["E", "L", "CR", "OS"]);
    (prop::sample::select(vec!["kaplan_meier", "follow_up", "log_rank", "cox"]), endpoint, common, curve, test, model)
        .prop_map(|(kind, endpoint, common, curve, test, model)| {
            let mut analysis = json!({"type": kind, "endpoint": endpoint});
            let mut put = |option: Option<(&'static str, Value)>| {
                if let Some((name, value)) = option {
                    analysis[name] = value;
                }
            };
            put(common.0);
            put(common.1.filter(|_| kind != "follow_up"));
            put(common.2);
            put(common.3);
            match kind {
                "cox" => {
                    put(Some(("covariates", model.0)));
                    [model.1, model.2, model.3, model.4, model.5].into_iter().for_each(&mut put);
                }
                "log_rank" => {
                    put(curve.0.or(Some(("by", json!("g")))));
                    [test.0, test.1, test.2, test.3].into_iter().for_each(&mut put);
                }
                _ => {
                    [curve.0, curve.1, curve.2, curve.3, curve.4, curve.5, curve.6].into_iter().for_each(&mut put);
                }
            }
            analysis
        })
}

/// Rows of the table that the analysis looks at.
fn rows_of_subset(table: &riskset::table::Table, analysis: &Value) -> usize {
    let conditions = analysis["subset"].as_array().cloned().unwrap_or_default();
    let holds = |row: usize| {
        conditions.iter().all(|condition| {
            let column = table.column(condition["column"].as_str().unwrap_or_default());
            let cell = column.map_or("", |column| column.cell(row));
            let values = condition["in"].as_array().cloned().unwrap_or_default();
            values.iter().any(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned) == cell)
        })
    };
    (0..table.n_rows()).filter(|&row| holds(row)).count()
}

proptest! {
    #![proptest_config(cases(64))]

    /// Any run on any small table keeps the promises of the results document, and its echo gives the same figures.
    #[test]
    fn small_runs_keep_the_promises(
        text in small_table(),
        mut analyses in prop::collection::vec(analysis(), 1..4),
        preset in prop::sample::select(vec!["r", "spss", "stata"]),
        late in prop::sample::select(vec!["censor", "count"]),
        excluded in any::<bool>(),
    ) {
        for (i, analysis) in analyses.iter_mut().enumerate() {
            analysis["id"] = json!(format!("a{i}"));
        }
        let table = riskset::table::open(text.as_bytes(), "t.csv").map_err(|error| TestCaseError::fail(error.to_string()))?;
        let study = json!({
            "format": "riskset-study/1", "conventions": preset,
            "data": {"exclude": if excluded { json!([{"row": 1, "reason": "x"}]) } else { json!([]) },
                     "columns": {"g": {"type": "category"}, "n": {"type": "number"}}},
            "endpoints": {
                "E": {"time": "t", "status": "s", "event": [1]},
                "L": {"entry": "e", "time": "t", "status": "s", "event": [1, 2], "id": "p"},
                "CR": {"time": "t", "status": "s", "events": {"a": [1], "b": [2]}, "censored": [0]},
                "OS": {"origin": "o", "events": {"death": "d"}, "censor": "l", "late_events": late, "unit": "months"},
            },
            "analyses": analyses,
        });
        let run = |study: &Value| -> Result<Value, TestCaseError> {
            let study = riskset::study::read(&study.to_string()).map_err(|error| TestCaseError::fail(error.to_string()))?;
            check(&riskset::study::run(&study, &table).map_err(|error| TestCaseError::fail(error.to_string()))?)
        };
        let results = run(&study)?;
        for (entry, analysis) in results["results"].as_array().into_iter().flatten().zip(&analyses) {
            if let Some(n) = entry["n"].as_u64() {
                let sum = n + entry["n_missing"].as_u64().unwrap_or(0) + entry["n_excluded"].as_u64().unwrap_or(0);
                prop_assert_eq!(sum as usize, rows_of_subset(&table, analysis), "{}", entry);
            }
        }
        for endpoint in results["endpoints"].as_object().into_iter().flat_map(|endpoints| endpoints.values()) {
            if let Some(n) = endpoint["n"].as_u64() {
                prop_assert_eq!(n + endpoint["n_excluded"].as_u64().unwrap_or(0), table.n_rows() as u64);
            }
        }
        prop_assert_eq!(&run(&results["study"])?["results"], &results["results"]);
    }

    /// A reference study with some values replaced or taken out is read and run, or refused with a place.
    #[test]
    fn changed_studies_never_panic(
        case in prop::sample::select(vec!["dates", "heart_entry"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::option::weighted(0.8, value())), 1..4),
    ) {
        let (study, data) = reference(case);
        let mut study: Value = serde_json::from_str(&study).map_err(|error| TestCaseError::fail(error.to_string()))?;
        for (index, with) in &changes {
            let mut at = 1 + index.index(size(&study).max(2) - 1);
            replace(&mut study, &mut at, with);
        }
        let text = serde_json::to_string_pretty(&study).map_err(|error| TestCaseError::fail(error.to_string()))?;
        match riskset::study::read(&text) {
            Ok(study) => {
                let table = riskset::table::open(data.as_bytes(), "data.csv").map_err(|error| TestCaseError::fail(error.to_string()))?;
                if let Ok(results) = riskset::study::run(&study, &table) {
                    check(&results)?;
                }
            }
            Err(error) => {
                let at = &error.position;
                prop_assert!(at.line.is_some() || at.path.is_some() || error.kind.code() == "unknown_format", "{}", error);
                prop_assert!(at.line.is_none_or(|line| line <= text.lines().count()));
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(256))]

    /// A study whose text is cut, doubled or sprinkled is read or refused, with a line inside it.
    #[test]
    fn broken_studies_are_refused_with_a_line(
        case in prop::sample::select(vec!["dates", "heart_entry", "firth_separated"]),
        from in any::<prop::sample::Index>(),
        length in 0..40_usize,
        with in prop::sample::select(vec!["", "{", "}", "[", "]", "\"", ",", ":", "0", "-", "1e999", "null", "\\u", "é", "\u{0}", "\n"]),
    ) {
        let (study, _) = reference(case);
        let mut characters: Vec<char> = study.chars().collect();
        let from = from.index(characters.len());
        let to = (from + length).min(characters.len());
        characters.splice(from..to, with.chars());
        let text: String = characters.into_iter().collect();
        if let Err(error) = riskset::study::read(&text) {
            if error.kind.code() == "study_unreadable" {
                prop_assert!(error.position.line.is_some_and(|line| (1..=text.split('\n').count()).contains(&line)), "{}", error);
                prop_assert!(error.position.character.is_some());
            }
            prop_assert!(!error.to_string().contains(" at line "), "{}", error);
        }
    }

    #[test]
    fn any_text_is_refused_with_a_line(text in prop::collection::vec(any::<char>(), 0..80)) {
        let text: String = text.into_iter().collect();
        let error = riskset::study::read(&text).map(|_| ()).err();
        prop_assert!(error.is_some_and(|error| error.position.line.is_some()));
    }
}
