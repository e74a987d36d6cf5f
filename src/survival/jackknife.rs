//! The robust variance of a survival curve and its cumulative hazard, by the infinitesimal jackknife.
//!
//! Var = Σ over clusters of (Σ wᵢ ∂θ/∂wᵢ)², where θ is ln S(t) or H(t) (Efron 1982, The Jackknife, chapter 6; Therneau and
//! Grambsch 2000, 7.2). For ln S a row that is at risk at the event time u adds d/[n(n−d)], and one that has its event there
//! adds −1/n in its place; for H they add −d/n² and 1/n − d/n². Without weights and with every row its own cluster the
//! variance of ln S is Greenwood's. R: `survfit(…, weights = w, robust = TRUE, cluster = id)`.

use super::Sample;
use super::interval;
use super::kaplan_meier::{self, Curve, KmOptions};
use crate::num::{normal, order};

/// The Kaplan-Meier curve with robust standard errors and limits.
///
/// `cluster` is the cluster of each row, codes from 0; without it every row is its own. `leaves` as in
/// [`kaplan_meier::fit_leaving`]. Linear time in the rows, however many clusters there are.
pub fn fit(sample: &Sample, leaves: Option<&[bool]>, cluster: Option<&[u32]>, options: &KmOptions) -> Curve {
    let mut curve = match leaves {
        Some(leaves) => kaplan_meier::fit_leaving(sample, leaves, options),
        None => kaplan_meier::fit(sample, options),
    };
    let k = curve.steps.time.len();
    let mut gains = vec![[Gain::default(); 2]; k];
    for step in (0..k).filter(|&step| curve.raw.n_event[step] > 0) {
        let (d, n) = (curve.steps.n_event[step], curve.steps.n_risk[step]);
        gains[step][HAZARD] = Gain { at_risk: -d / (n * n), event: 1.0 / n };
        // Where S comes to 0, and after that, ln S has no derivative and no standard error.
        if curve.steps.estimate[step] > 0.0 {
            gains[step][LOG_SURV] = Gain { at_risk: d / (n * (n - d)), event: -1.0 / (n - d) };
        }
    }
    let variances = Rows::new(sample, cluster, &curve.steps.time).variance(&gains);
    let z = normal::z_of_level(options.conf_level).unwrap_or_default();
    for (step, variance) in variances.iter().enumerate() {
        let surv = curve.steps.estimate[step];
        let sigma = variance[LOG_SURV].sqrt();
        let (low, high) = interval::limits(options.conf_type, surv, sigma, z);
        curve.steps.std_error[step] = (surv > 0.0).then_some(surv * sigma);
        curve.steps.conf_low[step] = low;
        curve.steps.conf_high[step] = high;
    }
    curve.robust_hazard_error = Some(variances.iter().map(|variance| variance[HAZARD].sqrt()).collect());
    curve
}

/// Places of the two figures whose variance is found.
const LOG_SURV: usize = 0;
const HAZARD: usize = 1;

/// What the derivative of a row gains at a step.
#[derive(Debug, Clone, Copy, Default)]
struct Gain {
    /// Of every row at risk.
    at_risk: f64,
    /// More, of a row that has its event there.
    event: f64,
}

/// The rows of a sample in the order of the steps.
struct Rows<'a> {
    sample: &'a Sample<'a>,
    of: Vec<Row>,
    n_clusters: usize,
    /// Times of the steps.
    step: &'a [f64],
}

/// What is asked of a row when it leaves, side by side: rows leave in another order than the sample's.
#[derive(Clone, Copy)]
struct Row {
    weight: f64,
    cluster: u32,
    event: bool,
}

/// Sums over the clusters of squares and products, where the derivative of a cluster is slope·A + offset and A what a row
/// that is at risk from the beginning has gained; the slope, a sum of weights, is the same for both figures.
struct Clusters {
    of: Vec<Cluster>,
    slope_slope: f64,
    slope_offset: [f64; 2],
    offset_offset: [f64; 2],
}

/// The derivatives of one cluster, on one line of the processor's cache.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(32))]
struct Cluster {
    slope: f64,
    offset: [f64; 2],
}

impl Clusters {
    /// Clusters of rows that are all at risk from the beginning.
    fn of_rows(rows: &[Row], n: usize) -> Self {
        let mut of = vec![Cluster::default(); n];
        for row in rows {
            of[row.cluster as usize].slope += row.weight;
        }
        let slope_slope = of.iter().map(|cluster| cluster.slope * cluster.slope).sum();
        Self { of, slope_slope, slope_offset: [0.0; 2], offset_offset: [0.0; 2] }
    }

