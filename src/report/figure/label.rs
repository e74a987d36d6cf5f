//! Labels of the groups: beside their curves without covering one another, or in lines above the plot.

use crate::report::figure::curve::Trace;
use crate::report::figure::kaplan_meier::Figure;
use crate::report::figure::layout::{Frame, Label, SWATCH, Sizes};
use crate::report::figure::metrics;
use crate::report::figure::scene::{Anchor, Item, Point, Role, Type};
use crate::sorting;

/// The labels of the groups: beside their curves where the frame has room for them, else above the plot.
pub(super) fn items(figure: &Figure, frame: &Frame, traces: &[Option<Trace>]) -> Vec<Item> {
    match &frame.labels {
        Some(labels) => beside(figure, frame, traces, labels),
        None => above(figure, frame),
    }
}

/// Labels right of the plot, each joined to the end of its curve.
fn beside(figure: &Figure, frame: &Frame, traces: &[Option<Trace>], labels: &[Label]) -> Vec<Item> {
    let sizes = &frame.sizes;
    let shown: Vec<usize> = (0..labels.len()).filter(|&at| traces[at].is_some()).collect();
    let ends: Vec<Point> = traces.iter().flatten().map(Trace::end).collect();
    let wishes: Vec<Wish> = shown
        .iter()
        .zip(&ends)
        .map(|(&at, end)| Wish { centre: end.1, height: labels[at].lines.len() as f64 * sizes.row + 2.0 })
        .collect();
    let Some(centres) = spread(&wishes, frame.y.end - sizes.row / 2.0, frame.y.start + sizes.row / 2.0) else {
        return Vec::new();
    };
    let mut items = Vec::new();
    for ((&at, &(x, y)), &centre) in shown.iter().zip(&ends).zip(&centres) {
        let (key, style) = (figure.curves[at].key.as_str(), figure.line(at));
        let swatch = frame.x.end + 12.0;
        if swatch - x > 16.0 || (centre - y).abs() > 3.0 {
            let leader = vec![(x + 3.0, y), (frame.x.end.max(x + 3.0), y), (swatch - 2.0, centre)];
            items.push(Item::line(Role::Leader, leader, figure.sheet.theme.axis(), 0.75).dashed(&[1.0, 3.0]).of(key));
        }
        let sample = vec![(swatch, centre), (swatch + SWATCH, centre)];
        items.push(Item::line(Role::Swatch, sample, style.colour, 1.8).dashed(style.dash).of(key));
        let set = Type { size: sizes.small, bold: false, colour: figure.sheet.theme.ink() };
        let lines = &labels[at].lines;
        let first = centre - (lines.len() - 1) as f64 * sizes.row / 2.0 + metrics::CAP_HEIGHT * sizes.small / 2.0;
        for (row, line) in lines.iter().enumerate() {
            let place = (swatch + SWATCH + 5.0, first + row as f64 * sizes.row);
            items.push(Item::text(Role::GroupLabel, place, Anchor::Start, line, set).of(key));
        }
    }
    items
}

/// Labels in lines: for each line the group's place, its text and where it begins.
pub(super) fn rows(figure: &Figure, sizes: &Sizes, room: f64) -> Vec<Vec<(usize, String, f64)>> {
    let mut lines: Vec<Vec<(usize, String, f64)>> = Vec::new();
    let mut used = f64::INFINITY;
    for (at, curve) in figure.curves.iter().enumerate() {
        let text = metrics::shorten(&curve.label, sizes.small, false, room - SWATCH - 5.0);
        let width = SWATCH + 5.0 + metrics::width(&text, sizes.small, false);
        if used + width > room {
            lines.push(Vec::new());
            used = 0.0;
        }
        if let Some(line) = lines.last_mut() {
            line.push((at, text, used));
        }
        used += width + 16.0;
    }
    lines
}

