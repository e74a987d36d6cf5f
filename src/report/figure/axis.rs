//! The two axes: lines, ticks, numbers and names.

use crate::report::figure::kaplan_meier::Figure;
use crate::report::figure::layout::{self, Frame, TICK};
use crate::report::figure::metrics;
use crate::report::figure::scene::{Anchor, Item, Role, Type};
use crate::report::number;

/// Half the width of the strokes that cut an axis, and how far apart they are.
const BREAK: (f64, f64) = (4.0, 4.0);

/// The x axis under the plot.
pub(super) fn horizontal(figure: &Figure, frame: &Frame) -> Vec<Item> {
    let (sizes, theme, bottom) = (&frame.sizes, figure.sheet.theme, frame.y.start);
    let mut items =
        vec![Item::line(Role::Axis, vec![(frame.x.start, bottom), (frame.x.end, bottom)], theme.axis(), 1.0)];
    let set = Type { size: sizes.small, bold: false, colour: theme.muted() };
    let baseline = bottom + TICK + 4.0 + metrics::CAP_HEIGHT * sizes.small;
    for &tick in &frame.ticks {
        let x = frame.x.at(tick);
        items.push(Item::line(Role::Axis, vec![(x, bottom), (x, bottom + TICK)], theme.axis(), 1.0).at(tick));
        let text = number::axis_value(tick, figure.sheet.locale);
        items.push(Item::text(Role::XTick, (x, baseline), Anchor::Middle, text, set).at(tick));
    }
    let set = Type { size: sizes.base, bold: false, colour: theme.ink() };
    let name = metrics::shorten(&figure.x_label, sizes.base, false, frame.width - 2.0 * sizes.pad);
    // Under the middle of the axis, or as near to it as a long name can be.
    let half = metrics::width(&name, sizes.base, false) / 2.0;
    let middle = (frame.x.start + frame.x.end) / 2.0;
    let place = middle.min(frame.width - sizes.pad - half).max(sizes.pad + half);
    let baseline = bottom + TICK + 4.0 + sizes.small + 4.0 + metrics::CAP_HEIGHT * sizes.base;
    items.push(Item::text(Role::AxisLabel, (place, baseline), Anchor::Middle, name, set));
    items
}

/// The y axis left of the plot.
pub(super) fn vertical(figure: &Figure, frame: &Frame) -> Vec<Item> {
    let (sizes, theme, left) = (&frame.sizes, figure.sheet.theme, frame.left);
    let mut items = vec![Item::line(Role::Axis, vec![(left, frame.y.end), (left, frame.y.start)], theme.axis(), 1.0)];
    let set = Type { size: sizes.small, bold: false, colour: theme.muted() };
    for &tick in &frame.y_ticks {
        let y = frame.y.at(tick);
        items.push(Item::line(Role::Axis, vec![(left - TICK, y), (left, y)], theme.axis(), 1.0).at(tick));
        let place = (left - TICK - 3.0, y + metrics::CAP_HEIGHT * sizes.small / 2.0);
        let text = layout::y_text(figure, tick);
        items.push(Item::text(Role::YTick, place, Anchor::End, text, set).at(tick));
    }
    let set = Type { size: sizes.base, bold: false, colour: theme.ink() };
    let name = metrics::shorten(&figure.y_label, sizes.base, false, frame.y.start - frame.y.end);
    let x = left - TICK - 3.0 - frame.y_width - 7.0;
    let middle = (frame.y.start + frame.y.end) / 2.0;
    items.push(Item::text(Role::AxisLabel, (x, middle), Anchor::Middle, name, set).upwards());
    if figure.options.cut().is_some() {
        items.extend(cut(figure, frame));
    }
    items
}

/// Two slanted strokes across the end at which the axis is cut, and the paper between them.
fn cut(figure: &Figure, frame: &Frame) -> Vec<Item> {
    let upward = figure.options.upward;
    let (end, inwards) = if upward { (frame.y.end, 1.0) } else { (frame.y.start, -1.0) };
    let at = end + inwards * 9.0;
    let (half, gap) = BREAK;
    let stroke = |y: f64| vec![(frame.left - half, y + half / 2.0), (frame.left + half, y - half / 2.0)];
    let (lower, upper) = (stroke(at + gap / 2.0), stroke(at - gap / 2.0));
    let between = vec![lower[0], lower[1], upper[1], upper[0]];
    let line = |points| Item::line(Role::AxisBreak, points, figure.sheet.theme.axis(), 1.0);
    vec![Item::polygon(Role::AxisBreak, between, figure.sheet.theme.background(), 1.0), line(lower), line(upper)]
}
