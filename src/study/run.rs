//! A study and a table to results: each analysis for itself, so that the error of one spares the others.

use crate::hashing::IndexMap;
use serde_json::{Map, Value, json};

use super::context::Context;
use super::document::{self, Request, Study};
use super::finite;
use super::progress::Progress;
use super::results::{self, AnalysisResult, Data, EndpointResult, EndpointSummary, Engine, Results, Warning};
use super::{analyses, analysis};
use crate::cohort::audit::decided;
use crate::cohort::{Endpoint, EndpointSpec};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::json;
use crate::table::Table;

/// Runs every analysis of `study` on `table`.
///
/// An analysis that fails carries its error in place of figures; the others are given all the same.
///
/// # Errors
/// [`ErrorKind::ChecksumDiffers`] when the study excludes rows by number and the file is not the one it was made with (the numbers
/// would name other patients); [`ErrorKind::ReadDiffers`] when the study says that the file is read in another way than `table` was;
/// an excluded row that the file does not have.
///
/// # Example
/// ```
/// let table = riskset::table::open("time,status\n5,1\n8,0\n12,1\n".as_bytes(), "tiny.csv")?;
/// let study = riskset::study::read(
///     r#"{"format": "riskset-study/1",
///         "endpoints": {"OS": {"time": "time", "status": "status", "event": [1], "unit": "months"}},
///         "analyses": [{"id": "km", "type": "kaplan_meier", "endpoint": "OS"}]}"#,
/// )?;
/// let results = riskset::study::run(&study, &table)?;
/// assert!(results.all_ran());
/// # Ok::<(), riskset::error::Error>(())
/// ```
pub fn run(study: &Study, table: &Table) -> Result<Results> {
    compute(study, table, None)
}

/// The same, and tells `told` how it goes: the share of each analysis that is done, and of one whose limits, influence or permutations
/// take long the estimates first. The results are those of [`run`] to the last bit. To end a run is to end its thread.
///
/// # Errors
/// Those of [`run`].
pub fn run_with(study: &Study, table: &Table, told: &mut dyn FnMut(Progress)) -> Result<Results> {
    compute(study, table, Some(told))
}

fn compute<'a>(study: &'a Study, table: &'a Table, told: Option<&'a mut dyn FnMut(Progress)>) -> Result<Results> {
    let mut warnings: Vec<Warning> = table.cautions.iter().cloned().map(of_file).collect();
    warnings.extend(check_checksum(study, table)?.map(of_file));
    if let Some((option, found, expected)) = study.data.read.differs_from(&table.dialect) {
        let error = Error::new(ErrorKind::ReadDiffers).with("option", option);
        return Err(error.with("found", found).with("expected", expected));
    }
    let context = Context::new(study, table, told)?;
    warnings.extend(context.cohort.cautions().iter().cloned().map(of_file));
    let (names, data) = (study.endpoints.keys().map(String::as_str), &study.data);
    warnings.extend(decided::check(&context.cohort, names, &data.exclude, &data.decisions).into_iter().map(of_file));

    let mut endpoints = IndexMap::default();
    for name in study.endpoints.keys() {
        let outcome = context.derived(name, context.options_of(name));
        if let Ok(endpoint) = &outcome {
            warnings.extend(endpoint.cautions.iter().cloned().map(|caution| Warning {
                caution,
                analysis: None,
                endpoint: Some(name.clone()),
            }));
        }
        endpoints.insert(name.clone(), summary(outcome.as_deref()));
    }

    let mut entries = Vec::with_capacity(study.analyses.len());
    for (index, request) in study.analyses.iter().enumerate() {
        context.begin(index);
        let result = guarded(analyse(&context, request));
        context.done(1.0);
        warnings.extend(result.cautions.iter().cloned().map(|caution| Warning {
            caution,
            analysis: Some(request.id.clone()),
            endpoint: result.endpoint.clone(),
        }));
        entries.push(result);
    }

    Ok(Results {
        format: results::FORMAT,
        patient_data: results::PATIENT_DATA,
        engine: Engine { name: "riskset", version: env!("CARGO_PKG_VERSION"), commit: option_env!("RISKSET_COMMIT") },
        study: echo(&context, &entries),
        data: Data {
            file: table.file.clone(),
            sha256: table.sha256.clone(),
            n_rows: table.n_rows(),
            excluded: context.cohort.excluded(),
            columns: context.cohort.summary(),
        },
        endpoints,
        results: entries,
        warnings,
    })
}

/// A warning that belongs to the file.
fn of_file(caution: Caution) -> Warning {
    Warning { caution, analysis: None, endpoint: None }
}

