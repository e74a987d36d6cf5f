//! Hand-worked tables for each clause of the contract, each reason of exclusion and each error with its place.

use super::*;
use crate::cohort::ExcludedRow;
use crate::error::{Error, ErrorKind};
use crate::hashing::IndexMap;
use crate::table::{self, Table};

fn open(csv: &str) -> Table {
    table::open(csv.as_bytes(), "cohort.csv").expect(csv)
}

/// The endpoint of `csv`, with `columns` declared and `exclude`d rows, all as JSON.
fn derive_with(csv: &str, spec: &str, columns: &str, exclude: &str, options: EndpointOptions) -> Result<Endpoint> {
    let table = open(csv);
    let columns: IndexMap<String, _> = serde_json::from_str(columns).expect(columns);
    let exclude: Vec<ExcludedRow> = serde_json::from_str(exclude).expect(exclude);
    let cohort = Cohort::new(&table, &columns, &exclude)?;
    derive(&cohort, "X", &serde_json::from_str(spec).expect(spec), &options)
}

fn derived(csv: &str, spec: &str) -> Result<Endpoint> {
    derive_with(csv, spec, "{}", "[]", EndpointOptions::default())
}

fn endpoint(csv: &str, spec: &str) -> Endpoint {
    derived(csv, spec).expect(spec)
}

/// Kind, row, line, column and cell of an error.
fn place(error: &Error) -> (ErrorKind, usize, usize, &str, &str) {
    assert_eq!(error.position.file.as_deref(), Some("cohort.csv"));
    let text = |text: &'_ Option<String>| text.clone().unwrap_or_default().leak() as &str;
    let position = &error.position;
    let (row, line) = (position.row.unwrap_or(0), position.line.unwrap_or(0));
    (error.kind, row, line, text(&position.column), text(&position.cell))
}

fn refused(csv: &str, spec: &str) -> Error {
    match derived(csv, spec) {
        Ok(endpoint) => panic!("not refused: {endpoint:?}"),
        Err(error) => error,
    }
}

fn reasons(endpoint: &Endpoint) -> Vec<(usize, Exclusion)> {
    endpoint.excluded.iter().map(|excluded| (excluded.row, excluded.reason)).collect()
}

fn caution(endpoint: &Endpoint, kind: CautionKind) -> Option<&Caution> {
    endpoint.cautions.iter().find(|caution| caution.kind == kind)
}

fn param<'a>(caution: &'a Caution, name: &str) -> &'a str {
    &caution.params[name]
}

const DFS: &str =
    r#"{"origin": "d0", "events": {"recurrence": "rec", "death": "dead"}, "censor": "last", "unit": "days"}"#;
const OS: &str = r#"{"origin": "d0", "events": {"death": "dead"}, "censor": "last", "unit": "days"}"#;

fn with(spec: &str, more: &str) -> String {
    spec.replacen('{', &format!("{{{more}, "), 1)
}

#[test]
fn the_earliest_event_counts_and_others_are_censored() {
    // Days from 2020-01-01: 31 is 1 February, 60 is 1 March, 366 is 2021-01-01.
    let csv = "d0,rec,dead,last\n\
               2020-01-01,2020-02-01,2020-03-01,2020-03-01\n\
               2020-01-01,,2020-03-01,2020-03-01\n\
               2020-01-01,2020-02-01,,2021-01-01\n\
               2020-01-01,,,2021-01-01\n";
    let dfs = endpoint(csv, DFS);
    assert_eq!(dfs.rows, [0, 1, 2, 3]);
    assert_eq!(dfs.time, [31.0, 60.0, 31.0, 366.0]);
    assert_eq!(dfs.cause, [1, 2, 1, 0]);
    assert_eq!(dfs.events, ["recurrence", "death"]);
    assert_eq!((dfs.from_dates, dfs.unit, dfs.n_time_zero), (true, Unit::Days, 0));
    assert_eq!((&dfs.entry, &dfs.id, &dfs.status_values), (&None, &None, &None));
    assert!(dfs.cautions.is_empty() && dfs.excluded.is_empty() && dfs.listed.is_empty());
    let os = endpoint(csv, OS);
    assert_eq!((os.time, os.cause), (vec![60.0, 60.0, 366.0, 366.0], vec![1, 1, 0, 0]));
}

#[test]
fn units_divide_whole_days_once() {
    let csv = "d0,dead,last\n2020-01-01,,2021-01-01\n2020-01-01,2020-01-31,2020-01-31\n";
    let time = |unit: &str| endpoint(csv, &OS.replace("days", unit)).time;
    assert_eq!(time("days"), [366.0, 30.0]);
    assert_eq!(time("weeks"), [366.0 / 7.0, 30.0 / 7.0]);
    assert_eq!(time("months"), [366.0 / 30.4375, 30.0 / 30.4375]);
    assert_eq!(time("years"), [366.0 / 365.25, 30.0 / 365.25]);
}

