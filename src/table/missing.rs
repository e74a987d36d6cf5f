//! Which cells hold no value.

use crate::sorting::sort_by;

use serde::Serialize;

use super::date::{self, DateCell};
use super::infer::Inferred;
use super::{Column, ColumnType, number, values};

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

/// Texts that often stand for a missing value, in small letters and without accents.
const PROPOSED: [&str; 40] = [
    "-",
    "--",
    "---",
    "–",
    "—",
    "?",
    "??",
    "???",
    "*",
    "/",
    "//",
    "..",
    "...",
    "na",
    "n/a",
    "n.a.",
    "nan",
    "null",
    "nr",
    "n.r.",
    "nd",
    "n.d.",
    "nc",
    "n.c.",
    "nsp",
    "nk",
    "unk",
    "dk",
    "#n/d",
    "#value!",
    "#valeur!",
    "#ref!",
    "#div/0!",
    "missing",
    "manquant",
    "unknown",
    "inconnu",
    "inconnue",
    "not available",
    "not known",
];

/// Longer ones.
const PROPOSED_WORDS: [&str; 10] = [
    "non renseigne",
    "non renseignee",
    "non disponible",
    "non connu",
    "non communique",
    "non fait",
    "not done",
    "not reported",
    "not recorded",
    "donnee manquante",
];

/// Days that programs write where there is none.
const PROPOSED_DAYS: [(i32, u32, u32); 5] =
    [(1111, 11, 11), (1899, 12, 30), (1900, 1, 1), (9999, 9, 9), (9999, 12, 31)];

/// Whether `cell` is a text that often stands for a missing value: `?`, `ND`, `inconnu`, …
pub fn is_proposed(cell: &str) -> bool {
    let cell = super::trimmed(cell);
    if cell.len() > 20 {
        return false;
    }
    let text = date::folded(cell);
    PROPOSED.contains(&text.as_str()) || PROPOSED_WORDS.contains(&text.as_str())
}

/// A value that may stand for a missing one, which only the study's author can know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The value, as in the file.
    pub value: String,
    /// Number of rows that have it.
    pub n: usize,
}

/// The values of `column` that may stand for missing ones, most rows first: texts such as `?`, `ND`, `inconnu`; numbers that are
/// codes (-1, -9, -99, -999 where all others are not negative; 9, 99, 999, 9999 where all others are far smaller); days such as 1900-01-01.
/// None is taken: the study lists those that are missing.
pub fn proposals(column: &Column, inferred: &Inferred) -> Vec<Proposal> {
    let present = values::present(column, &[]);
    let value = |cell: &str| inferred.number.read(cell);
    let is_code = |x: f64| [-1.0, -9.0, -99.0, -999.0, 9.0, 99.0, 999.0, 9999.0].contains(&x);
    let others = present.iter().filter_map(|(cell, _)| value(cell)).filter(|&x| !is_code(x));
    let (mut min, mut max, mut whole) = (f64::INFINITY, f64::NEG_INFINITY, true);
    for x in others {
        (min, max) = (min.min(x), max.max(x));
        whole &= x == libm::floor(x);
    }
    let has_others = min <= max;
    let is_number_code = |cell: &str| {
        let Some(x) = value(cell).filter(|&x| is_code(x)) else { return false };
        match inferred.kind {
            ColumnType::Date => false,
            // Among words, a code of this size is no measurement.
            _ if !has_others => inferred.kind != ColumnType::Number && x != -1.0 && x != 9.0,
            _ if x < 0.0 => min >= 0.0,
            // One digit is a code where the others are grades: whole numbers to 6.
            _ if x == 9.0 => whole && max <= 6.0 && min >= 0.0,
            _ => max < 0.9 * x,
        }
    };
    let is_day = |cell: &str| match inferred.formats.as_slice() {
        [format] => match date::read(cell, *format, inferred.years).date {
            DateCell::Full(day) => PROPOSED_DAYS.contains(&(day.year(), day.month(), day.day())),
            _ => false,
        },
        _ => false,
    };
    let proposed = present.into_iter().filter(|(cell, _)| is_proposed(cell) || is_number_code(cell) || is_day(cell));
    let mut proposals: Vec<Proposal> = proposed.map(|(cell, n)| Proposal { value: cell.to_owned(), n }).collect();
    sort_by(&mut proposals, |a, b| b.n.cmp(&a.n));
    proposals
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
