//! What every curve figure must keep, on the built scene.

use super::*;
use crate::report::figure::scene::Shape;

/// One patient: entry, end of follow-up, event.
type Row = (f64, f64, bool);

/// The curve of these rows, by the product-limit formula; limits are a tenth around it.
fn curve(key: &str, rows: &[Row]) -> Curve {
    let mut times: Vec<f64> = rows.iter().map(|row| row.1).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let mut curve = Curve { key: key.into(), label: key.into(), n: rows.len(), ..Curve::default() };
    let mut survival = 1.0;
    for &time in &times {
        let count = |holds: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| holds(row)).count();
        let at_risk = count(&|row| (row.0 < time || row.0 <= 0.0) && row.1 >= time);
        let events = count(&|row| row.1 == time && row.2);
        survival *= 1.0 - events as f64 / at_risk as f64;
        curve.estimate.push(Some(survival));
        curve.conf_low.push((survival > 0.0).then_some((survival - 0.1).max(0.0)));
        curve.conf_high.push((survival > 0.0).then_some((survival + 0.1).min(1.0)));
        curve.n_event.push(events);
        curve.n_censor.push(count(&|row| row.1 == time && !row.2));
    }
    curve.time = times;
    if rows.iter().any(|row| row.0 > 0.0) {
        curve.entry = rows.iter().map(|row| row.0).collect();
    }
    curve.has_median = !rows.is_empty();
    curve.median = curve.time.iter().zip(&curve.estimate).find(|step| step.1 <= &Some(0.5)).map(|step| *step.0);
    curve
}

/// Rows spread over `span`, some with an event, some tied.
fn rows(n: usize, span: f64, seed: usize) -> Vec<Row> {
    (0..n).map(|i| (0.0, ((i * 37 + seed) % 101) as f64 / 101.0 * span, !(i * seed).is_multiple_of(3))).collect()
}

fn figure(width: f64, curves: Vec<Curve>) -> Figure {
    Figure {
        sheet: Sheet {
            width,
            title: "Overall survival by grade, and a title that is long enough to be wrapped on a phone".into(),
            legend: vec!["Median follow-up 69.7 months (reverse Kaplan-Meier).".into()],
            ..Sheet::default()
        },
        x_label: "Months since diagnosis".into(),
        y_label: "Overall survival (%)".into(),
        unit: Unit::Months,
        curves,
        annotation: vec!["HR 0.66 (95% CI 0.27–1.59)".into(), "log-rank p = 0.35".into()],
        band_method: Some("95% CI, log".into()),
        conf_interval: "95% CI".into(),
        words: Words::english("figure"),
        options: Options { median_lines: true, ..Options::default() },
        ..Figure::default()
    }
}

fn texts(scene: &Scene, role: Role) -> Vec<(&Item, &str, f64, f64)> {
    let text = |item: &'_ Item| match &item.shape {
        Shape::Text { x, y, .. } => Some((*x, *y)),
        _ => None,
    };
    let words = |item| match item {
        &Item { shape: Shape::Text { ref text, .. }, .. } => text.as_str(),
        _ => "",
    };
    let found = scene.items.iter().filter(|item| item.role == role);
    found.filter_map(|item| text(item).map(|(x, y)| (item, words(item), x, y))).collect()
}

/// Number in the table of this role, group and tick.
fn cell(scene: &Scene, role: Role, group: &str, tick: f64) -> usize {
    let found: Vec<_> = texts(scene, role)
        .into_iter()
        .filter(|(item, ..)| item.group.as_deref() == Some(group) && item.tick == Some(tick))
        .collect();
    assert_eq!(found.len(), 1, "{role:?} {group} {tick}");
    found[0].1.replace(',', "").parse().expect("a count")
}

fn overlap(one: &Item, other: &Item) -> bool {
    let (Some(a), Some(b)) = (one.bounds(), other.bounds()) else { return false };
    a.0 < b.2 - 0.01 && b.0 < a.2 - 0.01 && a.1 < b.3 - 0.01 && b.1 < a.3 - 0.01
}

