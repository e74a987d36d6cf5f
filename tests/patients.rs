//! `flow`, `timeline`, `missing_map` and a headed `summary` through the documents, with their figures and Table 1.

use riskset::report::figure::results::draw;
use riskset::report::figure::scene::{Item, Role, Scene, Shape};
use riskset::report::table::{TableModel, table_one};
use riskset::study::Results;
use serde_json::{Value, json};

/// Dates with every kind of row: event, censored, lost, no origin, no end, excluded.
const DATA: &str = "\
id,arm,diagnosis,relapse,death,last,lost,age,grade,pain,fever
é1,≥ 5 & <b>,2020-01-01,2020-03-01,2020-06-01,2020-06-01,No,50,low,Yes,No
p2,≥ 5 & <b>,2020-01-01,,,2022-01-01,No,60,high,No,No
p3,< 5,2020-01-01,,,2020-05-01,Yes,,high,Yes,No
p4,< 5,2020-01-11,,2021-01-11,2021-01-11,No,40,,No,No
p5,< 5,,,,2021-01-01,No,70,low,NA,No
p6,,2020-02-01,,,2022-02-01,No,,,Yes,No
p7,< 5,2020-02-01,,,,No,55,low,No,No
p8,< 5,2020-02-01,2020-02-11,,2020-02-21,Yes,55,low,No,No
p9,< 5,2020-02-01,,,2021-02-01,No,55,low,No,No
";

fn study(analyses: Value) -> Value {
    let dates = |events: Value| json!({"origin": "diagnosis", "events": events, "censor": "last", "unit": "days"});
    json!({
        "format": "riskset-study/1",
        "data": {"columns": {"age": {"label": "Age", "unit": "years"}, "pain": {"label": "Pain"}},
                 "exclude": [{"row": 9, "reason": "duplicate"}]},
        "endpoints": {"OS": {"label": "Overall survival", "origin": "diagnosis", "events": {"death": "death"},
                             "censor": "last", "unit": "days"},
                      "TTP": dates(json!({"relapse": "relapse"})),
                      "DFS": dates(json!({"relapse": "relapse", "death": "death"}))},
        "analyses": analyses,
    })
}

fn run_on(csv: &str, study: &Value) -> Results {
    let study = riskset::study::read(&study.to_string()).expect("a study");
    let table = riskset::table::open(csv.as_bytes(), "tiny.csv").expect("a table");
    riskset::study::run(&study, &table).expect("a run")
}

fn run(analysis: Value) -> (Results, Value) {
    let results = run_on(DATA, &study(json!([analysis])));
    let value = serde_json::to_value(&results).expect("JSON")["results"][0].clone();
    (results, value)
}

fn overlap(one: &Item, other: &Item) -> bool {
    let (Some(a), Some(b)) = (one.bounds(), other.bounds()) else { return false };
    a.0 < b.2 - 0.01 && b.0 < a.2 - 0.01 && a.1 < b.3 - 0.01 && b.1 < a.3 - 0.01
}

/// The scene of the analysis `a`, held to what every figure must keep: inside the paper, legible, no text on another.
fn scene(results: &Results, width: f64, more: Value) -> Scene {
    let mut request =
        json!({"analysis": "a", "width": width, "title": "A title that is long enough to be wrapped here"});
    for (key, value) in more.as_object().into_iter().flatten() {
        request[key] = value.clone();
    }
    let scene = draw(&request.to_string(), results).expect("a scene");
    let mut texts = Vec::new();
    for item in &scene.items {
        let (left, top, right, bottom) = item.bounds().unwrap_or_else(|| panic!("{item:?} is empty"));
        let inside = left >= 0.0 && top >= 0.0 && right <= scene.width && bottom <= scene.height;
        assert!(inside, "outside {} × {}: {item:?}", scene.width, scene.height);
        if let Shape::Text { size, text, .. } = &item.shape {
            assert!(*size >= 8.0 && !text.is_empty(), "{item:?}");
            texts.push(item);
        }
    }
    for (at, one) in texts.iter().enumerate() {
        if let Some(other) = texts[..at].iter().find(|other| overlap(one, other)) {
            panic!("{one:?} covers {other:?} at width {width}");
        }
    }
    assert!(scene.alt.rows.iter().all(|row| row.len() == scene.alt.header.len()));
    scene
}

fn texts(scene: &Scene, role: Role) -> Vec<String> {
    let text = |item: &Item| match &item.shape {
        Shape::Text { text, .. } => Some(text.clone()),
        _ => None,
    };
    scene.items.iter().filter(|item| item.role == role).filter_map(text).collect()
}

fn of<'a>(scene: &'a Scene, role: Role, group: &str) -> Vec<&'a Item> {
    scene.items.iter().filter(|item| item.role == role && item.group.as_deref() == Some(group)).collect()
}

const WIDTHS: [f64; 5] = [240.0, 360.0, 479.0, 700.0, 1280.0];

