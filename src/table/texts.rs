//! Many texts in little memory: one after the other in one buffer, and those that repeat as numbers.

/// Texts in one buffer, and the end of each in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    text: String,
    ends: Vec<u32>,
}

/// The memory does not suffice.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoMemory;

/// Bytes that are copied at once where the text around allows it: a copy of known length is no call.
const WINDOW: usize = 16;

impl Texts {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text at `index`, from 0.
    pub fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.text[start..self.ends[index] as usize]
    }

    /// All texts, one after the other.
    pub fn joined(&self) -> &str {
        &self.text
    }

    /// Adds `around[start..end]`, unless the memory does not suffice or all texts are over 4 GB.
    pub fn try_push(&mut self, around: &str, start: usize, end: usize) -> Result<(), NoMemory> {
        let n = end - start;
        let total = self.text.len() + n;
        let mark = u32::try_from(total).map_err(|_| NoMemory)?;
        self.text.try_reserve(n.max(WINDOW)).map_err(|_| NoMemory)?;
        self.ends.try_reserve(1).map_err(|_| NoMemory)?;
        match around.get(start..start + WINDOW) {
            Some(window) if n <= WINDOW => {
                self.text.push_str(window);
                self.text.truncate(total);
            }
            _ => self.text.push_str(&around[start..end]),
        }
        self.ends.push(mark);
        Ok(())
    }

    /// Bytes that the texts take.
    pub fn memory(&self) -> usize {
        self.text.capacity() + 4 * self.ends.capacity()
    }
}

/// Distinct texts, each with a number: its place in the order of appearance.
#[derive(Debug, Clone, Default)]
pub(super) struct Dictionary {
    texts: Texts,
    /// Of each text what two texts are compared by.
    keys: Vec<Key>,
    /// Places by hash, open addressing, at most a quarter of them taken: 0, or the number of a text and 1.
    slots: Vec<u16>,
    /// The same for texts of one byte, by that byte; without slots where there is no such text.
    single: Vec<u16>,
}

/// Texts that a dictionary holds: a number and 1 has 16 bits.
const MAX_TEXTS: usize = 65_535;
/// Texts from which on a dictionary must be worth its while.
const MANY_TEXTS: usize = 4096;
/// Rows to a text that make it so.
const ROWS_PER_TEXT: usize = 8;
/// Slots that are looked at: many texts with one hash, made on purpose, do not take quadratic time.
const MAX_PROBES: usize = 256;

/// Why a text has no number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Too many distinct texts.
    Full,
    Memory,
}

/// A text of up to 15 bytes and its length; of a longer text a hash, its length in part, and a sign that it is one.
type Key = [u64; 2];

/// Bytes of a text that is its own key.
const SHORT: usize = 15;
const LONG: u64 = 0xff << 56;
/// Odd, without a pattern in its bits (2⁶⁴ divided by the golden ratio, and the constants of splitmix64).
const MIX: [u64; 3] = [0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb];

/// For each length to 15 the bits of a text of 16 bytes that are kept.
const KEPT: [Key; SHORT + 1] = {
    let mut kept = [[0; 2]; SHORT + 1];
    let mut n = 0;
    while n <= SHORT {
        kept[n] = if n < 8 { [(1 << (8 * n)) - 1, 0] } else { [u64::MAX, (1 << (8 * (n - 8))) - 1] };
        n += 1;
    }
    kept
};

fn words(bytes: &[u8; WINDOW]) -> Key {
    let [a, b, c, d, e, f, g, h, rest @ ..] = *bytes;
    [u64::from_le_bytes([a, b, c, d, e, f, g, h]), u64::from_le_bytes(rest)]
}

fn key(around: &[u8], start: usize, end: usize) -> Key {
    let n = end - start;
    if n > SHORT {
        return long_key(&around[start..end]);
    }
    let [low, high] = match around.get(start..start + WINDOW).and_then(|bytes| bytes.try_into().ok()) {
        Some(window) => words(window),
        None => padded(&around[start..end]),
    };
    let [keep_low, keep_high] = KEPT[n];
    [low & keep_low, (high & keep_high) | ((n as u64) << 56)]
}

/// The words of at most 16 bytes, zeros behind.
fn padded(bytes: &[u8]) -> Key {
    let mut window = [0; WINDOW];
    window[..bytes.len()].copy_from_slice(bytes);
    words(&window)
}

fn long_key(bytes: &[u8]) -> Key {
    let mut low = MIX[0];
    for part in bytes.chunks(WINDOW) {
        low = hash(padded(part)).wrapping_add(low.rotate_left(23)).wrapping_mul(MIX[1]);
    }
    [low, LONG | (bytes.len() as u64 & !LONG)]
}

fn hash([low, high]: Key) -> u64 {
    let mixed = low.wrapping_mul(MIX[1]).wrapping_add(high.wrapping_mul(MIX[2]));
    (mixed ^ (mixed >> 32)).wrapping_mul(MIX[0])
}

