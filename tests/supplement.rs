//! Aggregates for a journal's readers: what they hold, what they never hold, and how near to the exact figures they come.

use proptest::prelude::*;
use riskset::report::supplement::{aggregate, meter, redo, shared};
use riskset::study::Results;
use riskset::table::Table;
use serde_json::{Value, json};

fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(64);
    ProptestConfig { cases, ..ProptestConfig::default() }
}

/// A table and the results of a study on it.
type Run = (Table, Results);

fn run(csv: &str, name: &str, study: &Value) -> Run {
    let table = riskset::table::open(csv.as_bytes(), name).expect("a table");
    let study = riskset::study::read(&study.to_string()).expect("a study");
    let results = riskset::study::run(&study, &table).expect("results");
    (table, results)
}

/// Numbers in [0, 1), the same each time.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Patients of three centres with an OS and a DFS in months, and covariates.
fn cohort(n: usize, seed: u64) -> String {
    let mut draw = Draws(seed);
    let mut csv = "patient,os,dead,dfs,failed,arm,grade,age,note\n".to_owned();
    for i in 0..n {
        let arm = if draw.next() < 0.5 { "A" } else { "B" };
        let grade = ["low", "middle", "high"][(draw.next() * 3.0) as usize];
        let hazard = (if arm == "A" { 0.02 } else { 0.03 }) * (if grade == "high" { 1.6 } else { 1.0 });
        let death = -libm::log(1.0 - draw.next()) / hazard;
        let end = 12.0 + 60.0 * draw.next();
        let relapse = -libm::log(1.0 - draw.next()) / (1.5 * hazard);
        let (os, dead) = (death.min(end), death <= end);
        let (dfs, failed) = (os.min(relapse), dead || relapse <= os);
        let age = 40 + (draw.next() * 40.0) as u32;
        csv += &format!("CANARY{i},{os},{},{dfs},{},{arm},{grade},{age},secret{i}\n", u8::from(dead), u8::from(failed));
    }
    csv
}

fn study(by: Option<&str>) -> Value {
    let curve = |endpoint: &str| {
        json!({"id": format!("km_{endpoint}"), "type": "kaplan_meier", "endpoint": endpoint, "by": by, "times": [24],
               "conf_type": "log-log"})
    };
    let mut analyses = vec![curve("OS"), curve("DFS")];
    if let Some(by) = by {
        analyses.push(json!({"id": "lr", "type": "log_rank", "endpoint": "OS", "by": by}));
    }
    analyses.push(json!({"id": "table", "type": "cox_table", "endpoint": "OS", "univariable": ["arm", "grade", "age"],
                         "multivariable": ["arm", "age"]}));
    json!({
        "format": "riskset-study/1", "title": "A trial",
        "data": {"file": "canary_file.csv", "columns": {
            "grade": {"levels": ["low", "middle", "high"], "recode": {"canary_old": "low"}, "missing": ["canary_missing"]}}},
        "endpoints": {
            "OS": {"time": "os", "status": "dead", "event": [1], "unit": "months"},
            "DFS": {"time": "dfs", "status": "failed", "event": [1], "unit": "months"}},
        "analyses": analyses})
}

fn asked((table, results): &Run, request: Value) -> riskset::error::Result<aggregate::Aggregate> {
    aggregate::build(&request.to_string(), results, table)
}

/// Every number of a document with its path.
fn numbers(value: &Value, path: &str, out: &mut Vec<(String, f64)>) {
    match value {
        Value::Number(number) => out.push((path.to_owned(), number.as_f64().expect("a number"))),
        Value::Array(list) => list.iter().for_each(|one| numbers(one, path, out)),
        Value::Object(map) => map.iter().for_each(|(key, one)| numbers(one, &format!("{path}.{key}"), out)),
        _ => {}
    }
}

