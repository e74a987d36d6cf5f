//! Numbers as text, in the language of the reader: p values, ratios, percents, counts.
//!
//! Rounding happens here and nowhere before.

use serde::{Deserialize, Serialize};

/// How numbers are written in a language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    /// 1,234.5
    #[default]
    En,
    /// 1 234,5 (narrow no-break space)
    Fr,
    /// 1 234·5, as The Lancet writes numbers
    MidDot,
}

impl Locale {
    const fn decimal(self) -> char {
        match self {
            Self::En => '.',
            Self::Fr => ',',
            Self::MidDot => '·',
        }
    }

    const fn thousands(self) -> char {
        match self {
            Self::En => ',',
            Self::Fr | Self::MidDot => '\u{202f}',
        }
    }
}

/// The rule that a journal sets for p values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PStyle {
    /// Two decimals, three below .1 and wherever two would cross .05; then <0.001.
    #[default]
    Plain,
    /// New England Journal of Medicine: two decimals above .01, three from .001 to .01, then <0.001.
    Nejm,
    /// JAMA: as NEJM without the zero before the point.
    Jama,
    /// The Lancet: two significant figures, at most four decimals, then <0.0001.
    Lancet,
}

/// A p value: never 0.000, and never rounded across .05. `None` where `p` is not a probability.
///
/// ```
/// use riskset::report::number::{Locale, PStyle, p_value};
/// assert_eq!(p_value(0.0004, PStyle::Plain, Locale::En).as_deref(), Some("<0.001"));
/// assert_eq!(p_value(0.0496, PStyle::Nejm, Locale::Fr).as_deref(), Some("0,0496"));
/// ```
pub fn p_value(p: f64, style: PStyle, locale: Locale) -> Option<String> {
    if !(0.0..=1.0).contains(&p) {
        return None;
    }
    let (least, places) = if style == PStyle::Lancet { (0.0001, 4) } else { (0.001, 3) };
    let text = if p < least {
        format!("<{}", decimals(least, places, locale))
    } else if p > 0.999 {
        format!(">{}", decimals(0.999, 3, locale))
    } else {
        let usual = match style {
            PStyle::Plain if p < 0.1 => 3,
            PStyle::Nejm | PStyle::Jama if p < 0.01 => 3,
            PStyle::Lancet if p < 0.009_95 => 4,
            PStyle::Lancet if p < 0.0995 => 3,
            _ => 2,
        };
        // Near .05 the reader must see the side: from .045 to .055 three decimals, and more where three still say .05.
        let least = if (0.045..0.055).contains(&p) { usual.max(3) } else { usual };
        let places = (least..=8).find(|&places| side_kept(p, places)).unwrap_or(least);
        decimals(p, places, locale)
    };
    Some(match style {
        PStyle::Jama => {
            ['.', ',', '·'].iter().fold(text, |text, mark| text.replacen(&format!("0{mark}"), &mark.to_string(), 1))
        }
        PStyle::Plain | PStyle::Nejm | PStyle::Lancet => text,
    })
}

/// The letter that a journal takes for a p value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PSymbol {
    /// p
    #[default]
    #[serde(rename = "p")]
    Small,
    /// P
    #[serde(rename = "P")]
    Capital,
}

/// A p value with its letter: `p = 0.03`, `P < .001`. `None` where `p` is not a probability.
pub fn p_phrase(p: f64, style: PStyle, symbol: PSymbol, locale: Locale) -> Option<String> {
    let text = p_value(p, style, locale)?;
    let letter = if symbol == PSymbol::Capital { "P" } else { "p" };
    let split = text.char_indices().nth(1).map_or(text.len(), |(at, _)| at);
    Some(match text.chars().next() {
        Some(sign @ ('<' | '>')) => format!("{letter}\u{a0}{sign}\u{a0}{}", &text[split..]),
        _ => format!("{letter}\u{a0}=\u{a0}{text}"),
    })
}

/// Whether `p` at this many decimals is on the same side of .05 and not 1 or 0.
fn side_kept(p: f64, places: usize) -> bool {
    let rounded: f64 = format!("{p:.places$}").parse().unwrap_or(p);
    rounded > 0.0 && rounded < 1.0 && (p < 0.05) == (rounded < 0.05)
}

/// A ratio (hazard ratio and its limits): two decimals, more digits for a small one and none for a huge one.
///
/// 1.70, 12.3, 780, 0.043; below 0.001 `<0.001` and above 9999 `>9999`. `None` where it is not a positive number.
pub fn ratio(value: f64, locale: Locale) -> Option<String> {
    if !value.is_finite() || value <= 0.0 {
        return None;
    }
    Some(if value < 0.001 {
        format!("<{}", decimals(0.001, 3, locale))
    } else if value > 9999.0 {
        format!(">{}", decimals(9999.0, 0, locale))
    } else if value >= 99.95 {
        decimals(value, 0, locale)
    } else if value >= 9.995 {
        decimals(value, 1, locale)
    } else if value >= 0.0995 {
        decimals(value, 2, locale)
    } else {
        decimals(value, 3, locale)
    })
}

/// A share between 0 and 1 as percent without the sign, with this many decimals. `None` where it is not finite.
pub fn percent(share: f64, places: usize, locale: Locale) -> Option<String> {
    share.is_finite().then(|| decimals(100.0 * share, places, locale))
}

/// A number with this many decimals.
pub fn fixed(value: f64, places: usize, locale: Locale) -> String {
    decimals(value, places, locale)
}

/// A time with one decimal. `None` where it is not finite.
pub fn time(value: f64, locale: Locale) -> Option<String> {
    value.is_finite().then(|| decimals(value, 1, locale))
}

