//! What the dates, the times and the statuses of endpoints say against each other.

use std::collections::BTreeSet;

use super::dates::dates_of;
use super::{AuditedEndpoint, Auditor, Draft, Severity};
use crate::cohort::document::{DatesSpec, LateEvents, StatusSpec};
use crate::cohort::endpoint::dates::{is_death, late_entries};
use crate::cohort::scalar::{self, Scalar};
use crate::cohort::{Cohort, Endpoint, EndpointSpec, Exclusion, derive};
use crate::error::FindingKind;
use crate::hashing::HashMap;

impl Auditor<'_> {
    /// Judges each endpoint, then the endpoints against each other.
    pub(super) fn judge_endpoints(&mut self, endpoints: &[AuditedEndpoint]) {
        let mut derived: Vec<(&str, Option<Endpoint>, BTreeSet<usize>)> = Vec::new();
        for endpoint in endpoints {
            let mut bad: BTreeSet<usize> = dates_of(endpoint.spec)
                .iter()
                .filter_map(|name| self.dates.get(*name))
                .flat_map(|column| column.unreadable.iter().copied())
                .collect();
            match endpoint.spec {
                EndpointSpec::Dates(spec) => self.judge_by_dates(endpoint.name, spec, &mut bad),
                EndpointSpec::Status(spec) => self.judge_by_status(endpoint.name, spec, &mut bad),
            }
            let outcome = self.derived(endpoint, &mut bad);
            if let Some(outcome) = &outcome {
                let kept =
                    outcome.rows.iter().zip(&outcome.time).filter(|(_, time)| **time == 0.0).map(|(&row, _)| row);
                let dropped =
                    outcome.excluded.iter().filter(|row| row.reason == Exclusion::TimeZero).map(|row| row.row - 1);
                let mut rows: Vec<usize> = kept.chain(dropped).collect();
                rows.sort_unstable();
                self.add(Draft::new(FindingKind::ZeroTime, Severity::Note, &[], rows).of(endpoint.name));
            }
            derived.push((endpoint.name, outcome, bad));
        }
        self.judge_membership(&derived);
    }

    fn judge_by_dates(&mut self, name: &str, spec: &DatesSpec, bad: &mut BTreeSet<usize>) {
        let days: Vec<_> = spec.origin.iter().map(|origin| self.day_of(origin)).collect();
        let origin = |row: usize| days.iter().filter_map(|day| day.at(row)).min();
        let origins: Vec<Option<i64>> = (0..self.cohort.table().n_rows()).map(origin).collect();
        let origin_names: Vec<&str> = spec.origin.iter().map(String::as_str).collect();
        let before = |this: &Self, column: &str, holds: &dyn Fn(usize) -> bool| {
            let day = this.day_of(column);
            this.rows_where(|row| holds(row) && day.at(row).zip(origins[row]).is_some_and(|(day, origin)| day < origin))
        };
        let cutoff = spec.cutoff.map(|date| date.days());

        // Whether each event's condition holds, by row; a condition that cannot be read keeps the endpoint from being derived.
        let mut holds: HashMap<&str, Vec<Option<bool>>> = HashMap::default();
        for (event, dated) in &spec.events {
            let Some(when) = &dated.when else { continue };
            let values: Vec<String> = when
                .values
                .iter()
                .map(|value| scalar::level_of(value, self.cohort.number_format(&when.column)))
                .collect();
            let Ok(says) = self.cohort.has_value(&when.column, &values) else { continue };
            let columns = [dated.date.as_str(), when.column.as_str()];
            let unknown = self.rows_where(|row| self.has_cell(&dated.date, row) && says[row].is_none());
            let alone = self.rows_where(|row| !self.has_cell(&dated.date, row) && says[row] == Some(true));
            self.add(Draft::new(FindingKind::EventWithoutFlag, Severity::Warning, &columns, unknown).seen_by(name));
            self.add(Draft::new(FindingKind::FlagWithoutEvent, Severity::Warning, &columns, alone).seen_by(name));
            holds.insert(event, says);
        }
        let may_hold = |event: &str, row: usize| holds.get(event).is_none_or(|says| says[row] != Some(false));

        for (event, dated) in &spec.events {
            let rows = before(self, &dated.date, &|row| may_hold(event, row));
            bad.extend(&rows);
            let columns: Vec<&str> = std::iter::once(dated.date.as_str()).chain(origin_names.iter().copied()).collect();
            let draft = Draft::new(FindingKind::EventBeforeOrigin, Severity::Error, &columns, rows);
            self.add(draft.with("event", event).seen_by(name));
            if let Some(censor) = &spec.censor {
                let (censor_day, event_day) = (self.day_of(censor), self.day_of(&dated.date));
                let rows = self.rows_where(|row| {
                    let (censored, day) = (censor_day.at(row), event_day.at(row));
                    may_hold(event, row) && censored.zip(day).is_some_and(|(censored, day)| day > censored)
                });
                if spec.late_events == LateEvents::Error {
                    bad.extend(&rows);
                }
                let draft =
                    Draft::new(FindingKind::FollowUpBeforeEvent, Severity::Warning, &[censor, &dated.date], rows);
                self.add(draft.with("event", event).seen_by(name));
            }
        }
        for column in spec.censor.iter().chain(&spec.entry) {
            let rows = before(self, column, &|_| true);
            bad.extend(&rows);
            let columns: Vec<&str> = std::iter::once(column.as_str()).chain(origin_names.iter().copied()).collect();
            self.add(Draft::new(FindingKind::NegativeTime, Severity::Error, &columns, rows).seen_by(name));
        }
        if let (Some(cutoff), Some(date)) = (cutoff, spec.cutoff) {
            for column in dates_of(&EndpointSpec::Dates(spec.clone())) {
                let day = self.day_of(column);
                let rows = self.rows_where(|row| day.at(row).is_some_and(|day| day > cutoff));
                let draft = Draft::new(FindingKind::AfterCutoff, Severity::Note, &[column], rows);
                self.add(draft.with("cutoff", date).of(name));
            }
        }
        for (death, died) in spec.events.iter().filter(|(event, _)| is_death(event)) {
            for (event, dated) in
                spec.events.iter().filter(|(event, dated)| !is_death(event) && dated.date != died.date)
            {
                let (day_of_death, day_of_event) = (self.day_of(&died.date), self.day_of(&dated.date));
                let rows = self.rows_where(|row| {
                    let (death_day, day) = (day_of_death.at(row), day_of_event.at(row));
                    let both = may_hold(death, row) && may_hold(event, row);
                    both && death_day.zip(day).is_some_and(|(death, day)| death < day)
                });
                let columns = [died.date.as_str(), dated.date.as_str()];
                let draft = Draft::new(FindingKind::DeathBeforeRecurrence, Severity::Error, &columns, rows);
                self.add(draft.with("event", event).seen_by(name));
            }
        }
    }

    fn judge_by_status(&mut self, name: &str, spec: &StatusSpec, bad: &mut BTreeSet<usize>) {
        let Ok(time) = self.cohort.lenient_number(&spec.time) else { return };
        let negative = self.rows_where(|row| time.values[row].is_some_and(|time| time < 0.0));
        bad.extend(time.unreadable.iter().chain(&negative));
        self.add(Draft::new(FindingKind::NegativeTime, Severity::Error, &[&spec.time], negative).seen_by(name));
        if let Some(Ok(entry)) = spec.entry.as_deref().map(|entry| self.cohort.lenient_number(entry)) {
            let rows = self.rows_where(|row| {
                let Some(start) = entry.values[row] else { return false };
                start < 0.0 || time.values[row].is_some_and(|time| start > time)
            });
            bad.extend(entry.unreadable.iter().chain(&rows));
            let columns = [spec.entry.as_deref().unwrap_or_default(), spec.time.as_str()];
            self.add(Draft::new(FindingKind::EntryAfterEnd, Severity::Error, &columns, rows).seen_by(name));
        }
        if let Some(censored) = &spec.censored {
            let named = spec.events.values().flatten().chain(censored).map(Scalar::text);
            let values: Vec<String> =
                named.map(|text| scalar::level_of(&text, self.cohort.number_format(&spec.status))).collect();
            let Ok(known) = self.cohort.has_value(&spec.status, &values) else { return };
            let rows = self.rows_where(|row| known[row] == Some(false));
            bad.extend(&rows);
            let cells = self.cells(&spec.status, &rows);
            let draft = Draft::new(FindingKind::UnreadableCell, Severity::Error, &[&spec.status], rows);
            self.add(draft.with("expected", "category").with("cells", cells).seen_by(name));
        }
    }

    /// The endpoint without the rows that keep it from being derived; why it cannot be derived is a finding.
    ///
    /// Rows that the study excludes are derived with the others, so that what is found of them is still found, as settled. Where
    /// one of their cells keeps the endpoint from being derived, it is derived without them.
    fn derived(&mut self, endpoint: &AuditedEndpoint, bad: &mut BTreeSet<usize>) -> Option<Endpoint> {
        let attempt = |this: &mut Self, with_excluded: bool, bad: &mut BTreeSet<usize>| {
            if let EndpointSpec::Dates(spec) = endpoint.spec
                && let Some(entry) = &spec.entry
            {
                let judged = this.judged(with_excluded, bad);
                let rows = late_entries(judged.as_ref().unwrap_or(this.cohort), endpoint.name, spec)?;
                bad.extend(&rows);
                let draft = Draft::new(FindingKind::EntryAfterEnd, Severity::Error, &[entry], rows);
                this.add(draft.seen_by(endpoint.name));
            }
            let judged = this.judged(with_excluded, bad);
            derive(judged.as_ref().unwrap_or(this.cohort), endpoint.name, endpoint.spec, &endpoint.options)
        };
        let outcome = match attempt(self, true, bad) {
            Err(_) if self.cohort.has_excluded() => attempt(self, false, bad),
            outcome => outcome,
        };
        outcome
            .map_err(|error| {
                let row = error.position.row.map(|row| row - 1).filter(|row| !bad.contains(row));
                let kind = FindingKind::EndpointNotDerived;
                let draft = Draft::new(kind, Severity::Error, &[], row.into_iter().collect());
                let draft = draft.with("reason", &error).of(endpoint.name);
                self.drafts.push(Draft { error: Some(error), ..draft });
            })
            .ok()
    }

    /// The cohort without the rows at fault, with or without those that the study excludes; `None` where that is the cohort as it
    /// stands, whose columns then serve again.
    fn judged(&self, with_excluded: bool, bad: &BTreeSet<usize>) -> Option<Cohort<'_>> {
        match (with_excluded && self.cohort.has_excluded(), bad.is_empty()) {
            (true, _) => Some(self.cohort.without_only(bad)),
            (false, false) => Some(self.cohort.without(bad)),
            (false, true) => None,
        }
    }

    /// Rows that lack an endpoint that could be derived while they have another.
    fn judge_membership(&mut self, derived: &[(&str, Option<Endpoint>, BTreeSet<usize>)]) {
        let mut any = vec![false; self.cohort.table().n_rows()];
        for endpoint in derived.iter().filter_map(|(_, endpoint, _)| endpoint.as_ref()) {
            endpoint.rows.iter().for_each(|&row| any[row] = true);
        }
        for (name, endpoint, bad) in derived {
            let Some(endpoint) = endpoint else { continue };
            let lacking = endpoint.excluded.iter().filter(|row| row.reason != Exclusion::ExcludedByStudy);
            let rows: Vec<usize> =
                lacking.map(|row| row.row - 1).filter(|row| any[*row] && !bad.contains(row)).collect();
            let draft = Draft::new(FindingKind::InOneEndpointOnly, Severity::Warning, &[], rows);
            self.add(draft.of(name));
        }
    }
}
