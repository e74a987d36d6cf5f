//! Cells that are numbers, and numbers as text.

use serde::Serialize;

/// The finite number in `cell`, its decimal mark being `decimal` (`.` or `,`); `None` if the cell is anything else.
///
/// A sign, digits with at most one mark, an exponent. Only the file's own mark is accepted: where numbers have a decimal
/// comma, `1.234` could be a thousand and is no number. Words (`inf`, `nan`), hexadecimal digits, separators of thousands
/// and numbers too large for a 64-bit float are not numbers either; [`NumberFormat`] has more.
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

/// How the numbers of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NumberFormat {
    /// Decimal mark: `.` or `,`.
    pub decimal: char,
    /// What stands between groups of three digits: ` ` (any space), `.`, `,` or `'`.
    pub thousands: Option<char>,
    /// Whether a percent sign follows each number, which is read as it stands: `12 %` is 12.
    pub percent: bool,
    /// Whether some numbers are marked as text: `'12`, `"12"`, `="12"`.
    pub marked: bool,
}

impl NumberFormat {
    /// Numbers with nothing but this decimal mark.
    pub const fn plain(decimal: char) -> Self {
        Self { decimal, thousands: None, percent: false, marked: false }
    }

    /// The number in `cell`; `None` if the cell is anything else.
    ///
    /// Digits are in groups of three or in none: `1 234` and `1234` are one number, `12 34` is none. A percent sign is needed
    /// where the column has them.
    ///
    /// ```
    /// use riskset::table::number::NumberFormat;
    /// let format = NumberFormat { thousands: Some(' '), ..NumberFormat::plain(',') };
    /// assert_eq!(format.read("12\u{a0}345,6"), Some(12345.6));
    /// assert_eq!(format.read("12 34"), None);
    /// ```
    pub fn read(self, cell: &str) -> Option<f64> {
        if self == Self::plain(self.decimal) {
            return parse(cell, self.decimal);
        }
        let mut cell = super::trimmed(cell);
        if self.marked {
            cell = unmarked(cell);
        }
        if self.percent {
            cell = super::trimmed(cell.strip_suffix('%')?);
        }
        match self.thousands {
            Some(separator) if cell.contains(|c| is_separator(c, separator)) => {
                parse(&ungrouped(cell, separator, self.decimal)?, self.decimal)
            }
            _ => parse(cell, self.decimal),
        }
    }
}

impl From<char> for NumberFormat {
    /// Numbers with nothing but this decimal mark.
    fn from(decimal: char) -> Self {
        Self::plain(decimal)
    }
}

/// `cell` without what marks it as text.
fn unmarked(cell: &str) -> &str {
    let quoted = |cell: &'_ str| cell.len() >= 2 && cell.starts_with('"') && cell.ends_with('"');
    let inner = cell.strip_prefix('=').filter(|rest| quoted(rest)).unwrap_or(cell);
    if quoted(inner) {
        return super::trimmed(&inner[1..inner.len() - 1]);
    }
    super::trimmed(cell.strip_prefix(['\'', '\u{2019}']).unwrap_or(cell))
}

/// Whether `c` is this separator of thousands: every space is one, and so is every apostrophe.
fn is_separator(c: char, separator: char) -> bool {
    match separator {
        ' ' => matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'),
        '\'' => matches!(c, '\'' | '\u{2019}'),
        _ => c == separator,
    }
}

/// `cell` without its separators of thousands; `None` if they do not stand between groups of three digits.
fn ungrouped(cell: &str, separator: char, decimal: char) -> Option<String> {
    let (sign, digits) = cell.split_at(usize::from(cell.starts_with(['+', '-'])));
    let end = digits.find([decimal, 'e', 'E']).unwrap_or(digits.len());
    let (whole, rest) = digits.split_at(end);
    let mut out = String::with_capacity(cell.len());
    out.push_str(sign);
    for (i, group) in whole.split(|c| is_separator(c, separator)).enumerate() {
        let fits = if i == 0 { matches!(group.len(), 1..=3) && !group.starts_with('0') } else { group.len() == 3 };
        if !fits || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        out.push_str(group);
    }
    out.push_str(rest);
    Some(out)
}

/// What a study says of the numbers of a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Declared {
    /// Decimal mark.
    pub decimal: Option<char>,
    /// Separator of thousands.
    pub thousands: Option<char>,
}

impl Declared {
    const fn is_silent(self) -> bool {
        self.decimal.is_none() && self.thousands.is_none()
    }
}

