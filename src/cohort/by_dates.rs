//! Endpoints from calendar dates (contract.md, "Endpoints by dates"; its letters are cited).

use super::columns::{Cohort, DateColumn};
use super::endpoint::{Endpoint, EndpointOptions, Exclusion, MonthRule, Observation};
use super::endpoint_spec::{DateEndpoint, LateEvents};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::table::date::Date;

/// Words in the name of an event after which no other event can happen.
const DEATH: [&str; 8] = ["death", "died", "dead", "decease", "décès", "deces", "mort", "décédé"];

/// Rows to be listed.
#[derive(Default)]
struct Noticed {
    no_censor_date: Vec<usize>,
    /// Events after C that do not count, and those that count as declared (f).
    late: Vec<usize>,
    late_counted: Vec<usize>,
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
    endpoint.fill(cohort, &observations, options);
    let n_event = endpoint.cause.iter().filter(|&&cause| cause > 0).count();
    endpoint.cautions.extend(cautions(noticed, n_event));
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
    let after_cutoff = |day: i64| cutoff.is_some_and(|cutoff| day > cutoff);
    let last_news = dates.censor.as_ref().map(|(_, days)| days[row]);
    // C (d); a missing date of last news says nothing of the time up to the cut-off.
    let censoring = match last_news {
        Some(Some(last)) => Some(cutoff.map_or(last, |cutoff| cutoff.min(last))),
        Some(None) => None,
        None => cutoff,
    };

    // The earliest event; on one day the first named (g).
    let mut first: Option<(i64, usize)> = None;
    for (index, (_, days)) in dates.events.iter().enumerate() {
        if let Some(day) = days[row]
            && first.is_none_or(|(earliest, _)| day < earliest)
        {
            first = Some((day, index));
        }
    }
    // (f); whoever has no date of last news but an event after the cut-off was free of it at the cut-off.
    let is_late = first.is_some_and(|(day, _)| after_cutoff(day) || censoring.is_some_and(|last| day > last));
    let may_count = first.is_some_and(|(day, _)| !after_cutoff(day)) && spec.late_events != LateEvents::Censor;
    let (end, cause) = match (first, censoring) {
        (Some((_, index)), _) if is_late && may_count && spec.late_events == LateEvents::Error => {
            return Err(Error::new(ErrorKind::EventAfterCensor)
                .with("censor", dates.censor.as_ref().map_or("", |(name, _)| cell(cohort, name, row)))
                .at(cohort.position(row, dates.events[index].0)));
        }
        (Some((day, index)), _) if !is_late || may_count => (day, index + 1),
        (Some((day, _)), _) => (censoring.or(cutoff).unwrap_or(day), 0),
        (None, Some(last)) => (last, 0),
        (None, None) => return Ok(Err(Exclusion::NoEnd)), // (e)
    };

    let in_units = |days: i64| days as f64 / spec.unit.days();
    let mut entry_time = None;
    if let Some((column, days)) = &dates.entry {
        let Some(day) = days[row] else { return Ok(Err(Exclusion::MissingEntry)) };
        if after_cutoff(day) {
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
    // Listed only now: a row without the endpoint is listed as excluded and nowhere else.
    if is_late && cause > 0 {
        noticed.late_counted.push(row + 1);
    } else if is_late {
        noticed.late.push(row + 1);
    } else if cause > 0 && last_news == Some(None) {
        noticed.no_censor_date.push(row + 1);
    }
    if is_after_death(dates, row) {
        noticed.after_death.push(row + 1);
    }
    let cause = u32::try_from(cause).unwrap_or(u32::MAX);
    Ok(Ok(Observation { row, entry: entry_time, time: in_units(end - origin), cause }))
}

/// Whether something in the row is dated after death; it never counts (g).
fn is_after_death(dates: &Dates, row: usize) -> bool {
    let Some(death) = dates.death else { return false };
    let Some(day) = dates.events[death].1[row] else { return false };
    let mut others = dates.events.iter().enumerate().filter(|&(index, _)| index != death);
    others.any(|(_, (_, days))| days[row].is_some_and(|other| other > day))
}

/// The cautions of the derivation; `n_event` is the number of events that count.
fn cautions(noticed: Noticed, n_event: usize) -> Vec<Caution> {
    let mut cautions = Vec::new();
    let mut list = |kind: CautionKind, rows: Vec<usize>, otherwise: usize| {
        if !rows.is_empty() {
            let caution = Caution::new(kind).with("n", rows.len());
            let late = matches!(kind, CautionKind::EventAfterCensor | CautionKind::EventAfterCensorCounted);
            let caution = if late { caution.with("counted", n_event).with("otherwise", otherwise) } else { caution };
            cautions.push(caution.rows(rows));
        }
    };
    let (with, without) = (n_event + noticed.late.len(), n_event.saturating_sub(noticed.late_counted.len()));
    list(CautionKind::NoCensorDate, noticed.no_censor_date, 0);
    list(CautionKind::EventAfterDeath, noticed.after_death, 0);
    list(CautionKind::EventAfterCensor, noticed.late, with);
    list(CautionKind::EventAfterCensorCounted, noticed.late_counted, without);
    cautions
}

/// The text of a cell, for a message.
fn cell<'a>(cohort: &Cohort<'a>, column: &str, row: usize) -> &'a str {
    cohort.table().column(column).map_or("", |column| column.cell(row))
}
