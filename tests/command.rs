//! The native command as a process: exit codes, one line on standard error, results whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// A directory of a test's own, removed at its end. The name has a space and an accent, as people's folders do.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("riskset é {name} {}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).expect("a file");
        path
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("a directory");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn riskset(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_riskset")).current_dir(folder).args(arguments).output().expect("the command")
}

/// The one line of a refusal: exit 2, nothing on standard output.
fn refusal(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{text}");
    assert!(text.starts_with("riskset: ") && text.ends_with('\n') && text.matches('\n').count() == 1, "{text:?}");
    text.trim_end().trim_start_matches("riskset: ").to_owned()
}

fn document(output: &Output) -> Value {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

const DATA: &str = "t,s,g,n\n1,1,a,0.5\n2,0,b,1.5\n3,1,a,2.5\n4,1,b,3.5\n5,0,a,1.25\n6,1,b,0.25\n";

fn study(analyses: Value) -> String {
    serde_json::to_string_pretty(&json!({
        "format": "riskset-study/1", "data": {"file": "data.csv"},
        "endpoints": {"E": {"time": "t", "status": "s", "event": [1], "unit": "months"}},
        "analyses": analyses,
    }))
    .expect("JSON")
}

fn km() -> Value {
    json!({"id": "km", "type": "kaplan_meier", "endpoint": "E"})
}

/// Runs a study of these analyses on `data`.
fn run(name: &str, data: impl AsRef<[u8]>, analyses: Value) -> Output {
    let folder = Folder::new(name);
    folder.write("data.csv", data);
    folder.write("study.json", study(analyses));
    riskset(&folder.0, &["run", "study.json"])
}

/// Code and message of the only analysis, which must have failed.
fn error(output: &Output) -> (String, String) {
    assert_eq!(output.status.code(), Some(1));
    let results = document(output);
    let entry = &results["results"][0];
    assert_eq!(entry.get("n"), None);
    let text = |key: &str| entry["error"][key].as_str().expect("a text").to_owned();
    (text("code"), text("message"))
}

#[test]
fn exit_0_where_every_analysis_ran() {
    let output = run("exit 0", DATA, json!([km()]));
    assert_eq!(output.status.code(), Some(0));
    let results = document(&output);
    assert_eq!(results["format"], "riskset-results/1");
    assert_eq!((&results["results"][0]["n"], &results["data"]["file"]), (&json!(6), &json!("data.csv")));
    assert_eq!(results["engine"]["name"], "riskset");
}

#[test]
fn exit_1_where_one_failed_and_the_others_are_given() {
    let bad = json!({"id": "bad", "type": "kaplan_meier", "endpoint": "E", "by": "stage"});
    let output = run("exit 1", DATA, json!([bad, km()]));
    assert_eq!(output.status.code(), Some(1));
    let results = document(&output);
    assert_eq!(results["results"][0]["error"]["code"], "unknown_column");
    assert!(results["results"][0]["error"]["message"].as_str().expect("a message").contains("“stage”"));
    assert_eq!(results["results"][0].get("curves"), None);
    assert_eq!(results["results"][1]["n"], 6);
}

#[test]
fn the_study_is_looked_up_from_anywhere_and_the_data_beside_it() {
    let folder = Folder::new("elsewhere");
    fs::create_dir(folder.0.join("in side")).expect("a directory");
    folder.write("in side/data.csv", DATA);
    // With a byte order mark, as some editors write.
    folder.write("in side/study.json", format!("\u{feff}{}", study(json!([km()]))));
    assert_eq!(document(&riskset(&folder.0, &["run", "in side/study.json"]))["results"][0]["n"], 6);
    folder.write("other.csv", "t,s\n1,1\n");
    let other = document(&riskset(&folder.0, &["run", "--data", "other.csv", "in side/study.json"]));
    assert_eq!((&other["results"][0]["n"], &other["data"]["file"]), (&json!(1), &json!("other.csv")));
}

#[test]
fn out_is_written_whole_or_not_at_all() {
    let folder = Folder::new("out");
    let data = folder.write("data.csv", DATA);
    folder.write("study.json", study(json!([km()])));
    let output = riskset(&folder.0, &["run", "study.json", "--out", "results.json"]);
    assert_eq!((output.status.code(), output.stdout.len(), output.stderr.len()), (Some(0), 0, 0));
    let written: Value =
        serde_json::from_slice(&fs::read(folder.0.join("results.json")).expect("results")).expect("JSON");
    assert_eq!(written, document(&riskset(&folder.0, &["run", "study.json"])));
    assert_eq!(folder.names(), ["data.csv", "results.json", "study.json"]);

    // What cannot be written leaves nothing behind.
    for target in ["missing/results.json", "."] {
        let text = refusal(&riskset(&folder.0, &["run", "study.json", "--out", target]));
        assert!(text.contains("cannot be written"), "{text}");
    }
    // Nothing that is read is replaced.
    for target in ["data.csv", "./study.json"] {
        let text = refusal(&riskset(&folder.0, &["run", "study.json", "--out", target]));
        assert!(text.contains("would overwrite"), "{text}");
    }
    // A study that cannot be run leaves an earlier file alone.
    fs::write(&data, "t,s\n").expect("written");
    refusal(&riskset(&folder.0, &["run", "study.json", "--out", "results.json"]));
    let after: Value =
        serde_json::from_slice(&fs::read(folder.0.join("results.json")).expect("results")).expect("JSON");
    assert_eq!(after, written);
    assert_eq!(folder.names(), ["data.csv", "results.json", "study.json"]);
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_a_link_stays_a_link() {
    use std::os::unix::fs::FileTypeExt;
    let folder = Folder::new("device");
    folder.write("data.csv", DATA);
    folder.write("study.json", study(json!([km()])));
    assert_eq!(riskset(&folder.0, &["run", "study.json", "--out", "/dev/null"]).status.code(), Some(0));
    assert!(fs::metadata("/dev/null").expect("the device").file_type().is_char_device());
    folder.write("target.json", "");
    std::os::unix::fs::symlink("target.json", folder.0.join("link.json")).expect("a link");
    assert_eq!(riskset(&folder.0, &["run", "study.json", "--out", "link.json"]).status.code(), Some(0));
    assert!(fs::symlink_metadata(folder.0.join("link.json")).expect("the link").file_type().is_symlink());
    assert!(fs::metadata(folder.0.join("target.json")).expect("the target").len() > 100);
}

#[test]
fn usage() {
    let folder = Folder::new("usage");
    folder.write("study.json", study(json!([])));
    for (arguments, part) in [
        (&[][..], "a command is needed"),
        (&["rnu", "study.json"], "a command is needed"),
        (&["run"], "a study is needed"),
        (&["run", "study.json", "study.json"], "one study at a time"),
        (&["run", "study.json", "--outt", "x"], "no option --outt"),
        (&["run", "-o", "x"], "no option -o"),
        (&["run", "study.json", "--data"], "--data needs a file"),
        (&["inspect"], "inspect takes one file"),
        (&["inspect", "a", "b"], "inspect takes one file"),
    ] {
        let text = refusal(&riskset(&folder.0, arguments));
        assert!(text.contains(part) && text.contains("--help"), "{text}");
    }
    let help = riskset(&folder.0, &["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&help.stdout).contains("riskset run STUDY.json"));
    let version = riskset(&folder.0, &["--version"]);
    assert_eq!(String::from_utf8_lossy(&version.stdout), format!("riskset {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn files_that_are_not_there() {
    let folder = Folder::new("missing");
    assert!(refusal(&riskset(&folder.0, &["run", "no.json"])).starts_with("no.json: The file cannot be read"));
    folder.write("study.json", study(json!([km()])));
    let text = refusal(&riskset(&folder.0, &["run", "study.json"]));
    assert!(text.starts_with("data.csv: The file cannot be read"), "{text}");
    assert!(refusal(&riskset(&folder.0, &["run", "study.json", "--data", "."])).contains("cannot be read"));
    folder.write("study.json", r#"{"format": "riskset-study/1"}"#);
    assert!(refusal(&riskset(&folder.0, &["run", "study.json"])).contains("--data was not given"));
}

#[test]
fn studies_that_cannot_be_read_name_line_and_column() {
    let folder = Folder::new("studies");
    folder.write("data.csv", DATA);
    for (content, place, part) in [
        (&b"{\n  \"format\": \"riskset-study/1\",\n  \"analyses\": [,]\n}"[..], "study.json, line 3, column 16", "expected value"),
        (b"", "study.json, line 1, column 1", "EOF"),
        (b"t,s\n1,1\n", "study.json, line 1, column 2", "expected"),
        (b"[]", "study.json, line 1", "invalid"),
        (b"{\"format\": \"riskset-study/2\"}", "study.json", "riskset-study/2"),
        (b"{}", "study.json, line 1, column 2", "missing field `format`"),
        (b"{\"format\": \"riskset-study/1\"} x", "study.json, line 1, column 31", "trailing"),
        (b"{\"format\": \"riskset-study/1\",\n \"title\": \"\xe9\"}", "study.json, line 2, column 12", "UTF-8"),
        (b"{\"format\": \"riskset-study/1\",\n \"anaylses\": []}", "study.json, line 2, column 11, anaylses", "anaylses"),
        (b"{\"format\": \"riskset-study/1\",\n \"endpoints\": {\"7\": {\"time\": \"t\", \"status\": \"s\", \"event\": 1}}}", "study.json, endpoints.7", "whole number"),
        (b"{\"format\": \"riskset-study/1\",\n \"endpoints\": {\"E\": {\"time\": \"t\"}}}", "study.json, line 2, column 33, endpoints.E", "missing field"),
        (b"{\"format\": \"riskset-study/1\",\n \"endpoints\": {\"E\": {\"time\": \"t\", \"status\": \"s\", \"event\": 1}, \"E\": {}}}", "study.json, line 2", "stands twice"),
        (b"{\"format\": \"riskset-study/1\",\n \"analyses\": [\n  {\"id\": \"a\"}]}", "study.json, line 3, column 13, analyses[0]", "missing field `type`"),
        (b"{\"format\": \"riskset-study/1\",\n \"analyses\": [{\"id\": \"a\", \"type\": \"cox\"}, {\"id\": \"a\", \"type\": \"cox\"}]}", "study.json, analyses[1].id", "“a”"),
        (b"{\"format\": \"riskset-study/1\", \"data\": {\"file\": \"data.csv\", \"exclude\": [{\"row\": 7}]}}", "study.json, data.exclude[0].row", "1 … 6"),
        (b"{\"format\": \"riskset-study/1\", \"data\": {\"file\": \"data.csv\", \"sha256\": \"00\", \"exclude\": [{\"row\": 1}]}}", "study.json", "not the one"),
    ] {
        folder.write("study.json", content);
        let text = refusal(&riskset(&folder.0, &["run", "study.json"]));
        assert!(text.starts_with(place) && text.contains(part), "{}\n{text}", String::from_utf8_lossy(content));
    }
    // Depth is refused, not followed to the end of the stack.
    folder.write("study.json", "[".repeat(100_000));
    assert!(refusal(&riskset(&folder.0, &["run", "study.json"])).contains("line 1"));
}

#[test]
fn tables_that_cannot_be_read() {
    for (data, place, part) in [
        (&b""[..], "data.csv", "empty"),
        (b" \r\n", "data.csv", "empty"),
        (b"t,s\n", "data.csv", "no row"),
        (b"t,s\n1,1\n2\n", "data.csv, row 2 (line 3)", "1 cells where the header has 2"),
        (b"t,s\n1,1,9\n", "data.csv, row 1 (line 2)", "3 cells where the header has 2"),
        (b"t,s\n1,\"1\n2,0\n", "data.csv, row 1 (line 2)", "never closed"),
        (b"PK\x03\x04 xl/workbook.xml", "data.csv", "save it again"),
        (b"PK\x03\x04 word/document.xml", "data.csv", "Word .docx files are not read"),
        (b"PK\x03\x04 xl/workbook.bin", "data.csv", "Excel .xlsb files are not read"),
        (b"PK\x03\x04 data.csv", "data.csv", "ZIP"),
        (b"\x89PNG\r\n\x1a\n\0\0", "data.csv", "not a text table"),
        (b"t,\xc3\xa9\n1,\xe9\n", "data.csv, line 2", "UTF-8"),
    ] {
        let folder = Folder::new("tables");
        folder.write("data.csv", data);
        folder.write("study.json", study(json!([km()])));
        for arguments in [&["run", "study.json"][..], &["inspect", "data.csv"]] {
            let text = refusal(&riskset(&folder.0, arguments));
            assert!(text.starts_with(place) && text.contains(part), "{text}");
        }
    }
}

#[test]
fn the_study_says_how_its_file_is_read() {
    let folder = Folder::new("read");
    folder.write("data.csv", b"t:s\n1:1\n2:0\n");
    let mut with_read: Value = serde_json::from_str(&study(json!([km()]))).expect("JSON");
    with_read["data"]["read"] = json!({"delimiter": ":", "header_line": 1});
    folder.write("study.json", with_read.to_string());
    let output = riskset(&folder.0, &["run", "study.json"]);
    assert_eq!(output.status.code(), Some(0));
    let results: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let read = json!({"delimiter": ":", "header_line": 1, "decimal": ".", "encoding": "UTF-8"});
    assert_eq!(results["study"]["data"]["read"], read);
    with_read["data"]["read"] = json!({"header_line": 7});
    folder.write("study.json", with_read.to_string());
    let text = refusal(&riskset(&folder.0, &["run", "study.json"]));
    assert!(text.contains("header_line"), "{text}");
}

#[test]
fn bad_cells_fail_what_uses_them_and_name_their_place() {
    for (data, code, place) in [
        (
            "t,s\n1,1\nabc,0\n",
            "bad_cell",
            "data.csv, row 2 (line 3), column \"t\", cell \"abc\": This is not a number.",
        ),
        (
            "t,s\n1,1\n\n-2,0\n",
            "negative_time",
            "data.csv, row 2 (line 4), column \"t\", cell \"-2\": A time cannot be negative.",
        ),
    ] {
        let (found, message) = error(&run("cells", data, json!([km()])));
        assert_eq!(found, code);
        assert!(message.starts_with(place), "{message}");
    }
}

#[test]
fn analyses_that_cannot_be_computed() {
    let cox = |covariate: &str| json!({"id": "a", "type": "cox", "endpoint": "E", "covariates": [covariate]});
    for (data, analysis, code, part) in [
        (
            DATA,
            json!({"id": "a", "type": "kaplan_meyer", "endpoint": "E"}),
            "unknown_analysis",
            "analyses[0].type: There is no analysis of type “kaplan_meyer”. The types are: audit, summary, flow, timeline, missing_map, kaplan_meier",
        ),
        (DATA, json!({"id": "a", "type": "kaplan_meier"}), "missing_option", "“endpoint”"),
        (DATA, json!({"id": "a", "type": "kaplan_meier", "endpoint": "OS"}), "unknown_endpoint", "“OS” (E)"),
        (DATA, json!({"id": "a", "type": "log_rank", "endpoint": "E"}), "missing_option", "“by”"),
        (DATA, json!({"id": "a", "type": "log_rank", "endpoint": "E", "by": "gg"}), "unknown_column", "“gg” (“g”?)"),
        (DATA, cox("m"), "unknown_column", "“m”"),
        (
            DATA,
            json!({"id": "a", "type": "kaplan_meier", "endpoint": "E", "conf_level": 95}),
            "bad_option",
            "between 0 and 1",
        ),
        (
            DATA,
            json!({"id": "a", "type": "kaplan_meier", "endpoint": "E", "times": [12, -1]}),
            "bad_option",
            "“times” cannot be -1",
        ),
        (
            DATA,
            json!({"id": "a", "type": "kaplan_meier", "endpoint": "E", "probs": [1]}),
            "bad_option",
            "“probs” cannot be 1",
        ),
        (
            DATA,
            json!({"id": "a", "type": "kaplan_meier", "endpoint": "E", "conf_type": "loglog"}),
            "study_unreadable",
            "analyses[0].conf_type",
        ),
        (
            DATA,
            json!({"id": "a", "type": "kaplan_meier", "endpoint": "E", "ties": "efron"}),
            "option_not_applicable",
            "“ties” does not belong to an analysis of type “kaplan_meier”",
        ),
        (
            DATA,
            json!({"id": "a", "type": "log_rank", "endpoint": "E", "by": "g", "weights": "peto"}),
            "bad_option",
            "peto-peto",
        ),
        (
            DATA,
            json!({"id": "a", "type": "kaplan_meier", "endpoint": "E", "cause": "death"}),
            "bad_option",
            "one of the endpoint's events: event",
        ),
        (
            DATA,
            json!({"id": "a", "type": "kaplan_meier", "endpoint": "E", "subset": [{"column": "g", "in": ["z"]}]}),
            "bad_option",
            "a value of g: a, b",
        ),
        (
            "t,s,g\n1,1,a\n2,0,a\n",
            json!({"id": "a", "type": "log_rank", "endpoint": "E", "by": "g"}),
            "one_group",
            "Only one group (“a”)",
        ),
        (
            "t,s,g\n1,0,a\n2,0,b\n",
            json!({"id": "a", "type": "log_rank", "endpoint": "E", "by": "g"}),
            "no_events",
            "among the 2 patients",
        ),
        ("t,s,n\n1,0,1\n2,0,2\n", cox("n"), "no_events", "among the 2 patients"),
        ("t,s\n,1\n2,\n", km(), "no_observations", "2 excluded"),
        ("t,s,n\n1,1,1\n2,1,1\n", cox("n"), "collinear", "n"),
        ("t,s,n\n1,1,p\n2,1,q\n", cox("n"), "wrong_column_type", "“n” holds text"),
    ] {
        let (found, message) = error(&run("analyses", data, json!([analysis])));
        assert_eq!(found, code, "{message}");
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_misspelt_option_has_line_column_and_path() {
    let folder = Folder::new("misspelt");
    folder.write("data.csv", DATA);
    let text = "{\"format\": \"riskset-study/1\", \"data\": {\"file\": \"data.csv\"},\n\
                \"endpoints\": {\"E\": {\"time\": \"t\", \"status\": \"s\", \"event\": 1}},\n\
                \"analyses\": [\n  {\"id\": \"é\", \"type\": \"kaplan_meier\", \"endpoint\": \"E\",\n   \"conf_tpye\": \"log\"}]}";
    folder.write("study.json", text);
    let (code, message) = error(&riskset(&folder.0, &["run", "study.json"]));
    assert_eq!(code, "study_unreadable");
    assert!(message.starts_with("line 5, column 14, analyses[0].conf_tpye: "), "{message}");
    assert!(message.contains("unknown field `conf_tpye`"), "{message}");
}

#[test]
fn no_events_is_a_curve_with_a_caution() {
    let output = run("no events", "t,s\n1,0\n2,0\n", json!([km()]));
    assert_eq!(output.status.code(), Some(0));
    let results = document(&output);
    assert_eq!(results["results"][0]["cautions"][0]["code"], "no_events");
    assert_eq!(results["warnings"][1]["analysis"], "km");
}

#[test]
fn inspect_tells_how_the_file_was_read() {
    let folder = Folder::new("inspect");
    folder.write("data.csv", "t;s\n1,5;1\n\n2,5;0\n");
    let output = riskset(&folder.0, &["inspect", "data.csv"]);
    assert_eq!(output.status.code(), Some(0));
    let found = document(&output);
    for (name, value) in
        [("delimiter", json!(";")), ("decimal", json!(",")), ("encoding", json!("UTF-8")), ("header_line", json!(1))]
    {
        assert_eq!(found["dialect"][name], value);
    }
    assert_eq!((&found["n_rows"], &found["columns"][0]["type"]), (&json!(2), &json!("number")));
    assert_eq!(found["cautions"][0]["code"], "blank_lines");
}

#[test]
fn a_reader_that_stops_listening_is_no_failure() {
    let folder = Folder::new("pipe");
    // More than a pipe holds.
    let rows: String = (1..=20_000).map(|i| format!("{i},{}\n", i % 2)).collect();
    folder.write("data.csv", format!("t,s\n{rows}"));
    folder.write("study.json", study(json!([km()])));
    let mut child = Command::new(env!("CARGO_BIN_EXE_riskset"))
        .current_dir(&folder.0)
        .args(["run", "study.json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("its end");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// Workbooks, SPSS and Stata files by command: what `inspect` says, and that `data.read` of a study reaches their readers.
#[test]
fn files_of_other_programs() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/office/files");
    for (file, read, variable, levels) in [
        ("french.xlsx", json!({"sheet": "Données"}), "Décès", json!({"FALSE": 1, "TRUE": 1, "fusion": 1, "é": 1})),
        ("labels.sav", json!({"labels": "labels"}), "sexe", json!({"Homme": 2, "Femme": 2})),
        ("labels.sav", json!({"labels": "values"}), "sexe", json!({"1": 2, "2": 2})),
        ("v118.dta", json!({"labels": "labels"}), "sexe", json!({"Homme": 2, "Femme": 1})),
        ("v118.dta", json!({"labels": "values"}), "sexe", json!({"0": 2, "1": 1})),
    ] {
        let folder = Folder::new("office");
        folder.write(file, fs::read(files.join(file)).expect("the file"));
        let found = document(&riskset(&folder.0, &["inspect", file]));
        assert_eq!(found["dialect"]["format"], file.rsplit('.').next().expect("an ending"));
        assert!(found["preview"].as_array().is_some_and(|preview| !preview.is_empty()), "{file}");
        let study = json!({
            "format": "riskset-study/1",
            "data": {"file": file, "sha256": found["sha256"], "read": read, "columns": {variable: {"type": "category"}}},
            "analyses": [{"id": "one", "type": "summary", "variables": [variable]}],
        });
        folder.write("study.json", study.to_string());
        let results = document(&riskset(&folder.0, &["run", "study.json"]));
        let column = results["data"]["columns"].as_array().expect("columns").iter().find(|c| c["name"] == variable);
        let column = column.unwrap_or_else(|| panic!("{file}: {results}"));
        let names = column["levels"].as_array().expect("levels").iter();
        let counts = column["level_counts"].as_array().expect("counts").iter().cloned();
        let found: serde_json::Map<_, _> =
            names.map(|name| name.as_str().expect("text").to_owned()).zip(counts).collect();
        assert_eq!(Value::Object(found), levels, "{file} {read}");
    }
}
