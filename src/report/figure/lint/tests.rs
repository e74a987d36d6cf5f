//! Every point is seen to hold, and every fault to be found in a figure that was broken on purpose.

use serde_json::{Map, json};

use super::*;
use crate::report::figure::preset;
use crate::report::figure::scene::Colour;
use crate::study;
use crate::table;
use crate::words;

/// Two groups of forty over ten years; group b fares worse, its last patients are few.
fn cohort() -> String {
    let mut csv = String::from("start,last,death,relapse,arm,w,age\n");
    for i in 0..80_u32 {
        let arm = if i % 2 == 0 { "≥ 5 & “a”" } else { "<b> é" };
        let months = if i % 2 == 0 { 10 + i * 13 / 10 } else { 6 + i * 7 / 10 };
        let (year, month) = (2000 + months / 12, 1 + months % 12);
        let date = format!("{year}-{month:02}-{:02}", 1 + i % 28);
        let death = if i % 5 < if i % 2 == 0 { 2 } else { 4 } { date.as_str() } else { "" };
        let relapse = if i % 7 == 0 { "2000-03-01" } else { "" };
        csv.push_str(&format!(
            "2000-01-01,{date},{death},{relapse},{arm},{},{}\n",
            1.0 + f64::from(i % 3) / 2.0,
            40 + i % 31
        ));
    }
    csv
}

fn results() -> Results {
    let study = json!({
        "format": "riskset-study/1",
        "data": {"columns": {"start": {"label": "diagnosis"}, "last": {"label": "last follow-up"}}},
        "endpoints": {
            "OS": {"label": "Overall survival", "origin": "start", "events": {"death": "death"}, "censor": "last", "unit": "months"},
            "DFS": {"origin": "start", "events": {"relapse": "relapse", "death": "death"}, "censor": "last", "unit": "months", "cutoff": "2007-12-31"},
        },
        "analyses": [
            {"id": "km", "type": "kaplan_meier", "endpoint": "OS", "by": "arm", "cumulative_hazard": true},
            {"id": "weighted", "type": "kaplan_meier", "endpoint": "OS", "by": "arm", "weights": "w"},
            {"id": "relapse", "type": "kaplan_meier", "endpoint": "DFS", "cause": "relapse"},
            {"id": "dfs", "type": "kaplan_meier", "endpoint": "DFS"},
            {"id": "lr", "type": "log_rank", "endpoint": "OS", "by": "arm"},
            {"id": "cox", "type": "cox", "endpoint": "OS", "covariates": ["arm"]},
            {"id": "adjusted", "type": "cox", "endpoint": "OS", "covariates": ["arm", "age"], "adjusted": "arm"},
            {"id": "fu", "type": "follow_up", "endpoint": "OS"},
            {"id": "ph", "type": "ph_test", "endpoint": "OS", "covariates": ["arm", "age"]},
        ],
    });
    let table = table::open(cohort().as_bytes(), "cohort.csv").expect("a table");
    let results = study::run(&study::read(&study.to_string()).expect("a study"), &table).expect("results");
    results.results.iter().for_each(|result| assert!(result.error.is_none(), "{}: {:?}", result.id, result.error));
    results
}

fn good() -> Value {
    json!({"analysis": "km", "preset": "nejm", "column": "double", "options": {"median_lines": true},
           "from": {"effect": "cox", "test": "lr", "follow_up": "fu"}})
}

fn with(patch: Value) -> Value {
    let mut request = good();
    preset::merge(&mut request, &patch);
    request
}

fn found(request: &Value, results: &Results) -> Vec<Finding> {
    lint(&request.to_string(), results).unwrap_or_else(|error| panic!("{request}: {error:?}"))
}

fn failing(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().filter(|finding| finding.status == Status::Fails).map(|finding| finding.code).collect()
}

/// What the program finds in the scene after `tamper` has broken it.
fn after(request: &Value, tamper: impl FnOnce(&mut Scene)) -> Vec<&'static str> {
    let results = results();
    let plan = plan(&request.to_string(), &results).expect("a plan");
    let mut scene = plan.scene();
    tamper(&mut scene);
    let id = request["analysis"].as_str().expect("an id");
    let result = results.results.iter().find(|result| result.id == id).expect("the analysis");
    failing(&check(&plan, &scene, &results, result))
}

