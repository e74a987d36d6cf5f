//! `audit`: what the file says against itself, by its dates and by the study's endpoints, with what was decided about it.

use serde_json::json;

use crate::cohort::audit::{AuditOptions, AuditedEndpoint, audit};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::study::analysis::Analysis;
use crate::study::context::Context;
use crate::study::results::{AnalysisResult, Figures};
use crate::table::date::{self, DateCell, DateFormat};

/// Runs an audit. It fails for what its options name and the study or the file does not have, never for a cell.
///
/// # Errors
/// [`ErrorKind::OptionNotApplicable`] for `endpoint` and `subset`: every row is judged; [`ErrorKind::BadOption`],
/// [`ErrorKind::UnknownEndpoint`], [`ErrorKind::UnknownColumn`].
pub fn run(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    let not_applicable = |option: &str| {
        let error = Error::new(ErrorKind::OptionNotApplicable).with("option", option);
        Err(error.with("analysis", &analysis.kind).at(analysis.at(option)))
    };
    if analysis.endpoint.is_some() {
        return not_applicable("endpoint");
    }
    if !analysis.subset.is_empty() {
        return not_applicable("subset");
    }
    let names: Vec<&str> = match &analysis.endpoints {
        Some(names) => names.iter().map(String::as_str).collect(),
        None => context.study.endpoints.keys().map(String::as_str).collect(),
    };
    let mut endpoints = Vec::new();
    for &name in &names {
        let Some((name, spec)) = context.study.endpoints.get_key_value(name) else {
            let error = Error::new(ErrorKind::UnknownEndpoint).with("name", name).with("suggestion", "");
            return Err(error.at(analysis.at("endpoints")));
        };
        let options = analysis.endpoint_options(&context.options_of(name));
        endpoints.push(AuditedEndpoint { name, spec, options });
    }
    let as_of = match &analysis.as_of {
        None => None,
        Some(text) => match date::parse(text, DateFormat::Iso) {
            DateCell::Full(day) => Some(day),
            _ => return Err(analysis.bad_option("as_of", text, "a day such as 2021-03-09")),
        },
    };
    let options = AuditOptions {
        dates: analysis.dates.clone(),
        patient: analysis.patient.clone(),
        as_of,
        pairs: analysis.pairs.clone().unwrap_or_default(),
        flags: analysis.flags.clone().unwrap_or_default(),
    };
    let data = &context.study.data;
    let found = audit(&context.cohort, &endpoints, &options, &data.exclude, &data.decisions)?;
    result.rules.extend([
        ("endpoints", json!(names)),
        ("dates", json!(found.dates)),
        ("patient", json!(options.patient)),
        ("as_of", json!(as_of)),
        ("pairs", json!(options.pairs)),
        ("flags", json!(options.flags)),
    ]);
    result.rules.extend(context.endpoint_rules(analysis, names.into_iter()));
    if as_of.is_none() {
        result.cautions.push(Caution::new(CautionKind::FutureNotJudged));
    }
    if options.patient.is_none() {
        result.cautions.push(Caution::new(CautionKind::PatientsNotJudged));
    }
    result.figures = Some(Figures::Audit(Box::new(found)));
    Ok(())
}
