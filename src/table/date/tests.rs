//! Dates in each form.

use super::cell::MONTHS;
use super::column::SHORT;
use super::*;
use crate::table::{Column, values};

fn column(cells: &[&str]) -> Column {
    let mut column = Column::default();
    for cell in cells {
        column.push(cell);
    }
    column
}

fn formats_of(column: &Column, missing: &[String]) -> Vec<DateFormat> {
    let values = values::present(column, missing);
    fit(&values, None).formats(&values)
}

fn full(year: i32, month: u32, day: u32) -> DateCell {
    DateCell::Full(Date::from_ymd(year, month, day).expect("a day that exists"))
}

#[test]
fn formats() {
    let day = full(2021, 3, 9);
    for (cell, format) in [
        ("2021-03-09", DateFormat::Iso),
        ("2021-3-9", DateFormat::Iso),
        ("2021/03/09", DateFormat::YearMonthDay),
        ("09/03/2021", DateFormat::DayMonthYear),
        ("3/9/2021", DateFormat::MonthDayYear),
        ("9.3.2021", DateFormat::DottedDayMonthYear),
    ] {
        assert_eq!(parse(cell, format), day, "{cell}");
        for other in DateFormat::ALL.into_iter().filter(|&other| other != format) {
            let swapped = parse(cell, other);
            assert!(swapped == DateCell::None || swapped == full(2021, 9, 3), "{cell} as {other}");
        }
    }
}

#[test]
fn time_of_day_is_dropped() {
    for time in [
        " 00:00",
        "T14:30",
        "T14:30:05Z",
        " 14:30:05.250",
        "T14:30:05+02:00",
        " 2:30:00 PM",
        " 14:30-0500",
        " 23:59:60",
        "  7:05",
    ] {
        assert_eq!(parse(&format!("2021-03-09{time}"), DateFormat::Iso), full(2021, 3, 9), "{time}");
    }
    for time in [" ", "T", " 24:00", " 12:60", " noon", " 12", " 12:00:00:00", "T12:00+2", " 12:00:0x", "+02:00"] {
        let cell = format!("2021-03-09{time}");
        let expected = if time == " " { full(2021, 3, 9) } else { DateCell::None };
        assert_eq!(parse(&cell, DateFormat::Iso), expected, "{time:?}");
    }
}

#[test]
fn days_that_do_not_exist() {
    for cell in ["2021-02-30", "2021-02-29", "2021-13-01", "2021-00-10", "2021-01-00", "1900-02-29", "21-03-09"] {
        assert_eq!(parse(cell, DateFormat::Iso), DateCell::None, "{cell}");
    }
    assert_eq!(parse("2020-02-29", DateFormat::Iso), full(2020, 2, 29));
    assert_eq!(parse("2000-02-29", DateFormat::Iso), full(2000, 2, 29));
}

#[test]
fn not_dates() {
    for cell in ["", "-", "2021-", "-2021", "2021-03-09-01", "2021-03-9x", "+021-03-09", "2021--09", "２０２１-03-09"]
    {
        assert_eq!(parse(cell, DateFormat::Iso), DateCell::None, "{cell:?}");
    }
}

#[test]
fn partial_dates() {
    let month = DateCell::Partial(PartialDate::Month { year: 2021, month: 3 });
    assert_eq!(parse("2021-03", DateFormat::Iso), month);
    assert_eq!(parse("3/2021", DateFormat::DayMonthYear), month);
    assert_eq!(parse("03.2021", DateFormat::DottedDayMonthYear), month);
    assert_eq!(parse("2021", DateFormat::Iso), DateCell::Partial(PartialDate::Year(2021)));
    assert_eq!(parse("2021-13", DateFormat::Iso), DateCell::None);
    assert_eq!(PartialDate::Month { year: 2021, month: 2 }.middle(), Date::from_ymd(2021, 2, 15));
    assert_eq!(PartialDate::Year(2021).middle(), Date::from_ymd(2021, 7, 1));
}

#[test]
fn differences_are_calendar_days() {
    let day = |y, m, d| Date::from_ymd(y, m, d).expect("a day that exists").days();
    assert_eq!(day(1970, 1, 1), 0);
    assert_eq!(day(2000, 3, 1) - day(2000, 2, 28), 2);
    assert_eq!(day(1969, 12, 31), -1);
    assert_eq!(Date::from_ymd(804, 3, 9).map(|date| date.to_string()), Some("0804-03-09".to_owned()));
}

