//! Endpoints from calendar dates: clauses (a) to (h) of the study contract.

use std::rc::Rc;

use super::elapsed::elapsed;
use super::{Derived, Exclusion, ListedEvent, MonthRule, Observed, Outcome, Shared};
use crate::cohort::columns::{Cohort, DateColumn};
use crate::cohort::document::{DatesSpec, LateEvents, When};
use crate::cohort::scalar;
use crate::error::{Caution, CautionKind, Error, ErrorKind, Position, Result};

pub(super) fn derive(
    cohort: &Cohort,
    name: &str,
    spec: &DatesSpec,
    month_rule: MonthRule,
    shared: &mut Shared,
) -> Result<Derived> {
    let columns = Columns::read(cohort, name, spec, month_rule)?;
    let mut tally = Tally::default();
    let rows = 0..cohort.table().n_rows();
    let outcomes = rows.map(|row| columns.outcome(row, shared, &mut tally)).collect::<Result<Vec<Outcome>>>()?;
    let mut cautions = columns.partial_dates();
    cautions.extend(columns.never());
    cautions.extend(columns.origins(&tally));
    cautions.extend(tally.cautions());
    Ok(Derived { outcomes, listed: tally.listed, cautions, status_values: None })
}

/// Table rows (from 0) whose entry is after the end of their follow-up, ascending.
///
/// # Errors
/// Those of the columns that are used.
pub(in crate::cohort) fn late_entries(cohort: &Cohort, name: &str, spec: &DatesSpec) -> Result<Vec<usize>> {
    let columns = Columns::read(cohort, name, spec, MonthRule::Days)?;
    let (mut shared, mut tally) = (Shared::default(), Tally::default());
    let mut is_late = |&row: &usize| {
        let outcome = columns.outcome(row, &mut shared, &mut tally);
        outcome.is_err_and(|error| error.kind == ErrorKind::EntryAfterTime)
    };
    Ok((0..cohort.table().n_rows()).filter(|row| is_late(row)).collect())
}

/// A column of dates with its name.
struct Dates<'a> {
    name: &'a str,
    column: Rc<DateColumn>,
}

impl<'a> Dates<'a> {
    fn read(cohort: &Cohort, name: &'a str) -> Result<Self> {
        Ok(Self { name, column: cohort.date(name)? })
    }

    fn day(&self, row: usize) -> Option<i64> {
        self.column.days[row]
    }
}

/// The dates of an event with the condition under which it counts.
struct Event<'a> {
    dates: Dates<'a>,
    /// By table row: whether the condition holds, `None` where its cell is missing. Absent: the event has no condition.
    holds: Option<Vec<Option<bool>>>,
}

impl<'a> Event<'a> {
    fn read(cohort: &Cohort, endpoint: &str, date: &'a str, when: Option<&When>) -> Result<Self> {
        let dates = Dates::read(cohort, date)?;
        let holds = when.map(|when| holds(cohort, endpoint, when)).transpose()?;
        Ok(Self { dates, holds })
    }

    /// The day of the event in a row where its condition is not known to fail.
    fn day(&self, row: usize) -> Option<i64> {
        self.dates.day(row).filter(|_| self.holds.as_ref().is_none_or(|holds| holds[row] != Some(false)))
    }

    /// Whether the condition's cell is missing in a row.
    fn is_unknown(&self, row: usize) -> bool {
        self.holds.as_ref().is_some_and(|holds| holds[row].is_none())
    }
}

/// Whether a condition holds by table row. A value that no row has is an error, since it is most likely misspelt.
fn holds(cohort: &Cohort, endpoint: &str, when: &When) -> Result<Vec<Option<bool>>> {
    let values: Vec<String> =
        when.values.iter().map(|value| scalar::level_of(value, cohort.number_format(&when.column))).collect();
    let category = cohort.category(&when.column)?;
    for value in values.iter().filter(|value| !category.levels.contains(value)) {
        if !cohort.is_in(&when.column, std::slice::from_ref(value))?.contains(&true) {
            let place = Position { path: Some(format!("endpoints.{endpoint}.events.when")), ..Position::default() };
            let expected = format!("{}: {}", when.column, category.levels.join(", "));
            let error = Error::new(ErrorKind::BadOption).with("option", "when").with("found", value);
            return Err(error.with("expected", expected).at(place));
        }
    }
    cohort.has_value(&when.column, &values)
}

