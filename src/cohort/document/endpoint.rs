//! An endpoint as the study declares it, by dates or by time and status.

use crate::hashing::IndexMap;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cohort::endpoint::{EndpointOptions, MonthRule, TimeZero};
use crate::cohort::scalar::{self, Scalar};
use crate::error::{Error, ErrorKind};
use crate::table::date::{self, Date, DateCell, DateFormat};

/// Unit of an endpoint's times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Days.
    #[default]
    Days,
    /// Weeks of 7 days.
    Weeks,
    /// Months of 30.4375 days.
    Months,
    /// Years of 365.25 days.
    Years,
}

impl Unit {
    /// The name in the documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
            Self::Years => "years",
        }
    }

    /// Length in days.
    pub const fn days(self) -> f64 {
        match self {
            Self::Days => 1.0,
            Self::Weeks => 7.0,
            Self::Months => 30.4375,
            Self::Years => 365.25,
        }
    }
}

/// What becomes of an event that is dated after the row's censoring date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LateEvents {
    /// It does not count, the row is censored at its censoring date, and the event is listed.
    #[default]
    Censor,
    /// It counts, and is listed.
    Count,
    /// It is an error.
    Error,
}

/// An endpoint: who has it, when, and which event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum EndpointSpec {
    /// From calendar dates.
    Dates(DatesSpec),
    /// From a time and a status.
    Status(StatusSpec),
}

/// An endpoint from calendar dates.
#[derive(Debug, Clone, PartialEq)]
pub struct DatesSpec {
    /// Name to show.
    pub label: Option<String>,
    /// Columns of the date from which time is counted; of several the earliest date that a row has.
    pub origin: Vec<String>,
    /// Date of each event, by name; the first named wins on one day.
    pub events: IndexMap<String, DatedEvent>,
    /// Column of the date to which the row was followed. Absent: every row is followed to `cutoff`.
    pub censor: Option<String>,
    /// Day after which nothing counts.
    pub cutoff: Option<Date>,
    /// What becomes of events after the censoring date.
    pub late_events: LateEvents,
    /// Column of the date from which the row was observed (late entry).
    pub entry: Option<String>,
    /// Column that joins the rows of one patient.
    pub id: Option<String>,
    /// Unit of the times.
    pub unit: Unit,
    /// How days become months and years, unless an analysis says otherwise.
    pub month_rule: Option<MonthRule>,
    /// What becomes of rows with time zero, unless an analysis says otherwise.
    pub time_zero: Option<TimeZero>,
}

/// An event that has a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedEvent {
    /// Column of its date.
    pub date: String,
    /// The condition under which it counts.
    pub when: Option<When>,
}

/// A condition on a row: the column's value is one of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The column.
    pub column: String,
    /// The values, compared as levels.
    #[serde(rename = "in", deserialize_with = "scalar::texts")]
    pub values: Vec<String>,
}

/// An endpoint from a time and a status.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusSpec {
    /// Name to show.
    pub label: Option<String>,
    /// Column of the time from which the row was observed (late entry).
    pub entry: Option<String>,
    /// Column of the time to which the row was observed.
    pub time: String,
    /// Column of what happened then.
    pub status: String,
    /// Status values of each event, by name; an event without a name is called `event`.
    pub events: IndexMap<String, Vec<Scalar>>,
    /// Status values that are censored; absent: all others.
    pub censored: Option<Vec<Scalar>>,
    /// Column that joins the rows of one patient.
    pub id: Option<String>,
    /// Unit of the times, as it is in the file.
    pub unit: Unit,
    /// What becomes of rows with time zero, unless an analysis says otherwise.
    pub time_zero: Option<TimeZero>,
}

impl EndpointSpec {
    /// Name to show, if the study gives one.
    pub fn label(&self) -> Option<&str> {
        match self {
            Self::Dates(spec) => spec.label.as_deref(),
            Self::Status(spec) => spec.label.as_deref(),
        }
    }

    /// Unit of the times.
    pub fn unit(&self) -> Unit {
        match self {
            Self::Dates(spec) => spec.unit,
            Self::Status(spec) => spec.unit,
        }
    }

    /// The choices that the endpoint makes itself, `defaults` where it is silent.
    pub fn options(&self, defaults: &EndpointOptions) -> EndpointOptions {
        let (month_rule, time_zero) = match self {
            Self::Dates(spec) => (spec.month_rule, spec.time_zero),
            Self::Status(spec) => (None, spec.time_zero),
        };
        EndpointOptions {
            time_zero: time_zero.unwrap_or(defaults.time_zero),
            month_rule: month_rule.unwrap_or(defaults.month_rule),
        }
    }

