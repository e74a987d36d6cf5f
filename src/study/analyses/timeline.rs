//! `timeline`: each row's observation as a lane, to see that an endpoint was derived as it should be.

use serde_json::json;

use super::groups::Groups;
use crate::cohort::{EndpointSpec, MonthRule, Unit, elapsed};
use crate::error::{Error, ErrorKind, Position, Result};
use crate::sorting::{sort_by, sort_by_key};
use crate::study::analysis::Analysis;
use crate::study::context::Context;
use crate::study::patient_options::LaneOrder;
use crate::study::results::{AnalysisResult, Figures};
use crate::study::selection;
use crate::study::timeline_results::{Lane, Mark, Timeline};

/// How a row that ends without an event is called.
const CENSORED: &str = "censored";

/// Makes the lanes and fills `result`.
///
/// # Errors
/// [`ErrorKind::MissingOption`] without `endpoint`; [`ErrorKind::BadOption`] for `also` and `sort: "origin"` with an endpoint
/// that has no dates; [`ErrorKind::UnknownColumn`]; [`ErrorKind::NoObservations`]; whatever keeps a column or the endpoint from
/// being read.
pub fn run(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    let endpoint = context.endpoint(analysis)?;
    let options = context.endpoint_options(analysis);
    let order = analysis.sort.unwrap_or_default();
    let also = analysis.also.clone().unwrap_or_default();
    result.rules.extend([
        ("also", json!(also)),
        ("sort", json!(order)),
        ("patient", json!(analysis.patient)),
        ("time_zero", json!(options.time_zero)),
        ("month_rule", json!(options.month_rule)),
    ]);
    let groups = analysis.by.as_deref().map(|name| Groups::of(context, name)).transpose()?;
    let presence: Vec<_> = groups.iter().map(Groups::presence).collect();
    let selection = selection::select(context, analysis, &presence)?;
    result.cautions.extend(selection.cautions.iter().cloned());
    let in_subset = selection::subset(context, analysis)?;
    let dates = Dates::read(context, analysis, &also, order)?;
    let patient = patients(context, analysis)?;

    let mut lanes = Vec::with_capacity(selection.rows.len());
    for (i, &row) in selection.rows.iter().enumerate() {
        let group = groups.as_ref().and_then(|groups| groups.category.codes[row]);
        // Every analysed row is one of the endpoint's.
        let cause = endpoint.rows.binary_search(&row).map_or(0, |at| endpoint.cause[at] as usize);
        let outcome = cause.checked_sub(1).and_then(|event| endpoint.events.get(event));
        let lane = Lane {
            row: row + 1,
            line: context.table.line(row),
            patient: patient.as_ref().and_then(|texts| texts[row].clone()),
            group: group.and_then(|code| groups.as_ref()?.category.levels.get(code as usize).cloned()),
            entry: selection.entry.as_ref().map_or(0.0, |entry| entry[i]),
            end: selection.time[i],
            outcome: outcome.map_or(CENSORED, String::as_str).to_owned(),
            marks: dates.marks(row, endpoint.unit, options.month_rule),
        };
        lanes.push((group, lane));
    }
    // Stable sorts: equal lanes stay in the order of the file.
    match order {
        LaneOrder::Row => {}
        LaneOrder::Duration => sort_by(&mut lanes, |(_, a), (_, b)| (b.end - b.entry).total_cmp(&(a.end - a.entry))),
        LaneOrder::Origin => sort_by_key(&mut lanes, |(_, lane)| dates.origin.get(lane.row - 1).copied().flatten()),
    }
    sort_by_key(&mut lanes, |(group, _)| *group);
    result.figures = Some(Figures::Timeline(Box::new(Timeline {
        unit: endpoint.unit.name().to_owned(),
        lanes: lanes.into_iter().map(|(_, lane)| lane).collect(),
        excluded: endpoint.excluded.iter().filter(|excluded| in_subset[excluded.row - 1]).cloned().collect(),
    })));
    if let Some(groups) = &groups {
        result.cautions.extend(groups.cautions(&groups.codes(&selection)));
    }
    result.counts = Some(selection.counts);
    Ok(())
}

/// What each patient is called; `None` where the cell is missing.
fn patients(context: &Context, analysis: &Analysis) -> Result<Option<Vec<Option<String>>>> {
    let Some(name) = &analysis.patient else { return Ok(None) };
    let category = context.cohort.category(name)?;
    let Some(column) = context.table.column(name) else {
        return Err(Error::new(ErrorKind::UnknownColumn)
            .with("name", name)
            .with("suggestion", "")
            .at(Position::default()));
    };
    // As the file writes it: 007 is not 7.
    let text = |(row, code): (usize, &Option<u32>)| code.map(|_| column.cell(row).to_string());
    Ok(Some(category.codes.iter().enumerate().map(text).collect()))
}

/// The dates that are marked, and the origin from which they are counted; both by table row.
struct Dates {
    origin: Vec<Option<i64>>,
    marked: Vec<(String, Vec<Option<i64>>)>,
}

impl Dates {
    fn read(context: &Context, analysis: &Analysis, also: &[String], order: LaneOrder) -> Result<Self> {
        if also.is_empty() && order != LaneOrder::Origin {
            return Ok(Self { origin: Vec::new(), marked: Vec::new() });
        }
        let name = analysis.required("endpoint", analysis.endpoint.as_deref())?;
        let Some(EndpointSpec::Dates(spec)) = context.study.endpoints.get(name) else {
            let (option, found) = if also.is_empty() { ("sort", "origin") } else { ("also", name) };
            return Err(analysis.bad_option(option, found, "used with an endpoint by dates: this one has no origin"));
        };
        let marked = also.iter().map(|name| Ok((name.clone(), context.cohort.date(name)?.days.clone())));
        let marked = marked.collect::<Result<_>>()?;
        // Of several origins the earliest that a row has.
        let mut origin = vec![None; context.table.n_rows()];
        for name in &spec.origin {
            for (earliest, day) in origin.iter_mut().zip(&context.cohort.date(name)?.days) {
                *earliest = [*earliest, *day].into_iter().flatten().min();
            }
        }
        Ok(Self { origin, marked })
    }

    /// The marked dates of a row as times.
    fn marks(&self, row: usize, unit: Unit, rule: MonthRule) -> Vec<Mark> {
        let Some(origin) = self.origin.get(row).copied().flatten() else { return Vec::new() };
        let mark = |(name, days): &(String, Vec<Option<i64>>)| {
            let day = days[row]?;
            let time = if day < origin { -elapsed(day, origin, unit, rule) } else { elapsed(origin, day, unit, rule) };
            Some(Mark { name: name.clone(), time })
        };
        self.marked.iter().filter_map(mark).collect()
    }
}
