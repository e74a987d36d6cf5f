//! A scene as a PDF of one page: vectors, text in embedded fonts, a physical width.
//!
//! The same scene gives the same bytes: there is no clock in them. The page is tagged as one figure with its text alternative, and
//! its text can be selected and edited.

mod font;

use std::collections::BTreeSet;
use std::io::Write;

use crate::hashing::IndexSet;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::StructRole;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};
use serde::Deserialize;

use self::font::Font;
use crate::error::{Error, ErrorKind, Result};
use crate::report::figure::scene::{Anchor, Colour, Item, Point, Scene, Shape};

/// Points (1/72 inch) per CSS pixel (1/96 inch).
const POINTS: f64 = 0.75;
/// Millimetres per inch.
const INCH: f64 = 25.4;
/// Widths that a page may have, in millimetres; PDF knows none beyond 200 inches.
const WIDTHS: std::ops::RangeInclusive<f64> = 10.0..=5000.0;
/// Longest side of a page, in points.
const LONGEST: f64 = 14_400.0;

/// What is asked for beside the scene.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Request {
    /// The document's title.
    pub title: String,
    /// What the document says of itself beside its title; nobody sees it on the page.
    pub subject: String,
    /// Language of the words, such as `en`.
    pub language: String,
    /// Width of the page in millimetres; as wide as the scene where it is absent. Everything is scaled alike.
    pub width_mm: Option<f64>,
}

/// The PDF of a scene.
///
/// # Errors
/// [`ErrorKind::CharactersNotInFont`] with the characters that the fonts do not have; [`ErrorKind::BadOption`] for a width that no
/// page has; [`ErrorKind::SceneUnusable`] for a scene without a finite size; [`ErrorKind::ExportFailed`] for a defect of this program.
pub fn write(scene: &Scene, request: &Request) -> Result<Vec<u8>> {
    let is_size = |value: f64| value.is_finite() && value > 0.0;
    if !is_size(scene.width) || !is_size(scene.height) {
        let size = format!("{} × {}", scene.width, scene.height);
        return Err(Error::new(ErrorKind::SceneUnusable).with("size", size));
    }
    let natural = scene.width / 96.0 * INCH;
    let width_mm = request.width_mm.unwrap_or(natural);
    let scale = width_mm / natural * POINTS;
    let longest = scene.width.max(scene.height) * scale;
    if !WIDTHS.contains(&width_mm) || longest > LONGEST {
        let expected = "10 to 5000 mm, and no side beyond 5080 mm";
        return Err(Error::new(ErrorKind::BadOption)
            .with("option", "width_mm")
            .with("found", width_mm)
            .with("expected", expected));
    }
    let fonts = [Font::new(false)?, Font::new(true)?];
    let mut painter =
        Painter { content: Content::new(), scale, height: scene.height, fonts, opacities: IndexSet::default() };
    painter.content.begin_marked_content_with_properties(Name(b"Figure")).properties().identify(0);
    for item in &scene.items {
        painter.paint(item);
    }
    painter.content.end_marked_content();
    let lacking: BTreeSet<char> = painter.fonts.iter().flat_map(Font::lacking).collect();
    if !lacking.is_empty() {
        let characters: Vec<String> = lacking.iter().map(char::to_string).collect();
        return Err(Error::new(ErrorKind::CharactersNotInFont).with("characters", characters.join(" ")));
    }
    document(scene, request, painter)
}

/// The numbers of objects, handed out in order.
struct Refs(i32);

