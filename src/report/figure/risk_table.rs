//! The counts under the axis: at risk, censored and events at each tick.

use crate::report::figure::kaplan_meier::{AtRiskRule, Curve, Figure, RiskTable};
use crate::report::figure::layout::{Frame, SWATCH, Sizes};
use crate::report::figure::metrics;
use crate::report::figure::scene::{Anchor, Item, Role, Type};
use crate::report::number;

/// What is counted at a tick; the three sum to the rows that have entered (less those that went on elsewhere).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    /// Followed at the tick.
    pub at_risk: usize,
    /// Censored so far.
    pub censored: usize,
    /// Events so far.
    pub events: usize,
}

/// The counts of a group at a tick (rules 5 and 28).
///
/// Left: rows that entered before the tick (at 0: at 0), less events and censorings before it. Right: rows that
/// entered up to the tick, less events and censorings up to it.
pub(super) fn counts(curve: &Curve, tick: f64, rule: AtRiskRule) -> Counts {
    let past = match rule {
        AtRiskRule::Left => curve.time.partition_point(|&time| time < tick),
        AtRiskRule::Right => curve.time.partition_point(|&time| time <= tick),
    };
    let so_far = |counts: &[usize]| counts.iter().take(past).sum::<usize>();
    let entered = if curve.entry.is_empty() {
        curve.n
    } else {
        let entered = |&&entry: &&f64| match rule {
            AtRiskRule::Left => entry < tick || entry <= 0.0,
            AtRiskRule::Right => entry <= tick,
        };
        curve.entry.iter().filter(entered).count()
    };
    let (censored, events) = (so_far(&curve.n_censor), so_far(&curve.n_event));
    Counts { at_risk: entered.saturating_sub(censored + events + so_far(&curve.n_leave)), censored, events }
}

/// Names of the rows that stand left of the numbers, in order.
pub(super) fn row_names(figure: &Figure) -> Vec<String> {
    match figure.options.risk_table {
        RiskTable::Full => ["at_risk", "censored", "events"].map(|code| figure.words.say(code, &[])).to_vec(),
        RiskTable::AtRisk | RiskTable::Hidden => Vec::new(),
    }
}

/// Height of the table with the room above it; 0 where it is hidden or there is no group.
pub(super) fn height(figure: &Figure, sizes: &Sizes, inline: bool) -> f64 {
    let groups = figure.curves.len() as f64;
    if groups == 0.0 {
        return 0.0;
    }
    match figure.options.risk_table {
        RiskTable::Hidden => 0.0,
        RiskTable::Full => sizes.gap + groups * (4.0 * sizes.row + sizes.group_gap),
        RiskTable::AtRisk => {
            let rows = if inline { groups } else { 2.0 * groups };
            sizes.gap + (rows + 1.0) * sizes.row
        }
    }
}