/// Builds the figure and holds it to what every figure must keep.
fn built(figure: &Figure) -> Scene {
    let scene = build(figure);
    assert!(scene.width.is_finite() && scene.height.is_finite());
    let mut words = Vec::new();
    for item in &scene.items {
        let (left, top, right, bottom) = item.bounds().unwrap_or_else(|| panic!("{item:?} is empty"));
        assert!([left, top, right, bottom].iter().all(|value| value.is_finite()), "{item:?}");
        assert!(
            left >= 0.0 && top >= 0.0 && right <= scene.width && bottom <= scene.height,
            "outside {} × {}: {item:?}",
            scene.width,
            scene.height
        );
        if let Shape::Text { size, text, .. } = &item.shape {
            // 6 pt are 8 CSS pixels.
            assert!(*size >= 8.0 && !text.is_empty(), "{item:?}");
            words.push(item);
        }
    }
    for (at, one) in words.iter().enumerate() {
        if let Some(other) = words[..at].iter().find(|other| overlap(one, other)) {
            panic!("{one:?} covers {other:?}");
        }
    }
    let ticks = texts(&scene, Role::XTick);
    assert_eq!(ticks[0].0.tick, Some(0.0));
    for role in [Role::AtRisk, Role::Censored, Role::Events] {
        for (item, _, x, _) in texts(&scene, role) {
            let tick = ticks.iter().find(|tick| tick.0.tick == item.tick).expect("its tick");
            assert!((tick.2 - x).abs() <= 0.5, "{item:?} is not under its tick");
            assert!(figure.curves.iter().any(|curve| Some(&curve.key) == item.group.as_ref()));
        }
    }
    assert_eq!(scene.alt.rows.len(), figure.curves.len() * ticks.len());
    assert!(scene.alt.rows.iter().all(|row| row.len() == scene.alt.header.len()));
    assert!(figure.curves.iter().all(|curve| scene.alt.text.contains(&curve.label)));
    scene
}

fn colour_of(scene: &Scene, role: Role, group: &str) -> Option<String> {
    scene.items.iter().find(|item| item.role == role && item.group.as_deref() == Some(group)).and_then(|item| {
        match &item.shape {
            Shape::Line { colour, .. } => Some(String::from(*colour)),
            _ => None,
        }
    })
}

#[test]
fn numbers_stand_under_their_ticks_and_sum_at_every_width() {
    let groups: Vec<(&str, Vec<Row>)> = vec![("Grade 1", rows(24, 90.0, 5)), ("Grade 2", rows(41, 160.0, 7))];
    for width in [240.0, 320.0, 360.0, 479.0, 480.0, 800.0, 1280.0, 1600.0] {
        for table in [RiskTable::Full, RiskTable::AtRisk, RiskTable::Hidden] {
            let mut figure = figure(width, groups.iter().map(|(key, rows)| curve(key, rows)).collect());
            figure.options.risk_table = table;
            let scene = built(&figure);
            if table != RiskTable::Full {
                continue;
            }
            for (item, ..) in texts(&scene, Role::XTick) {
                let tick = item.tick.expect("a tick");
                for (key, rows) in &groups {
                    let count = |holds: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| holds(row)).count();
                    let shown = [Role::AtRisk, Role::Censored, Role::Events].map(|r| cell(&scene, r, key, tick));
                    let expected = [
                        count(&|row| row.1 >= tick),
                        count(&|row| row.1 < tick && !row.2),
                        count(&|row| row.1 < tick && row.2),
                    ];
                    assert_eq!(shown, expected, "{key} at {tick}, width {width}");
                    assert_eq!(shown.iter().sum::<usize>(), rows.len());
                }
            }
        }
    }
}

#[test]
fn labels_follow_the_group_and_not_its_place() {
    let names = ["≥ 5 cm & “high” < 10", "<b>é $1</b>", "Unknown", "≤ 5 cm"];
    let all: Vec<Vec<Row>> = (0..4).map(|at| rows(10 + 7 * at, 60.0 + 20.0 * at as f64, at + 2)).collect();
    for order in [[0, 1, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0]] {
        for width in [360.0, 800.0] {
            let curves = order.iter().map(|&at| curve(names[at], &all[at])).collect();
            let scene = built(&figure(width, curves));
            for &at in &order {
                let key = names[at];
                assert_eq!(cell(&scene, Role::AtRisk, key, 0.0), all[at].len());
                for role in [Role::GroupLabel, Role::TableGroup] {
                    let label: Vec<&str> = texts(&scene, role)
                        .into_iter()
                        .filter(|(item, ..)| item.group.as_deref() == Some(key))
                        .map(|(_, text, ..)| text)
                        .collect();
                    assert_eq!(label.join(" "), key);
                }
                let colour = colour_of(&scene, Role::Curve, key).expect("a curve");
                assert_eq!(colour_of(&scene, Role::Swatch, key), Some(colour));
            }
        }
    }
}

