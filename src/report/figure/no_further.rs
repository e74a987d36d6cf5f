//! In place of `further` in a build without the feature `full`: the first curves are all that it draws.

use std::convert::Infallible;
use std::marker::PhantomData;

use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::report::figure::results::{Kind, Plan};
use crate::report::figure::scene::Scene;
use crate::report::figure::sheet::Sheet;
use crate::study::results::{AnalysisResult, Results};

/// No figure.
#[derive(Debug, Clone)]
pub struct Further<'a>(Infallible, PhantomData<&'a Results>);

impl Further<'_> {
    /// Never called.
    pub fn scene(&self) -> Scene {
        match self.0 {}
    }

    /// Never called.
    pub fn sheet(&self) -> &Sheet {
        match self.0 {}
    }
}

/// Says that this build has no such figure.
///
/// # Errors
/// [`ErrorKind::NotAvailable`], always.
pub(super) fn plan<'a>(_: Kind, _: &Value, _: &'a Results, result: &'a AnalysisResult) -> Result<Plan<'a>> {
    Err(Error::new(ErrorKind::NotAvailable).with("what", &result.kind))
}