#[test]
fn a_figure_by_the_list_holds_every_point_that_applies() {
    let findings = found(&good(), &results());
    assert_eq!(findings.iter().map(|finding| finding.point).collect::<Vec<_>>(), (1..=21).collect::<Vec<u8>>());
    assert_eq!(failing(&findings), [""; 0], "{findings:?}");
    let idle: Vec<u8> = findings.iter().filter(|f| f.status == Status::NotApplicable).map(|f| f.point).collect();
    assert_eq!(idle, [18, 19]);
    for preset in ["nejm", "jama", "lancet", "bmj", "annals", "plain", "greyscale"] {
        for column in ["single", "double"] {
            for kind in ["kaplan_meier", "cumulative_hazard", "log_minus_log"] {
                let patch = json!({"preset": preset, "column": column, "kind": kind});
                let findings = found(&with(patch), &results());
                assert_eq!(failing(&findings), [""; 0], "{preset} {column} {kind}: {findings:?}");
            }
        }
    }
}

#[test]
fn what_a_request_breaks_is_found_and_mended() {
    let results = results();
    let pale = "#f4f4f4";
    for (point, code, patch) in [
        (2, "risk_table_hidden", json!({"options": {"risk_table": "hidden"}})),
        (3, "band_missing", json!({"options": {"band": false}})),
        (3, "band_unnamed", json!({"band_method": " "})),
        (7, "curve_leaves_axis", json!({"options": {"y_cut": 0.6}})),
        (8, "x_axis_unnamed", json!({"x_label": "Months"})),
        (8, "x_ticks_not_clinical", json!({"options": {"x_step": 20}})),
        (9, "tail_unmarked", json!({"options": {"tail": "full"}})),
        (11, "effect_missing", json!({"from": {"effect": null}})),
        (13, "medians_untold", json!({"options": {"medians": false}})),
        (14, "follow_up_untold", json!({"from": {"follow_up": null}})),
        (15, "too_pale", json!({"groups": {"<b> é": {"colour": pale}}})),
        (16, "no_physical_width", json!({"width": 700})),
        (16, "too_wide", json!({"width_mm": 240})),
        (16, "text_too_small", json!({"font_size": 5})),
        (20, "legend_incomplete", json!({"options": {"described": false}})),
    ] {
        let request = with(patch);
        let findings = found(&request, &results);
        let finding = &findings[point - 1];
        assert_eq!((finding.code, finding.status), (code, Status::Fails), "{request} {findings:?}");
        let mend = finding.mend.as_ref().unwrap_or_else(|| panic!("{code} has no mend"));
        let mut mended = request.clone();
        preset::merge(&mut mended, mend);
        let findings = found(&mended, &results);
        assert_ne!(findings[point - 1].status, Status::Fails, "{code}: {mended} {:?}", findings[point - 1]);
        let words = words::english_section("lint");
        assert!(words.contains_key(&format!("{code}_mend")), "{code}");
    }
}

#[test]
fn what_a_request_breaks_without_a_mend_is_found() {
    let results = results();
    let long = "a name that is so long that no column of any journal takes it whole, however small its text is set";
    for (point, code, patch) in [
        (5, "label_shortened", json!({"column": "single", "groups": {"<b> é": {"label": long}}})),
        (11, "effect_after_p", json!({"annotation": [], "from": {"effect": "cox"}})),
        (12, "p_zero", json!({"annotation": ["Test: p = 0.000"]})),
        (12, "p_style_other", json!({"preset": "jama", "annotation": ["Test: P = 0.03"]})),
        (15, "looks_alike", json!({"colours": ["#0072b2"], "groups": {}})),
        (16, "characters_missing", json!({"title": "生存"})),
    ] {
        let findings = found(&with(patch.clone()), &results);
        let finding = &findings[point - 1];
        match code {
            // One colour for all is told apart by the dash, and the lines of the engine keep their order.
            "looks_alike" | "effect_after_p" => assert_eq!(finding.status, Status::Holds, "{patch} {finding:?}"),
            _ => assert_eq!((finding.code, finding.status), (code, Status::Fails), "{patch} {finding:?}"),
        }
    }
    let other = |request: Value| found(&request, &results);
    assert_eq!(
        failing(&other(with(json!({"analysis": "relapse", "from": null})))),
        ["follow_up_untold", "competing_hidden"]
    );
    let adjusted = with(json!({"analysis": "adjusted", "kind": "adjusted_survival", "from": {"effect": "adjusted"}}));
    let findings = other(adjusted.clone());
    assert_eq!(failing(&findings), ["adjusted_without_counts"]);
    let mut mended = adjusted;
    preset::merge(&mut mended, findings[18].mend.as_ref().expect("a mend"));
    assert_eq!(failing(&other(mended)), [""; 0]);
    let weighted = other(with(json!({"analysis": "weighted"})));
    assert_eq!((failing(&weighted), weighted[18].status), (vec![], Status::Holds));
    let dfs = other(with(json!({"analysis": "dfs", "from": null, "options": {"described": false}})));
    let parts = &dfs[19].params["parts"];
    assert_eq!(parts, "part_endpoint part_censoring part_cutoff part_numbers part_software");
    assert_eq!(other(with(json!({"analysis": "dfs", "from": null})))[19].status, Status::Holds);
}

