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

/// A straight map from values to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Linear {
    /// The value at the start.
    pub from: f64,
    /// The value at the end; greater than `from`.
    pub to: f64,
    /// Pixel of the start.
    pub start: f64,
    /// Pixel of the end.
    pub end: f64,
}

impl Linear {
    /// The pixel of a value; a value outside stands at the nearer end.
    pub fn at(&self, value: f64) -> f64 {
        let share = ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        self.start + share * (self.end - self.start)
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
    fn a_value_outside_stands_at_the_end() {
        let scale = Linear { from: 0.0, to: 10.0, start: 50.0, end: 150.0 };
        assert_eq!(scale.at(5.0), 100.0);
        assert_eq!(scale.at(-1.0), 50.0);
        assert_eq!(scale.at(11.0), 150.0);
        let down = Linear { from: 0.0, to: 1.0, start: 200.0, end: 0.0 };
        assert_eq!(down.at(0.25), 150.0);
    }
}
