//! The native command: the same engine as the page, for a terminal.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use riskset::error::{Error, ErrorKind, Position, Result};
use riskset::table::{ReadOptions, Table};
use riskset::{study, table};
use serde::Serialize;

const USAGE: &str = "riskset: survival analysis where the data are

  riskset run STUDY.json [--data FILE] [--out FILE]   results as JSON to standard output (or FILE)
  riskset inspect FILE                                how the file was read: dialect, columns, types, problems
  riskset --version

Exit 0: every analysis ran. 1: at least one has an error (the results say which). 2: the study or the file cannot be read.";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let outcome = match arguments.first().and_then(|first| first.to_str()) {
        Some("run") => run(&arguments[1..]),
        Some("inspect") => inspect(&arguments[1..]),
        Some("--version" | "-V") => print(&format!("riskset {}\n", env!("CARGO_PKG_VERSION"))),
        Some("--help" | "-h" | "help") => print(&format!("{USAGE}\n")),
        _ => Err(Failure::Usage("a command is needed: run or inspect".to_owned())),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            let text = match failure {
                Failure::Usage(what) => format!("riskset: {what} (riskset --help shows how)"),
                Failure::Error(error) => format!("riskset: {}", one_line(&error.to_string())),
                Failure::Write(what) => format!("riskset: {}", one_line(&what)),
            };
            // Standard error may be closed; the exit code still tells.
            let _ = writeln!(std::io::stderr(), "{text}");
            ExitCode::from(2)
        }
    }
}

/// Why nothing could be computed, or where it could not be written.
enum Failure {
    Usage(String),
    Error(Error),
    Write(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

fn run(arguments: &[OsString]) -> std::result::Result<ExitCode, Failure> {
    let (mut study_path, mut data, mut out) = (None, None, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.to_str() {
            Some("--data") => data = Some(value("--data", rest.next())?),
            Some("--out") => out = Some(value("--out", rest.next())?),
            Some(option) if option.starts_with('-') => {
                return Err(Failure::Usage(format!("there is no option {option}")));
            }
            _ if study_path.is_none() => study_path = Some(PathBuf::from(argument)),
            _ => return Err(Failure::Usage("one study at a time".to_owned())),
        }
    }
    let study_path = study_path.ok_or_else(|| Failure::Usage("a study is needed".to_owned()))?;
    let name = file_name(&study_path);
    let in_study = |mut error: Error| {
        error.position.file.get_or_insert_with(|| name.clone());
        error
    };
    let bytes = std::fs::read(&study_path).map_err(|error| unreadable(&study_path, &error))?;
    let text = String::from_utf8(bytes).map_err(|error| in_study(not_utf8(&error)))?;
    let study = study::read(&text).map_err(in_study)?;
    let data = match (data, &study.data.file) {
        (Some(path), _) => path,
        (None, Some(file)) => study_path.parent().unwrap_or_else(|| Path::new("")).join(file),
        (None, None) => {
            let reason = "it names no data file (\"data\": {\"file\": …}), and --data was not given";
            return Err(in_study(Error::new(ErrorKind::StudyUnreadable).with("reason", reason)).into());
        }
    };
    if let Some(out) = &out
        && [&study_path, &data].into_iter().any(|input| is_same_file(out, input))
    {
        return Err(Failure::Usage(format!("--out would overwrite {}, which is read", out.display())));
    }
    let results = study::run(&study, &open(&data, &study.data.read)?).map_err(in_study)?;
    write(&json(&results)?, out.as_deref())?;
    Ok(if results.all_ran() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn inspect(arguments: &[OsString]) -> std::result::Result<ExitCode, Failure> {
    match arguments {
        [file] => {
            let inspection = table::inspect::inspect(&open(Path::new(file), &ReadOptions::default())?);
            print(&json(&inspection)?)
        }
        _ => Err(Failure::Usage("inspect takes one file".to_owned())),
    }
}

/// The value that follows an option.
fn value(option: &str, next: Option<&OsString>) -> std::result::Result<PathBuf, Failure> {
    next.map(PathBuf::from).ok_or_else(|| Failure::Usage(format!("{option} needs a file")))
}

fn open(path: &Path, options: &ReadOptions) -> Result<Table> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    table::open_with(file, &file_name(path), options)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let position = Position { file: Some(path.display().to_string()), ..Position::default() };
    Error::new(ErrorKind::FileUnreadable).with("reason", error).at(position)
}

/// The place of the first byte of a study that is not UTF-8.
fn not_utf8(error: &std::string::FromUtf8Error) -> Error {
    let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let before = String::from_utf8_lossy(valid);
    let position = Position {
        line: Some(before.matches('\n').count() + 1),
        character: Some(before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1),
        ..Position::default()
    };
    let reason = "it is not UTF-8 text; save it as UTF-8";
    Error::new(ErrorKind::StudyUnreadable).with("reason", reason).at(position)
}

/// Whether both paths lead to one file that is there.
fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn json<T: Serialize>(document: &T) -> std::result::Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(document).map_err(|error| Failure::Write(error.to_string()))?;
    text.push('\n');
    Ok(text)
}

/// Writes a document whole or not at all: to a file beside the target, which then takes its name.
fn write(text: &str, out: Option<&Path>) -> std::result::Result<(), Failure> {
    let Some(path) = out else {
        return print(text).map(|_| ());
    };
    let failed = |error: std::io::Error| Failure::Write(format!("{} cannot be written: {error}", path.display()));
    // A link stays a link, and a device (/dev/null) is written to, not replaced by a file.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if path.metadata().is_ok_and(|target| !target.is_file() && !target.is_dir()) {
        return std::fs::write(&path, text).map_err(failed);
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = PathBuf::from(partial);
    std::fs::write(&partial, text).and_then(|()| std::fs::rename(&partial, &path)).map_err(|error| {
        // The target is untouched; what was begun beside it goes.
        let _ = std::fs::remove_file(&partial);
        failed(error)
    })
}

/// Prints to standard output; a reader that stopped listening (a closed pipe) is no failure.
fn print(text: &str) -> std::result::Result<ExitCode, Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Write(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