#[test]
fn late_entry_sums_to_who_has_entered() {
    let entered: Vec<Row> =
        (0..30).map(|i| ((i % 10) as f64 * 4.0, 20.0 + i as f64 * 3.0 + (i % 10) as f64 * 4.0, i % 2 == 0)).collect();
    let scene = built(&figure(800.0, vec![curve("all", &entered)]));
    for (item, ..) in texts(&scene, Role::XTick) {
        let tick = item.tick.expect("a tick");
        let sum: usize =
            [Role::AtRisk, Role::Censored, Role::Events].iter().map(|&r| cell(&scene, r, "all", tick)).sum();
        assert_eq!(sum, entered.iter().filter(|row| row.0 < tick || row.0 <= 0.0).count(), "{tick}");
    }
}

#[test]
fn odd_groups_are_drawn_as_far_as_they_go() {
    let odd: Vec<(&str, Vec<Row>)> = vec![
        ("no row", vec![]),
        ("one event", vec![(0.0, 30.0, true)]),
        ("one censored", vec![(0.0, 45.0, false)]),
        ("all censored", (1..20).map(|i| (0.0, f64::from(i) * 3.0, false)).collect()),
        ("events at 0", vec![(0.0, 0.0, true), (0.0, 0.0, true), (0.0, 50.0, true), (0.0, 70.0, false)]),
        ("down to 0", (1..12).map(|i| (0.0, f64::from(i) * 6.0, true)).collect()),
        ("gone at 0", vec![(0.0, 0.0, false)]),
    ];
    for width in [360.0, 900.0] {
        for tail in [Tail::Full, Tail::default(), Tail::Cut(Few::Share(0.1)), Tail::Cut(Few::Count(5))] {
            for group in &odd {
                let mut figure = figure(width, vec![curve(group.0, &group.1)]);
                figure.options.tail = tail;
                built(&figure);
            }
            let mut figure = figure(width, odd.iter().map(|group| curve(group.0, &group.1)).collect());
            figure.options.tail = tail;
            let scene = built(&figure);
            assert_eq!(cell(&scene, Role::AtRisk, "no row", 0.0), 0);
            assert_eq!(colour_of(&scene, Role::Curve, "no row"), None);
        }
    }
    built(&figure(600.0, Vec::new()));
}

#[test]
fn the_curve_begins_at_one_and_an_upward_one_at_zero() {
    let mut figure = figure(800.0, vec![curve("all", &[(0.0, 0.0, true), (0.0, 9.0, true), (0.0, 12.0, false)])]);
    figure.options.tail = Tail::Full;
    for upward in [false, true] {
        figure.options.upward = upward;
        let scene = built(&figure);
        let axis = scene.items.iter().filter(|item| item.role == Role::Axis).filter_map(Item::bounds);
        let (left, top, _, bottom) = axis.reduce(|a, b| if b.3 - b.1 > a.3 - a.1 { b } else { a }).expect("an axis");
        let line = scene.items.iter().find(|item| item.role == Role::Curve).expect("a curve");
        let Shape::Line { points, .. } = &line.shape else { panic!("not a line") };
        assert_eq!(points[0], (left, if upward { bottom } else { top }));
        // An event at time 0 is a drop at time 0.
        assert_eq!(points[1].0, left);
        assert_ne!(points[1].1, points[0].1);
        assert!(points.windows(2).all(|pair| pair[0].0 == pair[1].0 || pair[0].1 == pair[1].1));
    }
}

#[test]
fn medians_are_drawn_only_where_they_are_reached() {
    let scene = built(&figure(
        800.0,
        vec![
            curve("low", &[(0.0, 9.0, true), (0.0, 20.0, true)]),
            curve("high", &[(0.0, 9.0, false), (0.0, 60.0, false)]),
        ],
    ));
    let lines: Vec<_> = scene.items.iter().filter(|item| item.role == Role::MedianLine).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.group.as_deref() != Some("high")));
    assert!(scene.alt.text.contains("median not reached") && scene.alt.text.contains("median 9.0"));
}

