//! A scene as a PDF, read back by another library: the page's size, its fonts, every text where the scene has it, every line.
#![cfg(feature = "office")]

use std::fs;
use std::path::Path;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object};
use riskset::error::ErrorKind;
use riskset::report::figure::metrics;
use riskset::report::figure::results::draw;
use riskset::report::figure::scene::{Alternative, Anchor, Colour, Item, Role, Scene, Shape, Type};
use riskset::report::pdf::{Request, write};
use serde_json::json;

/// Points per CSS pixel, where the page has the scene's own size.
const POINTS: f64 = 0.75;

/// The demonstration's curves of overall survival by chemotherapy.
fn demonstration(width: f64) -> Scene {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/demo");
    let table = riskset::table::open(&*fs::read(root.join("lms_vc_synthetic.csv")).expect("a file"), "demo.csv");
    let study = riskset::study::read(&fs::read_to_string(root.join("study.json")).expect("a file")).expect("a study");
    let results = riskset::study::run(&study, &table.expect("a table")).expect("results");
    let request = json!({
        "analysis": "os_curves", "width": width, "x_label": "Months since diagnosis", "y_label": "Overall survival (%)",
        "title": "Survie globale — « été » ≤ 60 & plus", "theme": "print", "band_method": "95% CI, log",
        "annotation": ["HR 0.60 (0.24\u{2060}–\u{2060}1.48)", "log-rank p = 0.26"],
    });
    draw(&request.to_string(), &results).expect("a scene")
}

fn small(items: Vec<Item>) -> Scene {
    Scene { width: 400.0, height: 300.0, items, alt: Alternative::default() }
}

fn number(object: &Object) -> f64 {
    f64::from(object.as_float().expect("a number"))
}

/// What a page shows: texts with their face, size, matrix and width in points; strokes and fills with their points.
#[derive(Debug, Default)]
struct Shown {
    texts: Vec<Text>,
    strokes: Vec<Path_>,
    fills: Vec<Path_>,
}

#[derive(Debug)]
struct Text {
    text: String,
    bold: bool,
    size: f64,
    matrix: Vec<f64>,
    width: f64,
}

#[derive(Debug, Default, Clone)]
struct Path_ {
    points: Vec<(f64, f64)>,
    width: f64,
    dash: Vec<f64>,
    colour: Vec<f64>,
    opacity: f64,
}

/// The width of each code, from the font's list of consecutive widths.
fn widths(document: &Document, font: &Dictionary) -> Vec<f64> {
    let descendants = font.get(b"DescendantFonts").and_then(Object::as_array).expect("descendants");
    let cid = document.dereference(&descendants[0]).expect("a font").1.as_dict().expect("a dictionary");
    let list = cid.get(b"W").and_then(Object::as_array).expect("widths");
    assert_eq!(number(&list[0]), 1.0);
    let found = list[1].as_array().expect("a list").iter().map(number);
    std::iter::once(0.0).chain(found).collect()
}

fn shown(document: &Document) -> Shown {
    let page = document.page_iter().next().expect("a page");
    let fonts = document.get_page_fonts(page).expect("fonts");
    let (resources, _) = document.get_page_resources(page).expect("resources");
    let states =
        resources.and_then(|resources| resources.get(b"ExtGState").ok()).and_then(|states| states.as_dict().ok());
    let content = Content::decode(&document.get_page_content(page)).expect("operators");
    let (mut out, mut path, mut saved) = (Shown::default(), Path_ { opacity: 1.0, ..Path_::default() }, Vec::new());
    let (mut face, mut size, mut matrix, mut fill) = (Vec::new(), 0.0, Vec::new(), Vec::new());
    for operation in &content.operations {
        let numbers = || operation.operands.iter().map(number).collect::<Vec<f64>>();
        match operation.operator.as_str() {
            "q" => saved.push((path.clone(), fill.clone())),
            "Q" => (path, fill) = saved.pop().expect("a saved state"),
            "RG" => path.colour = numbers(),
            "rg" => fill = numbers(),
            "w" => path.width = numbers()[0],
            "d" => path.dash = operation.operands[0].as_array().expect("a pattern").iter().map(number).collect(),
            "gs" => {
                let name = operation.operands[0].as_name().expect("a name");
                let state = states.expect("states").get(name).expect("a state").as_dict().expect("a dictionary");
                path.opacity = number(state.get(b"ca").expect("an opacity"));
                assert_eq!(number(state.get(b"CA").expect("an opacity")), path.opacity);
            }
            "m" => path.points = vec![(numbers()[0], numbers()[1])],
            "l" => path.points.push((numbers()[0], numbers()[1])),
            "S" => out.strokes.push(path.clone()),
            "f" => out.fills.push(Path_ { colour: fill.clone(), ..path.clone() }),
            "Tf" => {
                face = operation.operands[0].as_name().expect("a name").to_vec();
                size = number(&operation.operands[1]);
            }
            "Tm" => matrix = numbers(),
            "Tj" => {
                let font = fonts[&face];
                let codes = operation.operands[0].as_str().expect("codes");
                let widths = widths(document, font);
                let width: f64 =
                    codes.chunks(2).map(|code| widths[usize::from(code[0]) * 256 + usize::from(code[1])]).sum();
                let encoding = font.get_font_encoding(document).expect("an encoding");
                out.texts.push(Text {
                    text: Document::decode_text(&encoding, codes).expect("text"),
                    bold: face == b"B",
                    size,
                    matrix: matrix.clone(),
                    width: width * size / 1000.0,
                });
            }
            "BDC" | "EMC" | "BT" | "ET" | "h" => {}
            other => panic!("the operator {other}"),
        }
    }
    out
}