    /// The same endpoint with these choices written.
    pub fn with_options(mut self, options: &EndpointOptions) -> Self {
        match &mut self {
            Self::Dates(spec) => {
                (spec.month_rule, spec.time_zero) = (Some(options.month_rule), Some(options.time_zero));
            }
            Self::Status(spec) => spec.time_zero = Some(options.time_zero),
        }
        self
    }
}

/// Name of the event that has none.
const UNNAMED: &str = "event";

/// An endpoint as the document writes it: the fields of both forms.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(deserialize_with = "names", skip_serializing_if = "Option::is_none")]
    origin: Option<Names>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(deserialize_with = "values", skip_serializing_if = "Option::is_none")]
    event: Option<Vec<Scalar>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<WrittenEvents>,
    #[serde(deserialize_with = "values", skip_serializing_if = "Option::is_none")]
    censored: Option<Vec<Scalar>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    censor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cutoff: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    late_events: Option<LateEvents>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    month_rule: Option<MonthRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_zero: Option<TimeZero>,
}

/// Names of columns: a lone one is a list of one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected the name of a column or a list of names")]
enum Names {
    One(String),
    Many(Vec<String>),
}

/// Named events in the order of the document, each with its values or its column.
#[derive(Debug, Clone)]
enum WrittenEvents {
    /// `{name: value}` and `{name: [values]}`.
    Values(IndexMap<String, Vec<Scalar>>),
    /// `{name: column}` on the way out where no event has a condition, and `[{name, date, when}]`.
    Columns(IndexMap<String, DatedEvent>),
}

impl TryFrom<Written> for EndpointSpec {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let by_dates = [
            ("origin", written.origin.is_some()),
            ("censor", written.censor.is_some()),
            ("cutoff", written.cutoff.is_some()),
            ("late_events", written.late_events.is_some()),
            ("month_rule", written.month_rule.is_some()),
        ];
        let by_status = [
            ("time", written.time.is_some()),
            ("status", written.status.is_some()),
            ("event", written.event.is_some()),
            ("censored", written.censored.is_some()),
        ];
        fn first(fields: &[(&'static str, bool)]) -> Option<&'static str> {
            fields.iter().find(|field| field.1).map(|field| field.0)
        }
        match (first(&by_dates), first(&by_status)) {
            (Some(date), Some(status)) => Err(format!(
                "`{date}` and `{status}` do not go together: an endpoint has either dates (`origin`, `events`, `censor`) \
                 or a time and a status (`time`, `status`, `event` or `events`)"
            )),
            (Some(_), None) => written.dates().map(Self::Dates),
            (None, Some(_)) => written.status().map(Self::Status),
            (None, None) => {
                Err("an endpoint needs either `origin`, `events` and `censor` (dates), or `time`, `status` and \
                                 `event` or `events`"
                    .to_owned())
            }
        }
    }
}

/// The field of this name, or the message that it is missing.
fn needed<T>(value: Option<T>, name: &str, form: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("missing field `{name}` of an endpoint by {form}"))
}

impl Written {
    fn dates(self) -> Result<DatesSpec, String> {
        const FORM: &str = "dates";
        if self.censor.is_none() && self.cutoff.is_none() {
            return Err(
                "missing field `censor` of an endpoint by dates: the date to which each row was followed (or `cutoff`, \
                        the day to which all were)"
                    .to_owned(),
            );
        }
        let events = match needed(self.events, "events", FORM)? {
            WrittenEvents::Columns(events) => events,
            WrittenEvents::Values(events) => events
                .into_iter()
                .map(|(name, values)| match <[Scalar; 1]>::try_from(values) {
                    Ok([Scalar::Text(date)]) => Ok((name, DatedEvent { date, when: None })),
                    _ => Err(format!("the event `{name}` of an endpoint by dates needs the name of one column")),
                })
                .collect::<Result<_, _>>()?,
        };
        let cutoff = match self.cutoff {
            None => None,
            Some(text) => match date::parse(&text, DateFormat::Iso) {
                DateCell::Full(date) => Some(date),
                _ => return Err(format!("`cutoff` is a day such as \"2021-03-09\", not \"{text}\"")),
            },
        };
        let origin = match needed(self.origin, "origin", FORM)? {
            Names::One(name) => vec![name],
            Names::Many(names) => names,
        };
        if origin.is_empty() || origin.iter().enumerate().any(|(i, name)| origin[..i].contains(name)) {
            return Err("`origin` names one column, or several, each once".to_owned());
        }
        Ok(DatesSpec {
            label: self.label,
            origin,
            events,
            censor: self.censor,
            cutoff,
            late_events: self.late_events.unwrap_or_default(),
            entry: self.entry,
            id: self.id,
            unit: self.unit.unwrap_or_default(),
            month_rule: self.month_rule,
            time_zero: self.time_zero,
        })
    }

