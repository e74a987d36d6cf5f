//! Tables for a journal: the prognostic table against its results, and the files read back by other readers.
#![cfg(feature = "office")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use quick_xml::events::Event;
use riskset::error::ErrorKind;
use riskset::report::number::Locale;
use riskset::report::table::{Cell, Row, TableModel, cox_table, csv, docx, table_one, xlsx};
use riskset::study::results::Results;
use serde_json::{Value, json};

fn run(data: &str, columns: Value, endpoint: Value, analysis: Value) -> Results {
    let study = json!({"format": "riskset-study/1", "data": {"file": "t.csv", "columns": columns}, "endpoints": {"E": endpoint}, "analyses": [analysis]});
    let table = riskset::table::open(data.as_bytes(), "t.csv").expect("a table");
    riskset::study::run(&riskset::study::read(&study.to_string()).expect("a study"), &table).expect("results")
}

fn demonstration(analysis: Value) -> Results {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/demo/lms_vc_synthetic.csv");
    let endpoint = json!({"origin": "date_of_diagnosis", "events": {"death": "date_of_death"}, "censor": "date_of_last_follow_up", "unit": "months"});
    let columns = json!({"margin": {"label": "Resection margin"}, "specimen_size_cm": {"type": "number", "label": "Specimen size", "unit": "cm"}});
    run(&fs::read_to_string(path).expect("a file"), columns, endpoint, analysis)
}

/// The same prognostic table of a paper, in two languages.
fn prognostic() -> Results {
    demonstration(json!({"id": "a", "type": "cox_table", "endpoint": "E",
        "univariable": ["chemo", "margin", "specimen_size_cm"], "multivariable": ["margin", "specimen_size_cm"]}))
}

fn built(results: &Results, mut more: Value) -> TableModel {
    more["analysis"] = json!("a");
    let table = cox_table::build(&more.to_string(), results).expect("a table");
    assert!(table.rows.iter().all(|row| row.cells.len() == table.header.len()), "{table:?}");
    table
}

fn lines(table: &TableModel) -> Vec<String> {
    let line = |row: &Row| {
        let text = |cell: &Cell| {
            format!("{}{}", cell.text, cell.mark.as_ref().map_or_else(String::new, |mark| format!("^{mark}")))
        };
        format!("{}{}", "  ".repeat(row.indent), row.cells.iter().map(text).collect::<Vec<_>>().join(" | "))
    };
    table.rows.iter().map(line).collect()
}

/// R 4.2.2, survival 3.5.3: tests/reference/cox_table.R.
#[test]
fn the_prognostic_table_of_the_demonstration() {
    let results = prognostic();
    let table = built(&results, json!({"title": "Prognostic factors"}));
    assert_eq!(
        table.header,
        ["Variable", "n", "Events", "Univariable HR (95% CI)", "p", "Multivariable HR (95% CI)", "p"]
    );
    assert_eq!(
        lines(&table),
        [
            "chemo |  |  |  | 0.94 |  | ",
            "  CT | 12 | 8 | 1 (reference) |  |  | ",
            "  No CT | 29 | 14 | 1.04 (0.43–2.48) |  |  | ",
            "Resection margin |  |  |  | 0.054 |  | 0.080",
            "  R0 | 29 | 12 | 1 (reference) |  | 1 (reference) | ",
            "  R1 | 11 | 9 | 1.65 (0.69–3.95) |  | 1.64 (0.68–3.93) | ",
            "  R2 | 1 | 1 | 44.8 (2.74–731) |  | 31.5 (1.78–558) | ",
            "Specimen size (per cm) | 41 | 22 | 1.07 (0.97–1.18) | 0.21 | 1.05 (0.94–1.17) | 0.38",
        ]
    );
    let ratio = &table.rows[5].cells[3].values;
    assert!((ratio[0] - 1.648357756).abs() < 1e-9 && ratio.len() == 3, "not rounded: {ratio:?}");
    assert_eq!(
        table.footnotes[1..],
        [
            "Ties by Efron’s method.",
            "p: likelihood-ratio test of all levels of a variable together.",
            "Univariable models: 41 patients each.",
            "Multivariable model: 41 patients, 22 events; 0 left out for a missing value."
        ]
    );
    // What the study names keeps its name; what it does not is named by the request.
    let own =
        json!({"labels": {"margin": "Marge", "chemo": "Chimiothérapie"}, "units": {"specimen_size_cm": "centimètre"}});
    let named = lines(&built(&results, own));
    assert!(named[0].starts_with("Chimiothérapie |") && named[3].starts_with("Resection margin |"), "{named:?}");
    assert!(named[7].starts_with("Specimen size (per cm) |"), "{named:?}");
    let french = built(&results, json!({"locale": "fr"}));
    assert_eq!(lines(&french)[5], "  R1 | 11 | 9 | 1,65 (0,69–3,95) |  | 1,64 (0,68–3,93) | ");
    assert!(lines(&french)[3].starts_with("Resection margin |  |  |  | 0,054 |"));
}

