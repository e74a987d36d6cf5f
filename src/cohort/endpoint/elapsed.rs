//! Time between two days in the unit of an endpoint (rule 14).

use chrono::{Months, NaiveDate};

use super::MonthRule;
use crate::cohort::document::Unit;

/// Time from day `from` to day `to` (days since 1970-01-01, `from` ≤ `to`).
///
/// - `days`: whole days, divided once by the length of the unit. R: `as.numeric(to - from) / 30.4375`.
/// - `plus_one_day`: the same with the last day counted too, as a length of stay is in some registries.
/// - `calendar`: whole months since `from`, and the share of the month under way that has passed. A month begins on the day of
///   `from`, or on the last day of a month that is too short for it. Years are twelve such months; days and weeks are as under
///   `days`. R: `lubridate::time_length(interval(from, to), "month")`.
pub fn elapsed(from: i64, to: i64, unit: Unit, rule: MonthRule) -> f64 {
    let days = (to - from) as f64;
    let months = match unit {
        Unit::Days | Unit::Weeks => None,
        Unit::Months => Some(1),
        Unit::Years => Some(12),
    };
    match (rule, months) {
        (MonthRule::PlusOneDay, _) => (days + 1.0) / unit.days(),
        (MonthRule::Calendar, Some(months)) => anniversaries(from, to, months).unwrap_or(days / unit.days()),
        (MonthRule::Calendar, None) | (MonthRule::Days, _) => days / unit.days(),
    }
}

/// Steps of `months` months from one day to the other, the last of them a fraction; `None` beyond the calendar's range.
fn anniversaries(from: i64, to: i64, months: u32) -> Option<f64> {
    let day = |days: i64| i32::try_from(days).ok().and_then(NaiveDate::from_epoch_days);
    let (start, end) = (day(from)?, day(to)?);
    let after = |steps: u32| start.checked_add_months(Months::new(steps.checked_mul(months)?));
    // The mean length of a step gives their number to within one.
    let mut steps = u32::try_from((to - from) / (32 * i64::from(months))).ok()?;
    while after(steps + 1)? <= end {
        steps += 1;
    }
    let (before, next) = (after(steps)?, after(steps + 1)?);
    Some(f64::from(steps) + (end - before).num_days() as f64 / (next - before).num_days() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> i64 {
        i64::from(NaiveDate::from_ymd_opt(year, month, day).expect("a day").to_epoch_days())
    }

    #[track_caller]
    fn months(from: i64, to: i64, expected: f64) {
        let found = elapsed(from, to, Unit::Months, MonthRule::Calendar);
        assert!((found - expected).abs() < 1e-12, "{found} for {expected}");
    }

    #[test]
    fn whole_days_divided_once() {
        let (from, to) = (day(2020, 1, 31), day(2020, 3, 1));
        assert_eq!(elapsed(from, to, Unit::Days, MonthRule::Days), 30.0);
        assert_eq!(elapsed(from, to, Unit::Months, MonthRule::Days), 30.0 / 30.4375);
        assert_eq!(elapsed(from, to, Unit::Years, MonthRule::Days), 30.0 / 365.25);
    }

    #[test]
    fn the_last_day_counted_too() {
        let (from, to) = (day(2020, 1, 31), day(2020, 3, 1));
        assert_eq!(elapsed(from, to, Unit::Days, MonthRule::PlusOneDay), 31.0);
        assert_eq!(elapsed(from, to, Unit::Weeks, MonthRule::PlusOneDay), 31.0 / 7.0);
        assert_eq!(elapsed(from, from, Unit::Months, MonthRule::PlusOneDay), 1.0 / 30.4375);
    }

    #[test]
    fn calendar_anniversaries() {
        months(day(2020, 3, 9), day(2020, 3, 9), 0.0);
        months(day(2020, 3, 9), day(2020, 4, 9), 1.0);
        // Fifteen of the 31 days from 9 March to 9 April.
        months(day(2020, 3, 9), day(2020, 3, 24), 15.0 / 31.0);
        months(day(2020, 3, 9), day(2025, 3, 9), 60.0);
        // From 31 January the months begin on 29 February, 31 March, 30 April.
        months(day(2020, 1, 31), day(2020, 2, 29), 1.0);
        months(day(2020, 1, 31), day(2020, 3, 1), 1.0 + 1.0 / 31.0);
        months(day(2020, 1, 31), day(2020, 4, 30), 3.0);
        // Born on a leap day: a year on 28 February, four on 29 February.
        let years = |to| elapsed(day(2020, 2, 29), to, Unit::Years, MonthRule::Calendar);
        assert_eq!((years(day(2021, 2, 28)), years(day(2024, 2, 29))), (1.0, 4.0));
        assert_eq!(years(day(2021, 3, 1)), 1.0 + 1.0 / 365.0);
        let weeks = elapsed(day(2020, 3, 9), day(2020, 3, 23), Unit::Weeks, MonthRule::Calendar);
        assert_eq!(weeks, 2.0);
    }

    #[test]
    fn never_goes_back() {
        for origin in [day(2019, 12, 31), day(2020, 2, 29), day(2021, 1, 30)] {
            for unit in [Unit::Months, Unit::Years] {
                let times: Vec<f64> =
                    (0..1600).map(|days| elapsed(origin, origin + days, unit, MonthRule::Calendar)).collect();
                assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
            }
        }
    }
}
