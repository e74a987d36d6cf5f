//! The presets: where R, SPSS and Stata disagree, one name sets every default (rule 31).

use serde::{Deserialize, Serialize};

use super::analysis::FactorTest;
use crate::cohort::{EndpointOptions, MonthRule, TimeZero};
use crate::survival::cox::Ties;
use crate::survival::describe::quartile::QuantileType;
use crate::survival::describe::t_test::TVariance;
use crate::survival::follow_up::ReverseTies;
use crate::survival::interval::ConfType;
use crate::survival::kaplan_meier::{AtRiskRule, Beyond};
use crate::survival::log_rank::Variance;
use crate::survival::quantile::{QuantileInterval, QuantileRule};

/// A whole set of conventions. An option written in an analysis wins over it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Conventions {
    /// R's survival package, checked against it.
    #[default]
    R,
    /// SPSS by its documentation; not checked against the program itself.
    Spss,
    /// Stata by its documentation; not checked against the program itself.
    Stata,
}

impl Conventions {
    /// Handling of tied events in Cox models (rule 7).
    pub fn ties(self) -> Ties {
        match self {
            Self::R => Ties::Efron,
            Self::Spss | Self::Stata => Ties::Breslow,
        }
    }

    /// Test of a factor in a `cox_table` (rule 10).
    pub fn factor_test(self) -> FactorTest {
        match self {
            Self::R => FactorTest::LikelihoodRatio,
            Self::Spss | Self::Stata => FactorTest::Wald,
        }
    }

    /// Interval of the survival curve (rule 1).
    pub fn conf_type(self) -> ConfType {
        match self {
            Self::R => ConfType::Log,
            Self::Spss => ConfType::Plain,
            Self::Stata => ConfType::LogLog,
        }
    }

    /// Quantile of a curve that is flat at exactly 1 − p (rule 2).
    pub fn quantile_rule(self) -> QuantileRule {
        match self {
            Self::R => QuantileRule::Midpoint,
            Self::Spss | Self::Stata => QuantileRule::First,
        }
    }

    /// Interval of a quantile (rule 3).
    pub fn quantile_interval(self) -> QuantileInterval {
        match self {
            Self::R | Self::Stata => QuantileInterval::Inversion,
            Self::Spss => QuantileInterval::Density,
        }
    }

    /// Quartiles of a number (rule 25).
    pub fn quantile_type(self) -> QuantileType {
        match self {
            Self::R => QuantileType::Seven,
            Self::Spss => QuantileType::Six,
            Self::Stata => QuantileType::Two,
        }
    }

    /// Variance of the t test (rule 25).
    pub fn t_variance(self) -> TVariance {
        match self {
            Self::R => TVariance::Welch,
            Self::Spss | Self::Stata => TVariance::Pooled,
        }
    }

    /// Continuity correction of Pearson's test in a 2 × 2 table (rule 25).
    pub fn continuity(self) -> bool {
        self == Self::R
    }

    /// Time zero (rule 15) and months (rule 14).
    pub fn endpoint_options(self) -> EndpointOptions {
        let time_zero = match self {
            Self::R | Self::Spss => TimeZero::Keep,
            Self::Stata => TimeZero::Drop,
        };
        EndpointOptions { time_zero, month_rule: MonthRule::Days }
    }

    /// After the last time (rule 4): the same in all presets.
    pub fn beyond(self) -> Beyond {
        Beyond::Null
    }

    /// Who counts as at risk at a time (rule 5): the same in all presets.
    pub fn at_risk_rule(self) -> AtRiskRule {
        AtRiskRule::Left
    }

    /// Reverse Kaplan-Meier with ties (rule 6): the same in all presets.
    pub fn reverse_ties(self) -> ReverseTies {
        ReverseTies::Flip
    }

    /// Variance of the log-rank (rule 8): the same in all presets.
    pub fn variance(self) -> Variance {
        Variance::Hypergeometric
    }
}
