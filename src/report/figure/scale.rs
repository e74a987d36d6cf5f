//! Scales: values to pixels, and ticks that a clinician would choose.

use serde::{Deserialize, Serialize};

/// The unit of a time axis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months.
    #[default]
    Months,
    /// Years.
    Years,
    /// A time of unknown unit.
    Other,
}

impl Unit {
    /// The unit of an endpoint by its name in the study: `days`, `weeks`, `months`, `years`; else [`Unit::Other`].
    pub fn named(name: &str) -> Self {
        match name {
            "days" => Self::Days,
            "weeks" => Self::Weeks,
            "months" => Self::Months,
            "years" => Self::Years,
            _ => Self::Other,
        }
    }

    /// The code of its words in the section `figure`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Days => "unit_days",
            Self::Weeks => "unit_weeks",
            Self::Months => "unit_months",
            Self::Years => "unit_years",
            Self::Other => "unit_other",
        }
    }

    /// Distances between ticks that read well in this unit, in increasing order.
    const fn steps(self) -> &'static [f64] {
        match self {
            Self::Days => &[1.0, 2.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0, 730.0, 1825.0, 3650.0],
            Self::Weeks => &[1.0, 2.0, 4.0, 8.0, 13.0, 26.0, 52.0, 104.0, 260.0, 520.0],
            Self::Months => &[1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 36.0, 60.0, 120.0, 240.0],
            Self::Years => &[0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0],
            Self::Other => &[],
        }
    }
}

/// A map from values to pixels, straight or logarithmic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The value at the start.
    pub from: f64,
    /// The value at the end; greater than `from`.
    pub to: f64,
    /// Pixel of the start.
    pub start: f64,
    /// Pixel of the end.
    pub end: f64,
    /// Equal ratios are equal distances; `from` is then above 0.
    pub log: bool,
}

impl Scale {
    /// The pixel of a value; a value outside stands at the nearer end.
    pub fn at(&self, value: f64) -> f64 {
        let value = value.clamp(self.from, self.to);
        let share = if self.log {
            libm::log(value / self.from) / libm::log(self.to / self.from)
        } else {
            (value - self.from) / (self.to - self.from)
        };
        self.start + share.clamp(0.0, 1.0) * (self.end - self.start)
    }

    /// Whether the value is on the axis, its ends included; a hair beyond counts, for the sake of rounding.
    pub fn has(&self, value: f64) -> bool {
        let hair = 1e-9 * (self.to - self.from);
        value >= self.from - hair && value <= self.to + hair
    }
}

/// Ticks from 0 to `max` in `unit`, at most `most` (at least two) of them, 0 included.
///
/// The smallest clinical distance that keeps to `most` is taken; outside the clinical range the ticks are 1, 2 or 5
/// times a power of ten. Without a positive, finite `max` there is one tick at 0.
pub fn ticks(unit: Unit, max: f64, most: usize) -> Vec<f64> {
    if !(max > 0.0 && max.is_finite()) {
        return vec![0.0];
    }
    let most = most.max(2);
    let intervals = (most - 1) as f64;
    // A tick that rounding puts a hair beyond the end still belongs to the axis.
    let fits = |step: f64| (max / step + 1e-9).floor() <= intervals;
    let clinical = unit.steps();
    let step = match clinical.first() {
        // Below one unit a clinical step would leave the axis bare.
        Some(&smallest) if max >= 2.0 * smallest => clinical.iter().copied().find(|&step| fits(step)),
        _ => None,
    };
    // A step is a fraction, so that three steps of a tenth are 0.3 and not 3 × 0.1.
    let (digit, divisor) = step.map_or_else(|| decimal_step(max, fits), |step| (step, 1.0));
    let count = (max * divisor / digit + 1e-9).floor() as usize;
    (0..=count.min(most - 1)).map(|index| index as f64 * digit / divisor).collect()
}

