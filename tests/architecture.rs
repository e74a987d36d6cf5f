//! The way of the data is one direction: a module uses only what stands before it. And what bit-for-bit equality of native and
//! wasm needs of the dependencies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The modules in the order of the data; each may use those before it.
const ORDER: &[&str] = &[
    "events", "json", "sorting", "hashing", "error", "words", "num", "table", "cohort", "survival", "study", "report",
    "wasm",
];

/// What a module may use is narrower than its place for these.
const ONLY: &[(&str, &[&str])] = &[
    ("error", &["error", "words", "json", "hashing"]), // the two know each other: a code and its sentence
    ("events", &["events", "hashing"]),
    ("json", &["json", "events", "hashing"]),
    ("sorting", &["sorting"]),
    ("hashing", &["hashing"]),
    ("num", &["num", "sorting", "hashing"]),
    ("table", &["table", "error", "json", "sorting", "hashing"]),
    ("survival", &["survival", "num", "error", "sorting", "hashing"]),
];

/// Names that only the browser's side may use.
const BROWSER: &[&str] =
    &["wasm_bindgen", "web_sys", "js_sys", "serde_wasm_bindgen", "plotters_backend", "plotters_canvas"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

/// Each source file with its module and its text without comments and unit tests.
fn sources() -> Vec<(PathBuf, String, String)> {
    let mut paths = Vec::new();
    files(&root().join("src"), &mut paths);
    paths.retain(|path| !path.ends_with("src/lib.rs") && !path.ends_with("src/main.rs"));
    let read = |path: PathBuf| {
        let inside = path.strip_prefix(root().join("src")).expect("under src").to_owned();
        let first = inside.components().next().expect("a module").as_os_str().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&path).expect("a source");
        let code: Vec<&str> = text
            .lines()
            .take_while(|line| line.trim() != "#[cfg(test)]")
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        (inside, module, code.join("\n"))
    };
    paths.into_iter().map(read).collect()
}

/// The modules named in `crate::module` paths.
fn used(code: &str) -> Vec<&str> {
    let name = |rest: &'_ str| rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    code.split("crate::").skip(1).map(|rest| &rest[..name(rest)]).collect()
}