/// The columns of an endpoint by dates.
struct Columns<'a> {
    cohort: &'a Cohort<'a>,
    spec: &'a DatesSpec,
    month_rule: MonthRule,
    /// The earliest counts.
    origins: Vec<Dates<'a>>,
    events: Vec<Event<'a>>,
    /// Whether each event is a death, by its name.
    is_death: Vec<bool>,
    censor: Option<Dates<'a>>,
    entry: Option<Dates<'a>>,
    cutoff: Option<i64>,
}

/// What is counted over the rows.
#[derive(Default)]
struct Tally {
    listed: Vec<ListedEvent>,
    /// Data rows whose earliest event was taken for want of a censoring date.
    no_censor_date: Vec<usize>,
    /// Rows with an event that counts.
    counted: usize,
    /// Rows with an event if those after the censoring date counted too, and if they did not.
    with_late: usize,
    without_late: usize,
    /// Events after the censoring date, by whether they may count: data rows, one for each event.
    late_refused: Vec<usize>,
    late_counted: Vec<usize>,
    after_death: Vec<usize>,
    /// Rows that each of several origins begins.
    origins: Vec<usize>,
}

/// The day to which a row was followed.
#[derive(Clone, Copy)]
enum Followed {
    To(i64),
    /// The row has no censoring date.
    Unknown,
}

impl<'a> Columns<'a> {
    fn read(cohort: &'a Cohort<'a>, name: &str, spec: &'a DatesSpec, month_rule: MonthRule) -> Result<Self> {
        let optional = |name: &'a Option<String>| name.as_deref().map(|name| Dates::read(cohort, name)).transpose();
        Ok(Self {
            cohort,
            spec,
            month_rule,
            origins: spec.origin.iter().map(|name| Dates::read(cohort, name)).collect::<Result<_>>()?,
            events: spec
                .events
                .values()
                .map(|event| Event::read(cohort, name, &event.date, event.when.as_ref()))
                .collect::<Result<_>>()?,
            is_death: spec.events.keys().map(|name| is_death(name)).collect(),
            censor: optional(&spec.censor)?,
            entry: optional(&spec.entry)?,
            cutoff: spec.cutoff.map(|date| date.days()),
        })
    }

    fn outcome(&self, row: usize, shared: &mut Shared, tally: &mut Tally) -> Result<Outcome> {
        if self.cohort.is_excluded(row) {
            return Ok(Err(Exclusion::ExcludedByStudy));
        }
        let origins = self.origins.iter().enumerate();
        let earliest = origins.filter_map(|(index, origin)| Some((origin.day(row)?, index))).min();
        let Some((origin, chosen_origin)) = earliest else { return Ok(Err(Exclusion::NoOrigin)) };
        self.check_origin(row, origin, &self.origins[chosen_origin])?;
        if self.cutoff.is_some_and(|cutoff| origin > cutoff) {
            return Ok(Err(Exclusion::AfterCutoff));
        }
        let censor_day = self.censor.as_ref().map(|censor| censor.day(row));
        let followed = match (censor_day, self.cutoff) {
            (Some(Some(day)), cutoff) => Followed::To(cutoff.map_or(day, |cutoff| day.min(cutoff))),
            (None, Some(cutoff)) => Followed::To(cutoff),
            (Some(None), _) | (None, None) => Followed::Unknown,
        };
        let after_cutoff = |day: i64| self.cutoff.is_some_and(|cutoff| day > cutoff);
        let is_late = |day: i64| match followed {
            Followed::To(end) => day > end,
            Followed::Unknown => after_cutoff(day),
        };
        if self.spec.late_events == LateEvents::Error {
            self.refuse_late(row, censor_day.flatten())?;
        }
        let may_count = |day: i64| !is_late(day) || (self.spec.late_events == LateEvents::Count && !after_cutoff(day));
        let earliest = |counts: &dyn Fn(i64) -> bool| self.earliest(row, counts);
        let chosen = earliest(&may_count);
        if chosen.is_some_and(|(_, event)| self.events[event].is_unknown(row)) {
            return Ok(Err(Exclusion::MissingCondition));
        }
        let any = earliest(&|_| true);
        let end = match (chosen, followed, any) {
            (Some((day, _)), ..) => day,
            (None, Followed::To(day), _) => day,
            // All its events are after the cutoff, so it was followed beyond it.
            (None, Followed::Unknown, Some((day, _))) => self.cutoff.unwrap_or(day),
            (None, Followed::Unknown, None) => return Ok(Err(Exclusion::NoEnd)),
        };
        let entry = match self.entry_day(row, origin, end)? {
            Ok(entry) => entry,
            Err(reason) => return Ok(Err(reason)),
        };
        // Who enters on a day is at risk on that day: the rule that counts the last day adds nothing to the entry.
        let entry_rule = if self.month_rule == MonthRule::PlusOneDay { MonthRule::Days } else { self.month_rule };
        let observed = Observed {
            entry: elapsed(origin, entry, self.spec.unit, entry_rule),
            time: elapsed(origin, end, self.spec.unit, self.month_rule),
            cause: chosen.map_or(0, |(_, event)| event as u32 + 1),
        };
        let outcome = shared.check(row, observed);
        if outcome.is_err() {
            return Ok(outcome);
        }

        tally.origins.resize(self.origins.len(), 0);
        tally.origins[chosen_origin] += 1;
        tally.counted += usize::from(chosen.is_some());
        tally.with_late += usize::from(any.is_some());
        tally.without_late += usize::from(earliest(&|day| !is_late(day)).is_some());
        if chosen.is_some() && matches!(followed, Followed::Unknown) {
            tally.no_censor_date.push(row + 1);
        }
        self.list(row, &is_late, chosen, tally);
        Ok(outcome)
    }