#[test]
fn no_exact_time_no_cell_and_no_row_is_in_a_document() {
    let csv = cohort(400, 7);
    let mut study = study(Some("arm"));
    study["data"]["exclude"] = json!([{"row": 3, "reason": "canary_reason"}]);
    study["data"]["sha256"] = json!(riskset::table::open(csv.as_bytes(), "canary_file.csv").expect("a table").sha256);
    let run_of = run(&csv, "canary_file.csv", &study);
    let document = asked(&run_of, json!({"curves": ["km_OS"], "models": ["table"]})).expect("aggregates");
    let text = serde_json::to_string(&document).expect("JSON");
    for word in [
        "CANARY",
        "canary",
        "secret",
        "sha256",
        &run_of.0.sha256,
        "exclude",
        "\"row\"",
        "\"line\"",
        "recode",
        "missing",
    ] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    // What is not whole is an end of a bin, a ratio or p as an article prints it, or the level of an interval.
    let value = serde_json::to_value(&document).expect("JSON");
    let mut found = Vec::new();
    numbers(&value, "", &mut found);
    assert!(found.len() > 50);
    for (path, number) in &found {
        let last = path.rsplit('.').next().expect("a name");
        let rounded = |unit: f64| (number * unit - (number * unit).round()).abs() < 1e-9;
        match last {
            "hazard_ratio" | "conf_low" | "conf_high" => assert!(rounded(100.0) || *number < 0.1, "{path}: {number}"),
            "value" => assert!(rounded(1000.0), "{path}: {number}"),
            "conf_level" => assert_eq!(*number, 0.95),
            "ends" | "ends_months" => assert!((number / 3.0).fract() == 0.0, "{path}: {number}"),
            _ => assert!(number.fract() == 0.0, "{path}: {number}"),
        }
    }
    // No time of a patient, with the digits that it has in the file or with fewer.
    for cell in csv.lines().skip(1).flat_map(|line| [line.split(',').nth(1), line.split(',').nth(3)]).flatten() {
        for digits in 3..=17 {
            let time: f64 = cell.parse().expect("a time");
            let written = format!("{time:.*}", digits);
            assert!(!text.contains(&written), "{written}");
        }
    }
}

#[test]
fn sums_are_those_of_the_results() {
    let run_of = run(&cohort(300, 11), "t.csv", &study(Some("arm")));
    let document = asked(&run_of, json!({"curves": ["km_OS"], "k": 5, "width_months": 3})).expect("aggregates");
    let value = serde_json::to_value(&run_of.1).expect("JSON");
    let curves = &value["results"][0]["curves"];
    for (group, curve) in document.endpoints[0].groups.iter().zip(curves.as_array().expect("curves")) {
        assert_eq!(group.group.as_deref(), curve["group"].as_str());
        assert_eq!(Some(group.n), curve["n"].as_u64());
        assert_eq!(group.n_event.iter().sum::<u64>() as f64, curve["n_event"].as_f64().expect("events"));
        assert_eq!(group.n_event.iter().chain(&group.n_censor).sum::<u64>(), group.n);
        assert_eq!(group.n_risk[0], group.n);
        // At risk at the start of each bin, as the exact times have it.
        let steps = &curve["steps"];
        for (end, n_risk) in document.endpoints[0].ends.iter().zip(&group.n_risk[1..]) {
            let later = steps["time"]
                .as_array()
                .expect("times")
                .iter()
                .enumerate()
                .filter(|(_, time)| time.as_f64().expect("a time") > *end);
            let count = |i: usize, name: &str| steps[name][i].as_f64().expect("a count");
            let left: f64 = later.map(|(i, _)| count(i, "n_event") + count(i, "n_censor")).sum();
            assert_eq!(left, *n_risk as f64);
        }
    }
    assert!(document.endpoints[0].log_rank.is_some());
    assert_eq!(document.endpoints[0].conf_type, json!("log-log"));
}

#[test]
fn small_groups_and_strange_requests_are_refused() {
    let run_of = run(&cohort(45, 3), "t.csv", &study(Some("arm")));
    let error = asked(&run_of, json!({"curves": ["km_OS"]})).expect_err("too few");
    assert_eq!(error.kind.code(), "too_few_for_aggregates");
    assert!(error.params["groups"].contains("OS, A: ") || error.params["groups"].contains("OS, B: "), "{error}");
    assert_eq!(error.params["least"], "25");
    let run_of = run(&cohort(300, 3), "t.csv", &study(Some("arm")));
    let code = |request: Value| asked(&run_of, request).expect_err("an error").kind.code();
    assert_eq!(code(json!({"curves": ["km_OS"], "k": 2})), "bad_option");
    assert_eq!(code(json!({"curves": ["km_OS"], "width_months": 0})), "bad_option");
    assert_eq!(code(json!({"curves": ["km_OS", "km_OS"]})), "bad_option");
    assert_eq!(code(json!({"curves": []})), "bad_option");
    assert_eq!(code(json!({"curves": ["lr"]})), "bad_option");
    assert_eq!(code(json!({"curves": ["km_DFS"], "models": ["table"]})), "bad_option");
    assert_eq!(code(json!({"curve": ["km_OS"]})), "supplement_unreadable");
    // All leave within the first bin, so that none can be closed.
    assert_eq!(code(json!({"curves": ["km_OS"], "width_months": 120})), "aggregates_too_coarse");
}

