//! Widths of text in Helvetica, Arial and Liberation Sans, whose metrics agree.
//!
//! A device that paints with one of them gets the layout that was computed here, with or without a screen.

use crate::report::figure::width_table::WIDTHS;

/// The fonts that the widths are true for, as a CSS family.
pub const FONT_FAMILY: &str = "\"Liberation Sans\", Arial, Helvetica, sans-serif";

/// Height of a capital or a digit above the baseline, as a share of the size.
pub const CAP_HEIGHT: f64 = 0.716;

/// Descent below the baseline, as a share of the size.
pub const DESCENT: f64 = 0.212;

/// Width of a character that the table does not have, in thousandths: wide enough for most scripts.
const DEFAULT_WIDTH: u16 = 1000;

/// Width of `text` in one line, in the unit of `size`. Kerning is left out, as canvas text differs in it.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let thousandths: f64 = text.chars().map(|character| f64::from(character_width(character, bold))).sum();
    thousandths * size / 1000.0
}

fn character_width(character: char, bold: bool) -> u16 {
    let code = u32::from(character);
    match WIDTHS.binary_search_by_key(&code, |entry| entry.0) {
        Ok(at) => {
            if bold {
                WIDTHS[at].2
            } else {
                WIDTHS[at].1
            }
        }
        // Combining marks and what only says how text is joined or ordered take no room of their own.
        Err(_) if (0x300..0x370).contains(&code) || is_invisible(character) => 0,
        Err(_) => DEFAULT_WIDTH,
    }
}

/// Whether the table knows the width of a character; what it does not know may have no sign in the font either.
pub fn knows(character: char) -> bool {
    let code = u32::from(character);
    WIDTHS.binary_search_by_key(&code, |entry| entry.0).is_ok()
}

/// Whether `character` says how text is joined or ordered and shows nothing: joiners, marks of direction, variation selectors.
pub fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// `text`, or as much of it as fits in `room` with an ellipsis at its end.
pub fn shorten(text: &str, size: f64, bold: bool, room: f64) -> String {
    if width(text, size, bold) <= room {
        return text.to_owned();
    }
    let mut used = width("…", size, bold);
    let mut kept = String::new();
    for character in text.chars() {
        used += width(character.encode_utf8(&mut [0; 4]), size, bold);
        if used > room {
            break;
        }
        kept.push(character);
    }
    format!("{}…", kept.trim_end())
}

/// `text` in lines no wider than `room`, broken at spaces that may be broken at; a word that is wider stands shortened on its own line.
pub fn wrap(text: &str, size: f64, bold: bool, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if line.is_empty() || width(&longer, size, bold) <= room {
            line = longer;
        } else {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
        }
    }
    lines.push(line);
    lines.retain(|line| !line.is_empty());
    lines.into_iter().map(|line| shorten(&line, size, bold, room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_widths_of_helvetica() {
        assert!((width("100%", 10.0, false) - (3.0 * 5.56 + 8.89)).abs() < 1e-9);
        assert!((width("Ab", 12.0, true) - (0.722 + 0.611) * 12.0).abs() < 1e-9);
        assert_eq!(width("", 12.0, false), 0.0);
    }

    #[test]
    fn the_table_is_sorted_and_has_what_clinicians_write() {
        assert!(WIDTHS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for character in "0123456789≤≥–—…‘’“”€−×±→<>&$%éèêçàùœŒßñåøαβµ²³\u{a0}\u{202f}".chars()
        {
            assert!(
                WIDTHS.binary_search_by_key(&u32::from(character), |entry| entry.0).is_ok(),
                "{character:?} has no width"
            );
        }
        assert_eq!(width("漢", 10.0, false), 10.0);
        assert_eq!(width("e\u{301}", 10.0, false), width("e", 10.0, false));
        assert_eq!(width("0.2\u{2060}–\u{2060}0.9", 10.0, false), width("0.2–0.9", 10.0, false));
    }

    #[test]
    fn shortened_text_fits_and_says_so() {
        let text = "Perioperative chemotherapy";
        assert_eq!(shorten(text, 12.0, false, 500.0), text);
        let short = shorten(text, 12.0, false, 60.0);
        assert!(short.ends_with('…') && width(&short, 12.0, false) <= 60.0, "{short}");
        assert_eq!(shorten(text, 12.0, false, 1.0), "…");
    }

    #[test]
    fn a_number_and_its_unit_stay_together() {
        let lines = wrap("p\u{a0}=\u{a0}0.03 of 10\u{202f}000 patients", 11.0, false, 60.0);
        assert_eq!(lines, ["p\u{a0}=\u{a0}0.03 of", "10\u{202f}000", "patients"]);
    }

    #[test]
    fn wrapped_lines_hold_every_word_in_order() {
        let text = "At risk: just before each time; events and censorings before it.";
        let lines = wrap(text, 11.0, false, 120.0);
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| width(line, 11.0, false) <= 120.0));
        assert_eq!(lines.join(" "), text);
        assert!(wrap("  ", 11.0, false, 120.0).is_empty());
    }
}