fn set_text(item: &mut Item, new: &str) {
    if let Shape::Text { text, .. } = &mut item.shape {
        *text = new.into();
    }
}

fn first(scene: &mut Scene, role: Role) -> &mut Item {
    scene.items.iter_mut().find(|item| item.role == role).expect("an item")
}

fn without(scene: &mut Scene, words: &str) {
    let legend = said(scene, &[Role::Legend]);
    assert!(legend.contains(words), "{words} in {legend}");
    let mut left = legend.replace(words, "");
    for item in scene.items.iter_mut().filter(|item| item.role == Role::Legend) {
        set_text(item, &std::mem::take(&mut left));
    }
    scene.items.retain(|item| item.role != Role::Legend || !text(item).is_empty());
}

#[test]
fn what_a_layout_would_break_is_found() {
    let words = words::english_section("figure");
    let request = good();
    let check = |want: &[&str], tamper: &dyn Fn(&mut Scene)| assert_eq!(after(&request, tamper), want);
    check(&[], &|_| {});
    let bend = |scene: &mut Scene| {
        if let Shape::Line { points, .. } = &mut first(scene, Role::Curve).shape {
            points[1].1 += 3.0;
        }
    };
    check(&["not_a_step_function"], &bend);
    let late = |scene: &mut Scene| {
        if let Shape::Line { points, .. } = &mut first(scene, Role::Curve).shape {
            points[0].0 += 3.0;
        }
    };
    check(&["not_a_step_function"], &late);
    check(&["counts_do_not_sum"], &|scene| set_text(first(scene, Role::Events), "77"));
    check(&["band_missing"], &|scene| scene.items.retain(|item| item.role != Role::Band));
    let shift = |by: f64| {
        move |scene: &mut Scene| {
            if let Shape::Text { x, .. } = &mut first(scene, Role::AtRisk).shape {
                *x += by;
            }
        }
    };
    check(&[], &shift(0.4));
    check(&["number_off_tick"], &shift(0.6));
    let clip = |scene: &mut Scene| {
        for item in scene.items.iter_mut().filter(|item| item.tick == Some(0.0)) {
            if let (Role::XTick | Role::AtRisk | Role::Censored | Role::Events, Shape::Text { x, .. }) =
                (item.role, &mut item.shape)
            {
                *x = 1.0;
            }
        }
    };
    check(&["number_clipped"], &clip);
    check(&["label_wrong"], &|scene| set_text(first(scene, Role::TableGroup), "another"));
    let swap = |scene: &mut Scene| {
        if let Shape::Line { colour, .. } = &mut first(scene, Role::Curve).shape {
            *colour = Colour::new(0x123456);
        }
    };
    check(&["label_wrong"], &swap);
    check(&["label_wrong"], &|scene| scene.items.retain(|item| item.role != Role::GroupLabel));
    check(&["counting_rule_unstated"], &|scene| without(scene, &words["counts_left"]));
    check(&["censor_marks_unexplained"], &|scene| without(scene, &words["censor_mark"]));
    check(&["axis_unbroken"], &|scene| scene.items.retain(|item| item.role != Role::YTick || item.tick != Some(0.0)));
    let unreached = |scene: &mut Scene| {
        let line = first(scene, Role::MedianLine).clone().of("nobody");
        scene.items.push(line);
    };
    check(&["median_line_unreached"], &unreached);
    check(&["no_alternative"], &|scene| {
        scene.alt.rows.pop();
    });
    check(&["no_alternative"], &|scene| scene.alt.text.clear());
    check(&["not_vector"], &|scene| set_text(first(scene, Role::AxisLabel), ""));
}