#[test]
fn two_groupings_of_the_same_patients_are_refused() {
    let mut study = study(Some("arm"));
    let other = json!({"id": "km_grade", "type": "kaplan_meier", "endpoint": "DFS", "by": "grade"});
    study["analyses"].as_array_mut().expect("analyses").push(other);
    let run_of = run(&cohort(300, 3), "t.csv", &study);
    let error = asked(&run_of, json!({"curves": ["km_OS", "km_grade"]})).expect_err("played off");
    assert_eq!(error.kind.code(), "bad_option");
}

#[test]
fn weights_late_entry_and_subsets_are_refused() {
    let csv = cohort(200, 5).replace("note", "w").lines().enumerate().fold(String::new(), |out, (i, line)| {
        let start = line.rsplit_once(',').expect("cells").0;
        out + &if i == 0 { format!("{line}\n") } else { format!("{start},2\n") }
    });
    for change in [json!({"weights": "w"}), json!({"subset": [{"column": "arm", "in": ["A"]}]})] {
        let mut study = study(None);
        study["analyses"][0].as_object_mut().expect("options").extend(change.as_object().expect("options").clone());
        let run_of = run(&csv, "t.csv", &study);
        assert_eq!(
            asked(&run_of, json!({"curves": ["km_OS"]})).expect_err("refused").kind.code(),
            "aggregates_not_defined"
        );
    }
    let mut study = study(None);
    study["endpoints"]["OS"]["id"] = json!("patient");
    let run_of = run(&csv, "t.csv", &study);
    assert_eq!(
        asked(&run_of, json!({"curves": ["km_OS"]})).expect_err("refused").kind.code(),
        "aggregates_not_defined"
    );
}

/// One patient has no DFS: taking one endpoint from the other would tell of that patient.
#[test]
fn endpoints_that_differ_by_one_patient_are_refused() {
    let csv = cohort(300, 9);
    let (head, rows) = csv.split_once('\n').expect("a header");
    let (first, rest) = rows.split_once('\n').expect("rows");
    let mut cells: Vec<&str> = first.split(',').collect();
    (cells[3], cells[4]) = ("", "");
    let csv = format!("{head}\n{}\n{rest}", cells.join(","));
    let run_of = run(&csv, "t.csv", &study(None));
    let error = asked(&run_of, json!({"curves": ["km_OS", "km_DFS"]})).expect_err("one patient");
    assert_eq!(error.kind.code(), "small_difference");
    assert!(asked(&run_of, json!({"curves": ["km_DFS"]})).is_ok());
}

/// A level of three patients: its figures and the counts of all levels of the factor are withheld; a factor whose levels are all large is
/// shown; codes that are declared as a number are withheld.
#[test]
fn small_cells_of_models_are_withheld() {
    let csv = cohort(300, 21);
    let mut rare = 0;
    let csv = csv.lines().enumerate().fold(String::new(), |out, (i, line)| {
        let cut = line.rsplit_once(',').expect("cells").0;
        let site = if i == 0 {
            "site"
        } else if rare < 3 && line.contains(",1,") {
            rare += 1;
            "rare"
        } else if i % 2 == 0 {
            "x"
        } else {
            "y"
        };
        let code = if i == 0 { "code".to_owned() } else { (i % 2).to_string() };
        out + &format!("{cut},{site},{code}\n")
    });
    let mut study = study(None);
    study["analyses"] = json!([
        {"id": "km", "type": "kaplan_meier", "endpoint": "OS"},
        {"id": "table", "type": "cox_table", "endpoint": "OS", "univariable": ["arm", "site", "code", "age"],
         "multivariable": ["arm", "site", "age"]}]);
    study["data"]["columns"] = json!({"site": {"levels": ["x", "y", "rare"]}, "code": {"type": "number"}});
    let run_of = run(&csv, "t.csv", &study);
    let document = asked(&run_of, json!({"curves": ["km"], "models": ["table"]})).expect("aggregates");
    let table = serde_json::to_value(&document.models[0]).expect("JSON");
    let row = |variable: &str, level: Value| {
        let found = table["rows"]
            .as_array()
            .expect("rows")
            .iter()
            .find(|row| row["variable"] == variable && row["level"] == level);
        found.expect("a row").clone()
    };
    for model in ["univariable", "multivariable"] {
        let rare = &row("site", json!("rare"))[model];
        assert_eq!(
            (&rare["withheld"], &rare["n"], &rare["hazard_ratio"]),
            (&json!("small_cell"), &Value::Null, &Value::Null)
        );
        let other = &row("site", json!("y"))[model];
        assert_eq!((&other["withheld"], &other["counts_withheld"]), (&Value::Null, &json!("gives_back")));
        assert!(other["hazard_ratio"].is_number() && other["n"].is_null() && other["n_event"].is_null());
        let arm = &row("arm", json!("B"))[model];
        assert!(arm["hazard_ratio"].is_number() && arm["n"].is_u64() && arm["n_event"].is_u64(), "{arm}");
    }
    assert_eq!(row("code", Value::Null)["univariable"]["withheld"], "number_codes");
    assert!(row("age", Value::Null)["multivariable"]["conf_high"].is_number());
    let factor =
        table["factors"].as_array().expect("factors").iter().find(|factor| factor["variable"] == "site").expect("site");
    assert_eq!((&factor["univariable"], &factor["multivariable"]), (&Value::Null, &Value::Null));
    assert!(meter::meter(&document).withheld >= 7);
    assert_eq!(meter::meter(&document).isolating, 0);

    // The rare level as the reference: nothing of the factor can be shown.
    study["data"]["columns"]["site"] = json!({"levels": ["rare", "x", "y"]});
    let run_of = run(&csv, "t.csv", &study);
    let document = asked(&run_of, json!({"curves": ["km"], "models": ["table"]})).expect("aggregates");
    let rows = document.models[0].rows.iter().filter(|row| row.variable == "site");
    for cell in rows.filter_map(|row| row.multivariable.as_ref()) {
        assert!(cell.withheld.is_some() && cell.hazard_ratio.is_none() && cell.n.is_none(), "{cell:?}");
    }
}