#[test]
fn only_what_is_drawn_is_explained() {
    let mut figure = figure(800.0, vec![curve("all", &rows(40, 100.0, 5))]);
    let legend = |figure: &Figure| {
        let lines: Vec<String> =
            texts(&built(figure), Role::Legend).into_iter().map(|(_, text, ..)| text.to_owned()).collect();
        lines.join(" ")
    };
    let all = legend(&figure);
    for sentence in ["Shading: 95% CI, log.", "Vertical marks", "fewer than 5 at risk", "just before each time"] {
        assert!(all.contains(sentence), "{sentence} in {all}");
    }
    figure.options.band = false;
    figure.options.censor_marks = false;
    figure.options.tail = Tail::Cut(Few::Share(0.1));
    figure.options.at_risk_rule = AtRiskRule::Right;
    let bare = legend(&figure);
    assert!(!bare.contains("Shading") && !bare.contains("Vertical"), "{bare}");
    assert!(bare.contains("fewer than 10% are at risk") && bare.contains("just after each time"), "{bare}");
}

#[test]
fn an_asked_height_is_kept_and_the_annotation_never_lost() {
    for height in [None, Some(300.0), Some(420.0), Some(900.0)] {
        for width in [300.0, 360.0, 800.0] {
            let mut figure = figure(width, vec![curve("a", &rows(40, 100.0, 5)), curve("b", &rows(40, 100.0, 7))]);
            figure.height = height;
            let scene = built(&figure);
            assert!(texts(&scene, Role::Annotation).len() >= 2);
            if let Some(height) = height.filter(|height| *height >= 900.0) {
                assert!((scene.height - height).abs() <= 1.0, "{} for {height}", scene.height);
            }
        }
    }
}

#[test]
fn long_names_are_shortened_and_told_in_full() {
    let name = "Perioperative chemotherapy with doxorubicin and ifosfamide, at least three cycles, any sequence";
    let scene = built(&figure(360.0, vec![curve(name, &rows(12, 100.0, 5)), curve("none", &rows(12, 80.0, 4))]));
    assert!(texts(&scene, Role::GroupLabel)[0].1.ends_with('…'));
    assert!(scene.alt.text.contains(name));
}

#[test]
fn many_groups_and_a_million_rows() {
    let many = (0..14).map(|at| curve(&format!("Level {at}"), &rows(30, 100.0, at + 2))).collect();
    built(&figure(800.0, many));
    let n = 1_000_000;
    let large = Curve {
        key: "all".into(),
        label: "all".into(),
        n,
        time: (1..=n).map(|i| i as f64 * 1e-4).collect(),
        estimate: (1..=n).map(|i| Some(1.0 - 0.5 * i as f64 / n as f64)).collect(),
        conf_low: (1..=n).map(|i| Some(0.99 - 0.5 * i as f64 / n as f64)).collect(),
        conf_high: (1..=n).map(|i| Some((1.01 - 0.5 * i as f64 / n as f64).min(1.0))).collect(),
        n_event: vec![1; n],
        n_censor: vec![0; n],
        ..Curve::default()
    };
    let scene = built(&figure(800.0, vec![large]));
    let points: usize = scene
        .items
        .iter()
        .map(|item| match &item.shape {
            Shape::Line { points, .. } | Shape::Polygon { points, .. } => points.len(),
            Shape::Text { .. } => 1,
        })
        .sum();
    assert!(points < 60_000, "{points}");
    assert_eq!(cell(&scene, Role::AtRisk, "all", 0.0), n);
}

#[test]
fn french_words_have_every_place() {
    let json: serde_json::Value =
        serde_json::from_str(include_str!("../../../../www/app/i18n/engine.fr.json")).expect("JSON");
    let words: Words = serde_json::from_value(json["figure"].clone()).expect("the words of the figure");
    let mut figure = figure(800.0, vec![curve("Tous", &rows(40, 100.0, 5))]);
    (figure.words, figure.sheet.locale) = (words, number::Locale::Fr);
    let scene = built(&figure);
    assert!(texts(&scene, Role::TableRow).iter().any(|row| row.1 == "À risque"));
    assert!(scene.alt.text.contains("médiane"), "{}", scene.alt.text);
}
