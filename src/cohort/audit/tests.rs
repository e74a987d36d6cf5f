//! A messy cohort with each finding once, worked by hand, and what decisions make of it.

use crate::hashing::IndexMap;
use serde_json::{Value, json};

use super::*;
use crate::cohort::ColumnSpec;
use crate::table::{Table, open};

const MESSY: &str = "id,dx,rec,death,death_registry,last,site,size\n\
    P1,2020-01-01,,2021-01-01,2021-01-01,2021-01-01,none,5\n\
    P2,2020-02-01,2020-08-01,2020-07-01,,2020-08-01,local,6\n\
    P3,2020-03-01,2020-02-01,,,2022-01-01,local,7\n\
    P4,2020-04-01,,2021-06-01,,2021-05-01,none,8\n\
    P5,2020-05-01,,,,2025-02-01,none,9\n\
    P6,2020-06-01,,,,2020-05-01,none,9\n\
    P7,2020-07-01,,,,2020-07-01,none,4\n\
    P8,2020-08-01,,2021-08-01,2021-08-02,2021-08-01,none,3\n\
    P9,2020-09-01,,,,2022-09-01,none,2\n\
    P9,2020-10-01,,,,2022-10-01,none,2\n\
    P11,2020-11-01,,,,2022-11-01,none,1\n\
    P11,2020-11-01,,,,2022-11-01,none,1\n\
    P13,2020-12-01,2021-12-01,,,2022-12-01,none,1\n\
    P14,2020-12-15,,,,2022-12-15,distant,1\n\
    P15,1950-01-01,,,,2022-01-01,none,1\n\
    P16,2020-12-20,2021-12-20,,,,local,1\n\
    P17,2021-01-05,,,,soon,none,1\n\
    P18,2021-01-06,,,,2023-08-01,none,x\n";

fn endpoints() -> Value {
    json!({
        "OS": {"origin": "dx", "events": {"death": "death"}, "censor": "last", "unit": "days"},
        "DFS": {"origin": "dx", "events": {"recurrence": "rec", "death": "death"}, "censor": "last"},
        "CUT": {"origin": "dx", "events": {"death": "death"}, "censor": "last", "cutoff": "2023-06-30"},
    })
}

fn options() -> AuditOptions {
    let flag = json!({"date": "rec", "column": "site", "in": ["local", "distant"]});
    AuditOptions {
        dates: None,
        patient: Some("id".to_owned()),
        as_of: Date::from_ymd(2024, 12, 31),
        pairs: vec![("rec".to_owned(), "death".to_owned())],
        flags: vec![serde_json::from_value(flag).expect("flag")],
    }
}

struct Asked {
    table: Table,
    columns: Value,
    endpoints: Value,
    exclude: Value,
    decisions: Value,
}

impl Asked {
    fn of(csv: &str) -> Self {
        let table = open(csv.as_bytes(), "f.csv").expect("csv");
        Self { table, columns: json!({}), endpoints: json!({}), exclude: json!([]), decisions: json!([]) }
    }

    fn messy() -> Self {
        Self { columns: json!({"size": {"type": "number"}}), endpoints: endpoints(), ..Self::of(MESSY) }
    }

    fn audit(&self, options: &AuditOptions) -> Result<Audit> {
        let columns: IndexMap<String, ColumnSpec> = serde_json::from_value(self.columns.clone()).expect("columns");
        let specs: IndexMap<String, EndpointSpec> = serde_json::from_value(self.endpoints.clone()).expect("endpoints");
        let exclude: Vec<ExcludedRow> = serde_json::from_value(self.exclude.clone()).expect("exclude");
        let decisions: Vec<Decision> = serde_json::from_value(self.decisions.clone()).expect("decisions");
        let cohort = Cohort::new(&self.table, &columns, &exclude)?;
        let defaults = EndpointOptions::default();
        let audited: Vec<AuditedEndpoint> =
            specs.iter().map(|(name, spec)| AuditedEndpoint { name, spec, options: spec.options(&defaults) }).collect();
        audit(&cohort, &audited, options, &exclude, &decisions)
    }
}

