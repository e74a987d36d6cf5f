//! Stata data sets (.dta, every release), read by `dta`.

use std::io::Cursor;

use dta::stata::dta::dta_error::DtaError;
use dta::stata::dta::dta_reader::DtaReader;
use dta::stata::dta::long_string_table::LongStringTable;
use dta::stata::dta::record_reader::RecordReader;
use dta::stata::dta::value::Value;
use dta::stata::dta::value_label_table::ValueLabelTable;
use dta::stata::dta::variable::Variable;
use dta::stata::dta::variable_type::VariableType;
use dta::stata::missing_value::MissingValue;
use dta::stata::stata_byte::StataByte;
use dta::stata::stata_double::StataDouble;
use dta::stata::stata_float::StataFloat;
use dta::stata::stata_int::StataInt;
use dta::stata::stata_long::StataLong;
use dta::stata::temporal::TemporalKind;
use dta::stata::temporal::conversion::{
    tc_millis_to_unix_millis, td_days_to_unix_days, th_halves_to_year_half, tm_months_to_year_month,
    tq_quarters_to_year_quarter, tw_weeks_to_year_week,
};
use encoding_rs::Encoding;

use super::super::ColumnType;
use super::super::interchange::{HeadColumn, Interchange};
use super::super::options::ReadOptions;
use super::labelled::{Coded, State};
use super::{encoding_name, moment, unreadable};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};

/// The raw value of `.` as a long: `.a` is one more, and labels of missing values name them so.
const SYSTEM_MISSING: i32 = 2_147_483_621;
/// The most that a file may say it needs, as a multiple of its size, before it is not believed.
const ENTRY: u64 = 8;

/// Reads the file: labels and long strings, then the records twice, once to see which labels fit and once to write them.
pub(super) fn read(bytes: &[u8], options: &ReadOptions, mut table: Interchange) -> Result<Interchange> {
    let encoding = match &options.encoding {
        Some(wanted) => Some(
            Encoding::for_label_no_replacement(wanted.as_bytes())
                .ok_or_else(|| Error::new(ErrorKind::UnknownEncoding).with("found", wanted))?,
        ),
        None => None,
    };
    if has_a_length_too_large(bytes) {
        return Err(unreadable("Stata", "the file is shorter than it says"));
    }
    let failed = |error: DtaError| unreadable("Stata", error);
    let records = || records(bytes, encoding);

    let mut reader = records()?;
    let encoding = reader.encoding();
    table.head.encoding = encoding_name(encoding, options);
    table.head.labels = Some(options.labels.unwrap_or_default());
    let variables: Vec<Variable> = reader.schema().variables().to_vec();
    if variables.is_empty() {
        return Err(Error::new(ErrorKind::EmptyFile));
    }
    if reader.header().observation_count() == 0 {
        return Err(Error::new(ErrorKind::NoRows));
    }
    // Each record takes a byte at least, whatever the header says.
    if reader.header().observation_count() > ENTRY * bytes.len() as u64 {
        return Err(unreadable("Stata", "the file is shorter than it says"));
    }
    reader.skip_to_end().map_err(failed)?;
    let mut long_strings = LongStringTable::for_reading();
    let mut reader = reader.into_long_string_reader().map_err(failed)?;
    reader.read_remaining_into(&mut long_strings).map_err(failed)?;
    let mut sets = ValueLabelTable::new();
    let mut reader = reader.into_value_label_reader().map_err(failed)?;
    reader.read_remaining_into(&mut sets).map_err(failed)?;

    let kinds: Vec<Option<TemporalKind>> =
        variables.iter().map(|variable| TemporalKind::from_format(variable.format())).collect();
    let mut coded: Vec<Coded> = variables
        .iter()
        .map(|variable| {
            let entries = sets.get(variable.value_label_name()).map(|set| set.entries()).unwrap_or_default();
            let code = |value: i32| match value {
                SYSTEM_MISSING.. => tagged(value),
                value => value.to_string(),
            };
            Coded::new(entries.iter().map(|entry| (code(entry.value()), entry.label().to_owned())))
        })
        .collect();

    let mut seen = vec![false; variables.len()];
    let mut cell = String::new();
    let mut reader = records()?;
    while let Some(record) = reader.read_record().map_err(failed)? {
        for (i, value) in record.values().iter().enumerate().take(variables.len()) {
            let state = put(value, kinds[i], &long_strings, encoding, &mut cell);
            seen[i] |= state == State::Value;
            coded[i].see(state, &cell);
        }
    }
    let mut columns = Vec::with_capacity(variables.len());
    for (i, variable) in variables.iter().enumerate() {
        let is_text = matches!(variable.variable_type(), VariableType::FixedString(_) | VariableType::LongString);
        let kind = match kinds[i] {
            _ if !seen[i] || is_text => None,
            None | Some(TemporalKind::Year) => Some(ColumnType::Number),
            Some(TemporalKind::Month) => None,
            Some(_) => Some(ColumnType::Date),
        };
        let label = Some(variable.label().trim().to_owned()).filter(|label| !label.is_empty());
        let mut column = HeadColumn { name: variable.name().to_owned(), kind, label, ..HeadColumn::default() };
        coded[i].decide(options.labels.unwrap_or_default(), &mut column, &mut table);
        match kinds[i] {
            Some(TemporalKind::Week | TemporalKind::Quarter | TemporalKind::HalfYear) => {
                table.caution(Caution::new(CautionKind::PeriodDates).with("name", &column.name));
            }
            Some(TemporalKind::DateTimeLeap) => {
                table.caution(Caution::new(CautionKind::LeapSeconds).with("name", &column.name));
            }
            _ => {}
        }
        columns.push(column);
    }
    table.columns(columns);
    let mut row = vec![String::new(); variables.len()];
    let mut reader = records()?;
    let mut number = 0;
    while let Some(record) = reader.read_record().map_err(failed)? {
        number += 1;
        for (i, (cell, value)) in row.iter_mut().zip(record.values()).enumerate() {
            let state = put(value, kinds[i], &long_strings, encoding, cell);
            coded[i].settle(state, cell);
        }
        table.push(number, row.iter().map(String::as_str));
    }
    Ok(table)
}

