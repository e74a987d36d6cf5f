//! Workbooks: one sheet to a table.
//!
//! `calamine` reads the cells; what it does not tell (hidden rows, the size of the contents, merged cells of .ods) is read
//! here from the archive's XML.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use calamine::{Data, Dimensions, ExcelDateTime, Ods, Reader, SheetType, SheetVisible, Xls, Xlsx};
use quick_xml::events::{BytesStart, Event};

use super::super::dialect;
use super::super::header;
use super::super::interchange::{HeadColumn, Interchange};
use super::super::options::ReadOptions;
use super::super::rows::PREVIEW;
use super::super::{ColumnType, missing, trimmed};
use super::{Format, MAX_CELLS, MAX_CONTENTS, NAMED, compound, moment, unreadable};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};

/// Rows among which the header is looked for.
const HEADER_SEARCH: usize = 30;
/// Columns of a sheet that are shown as they stand.
const PREVIEW_WIDTH: usize = 1000;
/// Milliseconds of a day.
const DAY: f64 = 86_400_000.0;
/// The first serial number beyond the year 9999.
const LAST_SERIAL: f64 = 2_958_466.0;

/// Name of the part of a container that holds an encrypted workbook, in UTF-16.
const ENCRYPTED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";

/// What a cell holds besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Day,
    Duration,
    Error,
}

/// The filled-in cells of a sheet by row, then column, from 0.
#[derive(Default)]
struct Sheet {
    rows: BTreeMap<u32, Vec<(u32, Kind, String)>>,
    n_cells: usize,
    merged: Vec<Dimensions>,
    hidden_rows: BTreeSet<u32>,
}

impl Sheet {
    fn add(&mut self, row: u32, column: u32, kind: Kind, text: String) -> Result<()> {
        if trimmed(&text).is_empty() {
            return Ok(());
        }
        self.n_cells += 1;
        if self.n_cells > MAX_CELLS {
            return Err(Error::new(ErrorKind::ContentsTooLarge).with("limit", format!("{MAX_CELLS} cells")));
        }
        self.rows.entry(row).or_default().push((column, kind, trimmed(&text).to_owned()));
        Ok(())
    }
}

/// Reads the sheet that `options` names, or the first that is not empty.
pub(super) fn read(bytes: &[u8], format: Format, options: &ReadOptions, table: Interchange) -> Result<Interchange> {
    match format {
        Format::Xls => {
            if compound::leads_back(bytes) {
                return Err(unreadable("xls", "a chain of its sectors leads back to itself"));
            }
            let mut book = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
                calamine::XlsError::Password => Error::new(ErrorKind::PasswordProtected),
                // An .xlsx with a password is wrapped in the container of an .xls.
                _ if bytes.windows(ENCRYPTED.len()).any(|window| window == ENCRYPTED) => {
                    Error::new(ErrorKind::PasswordProtected)
                }
                error => unreadable("xls", error),
            })?;
            let sheets = book.sheets_metadata().to_vec();
            choose(sheets, options, table, |name| {
                let range = book.worksheet_range(name).map_err(|error| unreadable("xls", error))?;
                let merged = book.merge_cells_by_sheet_name(name).unwrap_or_default();
                of_range(&range, merged)
            })
        }
        Format::Ods => {
            // Its parts are then no XML: the list of them tells.
            if part(bytes, "META-INF/manifest.xml")?.is_some_and(|manifest| manifest.contains("encryption-data")) {
                return Err(Error::new(ErrorKind::PasswordProtected));
            }
            let content = part(bytes, "content.xml")?.ok_or_else(|| unreadable("ods", "content.xml"))?;
            let shapes = ods_shapes(&content)?;
            drop(content);
            let mut book = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
                calamine::OdsError::Password => Error::new(ErrorKind::PasswordProtected),
                error => unreadable("ods", error),
            })?;
            let sheets = book.sheets_metadata().to_vec();
            let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
            choose(sheets, options, table, |name| {
                let range = book.worksheet_range(name).map_err(|error| unreadable("ods", error))?;
                let mut sheet = of_range(&range, Vec::new())?;
                if let Some(shape) = names.iter().position(|other| other == name).and_then(|i| shapes.get(i)) {
                    sheet.merged.clone_from(&shape.merged);
                    sheet.hidden_rows.clone_from(&shape.hidden_rows);
                }
                Ok(sheet)
            })
        }
        _ => {
            check_contents(bytes)?;
            let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
                calamine::XlsxError::Password => Error::new(ErrorKind::PasswordProtected),
                error => unreadable("xlsx", error),
            })?;
            let sheets = book.sheets_metadata().to_vec();
            choose(sheets, options, table, |name| {
                let mut sheet = Sheet::default();
                let failed = |error| unreadable("xlsx", error);
                let mut cells = book.worksheet_cells_reader(name).map_err(failed)?;
                while let Some(cell) = cells.next_cell().map_err(failed)? {
                    let (row, column) = cell.get_position();
                    let (kind, text) = text(&Data::from(cell.get_value().clone()));
                    sheet.add(row, column, kind, text)?;
                }
                drop(cells);
                sheet.merged = book.merge_cells_by_sheet_name(name).map_err(failed)?;
                sheet.hidden_rows = xlsx_hidden_rows(bytes, name)?;
                Ok(sheet)
            })
        }
    }
}

