//! Figures of a small cohort through the documents, as SVG: what is drawn must not change unseen.
//!
//! `RISKSET_RENEW=1 cargo test --test figures` writes the pictures in `tests/figures/` anew; look at them before they are committed.

use std::fs;
use std::path::Path;

use riskset::report::figure::forest::Of;
use riskset::report::figure::results::{Plan, plan};
use riskset::report::figure::scene::{Item, Role, Scene, Shape};
use riskset::report::figure::{csv, svg};
use riskset::study::Results;
use riskset::study::results::Figures;
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
        {"id": "flow", "type": "flow", "by": "chemo", "lost": {"column": "lost_to_follow_up", "in": ["Yes"]}},
        {"id": "timeline", "type": "timeline", "endpoint": "DFS", "by": "chemo", "patient": "id"},
    ]);
    let study = riskset::study::read(&study.to_string()).expect("a study");
    let table = riskset::table::open(COHORT.as_bytes(), "lms_vc_synthetic.csv").expect("a table");
    let mut results = riskset::study::run(&study, &table).expect("a run");
    // A picture is the same at every commit.
    results.engine.commit = None;
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
        let engine = &results.engine;
        let commit =
            engine.commit.map(|commit| format!(" ({})", commit.get(..7).unwrap_or(commit))).unwrap_or_default();
        let version = format!("riskset {}{commit}", engine.version);
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

/// What every figure keeps: inside the paper, legible, no text on another.
fn held(name: &str, request: &Value, results: &Results) -> Scene {
    let scene = plan(&request.to_string(), results).unwrap_or_else(|error| panic!("{name}: {error:?}")).scene();
    let mut texts: Vec<&Item> = Vec::new();
    for item in &scene.items {
        let (left, top, right, bottom) = item.bounds().unwrap_or_else(|| panic!("{name}: {item:?} is empty"));
        let inside = left >= -0.01 && top >= -0.01 && right <= scene.width + 0.01 && bottom <= scene.height + 0.01;
        assert!(inside, "{name}: outside {} × {}: {item:?}", scene.width, scene.height);
        if let Shape::Text { size, text, .. } = &item.shape {
            assert!(*size >= 8.0 && !text.is_empty(), "{name}: {item:?}");
            texts.push(item);
        }
    }
    let meet = |a: (f64, f64, f64, f64), b: (f64, f64, f64, f64)| {
        a.0 < b.2 - 0.01 && b.0 < a.2 - 0.01 && a.1 < b.3 - 0.01 && b.1 < a.3 - 0.01
    };
    for (at, one) in texts.iter().enumerate() {
        let covers = |other: &&&Item| one.bounds().zip(other.bounds()).is_some_and(|(a, b)| meet(a, b));
        assert!(
            texts[..at].iter().find(covers).is_none(),
            "{name}: {one:?} covers {:?}",
            texts[..at].iter().find(covers)
        );
    }
    assert!(scene.alt.rows.iter().all(|row| row.len() == scene.alt.header.len()), "{name}");
    scene
}

#[test]
fn every_kind_keeps_to_the_paper_in_every_preset_and_width() {
    let results = demonstration();
    let french: Value = serde_json::from_str(include_str!("../www/app/i18n/engine.fr.json")).expect("JSON");
    let kinds = [
        json!({"analysis": "km", "kind": "kaplan_meier", "from": {"effect": "cox", "test": "log_rank", "follow_up": "follow_up"}}),
        json!({"analysis": "km", "kind": "cumulative_hazard"}),
        json!({"analysis": "km", "kind": "log_minus_log"}),
        json!({"analysis": "adjusted", "kind": "adjusted_survival"}),
        json!({"analysis": "table"}),
        json!({"analysis": "table", "model": "univariable"}),
        json!({"analysis": "ph"}),
    ];
    let presets = ["nejm", "jama", "lancet", "bmj", "annals", "plain", "greyscale"];
    for kind in &kinds {
        let with = |fields: Value| {
            let mut request = kind.clone();
            fields.as_object().into_iter().flatten().for_each(|(key, value)| request[key] = value.clone());
            request
        };
        let check = |fields: Value| {
            let request = with(fields);
            held(&request.to_string().chars().take(200).collect::<String>(), &request, &results);
        };
        presets.iter().for_each(|preset| {
            check(json!({"preset": preset}));
            check(json!({"preset": preset, "column": "double", "title": "A title that is so long that it needs more than one line of the page"}));
        });
        for width in [240, 320, 360, 480, 640, 800, 1280] {
            check(json!({"width": width}));
            check(json!({"width": width, "locale": "fr", "theme": "dark", "words": french["figure"]}));
        }
    }
}