/// What was found of the numbers of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The way to write numbers that reads the most cells.
    pub format: NumberFormat,
    /// Cells that it reads.
    pub n: usize,
    /// Where a mark may be a decimal mark or a separator of thousands in every cell (`1,234`): the other reading. Neither is to
    /// be taken.
    pub or: Option<NumberFormat>,
}

/// How the numbers among the distinct cells `values` (with their rows) are written, in a file with this decimal mark.
///
/// The plainest way that reads every cell is taken: the file's decimal mark alone, else with a space or an apostrophe between
/// thousands. A comma or a point separates thousands only if a cell shows it (`1,234.5`, `1,234,567`). Percent signs count where
/// every number has one. Where no way reads every cell, the one that reads most.
pub(crate) fn written(values: &[(&str, usize)], decimal: char, declared: Declared) -> Written {
    let of = |cell: &str| (unmarked(super::trimmed(cell)) != super::trimmed(cell), cell.trim_end().ends_with('%'));
    let (mut marked, mut n_percent, mut n_bare, mut n_all) = (false, 0, 0, 0);
    for &(cell, rows) in values {
        n_all += rows;
        // What has no digit decides nothing.
        if cell.contains(|c: char| c.is_ascii_digit()) {
            let (is_marked, is_percent) = of(cell);
            marked |= is_marked;
            *(if is_percent { &mut n_percent } else { &mut n_bare }) += rows;
        }
    }
    let percent = n_percent > n_bare;
    let plain = |decimal| NumberFormat { decimal, thousands: None, percent, marked };
    let fits = |format: NumberFormat| -> usize {
        let read = values.iter().filter(|(cell, _)| format.read(cell).is_some());
        read.map(|(_, rows)| rows).sum()
    };
    if !declared.is_silent() {
        let other = |mark| if mark == '.' { ',' } else { '.' };
        let given = match (declared.decimal, declared.thousands) {
            (Some(decimal), _) => decimal,
            // A file's mark that separates thousands here is no decimal mark here.
            (None, Some(thousands)) if thousands == decimal => other(decimal),
            (None, _) => decimal,
        };
        let format = NumberFormat { thousands: declared.thousands, ..plain(given) };
        return Written { format, n: fits(format), or: None };
    }
    let other = if decimal == '.' { ',' } else { '.' };
    let mut best = Written { format: plain(decimal), n: fits(plain(decimal)), or: None };
    if best.n == n_all || !values.iter().any(|(cell, _)| may_be_grouped(cell)) {
        return best;
    }
    let settled = |thousands: char, decimal: char| {
        values.iter().any(|(cell, _)| {
            let n = cell.matches(thousands).count();
            n > 1 || (n == 1 && cell.contains(decimal))
        })
    };
    let with = |decimal, thousands| NumberFormat { thousands: Some(thousands), ..plain(decimal) };
    let mut candidates = vec![with(decimal, ' '), with(other, ' '), with(decimal, '\''), with(other, '\'')];
    candidates.extend([(decimal, other), (other, decimal)].map(|(decimal, thousands)| with(decimal, thousands)));
    // A column of percentages may have a mark that no plain number of the file has.
    if percent {
        candidates.insert(0, plain(other));
    }
    for format in candidates {
        // A separator that no number has is none.
        let bare = NumberFormat { thousands: None, ..format };
        let is_used = |cell: &str| format.read(cell).is_some() && bare.read(cell).is_none();
        let n = fits(format);
        if n <= best.n || (format.thousands.is_some() && !values.iter().any(|(cell, _)| is_used(cell))) {
            continue;
        }
        let or = match format.thousands {
            Some(mark @ ('.' | ',')) if !settled(mark, format.decimal) => Some(plain(mark)),
            None if !values.iter().any(|(cell, _)| is_decimal_only(cell, format)) => Some(with(decimal, other)),
            _ => None,
        };
        // Unsettled, and not even readable as decimals: the cells of one column do not go together.
        if or.is_none_or(|or| fits(or) == n) {
            best = Written { format, n, or };
        }
    }
    best
}

/// Whether `cell` may be a number that [`parse`] does not read: it has digits, and signs that stand in numbers.
fn may_be_grouped(cell: &str) -> bool {
    let is_sign = |c: char| matches!(c, '.' | ',') || is_separator(c, ' ') || is_separator(c, '\'');
    let mut n_digits = 0;
    for c in cell.chars() {
        match c {
            '0'..='9' => n_digits += 1,
            '+' | '-' | 'e' | 'E' | '%' | '"' | '=' => {}
            _ if is_sign(c) => {}
            _ => return false,
        }
    }
    n_digits > 0
}