/// Chooses the sheet and writes its table.
fn choose(
    sheets: Vec<calamine::Sheet>,
    options: &ReadOptions,
    mut table: Interchange,
    mut read: impl FnMut(&str) -> Result<Sheet>,
) -> Result<Interchange> {
    let sheets: Vec<calamine::Sheet> = sheets.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
    let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let mut chosen = None;
    match &options.sheet {
        Some(wanted) => {
            let sheet = sheets.iter().find(|sheet| sheet.name == *wanted).ok_or_else(|| {
                Error::new(ErrorKind::UnknownSheet).with("found", wanted).with("sheets", names.join(", "))
            })?;
            chosen = Some((sheet, read(&sheet.name)?));
        }
        // Sheets that are shown come before those that are hidden.
        None => {
            let is_shown = |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible;
            for sheet in sheets.iter().filter(is_shown).chain(sheets.iter().filter(|sheet| !is_shown(sheet))) {
                let contents = read(&sheet.name)?;
                if !contents.rows.is_empty() {
                    chosen = Some((sheet, contents));
                    break;
                }
            }
        }
    }
    let (sheet, contents) = chosen.ok_or_else(|| Error::new(ErrorKind::EmptyFile))?;
    table.head.sheet = Some(sheet.name.clone());
    table.head.encoding = "UTF-8".to_owned();
    let others: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != sheet.name).collect();
    if options.sheet.is_none() && !others.is_empty() {
        let caution = Caution::new(CautionKind::SheetChosen).with("sheet", &sheet.name);
        table.caution(caution.with("sheets", others.join(", ")));
    }
    if sheet.visible != SheetVisible::Visible {
        table.caution(Caution::new(CautionKind::HiddenSheet).with("sheet", &sheet.name));
    }
    table.head.sheets = names;
    write(contents, options, &mut table)?;
    Ok(table)
}

fn of_range(range: &calamine::Range<Data>, merged: Vec<Dimensions>) -> Result<Sheet> {
    let mut sheet = Sheet { merged, ..Sheet::default() };
    let (top, left) = range.start().unwrap_or_default();
    for (row, cells) in (top..).zip(range.rows()) {
        for (column, cell) in (left..).zip(cells) {
            let (kind, text) = text(cell);
            sheet.add(row, column, kind, text)?;
        }
    }
    Ok(sheet)
}

/// A cell as text: numbers in their shortest form, days as ISO, durations as hours:minutes:seconds.
fn text(cell: &Data) -> (Kind, String) {
    match cell {
        Data::Empty => (Kind::Plain, String::new()),
        Data::String(text) => (Kind::Plain, text.clone()),
        Data::Int(value) => (Kind::Plain, value.to_string()),
        Data::Float(value) => (Kind::Plain, value.to_string()),
        Data::Bool(value) => (Kind::Plain, if *value { "TRUE" } else { "FALSE" }.to_owned()),
        Data::Error(error) => (Kind::Error, error.to_string()),
        Data::DateTime(serial) => of_serial(serial),
        Data::DateTimeIso(text) => (Kind::Day, text.strip_suffix("T00:00:00").unwrap_or(text).to_owned()),
        Data::DurationIso(text) => match of_iso_duration(text) {
            Some(text) => (Kind::Duration, text),
            None => (Kind::Plain, text.clone()),
        },
    }
}

