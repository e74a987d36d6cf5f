//! What every figure shares: the sheet with its size, its title, its legend, its look and its words.

use crate::hashing::IndexMap;
use serde::{Deserialize, Serialize};

use crate::report::figure::layout::Sizes;
use crate::report::figure::preset::{Column, Preset};
use crate::report::figure::scene::{Alternative, Anchor, Colour, Item, Point, Role, Scene, Type};
use crate::report::figure::theme::{LineStyle, Theme};
use crate::report::figure::{alternative, metrics};
use crate::report::number::{self, Locale, PStyle, PSymbol};
use crate::words;

/// CSS pixels of a millimetre.
pub const PIXELS_PER_MM: f64 = 96.0 / 25.4;

/// CSS pixels of a point.
pub const PIXELS_PER_PT: f64 = 96.0 / 72.0;

/// The decimal mark of a figure, where it is not that of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimal {
    /// 0.5
    Point,
    /// 0,5
    Comma,
    /// 0·5
    MidDot,
}

/// What stands between the limits of an interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalMark {
    /// 0.5–1.2
    #[default]
    Dash,
    /// 0.5 to 1.2
    To,
}

/// How one group is shown, where it is not as usual.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupLook {
    /// What it is called.
    #[serde(default)]
    pub label: Option<String>,
    /// Its colour.
    #[serde(default)]
    pub colour: Option<Colour>,
}

/// The sheet that a figure is laid out on.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Sheet {
    /// Width in CSS pixels (1/96 inch), at least 240; 0 for `width_mm`.
    #[serde(default)]
    pub width: f64,
    /// Width in millimetres where `width` is 0.
    #[serde(default)]
    pub width_mm: Option<f64>,
    /// The journal whose ways the request begins with; every other field wins over it.
    #[serde(default)]
    pub preset: Option<Preset>,
    /// The column of the journal's page.
    #[serde(default)]
    pub column: Column,
    /// The title; empty for none.
    #[serde(default)]
    pub title: String,
    /// Lines under the figure, before what the figure explains of itself.
    #[serde(default)]
    pub legend: Vec<String>,
    /// How numbers are written.
    #[serde(default)]
    pub locale: Locale,
    /// The decimal mark, where it is not that of `locale`.
    #[serde(default)]
    pub decimal: Option<Decimal>,
    /// The decimal mark of the figure's data as comma-separated text, where it is not that of `locale`.
    #[serde(default)]
    pub csv_decimal: Option<Decimal>,
    /// How p values are rounded.
    #[serde(default)]
    pub p_style: PStyle,
    /// The letter of a p value.
    #[serde(default)]
    pub p_symbol: PSymbol,
    /// What stands between limits.
    #[serde(default)]
    pub interval: IntervalMark,
    /// Colours of paper and text.
    #[serde(default)]
    pub theme: Theme,
    /// Colours of the groups in their order; the theme's where there are none.
    #[serde(default)]
    pub colours: Vec<Colour>,
    /// Size of the text in points; `None` for one that suits a screen.
    #[serde(default)]
    pub font_size: Option<f64>,
    /// Family of the font where text stays text (SVG); its widths must be those of Arial.
    #[serde(default)]
    pub font_family: Option<String>,
    /// Groups that are called or coloured otherwise, by their key.
    #[serde(default)]
    pub groups: IndexMap<String, GroupLook>,
    /// What endpoints, events, columns and levels are called in the figure, by their name in the study.
    #[serde(default)]
    pub names: IndexMap<String, String>,
}

impl Sheet {
    /// The width that is used, in CSS pixels.
    pub(super) fn room(&self) -> f64 {
        let physical = self.width_mm.map(|mm| mm * PIXELS_PER_MM);
        let asked = Some(self.width).filter(|&width| width != 0.0).or(physical);
        asked.filter(|width| width.is_finite()).map_or(640.0, |width| width.clamp(240.0, 20_000.0))
    }

    pub(super) fn sizes(&self) -> Sizes {
        Sizes::of(self.room(), self.font_size)
    }

    /// The look of the group with this key, at this place in the order of the levels.
    pub(super) fn line(&self, at: usize, key: &str) -> LineStyle {
        let style = self.theme.line(at);
        let (of_list, dash) = match self.colours.len() {
            0 => (None, style.dash),
            count => (self.colours.get(at % count).copied(), Theme::dash(at, count)),
        };
        let own = self.groups.get(key).and_then(|group| group.colour);
        LineStyle { colour: own.or(of_list).unwrap_or(style.colour), dash }
    }

    /// What the group with this key is called; `usual` where nothing else is said.
    pub(super) fn label(&self, key: &str, usual: &str) -> String {
        let own = self.groups.get(key).and_then(|group| group.label.clone());
        own.or_else(|| self.names.get(key).cloned()).unwrap_or_else(|| usual.to_owned())
    }

    /// What a level of a variable or an interaction is called: by its key `VARIABLE=LEVEL`, which no other variable shares, else as a
    /// group or a name of the level alone. `is_number` tells the parts of an interaction that have no levels.
    pub(super) fn level(&self, variable: &str, level: &str, is_number: impl Fn(&str) -> bool) -> String {
        let own = |variable: &str, level: &str| {
            self.groups.get(&format!("{variable}={level}")).and_then(|group| group.label.clone())
        };
        if let Some(label) = own(variable, level) {
            return label;
        }
        if !variable.contains(':') || self.names.contains_key(level) {
            return self.label(level, level);
        }
        let parts: Vec<&str> = level.split(':').collect();
        let variables: Vec<&str> = variable.split(':').filter(|name| !is_number(name)).collect();
        let of = |(at, part): (usize, &&str)| {
            let of_variable = variables.get(at).filter(|_| variables.len() == parts.len());
            of_variable.and_then(|name| own(name, part)).unwrap_or_else(|| self.label(part, part))
        };
        parts.iter().enumerate().map(of).collect::<Vec<_>>().join(" × ")
    }

    /// A p value with its letter.
    pub(super) fn p(&self, p: f64) -> Option<String> {
        number::p_phrase(p, self.p_style, self.p_symbol, self.locale)
    }

    /// Two limits with what stands between them; `missing` for one that is not known.
    pub(super) fn limits(&self, low: Option<String>, high: Option<String>, missing: &str, to: &str) -> String {
        let or = |limit: Option<String>| limit.unwrap_or_else(|| missing.to_owned());
        match self.interval {
            IntervalMark::Dash => format!("{}–{}", or(low), or(high)),
            IntervalMark::To => format!("{} {to} {}", or(low), or(high)),
        }
    }

    /// A share as percent with its sign.
    pub(super) fn percent(&self, share: f64) -> String {
        let sign = match self.locale {
            Locale::En | Locale::MidDot => "%",
            Locale::Fr => "\u{a0}%",
        };
        number::axis_value(100.0 * share, self.locale) + sign
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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

    /// Whether there are words for this code.
    pub fn has(&self, code: &str) -> bool {
        self.0.contains_key(code)
    }

    /// These words, or the English ones where none are given.
    pub(crate) fn or_english(&self, section: &str) -> Self {
        if self.0.is_empty() { Self::english(section) } else { self.clone() }
    }

    /// These words, completed by the English ones.
    pub(crate) fn with_english(&self, section: &str) -> Self {
        let mut all = Self::english(section);
        all.0.extend(self.0.iter().map(|(code, text)| (code.clone(), text.clone())));
        all
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
