//! In place of the library of this name: the check sums of ZIP archives (CRC-32 of ISO 3309), four bits at a time.

#![forbid(unsafe_code)]

/// What four bits, pushed out, add to the sum.
const TABLE: [u32; 16] = {
    let mut table = [0; 16];
    let mut bits = 0;
    while bits < 16 {
        let mut sum = bits as u32;
        let mut n = 0;
        while n < 4 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
            n += 1;
        }
        table[bits] = sum;
        bits += 1;
    }
    table
};

/// The sum of `bytes`.
pub fn hash(bytes: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    hasher.finalize()
}

/// A sum that grows.
#[derive(Debug, Clone, Default)]
pub struct Hasher {
    sum: u32,
    length: u64,
}

impl Hasher {
    /// The sum of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes on from a sum.
    pub fn new_with_initial(sum: u32) -> Self {
        Self::new_with_initial_len(sum, 0)
    }

    /// Goes on from a sum of so many bytes.
    pub fn new_with_initial_len(sum: u32, length: u64) -> Self {
        Self { sum, length }
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.sum = !bytes.iter().fold(!self.sum, |sum, &byte| step(sum ^ u32::from(byte)));
        self.length += bytes.len() as u64;
    }

    /// The sum.
    pub fn finalize(self) -> u32 {
        self.sum
    }

    /// Begins anew.
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// Adds what another one was given.
    pub fn combine(&mut self, other: &Self) {
        self.sum = (0..other.length).fold(self.sum, |sum, _| step(sum)) ^ other.sum;
        self.length += other.length;
    }
}

/// Pushes eight bits out.
fn step(sum: u32) -> u32 {
    let half = |sum: u32| sum >> 4 ^ TABLE[(sum & 15) as usize];
    half(half(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bit by bit, as the standard says it.
    fn by_definition(bytes: &[u8]) -> u32 {
        let mut sum = !0u32;
        for byte in bytes {
            for bit in 0..8 {
                let out = (sum ^ u32::from(byte >> bit)) & 1;
                sum = sum >> 1 ^ if out == 1 { 0xedb8_8320 } else { 0 };
            }
        }
        !sum
    }

    #[test]
    fn sums_are_those_of_the_standard() {
        // The check value of every catalogue of such sums.
        assert_eq!(hash(b"123456789"), 0xcbf4_3926);
        assert_eq!(hash(b""), 0);
        let bytes: Vec<u8> = (0..1000u32).map(|i| (i * i % 251) as u8).collect();
        for n in [1, 2, 15, 16, 17, 255, 1000] {
            assert_eq!(hash(&bytes[..n]), by_definition(&bytes[..n]), "{n}");
        }
    }

    #[test]
    fn in_pieces_and_joined() {
        let bytes: Vec<u8> = (0..300u32).map(|i| (7 * i % 256) as u8).collect();
        for cut in [0, 1, 100, 300] {
            let (mut first, mut second) = (Hasher::new(), Hasher::new());
            first.update(&bytes[..cut]);
            second.update(&bytes[cut..]);
            let mut on = Hasher::new_with_initial(first.clone().finalize());
            on.update(&bytes[cut..]);
            first.combine(&second);
            assert_eq!((on.finalize(), first.finalize()), (hash(&bytes), hash(&bytes)), "{cut}");
        }
    }
}
