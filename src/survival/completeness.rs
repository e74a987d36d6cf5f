//! Completeness of follow-up: how much of the follow-up that was possible was observed.
//!
//! C = Σ observed / Σ possible (Clark, Altman and De Stavola 2002, Lancet 359:1309, doi:10.1016/S0140-6736(02)08272-7). A row that ended
//! in the event could not be followed for longer; any other could have been followed to the closing day.

/// C of one group. `observed` and `possible` are parallel, in any one unit, not negative, and a row's observed time is at most its
/// possible one. `None` where no follow-up was possible.
///
/// R: `sum(observed) / sum(possible)`.
pub fn index(observed: &[f64], possible: &[f64]) -> Option<f64> {
    let sum: f64 = possible.iter().sum();
    (sum > 0.0).then(|| observed.iter().sum::<f64>() / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_the_possible() {
        // Dead at 10; lost at 5 of 20; followed to the end at 15 of 15.
        let index = index(&[10.0, 5.0, 15.0], &[10.0, 20.0, 15.0]).expect("an index");
        assert!((index - 30.0 / 45.0).abs() < 1e-12);
        assert_eq!(super::index(&[3.0], &[3.0]), Some(1.0));
    }

    #[test]
    fn nothing_possible() {
        assert_eq!(index(&[], &[]), None);
        assert_eq!(index(&[0.0, 0.0], &[0.0, 0.0]), None);
    }
}
