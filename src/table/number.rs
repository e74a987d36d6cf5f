//! Cells that are numbers, and numbers as text.

/// The finite number in `cell`, its decimal mark being `decimal` (`.` or `,`); `None` if the cell is anything else.
///
/// A sign, digits with at most one mark, an exponent. Only the file's own mark is accepted: where numbers have a decimal
/// comma, `1.234` could be a thousand and is no number. Words (`inf`, `nan`), hexadecimal digits, separators of thousands
/// and numbers too large for a 64-bit float are not numbers either.
///
/// ```
/// use riskset::table::number::parse;
/// assert_eq!(parse("-1.5e2", '.'), Some(-150.0));
/// assert_eq!(parse("1,5", ','), Some(1.5));
/// assert_eq!(parse("1,5", '.'), None);
/// ```
pub fn parse(cell: &str, decimal: char) -> Option<f64> {
    let cell = super::trimmed(cell);
    let mark = is_number(cell.as_bytes(), decimal)?;
    let value = match mark {
        Some(at) if decimal != '.' => {
            let mut text = String::with_capacity(cell.len());
            text.push_str(&cell[..at]);
            text.push('.');
            text.push_str(&cell[at + 1..]);
            text.parse::<f64>()
        }
        _ => cell.parse::<f64>(),
    };
    // Adding 0 makes 0 of -0, so that no figure shows a sign without a value.
    value.ok().filter(|x| x.is_finite()).map(|x| x + 0.0)
}

/// Whether `bytes` are written as a number, and where its decimal mark stands.
fn is_number(bytes: &[u8], decimal: char) -> Option<Option<usize>> {
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let sign = |from: usize| usize::from(matches!(bytes.get(from), Some(b'+' | b'-')));
    let mut at = sign(0);
    let whole = digits(at);
    at += whole;
    let mut mark = None;
    let mut fraction = 0;
    if bytes.get(at).is_some_and(|&byte| char::from(byte) == decimal) {
        mark = Some(at);
        fraction = digits(at + 1);
        at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + sign(at + 1);
        let exponent = digits(at);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    (at == bytes.len()).then_some(mark)
}

/// `x` with the fewest digits that read back as `x`, as JavaScript writes it: `1`, `0.5`, `1e-7`, `1e+21`.
///
/// This is the name of a number as a level (contract.md, Columns). Zero has one name, whatever its sign.
///
/// ```
/// use riskset::table::number::shortest;
/// assert_eq!(shortest(1.0), "1");
/// assert_eq!(shortest(0.5), "0.5");
/// ```
pub fn shortest(x: f64) -> String {
    let size = x.abs();
    if x == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&size) || !x.is_finite() {
        x.to_string()
    } else {
        let text = format!("{x:e}");
        if size < 1.0 { text } else { text.replace('e', "e+") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (cell, value) in [
            ("0", 0.0),
            ("-0", 0.0),
            ("007", 7.0),
            ("+3", 3.0),
            (" 2.50\u{a0}", 2.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e3", 1000.0),
            ("1.5E-2", 0.015),
            ("-1e+2", -100.0),
        ] {
            assert_eq!(parse(cell, '.'), Some(value), "{cell:?}");
        }
        for cell in [
            "",
            " ",
            ".",
            "-",
            "+",
            "e5",
            "1e",
            "1e+",
            "1.2.3",
            "1 000",
            "1,5",
            "0x1F",
            "inf",
            "-Infinity",
            "nan",
            "1_000",
            "1e999",
            "--1",
            "1-",
            "12a",
            "½",
            "١",
            "−1",
            "1.e",
            ".e1",
        ] {
            assert_eq!(parse(cell, '.'), None, "{cell:?}");
        }
    }

    #[test]
    fn decimal_comma() {
        for (cell, value) in [("1,5", 1.5), ("-,5", -0.5), ("12", 12.0), ("1,5e1", 15.0), ("3,", 3.0)] {
            assert_eq!(parse(cell, ','), Some(value), "{cell:?}");
        }
        for cell in ["1.5", "1.234,5", "1,234,5", ","] {
            assert_eq!(parse(cell, ','), None, "{cell:?}");
        }
    }

    #[test]
    fn shortest_form() {
        for (x, text) in [
            (1.0, "1"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (-2.5, "-2.5"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (123_456_789.0, "123456789"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (-2.5e300, "-2.5e+300"),
        ] {
            assert_eq!(shortest(x), text);
            assert_eq!(parse(text, '.'), Some(x));
        }
    }
}
