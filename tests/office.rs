//! Files that pyreadstat, pandas, openpyxl, odfpy and xlwt wrote (tests/office/make.py), against the tables written beside
//! them by hand; and the same files damaged.
#![cfg(feature = "office")]

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use riskset::table::office::{Format, MAX_BYTES, convert};
use riskset::table::{ReadOptions, Table, open_with};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/office/files")
}

/// Each file, its bytes and what must come of it.
fn files() -> Vec<(String, Vec<u8>, Value)> {
    let mut files: Vec<_> = fs::read_dir(folder())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "json"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let expected = fs::read_to_string(folder().join(format!("{name}.json"))).expect("what is expected");
            (name, fs::read(&path).expect("the file"), serde_json::from_str(&expected).expect("JSON"))
        })
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).expect("the file")
}

fn found(table: &Table) -> Value {
    let columns: Vec<Value> = table
        .columns
        .iter()
        .map(|column| {
            let cells: Vec<String> = column.cells().map(|cell| cell.to_string()).collect();
            let mut found = json!({"name": column.name, "cells": cells});
            if let Some(suggested) = &column.suggested {
                found["suggested"] = serde_json::to_value(suggested).expect("serialises");
            }
            found
        })
        .collect();
    let lines: Vec<usize> = (0..table.n_rows()).map(|row| table.line(row)).collect();
    let cautions: Vec<&str> = table.cautions.iter().map(|caution| caution.kind.code()).collect();
    json!({"columns": columns, "lines": lines, "cautions": cautions})
}

#[test]
fn each_file_gives_its_table() {
    let files = files();
    assert!(files.len() >= 29, "{} files", files.len());
    for (name, bytes, expected) in files.into_iter().filter(|(.., expected)| expected.get("error").is_none()) {
        let options: ReadOptions = match expected.get("options") {
            Some(options) => serde_json::from_value(options.clone()).expect("options"),
            None => ReadOptions::default(),
        };
        let table = open_with(bytes.as_slice(), &name, &options).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = found(&table);
        for (column, wanted) in
            found["columns"].as_array().expect("columns").iter().zip(expected["columns"].as_array().expect("columns"))
        {
            assert_eq!(column, wanted, "{name}");
        }
        for part in ["columns", "lines", "cautions"] {
            assert_eq!(found[part], expected[part], "{name}: {part}, {:?}", table.cautions);
        }
        let dialect = serde_json::to_value(&table.dialect).expect("serialises");
        for part in ["sheet", "sheets", "header_line", "title_lines", "encoding"] {
            if let Some(wanted) = expected.get(part) {
                assert_eq!(&dialect[part], wanted, "{name}: {part}");
            }
        }
        let ending = name.rsplit('.').next().expect("an ending");
        assert_eq!(dialect["format"], ending, "{name}");
        // The checksum is that of the file, so that a study knows it again.
        let sha256 = Sha256::digest(&bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        assert_eq!(table.sha256, sha256, "{name}");
        // The name plays no part.
        assert_eq!(Format::of(&bytes).map(Format::name), Some(ending));
    }
}

/// What cannot be read is refused for what it is, with what to do.
#[test]
fn each_refused_file_gives_its_error() {
    let refused: Vec<_> = files().into_iter().filter(|(.., expected)| expected.get("error").is_some()).collect();
    assert!(refused.len() >= 5, "{} files", refused.len());
    for (name, bytes, expected) in refused {
        for outcome in [
            convert(&bytes, &name, &ReadOptions::default()).map(|_| ()),
            open_with(bytes.as_slice(), &name, &ReadOptions::default()).map(|_| ()),
        ] {
            let error = outcome.expect_err(&name);
            for (part, wanted) in expected["error"].as_object().expect("an error") {
                let found = if part == "code" { error.kind.code() } else { error.params[part.as_str()].as_str() };
                assert_eq!(found, wanted, "{name}: {error}");
            }
            assert_eq!(error.position.file.as_ref(), Some(&name));
            assert!(error.to_string().contains("open that"), "{error}");
        }
    }
}

fn code(bytes: &[u8], options: Value) -> &'static str {
    let options = serde_json::from_value(options).expect("options");
    open_with(bytes, "file", &options).expect_err("an error").kind.code()
}

#[test]
fn a_sheet_is_chosen_and_a_header_said() {
    let french = bytes("french.xlsx");
    assert_eq!(code(&french, json!({"sheet": "Feuil9"})), "unknown_sheet");
    assert_eq!(code(&french, json!({"sheet": "Vide"})), "no_rows");
    assert_eq!(code(&french, json!({"sheet": "Notes"})), "no_rows");
    let options = serde_json::from_value(json!({"sheet": "Notes", "header_line": 0})).expect("options");
    let table = open_with(french.as_slice(), "french.xlsx", &options).expect("a table");
    assert_eq!((table.columns[0].name.as_str(), table.columns[0].cell(0), table.line(0)), ("column_1", "x", 1));
    assert!(table.cautions.iter().all(|caution| caution.kind.code() != "sheet_chosen"));
}