    /// The earliest event of a row among those that count, the first named on one day: its day and index.
    fn earliest(&self, row: usize, counts: &dyn Fn(i64) -> bool) -> Option<(i64, usize)> {
        let days = self.events.iter().enumerate().filter_map(|(index, event)| Some((event.day(row)?, index)));
        days.filter(|&(day, _)| counts(day)).min()
    }

    /// (c) No date of the row may be before its origin.
    fn check_origin(&self, row: usize, origin: i64, begins: &Dates) -> Result<()> {
        let events = self.events.iter().map(|event| (event.day(row), event.dates.name));
        let others = self.censor.iter().chain(&self.entry).map(|dates| (dates.day(row), dates.name));
        for (day, name) in events.chain(others) {
            if day.is_some_and(|day| day < origin) {
                return Err(self
                    .cohort
                    .at(ErrorKind::DateBeforeOrigin, row, name)
                    .with("origin", self.cohort.cell(row, begins.name))
                    .with("origin_column", begins.name));
            }
        }
        Ok(())
    }

    /// `late_events: "error"`: an event after the row's own censoring date, unless it is after the cutoff, where nothing counts.
    fn refuse_late(&self, row: usize, censor: Option<i64>) -> Result<()> {
        let (Some(censor), Some(column)) = (censor, &self.censor) else { return Ok(()) };
        let limit = self.cutoff.unwrap_or(i64::MAX);
        for event in &self.events {
            if event.day(row).is_some_and(|day| day > censor && day <= limit) {
                let error = self.cohort.at(ErrorKind::EventAfterCensor, row, event.dates.name);
                return Err(error.with("censor", self.cohort.cell(row, column.name)));
            }
        }
        Ok(())
    }

    /// (h) The day of entry, the origin where the endpoint has none; or why the row has none.
    fn entry_day(&self, row: usize, origin: i64, end: i64) -> Result<std::result::Result<i64, Exclusion>> {
        let Some(entries) = &self.entry else { return Ok(Ok(origin)) };
        let Some(entry) = entries.day(row) else { return Ok(Err(Exclusion::MissingEntry)) };
        if self.cutoff.is_some_and(|cutoff| entry > cutoff) {
            return Ok(Err(Exclusion::AfterCutoff));
        }
        if entry > end {
            let text = |dates: &Dates| self.cohort.cell(row, dates.name);
            let events = self.events.iter().map(|event| &event.dates);
            let ends = events.chain(&self.censor).find(|dates| dates.day(row) == Some(end));
            return Err(self
                .cohort
                .at(ErrorKind::EntryAfterTime, row, entries.name)
                .with("entry", text(entries))
                .with("time", ends.map_or("", text)));
        }
        Ok(Ok(entry))
    }

    /// Lists the events of a row that are dated after its censoring date (f) or after its death (g).
    fn list(&self, row: usize, is_late: &dyn Fn(i64) -> bool, chosen: Option<(i64, usize)>, tally: &mut Tally) {
        let deaths = self.events.iter().zip(&self.is_death).filter(|(_, is_death)| **is_death);
        let death = deaths.filter_map(|(event, _)| event.day(row)).min();
        for (index, (event, name)) in self.events.iter().zip(self.spec.events.keys()).enumerate() {
            let Some(day) = event.day(row) else { continue };
            let mut list = |reason| {
                tally.listed.push(ListedEvent {
                    row: row + 1,
                    line: self.cohort.table().line(row),
                    event: name.clone(),
                    date: self.cohort.cell(row, event.dates.name).to_owned(),
                    reason,
                });
            };
            if is_late(day) {
                list(CautionKind::EventAfterCensor);
                // A further late event of a row whose late event counts changes nothing: it is in the list, not in the number.
                match chosen {
                    Some((_, event)) if event == index => tally.late_counted.push(row + 1),
                    Some((day, _)) if is_late(day) => {}
                    _ => tally.late_refused.push(row + 1),
                }
            }
            if death.is_some_and(|death| day > death) {
                list(CautionKind::EventAfterDeath);
                tally.after_death.push(row + 1);
            }
        }
    }

