//! The results document: every figure, the rule behind it, and whatever must be known to read it.
//!
//! A figure that is not defined is `None` (`null`), with a `reason` beside it where that is not obvious; NaN and infinities never
//! appear ([`super::finite`] holds that). Results hold exact event times and count as patient data.

use crate::hashing::IndexMap;
use serde::Serialize;
use serde_json::Value;

pub use super::cox_results::*;
use super::flow_results::Flow;
use super::missing_results::MissingMap;
use super::summary_results::Summary;
use super::timeline_results::Timeline;
use crate::cohort::audit::Audit;
use crate::cohort::{ColumnSummary, Excluded, ListedEvent, StatusValue};
use crate::error::{Caution, Error};
use crate::survival::Reason;
use crate::survival::difference::Difference;
use crate::survival::hazard_ratio::HazardRatio;
use crate::survival::kaplan_meier::{At, RawCounts, Steps};
use crate::survival::log_rank::Trend;
use crate::survival::nelson_aalen::NelsonAalen;
use crate::survival::permutation::Permutation;
use crate::survival::quantile::Quantile;

/// The format of the document.
pub const FORMAT: &str = "riskset-results/1";

/// What every copy of the document says of itself.
pub const PATIENT_DATA: &str = "These results hold exact event times: treat them as patient data.";

/// The results of a study, one entry per analysis in the study's order.
#[derive(Debug, Clone, Serialize)]
pub struct Results {
    /// Always [`FORMAT`].
    pub format: &'static str,
    /// Always [`PATIENT_DATA`].
    pub patient_data: &'static str,
    /// What computed them.
    pub engine: Engine,
    /// The study with every default explicit.
    pub study: Value,
    /// The file as it was read.
    pub data: Data,
    /// Each endpoint, as derived over the whole file with the study's conventions; or why it cannot be derived.
    pub endpoints: IndexMap<String, EndpointResult>,
    /// One entry per analysis.
    pub results: Vec<AnalysisResult>,
    /// Every caution of the file, the endpoints and the analyses, in one list.
    pub warnings: Vec<Warning>,
}

impl Results {
    /// Whether every analysis ran.
    pub fn all_ran(&self) -> bool {
        self.results.iter().all(|result| result.error.is_none())
    }
}

/// What computed the results.
#[derive(Debug, Clone, Serialize)]
pub struct Engine {
    /// Always `riskset`.
    pub name: &'static str,
    /// Version of the crate.
    pub version: &'static str,
    /// Commit that was built, `null` when it was not told at build time.
    pub commit: Option<&'static str>,
}

/// The file as it was read.
#[derive(Debug, Clone, Serialize)]
pub struct Data {
    /// Name of the file.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Data rows.
    pub n_rows: usize,
    /// Rows that the study excludes from everything.
    pub excluded: Vec<Excluded>,
    /// Each column with the type that was used.
    pub columns: Vec<ColumnSummary>,
}

/// An endpoint over the whole file, or why it cannot be derived.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum EndpointResult {
    /// Derived.
    Derived(EndpointSummary),
    /// Not derived: every analysis that uses it carries this error.
    Failed {
        /// Why.
        error: Error,
    },
}

/// An endpoint over the whole file.
#[derive(Debug, Clone, Serialize)]
pub struct EndpointSummary {
    /// Rows that have this endpoint.
    pub n: usize,
    /// Rows that end in any event.
    pub n_event: usize,
    /// Rows that end in each event, by name.
    pub by_event: IndexMap<String, usize>,
    /// Rows that do not have this endpoint.
    pub n_excluded: usize,
    /// Each of them with its reason.
    pub excluded: Vec<Excluded>,
    /// Events dated after the censoring date or after death, none of which ends a row unless the endpoint counts late events.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<ListedEvent>,
    /// Unit of time.
    pub unit: String,
    /// How each status value was read; absent where the endpoint is derived from dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_values: Option<Vec<StatusValue>>,
    /// What must be known to read it.
    pub cautions: Vec<Caution>,
}

/// The outcome of one analysis: its figures, or its error.
#[derive(Debug, Clone, Serialize)]
pub struct AnalysisResult {
    /// Id of the analysis.
    pub id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Endpoint, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Grouping column, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Every rule that was followed, by option.
    pub rules: IndexMap<&'static str, Value>,
    /// What must be known to read the figures.
    pub cautions: Vec<Caution>,
    /// Who was counted.
    #[serde(flatten)]
    pub counts: Option<Counts>,
    /// The figures.
    #[serde(flatten)]
    pub figures: Option<Figures>,
    /// Why there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

/// Who was counted: `n + n_missing + n_excluded` is the number of rows of the subset.
#[derive(Debug, Clone, Serialize)]
pub struct Counts {
    /// Rows analysed.
    pub n: usize,
    /// Of those, rows that end in the event.
    pub n_event: usize,
    /// Rows left out because a variable of the analysis is missing.
    pub n_missing: usize,
    /// Rows left out because they do not have the endpoint.
    pub n_excluded: usize,
    /// Missing cells by variable among the rows that have the endpoint.
    pub missing_by: IndexMap<String, usize>,
}

/// The figures of an analysis, by type.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Figures {
    /// `kaplan_meier` and `follow_up`.
    Curves {
        /// One curve per group, or one in all.
        curves: Vec<Curve>,
        /// Each group against the first at each time, where that was asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        differences: Option<Vec<SurvivalDifference>>,
        /// How complete the follow-up is (`follow_up` of an endpoint by dates).
        #[serde(skip_serializing_if = "Option::is_none")]
        completeness: Option<Completeness>,
    },
    /// `log_rank`.
    LogRank(LogRank),
    /// `cox`.
    Cox(Box<Cox>),
    /// `summary`.
    Summary(Box<Summary>),
    /// `ph_test`.
    PhTest(Box<PhTest>),
    /// `cox_table`.
    CoxTable(Box<CoxTable>),
    /// `audit`.
    Audit(Box<Audit>),
    /// `flow`.
    Flow(Box<Flow>),
    /// `timeline`.
    Timeline(Box<Timeline>),
    /// `missing_map`.
    MissingMap(Box<MissingMap>),
}

