//! Sentences for codes: one file of words per language, shared by the native command and the page.
//!
//! `www/app/i18n/engine.en.json` holds `{"error": {code: template}, "caution": {…}, "reason": {…}}`. A template names
//! parameters in braces: `{cell}`, `{row}`; `{n#patient has|patients have}` chooses a form by a number. A place that is known is put
//! before an error's sentence.

use crate::hashing::IndexMap;

use crate::error::{Params, Position};
use crate::json;

const ENGLISH: &str = include_str!("../www/app/i18n/engine.en.json");

/// Where the first section, which is that of the errors, ends.
const ERRORS_END: usize = {
    let (text, mut at) = (ENGLISH.as_bytes(), 0);
    while text[at] != b'\n' || text[at + 1] != b' ' || text[at + 2] != b' ' || text[at + 3] != b'}' {
        at += 1;
    }
    at + 4
};
// Apart, so that the readers of office files, which say nothing else, carry no other words.
static ERRORS: &str = {
    static BYTES: [u8; ERRORS_END] = piece(ENGLISH.as_bytes(), 0);
    text(&BYTES)
};
static OTHERS: &str = {
    static BYTES: [u8; ENGLISH.len() - ERRORS_END] = piece(ENGLISH.as_bytes(), ERRORS_END);
    text(&BYTES)
};

/// The `N` bytes from `start` on.
const fn piece<const N: usize>(bytes: &[u8], start: usize) -> [u8; N] {
    let (mut out, mut at) = ([0; N], 0);
    while at < N {
        out[at] = bytes[start + at];
        at += 1;
    }
    out
}

const fn text(bytes: &[u8]) -> &str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("words are cut between characters"),
    }
}

/// The English sentence of an error, its parameters filled in, after its place.
///
/// A code without words gives the code itself, so nothing is ever silent; a test holds that every code has words.
pub fn english_error(code: &str, params: &Params, position: &Position) -> String {
    let sentence = fill(&template(ERRORS, "error", code).unwrap_or_else(|| code.to_owned()), params);
    match place(position) {
        Some(place) => format!("{place}: {sentence}"),
        None => sentence,
    }
}

/// The English sentence of `code` in another `section` (`caution`, `finding`), its parameters filled in; the code where it has none.
pub fn english(section: &str, code: &str, params: &Params) -> String {
    fill(&template(OTHERS, section, code).unwrap_or_else(|| code.to_owned()), params)
}

/// The English words of a whole `section`, which is not that of the errors; empty where there is no such section.
pub fn english_section(section: &str) -> IndexMap<String, String> {
    members(OTHERS, section).and_then(|members| json::read(&format!("{{{members}}}")).ok()).unwrap_or_default()
}

/// The words of one code.
fn template(text: &'static str, section: &str, code: &str) -> Option<String> {
    let (_, rest) = members(text, section)?.split_once(&format!("\n    \"{code}\": "))?;
    let line = rest.lines().next()?;
    json::read(line.strip_suffix(',').unwrap_or(line)).ok()
}

