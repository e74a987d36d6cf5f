//! The Kaplan-Meier figure: curves, band, censoring marks and the risk table in one layout.

use serde::{Deserialize, Serialize};

use crate::error::{Params, Position};
use crate::report::figure::scale::Unit;
use crate::report::figure::scene::{Alternative, Scene};
use crate::report::figure::theme::Theme;
use crate::report::number::Locale;
use crate::words;

/// One curve with the counts behind it.
///
/// `time`, `estimate`, `conf_low`, `conf_high`, `n_event` and `n_censor` are parallel: one entry per distinct event or
/// censoring time in increasing order. Counts are raw, also where the curve is weighted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// What the group is called in the data; labels, colours and counts are bound to it.
    pub key: String,
    /// What the group is called in the figure.
    pub label: String,
    /// Rows of the group, those that enter later included.
    pub n: usize,
    /// Times in the unit of the axis.
    pub time: Vec<f64>,
    /// S(t), right-continuous; `None` where it is not defined.
    pub estimate: Vec<Option<f64>>,
    /// Lower limit of S(t); `None` where there is none.
    pub conf_low: Vec<Option<f64>>,
    /// Upper limit of S(t).
    pub conf_high: Vec<Option<f64>>,
    /// Events at each time.
    pub n_event: Vec<usize>,
    /// Censorings at each time.
    pub n_censor: Vec<usize>,
    /// Rows that end at each time and go on elsewhere (start-stop data with `id`); empty where there are none.
    #[serde(default)]
    pub n_leave: Vec<usize>,
    /// Entry time of each row, in any order; empty where every row enters at 0.
    #[serde(default)]
    pub entry: Vec<f64>,
    /// The median; `None` where it is not reached.
    pub median: Option<f64>,
}

/// Which counts stand under the axis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskTable {
    /// At risk, censored and events (Morris et al. 2019, KMunicate, doi:10.1136/bmjopen-2019-030215).
    #[default]
    Full,
    /// Numbers at risk only.
    AtRisk,
    /// None.
    Hidden,
}

/// Whose number is counted at a tick (rule of `at_risk_rule`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtRiskRule {
    /// Just before the tick: T ≥ t, events and censorings before t.
    #[default]
    Left,
    /// Just after the tick: T > t, events and censorings up to t.
    Right,
}

/// From where on few are at risk.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Few {
    /// Fewer than this number.
    Count(usize),
    /// Fewer than this share of the group's rows, 0 to 1.
    Share(f64),
}

/// What becomes of a curve where few are at risk (Pocock, Clayton and Altman 2002, doi:10.1016/S0140-6736(02)08594-X).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tail {
    /// Drawn as elsewhere.
    Full,
    /// Drawn thin.
    Thin(Few),
    /// Not drawn.
    Cut(Few),
}

impl Default for Tail {
    fn default() -> Self {
        Self::Thin(Few::Count(5))
    }
}

/// What is drawn, beside the curves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The confidence band.
    pub band: bool,
    /// Marks at censoring times.
    pub censor_marks: bool,
    /// Lines at medians that are reached.
    pub median_lines: bool,
    /// 1 - S(t), rising from 0.
    pub upward: bool,
    /// Percent rather than a proportion on the y axis.
    pub percent: bool,
    /// The counts under the axis.
    pub risk_table: RiskTable,
    /// The rule of these counts.
    pub at_risk_rule: AtRiskRule,
    /// The rule of the tail.
    pub tail: Tail,
    /// Where the x axis ends; `None` for the last time.
    pub x_max: Option<f64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            band: true,
            censor_marks: true,
            median_lines: false,
            upward: false,
            percent: true,
            risk_table: RiskTable::default(),
            at_risk_rule: AtRiskRule::default(),
            tail: Tail::default(),
            x_max: None,
        }
    }
}

/// A Kaplan-Meier figure before layout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Width in CSS pixels (1/96 inch); at least 240.
    pub width: f64,
    /// Height in CSS pixels; `None` for one that suits the width. What does not fit makes the figure higher.
    #[serde(default)]
    pub height: Option<f64>,
    /// The title; empty for none.
    #[serde(default)]
    pub title: String,
    /// The name of the x axis, with unit and origin: "Months since diagnosis".
    pub x_label: String,
    /// The name of the y axis: "Overall survival (%)".
    pub y_label: String,
    /// The unit of the times, which chooses the ticks.
    pub unit: Unit,
    /// The curves, in the order of the levels.
    pub curves: Vec<Curve>,
    /// Short lines inside the plot where they find room, else above the legend: effect, interval, test and p.
    #[serde(default)]
    pub annotation: Vec<String>,
    /// Method of the interval, named in the legend: "95% CI, log"; `None` where there is no band.
    #[serde(default)]
    pub band_method: Option<String>,
    /// Lines under the figure: medians, follow-up, tests, software.
    #[serde(default)]
    pub legend: Vec<String>,
    /// The words of the figure's language.
    pub words: Words,
    /// How numbers are written.
    #[serde(default)]
    pub locale: Locale,
    /// Colours.
    #[serde(default)]
    pub theme: Theme,
    /// What is drawn.
    #[serde(default)]
    pub options: Options,
}

/// Words of the figure in one language: the section `figure` of a words file, placeholders in braces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// At risk.
    pub at_risk: String,
    /// Censored.
    pub censored: String,
    /// Events.
    pub events: String,
    /// What the band is; `{method}`.
    pub band: String,
    /// What the marks are.
    pub censor_mark: String,
    /// The rule of a thin tail; `{few}`.
    pub tail_thin: String,
    /// The rule of a tail that is cut; `{few}`.
    pub tail_cut: String,
    /// The counting rule, left limit.
    pub counts_left: String,
    /// The counting rule, right limit.
    pub counts_right: String,
    /// Head of the column of groups.
    pub group: String,
    /// Head of the column of estimates.
    pub estimate: String,
    /// Head of the column of lower limits.
    pub conf_low: String,
    /// Head of the column of upper limits.
    pub conf_high: String,
    /// What the figure shows; `{title}`, `{x_label}`, `{y_label}`, `{x_max}`.
    pub alternative: String,
    /// What a group's curve shows; `{group}`, `{n}`, `{events}`, `{median}`.
    pub alternative_group: String,
    /// A median that is not reached.
    pub not_reached: String,
}

impl Words {
    /// The English words.
    pub fn english() -> Self {
        let word = |code| words::english("figure", code, &Params::new(), &Position::default());
        Self {
            at_risk: word("at_risk"),
            censored: word("censored"),
            events: word("events"),
            band: word("band"),
            censor_mark: word("censor_mark"),
            tail_thin: word("tail_thin"),
            tail_cut: word("tail_cut"),
            counts_left: word("counts_left"),
            counts_right: word("counts_right"),
            group: word("group"),
            estimate: word("estimate"),
            conf_low: word("conf_low"),
            conf_high: word("conf_high"),
            alternative: word("alternative"),
            alternative_group: word("alternative_group"),
            not_reached: word("not_reached"),
        }
    }
}

/// The scene of a figure.
///
/// Never fails: a group without rows keeps its rows in the table, and values that are not finite are left out.
pub fn build(figure: &Figure) -> Scene {
    Scene {
        width: figure.width,
        height: figure.height.unwrap_or(figure.width),
        items: Vec::new(),
        alternative: Alternative::default(),
    }
}