    fn status(self) -> Result<StatusSpec, String> {
        const FORM: &str = "time and status";
        let events = match (self.event, self.events) {
            (Some(_), Some(_)) => return Err("`event` and `events` do not go together: give one of them".to_owned()),
            (Some(values), None) => IndexMap::from_iter([(UNNAMED.to_owned(), values)]),
            (None, Some(WrittenEvents::Values(events))) => events,
            (None, Some(WrittenEvents::Columns(_))) => {
                return Err(
                    "a list of `{name, date}` belongs to an endpoint by dates; by time and status write `events` \
                            as {name: [values]}"
                        .to_owned(),
                );
            }
            (None, None) => return Err(needed(None::<()>, "event", FORM).err().unwrap_or_default()),
        };
        if let Some((name, _)) = events.iter().find(|(_, values)| values.is_empty()) {
            return Err(format!("the event `{name}` has no status value"));
        }
        Ok(StatusSpec {
            label: self.label,
            entry: self.entry,
            time: needed(self.time, "time", FORM)?,
            status: needed(self.status, "status", FORM)?,
            events,
            censored: self.censored,
            id: self.id,
            unit: self.unit.unwrap_or_default(),
            time_zero: self.time_zero,
        })
    }
}

impl From<EndpointSpec> for Written {
    /// Every default explicit.
    fn from(spec: EndpointSpec) -> Self {
        match spec {
            EndpointSpec::Dates(spec) => Self {
                label: spec.label,
                origin: Some(match <[String; 1]>::try_from(spec.origin) {
                    Ok([name]) => Names::One(name),
                    Err(names) => Names::Many(names),
                }),
                events: Some(WrittenEvents::Columns(spec.events)),
                censor: spec.censor,
                cutoff: spec.cutoff.map(|date| date.to_string()),
                late_events: Some(spec.late_events),
                entry: spec.entry,
                id: spec.id,
                unit: Some(spec.unit),
                month_rule: spec.month_rule,
                time_zero: spec.time_zero,
                ..Self::default()
            },
            EndpointSpec::Status(mut spec) => {
                let is_unnamed = spec.events.len() == 1 && spec.events.contains_key(UNNAMED);
                let event = if is_unnamed { spec.events.shift_remove(UNNAMED) } else { None };
                Self {
                    label: spec.label,
                    entry: spec.entry,
                    time: Some(spec.time),
                    status: Some(spec.status),
                    events: event.is_none().then_some(WrittenEvents::Values(spec.events)),
                    event,
                    censored: spec.censored,
                    id: spec.id,
                    unit: Some(spec.unit),
                    time_zero: spec.time_zero,
                    ..Self::default()
                }
            }
        }
    }
}

impl Serialize for WrittenEvents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Columns(events) if events.values().any(|event| event.when.is_some()) => {
                serializer.collect_seq(events.iter().map(|(name, event)| {
                    let DatedEvent { date, when } = event.clone();
                    WrittenEvent { name: name.clone(), date, when }
                }))
            }
            Self::Columns(events) => serializer.collect_map(events.iter().map(|(name, event)| (name, &event.date))),
            Self::Values(events) => serializer.collect_map(events),
        }
    }
}

impl<'de> Deserialize<'de> for WrittenEvents {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EventsVisitor)
    }
}

/// Reads named events, each name once.
struct EventsVisitor;

/// One event of the list form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEvent {
    name: String,
    date: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when: Option<When>,
}

