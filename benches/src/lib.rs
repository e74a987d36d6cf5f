//! What is timed: the same tasks by this engine or by its peer, on the same columns, natively or in wasm.
//!
//! A task is prepared (its input copied where the other library takes it over, its fit made where a fit is given) and then
//! run; only the run is timed. Its result is kept until the next is prepared, so that to free it is not timed.

pub mod cohort;
#[cfg(feature = "engine")]
#[path = "engine.rs"]
mod side;
#[cfg(all(feature = "peer", not(feature = "engine")))]
#[path = "peer.rs"]
mod side;

#[cfg(any(feature = "engine", feature = "peer"))]
pub use side::Bench;

#[cfg(all(target_arch = "wasm32", any(feature = "engine", feature = "peer")))]
mod wasm;
