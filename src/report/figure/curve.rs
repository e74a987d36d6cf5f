//! A curve as steps: what is drawn from (0, 1) to the end of follow-up, its band, its tail, its marks.

use crate::report::figure::kaplan_meier::{Curve, Few, Options, Tail};
use crate::report::figure::scale::Scale;
use crate::report::figure::scene::{Item, Point, Role};
use crate::report::figure::theme::LineStyle;
use crate::sorting::sort_numbers;

/// Two steps closer than this (CSS pixels) are drawn as one: less than a pixel of any screen.
const RESOLUTION: f64 = 0.125;

/// Width of a curve.
const WIDTH: f64 = 1.8;
/// Width where few are at risk.
const TAIL_WIDTH: f64 = 0.8;
/// Opacity of a band.
const BAND: f64 = 0.16;
/// Opacity of a band where few are at risk.
const TAIL_BAND: f64 = 0.07;
/// Half the height of a censoring mark.
const MARK: f64 = 3.5;

/// The state from a time on.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    x: f64,
    y: f64,
    limits: Option<(f64, f64)>,
}

/// A curve in pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trace {
    /// Steps from the start on; never empty.
    steps: Vec<Step>,
    /// Where the curve ends.
    end: f64,
    /// From where on few are at risk.
    few: Option<f64>,
    /// Censoring marks.
    marks: Vec<Point>,
}

impl Trace {
    /// The trace of a curve; `None` for a group without rows or without a time.
    ///
    /// Times that are not finite, negative or out of order end the curve, as does an estimate that is not defined:
    /// what lies behind them is not known.
    pub(super) fn new(curve: &Curve, options: &Options, x: &Scale, y: &Scale) -> Option<Self> {
        let shown = |value: f64| options.shown(value).map(|value| y.at(value));
        let has_limits = options.band && curve.conf_low.iter().chain(&curve.conf_high).any(Option::is_some);
        let start = shown(options.at_origin()).filter(|_| !x.log);
        let start = start.map(|y| Step { x: x.at(0.0), y, limits: has_limits.then_some((y, y)) });
        let (mut steps, mut marks, mut end) = (Vec::from_iter(start), Vec::new(), None);
        let mut before = 0.0;
        for (at, (&time, &estimate)) in curve.time.iter().zip(&curve.estimate).enumerate() {
            if !(time >= before && time.is_finite()) {
                break;
            }
            if time > x.to {
                end = Some(x.at(x.to));
                break;
            }
            before = time;
            if time < x.from {
                continue;
            }
            let here = x.at(time);
            let Some(value) = estimate.and_then(|value| options.shown(value)) else {
                // log(−log S) is not defined before the first event: the curve begins later.
                if steps.is_empty() {
                    continue;
                }
                end = Some(here);
                break;
            };
            end = Some(here);
            let limit = |limits: &[Option<f64>]| limits.get(at).copied().flatten().and_then(shown);
            let limits = limit(&curve.conf_low).zip(limit(&curve.conf_high)).filter(|_| has_limits);
            push(&mut steps, Step { x: here, y: y.at(value), limits });
            // A curve that leaves a cut axis is not drawn along its edge.
            if !y.has(value) {
                break;
            }
            if curve.n_censor.get(at).is_some_and(|&n| n > 0) {
                mark(&mut marks, (here, y.at(value)));
            }
        }
        let end = end.filter(|_| !steps.is_empty())?;
        let few = few_from(curve, options.tail).map(|time| x.at(time)).filter(|&few| few < end);
        Some(match (options.tail, few) {
            (Tail::Cut(_), Some(few)) => {
                steps.retain(|step| step.x <= few);
                marks.retain(|mark| mark.0 <= few);
                if steps.is_empty() {
                    return None;
                }
                Self { steps, end: few, few: None, marks }
            }
            _ => Self { steps, end, few, marks },
        })
    }

    /// Where the curve ends.
    pub(super) fn end(&self) -> Point {
        (self.end, self.steps.last().map_or(0.0, |step| step.y))
    }

    /// Whether a part is drawn thin.
    pub(super) const fn has_tail(&self) -> bool {
        self.few.is_some()
    }