#[test]
fn a_flow_adds_up() {
    let flow = json!({"id": "a", "type": "flow", "by": "arm", "screened": 12, "lost": {"column": "lost", "in": ["Yes"]},
                      "before": [{"reason": "no consent", "n": 2}, {"reason": "other tumour", "n": 1}]});
    let (results, got) = run(flow);
    assert_eq!([&got["screened"], &got["n_rows"], &got["included"]], [12, 9, 8]);
    assert_eq!(got["excluded"], json!([{"reason": "excluded_by_study", "note": "duplicate", "n": 1, "rows": [9]}]));
    let os = &got["endpoints"][0];
    assert_eq!(
        os["excluded"],
        json!([{"reason": "no_origin", "n": 1, "rows": [5]}, {"reason": "no_end", "n": 1, "rows": [7]}])
    );
    assert_eq!([&os["n"], &os["n_event"], &os["by_event"]["death"]], [&json!(6), &json!(2), &json!(2)]);
    assert_eq!(os["lost"], json!({"n": 2, "rows": [3, 8]}));
    // The relapse of row 8 is seen, so nothing was lost of it.
    assert_eq!(got["endpoints"][2]["lost"], json!({"n": 1, "rows": [3]}));
    assert_eq!(got["endpoints"][2]["by_event"], json!({"relapse": 2, "death": 1}));
    assert_eq!(got["lost"], json!({"n": 2, "rows": [3, 8]}));
    assert_eq!(
        os["groups"],
        json!([{"group": "< 5", "n": 3, "n_event": 1}, {"group": "≥ 5 & <b>", "n": 2, "n_event": 1},
               {"group": null, "n": 1, "n_event": 0}])
    );
    for endpoint in got["endpoints"].as_array().expect("a list") {
        let sum = |list: &Value| list.as_array().expect("a list").iter().map(|x| x["n"].as_u64().unwrap()).sum::<u64>();
        assert_eq!(endpoint["n"].as_u64().unwrap() + sum(&endpoint["excluded"]), 8);
        assert_eq!(endpoint["n"].as_u64().unwrap(), sum(&endpoint["groups"]));
    }
    assert_eq!(got["cautions"], json!([]));
    assert_eq!(got["rules"]["lost"], json!({"column": "lost", "in": ["Yes"]}));
    assert_eq!(got["lost_rule"], got["rules"]["lost"]);
    for width in WIDTHS {
        let scene = scene(&results, width, json!({}));
        assert!(texts(&scene, Role::Legend).join(" ").contains("Lost to follow-up: no event, and lost is Yes."));
        let step = |key: &str| match of(&scene, Role::BoxText, key)[0].shape {
            Shape::Text { ref text, y, .. } => (text.clone(), y),
            _ => unreachable!(),
        };
        assert_eq!(step("screened").0, "Screened (n=12)");
        assert_eq!(step("included").0, "Included (n=8)");
        assert_eq!(step("OS").0, "Overall survival");
        // Downwards in this order, and each text inside its box.
        let order = ["screened", "before", "file", "excluded", "included", "OS"].map(|key| step(key).1);
        assert!(order.windows(2).all(|pair| pair[0] < pair[1]), "{order:?}");
        for item in scene.items.iter().filter(|item| item.role == Role::BoxText) {
            let text = item.bounds().unwrap();
            let frame = of(&scene, Role::Box, item.group.as_deref().unwrap())[0].bounds().unwrap();
            assert!(frame.0 <= text.0 && frame.1 <= text.1 && text.2 <= frame.2 && text.3 <= frame.3, "{item:?}");
        }
        let boxes: Vec<&Item> = scene.items.iter().filter(|item| item.role == Role::Box).collect();
        assert_eq!(boxes.len(), 8);
        for (at, one) in boxes.iter().enumerate() {
            assert!(boxes[..at].iter().all(|other| !overlap(one, other)));
        }
        assert!(scene.alt.rows.contains(&vec!["no consent (n=2)".to_owned(), "2".to_owned()]));
    }
}

#[test]
fn lost_by_the_day_of_the_last_news() {
    let flow = json!({"id": "a", "type": "flow", "lost": {"before": "2021-06-01"}});
    let (results, got) = run(flow);
    assert_eq!(got["lost_rule"], json!({"before": "2021-06-01"}));
    let said = texts(&scene(&results, 700.0, json!({})), Role::Legend).join(" ");
    assert!(said.contains("no event, and last seen before 2021-06-01."), "{said}");
    // Without a rule nobody is called lost, and nothing is said of it.
    let (results, got) = run(json!({"id": "a", "type": "flow"}));
    assert_eq!((&got["lost"], &got["lost_rule"]), (&json!(null), &json!(null)));
    assert!(!texts(&scene(&results, 700.0, json!({})), Role::Legend).join(" ").contains("Lost"));
    let (_, got) = run(json!({"id": "a", "type": "flow", "lost": {"before": "2021-06-01"}}));
    let rows = |at: usize| got["endpoints"][at]["lost"]["rows"].clone();
    assert_eq!(rows(0), json!([3, 8]));
    // Row 4 died on the day on which its time to progression is censored: nobody lost it.
    assert_eq!(rows(1), json!([3]));
    assert_eq!(rows(2), json!([3]));
    assert_eq!(got["screened"], 9);
    assert_eq!(got["rules"]["lost"], json!({"before": "2021-06-01"}));
    // The day itself is not before it: rows 3 and 8 were last seen on 1 May and 21 February 2020.
    let (_, got) = run(json!({"id": "a", "type": "flow", "endpoints": "OS", "lost": {"before": "2020-05-01"}}));
    assert_eq!(got["endpoints"][0]["lost"]["rows"], json!([8]));
}

