//! Short lines inside the plot, where neither a curve nor a band is.

use crate::report::figure::curve::Trace;
use crate::report::figure::kaplan_meier::Figure;
use crate::report::figure::layout::Frame;
use crate::report::figure::metrics;
use crate::report::figure::scene::{Anchor, Item, Role, Type};

/// Room around the lines.
const MARGIN: f64 = 8.0;

/// The annotation inside the plot; `None` where no corner is free of curves and obstacles.
///
/// Falling curves leave the left bottom corner free, or the right top one.
pub(super) fn inside(
    figure: &Figure,
    frame: &Frame,
    traces: &[Option<Trace>],
    obstacles: &[Item],
) -> Option<Vec<Item>> {
    let set = Type { size: frame.sizes.small, bold: false, colour: figure.sheet.theme.ink() };
    let width = figure.annotation.iter().map(|line| metrics::width(line, set.size, false)).fold(0.0, f64::max);
    let height = figure.annotation.len() as f64 * frame.sizes.row;
    let (left, right) = (frame.x.start + MARGIN + 2.0, frame.x.end - MARGIN - width);
    let (top, bottom) = (frame.y.end + 2.0, frame.y.start - MARGIN - height);
    let free = |&(x, y): &(f64, f64)| {
        let around = (x - MARGIN, y - 2.0, x + width + MARGIN, y + height + MARGIN);
        let crosses = |other: (f64, f64, f64, f64)| {
            other.0 <= around.2 && other.2 >= around.0 && other.1 <= around.3 && other.3 >= around.1
        };
        x >= left
            && y >= top
            && x <= right
            && y <= bottom
            && !obstacles.iter().filter_map(Item::bounds).any(crosses)
            && !traces.iter().flatten().any(|trace| trace.touches(around))
    };
    let (x, y) = [(left, bottom), (right, top), (left, top), (right, bottom)].into_iter().find(free)?;
    let line = |(at, line): (usize, &String)| {
        let baseline = y + (at + 1) as f64 * frame.sizes.row;
        Item::text(Role::Annotation, (x, baseline), Anchor::Start, line, set)
    };
    Some(figure.annotation.iter().enumerate().map(line).collect())
}
