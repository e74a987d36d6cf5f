//! What the figure says in words and in a table, for a reader who does not see it.

use crate::report::figure::kaplan_meier::{Curve, Figure, Options, Quantity};
use crate::report::figure::layout::Frame;
use crate::report::figure::risk_table;
use crate::report::figure::scene::Alternative;
use crate::report::number;

/// Stands where a value is not defined.
const NOTHING: &str = "–";

/// `template` with each `{name}` replaced, in one pass so that braces in a label stay as they are; `{n#one|other}` chooses by a number.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let value = after.split_once('}').and_then(|(place, tail)| {
            let find = |name: &str| values.iter().find(|value| value.0 == name).map(|value| value.1);
            match place.split_once('#') {
                None => Some((find(place)?, tail)),
                Some((name, forms)) => {
                    let (one, other) = forms.split_once('|')?;
                    Some((if find(name)? == "1" { one } else { other }, tail))
                }
            }
        });
        match value {
            Some((value, tail)) => {
                out.push_str(value);
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

/// The alternative of a figure: a paragraph, and what is drawn at each tick.
pub(super) fn of(figure: &Figure, frame: &Frame, notes: &[String]) -> Alternative {
    let words = &figure.words;
    let x_max = number::axis_value(libm::round(frame.x.to * 10.0) / 10.0, figure.sheet.locale);
    let title = sentence(&figure.sheet.title);
    let values =
        [("title", title.as_str()), ("x_label", &figure.x_label), ("y_label", &figure.y_label), ("x_max", &x_max)];
    let code = match figure.options.quantity {
        Quantity::Survival => "alternative",
        Quantity::CumulativeHazard => "alternative_hazard",
        Quantity::LogMinusLog => "alternative_log_minus_log",
    };
    let mut sentences = vec![words.say(code, &values).trim().to_owned()];
    for curve in &figure.curves {
        let events: usize = curve.n_event.iter().sum();
        let median = curve.median.and_then(|median| number::time(median, figure.sheet.locale));
        let (n, events) = (number::count(curve.n, figure.sheet.locale), number::count(events, figure.sheet.locale));
        let told = curve.has_median && figure.options.quantity == Quantity::Survival;
        let code = if told { "alternative_group" } else { "alternative_curve" };
        let median = median.unwrap_or_else(|| words.say("not_reached", &[]));
        let values = [("group", curve.label.as_str()), ("n", &n), ("events", &events), ("median", &median)];
        sentences.push(words.say(code, &values));
    }
    sentences.extend(figure.annotation.iter().chain(notes).map(|line| sentence(line)));

    let mut header = ["group", "", "estimate", "conf_low", "conf_high", "at_risk", "censored", "events"]
        .map(|code| words.say(code, &[]));
    header[1].clone_from(&figure.x_label);
    let rows = figure.curves.iter().flat_map(|curve| frame.ticks.iter().map(move |&tick| row(figure, curve, tick)));
    Alternative { text: sentences.join(" "), header: header.into(), rows: rows.collect() }
}

/// `text` with a full stop, unless it is empty or ends a sentence already.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn row(figure: &Figure, curve: &Curve, tick: f64) -> Vec<String> {
    let counts = risk_table::counts(curve, tick, figure.options.at_risk_rule);
    let value = |value: Option<f64>| {
        let value = value.and_then(|value| figure.options.shown(value));
        let text = if figure.options.in_percent() {
            value.and_then(|share| number::percent(share, 1, figure.sheet.locale))
        } else {
            value.map(|value| number::fixed(value, 3, figure.sheet.locale))
        };
        text.unwrap_or_else(|| NOTHING.to_owned())
    };
    let (estimate, low, high) = at(curve, tick, &figure.options);
    let (low, high) = if figure.options.turned() { (high, low) } else { (low, high) };
    let count = |n| number::count(n, figure.sheet.locale);
    vec![
        curve.label.clone(),
        number::axis_value(tick, figure.sheet.locale),
        value(estimate),
        value(low),
        value(high),
        count(counts.at_risk),
        count(counts.censored),
        count(counts.events),
    ]
}

/// S and its limits at a time, events at that time included (rule 4): not defined after the last time, unless S is 0.
fn at(curve: &Curve, time: f64, options: &Options) -> (Option<f64>, Option<f64>, Option<f64>) {
    let past = curve.time.partition_point(|&step| step <= time);
    let beyond = curve.time.last().is_none_or(|&last| time > last);
    let Some(at) = past.checked_sub(1) else {
        let certain = (curve.n > 0).then_some(options.at_origin());
        return if beyond { (None, None, None) } else { (certain, certain, certain) };
    };
    let get = |values: &[Option<f64>]| values.get(at).copied().flatten();
    let estimate = get(&curve.estimate);
    let over = options.quantity != Quantity::CumulativeHazard && estimate == Some(0.0);
    if beyond && !over {
        return (None, None, None);
    }
    (estimate, get(&curve.conf_low), get(&curve.conf_high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_once() {
        assert_eq!(fill("{a} and {b} {c}", &[("a", "{b}"), ("b", "2")]), "{b} and 2 {c}");
        assert_eq!(fill("{n} {n#event|events}", &[("n", "1")]), "1 event");
        assert_eq!(fill("{n} {n#event|events} {m#a|b}", &[("n", "3")]), "3 events {m#a|b}");
    }

    #[test]
    fn the_estimate_at_a_time() {
        let curve = Curve {
            n: 2,
            time: vec![2.0, 4.0],
            estimate: vec![Some(0.5), Some(0.0)],
            conf_low: vec![Some(0.1), None],
            conf_high: vec![Some(1.0), None],
            ..Curve::default()
        };
        assert_eq!(at(&curve, 0.0, &Options::default()), (Some(1.0), Some(1.0), Some(1.0)));
        assert_eq!(at(&curve, 2.0, &Options::default()), (Some(0.5), Some(0.1), Some(1.0)));
        assert_eq!(at(&curve, 9.0, &Options::default()), (Some(0.0), None, None));
        let open = Curve { estimate: vec![Some(0.5), Some(0.5)], ..curve };
        assert_eq!(at(&open, 4.0, &Options::default()).0, Some(0.5));
        assert_eq!(at(&open, 4.1, &Options::default()), (None, None, None));
        assert_eq!(at(&Curve::default(), 0.0, &Options::default()), (None, None, None));
    }
}
