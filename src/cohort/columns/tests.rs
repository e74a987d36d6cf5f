//! Columns of small files, by type.

use super::*;
use crate::error::CautionKind;
use crate::table::date::DateFormat;
use crate::table::inspect::Extreme;
use crate::table::open;

const CSV: &str = "id,age,grade,code,stage,when,note\n\
                   p1,50,Grade 2,1.0,10,2020-01-01,a b\n\
                   p2,NA,Grade 1,2,9,2020-02,\n\
                   p3,70.5,,1,x,2020-03-05,c\n\
                   p4,99,Grade 10,3,9.0,,d\n";

fn cohort_of(table: &Table, columns: &str, exclude: &str) -> Result<Cohort<'static>> {
    let table: &'static Table = Box::leak(Box::new(table.clone()));
    let columns = serde_json::from_str(columns).expect(columns);
    Cohort::new(table, &columns, &serde_json::from_str::<Vec<ExcludedRow>>(exclude).expect(exclude))
}

fn cohort(columns: &str, exclude: &str) -> Cohort<'static> {
    cohort_of(&open(CSV.as_bytes(), "f.csv").expect("csv"), columns, exclude).expect("cohort")
}

fn place(error: &Error) -> (ErrorKind, Option<usize>, Option<usize>, Option<&str>, Option<&str>) {
    let position = &error.position;
    assert_eq!(position.file.as_deref(), Some("f.csv"));
    (error.kind, position.row, position.line, position.column.as_deref(), position.cell.as_deref())
}