/// The table, its first line below `top`.
pub(super) fn items(figure: &Figure, frame: &Frame, top: f64) -> Vec<Item> {
    let (sizes, theme) = (&frame.sizes, figure.sheet.theme);
    let mut items = Vec::new();
    if figure.options.risk_table == RiskTable::Hidden || figure.curves.is_empty() {
        return items;
    }
    let set = |bold, colour| Type { size: sizes.small, bold, colour };
    let mut baseline = top + sizes.gap;
    if figure.options.risk_table == RiskTable::AtRisk {
        baseline += sizes.row;
        let name = figure.words.say("at_risk", &[]);
        items.push(Item::text(Role::TableRow, (sizes.pad, baseline), Anchor::Start, name, set(true, theme.ink())));
    }
    for (at, curve) in figure.curves.iter().enumerate() {
        let style = figure.line(at);
        baseline += sizes.row;
        let room = if frame.inline { frame.left - sizes.pad } else { frame.width - 2.0 * sizes.pad } - SWATCH - 6.0;
        let label = metrics::shorten(&curve.label, sizes.small, !frame.inline, room);
        let middle = baseline - metrics::CAP_HEIGHT * sizes.small / 2.0;
        let swatch = vec![(sizes.pad, middle), (sizes.pad + SWATCH, middle)];
        items.push(Item::line(Role::Swatch, swatch, style.colour, 1.8).dashed(style.dash).of(&curve.key));
        let place = (sizes.pad + SWATCH + 6.0, baseline);
        items.push(
            Item::text(Role::TableGroup, place, Anchor::Start, label, set(!frame.inline, theme.ink())).of(&curve.key),
        );
        let counts: Vec<Counts> =
            frame.ticks.iter().map(|&tick| counts(curve, tick, figure.options.at_risk_rule)).collect();
        let mut row = |role, baseline: f64, colour, value: fn(&Counts) -> usize| {
            for (&tick, counts) in frame.ticks.iter().zip(&counts) {
                let text = number::count(value(counts), figure.sheet.locale);
                let place = (frame.x.at(tick), baseline);
                items.push(Item::text(role, place, Anchor::Middle, text, set(false, colour)).of(&curve.key).at(tick));
            }
        };
        match figure.options.risk_table {
            RiskTable::Full => {
                row(Role::AtRisk, baseline + sizes.row, theme.ink(), |counts| counts.at_risk);
                row(Role::Censored, baseline + 2.0 * sizes.row, theme.muted(), |counts| counts.censored);
                row(Role::Events, baseline + 3.0 * sizes.row, theme.muted(), |counts| counts.events);
                for (name, colour) in row_names(figure).into_iter().zip([theme.ink(), theme.muted(), theme.muted()]) {
                    baseline += sizes.row;
                    let name =
                        Item::text(Role::TableRow, (sizes.pad, baseline), Anchor::Start, name, set(false, colour));
                    items.push(name.of(&curve.key));
                }
                baseline += sizes.group_gap;
            }
            RiskTable::AtRisk | RiskTable::Hidden => {
                if !frame.inline {
                    baseline += sizes.row;
                }
                row(Role::AtRisk, baseline, theme.ink(), |counts| counts.at_risk);
            }
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_counts_sum_to_the_rows_by_both_rules() {
        let curve = Curve {
            n: 6,
            time: vec![0.0, 6.0, 12.0, 13.0],
            n_event: vec![1, 0, 1, 1],
            n_censor: vec![0, 1, 1, 0],
            ..Curve::default()
        };
        let left = |tick| counts(&curve, tick, AtRiskRule::Left);
        assert_eq!(left(0.0), Counts { at_risk: 6, censored: 0, events: 0 });
        assert_eq!(left(6.0), Counts { at_risk: 5, censored: 0, events: 1 });
        assert_eq!(left(12.0), Counts { at_risk: 4, censored: 1, events: 1 });
        assert_eq!(left(24.0), Counts { at_risk: 1, censored: 2, events: 3 });
        assert_eq!(counts(&curve, 0.0, AtRiskRule::Right), Counts { at_risk: 5, censored: 0, events: 1 });
        assert_eq!(counts(&curve, 12.0, AtRiskRule::Right), Counts { at_risk: 2, censored: 2, events: 2 });
    }

    #[test]
    fn late_entry_counts_who_has_entered() {
        // Rows (entry, time]: (0, 5] event, (3, 8] censored, (5, 9] event, one of them leaving at 8.
        let curve = Curve {
            n: 4,
            time: vec![5.0, 8.0, 9.0],
            n_event: vec![1, 0, 1],
            n_censor: vec![0, 1, 0],
            n_leave: vec![0, 1, 0],
            entry: vec![5.0, 0.0, 3.0, 3.0],
            ..Curve::default()
        };
        let left = |tick| counts(&curve, tick, AtRiskRule::Left);
        assert_eq!(left(0.0), Counts { at_risk: 1, censored: 0, events: 0 });
        assert_eq!(left(3.0), Counts { at_risk: 1, censored: 0, events: 0 });
        assert_eq!(left(5.0), Counts { at_risk: 3, censored: 0, events: 0 });
        assert_eq!(left(6.0), Counts { at_risk: 3, censored: 0, events: 1 });
        assert_eq!(left(9.0), Counts { at_risk: 1, censored: 1, events: 1 });
        assert_eq!(counts(&curve, 5.0, AtRiskRule::Right), Counts { at_risk: 3, censored: 0, events: 1 });
    }
}
