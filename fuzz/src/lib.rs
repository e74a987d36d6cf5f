//! What is fuzzed: one function per reader. Each takes any bytes, and fails by a panic.

use riskset::study;
use riskset::table::inspect::inspect;
use riskset::table::{self, ReadOptions, Reader, Table};

/// Delimited text: read at once and in pieces, with the same outcome; the first byte tells the size of the pieces.
pub fn text(bytes: &[u8]) {
    let Some((&size, bytes)) = bytes.split_first() else { return };
    let whole = outcome(table::open(bytes, "t.csv"));
    let in_pieces = || {
        let mut reader = Reader::new("t.csv", &ReadOptions::default())?;
        bytes.chunks(usize::from(size) + 1).try_for_each(|piece| reader.push(piece).map(|_| ()))?;
        reader.finish()
    };
    assert_eq!(outcome(in_pieces()), whole);
}

/// Workbooks: ZIP archives (xlsx, ods) and compound files (xls).
pub fn workbook(bytes: &[u8]) {
    office(&[b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"], bytes);
}

/// SPSS files, compressed or not.
pub fn sav(bytes: &[u8]) {
    office(&[b"$FL2", b"$FL3"], bytes);
}

/// Stata files: the versions 117 and later, and one before.
pub fn dta(bytes: &[u8]) {
    office(&[b"<stata_dta><header><release>118</release>", b"\x72\x02\x01\x00"], bytes);
}

/// What the readers of these files hand over.
pub fn interchange(bytes: &[u8]) {
    let sign = br#"{"format":"riskset-table/1","#;
    let whole = if bytes.starts_with(br#"{"format":"#) { bytes.to_vec() } else { [sign, bytes].concat() };
    outcome(table::open(&whole[..], "t.xlsx"));
}

/// Study documents, run on a small table as far as they are read.
pub fn study(bytes: &[u8]) {
    const COHORT: &str = "id,time,status,group,age,day\n1,5,1,a,61,2020-01-31\n2,7,0,b,70,2020-02-01\n3,7,1,a,55,2020-03-05\n\
                          4,9,0,b,48,2020-03-09\n5,11,1,b,66,\n6,NA,1,a,71,2020-05\n";
    let Ok(text) = str::from_utf8(bytes) else { return };
    match study::read(text) {
        Ok(study) => {
            let table = table::open(COHORT.as_bytes(), "cohort.csv").expect("a table");
            match study::run(&study, &table) {
                Ok(results) => assert!(serde_json::to_string(&results).is_ok(), "results that cannot be written"),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// A file whose first bytes are one of these signs, whatever they are.
fn office(signs: &[&[u8]], bytes: &[u8]) {
    let mut files = vec![bytes.to_vec()];
    if !signs.iter().any(|sign| bytes.starts_with(sign)) {
        files = signs.iter().map(|sign| [sign, bytes].concat()).collect();
    }
    for file in files {
        outcome(table::open(&file[..], "t"));
    }
}

/// All that a reading gives, inspected, or its error.
fn outcome(table: riskset::error::Result<Table>) -> String {
    match table {
        Ok(table) => {
            let columns = table.columns.iter().map(|column| column.cells().collect::<Vec<_>>()).collect::<Vec<_>>();
            let lines = (0..table.n_rows()).map(|row| table.line(row)).collect::<Vec<_>>();
            let inspection = serde_json::to_string(&inspect(&table)).expect("an inspection that can be written");
            format!("{columns:?} {lines:?} {inspection}")
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            format!("{error:?}")
        }
    }
}