/// Twelve patients; every death is in group B, so that its ratio diverges.
const SEPARATED: &str = "t,s,g,x\n2,1,B,1\n3,1,B,4\n4,1,B,2\n5,1,B,5\n6,0,A & <é>,3\n7,0,A & <é>,2\n8,0,A & <é>,6\n9,0,A & <é>,1\n10,0,B,2\n11,0,A & <é>,5\n12,0,B,3\n13,0,A & <é>,4\n";

fn texts(scene: &Scene, role: Role, group: &str) -> Vec<String> {
    let of = scene.items.iter().filter(|item| item.role == role && item.group.as_deref() == Some(group));
    of.filter_map(|item| match &item.shape {
        Shape::Text { text, .. } => Some(text.clone()),
        _ => None,
    })
    .collect()
}

#[test]
fn a_ratio_that_diverges_is_said_in_words_with_firths_beside() {
    let study = json!({
        "format": "riskset-study/1",
        "data": {"columns": {"g": {"levels": ["A & <é>", "B"]}}},
        "endpoints": {"E": {"time": "t", "status": "s", "event": [1], "unit": "months"}},
        "analyses": [{"id": "cox", "type": "cox", "endpoint": "E", "covariates": ["g", "x"]},
                     {"id": "table", "type": "cox_table", "endpoint": "E", "univariable": ["g", "x"]},
                     {"id": "km", "type": "kaplan_meier", "endpoint": "E", "by": "g"},
                     {"id": "one", "type": "cox", "endpoint": "E", "covariates": ["g"]}],
    });
    let study = riskset::study::read(&study.to_string()).expect("a study");
    let table = riskset::table::open(SEPARATED.as_bytes(), "separated.csv").expect("a table");
    let results = riskset::study::run(&study, &table).expect("a run");
    for (analysis, width) in [("cox", 800), ("cox", 320), ("table", 640)] {
        let scene = held(analysis, &json!({"analysis": analysis, "width": width}), &results);
        let cells = texts(&scene, Role::Cell, "g=B");
        assert!(cells.iter().any(|cell| cell.starts_with("not estimable, at least ")), "{cells:?}");
        // The bound is a line that ends in an arrow, and there is no mark of an estimate.
        let arrows =
            scene.items.iter().filter(|item| item.role == Role::Interval && item.group.as_deref() == Some("g=B"));
        assert_eq!(arrows.filter(|item| matches!(item.shape, Shape::Polygon { .. })).count(), 1);
        assert!(!scene.items.iter().any(|item| item.role == Role::Estimate && item.group.as_deref() == Some("g=B")));
        assert!(!texts(&scene, Role::Cell, "g=B=firth").is_empty());
        assert_eq!(texts(&scene, Role::RowName, "g=B=firth"), ["Firth’s estimate"]);
        assert!(scene.alt.text.contains("Firth’s penalised estimate"), "{}", scene.alt.text);
        assert_eq!(texts(&scene, Role::RowName, "g=A & <é>"), ["A & <é>"]);
    }
    let request = json!({"analysis": "km", "width": 800, "from": {"effect": "one"}});
    let scene = held("km", &request, &results);
    let effect: Vec<&str> =
        scene.alt.text.split(". ").filter(|sentence| sentence.contains("not estimable, at least")).collect();
    assert!(effect.len() == 1 || scene.alt.text.contains("Firth: "), "{}", scene.alt.text);
    let files = csv::files(&json!({"analysis": "cox"}).to_string(), &results).expect("files");
    assert!(
        files[0].text.lines().any(|line| line.starts_with("g,B,6,4,,") && line.contains("not estimable")),
        "{}",
        files[0].text
    );
    assert!(files[0].text.lines().any(|line| line.ends_with("Firth’s estimate")), "{}", files[0].text);
}