    /// Whether there is a censoring mark.
    pub(super) const fn has_marks(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Whether there is a band.
    pub(super) fn has_band(&self) -> bool {
        self.steps.iter().skip(1).any(|step| step.limits.is_some())
    }

    /// The band, to be painted under every curve.
    pub(super) fn band(&self, key: &str, style: LineStyle) -> Vec<Item> {
        let few = self.few.unwrap_or(self.end);
        let mut items = Vec::new();
        for (from, to, opacity) in [(self.steps[0].x, few, BAND), (few, self.end, TAIL_BAND)] {
            for outline in self.band_outlines(from, to) {
                items.push(Item::polygon(Role::Band, outline, style.colour, opacity).of(key));
            }
        }
        items
    }

    /// The line, its thin tail and its marks.
    pub(super) fn line(&self, key: &str, style: LineStyle) -> Vec<Item> {
        let few = self.few.unwrap_or(self.end);
        let part = |role, points, width| Item::line(role, points, style.colour, width).dashed(style.dash).of(key);
        let mut items = Vec::new();
        // A curve that begins where few are at risk already is all tail.
        if few >= self.steps[0].x {
            items.push(part(Role::Curve, self.path(self.steps[0].x, few), WIDTH));
        }
        if self.has_tail() {
            items.push(part(Role::Tail, self.path(few, self.end), TAIL_WIDTH));
        }
        items
    }

    /// The censoring marks.
    pub(super) fn censor_marks(&self, key: &str, style: LineStyle) -> Vec<Item> {
        let mark = |&(x, y): &Point| {
            Item::line(Role::CensorMark, vec![(x, y - MARK), (x, y + MARK)], style.colour, 1.0).of(key)
        };
        self.marks.iter().map(mark).collect()
    }

    /// Whether curve or band touch the box (left, top, right, bottom).
    pub(super) fn touches(&self, (left, top, right, bottom): (f64, f64, f64, f64)) -> bool {
        self.steps.iter().enumerate().any(|(at, step)| {
            let next = self.steps.get(at + 1).map_or(self.end, |next| next.x);
            let before = at.checked_sub(1).map_or(step.y, |at| self.steps[at].y);
            let (high, low) = step.limits.map_or((step.y, step.y), |(low, high)| (high.min(low), low.max(high)));
            let (high, low) = (high.min(step.y).min(before), low.max(step.y).max(before));
            step.x <= right && next >= left && high <= bottom && low >= top
        })
    }

    /// The steps that hold somewhere in [from, to], each with the place where it begins there.
    fn between(&self, from: f64, to: f64) -> impl Iterator<Item = (f64, &Step)> {
        let first = self.steps.partition_point(|step| step.x <= from).saturating_sub(1);
        // At the very start every state counts, so that an event at time 0 is a drop from 1.
        let first = if from <= self.steps[0].x { 0 } else { first };
        let steps = self.steps[first..].iter().take_while(move |step| step.x <= to);
        steps.map(move |step| (step.x.max(from), step))
    }

    fn path(&self, from: f64, to: f64) -> Vec<Point> {
        let mut points: Vec<Point> = Vec::new();
        for (x, step) in self.between(from, to) {
            match points.last() {
                Some(&(_, y)) if y == step.y => continue,
                Some(&last) if last.0 < x => points.push((x, last.1)),
                Some(_) => {}
                None => {}
            }
            points.push((x, step.y));
        }
        if let Some(&(x, y)) = points.last()
            && (x < to || points.len() == 1)
        {
            points.push((to, y));
        }
        points
    }

    fn band_outlines(&self, from: f64, to: f64) -> Vec<Vec<Point>> {
        let mut outlines = Vec::new();
        let (mut upper, mut lower): (Vec<Point>, Vec<Point>) = (Vec::new(), Vec::new());
        let mut close = |upper: &mut Vec<Point>, lower: &mut Vec<Point>, x: f64| {
            if let (Some(&(since, high)), Some(&(_, low))) = (upper.last(), lower.last()) {
                upper.extend([(x, high)]);
                lower.extend([(x, low)]);
                let mut outline = std::mem::take(upper);
                outline.extend(std::mem::take(lower).into_iter().rev());
                // A band without width is nothing to paint.
                if x > since || outline.len() > 4 {
                    outlines.push(outline);
                }
            }
        };
        for (x, step) in self.between(from, to) {
            match step.limits {
                Some((low, high)) => {
                    if let (Some(&(_, above)), Some(&(_, below))) = (upper.last(), lower.last()) {
                        upper.push((x, above));
                        lower.push((x, below));
                    }
                    upper.push((x, high));
                    lower.push((x, low));
                }
                None => close(&mut upper, &mut lower, x),
            }
        }
        close(&mut upper, &mut lower, to);
        outlines
    }
}

/// Adds a step, unless nothing changes; a step within the resolution of the last one takes its place.
fn push(steps: &mut Vec<Step>, step: Step) {
    let count = steps.len();
    let Some(last) = steps.last_mut() else {
        steps.push(step);
        return;
    };
    if last.y == step.y && last.limits == step.limits {
        return;
    }
    if count > 1 && step.x - last.x < RESOLUTION {
        *last = Step { x: last.x, ..step };
    } else {
        steps.push(step);
    }
}

/// Adds a mark, unless it would cover the last one.
fn mark(marks: &mut Vec<Point>, (x, y): Point) {
    if marks.last().is_none_or(|last| x - last.0 >= 1.0 || (y - last.1).abs() >= MARK) {
        marks.push((x, y));
    }
}

/// The time from which on few are at risk; `None` where that never comes before the end.
///
/// The number at risk of a step is the left limit, so the step at the returned time is still drawn in full.
fn few_from(curve: &Curve, tail: Tail) -> Option<f64> {
    let least = match tail {
        Tail::Full => return None,
        Tail::Thin(Few::Count(least)) | Tail::Cut(Few::Count(least)) => least as f64,
        Tail::Thin(Few::Share(share)) | Tail::Cut(Few::Share(share)) => share * curve.n as f64,
    };
    let mut entries = curve.entry.clone();
    sort_numbers(&mut entries);
    let (mut gone, mut few_from) = (0_usize, 0.0);
    for (at, &time) in curve.time.iter().enumerate() {
        let entered = if entries.is_empty() { curve.n } else { entries.partition_point(|&e| e < time || e <= 0.0) };
        if entered.saturating_sub(gone) as f64 >= least {
            few_from = time;
        }
        gone += [&curve.n_event, &curve.n_censor, &curve.n_leave]
            .map(|counts| counts.get(at).unwrap_or(&0))
            .into_iter()
            .sum::<usize>();
    }
    Some(few_from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: Scale = Scale { from: 0.0, to: 10.0, start: 0.0, end: 100.0, log: false };
    const Y: Scale = Scale { from: 0.0, to: 1.0, start: 100.0, end: 0.0, log: false };

    /// Events at 2 and 4, a censoring at 6: S = 1, .75 (4 at risk), .5, .5; the last patient is censored at 8.
    fn four() -> Curve {
        Curve {
            key: "a".into(),
            n: 4,
            time: vec![2.0, 4.0, 6.0, 8.0],
            estimate: vec![Some(0.75), Some(0.5), Some(0.5), Some(0.5)],
            conf_low: vec![Some(0.4), Some(0.2), Some(0.2), Some(0.2)],
            conf_high: vec![Some(1.0), Some(0.9), Some(0.9), Some(0.9)],
            n_event: vec![1, 1, 0, 0],
            n_censor: vec![0, 0, 1, 1],
            ..Curve::default()
        }
    }

    fn trace(curve: &Curve, tail: Tail) -> Trace {
        Trace::new(curve, &Options { tail, ..Options::default() }, &X, &Y).expect("a curve")
    }

    #[test]
    fn the_curve_is_a_right_continuous_step_function() {
        let trace = trace(&four(), Tail::Full);
        let path = trace.path(0.0, trace.end);
        assert_eq!(path, [(0.0, 0.0), (20.0, 0.0), (20.0, 25.0), (40.0, 25.0), (40.0, 50.0), (80.0, 50.0)]);
        assert_eq!(trace.marks, [(60.0, 50.0), (80.0, 50.0)]);
        assert_eq!(trace.end(), (80.0, 50.0));
    }

    #[test]
    fn the_band_has_the_same_steps() {
        let trace = trace(&four(), Tail::Full);
        let outlines = trace.band_outlines(0.0, trace.end);
        assert_eq!(outlines.len(), 1);
        for corner in [(0.0, 0.0), (20.0, 60.0), (40.0, 80.0), (80.0, 80.0), (80.0, 10.0_f64), (40.0, 10.0)] {
            assert!(
                outlines[0].iter().any(|&(x, y)| (x - corner.0).abs() < 1e-9 && (y - corner.1).abs() < 1e-9),
                "{corner:?} in {outlines:?}"
            );
        }
    }

    #[test]
    fn few_at_risk_begins_after_the_last_time_with_enough() {
        for (least, from) in [(5, Some(0.0)), (4, Some(2.0)), (3, Some(4.0)), (2, Some(6.0)), (1, Some(8.0))] {
            assert_eq!(few_from(&four(), Tail::Thin(Few::Count(least))), from, "{least}");
        }
        assert_eq!(few_from(&four(), Tail::Cut(Few::Share(0.6))), Some(4.0));
        assert_eq!(few_from(&four(), Tail::Full), None);
        let thin = trace(&four(), Tail::Thin(Few::Count(3)));
        assert_eq!(thin.path(0.0, 40.0).last(), Some(&(40.0, 50.0)));
        assert_eq!(thin.path(40.0, 80.0), [(40.0, 50.0), (80.0, 50.0)]);
        assert!(thin.has_tail());
        let cut = trace(&four(), Tail::Cut(Few::Count(3)));
        assert_eq!(cut.end(), (40.0, 50.0));
        assert!(!cut.has_marks() && !cut.has_tail());
        assert!(!trace(&four(), Tail::Thin(Few::Count(1))).has_tail());
    }

    #[test]
    fn few_at_risk_with_late_entry() {
        let curve = Curve { entry: vec![0.0, 0.0, 3.0, 5.0], ..four() };
        // At risk at 2, 4, 6, 8: 2, 2, 2, 1.
        assert_eq!(few_from(&curve, Tail::Thin(Few::Count(2))), Some(6.0));
    }

    #[test]
    fn events_at_time_zero_and_the_end_at_zero() {
        let curve = Curve {
            n: 3,
            time: vec![0.0, 5.0],
            estimate: vec![Some(2.0 / 3.0), Some(0.0)],
            conf_low: vec![Some(0.3), None],
            conf_high: vec![Some(1.0), None],
            n_event: vec![1, 2],
            n_censor: vec![0, 0],
            ..Curve::default()
        };
        let trace = trace(&curve, Tail::Full);
        let path = trace.path(0.0, trace.end);
        assert_eq!(path.len(), 4);
        assert_eq!((path[0], path[3]), ((0.0, 0.0), (50.0, 100.0)));
        // The band ends where the limits do.
        let outlines = trace.band_outlines(0.0, trace.end);
        assert!(outlines.iter().flatten().all(|point| point.0 <= 50.0));
        assert!(outlines.iter().flatten().all(|point| point.1 < 71.0));
    }

    #[test]
    fn a_million_steps_keep_their_picture_and_few_points() {
        let n = 1_000_000_usize;
        let curve = Curve {
            n,
            time: (1..=n).map(|i| i as f64 / n as f64 * 10.0).collect(),
            estimate: (1..=n).map(|i| Some(1.0 - i as f64 / n as f64)).collect(),
            n_event: vec![1; n],
            n_censor: vec![1; n],
            ..Curve::default()
        };
        let x = Scale { end: 800.0, ..X };
        let trace = Trace::new(&curve, &Options::default(), &x, &Y).expect("a curve");
        let path = trace.path(0.0, trace.end);
        assert!(path.len() < 13_000, "{}", path.len());
        assert!(trace.marks.len() <= 801);
        // The true curve is the diagonal; the drawn one is within the resolution of it.
        assert!(path.iter().all(|&(x, y)| (y - x / 8.0).abs() <= RESOLUTION));
        assert_eq!(path.last(), Some(&(800.0, 100.0)));
    }

    #[test]
    fn what_cannot_be_drawn_is_left_out() {
        assert!(Trace::new(&Curve::default(), &Options::default(), &X, &Y).is_none());
        let curve = Curve { time: vec![2.0, f64::NAN, 6.0, 8.0], ..four() };
        assert_eq!(trace(&curve, Tail::Full).end().0, 20.0);
        let curve = Curve { estimate: vec![Some(0.75), None, None, None], ..four() };
        assert_eq!(trace(&curve, Tail::Full).end(), (40.0, 25.0));
        let far = Scale { to: 3.0, ..X };
        assert_eq!(Trace::new(&four(), &Options::default(), &far, &Y).expect("a curve").end(), (100.0, 25.0));
    }
}
