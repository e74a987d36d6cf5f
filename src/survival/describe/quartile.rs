//! Quartiles by the rules that packages differ in.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How a quartile is taken from n ordered values x₁ ≤ … ≤ xₙ. The median is the same under every rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantileType {
    /// Average of two neighbours where np is whole, else the next value (Hyndman and Fan 1996, type 2): SAS, Stata.
    Two,
    /// Interpolated at (n + 1)p, within the values (type 6): SPSS (HAVERAGE).
    Six,
    /// Interpolated at (n − 1)p + 1 (type 7): R.
    Seven,
    /// The median of the lower and of the upper half, the middle value in both (Tukey 1977). R: `fivenum(x)`.
    Tukey,
}

impl QuantileType {
    const NAMES: [(u64, Self); 3] = [(2, Self::Two), (6, Self::Six), (7, Self::Seven)];
}

impl Serialize for QuantileType {
    /// 2, 6, 7 or `"tukey"`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Self::NAMES.iter().find(|(_, kind)| kind == self) {
            Some((number, _)) => serializer.serialize_u64(*number),
            None => serializer.serialize_str("tukey"),
        }
    }
}

impl<'de> Deserialize<'de> for QuantileType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        if value == "tukey" {
            return Ok(Self::Tukey);
        }
        let named = Self::NAMES.iter().find(|(number, _)| value.as_u64() == Some(*number));
        named.map(|(_, kind)| *kind).ok_or_else(|| {
            serde::de::Error::custom(format!("2, 6, 7 or \"tukey\" was expected as quantile_type, found {value}"))
        })
    }
}

/// First quartile, median and third quartile of values in ascending order; `None` without a value.
/// R: `quantile(x, c(.25, .5, .75), type = 2 | 6 | 7)`, `fivenum(x)[2:4]`.
///
/// Positions are counted in quarters of a place, so that no rounding decides between two neighbours.
pub fn quartiles(sorted: &[f64], kind: QuantileType) -> Option<[f64; 3]> {
    let n = sorted.len();
    if n == 0 {
        return None;
    }
    // The value at a position from 1, given in quarters of a place.
    let at = |quarters: usize| {
        let quarters = quarters.clamp(4, 4 * n);
        let (low, rest) = (sorted[quarters / 4 - 1], quarters % 4);
        if rest == 0 { low } else { low + (sorted[quarters / 4] - low) * (rest as f64 / 4.0) }
    };
    let value = |k: usize| match kind {
        QuantileType::Two if (k * n).is_multiple_of(4) => at(k * n + 2),
        QuantileType::Two => at((k * n).div_ceil(4) * 4),
        QuantileType::Six => at(k * (n + 1)),
        QuantileType::Seven => at(k * (n - 1) + 4),
        QuantileType::Tukey => {
            let depth = n.div_ceil(2) + 1; // twice the depth of a hinge
            match k {
                1 => at(2 * depth),
                2 => at(2 * (n + 1)),
                _ => at(4 * (n + 1) - 2 * depth),
            }
        }
    };
    Some([value(1), value(2), value(3)])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [QuantileType; 4] = [QuantileType::Two, QuantileType::Six, QuantileType::Seven, QuantileType::Tukey];

    /// The vector of rule 25.
    #[test]
    fn vector_of_the_rule() {
        let x = [31.0, 35.0, 40.0, 42.0, 44.0, 47.0, 49.0, 50.0, 52.0, 55.0];
        assert_eq!(quartiles(&x, QuantileType::Two), Some([40.0, 45.5, 50.0]));
        assert_eq!(quartiles(&x, QuantileType::Tukey), Some([40.0, 45.5, 50.0]));
        assert_eq!(quartiles(&x, QuantileType::Six), Some([38.75, 45.5, 50.5]));
        assert_eq!(quartiles(&x, QuantileType::Seven), Some([40.5, 45.5, 49.75]));
    }

    /// tests/reference/describe.R: squares of 1 … n under each rule.
    #[test]
    fn small_samples_of_r() {
        for want in super::super::cases::list_of_r::<Vec<f64>>("quartiles") {
            let n = want[0] as u32;
            let x: Vec<f64> = (1..=n).map(|i| f64::from(i * i)).collect();
            for (kind, want) in ALL.into_iter().zip(want[1..].chunks(3)) {
                assert_eq!(quartiles(&x, kind).unwrap(), want, "n = {n}, {kind:?}");
            }
        }
        assert_eq!(quartiles(&[], QuantileType::Seven), None);
    }

    #[test]
    fn spellings() {
        for (text, kind) in [("2", ALL[0]), ("6", ALL[1]), ("7", ALL[2]), ("\"tukey\"", ALL[3])] {
            assert_eq!(serde_json::from_str::<QuantileType>(text).unwrap(), kind);
            assert_eq!(serde_json::to_string(&kind).unwrap(), text);
        }
        assert!(serde_json::from_str::<QuantileType>("5").is_err());
        assert!(serde_json::from_str::<QuantileType>("7.5").is_err());
    }
}