#[test]
fn day_and_month_are_told_apart_only_by_a_day_over_12() {
    let both = [DateFormat::DayMonthYear, DateFormat::MonthDayYear];
    assert_eq!(formats_of(&column(&["03/04/2021", "", "01/02/2020"]), &[]), both);
    assert_eq!(formats_of(&column(&["03/04/2021", "13/02/2020"]), &[]), [DateFormat::DayMonthYear]);
    assert_eq!(formats_of(&column(&["03/04/2021", "02/13/2020"]), &[]), [DateFormat::MonthDayYear]);
    // Read alike both ways: nothing to choose.
    assert_eq!(formats_of(&column(&["03/03/2021", "NA", "5/2020"]), &[]), [DateFormat::DayMonthYear]);
    assert_eq!(formats_of(&column(&["13/02/2021", "02/13/2020"]), &[]), []);
}

#[test]
fn one_format_for_all_cells() {
    assert_eq!(formats_of(&column(&["2021-03-09", "2021", "2021-04"]), &[]), [DateFormat::Iso]);
    assert_eq!(formats_of(&column(&["2021-03-09", "09/03/2021"]), &[]), []);
    assert_eq!(formats_of(&column(&["2021-03-09", "alive"]), &["alive".to_owned()]), [DateFormat::Iso]);
    assert_eq!(formats_of(&column(&["", "NA"]), &[]), []);
    assert_eq!(formats_of(&column(&["2020", "2021"]), &[]), [DateFormat::Iso]);
}

#[test]
fn months_in_letters() {
    for (cell, format, day) in [
        ("3 mars 2021", DateFormat::DayNameYear, (2021, 3, 3)),
        ("03-Mar-2021", DateFormat::DayNameYear, (2021, 3, 3)),
        ("03MAR2021", DateFormat::DayNameYear, (2021, 3, 3)),
        ("03MAR2021:14:30:00", DateFormat::DayNameYear, (2021, 3, 3)),
        ("1er août 2020", DateFormat::DayNameYear, (2020, 8, 1)),
        ("1ER AOÛT 2020", DateFormat::DayNameYear, (2020, 8, 1)),
        ("1 aou\u{302}t 2020", DateFormat::DayNameYear, (2020, 8, 1)),
        ("1 aout 2020", DateFormat::DayNameYear, (2020, 8, 1)),
        ("9 févr. 2020", DateFormat::DayNameYear, (2020, 2, 9)),
        ("9 fev 2020", DateFormat::DayNameYear, (2020, 2, 9)),
        ("14 juil. 2019", DateFormat::DayNameYear, (2019, 7, 14)),
        ("14 juin 2019", DateFormat::DayNameYear, (2019, 6, 14)),
        ("31\u{a0}décembre\u{a0}2020", DateFormat::DayNameYear, (2020, 12, 31)),
        ("mercredi 3 mars 2021 à 14h30", DateFormat::DayNameYear, (2021, 3, 3)),
        ("Mar 3, 2021", DateFormat::NameDayYear, (2021, 3, 3)),
        ("March 3rd, 2021 2:30 p.m.", DateFormat::NameDayYear, (2021, 3, 3)),
        ("Wednesday, March 3, 2021", DateFormat::NameDayYear, (2021, 3, 3)),
        ("2021-Mar-03", DateFormat::YearNameDay, (2021, 3, 3)),
    ] {
        let (year, month, of) = day;
        assert_eq!(parse(cell, format), full(year, month, of), "{cell}");
        for other in DateFormat::ALL.into_iter().filter(|&other| other != format) {
            assert_eq!(parse(cell, other), DateCell::None, "{cell} as {other}");
        }
    }
    for cell in [
        "31 février 2021",
        "3 mars",
        "3 ma 2021",
        "3 mars 20211",
        "3 mars 2021 x",
        "mars",
        "3 mars avril 2021",
        "x 3 mars 2021",
        "3rd of march 2021",
        "3 mars 21",
    ] {
        for format in [DateFormat::DayNameYear, DateFormat::NameDayYear, DateFormat::YearNameDay] {
            assert_eq!(parse(cell, format), DateCell::None, "{cell}");
        }
    }
    let month = DateCell::Partial(PartialDate::Month { year: 2021, month: 3 });
    assert_eq!(parse("mars 2021", DateFormat::DayNameYear), month);
}