/// Whether a long string or a set of value labels of a file of the releases 117 and later says that it is longer than what is left
/// of the file: the reader would take that memory first.
fn has_a_length_too_large(bytes: &[u8]) -> bool {
    let last = |sign: &[u8]| bytes.windows(sign.len()).rposition(|window| window == sign).map(|at| at + sign.len());
    if !bytes.starts_with(b"<stata_dta>") {
        return false;
    }
    let is_old = bytes.get(28..31) == Some(b"117");
    let is_big_endian = bytes.windows(3).take(100).any(|window| window == b"MSF");
    // A part begins with a sign; its length stands so many bytes behind it, and so many more before what is as long.
    let is_too_large = |section: &[u8], sign: &[u8], before: usize, between: usize, after: usize| {
        let mut rest = last(section).map_or(&[][..], |at| &bytes[at..]);
        while let Some(part) = rest.strip_prefix(sign) {
            let Some(length) = part.get(before..before + 4).and_then(|four| four.try_into().ok()) else { return false };
            let length = if is_big_endian { u32::from_be_bytes(length) } else { u32::from_le_bytes(length) };
            if length as usize > part.len() {
                return true;
            }
            rest = part.get(before + 4 + between + length as usize + after..).unwrap_or_default();
        }
        false
    };
    is_too_large(b"<strls>", b"GSO", if is_old { 9 } else { 13 }, 0, 0)
        || is_too_large(b"<value_labels>", b"<lbl>", 0, if is_old { 36 } else { 132 }, b"</lbl>".len())
}

fn records<'a>(bytes: &'a [u8], encoding: Option<&'static Encoding>) -> Result<RecordReader<Cursor<&'a [u8]>>> {
    let failed = |error: DtaError| unreadable("Stata", error);
    let reader = encoding.map_or_else(DtaReader::new, |encoding| DtaReader::new().encoding(encoding));
    let schema = reader.from_reader(Cursor::new(bytes)).read_header().map_err(failed)?;
    // Each variable takes some bytes: a number that lies would take memory first.
    if u64::from(schema.header().variable_count()) > bytes.len() as u64 {
        return Err(unreadable("Stata", "the file is shorter than it says"));
    }
    let mut characteristics = schema.read_schema().map_err(failed)?;
    characteristics.skip_to_end().map_err(failed)?;
    characteristics.into_record_reader().map_err(failed)
}