/// Ticks at 1, 2 or 5 times a power of ten between `from` and `to`, ends included, at most `most` (at least two) of them.
///
/// Fewer than two where the range is empty or not finite.
pub fn ticks_between(from: f64, to: f64, most: usize) -> Vec<f64> {
    let length = to - from;
    if !(length > 0.0 && length.is_finite()) {
        return vec![from];
    }
    let intervals = (most.max(2) - 1) as f64;
    let (digit, divisor) = decimal_step(length, |step| length / step <= intervals + 1e-9);
    let index = |value: f64| value * divisor / digit;
    let (first, last) = (libm::ceil(index(from) - 1e-9) as i64, libm::floor(index(to) + 1e-9) as i64);
    (first..=last).map(|index| index as f64 * digit / divisor).collect()
}

/// Ticks of a logarithmic axis between two positive values, at most `most` (at least two) of them.
///
/// 1, 2 and 5 times powers of ten where they fit, else powers of ten, else every so many of them.
pub fn ticks_log(from: f64, to: f64, most: usize) -> Vec<f64> {
    if !(from > 0.0 && to > from && to.is_finite()) {
        return Vec::new();
    }
    let (low, high) = (libm::floor(libm::log10(from)) as i32, libm::ceil(libm::log10(to)) as i32);
    let inside = |value: &f64| *value >= from * (1.0 - 1e-9) && *value <= to * (1.0 + 1e-9);
    let power = |exponent: i32| if exponent < 0 { 1.0 / power_of_ten(-exponent) } else { power_of_ten(exponent) };
    let mut found = Vec::new();
    for digits in
        [&[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0][..], &[1.0, 2.0, 3.0, 5.0], &[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]]
    {
        let of = |exponent: i32| digits.iter().map(move |&digit| rounded(digit, exponent));
        found = (low..=high).flat_map(of).filter(inside).collect();
        if found.len() <= most.max(2) {
            return found;
        }
    }
    let every = found.len().div_ceil(most.max(2));
    let exponents = (low..=high).filter(|exponent| exponent.rem_euclid(every as i32) == 0);
    found = exponents.map(power).filter(inside).collect();
    found
}

/// `digit` times ten to `exponent`, as close as a number comes.
fn rounded(digit: f64, exponent: i32) -> f64 {
    if exponent < 0 { digit / power_of_ten(-exponent) } else { digit * power_of_ten(exponent) }
}

fn power_of_ten(exponent: i32) -> f64 {
    libm::round(libm::pow(10.0, f64::from(exponent)))
}