    /// Changes one cluster, and the sums with it.
    #[inline]
    fn change(&mut self, cluster: u32, slope: f64, offset: [f64; 2]) {
        let old = self.of[cluster as usize];
        let new_slope = old.slope + slope;
        let new_offset = [old.offset[0] + offset[0], old.offset[1] + offset[1]];
        self.slope_slope += new_slope * new_slope - old.slope * old.slope;
        for figure in [LOG_SURV, HAZARD] {
            let (was, is) = (old.offset[figure], new_offset[figure]);
            self.slope_offset[figure] += new_slope * is - old.slope * was;
            self.offset_offset[figure] += is * is - was * was;
        }
        self.of[cluster as usize] = Cluster { slope: new_slope, offset: new_offset };
    }

    /// The sums of squares of the derivatives.
    fn sum(&self, gained: [f64; 2]) -> [f64; 2] {
        [LOG_SURV, HAZARD].map(|figure| {
            let gained = gained[figure];
            let squares = gained * gained * self.slope_slope + 2.0 * gained * self.slope_offset[figure];
            (squares + self.offset_offset[figure]).max(0.0)
        })
    }
}

impl<'a> Rows<'a> {
    fn new(sample: &'a Sample, cluster: Option<&'a [u32]>, step: &'a [f64]) -> Self {
        let n_clusters = match cluster {
            Some(cluster) => cluster.iter().max().map_or(0, |&last| last as usize + 1),
            None => sample.len(),
        };
        let of_row = |row: usize| Row {
            weight: sample.weight_of(row),
            cluster: cluster.map_or(row as u32, |cluster| cluster[row]),
            event: sample.event[row],
        };
        Self { sample, of: (0..sample.len()).map(of_row).collect(), n_clusters, step }
    }

