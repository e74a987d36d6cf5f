//! Distributions, orders and linear algebra: numbers only, nothing of survival.
//!
//! Transcendental functions go through the `libm` crate, so that native and wasm32 give the same bits.

pub mod adjust;
pub mod beta;
pub mod beta_quantile;
pub mod chi_squared;
pub mod distinct;
pub mod gamma;
pub mod normal;
pub mod order;
pub mod quadratic;
pub mod random;
pub mod spline;
