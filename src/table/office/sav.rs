//! SPSS system files (.sav, .zsav), after the description of the format in the PSPP developers' guide.
//!
//! The reader is written here because `ambers`, which reads them too, stands on `arrow`, which switches on `num-traits/std`:
//! native and wasm would then not give the same bits any more.

use std::collections::HashMap;
use std::io::Read;

use chrono::Datelike;
use encoding_rs::Encoding;
use flate2::read::ZlibDecoder;

use super::super::ColumnType;
use super::super::interchange::{HeadColumn, Interchange};
use super::super::options::ReadOptions;
use super::labelled::{Coded, State};
use super::{MAX_CONTENTS, encoding_name, moment, unreadable};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};

/// Seconds from 1582-10-14, where SPSS counts from, to 1970-01-01.
const EPOCH: f64 = 12_219_379_200.0;
/// Widest string variable.
const MAX_WIDTH: usize = 32_767;
/// Bytes that the parts of a very long string share: a variable of width w has w / 252 parts, rounded up.
const PART: usize = 252;

/// The bytes of the file, read from the front.
struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
    is_big: bool,
}

fn cut() -> Error {
    unreadable("SPSS", "the file ends too early")
}

impl<'a> Input<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(n).ok_or_else(cut)?;
        let taken = self.bytes.get(self.at..end).ok_or_else(cut)?;
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| cut())
    }

    fn i32(&mut self) -> Result<i32> {
        let bytes = self.array()?;
        Ok(if self.is_big { i32::from_be_bytes(bytes) } else { i32::from_le_bytes(bytes) })
    }

    fn i64(&mut self) -> Result<i64> {
        let bytes = self.array()?;
        Ok(if self.is_big { i64::from_be_bytes(bytes) } else { i64::from_le_bytes(bytes) })
    }

    fn f64(&mut self) -> Result<f64> {
        let bytes = self.array()?;
        Ok(number(bytes, self.is_big))
    }

    /// A number that is a count or a length.
    fn n(&mut self) -> Result<usize> {
        usize::try_from(self.i32()?).map_err(|_| unreadable("SPSS", "a length below zero"))
    }

    /// Bytes after their length.
    fn counted(&mut self) -> Result<&'a [u8]> {
        let n = self.n()?;
        self.take(n)
    }
}

fn number(bytes: [u8; 8], is_big: bool) -> f64 {
    if is_big { f64::from_be_bytes(bytes) } else { f64::from_le_bytes(bytes) }
}

/// What the file says of user-missing values.
#[derive(Debug, Clone, Default)]
struct UserMissing {
    /// Single values, as their eight bytes.
    values: Vec<[u8; 8]>,
    range: Option<(f64, f64)>,
}

/// Labels by the bytes of their values.
type Labels<'a> = Vec<(Vec<u8>, &'a [u8])>;

/// A variable record.
struct Variable<'a> {
    /// Width of a string in bytes; 0 for a number.
    width: usize,
    /// Kind of the print format.
    format: u8,
    name: &'a [u8],
    label: Option<&'a [u8]>,
    missing: UserMissing,
    /// Units of eight bytes that it takes in a case.
    units: usize,
    /// First of them.
    unit: usize,
    labels: Labels<'a>,
    /// Its parts, of a very long string: unit and width of each.
    parts: Vec<(usize, usize)>,
}

/// The dictionary and what is needed to read the cases.
struct Dictionary<'a> {
    variables: Vec<Variable<'a>>,
    units: usize,
    long_names: HashMap<String, String>,
    encoding: &'static Encoding,
    is_assumed: bool,
    compression: i32,
    bias: f64,
    sysmis: f64,
}