    /// The variances at each step: rows enter, gain and leave one by one, so that no step looks at all clusters.
    fn variance(&self, gains: &[[Gain; 2]]) -> Vec<[f64; 2]> {
        let (time, entry) = (self.sample.time, self.sample.entry);
        let at_start = if entry.is_some() { &[] } else { self.of.as_slice() };
        let mut clusters = Clusters::of_rows(at_start, self.n_clusters);
        let mut entering = entry.map(order::ascending).unwrap_or_default().into_iter().peekable();
        let leaving = order::ascending_runs(time);
        let mut leaving = leaving.runs().iter().peekable();
        let mut gained = [0.0; 2];
        let mut out = Vec::with_capacity(gains.len());
        for (&step, gain) in self.step.iter().zip(gains) {
            while let Some(row) = entering.next_if(|&row| entry.is_some_and(|entry| entry[row as usize] < step)) {
                let Row { weight, cluster, .. } = self.of[row as usize];
                clusters.change(cluster, weight, gained.map(|gained| -weight * gained));
            }
            for (gained, gain) in gained.iter_mut().zip(gain) {
                *gained += gain.at_risk;
            }
            while let Some(rows) = leaving.next_if(|rows| time[rows[0] as usize] <= step) {
                for &row in rows {
                    let Row { weight, cluster, event } = self.of[row as usize];
                    let lost = [LOG_SURV, HAZARD]
                        .map(|figure| weight * (gained[figure] + if event { gain[figure].event } else { 0.0 }));
                    clusters.change(cluster, -weight, lost);
                }
            }
            out.push(clusters.sum(gained));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::interval::ConfType;
    use crate::survival::kaplan_meier::Beyond;
    use crate::survival::lung::Lung;
    use crate::survival::nelson_aalen;

    const SAMPLE: Sample<'static> = Sample {
        entry: None,
        time: &[7.0, 5.0, 3.0, 9.0, 8.0, 5.0, 3.0, 12.0, 7.0, 12.0, 10.0, 3.0],
        event: &[true, true, false, true, false, true, true, false, false, true, true, true],
        weight: Some(&[0.5, 1.25, 2.0, 0.1, 0.7, 1.0, 3.0, 0.3, 0.2, 1.5, 0.6, 0.4]),
    };
    const ENTRY: [f64; 12] = [0.0, 2.0, 1.0, 0.0, 4.0, 3.0, 0.0, 5.0, 1.0, 6.0, 0.0, 2.0];

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() <= 1e-12 * want.abs().max(1e-3), "{got} instead of {want}");
    }

    /// The standard errors of ln S and of H at the steps.
    fn errors(curve: &Curve) -> (Vec<f64>, Vec<f64>) {
        let steps = &curve.steps;
        let sigma = steps.std_error.iter().zip(&steps.estimate).map(|(error, surv)| error.unwrap() / surv);
        (sigma.collect(), nelson_aalen::fit(curve).std_error)
    }

    fn check(curve: &Curve, log_surv: [f64; 7], hazard: [f64; 7]) {
        let (got_log_surv, got_hazard) = errors(curve);
        got_log_surv.iter().zip(log_surv).for_each(|(&got, want)| close(got, want));
        got_hazard.iter().zip(hazard).for_each(|(&got, want)| close(got, want));
    }

    /// tests/reference/curves.R
    #[test]
    fn weights_of_r() {
        let curve = fit(&SAMPLE, None, None, &KmOptions::default());
        check(
            &curve,
            [
                0.2859701213813572,
                0.4168845475284595,
                0.45817653287875226,
                0.45817653287875226,
                0.47541753396353503,
                0.6310042917129262,
                1.0680231982531183,
            ],
            [
                0.20178844062840354,
                0.2782603497064311,
                0.31941506093484556,
                0.31941506093484556,
                0.33685124076710604,
                0.4573300876641807,
                0.4103568418791506,
            ],
        );
        close(curve.steps.conf_low[6].unwrap(), 0.005771087742445946);
        close(curve.steps.conf_high[6].unwrap(), 0.3797201697677236);
    }

    #[test]
    fn late_entry_and_clusters_of_r() {
        let sample = Sample { entry: Some(&ENTRY), ..SAMPLE };
        check(
            &fit(&sample, None, None, &KmOptions::default()),
            [
                0.43896347387504225,
                0.6017935491594696,
                0.5995851417349406,
                0.5995851417349406,
                0.6052213566466353,
                0.6259568879625294,
                1.1807561230281116,
            ],
            [
                0.2535627519899313,
                0.3196139478808344,
                0.3277843725495528,
                0.3277843725495528,
                0.33593779049996664,
                0.38428023739002415,
                0.36774758862725726,
            ],
        );
        check(
            &fit(&sample, None, Some(&[0, 1, 2, 0, 3, 1, 4, 5, 2, 3, 4, 5]), &KmOptions::default()),
            [
                0.3993674228228724,
                0.5719852092884914,
                0.5686970959468165,
                0.5686970959468165,
                0.5735573730050725,
                0.7871015700347584,
                1.098966726269014,
            ],
            [
                0.2306904988976841,
                0.29025401829288905,
                0.297210779497228,
                0.297210779497228,
                0.3105479183208018,
                0.49334667893211553,
                0.4398549455304093,
            ],
        );
    }

    /// The vector of rule 18, and its neighbours from tests/reference/curves.R.
    #[test]
    fn weights_of_lung() {
        let lung = Lung::load();
        let sample = Sample { weight: Some(&lung.weight), ..lung.sample() };
        let curve = fit(&sample, None, None, &KmOptions::default());
        let error = |time| curve.at(time, Beyond::Null).std_error.unwrap();
        close(error(100.0), 0.02301989003778205);
        close(error(365.0), 0.03773519858234811);
        close(error(700.0), 0.03097722630822139);
    }

    #[test]
    fn greenwood_without_weights() {
        let lung = Lung::load();
        let options = KmOptions { conf_type: ConfType::LogLog, conf_level: 0.9 };
        let (robust, plain) = (fit(&lung.sample(), None, None, &options), kaplan_meier::fit(&lung.sample(), &options));
        for (robust, plain) in [
            (&robust.steps.std_error, &plain.steps.std_error),
            (&robust.steps.conf_low, &plain.steps.conf_low),
            (&robust.steps.conf_high, &plain.steps.conf_high),
        ] {
            robust.iter().zip(plain).for_each(|(robust, plain)| close(robust.unwrap(), plain.unwrap()));
        }
    }

    #[test]
    fn by_hand() {
        // One event of weight 1 among weights 1, 2: S = 2/3; ln S has the derivatives −1/3 and 2·1/(3·2) = 1/3, so the
        // variance is 2/9. Then the last has its event: S = 0.
        let sample = Sample { entry: None, time: &[1.0, 2.0], event: &[true, true], weight: Some(&[1.0, 2.0]) };
        let curve = fit(&sample, None, None, &KmOptions::default());
        close(curve.steps.std_error[0].unwrap(), 2.0 / 3.0 * (2.0f64 / 9.0).sqrt());
        assert_eq!((curve.steps.std_error[1], curve.steps.conf_low[1]), (None, None));
        // H = 1/3, 4/3: derivatives 1/3 − 1/9 = 2/9 and −2/9; then 1/2 − 2/4 = 0 more for the second.
        let hazard = nelson_aalen::fit(&curve).std_error;
        close(hazard[0], 8.0f64.sqrt() / 9.0);
        close(hazard[1], 8.0f64.sqrt() / 9.0);
        // Both rows one cluster: the derivatives cancel.
        let curve = fit(&sample, None, Some(&[0, 0]), &KmOptions::default());
        assert!(curve.steps.std_error[0].unwrap() < 1e-15);
    }

    #[test]
    fn without_rows_or_events() {
        let none = Sample { entry: None, time: &[], event: &[], weight: None };
        assert_eq!(fit(&none, None, None, &KmOptions::default()).steps.time.len(), 0);
        let censored = Sample { entry: Some(&[0.0, 1.0]), time: &[1.0, 2.0], event: &[false; 2], weight: None };
        let curve = fit(&censored, Some(&[true, false]), Some(&[0, 0]), &KmOptions::default());
        assert_eq!((curve.steps.std_error, curve.steps.conf_low), (vec![Some(0.0); 2], vec![Some(1.0); 2]));
        assert_eq!(curve.steps.n_leave, [1.0, 0.0]);
    }
}
