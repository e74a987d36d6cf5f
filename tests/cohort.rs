//! Columns and endpoints (the study contract: "Columns", "Bad cells", "Endpoints by …"; its letters are cited), each sentence by a
//! table small enough to work by hand.

use riskset::cohort::{
    Cohort, ColumnSpec, Endpoint, EndpointOptions, EndpointSpec, ExcludedRow, Exclusion, MonthRule, TimeZero, derive,
};
use riskset::error::{Caution, Error};
use riskset::hashing::IndexMap;
use riskset::table::{ColumnType, Table};
use serde_json::{Value, json};

fn table(text: &str) -> Table {
    riskset::table::open(text.as_bytes(), "t.csv").expect("a table")
}

fn specs(json: Value) -> IndexMap<String, ColumnSpec> {
    serde_json::from_value(json).expect("declared columns")
}

fn endpoint(json: Value) -> EndpointSpec {
    serde_json::from_value(json).expect("an endpoint")
}

/// Derives `spec` on `text` with declared columns and excluded rows.
fn with(text: &str, columns: Value, exclude: Value, spec: Value, options: &EndpointOptions) -> Result<Endpoint, Error> {
    let (table, columns) = (table(text), specs(columns));
    let exclude: Vec<ExcludedRow> = serde_json::from_value(exclude).expect("excluded rows");
    let cohort = Cohort::new(&table, &columns, &exclude).expect("a cohort");
    derive(&cohort, "E", &endpoint(spec), options)
}

fn derived(text: &str, spec: Value) -> Endpoint {
    with(text, json!({}), json!([]), spec, &EndpointOptions::default()).expect("an endpoint")
}

fn failed(text: &str, spec: Value) -> Error {
    with(text, json!({}), json!([]), spec, &EndpointOptions::default()).expect_err("an error")
}

/// Code, row, line, column and cell of an error.
fn place(error: &Error) -> (&str, Option<usize>, Option<usize>, Option<&str>, Option<&str>) {
    let at = &error.position;
    assert_eq!(at.file.as_deref(), Some("t.csv"));
    (error.kind.code(), at.row, at.line, at.column.as_deref(), at.cell.as_deref())
}

/// Row, time and cause of each row that has the endpoint.
fn rows(endpoint: &Endpoint) -> Vec<(usize, f64, u32)> {
    let rows = endpoint.rows.iter().zip(&endpoint.time).zip(&endpoint.cause);
    rows.map(|((&row, &time), &cause)| (row + 1, time, cause)).collect()
}

fn excluded(endpoint: &Endpoint) -> Vec<(usize, usize, Exclusion)> {
    endpoint.excluded.iter().map(|excluded| (excluded.row, excluded.line, excluded.reason)).collect()
}

fn codes(endpoint: &Endpoint) -> Vec<&str> {
    endpoint.cautions.iter().map(|caution| caution.kind.code()).collect()
}

fn caution(endpoint: &Endpoint, code: &str) -> Caution {
    endpoint.cautions.iter().find(|caution| caution.kind.code() == code).cloned().unwrap_or_else(|| panic!("no {code}"))
}

const HEADER: &str = "o,r,d,l\n";

fn dates(rows: &str) -> String {
    format!("{HEADER}{rows}")
}

fn os() -> Value {
    json!({"origin": "o", "events": {"death": "d"}, "censor": "l"})
}

fn dfs() -> Value {
    json!({"origin": "o", "events": {"recurrence": "r", "death": "d"}, "censor": "l"})
}

// ---- Endpoints by dates

#[test]
fn a_calendar_days_without_the_time_of_day() {
    // 29 February counts; 23:59 and 00:01 are whole days apart.
    let text = dates("2020-02-28 23:59,,2020-03-01 00:01,2020-03-01\n2019-02-28,,,2019-03-01T12:00:00Z\n");
    assert_eq!(rows(&derived(&text, os())), [(1, 2.0, 1), (2, 1.0, 0)]);
}

#[test]
fn a_partial_dates_are_errors_unless_declared() {
    let text = dates("2020-01-10,,2020-03,2020-05-01\n2020-01-10,,2021,2021-12-31\n");
    let error = failed(&text, os());
    assert_eq!(place(&error), ("partial_date", Some(1), Some(2), Some("d"), Some("2020-03")));
    let mid = json!({"d": {"type": "date", "partial": "mid"}});
    let found = with(&text, mid, json!([]), os(), &EndpointOptions::default()).expect("an endpoint");
    // 10 January to 15 March 2020: 21 + 29 + 15; to 1 July 2021: 366 − 9 + 181 = 538.
    assert_eq!(rows(&found), [(1, 65.0, 1), (2, 538.0, 1)]);
    let partial = caution(&found, "partial_dates");
    assert_eq!((partial.params["n"].as_str(), partial.params["name"].as_str()), ("2", "d"));
}