/// Reads the file: dictionary, then the cases twice, once to see which labels fit and once to write them.
pub(super) fn read(bytes: &[u8], options: &ReadOptions, mut table: Interchange) -> Result<Interchange> {
    let mut input = Input { bytes, at: 0, is_big: false };
    let dictionary = dictionary(&mut input, options)?;
    let Dictionary { variables, encoding, units, .. } = &dictionary;
    let is_big = input.is_big;
    table.head.encoding = encoding_name(encoding, options);
    table.head.labels = Some(options.labels.unwrap_or_default());
    if dictionary.is_assumed {
        table.caution(Caution::new(CautionKind::EncodingAssumed).with("encoding", encoding.name()));
    }
    if variables.is_empty() {
        return Err(Error::new(ErrorKind::EmptyFile));
    }
    let unpacked;
    let data: &[u8] = match dictionary.compression {
        0 => &bytes[input.at..],
        1 => {
            unpacked = unpack(&bytes[input.at..], &dictionary, is_big)?;
            &unpacked
        }
        _ => {
            let inflated = inflate(&mut input)?;
            unpacked = unpack(&inflated, &dictionary, is_big)?;
            &unpacked
        }
    };
    let size = units.checked_mul(8).filter(|size| *size > 0).ok_or_else(cut)?;
    if !data.len().is_multiple_of(size) {
        return Err(cut());
    }
    if data.is_empty() {
        return Err(Error::new(ErrorKind::NoRows));
    }

    let text = |bytes: &[u8]| encoding.decode_without_bom_handling(bytes).0.trim().to_owned();
    let mut coded: Vec<Coded> = variables
        .iter()
        .map(|variable| {
            let value = |bytes: &[u8]| match (variable.width, <[u8; 8]>::try_from(bytes)) {
                (0, Ok(bytes)) => number(bytes, is_big).to_string(),
                _ => text(bytes),
            };
            Coded::new(variable.labels.iter().map(|(bytes, label)| (value(bytes), text(label))))
        })
        .collect();
    let is_watched: Vec<bool> = variables
        .iter()
        .zip(&coded)
        .map(|(variable, coded)| {
            coded.has_labels() || !variable.missing.values.is_empty() || variable.missing.range.is_some()
        })
        .collect();
    let mut kinds: Vec<Shown> = variables.iter().map(Variable::kind).collect();
    let is_watched = |i: usize| is_watched[i] || matches!(kinds[i], Shown::Month | Shown::Quarter | Shown::Week);
    let mut seen = vec![false; variables.len()];
    let mut has_days = vec![false; variables.len()];
    let mut cell = String::new();
    for case in data.chunks_exact(size) {
        for (i, variable) in variables.iter().enumerate() {
            if seen[i] && !is_watched(i) {
                continue;
            }
            let state = variable.cell(kinds[i], case, &dictionary, is_big, &mut cell);
            seen[i] |= state == State::Value;
            has_days[i] |= state == State::Value && !variable.begins_period(kinds[i], case, is_big);
            coded[i].see(state, &cell);
        }
    }
    // A format of months, quarters or weeks over other days than their first hides days that the file has.
    for (kind, _) in kinds.iter_mut().zip(&has_days).filter(|(_, has_days)| **has_days) {
        *kind = Shown::Day;
    }

    let mut columns = Vec::with_capacity(variables.len());
    for (i, variable) in variables.iter().enumerate() {
        let short = text(variable.name);
        let name = dictionary.long_names.get(&short.to_uppercase()).cloned().unwrap_or(short);
        let kind = match kinds[i] {
            _ if !seen[i] => None,
            Shown::Day | Shown::Moment | Shown::Quarter | Shown::Week => Some(ColumnType::Date),
            Shown::Number => Some(ColumnType::Number),
            Shown::Month | Shown::Duration | Shown::Text => None,
        };
        let label = variable.label.map(&text).filter(|label| !label.is_empty());
        let mut column = HeadColumn { name, kind, label, ..HeadColumn::default() };
        coded[i].decide(options.labels.unwrap_or_default(), &mut column, &mut table);
        match kinds[i] {
            Shown::Duration => table.caution(Caution::new(CautionKind::DurationColumn).with("name", &column.name)),
            Shown::Quarter | Shown::Week => {
                table.caution(Caution::new(CautionKind::PeriodDates).with("name", &column.name))
            }
            _ => {}
        }
        columns.push(column);
    }
    table.columns(columns);
    let mut row = vec![String::new(); variables.len()];
    for (number, case) in (1..).zip(data.chunks_exact(size)) {
        for (i, (cell, variable)) in row.iter_mut().zip(variables).enumerate() {
            let state = variable.cell(kinds[i], case, &dictionary, is_big, cell);
            coded[i].settle(state, cell);
        }
        table.push(number, row.iter().map(String::as_str));
    }
    Ok(table)
}