#[test]
fn what_a_flow_refuses_and_says() {
    let (_, got) = run(json!({"id": "a", "type": "flow", "screened": 3, "before": [{"reason": "x", "n": 5}]}));
    assert_eq!(got["cautions"][0]["code"], "flow_does_not_add");
    assert_eq!(got["cautions"][0]["params"]["expected"], "-2");
    assert_eq!(got["lost"], Value::Null);
    let subset = json!([{"column": "arm", "in": ["< 5"]}]);
    let (_, got) = run(json!({"id": "a", "type": "flow", "endpoint": "OS", "subset": subset}));
    assert_eq!(got["excluded"][1], json!({"reason": "outside_subset", "n": 3, "rows": [1, 2, 6]}));
    assert_eq!([&got["included"], &got["endpoints"][0]["n"]], [5, 3]);
    for (options, code) in [
        (json!({"endpoints": ["XX"]}), "unknown_endpoint"),
        (json!({"endpoints": ["OS", "OS"]}), "bad_option"),
        (json!({"endpoints": ["OS"], "endpoint": "OS"}), "options_conflict"),
        (json!({"lost": {"column": "none", "in": ["Yes"]}}), "unknown_column"),
        (json!({"lost": {"before": "soon"}}), "study_unreadable"),
        (json!({"sort": "row"}), "option_not_applicable"),
    ] {
        let mut analysis = json!({"id": "a", "type": "flow"});
        for (key, value) in options.as_object().expect("an object") {
            analysis[key] = value.clone();
        }
        assert_eq!(run(analysis).1["error"]["code"], code, "{options}");
    }
}

/// One endpoint that cannot be derived spares the others, and one by time and status cannot tell who was last seen when.
#[test]
fn a_flow_with_endpoints_of_every_kind() {
    let mut study = study(json!([{"id": "a", "type": "flow", "lost": {"before": "2021-06-01"}}]));
    study["endpoints"] = json!({
        "bad": {"time": "grade", "status": "lost", "event": ["Yes"]},
        "good": {"time": "age", "status": "lost", "event": ["Yes"]},
    });
    let results = run_on(DATA, &study);
    let got = serde_json::to_value(&results).expect("JSON")["results"][0].clone();
    assert_eq!(got["endpoints"][0]["error"]["code"], "bad_cell");
    assert_eq!([&got["endpoints"][1]["n"], &got["endpoints"][1]["lost"]], [&json!(6), &Value::Null]);
    assert_eq!(got["cautions"][0]["code"], "lost_not_judged");
    let scene = scene(&results, 500.0, json!({}));
    assert!(texts(&scene, Role::BoxText).iter().any(|text| text == "This endpoint cannot be derived."));
}

#[test]
fn many_reasons_and_groups_are_folded_with_their_sum() {
    let before: Vec<Value> = (1..=20).map(|n| json!({"reason": format!("reason {n} & <é> ≤"), "n": n})).collect();
    let (results, _) = run(json!({"id": "a", "type": "flow", "before": before, "by": "id"}));
    for width in WIDTHS {
        let scene = scene(&results, width, json!({}));
        let lines: Vec<String> = texts(&scene, Role::BoxText);
        let all = lines.join(" ");
        // The seven largest are 20 to 14; the others, 1 to 13, sum to 91.
        assert!(all.contains("13 other reasons (n=91)"), "{all}");
        assert!(all.contains("reason 14 &") && !all.contains("reason 13 &"), "{all}");
        assert!(texts(&scene, Role::Legend).join(" ").contains("added up"));
        assert!(scene.alt.rows.iter().any(|row| row[0] == "reason 1 & <é> ≤ (n=1)"));
    }
}

#[test]
fn the_lanes_of_a_timeline() {
    let timeline = json!({"id": "a", "type": "timeline", "endpoint": "DFS", "by": "arm", "patient": "id",
                          "also": ["death", "last"]});
    let (results, got) = run(timeline);
    let lane = |at: usize| &got["lanes"][at];
    // < 5 first, the longest lane first in each group; rows without a group are left out and counted.
    let order: Vec<&str> =
        got["lanes"].as_array().unwrap().iter().map(|lane| lane["patient"].as_str().unwrap()).collect();
    assert_eq!(order, ["p4", "p3", "p8", "p2", "é1"]);
    assert_eq!([&got["n"], &got["n_missing"], &got["n_excluded"]], [5, 1, 3]);
    assert_eq!(got["excluded"].as_array().unwrap().len(), 3);
    assert_eq!(
        *lane(4),
        json!({"row": 1, "line": 2, "patient": "é1", "group": "≥ 5 & <b>", "entry": 0.0, "end": 60.0, "outcome": "relapse",
               "marks": [{"name": "death", "time": 152.0}, {"name": "last", "time": 152.0}]})
    );
    assert_eq!([&lane(1)["outcome"], &lane(1)["end"]], [&json!("censored"), &json!(121.0)]);
    for width in WIDTHS {
        let scene = scene(&results, width, json!({"x_label": "Days since diagnosis"}));
        let right = |row: &str| of(&scene, Role::Lane, row)[0].bounds().unwrap();
        let at = |row: &str, time: f64| {
            let found = of(&scene, Role::Mark, row).into_iter().filter(|item| item.tick == Some(time));
            found.filter_map(Item::bounds).map(|b| (b.0 + b.2) / 2.0).collect::<Vec<_>>()
        };
        // The mark of the event stands where the bar ends, and times map to x along one straight line.
        assert!(at("1", 60.0).iter().all(|x| (x - right("1").2).abs() < 0.01));
        let (zero, end) = (right("1").0, right("2").2);
        let expected = zero + (end - zero) * 152.0 / 731.0;
        assert!(!at("1", 152.0).is_empty() && at("1", 152.0).iter().all(|x| (x - expected).abs() < 0.01));
        // Death and last news fall on one day: one sign, and it is said.
        assert_eq!(at("1", 152.0).len(), 1);
        assert!(texts(&scene, Role::Legend).join(" ").contains("on one day one sign"));
        assert_eq!(of(&scene, Role::GoesOn, "3").len(), 2);
        assert!(of(&scene, Role::GoesOn, "1").is_empty());
        assert_eq!(texts(&scene, Role::GroupLabel)[..1], ["< 5"]);
        assert!(texts(&scene, Role::LaneName).contains(&"é1".to_owned()));
        assert_eq!(scene.alt.rows.len(), 5);
    }
}

