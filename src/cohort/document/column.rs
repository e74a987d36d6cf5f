//! A column as the study declares it.

use crate::hashing::IndexMap;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::endpoint::values;
use crate::cohort::scalar::{self, Scalar};
use crate::table::date::DateFormat;
use crate::table::number::Declared;
use crate::table::{ColumnType, level, missing, number};

/// What the study says of a column. Everything may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// Name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Type; inferred from the cells if absent.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ColumnType>,
    /// Levels in order, the first being the reference. Numbers in their shortest form.
    #[serde(default, deserialize_with = "levels", skip_serializing_if = "Option::is_none")]
    pub levels: Option<Vec<String>>,
    /// The level to put first, where it is not the first of the levels already.
    #[serde(default, deserialize_with = "scalar::level", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Another value for some values, or none (`null`: missing). Several may become one level.
    #[serde(default, deserialize_with = "recoding", skip_serializing_if = "IndexMap::is_empty")]
    pub recode: IndexMap<String, Option<String>>,
    /// Cut points that make levels of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cuts: Option<Cuts>,
    /// The column of the file whose cells a new column has; the file's own of this name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Unit to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How many of its unit the ratios of a model are per, such as 10 for a ratio per 10 years; 1 if absent.
    #[serde(default, deserialize_with = "per", skip_serializing_if = "Option::is_none")]
    pub per: Option<f64>,
    /// Values that mean that the cell is missing, besides those of every column.
    #[serde(default, deserialize_with = "scalar::texts", skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// How dates without a day are completed; an error if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<Partial>,
    /// How the dates are written; told from the cells if absent. It makes the column one of dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<DateFormat>,
    /// First of the hundred years to which years of two digits belong (`1930`); `30` means the same. Years of two digits and of four may
    /// then be mixed.
    #[serde(default, deserialize_with = "pivot", skip_serializing_if = "Option::is_none")]
    pub pivot: Option<i32>,
    /// Decimal mark of the column's numbers; that of the file if absent.
    #[serde(default, deserialize_with = "decimal", skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
    /// What separates thousands in the column's numbers; told from the cells if absent.
    #[serde(default, deserialize_with = "thousands", skip_serializing_if = "Option::is_none")]
    pub thousands: Option<char>,
}

impl ColumnSpec {
    /// What is said of the column's numbers.
    pub fn numbers(&self) -> Declared {
        Declared { decimal: self.decimal, thousands: self.thousands }
    }
}

fn per<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    match Option::<f64>::deserialize(deserializer)? {
        Some(per) if !(per > 0.0 && per.is_finite()) => {
            Err(D::Error::custom(format!("a ratio cannot be per {per}; expected a number above 0, such as 10")))
        }
        per => Ok(per),
    }
}

fn pivot<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    match Option::<i32>::deserialize(deserializer)? {
        None => Ok(None),
        Some(year @ 0..=99) => Ok(Some(1900 + year)),
        Some(year @ 1800..=2100) => Ok(Some(year)),
        Some(other) => Err(D::Error::custom(format!(
            "{other} cannot begin the hundred years of two-digit years; expected a year such as 1930"
        ))),
    }
}

fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<char>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None => Ok(None),
        Some(".") => Ok(Some('.')),
        Some(",") => Ok(Some(',')),
        Some(other) => Err(D::Error::custom(format!("“{other}” is no decimal mark; expected \".\" or \",\""))),
    }
}

fn thousands<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<char>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None => Ok(None),
        Some(" " | "\u{a0}" | "\u{202f}" | "\u{2009}") => Ok(Some(' ')),
        Some("'" | "\u{2019}") => Ok(Some('\'')),
        Some(".") => Ok(Some('.')),
        Some(",") => Ok(Some(',')),
        Some(other) => Err(D::Error::custom(format!(
            "“{other}” is no separator of thousands; expected \" \", \".\", \",\" or \"'\""
        ))),
    }
}

/// How dates without a day are completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Partial {
    /// The 15th of the month; 1 July of the year.
    Mid,
}

/// Cut points that make levels of a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenCuts")]
pub struct Cuts {
    /// The cut points, ascending; each begins a level, or ends one where `right` holds.
    pub at: Vec<f64>,
    /// Names of the levels, one more than cut points: those given, or made of the cut points (`< 5`, `5 to < 10`, `≥ 10`).
    pub labels: Vec<String>,
    /// Whether a value that is a cut point belongs to the level below it (`(a, b]`); by default above (`[a, b)`).
    pub right: bool,
}

impl Cuts {
    /// The index of the level of `x`.
    pub fn level(&self, x: f64) -> usize {
        // A cut point belongs above unless `right` says below.
        self.at.partition_point(|&at| if self.right { at < x } else { at <= x })
    }
}

/// Cut points as the document writes them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCuts {
    at: Vec<f64>,
    #[serde(default)]
    labels: Option<Vec<String>>,
    #[serde(default)]
    right: bool,
}

impl TryFrom<WrittenCuts> for Cuts {
    type Error = String;

    fn try_from(WrittenCuts { at, labels, right }: WrittenCuts) -> Result<Self, String> {
        if at.is_empty() {
            return Err("`cuts` has no cut point in `at`".to_owned());
        }
        if at.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err("the cut points of `at` must ascend, each once".to_owned());
        }
        let labels = match labels {
            None => cut_labels(&at, right),
            Some(labels) if labels.len() != at.len() + 1 => {
                let (n, needed) = (labels.len(), at.len() + 1);
                return Err(format!("{} cut points make {needed} levels, and `labels` names {n}", at.len()));
            }
            Some(labels) => labels.iter().map(|label| level::name(label, '.').into_owned()).collect(),
        };
        for (i, label) in labels.iter().enumerate() {
            if label.is_empty() || labels[..i].contains(label) {
                return Err(format!("the label `{label}` of `cuts` is empty or stands twice"));
            }
        }
        Ok(Self { at, labels, right })
    }
}

