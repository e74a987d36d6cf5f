//! The demonstration cohort: its endpoints derived from dates, its flow and its Table 1 against the published counts.
//!
//! `demonstration/targets.json` holds every count and quartile of the paper's Tables 1 to 3 that the made-up cohort reaches; what the
//! text alone gives stands in the tests below. Its survival models are compared with R elsewhere (reference case `lms_vc_demo`).

use riskset::study;
use serde_json::{Value, json};

const COHORT: &str = include_str!("../www/demo/lms_vc_synthetic.csv");
const NEOADJUVANT: &str = "chemo_timing";

fn targets() -> Value {
    serde_json::from_str(include_str!("demonstration/targets.json")).expect("targets")
}

/// The results of analyses by the demonstration's own columns and endpoints, and those of `more`.
fn run(analyses: Value, more: Value) -> Value {
    let mut study: Value = serde_json::from_str(include_str!("../www/demo/study.json")).expect("study");
    study["analyses"] = analyses;
    for part in ["columns", "endpoints"] {
        let own = if part == "columns" { &mut study["data"]["columns"] } else { &mut study["endpoints"] };
        own.as_object_mut().expect("an object").extend(more[part].as_object().cloned().unwrap_or_default());
    }
    let table = riskset::table::open(COHORT.as_bytes(), "lms_vc_synthetic.csv").expect("table");
    let study = study::read(&study.to_string()).expect("study");
    let results = serde_json::to_value(study::run(&study, &table).expect("results")).expect("json");
    for result in results["results"].as_array().expect("results") {
        assert_eq!(result.get("error"), None, "{}", result["id"]);
    }
    results
}

/// A number as the paper prints it: halves up, as many decimals as the printed one has.
fn printed(value: f64, like: &str) -> String {
    let decimals = like.split_once('.').map_or(0, |(_, rest)| rest.len());
    let scale = libm::pow(10.0, decimals as f64);
    format!("{:.decimals$}", (value * scale + 0.5 + 1e-9).floor() / scale)
}

/// `11 (38)`, or `0` for nobody, with the decimals of `like`.
fn count(n: u64, of: u64, like: &str) -> String {
    let percent = like.split_once('(').map_or("", |(_, percent)| percent.trim_end_matches(')'));
    if n == 0 { "0".to_owned() } else { format!("{n} ({})", printed(100.0 * n as f64 / of as f64, percent)) }
}

/// The entry of a variable in a summary.
fn entry<'a>(summary: &'a Value, variable: &str) -> &'a Value {
    let entries = summary["variables"].as_array().expect("variables");
    entries.iter().find(|entry| entry["variable"] == variable).unwrap_or_else(|| panic!("{variable}"))
}

/// The rows of a level: those without chemotherapy, those with, all.
fn counts(entry: &Value, level: &str) -> [u64; 3] {
    let of = |levels: &Value| levels.as_array().expect("levels").iter().find(|known| known["level"] == level).cloned();
    let n = |value: &Value| value["n"].as_u64().expect("a count");
    let (by, all) = (of(&entry["levels"]).expect(level), of(&entry["overall"]["levels"]).expect(level));
    [n(&by["groups"][0]), n(&by["groups"][1]), n(&all)]
}

fn columns_of(targets: &Value, part: &str) -> Vec<String> {
    let mut columns: Vec<String> = targets[part]
        .as_array()
        .expect("a list")
        .iter()
        .map(|target| target["column"].as_str().expect("a column").to_owned())
        .collect();
    columns.dedup();
    columns
}

#[test]
fn table_one_by_chemotherapy() {
    let targets = targets();
    let variables = columns_of(&targets, "by_chemotherapy");
    let results = run(json!([{"id": "t", "type": "summary", "by": "chemo", "variables": variables}]), json!({}));
    let summary = &results["results"][0];
    let all = targets["by_chemotherapy"].as_array().expect("targets");
    assert_eq!(all.len(), 41);
    for target in all {
        let (column, level) =
            (target["column"].as_str().expect("a column"), target["level"].as_str().expect("a level"));
        let entry = entry(summary, column);
        let [none, some, n] = counts(entry, level);
        for (i, (n, of)) in [(none, 29), (some, 12), (n, 41)].into_iter().enumerate() {
            let expected = target["expected"][i].as_str().expect("text");
            assert_eq!(count(n, of, expected), expected, "{}, {i}", target["item"]);
        }
        // Where nobody lacks the value the percent is the engine's own.
        let totals = &entry["totals"];
        for (i, of) in [(0, 29), (1, 12)].into_iter().filter(|&(i, _)| totals[i]["n_missing"] == 0) {
            assert_eq!(totals[i]["n"], of, "{column}");
            let levels = entry["levels"].as_array().expect("levels").iter();
            let percents = levels.map(|level| level["groups"][i]["percent"].as_f64().expect("a percent"));
            assert!((percents.sum::<f64>() - 100.0).abs() < 1e-9, "{column}");
        }
    }
    assert_eq!(summary["n"], 41);
}

