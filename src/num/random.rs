//! Pseudo-random numbers that are the same on every platform for the same seed.

/// The generator xoshiro256** (Blackman and Vigna 2021, ACM Trans Math Softw 47:36), period 2²⁵⁶ − 1. Not for secrets.
#[derive(Debug, Clone)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// A generator whose state is filled from `seed` by splitmix64 (Steele, Lea and Flood 2014, OOPSLA), as its authors advise.
    pub fn new(seed: u64) -> Self {
        let mut at = seed;
        Self { state: [0; 4].map(|_: u64| splitmix(&mut at)) }
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        let s = &mut self.state;
        let out = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        out
    }

    /// A whole number below `end`, each equally likely; 0 when `end` is 0 or 1. Draws that would favour small numbers are thrown
    /// away.
    pub fn below(&mut self, end: u64) -> u64 {
        if end < 2 {
            return 0;
        }
        // The largest multiple of `end`, less 1: 2⁶⁴ mod `end` values at the top are one too many for some remainders.
        let last = u64::MAX - (u64::MAX % end + 1) % end;
        loop {
            let draw = self.next_u64();
            if draw <= last {
                return draw % end;
            }
        }
    }

    /// Puts `values` into an order, each order equally likely (Fisher and Yates; Durstenfeld 1964).
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

/// The next output of splitmix64.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outputs that the authors' programs give.
    #[test]
    fn known_outputs() {
        let mut state = 0;
        assert_eq!(
            [0; 3].map(|_: u64| splitmix(&mut state)),
            [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]
        );
        // By hand from the state 1, 2, 3, 4: rotl(2·5, 7)·9 = 11520; then s₁ = 2 ^ 3 ^ 1 = 0.
        let mut random = Random { state: [1, 2, 3, 4] };
        assert_eq!(random.next_u64(), 11520);
        assert_eq!(random.next_u64(), 0);
        assert_eq!(random.next_u64(), 1_509_978_240);
    }

    #[test]
    fn below_is_even_and_in_range() {
        let mut random = Random::new(7);
        let mut counts = [0_u32; 6];
        (0..60_000).for_each(|_| counts[random.below(6) as usize] += 1);
        // Six standard deviations of a binomial count.
        assert!(counts.iter().all(|&count| count.abs_diff(10_000) < 550), "{counts:?}");
        assert_eq!((random.below(0), random.below(1)), (0, 0));
        assert!((0..100).all(|_| random.below(u64::MAX / 2 + 2) < u64::MAX / 2 + 2));
    }

    #[test]
    fn shuffles_are_orders_and_depend_on_the_seed() {
        let shuffled = |seed| {
            let mut values: Vec<u32> = (0..20).collect();
            Random::new(seed).shuffle(&mut values);
            values
        };
        assert_eq!(shuffled(1), shuffled(1));
        assert_ne!(shuffled(1), shuffled(2));
        let mut sorted = shuffled(3);
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..20));
        // All six orders of three, equally often.
        let mut random = Random::new(11);
        let mut counts = std::collections::HashMap::new();
        for _ in 0..6000 {
            let mut values = [0, 1, 2];
            random.shuffle(&mut values);
            *counts.entry(values).or_insert(0_u32) += 1;
        }
        assert!(counts.len() == 6 && counts.values().all(|&count| count.abs_diff(1000) < 180));
        Random::new(1).shuffle::<u8>(&mut []);
    }
}
