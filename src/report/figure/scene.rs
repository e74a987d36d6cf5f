//! The scene: a flat display list that every device paints alike.
//!
//! Lengths are CSS pixels (1/96 inch), x to the right and y downwards from the top left corner. Items are painted in
//! order. Each item carries what it stands for (its role, the group's key, the tick), so that a test, or a program
//! that reads the figure, finds the number that belongs to a tick without guessing from positions.

use serde::{Deserialize, Serialize};

use crate::report::figure::metrics;

/// A colour without transparency; as text `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Colour {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

impl Colour {
    /// The colour of `0xrrggbb`.
    pub const fn new(rgb: u32) -> Self {
        Self { red: (rgb >> 16) as u8, green: (rgb >> 8) as u8, blue: rgb as u8 }
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        format!("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue)
    }
}

impl TryFrom<String> for Colour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.strip_prefix('#')
            .filter(|digits| digits.len() == 6)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .map(Self::new)
            .ok_or_else(|| format!("{text:?} is not a colour of the form #rrggbb"))
    }
}

/// A place: x and y in CSS pixels.
pub type Point = (f64, f64);

/// What an item of the scene stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The paper.
    Background,
    /// The figure's title.
    Title,
    /// An axis line or a tick mark.
    Axis,
    /// The number at a tick of the x axis; [`Item::tick`] is its value.
    XTick,
    /// The number at a tick of the y axis; [`Item::tick`] is its value.
    YTick,
    /// The name of an axis.
    AxisLabel,
    /// A confidence band.
    Band,
    /// A curve.
    Curve,
    /// The part of a curve where few are at risk.
    Tail,
    /// A censoring mark.
    CensorMark,
    /// A line at a median.
    MedianLine,
    /// The name of a group beside its curve, or above the plot.
    GroupLabel,
    /// A short sample of a group's line.
    Swatch,
    /// A thin line that joins a curve to its label.
    Leader,
    /// The name of a group in the risk table.
    TableGroup,
    /// The name of a row in the risk table.
    TableRow,
    /// Number at risk; the tick and the group say where.
    AtRisk,
    /// Censored so far.
    Censored,
    /// Events so far.
    Events,
    /// A line of text inside the plot.
    Annotation,
    /// A line of the legend.
    Legend,
    /// The outline of a box of a flow diagram; [`Item::group`] says which.
    Box,
    /// A line of text in a box.
    BoxText,
    /// A line between boxes, or its head.
    Arrow,
    /// The bar of a lane of a swimmer plot.
    Lane,
    /// The name of a lane.
    LaneName,
    /// A mark on a lane; [`Item::tick`] is its time.
    Mark,
    /// A lane that goes on beyond its end.
    GoesOn,
    /// A cell of a map whose values are missing.
    MissingCell,
    /// A cell of a map that has its values.
    PresentCell,
    /// The name of a row of a map.
    RowName,
    /// A number beside or under a map.
    Count,
    /// The two strokes that show where an axis is cut.
    AxisBreak,
    /// The name of a variable above its rows.
    Heading,
    /// The head of a column of text.
    ColumnHead,
    /// A text in a column beside a forest plot; [`Item::group`] names the row.
    Cell,
    /// The mark of an estimate; [`Item::group`] names the row.
    Estimate,
    /// The line of an interval, with its ends or arrows.
    Interval,
    /// The line at a ratio of 1.
    NullLine,
    /// The words which side a ratio favours.
    Favours,
    /// One residual.
    Residual,
    /// A smooth through residuals.
    Smooth,
    /// The estimate if it did not change over time.
    Constant,
}

/// Which point of a text is at its x.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The left end.
    Start,
    /// The centre.
    Middle,
    /// The right end.
    End,
}

/// How an item looks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// An open line through the points.
    Line {
        /// The points in order.
        points: Vec<Point>,
        /// Its colour.
        colour: Colour,
        /// Its width.
        width: f64,
        /// Lengths of dashes and gaps in turn; empty for a solid line.
        dash: Vec<f64>,
        /// 0 (nothing) to 1 (opaque).
        opacity: f64,
    },
    /// A filled closed outline, without a stroke.
    Polygon {
        /// The points in order.
        points: Vec<Point>,
        /// Its colour.
        fill: Colour,
        /// 0 (nothing) to 1 (opaque).
        opacity: f64,
    },
    /// One line of text.
    Text {
        /// Where the anchor stands.
        x: f64,
        /// The baseline.
        y: f64,
        /// The text, never marked up.
        text: String,
        /// Size of the font.
        size: f64,
        /// Bold rather than regular.
        bold: bool,
        /// Which point of the text is at `x`.
        anchor: Anchor,
        /// Its colour.
        colour: Colour,
        /// Turned by a quarter to read upwards; `x` is then the baseline and `y` the anchor's place.
        upwards: bool,
    },
}

/// One thing that is painted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// What it stands for.
    pub role: Role,
    /// Key of the group that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Value on the axis of the tick that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tick: Option<f64>,
    /// How it looks.
    pub shape: Shape,
}

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Type {
    /// Size of the font in CSS pixels.
    pub size: f64,
    /// Bold rather than regular.
    pub bold: bool,
    /// Its colour.
    pub colour: Colour,
}