#[test]
fn a_cell_that_is_no_date_names_itself_and_leaves_other_endpoints_alone() {
    let text = dates("2020-01-10,2020-02-30,,2020-05-01\n");
    assert_eq!(place(&failed(&text, dfs())), ("bad_cell", Some(1), Some(2), Some("r"), Some("2020-02-30")));
    assert_eq!(rows(&derived(&text, os())), [(1, 112.0, 0)]);
    // Among full dates the odd one is named, not the first.
    let text = dates("10/01/2020,,,01/05/2020\n25/01/2020,,,31/12/2020\n2020-01-01,,,13/12/2020\n");
    assert_eq!(place(&failed(&text, os())), ("bad_cell", Some(3), Some(4), Some("o"), Some("2020-01-01")));
}

#[test]
fn a_ambiguous_dates_are_refused() {
    let error = failed("o,d,l\n01/02/2020,,2021-01-01\n03/04/2020,,2021-01-01\n", os());
    assert_eq!(place(&error), ("ambiguous_date", None, None, Some("o"), None));
    assert_eq!(error.params["formats"], "d/m/y, m/d/y");
}

#[test]
fn a_years_of_two_digits_and_times_of_day_are_told_with_the_endpoint() {
    // 2020-01-13 to 2020-05-14: 122 days; 1999-12-31 to 2000-01-14: 14.
    let text = "o,d,l\n13/01/20 08:30,,14/05/2020\n31/12/99,,14/01/2000\n";
    let found = derived(text, os());
    assert_eq!(rows(&found), [(1, 122.0, 0), (2, 14.0, 0)]);
    let years = caution(&found, "two_digit_years");
    assert_eq!(
        (years.rows, years.params["first"].as_str(), years.params["last"].as_str()),
        (vec![1, 2], "1930", "2029")
    );
    assert_eq!(caution(&found, "times_dropped").rows, [1]);
    let declared = json!({"o": {"pivot": 1930}});
    let found = with(text, declared, json!([]), os(), &EndpointOptions::default()).expect("an endpoint");
    assert!(!codes(&found).contains(&"two_digit_years"));
}

#[test]
fn b_no_origin_excludes() {
    let found = derived(&dates(",,2020-02-01,2020-02-01\n2020-01-01,,2020-02-01,2020-02-01\n"), os());
    assert_eq!(excluded(&found), [(1, 2, Exclusion::NoOrigin)]);
    assert_eq!(rows(&found), [(2, 31.0, 1)]);
    assert!(found.from_dates);
}

#[test]
fn c_a_date_before_the_origin_is_an_error() {
    for (row, column, cell) in [
        ("2020-01-02,2020-01-01,,2020-03-01", "r", "2020-01-01"),
        ("2020-01-02,2020-02-01,2019-12-31,2020-03-01", "d", "2019-12-31"),
        ("2020-01-02,2020-02-01,,2020-01-01", "l", "2020-01-01"),
    ] {
        let error = failed(&dates(&format!("2020-01-01,,,2020-01-01\n\n{row}\n")), dfs());
        assert_eq!(place(&error), ("date_before_origin", Some(2), Some(4), Some(column), Some(cell)));
        assert_eq!((error.params["origin"].as_str(), error.params["origin_column"].as_str()), ("2020-01-02", "o"));
    }
    // The same day is no error: it is time 0.
    let found = derived(&dates("2020-01-01,,2020-01-01,2020-01-01\n"), os());
    assert_eq!(rows(&found), [(1, 0.0, 1)]);
}

