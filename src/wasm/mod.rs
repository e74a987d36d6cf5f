//! The session of the page (wasm32 only): the one place that knows of a browser.
//!
//! [`session::Session`] holds the opened file and answers in plain JavaScript values, which [`wire`] makes;
//! `teller` says how a run goes; [`canvas`] paints a scene.

pub mod canvas;
pub mod session;
mod teller;
pub mod wire;
