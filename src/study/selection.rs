//! Who is analysed: the subset, then the endpoint, then complete cases, each step counted.

use std::rc::Rc;

use crate::hashing::IndexMap;

use super::analysis::Analysis;
use super::context::Context;
use super::results::Counts;
use crate::cohort::{Endpoint, timefix};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Position, Result};
use crate::survival::Sample;

/// Which cells of a variable are missing, by table row.
pub struct Presence {
    /// The column.
    pub name: String,
    /// Whether the cell of each table row has a value.
    pub present: Vec<bool>,
}

impl Presence {
    /// The presence of a typed column's cells.
    pub fn of<T>(name: &str, cells: &[Option<T>]) -> Self {
        Self { name: name.to_owned(), present: cells.iter().map(Option::is_some).collect() }
    }
}

/// The rows of an analysis with their times.
pub struct Selection {
    /// Table rows analysed, from 0, ascending.
    pub rows: Vec<usize>,
    /// Entry times, where the endpoint has them.
    pub entry: Option<Vec<f64>>,
    /// Ends of observation, nearly equal ones joined (rule 24).
    pub time: Vec<f64>,
    /// Whether the observation ends in the event.
    pub event: Vec<bool>,
    /// Codes that join the rows of one patient, where the endpoint has an `id`.
    pub id: Option<Vec<u32>>,
    /// Case weights.
    pub weight: Option<Vec<f64>>,
    /// Who was counted.
    pub counts: Counts,
    /// What was noticed.
    pub cautions: Vec<Caution>,
}

impl Selection {
    /// The observations as the estimators take them.
    pub fn sample(&self) -> Sample<'_> {
        Sample { entry: self.entry.as_deref(), time: &self.time, event: &self.event, weight: self.weight.as_deref() }
    }

    /// The values of a column on the analysed rows; none of them is missing.
    pub fn take<T: Copy>(&self, cells: &[Option<T>]) -> Vec<T> {
        self.rows.iter().filter_map(|&row| cells[row]).collect()
    }
}

/// Selects the rows of `analysis` that have its endpoint and all `variables`.
///
/// # Errors
/// Whatever keeps the endpoint, a subset's column or the weights from being read; [`ErrorKind::NoObservations`] when no row is left.
pub fn select(context: &Context, analysis: &Analysis, variables: &[Presence]) -> Result<Selection> {
    let endpoint = context.endpoint(analysis)?;
    let counts_as_event = cause(analysis, &endpoint)?;
    let in_subset = subset(context, analysis)?;
    let weights = match analysis.weight_column().ok().flatten().filter(|_| analysis.kind != "log_rank") {
        Some(name) => Some((name, weights(context, name)?)),
        None => None,
    };

    let mut selection = Selection {
        rows: Vec::new(),
        entry: endpoint.entry.as_ref().map(|_| Vec::new()),
        time: Vec::new(),
        event: Vec::new(),
        id: endpoint.id.as_ref().map(|_| Vec::new()),
        weight: weights.as_ref().map(|_| Vec::new()),
        counts: Counts {
            n: 0,
            n_event: 0,
            n_missing: 0,
            n_excluded: endpoint.excluded.iter().filter(|excluded| in_subset[excluded.row - 1]).count(),
            missing_by: IndexMap::default(),
        },
        cautions: Vec::new(),
    };
    let mut missing_rows = Vec::new();
    let mut zero_weights = Vec::new();
    for (i, &row) in endpoint.rows.iter().enumerate() {
        if !in_subset[row] {
            continue;
        }
        let mut complete = true;
        for variable in variables.iter().filter(|variable| !variable.present[row]) {
            *selection.counts.missing_by.entry(variable.name.clone()).or_insert(0) += 1;
            complete = false;
        }
        let mut weight = 1.0;
        if let Some((name, weights)) = &weights {
            match weights[row] {
                Some(value) => weight = value,
                None => {
                    *selection.counts.missing_by.entry((*name).to_owned()).or_insert(0) += 1;
                    complete = false;
                }
            }
        }
        if !complete {
            missing_rows.push(row + 1);
            continue;
        }
        if weight == 0.0 {
            zero_weights.push(row + 1);
            continue;
        }
        let event = counts_as_event.map_or(endpoint.cause[i] > 0, |cause| endpoint.cause[i] == cause);
        selection.rows.push(row);
        selection.time.push(endpoint.time[i]);
        selection.event.push(event);
        if let (Some(out), Some(entry)) = (&mut selection.entry, &endpoint.entry) {
            out.push(entry[i]);
        }
        if let (Some(out), Some(id)) = (&mut selection.id, &endpoint.id) {
            out.push(id[i]);
        }
        if let Some(out) = &mut selection.weight {
            out.push(weight);
        }
    }
    selection.counts.n = selection.rows.len();
    selection.counts.n_event = selection.event.iter().filter(|&&event| event).count();
    selection.counts.n_missing = missing_rows.len();
    selection.counts.n_excluded += zero_weights.len();
    note_missing(&mut selection, missing_rows, zero_weights);
    if selection.rows.is_empty() {
        return Err(Error::new(ErrorKind::NoObservations)
            .with("excluded", selection.counts.n_excluded)
            .with("missing", selection.counts.n_missing)
            .at(analysis.at("endpoint")));
    }
    if !endpoint.from_dates {
        join_times(context, &mut selection)?;
    }
    note_weights(analysis, &mut selection);
    if context.endpoint_options(analysis) != context.options_of(&endpoint.name) {
        // The endpoint as this analysis reads it is nobody else's: what is noticed of it is said here.
        let own = [CautionKind::TimeZeroKept, CautionKind::TimeZeroDropped];
        selection.cautions.extend(endpoint.cautions.iter().filter(|caution| own.contains(&caution.kind)).cloned());
    }
    Ok(selection)
}

