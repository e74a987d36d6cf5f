//! p values adjusted for several tests.

use serde::{Deserialize, Serialize};

/// How p values are adjusted for their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Adjustment {
    /// Step-down Bonferroni (Holm 1979, Scand J Stat 6:65).
    #[default]
    Holm,
    /// Each p times the number of tests.
    Bonferroni,
    /// False discovery rate (Benjamini and Hochberg 1995, J R Stat Soc B 57:289).
    #[serde(alias = "bh")]
    BenjaminiHochberg,
    /// As they are.
    None,
}

/// Adjusted p values, in the order given, at most 1. R: `p.adjust(p, method)`.
pub fn adjust(p: &[f64], method: Adjustment) -> Vec<f64> {
    let count = p.len() as f64;
    let order = super::order::ascending(p);
    let mut out = p.to_vec();
    match method {
        Adjustment::None => {}
        Adjustment::Bonferroni => out.iter_mut().for_each(|p| *p = (*p * count).min(1.0)),
        Adjustment::Holm => {
            let mut highest: f64 = 0.0;
            for (rank, &i) in order.iter().enumerate() {
                highest = highest.max((p[i as usize] * (count - rank as f64)).min(1.0));
                out[i as usize] = highest;
            }
        }
        Adjustment::BenjaminiHochberg => {
            let mut lowest: f64 = 1.0;
            for (rank, &i) in order.iter().enumerate().rev() {
                lowest = lowest.min(p[i as usize] * count / (rank + 1) as f64);
                out[i as usize] = lowest;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let p = [0.04, 0.01, 0.03, 0.5];
        let close = |method, want: [f64; 4]| {
            for (got, want) in adjust(&p, method).iter().zip(want) {
                assert!((got - want).abs() < 1e-15, "{method:?}: {got} instead of {want}");
            }
        };
        close(Adjustment::Holm, [0.09, 0.04, 0.09, 0.5]);
        close(Adjustment::Bonferroni, [0.16, 0.04, 0.12, 1.0]);
        close(Adjustment::BenjaminiHochberg, [0.16 / 3.0, 0.04, 0.16 / 3.0, 0.5]);
        close(Adjustment::None, p);
        assert!(adjust(&[], Adjustment::Holm).is_empty());
    }

    #[test]
    fn spellings() {
        for (text, method) in [
            ("\"holm\"", Adjustment::Holm),
            ("\"bonferroni\"", Adjustment::Bonferroni),
            ("\"benjamini-hochberg\"", Adjustment::BenjaminiHochberg),
            ("\"bh\"", Adjustment::BenjaminiHochberg),
            ("\"none\"", Adjustment::None),
        ] {
            assert_eq!(serde_json::from_str::<Adjustment>(text).unwrap(), method);
        }
    }
}
