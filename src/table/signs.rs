//! Where the signs stand that divide a text into records and cells: 64 bytes at a time.

/// Bytes of a block: the bits of a mask.
const BLOCK: usize = 64;

/// Finds delimiters and line breaks, forward only.
#[derive(Debug)]
pub(super) struct Signs<'a> {
    bytes: &'a [u8],
    delimiter: u8,
    /// Where the block starts.
    block: usize,
    /// The signs of the block that were not passed yet, a bit a byte.
    mask: u64,
}

impl<'a> Signs<'a> {
    pub fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        let mut signs = Self { bytes, delimiter, block: 0, mask: 0 };
        signs.seek(0);
        signs
    }

    /// Goes to `at`, which is not before what was passed.
    pub fn seek(&mut self, at: usize) {
        self.block = at;
        self.mask = self.mask_at(at);
    }

    fn mask_at(&self, at: usize) -> u64 {
        let rest = self.bytes.get(at..).unwrap_or_default();
        if let Some(block) = rest.first_chunk() {
            return mask(block, self.delimiter);
        }
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        // Zeros behind the end are no signs.
        mask(&block, self.delimiter) & ((1 << rest.len()) - 1)
    }

    /// The place of the next sign.
    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.mask == 0 {
            self.block += BLOCK;
            if self.block >= self.bytes.len() {
                return None;
            }
            self.mask = self.mask_at(self.block);
        }
        let at = self.block + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        Some(at)
    }

    /// Splits the record at `start`, where this stands, into `cells` (start and end, without quotes) if its line end is there and its
    /// quotes hold neither quotes nor line breaks: the place of the line break, and where the next record starts. Else this is
    /// somewhere after `start`, and `cells` has some of the cells.
    #[inline]
    pub fn record(&mut self, start: usize, cells: &mut Vec<(usize, usize)>) -> Option<(usize, usize)> {
        let mut from = start;
        loop {
            let mut at = self.next()?;
            if self.bytes[from] == b'"' {
                let end = self.closing(from + 1, &mut at)?;
                cells.push((from + 1, end));
            } else {
                cells.push((from, at));
            }
            if self.bytes[at] == self.delimiter {
                from = at + 1;
                continue;
            }
            // A CR at the end of a piece may be the first half of a line end.
            return match (self.bytes[at], self.bytes.get(at + 1)) {
                (b'\r', None) => None,
                (b'\r', Some(b'\n')) => self.next().map(|_| (at, at + 2)),
                _ => Some((at, at + 1)),
            };
        }
    }

    /// Where the quote of the cell whose text starts at `from` closes, the sign right behind it being put into `at`.
    fn closing(&mut self, from: usize, at: &mut usize) -> Option<usize> {
        let end = from + memchr::memchr(b'"', &self.bytes[from..])?;
        while *at < end {
            if self.bytes[*at] != self.delimiter {
                return None;
            }
            *at = self.next()?;
        }
        (*at == end + 1).then_some(end)
    }
}

/// The bytes of `block` that are the delimiter, LF or CR, the first one in the lowest bit.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn mask(block: &[u8; BLOCK], delimiter: u8) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const LOW: u64 = 0x7f * ONES;
    let needles = [delimiter, b'\n', b'\r'].map(|byte| u64::from(byte) * ONES);
    let mut mask = 0;
    for (i, word) in block.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // The upper bit of each byte of which all needles differ.
        let others = needles.iter().fold(u64::MAX, |others, needle| {
            let differs = word ^ needle;
            others & (((differs & LOW) + LOW) | differs)
        });
        // The eight upper bits side by side: the sum has no carries.
        let bits = ((!others & !LOW) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= bits << (8 * i);
    }
    mask
}