/// What stands between the braces of a section. It is found by the layout of the file, two spaces before a section and four before a code, to
/// which a test holds it: reading all of the file for one sentence would take a good part of the time until the page's first curves.
fn members(text: &'static str, section: &str) -> Option<&'static str> {
    let (_, rest) = text.split_once(&format!("\n  \"{section}\": {{"))?;
    rest.split_once("\n  }").map(|(members, _)| members)
}

/// `template` with each `{name}` replaced in one pass, so that braces inside a value stay as they are.
fn fill(template: &str, params: &Params) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let filled = after.split_once('}').and_then(|(place, tail)| match place.split_once('#') {
            None => Some((params.get(place)?.as_str(), tail)),
            Some((name, forms)) => {
                let (one, other) = forms.split_once('|')?;
                Some((if params.get(name)? == "1" { one } else { other }, tail))
            }
        });
        match filled {
            Some((value, tail)) => {
                out.push_str(value);
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The place in words: `cohort.csv, row 3 (line 4), column "age", cell "x"`.
fn place(position: &Position) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(file) = &position.file {
        parts.push(file.clone());
    }
    match (position.row, position.line) {
        (Some(row), Some(line)) => parts.push(format!("row {row} (line {line})")),
        (Some(row), None) => parts.push(format!("row {row}")),
        (None, Some(line)) => parts.push(format!("line {line}")),
        (None, None) => {}
    }
    if let Some(character) = position.character {
        parts.push(format!("column {character}"));
    }
    if let Some(column) = &position.column {
        parts.push(format!("column \"{column}\""));
    }
    if let Some(cell) = &position.cell {
        parts.push(format!("cell \"{cell}\""));
    }
    if let Some(path) = &position.path {
        parts.push(path.clone());
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{CautionKind, ErrorKind, FindingKind};

    type Words = IndexMap<String, IndexMap<String, String>>;

    fn english_words() -> Words {
        serde_json::from_str(ENGLISH).expect("engine.en.json")
    }

    const FRENCH: &str = include_str!("../www/app/i18n/engine.fr.json");

    fn placeholders(template: &str) -> Vec<String> {
        let mut names: Vec<String> = template
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name.split('#').next().unwrap_or_default().to_owned())
            .collect();
        names.sort();
        names.dedup();
        names
    }

    #[test]
    fn each_sentence_is_found_in_the_file() {
        let all = english_words();
        assert!(all.len() > 10);
        for (section, words) in &all {
            let is_error = section == "error";
            assert_eq!(english_section(section).is_empty(), is_error, "{section}");
            assert!(is_error || english_section(section) == *words, "{section}");
            for (code, words) in words {
                let (text, other) = if is_error { (ERRORS, OTHERS) } else { (OTHERS, ERRORS) };
                assert_eq!(template(text, section, code).as_ref(), Some(words), "{section}.{code}");
                assert_eq!(template(other, section, code), None, "{section}.{code}");
            }
        }
        // Codes of other sections, and what is none.
        assert_eq!(template(OTHERS, "caution", "file_unreadable"), None);
        for (section, code) in
            [("error", "no"), ("error", ""), ("", "error"), ("no", "file_unreadable"), ("lint", "\": ")]
        {
            assert_eq!(template(ERRORS, section, code).or(template(OTHERS, section, code)), None, "{section}.{code}");
            assert_eq!(english(section, code, &Params::default()), code);
            assert_eq!(
                english_error(code, &Params::default(), &Position::default()) == code,
                code != "file_unreadable"
            );
        }
        assert!(english_section("no").is_empty());
    }

    #[test]
    fn one_and_several() {
        let says = |n: &str| {
            let params = Params::from_iter([("n", n.to_owned())]);
            fill("{n} {n#patient has|patients have} an event {m#x|y} {n#a}", &params)
        };
        assert_eq!(says("1"), "1 patient has an event {m#x|y} {n#a}");
        assert_eq!(says("2"), "2 patients have an event {m#x|y} {n#a}");
        assert_eq!(says("0"), "0 patients have an event {m#x|y} {n#a}");
    }

    #[test]
    fn every_code_has_words_in_each_language() {
        let (english, french): (_, Words) = (english_words(), serde_json::from_str(FRENCH).expect("engine.fr.json"));
        let codes = ErrorKind::ALL
            .iter()
            .map(|kind| ("error", kind.code()))
            .chain(CautionKind::ALL.iter().map(|kind| ("caution", kind.code())))
            .chain(FindingKind::ALL.iter().map(|kind| ("finding", kind.code())));
        for (section, code) in codes {
            for (language, words) in [("en", &english), ("fr", &french)] {
                assert!(
                    words.get(section).is_some_and(|words| words.contains_key(code)),
                    "{language}: {section}.{code}"
                );
            }
        }
    }

    #[test]
    fn both_languages_name_the_same_parameters() {
        let french: Words = serde_json::from_str(FRENCH).expect("engine.fr.json");
        for (section, words) in &english_words() {
            for (code, template) in words {
                assert_eq!(placeholders(template), placeholders(&french[section][code]), "{section}.{code}");
            }
        }
    }
}