/// What a print format shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Number,
    Text,
    Day,
    Moment,
    Duration,
    Month,
    Quarter,
    Week,
}

impl Variable<'_> {
    fn kind(&self) -> Shown {
        match self.format {
            _ if self.width > 0 => Shown::Text,
            20 | 23 | 24 | 38 | 39 => Shown::Day,
            22 | 41 => Shown::Moment,
            21 | 25 | 40 => Shown::Duration,
            28 => Shown::Month,
            29 => Shown::Quarter,
            30 => Shown::Week,
            _ => Shown::Number,
        }
    }

    /// Whether the value in `case` is the first day of the month, quarter or week that the format shows; true of other formats.
    fn begins_period(&self, kind: Shown, case: &[u8], is_big: bool) -> bool {
        let months = match kind {
            Shown::Month => 1,
            Shown::Quarter => 3,
            Shown::Week => 0,
            _ => return true,
        };
        let bytes = case.get(self.unit * 8..self.unit * 8 + 8).and_then(|bytes| bytes.try_into().ok());
        let Some(seconds) = bytes.map(|bytes| number(bytes, is_big)) else { return true };
        let days = moment::milliseconds(seconds - EPOCH).and_then(|ms| i32::try_from(ms.div_euclid(86_400_000)).ok());
        let Some(date) = days.and_then(chrono::NaiveDate::from_epoch_days) else { return true };
        match months {
            // The weeks of a year begin on its first day.
            0 => date.ordinal0() % 7 == 0,
            months => date.day() == 1 && date.month0() % months == 0,
        }
    }

    /// Puts the text of this variable's value in `case` into `out`, shown as `kind`.
    fn cell(&self, kind: Shown, case: &[u8], dictionary: &Dictionary, is_big: bool, out: &mut String) -> State {
        out.clear();
        let from = |unit: usize, n: usize| case.get(unit * 8..unit * 8 + n).unwrap_or_default();
        if self.width > 0 {
            let joined;
            let bytes = match self.parts.as_slice() {
                [] => from(self.unit, self.width),
                parts => {
                    let mut all = Vec::with_capacity(self.width);
                    parts.iter().for_each(|&(unit, width)| all.extend_from_slice(from(unit, width)));
                    all.truncate(self.width);
                    joined = all;
                    &joined
                }
            };
            let is_missing = self.missing.values.iter().any(|value| blank_end(value) == blank_end(bytes));
            out.push_str(dictionary.encoding.decode_without_bom_handling(bytes).0.trim());
            return match out.is_empty() {
                true => State::Missing,
                false if is_missing => State::UserMissing,
                false => State::Value,
            };
        }
        let Ok(bytes) = <[u8; 8]>::try_from(from(self.unit, 8)) else { return State::Missing };
        let value = number(bytes, is_big);
        if value == dictionary.sysmis || !value.is_finite() {
            return State::Missing;
        }
        let is_missing = self.missing.values.iter().any(|missing| number(*missing, is_big) == value)
            || self.missing.range.is_some_and(|(low, high)| low <= value && value <= high);
        let moment = match kind {
            Shown::Day | Shown::Quarter | Shown::Week => {
                moment::milliseconds(value - EPOCH).and_then(|ms| moment::day(ms.div_euclid(86_400_000)))
            }
            Shown::Moment => moment::milliseconds(value - EPOCH).and_then(moment::iso),
            Shown::Month => moment::milliseconds(value - EPOCH)
                .and_then(|ms| moment::day(ms.div_euclid(86_400_000)))
                .and_then(|day| day.get(..7).map(str::to_owned)),
            Shown::Duration => moment::milliseconds(value).map(moment::duration),
            Shown::Number | Shown::Text => None,
        };
        match moment {
            Some(text) if !is_missing && !self.labels.iter().any(|(label, _)| label.as_slice() == bytes) => {
                out.push_str(&text)
            }
            _ => out.push_str(&value.to_string()),
        }
        if is_missing { State::UserMissing } else { State::Value }
    }
}