#[test]
fn d_the_cutoff_if_earlier() {
    let spec = json!({"origin": "o", "events": {"death": "d"}, "censor": "l", "cutoff": "2020-01-31"});
    let text = dates(
        "2020-01-01,,,2020-06-01\n2020-01-01,,,2020-01-11\n2020-01-01,,2020-01-31,2020-06-01\n\
         2020-01-01,,2020-02-01,2020-06-01\n2020-02-01,,,2020-06-01\n2020-01-31,,,2020-06-01\n2020-01-01,,2020-02-01,2020-01-11\n",
    );
    let found = derived(&text, spec.clone());
    assert_eq!(rows(&found), [(1, 30.0, 0), (2, 10.0, 0), (3, 30.0, 1), (4, 30.0, 0), (6, 0.0, 0), (7, 10.0, 0)]);
    assert_eq!(excluded(&found), [(5, 6, Exclusion::AfterCutoff)]);
    // An event after C is listed, whichever of the two C is.
    let late = caution(&found, "event_after_censor");
    assert_eq!(late.rows, [4, 7]);
    assert_eq!((late.params["counted"].as_str(), late.params["otherwise"].as_str()), ("1", "3"));
    // After the cut-off nothing counts, whatever `late_events` says.
    for late_events in ["count", "error"] {
        let mut spec = spec.clone();
        spec["late_events"] = json!(late_events);
        assert_eq!(rows(&derived(&text, spec)), rows(&found));
    }
    // Without a censoring column everybody is followed to the cut-off.
    let found = derived(&text, json!({"origin": "o", "events": {"death": "d"}, "cutoff": "2020-01-31"}));
    assert_eq!(rows(&found), [(1, 30.0, 0), (2, 30.0, 0), (3, 30.0, 1), (4, 30.0, 0), (6, 0.0, 0), (7, 30.0, 0)]);
}

#[test]
fn e_no_censoring_date() {
    let text = dates("2020-01-01,2020-01-21,2020-01-11,\n2020-01-01,,,\n2020-01-01,,,2020-01-02\n");
    let found = derived(&text, dfs());
    assert_eq!(rows(&found), [(1, 10.0, 2), (3, 1.0, 0)]);
    assert_eq!(excluded(&found), [(2, 3, Exclusion::NoEnd)]);
    assert_eq!(caution(&found, "no_censor_date").rows, [1]);
    // A cut-off does not stand in for a missing date of last news.
    let mut spec = os();
    spec["cutoff"] = json!("2020-01-31");
    let text = dates("2020-01-01,,,\n2020-01-01,,2020-02-11,\n2020-01-01,,2020-01-11,\n");
    let found = derived(&text, spec);
    assert_eq!(rows(&found), [(2, 30.0, 0), (3, 10.0, 1)]);
    assert_eq!(excluded(&found), [(1, 2, Exclusion::NoEnd)]);
}

#[test]
fn f_events_after_the_censoring_date() {
    let text = dates("2020-01-01,,2020-01-31,2020-01-11\n2020-01-01,,2020-01-11,2020-01-11\n2020-01-01,,,2020-01-11\n");
    let found = derived(&text, os());
    assert_eq!(rows(&found), [(1, 10.0, 0), (2, 10.0, 1), (3, 10.0, 0)]);
    let late = caution(&found, "event_after_censor");
    assert_eq!(late.rows, [1]);
    assert_eq!(
        (late.params["n"].as_str(), late.params["counted"].as_str(), late.params["otherwise"].as_str()),
        ("1", "1", "2")
    );

    let mut spec = os();
    spec["late_events"] = json!("count");
    let found = derived(&text, spec.clone());
    assert_eq!(rows(&found), [(1, 30.0, 1), (2, 10.0, 1), (3, 10.0, 0)]);
    assert_eq!(codes(&found), ["event_after_censor_counted"]);
    let counted = caution(&found, "event_after_censor_counted");
    assert_eq!((counted.params["counted"].as_str(), counted.params["otherwise"].as_str()), ("2", "1"));

    spec["late_events"] = json!("error");
    let error = failed(&text, spec);
    assert_eq!(place(&error), ("event_after_censor", Some(1), Some(2), Some("d"), Some("2020-01-31")));
    assert_eq!(error.params["censor"], "2020-01-11");
}

#[test]
fn f_a_late_event_behind_the_one_that_counts_is_listed_as_not_counted() {
    let text = dates("2020-01-01,2020-01-11,2020-02-20,2020-01-31\n");
    for late_events in ["censor", "count"] {
        let mut spec = dfs();
        spec["late_events"] = json!(late_events);
        let found = derived(&text, spec);
        assert_eq!(rows(&found), [(1, 10.0, 1)]);
        assert_eq!(codes(&found), ["event_after_censor"]);
        let late = caution(&found, "event_after_censor");
        assert_eq!((late.params["counted"].as_str(), late.params["otherwise"].as_str()), ("1", "1"));
    }
}

