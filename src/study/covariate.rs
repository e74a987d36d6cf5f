//! Covariates as a study writes them: columns, splines of numbers, interactions (rule 30).

use serde::{Deserialize, Deserializer};

use crate::sorting::sort_by_key;

/// A covariate of a model.
#[derive(Debug, Clone, PartialEq)]
pub enum Covariate {
    /// A column (a number enters as it is, a category by its levels), or `"a:b"`, or `"a*b"`.
    Named(String),
    /// A restricted cubic spline of a number.
    Spline(Spline),
}

/// A restricted cubic spline.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spline {
    /// The column.
    #[serde(rename = "spline")]
    pub column: String,
    /// Its knots.
    pub knots: Knots,
}

/// The knots of a spline.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Knots {
    /// So many, 3 to 7, at Harrell's quantiles of the analysed rows.
    Count(usize),
    /// These values, at least 3, rising.
    At(Vec<f64>),
}

impl Covariate {
    /// As it was written; a spline by its column.
    pub fn name(&self) -> String {
        match self {
            Self::Named(name) => name.clone(),
            Self::Spline(spline) => spline.column.clone(),
        }
    }
}

impl<'de> Deserialize<'de> for Covariate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(name) => Ok(Self::Named(name)),
            value @ serde_json::Value::Object(_) => crate::json::of_value(&value).map(Self::Spline).map_err(|_| {
                serde::de::Error::custom(format!("a spline is {{\"spline\": \"age\", \"knots\": 4}}, found {value}"))
            }),
            value => Err(serde::de::Error::custom(format!("a column's name was expected, found {value}"))),
        }
    }
}

/// The terms that a name with `:` and `*` stands for, each the list of its columns: `a*b` is a, b and a:b.
pub fn expanded(name: &str) -> Vec<Vec<String>> {
    let mut terms: Vec<Vec<String>> = Vec::new();
    for product in name.split('*') {
        let own: Vec<String> = product.split(':').map(|part| part.trim().to_owned()).collect();
        let joined = terms.iter().map(|term| term.iter().chain(&own).cloned().collect()).collect::<Vec<Vec<String>>>();
        terms.push(own);
        terms.extend(joined);
    }
    sort_by_key(&mut terms, Vec::len);
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_expand_to_every_term_below_them() {
        assert_eq!(expanded("a:b"), [vec!["a", "b"]]);
        assert_eq!(expanded("a * b"), [vec!["a"], vec!["b"], vec!["a", "b"]]);
        let three: Vec<String> = expanded("a*b*c").iter().map(|term| term.join(":")).collect();
        assert_eq!(three, ["a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]);
    }

    #[test]
    fn splines_are_read_and_anything_else_is_refused() {
        let read = |text: &str| serde_json::from_str::<Covariate>(text);
        let spline = Spline { column: "age".into(), knots: Knots::Count(4) };
        assert_eq!(read(r#"{"spline": "age", "knots": 4}"#).unwrap(), Covariate::Spline(spline));
        assert!(read(r#"{"spline": "age"}"#).unwrap_err().to_string().contains("a spline is"));
        assert!(read("4").is_err());
    }
}
