//! What the model would be without a row, or without all rows of a patient.

use super::residuals::residuals;
use super::{CoxError, CoxFit, CoxOptions, Design, fit};
use crate::sorting::{self, sort_by_key};
use crate::survival::Sample;

/// Rows up to which the model is fitted anew without each of them.
const EXACT: usize = 200;

/// The model without each group of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Influence {
    /// Whether the model was fitted anew; else the coefficients are changed by one step (dfbeta) and standard errors stay.
    pub exact: bool,
    /// Without each group, in the order of their first rows.
    pub left_out: Vec<LeftOut>,
}

/// The model without some rows.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// These rows of the sample.
    pub rows: Vec<usize>,
    /// Coefficients without them; `None` where they diverge, or where the model cannot be fitted.
    pub coefficients: Vec<Option<f64>>,
    /// Their standard errors.
    pub std_errors: Vec<Option<f64>>,
    /// Whether a model could be fitted.
    pub fitted: bool,
}

/// Leaves out each row, or with `groups` (a code per row) all rows of one code, of the fitted model `whole`. Exact costs a fit
/// a group and is done up to 200 rows; else one sweep. R: none; `residuals(fit, "dfbeta", collapse = id)` for one step.
///
/// # Errors
/// Those of [`residuals`] for one step.
pub fn influence(
    sample: &Sample,
    design: &Design,
    options: &CoxOptions,
    whole: &CoxFit,
    groups: Option<&[u32]>,
) -> Result<Influence, CoxError> {
    let n = sample.len();
    let code = |row: usize| groups.map_or(row, |groups| groups[row] as usize);
    let order = sorting::order(n, &mut |a, b| code(a).cmp(&code(b)));
    let mut together: Vec<Vec<usize>> = order.chunk_by(|&a, &b| code(a) == code(b)).map(<[usize]>::to_vec).collect();
    sort_by_key(&mut together, |rows| rows[0]);

    let exact = n <= EXACT;
    if exact {
        let left_out = together.into_iter().map(|rows| refitted(sample, design, options, rows)).collect();
        return Ok(Influence { exact, left_out });
    }
    let dfbeta = residuals(sample, design, options)?.dfbeta;
    let left_out = together
        .into_iter()
        .map(|rows| {
            let moved = |(whole, dfbeta): (&Option<f64>, &Option<Vec<f64>>)| {
                let dfbeta = dfbeta.as_ref()?;
                Some((*whole)? - rows.iter().map(|&row| dfbeta[row]).sum::<f64>())
            };
            let coefficients = whole.coefficients.iter().zip(&dfbeta).map(moved).collect();
            LeftOut { coefficients, std_errors: whole.std_errors.clone(), fitted: true, rows }
        })
        .collect();
    Ok(Influence { exact, left_out })
}

/// The model fitted without these rows.
fn refitted(sample: &Sample, design: &Design, options: &CoxOptions, rows: Vec<usize>) -> LeftOut {
    let kept: Vec<usize> = (0..sample.len()).filter(|row| rows.binary_search(row).is_err()).collect();
    let numbers = |values: &[f64]| kept.iter().map(|&row| values[row]).collect::<Vec<f64>>();
    let codes = |values: &[u32]| kept.iter().map(|&row| values[row]).collect::<Vec<u32>>();
    let (entry, weight) = (sample.entry.map(numbers), sample.weight.map(numbers));
    let (time, event) = (numbers(sample.time), kept.iter().map(|&row| sample.event[row]).collect::<Vec<bool>>());
    let columns: Vec<Vec<f64>> = design.columns.iter().map(|column| numbers(column)).collect();
    let (strata, cluster, offset) = (design.strata.map(codes), design.cluster.map(codes), design.offset.map(numbers));
    let sample = Sample { entry: entry.as_deref(), time: &time, event: &event, weight: weight.as_deref() };
    let design =
        Design { columns: &columns, strata: strata.as_deref(), cluster: cluster.as_deref(), offset: offset.as_deref() };
    match fit(&sample, &design, options) {
        Ok(fit) => LeftOut { rows, coefficients: fit.coefficients, std_errors: fit.std_errors, fitted: true },
        Err(_) => {
            let none = vec![None; columns.len()];
            LeftOut { rows, coefficients: none.clone(), std_errors: none, fitted: false }
        }
    }
}
