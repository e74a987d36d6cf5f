//! What a figure says of itself, made from the results document: endpoint, origin, censoring, cut-off, numbers, interval, software.

use serde_json::Value;

use crate::report::figure::kaplan_meier::Quantity;
use crate::report::figure::scale::Unit;
use crate::report::figure::sheet::{Sheet, Words};
use crate::report::number;
use crate::study::results::{AnalysisResult, Curve, EndpointResult, Figures, Results};

/// The parts of a legend by which a reader knows what was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Endpoint and its events.
    Endpoint,
    /// From when time is counted.
    Origin,
    /// Who is censored when.
    Censoring,
    /// The day after which nothing counts.
    Cutoff,
    /// Patients and events.
    Numbers,
    /// How the intervals were made.
    Interval,
    /// Program and version.
    Software,
}

impl Part {
    /// The code of its name in the section `lint`.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Endpoint => "part_endpoint",
            Self::Origin => "part_origin",
            Self::Censoring => "part_censoring",
            Self::Cutoff => "part_cutoff",
            Self::Numbers => "part_numbers",
            Self::Interval => "part_interval",
            Self::Software => "part_software",
        }
    }
}

/// One analysis with the document around it and the words for it.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    /// The document.
    pub results: &'a Results,
    /// The analysis that is drawn.
    pub result: &'a AnalysisResult,
    /// How numbers are written, and what things are called.
    pub sheet: &'a Sheet,
    /// The section `figure`.
    pub words: &'a Words,
}

impl<'a> Source<'a> {
    /// What a column, endpoint or event of the study is called.
    pub(super) fn name(&self, name: &str) -> String {
        let own = self.sheet.names.get(name).cloned();
        let label = || {
            let of = |part: &str| self.results.study.pointer(part)?.get(name)?.get("label")?.as_str();
            of("/endpoints").or_else(|| of("/data/columns")).filter(|label| !label.trim().is_empty()).map(str::to_owned)
        };
        own.or_else(label).unwrap_or_else(|| name.replace('_', " "))
    }