impl Item {
    /// A solid opaque line.
    pub fn line(role: Role, points: Vec<Point>, colour: Colour, width: f64) -> Self {
        Self::new(role, Shape::Line { points, colour, width, dash: Vec::new(), opacity: 1.0 })
    }

    /// A filled outline.
    pub fn polygon(role: Role, points: Vec<Point>, fill: Colour, opacity: f64) -> Self {
        Self::new(role, Shape::Polygon { points, fill, opacity })
    }

    /// A line of text whose anchor stands at this place of the baseline.
    pub fn text(role: Role, (x, y): Point, anchor: Anchor, text: impl Into<String>, set: Type) -> Self {
        let Type { size, bold, colour } = set;
        Self::new(role, Shape::Text { x, y, text: text.into(), size, bold, anchor, colour, upwards: false })
    }

    fn new(role: Role, shape: Shape) -> Self {
        Self { role, group: None, tick: None, shape }
    }

    /// The same item, of the group with this key.
    pub fn of(mut self, group: &str) -> Self {
        self.group = Some(group.to_owned());
        self
    }

    /// The same item, of the tick at this value.
    pub fn at(mut self, tick: f64) -> Self {
        self.tick = Some(tick);
        self
    }

    /// The same line with these dashes; nothing changes for another shape.
    pub fn dashed(mut self, pattern: &[f64]) -> Self {
        if let Shape::Line { dash, .. } = &mut self.shape {
            *dash = pattern.to_vec();
        }
        self
    }

    /// The same text reading upwards; nothing changes for another shape.
    pub fn upwards(mut self) -> Self {
        if let Shape::Text { upwards, .. } = &mut self.shape {
            *upwards = true;
        }
        self
    }

    /// The box around the item in CSS pixels: left, top, right, bottom. A line's width is left out.
    ///
    /// `None` where there is nothing.
    pub fn bounds(&self) -> Option<(f64, f64, f64, f64)> {
        match &self.shape {
            Shape::Line { points, .. } | Shape::Polygon { points, .. } => {
                let &(x, y) = points.first()?;
                Some(points.iter().fold((x, y, x, y), |(left, top, right, bottom), &(x, y)| {
                    (left.min(x), top.min(y), right.max(x), bottom.max(y))
                }))
            }
            Shape::Text { x, y, text, size, bold, anchor, upwards, .. } => {
                let width = metrics::width(text, *size, *bold);
                let before = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => width / 2.0,
                    Anchor::End => width,
                };
                let (above, below) = (metrics::CAP_HEIGHT * size, metrics::DESCENT * size);
                Some(if *upwards {
                    (x - above, y + before - width, x + below, y + before)
                } else {
                    (x - before, y - above, x - before + width, y + below)
                })
            }
        }
    }
}

/// What the figure says to somebody who does not see it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// One paragraph.
    pub text: String,
    /// The heads of the table's columns.
    pub header: Vec<String>,
    /// Its rows: what is drawn at each tick, group by group.
    pub rows: Vec<Vec<String>>,
}

/// A figure, ready to be painted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scene {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// What is painted, from the back to the front.
    pub items: Vec<Item>,
    /// The text alternative.
    pub alt: Alternative,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_survives_the_way_to_the_page() {
        let set = Type { size: 12.0, bold: true, colour: Colour::new(0x0072b2) };
        let scene = Scene {
            width: 100.5,
            height: 50.0,
            items: vec![
                Item::line(Role::Curve, vec![(0.0, 1.5), (2.0, 3.0)], Colour::new(0xd55e00), 2.0).of("≤ 5 & “x”"),
                Item::polygon(Role::Band, vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)], Colour::new(0), 0.2),
                Item::text(Role::AtRisk, (4.0, 5.0), Anchor::Middle, "41", set).at(24.0).upwards(),
            ],
            alt: Alternative::default(),
        };
        let json = serde_json::to_string(&scene).expect("JSON");
        assert!(json.contains(r##""colour":"#0072b2""##), "{json}");
        assert_eq!(serde_json::from_str::<Scene>(&json).expect("a scene"), scene);
        for wrong in ["#12345", "0072b2", "#00zzb2", "#é234"] {
            assert!(Colour::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bounds_of_text_by_anchor() {
        let set = Type { size: 10.0, bold: false, colour: Colour::new(0) };
        let text = Item::text(Role::Title, (100.0, 50.0), Anchor::Middle, "00", set);
        let (left, top, right, bottom) = text.bounds().expect("a box");
        assert!((left - 94.44).abs() < 1e-9 && (right - 105.56).abs() < 1e-9);
        assert!((top - 42.84).abs() < 1e-9 && (bottom - 52.12).abs() < 1e-9);
        let (left, top, right, bottom) = text.upwards().bounds().expect("a box");
        assert!((top - 44.44).abs() < 1e-9 && (bottom - 55.56).abs() < 1e-9);
        assert!((left - 92.84).abs() < 1e-9 && (right - 102.12).abs() < 1e-9);
    }
}
