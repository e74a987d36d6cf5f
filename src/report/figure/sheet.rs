//! What every figure that is no curve shares: the sheet with its title, its legend and its words.

use indexmap::IndexMap;
use serde::Deserialize;

use crate::report::figure::layout::Sizes;
use crate::report::figure::scene::{Alternative, Anchor, Item, Point, Role, Scene, Type};
use crate::report::figure::theme::Theme;
use crate::report::figure::{alternative, metrics};
use crate::report::number::Locale;
use crate::words;

/// The sheet that a figure is laid out on.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Sheet {
    /// Width in CSS pixels; at least 240.
    pub width: f64,
    /// The title; empty for none.
    #[serde(default)]
    pub title: String,
    /// Lines under the figure, before what the figure explains of itself.
    #[serde(default)]
    pub legend: Vec<String>,
    /// How numbers are written.
    #[serde(default)]
    pub locale: Locale,
    /// Colours.
    #[serde(default)]
    pub theme: Theme,
}

impl Sheet {
    /// The width that is used.
    pub(super) fn room(&self) -> f64 {
        if self.width.is_finite() { self.width.clamp(240.0, 20_000.0) } else { 640.0 }
    }

    pub(super) fn sizes(&self) -> Sizes {
        Sizes::of(self.room())
    }

    /// How text of this size is set in ink, or set back.
    pub(super) fn set(&self, size: f64, bold: bool, muted: bool) -> Type {
        Type { size, bold, colour: if muted { self.theme.muted() } else { self.theme.ink() } }
    }

    /// The title, and the y under it.
    pub(super) fn title(&self, items: &mut Vec<Item>) -> f64 {
        let sizes = self.sizes();
        let mut y = sizes.pad;
        for line in metrics::wrap(&self.title, sizes.title, true, self.room() - 2.0 * sizes.pad) {
            let baseline = y + metrics::CAP_HEIGHT * sizes.title;
            let set = self.set(sizes.title, true, false);
            items.push(Item::text(Role::Title, (sizes.pad, baseline), Anchor::Start, line, set));
            y += sizes.title + 4.0;
        }
        if items.is_empty() { y } else { y + sizes.gap / 2.0 }
    }

    /// The scene: the legend and the `notes` under `bottom`, and the paper behind everything.
    pub(super) fn scene(&self, mut items: Vec<Item>, bottom: f64, notes: &[String], mut alt: Alternative) -> Scene {
        let (width, sizes) = (self.room(), self.sizes());
        let mut y = bottom + sizes.gap;
        for (at, line) in self.legend.iter().chain(notes).enumerate() {
            for line in metrics::wrap(line, sizes.small, false, width - 2.0 * sizes.pad) {
                y += sizes.row;
                let set = self.set(sizes.small, false, at >= self.legend.len());
                items.push(Item::text(Role::Legend, (sizes.pad, y), Anchor::Start, line, set));
            }
        }
        let height = (y + sizes.pad).ceil();
        let paper: Vec<Point> = vec![(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
        items.insert(0, Item::polygon(Role::Background, paper, self.theme.background(), 1.0));
        let spoken = self.legend.iter().chain(notes).map(|line| alternative::sentence(line));
        alt.text = std::iter::once(alt.text).chain(spoken).collect::<Vec<_>>().join(" ").trim().to_owned();
        Scene { width, height, items, alt }
    }
}

/// Words of one section of a words file, by code.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Words(IndexMap<String, String>);

impl Words {
    /// The English words of a section.
    pub fn english(section: &str) -> Self {
        Self(words::english_section(section))
    }

    /// The words of a code with its values filled in; the code itself where there are none, so that nothing is silent.
    pub fn say(&self, code: &str, values: &[(&str, &str)]) -> String {
        alternative::fill(self.0.get(code).map_or(code, String::as_str), values)
    }

    /// These words, or the English ones where none are given.
    pub(crate) fn or_english(&self, section: &str) -> Self {
        if self.0.is_empty() { Self::english(section) } else { self.clone() }
    }
}

/// What things are called in a figure: endpoints and columns by their name in the study.
#[derive(Debug, Clone, Default)]
pub struct Labels(pub IndexMap<String, String>);

impl Labels {
    /// The label of `name`, or the name itself.
    pub fn of<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }
}
