//! A TrueType font, as far as a PDF needs it: which glyph a character has, how wide it is, and a file of some of the glyphs.
//!
//! Libraries that do the same read every kind of font and are several times as large as the outlines of ours, which are
//! unhinted TrueType in one file each (`scripts/fonts.py`). Layout of the tables: OpenType specification 1.9.

use crate::hashing::IndexSet;

/// Tables that an embedded font must have (ISO 32000-1, 9.9), in the order of the specification.
const TABLES: [&[u8; 4]; 6] = [b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp"];
/// What a file of 32 bits must add up to, from which the check sum in `head` is told.
const MAGIC: u32 = 0xb1b0_afba;

/// A font file and where its tables are.
pub(super) struct TrueType<'a> {
    /// In the order of [`TABLES`].
    tables: [&'a [u8]; 6],
    /// The list of characters and glyphs, format 4.
    characters: &'a [u8],
    /// Units per em.
    pub units: u16,
    /// Of the box around all glyphs: left, bottom, right, top, in units.
    pub bounds: [i16; 4],
    /// Above and below the baseline, and of a capital letter, in units.
    pub ascender: i16,
    pub descender: i16,
    pub capital: i16,
}

impl<'a> TrueType<'a> {
    /// The tables of a font file; `None` where it is damaged or of another kind.
    pub fn read(file: &'a [u8]) -> Option<Self> {
        let table = |name: &[u8; 4]| {
            let entries = file.get(12..12 + 16 * usize::from(u16_at(file, 4)?))?;
            let entry = entries.chunks_exact(16).find(|entry| entry.starts_with(name))?;
            let at = u32_at(entry, 8)? as usize;
            file.get(at..at.checked_add(u32_at(entry, 12)? as usize)?)
        };
        let mut tables = [&file[..0]; 6];
        for (place, name) in tables.iter_mut().zip(TABLES) {
            *place = table(name)?;
        }
        let [_, head, hhea, ..] = tables;
        let map = table(b"cmap")?;
        let unicode = map.get(4..)?.chunks_exact(8).take(usize::from(u16_at(map, 2)?));
        let at = unicode.clone().find(|entry| entry.starts_with(&[0, 3, 0, 1])).and_then(|entry| u32_at(entry, 4))?;
        let characters = map.get(at as usize..)?;
        if u16_at(characters, 0)? != 4 {
            return None;
        }
        let bound = |at| i16_at(head, at);
        Some(Self {
            tables,
            characters,
            units: u16_at(head, 18)?,
            bounds: [bound(36)?, bound(38)?, bound(40)?, bound(42)?],
            ascender: i16_at(hhea, 4)?,
            descender: i16_at(hhea, 6)?,
            capital: i16_at(table(b"OS/2")?, 88)?,
        })
    }

    /// The glyph of a character; `None` where the font has none.
    pub fn glyph(&self, character: char) -> Option<u16> {
        let (code, list) = (u16::try_from(u32::from(character)).ok()?, self.characters);
        // Twice the number of ranges; then their last characters, two bytes, their first ones, differences, and distances.
        let n = usize::from(u16_at(list, 6)?);
        let range = (0..n).step_by(2).find(|at| u16_at(list, 14 + at).is_some_and(|last| last >= code))?;
        let (first, difference) = (u16_at(list, 16 + n + range)?, u16_at(list, 16 + 2 * n + range)?);
        let place = 16 + 3 * n + range;
        let glyph = match (code.checked_sub(first)?, usize::from(u16_at(list, place)?)) {
            (_, 0) => code.wrapping_add(difference),
            // The distance counts from the place where it stands itself.
            (after, distance) => match u16_at(list, place + distance + 2 * usize::from(after))? {
                0 => 0,
                glyph => glyph.wrapping_add(difference),
            },
        };
        (glyph > 0).then_some(glyph)
    }

    /// How far the next glyph is, in units.
    pub fn advance(&self, glyph: u16) -> u16 {
        self.metrics(glyph).map_or(0, |[advance, _]| advance)
    }

    /// Advance and left side bearing. Glyphs after the last that has an advance share it.
    fn metrics(&self, glyph: u16) -> Option<[u16; 2]> {
        let [_, _, hhea, hmtx, ..] = self.tables;
        let (glyph, n) = (usize::from(glyph), usize::from(u16_at(hhea, 34)?));
        let last = glyph.min(n.checked_sub(1)?);
        let bearing = if glyph < n { 4 * glyph + 2 } else { 4 * n + 2 * (glyph - n) };
        Some([u16_at(hmtx, 4 * last)?, u16_at(hmtx, bearing)?])
    }

    /// The description of a glyph: empty for one that shows nothing.
    fn outline(&self, glyph: u16) -> Option<&'a [u8]> {
        let [glyf, head, _, _, loca, _] = self.tables;
        let place = |at: usize| match u16_at(head, 50)? {
            0 => u16_at(loca, 2 * at).map(|half| 2 * usize::from(half)),
            _ => u32_at(loca, 4 * at).map(|place| place as usize),
        };
        glyf.get(place(usize::from(glyph))?..place(usize::from(glyph) + 1)?)
    }

    /// A font file of these glyphs, of those that they are made of, and of the one for what is lacking, which is the first; and the
    /// number of each of `glyphs` in it. `None` where the font is damaged.
    pub fn subset(&self, glyphs: impl IntoIterator<Item = u16>) -> Option<(Vec<u8>, Vec<u16>)> {
        let mut kept = IndexSet::from_iter([0]);
        let numbers = glyphs.into_iter().map(|glyph| number(&mut kept, glyph)).collect();
        let [_, head, hhea, _, _, maxp] = self.tables;
        let (mut glyf, mut loca, mut hmtx) = (Vec::new(), vec![0, 0, 0, 0], Vec::new());
        let mut at = 0;
        // Their parts are found on the way.
        while let Some(&glyph) = kept.get_index(at) {
            let mut outline = self.outline(glyph)?.to_vec();
            for place in parts(&outline)? {
                let part = number(&mut kept, u16_at(&outline, place)?);
                put(&mut outline, place, &part.to_be_bytes())?;
            }
            glyf.extend(outline);
            glyf.resize(glyf.len().next_multiple_of(4), 0);
            loca.extend((glyf.len() as u32).to_be_bytes());
            hmtx.extend(self.metrics(glyph)?.map(u16::to_be_bytes).concat());
            at += 1;
        }
        let n = (kept.len() as u16).to_be_bytes();
        let [mut head, mut hhea, mut maxp] = [head, hhea, maxp].map(<[u8]>::to_vec);
        put(&mut head, 8, &[0; 4])?;
        put(&mut head, 50, &[0, 1])?;
        put(&mut hhea, 34, &n)?;
        put(&mut maxp, 4, &n)?;
        Some((file([glyf, head, hhea, hmtx, loca, maxp])?, numbers))
    }
}