/// A list of values or a lone one.
#[derive(Deserialize)]
#[serde(transparent)]
struct Values(#[serde(deserialize_with = "scalar::list")] Vec<Scalar>);

impl<'de> Visitor<'de> for EventsVisitor {
    type Value = WrittenEvents;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("named events")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<WrittenEvents, A::Error> {
        let mut events = IndexMap::default();
        while let Some((name, Values(values))) = access.next_entry::<String, Values>()? {
            insert(&mut events, name, values).map_err(A::Error::custom)?;
        }
        non_empty(&events).map_err(A::Error::custom)?;
        Ok(WrittenEvents::Values(events))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<WrittenEvents, A::Error> {
        let mut events = IndexMap::default();
        while let Some(WrittenEvent { name, date, when }) = access.next_element()? {
            if when.as_ref().is_some_and(|when| when.values.is_empty()) {
                return Err(A::Error::custom(format!("the condition of the event `{name}` names no value")));
            }
            insert(&mut events, name, DatedEvent { date, when }).map_err(A::Error::custom)?;
        }
        non_empty(&events).map_err(A::Error::custom)?;
        Ok(WrittenEvents::Columns(events))
    }
}

/// One more event, its name being new and fit to keep its place in every reader.
fn insert<T>(events: &mut IndexMap<String, T>, name: String, value: T) -> Result<(), String> {
    if name.trim().is_empty() {
        return Err("an event has an empty name".to_owned());
    }
    if looks_like_integer(&name) {
        return Err(Error::new(ErrorKind::IntegerLikeName).with("name", name).to_string());
    }
    if events.contains_key(&name) {
        return Err(format!("the event `{name}` stands twice"));
    }
    events.insert(name, value);
    Ok(())
}

fn non_empty<T>(events: &IndexMap<String, T>) -> Result<(), &'static str> {
    if events.is_empty() { Err("`events` names no event") } else { Ok(()) }
}

/// Whether a name is all digits, signed or not: JavaScript moves such keys before the others, and the order would be lost.
fn looks_like_integer(name: &str) -> bool {
    let digits = name.trim().trim_start_matches(['+', '-']);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads the name of a column or a list of them.
fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Names>, D::Error> {
    Option::<Names>::deserialize(deserializer)
}

/// Reads an optional list of values.
pub(super) fn values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Scalar>>, D::Error> {
    Ok(Option::<Values>::deserialize(deserializer)?.map(|Values(values)| values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<EndpointSpec, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    fn refused(json: &str, with: &str) {
        let message = read(json).expect_err(json);
        assert!(message.contains(with), "{message}");
    }

    const OS: &str = r#"{"origin": "d0", "events": {"death": "d1"}, "censor": "d2", "unit": "months"}"#;

    #[test]
    fn dates_in_both_forms() {
        let EndpointSpec::Dates(spec) = read(OS).expect("OS") else { panic!("not dates") };
        let death = DatedEvent { date: "d1".to_owned(), when: None };
        assert_eq!(spec.events, IndexMap::from_iter([("death".to_owned(), death)]));
        assert_eq!(spec.origin, ["d0"]);
        assert_eq!((spec.unit, spec.late_events, spec.cutoff), (Unit::Months, LateEvents::Censor, None));
        let list = r#"{"origin": "d0", "events": [{"name": "death", "date": "d1"}], "censor": "d2", "unit": "months"}"#;
        assert_eq!(read(list), read(OS));
        let order = r#"{"origin": "d0", "events": {"z": "a", "b": "c", "a": "d"}, "cutoff": "2020-01-31"}"#;
        let EndpointSpec::Dates(spec) = read(order).expect("order") else { panic!("not dates") };
        assert_eq!(spec.events.keys().collect::<Vec<_>>(), ["z", "b", "a"]);
        assert_eq!(spec.cutoff, Date::from_ymd(2020, 1, 31));
    }

    #[test]
    fn time_and_status_in_both_forms() {
        let EndpointSpec::Status(spec) = read(r#"{"time": "t", "status": "s", "event": 1}"#).expect("X") else {
            panic!("not status")
        };
        assert_eq!(spec.events.keys().collect::<Vec<_>>(), ["event"]);
        assert_eq!(spec.events["event"][0].text(), "1");
        assert_eq!((spec.unit, spec.censored), (Unit::Days, None));
        let named = r#"{"time": "t", "status": "s", "events": {"relapse": [1], "death": ["2", true]}, "censored": 0}"#;
        let EndpointSpec::Status(spec) = read(named).expect("CR") else { panic!("not status") };
        assert_eq!(spec.events["death"].len(), 2);
        assert_eq!(spec.censored.map(|values| values.len()), Some(1));
    }

    #[test]
    fn the_echo_reads_back_with_every_default() {
        for json in [
            OS,
            r#"{"origin": "d0", "events": {"b": "x", "a": "y"}, "cutoff": "2020-01-31", "late_events": "error", "entry": "e", "id": "i", "label": "L"}"#,
            r#"{"origin": ["a", "b"], "events": [{"name": "x", "date": "d", "when": {"column": "c", "in": ["u", 1]}},
                {"name": "y", "date": "e"}], "censor": "l", "month_rule": "calendar", "time_zero": "drop"}"#,
            r#"{"entry": "e", "time": "t", "status": "s", "event": [1, "dead", true], "id": "i"}"#,
            r#"{"time": "t", "status": "s", "event": 1, "time_zero": "drop"}"#,
            r#"{"time": "t", "status": "s", "events": {"b": [1], "a": 2}, "censored": [0, "x"], "unit": "years"}"#,
        ] {
            let spec = read(json).expect(json);
            let echo = serde_json::to_string(&spec).expect(json);
            assert_eq!(read(&echo).expect(&echo), spec);
            assert!(echo.contains(r#""unit":"#), "{echo}");
        }
        let echo = serde_json::to_string(&read(OS).expect("OS")).expect("json");
        assert_eq!(
            echo,
            r#"{"origin":"d0","events":{"death":"d1"},"censor":"d2","late_events":"censor","unit":"months"}"#
        );
    }

    #[test]
    fn shapes_that_are_refused() {
        refused(r#"{"origin": "d0", "events": {"a": "b"}, "time": "t"}"#, "`origin` and `time` do not go together");
        refused(r#"{"time": "t", "status": "s", "event": 1, "month_rule": "days"}"#, "`month_rule` and `time`");
        refused(r#"{"origin": [], "events": {"a": "b"}, "censor": "c"}"#, "`origin` names one column");
        refused(r#"{"origin": ["a", "a"], "events": {"a": "b"}, "censor": "c"}"#, "`origin` names one column");
        refused(
            r#"{"origin": "o", "events": [{"name": "a", "date": "b", "when": {"column": "c", "in": []}}]}"#,
            "no value",
        );
        refused(r#"{"events": {"a": "b"}, "unit": "days"}"#, "either");
        refused(r#"{"origin": "d0", "events": {"a": "b"}}"#, "missing field `censor`");
        refused(r#"{"origin": "d0", "censor": "c"}"#, "missing field `events`");
        refused(r#"{"censor": "c", "events": {"a": "b"}}"#, "missing field `origin`");
        refused(r#"{"origin": "d0", "events": {"a": [1]}, "censor": "c"}"#, "`a` of an endpoint by dates");
        refused(r#"{"origin": "d0", "events": {"a": "b"}, "cutoff": "2020-01"}"#, "`cutoff` is a day");
        refused(r#"{"status": "s", "event": 1}"#, "missing field `time`");
        refused(r#"{"time": "t", "event": 1}"#, "missing field `status`");
        refused(r#"{"time": "t", "status": "s"}"#, "missing field `event`");
        refused(r#"{"time": "t", "status": "s", "event": 1, "events": {"a": 1}}"#, "`event` and `events`");
        refused(r#"{"time": "t", "status": "s", "event": []}"#, "no status value");
        refused(r#"{"time": "t", "status": "s", "events": {}}"#, "names no event");
        refused(r#"{"time": "t", "status": "s", "events": [{"name": "a", "date": "b"}]}"#, "belongs to");
        refused(r#"{"time": "t", "status": "s", "event": [[1]]}"#, "value");
        refused(r#"{"time": "t", "status": "s", "event": 1, "unit": "minutes"}"#, "minutes");
        refused(r#"{"time": "t", "status": "s", "event": 1, "weight": "w"}"#, "weight");
    }

    #[test]
    fn names_that_are_refused() {
        refused(r#"{"time": "t", "status": "s", "events": {"1": 1}}"#, "looks like a whole number");
        refused(r#"{"time": "t", "status": "s", "events": {" -12 ": 1}}"#, "looks like a whole number");
        refused(r#"{"time": "t", "status": "s", "events": {"": 1}}"#, "empty name");
        refused(r#"{"time": "t", "status": "s", "events": {"a": 1, "a": 2}}"#, "`a` stands twice");
        refused(
            r#"{"origin": "o", "censor": "c", "events": [{"name": "2", "date": "b"}]}"#,
            "looks like a whole number",
        );
        assert!(read(r#"{"time": "t", "status": "s", "events": {"2nd": 1, "décès ": 2}}"#).is_ok());
    }
}