/// A serial number of days, in either of Excel's systems; below one day it is a time of day.
fn of_serial(serial: &ExcelDateTime) -> (Kind, String) {
    let value = serial.as_f64();
    let milliseconds = (value * DAY).round();
    if (serial.is_duration() || (0.0..1.0).contains(&value)) && milliseconds.abs() < 1e15 {
        return (Kind::Duration, moment::duration(milliseconds as i64));
    }
    if !(0.0..LAST_SERIAL).contains(&value) {
        return (Kind::Plain, value.to_string());
    }
    let (year, month, day, hour, minute, second, milli) = serial.to_ymd_hms_milli();
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) != (0, 0, 0, 0) {
        text.push_str(&format!("T{hour:02}:{minute:02}:{second:02}"));
        if milli != 0 {
            text.push_str(&format!(".{milli:03}"));
        }
    }
    (Kind::Day, text)
}

/// `PT10H30M00S` as `10:30:00`.
fn of_iso_duration(text: &str) -> Option<String> {
    let mut seconds = 0.0;
    let mut rest = text.strip_prefix("PT")?;
    for (unit, size) in [('H', 3600.0), ('M', 60.0), ('S', 1.0)] {
        if let Some((number, after)) = rest.split_once(unit) {
            seconds += number.replace(',', ".").parse::<f64>().ok()? * size;
            rest = after;
        }
    }
    rest.is_empty().then(|| moment::milliseconds(seconds).map(moment::duration)).flatten()
}

