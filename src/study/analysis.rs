//! One analysis of a study as it is asked for: every option of the contract, each absent unless written.

use crate::hashing::IndexMap;
use serde::{Deserialize, Deserializer, Serialize};

use super::covariate::Covariate;
use super::patient_options::{Before, LaneOrder, Lost};
use super::summary_entry::SummaryEntry;
use crate::cohort::EndpointOptions;
use crate::cohort::audit::Flag;
use crate::error::{Error, ErrorKind, Position, Result};
use crate::json;
use crate::num::adjust::Adjustment;
use crate::survival::cox::{Ties, Transform};
use crate::survival::describe::compare::{CategoricalTest, NumericTest};
use crate::survival::describe::quartile::QuantileType;
use crate::survival::describe::t_test::TVariance;
use crate::survival::describe::wilcoxon::RankP;
use crate::survival::follow_up::ReverseTies;
use crate::survival::interval::ConfType;
use crate::survival::kaplan_meier::{AtRiskRule, Beyond};
use crate::survival::log_rank::{TestWeight, Variance};
use crate::survival::permutation::Draws;
use crate::survival::quantile::{QuantileInterval, QuantileRule};

/// The analysis types of the contract.
pub const TYPES: &[&str] = &[
    "audit",
    "summary",
    "flow",
    "timeline",
    "missing_map",
    "kaplan_meier",
    "follow_up",
    "log_rank",
    "cox",
    "cox_table",
    "ph_test",
    "cumulative_incidence",
    "fine_gray",
    "rmst",
    "parametric",
];

/// Options that every type takes.
const COMMON: &[&str] = &["id", "type", "title", "endpoint", "conf_level", "subset", "time_zero", "month_rule"];

/// The analysis types of this version, each with the options that it takes besides [`COMMON`].
const OPTIONS: &[(&str, &[&str])] = &[
    ("audit", &["endpoints", "dates", "patient", "as_of", "pairs", "flags"]),
    (
        "summary",
        &["variables", "by", "quantile_type", "numeric_test", "categorical_test", "continuity", "t_variance", "rank_p"],
    ),
    ("flow", &["endpoints", "by", "screened", "before", "lost"]),
    ("timeline", &["by", "patient", "also", "sort"]),
    ("missing_map", &["variables", "models"]),
    (
        "kaplan_meier",
        &[
            "by",
            "weights",
            "cause",
            "conf_type",
            "times",
            "probs",
            "quantile_rule",
            "quantile_interval",
            "beyond",
            "at_risk_rule",
            "robust",
            "cumulative_hazard",
            "difference",
        ],
    ),
    (
        "follow_up",
        &[
            "by",
            "weights",
            "conf_type",
            "times",
            "probs",
            "quantile_rule",
            "quantile_interval",
            "beyond",
            "at_risk_rule",
            "reverse_ties",
        ],
    ),
    ("log_rank", &["by", "weights", "strata", "cause", "variance", "trend", "pairwise", "permutation"]),
    (
        "cox",
        &[
            "covariates",
            "strata",
            "ties",
            "weights",
            "robust",
            "cluster",
            "offset",
            "cause",
            "penalty",
            "conf",
            "conf_type",
            "residuals",
            "influence",
            "baseline",
            "predict",
            "adjusted",
        ],
    ),
    ("ph_test", &["covariates", "strata", "ties", "weights", "robust", "cluster", "offset", "cause", "transform"]),
    (
        "cox_table",
        &[
            "univariable",
            "multivariable",
            "factor_test",
            "strata",
            "ties",
            "weights",
            "robust",
            "cluster",
            "offset",
            "cause",
            "penalty",
            "conf",
        ],
    ),
];

/// Whether an analysis of type `kind` takes `option`.
pub(super) fn takes(kind: &str, option: &str) -> bool {
    let own = OPTIONS.iter().find(|(known, _)| *known == kind);
    COMMON.contains(&option) || own.is_some_and(|(_, options)| options.contains(&option))
}