/// The code of the one event that counts, where the analysis names a cause.
fn cause(analysis: &Analysis, endpoint: &Endpoint) -> Result<Option<u32>> {
    let Some(name) = &analysis.cause else { return Ok(None) };
    match endpoint.events.iter().position(|event| event == name) {
        Some(index) => Ok(u32::try_from(index + 1).ok()),
        None => {
            let expected = format!("one of the endpoint's events: {}", endpoint.events.join(", "));
            Err(analysis.bad_option("cause", name, &expected))
        }
    }
}

/// Whether each table row meets all conditions of the subset; a missing value meets none.
pub(super) fn subset(context: &Context, analysis: &Analysis) -> Result<Vec<bool>> {
    let mut inside = vec![true; context.table.n_rows()];
    for condition in &analysis.subset {
        let category = context.cohort.category(&condition.column)?;
        for value in condition.values.iter().filter(|value| !category.levels.contains(value)) {
            // A value that only rows left out have is no mistake.
            if !context.cohort.is_in(&condition.column, std::slice::from_ref(value))?.contains(&true) {
                let expected = format!("a value of {}: {}", condition.column, category.levels.join(", "));
                return Err(analysis.bad_option("subset", value, &expected));
            }
        }
        // Rows that the study leaves out are of the subset too: they are counted as excluded.
        let is_in = context.cohort.is_in(&condition.column, &condition.values)?;
        for (inside, is_in) in inside.iter_mut().zip(is_in) {
            *inside &= is_in;
        }
    }
    Ok(inside)
}

/// Case weights by table row, none negative.
fn weights(context: &Context, name: &str) -> Result<Rc<Vec<Option<f64>>>> {
    let weights = context.cohort.number(name)?;
    if let Some(row) = weights.iter().position(|weight| weight.is_some_and(|weight| weight < 0.0)) {
        return Err(Error::new(ErrorKind::NegativeWeight).at(context.cohort.position(row, name)));
    }
    Ok(weights)
}

/// Rule 24: joins nearly equal times on the analysed rows.
fn join_times(context: &Context, selection: &mut Selection) -> Result<()> {
    let joined = timefix::join(&mut selection.time, selection.entry.as_deref_mut()).map_err(|i| {
        let row = selection.rows[i];
        let position = Position { row: Some(row + 1), line: Some(context.table.line(row)), ..Position::default() };
        Error::new(ErrorKind::CollapsedInterval).at(Position { file: Some(context.table.file.clone()), ..position })
    })?;
    if joined > 0 {
        selection.cautions.push(Caution::new(CautionKind::TimesJoined).with("n", joined));
    }
    Ok(())
}

/// Says who was left out for want of a value, or with weight zero.
fn note_missing(selection: &mut Selection, missing_rows: Vec<usize>, zero_weights: Vec<usize>) {
    if !missing_rows.is_empty() {
        let variables: Vec<String> =
            selection.counts.missing_by.iter().map(|(name, n)| format!("{name}: {n}")).collect();
        selection.cautions.push(
            Caution::new(CautionKind::MissingRows)
                .with("n", missing_rows.len())
                .with("of", missing_rows.len() + selection.counts.n)
                .with("variables", variables.join(", "))
                .rows(missing_rows),
        );
    }
    if !zero_weights.is_empty() {
        let n = zero_weights.len();
        selection.cautions.push(Caution::new(CautionKind::ZeroWeights).with("n", n).rows(zero_weights));
    }
}

/// Rule 18: weights that are not counts, with a variance that takes them for counts.
fn note_weights(analysis: &Analysis, selection: &mut Selection) {
    let model_based = !analysis.robust.unwrap_or(false) && analysis.cluster.is_none();
    if model_based && selection.weight.iter().flatten().any(|weight| weight.fract() != 0.0) {
        selection.cautions.push(Caution::new(CautionKind::WeightsModelBased));
    }
}
