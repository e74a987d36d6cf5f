//! The sandwich covariance of Lin & Wei 1989, JASA 84:1074-1078, clustered as in Lee, Wei & Amato 1992: linear time.
//!
//! Each row's score residual U_i = ∫ (x_i − x̄(t)) dM_i(t) (Therneau & Grambsch 2000, section 7.2; under Efron's ties the
//! deaths of one time see the fractions c_l of the hazard). R: `residuals(fit, "dfbeta", weighted = TRUE)`, crossed.

use nalgebra::DMatrix;

use super::Ties;
use super::arrangement::Arrangement;
use super::likelihood::{risks, shares};
use super::risk_set::{AtTime, Visitor, sweep};

/// Clusters, and the sandwich on the standardised scale; `covariance` is the model-based one at the same β. `cluster` is
/// by row of the sample, `None`: each row on its own.
pub(super) fn sandwich(
    rows: &Arrangement,
    ties: Ties,
    beta: &[f64],
    covariance: &DMatrix<f64>,
    cluster: Option<&[u32]>,
) -> (usize, DMatrix<f64>) {
    let p = rows.p;
    let residuals = row_residuals(rows, ties, beta).score;
    let mut order: Vec<usize> = (0..rows.n).collect();
    let cluster_of = |row: usize| cluster.map_or(row, |cluster| cluster[rows.original[row]] as usize);
    order.sort_by_key(|&row| (cluster_of(row), row));
    let mut meat = DMatrix::zeros(p, p);
    let mut clusters = 0;
    let mut sum = vec![0.0; p];
    for members in order.chunk_by(|&a, &b| cluster_of(a) == cluster_of(b)) {
        clusters += 1;
        sum.fill(0.0);
        for &row in members {
            for (sum, value) in sum.iter_mut().zip(&residuals[row * p..(row + 1) * p]) {
                *sum += value;
            }
        }
        for i in 0..p {
            for j in 0..p {
                meat[(i, j)] += sum[i] * sum[j];
            }
        }
    }
    let mut out = covariance * meat * covariance;
    out.fill_upper_triangle_with_lower_triangle();
    (clusters, out)
}

/// The residuals of each row, times its weight, in the order of the arrangement.
pub(super) struct RowResiduals {
    /// Score residuals, row by row.
    pub score: Vec<f64>,
    /// Martingale residuals: the event less the hazard that the row has seen.
    pub martingale: Vec<f64>,
}

/// The residuals at these coefficients, in one sweep.
pub(super) fn row_residuals(rows: &Arrangement, ties: Ties, beta: &[f64]) -> RowResiduals {
    let predictor = rows.linear_predictor(beta);
    let risk = risks(rows, &predictor);
    let p = rows.p;
    let mut residuals = Residuals {
        rows,
        ties,
        risk: &risk,
        out: vec![0.0; rows.n * p],
        martingale: vec![0.0; rows.n],
        hazard: 0.0,
        mean_hazard: vec![0.0; p],
        present: vec![false; rows.n],
        joined: Vec::new(),
    };
    sweep(rows, &risk, &mut residuals);
    RowResiduals { score: residuals.out, martingale: residuals.martingale }
}

struct Residuals<'a> {
    rows: &'a Arrangement,
    ties: Ties,
    risk: &'a [f64],
    out: Vec<f64>,
    martingale: Vec<f64>,
    /// Hazard after the time that the sweep is at: Σ dΛ.
    hazard: f64,
    /// The same with the mean of each moment: Σ x̄ dΛ.
    mean_hazard: Vec<f64>,
    present: Vec<bool>,
    joined: Vec<usize>,
}

impl Residuals<'_> {
    /// Adds `sign` · r ∫ (x − x̄) dΛ over the times that the sweep has passed.
    fn pass(&mut self, row: usize, sign: f64) {
        let factor = sign * self.risk[row];
        self.martingale[row] += factor * self.hazard;
        let p = self.rows.p;
        let out = &mut self.out[row * p..(row + 1) * p];
        for ((out, x), mean) in out.iter_mut().zip(self.rows.row(row)).zip(&self.mean_hazard) {
            *out += factor * (x * self.hazard - mean);
        }
    }
}

impl Visitor for Residuals<'_> {
    fn join(&mut self, row: usize) {
        self.pass(row, 1.0);
        self.present[row] = true;
        self.joined.push(row);
    }

    fn leave(&mut self, row: usize) {
        self.pass(row, -1.0);
        self.present[row] = false;
    }

    fn at(&mut self, at: AtTime<'_>) {
        let AtTime { others, dead, deaths, .. } = at;
        let p = self.rows.p;
        // Hazard of the others and of the dead; Σ m, and its part that lies toward the mean of the dead.
        let (mut hazard, mut hazard_dead, mut terms, mut toward) = (0.0, 0.0, 0.0, 0.0);
        let (mut toward_hazard, mut toward_hazard_dead) = (0.0, 0.0);
        for (c, m) in shares(self.ties, self.rows, deaths.clone()) {
            let total = others.total + c * dead.total;
            let part = c * dead.total / total;
            terms += m;
            toward += m * part;
            hazard += m / total;
            hazard_dead += m * c / total;
            toward_hazard += m * part / total;
            toward_hazard_dead += m * c * part / total;
        }
        for row in deaths.clone() {
            self.martingale[row] += self.rows.weight[row] + self.risk[row] * (hazard - hazard_dead);
        }
        for k in 0..p {
            let from = if others.total > 0.0 { others.mean[k] } else { dead.mean[k] };
            let step = dead.mean[k] - from;
            let mean = from + step * toward / terms;
            let mean_hazard = from * hazard + step * toward_hazard;
            let mean_hazard_dead = from * hazard_dead + step * toward_hazard_dead;
            for row in deaths.clone() {
                let x = self.rows.x[row * p + k];
                // The row goes on as if it saw all of this time's hazard; the difference is put right here.
                self.out[row * p + k] += self.rows.weight[row] * (x - mean)
                    + self.risk[row] * (x * (hazard - hazard_dead) - (mean_hazard - mean_hazard_dead));
            }
            self.mean_hazard[k] += mean_hazard;
        }
        self.hazard += hazard;
    }

    fn end(&mut self) {
        for row in std::mem::take(&mut self.joined) {
            if self.present[row] {
                self.pass(row, -1.0);
            }
        }
        self.hazard = 0.0;
        self.mean_hazard.fill(0.0);
    }
}