#[test]
fn years_of_two_digits() {
    let of = |cell, first| read(cell, DateFormat::DayMonthYear, Years::Two { first });
    assert_eq!(of("13/01/29", WINDOW).date, full(2029, 1, 13));
    assert_eq!(of("13/01/30", WINDOW).date, full(1930, 1, 13));
    assert_eq!(of("13/01/99", WINDOW).date, full(1999, 1, 13));
    assert_eq!(of("13/01/00", WINDOW).date, full(2000, 1, 13));
    assert_eq!(of("13/01/29", 1920).date, full(1929, 1, 13));
    assert_eq!(of("13/01/19", 1920).date, full(2019, 1, 13));
    assert!(of("13/01/19", 1920).short_year);
    assert_eq!(of("13/01/2019", 1920).date, DateCell::None);
    assert_eq!(of("29/02/21", WINDOW).date, DateCell::None);
    let any = |cell| read(cell, DateFormat::DayMonthYear, Years::Any { first: 1930 });
    assert_eq!((any("13/01/19").date, any("13/01/2019").date), (full(2019, 1, 13), full(2019, 1, 13)));
    assert_eq!((any("13/01/19").short_year, any("13/01/2019").short_year), (true, false));
    let short = read("03-Mar-21", DateFormat::DayNameYear, SHORT);
    assert_eq!((short.date, short.short_year), (full(2021, 3, 3), true));
}

#[test]
fn serial_days_of_excel() {
    // As Excel shows them.
    for (cell, day) in [
        ("1", (1900, 1, 1)),
        ("59", (1900, 2, 28)),
        ("61", (1900, 3, 1)),
        ("25569", (1970, 1, 1)),
        ("44264", (2021, 3, 9)),
        ("44264.0", (2021, 3, 9)),
        ("2958465", (9999, 12, 31)),
    ] {
        assert_eq!(parse(cell, DateFormat::Excel), full(day.0, day.1, day.2), "{cell}");
    }
    assert!(read("44264,5", DateFormat::Excel, Years::Four).has_time);
    for cell in ["0", "60", "2958466", "-1", "44264x", "99999999999999999999", ".5", ""] {
        assert_eq!(parse(cell, DateFormat::Excel), DateCell::None, "{cell}");
    }
    assert_eq!(parse("0", DateFormat::Excel1904), full(1904, 1, 1));
    assert_eq!(parse("42802", DateFormat::Excel1904), full(2021, 3, 9));
}

#[test]
fn eight_digits() {
    assert_eq!(parse("20210309", DateFormat::Compact), full(2021, 3, 9));
    assert_eq!(parse("20210309 14:30", DateFormat::Compact), full(2021, 3, 9));
    assert_eq!(parse("202103", DateFormat::Compact), DateCell::Partial(PartialDate::Month { year: 2021, month: 3 }));
    for cell in ["20210230", "2021030", "202103091", "2021-03-09", "éééééééé", "20"] {
        assert_eq!(parse(cell, DateFormat::Compact), DateCell::None, "{cell}");
    }
}

#[test]
fn times_of_day_are_told() {
    for (time, is_time) in [
        (" 00:00:00", false),
        (" 12:00 AM", false),
        (" 12:00 PM", true),
        (" 00:00:01", true),
        (" 14h30", true),
        (" 14h", true),
        (" 2:30 p.m.", true),
        ("T00:00:00.000Z", false),
        ("", false),
    ] {
        let cell = format!("2021-03-09{time}");
        let reading = read(&cell, DateFormat::Iso, Years::Four);
        assert_eq!((reading.date, reading.has_time), (full(2021, 3, 9), is_time), "{cell}");
    }
    assert!(read("3/9/2021, 2:30:00 PM", DateFormat::MonthDayYear, Years::Four).has_time);
}

#[test]
fn names_of_formats() {
    for format in DateFormat::ALL {
        assert_eq!(DateFormat::of_name(format.name()), Some(format));
    }
    for (name, format) in [
        ("DD/MM/YYYY", DateFormat::DayMonthYear),
        ("jj/mm/aaaa", DateFormat::DayMonthYear),
        ("dd/mm/yy", DateFormat::DayMonthYear),
        ("mm-dd-yyyy", DateFormat::DashedMonthDayYear),
        ("dd-mmm-yyyy", DateFormat::DayNameYear),
        ("mon d, y", DateFormat::NameDayYear),
        ("d mon. y", DateFormat::DayNameYear),
        ("YYYYMMDD", DateFormat::Compact),
        ("ISO", DateFormat::Iso),
    ] {
        assert_eq!(DateFormat::of_name(name), Some(format), "{name}");
    }
    for name in ["", "d", "d/m", "y/d/m", "d/m-y/", "é", "m.d.y", "mon"] {
        assert_eq!(DateFormat::of_name(name), None, "{name}");
    }
}

