//! The study document: what is to be computed, without a single cell of the data.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::analysis::Analysis;
use super::conventions::Conventions;
use crate::cohort::{ColumnSpec, Decision, EndpointSpec, ExcludedRow};
use crate::error::{Error, ErrorKind, Position, Result};
use crate::table::ReadOptions;

/// The format that this program reads.
pub const FORMAT: &str = "riskset-study/1";

/// A study: declarations of the data, endpoints, and the analyses that are asked for.
#[derive(Debug, Clone)]
pub struct Study {
    /// Title, for people.
    pub title: Option<String>,
    /// The preset that sets every default.
    pub conventions: Conventions,
    /// The file, its excluded rows and its declared columns.
    pub data: DataSpec,
    /// The endpoints by name, in the order of the document.
    pub endpoints: IndexMap<String, EndpointSpec>,
    /// The analyses, in the order of the document.
    pub analyses: Vec<Request>,
    /// How the figures are drawn: for whoever draws them. Nothing is computed from it.
    pub figures: serde_json::Map<String, serde_json::Value>,
}

/// What a study says of its data file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    /// Name of the file, looked up beside the study.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// SHA-256 of the file that the study was made with, in hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// How the file is to be read; what is absent is detected.
    #[serde(default)]
    pub read: ReadOptions,
    /// Rows that are left out of everything, each with its reason.
    #[serde(default)]
    pub exclude: Vec<ExcludedRow>,
    /// What was decided about findings of an audit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decision>,
    /// Declared columns by name.
    #[serde(default, deserialize_with = "unique_map")]
    pub columns: IndexMap<String, ColumnSpec>,
}

/// One analysis as it was asked for: readable, or the error that its entry of the results will carry.
#[derive(Debug, Clone)]
pub struct Request {
    /// Unique id.
    pub id: String,
    /// The analysis type as written.
    pub kind: String,
    /// The entry as written, for the echo in the results.
    pub written: serde_json::Map<String, serde_json::Value>,
    /// Its typed form.
    pub analysis: Result<Box<Analysis>>,
}

/// The document as it is written; each analysis is kept as text, so that a mistake in one spares the others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a study: an object with `format`, `data`, `endpoints` and `analyses`")]
struct Written<'a> {
    #[serde(rename = "format")]
    _format: String,
    title: Option<String>,
    #[serde(default)]
    conventions: Conventions,
    #[serde(default)]
    data: DataSpec,
    #[serde(default, deserialize_with = "unique_map")]
    endpoints: IndexMap<String, EndpointSpec>,
    #[serde(borrow, default)]
    analyses: Vec<&'a RawValue>,
    #[serde(default)]
    figures: serde_json::Map<String, serde_json::Value>,
}

/// Reads a study document.
///
/// # Errors
/// [`ErrorKind::StudyUnreadable`] with line, character and path when it is not JSON or not of this shape;
/// [`ErrorKind::UnknownFormat`], [`ErrorKind::DuplicateId`], [`ErrorKind::IntegerLikeName`]. A mistake inside one analysis is not an
/// error here: it becomes the error of that analysis.
pub fn read(text: &str) -> Result<Study> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    check_format(text)?;
    let written: Written = parse(text, 0, text)?;
    for name in written.endpoints.keys() {
        if name.parse::<i64>().is_ok() {
            let position = Position { path: Some(format!("endpoints.{name}")), ..Position::default() };
            return Err(Error::new(ErrorKind::IntegerLikeName).with("name", name).at(position));
        }
    }
    let mut analyses = Vec::with_capacity(written.analyses.len());
    let mut ids = HashSet::new();
    for (index, raw) in written.analyses.into_iter().enumerate() {
        let request = request(raw.get(), offset(text, raw.get()), text, index)?;
        if !ids.insert(request.id.clone()) {
            let position = Position { path: Some(format!("analyses[{index}].id")), ..Position::default() };
            return Err(Error::new(ErrorKind::DuplicateId).with("id", &request.id).at(position));
        }
        analyses.push(request);
    }
    Ok(Study {
        title: written.title,
        conventions: written.conventions,
        data: written.data,
        endpoints: written.endpoints,
        analyses,
        figures: written.figures,
    })
}