#[test]
fn counts_of_the_whole_cohort() {
    let targets = targets();
    let variables = columns_of(&targets, "all");
    let results = run(json!([{"id": "t", "type": "summary", "variables": variables}]), json!({}));
    let all = targets["all"].as_array().expect("targets");
    assert_eq!(all.len(), 34);
    for target in all {
        let entry = entry(&results["results"][0], target["column"].as_str().expect("a column"));
        let levels = target["levels"].as_array().expect("levels");
        let known = entry["overall"]["levels"].as_array().expect("levels");
        let n = |level: &Value| {
            let own = known.iter().find(|known| known["level"] == *level);
            own.map_or(0, |own| own["n"].as_u64().expect("a count"))
        };
        let expected = target["expected"].as_str().expect("text");
        assert_eq!(count(levels.iter().map(n).sum(), 41, expected), expected, "{}", target["item"]);
    }
}

/// By both rules for quartiles that packages print: type 6 (SPSS) and type 7 (R).
#[test]
fn quartiles() {
    let targets = targets();
    let variables = columns_of(&targets, "quartiles");
    let summary = |quantile: u32| {
        json!({"id": quantile.to_string(), "type": "summary", "by": "chemo", "variables": variables,
               "quantile_type": quantile})
    };
    let results = run(json!([summary(6), summary(7)]), json!({}));
    for (result, quantile) in [(0, "6"), (1, "7")] {
        for target in targets["quartiles"].as_array().expect("targets") {
            let entry = entry(&results["results"][result], target["column"].as_str().expect("a column"));
            let found = [&entry["groups"][0], &entry["groups"][1], &entry["overall"]];
            for (found, expected) in found.into_iter().zip(target["expected"][quantile].as_array().expect("three")) {
                let Some(expected) = expected.as_str() else { continue };
                let of = |name: &str| printed(found[name].as_f64().expect("a number"), "1");
                let text = format!("{} ({}-{})", of("median"), of("q1"), of("q3"));
                assert_eq!(text, expected, "{}, type {quantile}", target["item"]);
            }
        }
    }
    let size = entry(&results["results"][0], "tumor_size_cm");
    assert_eq!((&size["overall"]["min"], &size["overall"]["max"]), (&json!(2.4), &json!(23.0)));
}