/// What can be written in an analysis. Which option belongs to which type is checked by [`Analysis::check_options`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the contract documents each option under the same name
pub struct Analysis {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub title: Option<String>,
    pub endpoint: Option<String>,
    pub by: Option<String>,
    pub conf_level: Option<f64>,
    #[serde(default)]
    pub subset: Vec<Condition>,
    /// A column of case weights, or for `log_rank` the test.
    pub weights: Option<serde_json::Value>,
    pub cause: Option<String>,
    pub time_zero: Option<crate::cohort::TimeZero>,
    pub month_rule: Option<crate::cohort::MonthRule>,
    pub conf_type: Option<ConfType>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub times: Option<Vec<f64>>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub probs: Option<Vec<f64>>,
    pub quantile_rule: Option<QuantileRule>,
    pub quantile_interval: Option<QuantileInterval>,
    pub beyond: Option<Beyond>,
    pub at_risk_rule: Option<AtRiskRule>,
    pub reverse_ties: Option<ReverseTies>,
    pub cumulative_hazard: Option<bool>,
    pub difference: Option<bool>,
    pub variance: Option<Variance>,
    pub trend: Option<bool>,
    pub pairwise: Option<Adjustment>,
    /// `true`, or how allocations are drawn.
    pub permutation: Option<serde_json::Value>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub strata: Option<Vec<String>>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub covariates: Option<Vec<Covariate>>,
    pub ties: Option<Ties>,
    pub robust: Option<bool>,
    pub cluster: Option<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub offset: Option<Vec<String>>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub variables: Option<Vec<SummaryEntry>>,
    pub quantile_type: Option<QuantileType>,
    pub numeric_test: Option<NumericTest>,
    pub categorical_test: Option<CategoricalTest>,
    pub continuity: Option<bool>,
    pub t_variance: Option<TVariance>,
    pub rank_p: Option<RankP>,
    pub penalty: Option<Penalty>,
    pub conf: Option<Conf>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub residuals: Option<Vec<ResidualKind>>,
    pub influence: Option<bool>,
    pub baseline: Option<bool>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub predict: Option<Vec<IndexMap<String, serde_json::Value>>>,
    pub adjusted: Option<String>,
    pub transform: Option<Transform>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub univariable: Option<Vec<Covariate>>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub multivariable: Option<Vec<Covariate>>,
    pub factor_test: Option<FactorTest>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub endpoints: Option<Vec<String>>,
    pub patient: Option<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub dates: Option<Vec<String>>,
    pub as_of: Option<String>,
    pub pairs: Option<Vec<(String, String)>>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub flags: Option<Vec<Flag>>,
    pub screened: Option<usize>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub before: Option<Vec<Before>>,
    pub lost: Option<Lost>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub also: Option<Vec<String>>,
    pub sort: Option<LaneOrder>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub models: Option<Vec<String>>,

    // Options of types that this version does not compute: read, so that the answer is "not available".
    pub tau: Option<serde_json::Value>,
    pub distribution: Option<serde_json::Value>,
}

/// A condition on a row: the column's value is one of these. Missing is never in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column.
    pub column: String,
    /// The values, compared as levels of a category (numbers in shortest form).
    #[serde(rename = "in", deserialize_with = "values")]
    pub values: Vec<String>,
}

/// A penalty on the likelihood of a Cox model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Penalty {
    /// Firth's (rule 11).
    Firth,
    /// −(λ/2) Σ β_j² s_j² with this λ (rule 29).
    Ridge(f64),
}

/// Where limits and tests of a Cox model's terms come from (rule 22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Conf {
    /// Estimate and standard error.
    Wald,
    /// The profile likelihood.
    Profile,
}

/// A residual of a row of a Cox model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResidualKind {
    /// The event less the hazard seen.
    Martingale,
    /// The same made symmetric.
    Deviance,
    /// By column.
    Score,
    /// The change of each coefficient by the row.
    Dfbeta,
}

/// The test of a variable with all its columns (rule 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorTest {
    /// Refit without it.
    LikelihoodRatio,
    /// Estimates and their covariance.
    Wald,
    /// At the fit without it.
    Score,
}

impl FactorTest {
    /// Its name in the document.
    pub fn name(self) -> &'static str {
        match self {
            Self::LikelihoodRatio => "likelihood_ratio",
            Self::Wald => "wald",
            Self::Score => "score",
        }
    }
}

impl Analysis {
    /// Refuses a type that this version does not compute, and an option that does not belong to the type.
    ///
    /// # Errors
    /// [`ErrorKind::NotAvailable`] or [`ErrorKind::OptionNotApplicable`], at the option's path.
    pub fn check_options(&self, written: &serde_json::Map<String, serde_json::Value>) -> Result<()> {
        if !OPTIONS.iter().any(|(kind, _)| *kind == self.kind) {
            return Err(Error::new(ErrorKind::NotAvailable).with("what", &self.kind).at(self.at("type")));
        }
        for (option, value) in written {
            if takes(&self.kind, option) || value.is_null() {
                continue;
            }
            let error = Error::new(ErrorKind::OptionNotApplicable).with("option", option);
            return Err(error.with("analysis", &self.kind).at(self.at(option)));
        }
        Ok(())
    }