impl Dictionary {
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The number of the text `around[start..end]`, a new one if need be; `n_rows`: cells so far.
    #[inline]
    pub fn number(&mut self, around: &str, start: usize, end: usize, n_rows: usize) -> Result<u16, Refused> {
        if end - start == 1
            && let Some(&slot) = self.single.get(usize::from(around.as_bytes()[start]))
            && let Some(number) = slot.checked_sub(1)
        {
            return Ok(number);
        }
        let key = key(around.as_bytes(), start, end);
        // The upper bits are the mixed ones; a table of few slots uses few of them.
        let wrap = self.slots.len().wrapping_sub(1);
        let mut slot = (hash(key) >> 36) as usize;
        for _ in 0..MAX_PROBES.min(self.slots.len()) {
            slot &= wrap;
            let Some(number) = self.slots[slot].checked_sub(1) else { break };
            let at = usize::from(number);
            if self.keys[at] == key && (key[1] < LONG || self.texts.get(at) == &around[start..end]) {
                return Ok(number);
            }
            slot += 1;
        }
        self.add(key, around, start, end, n_rows)
    }

    #[cold]
    #[inline(never)]
    fn add(&mut self, key: Key, around: &str, start: usize, end: usize, n_rows: usize) -> Result<u16, Refused> {
        let n = self.keys.len();
        if n == MAX_TEXTS || (n >= MANY_TEXTS && n * ROWS_PER_TEXT > n_rows) {
            return Err(Refused::Full);
        }
        if 4 * (n + 1) > self.slots.len() {
            self.grow()?;
        }
        self.texts.try_push(around, start, end).map_err(|NoMemory| Refused::Memory)?;
        self.keys.try_reserve(1).map_err(|_| Refused::Memory)?;
        self.keys.push(key);
        self.settle(n)?;
        let number = u16::try_from(n).map_err(|_| Refused::Full)?;
        if end - start == 1 {
            self.single.resize(128, 0);
            self.single[usize::from(around.as_bytes()[start])] = number + 1;
        }
        Ok(number)
    }

    fn grow(&mut self) -> Result<(), Refused> {
        let n_slots = (2 * self.slots.len()).max(16);
        let mut slots = Vec::new();
        slots.try_reserve_exact(n_slots).map_err(|_| Refused::Memory)?;
        slots.resize(n_slots, 0);
        self.slots = slots;
        (0..self.keys.len()).try_for_each(|number| self.settle(number))
    }

    /// Gives text `number` its slot.
    fn settle(&mut self, number: usize) -> Result<(), Refused> {
        let wrap = self.slots.len() - 1;
        let first = (hash(self.keys[number]) >> 36) as usize;
        let free = (first..first + MAX_PROBES).map(|slot| slot & wrap).find(|&slot| self.slots[slot] == 0);
        let entry = u16::try_from(number + 1).map_err(|_| Refused::Full)?;
        self.slots[free.ok_or(Refused::Full)?] = entry;
        Ok(())
    }

    /// Bytes that the texts and their keys take.
    pub fn memory(&self) -> usize {
        self.texts.memory()
            + size_of::<Key>() * self.keys.capacity()
            + 2 * (self.slots.capacity() + self.single.capacity())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(dictionary: &mut Dictionary, text: &str) -> Result<u16, Refused> {
        dictionary.number(text, 0, text.len(), usize::MAX)
    }

    #[test]
    fn equal_texts_have_one_number_and_others_another() {
        let mut dictionary = Dictionary::default();
        let long = "a text that is longer than its key can be";
        let texts = [
            "",
            "a",
            "b",
            "a\0",
            "é",
            "123456789012345",
            "1234567890123456",
            long,
            &long[1..],
            "12345678",
            "123456789",
        ];
        for (at, text) in texts.iter().enumerate() {
            assert_eq!(number(&mut dictionary, text), Ok(at as u16), "{text}");
        }
        for (at, text) in texts.iter().enumerate() {
            // What stands around a text makes no difference.
            let around = format!("x{text}yyyyyyyyyyyyyyyyyyyyyy");
            assert_eq!(dictionary.number(&around, 1, 1 + text.len(), 0), Ok(at as u16));
            assert_eq!(dictionary.texts().get(at), *text);
        }
        assert_eq!(dictionary.texts().len(), texts.len());
    }

    #[test]
    fn a_dictionary_that_is_full() {
        let mut dictionary = Dictionary::default();
        for i in 0..MAX_TEXTS {
            assert_eq!(number(&mut dictionary, &i.to_string()), Ok(i as u16));
        }
        assert_eq!(number(&mut dictionary, "x"), Err(Refused::Full));
        assert_eq!(number(&mut dictionary, "65534"), Ok(65_534));
        // Texts that hardly repeat are not worth it.
        let mut dictionary = Dictionary::default();
        let first = (0..).map(|i: usize| i.to_string()).position(|text| {
            let n_rows = dictionary.texts().len();
            dictionary.number(&text, 0, text.len(), n_rows) == Err(Refused::Full)
        });
        assert_eq!(first, Some(MANY_TEXTS));
    }

    #[test]
    fn a_copy_of_more_than_the_text_leaves_the_text_alone() {
        let mut texts = Texts::default();
        let around = "abcdefghijklmnopqré12345678901234";
        for (start, end) in [(0, 0), (0, 3), (17, 20), (4, 20), (18, 20), (20, 34)] {
            assert_eq!(texts.try_push(around, start, end), Ok(()));
            assert_eq!(texts.get(texts.len() - 1), &around[start..end]);
        }
        assert_eq!(texts.joined(), "abcréefghijklmnopqréé12345678901234");
    }
}