/// Section 3.2: what was given before and after surgery, and how long before and after.
#[test]
fn perioperative_treatment() {
    let only = |column: &str, value: &str| json!([{"column": column, "in": [value]}]);
    let summary = |id: &str, subset: Value, variables: Value, quantile: u32| json!({"id": id, "type": "summary", "subset": subset, "variables": variables, "quantile_type": quantile});
    let neo = only(NEOADJUVANT, "Neoadjuvant");
    let adjuvant = only(NEOADJUVANT, "Adjuvant");
    let of_neo = json!([
        "kieffer",
        "duodenum_extension",
        "pancreas_extension",
        "liver_extension",
        "chemo_regimen",
        "chemo_cycles",
        "neoadjuvant_response",
        "residual_cells_pct"
    ]);
    let none = json!({"column": "x", "in": ["No"]});
    let organs = [
        "right_nephrectomy",
        "minor_hepatectomy",
        "major_hepatectomy",
        "duodenal_resection",
        "splenectomy",
        "bladder_resection",
        "right_atrium_resection",
    ];
    let no_organ: Vec<Value> = organs
        .iter()
        .map(|organ| {
            let mut condition = none.clone();
            condition["column"] = json!(organ);
            condition
        })
        .collect();
    let days =
        |id: &str, endpoint: &str| json!({"id": id, "type": "kaplan_meier", "endpoint": endpoint, "times": [90]});
    let results = run(
        json!([
            summary("neo", neo.clone(), of_neo.clone(), 7),
            summary("neo6", neo, of_neo, 6),
            summary("adjuvant", adjuvant, json!(["chemo_cycles"]), 7),
            summary("radiotherapy", only("radiotherapy", "Adjuvant"), json!(["margin", "fnclcc_grade"]), 7),
            summary(
                "all",
                json!([]),
                json!(["chemo_timing", "radiotherapy", "arterial_resection", "first_distant_site"]),
                7
            ),
            summary("no_organ", json!(no_organ), json!(["sex"]), 7),
            days("before", "BEFORE"),
            days("after", "AFTER"),
            days("surgery", "SURGERY"),
        ]),
        json!({"endpoints": {
            "BEFORE": {"origin": "date_of_neoadjuvant_start", "events": {"surgery": "date_of_surgery"}, "cutoff": "2023-01-01", "unit": "days"},
            "AFTER": {"origin": "date_of_surgery", "censor": "date_of_adjuvant_start",
                      "events": {"adjuvant": "date_of_adjuvant_start"}, "unit": "days"},
            "SURGERY": {"origin": "date_of_surgery", "events": {"death": "date_of_death"},
                        "censor": "date_of_last_follow_up", "unit": "days"},
        }, "columns": {"chemo_cycles": {"type": "number"}}}),
    );
    let result = |id: &str| results["results"].as_array().expect("results").iter().find(|r| r["id"] == id).expect("it");
    let n = |id: &str, variable: &str, level: &str| {
        let levels = entry(result(id), variable)["overall"]["levels"].as_array().expect("levels");
        let level = levels.iter().find(|known| known["level"] == level);
        level.map_or(0, |level| level["n"].as_u64().expect("a count"))
    };
    assert_eq!((n("all", NEOADJUVANT, "Neoadjuvant"), n("all", NEOADJUVANT, "Adjuvant")), (10, 2));
    assert_eq!(result("neo")["n"], 10);
    assert_eq!(n("neo", "kieffer", "K3"), 3);
    let extended = ["duodenum_extension", "pancreas_extension", "liver_extension"].map(|site| n("neo", site, "Yes"));
    assert_eq!(extended, [4, 4, 3]);
    let regimens = ["Doxorubicin + dacarbazine", "Doxorubicin + ifosfamide", "Gemcitabine"];
    assert_eq!(regimens.map(|regimen| n("neo", "chemo_regimen", regimen)), [5, 3, 2]);
    let responses = ["Stable disease", "Partial response"].map(|response| n("neo", "neoadjuvant_response", response));
    assert_eq!(responses, [5, 5]);
    let number = |id: &str, variable: &str, name: &str| entry(result(id), variable)["overall"][name].as_f64();
    assert_eq!(number("neo", "chemo_cycles", "median"), Some(5.0));
    assert_eq!(["min", "max"].map(|name| number("adjuvant", "chemo_cycles", name)), [Some(6.0); 2]);
    for id in ["neo", "neo6"] {
        let rounded =
            ["median", "q1", "q3"].map(|name| printed(number(id, "residual_cells_pct", name).expect("a number"), "1"));
        assert_eq!(rounded, ["70", "61", "80"], "{id}");
    }
    assert_eq!(["Neoadjuvant", "Adjuvant"].map(|given| n("all", "radiotherapy", given)), [1, 4]);
    assert_eq!(["R0", "R1"].map(|margin| n("radiotherapy", "margin", margin)), [1, 3]);
    let grades = ["Grade 1", "Grade 2", "Grade 3"].map(|grade| n("radiotherapy", "fnclcc_grade", grade));
    assert_eq!(grades, [1, 2, 1]);
    let arteries = ["Aortic, Dacron graft", "Aortic, suture", "Iliac, ligation", "Iliac, bypass"];
    assert_eq!(arteries.map(|resected| n("all", "arterial_resection", resected)), [1, 1, 2, 1]);
    // First distant sites, printed as percents of 40.
    let sites = ["Lung", "Liver", "Bone", "Peritoneum", "Breast"];
    let percents = [("25", 10), ("15", 6), ("15", 6), ("2.5", 1), ("2.5", 1)];
    for (site, (percent, expected)) in sites.into_iter().zip(percents) {
        let found = n("all", "first_distant_site", site);
        assert_eq!((found, printed(100.0 * found as f64 / 40.0, percent).as_str()), (expected, percent), "{site}");
    }
    // An organ was resected in all but these: 28 of 41, over 55%.
    assert_eq!(result("no_organ")["n"], 13);

    let median = |id: &str| result(id)["curves"][0]["quantiles"][1]["estimate"].as_f64().map(|days| printed(days, "1"));
    assert_eq!((&result("before")["n"], median("before").as_deref()), (&json!(10), Some("146")));
    // Chemotherapy (2) or radiotherapy (4) after surgery.
    assert_eq!((&result("after")["n"], median("after").as_deref()), (&json!(6), Some("71")));
    // Nobody died within 90 days of surgery, and all were followed for longer.
    let at = &result("surgery")["curves"][0]["at"][0];
    assert_eq!((&at["n_risk"], &at["estimate"]), (&json!(41.0), &json!(1.0)));
}

