//! Colours and line types: a set per paper, told apart by colour-blind readers and in grey.

use serde::{Deserialize, Serialize};

use crate::report::figure::scene::Colour;

/// What the figure is painted on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// A white page on a screen.
    #[default]
    Light,
    /// A dark page on a screen.
    Dark,
    /// White paper: black axes and text.
    Print,
}

/// The look of one group's line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineStyle {
    /// Colour.
    pub colour: Colour,
    /// Lengths of dashes and gaps in turn; empty for a solid line.
    pub dash: &'static [f64],
}

// The hues of Okabe and Ito (2008, https://jfly.uni-koeln.de/color/): blue, vermillion, bluish green, reddish purple,
// orange, sky blue, black. Those that are too pale on white (or too dark on a dark page) for a line keep their hue and
// change in lightness until the contrast is at least 3:1; a test holds it.
const ON_WHITE: [u32; 6] = [0x0072b2, 0xd55e00, 0x009068, 0xa8467f, 0x9a6a00, 0x222222];
const ON_DARK: [u32; 6] = [0x56b4e9, 0xf08a3c, 0x2cc795, 0xdf96be, 0xf0e442, 0xe6e6e6];

// The dotted one comes late: leaders are dotted.
const DASHES: [&[f64]; 6] = [&[], &[7.0, 3.0], &[10.0, 3.0, 2.0, 3.0], &[4.0, 2.0], &[2.0, 2.5], &[14.0, 4.0]];

impl Theme {
    /// The paper.
    pub const fn background(self) -> Colour {
        match self {
            Self::Light | Self::Print => Colour::new(0xffffff),
            Self::Dark => Colour::new(0x14181d),
        }
    }

    /// Text, and lines as strong as text.
    pub const fn ink(self) -> Colour {
        match self {
            Self::Light => Colour::new(0x1b1f24),
            Self::Dark => Colour::new(0xe8ebef),
            Self::Print => Colour::new(0x000000),
        }
    }

    /// Text that stands back: notes, tick numbers.
    pub const fn muted(self) -> Colour {
        match self {
            Self::Light => Colour::new(0x50575f),
            Self::Dark => Colour::new(0xaab2bb),
            Self::Print => Colour::new(0x333333),
        }
    }

    /// Axis lines and ticks.
    pub const fn axis(self) -> Colour {
        match self {
            Self::Light => Colour::new(0x6b737c),
            Self::Dark => Colour::new(0x8b949e),
            Self::Print => Colour::new(0x000000),
        }
    }

    /// The look of the group at this place in the order of the levels.
    ///
    /// Six colours, then the same colours with other line types: 36 groups before a pair repeats.
    pub fn line(self, group: usize) -> LineStyle {
        let colours = match self {
            Self::Light | Self::Print => &ON_WHITE,
            Self::Dark => &ON_DARK,
        };
        LineStyle { colour: Colour::new(colours[group % colours.len()]), dash: Self::dash(group, colours.len()) }
    }

    /// The line type of the group at this place where there are so many colours.
    pub(super) const fn dash(group: usize, colours: usize) -> &'static [f64] {
        let round = group / if colours == 0 { 1 } else { colours };
        DASHES[(group + round) % DASHES.len()]
    }
}

/// The share of light of each channel, 0 to 1.
fn linear(colour: Colour) -> [f64; 3] {
    [colour.red, colour.green, colour.blue].map(|value| {
        let share = f64::from(value) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { libm::pow((share + 0.055) / 1.055, 2.4) }
    })
}

/// Contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance).
pub(super) fn contrast(one: Colour, other: Colour) -> f64 {
    let luminance = |colour: Colour| {
        let [red, green, blue] = linear(colour);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// How far two colours are apart for a reader without green cones (deuteranopia; Viénot, Brettel and Mollon 1999, Color Res Appl 24:243):
/// the distance of their linear channels, 0 to about 1.7.
pub(super) fn deuteranope_distance(one: Colour, other: Colour) -> f64 {
    let seen = |colour: Colour| {
        let [red, green, blue] = linear(colour);
        let yellow = 0.292_75 * red + 0.707_25 * green;
        [yellow, yellow, -0.022_34 * red + 0.022_34 * green + blue]
    };
    let (one, other) = (seen(one), seen(other));
    one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::preset::{Column, Preset};
    use crate::report::figure::sheet::Sheet;

    #[test]
    fn the_colours_of_every_preset_stand_out_and_survive_deuteranopia() {
        for preset in Preset::ALL {
            let sheet: Sheet = serde_json::from_value(preset.request(Column::Single)).expect("a sheet");
            let looks: Vec<LineStyle> = (0..6).map(|at| sheet.line(at, "")).collect();
            for (at, look) in looks.iter().enumerate() {
                assert!(contrast(look.colour, sheet.theme.background()) >= 3.0, "{preset:?} {at}");
                for other in &looks[..at] {
                    assert_ne!(look.dash, other.dash, "{preset:?} {at}");
                    let apart = deuteranope_distance(look.colour, other.colour);
                    assert!(apart > 0.02, "{preset:?} {look:?} {other:?} {apart}");
                }
            }
        }
        assert!(deuteranope_distance(Colour::new(0xff0000), Colour::new(0x957500)) < 0.25);
    }

    #[test]
    fn text_and_lines_stand_out_on_every_paper() {
        for theme in [Theme::Light, Theme::Dark, Theme::Print] {
            let paper = theme.background();
            for text in [theme.ink(), theme.muted()] {
                assert!(contrast(text, paper) >= 4.5, "{theme:?} {text:?}");
            }
            assert!(contrast(theme.axis(), paper) >= 3.0, "{theme:?} axis");
            for group in 0..6 {
                let line = theme.line(group);
                assert!(contrast(line.colour, paper) >= 3.0, "{theme:?} {group}: {}", contrast(line.colour, paper));
            }
        }
    }

    #[test]
    fn no_two_of_the_first_groups_look_alike() {
        for theme in [Theme::Light, Theme::Dark] {
            let looks: Vec<LineStyle> = (0..36).map(|group| theme.line(group)).collect();
            for (at, look) in looks.iter().enumerate() {
                assert!(!looks[..at].contains(look), "{theme:?} {at}");
                if at < 6 {
                    assert!(looks[..at].iter().all(|other| other.colour != look.colour && other.dash != look.dash));
                }
            }
        }
    }
}
