//! The fonts of a PDF: two faces, of which each file holds only the glyphs that it shows.
//!
//! A text is written in codes of its own, one per character in the order of their first use. The file says for each code which
//! glyph it shows, how wide it is and which character it means, so that text can be selected, searched and edited, also where two
//! characters share a glyph (a space and a no-break space).

use std::collections::BTreeSet;

use crate::hashing::IndexMap;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;
use ttf_parser::{Face, GlyphId};

use super::{Refs, deflated};
use crate::error::{Error, ErrorKind, Result};
use crate::report::figure::metrics;

/// Liberation Sans, reduced and renamed (see fonts/README.md): the font that the width table measures.
const FILES: [&[u8]; 2] =
    [include_bytes!("fonts/RisksetSans-Regular.ttf"), include_bytes!("fonts/RisksetSans-Bold.ttf")];
/// Names of the faces in the file.
const NAMES: [&str; 2] = ["RisksetSans-Regular", "RisksetSans-Bold"];
/// Names of the faces in the page's resources.
pub(super) const RESOURCES: [&[u8]; 2] = [b"R", b"B"];

const SYSTEM: SystemInfo = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// One face and the characters that the document shows in it.
pub(super) struct Font {
    face: Face<'static>,
    bold: bool,
    /// Each character with its glyph; its place here, from 1, is its code.
    shown: IndexMap<char, GlyphId>,
    /// Characters that the face does not have.
    lacking: BTreeSet<char>,
}

impl Font {
    /// The regular or the bold face.
    ///
    /// # Errors
    /// [`ErrorKind::ExportFailed`] if the built-in file is damaged.
    pub fn new(bold: bool) -> Result<Self> {
        let face = Face::parse(FILES[usize::from(bold)], 0).map_err(failed)?;
        Ok(Self { face, bold, shown: IndexMap::default(), lacking: BTreeSet::new() })
    }

    /// The codes of `text`, and its width as a share of the font's size.
    pub fn set(&mut self, text: &str) -> (Vec<u8>, f64) {
        let units = f64::from(self.face.units_per_em());
        let (mut codes, mut width) = (Vec::with_capacity(2 * text.len()), 0.0);
        for character in text.chars().filter(|character| !metrics::is_invisible(*character)) {
            // A line break or a tab within a name takes the room of a space, as on a canvas.
            let character = if character.is_control() { ' ' } else { character };
            let known = |character| self.face.glyph_index(character).map(|glyph| (character, glyph));
            // Spaces of other widths than the font's are shown as its own.
            let space = || character.is_whitespace().then(|| known(' ')).flatten();
            let Some((character, glyph)) = known(character).or_else(space) else {
                self.lacking.insert(character);
                continue;
            };
            let entry = self.shown.entry(character);
            // At most as many as the face has characters: some hundreds.
            let code = entry.index() as u16 + 1;
            entry.or_insert(glyph);
            codes.extend(code.to_be_bytes());
            width += f64::from(self.advance(glyph)) / units;
        }
        (codes, width)
    }

    /// Whether a text was set in it.
    pub fn is_used(&self) -> bool {
        !self.shown.is_empty()
    }

    /// Characters that were asked for and that the face does not have.
    pub fn lacking(&self) -> impl Iterator<Item = char> {
        self.lacking.iter().copied()
    }

