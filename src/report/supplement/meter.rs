//! What could be learnt about a patient from aggregates, told from the document itself and not from how it was made.

use serde::Serialize;

use super::aggregate::{Aggregate, EndpointCounts, GroupCounts};
use super::models::{Cell, near};
use crate::hashing::HashMap;

/// The disclosure meter of an aggregate document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Meter {
    /// Patients: of the endpoint that has most.
    pub n: u64,
    /// The smallest group.
    pub smallest_group: Place,
    /// The fewest who leave in a bin of a group; the bin is that of `place`.
    pub fewest_leaving: Place,
    /// Bins times groups.
    pub n_cells: usize,
    /// Width of the narrowest closed bin, in months.
    pub narrowest_months: Option<f64>,
    /// Closed bins.
    pub n_bins: usize,
    /// Bins of a group in which everybody leaves in the same way: whoever knows that somebody left then knows how.
    pub alike: Vec<Place>,
    /// Bins of a group with some, but fewer than k, events or censorings among those who leave.
    pub few_of_a_kind: usize,
    /// The smallest difference, other than 0, between what two endpoints count as having left at an end.
    pub smallest_difference: Option<u64>,
    /// Figures of models that are withheld.
    pub withheld: usize,
    /// Published counts that stand for some, but fewer than k, patients: 0, or this document should not be handed out.
    pub isolating: usize,
}

/// A group, and a bin of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Place {
    /// The count.
    pub n: u64,
    /// Endpoint.
    pub endpoint: String,
    /// Group; `null` where there are none.
    pub group: Option<String>,
    /// Start of the bin, in months.
    pub start: Option<f64>,
    /// End of the bin, in months; `null` of the open one.
    pub end: Option<f64>,
    /// How all leave, where that is the point: `event` or `censored`.
    pub outcome: Option<&'static str>,
}

/// Reads the meter of a document.
pub fn meter(document: &Aggregate) -> Meter {
    let k = document.k;
    let mut out = Meter {
        n: 0,
        smallest_group: Place::default(),
        fewest_leaving: Place::default(),
        n_cells: 0,
        narrowest_months: None,
        n_bins: document.endpoints.first().map_or(0, |endpoint| endpoint.ends.len()),
        alike: Vec::new(),
        few_of_a_kind: 0,
        smallest_difference: None,
        withheld: 0,
        isolating: 0,
    };
    let (mut smallest, mut fewest) = (u64::MAX, u64::MAX);
    for endpoint in &document.endpoints {
        out.n = out.n.max(endpoint.groups.iter().map(|group| group.n).sum());
        let starts = std::iter::once(0.0).chain(endpoint.ends_months.iter().copied());
        for (start, &end) in starts.zip(&endpoint.ends_months) {
            out.narrowest_months = Some(out.narrowest_months.map_or(end - start, |width| width.min(end - start)));
        }
        for group in &endpoint.groups {
            if group.n < smallest {
                smallest = group.n;
                out.smallest_group = Place {
                    n: group.n,
                    endpoint: endpoint.name.clone(),
                    group: group.group.clone(),
                    ..Place::default()
                };
            }
            for (i, (&events, &censored)) in group.n_event.iter().zip(&group.n_censor).enumerate() {
                let leaving = events + censored;
                out.n_cells += 1;
                out.isolating += usize::from(leaving < k);
                out.few_of_a_kind += usize::from([events, censored].iter().any(|n| (1..k).contains(n)));
                if leaving < fewest {
                    fewest = leaving;
                    out.fewest_leaving = place(endpoint, group, i, leaving, None);
                }
                if leaving > 0 && (events == 0 || censored == 0) {
                    let outcome = if events > 0 { "event" } else { "censored" };
                    out.alike.push(place(endpoint, group, i, leaving, Some(outcome)));
                }
            }
        }
    }
    differences(document, &mut out);
    out.isolating += levels_near(document);
    for (models, row) in document.models.iter().flat_map(|models| models.rows.iter().map(move |row| (models, row))) {
        let endpoint = document.endpoints.iter().find(|endpoint| endpoint.name == models.endpoint);
        let is_group = document.by.as_deref() == Some(row.variable.as_str());
        let group = endpoint.filter(|_| is_group).and_then(|endpoint| {
            endpoint.groups.iter().find(|group| group.group.is_some() && group.group == row.level)
        });
        for cell in [&row.univariable, &row.multivariable].into_iter().flatten() {
            out.withheld += usize::from(cell.withheld.is_some() || cell.counts_withheld.is_some());
            out.isolating += usize::from(row.level.is_some() && isolates(cell, k));
            if let (Some(group), Some(n)) = (group, cell.n) {
                out.isolating += usize::from(near(group.n, n, k));
            }
        }
    }
    out
}

