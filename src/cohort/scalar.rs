//! A value as a study document writes it.

use serde::{Deserialize, Deserializer, Serialize};

use crate::table::level;
use crate::table::number::{self, NumberFormat};

/// A JSON number, text or boolean that stands for a value of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a number, a text, true or false")]
pub enum Scalar {
    /// `true` or `false`: the cell's text, in this case.
    Bool(bool),
    /// A number, compared as a number.
    Number(serde_json::Number),
    /// A text, compared as a number where it is one.
    Text(String),
}

impl Scalar {
    /// The value as text, a number in its shortest form.
    pub fn text(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.as_f64().map_or_else(|| value.to_string(), number::shortest),
            Self::Text(value) => value.trim().to_owned(),
        }
    }

    /// The level that this value means in a column whose numbers are written so: see [`level::name`].
    ///
    /// A text may be written with the document's decimal point or with the mark of the file.
    pub(super) fn level(&self, format: impl Into<NumberFormat>) -> String {
        level_of(&self.text(), format)
    }
}

/// The level that a `text` of the document means in a column whose numbers are written so.
pub(super) fn level_of(text: &str, format: impl Into<NumberFormat>) -> String {
    let plain = NumberFormat::plain('.');
    level::name(text, if plain.read(text).is_some() { plain } else { format.into() }).into_owned()
}

/// One value or a list of them; a lone value is a list of one.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a value or a list of values")]
enum OneOrMany {
    One(Scalar),
    Many(Vec<Scalar>),
}

/// Reads a list of values, a lone value being a list of one.
pub(super) fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Scalar>, D::Error> {
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(value) => vec![value],
        OneOrMany::Many(values) => values,
    })
}

/// Reads an optional value as the level that it means.
pub(super) fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Scalar>::deserialize(deserializer)?.map(|value| value.level('.')))
}

/// Reads a list of values as texts.
pub(super) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(list(deserializer)?.iter().map(Scalar::text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Vec<Scalar> {
        list(&mut serde_json::Deserializer::from_str(json)).expect(json)
    }

    #[test]
    fn values_of_any_kind() {
        let texts: Vec<String> = read(r#"[1, 1.0, 0.5, " dead ", "1.0", true]"#).iter().map(Scalar::text).collect();
        assert_eq!(texts, ["1", "1", "0.5", "dead", "1.0", "true"]);
        assert_eq!(read("2"), read("[2]"));
        assert_eq!(serde_json::to_string(&read(r#"[1, "a", false]"#)).expect("json"), r#"[1,"a",false]"#);
        assert!(list(&mut serde_json::Deserializer::from_str("[[1]]")).is_err());
        assert!(list(&mut serde_json::Deserializer::from_str("null")).is_err());
    }

    #[test]
    fn levels_of_values() {
        let level = |json: &str, decimal| read(json)[0].level(decimal);
        assert_eq!(level(r#""1.0""#, '.'), "1");
        assert_eq!(level(r#""1,50""#, ','), "1.5");
        assert_eq!(level("1.5", ','), "1.5");
        assert_eq!(level(r#""1,50""#, '.'), "1,50");
    }
}