#[test]
fn what_cannot_be_estimated_says_so() {
    // Nobody of the level b dies: its ratio is 0 in the limit. The variable z is constant.
    let data = "t,s,g,z,x\n1,1,a,1,1\n2,1,a,1,\n3,1,a,1,3\n4,1,a,1,2\n5,0,b,1,4\n6,0,b,1,\n7,0,b,1,2\n8,0,a,1,1\n";
    let endpoint = json!({"time": "t", "status": "s", "event": [1], "unit": "months"});
    let analysis = json!({"id": "a", "type": "cox_table", "endpoint": "E", "univariable": ["g", "x", "z"], "multivariable": ["g", "x"]});
    let results = run(data, json!({"g": {"label": "≤ 5 & <b>"}}), endpoint, analysis);
    let table = built(&results, json!({}));
    let shown = lines(&table);
    let separated = shown.iter().find(|line| line.starts_with("  b |")).expect("the level");
    assert!(separated.starts_with("  b | 3 | 0 | ") && separated.contains("^a"), "{separated}");
    assert!(
        table.footnotes.iter().any(|note| note.starts_with("a By Firth’s penalised likelihood")),
        "{:?}",
        table.footnotes
    );
    assert!(shown.iter().any(|line| line.starts_with("≤ 5 & <b> |")), "{shown:?}");
    let constant = shown.iter().find(|line| line.starts_with("z |")).expect("the variable without a model");
    assert!(constant.contains("–^"), "{constant}");
    assert!(table.footnotes.iter().any(|note| note.ends_with("z: no model could be fitted.")), "{:?}", table.footnotes);
    // Two patients have no x: the models do not use the same patients, and the notes say so.
    assert!(
        table
            .footnotes
            .contains(&"Univariable models: 6 to 8 patients, those with a value of the variable.".to_owned())
    );
    assert!(
        table
            .footnotes
            .contains(&"Multivariable model: 6 patients, 3 events; 2 left out for a missing value.".to_owned())
    );
}

#[test]
fn without_a_common_model_its_columns_are_not_there() {
    let results = demonstration(json!({"id": "a", "type": "cox_table", "endpoint": "E", "univariable": ["margin"]}));
    assert_eq!(built(&results, json!({})).header.len(), 5);
    let error = |request: &str| cox_table::build(request, &results).expect_err("an error").kind;
    assert_eq!(error(r#"{"analysis": "none"}"#), ErrorKind::BadOption);
    assert_eq!(error("{"), ErrorKind::FigureUnreadable);
    assert!(table_one::build(r#"{"analysis": "a"}"#, &results).is_err());
}

/// A table with everything that breaks files.
fn awkward() -> TableModel {
    let marked = |text: &str, mark: &str| Cell { text: text.into(), values: vec![0.03], mark: Some(mark.into()) };
    TableModel {
        title: "Tableau 1 : « été » [≤ 60]".into(),
        header: vec!["Variable".into(), "=A & <b> (n = 2)".into(), "p".into()],
        rows: vec![
            Row {
                indent: 0,
                heading: true,
                cells: vec![Cell::words("Grade \"x\""), Cell::default(), marked("<0.001", "a")],
            },
            Row {
                indent: 1,
                heading: false,
                cells: vec![Cell::words("=HYPERLINK(\"http://x\")"), Cell::words("12 (41)"), Cell::default()],
            },
            Row {
                indent: 5,
                heading: false,
                cells: vec![Cell::words("two\nlines\u{b}\u{1}"), Cell::words("  @SUM(A1)"), Cell::words("0012")],
            },
        ],
        footnotes: vec!["a Test exact de Fisher.".into(), "+1".into()],
    }
}

#[test]
fn an_excel_file_holds_text_and_no_formula() {
    let table = awkward();
    let bytes = xlsx::write(&table).expect("a file");
    assert_eq!(bytes, xlsx::write(&table).expect("a file"), "the same bytes again");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).expect("a workbook");
    assert_eq!(book.sheet_names(), ["Tableau 1  « été » ≤ 60"]);
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("cells");
    let text = |row: u32, column: u32| match sheet.get_value((row, column)) {
        Some(Data::String(text)) => text.clone(),
        None | Some(Data::Empty) => String::new(),
        other => panic!("{other:?} is no text"),
    };
    assert_eq!(text(0, 0), table.title);
    assert_eq!([text(1, 0), text(1, 1), text(1, 2)], ["Variable", "=A & <b> (n = 2)", "p"]);
    assert_eq!([text(2, 0), text(2, 2)], ["Grade \"x\"", "<0.001a"]);
    assert_eq!([text(3, 0), text(3, 1)], ["=HYPERLINK(\"http://x\")", "12 (41)"]);
    assert_eq!([text(4, 0), text(4, 1), text(4, 2)], ["two\nlines", "  @SUM(A1)", "0012"]);
    assert_eq!([text(5, 0), text(6, 0)], ["a Test exact de Fisher.", "+1"]);
    let name = book.sheet_names()[0].clone();
    assert!(book.worksheet_formula(&name).expect("formulas").cells().all(|(_, _, formula)| formula.is_empty()));
    for (name, part) in parts(&bytes) {
        well_formed(&name, &part);
        assert!(!part.contains("<f>"), "{name}");
    }
}

/// The parts of an archive, by name.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let mut read = |name: String| {
        let mut text = String::new();
        archive.by_name(&name).expect("a part").read_to_string(&mut text).expect("text");
        (name, text)
    };
    names.into_iter().map(&mut read).collect()
}

/// Every mark of a part is closed, and every entity known.
fn well_formed(name: &str, part: &str) {
    let mut reader = quick_xml::Reader::from_str(part);
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap_or_else(|problem| panic!("{name}: {problem}")) {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{name}");
}

/// The texts of a Word file: of each paragraph outside of tables, and of each row its cells.
fn words(document: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = quick_xml::Reader::from_str(document);
    let (mut outside, mut rows, mut in_table, mut paragraph) =
        (Vec::new(), Vec::<Vec<String>>::new(), false, String::new());
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(tag) => match tag.name().as_ref() {
                "w:tbl" => in_table = true,
                "w:tr" => rows.push(Vec::new()),
                "w:p" => paragraph.clear(),
                _ => {}
            },
            Event::Empty(tag) if tag.name().as_ref() == "w:br" => paragraph.push('\n'),
            Event::Text(text) => paragraph.push_str(&text),
            Event::GeneralRef(reference) => paragraph.push_str(match &*reference {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                other => panic!("&{other};"),
            }),
            Event::End(tag) => match tag.name().as_ref() {
                "w:tbl" => in_table = false,
                "w:p" if in_table => rows.last_mut().expect("a row").push(paragraph.clone()),
                "w:p" => outside.push(paragraph.clone()),
                _ => {}
            },
            Event::Eof => return (outside, rows),
            _ => {}
        }
    }
}