/// Whether the decimal mark of `cell`, a number of this format, cannot separate thousands: `0,5`, `12,25`, `1234,567`.
pub(super) fn is_decimal_only(cell: &str, format: NumberFormat) -> bool {
    format.read(cell).is_some() && cell.contains(format.decimal) && !is_group(cell, format)
}

/// Whether the decimal mark of `cell`, a number of this format, may as well separate thousands: `1,234`.
pub(super) fn is_group(cell: &str, format: NumberFormat) -> bool {
    let other = if format.decimal == '.' { ',' } else { '.' };
    let grouped = NumberFormat { decimal: other, thousands: Some(format.decimal), ..format };
    cell.contains(format.decimal) && grouped.read(cell).is_some()
}

/// The number and the unit of a cell such as `12 mm`, `5.5cm`, `37,2 °C`; the unit is no number and has no digit.
pub(super) fn with_unit(cell: &str, format: NumberFormat) -> Option<(f64, &str)> {
    let cell = super::trimmed(cell);
    // A letter e could be an exponent, but then digits follow, and those are no unit.
    let at = cell.rfind(|c: char| c.is_ascii_digit())? + 1;
    let unit = super::trimmed(&cell[at..]);
    let is_unit = !unit.is_empty()
        && unit.chars().count() <= 12
        && unit.chars().any(char::is_alphabetic)
        && unit.chars().all(|c| c.is_alphabetic() || matches!(c, '/' | '°' | 'µ' | '.' | '²' | '³' | '^'));
    Some((format.read(&cell[..at])?, unit)).filter(|_| is_unit)
}