/// Two patients without an age: the counts of the models that leave them out are withheld, the ratios are not.
#[test]
fn models_that_leave_out_a_few_do_not_tell_whom() {
    let csv = cohort(300, 33);
    let csv = csv.lines().enumerate().fold(String::new(), |out, (i, line)| {
        let mut cells: Vec<&str> = line.split(',').collect();
        if i == 5 || i == 9 {
            cells[7] = "";
        }
        out + &cells.join(",") + "\n"
    });
    let run_of = run(&csv, "t.csv", &study(None));
    let document = asked(&run_of, json!({"curves": ["km_OS"], "models": ["table"]})).expect("aggregates");
    for row in &document.models[0].rows {
        for cell in [&row.univariable, &row.multivariable].into_iter().flatten() {
            let complete = row.variable != "age" && std::ptr::eq(cell, row.univariable.as_ref().unwrap_or(cell));
            assert_eq!(cell.n.is_some(), complete, "{row:?}");
            assert!(cell.hazard_ratio.is_some());
        }
    }
}

/// Seven patients without an age, six of arm A and one of B: the model's counts of B, taken from the curve's, would tell of one patient.
#[test]
fn levels_of_models_do_not_differ_by_a_few_from_the_groups() {
    let csv = cohort(300, 41);
    let mut left = [6, 1];
    let csv = csv.lines().fold(String::new(), |out, line| {
        let mut cells: Vec<&str> = line.split(',').collect();
        let arm = ["A", "B"].iter().position(|arm| *arm == cells[5]);
        if let Some(arm) = arm.filter(|&arm| left[arm] > 0) {
            left[arm] -= 1;
            cells[7] = "";
        }
        out + &cells.join(",") + "\n"
    });
    let run_of = run(&csv, "t.csv", &study(Some("arm")));
    let document = asked(&run_of, json!({"curves": ["km_OS"], "models": ["table"]})).expect("aggregates");
    let arms: Vec<_> = document.models[0].rows.iter().filter(|row| row.variable == "arm").collect();
    for row in arms {
        let cell = row.multivariable.as_ref().expect("in the model");
        assert!(cell.n.is_none() && cell.n_event.is_none(), "{row:?}");
        assert!(row.univariable.as_ref().is_some_and(|cell| cell.n.is_some()));
    }
    assert_eq!(meter::meter(&document).isolating, 0);
}

/// A cohort of 300 with the cells that `change` gives a row: its number from 0, and its cells.
fn changed(seed: u64, header: &str, change: impl Fn(usize, &mut Vec<String>)) -> String {
    let csv = cohort(300, seed);
    csv.lines().enumerate().fold(String::new(), |out, (i, line)| {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        if i == 0 {
            cells.extend(header.split(',').filter(|name| !name.is_empty()).map(str::to_owned));
        } else {
            change(i - 1, &mut cells);
        }
        out + &cells.join(",") + "\n"
    })
}

/// The counts of a level that are shown, in the order of the models: analysis, patients, events.
fn counts(document: &aggregate::Aggregate, variable: &str, level: &str) -> Vec<(String, u64, u64)> {
    let rows = document.models.iter().flat_map(|models| models.rows.iter().map(move |row| (models, row)));
    rows.filter(|(_, row)| row.variable == variable && row.level.as_deref() == Some(level))
        .flat_map(|(models, row)| [&row.multivariable, &row.univariable].map(|cell| (models, cell)))
        .filter_map(|(models, cell)| {
            let cell = cell.as_ref()?;
            Some((models.id.clone(), cell.n?, cell.n_event?))
        })
        .collect()
}

