//! Which cells hold no value.

use super::number;

/// The cells that are missing in every column, besides the empty one (contract.md, Columns).
pub const DEFAULTS: [&str; 5] = ["NA", "N/A", "#N/A", "NaN", "."];

/// Whether `cell` holds no value: empty after trimming, one of [`DEFAULTS`], or one of the column's own values `extra`.
///
/// Case matters (`na` is a value). A value of `extra` matches as text, or as a number when both are numbers, so that
/// `99` also means `99.0` and `99,0`: a code for missing must never be taken for a measurement.
///
/// ```
/// use riskset::table::missing::is_missing;
/// assert!(is_missing(" NA ", &[]));
/// assert!(!is_missing("Unknown", &[]));
/// assert!(is_missing("99.0", &["99".to_owned()]));
/// ```
pub fn is_missing(cell: &str, extra: &[String]) -> bool {
    let cell = super::trimmed(cell);
    cell.is_empty() || DEFAULTS.contains(&cell) || extra.iter().any(|value| same(cell, super::trimmed(value)))
}

fn same(cell: &str, value: &str) -> bool {
    let number = |text| number::parse(text, '.').or_else(|| number::parse(text, ','));
    cell == value || number(cell).is_some_and(|x| number(value) == Some(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_of_the_contract() {
        for cell in ["", " ", "\u{a0}", "NA", "N/A", "#N/A", "NaN", ".", " . "] {
            assert!(is_missing(cell, &[]), "{cell:?}");
        }
        for cell in ["na", "nan", "Unknown", "-", "0", "..", "null", "None"] {
            assert!(!is_missing(cell, &[]), "{cell:?}");
        }
    }

    #[test]
    fn own_values_of_a_column() {
        let extra = ["99".to_owned(), "unknown ".to_owned()];
        for cell in ["99", "99.0", "99,00", "9.9e1", "unknown", "", "NA"] {
            assert!(is_missing(cell, &extra), "{cell:?}");
        }
        for cell in ["9", "990", "Unknown", "99a"] {
            assert!(!is_missing(cell, &extra), "{cell:?}");
        }
    }
}
