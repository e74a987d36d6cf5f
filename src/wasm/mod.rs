//! The session of the page (wasm32 only).

pub mod canvas;