#[test]
fn the_numbers_of_the_forest_are_those_of_the_model() {
    let results = demonstration();
    let scene = held("cox", &json!({"analysis": "cox_two", "width": 700}), &results);
    let Some(Figures::Cox(cox)) =
        &results.results.iter().find(|result| result.id == "cox_two").expect("cox_two").figures
    else {
        panic!("no model")
    };
    let term = cox.terms.iter().find(|term| !term.reference).expect("a term");
    let axis = |value: f64| {
        let at = |tick: f64| {
            let item = scene.items.iter().find(|item| item.role == Role::XTick && item.tick == Some(tick));
            item.and_then(Item::bounds).map(|bounds| (bounds.0 + bounds.2) / 2.0).expect("a tick")
        };
        let ticks: Vec<f64> =
            scene.items.iter().filter(|item| item.role == Role::XTick).filter_map(|item| item.tick).collect();
        let (first, last) = (ticks[0], ticks[ticks.len() - 1]);
        at(first) + (at(last) - at(first)) * libm::log(value / first) / libm::log(last / first)
    };
    let bounds = |role| {
        let item = scene.items.iter().find(|item| item.role == role && item.group.as_deref() == Some("chemo=CT"));
        item.and_then(Item::bounds).expect("an item")
    };
    let mark = bounds(Role::Estimate);
    assert!(((mark.0 + mark.2) / 2.0 - axis(term.hazard_ratio.expect("a ratio"))).abs() < 0.01);
    let interval = bounds(Role::Interval);
    assert!((interval.0 - axis(term.conf_low.expect("a limit"))).abs() < 0.01);
    assert!((interval.2 - axis(term.conf_high.expect("a limit"))).abs() < 0.01);
    let null =
        scene.items.iter().find(|item| item.role == Role::NullLine).and_then(Item::bounds).expect("the line at 1");
    assert!((null.0 - axis(1.0)).abs() < 0.01);
}