fn blank_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
    &bytes[..end]
}

fn dictionary<'a>(input: &mut Input<'a>, options: &ReadOptions) -> Result<Dictionary<'a>> {
    input.take(64)?;
    let layout: [u8; 4] = input.array()?;
    input.is_big = match (i32::from_le_bytes(layout), i32::from_be_bytes(layout)) {
        (2 | 3, _) => false,
        (_, 2 | 3) => true,
        _ => return Err(unreadable("SPSS", "the byte order is not known")),
    };
    input.i32()?;
    let compression = input.i32()?;
    if !(0..=2).contains(&compression) {
        return Err(unreadable("SPSS", format!("compression {compression} is not known")));
    }
    input.take(8)?;
    let bias = input.f64()?;
    input.take(84)?;

    let mut records: Vec<Variable<'a>> = Vec::new();
    let mut units = 0_usize;
    // Records of labels name units, not variables.
    let mut of_unit: HashMap<usize, usize> = HashMap::new();
    let (mut sysmis, mut highest, mut lowest) = (-f64::MAX, f64::MAX, (-f64::MAX).next_up());
    let mut code_page = None;
    let (mut named, mut long_names, mut very_long): (_, &[u8], &[u8]) = (None, &[], &[]);
    let mut long_labels: Vec<(&[u8], Labels)> = Vec::new();
    let mut long_missing: Vec<(&[u8], Vec<[u8; 8]>)> = Vec::new();
    loop {
        match input.i32()? {
            2 => {
                let width = input.i32()?;
                let has_label = input.i32()? != 0;
                let n_missing = input.i32()?;
                let format = ((input.i32()? >> 16) & 0xff) as u8;
                input.i32()?;
                let name = input.take(8)?;
                let label = if has_label {
                    let n = input.n()?;
                    let label = input.take(n)?;
                    input.take(n.next_multiple_of(4) - n)?;
                    Some(label)
                } else {
                    None
                };
                let mut missing = UserMissing::default();
                if n_missing < 0 {
                    missing.range = Some((input.f64()?, input.f64()?));
                }
                let singles = match n_missing {
                    0..=3 => n_missing,
                    -2 => 0,
                    -3 => 1,
                    _ => return Err(unreadable("SPSS", "user-missing values")),
                };
                for _ in 0..singles {
                    missing.values.push(input.array()?);
                }
                units += 1;
                let Ok(width) = usize::try_from(width) else { continue };
                of_unit.insert(units, records.len());
                let n_units = width.div_ceil(8).max(1);
                let (unit, labels, parts) = (units - 1, Vec::new(), Vec::new());
                records.push(Variable { width, format, name, label, missing, units: n_units, unit, labels, parts });
            }
            3 => {
                let mut labels = Vec::new();
                for _ in 0..input.n()? {
                    let value: [u8; 8] = input.array()?;
                    let n = usize::from(input.array::<1>()?[0]);
                    let label = input.take(n)?;
                    input.take((n + 1).next_multiple_of(8) - n - 1)?;
                    labels.push((value, label));
                }
                if input.i32()? != 4 {
                    return Err(unreadable("SPSS", "value labels of no variable"));
                }
                for _ in 0..input.n()? {
                    let unit = input.n()?;
                    let Some(variable) = of_unit.get(&unit).and_then(|&index| records.get_mut(index)) else {
                        return Err(unreadable("SPSS", "value labels of a variable that is not there"));
                    };
                    let width = if variable.width == 0 { 8 } else { variable.width.min(8) };
                    variable.labels.extend(labels.iter().map(|(value, label)| (value[..width].to_vec(), *label)));
                }
            }
            6 => {
                let n = input.n()?;
                input.take(n.checked_mul(80).ok_or_else(cut)?)?;
            }
            7 => {
                let (kind, size, n) = (input.i32()?, input.n()?, input.n()?);
                let data = input.take(size.checked_mul(n).ok_or_else(cut)?)?;
                let mut part = Input { bytes: data, at: 0, is_big: input.is_big };
                match kind {
                    3 => {
                        part.take(28)?;
                        code_page = Some(part.i32()?);
                    }
                    4 => (sysmis, highest, lowest) = (part.f64()?, part.f64()?, part.f64()?),
                    13 => long_names = data,
                    14 => very_long = data,
                    20 => named = Some(data),
                    21 => {
                        while part.at < data.len() {
                            let name = part.counted()?;
                            part.i32()?;
                            let mut labels = Vec::new();
                            for _ in 0..part.n()? {
                                labels.push((part.counted()?.to_vec(), part.counted()?));
                            }
                            long_labels.push((name, labels));
                        }
                    }
                    22 => {
                        while part.at < data.len() {
                            let name = part.counted()?;
                            let n = usize::from(part.array::<1>()?[0]);
                            if part.n()? != 8 {
                                return Err(unreadable("SPSS", "user-missing values of a long string"));
                            }
                            let mut values = Vec::new();
                            for _ in 0..n {
                                values.push(part.array()?);
                            }
                            long_missing.push((name, values));
                        }
                    }
                    _ => {}
                }
            }
            999 => {
                input.i32()?;
                break;
            }
            other => return Err(unreadable("SPSS", format!("record {other} is not known"))),
        }
    }
    let (encoding, is_assumed) = encoding(options, named, code_page)?;
    let text = |bytes: &[u8]| encoding.decode_without_bom_handling(bytes).0.into_owned();

    // The parts of a very long string are variables of their own; the first one gets them all.
    for entry in text(very_long).split(['\t', '\0']) {
        let Some((name, width)) = entry.split_once('=') else { continue };
        let width = width.trim().parse::<usize>().ok().filter(|width| *width <= MAX_WIDTH);
        let first = records.iter().position(|variable| text(variable.name).trim().eq_ignore_ascii_case(name.trim()));
        let (Some(width), Some(first)) = (width, first) else { continue };
        let n = width.div_ceil(PART);
        if width < 256 || first + n > records.len() {
            continue;
        }
        let rest: Vec<Variable> = records.splice(first + 1..first + n, []).collect();
        let variable = &mut records[first];
        variable.parts = std::iter::once((variable.unit, variable.width))
            .chain(rest.iter().map(|part| (part.unit, part.width)))
            .collect();
        variable.width = width;
    }
    let long_names: HashMap<String, String> = text(long_names)
        .split('\t')
        .filter_map(|entry| entry.split_once('='))
        .map(|(short, long)| (short.trim().to_uppercase(), long.trim_end_matches('\0').trim().to_owned()))
        .collect();
    for variable in &mut records {
        let short = text(variable.name).trim().to_owned();
        let name = long_names.get(&short.to_uppercase()).unwrap_or(&short);
        let is_it = |other: &[u8]| text(other).trim() == name || text(other).trim() == short;
        if let Some((_, labels)) = long_labels.iter().find(|(other, _)| is_it(other)) {
            variable.labels.clone_from(labels);
        }
        if let Some((_, values)) = long_missing.iter().find(|(other, _)| is_it(other)) {
            variable.missing.values.clone_from(values);
        }
        // The ends of an open range are written as the lowest and the highest number that there are.
        if let Some((low, high)) = &mut variable.missing.range {
            *low = if *low <= lowest { f64::NEG_INFINITY } else { *low };
            *high = if *high >= highest { f64::INFINITY } else { *high };
        }
    }
    let is_outside = |variable: &Variable| variable.unit + variable.units > units;
    if records.iter().any(is_outside) {
        return Err(unreadable("SPSS", "a string variable is cut"));
    }
    Ok(Dictionary { variables: records, units, long_names, encoding, is_assumed, compression, bias, sysmis })
}