/// Whether the counts of a level tell of fewer than k, but some, patients, or of nobody with or without the event.
fn isolates(cell: &Cell, k: u64) -> bool {
    let (Some(n), Some(events)) = (cell.n, cell.n_event) else { return false };
    n > 0 && (events < k || n - events < k)
}

/// Endpoint, patients and events of a level in a model.
type Shown<'a> = (&'a str, u64, u64);

/// How often the counts of a level in two models differ by a few.
fn levels_near(document: &Aggregate) -> usize {
    let mut seen: HashMap<(&str, &str), Vec<Shown>> = HashMap::default();
    let mut near_ones = 0;
    for (models, row) in document.models.iter().flat_map(|models| models.rows.iter().map(move |row| (models, row))) {
        let Some(level) = &row.level else { continue };
        let others = seen.entry((&row.variable, level)).or_default();
        for cell in [&row.univariable, &row.multivariable].into_iter().flatten() {
            let (Some(n), Some(events)) = (cell.n, cell.n_event) else { continue };
            let is_near = |&&(endpoint, other, other_events): &&Shown| {
                let of_events = || {
                    near(events, other_events, document.k)
                        || near(n.saturating_sub(events), other.saturating_sub(other_events), document.k)
                };
                near(n, other, document.k) || (endpoint == models.endpoint && of_events())
            };
            near_ones += others.iter().filter(is_near).count();
            others.push((&models.endpoint, n, events));
        }
    }
    near_ones
}

/// What two endpoints tell when one is taken from the other.
fn differences(document: &Aggregate, out: &mut Meter) {
    for (i, one) in document.endpoints.iter().enumerate() {
        for other in &document.endpoints[i + 1..] {
            let ends = one.ends.len().min(other.ends.len());
            for end in 0..=ends {
                let gone =
                    |group: &GroupCounts| -> u64 { (0..end).map(|bin| group.n_event[bin] + group.n_censor[bin]).sum() };
                let left = |group: &GroupCounts| if end == 0 { group.n } else { gone(group) };
                let pairs = one.groups.iter().filter_map(|group| {
                    let same = other.groups.iter().find(|same| same.group == group.group)?;
                    Some((left(group), left(same)))
                });
                let all = |endpoint: &EndpointCounts| endpoint.groups.iter().map(left).sum::<u64>();
                for (a, b) in pairs.chain(std::iter::once((all(one), all(other)))) {
                    let difference = a.abs_diff(b);
                    out.isolating += usize::from(near(a, b, document.k));
                    if difference > 0 {
                        out.smallest_difference =
                            Some(out.smallest_difference.map_or(difference, |least| least.min(difference)));
                    }
                }
            }
        }
    }
}

fn place(endpoint: &EndpointCounts, group: &GroupCounts, bin: usize, n: u64, outcome: Option<&'static str>) -> Place {
    Place {
        n,
        endpoint: endpoint.name.clone(),
        group: group.group.clone(),
        start: Some(bin.checked_sub(1).and_then(|before| endpoint.ends_months.get(before)).copied().unwrap_or(0.0)),
        end: endpoint.ends_months.get(bin).copied(),
        outcome,
    }
}