    /// Name of the face among the page's resources.
    pub fn resource(&self) -> Name<'static> {
        Name(RESOURCES[usize::from(self.bold)])
    }

    /// Writes the font with the glyphs that are shown; gives its reference.
    ///
    /// # Errors
    /// [`ErrorKind::ExportFailed`] if the built-in file is damaged.
    pub fn write(&self, pdf: &mut Pdf, refs: &mut Refs) -> Result<Ref> {
        let [font, cid, descriptor, file, unicode, glyphs] = std::array::from_fn(|_| refs.bump());
        let mut kept = GlyphRemapper::new();
        let map: Vec<u16> = self.shown.values().map(|glyph| kept.remap(glyph.0)).collect();
        let subset = subsetter::subset(FILES[usize::from(self.bold)], 0, &kept).map_err(failed)?;
        // A tag of six letters before the name says that it is a part of a face; the number of its glyphs makes it.
        let name = format!("{}+{}", tag(&map), NAMES[usize::from(self.bold)]);
        let (name, unit) = (Name(name.as_bytes()), 1000.0 / f64::from(self.face.units_per_em()));
        let scaled = |value: i16| (f64::from(value) * unit) as f32;

        pdf.type0_font(font)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(unicode);
        let mut cid_font = pdf.cid_font(cid);
        cid_font.subtype(CidFontType::Type2).base_font(name).system_info(SYSTEM).font_descriptor(descriptor);
        cid_font.default_width(0.0).cid_to_gid_map_stream(glyphs);
        let widths = self.shown.values().map(|&glyph| (f64::from(self.advance(glyph)) * unit) as f32);
        cid_font.widths().consecutive(1, widths);
        cid_font.finish();
        let bounds = self.face.global_bounding_box();
        pdf.font_descriptor(descriptor)
            .name(name)
            .flags(FontFlags::NON_SYMBOLIC)
            .bbox(Rect::new(scaled(bounds.x_min), scaled(bounds.y_min), scaled(bounds.x_max), scaled(bounds.y_max)))
            .italic_angle(0.0)
            .ascent(scaled(self.face.ascender()))
            .descent(scaled(self.face.descender()))
            .cap_height(scaled(self.face.capital_height().unwrap_or(self.face.ascender())))
            // Not in the file; the usual values of a sans serif.
            .stem_v(if self.bold { 140.0 } else { 88.0 })
            .font_file2(file);
        let packed = deflated(&subset);
        let mut stream = pdf.stream(file, &packed);
        stream.filter(Filter::FlateDecode).pair(Name(b"Length1"), i32::try_from(subset.len()).map_err(failed)?);
        stream.finish();

        let mut cmap = UnicodeCmap::<u16>::new(Name(b"RisksetSans"), SYSTEM);
        for (code, &character) in (1u16..).zip(self.shown.keys()) {
            cmap.pair(code, character);
        }
        let packed = deflated(&cmap.finish());
        pdf.stream(unicode, &packed).filter(Filter::FlateDecode);
        // Code 0 is never written.
        let map: Vec<u8> = std::iter::once(0).chain(map).flat_map(u16::to_be_bytes).collect();
        let packed = deflated(&map);
        pdf.stream(glyphs, &packed).filter(Filter::FlateDecode);
        Ok(font)
    }

    fn advance(&self, glyph: GlyphId) -> u16 {
        self.face.glyph_hor_advance(glyph).unwrap_or_default()
    }
}

/// Six capitals that differ where the glyphs differ (FNV-1a of them).
fn tag(glyphs: &[u16]) -> String {
    let step = |hash: u64, glyph: &u16| (hash ^ u64::from(*glyph)).wrapping_mul(0x0100_0000_01b3);
    let mut hash = glyphs.iter().fold(0xcbf2_9ce4_8422_2325, step);
    let mut letter = || {
        let letter = char::from(b'A' + (hash % 26) as u8);
        hash /= 26;
        letter
    };
    (0..6).map(|_| letter()).collect()
}

fn failed(reason: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::ExportFailed).with("reason", reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_as_wide_as_what_was_measured() {
        for bold in [false, true] {
            let mut font = Font::new(bold).expect("a face");
            // Every character of the width table alone: they agree to its rounding to thousandths.
            let all = (0x20..0x2300).filter_map(char::from_u32);
            for character in all.filter(|&character| metrics::knows(character)) {
                let text = character.to_string();
                let (codes, width) = font.set(&text);
                assert_eq!(codes.len(), 2, "{character:?}");
                let measured = metrics::width(&text, 1.0, bold);
                assert!((width - measured).abs() <= 0.0005 + 1e-9, "{character:?} {width} {measured}");
            }
            assert_eq!(font.lacking().count(), 0);
        }
    }

    #[test]
    fn a_code_per_character_and_none_for_what_shows_nothing() {
        let mut font = Font::new(false).expect("a face");
        assert_eq!(font.set("ab a").0, [0, 1, 0, 2, 0, 3, 0, 1]);
        // A no-break space shares the glyph of a space and means another character.
        assert_eq!(font.set("\u{a0}\u{2060}\t").0, [0, 4, 0, 3]);
        assert_eq!(font.set("漢a字").0, [0, 1]);
        assert_eq!(font.lacking().collect::<String>(), "字漢");
    }
}