#[test]
fn weights_and_adjustment_that_are_not_said_are_found() {
    let words = words::english_section("figure");
    let weighted = with(json!({"analysis": "weighted"}));
    let sentence = words["legend_weighted"].replace("{column}", "w");
    let codes = after(&weighted, |scene| without(scene, &sentence));
    assert!(codes.contains(&"weights_untold"), "{codes:?}");
    let adjusted = with(
        json!({"analysis": "adjusted", "kind": "adjusted_survival", "from": {"counts": "km", "effect": "adjusted"}}),
    );
    assert_eq!(after(&adjusted, |_| {}), [""; 0]);
    let codes = after(&adjusted, |scene| {
        scene.items.retain(|item| item.role != Role::Legend);
    });
    assert!(codes.contains(&"adjusted_untold"), "{codes:?}");
}

#[test]
fn the_effect_stands_before_the_p() {
    let results = results();
    let request = good().to_string();
    let Plan::Curves(mut figure) = plan(&request, &results).expect("a plan") else { panic!("no curves") };
    figure.annotation.reverse();
    let scene = Plan::Curves(figure.clone()).scene();
    let result = results.results.iter().find(|result| result.id == "km").expect("km");
    assert_eq!(failing(&check(&Plan::Curves(figure), &scene, &results, result)), ["effect_after_p"]);
}

#[test]
fn colours_that_only_the_dash_tells_apart_are_enough_and_less_is_found() {
    let results = results();
    let Plan::Curves(mut figure) = plan(&good().to_string(), &results).expect("a plan") else { panic!("no curves") };
    // Thirty-seven groups: the looks begin again.
    let curve = figure.curves[0].clone();
    figure.curves = (0..37)
        .map(|at| {
            let name = format!("g{at}");
            crate::report::figure::kaplan_meier::Curve { key: name.clone(), label: name, ..curve.clone() }
        })
        .collect();
    let scene = Plan::Curves(figure.clone()).scene();
    let result = results.results.iter().find(|result| result.id == "km").expect("km");
    let codes = failing(&check(&Plan::Curves(figure), &scene, &results, result));
    assert!(codes.contains(&"looks_alike"), "{codes:?}");
}

#[test]
fn other_figures_are_held_to_what_applies() {
    let results = results();
    for (analysis, applies) in [("cox", vec![5, 11, 12, 16, 17, 20, 21]), ("ph", vec![5, 12, 16, 17, 20, 21])] {
        let request = json!({"analysis": analysis, "preset": "jama", "column": "double"});
        let findings = found(&request, &results);
        let holds: Vec<u8> = findings.iter().filter(|f| f.status == Status::Holds).map(|f| f.point).collect();
        assert_eq!(holds, applies, "{findings:?}");
    }
    let bare = json!({"analysis": "cox", "width": 600, "favours": ["", ""], "options": {"described": false}});
    assert_eq!(failing(&found(&bare, &results)), ["effect_missing", "no_physical_width", "legend_incomplete"]);
}

#[test]
fn every_code_has_words_in_both_languages() {
    let french: Value = serde_json::from_str(include_str!("../../../../www/app/i18n/engine.fr.json")).expect("JSON");
    let english = words::english_section("lint");
    for code in POINTS.iter().chain(&FAULTS) {
        assert!(english.contains_key(*code), "{code}");
        assert!(french["lint"].get(code).is_some(), "{code}");
    }
    let known: Map<String, Value> =
        POINTS.iter().chain(&FAULTS).map(|code| ((*code).to_owned(), Value::Null)).collect();
    for code in english.keys().filter(|code| !code.starts_with("part_")) {
        assert!(known.contains_key(code.trim_end_matches("_mend")), "{code} is no code");
    }
}