/// A document of another version gets that answer, not a complaint about its first unknown field.
fn check_format(text: &str) -> Result<()> {
    #[derive(Deserialize)]
    struct Format {
        format: Option<serde_json::Value>,
    }
    if let Ok(Format { format: Some(format) }) = serde_json::from_str(text)
        && format != FORMAT
    {
        let found = format.as_str().map_or_else(|| format.to_string(), str::to_owned);
        return Err(Error::new(ErrorKind::UnknownFormat).with("found", found).with("expected", FORMAT));
    }
    Ok(())
}

/// One analysis: its id and type must be readable, all else may be the analysis's own error.
fn request(raw: &str, start: usize, text: &str, index: usize) -> Result<Request> {
    #[derive(Deserialize)]
    struct Head {
        id: String,
        #[serde(rename = "type")]
        kind: String,
    }
    let in_list = |mut error: Error| {
        let path = error.position.path.take();
        error.position.path = Some(match path {
            Some(path) => format!("analyses[{index}].{path}"),
            None => format!("analyses[{index}]"),
        });
        error
    };
    let head: Head = parse(raw, start, text).map_err(in_list)?;
    let written = serde_json::from_str(raw).unwrap_or_default();
    let analysis = if super::analysis::TYPES.contains(&head.kind.as_str()) {
        parse::<Analysis>(raw, start, text).map(Box::new).map_err(in_list)
    } else {
        let position = Position { path: Some(format!("analyses[{index}].type")), ..Position::default() };
        let known = super::analysis::TYPES.join(", ");
        Err(Error::new(ErrorKind::UnknownAnalysis).with("found", &head.kind).with("known", known).at(position))
    };
    Ok(Request { id: head.id, kind: head.kind, written, analysis })
}

/// Where `part`, a slice of `text`, starts in it, in bytes.
fn offset(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// Reads `part` of `text` (from byte `start`) as JSON; an error names line and character of the whole text, and the path.
fn parse<'a, T: Deserialize<'a>>(part: &'a str, start: usize, text: &str) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_str(part);
    let failed = |path: Option<String>, error: &serde_json::Error| {
        let before = text.get(..start).unwrap_or_default();
        let lines_before = before.matches('\n').count();
        let same_line = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count());
        let character = if error.line() <= 1 { same_line + error.column() } else { error.column() };
        let reason = error.to_string();
        let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(reason, _)| reason);
        Error::new(ErrorKind::StudyUnreadable).with("reason", reason).at(Position {
            line: Some(lines_before + error.line().max(1)),
            character: Some(character.max(1)),
            path,
            ..Position::default()
        })
    };
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        failed((path != ".").then_some(path), error.inner())
    })?;
    reader.end().map_err(|error| failed(None, &error))?;
    Ok(value)
}

/// A map in the order of the document, in which a name that stands twice is an error rather than a silent choice.
pub(crate) fn unique_map<'de, D, T>(deserializer: D) -> std::result::Result<IndexMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Visitor<T>(std::marker::PhantomData<T>);
    impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Visitor<T> {
        type Value = IndexMap<String, T>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut access: A) -> std::result::Result<Self::Value, A::Error> {
            let mut map = IndexMap::new();
            while let Some(name) = access.next_key::<String>()? {
                if map.contains_key(&name) {
                    return Err(serde::de::Error::custom(format!("the name `{name}` stands twice")));
                }
                let value = access.next_value()?;
                map.insert(name, value);
            }
            Ok(map)
        }
    }
    deserializer.deserialize_map(Visitor(std::marker::PhantomData))
}