#[test]
fn cautions_name_their_places() {
    let table = open_with(bytes("french.xlsx").as_slice(), "french.xlsx", &ReadOptions::default()).expect("a table");
    let caution = |code: &str| table.cautions.iter().find(|caution| caution.kind.code() == code).expect("the caution");
    let errors = caution("error_cells");
    assert_eq!((errors.params["n"].as_str(), errors.params["cells"].as_str()), ("1", "E8 #DIV/0!"));
    assert_eq!((&errors.rows, &caution("hidden_rows").rows), (&vec![3], &vec![4]));
    let merged = caution("merged_cells");
    assert_eq!((merged.params["ranges"].as_str(), &merged.rows), ("D10:D11", &vec![5, 6]));
    assert_eq!(caution("sheet_chosen").params["sheets"], "Vide, Notes");
    assert_eq!(caution("blank_lines").params["lines"], "7");

    let table = open_with(bytes("labels.sav").as_slice(), "labels.sav", &ReadOptions::default()).expect("a table");
    assert_eq!(table.cautions[0].params["values"], "98 = Refus; 99 = Inconnu");
    assert_eq!(table.cautions[1].params["values"], "-1; 999 = Inconnu");
}

#[test]
fn encodings() {
    let latin = bytes("latin.sav");
    assert_eq!(code(&latin, json!({"encoding": "klingon"})), "unknown_encoding");
    // An encoding by name, which no browser decodes.
    assert_eq!(code(&latin, json!({"encoding": "iso-2022-kr"})), "unknown_encoding");
    let options = serde_json::from_value(json!({"encoding": "windows-1251"})).expect("options");
    let table = open_with(latin.as_slice(), "latin.sav", &options).expect("a table");
    assert_eq!(table.columns[0].cell(0), "N\u{43e}mes");
    assert_eq!(code(&bytes("v118.dta"), json!({"encoding": "klingon"})), "unknown_encoding");
}

#[test]
fn too_large_a_file_is_refused_with_advice() {
    let mut large = bytes("labels.sav");
    large.resize(MAX_BYTES + 1, 0);
    let error = convert(&large, "large.sav", &ReadOptions::default()).expect_err("an error");
    assert_eq!(error.kind.code(), "file_too_large");
    assert!(error.to_string().contains("CSV"), "{error}");
}

/// A small archive that opens to more than a gigabyte.
#[test]
fn a_bomb_is_refused() {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let zeros = vec![b' '; 10_000_000];
    for name in ["xl/workbook.xml", "content.xml"] {
        archive.start_file(name, options).expect("a part");
        for _ in 0..60 {
            archive.write_all(&zeros).expect("written");
        }
    }
    let bomb = archive.finish().expect("an archive").into_inner();
    assert!(bomb.len() < MAX_BYTES, "{}", bomb.len());
    let error = convert(&bomb, "bomb.xlsx", &ReadOptions::default()).expect_err("an error");
    assert_eq!(error.kind.code(), "contents_too_large");
}

#[test]
fn a_cut_file_is_an_error_or_a_shorter_table() {
    for (name, bytes, _) in files() {
        let step = (bytes.len() / 150).max(1);
        for end in (0..bytes.len()).step_by(step) {
            if let Err(error) = convert(&bytes[..end], &name, &ReadOptions::default()) {
                // calamine panics on a cut .xls; that is an error like another. The reader of SPSS files is ours.
                let is_ours = name.ends_with("sav");
                assert!(!is_ours || error.kind.code() != "office_defect", "{name} cut at {end}: {error}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Damaged bytes give a table or an error with a code. A panic inside a reading library is an error too
    /// (`office_defect`), which is allowed for the libraries' own formats only.
    #[test]
    fn damaged_files_never_panic(which in 0..1000_usize, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let files = files();
        let (name, mut bytes, _) = files[which % files.len()].clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        match open_with(bytes.as_slice(), &name, &ReadOptions::default()) {
            Ok(table) => prop_assert!(table.columns.iter().all(|column| column.len() == table.n_rows())),
            Err(error) => {
                if error.kind.code() == "office_defect" {
                    println!("{name}: {error}");
                    prop_assert!(!name.ends_with("sav"), "{}: {}", name, error);
                }
            }
        }
    }
}
