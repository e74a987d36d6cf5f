//! The way of the data is one direction: a module uses only what stands before it. And what bit-for-bit equality of native and
//! wasm needs of the dependencies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The modules in the order of the data; each may use those before it.
const ORDER: &[&str] = &["error", "words", "num", "table", "cohort", "survival", "study", "report", "wasm"];

/// What a module may use is narrower than its place for these.
const ONLY: &[(&str, &[&str])] = &[
    ("error", &["error", "words"]), // the two know each other: a code and its sentence
    ("num", &["num"]),
    ("table", &["table", "error"]),
    ("survival", &["survival", "num", "error"]),
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
