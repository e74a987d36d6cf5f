//! Dashes: a line cut into the strokes that are painted, for devices that only know solid lines.

use crate::report::figure::scene::Point;

/// The solid strokes of a line with this pattern of dashes and gaps.
///
/// The pattern runs on around corners. An empty pattern, or one without a positive finite length, gives the line whole.
pub fn strokes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let period: f64 = pattern.iter().sum();
    if pattern.iter().any(|length| length.is_nan() || *length < 0.0) || !(period > 0.0 && period.is_finite()) {
        return if points.is_empty() { Vec::new() } else { vec![points.to_vec()] };
    }
    let mut out = Vec::new();
    let Some(&first) = points.first() else { return out };
    let mut stroke = vec![first];
    let (mut part, mut left) = (0, pattern[0]);
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let length = libm::hypot(x1 - x0, y1 - y0);
        if !(length > 0.0 && length.is_finite()) {
            continue;
        }
        let mut done = 0.0;
        while done + left < length {
            done += left;
            let place = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length);
            if part % 2 == 0 {
                stroke.push(place);
                out.push(std::mem::take(&mut stroke));
            } else {
                stroke = vec![place];
            }
            part += 1;
            left = pattern[part % pattern.len()];
        }
        left -= length - done;
        if part % 2 == 0 {
            stroke.push((x1, y1));
        }
    }
    if part % 2 == 0 && stroke.len() > 1 {
        out.push(stroke);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_by_hand() {
        assert_eq!(
            strokes(&[(0.0, 0.0), (10.0, 0.0)], &[4.0, 2.0]),
            [vec![(0.0, 0.0), (4.0, 0.0)], vec![(6.0, 0.0), (10.0, 0.0)]]
        );
    }

    #[test]
    fn the_pattern_runs_around_corners() {
        assert_eq!(
            strokes(&[(0.0, 0.0), (3.0, 0.0), (3.0, 5.0)], &[4.0, 2.0]),
            [vec![(0.0, 0.0), (3.0, 0.0), (3.0, 1.0)], vec![(3.0, 3.0), (3.0, 5.0)]]
        );
    }

    #[test]
    fn an_odd_pattern_alternates() {
        let lengths: Vec<f64> =
            strokes(&[(0.0, 0.0), (9.0, 0.0)], &[2.0, 1.0, 3.0]).iter().map(|s| s[s.len() - 1].0 - s[0].0).collect();
        assert_eq!(lengths, [2.0, 3.0, 1.0]);
    }

    #[test]
    fn solid_and_degenerate_lines() {
        let line = [(0.0, 0.0), (1.0, 1.0)];
        assert_eq!(strokes(&line, &[]), [line.to_vec()]);
        assert_eq!(strokes(&line, &[0.0, 0.0]), [line.to_vec()]);
        assert_eq!(strokes(&line, &[f64::NAN, 1.0]), [line.to_vec()]);
        assert!(strokes(&[], &[1.0]).is_empty());
        assert!(strokes(&[(1.0, 1.0), (1.0, 1.0)], &[1.0, 1.0]).iter().all(|stroke| stroke.len() > 1));
    }
}
