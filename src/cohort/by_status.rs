//! Endpoints from a time and a status (contract.md, "Endpoints by time and status").

use std::collections::HashMap;

use super::columns::Cohort;
use super::endpoint::{Endpoint, EndpointOptions, Exclusion, Observation, ReadAs, StatusValue};
use super::endpoint_spec::StatusEndpoint;
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::table::level;

/// Derives the endpoint.
///
/// # Errors
/// Those of the columns; [`ErrorKind::NegativeTime`], [`ErrorKind::UnknownStatus`], [`ErrorKind::EntryAfterTime`].
pub(super) fn derive(cohort: &Cohort, spec: &StatusEndpoint, options: &EndpointOptions) -> Result<Endpoint> {
    let events: Vec<String> = spec.events.keys().cloned().collect();
    let mut endpoint = Endpoint::new(spec.unit, events, spec.entry.is_some(), false);
    let time = cohort.number(&spec.time)?;
    let entry = spec.entry.as_deref().map(|name| Ok((name, cohort.number(name)?))).transpose()?;
    let causes = causes(cohort, spec, &mut endpoint)?;
    let mut observations = Vec::new();
    for row in 0..time.len() {
        if let Some(time) = time[row].filter(|&time| time < 0.0) {
            let error = Error::new(ErrorKind::NegativeTime).with("time", time);
            return Err(error.at(cohort.position(row, &spec.time)));
        }
        let start = entry.as_ref().map(|(_, entry)| entry[row]);
        if let (Some((column, _)), Some(Some(start))) = (&entry, start)
            && (start < 0.0 || time[row].is_some_and(|time| start > time))
        {
            let time = time[row].map_or_else(|| "?".to_owned(), |time| time.to_string());
            return Err(Error::new(ErrorKind::EntryAfterTime)
                .with("entry", start)
                .with("time", time)
                .at(cohort.position(row, column)));
        }
        let reason = if cohort.exclusion(row).is_some() {
            Exclusion::ExcludedByStudy
        } else {
            match (time[row], causes[row], start) {
                (Some(time), Some(cause), None) => {
                    observations.push(Observation { row, entry: None, time, cause });
                    continue;
                }
                (Some(time), Some(cause), Some(Some(start))) => {
                    observations.push(Observation { row, entry: Some(start), time, cause });
                    continue;
                }
                (None, _, _) => Exclusion::MissingTime,
                (_, None, _) => Exclusion::MissingStatus,
                (_, _, Some(None)) => Exclusion::MissingEntry,
            }
        };
        endpoint.excluded.push(cohort.excluded_row(row, reason));
    }
    endpoint.fill(cohort, &observations, options);
    Ok(endpoint)
}

/// How each row ends: 0 censored, k the k-th event; `None` where the status is missing.
///
/// Values are compared as numbers when both are numbers, else as trimmed text: both are what a level's name stands for.
fn causes(cohort: &Cohort, spec: &StatusEndpoint, endpoint: &mut Endpoint) -> Result<Vec<Option<u32>>> {
    let status = cohort.text(&spec.status)?;
    let decimal = cohort.table().dialect.decimal;
    let mut meaning: HashMap<String, u32> = HashMap::new();
    for (code, values) in (1..).zip(spec.events.values()) {
        meaning.extend(values.iter().map(|value| (level::name(value, '.').into_owned(), code)));
    }
    for value in spec.censored.iter().flatten() {
        meaning.insert(level::name(value, '.').into_owned(), 0);
    }
    let mut counts: HashMap<String, (usize, u32)> = HashMap::new();
    let mut causes = Vec::with_capacity(status.len());
    for (row, cell) in status.iter().enumerate() {
        let Some(cell) = cell else {
            causes.push(None);
            continue;
        };
        let value = level::name(cell, decimal);
        let cause = match (meaning.get(value.as_ref()), &spec.censored) {
            (Some(&cause), _) => cause,
            (None, None) => 0,
            (None, Some(_)) => {
                let error = Error::new(ErrorKind::UnknownStatus).with("value", &value);
                return Err(error.at(cohort.position(row, &spec.status)));
            }
        };
        counts.entry(value.into_owned()).or_insert((0, cause)).0 += 1;
        causes.push(Some(cause));
    }
    note(spec, &counts, endpoint);
    Ok(causes)
}

/// Reports how the values were read, and what is doubtful about it.
fn note(spec: &StatusEndpoint, counts: &HashMap<String, (usize, u32)>, endpoint: &mut Endpoint) {
    for (code, (name, values)) in (1..).zip(&spec.events) {
        if !counts.values().any(|&(_, cause)| cause == code) {
            let caution = Caution::new(CautionKind::EventNeverOccurs).with("event", name);
            endpoint.cautions.push(caution.with("values", values.join(", ")));
        }
    }
    if spec.censored.is_some() {
        return;
    }
    let mut values: Vec<String> = counts.keys().cloned().collect();
    level::sort(&mut values);
    let censored: Vec<&str> = values.iter().filter(|value| counts[*value].1 == 0).map(String::as_str).collect();
    if censored.len() > 1 {
        let caution = Caution::new(CautionKind::SeveralCensoringValues).with("values", censored.join(", "));
        endpoint.cautions.push(caution);
    }
    let read = values.iter().map(|value| {
        let (n, cause) = counts[value];
        let read_as = match cause {
            0 => ReadAs::Censored,
            cause => ReadAs::Event(endpoint.events[cause as usize - 1].clone()),
        };
        StatusValue { value: value.clone(), n, read_as }
    });
    endpoint.status_values = Some(read.collect());
}