fn found(audit: &Audit) -> Vec<(&str, Severity, &[usize])> {
    let mut found: Vec<_> = audit.findings.iter().map(|f| (f.key.as_str(), f.severity, f.rows.as_slice())).collect();
    found.sort_by_key(|finding| finding.0);
    found
}

#[test]
fn each_finding_once_with_its_rows() {
    let audit = Asked::messy().audit(&options()).expect("audit");
    use Severity::{Error as E, Note as N, Warning as W};
    assert_eq!(
        found(&audit),
        [
            ("after_cutoff:CUT/last", N, &[5, 18][..]),
            ("conflicting_deaths:death/death_registry", E, &[8]),
            ("dates_out_of_order:rec/death", E, &[2]),
            ("death_before_recurrence:death/rec", E, &[2]),
            ("duplicate_patient:id", E, &[9, 10, 11, 12]),
            ("duplicate_row", W, &[11, 12]),
            ("event_before_origin:rec/dx", E, &[3]),
            ("event_without_flag:rec/site", W, &[13]),
            ("flag_without_event:rec/site", W, &[14]),
            ("follow_up_before_event:last/death", W, &[4]),
            ("future_date:last", E, &[5]),
            ("in_one_endpoint_only:CUT", W, &[16]),
            ("in_one_endpoint_only:OS", W, &[16]),
            ("negative_time:last/dx", E, &[6]),
            ("outlying_date:dx", W, &[15]),
            ("unreadable_cell:last", E, &[17]),
            ("unreadable_cell:size", E, &[18]),
            ("zero_time:CUT", N, &[7]),
            ("zero_time:DFS", N, &[7]),
            ("zero_time:OS", N, &[7]),
        ]
    );
    assert_eq!(audit.dates, ["dx", "rec", "death", "death_registry", "last"]);
    assert_eq!(audit.n_rows, 18);
    assert!(audit.findings.is_sorted_by_key(|finding| finding.severity));
    let of = |key: &str| audit.findings.iter().find(|finding| finding.key == key).expect(key);
    assert_eq!(of("unreadable_cell:last").message, "“last”: 1 cell is not read as date (“soon”).");
    assert_eq!(of("negative_time:last/dx").endpoint.as_deref(), Some("OS"));
    assert_eq!(of("death_before_recurrence:death/rec").message, "1 patient has “recurrence” after death (death, rec).");
    assert!(audit.findings.iter().all(|f| f.decision.is_none() && f.n_open == f.n && f.n == f.rows.len()));
}

#[test]
fn what_was_decided_by_row() {
    let mut asked = Asked::messy();
    asked.exclude = json!([{"row": 12, "reason": "entered twice", "finding": "duplicate_row"}]);
    asked.decisions = json!([
        {"finding": "zero_time:OS", "decision": "accepted", "note": "died at surgery"},
        {"finding": "duplicate_patient:id", "rows": [9], "decision": "to_correct"},
        {"finding": "future_date:dx", "decision": "accepted"},
    ]);
    let audit = asked.audit(&options()).expect("audit");
    let of = |key: &str| audit.findings.iter().find(|finding| finding.key == key).expect(key);
    let note = |text: &str| Some(text.to_owned());
    let zero = of("zero_time:OS");
    assert_eq!((zero.decision, zero.n_open), (Some(Decided::Accepted), 0));
    let settled = |decision, rows: &[usize], note| Settled { decision, rows: rows.to_vec(), note };
    assert_eq!(zero.decisions, [settled(Decided::Accepted, &[7], note("died at surgery"))]);
    // One row of the two that are the same is left out, so that nothing is left of the finding.
    let twice = of("duplicate_row");
    assert_eq!((twice.decision, twice.n_open), (Some(Decided::Excluded), 0));
    assert_eq!(
        twice.decisions,
        [settled(Decided::Excluded, &[11], None), settled(Decided::Excluded, &[12], note("entered twice"))]
    );
    let patients = of("duplicate_patient:id");
    assert_eq!((patients.decision, patients.n_open, patients.rows.as_slice()), (None, 1, &[9, 10, 11, 12][..]));
    assert_eq!(audit.settled, ["future_date:dx"]);
    // The excluded row is no part of an endpoint, and is not missed there.
    assert_eq!(of("in_one_endpoint_only:OS").rows, [16]);
}

