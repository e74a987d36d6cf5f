//! One layout for plot, axis and table: margins, ticks and the places that everything else is drawn at.

use crate::report::figure::kaplan_meier::{Curve, Figure, RiskTable};
use crate::report::figure::scale::{self, Linear};
use crate::report::figure::{metrics, risk_table};
use crate::report::number;

/// Length of the sample of a line beside a group's name.
pub(super) const SWATCH: f64 = 18.0;

/// Below this width labels stand above the plot and group names above their rows.
const NARROW: f64 = 480.0;

/// Length of a tick mark.
pub(super) const TICK: f64 = 5.0;

/// Sizes of text and of the room between things, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sizes {
    /// The title.
    pub title: f64,
    /// Axis names and labels.
    pub base: f64,
    /// Numbers, the table and the legend.
    pub small: f64,
    /// Distance of baselines in the table and the legend.
    pub row: f64,
    /// Room under a group of the table.
    pub group_gap: f64,
    /// Room between blocks.
    pub gap: f64,
    /// Room at the edge of the figure.
    pub pad: f64,
}

impl Sizes {
    pub(super) fn of(width: f64) -> Self {
        if width < NARROW {
            Self { title: 13.0, base: 11.0, small: 10.5, row: 14.0, group_gap: 4.0, gap: 8.0, pad: 8.0 }
        } else {
            Self { title: 15.0, base: 12.5, small: 11.5, row: 15.5, group_gap: 5.0, gap: 10.0, pad: 12.0 }
        }
    }
}

/// A group's label in lines, with their widest.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Label {
    /// The lines.
    pub lines: Vec<String>,
    /// Width of the widest.
    pub width: f64,
}

/// Where things stand.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frame {
    /// Width of the figure.
    pub width: f64,
    /// Sizes of text and room.
    pub sizes: Sizes,
    /// Lines of the title.
    pub title: Vec<String>,
    /// The x axis, its ends the left and right side of the plot.
    pub x: Linear,
    /// The y axis, its ends the bottom and the top of the plot.
    pub y: Linear,
    /// Left side of the plot.
    pub left: f64,
    /// Ticks of the x axis.
    pub ticks: Vec<f64>,
    /// Labels beside the curves, one per group; `None` where they stand above the plot.
    pub labels: Option<Vec<Label>>,
    /// Group names stand left of the numbers (table of numbers at risk only).
    pub inline: bool,
    /// Baseline of the first line of labels above the plot.
    pub key_top: f64,
}

/// The figure's width: at least 240, so that there is a plot at all.
pub(super) fn width(figure: &Figure) -> f64 {
    if figure.width.is_finite() { figure.width.clamp(240.0, 20_000.0) } else { 640.0 }
}

impl Frame {
    /// The frame of a figure whose legend takes `below` pixels under the table.
    ///
    /// `key_rows` gives how many lines the labels take above the plot when they have this room.
    pub(super) fn new(figure: &Figure, below: f64, key_rows: impl Fn(&Sizes, f64) -> usize) -> Self {
        let width = width(figure);
        let sizes = Sizes::of(width);
        let labels = (width >= NARROW).then(|| direct_labels(&figure.curves, &sizes, 0.2 * width)).flatten();
        let frame = Self::with_labels(figure, width, sizes, labels, below, &key_rows);
        let plot = frame.y.start - frame.y.end;
        let needed: f64 = frame.labels.iter().flatten().map(|label| label.lines.len() as f64 * sizes.row + 2.0).sum();
        if needed > 0.8 * plot { Self::with_labels(figure, width, sizes, None, below, &key_rows) } else { frame }
    }

