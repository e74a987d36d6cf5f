//! Options of the analyses that follow patients rather than estimate: `flow` and `timeline`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::analysis::Condition;
use crate::table::date::{self, Date, DateCell, DateFormat};

/// Patients who were excluded before the file was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// Why, in the author's words.
    pub reason: String,
    /// How many.
    pub n: usize,
}

/// Who counts as lost to follow-up, among those whose event was not seen.
#[derive(Debug, Clone)]
pub enum Lost {
    /// Those of whom a column says so.
    Said(Condition),
    /// Those who were last seen before this day.
    Before(Date),
}

/// The rule as the document writes it.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected {\"column\": …, \"in\": […]} or {\"before\": \"2021-03-09\"}")]
enum Written {
    Said(Condition),
    Before(Day),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Day {
    before: String,
}

impl<'de> Deserialize<'de> for Lost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Written::deserialize(deserializer)? {
            Written::Said(condition) => Ok(Self::Said(condition)),
            Written::Before(Day { before }) => match date::parse(&before, DateFormat::Iso) {
                DateCell::Full(day) => Ok(Self::Before(day)),
                _ => {
                    let message = format!("`before` is a day such as \"2021-03-09\", not \"{before}\"");
                    Err(serde::de::Error::custom(message))
                }
            },
        }
    }
}

impl Serialize for Lost {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Said(condition) => condition.serialize(serializer),
            Self::Before(day) => serde_json::json!({"before": day.to_string()}).serialize(serializer),
        }
    }
}

/// The order of the lanes of a `timeline` within each group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LaneOrder {
    /// The longest observation first.
    #[default]
    Duration,
    /// By calendar day of the origin, the earliest first.
    Origin,
    /// As in the file.
    Row,
}
