//! A table and declarations to typed columns and endpoints; nothing is dropped silently.

mod by_dates;
mod by_status;
mod columns;
mod endpoint;
mod endpoint_spec;
mod spec;
pub mod timefix;

pub use columns::{Category, Cohort, ColumnSummary, DateColumn};
pub use endpoint::{Endpoint, EndpointOptions, Excluded, Exclusion, MonthRule, ReadAs, StatusValue, TimeZero, derive};
pub use endpoint_spec::{DateEndpoint, EndpointSpec, LateEvents, StatusEndpoint, Unit};
pub use spec::{ColumnSpec, ExcludedRow, Partial};
