//! The lines that a curve figure takes from other analyses: the ratio of the groups with its interval, then the test with its p.

use serde_json::Value;

use crate::report::figure::legend::Source;
use crate::report::number;
use crate::study::results::{AnalysisResult, Cox, Figures, Term};

/// Most groups whose ratio is named in the plot.
const MOST: usize = 4;

impl Source<'_> {
    /// The ratio of each group of `by` against the reference, as `model` gives it; none where the model has no such variable.
    pub(super) fn effect(&self, model: &AnalysisResult, by: &str) -> Vec<String> {
        let Some(Figures::Cox(cox)) = &model.figures else { return Vec::new() };
        let of = |term: &&Term| term.variable == by;
        let Some(reference) = cox.terms.iter().filter(of).find(|term| term.reference) else { return Vec::new() };
        let terms: Vec<&Term> = cox.terms.iter().filter(of).filter(|term| !term.reference && term.n > 0).collect();
        if terms.len() > MOST {
            return Vec::new();
        }
        let named = |term: &Term| {
            let level = term.level.as_deref().unwrap_or_default();
            self.sheet.level(by, level, |_| false)
        };
        let source = Source { result: model, ..*self };
        let reference = named(reference);
        let mut lines: Vec<String> =
            terms.iter().map(|term| source.ratio_line(cox, term, &named(term), &reference)).collect();
        match terms.as_slice() {
            [] => {}
            [term] => {
                lines.push(self.words.say("effect_favours", &[("level", &named(term)), ("reference", &reference)]))
            }
            _ => lines.push(self.words.say("effect_favours_several", &[("reference", &reference)])),
        }
        lines
    }

    fn ratio_line(&self, cox: &Cox, term: &Term, level: &str, reference: &str) -> String {
        let words = self.words;
        let code = if cox.varying().count() > 1 { "effect_adjusted" } else { "effect" };
        let figure = self.ratio(term, Some(cox));
        words.say(code, &[("level", level), ("reference", reference), ("ratio", &figure)])
    }

    /// A ratio with its interval; where it is not estimable, that and its finite bound, and Firth's estimate named as his.
    pub(super) fn ratio(&self, term: &Term, cox: Option<&Cox>) -> String {
        let firths = cox.and_then(|cox| cox.firth.as_ref()).and_then(|firth| {
            firth.terms.iter().find(|other| other.variable == term.variable && other.level == term.level)
        });
        let usual = self.ratio_text(term, true);
        match firths.filter(|_| term.hazard_ratio.is_none()) {
            Some(firth) => {
                format!("{usual}; {}", self.words.say("effect_firth", &[("ratio", &self.ratio_text(firth, true))]))
            }
            None => usual,
        }
    }

    /// A ratio with its interval, or in words that there is none and what bounds it; `named`: the interval says what it is.
    pub(super) fn ratio_text(&self, term: &Term, named: bool) -> String {
        let (words, sheet) = (self.words, self.sheet);
        let number = |value: Option<f64>| value.and_then(|value| number::ratio(value, sheet.locale));
        let (low, high) = (number(term.conf_low), number(term.conf_high));
        let ci = self.ci();
        if let Some(ratio) = number(term.hazard_ratio) {
            if low.is_none() && high.is_none() {
                return ratio;
            }
            let low = low.or_else(|| Some("0".to_owned()));
            let limits = sheet.limits(low, high, &words.say("unbounded", &[]), &words.say("to", &[]));
            return if named { format!("{ratio} ({ci} {limits})") } else { format!("{ratio} ({limits})") };
        }
        let bounded = match (low, high) {
            (Some(low), None) => words.say("not_estimable_low", &[("low", &low)]),
            (None, Some(high)) => words.say("not_estimable_high", &[("high", &high)]),
            _ => return words.say("not_estimable", &[]),
        };
        if named { format!("{bounded} ({ci})") } else { bounded }
    }

    /// How the model behind a ratio was fitted, and what it is adjusted for.
    pub(super) fn model(&self, model: &AnalysisResult, by: &str) -> String {
        let Some(Figures::Cox(cox)) = &model.figures else { return String::new() };
        let source = Source { result: model, ..*self };
        let others: Vec<String> =
            cox.varying().filter(|factor| factor.variable != by).map(|factor| source.name(&factor.variable)).collect();
        let ties = source.rule("ties").map(|ties| self.words.say(&format!("ties_{ties}"), &[])).unwrap_or_default();
        let strata = model.rules.get("strata").and_then(Value::as_array).into_iter().flatten();
        let strata: Vec<String> = strata.filter_map(Value::as_str).map(|name| self.name(name)).collect();
        let mut text = self.words.say("legend_model", &[("ties", &ties)]);
        for (code, names) in [("legend_model_adjusted", others), ("legend_model_strata", strata)] {
            if !names.is_empty() {
                text = format!("{text} {}", self.words.say(code, &[("names", &names.join(", "))]));
            }
        }
        text
    }

    /// The name of a test of the log-rank family and its p.
    pub(super) fn test(&self, test: &AnalysisResult) -> Option<String> {
        let Some(Figures::LogRank(found)) = &test.figures else { return None };
        let p = self.sheet.p(found.p_value?)?;
        let weights = match test.rules.get("weights") {
            Some(Value::String(name)) => name.replace('-', "_"),
            Some(Value::Object(_)) => "fleming_harrington".to_owned(),
            _ => "log_rank".to_owned(),
        };
        let name = self.words.say(&format!("test_{weights}"), &[]);
        let strata = test.rules.get("strata").and_then(Value::as_array).into_iter().flatten();
        let strata: Vec<String> = strata.filter_map(Value::as_str).map(|name| self.name(name)).collect();
        let code = if strata.is_empty() { "test_line" } else { "test_line_stratified" };
        Some(self.words.say(code, &[("test", &name), ("p", &p), ("strata", &strata.join(", "))]))
    }
}
