//! The scene: a flat display list that every device paints alike.
//!
//! Lengths are CSS pixels (1/96 inch), x to the right and y downwards from the top left corner. Items are painted in
//! order. Each item carries what it stands for (its role, the group's key, the tick), so that a test, or a program
//! that reads the figure, finds the number that belongs to a tick without guessing from positions.

use serde::{Deserialize, Serialize};

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
    /// The number at a tick; [`Item::tick`] is its value on the axis.
    TickLabel,
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
    pub alternative: Alternative,
}
