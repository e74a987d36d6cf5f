//! Endpoints from calendar dates (contract.md, "Endpoints by dates"; its letters are cited).

use super::columns::{Cohort, DateColumn};
use super::endpoint::{Endpoint, EndpointOptions, Exclusion, MonthRule, Observation};
use super::endpoint_spec::{DateEndpoint, LateEvents};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::table::date::Date;

/// Words in the name of an event after which no other event can happen.
const DEATH: [&str; 7] = ["death", "died", "dead", "décès", "deces", "mort", "décédé"];

/// Rows to be listed.
#[derive(Default)]
struct Noticed {
    no_censor_date: Vec<usize>,
    late: Vec<usize>,
    after_cutoff: Vec<usize>,
    after_death: Vec<usize>,
}

/// The typed columns of the endpoint.
struct Dates<'a> {
    origin: Vec<Option<i64>>,
    /// Column's name and days of each event, in the order of the declaration.
    events: Vec<(&'a str, Vec<Option<i64>>)>,
    censor: Option<(&'a str, Vec<Option<i64>>)>,
    entry: Option<(&'a str, Vec<Option<i64>>)>,
    /// The event that is death, if one is named so.
    death: Option<usize>,
}

/// Derives the endpoint.
///
/// # Errors
/// Those of the date columns; [`ErrorKind::DateBeforeOrigin`] (c), [`ErrorKind::EventAfterCensor`] (f), [`ErrorKind::EntryAfterTime`] (h).
pub(super) fn derive(cohort: &Cohort, spec: &DateEndpoint, options: &EndpointOptions) -> Result<Endpoint> {
    let MonthRule::Days = options.month_rule;
    let events: Vec<String> = spec.events.keys().cloned().collect();
    let mut endpoint = Endpoint::new(spec.unit, events, spec.entry.is_some(), true);
    let dates = dates(cohort, spec, &mut endpoint)?;
    let mut noticed = Noticed::default();
    let mut observations = Vec::new();
    for row in 0..cohort.table().n_rows() {
        let outcome = if cohort.exclusion(row).is_some() {
            Err(Exclusion::ExcludedByStudy)
        } else {
            observe(cohort, spec, &dates, row, &mut noticed)?
        };
        match outcome {
            Ok(observation) => observations.push(observation),
            Err(reason) => endpoint.excluded.push(cohort.excluded_row(row, reason)),
        }
    }
    let n_late = noticed.late.len();
    endpoint.fill(cohort, &observations, options);
    let n_event = endpoint.cause.iter().filter(|&&cause| cause > 0).count();
    endpoint.cautions.extend(cautions(noticed, spec.late_events, n_event, n_late));
    Ok(endpoint)
}

/// Reads the columns; partial dates that were completed are counted (a).
fn dates<'a>(cohort: &Cohort, spec: &'a DateEndpoint, endpoint: &mut Endpoint) -> Result<Dates<'a>> {
    let mut read = |name: &str| -> Result<Vec<Option<i64>>> {
        let DateColumn { days, n_partial } = cohort.date(name)?;
        if n_partial > 0 {
            let caution = Caution::new(CautionKind::PartialDates).with("n", n_partial).with("name", name);
            endpoint.cautions.push(caution);
        }
        Ok(days)
    };
    let mut events = Vec::with_capacity(spec.events.len());
    let origin = read(&spec.origin)?;
    for column in spec.events.values() {
        events.push((column.as_str(), read(column)?));
    }
    let censor = spec.censor.as_deref().map(|name| Ok((name, read(name)?))).transpose()?;
    let entry = spec.entry.as_deref().map(|name| Ok((name, read(name)?))).transpose()?;
    let death = spec.events.keys().position(|name| {
        let name = name.to_lowercase();
        DEATH.iter().any(|word| name.contains(word))
    });
    Ok(Dates { origin, events, censor, entry, death })
}

