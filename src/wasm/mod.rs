//! The session of the page (wasm32 only): the one place that knows of a browser.
//!
//! [`session::Session`] holds the opened file and answers in plain JavaScript values, which [`wire`] makes.

pub mod session;
pub mod wire;