#[test]
fn a_word_file_holds_the_table_and_its_notes() {
    let table = awkward();
    let bytes = docx::write(&table, &docx::Request { language: "fr".into() }).expect("a file");
    let parts = parts(&bytes);
    for (name, part) in &parts {
        well_formed(name, part);
    }
    for (_, target) in [("main", "word/document.xml"), ("styles", "word/styles.xml"), ("title", "docProps/core.xml")] {
        assert!(parts.contains_key(target), "{target}");
        assert!(parts["[Content_Types].xml"].contains(&format!("PartName=\"/{target}\"")), "{target}");
    }
    assert!(parts["word/styles.xml"].contains("w:val=\"fr-FR\""));
    let (outside, rows) = words(&parts["word/document.xml"]);
    assert_eq!(outside, [table.title.as_str(), "a Test exact de Fisher.", "+1"]);
    assert_eq!(rows[0], ["Variable", "=A & <b> (n = 2)", "p"]);
    assert_eq!(rows[1], ["Grade \"x\"", "", "<0.001a"]);
    assert_eq!(rows[3], ["two\nlines", "  @SUM(A1)", "0012"]);
    assert!(parts["word/document.xml"].contains("<w:tblHeader/>"), "heads repeat on each page");
    // Every style that is used is declared.
    for style in parts["word/document.xml"].split("<w:pStyle w:val=\"").skip(1) {
        let style = style.split('"').next().expect("a name");
        assert!(parts["word/styles.xml"].contains(&format!("w:styleId=\"{style}\"")), "{style}");
    }
}

#[test]
fn the_prognostic_table_survives_every_form() {
    let table = built(&prognostic(), json!({"title": "Prognostic factors"}));
    let cell = |cell: &Cell| cell.text.clone();
    let expected: Vec<Vec<String>> = table.rows.iter().map(|row| row.cells.iter().map(cell).collect()).collect();
    let parts = parts(&docx::write(&table, &docx::Request::default()).expect("a file"));
    assert_eq!(words(&parts["word/document.xml"]).1[1..], expected);
    assert!(parts["word/document.xml"].contains("landscape"), "seven columns");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx::write(&table).expect("a file"))).expect("a workbook");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("cells");
    for (at, row) in expected.iter().enumerate() {
        let found: Vec<String> =
            (0..7).map(|column| sheet.get((at + 2, column)).map_or_else(String::new, ToString::to_string)).collect();
        assert_eq!(&found, row);
    }
    let text = csv::write(&table, Locale::En);
    let mut reader =
        ::csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let records: Vec<Vec<String>> =
        reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect()).collect();
    for (record, (row, cells)) in records[1..].iter().zip(table.rows.iter().zip(&expected)) {
        assert_eq!(record[0], format!("{}{}", "  ".repeat(row.indent), cells[0]));
        assert_eq!(record[1..], cells[1..]);
    }
}