#[test]
fn what_is_not_asked_is_not_judged() {
    let silent = AuditOptions::default();
    let audit = Asked::messy().audit(&silent).expect("audit");
    let codes: Vec<&str> = audit.findings.iter().map(|finding| finding.code.code()).collect();
    for code in ["future_date", "duplicate_patient", "dates_out_of_order", "event_without_flag", "flag_without_event"] {
        assert!(!codes.contains(&code), "{code}");
    }
    let only = AuditOptions { dates: Some(vec!["rec".to_owned()]), ..AuditOptions::default() };
    let without_endpoints = Asked { endpoints: json!({}), columns: json!({}), ..Asked::messy() };
    assert_eq!(without_endpoints.audit(&only).expect("audit").dates, ["rec"]);
    for options in [
        AuditOptions { dates: Some(vec!["recc".to_owned()]), ..AuditOptions::default() },
        AuditOptions { patient: Some("idd".to_owned()), ..AuditOptions::default() },
    ] {
        assert_eq!(Asked::messy().audit(&options).expect_err("column").kind, ErrorKind::UnknownColumn);
    }
}

#[test]
fn two_deaths_of_one_patient_in_two_rows() {
    let csv = "id,d,death\nb,2020-01-01,2021-01-01\na,2020-01-01,\nb,2020-01-02,2021-01-02\na,2020-01-05,2022-01-01\n";
    let asked = Asked {
        endpoints: json!({"OS": {"origin": "d", "events": {"death": "death"}, "cutoff": "2025-01-01", "id": "id"}}),
        ..Asked::of(csv)
    };
    let options = AuditOptions { patient: Some("id".to_owned()), ..AuditOptions::default() };
    let audit = asked.audit(&options).expect("audit");
    // The endpoint joins the rows of a patient, so that several are a note.
    assert_eq!(
        found(&audit),
        [
            ("conflicting_deaths:id/death", Severity::Error, &[1, 3][..]),
            ("duplicate_patient:id", Severity::Note, &[1, 2, 3, 4]),
        ]
    );
}

#[test]
fn times_and_statuses() {
    let csv = "t0,t,s\n0,5,1\n0,-1,0\n6,5,0\n,3,2\n0,x,0\n0,0,1\n0,7,9\n";
    let spec = json!({"X": {"entry": "t0", "time": "t", "status": "s", "event": 1, "censored": [0, 2]},
                      "Y": {"time": "t", "status": "s", "event": 1}});
    let audit = Asked { endpoints: spec, ..Asked::of(csv) }.audit(&AuditOptions::default()).expect("audit");
    use Severity::{Error as E, Note as N, Warning as W};
    assert_eq!(
        found(&audit),
        [
            // Row 2: the entry 0 is after the end -1, too.
            ("entry_after_end:t0/t", E, &[2, 3][..]),
            ("in_one_endpoint_only:X", W, &[4, 6]),
            ("negative_time:t", E, &[2]),
            ("unreadable_cell:s", E, &[7]),
            ("unreadable_cell:t", E, &[5]),
            ("zero_time:Y", N, &[6]),
        ]
    );
}

#[test]
fn a_condition_without_date_and_a_date_without_condition() {
    let csv = "d,death,cause,last\n2020-01-01,2020-05-01,cancer,2020-05-01\n2020-01-01,,cancer,2020-06-01\n\
               2020-01-01,2020-07-01,,2020-07-01\n2020-01-01,2020-08-01,other,2020-08-01\n2020-01-01,,,2020-09-01\n";
    let spec = json!({"CSS": {"origin": "d", "censor": "last", "events": [
        {"name": "cancer death", "date": "death", "when": {"column": "cause", "in": "cancer"}}]}});
    let audit = Asked { endpoints: spec, ..Asked::of(csv) }.audit(&AuditOptions::default()).expect("audit");
    assert_eq!(
        found(&audit),
        [
            ("event_without_flag:death/cause", Severity::Warning, &[3][..]),
            ("flag_without_event:death/cause", Severity::Warning, &[2]),
        ]
    );
}