/// The same by vectors of 128 bits.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
fn mask(block: &[u8; BLOCK], delimiter: u8) -> u64 {
    use std::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, u64x2, v128_or};
    let needles = [delimiter, b'\n', b'\r'].map(|byte| u8x16_splat(byte));
    let mut mask = 0;
    for (i, words) in block.as_chunks::<8>().0.as_chunks::<2>().0.iter().enumerate() {
        let [low, high] = words.map(u64::from_le_bytes);
        let part = u64x2(low, high);
        let [a, b, c] = needles.map(|needle| u8x16_eq(part, needle));
        mask |= u64::from(u8x16_bitmask(v128_or(v128_or(a, b), c))) << (16 * i);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_told_apart() {
        for delimiter in [b',', b';', b'\t', b'|', b':', 0x7f] {
            for byte in 0..=u8::MAX {
                for at in [0, 1, 7, 8, 31, 63] {
                    let mut block = [b'x'; BLOCK];
                    block[at] = byte;
                    let is_sign = byte == delimiter || byte == b'\n' || byte == b'\r';
                    assert_eq!(mask(&block, delimiter), if is_sign { 1 << at } else { 0 }, "{byte} at {at}");
                }
            }
        }
        assert_eq!(mask(&[b','; BLOCK], b','), u64::MAX);
    }

    #[test]
    fn records_of_every_line_end() {
        let text = b"a,bc\r\n\n,\rd\ne,f\"\n";
        let mut signs = Signs::new(text, b',');
        let (mut at, mut cells, mut found) = (0, Vec::new(), Vec::new());
        while let Some((end, next)) = signs.record(at, &mut cells) {
            let texts = cells.iter().map(|&(from, to)| str::from_utf8(&text[from..to]).unwrap());
            found.push((end, texts.collect::<Vec<_>>().join("|")));
            (at, cells) = (next, Vec::new());
        }
        let expected = [(4, "a|bc"), (6, ""), (8, "|"), (10, "d"), (15, "e|f\"")];
        assert_eq!(found, expected.map(|(end, cells)| (end, cells.to_owned())));
        assert_eq!(at, text.len());
    }

    #[test]
    fn records_that_need_a_closer_look() {
        let record = |text: &[u8]| Signs::new(text, b',').record(0, &mut Vec::new());
        for text in [&b""[..], b"a,b", b"a,b\r", b"a,\"b", b"\"a\"\"\",b\n", b"\"a\"x,b\n", b"\"a\nb\",c\n"] {
            assert_eq!(record(text), None, "{text:?}");
        }
        // Longer than a block, and after a place that was sought.
        let text = [&[b'x'; 200][..], b",y\n1,2\n"].concat();
        let (mut signs, mut cells) = (Signs::new(&text, b','), Vec::new());
        assert_eq!(signs.record(0, &mut cells), Some((202, 203)));
        assert_eq!(cells, [(0, 200), (201, 202)]);
        signs.seek(203);
        assert_eq!(signs.record(203, &mut cells), Some((206, 207)));
    }

    proptest::proptest! {
        /// What is split here is split as elsewhere.
        #[test]
        fn records_are_those_of_the_thorough_way(
            parts in proptest::collection::vec(proptest::sample::select(&["a", ",", ",", "\"", "\"", "\n", "\r", "\r\n", " ", "é", "xxxxxxxxxxxxxxxx"][..]), 0..60),
        ) {
            let text = parts.concat();
            let mut signs = Signs::new(text.as_bytes(), b',');
            let mut at = 0;
            while at < text.len() {
                let (mut cells, mut thorough, mut unquoted) = (Vec::new(), Vec::new(), String::new());
                let record = crate::table::dialect::split(&text, at, b',', &mut thorough, &mut unquoted);
                let after = record.end + if text[record.end..].starts_with("\r\n") { 2 } else { 1 };
                if let Some((end, next)) = signs.record(at, &mut cells) {
                    proptest::prop_assert_eq!((end, next, 0), (record.end, after, record.n_breaks));
                    let cells = cells.iter().map(|&(from, to)| &text[from..to]);
                    let thorough = thorough.iter().map(|&(is_unquoted, from, to)| if is_unquoted { &unquoted[from..to] } else { &text[from..to] });
                    proptest::prop_assert!(cells.eq(thorough));
                } else {
                    signs.seek(after);
                }
                at = after;
            }
        }
    }
}