    /// The endpoint as the study declares it.
    pub(super) fn endpoint(&self) -> Option<&'a Value> {
        self.results.study.pointer("/endpoints")?.get(self.result.endpoint.as_ref()?)
    }

    /// The analysis as the study asks for it.
    pub(super) fn analysis(&self) -> Option<&'a Value> {
        let analyses = self.results.study.pointer("/analyses")?.as_array()?;
        analyses.iter().find(|analysis| analysis.get("id").and_then(Value::as_str) == Some(&self.result.id))
    }

    /// The unit of its times.
    pub(super) fn unit(&self) -> Unit {
        match self.result.endpoint.as_ref().and_then(|name| self.results.endpoints.get(name)) {
            Some(EndpointResult::Derived(endpoint)) => Unit::named(&endpoint.unit),
            _ => Unit::Other,
        }
    }

    /// A rule that was followed, as text.
    pub(super) fn rule(&self, name: &str) -> Option<&'a str> {
        self.result.rules.get(name)?.as_str()
    }

    /// "95% CI".
    pub(super) fn ci(&self) -> String {
        let level = self.result.rules.get("conf_level").and_then(Value::as_f64).unwrap_or(0.95);
        self.words.say("ci", &[("level", &self.sheet.percent(level))])
    }

    /// How the intervals were made: "95% CI, on the log scale, Greenwood's variance"; `None` where there are none.
    pub(super) fn interval_method(&self) -> Option<String> {
        let scale = self.rule("conf_type").filter(|&scale| scale != "none")?;
        let scale = self.words.say(&format!("conf_{}", scale.replace('-', "_")), &[]);
        let robust = self.result.rules.get("robust").and_then(Value::as_bool) == Some(true);
        let adjusted = matches!(self.result.figures, Some(Figures::Cox(_)));
        let exact = self.rule("conf_type") == Some("beta-product");
        let variance = match (exact, adjusted, robust) {
            (true, ..) => return Some(format!("{}, {scale}", self.ci())),
            (_, true, _) => "variance_delta",
            (_, _, true) => "variance_robust",
            _ => "variance_greenwood",
        };
        Some(format!("{}, {scale}, {}", self.ci(), self.words.say(variance, &[])))
    }

    /// From when time is counted, in words; `None` where the study does not say.
    pub(super) fn origin(&self) -> Option<String> {
        let origin = self.endpoint()?.get("origin")?;
        Some(self.list(origin)).filter(|origin| !origin.is_empty())
    }

    /// The events of the endpoint: those that count here, in words.
    pub(super) fn events(&self) -> String {
        if let Some(cause) = self.rule("cause") {
            return self.name(cause);
        }
        let declared = self.endpoint().and_then(|endpoint| endpoint.get("events").or_else(|| endpoint.get("event")));
        let names: Vec<String> = match declared {
            Some(Value::Object(events)) => events.keys().map(|name| self.name(name)).collect(),
            Some(Value::Array(events)) => {
                events.iter().filter_map(|event| Some(self.name(event.get("name")?.as_str()?))).collect()
            }
            _ => Vec::new(),
        };
        if names.is_empty() { self.words.say("an_event", &[]) } else { names.join(&self.words.say("or", &[])) }
    }

    /// Whether one event is counted while others of the endpoint are censored.
    pub(super) fn competes(&self) -> bool {
        let count = match self.endpoint().and_then(|endpoint| endpoint.get("events")) {
            Some(Value::Object(events)) => events.len(),
            Some(Value::Array(events)) => events.len(),
            _ => 0,
        };
        count > 1 && self.rule("cause").is_some()
    }

    /// The name of the endpoint.
    pub(super) fn endpoint_name(&self) -> String {
        self.result.endpoint.as_deref().map_or_else(|| self.words.say("an_event", &[]), |name| self.name(name))
    }

    /// The column of case weights.
    pub(super) fn weights(&self) -> Option<String> {
        self.rule("weights").map(|column| self.name(column))
    }

    /// The variables that adjusted curves are adjusted for.
    pub(super) fn adjusted_for(&self) -> Vec<String> {
        let Some(Figures::Cox(cox)) = &self.result.figures else { return Vec::new() };
        let of = cox.adjusted.as_ref().map(|adjusted| adjusted.variable.as_str());
        let strata = self.result.rules.get("strata").and_then(Value::as_array).into_iter().flatten();
        let strata = strata.filter_map(Value::as_str).map(|name| self.name(name));
        let factors = cox.varying().map(|factor| factor.variable.as_str()).filter(|&name| Some(name) != of);
        factors.map(|name| self.name(name)).chain(strata).collect()
    }

    /// The name of the x axis.
    pub(super) fn x_label(&self, quantity: Quantity) -> String {
        let unit = self.words.say(self.unit().code(), &[]);
        let capital: String = unit.chars().take(1).flat_map(char::to_uppercase).chain(unit.chars().skip(1)).collect();
        let text = match self.origin() {
            Some(origin) => self.words.say("x_since", &[("unit", &capital), ("origin", &origin)]),
            None => self.words.say("x_time", &[("unit", &unit)]),
        };
        if quantity == Quantity::LogMinusLog { self.words.say("x_log", &[("label", &text)]) } else { text }
    }

    /// The name of the y axis.
    pub(super) fn y_label(&self, quantity: Quantity, upward: bool, percent: bool) -> String {
        let code = match quantity {
            Quantity::Survival if upward => "y_incidence",
            Quantity::Survival if self.competes() => "y_free",
            Quantity::Survival => "y_survival",
            Quantity::CumulativeHazard => "y_hazard",
            Quantity::LogMinusLog => "y_log_minus_log",
        };
        let text = self.words.say(code, &[("endpoint", &self.endpoint_name()), ("events", &self.events())]);
        if percent && quantity == Quantity::Survival { format!("{text} (%)") } else { text }
    }

    /// One or several names of columns, joined.
    fn list(&self, names: &Value) -> String {
        let names: Vec<String> = match names {
            Value::String(name) => vec![self.name(name)],
            Value::Array(names) => names.iter().filter_map(Value::as_str).map(|name| self.name(name)).collect(),
            _ => Vec::new(),
        };
        names.join(&self.words.say("or", &[]))
    }

    /// The sentences of the legend, each with the part that it tells.
    pub(super) fn sentences(&self, n: usize, n_event: usize) -> Vec<(Part, String)> {
        let words = self.words;
        let count = |n: usize| number::count(n, self.sheet.locale);
        let mut out = Vec::new();
        let endpoint = self.endpoint();
        let text = |name: &str| endpoint.and_then(|endpoint| endpoint.get(name)).and_then(Value::as_str);
        let name = self.endpoint_name();
        let events = self.events();
        match self.origin() {
            Some(origin) => {
                let values = [("endpoint", name.as_str()), ("origin", &origin), ("events", &events)];
                out.push((Part::Endpoint, words.say("legend_dates", &values)));
                out.push((Part::Origin, String::new()));
            }
            None => {
                let time = text("time").map_or_else(|| words.say("unit_other", &[]), |time| self.name(time));
                out.push((
                    Part::Endpoint,
                    words.say("legend_status", &[("endpoint", &name), ("time", &time), ("events", &events)]),
                ));
            }
        }
        if let Some(cause) = self.rule("cause").filter(|_| self.competes()) {
            out.push((Part::Endpoint, words.say("legend_cause", &[("cause", &self.name(cause))])));
        }
        let censor = text("censor").map(|column| self.name(column));
        let cutoff = text("cutoff");
        let rule = match (&censor, cutoff) {
            (Some(censor), Some(cutoff)) => {
                words.say("legend_censor_cutoff", &[("censor", censor), ("cutoff", cutoff)])
            }
            (Some(censor), None) => words.say("legend_censor", &[("censor", censor)]),
            (None, Some(cutoff)) => words.say("legend_cutoff", &[("cutoff", cutoff)]),
            (None, None) => words.say("legend_censor_status", &[]),
        };
        out.push((Part::Censoring, rule));
        if cutoff.is_some() {
            out.push((Part::Cutoff, String::new()));
        }
        if let Some(entry) = text("entry") {
            out.push((Part::Censoring, words.say("legend_entry", &[("entry", &self.name(entry))])));
        }
        let mut numbers = words.say("legend_n", &[("n", &count(n)), ("events", &count(n_event))]);
        if let Some(counts) = &self.result.counts
            && counts.n_missing + counts.n_excluded > 0
        {
            let values = [("missing", count(counts.n_missing)), ("excluded", count(counts.n_excluded))];
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            numbers = format!("{numbers} {}", words.say("legend_left_out", &values));
        }
        out.push((Part::Numbers, numbers));
        if let Some(subset) = self.subset() {
            out.push((Part::Numbers, words.say("legend_subset", &[("subset", &subset)])));
        }
        if let Some(method) = self.interval_method() {
            out.push((Part::Interval, words.say("legend_interval", &[("method", &method)])));
        }
        if let Some(column) = self.weights() {
            out.push((Part::Numbers, words.say("legend_weighted", &[("column", &column)])));
        }
        let engine = &self.results.engine;
        let commit =
            engine.commit.map(|commit| format!(" ({})", commit.get(..7).unwrap_or(commit))).unwrap_or_default();
        let software = format!("{} {}{commit}.", engine.name, engine.version);
        out.push((Part::Software, software));
        out
    }

    /// The subset of the analysis in words.
    fn subset(&self) -> Option<String> {
        let conditions = self.analysis()?.get("subset")?.as_array()?;
        let one = |condition: &Value| {
            let column = self.name(condition.get("column")?.as_str()?);
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let values: Vec<String> = condition.get("in")?.as_array()?.iter().map(text).collect();
            Some(format!("{column}: {}", values.join(", ")))
        };
        let conditions: Vec<String> = conditions.iter().filter_map(one).collect();
        (!conditions.is_empty()).then(|| conditions.join("; "))
    }

    /// The median follow-up of a `follow_up` analysis, group by group; `None` where it gives none.
    pub(super) fn follow_up(&self, of: &AnalysisResult) -> Option<String> {
        let Some(Figures::Curves { curves, .. }) = &of.figures else { return None };
        let words = self.words;
        let not_reached = words.say("nr", &[]);
        let time = |value: Option<f64>| value.and_then(|value| number::time(value, self.sheet.locale));
        let one = |curve: &Curve| {
            let median = curve.quantiles.iter().find(|quantile| quantile.prob == 0.5)?;
            let limits =
                self.sheet.limits(time(median.conf_low), time(median.conf_high), &not_reached, &words.say("to", &[]));
            let group =
                curve.group.as_deref().map(|group| format!("{} ", self.sheet.label(group, group))).unwrap_or_default();
            let median = time(median.estimate).unwrap_or_else(|| not_reached.clone());
            let source = Source { result: of, ..*self };
            Some(words.say(
                "follow_up_group",
                &[("group", &group), ("median", &median), ("ci", &source.ci()), ("limits", &limits)],
            ))
        };
        let groups: Vec<String> = curves.iter().filter_map(one).collect();
        let unit = words.say(self.unit().code(), &[]);
        (!groups.is_empty()).then(|| words.say("legend_follow_up", &[("groups", &groups.join("; ")), ("unit", &unit)]))
    }
}