/// What is shown is the scene, scaled by `scale` points per pixel.
fn agrees(shown: &Shown, scene: &Scene, scale: f64) {
    let near = |found: f64, expected: f64| (found - expected).abs() < 0.001;
    let place = |(x, y): (f64, f64)| (x * scale, (scene.height - y) * scale);
    let share = |colour: Colour| [colour.red, colour.green, colour.blue].map(|value| f64::from(value) / 255.0);
    let (mut texts, mut strokes, mut fills) = (shown.texts.iter(), shown.strokes.iter(), shown.fills.iter());
    let same = |path: &Path_, points: &[(f64, f64)], colour: Colour, opacity: f64| {
        assert_eq!(path.points.len(), points.len());
        for (&(x, y), &point) in path.points.iter().zip(points) {
            let (right, up) = place(point);
            assert!(near(x, right) && near(y, up), "{x} {y} {right} {up}");
        }
        assert!(path.colour.iter().zip(share(colour)).all(|(found, expected)| near(*found, expected)), "{path:?}");
        assert!(near(path.opacity, opacity), "{} {opacity}", path.opacity);
    };
    for item in &scene.items {
        match &item.shape {
            Shape::Line { points, colour, width, dash, opacity } => {
                let path = strokes.next().expect("a stroke");
                same(path, points, *colour, *opacity);
                assert!(near(path.width, width * scale));
                assert_eq!(path.dash.len(), dash.len());
                assert!(path.dash.iter().zip(dash).all(|(found, length)| near(*found, length * scale)));
            }
            Shape::Polygon { points, fill, opacity } => {
                same(fills.next().expect("a fill"), points, *fill, *opacity);
            }
            Shape::Text { x, y, text, size, bold, anchor, upwards, .. } => {
                let found = texts.next().expect("a text");
                let plain: String = text.chars().filter(|&character| !metrics::is_invisible(character)).collect();
                assert_eq!(found.text, plain);
                assert_eq!(found.bold, *bold);
                assert!(near(found.size, size * scale), "{found:?}");
                // As wide as the layout took it to be: a thousandth of the size per character at most.
                let measured = metrics::width(text, *size, *bold) * scale;
                assert!(
                    (found.width - measured).abs() <= 0.0006 * found.size * plain.chars().count() as f64,
                    "{found:?}"
                );
                let before = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => found.width / 2.0,
                    Anchor::End => found.width,
                };
                let (right, up) = place((*x, *y));
                let (turn, right, up) = match upwards {
                    false => ([1.0, 0.0, 0.0, 1.0], right - before, up),
                    true => ([0.0, 1.0, -1.0, 0.0], right, up - before),
                };
                assert_eq!(found.matrix[..4], turn);
                assert!((found.matrix[4] - right).abs() < 0.01 && (found.matrix[5] - up).abs() < 0.01, "{found:?}");
            }
        }
    }
    assert!(texts.next().is_none() && strokes.next().is_none() && fills.next().is_none());
}

fn read(scene: &Scene, request: &Request) -> Document {
    Document::load_mem(&write(scene, request).expect("a PDF")).expect("a PDF that is read")
}