/// The encoding that is asked for, else the one that the file names, else Windows-1252 (`true`: assumed).
fn encoding(options: &ReadOptions, named: Option<&[u8]>, page: Option<i32>) -> Result<(&'static Encoding, bool)> {
    if let Some(wanted) = &options.encoding {
        let found = Encoding::for_label_no_replacement(wanted.as_bytes());
        return found
            .map(|encoding| (encoding, false))
            .ok_or_else(|| Error::new(ErrorKind::UnknownEncoding).with("found", wanted));
    }
    let of_page = || match page? {
        65001 => Encoding::for_label_no_replacement(b"utf-8"),
        page @ 1250..=1258 => Encoding::for_label_no_replacement(format!("windows-{page}").as_bytes()),
        page @ 28591..=28605 => Encoding::for_label_no_replacement(format!("iso-8859-{}", page - 28590).as_bytes()),
        932 => Encoding::for_label_no_replacement(b"shift_jis"),
        936 => Encoding::for_label_no_replacement(b"gbk"),
        949 => Encoding::for_label_no_replacement(b"euc-kr"),
        950 => Encoding::for_label_no_replacement(b"big5"),
        _ => None,
    };
    let found = named.and_then(|name| Encoding::for_label_no_replacement(blank_end(name))).or_else(of_page);
    Ok(found.map_or((encoding_rs::WINDOWS_1252, true), |encoding| (encoding, false)))
}