/// Whether `cell` is a number with a sign that says that the value is beyond it: `<5`, `> 100`, `≤0,5`.
pub(super) fn is_beyond(cell: &str, format: NumberFormat) -> bool {
    let cell = super::trimmed(cell);
    let rest = cell.strip_prefix(['<', '>', '≤', '≥']);
    rest.is_some_and(|rest| format.read(rest.strip_prefix('=').unwrap_or(rest)).is_some())
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

    fn of(cells: &[&str], decimal: char) -> Written {
        let values: Vec<(&str, usize)> = cells.iter().map(|&cell| (cell, 1)).collect();
        written(&values, decimal, Declared::default())
    }

    #[test]
    fn columns_of_numbers() {
        for (cells, decimal, values) in [
            (&["1 200,5", "800", "12 000"][..], '.', &[1200.5, 800.0, 12000.0][..]),
            (&["1\u{202f}200,5", "800", "12\u{a0}000"], '.', &[1200.5, 800.0, 12000.0]),
            (&["1 200", "800"], '.', &[1200.0, 800.0]),
            (&["1,200.5", "800", "12,000"], '.', &[1200.5, 800.0, 12000.0]),
            (&["1.200,5", "800", "12.000,25"], ',', &[1200.5, 800.0, 12000.25]),
            (&["1.200,5", "800"], '.', &[1200.5, 800.0]),
            (&["1,234,567", "1,234"], '.', &[1234567.0, 1234.0]),
            (&["1.234.567", "1.234"], '.', &[1234567.0, 1234.0]),
            (&["1'234.5", "12"], '.', &[1234.5, 12.0]),
            (&["1\u{2019}234", "-12"], '.', &[1234.0, -12.0]),
            (&["70%", "61 %", "80.5%"], '.', &[70.0, 61.0, 80.5]),
            (&["70 %", "61,5 %"], '.', &[70.0, 61.5]),
            (&["'12", "\"7.5\"", "=\"3\"", "4"], '.', &[12.0, 7.5, 3.0, 4.0]),
            (&["-1 234,5", "+1 000"], ',', &[-1234.5, 1000.0]),
            (&["1,234"], ',', &[1.234]),
            (&["1.234"], '.', &[1.234]),
        ] {
            let found = of(cells, decimal);
            assert_eq!((found.n, found.or), (cells.len(), None), "{cells:?}");
            let read: Vec<Option<f64>> = cells.iter().map(|cell| found.format.read(cell)).collect();
            assert_eq!(read, values.iter().map(|&x| Some(x)).collect::<Vec<_>>(), "{cells:?}");
        }
    }

    #[test]
    fn a_mark_that_may_be_both_is_not_taken() {
        for (cells, decimal) in [(&["1,234", "567"][..], '.'), (&["12,345"], '.'), (&["1.234"], ',')] {
            let found = of(cells, decimal);
            assert_eq!(found.n, cells.len(), "{cells:?}");
            let both = [found.format.read(cells[0]), found.or.and_then(|or| or.read(cells[0]))];
            let whole = cells[0].replace([',', '.'], "").parse::<f64>().expect("digits");
            assert_eq!(both, [Some(whole), Some(whole / 1000.0)], "{cells:?}");
        }
    }

    #[test]
    fn columns_that_do_not_go_together() {
        for cells in [
            &["12%", "12"][..],
            &["1 23", "12"],
            &["0,123,456"],
            &["1,2345.5"],
            &["1 234,5", "1,234.5"],
            &["0,5", "1,25"],
            &["12 mm"],
            &["<5", "7"],
            &["12 34"],
            &["1-2"],
            &["--"],
        ] {
            assert!(of(cells, '.').n < cells.len(), "{cells:?}");
        }
    }

    #[test]
    fn as_declared() {
        let with = |cells: &[&str], decimal, thousands| {
            let values: Vec<(&str, usize)> = cells.iter().map(|&cell| (cell, 1)).collect();
            written(&values, '.', Declared { decimal, thousands }).format.read(cells[0])
        };
        assert_eq!(with(&["1,234"], Some(','), None), Some(1.234));
        assert_eq!(with(&["1,234"], None, Some(',')), Some(1234.0));
        assert_eq!(with(&["1.234"], None, Some('.')), Some(1234.0));
        assert_eq!(with(&["1.234"], Some(','), Some('.')), Some(1234.0));
        assert_eq!(with(&["1.234,5"], Some(','), Some('.')), Some(1234.5));
        assert_eq!(with(&["1.234"], Some(','), None), None);
    }

    #[test]
    fn units_and_limits() {
        let plain = NumberFormat::plain('.');
        assert_eq!(with_unit("12 mm", plain), Some((12.0, "mm")));
        assert_eq!(with_unit("5.5cm", plain), Some((5.5, "cm")));
        assert_eq!(with_unit("7 g/dL", plain), Some((7.0, "g/dL")));
        for cell in ["12", "mm", "P12", "12 %", "3 of 4", "12 -", ""] {
            assert_eq!(with_unit(cell, plain), None, "{cell}");
        }
        for (cell, beyond) in
            [("<5", true), ("> 100", true), ("<=5", true), ("≥0.5", true), ("5", false), ("<x", false), ("<", false)]
        {
            assert_eq!(is_beyond(cell, plain), beyond, "{cell}");
        }
    }

    proptest::proptest! {
        /// A number written in any way is read as that number.
        #[test]
        fn any_number_in_any_format(whole in 0u32..100_000_000, cents in 0u32..100, negative in proptest::bool::ANY, percent in proptest::bool::ANY, at in 0usize..8) {
            let (decimal, thousands) = [('.', None), (',', None), ('.', Some(',')), (',', Some('.')), ('.', Some(' ')), (',', Some('\u{202f}')), (',', Some('\u{a0}')), ('.', Some('\''))][at];
            let digits = whole.to_string();
            let mut text = if negative { "-".to_owned() } else { String::new() };
            for (i, digit) in digits.chars().enumerate() {
                if i > 0 && (digits.len() - i) % 3 == 0 {
                    text.extend(thousands);
                }
                text.push(digit);
            }
            let cell = format!("{text}{decimal}{cents:02}{}", if percent { " %" } else { "" });
            let separator = thousands.map(|c| if c.is_whitespace() { ' ' } else { c });
            let format = NumberFormat { decimal, thousands: separator, percent, marked: false };
            let sign = if negative { "-" } else { "" };
            let expected: f64 = format!("{sign}{whole}.{cents:02}").parse().expect("a number");
            proptest::prop_assert_eq!(format.read(&cell), Some(expected + 0.0), "{}", cell);
        }

        /// No text makes a reader fail.
        #[test]
        fn any_text_is_read(
            cells in proptest::collection::vec(proptest::collection::vec(proptest::sample::select(&["1", "234", "0", " ", ".", ",", "'", "%", "\"", "=", "<", "e", "+", "-", "é", "x", "\u{a0}", "\u{2019}", "𝟙"][..]), 0..8), 0..4),
        ) {
            let cells: Vec<String> = cells.iter().map(|parts| parts.concat()).collect();
            for decimal in ['.', ','] {
                let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                let format = of(&cells, decimal).format;
                for cell in cells {
                    with_unit(cell, format);
                    is_beyond(cell, format);
                    is_group(cell, format);
                }
            }
        }
    }
}