/// Forty patients without a marker, one of arm A and 39 of arm B: the counts of arm A in two analyses, one taken from the other, would tell
/// of that one patient. The same between two endpoints, the second of which only those with the marker have.
#[test]
fn levels_of_two_analyses_do_not_differ_by_a_few() {
    let mut of_a = std::cell::Cell::new(1);
    let of_b = std::cell::Cell::new(39);
    let csv = changed(41, "marker", |i, cells| {
        let left = if cells[5] == "A" { &of_a } else { &of_b };
        let is_missing = left.get() > 0;
        left.set(left.get() - i32::from(is_missing));
        cells.push(if is_missing { String::new() } else { (i % 17).to_string() });
        if is_missing {
            (cells[3], cells[4]) = (String::new(), String::new());
        }
    });
    assert_eq!((of_a.get_mut(), of_b.get()), (&mut 0, 0));
    let mut study = study(None);
    let analyses = study["analyses"].as_array_mut().expect("analyses");
    let cox = |id: &str, endpoint: &str, covariates: Value| json!({"id": id, "type": "cox", "endpoint": endpoint, "covariates": covariates});
    analyses.push(cox("without", "OS", json!(["arm", "age"])));
    analyses.push(cox("with", "OS", json!(["arm", "age", "marker"])));
    analyses.push(cox("dfs", "DFS", json!(["arm"])));
    analyses.push(json!({"id": "tables", "type": "cox_table", "endpoint": "OS", "univariable": ["arm"], "multivariable": ["marker"]}));
    let run_of = run(&csv, "t.csv", &study);
    for (curves, models) in [
        (json!(["km_OS"]), json!(["without", "with"])),
        (json!(["km_OS"]), json!(["with", "without"])),
        (json!(["km_OS"]), json!(["with", "tables"])),
        (json!(["km_OS", "km_DFS"]), json!(["without", "dfs"])),
    ] {
        let document = asked(&run_of, json!({"curves": curves, "models": models})).expect("aggregates");
        let shown = counts(&document, "arm", "A");
        assert_eq!(shown.len(), 1, "{models}: {shown:?}");
        assert_eq!(meter::meter(&document).isolating, 0);
        // The ratios stand.
        let mut rows = document.models.iter().flat_map(|models| &models.rows);
        assert!(
            rows.all(|row| row.univariable.iter().chain(&row.multivariable).all(|cell| cell.hazard_ratio.is_some()))
        );
    }
    // Alone each may be shown.
    for id in ["without", "with"] {
        let document = asked(&run_of, json!({"curves": ["km_OS"], "models": [id]})).expect("aggregates");
        assert_eq!(counts(&document, "arm", "A").len(), 1, "{id}");
    }
}

/// The meter reads it from the document: a table whose counts were put back by hand.
#[test]
fn the_meter_sees_levels_that_differ_by_a_few() {
    let mut study = study(None);
    let analyses = study["analyses"].as_array_mut().expect("analyses");
    analyses.push(json!({"id": "again", "type": "cox", "endpoint": "OS", "covariates": ["arm"]}));
    let run_of = run(&cohort(300, 41), "t.csv", &study);
    let mut document = asked(&run_of, json!({"curves": ["km_OS"], "models": ["table", "again"]})).expect("aggregates");
    assert_eq!(meter::meter(&document).isolating, 0);
    let cell = document.models[1].rows[0].multivariable.as_mut().expect("a cell");
    *cell.n.as_mut().expect("shown") -= 1;
    assert!(meter::meter(&document).isolating > 0);
}

