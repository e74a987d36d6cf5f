//! What readers make again of an aggregate document: life tables, medians, restricted means and a log-rank test, all approximate.

use serde::{Deserialize, Serialize};

use super::aggregate::{Aggregate, EndpointCounts, FORMAT};
use super::{bad, read};
use crate::error::{Error, ErrorKind, Result};
use crate::num::normal;
use crate::survival::grouped_log_rank::{self, GroupedLogRank};
use crate::survival::interval::ConfType;
use crate::survival::kaplan_meier::KmOptions;
use crate::survival::life_table::{Counts, LifeTable, Quantile, RestrictedMean};

/// What is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Name of the endpoint.
    pub endpoint: String,
    /// Time to which means are restricted, in the endpoint's unit; absent: the end of the last closed bin.
    #[serde(default)]
    pub tau: Option<f64>,
    /// Quantiles.
    #[serde(default = "median")]
    pub probs: Vec<f64>,
    /// All groups together instead of each.
    #[serde(default)]
    pub together: bool,
}

fn median() -> Vec<f64> {
    vec![0.5]
}

/// The figures.
#[derive(Debug, Clone, Serialize)]
pub struct Redone {
    /// The method, by which every figure here is approximate.
    pub method: &'static str,
    /// Scale of the intervals.
    pub conf_type: ConfType,
    /// Level of the intervals.
    pub conf_level: f64,
    /// Time to which means are restricted.
    pub tau: f64,
    /// A curve per group.
    pub curves: Vec<RedoneCurve>,
    /// The test of the groups; `null` where there is one.
    pub log_rank: Option<GroupedLogRank>,
    /// Each group's restricted mean less that of the first.
    pub contrasts: Vec<Contrast>,
}

/// A group's figures.
#[derive(Debug, Clone, Serialize)]
pub struct RedoneCurve {
    /// The level.
    pub group: Option<String>,
    /// Its life table.
    #[serde(flatten)]
    pub table: LifeTable,
    /// Quantiles of the time.
    pub quantiles: Vec<Quantile>,
    /// Mean up to τ.
    pub restricted_mean: RestrictedMean,
}

/// The difference of two restricted means.
#[derive(Debug, Clone, Serialize)]
pub struct Contrast {
    /// The group.
    pub group: Option<String>,
    /// The first group.
    pub reference: Option<String>,
    /// Difference.
    pub estimate: Option<f64>,
    /// Its standard error; the groups are independent.
    pub std_error: Option<f64>,
    /// Lower limit.
    pub conf_low: Option<f64>,
    /// Upper limit.
    pub conf_high: Option<f64>,
    /// Two-sided p of the normal distribution.
    pub p_value: Option<f64>,
}

/// Reads a document and checks that its counts belong together.
///
/// # Errors
/// [`ErrorKind::SupplementUnreadable`].
pub fn document(text: &str) -> Result<Aggregate> {
    let document: Aggregate = read(text)?;
    let unreadable = |reason: &str| Err(Error::new(ErrorKind::SupplementUnreadable).with("reason", reason));
    if document.format != FORMAT {
        return Err(Error::new(ErrorKind::UnknownFormat).with("found", document.format).with("expected", FORMAT));
    }
    for endpoint in &document.endpoints {
        let bins = endpoint.ends.len() + 1;
        let ascending = |ends: &[f64]| ends.windows(2).all(|pair| pair[0] < pair[1]);
        let first = endpoint.ends.first().is_none_or(|&end| end > 0.0);
        if !ascending(&endpoint.ends) || !first || endpoint.ends_months.len() + 1 != bins {
            return unreadable("the ends of the bins do not ascend");
        }
        for group in &endpoint.groups {
            let counts = [&group.n_event, &group.n_censor];
            let total = counts.iter().flat_map(|counts| counts.iter()).try_fold(0_u64, |sum, &n| sum.checked_add(n));
            if counts.iter().any(|counts| counts.len() != bins) || total != Some(group.n) || group.n > 1 << 53 {
                return unreadable("the counts of a group do not add up");
            }
        }
    }
    Ok(document)
}