#[test]
fn f_a_row_without_the_endpoint_is_not_listed_as_late() {
    let text = "o,d,l,e\n2020-01-01,2020-01-31,2020-01-11,\n2020-01-01,,2020-01-11,2020-01-02\n";
    let found = derived(text, json!({"origin": "o", "events": {"death": "d"}, "censor": "l", "entry": "e"}));
    assert_eq!(excluded(&found), [(1, 2, Exclusion::MissingEntry)]);
    assert_eq!(codes(&found), Vec::<&str>::new());
}

#[test]
fn g_the_earliest_event_and_on_one_day_the_first_named() {
    let text = dates("2020-01-01,2020-01-21,2020-01-31,2020-01-31\n2020-01-01,2020-01-31,2020-01-31,2020-01-31\n");
    assert_eq!(rows(&derived(&text, dfs())), [(1, 20.0, 1), (2, 30.0, 1)]);
    let other = json!({"origin": "o", "events": {"death": "d", "recurrence": "r"}, "censor": "l"});
    let found = derived(&text, other);
    assert_eq!(found.events, ["death", "recurrence"]);
    assert_eq!(rows(&found), [(1, 20.0, 2), (2, 30.0, 1)]);
    let list = json!({"origin": "o", "censor": "l",
        "events": [{"name": "death", "date": "d"}, {"name": "recurrence", "date": "r"}]});
    assert_eq!(rows(&derived(&text, list)), rows(&found));
}

#[test]
fn g_what_is_dated_after_death_never_counts_and_is_listed() {
    let text = dates("2020-01-01,2020-01-31,2020-01-21,2020-01-31\n2020-01-01,2020-01-21,2020-01-21,2020-01-21\n");
    for late_events in ["censor", "count"] {
        let mut spec = dfs();
        spec["late_events"] = json!(late_events);
        let found = derived(&text, spec);
        assert_eq!(rows(&found), [(1, 20.0, 2), (2, 20.0, 1)]);
        assert_eq!(codes(&found), ["event_after_death"]);
        assert_eq!(caution(&found, "event_after_death").rows, [1]);
    }
    // The French word is understood; without a death among the events nothing can be after it.
    let french = json!({"origin": "o", "events": {"récidive": "r", "Décès": "d"}, "censor": "l"});
    assert_eq!(codes(&derived(&text, french)), ["event_after_death"]);
    assert_eq!(codes(&derived(&text, json!({"origin": "o", "events": {"a": "r", "b": "d"}, "censor": "l"}))), [""; 0]);
}

#[test]
fn h_entry_may_be_a_date() {
    let spec = json!({"origin": "o", "events": {"death": "d"}, "censor": "l", "entry": "e"});
    let text = "o,d,l,e\n2020-01-01,,2020-01-31,2020-01-11\n2020-01-01,2020-01-11,2020-01-11,2020-01-11\n2020-01-01,,2020-01-31,\n\
                2020-01-01,2020-01-06,2020-01-06,2020-01-01\n";
    let found = derived(text, spec.clone());
    assert_eq!(rows(&found), [(1, 30.0, 0), (4, 5.0, 1)]);
    assert_eq!(found.entry, Some(vec![10.0, 0.0]));
    assert_eq!(excluded(&found), [(2, 3, Exclusion::EmptyInterval), (3, 4, Exclusion::MissingEntry)]);
    for (entry, code) in [("2019-12-31", "date_before_origin"), ("2020-02-01", "entry_after_time")] {
        let error = failed(&format!("o,d,l,e\n2020-01-01,,2020-01-31,{entry}\n"), spec.clone());
        assert_eq!(place(&error), (code, Some(1), Some(2), Some("e"), Some(entry)));
    }
}

#[test]
fn units_are_whole_days_divided_once() {
    // Rule 14: 2020-01-01 to 2022-01-01 is 731 days.
    for (unit, days) in [("days", 1.0), ("weeks", 7.0), ("months", 30.4375), ("years", 365.25)] {
        let mut spec = os();
        spec["unit"] = json!(unit);
        assert_eq!(rows(&derived(&dates("2020-01-01,,,2022-01-01\n"), spec)), [(1, 731.0 / days, 0)]);
    }
}

#[test]
fn one_column_may_be_both_event_and_censoring() {
    let found = derived(
        "o,d\n2020-01-01,2020-01-11\n2020-01-01,\n",
        json!({"origin": "o", "events": {"death": "d"}, "censor": "d"}),
    );
    assert_eq!(rows(&found), [(1, 10.0, 1)]);
    assert_eq!(excluded(&found), [(2, 3, Exclusion::NoEnd)]);
}

// ---- Endpoints by time and status