/// Ages cut at 50 and, in another column, at 52: one taken from the other would tell of the few between. Cut far apart both are shown, and
/// so is a column that only merges levels of another.
#[test]
fn levels_of_columns_made_of_one_another_do_not_tell_of_the_few_between() {
    let ages = |i: usize| [45, 48, 51, 55, 65][[70, 140, 143, 220].iter().filter(|&&end| i >= end).count()];
    let csv = changed(5, "years", |i, cells| cells.push(ages((i * 7) % 300).to_string()));
    let cut = |at: Value| json!({"from": "years", "cuts": {"at": at}});
    for (first, second, n_shown) in [
        (json!([50]), json!([52]), 1),
        (json!([52]), json!([50]), 1),
        (json!([50]), json!([60]), 2),
        (json!([50, 60]), json!([60]), 2),
        (json!([50, 60]), json!([52]), 1),
        // Unions of levels: the few are between the first level of the one and the first two of the other.
        (json!([47, 52]), json!([50]), 1),
    ] {
        let mut study = study(None);
        study["data"]["columns"]["first"] = cut(first.clone());
        study["data"]["columns"]["second"] = cut(second.clone());
        study["analyses"]
            .as_array_mut()
            .expect("analyses")
            .push(json!({"id": "cuts", "type": "cox_table", "endpoint": "OS", "univariable": ["first", "second"]}));
        let run_of = run(&csv, "t.csv", &study);
        let document = asked(&run_of, json!({"curves": ["km_OS"], "models": ["cuts"]})).expect("aggregates");
        let mut shown: Vec<&str> = document.models[0]
            .rows
            .iter()
            .filter(|row| row.univariable.as_ref().is_some_and(|cell| cell.n.is_some()))
            .map(|row| row.variable.as_str())
            .collect();
        shown.dedup();
        assert_eq!(shown.len(), n_shown, "{first} and {second}: {shown:?}");
    }
    // The groups of the curves are of one such column, the model of the other.
    let mut study = study(Some("first"));
    study["data"]["columns"]["first"] = cut(json!([50]));
    study["data"]["columns"]["second"] = cut(json!([52]));
    study["analyses"] =
        json!([study["analyses"][0], {"id": "cuts", "type": "cox", "endpoint": "OS", "covariates": ["second"]}]);
    let run_of = run(&csv, "t.csv", &study);
    let document = asked(&run_of, json!({"curves": ["km_OS"], "models": ["cuts"]})).expect("aggregates");
    assert!(document.models[0].rows.iter().all(|row| row.multivariable.as_ref().is_some_and(|cell| cell.n.is_none())));
}

/// All of arm A and two of arm B have a marker: the patients of its model less those of arm A would be those two.
#[test]
fn a_model_s_patients_less_a_level_are_not_a_few() {
    let of_b = std::cell::Cell::new(2);
    let csv = changed(41, "marker", |i, cells| {
        let has = cells[5] == "A" || of_b.replace(of_b.get() - 1) > 0;
        cells.push(if has { (i % 17).to_string() } else { String::new() });
    });
    let mut study = study(None);
    study["analyses"]
        .as_array_mut()
        .expect("analyses")
        .push(json!({"id": "both", "type": "cox_table", "endpoint": "OS", "univariable": ["arm", "marker"]}));
    let run_of = run(&csv, "t.csv", &study);
    let document = asked(&run_of, json!({"curves": ["km_OS"], "models": ["both"]})).expect("aggregates");
    let marker = document.models[0].rows.iter().find(|row| row.variable == "marker").expect("a row");
    let has_marker = marker.univariable.as_ref().is_some_and(|cell| cell.n.is_some());
    assert!(!has_marker || counts(&document, "arm", "A").is_empty(), "{marker:?}");
}

proptest! {
    #![proptest_config(cases())]

    /// Whatever the cohort: the aggregates are refused, or nobody is alone in them.
    #[test]
    fn nobody_is_alone(
        n in 20..260_usize,
        seed in any::<u64>(),
        k in 3..9_u64,
        width in prop::sample::select(vec![1.0, 2.0, 3.0, 6.0, 12.0]),
        by in prop::sample::select(vec![None, Some("arm"), Some("grade")]),
        both in any::<bool>(),
        unit in prop::sample::select(vec!["months", "years", "days", "weeks"]),
    ) {
        let mut study = study(by);
        study["endpoints"]["OS"]["unit"] = json!(unit);
        let run_of = run(&cohort(n, seed), "t.csv", &study);
        let curves = if both { json!(["km_OS", "km_DFS"]) } else { json!(["km_OS"]) };
        let request = json!({"curves": curves, "models": ["table"], "k": k, "width_months": width});
        let Ok(document) = asked(&run_of, request) else { return Ok(()) };
        let total: u64 = document.endpoints[0].groups.iter().map(|group| group.n).sum();
        prop_assert_eq!(total as usize, n);
        for endpoint in &document.endpoints {
            prop_assert!(!endpoint.ends.is_empty());
            for group in &endpoint.groups {
                prop_assert!(group.n >= 5 * k);
                prop_assert_eq!(group.n_event.len(), endpoint.ends.len() + 1);
                prop_assert_eq!(group.n_event.iter().chain(&group.n_censor).sum::<u64>(), group.n);
                for (events, censored) in group.n_event.iter().zip(&group.n_censor) {
                    prop_assert!(events + censored >= k);
                }
            }
        }
        if let [one, other] = document.endpoints.as_slice() {
            prop_assert_eq!(&one.ends_months, &other.ends_months);
            for (a, b) in one.groups.iter().zip(&other.groups) {
                for (a, b) in a.n_risk.iter().zip(&b.n_risk) {
                    prop_assert!(a == b || a.abs_diff(*b) >= k, "{a} and {b}");
                }
            }
        }
        for row in document.models.iter().flat_map(|models| &models.rows).filter(|row| row.level.is_some()) {
            for cell in [&row.univariable, &row.multivariable].into_iter().flatten() {
                if let (Some(n), Some(events)) = (cell.n, cell.n_event) {
                    prop_assert!(n == 0 || (events >= k && n - events >= k));
                }
            }
        }
        let meter = meter::meter(&document);
        prop_assert_eq!(meter.isolating, 0);
        prop_assert!(meter.fewest_leaving.n >= k && meter.smallest_group.n >= 5 * k);

        // Readers read it again, and get figures for every group.
        let text = serde_json::to_string(&document).expect("JSON");
        let redone = redo::redo(&text, &json!({"endpoint": "OS"}).to_string()).expect("figures");
        prop_assert_eq!(redone.curves.len(), document.endpoints[0].groups.len());
        prop_assert!(redone.curves.iter().all(|curve| curve.restricted_mean.estimate.is_some()));
        let value = serde_json::to_string(&redone).expect("JSON");
        prop_assert!(riskset::study::finite::first_not_finite(&redone).is_none(), "{value}");
    }
}