/// A value on an axis: as many decimals as it needs, at most six.
pub fn axis_value(value: f64, locale: Locale) -> String {
    let text = decimals(value, 6, locale);
    text.trim_end_matches('0').trim_end_matches(locale.decimal()).to_owned()
}

/// A count, thousands apart from 10,000 on.
pub fn count(value: usize, locale: Locale) -> String {
    group_thousands(&value.to_string(), locale)
}

/// `value` with this many decimals, rounded to even where the binary value is exactly between.
fn decimals(value: f64, places: usize, locale: Locale) -> String {
    let text = format!("{value:.places$}");
    let text = match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|digit| matches!(digit, '0' | '.')) => digits.to_owned(),
        Some(digits) => format!("\u{2212}{digits}"),
        None => text,
    };
    match text.split_once('.') {
        Some((whole, part)) => format!("{}{}{part}", group_thousands(whole, locale), locale.decimal()),
        None => group_thousands(&text, locale),
    }
}

fn group_thousands(digits: &str, locale: Locale) -> String {
    let sign = if digits.starts_with('\u{2212}') { '\u{2212}'.len_utf8() } else { 0 };
    let (sign, digits) = digits.split_at(sign);
    if digits.len() < 5 {
        return format!("{sign}{digits}");
    }
    let mut out = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(locale.thousands());
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(p: f64) -> String {
        p_value(p, PStyle::Plain, Locale::En).expect("a probability")
    }

    #[test]
    fn p_values_never_cross_five_percent_nor_reach_zero() {
        for (p, text) in [
            (0.0, "<0.001"),
            (0.000_999, "<0.001"),
            (0.001, "0.001"),
            (0.0027, "0.003"),
            (0.0118, "0.012"),
            (0.049_96, "0.04996"),
            (0.049_999, "0.049999"),
            (0.05, "0.050"),
            (0.050_04, "0.050"),
            (0.0544, "0.054"),
            (0.123, "0.12"),
            (0.35, "0.35"),
            (0.9951, "0.995"),
            (0.9995, ">0.999"),
            (1.0, ">0.999"),
        ] {
            assert_eq!(plain(p), text, "{p}");
        }
        for step in 0..=100_000 {
            let p = f64::from(step) / 100_000.0;
            let text = plain(p);
            if let Ok(shown) = text.parse::<f64>() {
                assert!(shown > 0.0 && shown < 1.0, "{p}: {text}");
                assert_eq!(p < 0.05, shown < 0.05, "{p}: {text}");
            }
        }
    }

    #[test]
    fn p_values_by_journal() {
        assert_eq!(p_value(0.0118, PStyle::Nejm, Locale::En).as_deref(), Some("0.01"));
        assert_eq!(p_value(0.0052, PStyle::Nejm, Locale::En).as_deref(), Some("0.005"));
        assert_eq!(p_value(0.048, PStyle::Nejm, Locale::En).as_deref(), Some("0.048"));
        assert_eq!(p_value(0.0004, PStyle::Jama, Locale::En).as_deref(), Some("<.001"));
        assert_eq!(p_value(0.23, PStyle::Jama, Locale::En).as_deref(), Some(".23"));
        assert_eq!(p_value(0.23, PStyle::Plain, Locale::Fr).as_deref(), Some("0,23"));
        for (p, text) in
            [(0.000_09, "<0·0001"), (0.000_42, "0·0004"), (0.0042, "0·0042"), (0.042, "0·042"), (0.42, "0·42")]
        {
            assert_eq!(p_value(p, PStyle::Lancet, Locale::MidDot).as_deref(), Some(text));
        }
        let phrase = |p, style, symbol| p_phrase(p, style, symbol, Locale::En).expect("a probability");
        assert_eq!(phrase(0.0004, PStyle::Jama, PSymbol::Capital), "P\u{a0}<\u{a0}.001");
        assert_eq!(phrase(0.351, PStyle::Plain, PSymbol::Small), "p\u{a0}=\u{a0}0.35");
        for p in [f64::NAN, -0.1, 1.1, f64::INFINITY] {
            assert_eq!(p_value(p, PStyle::Plain, Locale::En), None);
        }
    }

    #[test]
    fn ratios_from_tiny_to_huge() {
        for (value, text) in [
            (1e-9, "<0.001"),
            (0.0432, "0.043"),
            (0.5, "0.50"),
            (1.701, "1.70"),
            (9.996, "10.0"),
            (12.34, "12.3"),
            (99.96, "100"),
            (780.4, "780"),
            (1e300, ">9999"),
        ] {
            assert_eq!(ratio(value, Locale::En).as_deref(), Some(text), "{value}");
        }
        assert_eq!(ratio(0.0, Locale::En), None);
        assert_eq!(ratio(f64::INFINITY, Locale::En), None);
        assert_eq!(ratio(1.5, Locale::Fr).as_deref(), Some("1,50"));
    }

    #[test]
    fn counts_percents_and_times() {
        assert_eq!(count(41, Locale::En), "41");
        assert_eq!(count(9999, Locale::En), "9999");
        assert_eq!(count(1_000_000, Locale::En), "1,000,000");
        assert_eq!(count(10_000, Locale::Fr), "10\u{202f}000");
        assert_eq!(percent(0.499_69, 1, Locale::En).as_deref(), Some("50.0"));
        assert_eq!(time(54.735, Locale::Fr).as_deref(), Some("54,7"));
        assert_eq!(time(f64::NAN, Locale::En), None);
        assert_eq!(axis_value(0.25, Locale::Fr), "0,25");
        assert_eq!(axis_value(120.0, Locale::En), "120");
        assert_eq!(axis_value(0.0, Locale::En), "0");
        assert_eq!(decimals(-0.001, 2, Locale::En), "0.00");
        assert_eq!(decimals(-12345.6, 1, Locale::En), "\u{2212}12,345.6");
    }
}