fn x() -> Value {
    json!({"time": "t", "status": "s", "event": [1]})
}

#[test]
fn statuses_compare_as_numbers_else_as_trimmed_case_sensitive_text() {
    let text = "t,s\n1,1\n2,1.0\n3,01\n4, 1 \n5,0\n6,1e0\n";
    let causes: Vec<u32> = derived(text, x()).cause;
    assert_eq!(causes, [1, 1, 1, 1, 0, 1]);
    let text = "t,s\n1,dead\n2,Dead\n3, dead \n4,alive\n";
    let found = derived(text, json!({"time": "t", "status": "s", "event": "dead"}));
    assert_eq!(found.cause, [1, 0, 1, 0]);
    assert_eq!(found.events, ["event"]);
    // As text in the study, or with a decimal comma in the file.
    assert_eq!(derived("t;s\n1,5;1,50\n2,5;0\n", json!({"time": "t", "status": "s", "event": ["1.50"]})).cause, [1, 0]);
}

#[test]
fn with_censored_another_value_is_an_error() {
    let spec = json!({"time": "t", "status": "s", "events": {"relapse": [1], "death": [2, "3"]}, "censored": [0]});
    let found = derived("t,s\n1,0\n2,1\n3,2\n4,3\n", spec.clone());
    assert_eq!(found.cause, [0, 1, 2, 2]);
    let error = failed("t,s\n1,0\n2,1\n3,x\n4,2\n", spec);
    assert_eq!(place(&error), ("unknown_status", Some(3), Some(4), Some("s"), Some("x")));
}

#[test]
fn without_censored_the_reading_is_reported() {
    let found = derived(
        "t,s\n1,0\n2,1\n3,2\n4,1\n5,lost\n",
        json!({"time": "t", "status": "s", "events": {"a": [1], "b": [7]}}),
    );
    assert_eq!(
        json!(found.status_values),
        json!([
            {"value": "0", "n": 1, "read_as": "censored"},
            {"value": "1", "n": 2, "read_as": "a"},
            {"value": "2", "n": 1, "read_as": "censored"},
            {"value": "lost", "n": 1, "read_as": "censored"},
        ])
    );
    let mut cautions = codes(&found);
    cautions.sort_unstable();
    assert_eq!(cautions, ["event_never_occurs", "several_censoring_values"]);
    assert_eq!(caution(&found, "event_never_occurs").params["event"], "b");
    assert_eq!(caution(&found, "several_censoring_values").params["values"], "0, 2, lost");
    assert_eq!(codes(&derived("t,s\n1,0\n2,1\n", x())), [""; 0]);
}

#[test]
fn a_missing_time_or_status_excludes() {
    let found = derived("t,s\n,1\n2,NA\n3,1\n.,\n", x());
    assert_eq!(rows(&found), [(3, 3.0, 1)]);
    assert_eq!(
        excluded(&found),
        [(1, 2, Exclusion::MissingTime), (2, 3, Exclusion::MissingStatus), (4, 5, Exclusion::MissingTime)]
    );
}

#[test]
fn entry_by_time() {
    let spec = json!({"entry": "e", "time": "t", "status": "s", "event": [1]});
    let found = derived("e,t,s\n0,5,1\n5,5,1\n,4,0\n2,7,0\n", spec.clone());
    assert_eq!(rows(&found), [(1, 5.0, 1), (4, 7.0, 0)]);
    assert_eq!(found.entry, Some(vec![0.0, 2.0]));
    assert_eq!(excluded(&found), [(2, 3, Exclusion::EmptyInterval), (3, 4, Exclusion::MissingEntry)]);
    for (row, cell) in [("6,5,1", "6"), ("-1,5,1", "-1"), ("6,5,", "6"), ("-1,,1", "-1")] {
        let error = failed(&format!("e,t,s\n0,1,0\n{row}\n"), spec.clone());
        assert_eq!(place(&error), ("entry_after_time", Some(2), Some(3), Some("e"), Some(cell)), "{row}");
    }
}

#[test]
fn a_negative_or_non_numeric_time_is_an_error_even_without_a_status() {
    for (cell, code) in [("-0.5", "negative_time"), ("abc", "bad_cell"), ("1 00", "bad_cell"), ("inf", "bad_cell")] {
        for status in ["1", ""] {
            let error = failed(&format!("t,s\n1,1\n{cell},{status}\n"), x());
            assert_eq!(place(&error), (code, Some(2), Some(3), Some("t"), Some(cell)));
        }
    }
    let minus_zero = derived("t,s\n-0,1\n", x());
    assert!(minus_zero.time[0].is_sign_positive());
}

