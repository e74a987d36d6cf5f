//! One layout for plot, axis and table: margins, ticks and the places that everything else is drawn at.

use crate::report::figure::kaplan_meier::{Curve, Figure, Quantity, RiskTable};
use crate::report::figure::scale::{self, Scale};
use crate::report::figure::sheet::PIXELS_PER_PT;
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
    /// Labels stand above the plot and group names above their rows.
    pub narrow: bool,
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
    /// The sizes on a sheet of this width, from a size of text in points where one is asked for.
    pub(super) fn of(width: f64, points: Option<f64>) -> Self {
        let narrow = width < NARROW;
        if let Some(points) = points.filter(|points| points.is_finite()) {
            // 3 pt is a third of what can be read, and 48 pt a wall: between them what is asked for is done, and judged by the lint.
            let base = points.clamp(3.0, 48.0) * PIXELS_PER_PT;
            let small = 0.93 * base;
            let (row, pad) = (1.36 * small, 0.6 * base);
            let narrow = width < 30.0 * base;
            return Self {
                narrow,
                title: 1.15 * base,
                base,
                small,
                row,
                group_gap: 0.4 * small,
                gap: 0.8 * small,
                pad,
            };
        }
        if narrow {
            Self { narrow, title: 13.0, base: 11.0, small: 10.5, row: 14.0, group_gap: 4.0, gap: 8.0, pad: 8.0 }
        } else {
            Self { narrow, title: 15.0, base: 12.5, small: 11.5, row: 15.5, group_gap: 5.0, gap: 10.0, pad: 12.0 }
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
    pub x: Scale,
    /// The y axis, its ends the bottom and the top of the plot.
    pub y: Scale,
    /// Left side of the plot.
    pub left: f64,
    /// Ticks of the x axis.
    pub ticks: Vec<f64>,
    /// Ticks of the y axis.
    pub y_ticks: Vec<f64>,
    /// Width of the widest number of the y axis.
    pub y_width: f64,
    /// Labels beside the curves, one per group; `None` where they stand above the plot.
    pub labels: Option<Vec<Label>>,
    /// Group names stand left of the numbers (table of numbers at risk only).
    pub inline: bool,
    /// Baseline of the first line of labels above the plot.
    pub key_top: f64,
}

impl Frame {
    /// The frame of a figure whose legend takes `below` pixels under the table.
    ///
    /// `key_rows` gives how many lines the labels take above the plot when they have this room.
    pub(super) fn new(figure: &Figure, below: f64, key_rows: impl Fn(&Sizes, f64) -> usize) -> Self {
        let (width, sizes) = (figure.sheet.room(), figure.sheet.sizes());
        let labels = (!sizes.narrow).then(|| direct_labels(&figure.curves, &sizes, 0.2 * width)).flatten();
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
            figure.curves.iter().map(|curve| small(&number::count(curve.n, figure.sheet.locale))).fold(0.0, f64::max);
        let max = x_max(figure);
        let x_max_width = small(&number::axis_value(libm::floor(max), figure.sheet.locale));
        let number = widest.max(x_max_width);

        // Left: the y axis with its name, or the names of the table's rows, whichever is wider.
        let y = y_axis(figure, max);
        let y_width = y.ticks.iter().map(|&tick| small(&y_text(figure, tick))).fold(small("100"), f64::max);
        let y_axis = sizes.pad + sizes.base + 6.0 + y_width + 3.0 + TICK;
        let names = risk_table::row_names(figure).iter().map(|name| small(name)).fold(0.0, f64::max);
        let table = sizes.pad + names + 10.0 + widest / 2.0;
        let groups = figure.curves.iter().map(|curve| small(&curve.label)).fold(0.0, f64::max);
        let beside = sizes.pad + SWATCH + 6.0 + groups + 10.0 + widest / 2.0;
        let inline = figure.options.risk_table == RiskTable::AtRisk && !sizes.narrow && beside <= 0.3 * width;
        let left = y_axis.max(table).max(if inline { beside } else { 0.0 });

        let beside = labels.iter().flatten().map(|label| label.width + SWATCH + 22.0).fold(0.0, f64::max);
        let right = width - sizes.pad - beside.max(number / 2.0);
        let plot_width = right - left;

        // On paper numbers stand closer than on a screen.
        let apart = match (sizes.narrow, figure.sheet.font_size) {
            (_, Some(_)) => 2.6 * sizes.base,
            (true, None) => 34.0,
            (false, None) => 48.0,
        };
        let most = plot_width / (number + 1.2 * sizes.small).max(apart);
        let x = x_axis(figure, max, most);
        let title = metrics::wrap(&figure.sheet.title, sizes.title, true, width - 2.0 * sizes.pad);
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
            x: Scale { from: x.from, to: x.to, start: left, end: right, log: x.log },
            y: Scale { from: y.from, to: y.to, start: top + plot_height, end: top, log: false },
            left,
            ticks: x.ticks,
            y_ticks: y.ticks,
            y_width,
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

/// An axis in values.
struct Axis {
    from: f64,
    to: f64,
    ticks: Vec<f64>,
    log: bool,
}

/// The x axis up to `max`, with about `most` ticks at most.
fn x_axis(figure: &Figure, max: f64, most: f64) -> Axis {
    let options = &figure.options;
    if options.quantity == Quantity::LogMinusLog {
        let shown = |curve: &Curve| {
            let steps = curve.time.iter().zip(&curve.estimate);
            steps
                .filter(|step| *step.0 > 0.0 && step.1.and_then(|s| options.shown(s)).is_some())
                .map(|step| *step.0)
                .next()
        };
        let first = figure.curves.iter().filter_map(shown).filter(|&first| first < max).reduce(f64::min);
        let from = first.unwrap_or(max / 10.0);
        return Axis { from, to: max, ticks: scale::ticks_log(from, max, most as usize + 1), log: true };
    }
    let mut end = max;
    let mut ticks = match options.x_step.filter(|&step| step > 0.0 && max / step < most.max(2.0) + 1.0) {
        Some(step) => (0..=libm::floor(max / step + 1e-9) as usize).map(|index| index as f64 * step).collect(),
        None => scale::ticks(figure.unit, end, most as usize + 1),
    };
    // The axis ends at a tick where the next one is close.
    if let [.., before, last] = ticks[..] {
        let next = last + (last - before);
        if options.x_max.is_none() && next > end && next - end < 0.06 * end && ticks.len() as f64 <= most {
            end = next;
            ticks.push(next);
        }
    }
    Axis { from: 0.0, to: end, ticks, log: false }
}

/// The y axis of what is drawn up to the time `max`.
fn y_axis(figure: &Figure, max: f64) -> Axis {
    let options = &figure.options;
    let linear = |from: f64, to: f64, ticks: Vec<f64>| Axis { from, to, ticks, log: false };
    if options.quantity == Quantity::Survival {
        return match options.cut() {
            None => linear(0.0, 1.0, vec![0.0, 0.25, 0.5, 0.75, 1.0]),
            Some(cut) if options.upward => linear(0.0, cut, scale::ticks_between(0.0, cut, 6)),
            Some(cut) => linear(cut, 1.0, scale::ticks_between(cut, 1.0, 6)),
        };
    }
    let range = |values: fn(&Curve) -> &Vec<Option<f64>>| {
        let of = |curve: &Curve| {
            let steps = curve.time.iter().zip(values(curve)).filter(|step| *step.0 <= max);
            let shown = steps.filter_map(|(_, value)| value.and_then(|value| options.shown(value)));
            shown.fold(None, |range: Option<(f64, f64)>, value| {
                Some(range.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
            })
        };
        let join = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
        figure.curves.iter().filter_map(of).reduce(join)
    };
    let (low, high) = range(|curve| &curve.estimate).unwrap_or((0.0, 1.0));
    let limits = [range(|curve| &curve.conf_low), range(|curve| &curve.conf_high)];
    let (lowest, highest) = limits
        .into_iter()
        .flatten()
        .filter(|_| options.band)
        .fold((low, high), |all, limits| (all.0.min(limits.0), all.1.max(limits.1)));
    if options.quantity == Quantity::CumulativeHazard {
        // The upper limit of a hazard runs away where few are left: the axis follows it up to half above the highest curve.
        let top = options.y_cut.filter(|&cut| cut > 0.0 && cut.is_finite()).unwrap_or_else(|| highest.min(1.5 * high));
        let top = if top > 0.0 { top } else { 1.0 };
        return linear(0.0, top, scale::ticks_between(0.0, top, 6));
    }
    let room = (high - low).max(1.0) / 2.0;
    let beside = 0.04 * (high - low);
    let (from, to) = (lowest.max(low - room) - beside, highest.min(high + room) + beside);
    let (from, to) = if to > from { (from, to) } else { (from - 1.0, to + 1.0) };
    linear(from, to, scale::ticks_between(from, to, 7))
}

/// The number at a tick of the y axis.
pub(super) fn y_text(figure: &Figure, tick: f64) -> String {
    number::axis_value(if figure.options.in_percent() { 100.0 * tick } else { tick }, figure.sheet.locale)
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
