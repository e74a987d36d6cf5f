//! Results to what is shown: numbers as text, tables, and figures as scenes.
//!
//! Nothing here computes a statistic; what is asked is laid out.

pub mod figure;
pub mod number;
pub mod table;