/// Two variables may have a level of the same text: a name of one is not the other's.
#[test]
fn levels_are_called_as_their_own_variable_says() {
    let data = "time,status,sex,smoker,arm,age\n\
        5,1,f,Yes,Yes,61\n8,0,m,No,No,55\n3,1,m,Yes,No,70\n9,1,f,No,Yes,48\n12,0,f,No,No,52\n\
        7,1,m,Yes,Yes,66\n10,1,m,No,Yes,59\n4,1,f,Yes,No,63\n6,0,f,No,No,57\n11,1,m,No,No,50\n";
    let study = json!({
        "format": "riskset-study/1",
        "endpoints": {"E": {"time": "time", "status": "status", "event": [1], "unit": "months"}},
        "analyses": [
            {"id": "it", "type": "cox_table", "endpoint": "E", "univariable": ["smoker", "arm"], "multivariable": ["smoker", "arm"]},
            {"id": "crossed", "type": "cox", "endpoint": "E", "covariates": ["age", "arm", "age:arm", "sex", "sex:arm"], "penalty": {"ridge": 1}},
            {"id": "ph", "type": "ph_test", "endpoint": "E", "covariates": ["arm"]},
        ],
    });
    let study = riskset::study::read(&study.to_string()).expect("a study");
    let results = riskset::study::run(&study, &riskset::table::open(data.as_bytes(), "d.csv").expect("a table"));
    let results = results.expect("a run");
    let request = |id: &str| {
        json!({"analysis": id, "width": 640, "groups": {
            "arm=Yes": {"label": "Chemotherapy ≤ 6 & é"}, "smoker=No": {"label": "never"}, "sex=m": {"label": "men"}, "No": {"label": "without"},
        }})
    };
    let names = |id: &str| -> Vec<(String, String)> {
        let Plan::Forest(figure) = plan(&request(id).to_string(), &results).expect("a plan") else {
            panic!("no forest")
        };
        let rows = figure.rows.into_iter().filter(|row| row.of != Of::Firth);
        rows.filter_map(|row| row.level.map(|level| (row.variable.0, level.1))).collect()
    };
    let pair = |variable: &str, level: &str| (variable.to_owned(), level.to_owned());
    assert_eq!(
        names("it"),
        [pair("smoker", "never"), pair("smoker", "Yes"), pair("arm", "without"), pair("arm", "Chemotherapy ≤ 6 & é")]
    );
    let crossed = names("crossed");
    for level in
        [pair("age:arm", "Chemotherapy ≤ 6 & é"), pair("sex:arm", "men × Chemotherapy ≤ 6 & é"), pair("sex", "men")]
    {
        assert!(crossed.contains(&level), "{level:?} in {crossed:?}");
    }
    let Plan::Schoenfeld(figure, _) = plan(&request("ph").to_string(), &results).expect("a plan") else {
        panic!("no panels")
    };
    assert_eq!(figure.names, ["arm: Chemotherapy ≤ 6 & é"]);
    // The picture, its words and its file say so; the marks keep the key of the file.
    let scene = held("it", &request("it"), &results);
    let named = scene
        .items
        .iter()
        .find(|item| matches!(&item.shape, Shape::Text { text, .. } if text == "Chemotherapy ≤ 6 & é"));
    assert_eq!(named.and_then(|item| item.group.as_deref()), Some("arm=Yes"));
    assert!(scene.alt.rows.iter().any(|row| row[1] == "Chemotherapy ≤ 6 & é"), "{:?}", scene.alt.rows);
    let files = csv::files(&request("it").to_string(), &results).expect("files");
    assert!(files[0].text.contains("arm,Chemotherapy ≤ 6 & é,"), "{}", files[0].text);
}

#[test]
fn the_constant_of_the_residuals_is_the_coefficient() {
    let results = demonstration();
    let find = |id: &str| results.results.iter().find(|result| result.id == id).expect("an analysis");
    let Some(Figures::PhTest(test)) = &find("ph").figures else { panic!("no test") };
    // Unweighted, the mean of the scaled residuals is the coefficient.
    for (column, coefficient) in test.coefficients.iter().enumerate() {
        let values: Vec<f64> = test.residuals.iter().filter_map(|residual| residual.values[column]).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert!((coefficient.expect("a coefficient") - mean).abs() < 1e-9, "{coefficient:?} {mean}");
    }
    let scene = held("ph", &json!({"analysis": "ph", "width": 900}), &results);
    let constants: Vec<f64> =
        scene.items.iter().filter(|item| item.role == Role::Constant).filter_map(|item| item.tick).collect();
    assert_eq!(constants, test.coefficients.iter().map(|coefficient| coefficient.expect("one")).collect::<Vec<_>>());
    let drawn = scene.items.iter().filter(|item| item.role == Role::Residual).count();
    assert!(drawn <= 2 * test.residuals.len() && drawn + 4 >= 2 * test.residuals.len(), "{drawn}");
}

#[test]
fn the_curves_of_the_new_kinds_hold_the_numbers_of_the_results() {
    let results = demonstration();
    let find = |id: &str| results.results.iter().find(|result| result.id == id).expect("an analysis");
    let Some(Figures::Curves { curves, .. }) = &find("km").figures else { panic!("no curves") };
    let hazard = curves[1].nelson_aalen.as_ref().expect("a hazard");
    let files =
        csv::files(&json!({"analysis": "km", "kind": "cumulative_hazard"}).to_string(), &results).expect("files");
    let last = files[0].text.lines().rfind(|line| line.starts_with("Grade 2,")).expect("a row");
    let cells: Vec<&str> = last.split(',').collect();
    assert_eq!(cells[5].parse::<f64>().expect("a number"), *hazard.estimate.last().expect("a step"));
    let files = csv::files(&json!({"analysis": "km", "kind": "log_minus_log"}).to_string(), &results).expect("files");
    let row = files[0]
        .text
        .lines()
        .find(|line| line.starts_with("Grade 2,") && line.split(',').nth(5) != Some(""))
        .expect("a row");
    let cells: Vec<f64> = row.split(',').skip(1).take(5).map(|cell| cell.parse().expect("a number")).collect();
    let at = curves[1].steps.time.iter().position(|&time| time == cells[0]).expect("the step");
    assert!((cells[4] - libm::log(-libm::log(curves[1].steps.estimate[at]))).abs() < 1e-12);
}

