//! Symmetric matrices as the information matrix needs them: factored in the order of the columns, passing over a column
//! that depends on the columns before it.

use nalgebra::DMatrix;

/// Index of (i, j), j ≤ i, in a lower triangle stored row by row.
pub(super) fn packed(i: usize, j: usize) -> usize {
    i * (i + 1) / 2 + j
}

/// The principal submatrix of a packed matrix.
pub(super) fn submatrix(matrix: &[f64], keep: &[usize]) -> Vec<f64> {
    let mut out = Vec::with_capacity(packed(keep.len(), 0));
    for (a, &i) in keep.iter().enumerate() {
        out.extend(keep[..=a].iter().map(|&j| matrix[packed(i.max(j), i.min(j))]));
    }
    out
}

/// A = LDLᵀ with unit lower triangular L; a dependent column has D = 0.
#[derive(Debug, Clone)]
pub(super) struct Factor {
    p: usize,
    lower: Vec<f64>,
    diagonal: Vec<f64>,
    /// Columns that depend on the columns before them.
    pub dependent: Vec<usize>,
}

/// A column depends on the ones before it when they leave less than this share of its variance.
const SHARE: f64 = 1e-11;

impl Factor {
    /// Factors a packed matrix. A diagonal element at or below `floor` counts as zero.
    pub fn new(matrix: &[f64], p: usize, floor: f64) -> Self {
        let mut lower = matrix.to_vec();
        let mut diagonal = vec![0.0; p];
        let mut dependent = Vec::new();
        for j in 0..p {
            let own = matrix[packed(j, j)];
            let mut pivot = own;
            for (k, d) in diagonal[..j].iter().enumerate() {
                pivot -= lower[packed(j, k)] * lower[packed(j, k)] * d;
            }
            let holds = own > floor && pivot > SHARE * own;
            diagonal[j] = if holds { pivot } else { 0.0 };
            if !holds {
                dependent.push(j);
            }
            lower[packed(j, j)] = 1.0;
            for i in j + 1..p {
                let mut sum = lower[packed(i, j)];
                for (k, d) in diagonal[..j].iter().enumerate() {
                    sum -= lower[packed(i, k)] * lower[packed(j, k)] * d;
                }
                lower[packed(i, j)] = if holds { sum / pivot } else { 0.0 };
            }
        }
        Self { p, lower, diagonal, dependent }
    }

    /// A solution of Ax = b, 0 at dependent columns.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let mut x = b.to_vec();
        for i in 0..self.p {
            for j in 0..i {
                x[i] -= self.lower[packed(i, j)] * x[j];
            }
        }
        for (x, &d) in x.iter_mut().zip(&self.diagonal) {
            *x = if d > 0.0 { *x / d } else { 0.0 };
        }
        self.back(&mut x);
        x
    }

    /// Solves Lᵀx = x in place.
    fn back(&self, x: &mut [f64]) {
        for i in (0..self.p).rev() {
            for j in i + 1..self.p {
                x[i] -= self.lower[packed(j, i)] * x[j];
            }
        }
    }

    /// bᵀA⁻b.
    pub fn quadratic_form(&self, b: &[f64]) -> f64 {
        self.solve(b).iter().zip(b).map(|(x, b)| x * b).sum()
    }

    /// log |A|; −∞ where a column is dependent.
    pub fn log_determinant(&self) -> f64 {
        self.diagonal.iter().map(|&d| libm::log(d)).sum()
    }

    /// The inverse, 0 in the rows and columns of dependent columns.
    pub fn inverse(&self) -> DMatrix<f64> {
        let mut out = DMatrix::zeros(self.p, self.p);
        for j in (0..self.p).filter(|&j| self.diagonal[j] > 0.0) {
            let mut unit = vec![0.0; self.p];
            unit[j] = 1.0;
            for (i, value) in self.solve(&unit).into_iter().enumerate() {
                out[(i, j)] = value;
            }
        }
        // The two triangles differ in the last digit; one of them is kept.
        out.fill_upper_triangle_with_lower_triangle();
        out
    }

    /// The combination of the independent columns before it that a dependent column equals.
    pub fn combination(&self, dependent: usize) -> Vec<f64> {
        let mut out: Vec<f64> =
            (0..self.p).map(|k| if k < dependent { self.lower[packed(dependent, k)] } else { 0.0 }).collect();
        for (value, &d) in out.iter_mut().zip(&self.diagonal) {
            if d <= 0.0 {
                *value = 0.0;
            }
        }
        self.back(&mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_over_a_column_that_is_the_sum_of_two_others() {
        // Gram matrix of (1,0,0), (1,1,0), their sum, and (0,0,2).
        let columns = [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [2.0, 1.0, 0.0], [0.0, 0.0, 2.0]];
        let dot = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let gram: Vec<f64> =
            (0..4).flat_map(|i| (0..=i).map(move |j| (i, j))).map(|(i, j)| dot(&columns[i], &columns[j])).collect();
        let factor = Factor::new(&gram, 4, 0.0);
        assert_eq!(factor.dependent, [2]);
        assert_eq!(factor.combination(2), [1.0, 1.0, 0.0, 0.0]);
        assert_eq!(factor.solve(&[1.0, 1.0, 2.0, 4.0]), [1.0, 0.0, 0.0, 1.0]);
        let inverse = factor.inverse();
        assert_eq!((inverse[(0, 0)], inverse[(0, 1)], inverse[(1, 1)]), (2.0, -1.0, 1.0));
        assert_eq!((inverse[(2, 2)], inverse[(3, 3)]), (0.0, 0.25));
    }
}