/// How far the approximate figures are from the exact ones: printed (`--nocapture`) and told in docs/supplement.md; asserted only as far
/// as to show that they are of the same data.
#[test]
fn approximate_figures_are_near_the_exact_ones() {
    let demo = include_str!("../www/demo/lms_vc_synthetic.csv");
    let mut of_demo: Value = serde_json::from_str(include_str!("../www/demo/study.json")).expect("the demonstration");
    of_demo["analyses"] = json!([{"id": "km_OS", "type": "kaplan_meier", "endpoint": "OS"}]);
    let large = cohort(2000, 1);
    let mut of_large = study(Some("arm"));
    of_large["analyses"]
        .as_array_mut()
        .expect("analyses")
        .push(json!({"id": "lr2", "type": "log_rank", "endpoint": "OS", "by": "arm"}));
    for (name, csv, study, allowed) in
        [("demonstration", demo, of_demo, 0.12), ("2000 made up", large.as_str(), of_large, 0.03)]
    {
        let run_of = run(csv, "t.csv", &study);
        let exact = serde_json::to_value(&run_of.1).expect("JSON");
        let document = asked(&run_of, json!({"curves": ["km_OS"]})).expect("aggregates");
        let text = serde_json::to_string(&document).expect("JSON");
        let redone = redo::redo(&text, &json!({"endpoint": "OS"}).to_string()).expect("figures");
        println!("{name}: bins end at {:?}", document.endpoints[0].ends);
        for (curve, exact) in redone.curves.iter().zip(exact["results"][0]["curves"].as_array().expect("curves")) {
            let steps = &exact["steps"];
            let times: Vec<f64> = steps["time"].as_array().expect("times").iter().filter_map(Value::as_f64).collect();
            let at = |end: f64| match times.partition_point(|&time| time <= end) {
                0 => 1.0,
                i => steps["estimate"][i - 1].as_f64().expect("an estimate"),
            };
            let apart = curve.table.time.iter().zip(&curve.table.estimate).map(|(&end, &surv)| (surv - at(end)).abs());
            let apart = apart.fold(0.0, f64::max);
            let median = exact["quantiles"][1]["estimate"].as_f64();
            println!(
                "  {}: S at the ends at most {apart:.4} apart; median {:?} for {median:?}",
                curve.group.as_deref().unwrap_or("all"),
                curve.quantiles[0].estimate
            );
            assert!(apart < allowed, "{name}: {apart}");
        }
        if let Some(test) = &redone.log_rank {
            let statistic = exact["results"].as_array().expect("results").iter().find(|entry| entry["id"] == "lr");
            let statistic = statistic.and_then(|entry| entry["statistic"].as_f64()).expect("a statistic");
            println!("  log-rank {:?} for {statistic}", test.statistic);
            assert!((test.statistic.expect("a statistic") / statistic - 1.0).abs() < 0.2);
        }
    }
}

