//! The points of a figure of curves.

use serde_json::{Value, json};

use crate::report::figure::kaplan_meier::{AtRiskRule, Curve, Figure, Quantity, RiskTable, Tail};
use crate::report::figure::legend::{Part, Source};
use crate::report::figure::lint::{Finding, Outcome, everywhere, findings, of, plain, said, text};
use crate::report::figure::risk_table;
use crate::report::figure::scale::Unit;
use crate::report::figure::scene::{Item, Role, Scene, Shape};
use crate::report::figure::theme::{contrast, deuteranope_distance};
use crate::study::results::{AnalysisResult, Figures, Results};

/// A line on the paper is seen from this contrast on (WCAG 2.2, 1.4.11).
const CONTRAST: f64 = 3.0;

/// Two colours are told apart without green cones from this distance on.
const APART: f64 = 0.02;

/// Half a pixel: how far the centre of a number may be from its tick.
const HALF: f64 = 0.5;

/// A built figure of curves and what it was built from.
pub(super) struct Check<'a> {
    pub figure: &'a Figure,
    pub scene: &'a Scene,
    pub results: &'a Results,
    pub result: &'a AnalysisResult,
}

impl Check<'_> {
    /// Every point.
    pub(super) fn all(&self) -> Vec<Finding> {
        let sheet = &self.figure.sheet;
        findings([
            self.step_function(),
            self.risk_table(),
            self.band(),
            self.one_layout(),
            self.labels_bound(),
            self.counting_rule(),
            self.y_axis(),
            self.x_axis(),
            self.tail(),
            self.censor_marks(),
            self.effect(),
            everywhere::p_values(sheet, self.scene),
            self.medians(),
            self.follow_up(),
            self.told_apart(),
            everywhere::physical_size(sheet, self.scene),
            everywhere::vector(sheet, self.scene),
            self.competing(),
            self.weighted(),
            self.legend(),
            self.data(),
        ])
    }

    fn legend_text(&self) -> String {
        said(self.scene, &[Role::Legend])
    }

    fn drawn(&self, role: Role) -> bool {
        of(self.scene, role).next().is_some()
    }

    /// Curves with rows.
    fn curves(&self) -> impl Iterator<Item = &Curve> {
        self.figure.curves.iter().filter(|curve| curve.n > 0)
    }

    /// The plot: left, top, right, bottom.
    fn plot(&self) -> Option<(f64, f64, f64, f64)> {
        let axis = of(self.scene, Role::Axis).filter_map(Item::bounds);
        axis.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1), a.2.max(b.2), a.3.max(b.3)))
    }

    /// The line of the y axis: x, top, bottom.
    fn y_line(&self) -> Option<(f64, f64, f64)> {
        let upright = of(self.scene, Role::Axis).filter_map(Item::bounds).filter(|bounds| bounds.0 == bounds.2);
        upright.max_by(|a, b| (a.3 - a.1).total_cmp(&(b.3 - b.1))).map(|bounds| (bounds.0, bounds.1, bounds.3))
    }

    fn step_function(&self) -> Outcome {
        let start = self.y_line().map(|(x, top, bottom)| {
            let from_top = self.figure.options.quantity == Quantity::Survival && !self.figure.options.upward;
            (x, if from_top { top } else { bottom })
        });
        let near = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() < 0.01 && (a.1 - b.1).abs() < 0.01;
        for item in of(self.scene, Role::Curve).chain(of(self.scene, Role::Tail)) {
            let Shape::Line { points, .. } = &item.shape else { continue };
            let steps = points.windows(2).all(|pair| pair[0].0 == pair[1].0 || pair[0].1 == pair[1].1);
            let from = self.figure.options.quantity == Quantity::LogMinusLog
                || item.role == Role::Tail
                || points.first().zip(start).is_some_and(|(&first, start)| near(first, start));
            if !steps || !from {
                return Outcome::fails("not_a_step_function").with("group", self.name(item));
            }
        }
        Outcome::when(self.drawn(Role::Curve))
    }

    /// What the group of an item is called.
    fn name(&self, item: &Item) -> String {
        let key = item.group.as_deref().unwrap_or_default();
        self.figure
            .curves
            .iter()
            .find(|curve| curve.key == key)
            .map_or_else(|| key.to_owned(), |curve| curve.label.clone())
    }

    /// The number of this role, group and tick in the scene.
    fn number(&self, role: Role, key: &str, tick: f64) -> Option<usize> {
        let item = of(self.scene, role).find(|item| item.group.as_deref() == Some(key) && item.tick == Some(tick))?;
        let digits: String = text(item).chars().filter(char::is_ascii_digit).collect();
        digits.parse().ok()
    }

    fn risk_table(&self) -> Outcome {
        if self.figure.options.quantity == Quantity::LogMinusLog || self.curves().next().is_none() {
            return Outcome::NotApplicable;
        }
        if self.figure.options.risk_table == RiskTable::Hidden {
            // Of adjusted curves the point on weights says what is missing.
            return if self.figure.adjusted {
                Outcome::NotApplicable
            } else {
                Outcome::fails("risk_table_hidden").mend(json!({"options": {"risk_table": "full"}}))
            };
        }
        let full = self.figure.options.risk_table == RiskTable::Full;
        for curve in &self.figure.curves {
            for tick in of(self.scene, Role::XTick).filter_map(|item| item.tick) {
                let number = |role| self.number(role, &curve.key, tick);
                let expected = risk_table::counts(curve, tick, self.figure.options.at_risk_rule);
                let left: usize = gone_on(curve, tick, self.figure.options.at_risk_rule);
                let sums = if full {
                    let shown = [Role::AtRisk, Role::Censored, Role::Events].map(number);
                    let sum: Option<usize> = shown.into_iter().sum();
                    sum.map(|sum| sum + left) == Some(entered(curve, tick, self.figure.options.at_risk_rule))
                } else {
                    number(Role::AtRisk) == Some(expected.at_risk)
                };
                if !sums {
                    return Outcome::fails("counts_do_not_sum").with("group", &curve.label).with("tick", tick);
                }
            }
        }
        Outcome::Holds
    }

    fn band(&self) -> Outcome {
        if self.figure.options.quantity == Quantity::LogMinusLog {
            return Outcome::NotApplicable;
        }
        let limits = |curve: &Curve| curve.conf_low.iter().chain(&curve.conf_high).any(Option::is_some);
        if !self.curves().any(limits) {
            return Outcome::NotApplicable;
        }
        if !self.drawn(Role::Band) {
            return Outcome::fails("band_missing").mend(json!({"options": {"band": true}}));
        }
        let method = self.figure.band_method.as_deref().map(plain).unwrap_or_default();
        if method.is_empty() || !self.legend_text().contains(&method) {
            return Outcome::fails("band_unnamed").mend(json!({"band_method": null}));
        }
        Outcome::Holds
    }

    fn one_layout(&self) -> Outcome {
        let place = |tick: f64| {
            let found = of(self.scene, Role::XTick).find(|item| item.tick == Some(tick))?;
            found.bounds().map(|bounds| (bounds.0 + bounds.2) / 2.0)
        };
        let mut any = false;
        for role in [Role::AtRisk, Role::Censored, Role::Events] {
            for item in of(self.scene, role) {
                any = true;
                let tick = item.tick.unwrap_or(f64::NAN);
                let fault = |code| Outcome::fails(code).with("group", self.name(item)).with("tick", tick);
                let Some(bounds) = item.bounds() else { return fault("number_clipped") };
                let centre = (bounds.0 + bounds.2) / 2.0;
                if place(tick).is_none_or(|place| (place - centre).abs() > HALF) {
                    return fault("number_off_tick");
                }
                if bounds.0 < 0.0 || bounds.2 > self.scene.width || bounds.3 > self.scene.height {
                    return fault("number_clipped");
                }
            }
        }
        Outcome::when(any)
    }

    fn labels_bound(&self) -> Outcome {
        for curve in &self.figure.curves {
            for role in [Role::GroupLabel, Role::TableGroup] {
                let lines = of(self.scene, role).filter(|item| item.group.as_deref() == Some(&curve.key)).map(text);
                let label = plain(&lines.collect::<Vec<_>>().join(" "));
                if label.is_empty() {
                    continue;
                }
                let fault = |code| Outcome::fails(code).with("group", &curve.label);
                match label.strip_suffix('…') {
                    _ if label == plain(&curve.label) => {}
                    Some(kept) if plain(&curve.label).starts_with(kept) => return fault("label_shortened"),
                    _ => return fault("label_wrong"),
                }
            }
            if self.colour(Role::Curve, &curve.key) != self.colour(Role::Swatch, &curve.key)
                && self.colour(Role::Curve, &curve.key).is_some()
                && self.colour(Role::Swatch, &curve.key).is_some()
            {
                return Outcome::fails("label_wrong").with("group", &curve.label);
            }
        }
        Outcome::when(self.figure.curves.len() > 1 || self.drawn(Role::GroupLabel))
    }

    fn colour(&self, role: Role, key: &str) -> Option<String> {
        let item = of(self.scene, role).find(|item| item.group.as_deref() == Some(key))?;
        match &item.shape {
            Shape::Line { colour, .. } => Some(String::from(*colour)),
            _ => None,
        }
    }

    fn counting_rule(&self) -> Outcome {
        if !self.drawn(Role::AtRisk) {
            return Outcome::NotApplicable;
        }
        let rule = match self.figure.options.at_risk_rule {
            AtRiskRule::Left => "counts_left",
            AtRiskRule::Right => "counts_right",
        };
        if self.legend_text().contains(&plain(&self.figure.words.say(rule, &[]))) {
            Outcome::Holds
        } else {
            Outcome::fails("counting_rule_unstated")
        }
    }

    fn y_axis(&self) -> Outcome {
        let options = &self.figure.options;
        if options.quantity != Quantity::Survival {
            return Outcome::NotApplicable;
        }
        let ticks: Vec<f64> = of(self.scene, Role::YTick).filter_map(|item| item.tick).collect();
        let whole = ticks.contains(&0.0) && ticks.contains(&1.0);
        let whole_patch = json!({"options": {"y_cut": null}});
        if !whole && !self.drawn(Role::AxisBreak) {
            return Outcome::fails("axis_unbroken").mend(whole_patch);
        }
        if let Some(cut) = options.cut() {
            let upward = options.upward;
            let beyond =
                |value: f64| options.shown(value).is_some_and(|shown| if upward { shown > cut } else { shown < cut });
            let leaves = |curve: &&Curve| curve.estimate.iter().flatten().any(|&value| beyond(value));
            if let Some(curve) = self.figure.curves.iter().find(leaves) {
                return Outcome::fails("curve_leaves_axis").with("group", &curve.label).mend(whole_patch);
            }
        }
        Outcome::Holds
    }

    fn x_axis(&self) -> Outcome {
        let words: Vec<&str> = self.figure.x_label.split_whitespace().collect();
        let source = self.source();
        let origin = source.origin().is_some() || source.endpoint().is_none();
        if words.is_empty() || (words.len() < 2 && origin) {
            return Outcome::fails("x_axis_unnamed").mend(json!({"x_label": null}));
        }
        let mut ticks = of(self.scene, Role::XTick).filter_map(|item| item.tick);
        let step = ticks.next().zip(ticks.next()).map(|(first, second)| second - first);
        let last = of(self.scene, Role::XTick).filter_map(|item| item.tick).fold(0.0, f64::max);
        let clinical = |step: f64| match self.figure.unit {
            _ if self.figure.options.quantity == Quantity::LogMinusLog => true,
            // Within two years also single months and quarters are read.
            Unit::Months => last < 24.0 || (step / 6.0).fract() == 0.0,
            Unit::Years => last < 2.0 || (step * 2.0).fract() == 0.0,
            Unit::Days | Unit::Weeks | Unit::Other => true,
        };
        match step {
            Some(step) if !clinical(step) => {
                Outcome::fails("x_ticks_not_clinical").with("step", step).mend(json!({"options": {"x_step": null}}))
            }
            _ => Outcome::Holds,
        }
    }

    fn tail(&self) -> Outcome {
        if self.figure.options.tail != Tail::Full {
            let few = of(self.scene, Role::Tail).next().is_some() || matches!(self.figure.options.tail, Tail::Cut(_));
            return Outcome::when(few);
        }
        if self.figure.adjusted && self.figure.options.risk_table == RiskTable::Hidden {
            return Outcome::NotApplicable;
        }
        Outcome::fails("tail_unmarked").mend(json!({"options": {"tail": null}}))
    }

    fn censor_marks(&self) -> Outcome {
        if !self.drawn(Role::CensorMark) {
            return Outcome::NotApplicable;
        }
        if self.legend_text().contains(&plain(&self.figure.words.say("censor_mark", &[]))) {
            Outcome::Holds
        } else {
            Outcome::fails("censor_marks_unexplained")
        }
    }

    fn source(&self) -> Source<'_> {
        Source { results: self.results, result: self.result, sheet: &self.figure.sheet, words: &self.figure.words }
    }

    /// An analysis of the same endpoint and patients that `fits`.
    fn kin(&self, fits: impl Fn(&AnalysisResult) -> bool) -> Option<&str> {
        let asked = |result: &AnalysisResult, option: &str| {
            let source = Source { result, ..self.source() };
            source.analysis().and_then(|analysis| analysis.get(option)).cloned().unwrap_or(Value::Null)
        };
        let same = |other: &&AnalysisResult| {
            other.error.is_none()
                && other.endpoint == self.result.endpoint
                && ["subset", "cause"].iter().all(|option| asked(other, option) == asked(self.result, option))
                && fits(other)
        };
        self.results.results.iter().find(same).map(|other| other.id.as_str())
    }

    fn effect(&self) -> Outcome {
        if self.curves().count() < 2 {
            return Outcome::NotApplicable;
        }
        let lines: Vec<&str> = of(self.scene, Role::Annotation).map(text).collect();
        let by = self.result.by.as_deref().unwrap_or_default();
        if !self.figure.has_effect {
            // The caller may have written it himself: a ratio with its interval, before the p.
            let whole = plain(&lines.join(" "));
            let interval = whole.contains(&plain(&self.figure.conf_interval)) && !self.figure.conf_interval.is_empty();
            if interval && self.figure.annotation.len() > self.figure.quoted {
                return Outcome::Holds;
            }
            let alone = |other: &AnalysisResult| match &other.figures {
                Some(Figures::Cox(cox)) => {
                    cox.varying().count() == 1 && cox.varying().any(|factor| factor.variable == by)
                }
                _ => false,
            };
            let mut from = serde_json::Map::new();
            if let Some(id) = self.kin(alone) {
                from.insert("effect".to_owned(), json!(id));
            }
            let test = |other: &AnalysisResult| other.kind == "log_rank" && other.by == self.result.by;
            if let Some(id) = self.kin(test).filter(|_| self.figure.from.test.is_none()) {
                from.insert("test".to_owned(), json!(id));
            }
            let fault = Outcome::fails("effect_missing");
            return if from.contains_key("effect") { fault.mend(json!({"from": from})) } else { fault };
        }
        let at = |found: &dyn Fn(&str) -> bool| self.figure.annotation.iter().position(|line| found(line));
        let interval = at(&|line| !self.figure.conf_interval.is_empty() && line.contains(&self.figure.conf_interval));
        let p = at(&|line| line.contains("p\u{a0}") || line.contains("P\u{a0}"));
        match (interval, p) {
            (Some(interval), Some(p)) if interval > p => Outcome::fails("effect_after_p"),
            _ => Outcome::Holds,
        }
    }

    fn medians(&self) -> Outcome {
        if self.figure.options.quantity != Quantity::Survival || !self.curves().any(|curve| curve.has_median) {
            return Outcome::NotApplicable;
        }
        for item in of(self.scene, Role::MedianLine).filter(|item| item.group.is_some()) {
            let curve = self.figure.curves.iter().find(|curve| Some(&curve.key) == item.group.as_ref());
            if curve.is_none_or(|curve| curve.median.is_none()) {
                return Outcome::fails("median_line_unreached").with("group", self.name(item));
            }
        }
        if self.figure.options.medians {
            Outcome::Holds
        } else {
            Outcome::fails("medians_untold").mend(json!({"options": {"medians": true}}))
        }
    }

    fn follow_up(&self) -> Outcome {
        if self.figure.follow_up {
            return Outcome::Holds;
        }
        let kin =
            |other: &AnalysisResult| other.kind == "follow_up" && (other.by.is_none() || other.by == self.result.by);
        let fault = Outcome::fails("follow_up_untold");
        match self.kin(kin) {
            Some(id) => fault.mend(json!({"from": {"follow_up": id}})),
            None => fault,
        }
    }

    fn told_apart(&self) -> Outcome {
        let paper = self.figure.sheet.theme.background();
        let looks: Vec<(&Curve, _)> =
            self.figure.curves.iter().enumerate().map(|(at, curve)| (curve, self.figure.line(at))).collect();
        let own = |curve: &Curve| json!({"groups": {curve.key.as_str(): {"colour": null}}});
        for (at, (curve, look)) in looks.iter().enumerate() {
            if contrast(look.colour, paper) < CONTRAST {
                return Outcome::fails("too_pale").with("group", &curve.label).mend(own(curve));
            }
            let like = looks[..at].iter().find(|(_, other)| {
                other.dash == look.dash
                    && (deuteranope_distance(other.colour, look.colour) < APART
                        || contrast(other.colour, look.colour) < 1.5)
            });
            if let Some((other, _)) = like {
                return Outcome::fails("looks_alike")
                    .with("group", &curve.label)
                    .with("other", &other.label)
                    .mend(own(curve));
            }
        }
        let labelled =
            |curve: &Curve| of(self.scene, Role::GroupLabel).any(|item| item.group.as_deref() == Some(&curve.key));
        match looks.iter().find(|(curve, _)| self.colour(Role::Curve, &curve.key).is_some() && !labelled(curve)) {
            Some((curve, _)) => Outcome::fails("label_wrong").with("group", &curve.label),
            None => Outcome::Holds,
        }
    }

    fn competing(&self) -> Outcome {
        if self.source().competes() {
            let cause = self.source().rule("cause").unwrap_or_default();
            Outcome::fails("competing_hidden").with("cause", self.source().name(cause))
        } else {
            Outcome::NotApplicable
        }
    }

    fn weighted(&self) -> Outcome {
        let legend = self.legend_text();
        if let Some(column) = &self.figure.weighted
            && !legend.contains(&plain(&self.figure.words.say("legend_weighted", &[("column", column)])))
        {
            return Outcome::fails("weights_untold");
        }
        if self.figure.adjusted {
            let names = self.source().adjusted_for();
            if !names.iter().all(|name| legend.contains(&plain(name))) {
                return Outcome::fails("adjusted_untold");
            }
            if self.figure.options.risk_table == RiskTable::Hidden {
                let variable = match &self.result.figures {
                    Some(Figures::Cox(cox)) => cox.adjusted.as_ref().map(|adjusted| adjusted.variable.clone()),
                    _ => None,
                };
                let by = |other: &AnalysisResult| other.kind == "kaplan_meier" && other.by == variable;
                let fault = Outcome::fails("adjusted_without_counts");
                return match self.kin(by) {
                    Some(id) => fault.mend(json!({"from": {"counts": id}, "options": {"risk_table": null}})),
                    None => fault,
                };
            }
        }
        Outcome::when(self.figure.weighted.is_some() || self.figure.adjusted)
    }

    fn legend(&self) -> Outcome {
        let source = self.source();
        let legend = self.legend_text();
        let (n, n_event) = self.result.counts.as_ref().map_or((0, 0), |counts| (counts.n, counts.n_event));
        let sentences = source.sentences(n, n_event);
        let told = |part: Part| {
            let mut of = sentences.iter().filter(|(other, _)| *other == part).peekable();
            of.peek().is_some() && of.all(|(_, sentence)| legend.contains(&plain(sentence)))
        };
        let band = self.figure.band_method.as_deref().is_some_and(|method| legend.contains(&plain(method)));
        let cutoff =
            source.endpoint().is_some_and(|endpoint| endpoint.get("cutoff").is_some_and(|cutoff| !cutoff.is_null()));
        let origin = (told(Part::Origin) && told(Part::Endpoint)) || self.figure.x_label.split_whitespace().count() > 2;
        let untold = |part: Part| match part {
            Part::Origin => !origin,
            Part::Cutoff => cutoff && !(told(Part::Cutoff) && told(Part::Censoring)),
            Part::Interval => {
                source.interval_method().is_some()
                    && self.figure.options.quantity != Quantity::LogMinusLog
                    && !told(part)
                    && !band
            }
            _ => !told(part),
        };
        let parts = [
            Part::Endpoint,
            Part::Origin,
            Part::Censoring,
            Part::Cutoff,
            Part::Numbers,
            Part::Interval,
            Part::Software,
        ];
        let missing: Vec<&str> = parts.into_iter().filter(|&part| untold(part)).map(Part::code).collect();
        if missing.is_empty() {
            return Outcome::Holds;
        }
        let fault = Outcome::fails("legend_incomplete").with("parts", missing.join(" "));
        if self.figure.options.described { fault } else { fault.mend(json!({"options": {"described": true}})) }
    }

    fn data(&self) -> Outcome {
        let ticks = of(self.scene, Role::XTick).count();
        if self.scene.alt.rows.len() != ticks * self.figure.curves.len() || self.plot().is_none() {
            return Outcome::fails("no_alternative");
        }
        everywhere::data(self.scene)
    }
}

/// Rows that have entered at a tick, counted from the rows themselves.
fn entered(curve: &Curve, tick: f64, rule: AtRiskRule) -> usize {
    let in_time = |entry: f64| match rule {
        AtRiskRule::Left => entry < tick || entry <= 0.0,
        AtRiskRule::Right => entry <= tick,
    };
    if curve.entry.is_empty() { curve.n } else { curve.entry.iter().filter(|&&entry| in_time(entry)).count() }
}

/// Rows that went on elsewhere by a tick.
fn gone_on(curve: &Curve, tick: f64, rule: AtRiskRule) -> usize {
    let past = match rule {
        AtRiskRule::Left => curve.time.partition_point(|&time| time < tick),
        AtRiskRule::Right => curve.time.partition_point(|&time| time <= tick),
    };
    curve.n_leave.iter().take(past).sum()
}