    /// The place of an option inside the study document.
    pub fn at(&self, option: &str) -> Position {
        Position { path: Some(format!("analyses[id={}].{option}", self.id)), ..Position::default() }
    }

    /// The value of an option that the type needs.
    ///
    /// # Errors
    /// [`ErrorKind::MissingOption`].
    pub fn required<'a, T: ?Sized>(&self, option: &str, value: Option<&'a T>) -> Result<&'a T> {
        value.ok_or_else(|| {
            Error::new(ErrorKind::MissingOption).with("analysis", &self.kind).with("option", option).at(self.at(option))
        })
    }

    /// The error of an option whose value is out of range.
    pub fn bad_option(&self, option: &str, found: impl ToString, expected: &str) -> Error {
        Error::new(ErrorKind::BadOption)
            .with("option", option)
            .with("found", found)
            .with("expected", expected)
            .at(self.at(option))
    }

    /// The error of two options that exclude each other.
    pub fn conflict(&self, option: &str, other: &str) -> Error {
        Error::new(ErrorKind::OptionsConflict).with("option", option).with("other", other).at(self.at(option))
    }

    /// The confidence level, strictly between 0 and 1; 0.95 unless written.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`].
    pub fn conf_level(&self) -> Result<f64> {
        match self.conf_level {
            None => Ok(0.95),
            Some(level) if level > 0.0 && level < 1.0 => Ok(level),
            Some(level) => Err(self.bad_option("conf_level", level, "between 0 and 1, such as 0.95")),
        }
    }

    /// The column of case weights, if any.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`] when it is not a column's name.
    pub fn weight_column(&self) -> Result<Option<&str>> {
        match &self.weights {
            None | Some(serde_json::Value::Null) => Ok(None),
            Some(serde_json::Value::String(name)) => Ok(Some(name)),
            Some(other) => Err(self.bad_option("weights", other, "the name of a column")),
        }
    }

    /// The test that a `log_rank` asks for.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`] when there is no such test.
    pub fn test_weight(&self) -> Result<TestWeight> {
        match &self.weights {
            None | Some(serde_json::Value::Null) => Ok(TestWeight::LogRank),
            Some(value) => json::of_value(value).map_err(|_| {
                let expected =
                    "log-rank, peto-peto, gehan-breslow, tarone-ware or {\"fleming-harrington\": [rho, gamma]}";
                self.bad_option("weights", value, expected)
            }),
        }
    }

    /// How a `log_rank` is permuted, if it is.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`] when it is neither true nor false nor `{draws, seed}`, whole numbers, at least 100 draws.
    pub fn permutation(&self) -> Result<Option<Draws>> {
        use serde_json::Value;
        let expected = "true, false or {\"draws\": N, \"seed\": S}, whole numbers, N at least 100";
        let bad = |value: &Value| self.bad_option("permutation", value, expected);
        match &self.permutation {
            None | Some(Value::Null | Value::Bool(false)) => Ok(None),
            Some(Value::Bool(true)) => Ok(Some(Draws::default())),
            Some(value @ Value::Object(fields)) => {
                let mut draws = Draws::default();
                for (name, number) in fields {
                    let number = number.as_u64().ok_or_else(|| bad(value))?;
                    match name.as_str() {
                        "draws" if number >= 100 => draws.draws = number,
                        "seed" => draws.seed = number,
                        _ => return Err(bad(value)),
                    }
                }
                Ok(Some(draws))
            }
            Some(value) => Err(bad(value)),
        }
    }

    /// The options of the endpoint's derivation, `defaults` where silent.
    pub fn endpoint_options(&self, defaults: &EndpointOptions) -> EndpointOptions {
        EndpointOptions {
            time_zero: self.time_zero.unwrap_or(defaults.time_zero),
            month_rule: self.month_rule.unwrap_or(defaults.month_rule),
        }
    }
}

/// Reads a list, or a lone value as a list of one.
fn one_or_many<'de, D, T>(deserializer: D) -> std::result::Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let values = match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Null => return Ok(None),
        serde_json::Value::Array(values) => values,
        value => vec![value],
    };
    let read = |value: &serde_json::Value| json::of_value(value).map_err(serde::de::Error::custom);
    values.iter().map(read).collect::<std::result::Result<_, _>>().map(Some)
}