#[test]
fn documents_that_do_not_add_up_are_refused() {
    let run_of = run(&cohort(300, 2), "t.csv", &study(Some("arm")));
    let document =
        serde_json::to_value(asked(&run_of, json!({"curves": ["km_OS"]})).expect("aggregates")).expect("JSON");
    let redo = |document: &Value, request: Value| redo::redo(&document.to_string(), &request.to_string());
    let code = |change: &dyn Fn(&mut Value)| {
        let mut document = document.clone();
        change(&mut document);
        redo(&document, json!({"endpoint": "OS"})).expect_err("an error").kind.code()
    };
    assert_eq!(code(&|document| document["format"] = json!("riskset-aggregate/2")), "unknown_format");
    assert_eq!(
        code(&|document| document["endpoints"][0]["groups"][0]["n_event"][0] = json!(9999)),
        "supplement_unreadable"
    );
    assert_eq!(code(&|document| document["endpoints"][0]["groups"][0]["n_event"] = json!([])), "supplement_unreadable");
    assert_eq!(code(&|document| document["endpoints"][0]["ends"][1] = json!(0.5)), "supplement_unreadable");
    assert_eq!(
        code(&|document| document["endpoints"][0]["groups"][0]["n_event"][0] = json!(-1)),
        "supplement_unreadable"
    );
    let bad = |request: Value| redo(&document, request).expect_err("an error").kind.code();
    assert_eq!(bad(json!({"endpoint": "DFS"})), "bad_option");
    assert_eq!(bad(json!({"endpoint": "OS", "tau": 1e6})), "bad_option");
    assert_eq!(bad(json!({"endpoint": "OS", "tau": 0})), "bad_option");
    assert_eq!(bad(json!({"endpoint": "OS", "probs": [1]})), "bad_option");
    let together = redo(&document, json!({"endpoint": "OS", "together": true})).expect("figures");
    assert_eq!((together.curves.len(), together.log_rank.is_none(), together.curves[0].table.n), (1, true, 300));
}

/// Authors' data: the same figures from the shared file, no date, no excluded row, identifiers left out.
#[test]
fn shared_data_give_the_same_figures() {
    let csv = include_str!("../www/demo/lms_vc_synthetic.csv");
    let mut of_demo: Value = serde_json::from_str(include_str!("../www/demo/study.json")).expect("the demonstration");
    of_demo["data"]["exclude"] = json!([{"row": 4, "reason": "canary"}]);
    of_demo["data"]["sha256"] = json!(riskset::table::open(csv.as_bytes(), "t.csv").expect("a table").sha256);
    let (table, results) = run(csv, "t.csv", &of_demo);
    let study = riskset::study::read(&of_demo.to_string()).expect("a study");
    let shared = shared::build(&json!({"endpoints": ["OS", "DFS"]}).to_string(), &study, &table).expect("shared");
    assert_eq!(shared.csv.lines().count(), table.n_rows());
    let date =
        |text: &str| text.split([',', '\n']).any(|cell| cell.len() == 10 && cell.matches(['-', '/']).count() == 2);
    assert!(date(csv) && !date(&shared.csv), "{}", shared.csv);
    assert!(shared.offered.iter().filter(|one| one.shared).all(|one| one.used && one.flags.is_empty()));
    assert!(!shared.csv.contains("SYN-"), "{}", shared.csv);
    assert_eq!(shared.meter.n, table.n_rows() - 1);
    assert!(shared.meter.alone <= shared.meter.few && shared.meter.alone <= shared.meter.alone_with_times);

    let mut again = of_demo.clone();
    again["data"] = json!({"file": "shared.csv", "columns": shared.columns});
    for endpoint in &shared.endpoints {
        let events: serde_json::Map<String, Value> =
            endpoint.events.iter().map(|event| (event.clone(), json!([event]))).collect();
        again["endpoints"][&endpoint.name] = json!({"time": endpoint.time, "status": endpoint.status, "events": events,
                                                    "censored": [endpoint.censored], "unit": endpoint.unit});
    }
    let (_, again) = run(&shared.csv, "shared.csv", &again);
    let (before, after) = (serde_json::to_value(&results).expect("JSON"), serde_json::to_value(&again).expect("JSON"));
    let mut compared = 0;
    for (one, other) in
        before["results"].as_array().expect("results").iter().zip(after["results"].as_array().expect("results"))
    {
        assert!(other.get("error").is_none(), "{other}");
        for figures in ["curves", "terms", "statistic", "groups"] {
            let (mut old, mut new) = (Vec::new(), Vec::new());
            numbers(&one[figures], "", &mut old);
            numbers(&other[figures], "", &mut new);
            assert_eq!(old.len(), new.len(), "{} {figures}", one["id"]);
            for ((path, old), (_, new)) in old.iter().zip(&new) {
                assert!((old - new).abs() <= 1e-8 * old.abs().max(1e-6), "{} {path}: {old} and {new}", one["id"]);
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "{compared}");
    // Identifiers can be asked for, dates cannot.
    let ask =
        |columns: Value| shared::build(&json!({"endpoints": ["OS"], "columns": columns}).to_string(), &study, &table);
    assert_eq!(ask(json!(["date_of_death"])).expect_err("a date").kind.code(), "wrong_column_type");
    assert!(ask(json!([])).expect("times alone").meter.alone == 0);
}