#[test]
fn a_column_or_an_endpoint_that_cannot_be_read_is_a_finding() {
    let csv = "d,last,when\n2020-01-01,2020-05-01,03/04/2020\n2020-01-01,2020-05-02,\n";
    let spec = json!({"A": {"origin": "when", "events": {"x": "d"}, "censor": "last"},
                      "B": {"origin": "nowhere", "events": {"x": "d"}, "censor": "last"}});
    let audit = Asked { endpoints: spec, ..Asked::of(csv) }.audit(&AuditOptions::default()).expect("audit");
    let keys: Vec<(&str, Option<&str>)> =
        audit.findings.iter().map(|f| (f.key.as_str(), f.error.as_ref().map(|e| e.kind.code()))).collect();
    assert_eq!(
        keys,
        [
            ("ambiguous_dates:when", Some("ambiguous_date")),
            ("endpoint_not_derived:A", Some("ambiguous_date")),
            ("endpoint_not_derived:B", Some("unknown_column")),
        ]
    );
    assert_eq!(audit.findings[0].rows, [1]);
}

#[test]
fn late_entries_are_found_row_by_row() {
    let csv = "d,e,x,last\n2020-01-01,2020-02-01,2020-01-15,2020-06-01\n2020-01-01,2020-01-05,,2020-06-01\n\
               2020-01-01,2020-08-01,,2020-07-01\n";
    let spec = json!({"A": {"origin": "d", "events": {"x": "x"}, "censor": "last", "entry": "e"}});
    let audit = Asked { endpoints: spec, ..Asked::of(csv) }.audit(&AuditOptions::default()).expect("audit");
    assert_eq!(found(&audit), [("entry_after_end:e", Severity::Error, &[1, 3][..])]);
}

/// However many: the endpoint is derived without them, so that what else is found of it is complete.
#[test]
fn many_late_entries_keep_no_endpoint_from_being_judged() {
    let mut csv = "d,e,x,last\n".to_owned();
    // Rows 1 to 40 enter a day after they end; row 41 has time 0, row 42 lacks the origin of A and has B; row 43 is as it should be.
    (0..40).for_each(|_| csv.push_str("2020-01-01,2020-06-02,,2020-06-01\n"));
    csv.push_str("2020-01-01,,,2020-01-01\n,2020-01-05,2019-12-31,2020-06-01\n2020-01-01,2020-01-05,,2020-06-01\n");
    let spec = json!({"A": {"origin": "d", "events": {"x": "x"}, "censor": "last", "entry": "e"},
                      "Z": {"origin": "d", "events": {"x": "x"}, "censor": "last"},
                      "B": {"origin": "x", "events": {"y": "e"}, "censor": "last"}});
    let audit = Asked { endpoints: spec, ..Asked::of(&csv) }.audit(&AuditOptions::default()).expect("audit");
    let late: Vec<usize> = (1..=40).collect();
    use Severity::{Error as E, Note as N, Warning as W};
    assert_eq!(
        found(&audit),
        [
            ("duplicate_row", W, late.as_slice()),
            ("entry_after_end:e", E, &late),
            ("follow_up_before_event:last/e", W, &late),
            // Row 41 has no entry. Rows 1 to 40 are at fault in A, and stand there.
            ("in_one_endpoint_only:A", W, &[41, 42]),
            ("in_one_endpoint_only:B", W, &{ [late.as_slice(), &[41, 43]].concat() }),
            ("in_one_endpoint_only:Z", W, &[42]),
            ("zero_time:Z", N, &[41]),
        ]
    );
}

