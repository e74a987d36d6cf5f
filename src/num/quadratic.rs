//! Quadratic forms of a generalised inverse.

/// Columns whose pivot falls below this part of their own variance are linear combinations of the others.
const TOLERANCE: f64 = 1e-10;

/// uᵀV⁻u and the rank of V, for a symmetric positive semidefinite V (k × k, row by row) and u in its column space.
///
/// V is reduced by Cholesky's factorisation with the largest pivot first; what is left is zero up to rounding and is
/// left out, which gives the same value as any generalised inverse. Time k³.
pub fn form(u: &[f64], v: &[f64]) -> (f64, usize) {
    let k = u.len();
    let (mut u, mut v) = (u.to_vec(), v.to_vec());
    let scale: Vec<f64> = (0..k).map(|j| v[j * k + j]).collect();
    let mut open: Vec<usize> = (0..k).filter(|&j| scale[j] > 0.0).collect();
    let (mut value, mut rank) = (0.0, 0);
    loop {
        // The first of the largest, relative to the variance it began with.
        let mut best: Option<(usize, f64)> = None;
        for (position, &j) in open.iter().enumerate() {
            let pivot = v[j * k + j] / scale[j];
            if pivot > TOLERANCE && best.is_none_or(|(_, largest)| pivot > largest) {
                best = Some((position, pivot));
            }
        }
        let Some((position, _)) = best else { return (value, rank) };
        let p = open.remove(position);
        let pivot = v[p * k + p];
        value += u[p] * u[p] / pivot;
        rank += 1;
        for &i in &open {
            let factor = v[i * k + p] / pivot;
            u[i] -= factor * u[p];
            for &j in &open {
                v[i * k + j] -= factor * v[p * k + j];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_rank_by_hand() {
        // V = [[4, 2], [2, 3]], V⁻¹ = [[3, −2], [−2, 4]]/8, u = (1, 2): (3 − 8 + 16)/8.
        let (value, rank) = form(&[1.0, 2.0], &[4.0, 2.0, 2.0, 3.0]);
        assert!((value - 11.0 / 8.0).abs() < 1e-15);
        assert_eq!(rank, 2);
    }

    #[test]
    fn singular_by_hand() {
        // The log-rank's V has rows that sum to 0; u = (3, −1, −2) lies in its column space.
        let v = [2.0, -1.0, -1.0, -1.0, 2.0, -1.0, -1.0, -1.0, 2.0];
        let (value, rank) = form(&[3.0, -1.0, -2.0], &v);
        // Without the last group: [[2, −1], [−1, 2]]⁻¹ = [[2, 1], [1, 2]]/3, u = (3, −1): (18 − 6 + 2)/3.
        assert!((value - 14.0 / 3.0).abs() < 1e-14);
        assert_eq!(rank, 2);
        assert_eq!(form(&[0.0, 0.0], &[0.0; 4]), (0.0, 0));
        assert_eq!(form(&[], &[]), (0.0, 0));
    }
}