    fn with_labels(
        figure: &Figure,
        width: f64,
        sizes: Sizes,
        labels: Option<Vec<Label>>,
        below: f64,
        key_rows: &impl Fn(&Sizes, f64) -> usize,
    ) -> Self {
        let small = |text: &str| metrics::width(text, sizes.small, false);
        let widest =
            figure.curves.iter().map(|curve| small(&number::count(curve.n, figure.locale))).fold(0.0, f64::max);
        let max = x_max(figure);
        let x_max_width = small(&number::axis_value(libm::floor(max), figure.locale));
        let number = widest.max(x_max_width);

        // Left: the y axis with its name, or the names of the table's rows, whichever is wider.
        let y_axis = sizes.pad + sizes.base + 6.0 + small("100") + 3.0 + TICK;
        let names = risk_table::row_names(figure).into_iter().map(small).fold(0.0, f64::max);
        let table = sizes.pad + names + 10.0 + widest / 2.0;
        let groups = figure.curves.iter().map(|curve| small(&curve.label)).fold(0.0, f64::max);
        let beside = sizes.pad + SWATCH + 6.0 + groups + 10.0 + widest / 2.0;
        let inline = figure.options.risk_table == RiskTable::AtRisk && width >= NARROW && beside <= 0.3 * width;
        let left = y_axis.max(table).max(if inline { beside } else { 0.0 });

        let beside = labels.iter().flatten().map(|label| label.width + SWATCH + 22.0).fold(0.0, f64::max);
        let right = width - sizes.pad - beside.max(number / 2.0);
        let plot_width = right - left;

        let most = plot_width / (number + 14.0).max(if width < NARROW { 34.0 } else { 48.0 });
        let mut end = max;
        let mut ticks = scale::ticks(figure.unit, end, most as usize + 1);
        // The axis ends at a tick where the next one is close.
        if let [.., before, last] = ticks[..] {
            let next = last + (last - before);
            if figure.options.x_max.is_none() && next > end && next - end < 0.06 * end && ticks.len() as f64 <= most {
                end = next;
                ticks.push(next);
            }
        }

        let title = metrics::wrap(&figure.title, sizes.title, true, width - 2.0 * sizes.pad);
        let mut top = sizes.pad + title.len() as f64 * (sizes.title + 4.0);
        top += if title.is_empty() { 0.0 } else { sizes.gap / 2.0 };
        let key_top = top + metrics::CAP_HEIGHT * sizes.small;
        if labels.is_none() {
            top += key_rows(&sizes, width - 2.0 * sizes.pad) as f64 * sizes.row;
        }
        // The topmost y number needs half a line.
        top += sizes.small / 2.0;
        let rest = top + axis_height(&sizes) + risk_table::height(figure, &sizes, inline) + below;
        let plot_height = match figure.height {
            Some(height) if height.is_finite() => (height - rest).clamp(120.0, 10_000.0),
            _ => (0.64 * plot_width).clamp(190.0, 440.0),
        };
        Self {
            width,
            sizes,
            title,
            x: Linear { from: 0.0, to: end, start: left, end: right },
            y: Linear { from: 0.0, to: 1.0, start: top + plot_height, end: top },
            left,
            ticks,
            labels,
            inline,
            key_top,
        }
    }
}

/// Height of the x axis under the plot: tick marks, numbers, name.
pub(super) fn axis_height(sizes: &Sizes) -> f64 {
    TICK + 4.0 + sizes.small + 6.0 + sizes.base
}

/// Where the x axis ends: as asked, else at the last time of any group; 1 where there is none.
fn x_max(figure: &Figure) -> f64 {
    let usable = |&time: &f64| time.is_finite() && time > 0.0;
    let last = figure.curves.iter().flat_map(|curve| &curve.time).copied().filter(usable).reduce(f64::max);
    figure.options.x_max.filter(usable).or(last).unwrap_or(1.0)
}

/// Labels of one or two lines each; `None` where one does not fit in `room`.
fn direct_labels(curves: &[Curve], sizes: &Sizes, room: f64) -> Option<Vec<Label>> {
    curves
        .iter()
        .map(|curve| {
            let lines = metrics::wrap(&curve.label, sizes.small, false, room);
            let whole = lines.join(" ") == curve.label.split_whitespace().collect::<Vec<_>>().join(" ");
            let width = lines.iter().map(|line| metrics::width(line, sizes.small, false)).fold(0.0, f64::max);
            (lines.len() <= 2 && whole).then_some(Label { lines, width })
        })
        .collect()
}
