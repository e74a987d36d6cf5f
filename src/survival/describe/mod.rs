//! What a “Table 1” says: location and spread of numbers, counts of levels, and whether groups differ (rule 25).
//!
//! Every test takes the values of each group as a slice, or a table of counts, and leaves out groups and levels without a value:
//! these add no degree of freedom.

#[cfg(test)]
mod cases;

pub mod anova;
pub mod chi_square;
pub mod compare;
pub mod contingency;
pub mod fisher;
pub mod kruskal;
pub mod numbers;
pub mod quartile;
pub mod ranks;
pub mod smd;
pub mod t_test;
pub mod wilcoxon;

use serde::{Deserialize, Serialize};

/// Why a figure is undefined; the words are in the `reason` section of the words files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undefined {
    /// No value.
    NoValues,
    /// A single value has no standard deviation.
    OneValue,
    /// Fewer than two groups have a value.
    OneGroup,
    /// More than two groups have a value, and the test compares two.
    SeveralGroups,
    /// Only one level occurs.
    OneLevel,
    /// All values are equal.
    AllEqual,
    /// No value differs from another of its group, so there is nothing to measure a difference against.
    NoVariation,
    /// A group has too few values for its variance.
    TooFewValues,
    /// Too many values for the exact distribution.
    TooManyValues,
    /// The groups have no level in common: the standardised difference has no bound.
    NoCommonLevel,
}

/// The outcome of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The test statistic, as the test defines it.
    pub statistic: f64,
    /// Degrees of freedom: none, one number, or numerator and denominator.
    pub df: Vec<f64>,
    /// p value, two-sided where sides exist.
    pub p_value: f64,
}