/// Reads values of a column: text, or numbers in shortest form; a lone value is a list of one.
fn values<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<String>, D::Error> {
    let values: Vec<serde_json::Value> = one_or_many(deserializer)?.unwrap_or_default();
    values
        .into_iter()
        .map(|value| match value {
            serde_json::Value::String(text) => Ok(crate::table::level::name(&text, '.').into_owned()),
            serde_json::Value::Number(number) => {
                Ok(number.as_f64().map_or_else(|| number.to_string(), crate::table::number::shortest))
            }
            serde_json::Value::Bool(value) => Ok(value.to_string()),
            other => Err(serde::de::Error::custom(format!("a value of the column was expected, found {other}"))),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, Value, json};

    const DATA: &str = "id,time,status,arm,age,male,centre,w,o,origin,last,dead\n\
        1,5,1,A,61,yes,X,1,0.5,2020-01-01,2020-06-01,2020-06-01\n2,6,1,B,52,no,X,2,0,2020-01-02,2020-07-01,2020-07-01\n\
        3,7,0,A,43,yes,Y,1,0.1,2020-01-03,2020-08-01,\n4,8,1,B,74,no,Y,1,0.2,2020-01-04,2020-09-01,2020-09-01\n\
        5,9,1,A,65,no,X,1,0.3,2020-01-05,2020-10-01,2020-10-01\n6,10,0,B,56,yes,Y,1,0.4,2020-01-06,2020-11-01,\n\
        7,11,1,A,47,yes,Y,2,0.1,2020-01-07,2020-12-01,2020-12-01\n8,12,0,B,58,no,X,1,0,2020-01-08,2021-01-01,\n";

    /// What an analysis is of, which its entry or the study says: no rule.
    const ASKED: &[&str] = &[
        "id",
        "type",
        "title",
        "endpoint",
        "by",
        "subset",
        "covariates",
        "univariable",
        "multivariable",
        "residuals",
        "influence",
        "baseline",
        "predict",
        "adjusted",
        "variables",
        "dates",
        "endpoints",
        "models",
    ];

    /// The figures of these have no interval.
    const NO_INTERVAL: &[&str] = &["audit", "summary", "flow", "timeline", "missing_map"];

    /// A small analysis of each type: what it needs, and what makes its options matter.
    fn small(kind: &str) -> Value {
        let own = match kind {
            "summary" => json!({"variables": ["age", "male"], "by": "arm"}),
            "kaplan_meier" | "follow_up" => json!({"by": "arm"}),
            "log_rank" => json!({"by": "arm"}),
            "cox" => json!({"covariates": ["age"], "baseline": true}),
            "ph_test" => json!({"covariates": ["age"]}),
            "cox_table" => json!({"univariable": ["age"], "multivariable": ["age", "male"]}),
            "flow" => json!({"endpoints": ["E"]}),
            "audit" => json!({"endpoints": ["D"]}),
            _ => json!({}),
        };
        let mut own = own.as_object().cloned().unwrap_or_default();
        own.extend(Map::from_iter([("id".to_owned(), json!("it")), ("type".to_owned(), json!(kind))]));
        if !["audit", "flow"].contains(&kind) {
            own.insert("endpoint".to_owned(), json!(if kind == "timeline" { "D" } else { "E" }));
        }
        Value::Object(own)
    }

    /// The value of an option under R, SPSS and Stata where nothing is written (rule 31).
    fn default_of(kind: &str, option: &str) -> [Value; 3] {
        let same = |value: Value| [value.clone(), value.clone(), value];
        match option {
            "ties" => [json!("efron"), json!("breslow"), json!("breslow")],
            "conf_type" => [json!("log"), json!("plain"), json!("log-log")],
            "quantile_rule" => [json!("midpoint"), json!("first"), json!("first")],
            "quantile_interval" => [json!("inversion"), json!("density"), json!("inversion")],
            "quantile_type" => [json!(7), json!(6), json!(2)],
            "time_zero" => [json!("keep"), json!("keep"), json!("drop")],
            "factor_test" => [json!("likelihood_ratio"), json!("wald"), json!("wald")],
            "t_variance" => [json!("welch"), json!("pooled"), json!("pooled")],
            "continuity" => [json!(true), json!(false), json!(false)],
            "rank_p" => same(json!("corrected")),
            "month_rule" => same(json!("days")),
            "conf_level" => same(json!(0.95)),
            "at_risk_rule" => same(json!("left")),
            "reverse_ties" => same(json!("flip")),
            "variance" => same(json!("hypergeometric")),
            "numeric_test" | "categorical_test" => same(json!("auto")),
            "transform" => same(json!("km")),
            "conf" => same(json!("wald")),
            "weights" if kind == "log_rank" => same(json!("log-rank")),
            "robust" | "trend" | "permutation" | "cumulative_hazard" | "difference" => same(json!(false)),
            "probs" => same(json!([0.25, 0.5, 0.75])),
            "times" | "strata" | "offset" | "also" | "pairs" | "flags" | "before" => same(json!([])),
            "screened" => same(json!(8)),
            "sort" => same(json!("duration")),
            _ => same(Value::Null),
        }
    }

    /// The options of a type that its figures depend on.
    fn rules_of(kind: &str, own: &[&'static str]) -> Vec<&'static str> {
        let common = COMMON.iter().filter(|&&option| match option {
            "conf_level" => !NO_INTERVAL.contains(&kind),
            _ => true,
        });
        common.chain(own).copied().filter(|option| !ASKED.contains(option)).collect()
    }

    fn entry(conventions: &str, analysis: &Value) -> Value {
        let study = json!({
            "format": "riskset-study/1", "conventions": conventions,
            "endpoints": {
                "E": {"time": "time", "status": "status", "events": {"event": [1]}, "censored": [0], "unit": "months"},
                "D": {"origin": "origin", "events": {"death": "dead"}, "censor": "last", "unit": "months"},
            },
            "analyses": [analysis],
        });
        let table = crate::table::open(DATA.as_bytes(), "data.csv").unwrap();
        let study = crate::study::read(&study.to_string()).unwrap();
        let results = serde_json::to_value(crate::study::run(&study, &table).unwrap()).unwrap();
        let entry = results["results"][0].clone();
        assert_eq!(entry.get("error"), None, "{analysis}");
        entry
    }

    #[test]
    fn every_option_that_figures_depend_on_is_recorded_with_its_value() {
        for (kind, own) in OPTIONS {
            for (index, conventions) in ["r", "spss", "stata"].into_iter().enumerate() {
                let found = entry(conventions, &small(kind));
                for option in rules_of(kind, own) {
                    let recorded = found["rules"].get(option);
                    let expected = &default_of(kind, option)[index];
                    assert_eq!(recorded, Some(expected), "{option} of {kind} under {conventions}");
                }
            }
        }
    }

    #[test]
    fn an_option_that_is_written_is_recorded_as_it_is_written() {
        // Of options that exclude each other, each in an analysis of its own.
        let written = [
            ("ties", json!("breslow")),
            ("conf_type", json!("arcsin")),
            ("quantile_rule", json!("first")),
            ("quantile_interval", json!("density")),
            ("quantile_type", json!(2)),
            ("time_zero", json!("drop")),
            ("month_rule", json!("calendar")),
            ("factor_test", json!("score")),
            ("t_variance", json!("pooled")),
            ("continuity", json!(false)),
            ("rank_p", json!("exact")),
            ("conf_level", json!(0.9)),
            ("at_risk_rule", json!("right")),
            ("reverse_ties", json!("event_first")),
            ("variance", json!("conservative")),
            ("numeric_test", json!("t")),
            ("categorical_test", json!("fisher")),
            ("transform", json!("rank")),
            ("conf", json!("profile")),
            ("penalty", json!("firth")),
            ("weights", json!("w")),
            ("robust", json!(true)),
            ("trend", json!(true)),
            ("pairwise", json!("holm")),
            ("permutation", json!({"draws": 200, "seed": 7})),
            ("cumulative_hazard", json!(true)),
            ("probs", json!([0.5])),
            ("times", json!([6.0])),
            ("beyond", json!("carry")),
            ("strata", json!(["centre"])),
            ("cluster", json!("centre")),
            ("offset", json!(["o"])),
            ("cause", json!("event")),
            ("sort", json!("row")),
            ("patient", json!("id")),
            ("also", json!(["dead"])),
            ("as_of", json!("2022-01-01")),
            ("pairs", json!([["origin", "last"]])),
            ("screened", json!(12)),
            ("before", json!([{"reason": "refused", "n": 4}])),
            ("lost", json!({"before": "2020-09-15"})),
        ];
        for (kind, own) in OPTIONS {
            for option in rules_of(kind, own) {
                let Some((_, value)) = written.iter().find(|(name, _)| *name == option) else { continue };
                if matches!((*kind, option), ("ph_test", "robust" | "weights") | ("log_rank", "weights")) {
                    continue;
                }
                let mut analysis = small(kind);
                analysis[option] = value.clone();
                if option == "penalty" || option == "offset" {
                    analysis.as_object_mut().unwrap().shift_remove("baseline");
                }
                if *kind == "flow" && option == "lost" {
                    analysis["endpoints"] = json!(["D"]);
                }
                assert_eq!(entry("r", &analysis)["rules"].get(option), Some(value), "{option} of {kind}");
            }
        }
    }
}
