//! The targets of fuzz/ on the stable compiler: bytes that were made up, and files of the tests with a few bytes changed.
//! `PROPTEST_CASES` in the environment makes a longer run.

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::path::Path;

use proptest::prelude::*;

/// The files of a folder with one of these endings, those first by name first.
fn files(folder: &str, endings: &[&str]) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| endings.iter().any(|ending| path.extension().is_some_and(|found| found == *ending)));
    paths.sort();
    assert!(!paths.is_empty(), "no {endings:?} files");
    paths.iter().map(|path| fs::read(path).expect("a file")).collect()
}

/// What is done to a file: a byte set, some left out, some twice, the end cut off. Places are shares of its length.
#[derive(Debug, Clone)]
enum Change {
    Set(f64, u8),
    Remove(f64, usize),
    Repeat(f64, usize),
    Cut(f64),
}

fn change() -> impl Strategy<Value = Change> {
    let at = || 0.0..1.0_f64;
    prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        // What numbers of lengths and counts are often mistaken for.
        2 => (at(), prop::sample::select(&[0, 1, 0x7f, 0x80, 0xff, b'"', b',', b'\n', b'\r'][..])).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => (at(), 1..40_usize).prop_map(|(at, n)| Change::Remove(at, n)),
        1 => (at(), 1..40_usize).prop_map(|(at, n)| Change::Repeat(at, n)),
        1 => at().prop_map(Change::Cut),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let place = |at: &f64| ((bytes.len() as f64 * at) as usize).min(bytes.len());
        match change {
            Change::Set(at, byte) => {
                let at = place(at);
                bytes.get_mut(at).into_iter().for_each(|old| *old = *byte);
            }
            Change::Remove(at, n) => {
                let at = place(at);
                bytes.drain(at..(at + n).min(bytes.len()));
            }
            Change::Repeat(at, n) => {
                let at = place(at);
                let part = bytes[at..(at + n).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            Change::Cut(at) => bytes.truncate(place(at)),
        }
    }
    bytes
}

/// Runs `target` on each file as it is, on made-up bytes, and on files with changes.
fn run(target: fn(&[u8]), files: Vec<Vec<u8>>, cases: u32) {
    files.iter().for_each(|bytes| target(bytes));
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(cases);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases, ..ProptestConfig::default() });
    let bytes = prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..300),
        4 => (prop::sample::select(files), prop::collection::vec(change(), 1..6)).prop_map(|(file, changes)| changed(file, &changes)),
    ];
    let outcome = runner.run(&bytes, |bytes| {
        target(&bytes);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn text() {
    // The first byte is the size of the pieces.
    let files = files("tests/awkward/files", &["csv", "tsv", "txt"]).into_iter().filter(|file| file.len() < 20_000);
    run(targets::text, files.map(|file| [&[16][..], &file].concat()).collect(), 200);
}

#[test]
fn workbook() {
    run(targets::workbook, files("tests/office/files", &["xlsx", "xls", "ods"]), 60);
}

#[test]
fn sav() {
    run(targets::sav, files("tests/office/files", &["sav", "zsav"]), 200);
}

#[test]
fn dta() {
    run(targets::dta, files("tests/office/files", &["dta"]), 200);
}

#[test]
fn interchange() {
    let options = riskset::table::ReadOptions::default();
    let files = files("tests/office/files", &["xlsx", "sav", "dta"]);
    let converted = files.iter().filter_map(|file| riskset::table::office::convert(file, "t", &options).ok());
    run(targets::interchange, converted.collect(), 200);
}

#[test]
fn study() {
    let study = |analyses: &str| {
        format!(
            r#"{{"format": "riskset-study/1", "columns": {{"age": {{"type": "number"}}}},
            "endpoints": {{"os": {{"time": "time", "event": "status", "unit": "months"}}}},
            "analyses": [{analyses}]}}"#
        )
    };
    let studies = [
        r#"{"id": "km", "type": "kaplan_meier", "endpoint": "os", "group": "group"}"#,
        r#"{"id": "test", "type": "log_rank", "endpoint": "os", "group": "group"}"#,
        r#"{"id": "cox", "type": "cox", "endpoint": "os", "variables": ["age", "group"]}"#,
        r#"{"id": "one", "type": "summary", "columns": ["age", "group"], "by": "group"}"#,
    ];
    run(targets::study, studies.iter().map(|analyses| study(analyses).into_bytes()).collect(), 150);
}
