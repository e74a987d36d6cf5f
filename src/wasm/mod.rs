//! The session of the page (wasm32 only): the one place that knows of a browser.
//!
//! `session::Session` holds the opened file and answers in plain JavaScript values, which [`wire`] makes;
//! `teller` says how a run goes; `canvas` paints a scene. With the feature `office` this is another wasm, of which `office` is
//! all.

#[cfg(not(feature = "office"))]
pub mod canvas;
#[cfg(feature = "office")]
pub mod office;
#[cfg(not(feature = "office"))]
pub mod session;
#[cfg(not(feature = "office"))]
mod supplement;
#[cfg(not(feature = "office"))]
mod teller;
pub mod wire;
