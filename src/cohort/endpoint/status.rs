//! Endpoints from a time and a status.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::{Derived, Exclusion, Observed, Outcome, Shared, StatusValue};
use crate::cohort::columns::{Coded, Cohort};
use crate::cohort::document::StatusSpec;
use crate::cohort::scalar::Scalar;
use crate::error::{Caution, CautionKind, Error, ErrorKind, Position, Result};
use crate::table::level;
use crate::table::number::NumberFormat;

/// How censored rows are called among [`StatusValue::read_as`].
const CENSORED: &str = "censored";

pub(super) fn derive(cohort: &Cohort, spec: &StatusSpec, shared: &mut Shared) -> Result<Derived> {
    let time = cohort.number(&spec.time)?;
    let entry = spec.entry.as_deref().map(|name| Ok((name, cohort.number(name)?))).transpose()?;
    let status = Status::read(cohort, spec)?;
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(time.len());
    for (row, time) in time.into_iter().enumerate() {
        // A zero with a minus sign is zero.
        let time = time.map(|time| time + 0.0);
        if time.is_some_and(|time| time < 0.0) {
            return Err(cohort.at(ErrorKind::NegativeTime, row, &spec.time));
        }
        let start = match &entry {
            None => Some(0.0),
            Some((name, entries)) => {
                let start = entries[row].map(|start| start + 0.0);
                if start.is_some_and(|start| start < 0.0 || time.is_some_and(|time| start > time)) {
                    return Err(cohort
                        .at(ErrorKind::EntryAfterTime, row, name)
                        .with("entry", cohort.cell(row, name))
                        .with("time", cohort.cell(row, &spec.time)));
                }
                start
            }
        };
        outcomes.push(match (cohort.exclusion(row), time, status.causes[row], start) {
            (Some(_), ..) => Err(Exclusion::ExcludedByStudy),
            (None, None, ..) => Err(Exclusion::MissingTime),
            (None, Some(_), None, _) => Err(Exclusion::MissingStatus),
            (None, Some(_), Some(_), None) => Err(Exclusion::MissingEntry),
            (None, Some(time), Some(cause), Some(entry)) => shared.check(row, Observed { entry, time, cause }),
        });
    }
    Ok(Derived { outcomes, listed: Vec::new(), cautions: status.cautions, status_values: Some(status.values) })
}

/// The status column as causes.
struct Status {
    /// By table row; `None` where missing or excluded.
    causes: Vec<Option<u32>>,
    values: Vec<StatusValue>,
    cautions: Vec<Caution>,
}

impl Status {
    fn read(cohort: &Cohort, spec: &StatusSpec) -> Result<Self> {
        cohort.check_declared(&spec.status)?;
        let Coded { texts, codes } = cohort.coded(&spec.status)?;
        let format = cohort.number_format(&spec.status, &texts);
        let meaning = meanings(format, spec)?;
        let levels: Vec<_> = texts.iter().map(|text| level::name(text, format)).collect();
        let cause_of = |text: u32| match meaning.get(levels[text as usize].as_ref()) {
            Some(&cause) => Some(cause),
            None if spec.censored.is_none() => Some(0),
            None => None,
        };
        let mut causes = Vec::with_capacity(codes.len());
        let mut counts: HashMap<&str, (usize, u32)> = HashMap::new();
        for (row, code) in codes.iter().enumerate() {
            let Some(text) = *code else {
                causes.push(None);
                continue;
            };
            let Some(cause) = cause_of(text) else {
                let error = cohort.at(ErrorKind::UnknownStatus, row, &spec.status);
                return Err(error.with("value", texts[text as usize]));
            };
            counts.entry(levels[text as usize].as_ref()).or_insert((0, cause)).0 += 1;
            causes.push(Some(cause));
        }
        let values = values(&counts, spec);
        let cautions = cautions(&values, spec);
        Ok(Self { causes, values, cautions })
    }
}

/// The cause of each value that the endpoint names, by level; 0 for censored.
fn meanings(format: NumberFormat, spec: &StatusSpec) -> Result<HashMap<String, u32>> {
    let mut meanings: IndexMap<String, (u32, &str)> = IndexMap::new();
    let censored = spec.censored.iter().flatten().map(|value| (0, CENSORED, value));
    let events = (1..)
        .zip(&spec.events)
        .flat_map(|(cause, (name, values))| values.iter().map(move |value| (cause, name.as_str(), value)));
    for (cause, name, value) in events.chain(censored) {
        let level = value.level(format);
        if let Some((_, first)) = meanings.get(&level) {
            let place = Position { column: Some(spec.status.clone()), ..Position::default() };
            let error = Error::new(ErrorKind::StatusValueTwice).with("value", level).with("first", first);
            return Err(error.with("second", name).at(place));
        }
        meanings.insert(level, (cause, name));
    }
    Ok(meanings.into_iter().map(|(level, (cause, _))| (level, cause)).collect())
}

/// How each value of the file was read, in the order of levels.
fn values(counts: &HashMap<&str, (usize, u32)>, spec: &StatusSpec) -> Vec<StatusValue> {
    let mut levels: Vec<String> = counts.keys().map(|&level| level.to_owned()).collect();
    level::sort(&mut levels);
    let name = |cause: u32| match cause.checked_sub(1).and_then(|k| spec.events.get_index(k as usize)) {
        Some((name, _)) => name.clone(),
        None => CENSORED.to_owned(),
    };
    levels
        .into_iter()
        .map(|value| {
            let (n, cause) = counts.get(value.as_str()).copied().unwrap_or_default();
            StatusValue { value, n, read_as: name(cause) }
        })
        .collect()
}

/// More than one value read as censored without having been declared so; an event that never occurs.
fn cautions(values: &[StatusValue], spec: &StatusSpec) -> Vec<Caution> {
    let mut cautions = Vec::new();
    let censored: Vec<&str> =
        values.iter().filter(|value| value.read_as == CENSORED).map(|value| value.value.as_str()).collect();
    if spec.censored.is_none() && censored.len() > 1 {
        cautions.push(Caution::new(CautionKind::SeveralCensoringValues).with("values", censored.join(", ")));
    }
    for (event, named) in &spec.events {
        if !values.iter().any(|value| value.read_as == *event) {
            let named: Vec<String> = named.iter().map(Scalar::text).collect();
            let caution = Caution::new(CautionKind::EventNeverOccurs).with("event", event);
            cautions.push(caution.with("values", named.join(", ")));
        }
    }
    cautions
}
