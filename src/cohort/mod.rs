//! A table and the study's declarations to typed columns and endpoints; nothing is dropped silently.
//!
//! [`ColumnSpec`] and [`EndpointSpec`] are what the study document declares. A [`Cohort`] gives the columns of a table by
//! type, each cell checked; [`derive()`] makes an [`Endpoint`]: for every row of the file either a time and a cause, or a
//! reason why it has none. [`timefix`] joins nearly equal times on the rows that an analysis uses.

pub mod audit;
mod columns;
mod document;
mod endpoint;
mod scalar;
pub mod suggestion;
pub mod timefix;

pub use columns::{Category, Cohort, ColumnSummary, DateColumn, Recoded};
pub use document::{
    ColumnSpec, Cuts, DatedEvent, DatesSpec, Decided, Decision, EndpointSpec, ExcludedRow, LateEvents, Partial,
    StatusSpec, Unit, When,
};
pub use endpoint::{
    Endpoint, EndpointOptions, Excluded, Exclusion, ListedEvent, MonthRule, StatusValue, TimeZero, derive, elapsed,
};
pub use scalar::Scalar;
