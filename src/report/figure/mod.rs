//! Figures: plain descriptions in, a [`scene::Scene`] out.
//!
//! A scene is a flat display list in CSS pixels with a text alternative; whoever paints it (a canvas, SVG, PDF) decides nothing.
//! Widths of text come from one built-in table ([`metrics`]), so that the layout is the same in a worker, in the native command and
//! on paper.

pub mod dash;
#[cfg_attr(not(feature = "full"), path = "no_further.rs")]
pub mod further;
pub mod kaplan_meier;
pub mod metrics;
pub mod options;
pub mod preset;
pub mod results;
pub mod scale;
pub mod scene;
pub mod sheet;
pub mod theme;

#[cfg(feature = "full")]
pub mod csv;
#[cfg(feature = "full")]
pub mod flow;
#[cfg(feature = "full")]
pub mod forest;
#[cfg(feature = "full")]
pub mod lint;
#[cfg(feature = "full")]
pub mod missing_map;
#[cfg(feature = "full")]
pub mod schoenfeld;
#[cfg(feature = "full")]
pub mod svg;
#[cfg(feature = "full")]
pub mod swimmer;

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
