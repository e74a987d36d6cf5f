//! Figures: plain descriptions in, a [`scene::Scene`] out.
//!
//! A scene is a flat display list in CSS pixels with a text alternative; whoever paints it (a canvas, SVG, PDF) decides nothing.
//! Widths of text come from one built-in table ([`metrics`]), so that the layout is the same in a worker, in the native command and
//! on paper.

pub mod csv;
pub mod dash;
pub mod flow;
pub mod forest;
pub mod kaplan_meier;
pub mod lint;
pub mod metrics;
pub mod missing_map;
pub mod options;
pub mod preset;
pub mod results;
pub mod scale;
pub mod scene;
pub mod schoenfeld;
pub mod sheet;
pub mod svg;
pub mod swimmer;
pub mod theme;

mod alternative;
mod annotation;
mod axis;
mod curve;
mod effect;
mod label;
mod layout;
mod legend;
mod risk_table;
#[rustfmt::skip]
mod width_table;
