//! How complete the follow-up of each group is: a part of `follow_up` where the endpoint is derived from dates.

use crate::cohort::{EndpointSpec, elapsed};
use crate::error::{Caution, CautionKind, Result};
use crate::study::analysis::Analysis;
use crate::study::context::Context;
use crate::study::results::{Completeness, GroupCompleteness};
use crate::study::selection::Selection;
use crate::survival::{Reason, completeness};
use crate::table::date::Date;

/// Below this percentage the follow-up of a group is called incomplete.
const COMPLETE: f64 = 80.0;

/// From this difference on, groups are called unequally followed.
const APART: f64 = 0.1;

/// The completeness of each group by `codes`; `None` where nothing tells how long a row could have been followed: the endpoint has
/// times rather than dates, nobody has a censoring date and there is no cutoff, or rows of one patient follow each other.
///
/// The closing day is the endpoint's cutoff, else the latest censoring date of its rows (those outside the subset included).
///
/// # Errors
/// Those of the columns of dates.
pub(super) fn of(
    context: &Context,
    analysis: &Analysis,
    selection: &Selection,
    codes: &[u32],
    levels: &[Option<&String>],
) -> Result<Option<Completeness>> {
    let spec = analysis.endpoint.as_ref().and_then(|name| context.study.endpoints.get(name));
    let Some(EndpointSpec::Dates(spec)) = spec else { return Ok(None) };
    if spec.id.is_some() {
        return Ok(None);
    }
    let endpoint = context.endpoint(analysis)?;
    let closing = match (spec.cutoff, &spec.censor) {
        (Some(cutoff), _) => Some(cutoff.days()),
        (None, Some(column)) => {
            let censor = context.cohort.date(column)?;
            endpoint.rows.iter().filter_map(|&row| censor.days[row]).max()
        }
        (None, None) => None,
    };
    let Some((closing, day)) = closing.and_then(|days| Some((days, Date::from_days(days)?))) else { return Ok(None) };
    let origins = spec.origin.iter().map(|name| context.cohort.date(name)).collect::<Result<Vec<_>>>()?;
    let rule = context.endpoint_options(analysis).month_rule;

    let mut observed = vec![Vec::new(); levels.len()];
    let mut possible = vec![Vec::new(); levels.len()];
    for (i, (&row, &code)) in selection.rows.iter().zip(codes).enumerate() {
        let entry = selection.entry.as_ref().map_or(0.0, |entry| entry[i]);
        let own = selection.time[i] - entry;
        let origin = origins.iter().filter_map(|origin| origin.days[row]).min();
        let whole = origin.filter(|&origin| !selection.event[i] && origin <= closing);
        let whole = whole.map_or(own, |origin| elapsed(origin, closing, spec.unit, rule) - entry);
        observed[code as usize].push(own);
        possible[code as usize].push(whole.max(own));
    }
    let groups = levels.iter().zip(observed.iter().zip(&possible)).map(|(level, (observed, possible))| {
        let index = completeness::index(observed, possible);
        GroupCompleteness {
            group: level.cloned(),
            n: observed.len(),
            observed: observed.iter().sum(),
            possible: possible.iter().sum(),
            index,
            reason: index.is_none().then_some(Reason::NotEstimable),
        }
    });
    Ok(Some(Completeness { closing: day.to_string(), groups: groups.collect() }))
}

/// What must be said of follow-up that is incomplete, or not as complete in one group as in another.
pub(super) fn caution(found: &Completeness) -> Option<Caution> {
    let known: Vec<(&GroupCompleteness, f64)> =
        found.groups.iter().filter_map(|group| group.index.map(|index| (group, index))).collect();
    let least = known.iter().map(|(_, index)| *index).reduce(f64::min)?;
    let greatest = known.iter().map(|(_, index)| *index).reduce(f64::max)?;
    // As it is told: what reads as 80 is not called less.
    let percent = |index: f64| libm::round(100.0 * index);
    if percent(least) >= COMPLETE && greatest - least < APART {
        return None;
    }
    let told = known.iter().map(|(group, index)| {
        let name = group.group.as_ref().map(|name| format!("{name} ")).unwrap_or_default();
        format!("{name}{}", percent(*index))
    });
    let told: Vec<String> = told.collect();
    Some(Caution::new(CautionKind::IncompleteFollowUp).with("groups", told.join(", ")).with("closing", &found.closing))
}