    /// (a) Partial dates completed as declared, years of two digits completed as nobody declared, times of day dropped, by column.
    fn partial_dates(&self) -> Vec<Caution> {
        let mut cautions: Vec<Caution> = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        let events = self.events.iter().map(|event| &event.dates);
        for dates in self.origins.iter().chain(events).chain(&self.censor).chain(&self.entry) {
            if names.contains(&dates.name) {
                continue;
            }
            names.push(dates.name);
            let mut tell = |kind, rows: &[usize], window: Option<i32>| {
                if !rows.is_empty() {
                    let mut caution = Caution::new(kind).with("n", rows.len()).with("name", dates.name);
                    if let Some(first) = window {
                        caution = caution.with("first", first).with("last", first + 99);
                    }
                    cautions.push(caution.rows(rows.to_vec()));
                }
            };
            tell(CautionKind::PartialDates, &dates.column.partial_rows, None);
            if let Some((first, false)) = dates.column.window {
                tell(CautionKind::TwoDigitYears, &dates.column.short_year_rows, Some(first));
            }
            tell(CautionKind::TimesDropped, &dates.column.time_rows, None);
        }
        cautions
    }

    /// Events that have no date in the whole file.
    fn never(&self) -> Vec<Caution> {
        let events = self.events.iter().zip(self.spec.events.keys());
        let never = events.filter(|(event, _)| {
            let days = event.dates.column.days.len();
            (0..days).all(|row| event.day(row).is_none() || event.is_unknown(row))
        });
        never
            .map(|(event, name)| {
                Caution::new(CautionKind::EventNeverOccurs).with("event", name).with("values", event.dates.name)
            })
            .collect()
    }

    /// Of several origins, how many rows begin with each.
    fn origins(&self, tally: &Tally) -> Option<Caution> {
        if self.origins.len() < 2 {
            return None;
        }
        let n = |index: usize| tally.origins.get(index).copied().unwrap_or(0);
        let each = self.origins.iter().enumerate().map(|(index, origin)| format!("{}: {}", origin.name, n(index)));
        Some(Caution::new(CautionKind::OriginChosen).with("origins", each.collect::<Vec<_>>().join(", ")))
    }
}

impl Tally {
    fn cautions(&self) -> Vec<Caution> {
        let mut cautions = Vec::new();
        let rows = |events: &[usize]| {
            let mut rows = events.to_vec();
            rows.dedup();
            rows
        };
        if !self.no_censor_date.is_empty() {
            let caution = Caution::new(CautionKind::NoCensorDate).with("n", self.no_censor_date.len());
            cautions.push(caution.rows(self.no_censor_date.clone()));
        }
        let late = [
            (CautionKind::EventAfterCensor, &self.late_refused, self.with_late),
            (CautionKind::EventAfterCensorCounted, &self.late_counted, self.without_late),
        ];
        for (kind, events, otherwise) in late {
            let rows = rows(events);
            if !rows.is_empty() {
                let caution = Caution::new(kind).with("n", rows.len()).with("counted", self.counted);
                cautions.push(caution.with("otherwise", otherwise).rows(rows));
            }
        }
        if !self.after_death.is_empty() {
            let rows = rows(&self.after_death);
            cautions.push(Caution::new(CautionKind::EventAfterDeath).with("n", rows.len()).rows(rows));
        }
        cautions
    }
}

/// Whether an event's name begins or ends with a word for death and joins no two events.
pub(in crate::cohort) fn is_death(name: &str) -> bool {
    const DEATH: [&str; 11] =
        ["death", "deaths", "dead", "died", "deceased", "décès", "deces", "décédé", "decede", "mort", "exitus"];
    const JOINING: [&str; 4] = ["or", "and", "ou", "et"];
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_word = |word: Option<&&str>| word.is_some_and(|word| DEATH.contains(word));
    (is_word(words.first()) || is_word(words.last())) && !words.iter().any(|word| JOINING.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_death() {
        for name in ["death", "Death", "DÉCÈS", "cancer_death", "death (other)", "Date of death", "dead"] {
            assert!(is_death(name), "{name}");
        }
        for name in ["recurrence", "progression or death", "récidive ou décès", "deathly", "", "_"] {
            assert!(!is_death(name), "{name}");
        }
    }
}