/// One row: its observation, or why it has none.
fn observe(
    cohort: &Cohort,
    spec: &DateEndpoint,
    dates: &Dates,
    row: usize,
    noticed: &mut Noticed,
) -> Result<std::result::Result<Observation, Exclusion>> {
    let Some(origin) = dates.origin[row] else { return Ok(Err(Exclusion::NoOrigin)) }; // (b)
    for (column, days) in dates.events.iter().chain(&dates.censor) {
        if days[row].is_some_and(|day| day < origin) {
            return Err(Error::new(ErrorKind::DateBeforeOrigin) // (c)
                .with("origin", cell(cohort, &spec.origin, row))
                .with("origin_column", &spec.origin)
                .at(cohort.position(row, column)));
        }
    }
    let cutoff = spec.cutoff.map(Date::days);
    if cutoff.is_some_and(|cutoff| origin > cutoff) {
        return Ok(Err(Exclusion::AfterCutoff));
    }
    note_after_death(dates, row, noticed);

    // The earliest event; on one day the first named (g).
    let mut first: Option<(i64, usize)> = None;
    for (index, (_, days)) in dates.events.iter().enumerate() {
        if let Some(day) = days[row]
            && first.is_none_or(|(earliest, _)| day < earliest)
        {
            first = Some((day, index));
        }
    }
    let last_news = dates.censor.as_ref().and_then(|(_, days)| days[row]);
    let beyond_cutoff = |day: i64| cutoff.is_some_and(|cutoff| day > cutoff);
    let (end, cause) = match (first, last_news) {
        // After the cut-off nothing counts.
        (Some((day, _)), Some(last)) if beyond_cutoff(day) => {
            noticed.after_cutoff.push(row + 1);
            (cutoff.map_or(last, |cutoff| cutoff.min(last)), 0)
        }
        (Some((day, _)), None) if beyond_cutoff(day) => {
            noticed.after_cutoff.push(row + 1);
            (cutoff.unwrap_or(day), 0)
        }
        // (f)
        (Some((day, index)), Some(last)) if day > last => {
            noticed.late.push(row + 1);
            match spec.late_events {
                LateEvents::Censor => (last, 0),
                LateEvents::Count => (day, index + 1),
                LateEvents::Error => {
                    let censor = dates.censor.as_ref().map_or("", |(name, _)| *name);
                    return Err(Error::new(ErrorKind::EventAfterCensor)
                        .with("censor", self::cell(cohort, censor, row))
                        .at(cohort.position(row, dates.events[index].0)));
                }
            }
        }
        (Some((day, index)), Some(_)) => (day, index + 1),
        // (e)
        (Some((day, index)), None) => {
            if dates.censor.is_some() {
                noticed.no_censor_date.push(row + 1);
            }
            (day, index + 1)
        }
        // (d)
        (None, Some(last)) => (cutoff.map_or(last, |cutoff| cutoff.min(last)), 0),
        (None, None) => match cutoff.filter(|_| dates.censor.is_none()) {
            Some(cutoff) => (cutoff, 0),
            None => return Ok(Err(Exclusion::NoEnd)),
        },
    };

    let in_units = |days: i64| days as f64 / spec.unit.days();
    let mut entry_time = None;
    if let Some((column, days)) = &dates.entry {
        let Some(day) = days[row] else { return Ok(Err(Exclusion::MissingEntry)) };
        if beyond_cutoff(day) {
            return Ok(Err(Exclusion::AfterCutoff));
        }
        if day < origin || day > end {
            return Err(Error::new(ErrorKind::EntryAfterTime)
                .with("entry", format!("{} d", day - origin))
                .with("time", format!("{} d", end - origin))
                .at(cohort.position(row, column)));
        }
        entry_time = Some(in_units(day - origin));
    }
    let cause = u32::try_from(cause).unwrap_or(u32::MAX);
    Ok(Ok(Observation { row, entry: entry_time, time: in_units(end - origin), cause }))
}

/// Lists a row in which something is dated after death; it never counts (g).
fn note_after_death(dates: &Dates, row: usize, noticed: &mut Noticed) {
    let Some(death) = dates.death else { return };
    let Some(day) = dates.events[death].1[row] else { return };
    let later = |(index, (_, days)): (usize, &(&str, Vec<Option<i64>>))| {
        index != death && days[row].is_some_and(|other| other > day)
    };
    if dates.events.iter().enumerate().any(later) {
        noticed.after_death.push(row + 1);
    }
}

/// The cautions of the derivation.
fn cautions(noticed: Noticed, late_events: LateEvents, n_event: usize, n_late: usize) -> Vec<Caution> {
    let mut cautions = Vec::new();
    let mut list = |kind: CautionKind, rows: Vec<usize>| {
        if !rows.is_empty() {
            cautions.push(Caution::new(kind).with("n", rows.len()).rows(rows));
        }
    };
    list(CautionKind::NoCensorDate, noticed.no_censor_date);
    list(CautionKind::EventAfterDeath, noticed.after_death);
    list(CautionKind::EventAfterCutoff, noticed.after_cutoff);
    if !noticed.late.is_empty() {
        let (kind, others) = match late_events {
            LateEvents::Count => (CautionKind::EventAfterCensorCounted, n_event.saturating_sub(n_late)),
            LateEvents::Censor | LateEvents::Error => (CautionKind::EventAfterCensor, n_event + n_late),
        };
        let caution = Caution::new(kind).with("n", n_late).with("counted", n_event).with("otherwise", others);
        cautions.push(caution.rows(noticed.late));
    }
    cautions
}

/// The text of a cell, for a message.
fn cell<'a>(cohort: &Cohort<'a>, column: &str, row: usize) -> &'a str {
    cohort.table().column(column).map_or("", |column| column.cell(row))
}
