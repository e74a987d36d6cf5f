//! The study and results documents, and [`run`], which makes the second from the first and a table.

mod analyses;
pub mod analysis;
mod context;
pub mod conventions;
pub mod covariate;
pub mod cox_results;
mod design;
pub mod document;
pub mod finite;
pub mod flow_results;
pub mod missing_results;
pub mod patient_options;
pub mod progress;
pub mod results;
mod run;
mod selection;
pub mod summary_entry;
pub mod summary_results;
pub mod timeline_results;

pub use document::{Study, read};
pub use progress::Progress;
pub use results::Results;
pub use run::{run, run_with};
