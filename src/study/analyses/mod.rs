//! One file per analysis type: from an analysis as asked for to its figures.

mod groups;
mod kaplan_meier;
mod log_rank;

#[cfg(feature = "full")]
mod audit;
#[cfg(feature = "full")]
mod cox;
#[cfg(feature = "full")]
mod cox_table;
#[cfg(feature = "full")]
mod flow;
#[cfg(feature = "full")]
mod missing_map;
#[cfg(feature = "full")]
mod ph_test;
#[cfg(feature = "full")]
mod summary;
#[cfg(feature = "full")]
mod timeline;

use super::analysis::Analysis;
use super::context::Context;
use super::results::AnalysisResult;
use crate::error::{Error, ErrorKind, Result};

/// Runs one analysis and fills `result` with its rules, cautions, counts and figures.
///
/// # Errors
/// Whatever keeps the figures from being computed; `result` then holds what is known so far.
pub fn run(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    match analysis.kind.as_str() {
        "kaplan_meier" | "follow_up" => kaplan_meier::run(context, analysis, result),
        "log_rank" => log_rank::run(context, analysis, result),
        _ => further(context, analysis, result),
    }
}

/// The analyses that come after the first curves.
#[cfg(feature = "full")]
fn further(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    match analysis.kind.as_str() {
        "audit" => audit::run(context, analysis, result),
        "summary" => summary::run(context, analysis, result),
        "flow" => flow::run(context, analysis, result),
        "timeline" => timeline::run(context, analysis, result),
        "missing_map" => missing_map::run(context, analysis, result),
        "cox" => cox::run(context, analysis, result),
        "cox_table" => cox_table::run(context, analysis, result),
        "ph_test" => ph_test::run(context, analysis, result),
        _ => Err(not_available(analysis)),
    }
}

/// In the build for the first curves there are none.
#[cfg(not(feature = "full"))]
fn further(_: &Context, analysis: &Analysis, _: &mut AnalysisResult) -> Result<()> {
    Err(not_available(analysis))
}

fn not_available(analysis: &Analysis) -> Error {
    Error::new(ErrorKind::NotAvailable).with("what", &analysis.kind).at(analysis.at("type"))
}