#[test]
fn time_zero_kept_or_dropped() {
    // Rule 15.
    let text = "t,s\n0,1\n0.0,0\n3,1\n";
    let kept = derived(text, x());
    assert_eq!(rows(&kept), [(1, 0.0, 1), (2, 0.0, 0), (3, 3.0, 1)]);
    assert_eq!(caution(&kept, "time_zero_kept").rows, [1, 2]);
    let drop = EndpointOptions { time_zero: TimeZero::Drop, month_rule: MonthRule::Days };
    let dropped = with(text, json!({}), json!([]), x(), &drop).expect("an endpoint");
    assert_eq!(rows(&dropped), [(3, 3.0, 1)]);
    assert_eq!(excluded(&dropped), [(1, 2, Exclusion::TimeZero), (2, 3, Exclusion::TimeZero)]);
    assert_eq!(caution(&dropped, "time_zero_dropped").rows, [1, 2]);
}

#[test]
fn ids_are_codes_and_a_row_without_one_is_a_patient_of_its_own() {
    let spec = json!({"entry": "e", "time": "t", "status": "s", "event": [1], "id": "p"});
    let found = derived("p,e,t,s\nA,0,1,0\n,0,1,0\nA,1,2,1\n,0,3,1\nB,0,1,0\n", spec);
    let id = found.id.expect("codes");
    for (i, j) in (0..5).flat_map(|i| (0..i).map(move |j| (i, j))) {
        assert_eq!(id[i] == id[j], (i, j) == (2, 0), "rows {i} and {j}");
    }
}

// ---- Declarations that are refused

fn refused(json: Value, part: &str) {
    let message = serde_json::from_value::<EndpointSpec>(json.clone()).expect_err("a refusal").to_string();
    assert!(message.contains(part), "{json}: {message}");
}

#[test]
fn shapes_that_are_refused() {
    refused(json!({"events": {"a": "b"}}), "`origin`");
    refused(json!({"origin": "o", "events": {"a": "b"}}), "`censor`");
    refused(json!({"origin": "o", "censor": "c"}), "`events`");
    refused(json!({"origin": "o", "censor": "c", "events": {}}), "`events`");
    refused(json!({"origin": "o", "censor": "c", "events": {"a": [1]}}), "name of one column");
    refused(json!({"origin": "o", "events": {"a": "b"}, "cutoff": "2020-01"}), "`cutoff` is a day");
    refused(json!({"origin": "o", "events": {"a": "b"}, "censor": "c", "event": [1]}), "`event`");
    refused(json!({"origin": "o", "events": {"a": "b"}, "censor": "c", "late_events": "drop"}), "drop");
    refused(json!({"origin": "o", "events": {"a": "b"}, "time": "t", "status": "s"}), "`origin`");
    refused(json!({"status": "s", "event": 1}), "`time`");
    refused(json!({"time": "t", "event": 1}), "`status`");
    refused(json!({"time": "t", "status": "s"}), "`event`");
    refused(json!({"time": "t", "status": "s", "event": []}), "`event`");
    refused(json!({"time": "t", "status": "s", "event": 1, "events": {"a": 2}}), "do not go together");
    refused(json!({"time": "t", "status": "s", "event": [[1]]}), "expected a value");
    refused(json!({"time": "t", "status": "s", "event": 1, "unit": "minutes"}), "minutes");
    refused(json!({"time": "t", "status": "s", "event": 1, "wieght": "w"}), "wieght");
}

#[test]
fn one_status_value_has_one_meaning() {
    for spec in [
        json!({"time": "t", "status": "s", "events": {"a": [1], "b": [1]}}),
        json!({"time": "t", "status": "s", "event": [1], "censored": [1]}),
        json!({"time": "t", "status": "s", "events": {"a": [1], "b": ["1.0"]}}),
        json!({"time": "t", "status": "s", "event": ["01"], "censored": [1]}),
    ] {
        assert_eq!(failed("t,s\n1,1\n2,0\n", spec).kind.code(), "status_value_twice");
    }
}