#[test]
fn the_demonstration_is_the_scene() {
    for width in [85.0 / 25.4 * 96.0, 640.0, 174.0 / 25.4 * 96.0] {
        let scene = demonstration(width);
        let document = read(&scene, &Request::default());
        let shown = shown(&document);
        assert!(shown.texts.len() > 40 && shown.strokes.len() > 20, "{} {}", shown.texts.len(), shown.strokes.len());
        assert!(shown.texts.iter().any(|text| text.text == "HR 0.60 (0.24–1.48)"));
        assert!(shown.texts.iter().any(|text| text.bold && text.text.contains("« été » ≤ 60 & plus")));
        assert!(shown.fills.iter().any(|fill| fill.opacity < 1.0), "the band is transparent");
        agrees(&shown, &scene, POINTS);
    }
}

#[test]
fn the_page_has_the_width_that_is_asked_for() {
    let scene = demonstration(640.0);
    for millimetres in [85.0, 174.0, 300.0] {
        let document = read(&scene, &Request { width_mm: Some(millimetres), ..Request::default() });
        let page = document.page_iter().next().expect("a page");
        let page = document.get_dictionary(page).expect("a dictionary");
        let sides: Vec<f64> =
            page.get(b"MediaBox").and_then(Object::as_array).expect("a box").iter().map(number).collect();
        let scale = millimetres / 25.4 * 72.0 / scene.width;
        assert_eq!(sides[..2], [0.0, 0.0]);
        assert!((sides[2] - millimetres / 25.4 * 72.0).abs() < 0.001, "{sides:?}");
        assert!((sides[3] - scene.height * scale).abs() < 0.001, "{sides:?}");
        agrees(&shown(&document), &scene, scale);
    }
    for wrong in [0.0, -3.0, 9.9, 5001.0, f64::NAN, f64::INFINITY] {
        let error = write(&scene, &Request { width_mm: Some(wrong), ..Request::default() }).expect_err("no such page");
        assert_eq!(error.kind, ErrorKind::BadOption, "{wrong}");
    }
    let tall = Scene { width: 100.0, height: 40_000.0, items: Vec::new(), alt: Alternative::default() };
    assert_eq!(write(&tall, &Request::default()).expect_err("too tall").kind, ErrorKind::BadOption);
    for (width, height) in [(0.0, 10.0), (10.0, f64::NAN), (f64::INFINITY, 10.0)] {
        let nothing = Scene { width, height, ..small(Vec::new()) };
        assert_eq!(write(&nothing, &Request::default()).expect_err("no size").kind, ErrorKind::SceneUnusable);
    }
}

#[test]
fn the_fonts_are_embedded_and_hold_only_what_is_shown() {
    let scene = demonstration(640.0);
    let bytes = write(&scene, &Request::default()).expect("a PDF");
    let document = Document::load_mem(&bytes).expect("a PDF that is read");
    let page = document.page_iter().next().expect("a page");
    let fonts = document.get_page_fonts(page).expect("fonts");
    assert_eq!(fonts.keys().map(Vec::as_slice).collect::<Vec<_>>(), [b"B".as_slice(), b"R"]);
    for font in fonts.values() {
        let name = String::from_utf8_lossy(font.get(b"BaseFont").and_then(Object::as_name).expect("a name"));
        let (tag, face) = name.split_once('+').expect("the mark of a subset");
        assert!(tag.len() == 6 && tag.bytes().all(|letter| letter.is_ascii_uppercase()), "{tag}");
        assert!(face == "RisksetSans-Regular" || face == "RisksetSans-Bold", "{face}");
        let descendants = font.get(b"DescendantFonts").and_then(Object::as_array).expect("descendants");
        let cid = document.dereference(&descendants[0]).expect("a font").1.as_dict().expect("a dictionary");
        let descriptor = cid.get(b"FontDescriptor").and_then(Object::as_reference).expect("a descriptor");
        let descriptor = document.get_dictionary(descriptor).expect("a dictionary");
        let file = descriptor.get(b"FontFile2").and_then(Object::as_reference).expect("a file");
        let file = document.get_object(file).and_then(Object::as_stream).expect("a stream").decompressed_content();
        let file = file.expect("a font file");
        let embedded = ttf_parser::Face::parse(&file, 0).expect("a font");
        let widths = widths(&document, font);
        let glyphs = usize::from(embedded.number_of_glyphs());
        // The glyph of a missing character, and the parts of letters with accents.
        assert!(glyphs <= widths.len() + 6, "{glyphs} glyphs for {} characters", widths.len() - 1);
        // The widths of the file are those of the font in it.
        let map = cid.get(b"CIDToGIDMap").and_then(Object::as_reference).expect("a map");
        let map = document.get_object(map).and_then(Object::as_stream).expect("a stream").decompressed_content();
        for (code, pair) in map.expect("a map").chunks(2).enumerate().skip(1) {
            let glyph = ttf_parser::GlyphId(u16::from_be_bytes([pair[0], pair[1]]));
            let advance = f64::from(embedded.glyph_hor_advance(glyph).expect("a width"));
            assert!((widths[code] - advance * 1000.0 / f64::from(embedded.units_per_em())).abs() < 0.01);
        }
    }
    assert!(bytes.len() < 40_000, "{} bytes", bytes.len());
}