#[test]
fn a_module_uses_only_what_stands_before_it() {
    let mut wrong = Vec::new();
    for (path, module, code) in sources() {
        let place = ORDER.iter().position(|&other| other == module);
        let place = place.unwrap_or_else(|| panic!("{} is in no module of the order", path.display()));
        for other in used(&code) {
            let allowed = match ONLY.iter().find(|(name, _)| *name == module) {
                Some((_, only)) => only.contains(&other),
                None => ORDER[..=place].contains(&other),
            };
            if !allowed {
                wrong.push(format!("{} uses {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_browser_is_known_under_wasm_only() {
    for (path, module, code) in sources() {
        let named = BROWSER.iter().find(|name| code.contains(*name));
        assert!(module == "wasm" || named.is_none(), "{} names {named:?}", path.display());
    }
}

#[test]
fn a_path_is_recognised() {
    assert_eq!(used("use crate::num::normal;\nlet x = crate::words::english(1);"), ["num", "words"]);
}

/// `num-traits` with `std` takes exp and ln from the C library, which differs from wasm in the last digit (rule 32).
/// The texts of the string literals in `code`, up to the end of the statement; what a text holds of places is blanked.
fn phrases_in(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', ';']).filter(|&at| rest.as_bytes()[at] == b'"') {
        let mut text = String::new();
        let mut chars = rest[at + 1..].char_indices();
        let mut end = rest.len();
        while let Some((i, c)) = chars.next() {
            match c {
                '"' => {
                    end = at + 2 + i;
                    break;
                }
                '\\' => text.extend(chars.next().map(|(_, escaped)| escaped)),
                c => text.push(c),
            }
        }
        found.push(without_places(&text));
        rest = &rest[end..];
    }
    found
}

fn without_places(text: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for c in text.chars() {
        depth -= usize::from(c == '}' && depth > 0);
        if depth == 0 {
            out.push(c);
        }
        depth += usize::from(c == '{');
    }
    out
}

/// What an option must be is said by the engine in English, and by the page in the user's language: each such phrase has words in both.
#[test]
fn phrases_of_errors_have_words() {
    const SIGNS: [&str; 12] = [
        "bad_option(",
        "let expected =",
        "let instead =",
        "let found =",
        ".with(\"expected\",",
        "bad(\"header_line\"",
        "unreadable(\"SPSS\",",
        "unreadable(\"Stata\",",
        "(name.clone(), ",
        "Knots::Count(",
        "Knots::At(",
        ".with(\"limit\",",
    ];
    let words: serde_json::Value = serde_json::from_str(include_str!("../www/app/i18n/engine.fr.json")).expect("words");
    let known: Vec<String> =
        words["phrase"].as_object().expect("phrases").keys().map(|key| without_places(key)).collect();
    // A value of JSON, and types of columns, which have words of their own.
    let others = ["{}: null", "number / category"].map(str::to_owned);
    let mut n = 0;
    let mut missing = Vec::new();
    for (path, _, code) in sources().into_iter().filter(|(_, module, _)| module != "survival") {
        for sign in SIGNS {
            for (at, _) in code.match_indices(sign) {
                let is_phrase = |text: &String| {
                    let words = text.replace("{}", "");
                    words.contains(char::is_alphabetic) && words.trim().contains(' ')
                };
                for phrase in phrases_in(&code[at + sign.len()..]).iter().filter(|text| is_phrase(text)) {
                    n += 1;
                    if !known.contains(phrase) && !others.contains(phrase) {
                        missing.push(format!("{}: {phrase}", path.display()));
                    }
                }
            }
        }
    }
    assert!(n > 50, "{n} phrases");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn a_phrase_is_recognised() {
    assert_eq!(phrases_in(r#"x, &format!("a {b:?} c"), "d \"e\""; "f""#), ["a {} c", "d \"e\""]);
    assert_eq!(without_places("a {b: {c}} d"), "a {} d");
}

#[test]
fn num_traits_has_no_std() {
    let tree = |arguments: &[&str]| {
        let out = Command::new(env!("CARGO"))
            .args(["tree", "--locked", "--offline", "--edges", "features", "--invert", "num-traits"])
            .args(arguments)
            .current_dir(root())
            .output()
            .expect("cargo tree");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).expect("text")
    };
    for arguments in [&[][..], &["--target", "wasm32-unknown-unknown", "--no-default-features"]] {
        let tree = tree(arguments);
        assert!(tree.contains("num-traits"), "{tree}");
        assert!(!tree.contains("num-traits feature \"std\""), "{tree}");
    }
}

/// Packages of a lock file, as name and version.
fn locked(path: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join(path)).expect("a lock file");
    let field = |entry: &str, name: &str| {
        let rest = entry.split_once(&format!("{name} = \""))?.1;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let entries = text.split("[[package]]").skip(1);
    entries.map(|entry| (field(entry, "name").expect("a name"), field(entry, "version").expect("a version"))).collect()
}

/// The lines `key = value` of a manifest's tables of this name, without `optional`.
fn entries(path: &str, table: &str) -> Vec<String> {
    let text = format!("\n{}", fs::read_to_string(root().join(path)).expect("a manifest"));
    let (_, rest) = text.split_once(&format!("\n[{table}]\n")).expect("the table");
    let lines =
        rest.lines().take_while(|line| !line.starts_with('[')).map(|line| line.replace(", optional = true", ""));
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

#[test]
fn the_second_wasm_has_the_versions_and_features_of_the_command() {
    let above = locked("Cargo.lock");
    for package in locked("office/Cargo.lock") {
        assert!(above.contains(&package), "office/Cargo.lock: {package:?} is not in Cargo.lock");
    }
    for table in ["dependencies", "target.'cfg(target_arch = \"wasm32\")'.dependencies"] {
        assert_eq!(entries("office/Cargo.toml", table), entries("Cargo.toml", table), "[{table}]");
    }
    for key in ["name", "version", "edition", "rust-version"] {
        let of = |path| entries(path, "package").into_iter().find(|line| line.starts_with(&format!("{key} = ")));
        assert_eq!(of("office/Cargo.toml"), of("Cargo.toml"), "{key}");
    }
}
