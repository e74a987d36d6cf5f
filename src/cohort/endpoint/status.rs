//! Endpoints from a time and a status.

use crate::hashing::{HashMap, IndexMap};

use super::{Derived, Exclusion, Observed, Outcome, Shared, StatusValue};
use crate::cohort::columns::{Coded, Cohort};
use crate::cohort::document::StatusSpec;
use crate::cohort::scalar::Scalar;
use crate::cohort::suggestion;
use crate::error::{Caution, CautionKind, Error, ErrorKind, Position, Result};
use crate::table::{level, number};

/// How censored rows are called among [`StatusValue::read_as`].
const CENSORED: &str = "censored";

pub(super) fn derive(cohort: &Cohort, spec: &StatusSpec, shared: &mut Shared) -> Result<Derived> {
    let time = cohort.number(&spec.time)?;
    let entry = spec.entry.as_deref().map(|name| Ok((name, cohort.number(name)?))).transpose()?;
    let mut status = Status::read(cohort, spec)?;
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(time.len());
    for (row, &time) in time.iter().enumerate() {
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
        outcomes.push(match (cohort.is_excluded(row), time, status.causes[row], start) {
            (true, ..) => Err(Exclusion::ExcludedByStudy),
            (false, None, ..) => Err(Exclusion::MissingTime),
            (false, Some(_), None, _) => Err(Exclusion::MissingStatus),
            (false, Some(_), Some(_), None) => Err(Exclusion::MissingEntry),
            (false, Some(time), Some(cause), Some(entry)) => shared.check(row, Observed { entry, time, cause }),
        });
    }
    status.cautions.extend(inverted(&outcomes, &status.values, spec));
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
        let meaning = meanings(cohort, spec)?;
        let Coded { texts, codes } = cohort.coded(&spec.status)?;
        let levels: Vec<_> = texts.iter().map(|text| level::name(text, cohort.number_format(&spec.status))).collect();
        let cause_of = |text: u32| match meaning.get(levels[text as usize].as_ref()) {
            Some(&cause) => Some(cause),
            None if spec.censored.is_none() => Some(0),
            None => None,
        };
        let mut causes = Vec::with_capacity(codes.len());
        let mut counts: HashMap<&str, (usize, u32)> = HashMap::default();
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
fn meanings(cohort: &Cohort, spec: &StatusSpec) -> Result<HashMap<String, u32>> {
    let mut meanings: IndexMap<String, (u32, &str)> = IndexMap::default();
    let censored = spec.censored.iter().flatten().map(|value| (0, CENSORED, value));
    let events = (1..)
        .zip(&spec.events)
        .flat_map(|(cause, (name, values))| values.iter().map(move |value| (cause, name.as_str(), value)));
    for (cause, name, value) in events.chain(censored) {
        let level = value.level(cohort.number_format(&spec.status));
        if let Some((_, first)) = meanings.get(&level) {
            let place = Position { column: Some(spec.status.clone()), ..Position::default() };
            let error = Error::new(ErrorKind::StatusValueTwice).with("value", level).with("first", first);
            return Err(error.with("second", name).at(place));
        }
        meanings.insert(level, (cause, name));
    }
    Ok(meanings.into_iter().map(|(level, (cause, _))| (level, cause)).collect())
}

/// Signs that events and censorings are swapped: a word says the contrary of what it is read as, or events outnumber censorings and
/// the longest tenth of the follow-ups (three at least; with all that tie) are all events.
fn inverted(outcomes: &[Outcome], values: &[StatusValue], spec: &StatusSpec) -> Option<Caution> {
    let observed: Vec<Observed> = outcomes.iter().flatten().copied().collect();
    let events = observed.iter().filter(|row| row.cause > 0).count();
    let censored = observed.len() - events;
    let caution = || Caution::new(CautionKind::InvertedStatus).with("events", events).with("censored", censored);
    let contrary = values.iter().find(|value| match suggestion::status_word(&value.value) {
        Some(suggestion::StatusWord::Event) => value.read_as == CENSORED,
        Some(suggestion::StatusWord::Censored) => value.read_as != CENSORED,
        None => false,
    });
    // With several events a word may mean another one.
    if let Some(value) = contrary.filter(|_| spec.events.len() == 1) {
        return Some(caution().with("sign", format!("{} = {}", value.value, value.read_as)));
    }
    if events <= censored || censored == 0 {
        return None;
    }
    let longest = (observed.len() / 10).max(3);
    let mut times: Vec<f64> = observed.iter().map(|row| row.time).collect();
    if times.len() < longest {
        return None;
    }
    let (_, &mut least, _) = times.select_nth_unstable_by(observed.len() - longest, f64::total_cmp);
    let all_events = observed.iter().filter(|row| row.time >= least).all(|row| row.cause > 0);
    all_events.then(|| caution().with("sign", format!("≥ {}", number::shortest(least))))
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
