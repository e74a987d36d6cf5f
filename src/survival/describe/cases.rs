//! Data and answers of R for the tests of this module: tests/reference/describe.R.

use std::sync::LazyLock;

use serde_json::Value;

static ALL: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../tests/reference/describe.json")).expect("JSON"));

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("the shape")
}

/// The groups of a sample.
pub fn samples(name: &str) -> Vec<Vec<f64>> {
    read(&ALL["samples"][name])
}

/// Groups as the tests take them.
pub fn slices(groups: &[Vec<f64>]) -> Vec<&[f64]> {
    groups.iter().map(Vec::as_slice).collect()
}

/// A table of counts.
pub fn counts(name: &str) -> Vec<Vec<usize>> {
    read(&ALL["tables"][name])
}

/// What R gives, by name of the data.
pub fn of_r<T: serde::de::DeserializeOwned>(section: &str) -> Vec<(String, T)> {
    let section = ALL[section].as_object().expect("a section");
    section.iter().map(|(name, value)| (name.clone(), read(value))).collect()
}

/// What R gives, as a list.
pub fn list_of_r<T: serde::de::DeserializeOwned>(section: &str) -> Vec<T> {
    read(&ALL[section])
}

/// Equal within a relative tolerance.
pub fn close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * want.abs(), "{got:e} instead of {want:e}");
}
