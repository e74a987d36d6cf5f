//! riskset: survival analysis where the data are.
//!
//! The way of the data is one direction, and a module uses only what stands before it in this list:
//!
//! 1. [`error`] and [`words`]: what can go wrong, and how it is said; [`events`] and [`json`]: values told and read; [`sorting`], [`hashing`].
//! 2. [`num`]: distributions, special functions, linear algebra; numbers only.
//! 3. [`table`]: file bytes to a [`table::Table`] of text cells with positions.
//! 4. [`cohort`]: a table and declarations to typed columns and endpoints; nothing is dropped silently.
//! 5. [`survival`]: the estimators, pure functions of slices to plain structs.
//! 6. [`study`]: the study and results documents, and [`study::run`].
//! 7. [`report`]: results to what is shown: numbers and p values as text, tables, figures as scenes.
//! 8. `wasm`: the session of the page (wasm32 only).

#![forbid(unsafe_code)]

pub mod cohort;
pub mod error;
pub mod events;
pub mod hashing;
pub mod json;
pub mod num;
pub mod report;
pub mod sorting;
pub mod study;
pub mod survival;
pub mod table;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