/// A row that the study excludes is still found, as settled; a cell of it that keeps an endpoint from being derived does not count.
#[test]
fn rows_that_the_study_excludes_are_judged_too() {
    let csv = "d,e,x,last,c\n2020-01-01,2020-01-01,,2020-01-01,\n2020-01-01,2020-01-05,,2020-06-01,\n\
               2020-01-01,2020-06-02,,2020-06-01,\n2020-01-01,2020-01-05,2020-02-01,2020-06-01,a\n,,,2020-03-01,a\n";
    let spec = json!({"A": {"origin": "d", "events": {"x": "x"}, "censor": "last", "entry": "e"},
                      "Z": {"origin": "d", "events": {"x": "x"}, "censor": "last"},
                      "L": {"origin": "last", "events": {"x": "x"}, "cutoff": "2021-01-01"}});
    let exclude = json!([{"row": 1, "reason": "seen once"}, {"row": 3, "reason": "entry wrong"}, {"row": 5, "reason": "no origin"}]);
    let asked = Asked { endpoints: spec, exclude, ..Asked::of(csv) };
    let audit = asked.audit(&AuditOptions::default()).expect("audit");
    let of = |key: &str| audit.findings.iter().find(|finding| finding.key == key).unwrap_or_else(|| panic!("{key}"));
    for (key, rows, decision) in [
        ("zero_time:Z", &[1][..], Some(Decided::Excluded)),
        ("entry_after_end:e", &[3], Some(Decided::Excluded)),
        ("in_one_endpoint_only:Z", &[5], Some(Decided::Excluded)),
        ("in_one_endpoint_only:A", &[1, 5], Some(Decided::Excluded)),
    ] {
        assert_eq!((of(key).rows.as_slice(), of(key).decision), (rows, decision), "{key}");
    }

    // Level “b” of row 1 is not declared, which keeps A from being derived with that row, and from nothing else.
    let csv = "d,x,c,last\n2020-01-01,2020-02-01,b,2020-06-01\n2020-01-01,,a,2020-01-01\n";
    let when = json!({"column": "c", "in": ["a"]});
    let spec = json!({"A": {"origin": "d", "events": [{"name": "x", "date": "x", "when": when}], "censor": "last"}});
    let columns = json!({"c": {"levels": ["a", "n"]}});
    let asked = |exclude: Value| Asked { columns: columns.clone(), endpoints: spec.clone(), exclude, ..Asked::of(csv) };
    let with = asked(json!([])).audit(&AuditOptions::default()).expect("audit");
    assert!(with.findings.iter().any(|finding| finding.key == "endpoint_not_derived:A" && finding.rows == [1]));
    let without = asked(json!([{"row": 1, "reason": "unclear"}])).audit(&AuditOptions::default()).expect("audit");
    let keys: Vec<&str> = without.findings.iter().map(|finding| finding.key.as_str()).collect();
    assert_eq!(keys, ["unreadable_cell:c", "flag_without_event:x/c", "zero_time:A"]);
}