/// The blocks of a .zsav file, opened.
fn inflate(input: &mut Input) -> Result<Vec<u8>> {
    input.i64()?;
    let trailer = usize::try_from(input.i64()?).map_err(|_| cut())?;
    input.at = trailer;
    input.take(20)?;
    let mut all = Vec::new();
    for _ in 0..input.n()? {
        input.i64()?;
        let start = usize::try_from(input.i64()?).map_err(|_| cut())?;
        input.i32()?;
        let n = input.n()?;
        let end = start.checked_add(n).ok_or_else(cut)?;
        let block = input.bytes.get(start..end).ok_or_else(cut)?;
        let left = MAX_CONTENTS.saturating_sub(all.len() as u64);
        let read = ZlibDecoder::new(block).take(left + 1).read_to_end(&mut all);
        let read = read.map_err(|error| unreadable("SPSS", error))?;
        if read as u64 > left {
            return Err(too_large());
        }
    }
    Ok(all)
}

fn too_large() -> Error {
    Error::new(ErrorKind::ContentsTooLarge).with("limit", format!("{} MB", MAX_CONTENTS / 1_000_000))
}

/// Cases written as codes of one byte: eight codes, then the values that stand in clear.
fn unpack(packed: &[u8], dictionary: &Dictionary, is_big: bool) -> Result<Vec<u8>> {
    let bytes_of = |value: f64| if is_big { value.to_be_bytes() } else { value.to_le_bytes() };
    let size = dictionary.units * 8;
    let mut out: Vec<u8> = Vec::with_capacity(packed.len().saturating_mul(2));
    let mut rest = packed;
    while let Some((codes, after)) = rest.split_first_chunk::<8>() {
        rest = after;
        for &code in codes {
            match code {
                0 => {}
                252 => return if size > 0 && out.len().is_multiple_of(size) { Ok(out) } else { Err(cut()) },
                253 => {
                    let (value, after) = rest.split_first_chunk::<8>().ok_or_else(cut)?;
                    out.extend_from_slice(value);
                    rest = after;
                }
                254 => out.extend_from_slice(b"        "),
                255 => out.extend_from_slice(&bytes_of(dictionary.sysmis)),
                code => out.extend_from_slice(&bytes_of(f64::from(code) - dictionary.bias)),
            }
        }
        if out.len() as u64 > MAX_CONTENTS {
            return Err(too_large());
        }
    }
    Ok(out)
}
