//! The exponential of many numbers at once.

/// Numbers beyond this, either way, are left to `libm`: their exponential is near the ends of the range.
const FAR: f64 = 700.0;
/// 1.5 · 2⁵²: added to a small number it leaves the nearest whole number in the low bits.
const WHOLE: f64 = 6755399441055744.0;
/// log 2 in two parts, the first with so few bits that its multiples by a whole number up to 2¹⁰ are exact.
const LN_2: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];
/// Numbers that are worked on side by side.
const LANES: usize = 8;

/// exp of each number, within 2⁻⁵² of its size. R: `exp(x)`.
///
/// exp(k log 2 + r) = 2ᵏ exp(r), |r| ≤ log 2 / 2, by the series of exp to r¹³, whose rest is below 2⁻⁵⁷ (Muller 2016, *Elementary
/// Functions*, chapter 11). Nothing but sums and products, without a branch, so that the compiler works on several numbers at
/// once and every platform gives the same bits.
pub fn in_place(values: &mut [f64]) {
    let (eights, rest) = values.as_chunks_mut::<LANES>();
    for eight in eights {
        if eight.iter().all(|value| value.abs() < FAR) {
            *eight = eight.map(near);
        } else {
            *eight = eight.map(any);
        }
    }
    for value in rest {
        *value = any(*value);
    }
}

fn any(x: f64) -> f64 {
    if x.abs() < FAR { near(x) } else { libm::exp(x) }
}

#[inline(always)]
fn near(x: f64) -> f64 {
    let shifted = x * std::f64::consts::LOG2_E + WHOLE;
    let k = shifted - WHOLE;
    let r = (x - k * LN_2[0]) - k * LN_2[1];
    // 1/2! … 1/13!, in pairs, which the processor need not wait for.
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (1.0 / 2.0 + r * (1.0 / 6.0)) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0));
    let middle = (1.0 / 720.0 + r * (1.0 / 5040.0)) + r2 * (1.0 / 40_320.0 + r * (1.0 / 362_880.0));
    let high =
        (1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0)) + r2 * (1.0 / 479_001_600.0 + r * (1.0 / 6_227_020_800.0));
    let series = 1.0 + (r + r2 * (low + r4 * (middle + r4 * high)));
    // k stands in the low bits; in the place of an exponent it multiplies by 2ᵏ.
    series * f64::from_bits((shifted.to_bits() << 52).wrapping_add(1023 << 52))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_libm() {
        let mut worst = 0.0_f64;
        for i in -720_000..720_000 {
            let x = f64::from(i) * 1e-3 + f64::from(i % 7) * 1e-5;
            let mut values = [x; 9];
            in_place(&mut values);
            let expected = libm::exp(x);
            assert_eq!(values, [values[0]; 9]);
            if expected.is_normal() {
                worst = worst.max((values[0] - expected).abs() / expected);
            } else {
                assert_eq!(values[0].to_bits(), expected.to_bits());
            }
        }
        assert!(worst <= 2.0 * f64::EPSILON, "{worst}");
    }

    #[test]
    fn keeps_what_is_exact_or_without_bounds() {
        let mut values = [0.0, f64::NEG_INFINITY, f64::INFINITY, 1e9, -1e9, -0.0, 710.0, 1e-320];
        in_place(&mut values);
        assert_eq!(values, [1.0, 0.0, f64::INFINITY, f64::INFINITY, 0.0, 1.0, f64::INFINITY, 1.0]);
        let mut undefined = [f64::NAN; 9];
        in_place(&mut undefined);
        assert!(undefined.iter().all(|value| value.is_nan()));
    }
}