/// Puts the text of a value into `out`: days as ISO, `.a` to `.z` as such.
fn put(
    value: &Value,
    kind: Option<TemporalKind>,
    long_strings: &LongStringTable,
    encoding: &'static Encoding,
    out: &mut String,
) -> State {
    out.clear();
    let number = match value {
        Value::String(text) => {
            out.push_str(text.trim());
            return if out.is_empty() { State::Missing } else { State::Value };
        }
        Value::LongStringRef(reference) => {
            if let Some(text) = long_strings.get(reference) {
                out.push_str(text.data_str(encoding).unwrap_or_default().trim_matches(['\0', ' ']));
            }
            return if out.is_empty() { State::Missing } else { State::Value };
        }
        Value::Byte(StataByte::Present(value)) => Ok(f64::from(*value)),
        Value::Int(StataInt::Present(value)) => Ok(f64::from(*value)),
        Value::Long(StataLong::Present(value)) => Ok(f64::from(*value)),
        Value::Float(StataFloat::Present(value)) => {
            // The shortest text of a float is what was typed; as a double it would show digits that nobody entered.
            if kind.is_none() {
                out.push_str(&value.to_string());
                return State::Value;
            }
            Ok(f64::from(*value))
        }
        Value::Double(StataDouble::Present(value)) => Ok(*value),
        Value::Byte(StataByte::Missing(missing))
        | Value::Int(StataInt::Missing(missing))
        | Value::Long(StataLong::Missing(missing))
        | Value::Float(StataFloat::Missing(missing))
        | Value::Double(StataDouble::Missing(missing)) => Err(*missing),
    };
    match number {
        Err(MissingValue::System) => State::Missing,
        Err(missing) => {
            out.push_str(&missing.to_string());
            State::UserMissing
        }
        Ok(value) => {
            match kind.and_then(|kind| moment(value, kind)) {
                Some(text) => out.push_str(&text),
                None => out.push_str(&value.to_string()),
            }
            State::Value
        }
    }
}

/// The text of a date; `None` where the value is no date of this kind.
fn moment(value: f64, kind: TemporalKind) -> Option<String> {
    let whole = (value.is_finite() && value.abs() < 1e9).then(|| value.floor() as i32);
    let first = |year: i32, month: i32| (1..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-01"));
    match kind {
        TemporalKind::Date => moment::day(i64::from(td_days_to_unix_days(whole?)?)),
        TemporalKind::DateTime | TemporalKind::DateTimeLeap => moment::iso(tc_millis_to_unix_millis(value)?),
        TemporalKind::Month => {
            let (year, month) = tm_months_to_year_month(whole?);
            (1..=9999).contains(&year).then(|| format!("{year:04}-{month:02}"))
        }
        TemporalKind::Quarter => {
            let (year, quarter) = tq_quarters_to_year_quarter(whole?);
            first(year, 3 * i32::from(quarter) - 2)
        }
        TemporalKind::HalfYear => {
            let (year, half) = th_halves_to_year_half(whole?);
            first(year, 6 * i32::from(half) - 5)
        }
        TemporalKind::Week => {
            let (year, week) = tw_weeks_to_year_week(whole?);
            let january = chrono::NaiveDate::from_ymd_opt(year, 1, 1)?;
            let day = january.checked_add_days(chrono::Days::new(7 * (u64::from(week) - 1)))?;
            Some(day.to_string())
        }
        _ => None,
    }
}

/// The name of a tagged missing value from its raw long: `.a` to `.z`, or `.`.
fn tagged(raw: i32) -> String {
    match u8::try_from(raw - SYSTEM_MISSING) {
        Ok(tag @ 1..=26) => format!(".{}", char::from(b'a' + tag - 1)),
        _ => ".".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_beyond_the_file_is_refused_before_it_takes_memory() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/office/files/v118.dta");
        let bytes = std::fs::read(path).expect("the file");
        assert!(!has_a_length_too_large(&bytes));
        let find =
            |sign: &[u8]| bytes.windows(sign.len()).rposition(|window| window == sign).expect("the sign") + sign.len();
        for place in [find(b"<lbl>"), find(b"GSO") + 13] {
            let mut bytes = bytes.clone();
            bytes[place..place + 4].copy_from_slice(&[0, 0, 0, 0xf0]);
            assert!(has_a_length_too_large(&bytes));
            let error = super::super::convert(&bytes, "v118.dta", &ReadOptions::default()).expect_err("no table");
            assert_eq!(error.kind, ErrorKind::OfficeUnreadable);
        }
        (0..bytes.len()).for_each(|n| {
            has_a_length_too_large(&bytes[..n]);
        });
    }
}