/// Labels above the plot, in lines.
fn above(figure: &Figure, frame: &Frame) -> Vec<Item> {
    let sizes = &frame.sizes;
    let set = Type { size: sizes.small, bold: false, colour: figure.sheet.theme.ink() };
    let mut items = Vec::new();
    for (row, labels) in rows(figure, sizes, frame.width - 2.0 * sizes.pad).into_iter().enumerate() {
        let baseline = frame.key_top + row as f64 * sizes.row;
        let middle = baseline - metrics::CAP_HEIGHT * sizes.small / 2.0;
        for (at, text, start) in labels {
            let (group, style) = (&figure.curves[at].key, figure.line(at));
            let x = sizes.pad + start;
            let sample = vec![(x, middle), (x + SWATCH, middle)];
            items.push(Item::line(Role::Swatch, sample, style.colour, 1.8).dashed(style.dash).of(group));
            let place = (x + SWATCH + 5.0, baseline);
            items.push(Item::text(Role::GroupLabel, place, Anchor::Start, text, set).of(group));
        }
    }
    items
}

/// A label that would like to be centred at `centre` and is `height` high.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Wish {
    /// Where its centre should be.
    centre: f64,
    /// How high it is, with the room around it.
    height: f64,
}

/// Centres of labels, in the order of the wishes, between `top` and `bottom` and without overlap.
///
/// Labels that would overlap move together by the least sum of squares: neighbours are pooled until none overlap.
/// `None` if they do not fit at all.
fn spread(wishes: &[Wish], top: f64, bottom: f64) -> Option<Vec<f64>> {
    struct Block {
        members: Vec<usize>,
        height: f64,
        /// Sum over the members of the start that the block would need for that member's wish.
        starts: f64,
    }
    if wishes.iter().map(|wish| wish.height).sum::<f64>() > bottom - top {
        return None;
    }
    let order = sorting::order(wishes.len(), &mut |a, b| wishes[a].centre.total_cmp(&wishes[b].centre));
    let start =
        |block: &Block| (block.starts / block.members.len() as f64).clamp(top, (bottom - block.height).max(top));
    let mut blocks: Vec<Block> = Vec::new();
    for at in order {
        let wish = wishes[at];
        let mut block = Block { members: vec![at], height: wish.height, starts: wish.centre - wish.height / 2.0 };
        while let Some(above) = blocks.pop_if(|above| start(above) + above.height > start(&block)) {
            block = Block {
                starts: above.starts + block.starts - above.height * block.members.len() as f64,
                height: above.height + block.height,
                members: [above.members, block.members].concat(),
            };
        }
        blocks.push(block);
    }
    let mut centres = vec![0.0; wishes.len()];
    for block in &blocks {
        let mut y = start(block);
        for &member in &block.members {
            centres[member] = y + wishes[member].height / 2.0;
            y += wishes[member].height;
        }
    }
    Some(centres)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(centres: &[f64]) -> Vec<Wish> {
        centres.iter().map(|&centre| Wish { centre, height: 10.0 }).collect()
    }

    #[test]
    fn labels_apart_stay_where_they_are() {
        assert_eq!(spread(&wishes(&[80.0, 20.0, 50.0]), 0.0, 100.0), Some(vec![80.0, 20.0, 50.0]));
    }

    #[test]
    fn labels_that_meet_are_pushed_apart_evenly() {
        assert_eq!(spread(&wishes(&[50.0, 50.0]), 0.0, 100.0), Some(vec![45.0, 55.0]));
        assert_eq!(spread(&wishes(&[99.0, 98.0]), 0.0, 100.0), Some(vec![95.0, 85.0]));
        assert_eq!(spread(&wishes(&[0.0, 0.0, 0.0]), 0.0, 30.0), Some(vec![5.0, 15.0, 25.0]));
    }

    #[test]
    fn labels_that_cannot_fit_are_refused() {
        assert_eq!(spread(&wishes(&[1.0, 2.0]), 0.0, 19.0), None);
        assert_eq!(spread(&[], 0.0, 0.0), Some(vec![]));
    }
}
