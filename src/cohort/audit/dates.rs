//! Cells that cannot be read, and what the columns of dates say among themselves.

use super::{AuditedEndpoint, Auditor, Draft, Severity, is_of_cells};
use crate::cohort::EndpointSpec;
use crate::cohort::endpoint::dates::is_death;
use crate::cohort::scalar;
use crate::error::{FindingKind, Result};
use crate::table::ColumnType;
use crate::table::date::Date;

/// Dates from which a column can have outlying ones.
const ENOUGH: usize = 8;
/// How many interquartile ranges (a year at least) beyond the quartiles a date is outlying.
const FAR: i64 = 3;
const YEAR: i64 = 365;

/// The columns of dates that an endpoint uses.
pub(super) fn dates_of(spec: &EndpointSpec) -> Vec<&str> {
    let EndpointSpec::Dates(spec) = spec else { return Vec::new() };
    let events = spec.events.values().map(|event| &event.date);
    spec.origin.iter().chain(events).chain(&spec.censor).chain(&spec.entry).map(String::as_str).collect()
}

impl Auditor<'_> {
    /// Reads the columns of dates; a column of dates but for few cells is one, unless the options name the columns.
    pub(super) fn read_dates(&mut self, endpoints: &[AuditedEndpoint]) -> Result<()> {
        let used: Vec<&str> = endpoints.iter().flat_map(|endpoint| dates_of(endpoint.spec)).collect();
        let asked = self.options.dates.clone();
        let named: Vec<String> = match &asked {
            Some(names) => names.clone(),
            None => self.cohort.names().filter(|name| self.is_date(name)).map(str::to_owned).collect(),
        };
        let pairs = self.options.pairs.iter().flat_map(|(earlier, later)| [earlier, later]);
        let flags = self.options.flags.iter().map(|flag| &flag.date);
        let required: Vec<&String> = asked.iter().flatten().chain(pairs).chain(flags).collect();
        let mut names: Vec<&str> = named.iter().map(String::as_str).collect();
        names.extend(required.iter().map(|name| name.as_str()));
        names.extend(&used);
        for name in names {
            if self.dates.contains_key(name) {
                continue;
            }
            match self.cohort.lenient_date(name) {
                Ok(column) => {
                    let is_needed = used.contains(&name) || self.cohort.declares(name, ColumnType::Date);
                    let severity = if is_needed { Severity::Error } else { Severity::Warning };
                    let cells = self.cells(name, &column.unreadable);
                    let draft = Draft::new(FindingKind::UnreadableCell, severity, &[name], column.unreadable.clone());
                    self.add(draft.with("expected", ColumnType::Date.name()).with("cells", cells));
                    self.dates.insert(name.to_owned(), column);
                }
                Err(error) if is_of_cells(&error) => {
                    let rows = self.filled(name);
                    let draft = Draft::new(FindingKind::AmbiguousDates, Severity::Error, &[name], rows);
                    let formats = error.params.get("formats").cloned().unwrap_or_default();
                    self.add(Draft { error: Some(error), ..draft.with("formats", formats) });
                }
                Err(error) if required.iter().any(|asked| *asked == name) => return Err(error),
                // An endpoint that names it cannot be derived, which is said there.
                Err(_) => {}
            }
        }
        Ok(())
    }

    fn is_date(&self, name: &str) -> bool {
        if self.cohort.declares(name, ColumnType::Date) {
            return true;
        }
        let is_silent = !ColumnType::ALL.iter().any(|&kind| self.cohort.declares(name, kind));
        is_silent
            && self.cohort.inferred(name).is_ok_and(|inferred| {
                inferred.kind == ColumnType::Date
                    || inferred.nearly.is_some_and(|nearly| nearly.kind == ColumnType::Date)
            })
    }

    /// Rows with a value.
    fn filled(&self, name: &str) -> Vec<usize> {
        let values = self.cohort.lenient_level(name).map(|column| column.values).unwrap_or_default();
        values.iter().enumerate().filter(|(_, value)| value.is_some()).map(|(row, _)| row).collect()
    }

    /// Cells that are no numbers or no levels where they must be.
    pub(super) fn other_cells(&mut self, endpoints: &[AuditedEndpoint]) -> Result<()> {
        let mut times: Vec<&str> = Vec::new();
        for endpoint in endpoints {
            if let EndpointSpec::Status(spec) = endpoint.spec {
                times.extend(std::iter::once(&spec.time).chain(&spec.entry).map(String::as_str));
            }
        }
        let cohort = self.cohort;
        for name in cohort.names() {
            if self.dates.contains_key(name) {
                continue;
            }
            let is_declared =
                times.contains(&name) || cohort.declares(name, ColumnType::Number) || cohort.has_cuts(name);
            let is_nearly = || {
                !cohort.declares(name, ColumnType::Category)
                    && !cohort.declares(name, ColumnType::Text)
                    && cohort
                        .inferred(name)
                        .is_ok_and(|inferred| inferred.nearly.is_some_and(|nearly| nearly.kind == ColumnType::Number))
            };
            let (expected, rows, severity) = if is_declared || is_nearly() {
                let severity = if is_declared { Severity::Error } else { Severity::Warning };
                (ColumnType::Number, cohort.lenient_number(name)?.unreadable, severity)
            } else if cohort.has_levels(name) {
                (ColumnType::Category, cohort.lenient_level(name)?.unreadable, Severity::Error)
            } else {
                continue;
            };
            let cells = self.cells(name, &rows);
            let draft = Draft::new(FindingKind::UnreadableCell, severity, &[name], rows);
            self.add(draft.with("expected", expected.name()).with("cells", cells));
        }
        Ok(())
    }

    /// Dates after the day of the audit, far from the others, out of order, or at odds with a column that tells of their event.
    pub(super) fn judge_dates(&mut self) -> Result<()> {
        let names: Vec<String> = self.dates.keys().cloned().collect();
        for name in &names {
            let day = self.day_of(name);
            if let Some(as_of) = self.options.as_of {
                let rows = self.rows_where(|row| day.at(row).is_some_and(|day| day > as_of.days()));
                let draft = Draft::new(FindingKind::FutureDate, Severity::Error, &[name], rows);
                self.add(draft.with("as_of", as_of));
            }
            let mut days: Vec<i64> = self.dates[name].values.iter().flatten().copied().collect();
            let day = self.day_of(name);
            if let Some((first, last)) = usual(&mut days) {
                let is_far = |row| day.at(row).is_some_and(|day| day < first || day > last);
                let draft = Draft::new(FindingKind::OutlyingDate, Severity::Warning, &[name], self.rows_where(is_far));
                let text = |day| Date::from_days(day).map_or_else(String::new, |date| date.to_string());
                self.add(draft.with("first", text(first)).with("last", text(last)));
            }
        }
        for (earlier, later) in &self.options.pairs {
            let (earlier_day, later_day) = (self.day_of(earlier), self.day_of(later));
            let rows = self.rows_where(|row| {
                earlier_day.at(row).zip(later_day.at(row)).is_some_and(|(earlier, later)| later < earlier)
            });
            self.add(Draft::new(FindingKind::DatesOutOfOrder, Severity::Error, &[earlier, later], rows));
        }
        for flag in &self.options.flags {
            let values: Vec<String> = flag
                .when
                .values
                .iter()
                .map(|value| scalar::level_of(value, self.cohort.number_format(&flag.when.column)))
                .collect();
            let says = self.cohort.has_value(&flag.when.column, &values)?;
            let has_date = |row: usize| self.has_cell(&flag.date, row);
            let columns = [flag.date.as_str(), flag.when.column.as_str()];
            let without = self.rows_where(|row| has_date(row) && says[row] != Some(true));
            let alone = self.rows_where(|row| !has_date(row) && says[row] == Some(true));
            self.add(Draft::new(FindingKind::EventWithoutFlag, Severity::Warning, &columns, without));
            self.add(Draft::new(FindingKind::FlagWithoutEvent, Severity::Warning, &columns, alone));
        }
        Ok(())
    }

    /// Whether the cell of a column of dates has a value, be it unreadable.
    pub(super) fn has_cell(&self, name: &str, row: usize) -> bool {
        let column = self.dates.get(name);
        column.is_some_and(|column| column.values[row].is_some() || column.unreadable.binary_search(&row).is_ok())
    }

    /// Two columns that date the death differently in one row.
    pub(super) fn judge_deaths(&mut self, endpoints: &[AuditedEndpoint]) -> Result<()> {
        let deaths = self.deaths(endpoints);
        for (i, first) in deaths.iter().enumerate() {
            for second in &deaths[i + 1..] {
                let (first_day, second_day) = (self.day_of(first), self.day_of(second));
                let rows = self.rows_where(|row| {
                    first_day.at(row).zip(second_day.at(row)).is_some_and(|(first, second)| first != second)
                });
                self.add(Draft::new(FindingKind::ConflictingDeaths, Severity::Error, &[first, second], rows));
            }
        }
        Ok(())
    }

    /// The columns that date a death: of an event that is one by its name, or a name that says so itself.
    pub(super) fn deaths(&self, endpoints: &[AuditedEndpoint]) -> Vec<String> {
        let is_event = |name: &str| {
            endpoints.iter().any(|endpoint| match endpoint.spec {
                EndpointSpec::Dates(spec) => {
                    spec.events.iter().any(|(event, dated)| is_death(event) && dated.date == name)
                }
                EndpointSpec::Status(_) => false,
            })
        };
        self.dates.keys().filter(|name| is_death(name) || is_event(name)).cloned().collect()
    }
}

/// The first and the last day that are not outlying: within [`FAR`] interquartile ranges of the quartiles, and not before 1900.
fn usual(days: &mut [i64]) -> Option<(i64, i64)> {
    if days.len() < ENOUGH {
        return None;
    }
    let n = days.len();
    let q1 = *days.select_nth_unstable(n / 4).1;
    let q3 = *days.select_nth_unstable(3 * n / 4).1;
    let range = FAR * (q3 - q1).max(YEAR);
    let from_1900 = Date::from_ymd(1900, 1, 1)?.days();
    Some(((q1 - range).max(from_1900), q3 + range))
}
