//! What a study declares of the file: columns and rows that are left out.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::table::{ColumnType, level, number};

/// What a study declares of a column; whatever it is silent about is inferred.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Type; inferred where absent.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ColumnType>,
    /// Levels of a category in order, the first being the reference. A value outside them is an error.
    #[serde(default, deserialize_with = "levels", skip_serializing_if = "Option::is_none")]
    pub levels: Option<Vec<String>>,
    /// Unit of a number, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Cell texts that mean missing, besides the usual ones.
    #[serde(default, deserialize_with = "missing", skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// How a date without its day is read; an error where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<Partial>,
}

/// How a date without its day is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Partial {
    /// The 15th of the month; 1 July of the year.
    Mid,
}

/// A row that the study leaves out of everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExcludedRow {
    /// Data row, from 1.
    pub row: usize,
    /// Why, in the user's words.
    #[serde(default)]
    pub reason: String,
}

/// A scalar of a document as the text that cells are compared with: numbers in shortest form, also where they are written as text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(level::name(text, '.').into_owned()),
        Value::Number(number) => number.as_f64().map(number::shortest),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Reads a list of scalars, or a lone scalar, as texts.
pub(super) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let values = match Value::deserialize(deserializer)? {
        Value::Null => return Ok(None),
        Value::Array(values) => values,
        value => vec![value],
    };
    let read = |value: &Value| {
        text(value).ok_or_else(|| serde::de::Error::custom(format!("a text or a number was expected, found {value}")))
    };
    values.iter().map(read).collect::<Result<_, _>>().map(Some)
}

fn missing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    texts(deserializer).map(Option::unwrap_or_default)
}

/// Reads levels; none, or one that stands twice, would be a silent choice.
fn levels<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let levels = texts(deserializer)?;
    let refuse = |reason: String| Err(serde::de::Error::custom(reason));
    match levels.as_deref() {
        Some([]) => refuse("`levels` names no level; leave it out to have those of the file".to_owned()),
        Some(list) => match list.iter().enumerate().find(|(i, level)| list[..*i].contains(level)) {
            Some((_, twice)) => refuse(format!("the level `{twice}` stands twice")),
            None => Ok(levels),
        },
        None => Ok(None),
    }
}