/// The number of a glyph among those kept; it is now one of them.
fn number(kept: &mut IndexSet<u16>, glyph: u16) -> u16 {
    kept.insert_full(glyph).0 as u16
}

/// Where the numbers of its parts stand in the description of a glyph; none in one that is drawn itself.
fn parts(outline: &[u8]) -> Option<Vec<usize>> {
    const WORDS: u16 = 0x1;
    const SCALE: u16 = 0x8;
    const MORE: u16 = 0x20;
    const TWO_SCALES: u16 = 0x40;
    const MATRIX: u16 = 0x80;
    let mut places = Vec::new();
    // Without a contour count of its own: parts.
    if i16_at(outline, 0).is_none_or(|contours| contours >= 0) {
        return Some(places);
    }
    let mut at = 10;
    loop {
        let flags = u16_at(outline, at)?;
        places.push(at + 2);
        let has = |flag: u16| flags & flag != 0;
        at += 4 + if has(WORDS) { 4 } else { 2 };
        at += if has(SCALE) { 2 } else { 0 } + if has(TWO_SCALES) { 4 } else { 0 } + if has(MATRIX) { 8 } else { 0 };
        if !has(MORE) {
            return Some(places);
        }
    }
}

/// The file of the tables, in the order of [`TABLES`].
fn file(tables: [Vec<u8>; 6]) -> Option<Vec<u8>> {
    let n = TABLES.len() as u16;
    let power = 1 << n.ilog2();
    let mut out = vec![0, 1, 0, 0];
    out.extend([n, 16 * power, n.ilog2() as u16, 16 * (n - power)].map(u16::to_be_bytes).concat());
    let mut at = out.len() + 16 * TABLES.len();
    let mut head = 0;
    for (name, table) in TABLES.iter().zip(&tables) {
        if *name == b"head" {
            head = at;
        }
        out.extend(*name);
        out.extend([sum(table), at as u32, table.len() as u32].map(u32::to_be_bytes).concat());
        at += table.len().next_multiple_of(4);
    }
    for table in &tables {
        out.extend(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    let check = MAGIC.wrapping_sub(sum(&out));
    put(&mut out, head + 8, &check.to_be_bytes())?;
    Some(out)
}

/// The sum of the numbers of 32 bits, the last filled up with zeros.
fn sum(bytes: &[u8]) -> u32 {
    let number = |four: &[u8]| {
        four.iter().chain([0; 4].iter().skip(four.len())).fold(0, |sum: u32, byte| sum << 8 | u32::from(*byte))
    };
    bytes.chunks(4).map(number).fold(0, u32::wrapping_add)
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) -> Option<()> {
    bytes.get_mut(at..at + value.len())?.copy_from_slice(value);
    Some(())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn i16_at(bytes: &[u8], at: usize) -> Option<i16> {
    u16_at(bytes, at).map(u16::cast_signed)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::font::FILES;
    use super::*;

    /// The drawing of a glyph, in words.
    #[derive(Default, PartialEq, Debug)]
    struct Drawing(String);

    impl ttf_parser::OutlineBuilder for Drawing {
        fn move_to(&mut self, x: f32, y: f32) {
            self.0 += &format!("M{x} {y} ");
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.0 += &format!("L{x} {y} ");
        }
        fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
            self.0 += &format!("Q{x1} {y1} {x} {y} ");
        }
        fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
            self.0 += &format!("C{x1} {y1} {x2} {y2} {x} {y} ");
        }
        fn close(&mut self) {
            self.0 += "Z ";
        }
    }

    fn drawing(face: &ttf_parser::Face, glyph: u16) -> (String, Option<u16>, Option<i16>) {
        let (id, mut drawing) = (ttf_parser::GlyphId(glyph), Drawing::default());
        face.outline_glyph(id, &mut drawing);
        (drawing.0, face.glyph_hor_advance(id), face.glyph_hor_side_bearing(id))
    }

    #[test]
    fn another_library_reads_the_same_of_the_whole_font() {
        for file in FILES {
            let (font, face) =
                (TrueType::read(file).expect("a font"), ttf_parser::Face::parse(file, 0).expect("a face"));
            for character in (0..=0x2_0000).filter_map(char::from_u32) {
                // Glyph 0 stands for what is lacking.
                let glyph = face.glyph_index(character).map(|glyph| glyph.0).filter(|&glyph| glyph > 0);
                assert_eq!(font.glyph(character), glyph, "{character:?}");
            }
            for glyph in 0..=face.number_of_glyphs() {
                let advance = face.glyph_hor_advance(ttf_parser::GlyphId(glyph));
                assert_eq!(font.advance(glyph), advance.unwrap_or(font.advance(glyph)), "{glyph}");
            }
            let bounds = face.global_bounding_box();
            assert_eq!(font.bounds, [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max]);
            assert_eq!((font.ascender, font.descender), (face.ascender(), face.descender()));
            assert_eq!((Some(font.capital), font.units), (face.capital_height(), face.units_per_em()));
        }
    }

    #[test]
    fn a_subset_draws_what_the_whole_font_draws() {
        for file in FILES {
            let (font, face) =
                (TrueType::read(file).expect("a font"), ttf_parser::Face::parse(file, 0).expect("a face"));
            let n = face.number_of_glyphs();
            let some: [Vec<u16>; 5] =
                [vec![], vec![0], (0..n).rev().collect(), (0..n).step_by(7).collect(), vec![n - 1, 3, n - 1]];
            for glyphs in some {
                let (subset, numbers) = font.subset(glyphs.iter().copied()).expect("a subset");
                assert_eq!(sum(&subset), MAGIC);
                let part = ttf_parser::Face::parse(&subset, 0).expect("a face");
                assert_eq!(drawing(&part, 0), drawing(&face, 0));
                assert_eq!(numbers.len(), glyphs.len());
                for (&glyph, &number) in glyphs.iter().zip(&numbers) {
                    assert_eq!(drawing(&part, number), drawing(&face, glyph), "{glyph}");
                }
            }
        }
    }

    #[test]
    fn an_accented_letter_brings_its_parts() {
        let font = TrueType::read(FILES[0]).expect("a font");
        let (letter, accented) = (font.glyph('e').expect("e"), font.glyph('é').expect("é"));
        let count = |glyphs: &[u16]| {
            let (file, numbers) = font.subset(glyphs.iter().copied()).expect("a subset");
            (ttf_parser::Face::parse(&file, 0).expect("a face").number_of_glyphs(), numbers)
        };
        assert_eq!(count(&[letter]), (2, vec![1]));
        // What is lacking, é, and the letter and the accent that it is made of.
        assert_eq!(count(&[accented]), (4, vec![1]));
        assert_eq!(count(&[accented, letter]), (4, vec![1, 2]));
    }

    #[test]
    fn a_damaged_file_is_none_and_no_panic() {
        for n in (0..FILES[0].len()).step_by(11) {
            if let Some(font) = TrueType::read(&FILES[0][..n]) {
                let glyphs = ('a'..='é').filter_map(|character| font.glyph(character)).collect::<Vec<_>>();
                font.subset(glyphs);
            }
        }
    }
}