#[test]
fn names_that_are_refused() {
    for name in ["1", "-12", "007"] {
        refused(json!({"time": "t", "status": "s", "events": {name: 1}}), "looks like a whole number");
        refused(
            json!({"origin": "o", "censor": "c", "events": [{"name": name, "date": "b"}]}),
            "looks like a whole number",
        );
    }
    let twice = r#"{"origin": "o", "censor": "c", "events": {"a": "b", "a": "c"}}"#;
    assert!(serde_json::from_str::<EndpointSpec>(twice).expect_err("twice").to_string().contains("stands twice"));
    for name in ["décès", "2nd relapse", "a \"b\"", "__proto__", "🫀"] {
        let spec = endpoint(json!({"origin": "o", "censor": "c", "events": {name: "b"}}));
        assert_eq!(serde_json::to_value(&spec).expect("json")["events"][name], "b");
    }
}

#[test]
fn the_echo_of_an_endpoint_reads_back() {
    for spec in [
        os(),
        json!({"origin": "o", "events": {"z": "x", "a": "y"}, "cutoff": "2020-01-31", "late_events": "error", "entry": "e", "id": "i",
               "label": "L", "unit": "years"}),
        json!({"entry": "e", "time": "t", "status": "s", "event": [1, "dead", true], "id": "i"}),
        json!({"time": "t", "status": "s", "events": {"b": [1], "a": 2}, "censored": [0, "x"], "unit": "weeks"}),
    ] {
        let read = endpoint(spec);
        let echo = serde_json::to_value(&read).expect("json");
        assert!(echo["unit"].is_string());
        assert_eq!(endpoint(echo), read);
    }
}

// ---- Columns, bad cells, excluded rows

const GRADES: &str = "g,n\nG2,10\nG10,9\nNA,2\n G2 ,1.0\nUnknown,1\n";

fn category(text: &str, columns: Value, name: &str) -> Result<(Vec<String>, Vec<Option<u32>>), Error> {
    let (table, columns) = (table(text), specs(columns));
    let cohort = Cohort::new(&table, &columns, &[]).expect("a cohort");
    cohort.category(name).map(|category| (category.levels.clone(), category.codes.clone()))
}

#[test]
fn levels_in_numeric_or_code_point_order() {
    let (levels, codes) = category(GRADES, json!({}), "g").expect("a category");
    assert_eq!(levels, ["G10", "G2", "Unknown"]);
    assert_eq!(codes, [Some(1), Some(0), None, Some(1), Some(2)]);
    let (levels, codes) = category(GRADES, json!({}), "n").expect("a category");
    assert_eq!(levels, ["1", "2", "9", "10"]);
    assert_eq!(codes, [Some(3), Some(2), Some(1), Some(0), Some(0)]);
}

#[test]
fn declared_levels_and_missing_values() {
    let columns = json!({"g": {"levels": ["G2", "G10", "G3"], "missing": ["Unknown"]}, "n": {"levels": [10, "9.0", 2, 1], "missing": [1]}});
    let (levels, codes) = category(GRADES, columns.clone(), "g").expect("a category");
    assert_eq!(levels, ["G2", "G10", "G3"]);
    assert_eq!(codes, [Some(0), Some(1), None, Some(0), None]);
    let (levels, codes) = category(GRADES, columns, "n").expect("a category");
    assert_eq!(levels, ["10", "9", "2", "1"]);
    assert_eq!(codes, [Some(0), Some(1), Some(2), None, None]);
    let error = category(GRADES, json!({"g": {"levels": ["G2", "G10"]}}), "g").expect_err("an error");
    assert_eq!(place(&error), ("unknown_level", Some(5), Some(6), Some("g"), Some("Unknown")));
    assert_eq!(error.params["levels"], "G2, G10");
}

#[test]
fn levels_that_are_refused() {
    for (levels, part) in [
        (json!([]), "no level"),
        (json!(["a", "a"]), "stands twice"),
        (json!([1, "1.0"]), "stands twice"),
        (json!([null]), "expected a value"),
    ] {
        let message =
            serde_json::from_value::<ColumnSpec>(json!({"levels": levels})).expect_err("a refusal").to_string();
        assert!(message.contains(part), "{message}");
    }
    for json in [json!({"partial": "start"}), json!({"type": "integer"}), json!({"levles": ["a"]})] {
        assert!(serde_json::from_value::<ColumnSpec>(json).is_err());
    }
}