/// The smallest of 1, 2, 5 times a power of ten that fits, as a numerator and a divisor.
fn decimal_step(max: f64, fits: impl Fn(f64) -> bool) -> (f64, f64) {
    let mut power = libm::pow(10.0, libm::floor(libm::log10(max)) - 3.0);
    loop {
        for digit in [1.0, 2.0, 5.0] {
            let (digit, divisor) =
                if power < 1.0 { (digit, libm::round(1.0 / power)) } else { (digit * libm::round(power), 1.0) };
            let step = digit / divisor;
            if !step.is_normal() {
                return (max, 1.0);
            }
            if fits(step) {
                return (digit, divisor);
            }
        }
        power *= 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clinical_units() {
        assert_eq!(ticks(Unit::Months, 160.0, 8), [0.0, 24.0, 48.0, 72.0, 96.0, 120.0, 144.0]);
        assert_eq!(ticks(Unit::Months, 160.0, 4), [0.0, 60.0, 120.0]);
        assert_eq!(ticks(Unit::Months, 60.0, 7), [0.0, 12.0, 24.0, 36.0, 48.0, 60.0]);
        assert_eq!(ticks(Unit::Months, 30.0, 6), [0.0, 6.0, 12.0, 18.0, 24.0, 30.0]);
        assert_eq!(ticks(Unit::Years, 10.0, 6), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(ticks(Unit::Days, 1022.0, 7), [0.0, 180.0, 360.0, 540.0, 720.0, 900.0]);
        assert_eq!(ticks(Unit::Days, 999.0, 4), [0.0, 365.0, 730.0]);
        assert_eq!(ticks(Unit::Weeks, 110.0, 6), [0.0, 26.0, 52.0, 78.0, 104.0]);
    }

    #[test]
    fn outside_the_clinical_range() {
        assert_eq!(ticks(Unit::Other, 0.9, 10), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
        assert_eq!(ticks(Unit::Months, 0.5, 6), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]);
        assert_eq!(ticks(Unit::Months, 5000.0, 6), [0.0, 1000.0, 2000.0, 3000.0, 4000.0, 5000.0]);
        assert_eq!(ticks(Unit::Months, 0.0, 6), [0.0]);
        assert_eq!(ticks(Unit::Months, f64::NAN, 6), [0.0]);
        assert_eq!(ticks(Unit::Months, f64::INFINITY, 6), [0.0]);
    }

    #[test]
    fn never_more_than_asked_and_never_beyond_the_end() {
        for unit in [Unit::Days, Unit::Weeks, Unit::Months, Unit::Years, Unit::Other] {
            for exponent in -12..12 {
                for digit in [1.0, 1.7, 3.3, 9.99] {
                    let max = digit * libm::pow(10.0, f64::from(exponent));
                    for most in 0..12 {
                        let ticks = ticks(unit, max, most);
                        assert!(ticks.len() <= most.max(2), "{unit:?} {max} {most}: {ticks:?}");
                        assert!(ticks.iter().all(|&tick| tick <= max * (1.0 + 1e-8)));
                        assert_eq!(ticks[0], 0.0);
                    }
                }
            }
        }
        for max in [f64::MIN_POSITIVE, 1e-320, 1e300, f64::MAX] {
            assert!(ticks(Unit::Months, max, 6).len() <= 6);
        }
    }

    #[test]
    fn ticks_of_a_range_and_of_ratios() {
        assert_eq!(ticks_between(-2.3, 1.1, 6), [-2.0, -1.0, 0.0, 1.0]);
        assert_eq!(ticks_between(0.5, 1.0, 6), [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]);
        assert_eq!(ticks_between(3.0, 3.0, 6), [3.0]);
        assert_eq!(ticks_log(0.1, 10.0, 7), [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]);
        assert_eq!(ticks_log(0.1, 10.0, 3), [0.1, 1.0, 10.0]);
        assert_eq!(ticks_log(0.7, 1.6, 6), [0.7, 1.0, 1.5]);
        assert_eq!(ticks_log(1e-6, 1e6, 5), [1e-6, 1e-3, 1.0, 1e3, 1e6]);
        assert!(ticks_log(0.0, 1.0, 5).is_empty() && ticks_log(1.0, f64::INFINITY, 5).is_empty());
        for most in 2..12 {
            for (from, to) in [(0.3, 1.9), (0.01, 40.0), (1e-9, 1e9), (0.9, 1.1)] {
                let ticks = ticks_log(from, to, most);
                assert!(
                    ticks.len() <= most.max(2) && ticks.iter().all(|&tick| tick >= from * 0.999 && tick <= to * 1.001)
                );
            }
        }
    }

    #[test]
    fn a_logarithmic_axis_has_equal_ratios_at_equal_distances() {
        let axis = Scale { from: 0.1, to: 10.0, start: 0.0, end: 100.0, log: true };
        for (value, place) in [(0.1, 0.0), (1.0, 50.0), (10.0, 100.0), (0.0, 0.0), (99.0, 100.0)] {
            assert!((axis.at(value) - place).abs() < 1e-12);
        }
        assert!(axis.has(10.0) && !axis.has(10.1) && !axis.has(0.09));
    }

    #[test]
    fn a_value_outside_stands_at_the_end() {
        let scale = Scale { from: 0.0, to: 10.0, start: 50.0, end: 150.0, log: false };
        assert_eq!(scale.at(5.0), 100.0);
        assert_eq!(scale.at(-1.0), 50.0);
        assert_eq!(scale.at(11.0), 150.0);
        let down = Scale { from: 0.0, to: 1.0, start: 200.0, end: 0.0, log: false };
        assert_eq!(down.at(0.25), 150.0);
    }
}