/// Another file than the study was made with: an error where rows are excluded by number, else a caution.
fn check_checksum(study: &Study, table: &Table) -> Result<Option<Caution>> {
    match &study.data.sha256 {
        Some(expected) if !expected.eq_ignore_ascii_case(&table.sha256) => {
            if study.data.exclude.is_empty() {
                let caution = Caution::new(CautionKind::ChecksumDiffers);
                Ok(Some(caution.with("found", &table.sha256).with("expected", expected)))
            } else {
                let error = Error::new(ErrorKind::ChecksumDiffers);
                Err(error.with("found", &table.sha256).with("expected", expected))
            }
        }
        _ => Ok(None),
    }
}

/// One analysis, with its error in place of figures if it fails.
fn analyse(context: &Context, request: &Request) -> AnalysisResult {
    let mut result = AnalysisResult {
        id: request.id.clone(),
        kind: request.kind.clone(),
        endpoint: None,
        by: None,
        rules: IndexMap::default(),
        cautions: Vec::new(),
        counts: None,
        figures: None,
        error: None,
    };
    let outcome = request.analysis.clone().and_then(|analysis| {
        result.endpoint.clone_from(&analysis.endpoint);
        result.by.clone_from(&analysis.by);
        analysis.check_options(&request.written)?;
        analyses::run(context, &analysis, &mut result)
    });
    if let Err(error) = outcome {
        result.counts = None;
        result.figures = None;
        result.error = Some(error);
    }
    result
}

/// A figure that is not finite is a defect of this program: said as the analysis's error, never shown as a figure.
fn guarded(mut result: AnalysisResult) -> AnalysisResult {
    if let Some(path) = finite::first_not_finite(&result) {
        result.counts = None;
        result.figures = None;
        result.rules.clear();
        result.error = Some(Error::new(ErrorKind::NotFinite).with("path", path));
    }
    result
}

/// An endpoint as the results show it.
fn summary(outcome: Result<&Endpoint, &Error>) -> EndpointResult {
    let endpoint = match outcome {
        Ok(endpoint) => endpoint,
        Err(error) => return EndpointResult::Failed { error: error.clone() },
    };
    let count = |code: usize| endpoint.cause.iter().filter(|&&cause| cause as usize == code).count();
    EndpointResult::Derived(EndpointSummary {
        n: endpoint.rows.len(),
        n_event: endpoint.cause.iter().filter(|&&cause| cause > 0).count(),
        by_event: endpoint.events.iter().enumerate().map(|(i, name)| (name.clone(), count(i + 1))).collect(),
        n_excluded: endpoint.excluded.len(),
        excluded: endpoint.excluded.clone(),
        listed: endpoint.listed.clone(),
        unit: endpoint.unit.name().to_owned(),
        status_values: endpoint.status_values.clone(),
        cautions: endpoint.cautions.clone(),
    })
}

/// The study with every default explicit: each analysis as written, completed by the rules that it followed.
fn echo(context: &Context, entries: &[AnalysisResult]) -> Value {
    let (study, table) = (context.study, context.table);
    let with_options = |(name, spec): (&String, &EndpointSpec)| {
        let spec = spec.clone().with_options(&context.options_of(name));
        (name.clone(), json::value_of(&spec))
    };
    let endpoints: Map<String, Value> = study.endpoints.iter().map(with_options).collect();
    let mut data = json::value_of(&study.data);
    data["file"] = json!(table.file);
    data["sha256"] = json!(table.sha256);
    let dialect = &table.dialect;
    for (option, value) in [
        ("delimiter", json!(dialect.delimiter)),
        ("decimal", json!(dialect.decimal)),
        ("encoding", json!(dialect.encoding)),
        ("header_line", json!(dialect.header_line)),
    ] {
        data["read"][option] = value;
    }
    let analyses: Vec<Value> = study
        .analyses
        .iter()
        .zip(entries)
        .map(|(request, entry)| {
            let mut whole: Map<String, Value> = request.written.clone();
            // A rule that is no option is fixed, and could not be written.
            for (&option, value) in entry.rules.iter().filter(|(option, _)| analysis::takes(&request.kind, option)) {
                let written = whole.entry(option).or_insert(Value::Null);
                if written.is_null() {
                    written.clone_from(value);
                }
            }
            Value::Object(whole)
        })
        .collect();
    let mut echo = json!({
        "format": document::FORMAT,
        "title": study.title,
        "conventions": study.conventions,
        "data": data,
        "endpoints": endpoints,
        "analyses": analyses,
    });
    if !study.figures.is_empty() {
        echo["figures"] = json!(study.figures);
    }
    echo
}