impl Refs {
    fn bump(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// The file around the contents of the page.
fn document(scene: &Scene, request: &Request, painter: Painter) -> Result<Vec<u8>> {
    let Painter { content, scale, fonts, opacities, .. } = painter;
    let mut pdf = Pdf::new();
    let mut refs = Refs(0);
    let [catalog, pages, page, contents, info, root, parents, figure] = std::array::from_fn(|_| refs.bump());
    let named: Vec<(&Font, Ref)> = fonts
        .iter()
        .filter(|font| font.is_used())
        .map(|font| Ok((font, font.write(&mut pdf, &mut refs)?)))
        .collect::<Result<_>>()?;

    let language = if request.language.is_empty() { "en" } else { &request.language };
    let mut entry = pdf.catalog(catalog);
    entry.pages(pages).lang(TextStr(language));
    entry.viewer_preferences().display_doc_title(true);
    entry.mark_info().marked(true);
    entry.pair(Name(b"StructTreeRoot"), root);
    entry.finish();
    pdf.pages(pages).kids([page]).count(1);
    let mut sheet = pdf.page(page);
    let side = |pixels: f64| rounded(pixels * scale);
    sheet.parent(pages).media_box(Rect::new(0.0, 0.0, side(scene.width), side(scene.height))).contents(contents);
    sheet.struct_parents(0);
    let mut resources = sheet.resources();
    let mut list = resources.fonts();
    for &(font, id) in &named {
        list.pair(font.resource(), id);
    }
    list.finish();
    let mut states = resources.ext_g_states();
    for (at, opacity) in opacities.iter().enumerate() {
        let share = *opacity as f32 / 1000.0;
        states
            .insert(Name(state_name(at).as_bytes()))
            .start::<pdf_writer::writers::ExtGraphicsState>()
            .stroking_alpha(share)
            .non_stroking_alpha(share);
    }
    states.finish();
    resources.finish();
    sheet.finish();
    let packed = deflated(&content.finish());
    pdf.stream(contents, &packed).filter(Filter::FlateDecode);

    let mut tree = pdf.indirect(root).start::<pdf_writer::writers::StructTreeRoot>();
    tree.child(figure).parent_tree_next_key(1);
    tree.parent_tree().nums().insert(0, parents);
    tree.finish();
    pdf.indirect(parents).array().item(figure);
    let mut element = pdf.struct_element(figure);
    element.kind(StructRole::Figure).parent(root).page(page).alt(TextStr(&scene.alt.text));
    element.marked_content_child().marked_content_id(0);
    element.finish();

    let producer = concat!("riskset ", env!("CARGO_PKG_VERSION"));
    let mut about = pdf.document_info(info);
    if !request.title.is_empty() {
        about.title(TextStr(&request.title));
    }
    if !request.subject.is_empty() {
        about.subject(TextStr(&request.subject));
    }
    about.creator(TextStr(producer)).producer(TextStr(producer));
    about.finish();
    Ok(pdf.finish())
}

/// Writes the items of a scene as the operators of a page.
struct Painter {
    content: Content,
    /// Points per CSS pixel.
    scale: f64,
    /// Height of the scene in CSS pixels.
    height: f64,
    fonts: [Font; 2],
    /// Opacities in thousandths, by the number of their state.
    opacities: IndexSet<u16>,
}

impl Painter {
    fn paint(&mut self, item: &Item) {
        match &item.shape {
            Shape::Line { points, colour, width, dash, opacity } => {
                if points.is_empty() {
                    return;
                }
                let (red, green, blue) = shares(*colour);
                self.content.save_state().set_stroke_rgb(red, green, blue).set_line_width(rounded(width * self.scale));
                self.opacity(*opacity);
                let pattern: Vec<f32> = dash.iter().map(|length| rounded(length * self.scale)).collect();
                if dash.iter().all(|length| length.is_finite() && *length >= 0.0) && pattern.iter().sum::<f32>() > 0.0 {
                    self.content.set_dash_pattern(pattern, 0.0);
                }
                self.path(points);
                self.content.stroke().restore_state();
            }
            Shape::Polygon { points, fill, opacity } => {
                if points.is_empty() {
                    return;
                }
                let (red, green, blue) = shares(*fill);
                self.content.save_state().set_fill_rgb(red, green, blue);
                self.opacity(*opacity);
                self.path(points);
                self.content.close_path().fill_nonzero().restore_state();
            }
            Shape::Text { x, y, text, size, bold, anchor, colour, upwards } => {
                let face = usize::from(*bold);
                let (codes, width) = self.fonts[face].set(text);
                if codes.is_empty() {
                    return;
                }
                let before = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => width * size / 2.0,
                    Anchor::End => width * size,
                };
                let (x, y) = if *upwards { (*x, y + before) } else { (x - before, *y) };
                let (x, y) = self.place((x, y));
                let (red, green, blue) = shares(*colour);
                let turn = if *upwards { [0.0, 1.0, -1.0, 0.0, x, y] } else { [1.0, 0.0, 0.0, 1.0, x, y] };
                self.content
                    .set_fill_rgb(red, green, blue)
                    .begin_text()
                    .set_font(self.fonts[face].resource(), rounded(size * self.scale))
                    .set_text_matrix(turn)
                    .show(pdf_writer::Str(&codes))
                    .end_text();
            }
        }
    }

    fn path(&mut self, points: &[Point]) {
        for (at, &point) in points.iter().enumerate() {
            let (x, y) = self.place(point);
            if at == 0 {
                self.content.move_to(x, y)
            } else {
                self.content.line_to(x, y)
            };
        }
    }

    /// Points from the bottom left corner.
    fn place(&self, (x, y): Point) -> (f32, f32) {
        (rounded(x * self.scale), rounded((self.height - y) * self.scale))
    }

    fn opacity(&mut self, opacity: f64) {
        let share = (1000.0 * opacity.clamp(0.0, 1.0)).round() as u16;
        if share < 1000 {
            let (at, _) = self.opacities.insert_full(share);
            self.content.set_parameters(Name(state_name(at).as_bytes()));
        }
    }
}

fn state_name(at: usize) -> String {
    format!("G{at}")
}

/// A length to a thousandth of a point, which no printer shows; what is not finite is 0.
fn rounded(value: f64) -> f32 {
    if value.is_finite() { ((value * 1000.0).round() / 1000.0) as f32 } else { 0.0 }
}

fn shares(colour: Colour) -> (f32, f32, f32) {
    let share = |value: u8| rounded(f64::from(value) / 255.0);
    (share(colour.red), share(colour.green), share(colour.blue))
}

/// Packed by zlib.
fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}
