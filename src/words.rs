//! Sentences for codes: one file of words per language, shared by the native command and the page.
//!
//! `www/app/i18n/engine.en.json` holds `{"error": {code: template}, "caution": {…}, "reason": {…}}`. A template names
//! parameters in braces: `{cell}`, `{row}`; `{n#patient has|patients have}` chooses a form by a number. A place that is known is put
//! before an error's sentence.

use std::sync::LazyLock;

use indexmap::IndexMap;
use serde::de::DeserializeOwned;

use crate::error::{Params, Position};
use crate::json;

type Section = IndexMap<String, String>;

/// Of the form `{"error": {…}, "caution": {…}, …}`.
const ENGLISH: &str = include_str!("../www/app/i18n/engine.en.json");
/// Where the errors, which come first, begin, and the place after them.
const BOUNDS: (usize, usize) = first_section(ENGLISH.as_bytes());

// Apart, so that the readers of office files, which say nothing else, carry no other words.
static ERRORS: LazyLock<Section> = LazyLock::new(|| {
    static TEXT: [u8; BOUNDS.1 - BOUNDS.0] = piece(ENGLISH.as_bytes(), BOUNDS.0);
    read(&TEXT)
});
static OTHERS: LazyLock<IndexMap<String, Section>> = LazyLock::new(|| {
    // The comma behind the errors makes room for a brace.
    static TEXT: [u8; ENGLISH.len() - BOUNDS.1] = {
        let mut text = piece(ENGLISH.as_bytes(), BOUNDS.1);
        text[0] = b'{';
        text
    };
    read(&TEXT)
});

fn read<T: DeserializeOwned + Default>(text: &[u8]) -> T {
    str::from_utf8(text).ok().and_then(|text| json::read(text).ok()).unwrap_or_default()
}

/// Where the value of the first member of an object, itself an object, begins, and the place after it.
const fn first_section(json: &[u8]) -> (usize, usize) {
    let (mut at, mut depth, mut start, mut is_text) = (0, 0, 0, false);
    loop {
        match json[at] {
            b'"' => is_text = !is_text,
            b'\\' => at += 1,
            b'{' if !is_text => {
                depth += 1;
                if depth == 2 {
                    start = at;
                }
            }
            b'}' if !is_text => {
                depth -= 1;
                if depth == 1 {
                    return (start, at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// The `N` bytes from `start` on.
const fn piece<const N: usize>(bytes: &[u8], start: usize) -> [u8; N] {
    let (mut out, mut at) = ([0; N], 0);
    while at < N {
        out[at] = bytes[start + at];
        at += 1;
    }
    out
}

/// The English sentence of an error, its parameters filled in, after its place.
///
/// A code without words gives the code itself, so nothing is ever silent; a test holds that every code has words.
pub fn english_error(code: &str, params: &Params, position: &Position) -> String {
    let sentence = fill(ERRORS.get(code).map_or(code, String::as_str), params);
    match place(position) {
        Some(place) => format!("{place}: {sentence}"),
        None => sentence,
    }
}

/// The English sentence of `code` in another `section` (`caution`, `finding`), its parameters filled in; the code where it has none.
pub fn english(section: &str, code: &str, params: &Params) -> String {
    fill(OTHERS.get(section).and_then(|words| words.get(code)).map_or(code, String::as_str), params)
}

/// The English words of a whole `section`, which is not `error`; empty where there is no such section.
pub fn english_section(section: &str) -> Section {
    OTHERS.get(section).cloned().unwrap_or_default()
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

    type Words = IndexMap<String, Section>;

    const FRENCH: &str = include_str!("../www/app/i18n/engine.fr.json");

    fn both() -> (Words, Words) {
        let read = |text| serde_json::from_str(text).expect("words");
        (read(ENGLISH), read(FRENCH))
    }

    #[test]
    fn the_errors_and_the_others_are_all_there_is() {
        let (english, _) = both();
        assert_eq!(*ERRORS, english["error"]);
        assert_eq!(OTHERS.len() + 1, english.len());
        assert!(OTHERS.iter().all(|(section, words)| *words == english[section]));
        let json = r#"{"a": {"}\"{": {}, "b": "\\"}, "c": {}}"#;
        let (start, end) = first_section(json.as_bytes());
        assert_eq!(&json[start..end], r#"{"}\"{": {}, "b": "\\"}"#);
    }

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
    fn one_and_several() {
        let says = |n: &str| {
            let params = Params::from([("n", n.to_owned())]);
            fill("{n} {n#patient has|patients have} an event {m#x|y} {n#a}", &params)
        };
        assert_eq!(says("1"), "1 patient has an event {m#x|y} {n#a}");
        assert_eq!(says("2"), "2 patients have an event {m#x|y} {n#a}");
        assert_eq!(says("0"), "0 patients have an event {m#x|y} {n#a}");
    }

    #[test]
    fn every_code_has_words_in_each_language() {
        let (english, french) = both();
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
        let (english, french) = both();
        for (section, words) in &english {
            for (code, template) in words {
                assert_eq!(placeholders(template), placeholders(&french[section][code]), "{section}.{code}");
            }
        }
    }
}