/// The levels between cut points in signs.
fn cut_labels(at: &[f64], right: bool) -> Vec<String> {
    let text = |x: &f64| number::shortest(*x);
    let (below, above) = if right { ("≤", ">") } else { ("<", "≥") };
    let between = at.windows(2).map(|pair| {
        let (from, to) = (text(&pair[0]), text(&pair[1]));
        if right { format!("> {from} to {to}") } else { format!("{from} to < {to}") }
    });
    let first = at.first().map(|x| format!("{below} {}", text(x)));
    let last = at.last().map(|x| format!("{above} {}", text(x)));
    first.into_iter().chain(between).chain(last).collect()
}

/// Reads new values for old: each old one once, no new one that would be missing by its text.
fn recoding<'de, D: Deserializer<'de>>(deserializer: D) -> Result<IndexMap<String, Option<String>>, D::Error> {
    struct Recoding;
    impl<'de> Visitor<'de> for Recoding {
        type Value = IndexMap<String, Option<String>>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object of new values by old ones, `null` for missing")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut map: Self::Value = IndexMap::default();
            while let Some((from, to)) = access.next_entry::<String, Option<Scalar>>()? {
                let from = level::name(&from, '.').into_owned();
                let to = to.map(|to| to.text());
                if let Some(to) = to.as_ref().filter(|to| missing::is_missing(to, &[])) {
                    return Err(A::Error::custom(format!(
                        "the new value `{to}` for `{from}` means missing: write null"
                    )));
                }
                if map.insert(from.clone(), to).is_some() {
                    return Err(A::Error::custom(format!("the value `{from}` stands twice in `recode`")));
                }
            }
            Ok(map)
        }
    }
    deserializer.deserialize_map(Recoding)
}

/// Reads levels as texts, numbers in shortest form, none twice.
fn levels<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let Some(values) = values(deserializer)? else { return Ok(None) };
    let mut levels: Vec<String> = Vec::with_capacity(values.len());
    for value in values {
        let level = value.level('.');
        if levels.contains(&level) {
            return Err(D::Error::custom(format!("the level `{level}` stands twice")));
        }
        levels.push(level);
    }
    if levels.is_empty() {
        return Err(D::Error::custom("`levels` names no level"));
    }
    Ok(Some(levels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns() {
        let read = |json: &str| serde_json::from_str::<ColumnSpec>(json).map_err(|error| error.to_string());
        let spec =
            read(r#"{"type": "category", "levels": ["a", 1.0, "2.0"], "missing": 99, "label": "x", "unit": "cm"}"#)
                .expect("column");
        assert_eq!(spec.kind, Some(ColumnType::Category));
        assert_eq!(spec.levels.as_deref(), Some(["a", "1", "2"].map(str::to_owned).as_slice()));
        assert_eq!(spec.missing, ["99"]);
        assert_eq!(read(r#"{"type": "date", "partial": "mid"}"#).expect("date").partial, Some(Partial::Mid));
        assert_eq!(read("{}").expect("empty"), ColumnSpec::default());
        let echo = serde_json::to_string(&spec).expect("json");
        assert_eq!(read(&echo).expect("echo"), spec);
        assert!(read(r#"{"levels": ["1", 1]}"#).expect_err("twice").contains("stands twice"));
        assert!(read(r#"{"levels": []}"#).expect_err("none").contains("no level"));
        for (json, part) in [
            (r#"{"cuts": {"at": []}}"#, "no cut point"),
            (r#"{"cuts": {"at": [5, 5]}}"#, "must ascend"),
            (r#"{"cuts": {"at": [10, 5]}}"#, "must ascend"),
            (r#"{"cuts": {"at": [5], "labels": ["low"]}}"#, "make 2 levels, and `labels` names 1"),
            (r#"{"cuts": {"at": [5], "labels": ["low", "low "]}}"#, "stands twice"),
            (r#"{"recode": {"1": "a", "1.0": "b"}}"#, "`1` stands twice"),
            (r#"{"recode": {"a": "NA"}}"#, "write null"),
            (r#"{"recode": ["a"]}"#, "new values by old"),
        ] {
            let message = read(json).expect_err(json);
            assert!(message.contains(part), "{message}");
        }
        let spec = read(
            r#"{"recode": {"b": "a", "c": null, "d": 2.0}, "cuts": {"at": [5, 7.5]}, "reference": 2, "from": "x"}"#,
        );
        let spec = spec.expect("additions");
        assert_eq!(spec.recode["c"], None);
        assert_eq!(spec.recode["d"].as_deref(), Some("2"));
        assert_eq!(spec.reference.as_deref(), Some("2"));
        assert_eq!(spec.cuts.as_ref().expect("cuts").labels, ["< 5", "5 to < 7.5", "≥ 7.5"]);
        let echo = serde_json::to_string(&spec).expect("json");
        assert_eq!(read(&echo).expect("echo"), spec);
        assert!(read(r#"{"kind": "date"}"#).is_err());
        assert!(read(r#"{"partial": "start"}"#).is_err());
    }
}