#[test]
fn a_time_of_day_is_dropped() {
    let csv = "d0,dead,last\n2020-01-01 23:59,2020-01-02 00:01,2020-01-02 12:00\n";
    let os = endpoint(csv, OS);
    // Death just after midnight and the last news at noon are the same day: the event is not late.
    assert_eq!((os.time, os.cause), (vec![1.0], vec![1]));
}

#[test]
fn a_partial_dates_are_an_error_unless_declared() {
    let csv = "d0,dead,last\n2020-01-01,,2020-02-20\n2020-01-01,2020-03,2020-06-01\n2019,,2020-01-01\n";
    assert_eq!(place(&refused(csv, OS)), (ErrorKind::PartialDate, 3, 4, "d0", "2019"));
    let columns = r#"{"d0": {"partial": "mid"}}"#;
    let error = derive_with(csv, OS, columns, "[]", EndpointOptions::default()).expect_err("partial");
    assert_eq!(place(&error), (ErrorKind::PartialDate, 2, 3, "dead", "2020-03"));
    let columns = r#"{"d0": {"partial": "mid"}, "dead": {"type": "date", "partial": "mid"}}"#;
    let os = derive_with(csv, OS, columns, "[]", EndpointOptions::default()).expect("declared");
    // 15 March 2020 is day 74; 1 July 2019 to 1 January 2020 are 184 days.
    assert_eq!((&os.time, &os.cause), (&vec![50.0, 74.0, 184.0], &vec![0, 1, 0]));
    let partial: Vec<_> = os.cautions.iter().filter(|caution| caution.kind == CautionKind::PartialDates).collect();
    assert_eq!(partial.len(), 2);
    assert_eq!((param(partial[0], "name"), param(partial[0], "n"), &partial[0].rows), ("d0", "1", &vec![3]));
    assert_eq!((param(partial[1], "name"), param(partial[1], "n"), &partial[1].rows), ("dead", "1", &vec![2]));
}

#[test]
fn b_no_origin_excludes() {
    let csv = "d0,dead,last\n2020-01-01,,2020-02-01\n,2020-03-01,2020-03-01\nNA,,\n";
    let os = endpoint(csv, OS);
    assert_eq!(os.rows, [0]);
    assert_eq!(reasons(&os), [(2, Exclusion::NoOrigin), (3, Exclusion::NoOrigin)]);
    assert_eq!(os.excluded[0].line, 3);
}

