//! In place of the library of this name: decimal numbers by the standard library. Both take the same texts and round to the nearest number.

#![forbid(unsafe_code)]

use std::fmt;
use std::str::FromStr;

/// The text is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("error while parsing a float")
    }
}

impl std::error::Error for Error {}

/// A type of numbers.
pub trait FastFloat: FromStr {}
impl FastFloat for f32 {}
impl FastFloat for f64 {}

/// The number that is all of the text.
///
/// # Errors
/// The text is no number.
pub fn parse<T: FastFloat, S: AsRef<[u8]>>(text: S) -> Result<T, Error> {
    str::from_utf8(text.as_ref()).ok().and_then(|text| text.parse().ok()).ok_or(Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_what_is_none() {
        for (text, value) in [
            ("1", 1.0),
            ("-0.5", -0.5),
            ("+1e3", 1000.0),
            ("1.", 1.0),
            (".5", 0.5),
            ("1E-2", 0.01),
            ("0.1", 0.1),
            ("9007199254740993", 9_007_199_254_740_992.0),
            ("1.7976931348623157e308", f64::MAX),
            ("5e-324", 5e-324),
            ("1e400", f64::INFINITY),
            ("-inf", f64::NEG_INFINITY),
            ("Infinity", f64::INFINITY),
        ] {
            assert_eq!(parse::<f64, _>(text), Ok(value), "{text}");
        }
        assert!(parse::<f64, _>("NaN").is_ok_and(f64::is_nan));
        for text in ["", " 1", "1 ", "1e", ".", "e5", "1,5", "0x1", "--1", "é"] {
            assert_eq!(parse::<f64, _>(text), Err(Error), "{text:?}");
        }
        assert_eq!(parse::<f64, _>([0xff]), Err(Error));
    }
}
