//! The study document: what is to be computed, without a single cell of the data.

use crate::hashing::{HashSet, IndexMap};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::analysis::Analysis;
use super::conventions::Conventions;
use crate::cohort::{ColumnSpec, Decision, EndpointSpec, ExcludedRow};
use crate::error::{Error, ErrorKind, Position, Result};
use crate::json::{self, Node, Problem};
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

/// The document as it is written; each analysis is read for itself, so that a mistake in one spares the others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a study: an object with `format`, `data`, `endpoints` and `analyses`")]
struct Written {
    #[serde(rename = "format")]
    _format: String,
    title: Option<String>,
    #[serde(default)]
    conventions: Conventions,
    #[serde(default)]
    data: DataSpec,
    #[serde(default, deserialize_with = "unique_map")]
    endpoints: IndexMap<String, EndpointSpec>,
    #[serde(default, rename = "analyses")]
    _analyses: Vec<IgnoredAny>,
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
    let document = json::parse(text).map_err(|problem| unreadable(&problem, text))?;
    check_format(&document)?;
    let written: Written = document.read().map_err(|problem| unreadable(&problem, text))?;
    for name in written.endpoints.keys() {
        if name.parse::<i64>().is_ok() {
            let position = Position { path: Some(format!("endpoints.{name}")), ..Position::default() };
            return Err(Error::new(ErrorKind::IntegerLikeName).with("name", name).at(position));
        }
    }
    let asked = document.get("analyses").map(Node::items).unwrap_or_default();
    let mut analyses = Vec::with_capacity(asked.len());
    let mut ids = HashSet::default();
    for (index, node) in asked.iter().enumerate() {
        let request = request(node, text, index)?;
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
fn check_format(document: &Node) -> Result<()> {
    if let Some(format) = document.get("format").and_then(|format| format.read::<serde_json::Value>().ok())
        && !format.is_null()
        && format != FORMAT
    {
        let found = format.as_str().map_or_else(|| format.to_string(), str::to_owned);
        return Err(Error::new(ErrorKind::UnknownFormat).with("found", found).with("expected", FORMAT));
    }
    Ok(())
}

/// One analysis: its id and type must be readable, all else may be the analysis's own error.
fn request(node: &Node, text: &str, index: usize) -> Result<Request> {
    #[derive(Deserialize)]
    struct Head {
        id: String,
        #[serde(rename = "type")]
        kind: String,
    }
    let in_list = |problem: Problem| {
        let mut error = unreadable(&problem, text);
        let path = error.position.path.take();
        error.position.path = Some(match path {
            Some(path) => format!("analyses[{index}].{path}"),
            None => format!("analyses[{index}]"),
        });
        error
    };
    let head: Head = node.read().map_err(in_list)?;
    let written = node.read().unwrap_or_default();
    let analysis = if super::analysis::TYPES.contains(&head.kind.as_str()) {
        node.read::<Analysis>().map(Box::new).map_err(in_list)
    } else {
        let position = Position { path: Some(format!("analyses[{index}].type")), ..Position::default() };
        let known = super::analysis::TYPES.join(", ");
        Err(Error::new(ErrorKind::UnknownAnalysis).with("found", &head.kind).with("known", known).at(position))
    };
    Ok(Request { id: head.id, kind: head.kind, written, analysis })
}

/// What is wrong with the document, with line and character of its `text` and the path.
fn unreadable(problem: &Problem, text: &str) -> Error {
    let (line, character) = problem.place(text);
    Error::new(ErrorKind::StudyUnreadable).with("reason", problem).at(Position {
        line: Some(line),
        character: Some(character),
        path: problem.path(),
        ..Position::default()
    })
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
            let mut map = IndexMap::default();
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
