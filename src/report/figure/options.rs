//! What is drawn of a curve, and how: the options of every curve figure.

use serde::{Deserialize, Serialize};

/// What a curve figure shows over time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Quantity {
    /// S(t), or 1 − S(t) upwards.
    #[default]
    Survival,
    /// H(t), which rises from 0 without a bound.
    CumulativeHazard,
    /// log(−log S(t)) over log t: parallel lines are proportional hazards.
    LogMinusLog,
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
    /// Distance of the ticks of the x axis; `None` for one that suits the unit.
    pub x_step: Option<f64>,
    /// Where the y axis is cut, with a break: it begins there (upwards it ends there). A share; of a cumulative hazard its value.
    pub y_cut: Option<f64>,
    /// What the figure says of itself from the results: endpoint, origin, censoring, numbers, interval, software.
    pub described: bool,
    /// The medians in words, with their limits.
    pub medians: bool,
    /// What is drawn over time.
    #[serde(skip)]
    pub quantity: Quantity,
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
            x_step: None,
            y_cut: None,
            described: true,
            medians: true,
            quantity: Quantity::default(),
        }
    }
}

impl Options {
    /// The value at time 0 of what a curve holds: 1 for survival, 0 for a hazard.
    pub(super) const fn at_origin(&self) -> f64 {
        match self.quantity {
            Quantity::Survival | Quantity::LogMinusLog => 1.0,
            Quantity::CumulativeHazard => 0.0,
        }
    }

    /// The value on the y axis of what a curve holds; `None` where it has no place there.
    pub(super) fn shown(&self, value: f64) -> Option<f64> {
        let shown = match self.quantity {
            Quantity::Survival if self.upward => 1.0 - value,
            Quantity::Survival | Quantity::CumulativeHazard => value,
            Quantity::LogMinusLog if value > 0.0 && value < 1.0 => libm::log(-libm::log(value)),
            Quantity::LogMinusLog => return None,
        };
        shown.is_finite().then_some(shown)
    }

    /// Whether what is shown falls where what the curve holds rises, so that limits change places.
    pub(super) fn turned(&self) -> bool {
        self.quantity == Quantity::LogMinusLog || (self.upward && self.quantity == Quantity::Survival)
    }

    /// Whether the y axis counts in percent.
    pub(super) fn in_percent(&self) -> bool {
        self.percent && self.quantity == Quantity::Survival
    }

    /// Where the y axis of a survival or incidence is cut, if it is.
    pub(super) fn cut(&self) -> Option<f64> {
        self.y_cut.filter(|&cut| self.quantity == Quantity::Survival && cut > 0.0 && cut < 1.0)
    }
}