#[test]
fn ambiguity_of_each_separator() {
    use DateFormat as F;
    for (cells, formats) in [
        (&["03/04/21", "01/02/21"][..], &[F::DayMonthYear, F::MonthDayYear][..]),
        (&["13/04/21", "01/02/21"], &[F::DayMonthYear]),
        (&["03-04-2021"], &[F::DashedDayMonthYear, F::DashedMonthDayYear]),
        (&["04-13-2021"], &[F::DashedMonthDayYear]),
        // Nobody can tell the 13th of 2021 from the 21st of 2013.
        (&["13-04-21"], &[F::DashedDayMonthYear, F::Iso]),
        (&["13-04-85"], &[F::DashedDayMonthYear]),
        (&["03.04.21"], &[F::DottedDayMonthYear]),
        (&["03/03/2021"], &[F::DayMonthYear]),
        (&["13/04/2021", "13/04/21"], &[]),
        (&["3 mars 2021", "Mar 3, 2021"], &[]),
    ] {
        assert_eq!(formats_of(&column(cells), &[]), formats, "{cells:?}");
    }
    // Years that may be mixed where the study names the hundred years.
    let mixed = written(&column(&["13/04/2021", "14/04/21"]), &[], None, Some(1930));
    assert_eq!(mixed, Written::One(F::DayMonthYear, Years::Any { first: 1930 }));
    let declared = written(&column(&["03/04/21"]), &[], Some(F::MonthDayYear), None);
    assert_eq!(declared, Written::One(F::MonthDayYear, SHORT));
}

proptest::proptest! {
    /// A day written in any format is read as that day.
    #[test]
    fn any_day_in_any_format(days in -25_000i32..40_000, short in proptest::bool::ANY, padded in proptest::bool::ANY, name in 0usize..4) {
        let date = NaiveDate::from_epoch_days(days).map(Date).expect("a day");
        let (y, m, d) = (date.year(), date.month(), date.day());
        let month_name = MONTHS[m as usize - 1][name % MONTHS[m as usize - 1].len()];
        let two = |x: u32| if padded { format!("{x:02}") } else { x.to_string() };
        let in_window = (WINDOW..WINDOW + 100).contains(&y);
        let (year, years) = if short && in_window { (format!("{:02}", y % 100), SHORT) } else { (format!("{y:04}"), Years::Four) };
        for format in DateFormat::ALL {
            let (cell, years) = match format {
                DateFormat::Compact => (format!("{y:04}{m:02}{d:02}"), Years::Four),
                // From 1900-03-01 on, Excel's day 0 is 1899-12-30.
                DateFormat::Excel if days > -25_000 => ((days + 25_569).to_string(), Years::Four),
                DateFormat::Excel1904 if days >= -24_107 => ((days + 24_107).to_string(), Years::Four),
                DateFormat::Excel | DateFormat::Excel1904 => continue,
                _ => {
                    let separator = format.name().trim_start_matches(char::is_alphabetic).chars().next().expect("a separator").to_string();
                    let part = |part: &str| match part {
                        "y" => year.clone(),
                        "m" => two(m),
                        "d" => two(d),
                        _ => month_name.to_owned(),
                    };
                    let parts: Vec<String> = format.name().split(&separator).map(part).collect();
                    (parts.join(&separator), years)
                }
            };
            proptest::prop_assert_eq!(read(&cell, format, years).date, DateCell::Full(date), "{} as {}", cell, format);
        }
    }

    /// No text makes a reader fail.
    #[test]
    fn any_text_is_read(
        parts in proptest::collection::vec(proptest::sample::select(&["1", "31", "2021", "é", "mars", "/", ".", ":", "T", "h", " ", "+", ",", "-", "Z", "pm", "\u{a0}", "𝟙", "er", "\u{301}"][..]), 0..12),
    ) {
        let cell = parts.concat();
        for format in DateFormat::ALL {
            for years in [Years::Four, SHORT, Years::Any { first: 1930 }] {
                read(&cell, format, years);
            }
        }
        DateFormat::of_name(&cell);
        is_date_like(&cell);
    }
}