/// Finds the header, writes the columns and the rows under it.
fn write(sheet: Sheet, options: &ReadOptions, table: &mut Interchange) -> Result<()> {
    let Sheet { rows, merged, hidden_rows, .. } = sheet;
    let spans = |row: u32| merged.iter().filter(move |area| area.start.0 <= row && row <= area.end.0);
    let lines: Vec<u32> = rows.keys().copied().collect();
    let header_row = match options.header_line {
        Some(0) => None,
        Some(line) => Some(u32::try_from(line - 1).unwrap_or(u32::MAX)),
        None => {
            // Titles fill one cell or a few; the header fills about as many as the rows under it.
            let filled = |row: &u32| {
                let cells = rows.get(row).map_or(0, Vec::len);
                let covered = spans(*row).map(|area| (area.end.1 - area.start.1) as usize);
                cells + if cells > 1 { covered.sum() } else { 0 }
            };
            let widest =
                lines.iter().take(HEADER_SEARCH).map(|row| rows.get(row).map_or(0, Vec::len)).max().unwrap_or(0);
            let wide = lines.iter().copied().take(HEADER_SEARCH).find(|row| 2 * filled(row) > widest);
            // A narrow row of several cells is a title where names stand below, and the header where values do.
            let texts =
                |row: &u32| rows.get(row).into_iter().flatten().map(|(.., text)| text.as_str()).collect::<Vec<_>>();
            let narrow = lines.iter().copied().take_while(|row| Some(*row) != wide).find(|row| texts(row).len() > 1);
            wide.filter(|row| narrow.is_none() || dialect::are_names(&texts(row))).or(narrow).or(lines.first().copied())
        }
    };
    // A cell over several columns heads them, and the row below names each: a header of several lines.
    let header_end = header_row.map(|top| {
        let areas = merged.iter().filter(|area| area.start.0 == top);
        let ends = areas.map(|area| area.end.0.saturating_add(u32::from(area.end.1 > area.start.1)));
        ends.max().unwrap_or(top).min(top.saturating_add(3))
    });
    let first = header_end.map_or(0, |end| end.saturating_add(1));
    let n_titles = lines.iter().filter(|row| header_row.is_some_and(|top| **row < top)).count();
    table.head.title_lines = n_titles;
    table.head.header_line = header_row.map_or(0, |row| row as usize + 1);
    if n_titles > 0 {
        let caution = Caution::new(CautionKind::TitleLines).with("n", n_titles);
        table.caution(caution.with("line", table.head.header_line));
    }
    // Columns as wide as the sheet is in these rows, so that a cell stands where it stands in the sheet.
    let shown = || rows.iter().take(PREVIEW);
    let width = shown().flat_map(|(_, cells)| cells).map(|(column, ..)| *column as usize + 1).max();
    let width = width.unwrap_or_default().min(PREVIEW_WIDTH);
    table.head.preview = shown()
        .map(|(&row, filled)| {
            let mut cells = vec![String::new(); width];
            for (column, _, text) in filled {
                if let Some(cell) = cells.get_mut(*column as usize) {
                    cell.clone_from(text);
                }
            }
            (row as usize + 1, cells)
        })
        .collect();

    let mut heads: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    if let (Some(top), Some(end)) = (header_row, header_end) {
        for row in top..=end {
            for (column, _, text) in rows.get(&row).into_iter().flatten() {
                let area = spans(row).find(|area| area.start == (row, *column));
                for column in *column..=area.map_or(*column, |area| area.end.1) {
                    heads.entry(column).or_default().push(text);
                }
            }
        }
    }
    let mut used: BTreeSet<u32> = heads.keys().copied().collect();
    let mut body = rows.range(first..).peekable();
    if body.peek().is_none() {
        return Err(Error::new(ErrorKind::NoRows));
    }
    for (_, cells) in body {
        used.extend(cells.iter().map(|(column, ..)| *column));
    }
    let joined: Vec<(usize, String)> = used
        .iter()
        .map(|column| (*column as usize + 1, heads.get(column).map(|parts| parts.join(" / ")).unwrap_or_default()))
        .collect();
    let cells: Vec<(usize, &str)> = joined.iter().map(|(position, name)| (*position, name.as_str())).collect();
    let (names, named) = header::names(&cells);
    let place: BTreeMap<u32, usize> = used.iter().copied().zip(0..).collect();

    // What each column holds, to suggest days and to tell of durations.
    let mut kinds = vec![(0_usize, 0_usize, 0_usize); names.len()];
    let (mut n_errors, mut error_rows, mut error_cells) = (0, Vec::new(), Vec::new());
    for (number, (row, cells)) in (1..).zip(rows.range(first..)) {
        for (column, kind, text) in cells {
            let Some(&index) = place.get(column) else { continue };
            if missing::is_missing(text, &[]) {
                continue;
            }
            let (n, days, durations) = &mut kinds[index];
            *n += 1;
            match kind {
                Kind::Day => *days += 1,
                Kind::Duration => *durations += 1,
                Kind::Error => {
                    n_errors += 1;
                    if error_cells.len() < 20 {
                        error_cells.push(format!("{}{} {text}", letters(*column), row + 1));
                    }
                    if error_rows.len() < NAMED && error_rows.last() != Some(&number) {
                        error_rows.push(number);
                    }
                }
                Kind::Plain => {}
            }
        }
    }
    let mut columns = Vec::with_capacity(names.len());
    for (name, &(n, days, durations)) in names.into_iter().zip(&kinds) {
        if durations > 0 {
            table.caution(Caution::new(CautionKind::Durations).with("name", &name).with("n", durations));
        }
        let kind = (days > 0 && days == n).then_some(ColumnType::Date);
        columns.push(HeadColumn { name, kind, ..HeadColumn::default() });
    }
    let width = columns.len();
    table.columns(columns);
    for caution in named {
        table.caution(caution);
    }
    if n_errors > 0 {
        let caution = Caution::new(CautionKind::ErrorCells).with("n", n_errors).with("cells", error_cells.join(", "));
        table.caution(caution.rows(error_rows));
    }

    let mut cells: Vec<&str> = vec![""; width];
    let (mut hidden, mut next, mut blank, mut number) = (Vec::new(), first, Vec::new(), 0);
    let (mut row_numbers, mut n_blank) = (BTreeMap::new(), 0_usize);
    for (&row, filled) in rows.range(first..) {
        if header_row.is_some() || number > 0 {
            n_blank += (row - next) as usize;
            blank.extend((next..row).take(10_usize.saturating_sub(blank.len())).map(|row| (row + 1).to_string()));
        }
        next = row.saturating_add(1);
        number += 1;
        if hidden_rows.contains(&row) {
            hidden.push(number);
        }
        row_numbers.insert(row, number);
        cells.fill("");
        for (column, _, text) in filled {
            if let Some(&index) = place.get(column) {
                cells[index] = text;
            }
        }
        table.push(row as usize + 1, cells.iter().copied());
    }
    if n_blank > 0 {
        let more = if n_blank > blank.len() { ", …" } else { "" };
        let caution = Caution::new(CautionKind::BlankLines).with("n", n_blank);
        table.caution(caution.with("lines", format!("{}{more}", blank.join(", "))));
    }
    if !hidden.is_empty() {
        let n = hidden.len();
        hidden.truncate(NAMED);
        table.caution(Caution::new(CautionKind::HiddenRows).with("n", n).rows(hidden));
    }
    let in_body: Vec<&Dimensions> = merged.iter().filter(|area| area.end.0 >= first && area.start.0 < next).collect();
    if !in_body.is_empty() {
        let range = |area: &&Dimensions| {
            let corner = |(row, column): (u32, u32)| format!("{}{}", letters(column), row + 1);
            format!("{}:{}", corner(area.start), corner(area.end))
        };
        let mut ranges = in_body.iter().take(20).map(range).collect::<Vec<_>>().join(", ");
        if in_body.len() > 20 {
            ranges.push_str(", …");
        }
        let mut touched = BTreeSet::new();
        for area in &in_body {
            touched.extend(row_numbers.range(area.start.0..=area.end.0).map(|(_, number)| *number).take(NAMED));
        }
        let caution = Caution::new(CautionKind::MergedCells).with("n", in_body.len()).with("ranges", ranges);
        table.caution(caution.rows(touched.into_iter().take(NAMED).collect()));
    }
    Ok(())
}