/// How much of the follow-up that was possible was observed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Completeness {
    /// The day up to which rows could be followed, such as `2022-09-30`.
    pub closing: String,
    /// By group, or one in all.
    pub groups: Vec<GroupCompleteness>,
}

/// The completeness of a group, in rows (case weights have no part in it).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupCompleteness {
    /// Level of the grouping column; `null` without one.
    pub group: Option<String>,
    /// Rows of the group.
    pub n: usize,
    /// Sum of the observed times, in the endpoint's unit.
    pub observed: f64,
    /// Sum of the times for which rows could have been followed.
    pub possible: f64,
    /// Clark's C, `observed / possible`.
    pub index: Option<f64>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// A Kaplan-Meier curve. Counts are sums of weights.
#[derive(Debug, Clone, Serialize)]
pub struct Curve {
    /// Level of the grouping column; `null` without one.
    pub group: Option<String>,
    /// Rows of the group.
    pub n: usize,
    /// Events (sum of weights).
    pub n_event: f64,
    /// Quantiles of the time.
    pub quantiles: Vec<Quantile>,
    /// Estimates at the times asked for, in that order.
    pub at: Vec<At>,
    /// Every distinct event or censoring time.
    pub steps: Steps,
    /// Entry times of the rows, which the counts under a figure need; empty where all enter at 0. Not in the document.
    #[serde(skip)]
    pub entry: Vec<f64>,
    /// The cumulative hazard at the steps, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nelson_aalen: Option<NelsonAalen>,
    /// The same counts in rows, where weights are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<RawCounts>,
}

/// The survival of a group less that of the reference at one time.
#[derive(Debug, Clone, Serialize)]
pub struct SurvivalDifference {
    /// The time.
    pub time: f64,
    /// Level of the grouping column.
    pub group: String,
    /// The first level that has rows.
    pub reference: String,
    /// The figures.
    #[serde(flatten)]
    pub difference: Difference,
}

/// A test that gives a chi-square.
#[derive(Debug, Clone, Serialize)]
pub struct ChiSquare {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// Upper tail of the chi-square.
    pub p_value: f64,
    /// Whether it is model-based beside a robust variance, which this test does not know (rule 26).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub model_based: bool,
}

impl ChiSquare {
    /// The same, marked as model-based where the variance beside it is `robust`.
    #[must_use]
    pub fn beside(self, robust: bool) -> Self {
        Self { model_based: robust, ..self }
    }
}

/// A log-rank test, or one of its family.
#[derive(Debug, Clone, Serialize)]
pub struct LogRank {
    /// Chi-square; `null` where no two groups are at risk together at an event.
    pub statistic: Option<f64>,
    /// Degrees of freedom.
    pub df: usize,
    /// Upper tail of the statistic.
    pub p_value: Option<f64>,
    /// Why there is no statistic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Observed and expected, weighted as the test weights them.
    pub groups: Vec<LogRankGroup>,
    /// The ratios of rule 9 of an unweighted test of two groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hazard_ratios: Option<Vec<TwoGroupRatio>>,
    /// The permutation test, where it was asked for; `null` where no allocation differs from another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permutation: Option<Option<Permutation>>,
    /// The test for trend over the order of the groups, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
    /// The pairs of groups, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairwise: Option<Vec<Pair>>,
}

/// A hazard ratio of two groups, named by its method.
#[derive(Debug, Clone, Serialize)]
pub struct TwoGroupRatio {
    /// The later group.
    pub group: String,
    /// The earlier group.
    pub reference: String,
    /// The figures.
    #[serde(flatten)]
    pub ratio: HazardRatio,
}

/// One group of a log-rank test.
#[derive(Debug, Clone, Serialize)]
pub struct LogRankGroup {
    /// Level of the grouping column.
    pub group: String,
    /// Rows of the group.
    pub n: usize,
    /// Observed events.
    pub observed: f64,
    /// Expected events if all groups had one hazard.
    pub expected: f64,
}

/// The test of one pair of groups, on their own rows.
#[derive(Debug, Clone, Serialize)]
pub struct Pair {
    /// The later group.
    pub group: String,
    /// The earlier group.
    pub reference: String,
    /// Chi-square; `null` where the two cannot be compared.
    pub statistic: Option<f64>,
    /// Upper tail of the statistic.
    pub p_value: Option<f64>,
    /// The same, adjusted for the number of pairs.
    pub p_adjusted: Option<f64>,
}

/// A caution with the place it belongs to.
#[derive(Debug, Clone, Serialize)]
pub struct Warning {
    /// The caution.
    #[serde(flatten)]
    pub caution: Caution,
    /// Id of the analysis, if it belongs to one.
    pub analysis: Option<String>,
    /// Name of the endpoint, if it belongs to one.
    pub endpoint: Option<String>,
}