#[test]
fn a_cell_must_fit_the_declared_type_whatever_the_column_is_used_for() {
    let text = "a,d\n1,2020-01-01\nx,2020-01-02\n1,soon\n";
    let number = category(text, json!({"a": {"type": "number"}}), "a").expect_err("an error");
    assert_eq!(place(&number), ("bad_cell", Some(2), Some(3), Some("a"), Some("x")));
    let date = category(text, json!({"d": {"type": "date"}}), "d").expect_err("an error");
    assert_eq!(place(&date), ("bad_cell", Some(3), Some(4), Some("d"), Some("soon")));
    assert!(category(text, json!({"a": {"type": "number", "missing": ["x"]}}), "a").is_ok());
    let columns = json!({"s": {"type": "number"}});
    let error =
        with("t,s\n1,0\n2,1\n3,dead\n", columns, json!([]), x(), &EndpointOptions::default()).expect_err("an error");
    assert_eq!(place(&error), ("bad_cell", Some(3), Some(4), Some("s"), Some("dead")));
}

#[test]
fn types_inferred_and_declared() {
    let text = "n,c,d,t,z\n1,a,2020-01-01,p,0\n2,b,2020-01-02,q,1\n3,a,NA,r,1\n";
    let (table, columns) = (
        table(text),
        specs(
            json!({"z": {"type": "category", "label": "Z"}, "lost": {"label": "gone"}, "n": {"levels": ["1", "2", "3"]}}),
        ),
    );
    let cohort = Cohort::new(&table, &columns, &[]).expect("a cohort");
    let kinds: Vec<ColumnType> = cohort.summary().iter().map(|column| column.kind).collect();
    // Levels make a category.
    assert_eq!(
        kinds,
        [ColumnType::Category, ColumnType::Category, ColumnType::Date, ColumnType::Text, ColumnType::Category]
    );
    assert_eq!(cohort.summary().iter().map(|column| column.n_missing).collect::<Vec<_>>(), [0, 0, 1, 0, 0]);
    assert_eq!(cohort.cautions().len(), 1);
    assert_eq!(cohort.cautions()[0].message(), "The study declares the column “lost”, which the file does not have.");
}

#[test]
fn an_unknown_column_suggests_the_nearest() {
    let error = failed("time,s\n1,1\n", json!({"time": "tiem", "status": "s", "event": 1}));
    assert_eq!(
        (error.kind.code(), error.params["name"].as_str(), error.params["suggestion"].as_str()),
        ("unknown_column", "tiem", " (“time”?)")
    );
    let error = failed("time,s\n1,1\n", json!({"time": "survival", "status": "s", "event": 1}));
    assert_eq!(error.params["suggestion"], "");
}

#[test]
fn awkward_names() {
    for name in ["âge (années)", "a \"b\"", "two\nlines", "🫀", "__proto__", "constructor", "1", "a,b"] {
        let text = format!("\"{}\",s\n1,1\n", name.replace('"', "\"\""));
        let found = derived(&text, json!({"time": name, "status": "s", "event": 1}));
        assert_eq!(rows(&found), [(1, 1.0, 1)], "{name}");
    }
}

#[test]
fn excluded_rows_are_never_complained_about() {
    let text = "t,s,d\n1,1,2020-01-01\n-5,?,never\nx,1,2020-01-02\n4,0,2020-01-03\n";
    let exclude = json!([{"row": 3, "reason": "typing error"}, {"row": 2, "reason": "duplicate"}]);
    let spec = json!({"time": "t", "status": "s", "event": [1], "censored": [0]});
    let found = with(text, json!({}), exclude, spec, &EndpointOptions::default()).expect("an endpoint");
    assert_eq!(rows(&found), [(1, 1.0, 1), (4, 4.0, 0)]);
    assert_eq!(excluded(&found), [(2, 3, Exclusion::ExcludedByStudy), (3, 4, Exclusion::ExcludedByStudy)]);
    assert_eq!(found.excluded[0].note.as_deref(), Some("duplicate"));
    // A column of dates can be mended by leaving out the row that does not fit.
    let (table, exclude) = (table(text), [ExcludedRow { row: 2, ..ExcludedRow::default() }]);
    let columns = IndexMap::default();
    let cohort = Cohort::new(&table, &columns, &exclude).expect("a cohort");
    assert_eq!(cohort.date("d").expect("dates").days.iter().flatten().count(), 3);
}

#[test]
fn an_excluded_row_must_exist() {
    let table = table("t,s\n1,1\n");
    let columns = IndexMap::default();
    for row in [0, 2] {
        let exclude = [ExcludedRow { row, ..ExcludedRow::default() }];
        let error = Cohort::new(&table, &columns, &exclude).map(|_| ()).expect_err("an error");
        assert_eq!((error.kind.code(), error.position.path.as_deref()), ("bad_option", Some("data.exclude[0].row")));
        assert!(error.to_string().contains("1 … 1"), "{error}");
    }
}