#[test]
fn c_a_date_before_the_origin_is_an_error() {
    let error = refused("d0,dead,last\n2020-01-05,,2020-02-01\n2020-01-05,,2020-01-04\n", OS);
    assert_eq!(place(&error), (ErrorKind::DateBeforeOrigin, 2, 3, "last", "2020-01-04"));
    assert_eq!((error.params["origin"].as_str(), error.params["origin_column"].as_str()), ("2020-01-05", "d0"));
    let error = refused("d0,rec,dead,last\n2020-01-05,2020-01-06,2019-01-06,2020-02-01\n", DFS);
    assert_eq!(place(&error), (ErrorKind::DateBeforeOrigin, 1, 2, "dead", "2019-01-06"));
    let entry = with(OS, r#""entry": "in""#);
    let error = refused("d0,in,dead,last\n2020-01-05,2020-01-01,2020-01-06,2020-02-01\n", &entry);
    assert_eq!(place(&error), (ErrorKind::DateBeforeOrigin, 1, 2, "in", "2020-01-01"));
    // Not read where the study excludes the row.
    let csv = "d0,dead,last\n2020-01-05,,2020-02-01\n2020-01-05,,2020-01-04\n";
    let exclude = r#"[{"row": 2, "reason": "wrong date"}]"#;
    let os = derive_with(csv, OS, "{}", exclude, EndpointOptions::default()).expect("excluded");
    assert_eq!(reasons(&os), [(2, Exclusion::ExcludedByStudy)]);
    assert_eq!(os.excluded[0].note.as_deref(), Some("wrong date"));
    assert_eq!(
        serde_json::to_string(&os.excluded[0]).expect("json"),
        r#"{"row":2,"line":3,"reason":"excluded_by_study","note":"wrong date"}"#
    );
}

#[test]
fn d_the_cutoff_censors_where_it_is_earlier() {
    let csv = "d0,dead,last\n\
               2020-01-01,2020-03-01,2020-03-01\n\
               2020-01-01,,2020-01-11\n\
               2020-01-01,2020-01-31,2020-01-31\n\
               2020-02-10,,2020-03-01\n\
               2020-01-31,,2020-03-01\n";
    let os = endpoint(csv, &with(OS, r#""cutoff": "2020-01-31""#));
    // Row 1 dies after the cutoff, row 2 is lost before it, row 3 dies on its day, row 4 comes after it, row 5 on it.
    assert_eq!(os.rows, [0, 1, 2, 4]);
    assert_eq!((&os.time, &os.cause), (&vec![30.0, 10.0, 30.0, 0.0], &vec![0, 0, 1, 0]));
    assert_eq!(reasons(&os), [(4, Exclusion::AfterCutoff)]);
    let late = caution(&os, CautionKind::EventAfterCensor).expect("listed");
    assert_eq!((param(late, "n"), param(late, "counted"), param(late, "otherwise")), ("1", "1", "2"));
    assert_eq!(late.rows, [1]);
    // Without a censoring column all rows are followed to the cutoff.
    let spec = r#"{"origin": "d0", "events": {"death": "dead"}, "cutoff": "2020-03-01"}"#;
    let all = endpoint(csv, spec);
    assert_eq!((all.time, all.cause), (vec![60.0, 60.0, 30.0, 20.0, 30.0], vec![1, 0, 1, 0, 0]));
}

#[test]
fn e_without_a_censoring_date_the_earliest_event_counts() {
    let csv = "d0,rec,dead,last\n\
               2020-01-01,2020-02-01,2020-03-01,\n\
               2020-01-01,,,\n\
               2020-01-01,,,2020-02-01\n\
               2020-01-01,,2020-03-01,NA\n";
    let dfs = endpoint(csv, DFS);
    assert_eq!((&dfs.rows, &dfs.time, &dfs.cause), (&vec![0, 2, 3], &vec![31.0, 31.0, 60.0], &vec![1, 0, 2]));
    assert_eq!(reasons(&dfs), [(2, Exclusion::NoEnd)]);
    let caution_ = caution(&dfs, CautionKind::NoCensorDate).expect("caution");
    assert_eq!((param(caution_, "n"), &caution_.rows), ("2", &vec![1, 4]));
    // With a cutoff: an earlier event counts; a later one shows that the row was followed to the cutoff.
    let cut = endpoint(csv, &with(DFS, r#""cutoff": "2020-02-15""#));
    assert_eq!((&cut.rows, &cut.time, &cut.cause), (&vec![0, 2, 3], &vec![31.0, 31.0, 45.0], &vec![1, 0, 0]));
    assert_eq!(caution(&cut, CautionKind::NoCensorDate).expect("caution").rows, [1]);
    assert_eq!(reasons(&cut), [(2, Exclusion::NoEnd)]);
}

const LATE: &str = "d0,rec,dead,last\n\
                    2020-01-01,,2020-03-01,2020-02-01\n\
                    2020-01-01,2020-01-11,2020-03-01,2020-02-01\n\
                    2020-01-01,,2020-02-01,2020-02-01\n\
                    2020-01-01,2020-04-01,2020-05-01,2020-02-01\n";

#[test]
fn f_events_after_the_censoring_date_are_listed_and_do_not_count() {
    let dfs = endpoint(LATE, DFS);
    assert_eq!((&dfs.time, &dfs.cause), (&vec![31.0, 10.0, 31.0, 31.0], &vec![0, 1, 2, 0]));
    let late = caution(&dfs, CautionKind::EventAfterCensor).expect("caution");
    assert_eq!((param(late, "n"), param(late, "counted"), param(late, "otherwise")), ("3", "2", "4"));
    assert_eq!(late.rows, [1, 2, 4]);
    assert_eq!(dfs.listed.len(), 4);
    let row = ListedEvent {
        row: 1,
        line: 2,
        event: "death".to_owned(),
        date: "2020-03-01".to_owned(),
        reason: CautionKind::EventAfterCensor,
    };
    assert_eq!(dfs.listed[0], row);
    // No row is excluded for it.
    assert!(dfs.excluded.is_empty());
}

#[test]
fn f_late_events_count_as_declared() {
    let counted = with(DFS, r#""late_events": "count""#);
    let dfs = endpoint(LATE, &counted);
    assert_eq!((&dfs.time, &dfs.cause), (&vec![60.0, 10.0, 31.0, 91.0], &vec![2, 1, 2, 1]));
    let late = caution(&dfs, CautionKind::EventAfterCensorCounted).expect("caution");
    assert_eq!((param(late, "n"), param(late, "counted"), param(late, "otherwise")), ("2", "4", "2"));
    assert_eq!(late.rows, [1, 4]);
    // The death of row 2 is behind the recurrence that counts.
    assert_eq!(caution(&dfs, CautionKind::EventAfterCensor).expect("listed").rows, [2]);
    // After the cutoff nothing counts: row 4 is censored at its own date.
    let cut = endpoint(LATE, &with(&counted, r#""cutoff": "2020-03-15""#));
    assert_eq!((&cut.time, &cut.cause), (&vec![60.0, 10.0, 31.0, 31.0], &vec![2, 1, 2, 0]));
    assert_eq!(caution(&cut, CautionKind::EventAfterCensor).expect("refused").rows, [2, 4]);
    assert_eq!(caution(&cut, CautionKind::EventAfterCensorCounted).expect("counted").rows, [1]);
}

#[test]
fn f_late_events_are_an_error_as_declared() {
    let spec = with(DFS, r#""late_events": "error""#);
    let error = refused(LATE, &spec);
    assert_eq!(place(&error), (ErrorKind::EventAfterCensor, 1, 2, "dead", "2020-03-01"));
    assert_eq!(error.params["censor"], "2020-02-01");
    // An event after the cutoff, but not after the row's own date, is no mistake of the file.
    let csv = "d0,rec,dead,last\n2020-01-01,,2020-03-01,2020-03-01\n";
    let dfs = endpoint(csv, &with(&spec, r#""cutoff": "2020-02-01""#));
    assert_eq!((dfs.time, dfs.cause), (vec![31.0], vec![0]));
}

#[test]
fn g_on_one_day_the_first_named_counts() {
    let csv = "d0,rec,dead,last\n2020-01-01,2020-02-01,2020-02-01,2020-02-01\n";
    assert_eq!(endpoint(csv, DFS).cause, [1]);
    let reversed =
        r#"{"origin": "d0", "events": {"death": "dead", "recurrence": "rec"}, "censor": "last", "unit": "days"}"#;
    let first = endpoint(csv, reversed);
    assert_eq!((first.cause[0], first.events[0].as_str()), (1, "death"));
    assert!(first.listed.is_empty());
}

#[test]
fn g_a_recurrence_after_death_never_counts_and_is_listed() {
    let csv = "d0,rec,dead,last\n\
               2020-01-01,2020-02-02,2020-02-01,2020-12-31\n\
               2020-01-01,2020-02-02,2020-02-01,2020-02-01\n\
               2020-01-01,2020-02-02,2020-02-01,\n\
               2020-01-01,2020-02-01,2020-02-02,2020-02-02\n";
    for spec in [DFS.to_owned(), with(DFS, r#""late_events": "count""#)] {
        let dfs = endpoint(csv, &spec);
        assert_eq!((&dfs.time, &dfs.cause), (&vec![31.0; 4], &vec![2, 2, 2, 1]));
        let caution = caution(&dfs, CautionKind::EventAfterDeath).expect("caution");
        assert_eq!((param(caution, "n"), &caution.rows), ("3", &vec![1, 2, 3]));
        let listed = dfs.listed.iter().filter(|listed| listed.reason == CautionKind::EventAfterDeath);
        assert_eq!(
            listed.map(|listed| (listed.row, listed.event.as_str())).collect::<Vec<_>>(),
            [(1, "recurrence"), (2, "recurrence"), (3, "recurrence")]
        );
    }
}

#[test]
fn h_entry_may_be_a_date() {
    let csv = "d0,in,dead,last\n\
               2020-01-01,2020-01-11,2020-02-01,2020-02-01\n\
               2020-01-01,,,2020-02-01\n\
               2020-01-01,2020-02-01,,2020-02-01\n\
               2020-01-01,2020-01-01,,2020-02-01\n";
    let spec = with(OS, r#""entry": "in""#);
    let os = endpoint(csv, &spec);
    assert_eq!((&os.rows, &os.time, &os.entry), (&vec![0, 3], &vec![31.0, 31.0], &Some(vec![10.0, 0.0])));
    assert_eq!(reasons(&os), [(2, Exclusion::MissingEntry), (3, Exclusion::EmptyInterval)]);
    let error = refused("d0,in,dead,last\n2020-01-01,2020-03-01,2020-02-01,2020-02-01\n", &spec);
    assert_eq!(place(&error), (ErrorKind::EntryAfterTime, 1, 2, "in", "2020-03-01"));
    assert_eq!((error.params["entry"].as_str(), error.params["time"].as_str()), ("2020-03-01", "2020-02-01"));
    let cut = endpoint(
        "d0,in,dead,last\n2020-01-01,2020-03-01,,2020-04-01\n2020-01-01,2020-01-02,,2020-04-01\n",
        &with(&spec, r#""cutoff": "2020-02-01""#),
    );
    assert_eq!(reasons(&cut), [(1, Exclusion::AfterCutoff)]);
    assert_eq!(cut.time, [31.0]);
}

#[test]
fn an_event_without_any_date_is_said() {
    let csv = "d0,rec,dead,last\n2020-01-01,,2020-02-01,2020-02-01\n2020-01-01,,,2020-02-01\n";
    let dfs = endpoint(csv, DFS);
    let caution = caution(&dfs, CautionKind::EventNeverOccurs).expect("caution");
    assert_eq!((param(caution, "event"), param(caution, "values")), ("recurrence", "rec"));
}

#[test]
fn dates_that_cannot_be_read() {
    let error = refused("d0,dead,last\n2020-01-01,,2020-02-01\n2020-01-02,,2020-02-30\n", OS);
    assert_eq!(place(&error), (ErrorKind::BadCell, 2, 3, "last", "2020-02-30"));
    let error = refused("d0,dead,last\n03/04/2020,,05/06/2021\n", OS);
    assert_eq!((error.kind, error.position.column.as_deref()), (ErrorKind::AmbiguousDate, Some("d0")));
    assert_eq!(error.params["formats"], "d/m/y, m/d/y");
    let error = refused("d0,dead,lst\n2020-01-01,,2020-02-01\n", OS);
    assert_eq!((error.kind, error.params["suggestion"].as_str()), (ErrorKind::UnknownColumn, " (“lst”?)"));
}

#[test]
fn time_zero_is_kept_or_dropped_and_counted() {
    let csv = "t,s\n0,1\n-0,0\n5,1\n";
    let spec = r#"{"time": "t", "status": "s", "event": 1}"#;
    let kept = endpoint(csv, spec);
    assert_eq!((kept.time.as_slice(), kept.n_time_zero), ([0.0, 0.0, 5.0].as_slice(), 2));
    assert!(kept.time[1].is_sign_positive());
    let caution_ = caution(&kept, CautionKind::TimeZeroKept).expect("caution");
    assert_eq!((param(caution_, "n"), &caution_.rows), ("2", &vec![1, 2]));
    let drop = EndpointOptions { time_zero: TimeZero::Drop, ..EndpointOptions::default() };
    let dropped = derive_with(csv, spec, "{}", "[]", drop).expect("drop");
    assert_eq!((dropped.time.as_slice(), dropped.n_time_zero), ([5.0].as_slice(), 2));
    assert_eq!(reasons(&dropped), [(1, Exclusion::TimeZero), (2, Exclusion::TimeZero)]);
    assert!(caution(&dropped, CautionKind::TimeZeroDropped).is_some());
    let csv = "d0,dead,last\n2020-01-01,2020-01-01,2020-01-01\n2020-01-01,,2020-02-01\n";
    let os = derive_with(csv, OS, "{}", "[]", drop).expect("dates");
    assert_eq!((reasons(&os), os.time), (vec![(1, Exclusion::TimeZero)], vec![31.0]));
}

#[test]
fn status_values_without_censored() {
    let csv = "t,s\n1,1\n2,0\n3,2.0\n4,1.0\n,2\n5,\n6,Lost\n";
    let spec = r#"{"time": "t", "status": "s", "event": [1], "unit": "months"}"#;
    let endpoint = endpoint(csv, spec);
    assert_eq!((&endpoint.time, &endpoint.cause), (&vec![1.0, 2.0, 3.0, 4.0, 6.0], &vec![1, 0, 0, 1, 0]));
    assert_eq!(reasons(&endpoint), [(5, Exclusion::MissingTime), (6, Exclusion::MissingStatus)]);
    let values = endpoint.status_values.as_deref().expect("values");
    let values: Vec<_> = values.iter().map(|value| (value.value.as_str(), value.n, value.read_as.as_str())).collect();
    assert_eq!(values, [("0", 1, "censored"), ("1", 2, "event"), ("2", 2, "censored"), ("Lost", 1, "censored")]);
    let several = caution(&endpoint, CautionKind::SeveralCensoringValues).expect("several");
    assert_eq!(param(several, "values"), "0, 2, Lost");
    assert!(!endpoint.from_dates);
    assert_eq!(endpoint.unit.name(), "months");
}

#[test]
fn status_values_with_censored() {
    let spec = r#"{"time": "t", "status": "s", "events": {"relapse": [1], "death": [2, 3]}, "censored": [0, "alive"]}"#;
    let good = endpoint("t,s\n1,1\n2,0\n3,3\n4,alive\n", spec);
    assert_eq!(good.cause, [1, 0, 2, 0]);
    assert!(good.cautions.is_empty());
    let error = refused("t,s\n1,1\n2,Alive\n", spec);
    assert_eq!(place(&error), (ErrorKind::UnknownStatus, 2, 3, "s", "Alive"));
    assert_eq!(error.params["value"], "Alive");
    // Also in a row that has no time.
    assert_eq!(refused("t,s\n1,1\n,9\n", spec).kind, ErrorKind::UnknownStatus);
    let rare = endpoint("t,s\n1,1\n2,0\n", spec);
    let never = caution(&rare, CautionKind::EventNeverOccurs).expect("never");
    assert_eq!((param(never, "event"), param(never, "values")), ("death", "2, 3"));
}

#[test]
fn status_values_compare_as_numbers_or_as_text() {
    let cause =
        |csv: &str, event: &str| endpoint(csv, &format!(r#"{{"time": "t", "status": "s", "event": {event}}}"#)).cause;
    assert_eq!(cause("t,s\n1,1.0\n2,01\n3,1e0\n4,10\n", "1"), [1, 1, 1, 0]);
    assert_eq!(cause("t,s\n1,1\n2,0\n", r#""1.0""#), [1, 0]);
    assert_eq!(cause("t;s\n1,5;1,0\n2,5;0\n", "[1]"), [1, 0]);
    assert_eq!(cause("t;s\n1,5;1,0\n2,5;0\n", r#""1,0""#), [1, 0]);
    assert_eq!(cause("t,s\n1, dead \n2,Dead\n3,alive\n", r#""dead""#), [1, 0, 0]);
    assert_eq!(cause("t,s\n1,true\n2,false\n", "true"), [1, 0]);
}

#[test]
fn a_status_value_has_one_meaning() {
    let spec = r#"{"time": "t", "status": "s", "events": {"relapse": [1], "death": ["1.0"]}}"#;
    let error = derived("t,s\n1,1\n2,0\n", spec).expect_err("twice");
    assert_eq!(error.kind, ErrorKind::StatusValueTwice);
    assert_eq!((error.params["first"].as_str(), error.params["second"].as_str()), ("relapse", "death"));
    let spec = r#"{"time": "t", "status": "s", "event": [1, 2], "censored": [2]}"#;
    assert_eq!(derived("t,s\n1,1\n2,0\n", spec).expect_err("twice").kind, ErrorKind::StatusValueTwice);
}

#[test]
fn bad_times_name_their_place() {
    let spec = r#"{"time": "t", "status": "s", "event": 1}"#;
    let error = refused("t,s\n1,1\n\n-2,0\n", spec);
    assert_eq!(place(&error), (ErrorKind::NegativeTime, 2, 4, "t", "-2"));
    let error = refused("t,s\n1,1\n2 months,0\n", spec);
    assert_eq!(place(&error), (ErrorKind::BadCell, 2, 3, "t", "2 months"));
    let columns = r#"{"t": {"missing": "2 months"}}"#;
    let declared =
        derive_with("t,s\n1,1\n2 months,0\n", spec, columns, "[]", EndpointOptions::default()).expect("missing");
    assert_eq!(reasons(&declared), [(2, Exclusion::MissingTime)]);
    let columns = r#"{"t": {"type": "category"}}"#;
    let error = derive_with("t,s\n1,1\n", spec, columns, "[]", EndpointOptions::default()).expect_err("type");
    assert_eq!(error.kind, ErrorKind::WrongColumnType);
    let columns = r#"{"s": {"type": "category", "levels": [0, 1]}}"#;
    let good = derive_with("t,s\n1,1\n2,0\n", spec, columns, "[]", EndpointOptions::default()).expect("levels");
    assert_eq!(good.cause, [1, 0]);
    let columns = r#"{"s": {"type": "number"}}"#;
    let error = derive_with("t,s\n1,1\n2,x\n", spec, columns, "[]", EndpointOptions::default()).expect_err("bad");
    assert_eq!(place(&error), (ErrorKind::BadCell, 2, 3, "s", "x"));
}

const ENTRY: &str = r#"{"entry": "e", "time": "t", "status": "s", "event": 1, "id": "id"}"#;

#[test]
fn entry_before_time() {
    let csv = "id,e,t,s\na,0,5,0\na,5,8,1\nb,3,3,1\nc,,4,1\n,1,2,0\nd,0,0,1\n";
    let endpoint = endpoint(csv, ENTRY);
    assert_eq!((&endpoint.rows, &endpoint.time), (&vec![0, 1, 4], &vec![5.0, 8.0, 2.0]));
    assert_eq!((&endpoint.entry, &endpoint.cause), (&Some(vec![0.0, 5.0, 1.0]), &vec![0, 1, 0]));
    // Texts a, b, c and d; the row without an identifier is a patient of its own.
    assert_eq!(endpoint.id, Some(vec![0, 0, 4]));
    assert_eq!(caution(&endpoint, CautionKind::MissingId).expect("caution").rows, [5]);
    assert_eq!(
        reasons(&endpoint),
        [(3, Exclusion::EmptyInterval), (4, Exclusion::MissingEntry), (6, Exclusion::EmptyInterval)]
    );
    assert!(caution(&endpoint, CautionKind::OverlappingRows).is_none());
    let error = refused("id,e,t,s\na,6,5,0\n", ENTRY);
    assert_eq!(place(&error), (ErrorKind::EntryAfterTime, 1, 2, "e", "6"));
    assert_eq!((error.params["entry"].as_str(), error.params["time"].as_str()), ("6", "5"));
    assert_eq!(place(&refused("id,e,t,s\na,-1,5,0\n", ENTRY)), (ErrorKind::EntryAfterTime, 1, 2, "e", "-1"));
}

#[test]
fn rows_of_one_patient_that_overlap_are_said() {
    let csv = "id,e,t,s\na,4,8,1\na,0,5,0\nb,0,9,0\nb,1,2,0\nb,3,4,0\nc,0,1,0\nc,1,2,0\n";
    let endpoint = endpoint(csv, ENTRY);
    let overlap = caution(&endpoint, CautionKind::OverlappingRows).expect("caution");
    assert_eq!((param(overlap, "n"), &overlap.rows), ("3", &vec![1, 4, 5]));
}

#[test]
fn excluded_rows_are_read_by_nobody() {
    let csv = "t,s\n1,1\nx,0\n-3,9\n4,0\n";
    let spec = r#"{"time": "t", "status": "s", "event": 1, "censored": 0}"#;
    let exclude = r#"[{"row": 3, "reason": "typing error"}, {"row": 2, "reason": "duplicate"}, {"row": 2, "reason": "illegible"}]"#;
    let endpoint = derive_with(csv, spec, "{}", exclude, EndpointOptions::default()).expect("excluded");
    assert_eq!((&endpoint.rows, &endpoint.time), (&vec![0, 3], &vec![1.0, 4.0]));
    let notes: Vec<_> = endpoint.excluded.iter().map(|excluded| (excluded.row, excluded.note.as_deref())).collect();
    assert_eq!(notes, [(2, Some("duplicate; illegible")), (3, Some("typing error"))]);
    assert_eq!(endpoint.status_values.map(|values| values.len()), Some(2));
}

#[test]
fn every_row_is_accounted_for() {
    let csv = "id,d0,rec,dead,last\n1,,,,\n2,2020-01-01,,,\n3,2020-01-01,,,2020-01-02\n";
    let dfs = endpoint(csv, DFS);
    assert_eq!(dfs.rows.len() + dfs.excluded.len(), 3);
}

#[test]
fn awkward_names() {
    let csv = "\"time, in \"\"months\"\"\",décès (0/1)\n1,1\n2,0\n";
    let spec = r#"{"time": "time, in \"months\"", "status": "décès (0/1)", "events": {"décès toutes causes": 1}}"#;
    assert_eq!(endpoint(csv, spec).events, ["décès toutes causes"]);
}

#[test]
fn every_reason_has_words() {
    for language in
        [include_str!("../../../www/app/i18n/engine.en.json"), include_str!("../../../www/app/i18n/engine.fr.json")]
    {
        let words: serde_json::Value = serde_json::from_str(language).expect("words");
        for reason in Exclusion::ALL {
            assert!(words["reason"][reason.code()].is_string(), "{}", reason.code());
            assert_eq!(serde_json::to_value(reason).expect("json"), reason.code());
        }
    }
}

#[test]
fn the_demonstration_cohort() {
    let table =
        table::open(include_bytes!("../../../www/demo/lms_vc_synthetic.csv").as_slice(), "demo.csv").expect("demo");
    let cohort = Cohort::new(&table, &IndexMap::default(), &[]).expect("cohort");
    let derive_ = |events: &str| {
        let spec = format!(
            r#"{{"origin": "date_of_diagnosis", "events": {events}, "censor": "date_of_last_follow_up", "unit": "months"}}"#
        );
        derive(&cohort, "X", &serde_json::from_str(&spec).expect("spec"), &EndpointOptions::default()).expect("derived")
    };
    let count = |endpoint: &Endpoint| endpoint.cause.iter().filter(|&&cause| cause > 0).count();
    let os = derive_(r#"{"death": "date_of_death"}"#);
    assert_eq!((os.rows.len(), count(&os)), (41, 22));
    let dfs = derive_(r#"{"recurrence": "date_of_recurrence", "death": "date_of_death"}"#);
    assert_eq!((dfs.rows.len(), count(&dfs)), (41, 33));
    assert!(os.cautions.is_empty() && dfs.cautions.is_empty(), "{:?}", (os.cautions, dfs.cautions));
    assert!(dfs.excluded.is_empty() && dfs.listed.is_empty());
}

/// Days from 2020-01-01: 31 is 1 February, 60 is 1 March, 121 is 1 May, 152 is 1 June.
#[test]
fn an_event_counts_where_its_condition_holds() {
    let spec = r#"{"origin": "d0", "censor": "last", "events": [
        {"name": "cancer death", "date": "dead", "when": {"column": "cause", "in": ["cancer", 1]}}, {"name": "recurrence", "date": "rec"}]}"#;
    let csv = "d0,rec,dead,cause,last\n\
               2020-01-01,,2020-03-01,cancer,2020-03-01\n\
               2020-01-01,,2020-03-01,stroke,2020-03-01\n\
               2020-01-01,,2020-03-01,,2020-03-01\n\
               2020-01-01,2020-02-01,2020-03-01,,2020-03-01\n\
               2020-01-01,,2020-03-01,1.0,2020-05-01\n\
               2020-01-01,,,,2020-06-01\n";
    let found = endpoint(csv, spec);
    // Row 3 might end by the event or not; row 4 ends before, whatever its cause; row 6 has no event to judge.
    assert_eq!(found.rows, [0, 1, 3, 4, 5]);
    assert_eq!(found.time, [60.0, 60.0, 31.0, 60.0, 152.0]);
    assert_eq!(found.cause, [1, 0, 2, 1, 0]);
    assert_eq!(reasons(&found), [(3, Exclusion::MissingCondition)]);
    let misspelt = spec.replace("cancer\", 1", "cancre\"");
    assert_eq!(derived(csv, &misspelt).expect_err("cancre").kind, ErrorKind::BadOption);
}

#[test]
fn of_several_origins_the_earliest_begins() {
    let spec = r#"{"origin": ["op", "chemo"], "events": {"death": "dead"}, "censor": "last"}"#;
    let csv = "op,chemo,dead,last\n\
               2020-02-01,2020-01-01,,2020-03-01\n\
               2020-02-01,,2020-03-01,2020-03-01\n\
               ,2020-02-01,,2020-03-01\n\
               2020-02-01,2020-02-01,,2020-03-01\n\
               ,,,2020-03-01\n";
    let found = endpoint(csv, spec);
    assert_eq!((found.rows.as_slice(), found.time.as_slice()), (&[0, 1, 2, 3][..], &[60.0, 29.0, 29.0, 29.0][..]));
    assert_eq!(reasons(&found), [(5, Exclusion::NoOrigin)]);
    assert_eq!(caution(&found, CautionKind::OriginChosen).expect("caution").params["origins"], "op: 2, chemo: 2");
    let late = "op,chemo,dead,last\n2020-02-01,2020-03-01,2020-01-31,2020-04-01\n";
    let error = derived(late, spec).expect_err("before");
    assert_eq!((error.kind, error.params["origin_column"].as_str()), (ErrorKind::DateBeforeOrigin, "op"));
}

#[test]
fn months_by_the_calendar() {
    let csv = "d0,dead,last\n\
               2020-01-31,,2020-02-29\n\
               2020-01-31,,2020-03-15\n\
               2019-03-10,,2020-03-10\n\
               2020-01-15,,2020-01-15\n\
               2020-02-29,,2021-08-30\n";
    let of = |unit: &str| {
        let options = EndpointOptions { month_rule: MonthRule::Calendar, ..EndpointOptions::default() };
        derive_with(csv, &OS.replace("days", unit), "{}", "[]", options).expect("calendar").time
    };
    // 29 February is the first anniversary of 31 January, 31 March the second: 15 days of 31. From 29 February 2020: the 18th is
    // 29 August 2021, then 1 day of 31.
    assert_eq!(of("months"), [1.0, 1.0 + 15.0 / 31.0, 12.0, 0.0, 18.0 + 1.0 / 31.0]);
    // 28 February 2021 to 28 February 2022 is 365 days, 30 August the 183rd.
    assert_eq!(of("years")[2..], [1.0, 0.0, 1.0 + 183.0 / 365.0]);
    assert_eq!(of("days")[2], 366.0);
    assert_eq!(of("weeks")[2], 366.0 / 7.0);
}

#[test]
fn a_status_that_looks_inverted() {
    let of = |csv: &str, event: &str| {
        let spec = format!(r#"{{"time": "t", "status": "s", "event": {event}}}"#);
        caution(&endpoint(csv, &spec), CautionKind::InvertedStatus).map(|caution| caution.params["sign"].clone())
    };
    // Three events, two censorings, and the three longest are events; as 0 is the event, two of five and no alarm.
    let csv = "t,s\n9,1\n2,0\n8,1\n1,0\n7,1\n";
    assert_eq!(of(csv, "1").as_deref(), Some("≥ 7"));
    assert_eq!(of(csv, "0"), None);
    // A censoring among the longest, or tied with the last of them.
    assert_eq!(of("t,s\n9,1\n2,0\n8,0\n1,1\n7,1\n", "1"), None);
    assert_eq!(of("t,s\n9,1\n7,0\n8,1\n1,0\n7,1\n", "1"), None);
    // Everybody has the event: nothing can be swapped with it. A row without a time is no censoring.
    assert_eq!(of("t,s\n9,1\n8,1\n7,1\n", "1"), None);
    let complete: String = (1..=40).map(|t| format!("{t},1\n")).collect();
    assert_eq!(of(&format!("t,s\n{complete}"), "1"), None);
    assert_eq!(of(&format!("t,s\n{complete},0\n"), "1"), None);
    assert_eq!(of(&format!("t,s\n{complete}0.5,0\n"), "1").as_deref(), Some("≥ 37"));
    // A word that says the contrary.
    assert_eq!(of("t,s\n9,alive\n2,dead\n8,alive\n", r#""alive""#).as_deref(), Some("alive = event"));
    assert_eq!(of("t,s\n9,alive\n2,dead\n8,alive\n", r#""dead""#), None);
}
