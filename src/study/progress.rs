//! What a run says while it is under way: how far it is, and the estimates of an analysis whose limits take longer.

use super::results::AnalysisResult;

/// What [`run_with`](super::run_with) says while it is under way.
#[derive(Debug)]
pub enum Progress<'a> {
    /// How much of an analysis is done.
    Share {
        /// Index of the analysis in the study, from 0.
        analysis: usize,
        /// Analyses of the study.
        of: usize,
        /// Share of it that is done, 0 to 1.
        share: f64,
    },
    /// The entry of an analysis as far as it stands: what still comes is absent or `null`, with reason [`PENDING`] where it is a
    /// limit or a test of a term. A later entry of the same analysis takes its place.
    Partial {
        /// Index of the analysis in the study, from 0.
        analysis: usize,
        /// The entry.
        entry: &'a AnalysisResult,
    },
}

/// The reason of a figure that is still being computed.
pub const PENDING: &str = "pending";