/// The letters of a column, from 0: A, …, Z, AA.
fn letters(column: u32) -> String {
    let mut text = String::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        text.insert(0, char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    text
}

/// Refuses an archive that opens to more than it may; what its own table says of sizes is not believed.
fn check_contents(bytes: &[u8]) -> Result<()> {
    let failed = |error: &dyn std::fmt::Display| unreadable("zip", error);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| failed(&error))?;
    let mut left = MAX_CONTENTS;
    for i in 0..archive.len() {
        let entry = archive.by_index(i).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED) => {
                Error::new(ErrorKind::PasswordProtected)
            }
            error => failed(&error),
        })?;
        let read = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(|error| failed(&error))?;
        left = left.checked_sub(read).ok_or_else(too_large)?;
    }
    Ok(())
}

fn too_large() -> Error {
    Error::new(ErrorKind::ContentsTooLarge).with("limit", format!("{} MB", MAX_CONTENTS / 1_000_000))
}

/// The text of one part of an archive; `None` if it has no such part.
fn part(bytes: &[u8], name: &str) -> Result<Option<String>> {
    let failed = |error: &dyn std::fmt::Display| unreadable("zip", error);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| failed(&error))?;
    let Ok(entry) = archive.by_name(name) else { return Ok(None) };
    let mut text = Vec::new();
    let read = entry.take(MAX_CONTENTS + 1).read_to_end(&mut text).map_err(|error| failed(&error))?;
    if read as u64 > MAX_CONTENTS {
        return Err(too_large());
    }
    Ok(Some(String::from_utf8_lossy(&text).into_owned()))
}

fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|attribute| attribute.key.as_ref() == name)?;
    found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// Calls `see` at the start (`true`) and at the end of each element of a part, until the text is no more XML.
fn elements(text: &str, mut see: impl FnMut(&str, &BytesStart, bool) -> Result<()>) -> Result<()> {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => see(element.local_name().as_ref(), &element, true)?,
            Ok(Event::Empty(element)) => {
                see(element.local_name().as_ref(), &element, true)?;
                see(element.local_name().as_ref(), &element, false)?;
            }
            Ok(Event::End(end)) => see(end.local_name().as_ref(), &BytesStart::new(""), false)?,
            // calamine reads the same part and says what is wrong with it.
            Ok(Event::Eof) | Err(_) => return Ok(()),
            Ok(_) => {}
        }
    }
}