#[test]
fn title_language_and_text_alternative() {
    let mut scene = demonstration(640.0);
    scene.alt.text = "Courbes de survie : « été » ≤ 60.".into();
    let request = Request {
        title: "Survie é ≤ 60".into(),
        subject: "Données de patients".into(),
        language: "fr".into(),
        width_mm: None,
    };
    let bytes = write(&scene, &request).expect("a PDF");
    assert_eq!(write(&scene, &request).expect("a PDF"), bytes, "the same bytes again");
    let document = Document::load_mem(&bytes).expect("a PDF that is read");
    let text = |object: &Object| lopdf::decode_text_string(object).expect("text");
    let catalog = document.catalog().expect("a catalog");
    assert_eq!(text(catalog.get(b"Lang").expect("a language")), "fr");
    let info = document.trailer.get(b"Info").and_then(Object::as_reference).expect("information");
    let info = document.get_dictionary(info).expect("a dictionary");
    assert_eq!(text(info.get(b"Title").expect("a title")), "Survie é ≤ 60");
    assert_eq!(text(info.get(b"Subject").expect("a subject")), "Données de patients");
    assert!(text(info.get(b"Producer").expect("a producer")).starts_with("riskset "));
    assert!(!info.has(b"CreationDate") && !info.has(b"ModDate"), "no clock");
    let root = catalog.get(b"StructTreeRoot").and_then(Object::as_reference).expect("a tree");
    let figure = document
        .get_dictionary(root)
        .expect("a dictionary")
        .get(b"K")
        .and_then(Object::as_reference)
        .expect("a figure");
    let figure = document.get_dictionary(figure).expect("a dictionary");
    assert_eq!(figure.get(b"S").and_then(Object::as_name).expect("a kind"), b"Figure");
    assert_eq!(text(figure.get(b"Alt").expect("an alternative")), scene.alt.text);
}

#[test]
fn shapes_one_by_one() {
    let set = |bold| Type { size: 12.0, bold, colour: Colour::new(0xd55e00) };
    let scene = small(vec![
        Item::polygon(
            Role::Background,
            vec![(0.0, 0.0), (400.0, 0.0), (400.0, 300.0), (0.0, 300.0)],
            Colour::new(0xffffff),
            1.0,
        ),
        Item::line(Role::Curve, vec![(10.0, 20.0), (30.0, 20.0), (30.0, 45.5)], Colour::new(0x0072b2), 1.5)
            .dashed(&[4.0, 2.0]),
        Item::polygon(Role::Band, vec![(1.0, 2.0), (3.0, 4.0), (5.0, 1.0)], Colour::new(0x009068), 0.25),
        Item::text(Role::Title, (200.0, 50.0), Anchor::Middle, "Ωé≥ “x” (a\\b)", set(true)),
        Item::text(Role::AxisLabel, (20.0, 150.0), Anchor::Middle, "Survival", set(false)).upwards(),
        Item::text(Role::Legend, (390.0, 290.0), Anchor::End, "e\u{301}\u{a0}–\u{202f}%", set(false)),
        Item::text(Role::Legend, (0.0, 290.0), Anchor::End, "", set(false)),
    ]);
    let document = read(&scene, &Request::default());
    let mut shown = shown(&document);
    // An empty text is not written.
    shown.texts.push(Text {
        text: String::new(),
        bold: false,
        size: 9.0,
        matrix: vec![1.0, 0.0, 0.0, 1.0, 0.0, 7.5],
        width: 0.0,
    });
    agrees(&shown, &scene, POINTS);
}

#[test]
fn a_character_that_no_font_has_is_named() {
    let set = Type { size: 12.0, bold: false, colour: Colour::new(0) };
    let words = |text: &str| small(vec![Item::text(Role::Title, (1.0, 9.0), Anchor::Start, text, set)]);
    let error = write(&words("Группа 漢字 é"), &Request::default()).expect_err("no such glyphs");
    assert_eq!(error.kind, ErrorKind::CharactersNotInFont);
    let sentence = error.to_string();
    for character in ["Г", "р", "漢", "字", "SVG"] {
        assert!(sentence.contains(character), "{sentence}");
    }
    assert!(!sentence.contains('é'), "{sentence}");
}