#[test]
fn numbers() {
    let plain = cohort("{}", "[]");
    assert_eq!(plain.number("age"), Ok(vec![Some(50.0), None, Some(70.5), Some(99.0)].into()));
    let declared = cohort(r#"{"age": {"type": "number", "missing": [99]}}"#, "[]");
    assert_eq!(declared.number("age"), Ok(vec![Some(50.0), None, Some(70.5), None].into()));
    let error = plain.number("stage").expect_err("x");
    assert_eq!(place(&error), (ErrorKind::BadCell, Some(3), Some(4), Some("stage"), Some("x")));
    assert_eq!(error.params["expected"], "number");
    let error = cohort(r#"{"age": {"type": "text"}}"#, "[]").number("age").expect_err("text");
    assert_eq!((error.kind, error.params["found"].as_str()), (ErrorKind::WrongColumnType, "text"));
}

#[test]
fn levels_of_the_file() {
    let plain = cohort("{}", "[]");
    let grade = plain.category("grade").expect("grade");
    assert_eq!(grade.levels, ["Grade 1", "Grade 10", "Grade 2"]);
    assert_eq!(grade.codes, [Some(2), Some(0), None, Some(1)]);
    let code = plain.category("code").expect("code");
    assert_eq!(
        (code.levels.join(" "), code.codes.clone()),
        ("1 2 3".to_owned(), vec![Some(0), Some(1), Some(0), Some(2)])
    );
    assert_eq!(plain.category("stage").expect("stage").levels, ["10", "9", "x"]);
}

#[test]
fn declared_levels() {
    let declared = cohort(r#"{"grade": {"levels": ["Grade 2", "Grade 1", "Grade 10", "Grade 3"]}}"#, "[]");
    let grade = declared.category("grade").expect("grade");
    assert_eq!(grade.levels, ["Grade 2", "Grade 1", "Grade 10", "Grade 3"]);
    assert_eq!(grade.codes, [Some(0), Some(1), None, Some(2)]);
    assert_eq!(declared.column_type("grade"), Ok(ColumnType::Category));
    let empty: Vec<_> =
        declared.cautions().iter().map(|caution| (caution.kind, caution.params["level"].as_str())).collect();
    assert_eq!(empty, [(CautionKind::EmptyLevel, "Grade 3")]);
    let numbers = cohort(r#"{"code": {"levels": ["2.0", 3, 1]}}"#, "[]").category("code").expect("code");
    assert_eq!((numbers.levels.join(" "), numbers.codes[0]), ("2 3 1".to_owned(), Some(2)));
    let error = cohort(r#"{"grade": {"levels": ["Grade 2", "Grade 1"]}}"#, "[]").category("grade").expect_err("level");
    assert_eq!(place(&error), (ErrorKind::UnknownLevel, Some(4), Some(5), Some("grade"), Some("Grade 10")));
    assert_eq!(error.params["levels"], "Grade 2, Grade 1");
    // A column declared as numbers is checked as such where it makes groups.
    let error = cohort(r#"{"stage": {"type": "number"}}"#, "[]").category("stage").expect_err("x");
    assert_eq!(error.kind, ErrorKind::BadCell);
}

#[test]
fn dates() {
    let error = cohort("{}", "[]").date("when").expect_err("partial");
    assert_eq!(place(&error), (ErrorKind::PartialDate, Some(2), Some(3), Some("when"), Some("2020-02")));
    let when = cohort(r#"{"when": {"partial": "mid"}}"#, "[]").date("when").expect("mid");
    // 2020-01-01 is day 18262.
    assert_eq!(when.days, [Some(18262), Some(18262 + 45), Some(18262 + 64), None]);
    assert_eq!(when.partial_rows, [2]);
    let error = cohort("{}", "[]").date("age").expect_err("age");
    assert_eq!(place(&error), (ErrorKind::BadCell, Some(1), Some(2), Some("age"), Some("50")));
    let table = open("d\n13/01/2020\n01/02/2020\n2020-01-05\n".as_bytes(), "f.csv").expect("csv");
    let mixed = cohort_of(&table, "{}", "[]").expect("cohort");
    assert_eq!(place(&mixed.date("d").expect_err("iso")).4, Some("2020-01-05"));
    let without = cohort_of(&table, "{}", r#"[{"row": 3, "reason": "format"}]"#).expect("cohort");
    assert_eq!(without.date("d").expect("d/m/y").days, [Some(18262 + 12), Some(18262 + 31), None]);
    assert_eq!(without.column_type("d"), Ok(ColumnType::Date));
}

#[test]
fn excluded_rows() {
    let cohort = cohort("{}", r#"[{"row": 3, "reason": "duplicate"}]"#);
    assert_eq!(cohort.number("stage"), Ok(vec![Some(10.0), Some(9.0), None, Some(9.0)].into()));
    assert_eq!(cohort.category("stage").expect("stage").levels, ["9", "10"]);
    assert_eq!(cohort.column_type("stage"), Ok(ColumnType::Number));
    let excluded = cohort.excluded();
    assert_eq!(
        (excluded.len(), excluded[0].row, excluded[0].line, excluded[0].reason.code()),
        (1, 3, 4, "excluded_by_study")
    );
    assert_eq!(cohort.summary()[4].n_missing, 0);
    let table = open(CSV.as_bytes(), "f.csv").expect("csv");
    for row in ["0", "5"] {
        let error = cohort_of(&table, "{}", &format!(r#"[{{"row": {row}, "reason": ""}}]"#)).expect_err(row);
        assert_eq!((error.kind, error.params["expected"].as_str()), (ErrorKind::BadOption, "1 … 4"));
    }
}

#[test]
fn columns_that_are_not_there() {
    let cohort = cohort(r#"{"Grad": {"type": "category"}}"#, "[]");
    let caution = &cohort.cautions()[0];
    assert_eq!(
        (caution.kind, caution.params["suggestion"].as_str()),
        (CautionKind::DeclaredColumnMissing, " (“grade”?)")
    );
    for error in [
        cohort.number("gradee").expect_err("number"),
        cohort.category("gradee").expect_err("category"),
        cohort.date("gradee").expect_err("date"),
        cohort.column_type("gradee").expect_err("type"),
    ] {
        assert_eq!((error.kind, error.params["suggestion"].as_str()), (ErrorKind::UnknownColumn, " (“grade”?)"));
    }
}

#[test]
fn the_summary_names_what_is_wrong() {
    let cohort = cohort(r#"{"stage": {"type": "number"}, "age": {"missing": "99"}}"#, "[]");
    let summary = cohort.summary();
    let kinds: Vec<_> =
        summary.iter().map(|column| (column.name.as_str(), column.kind.name(), column.n_missing)).collect();
    assert_eq!(
        kinds,
        [
            ("id", "text", 0),
            ("age", "number", 2),
            ("grade", "text", 1),
            ("code", "number", 0),
            ("stage", "number", 0),
            ("when", "date", 1),
            ("note", "text", 1)
        ]
    );
    assert!(summary[4].declared && !summary[1].declared);
    assert_eq!(summary[4].error.as_ref().map(|error| error.kind), Some(ErrorKind::BadCell));
    assert_eq!(summary[5].error.as_ref().map(|error| error.kind), Some(ErrorKind::PartialDate));
    assert!(summary[0].error.is_none());
}

fn levels(category: &Category) -> (String, Vec<Option<u32>>) {
    (category.levels.join(" | "), category.codes.clone())
}

#[test]
fn recoding_comes_after_missing_and_before_type_and_levels() {
    // 9 means missing before it could be recoded; 1 and 2 become one level, x goes missing; "1.0" is "1".
    let columns =
        r#"{"code": {"missing": 9, "recode": {"1": "low", "2": "low", "x": null, "9": "high"}, "reference": "high"}}"#;
    let table = open("code,n\n1.0,1\n2,1\nx,1\n3,2\nhigh,2\n9,3\n".as_bytes(), "f.csv").expect("csv");
    let cohort = cohort_of(&table, columns, "[]").expect("cohort");
    let code = cohort.category("code").expect("code");
    assert_eq!(levels(&code), ("high | 3 | low".to_owned(), vec![Some(2), Some(2), None, Some(1), Some(0), None]));
    let summary = &cohort.summary()[0];
    assert_eq!((summary.n_missing, summary.level_counts.as_deref()), (2, Some(&[1, 1, 2][..])));
    let recoded: Vec<_> = summary.recoded.iter().map(|r| (r.from.as_str(), r.to.as_deref(), r.n)).collect();
    assert_eq!(recoded, [("1", Some("low"), 1), ("2", Some("low"), 1), ("x", None, 1), ("9", Some("high"), 0)]);
    let caution = &cohort.cautions()[0];
    assert_eq!((caution.kind, caution.params["values"].as_str()), (CautionKind::RecodeUnused, "9"));
    assert_eq!(cohort.is_in("code", &["low".to_owned()]), Ok(vec![true, true, false, false, false, false]));
}

#[test]
fn recoded_cells_give_the_type() {
    let table = open("x;y\n1,5;a\n<2;b\n;c\n".as_bytes(), "f.csv").expect("csv");
    assert_eq!(table.dialect.decimal, ',');
    let cohort = cohort_of(&table, r#"{"x": {"recode": {"<2": 0.5}}}"#, "[]").expect("cohort");
    assert_eq!(cohort.column_type("x"), Ok(ColumnType::Number));
    assert_eq!(cohort.number("x"), Ok(vec![Some(1.5), Some(0.5), None].into()));
    let twice = cohort_of(&table, r#"{"x": {"recode": {"1,5": 1, "1.5": 2}}}"#, "[]").expect_err("twice");
    assert_eq!((twice.kind, twice.position.path.as_deref()), (ErrorKind::BadOption, Some("data.columns.x.recode")));
    let outside = cohort_of(&table, r#"{"x": {"recode": {"<2": "few"}, "levels": [1.5]}}"#, "[]").expect("cohort");
    let error = outside.category("x").expect_err("few");
    assert_eq!(place(&error), (ErrorKind::UnknownLevel, Some(2), Some(3), Some("x"), Some("<2")));
}

#[test]
fn cut_points_make_levels() {
    let csv = "n\n5\n4.9\n10\n\n9.99\n12\n";
    let table = open(csv.as_bytes(), "f.csv").expect("csv");
    let of = |cuts: &str| cohort_of(&table, &format!(r#"{{"n": {{"cuts": {cuts}}}}}"#), "[]").expect("cohort");
    let left = of(r#"{"at": [5, 10]}"#);
    let n = left.category("n").expect("n");
    assert_eq!(levels(&n), ("< 5 | 5 to < 10 | ≥ 10".to_owned(), vec![Some(1), Some(0), Some(2), Some(1), Some(2)]));
    assert_eq!(left.column_type("n"), Ok(ColumnType::Category));
    assert_eq!(left.is_in("n", &["≥ 10".to_owned()]), Ok(vec![false, false, true, false, true]));
    assert_eq!(left.number("n").expect_err("category").kind, ErrorKind::WrongColumnType);
    let right = of(r#"{"at": [5, 10], "right": true}"#).category("n").expect("n");
    assert_eq!(
        levels(&right),
        ("≤ 5 | > 5 to 10 | > 10".to_owned(), vec![Some(0), Some(0), Some(1), Some(1), Some(2)])
    );
    let named = of(r#"{"at": [20], "labels": ["small", "large"]}"#);
    // A level without rows keeps its place.
    let levels_of = named.category("n").expect("n");
    assert_eq!(
        (levels_of.levels.join(" "), named.summary()[0].level_counts.clone()),
        ("small large".to_owned(), Some(vec![5, 0]))
    );
    let bad = open("n\n5\nfive\n".as_bytes(), "f.csv").expect("csv");
    let bad = cohort_of(&bad, r#"{"n": {"cuts": {"at": [5]}}}"#, "[]").expect("cohort");
    assert_eq!(
        place(&bad.category("n").expect_err("five")),
        (ErrorKind::BadCell, Some(2), Some(3), Some("n"), Some("five"))
    );
}

#[test]
fn a_column_made_of_another() {
    let columns = r#"{"age": {"missing": 99}, "old": {"from": "age", "label": "Old", "cuts": {"at": [60], "labels": ["no", "yes"]},
        "reference": "yes"}}"#;
    let made = cohort(columns, "[]");
    // The source's own code for missing is missing here too, and the source stays a number.
    assert_eq!(
        levels(&made.category("old").expect("old")),
        ("yes | no".to_owned(), vec![Some(1), None, Some(0), None])
    );
    assert_eq!(made.number("age"), Ok(vec![Some(50.0), None, Some(70.5), None].into()));
    let summary = made.summary();
    let last = summary.last().expect("old");
    assert_eq!((last.name.as_str(), last.from.as_deref(), last.n_missing), ("old", Some("age"), 2));
    assert!(made.cautions().is_empty());
    for (columns, kind) in [
        (r#"{"age": {"from": "code"}}"#, ErrorKind::BadOption),
        (r#"{"age": {"reference": "51"}}"#, ErrorKind::BadOption),
        (r#"{"new": {"from": "aeg"}}"#, ErrorKind::UnknownColumn),
    ] {
        let name = if columns.contains("new") { "new" } else { "age" };
        assert_eq!(cohort(columns, "[]").category(name).expect_err(columns).kind, kind, "{columns}");
    }
    // A bad cell is named where it stands in the file.
    let bad = cohort(r#"{"new": {"from": "stage", "type": "number"}}"#, "[]").number("new").expect_err("x");
    assert_eq!(place(&bad), (ErrorKind::BadCell, Some(3), Some(4), Some("stage"), Some("x")));
}

fn cohort_of_text(text: &str, columns: &str) -> Cohort<'static> {
    cohort_of(&open(text.as_bytes(), "f.csv").expect("csv"), columns, "[]").expect("cohort")
}

#[test]
fn dates_as_the_study_says() {
    let text = "d\tx\n03/04/21\t1\n05/06/95\t2\n";
    let of = |columns: &str| cohort_of_text(text, columns).date("d");
    let error = of("{}").expect_err("day or month");
    assert_eq!((error.kind, error.params["formats"].as_str()), (ErrorKind::AmbiguousDate, "d/m/y, m/d/y"));
    // 2021-04-03 is day 18720, 1995-06-05 day 9286; 2021-03-04 is day 18690, 1995-05-06 day 9256.
    let found = of(r#"{"d": {"format": "d/m/y"}}"#).expect("d/m/y");
    assert_eq!(found.days, [Some(18_720), Some(9_286)]);
    assert_eq!((found.window, found.short_year_rows.clone()), (Some((1930, false)), vec![1, 2]));
    let found = of(r#"{"d": {"format": "mm/dd/yyyy", "pivot": 30}}"#).expect("m/d/y");
    assert_eq!(found.days, [Some(18_690), Some(9_256)]);
    assert_eq!(found.window, Some((1930, true)));
    // 36525 days from 1995-06-05 to 2095-06-05: 75 to 2020 and 25 after.
    let found = of(r#"{"d": {"format": "d/m/y", "pivot": 2000}}"#).expect("d/m/y");
    assert_eq!(found.days, [Some(18_720), Some(9_286 + 36_525)]);
    assert_eq!(place(&of(r#"{"d": {"format": "y-m-d"}}"#).expect_err("no ISO dates")).0, ErrorKind::BadCell);
    let cohort = cohort_of_text(text, r#"{"d": {"format": "d/m/y"}}"#);
    assert_eq!(cohort.column_type("d"), Ok(ColumnType::Date));
    let summary = &cohort.summary()[0];
    assert_eq!((summary.format, summary.window), (Some(DateFormat::DayMonthYear), Some([1930, 2029])));
    let ends = [&summary.min, &summary.max].map(|end| serde_json::to_value(end).expect("a day"));
    assert_eq!(ends, ["1995-06-05", "2021-04-03"]);
    // A column made of another is read as that one is.
    let made = cohort_of_text(text, r#"{"d": {"format": "d/m/y"}, "e": {"from": "d"}}"#);
    assert_eq!(made.date("e").expect("d/m/y").days, [Some(18_720), Some(9_286)]);

    let serial = cohort_of_text("d,x\n44264,1\n44196.75,2\n", r#"{"d": {"format": "excel"}}"#).date("d").expect("days");
    assert_eq!((serial.days.clone(), serial.time_rows.clone()), (vec![Some(18_695), Some(18_627)], vec![2]));
}

#[test]
fn numbers_as_they_are_written() {
    let of = |cells: &str, columns: &str| cohort_of_text(&format!("a\tx\n{cells}"), columns);
    let values = |cohort: &Cohort| cohort.number("a").map(|numbers| numbers.to_vec());
    let grouped = of("1 200,5\t1\n800\t2\n\t3\n", "{}");
    assert_eq!(values(&grouped), Ok(vec![Some(1200.5), Some(800.0), None]));
    assert_eq!(grouped.column_type("a"), Ok(ColumnType::Number));
    assert_eq!(grouped.category("a").expect("levels").levels, ["800", "1200.5"]);
    assert_eq!(grouped.is_in("a", &["1200.5".to_owned()]), Ok(vec![true, false, false]));
    assert_eq!(grouped.summary()[0].numbers.map(|format| (format.decimal, format.thousands)), Some((',', Some(' '))));
    assert_eq!(grouped.summary()[1].numbers, None);

    let both = of("1,234\t1\n567\t2\n", "{}");
    let error = both.number("a").expect_err("a thousand, or one and some");
    assert_eq!((error.kind, error.params["mark"].as_str()), (ErrorKind::AmbiguousNumber, ","));
    assert_eq!(values(&of("1,234\t1\n567\t2\n", r#"{"a": {"thousands": ","}}"#)), Ok(vec![Some(1234.0), Some(567.0)]));
    assert_eq!(values(&of("1,234\t1\n567\t2\n", r#"{"a": {"decimal": ","}}"#)), Ok(vec![Some(1.234), Some(567.0)]));
    let declared = of("1,234\t1\n567\t2\n\t3\n", r#"{"a": {"thousands": ","}}"#).summary();
    assert_eq!((declared[0].min, declared[0].max), (Some(Extreme::Number(567.0)), Some(Extreme::Number(1234.0))));
    // A column of which nothing is declared has its range from the inspection.
    assert_eq!(declared[1].min, None);
    let percent = of("70%\t1\n5 %\t2\n", r#"{"a": {"cuts": {"at": [50]}}}"#);
    assert_eq!(percent.category("a").expect("levels").codes, [Some(1), Some(0)]);
    assert_eq!(place(&of("70%\t1\n5\t2\n", "{}").number("a").expect_err("not all")).0, ErrorKind::BadCell);

    let table = open("a\tx\n1\t2\n".as_bytes(), "f.csv").expect("csv");
    let error = cohort_of(&table, r#"{"a": {"decimal": ",", "thousands": ","}}"#, "[]").expect_err("one mark for both");
    assert_eq!((error.kind, error.position.path.as_deref()), (ErrorKind::BadOption, Some("data.columns.a.thousands")));
    for bad in [r#"{"format": "d/y"}"#, r#"{"decimal": ";"}"#, r#"{"thousands": "x"}"#, r#"{"pivot": 1234}"#] {
        assert!(serde_json::from_str::<ColumnSpec>(bad).is_err(), "{bad}");
    }
}