/// Section 3.5: 27 recurrences, 22 deaths, 7 lost, and how they fall by neoadjuvant chemotherapy (Table 3, of 30, 10 and 40).
#[test]
fn the_flow_and_its_events() {
    let results = run(
        json!([
            {"id": "flow", "type": "flow", "endpoints": ["OS", "DFS", "TTR"], "by": "neo", "screened": 41,
             "lost": {"column": "lost_to_follow_up", "in": ["Yes"]}},
            {"id": "os", "type": "kaplan_meier", "endpoint": "OS", "times": [36, 60]},
            {"id": "dfs", "type": "kaplan_meier", "endpoint": "DFS", "times": [36, 60]},
            {"id": "fu", "type": "follow_up", "endpoint": "OS"},
        ]),
        json!({"columns": {"neo": {"from": "chemo_timing", "recode": {"Adjuvant": "No", "No CT": "No", "Neoadjuvant": "Yes"},
                                   "levels": ["No", "Yes"]}},
               "endpoints": {"TTR": {"origin": "date_of_diagnosis", "events": {"recurrence": "date_of_recurrence"},
                                     "censor": "date_of_last_follow_up", "unit": "months"}}}),
    );
    let flow = &results["results"][0];
    assert_eq!([&flow["screened"], &flow["n_rows"], &flow["included"]], [41, 41, 41]);
    assert_eq!(flow["excluded"], json!([]));
    assert_eq!((&flow["lost"]["n"], flow["lost"]["rows"].as_array().map(Vec::len)), (&json!(7), Some(7)));
    let endpoint = |name: &str| {
        let all = flow["endpoints"].as_array().expect("endpoints");
        all.iter().find(|endpoint| endpoint["endpoint"] == name).expect("the endpoint")
    };
    for (name, by_event) in [
        ("OS", json!({"death": 22})),
        ("DFS", json!({"recurrence": 27, "death": 6})),
        ("TTR", json!({"recurrence": 27})),
    ] {
        let endpoint = endpoint(name);
        assert_eq!((&endpoint["n"], &endpoint["by_event"]), (&json!(41), &by_event), "{name}");
        assert_eq!((&endpoint["excluded"], &results["endpoints"][name]["by_event"]), (&json!([]), &by_event));
        assert_eq!(
            endpoint["groups"].as_array().expect("groups").iter().filter_map(|g| g["n"].as_u64()).sum::<u64>(),
            41
        );
    }
    // Nobody whom the column calls lost has died.
    assert_eq!(endpoint("OS")["lost"], flow["lost"]);
    for (name, expected) in [("TTR", ["18 (60)", "9 (90)", "27 (67.5)"]), ("OS", ["14 (46.7)", "8 (80)", "22 (55)"])] {
        let groups: Vec<u64> = [0, 1].map(|i| endpoint(name)["groups"][i]["n_event"].as_u64().expect("a count")).into();
        let found = [(groups[0], 30), (groups[1], 10), (groups[0] + groups[1], 40)];
        for ((n, of), expected) in found.into_iter().zip(expected) {
            assert_eq!(count(n, of, expected), expected, "{name}");
        }
    }
    for (i, median, at) in [(1, 55.0, [74.0, 50.0]), (2, 22.0, [34.0, 17.0])] {
        let curve = &results["results"][i]["curves"][0];
        assert_eq!(curve["quantiles"][1]["estimate"].as_f64().map(f64::round), Some(median));
        for (k, percent) in at.into_iter().enumerate() {
            assert_eq!(curve["at"][k]["estimate"].as_f64().map(|s| (100.0 * s).round()), Some(percent));
        }
    }
    // Median follow-up by the reverse curve: 70 months, from 66, the upper limit not reached.
    let median = &results["results"][3]["curves"][0]["quantiles"][1];
    let rounded = ["estimate", "conf_low", "conf_high"].map(|name| median[name].as_f64().map(f64::round));
    assert_eq!(rounded, [Some(70.0), Some(66.0), None]);
}
