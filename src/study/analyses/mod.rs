//! One file per analysis type: from an analysis as asked for to its figures.

mod audit;
mod cox;
mod cox_table;
mod flow;
mod groups;
mod kaplan_meier;
mod log_rank;
mod missing_map;
mod ph_test;
mod summary;
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
        "audit" => audit::run(context, analysis, result),
        "summary" => summary::run(context, analysis, result),
        "flow" => flow::run(context, analysis, result),
        "timeline" => timeline::run(context, analysis, result),
        "missing_map" => missing_map::run(context, analysis, result),
        "cox" => cox::run(context, analysis, result),
        "cox_table" => cox_table::run(context, analysis, result),
        "ph_test" => ph_test::run(context, analysis, result),
        other => Err(Error::new(ErrorKind::NotAvailable).with("what", other).at(analysis.at("type"))),
    }
}