#[test]
fn the_order_of_lanes_and_what_a_timeline_refuses() {
    let rows = |sort: &str| {
        let (_, got) = run(json!({"id": "a", "type": "timeline", "endpoint": "OS", "sort": sort}));
        got["lanes"].as_array().unwrap().iter().map(|lane| lane["row"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(rows("row"), [1, 2, 3, 4, 6, 8]);
    assert_eq!(rows("origin"), [1, 2, 3, 4, 6, 8]);
    assert_eq!(rows("duration"), [2, 6, 4, 1, 3, 8]);
    let refused = |options: Value| {
        let mut study = study(json!([]));
        study["endpoints"]["S"] = json!({"time": "age", "status": "lost", "event": ["Yes"]});
        let mut analysis = json!({"id": "a", "type": "timeline"});
        for (key, value) in options.as_object().expect("an object") {
            analysis[key] = value.clone();
        }
        study["analyses"] = json!([analysis]);
        serde_json::to_value(run_on(DATA, &study)).expect("JSON")["results"][0]["error"]["code"].clone()
    };
    assert_eq!(refused(json!({})), "missing_option");
    assert_eq!(refused(json!({"endpoint": "S", "also": ["death"]})), "bad_option");
    assert_eq!(refused(json!({"endpoint": "S", "sort": "origin"})), "bad_option");
    assert_eq!(refused(json!({"endpoint": "OS", "also": ["grade"]})), "bad_cell");
    assert_eq!(refused(json!({"endpoint": "OS", "patient": "none"})), "unknown_column");
    let nobody = json!([{"column": "id", "in": ["p5"]}]);
    assert_eq!(refused(json!({"endpoint": "OS", "subset": nobody})), "no_observations");
}

#[test]
fn five_thousand_lanes_are_a_stated_sample() {
    let mut csv = String::from("t,s\n");
    (1..=5000).for_each(|row| csv += &format!("{row},{}\n", row % 2));
    let endpoint = json!({"time": "t", "status": "s", "event": [1], "unit": "days"});
    let study = json!({"format": "riskset-study/1", "endpoints": {"E": endpoint},
                       "analyses": [{"id": "a", "type": "timeline", "endpoint": "E"}]});
    let results = run_on(&csv, &study);
    for (asked, shown) in [
        (json!({}), 60),
        (json!({"max_lanes": 120}), 120),
        (json!({"max_lanes": 9999}), 300),
        (json!({"max_lanes": 0}), 1),
    ] {
        let scene = scene(&results, 700.0, asked);
        assert_eq!(scene.items.iter().filter(|item| item.role == Role::Lane).count(), shown);
        let said = format!("{shown} of 5000 patients are drawn");
        assert!(texts(&scene, Role::Legend).join(" ").contains(&said));
        assert!(scene.alt.text.contains(&said));
    }
    // The first and the last lane are among them.
    let scene = scene(&results, 700.0, json!({}));
    assert_eq!([of(&scene, Role::Lane, "5000").len(), of(&scene, Role::Lane, "1").len()], [1, 1]);
}

#[test]
fn the_map_of_missing_values() {
    let cox = json!({"id": "m", "type": "cox", "endpoint": "OS", "covariates": ["age", "grade"]});
    let map = json!({"id": "a", "type": "missing_map", "variables": ["age", "grade", "pain"]});
    let results = run_on(DATA, &study(json!([map, cox])));
    let all = serde_json::to_value(&results).expect("JSON")["results"].clone();
    let got = &all[0];
    assert_eq!([&got["n_rows"], &got["n_complete"]], [8, 4]);
    assert_eq!(got["variables"][0], json!({"variable": "age", "n_missing": 2, "percent": 25.0, "rows": [3, 6]}));
    assert_eq!(got["variables"][2]["rows"], json!([5]));
    assert_eq!(
        got["patterns"],
        json!([{"missing": [], "n": 4}, {"missing": ["age"], "n": 1}, {"missing": ["age", "grade"], "n": 1},
               {"missing": ["grade"], "n": 1}, {"missing": ["pain"], "n": 1}])
    );
    // Of the six with the endpoint, rows 3 and 6 have no age, 4 and 6 no grade.
    assert_eq!(
        got["models"],
        json!([{"analysis": "m", "endpoint": "OS", "start": 6, "univariable": [{"variable": "age", "n": 4}, {"variable": "grade", "n": 4}],
                "steps": [{"variable": "age", "lost": 2, "lost_only_here": 1, "n": 4},
                          {"variable": "grade", "lost": 1, "lost_only_here": 1, "n": 3}], "n": 3}])
    );
    // A row without its offset has no part in a model either.
    let offset = json!({"id": "m", "type": "cox", "endpoint": "OS", "covariates": ["grade"], "offset": "age"});
    let with_offset = run_on(DATA, &study(json!([{"id": "a", "type": "missing_map"}, offset])));
    let with_offset = serde_json::to_value(&with_offset).expect("JSON")["results"][0].clone();
    assert_eq!(
        [&with_offset["models"][0]["n"], &with_offset["variables"][1]["variable"]],
        [&json!(3), &json!("grade")]
    );
    for width in WIDTHS {
        let scene = scene(&results, width, json!({}));
        let filled =
            |key: &str| of(&scene, Role::MissingCell, key).iter().map(|item| item.tick.unwrap()).collect::<Vec<_>>();
        let columns = scene.items.iter().filter(|item| item.role == Role::Count && item.tick.is_some()).count();
        assert!(columns >= 2 || width < 300.0, "{columns}");
        let drawn = |all: &[f64]| all.iter().copied().filter(|&at| at < columns as f64).collect::<Vec<_>>();
        assert_eq!(filled("age"), drawn(&[1.0, 2.0]));
        assert_eq!(filled("grade"), drawn(&[2.0, 3.0]));
        assert_eq!(columns < 5, texts(&scene, Role::Legend).join(" ").contains("rarer patterns"));
        assert_eq!(scene.alt.rows.len(), 3 + 5);
    }
}

/// Worked by hand: who lacks what (`.` is missing), and how each loss makes a model smaller.
#[test]
fn a_map_of_a_model_with_strata_and_weights_worked_by_hand() {
    let csv = "t,s,a,b,c,site,w\n1,1,1,1,1,X,1\n2,0,.,1,1,X,1\n3,1,.,.,1,X,1\n4,0,1,.,.,Y,1\n5,1,1,1,.,Y,1\n\
               6,0,1,1,1,.,1\n7,1,1,1,1,Y,0\n.,1,1,1,1,X,1\n9,0,1,1,1,X,1\n10,1,2,2,2,Y,1\n11,0,.,2,.,.,1\n\
               12,1,2,1,1,X,1\n";
    let model = |id: &str, more: Value| {
        let mut model = json!({"id": id, "type": "cox_table", "endpoint": "E", "strata": "site", "weights": "w",
                               "univariable": ["a", "b", "c"]});
        model.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        model
    };
    let study = json!({"format": "riskset-study/1",
        "data": {"exclude": [{"row": 9, "reason": "duplicate"}]},
        "endpoints": {"E": {"time": "t", "status": "s", "event": [1], "unit": "days"}},
        "analyses": [{"id": "map", "type": "missing_map", "variables": ["a", "b", "c"]},
                     model("both", json!({"multivariable": ["a", "b", "c"]})), model("alone", json!({}))]});
    let all = serde_json::to_value(run_on(csv, &study)).expect("JSON")["results"].clone();
    let map = &all[0];
    // Row 9 is excluded; of the other eleven, six have all three.
    assert_eq!([&map["n_rows"], &map["n_complete"]], [11, 6]);
    let rows = |at: usize| (map["variables"][at]["rows"].clone(), map["variables"][at]["percent"].clone());
    assert_eq!(rows(0), (json!([2, 3, 11]), json!(100.0 * 3.0 / 11.0)));
    assert_eq!(rows(1), (json!([3, 4]), json!(100.0 * 2.0 / 11.0)));
    assert_eq!(rows(2), (json!([4, 5, 11]), json!(100.0 * 3.0 / 11.0)));
    assert_eq!(
        map["patterns"],
        json!([{"missing": [], "n": 6}, {"missing": ["a"], "n": 1}, {"missing": ["a", "b"], "n": 1},
               {"missing": ["a", "c"], "n": 1}, {"missing": ["b", "c"], "n": 1}, {"missing": ["c"], "n": 1}])
    );
    // Row 8 has no time: ten have the endpoint. Alone with the strata and the weights (row 6 has no site, 7 the weight 0): a leaves
    // 1, 4, 5, 10, 12; b 1, 2, 5, 10, 12; c 1, 2, 3, 10, 12. Together: a costs 2, 3, 11 (2 lacks nothing else), b then 4 (which
    // lacks c too), c then 5, the site 6, the weight 7; left are 1, 10, 12.
    let step = |variable: &str, lost: u32, only: u32, n: u32| json!({"variable": variable, "lost": lost, "lost_only_here": only, "n": n});
    let model = &map["models"][0];
    assert_eq!((&model["analysis"], &model["start"]), (&json!("both"), &json!(10)));
    let five = |variable: &str| json!({"variable": variable, "n": 5});
    assert_eq!(model["univariable"], json!([five("a"), five("b"), five("c")]));
    assert_eq!(
        model["steps"],
        json!([step("a", 3, 1, 7), step("b", 1, 0, 6), step("c", 1, 1, 5), step("site", 1, 1, 4), step("w", 1, 1, 3)])
    );
    assert_eq!(model["n"], 3);
    // The models' own numbers are these.
    assert_eq!(all[1]["models"]["multivariable"]["n"], 3);
    for at in 0..3 {
        assert_eq!(all[1]["models"]["univariable"][at]["n"], 5);
    }
    let alone = &map["models"][1];
    assert_eq!(
        (&alone["univariable"], &alone["steps"], &alone["n"]),
        (&model["univariable"], &json!([]), &json!(null))
    );
}

#[test]
fn a_map_says_what_it_does_not_draw_and_counts_as_the_models_do() {
    let mut csv = String::from("t,s");
    (0..80).for_each(|at| csv += &format!(",v{at}"));
    for row in 1..=200_usize {
        csv += &format!("\n{row},{}", row % 2);
        // Column at is missing in every (at + 2)th row.
        (0..80).for_each(|at| {
            csv += if row % (at + 2) == 0 {
                ","
            } else if (row + at) % 3 == 0 {
                ",1"
            } else {
                ",0"
            }
        });
    }
    let names: Vec<String> = (0..80).map(|at| format!("v{at}")).collect();
    let study = json!({"format": "riskset-study/1",
        "endpoints": {"E": {"time": "t", "status": "s", "event": [1], "unit": "days"}},
        "analyses": [{"id": "a", "type": "missing_map", "variables": names},
                     {"id": "m", "type": "cox_table", "endpoint": "E", "univariable": ["v1", "v5"], "multivariable": ["v1", "v5", "v7"]},
                     {"id": "c", "type": "cox", "endpoint": "E", "covariates": ["v1"], "strata": ["v3"]}]});
    let results = run_on(&csv, &study);
    let all = serde_json::to_value(&results).expect("JSON")["results"].clone();
    let sum: u64 = all[0]["patterns"].as_array().unwrap().iter().map(|pattern| pattern["n"].as_u64().unwrap()).sum();
    assert_eq!(sum, 200);
    assert_eq!(all[0]["models"][0]["n"], all[1]["models"]["multivariable"]["n"]);
    for at in 0..2 {
        assert_eq!(all[0]["models"][0]["univariable"][at]["n"], all[1]["models"]["univariable"][at]["n"]);
    }
    assert_eq!(all[0]["models"][1]["n"], all[2]["n"]);
    assert!(all[2]["n"].as_u64().unwrap() > 0);
    for width in WIDTHS {
        let scene = scene(&results, width, json!({}));
        let said = texts(&scene, Role::Legend).join(" ");
        assert!(said.contains("20 variables with fewer missing values are not drawn."), "{said}");
        assert!(said.contains("rarer patterns"), "{said}");
        assert_eq!(texts(&scene, Role::RowName).len(), 60);
    }
}

#[test]
fn variables_of_a_map_by_default_and_what_it_refuses() {
    let (_, got) = run(json!({"id": "a", "type": "missing_map"}));
    assert_eq!(got["rules"]["variables"], json!(["age", "pain"]));
    let nothing = json!({"format": "riskset-study/1", "analyses": [{"id": "a", "type": "missing_map"}]});
    let got = serde_json::to_value(run_on("x,y\n,1\n,2\n", &nothing)).expect("JSON")["results"][0].clone();
    assert_eq!(got["rules"]["variables"], json!(["x", "y"]));
    assert_eq!(got["variables"][0]["percent"], 100.0);
    assert_eq!(got["patterns"], json!([{"missing": ["x"], "n": 2}]));
    for (options, code) in [
        (json!({"variables": ["age", "age"]}), "bad_option"),
        (json!({"variables": [{"heading": "H", "variables": ["age"]}]}), "bad_option"),
        (json!({"variables": []}), "bad_option"),
        (json!({"models": ["none"]}), "bad_option"),
        (json!({"variables": ["none"]}), "unknown_column"),
        (json!({"subset": [{"column": "id", "in": ["p9"]}]}), "no_observations"),
    ] {
        let mut analysis = json!({"id": "a", "type": "missing_map"});
        for (key, value) in options.as_object().expect("an object") {
            analysis[key] = value.clone();
        }
        assert_eq!(run(analysis).1["error"]["code"], code, "{options}");
    }
}

fn table(results: &Results, more: Value) -> TableModel {
    let mut request = json!({"analysis": "a"});
    for (key, value) in more.as_object().into_iter().flatten() {
        request[key] = value.clone();
    }
    let table = table_one::build(&request.to_string(), results).expect("a table");
    assert!(table.rows.iter().all(|row| row.cells.len() == table.header.len()));
    table
}

fn lines(table: &TableModel) -> Vec<String> {
    let line = |row: &riskset::report::table::Row| {
        let cells: Vec<&str> = row.cells.iter().map(|cell| cell.text.as_str()).collect();
        format!("{}{}", "  ".repeat(row.indent), cells.join(" | "))
    };
    table.rows.iter().map(line).collect()
}

#[test]
fn headings_and_yes_no_blocks() {
    let summary = json!({"id": "a", "type": "summary", "by": "arm", "variables": [
        {"heading": "Patient", "variables": ["age", "grade"]},
        {"heading": "Symptoms", "yes_no": ["pain", "fever"]}]});
    let (results, got) = run(summary);
    assert_eq!([&got["variables"][0]["heading"], &got["variables"][1]["heading"]], ["Patient", "Patient"]);
    let block = &got["variables"][2];
    assert_eq!([&block["kind"], &block["heading"]], ["yes_no", "Symptoms"]);
    // < 5: rows 3, 4, 5, 7, 8; pain Yes, No, missing, No, No.
    assert_eq!(block["items"][0]["groups"][0], json!({"group": "< 5", "n": 1, "percent": 25.0, "n_missing": 1}));
    assert_eq!(block["items"][0]["groups"][1], json!({"group": "≥ 5 & <b>", "n": 1, "percent": 50.0, "n_missing": 0}));
    assert_eq!(block["items"][0]["overall"]["n"], 2);
    // [[1, 1], [3, 1]]: 6 of 15 + 8 of 15 + 1 of 15, all as extreme as the first but none less: p 1.
    assert!((block["items"][0]["test"]["p_value"].as_f64().unwrap() - 1.0).abs() < 1e-12);
    assert_eq!(block["items"][1]["level"], "Yes");
    assert_eq!(
        [&block["items"][1]["overall"]["n"], &block["items"][1]["overall"]["percent"]],
        [&json!(0), &json!(0.0)]
    );
    assert_eq!(block["items"][1]["test"]["reason"], "one_level");
    assert!(got["cautions"].as_array().unwrap().iter().any(|caution| caution["code"] == "empty_level"));

    let shown = table(&results, json!({"places": 0}));
    assert_eq!(shown.header, ["Variable", "< 5 (n = 5)", "≥ 5 & <b> (n = 2)", "Overall (n = 7)", "p"]);
    let rows = lines(&shown);
    assert_eq!(rows[0], "Patient |  |  |  | ");
    assert!(rows[1].starts_with("  Age, years | 55 (51–59) | 55 (52–58) | 55 (51–59) | "), "{}", rows[1]);
    assert_eq!(rows[2], "    Missing | 1 | 0 | 1 | ");
    assert!(rows[3].starts_with("  grade |"), "{rows:?}");
    assert_eq!(rows[4], "    high | 1 (25) | 1 (50) | 2 (33) | ");
    assert!(rows.contains(&"  Pain | 1 (25) | 1 (50) | 2 (33) | >0.999".to_owned()), "{rows:?}");
    assert!(rows.contains(&"  fever | 0 (0) | 0 (0) | 0 (0) | –".to_owned()), "{rows:?}");
    assert!(shown.footnotes.iter().any(|note| note == "b Fisher’s exact test."), "{:?}", shown.footnotes);
    assert!(shown.footnotes.iter().any(|note| note.contains("“Yes” counted: Pain, fever")));
    assert!(shown.footnotes.iter().any(|note| note.contains("fever: not tested (only one level occurs)")));
    let french =
        table(&results, json!({"locale": "fr", "places": 1, "overall": false, "test": false, "statistic": "mean"}));
    assert_eq!(french.header.len(), 3);
    // 40, 55, 55, 70: mean 55, variance 450/3.
    assert_eq!(lines(&french)[1], "  Age, years | 55,0 (12,2) | 55,0 (7,1)");
    let mean = &french.rows[1].cells[1].values;
    assert!((mean[0] - 55.0).abs() < 1e-12 && (mean[1] - 150.0_f64.sqrt()).abs() < 1e-12);
}

/// Table 1 of numbers whole, with halves and small; of shares that are nearly nothing and nearly all; with names for what the study
/// names not.
#[test]
fn as_many_decimals_as_numbers_need() {
    let rows: String = (0..300)
        .map(|i| format!("{},{},{},{}\n", i % 3, i % 2, 0.02 + 0.00001 * f64::from(i % 3), u8::from(i == 7)))
        .collect();
    let study = json!({"format": "riskset-study/1", "data": {"columns": {"rare": {"type": "category"}, "half": {"label": "Half"}}},
        "analyses": [{"id": "a", "type": "summary", "variables": ["whole", "half", "small", "rare"]}]});
    let results = run_on(&format!("whole,half,small,rare\n{rows}"), &study);
    let shown = table(&results, json!({"labels": {"half": "not this", "whole": "Whole"}, "units": {"whole": "cm"}}));
    assert_eq!(
        lines(&shown),
        [
            "Whole, cm | 1 (0–2)",
            "Half | 0.50 (0.00–1.00)",
            "small | 0.020 (0.020–0.020)",
            "rare | ",
            "  0 | 299 (>99)",
            "  1 | 1 (<1)"
        ]
    );
    let fixed = table(&results, json!({"places": 2, "percent_places": 1}));
    assert_eq!(lines(&fixed)[0], "whole | 1.00 (0.00–2.00)");
    assert_eq!(lines(&fixed)[5], "  1 | 1 (0.3)");
}

#[test]
fn what_a_headed_summary_refuses() {
    for (variables, code) in [
        (json!(["age", {"heading": "H", "variables": ["age"]}]), "bad_option"),
        (json!([{"heading": "H", "yes_no": ["grade"]}]), "bad_option"),
        (json!([{"heading": "H", "yes": ["pain"]}]), "study_unreadable"),
        (json!([{"heading": "H", "yes_no": ["none"]}]), "unknown_column"),
    ] {
        assert_eq!(
            run(json!({"id": "a", "type": "summary", "variables": variables})).1["error"]["code"],
            code,
            "{variables}"
        );
    }
    let (results, got) = run(
        json!({"id": "a", "type": "summary", "variables": [{"heading": "H", "yes_no": ["grade"], "level": "low"}]}),
    );
    assert_eq!(
        got["variables"][0]["items"][0]["overall"],
        json!({"group": null, "n": 4, "percent": 66.66666666666667, "n_missing": 2})
    );
    assert_eq!(lines(&table(&results, json!({}))), ["H | ", "  grade | 4 (67)", "    Missing | 2"]);
    assert!(table_one::build(r#"{"analysis": "none"}"#, &results).is_err());
    assert!(draw(r#"{"analysis": "a", "width": 500}"#, &results).is_err());
}

/// The demonstration cohort against the paper that it was calibrated to (Bertrand et al., J Surg Oncol 2024,
/// doi:10.1002/jso.27765): who is in, deaths, losses, and the rows of Table 1 that the data's own account lists as equal.
#[test]
fn the_demonstration_cohort_has_the_published_flow_and_table() {
    let csv = include_str!("../www/demo/lms_vc_synthetic.csv");
    let symptoms = ["symptomatic", "palpable_mass", "abdominal_pain", "morphine_use"];
    let tumour = [
        "complete_obstruction",
        "intraluminal_extent",
        "free_floating_thrombus",
        "adrenal_extension",
        "kidney_extension",
        "duodenum_extension",
        "pancreas_extension",
        "liver_extension",
        "atrial_extension",
        "aortic_extension",
        "iliac_extension",
        "metastasis_at_diagnosis",
    ];
    let endpoint = |events: Value| {
        json!({"origin": "date_of_diagnosis", "events": events, "censor": "date_of_last_follow_up",
                                          "unit": "months"})
    };
    let study = json!({
        "format": "riskset-study/1",
        "data": {"columns": {"chemo": {"levels": ["No CT", "CT"]}, "sex": {"levels": ["Male", "Female"]}}},
        "endpoints": {"OS": endpoint(json!({"death": "date_of_death"})),
                      "DFS": endpoint(json!({"recurrence": "date_of_recurrence", "death": "date_of_death"}))},
        "analyses": [
            {"id": "flow", "type": "flow", "by": "chemo", "lost": {"column": "lost_to_follow_up", "in": ["Yes"]}},
            {"id": "dated", "type": "flow", "lost": {"before": "2022-03-01"}},
            {"id": "a", "type": "summary", "by": "chemo", "variables": ["age_at_diagnosis", "sex", "bmi",
                {"heading": "Symptoms", "yes_no": symptoms}, "asa", "tumor_size_cm", "kieffer", "primary_site",
                {"heading": "Tumour", "yes_no": tumour}, "margin", "specimen_size_cm", "fnclcc_grade"]}],
    });
    let results = run_on(csv, &study);
    let all = serde_json::to_value(&results).expect("JSON")["results"].clone();
    let flow = &all[0];
    assert_eq!([&flow["n_rows"], &flow["included"], &flow["lost"]["n"]], [41, 41, 7]);
    let [os, dfs] = [&flow["endpoints"][0], &flow["endpoints"][1]];
    // 41 patients, 29 and 12; 22 deaths; 27 recurrences and 6 deaths without one.
    assert_eq!([&os["n"], &os["n_event"], &dfs["n"], &dfs["n_event"]], [41, 22, 41, 33]);
    assert_eq!(dfs["by_event"], json!({"recurrence": 27, "death": 6}));
    assert_eq!([&os["groups"][0]["n"], &os["groups"][1]["n"]], [29, 12]);
    // By the account of the data the lost were last seen before July 2021, all others alive from March 2022 on.
    assert_eq!(all[1]["endpoints"][0]["lost"], flow["endpoints"][0]["lost"]);

    let shown = lines(&table(&results, json!({"places": 0, "test": false})));
    for line in [
        "age_at_diagnosis | 60 (54–67) | 52 (42–58) | 58 (52–67)",
        "  Male | 11 (38) | 4 (33) | 15 (37)",
        "bmi | 25 (23–28) | 25 (21–26) | 25 (23–28)",
        "  symptomatic | 19 (66) | 11 (92) | 30 (73)",
        "  palpable_mass | 2 (7) | 2 (17) | 4 (10)",
        "  abdominal_pain | 12 (41) | 6 (50) | 18 (44)",
        "  morphine_use | 2 (7) | 4 (33) | 6 (15)",
        "  ASA I | 1 (3) | 4 (33) | 5 (12)",
        "  ASA II | 19 (66) | 7 (58) | 26 (63)",
        "  ASA III | 9 (31) | 1 (8) | 10 (24)",
        "tumor_size_cm | 8 (6–10) | 10 (8–15) | 9 (6–11)",
        "  K1 | 6 (21) | 3 (25) | 9 (22)",
        "  K2 | 17 (59) | 6 (50) | 23 (56)",
        "  K3 | 6 (21) | 3 (25) | 9 (22)",
        "  IVC | 24 (83) | 11 (92) | 35 (85)",
        "  Right renal vein | 3 (10) | 1 (8) | 4 (10)",
        "  SVC | 2 (7) | 0 (0) | 2 (5)",
        "  complete_obstruction | 20 (69) | 8 (67) | 28 (68)",
        "  intraluminal_extent | 6 (21) | 2 (17) | 8 (20)",
        "  free_floating_thrombus | 3 (10) | 2 (17) | 5 (12)",
        "  adrenal_extension | 5 (17) | 1 (8) | 6 (15)",
        "  kidney_extension | 14 (48) | 4 (33) | 18 (44)",
        "  duodenum_extension | 1 (3) | 5 (42) | 6 (15)",
        "  pancreas_extension | 1 (3) | 4 (33) | 5 (12)",
        "  liver_extension | 2 (7) | 3 (25) | 5 (12)",
        "  atrial_extension | 3 (10) | 0 (0) | 3 (7)",
        "  aortic_extension | 2 (7) | 2 (17) | 4 (10)",
        "  iliac_extension | 4 (14) | 2 (17) | 6 (15)",
        "  metastasis_at_diagnosis | 0 (0) | 1 (8) | 1 (2)",
        "  R0 | 24 (83) | 5 (42) | 29 (71)",
        "  R1 | 4 (14) | 7 (58) | 11 (27)",
        "  R2 | 1 (3) | 0 (0) | 1 (2)",
        "specimen_size_cm | 9 (6–12) | 12 (9–13) | 10 (7–13)",
        "  Grade 1 | 5 (17) | 0 (0) | 5 (12)",
        "  Grade 2 | 18 (62) | 8 (67) | 26 (63)",
        "  Grade 3 | 6 (21) | 4 (33) | 10 (24)",
    ] {
        assert!(shown.contains(&line.to_owned()), "{line} in {shown:#?}");
    }
}
