//! Results to what is shown: numbers as text, tables, figures as scenes, and both as files for a journal.
//!
//! Nothing here computes a statistic; what is asked is laid out.

pub mod figure;
pub mod number;
#[cfg(feature = "office")]
pub mod pdf;
pub mod supplement;
pub mod table;