/// The figures that `request` (JSON text of [`Request`]) asks for, of a document as text.
///
/// # Errors
/// Those of [`document`]; [`ErrorKind::BadOption`] for an endpoint that is not there, or a time or quantile out of range.
pub fn redo(text: &str, request: &str) -> Result<Redone> {
    let document = document(text)?;
    let request: Request = read(request)?;
    let endpoint = document.endpoints.iter().find(|endpoint| endpoint.name == request.endpoint);
    let endpoint = endpoint.ok_or_else(|| bad("endpoint", &request.endpoint, "an endpoint of the document"))?;
    if let Some(prob) = request.probs.iter().find(|&&prob| !(prob > 0.0 && prob < 1.0)) {
        return Err(bad("probs", prob, "between 0 and 1, such as 0.5"));
    }
    let last = endpoint.ends.last().copied().unwrap_or(0.0);
    let tau = request.tau.unwrap_or(last);
    if !(tau > 0.0 && tau <= last) {
        return Err(bad("tau", tau, &format!("more than 0, at most {last}")));
    }
    // A type that these counts cannot have gives way to the usual one.
    let conf_type = crate::json::of_value(&endpoint.conf_type).unwrap_or_default();
    let conf_type = if matches!(conf_type, ConfType::BetaProduct) { ConfType::Log } else { conf_type };
    let options = KmOptions { conf_type, conf_level: endpoint.conf_level };
    let groups = groups(endpoint, request.together);
    let counts: Vec<Counts> = groups.iter().map(|(_, n_event, n_censor)| Counts { n_event, n_censor }).collect();
    let curves: Vec<RedoneCurve> = groups
        .iter()
        .zip(&counts)
        .map(|((group, ..), counts)| {
            let table = LifeTable::new(&endpoint.ends, *counts, &options);
            RedoneCurve {
                group: group.clone(),
                quantiles: request.probs.iter().map(|&prob| table.quantile(prob)).collect(),
                restricted_mean: table.restricted_mean(tau, options.conf_level),
                table,
            }
        })
        .collect();
    Ok(Redone {
        method: "life_table",
        conf_type,
        conf_level: options.conf_level,
        tau,
        log_rank: (counts.len() > 1).then(|| grouped_log_rank::test(&counts)),
        contrasts: contrasts(&curves, options.conf_level),
        curves,
    })
}

type Group = (Option<String>, Vec<u64>, Vec<u64>);

/// The groups with their counts, or all together.
fn groups(endpoint: &EndpointCounts, together: bool) -> Vec<Group> {
    if !together {
        return endpoint
            .groups
            .iter()
            .map(|group| (group.group.clone(), group.n_event.clone(), group.n_censor.clone()))
            .collect();
    }
    let bins = endpoint.ends.len() + 1;
    let mut all = (None, vec![0; bins], vec![0; bins]);
    for group in &endpoint.groups {
        for bin in 0..bins {
            all.1[bin] += group.n_event[bin];
            all.2[bin] += group.n_censor[bin];
        }
    }
    vec![all]
}

fn contrasts(curves: &[RedoneCurve], conf_level: f64) -> Vec<Contrast> {
    let Some((first, others)) = curves.split_first() else { return Vec::new() };
    let z = normal::z_of_level(conf_level);
    others
        .iter()
        .map(|other| {
            let pair = |value: fn(&RestrictedMean) -> Option<f64>| {
                value(&other.restricted_mean).zip(value(&first.restricted_mean))
            };
            let estimate = pair(|mean| mean.estimate).map(|(a, b)| a - b);
            let std_error = pair(|mean| mean.std_error).map(|(a, b)| (a * a + b * b).sqrt());
            let limits = estimate.zip(std_error).zip(z);
            Contrast {
                group: other.group.clone(),
                reference: first.group.clone(),
                estimate,
                std_error,
                conf_low: limits.map(|((estimate, error), z)| estimate - z * error),
                conf_high: limits.map(|((estimate, error), z)| estimate + z * error),
                p_value: estimate
                    .zip(std_error)
                    .filter(|(_, error)| *error > 0.0)
                    .map(|(estimate, error)| normal::two_sided_p(estimate / error)),
            }
        })
        .collect()
}