/// Rows (from 0) that this sheet hides.
fn xlsx_hidden_rows(bytes: &[u8], sheet: &str) -> Result<BTreeSet<u32>> {
    let mut rows = BTreeSet::new();
    let (mut id, mut path) = (None, None);
    elements(&part(bytes, "xl/workbook.xml")?.unwrap_or_default(), |name, element, _| {
        if name == "sheet" && attribute(element, "name").as_deref() == Some(sheet) {
            id = attribute(element, "r:id");
        }
        Ok(())
    })?;
    elements(&part(bytes, "xl/_rels/workbook.xml.rels")?.unwrap_or_default(), |name, element, _| {
        if name == "Relationship" && attribute(element, "Id") == id {
            path = attribute(element, "Target");
        }
        Ok(())
    })?;
    let path = path.unwrap_or_default();
    let path = path.strip_prefix('/').map_or_else(|| format!("xl/{path}"), str::to_owned);
    let mut next = 0_u32;
    elements(&part(bytes, &path)?.unwrap_or_default(), |name, element, is_start| {
        if name == "row" && is_start {
            let row = attribute(element, "r").and_then(|row| row.parse::<u32>().ok());
            let row = row.and_then(|row| row.checked_sub(1)).unwrap_or(next);
            next = row.saturating_add(1);
            if matches!(attribute(element, "hidden").as_deref(), Some("1" | "true")) {
                rows.insert(row);
            }
        }
        Ok(())
    })?;
    Ok(rows)
}

/// Merged cells and hidden rows of a sheet of an .ods.
#[derive(Default)]
struct Shape {
    merged: Vec<Dimensions>,
    hidden_rows: BTreeSet<u32>,
}

/// The shape of each sheet; refuses repeated cells that would not fit into memory.
fn ods_shapes(content: &str) -> Result<Vec<Shape>> {
    let mut shapes: Vec<Shape> = Vec::new();
    let (mut row, mut column, mut last) = (0_u64, 0_u64, 0_u64);
    let (mut repeated, mut is_hidden, mut n_cells, mut here) = (1_u64, false, 0_u64, 1_u64);
    elements(content, |name, element, is_start| {
        let number = |name: &str| attribute(element, name).and_then(|text| text.parse::<u64>().ok());
        match (name, is_start) {
            ("table", true) => {
                shapes.push(Shape::default());
                row = 0;
            }
            ("table-row", true) => {
                repeated = number("table:number-rows-repeated").unwrap_or(1).max(1);
                let visibility = attribute(element, "table:visibility");
                is_hidden = matches!(visibility.as_deref(), Some("collapse" | "filter"));
                (column, last) = (0, 0);
            }
            ("table-cell" | "covered-table-cell", true) => {
                here = number("table:number-columns-repeated").unwrap_or(1).max(1);
                if attribute(element, "office:value-type").is_some() {
                    last = column.saturating_add(here);
                }
                let across = number("table:number-columns-spanned").unwrap_or(1).max(1);
                let down = number("table:number-rows-spanned").unwrap_or(1).max(1);
                if across * down > 1
                    && let Some(shape) = shapes.last_mut()
                {
                    let at = |row: u64, column: u64| (clip(row), clip(column));
                    shape.merged.push(Dimensions::new(
                        at(row, column),
                        at(row.saturating_add(down - 1), column.saturating_add(across - 1)),
                    ));
                }
                column = column.saturating_add(here);
            }
            ("table-row", false) => {
                if last > 0 {
                    n_cells = n_cells.saturating_add(last.saturating_mul(repeated));
                    if n_cells > MAX_CELLS as u64 {
                        return Err(Error::new(ErrorKind::ContentsTooLarge).with("limit", format!("{MAX_CELLS} cells")));
                    }
                    if is_hidden && let Some(shape) = shapes.last_mut() {
                        shape.hidden_rows.extend((row..row.saturating_add(repeated)).map(clip));
                    }
                }
                row = row.saturating_add(repeated);
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(shapes)
}

fn clip(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX - 1)
}
