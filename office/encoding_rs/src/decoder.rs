//! Bytes that come in pieces: they are kept until the last has come.

use crate::Encoding;

/// How far a decoder came.
#[derive(Debug, PartialEq, Eq)]
pub enum DecoderResult {
    /// It has taken all bytes.
    InputEmpty,
    /// It has more text than there is room for.
    OutputFull,
    /// Bytes do not fit the encoding. The numbers say how many, and how many were taken after them; they are not known here.
    Malformed(u8, u8),
}

/// Takes bytes, and gives the text of all of them after the last.
#[derive(Debug)]
pub struct Decoder {
    encoding: &'static Encoding,
    bytes: Vec<u8>,
    /// What there was no room for.
    text: String,
}

impl Decoder {
    pub(crate) fn new(encoding: &'static Encoding) -> Self {
        Self { encoding, bytes: Vec::new(), text: String::new() }
    }

    /// The encoding.
    pub fn encoding(&self) -> &'static Encoding {
        self.encoding
    }

    /// Room that the text of so many more bytes takes at most.
    pub fn max_utf8_buffer_length_without_replacement(&self, n: usize) -> Option<usize> {
        // No byte of any encoding is more than three of UTF-8.
        n.checked_add(self.bytes.len())?.checked_mul(3)?.checked_add(self.text.len())
    }

    /// Takes bytes and adds to `out`; gives how far it came and how many bytes it took.
    pub fn decode_to_string_without_replacement(
        &mut self,
        bytes: &[u8],
        out: &mut String,
        is_last: bool,
    ) -> (DecoderResult, usize) {
        let result = self.take(bytes, is_last);
        if result == DecoderResult::InputEmpty {
            out.push_str(&std::mem::take(&mut self.text));
        }
        (result, bytes.len())
    }

    /// Takes bytes and fills `out`; gives how far it came, how many bytes it took and how many it wrote.
    pub fn decode_to_utf8_without_replacement(
        &mut self,
        bytes: &[u8],
        out: &mut [u8],
        is_last: bool,
    ) -> (DecoderResult, usize, usize) {
        let result = self.take(bytes, is_last);
        if result != DecoderResult::InputEmpty {
            return (result, bytes.len(), 0);
        }
        let n = self.text.floor_char_boundary(out.len());
        out[..n].copy_from_slice(&self.text.as_bytes()[..n]);
        self.text.drain(..n);
        (if self.text.is_empty() { DecoderResult::InputEmpty } else { DecoderResult::OutputFull }, bytes.len(), n)
    }

    fn take(&mut self, bytes: &[u8], is_last: bool) -> DecoderResult {
        self.bytes.extend_from_slice(bytes);
        if is_last {
            let bytes = std::mem::take(&mut self.bytes);
            match self.encoding.decode_without_bom_handling_and_without_replacement(&bytes) {
                Some(text) => self.text.push_str(&text),
                None => return DecoderResult::Malformed(1, 0),
            }
        }
        DecoderResult::InputEmpty
    }
}
