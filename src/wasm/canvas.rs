//! A scene painted on a canvas, through plotters' canvas backend as a drawing device.
//!
//! The backend takes whole numbers, so the canvas is given a grid of sixteenths of a device pixel. Lines are moved to
//! whole device pixels, which keeps steps and axes sharp; dashes are cut here, as the backend has none; text widths are
//! never asked for, as the layout has them.

use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, FontFamily, FontStyle, FontTransform,
};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::wire;
use crate::report::figure::scene::{Anchor, Colour, Item, Point, Scene, Shape};
use crate::report::figure::{dash, metrics};

/// Grid lines per device pixel.
const GRID: f64 = 16.0;

/// Height of the canvas' `middle` baseline above the alphabetic one, as a share of the size: half of the difference of
/// the typographic ascent and descent of Arial and Liberation Sans (1491 and 431) over their sum.
const MIDDLE: f64 = 0.275_75;

/// Canvases larger than this on a side are refused by browsers.
const LARGEST: f64 = 16_384.0;

/// Paints `scene` on `canvas` with `ratio` device pixels per CSS pixel.
///
/// The canvas' own width and height are set; its size in the page is the caller's.
///
/// # Errors
/// `scene` is not a scene, or the canvas cannot be drawn on: a text that says so.
#[wasm_bindgen]
pub fn paint(canvas: HtmlCanvasElement, scene: JsValue, ratio: f64) -> Result<(), JsValue> {
    let scene: Scene = wire::read(scene).map_err(|problem| text(&problem))?;
    let longest = scene.width.max(scene.height).max(1.0);
    let ratio = if ratio.is_finite() && ratio > 0.0 { ratio } else { 1.0 }.min(LARGEST / longest);
    canvas.set_width((scene.width * ratio).round() as u32);
    canvas.set_height((scene.height * ratio).round() as u32);
    let context = canvas.get_context("2d")?.ok_or_else(|| text(&"The canvas has no 2d context."))?;
    let context: CanvasRenderingContext2d = context.dyn_into()?;
    // The layout knows no kerning, nor does the PDF: with it words of this picture would stand elsewhere.
    js_sys::Reflect::set(&context, &JsValue::from_str("fontKerning"), &JsValue::from_str("none"))?;
    context.set_transform(1.0 / GRID, 0.0, 0.0, 1.0 / GRID, 0.0, 0.0)?;
    let backend = CanvasBackend::with_canvas_object(canvas).ok_or_else(|| text(&"The canvas cannot be drawn on."))?;
    let mut painter = Painter { backend, ratio };
    scene.items.iter().try_for_each(|item| painter.paint(item))
}

fn text(problem: &impl ToString) -> JsValue {
    JsValue::from_str(&problem.to_string())
}

/// A backend whose coordinates are the grid.
struct Painter {
    backend: CanvasBackend,
    ratio: f64,
}

impl Painter {
    fn paint(&mut self, item: &Item) -> Result<(), JsValue> {
        match &item.shape {
            Shape::Line { points, colour, width, dash, opacity } => {
                let width = (width * self.ratio).round().max(1.0);
                let style = Stroke { color: color(*colour, *opacity), width: (width * GRID) as u32 };
                let snapped: Vec<Point> = points.iter().map(|&point| self.snap(point, width)).collect();
                let dash: Vec<f64> = dash.iter().map(|length| length * self.ratio).collect();
                for stroke in dash::strokes(&snapped, &dash) {
                    self.backend.draw_path(stroke.into_iter().map(grid), &style).map_err(|problem| text(&problem))?;
                }
                Ok(())
            }
            Shape::Polygon { points, fill, opacity } => {
                let style = Stroke { color: color(*fill, *opacity), width: 0 };
                let ratio = self.ratio;
                let outline: Vec<BackendCoord> = points.iter().map(|&(x, y)| grid((x * ratio, y * ratio))).collect();
                self.backend.fill_polygon(outline, &style).map_err(|problem| text(&problem))
            }
            Shape::Text { x, y, text: words, size, bold, anchor, colour, upwards } => {
                let middle = MIDDLE * size;
                let (x, y) = if *upwards { (x - middle, *y) } else { (*x, y - middle) };
                let style = Lettering {
                    size: size * self.ratio * GRID,
                    bold: *bold,
                    anchor: *anchor,
                    color: color(*colour, 1.0),
                    upwards: *upwards,
                };
                let place = grid((x * self.ratio, y * self.ratio));
                self.backend.draw_text(words, &style, place).map_err(|problem| text(&problem))
            }
        }
    }

    /// The place in device pixels at which a line of this whole width has sharp edges.
    fn snap(&self, (x, y): Point, width: f64) -> Point {
        let odd = width as u32 % 2 == 1;
        let sharp = |value: f64| {
            let value = value * self.ratio;
            if odd { value.floor() + 0.5 } else { value.round() }
        };
        (sharp(x), sharp(y))
    }
}

/// Device pixels on the grid.
fn grid((x, y): Point) -> BackendCoord {
    ((x * GRID).round() as i32, (y * GRID).round() as i32)
}

fn color(colour: Colour, alpha: f64) -> BackendColor {
    BackendColor { alpha, rgb: (colour.red, colour.green, colour.blue) }
}

struct Stroke {
    color: BackendColor,
    width: u32,
}

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        self.color
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

struct Lettering {
    size: f64,
    bold: bool,
    anchor: Anchor,
    color: BackendColor,
    upwards: bool,
}

impl BackendTextStyle for Lettering {
    type FontError = std::fmt::Error;

    fn color(&self) -> BackendColor {
        self.color
    }

    fn size(&self) -> f64 {
        self.size
    }

    fn transform(&self) -> FontTransform {
        if self.upwards { FontTransform::Rotate270 } else { FontTransform::None }
    }

    fn style(&self) -> FontStyle {
        if self.bold { FontStyle::Bold } else { FontStyle::Normal }
    }

    fn anchor(&self) -> Pos {
        let across = match self.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        Pos::new(across, VPos::Center)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(metrics::FONT_FAMILY)
    }

    /// Never asked for by the canvas backend.
    fn layout_box(&self, _: &str) -> Result<((i32, i32), (i32, i32)), Self::FontError> {
        Err(std::fmt::Error)
    }

    /// Never asked for by the canvas backend, which has text of its own.
    fn draw<E, DrawFunc: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        _: &str,
        _: BackendCoord,
        _: DrawFunc,
    ) -> Result<Result<(), E>, Self::FontError> {
        Err(std::fmt::Error)
    }
}