/// Every contradiction that can be decided about, three ways: accepted, to be corrected, excluded; and corrected in the file, after
/// which it is not found any more.
#[test]
fn each_finding_is_accepted_excluded_or_corrected() {
    // The finding, the row that is at fault, and this row as it should be.
    let kinds: &[(&str, usize, &str)] = &[
        ("death_before_recurrence:death/rec", 2, "P2,2020-02-01,2020-06-01,2020-07-01,,2020-08-01,local,6"),
        ("dates_out_of_order:rec/death", 2, "P2,2020-02-01,2020-06-01,2020-07-01,,2020-08-01,local,6"),
        ("event_before_origin:rec/dx", 3, "P3,2020-03-01,2021-02-01,,,2022-01-01,local,7"),
        ("follow_up_before_event:last/death", 4, "P4,2020-04-01,,2021-06-01,,2021-06-01,none,8"),
        ("future_date:last", 5, "P5,2020-05-01,,,,2023-02-01,none,9"),
        ("after_cutoff:CUT/last", 5, "P5,2020-05-01,,,,2022-02-01,none,9"),
        ("negative_time:last/dx", 6, "P6,2020-06-01,,,,2021-05-01,none,9"),
        ("zero_time:OS", 7, "P7,2020-07-01,,,,2021-07-01,none,4"),
        ("zero_time:DFS", 7, "P7,2020-07-01,,,,2021-07-01,none,4"),
        ("conflicting_deaths:death/death_registry", 8, "P8,2020-08-01,,2021-08-01,2021-08-01,2021-08-01,none,3"),
        ("duplicate_patient:id", 10, "P10,2020-10-01,,,,2022-10-01,none,2"),
        ("duplicate_row", 12, "P12,2020-11-02,,,,2022-11-01,none,1"),
        ("event_without_flag:rec/site", 13, "P13,2020-12-01,2021-12-01,,,2022-12-01,local,1"),
        ("flag_without_event:rec/site", 14, "P14,2020-12-15,,,,2022-12-15,none,1"),
        ("outlying_date:dx", 15, "P15,2020-01-01,,,,2022-01-01,none,1"),
        ("in_one_endpoint_only:OS", 16, "P16,2020-12-20,2021-12-20,,,2022-01-01,local,1"),
        ("unreadable_cell:last", 17, "P17,2021-01-05,,,,2022-01-05,none,1"),
        ("unreadable_cell:size", 18, "P18,2021-01-06,,,,2023-08-01,none,2"),
    ];
    let rows_of = |audit: &Audit, key: &str| -> Option<Vec<usize>> {
        audit.findings.iter().find(|finding| finding.key == key).map(|finding| finding.rows.clone())
    };
    let before = Asked::messy().audit(&options()).expect("audit");
    for &(key, row, corrected) in kinds {
        let rows = rows_of(&before, key).unwrap_or_else(|| panic!("{key}"));
        assert!(rows.contains(&row), "{key}");
        for (written, decided) in [("accepted", Decided::Accepted), ("to_correct", Decided::ToCorrect)] {
            let mut asked = Asked::messy();
            asked.decisions = json!([{"finding": key, "decision": written, "note": "asked"}]);
            let audit = asked.audit(&options()).expect("audit");
            let finding = audit.findings.iter().find(|finding| finding.key == key).expect(key);
            assert_eq!((finding.decision, finding.n_open, &finding.rows), (Some(decided), 0, &rows), "{key} {written}");
            let note = Some("asked".to_owned());
            assert_eq!(finding.decisions, [Settled { decision: decided, rows: rows.clone(), note }], "{key} {written}");
            assert_eq!(audit.settled, Vec::<String>::new(), "{key}");
            // Nothing else is touched by it.
            let open = |audit: &Audit| -> usize { audit.findings.iter().map(|finding| finding.n_open).sum() };
            assert_eq!(open(&audit) + rows.len(), open(&before), "{key} {written}");
        }
        let mut asked = Asked::messy();
        let exclude: Vec<Value> =
            rows.iter().map(|row| json!({"row": row, "reason": "wrong", "finding": key})).collect();
        asked.exclude = json!(exclude);
        let audit = asked.audit(&options()).expect("audit");
        let finding = audit.findings.iter().find(|finding| finding.key == key).unwrap_or_else(|| panic!("{key}"));
        assert_eq!((finding.decision, finding.n_open, &finding.rows), (Some(Decided::Excluded), 0, &rows), "{key}");

        let mut lines: Vec<&str> = MESSY.lines().collect();
        lines[row] = corrected;
        let file = lines.join("\n") + "\n";
        let asked = Asked {
            columns: json!({"size": {"type": "number"}}),
            endpoints: endpoints(),
            decisions: json!([{"finding": key, "decision": "to_correct"}]),
            ..Asked::of(&file)
        };
        let audit = asked.audit(&options()).expect("audit");
        let left: Vec<usize> = rows_of(&audit, key).unwrap_or_default();
        assert!(!left.contains(&row), "{key} is still found: {left:?}");
        let is_gone = left.is_empty();
        assert_eq!(audit.settled, if is_gone { vec![key.to_owned()] } else { Vec::new() }, "{key}");
    }
    // The kinds that no row of this file shows have tests of their own; a kind without any would be missed here.
    let elsewhere = ["ambiguous_dates", "entry_after_end", "endpoint_not_derived"];
    for kind in FindingKind::ALL.iter().map(|kind| kind.code()).filter(|code| !elsewhere.contains(code)) {
        assert!(kinds.iter().any(|(key, ..)| key.split(':').next() == Some(kind)), "{kind}");
    }
}