#[test]
fn what_cannot_be_drawn_says_what_is_expected() {
    let results = demonstration();
    for (request, expected) in [
        (json!({"analysis": "two", "kind": "cumulative_hazard"}), "cumulative_hazard"),
        (json!({"analysis": "cox", "kind": "adjusted_survival"}), "adjusted"),
        (json!({"analysis": "cox", "kind": "kaplan_meier"}), "kaplan_meier"),
        (json!({"analysis": "km", "kind": "forest"}), "cox"),
        (json!({"analysis": "km", "from": {"effect": "log_rank"}}), "cox analysis"),
        (json!({"analysis": "km", "from": {"test": "nobody"}}), "log_rank"),
        (json!({"analysis": "adjusted", "kind": "adjusted_survival", "from": {"counts": "km"}}), "adjusted variable"),
        (json!({"analysis": "ph", "variables": ["margin"]}), "chemo"),
        (json!({"analysis": "log_rank"}), "kaplan_meier"),
        (json!({"analysis": "nobody"}), "was run"),
    ] {
        let error = plan(&request.to_string(), &results).expect_err("an error");
        assert!(error.params.values().any(|value| value.contains(expected)), "{request}: {error:?}");
    }
    for unreadable in [
        json!({"analysis": "km", "preset": "nature"}),
        json!({"analysis": "km", "kind": "pie"}),
        json!({"analysis": "km", "from": {"effects": "x"}}),
    ] {
        let error = plan(&unreadable.to_string(), &results).expect_err("an error");
        assert_eq!(error.kind.code(), "figure_unreadable", "{unreadable}");
    }
}

#[test]
fn diagrams_call_and_colour_things_as_the_request_does() {
    let results = demonstration();
    let request = |id: &str| {
        json!({
            "analysis": id, "preset": "greyscale", "column": "double", "groups": {"CT": {"label": "Chimio ≥ 1"}},
            "names": {"DFS": "Disease-free survival", "death": "décès", "recurrence": "récidive", "lost_to_follow_up": "Lost to follow-up"},
        })
    };
    let drawn = |id: &str| held(id, &request(id), &results);
    let texts = |scene: &Scene| {
        let text = |item: &Item| match &item.shape {
            Shape::Text { text, .. } => text.clone(),
            _ => String::new(),
        };
        scene.items.iter().map(text).collect::<Vec<_>>().join(" | ")
    };
    let flow = drawn("flow");
    for words in
        ["Disease-free survival", "décès (n=6)", "récidive (n=27)", "Chimio ≥ 1: n=12", "Lost to follow-up is Yes"]
    {
        assert!(texts(&flow).contains(words), "{words} in {}", texts(&flow));
    }
    let swimmer = drawn("timeline");
    for words in ["décès", "récidive", "Chimio ≥ 1"] {
        assert!(texts(&swimmer).contains(words), "{words} in {}", texts(&swimmer));
    }
    assert!(
        swimmer.alt.rows.iter().any(|row| row[1] == "Chimio ≥ 1" && row[4] == "récidive"),
        "{:?}",
        swimmer.alt.rows
    );
    for scene in [&flow, &swimmer] {
        for item in &scene.items {
            let colour = match &item.shape {
                Shape::Line { colour, .. } => *colour,
                Shape::Polygon { fill, .. } => *fill,
                Shape::Text { .. } => continue,
            };
            assert!(colour.red == colour.green && colour.green == colour.blue, "{item:?}");
        }
    }
}
