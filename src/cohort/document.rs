//! What a study declares about its data: columns, excluded rows and endpoints (contract.md).

use indexmap::IndexMap;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::endpoint::{EndpointOptions, MonthRule, TimeZero};
use super::scalar::{self, Scalar};
use crate::error::{Error, ErrorKind};
use crate::table::date::{self, Date, DateCell, DateFormat};
use crate::table::number::Declared;
use crate::table::{ColumnType, level, missing, number};

/// What the study says of a column. Everything may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// Name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Type; inferred from the cells if absent.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ColumnType>,
    /// Levels in order, the first being the reference. Numbers in their shortest form.
    #[serde(default, deserialize_with = "levels", skip_serializing_if = "Option::is_none")]
    pub levels: Option<Vec<String>>,
    /// The level to put first, where it is not the first of the levels already.
    #[serde(default, deserialize_with = "scalar::level", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Another value for some values, or none (`null`: missing). Several may become one level.
    #[serde(default, deserialize_with = "recoding", skip_serializing_if = "IndexMap::is_empty")]
    pub recode: IndexMap<String, Option<String>>,
    /// Cut points that make levels of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cuts: Option<Cuts>,
    /// The column of the file whose cells a new column has; the file's own of this name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Unit to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How many of its unit the ratios of a model are per, such as 10 for a ratio per 10 years; 1 if absent.
    #[serde(default, deserialize_with = "per", skip_serializing_if = "Option::is_none")]
    pub per: Option<f64>,
    /// Values that mean that the cell is missing, besides those of every column.
    #[serde(default, deserialize_with = "scalar::texts", skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// How dates without a day are completed; an error if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<Partial>,
    /// How the dates are written; told from the cells if absent. It makes the column one of dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<DateFormat>,
    /// First of the hundred years to which years of two digits belong (`1930`); `30` means the same. Years of two digits and of four may
    /// then be mixed.
    #[serde(default, deserialize_with = "pivot", skip_serializing_if = "Option::is_none")]
    pub pivot: Option<i32>,
    /// Decimal mark of the column's numbers; that of the file if absent.
    #[serde(default, deserialize_with = "decimal", skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
    /// What separates thousands in the column's numbers; told from the cells if absent.
    #[serde(default, deserialize_with = "thousands", skip_serializing_if = "Option::is_none")]
    pub thousands: Option<char>,
}

impl ColumnSpec {
    /// What is said of the column's numbers.
    pub fn numbers(&self) -> Declared {
        Declared { decimal: self.decimal, thousands: self.thousands }
    }
}

fn per<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    match Option::<f64>::deserialize(deserializer)? {
        Some(per) if !(per > 0.0 && per.is_finite()) => {
            Err(D::Error::custom(format!("a ratio cannot be per {per}; expected a number above 0, such as 10")))
        }
        per => Ok(per),
    }
}

fn pivot<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    match Option::<i32>::deserialize(deserializer)? {
        None => Ok(None),
        Some(year @ 0..=99) => Ok(Some(1900 + year)),
        Some(year @ 1800..=2100) => Ok(Some(year)),
        Some(other) => Err(D::Error::custom(format!(
            "{other} cannot begin the hundred years of two-digit years; expected a year such as 1930"
        ))),
    }
}

fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<char>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None => Ok(None),
        Some(".") => Ok(Some('.')),
        Some(",") => Ok(Some(',')),
        Some(other) => Err(D::Error::custom(format!("“{other}” is no decimal mark; expected \".\" or \",\""))),
    }
}

fn thousands<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<char>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None => Ok(None),
        Some(" " | "\u{a0}" | "\u{202f}" | "\u{2009}") => Ok(Some(' ')),
        Some("'" | "\u{2019}") => Ok(Some('\'')),
        Some(".") => Ok(Some('.')),
        Some(",") => Ok(Some(',')),
        Some(other) => Err(D::Error::custom(format!(
            "“{other}” is no separator of thousands; expected \" \", \".\", \",\" or \"'\""
        ))),
    }
}

/// How dates without a day are completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Partial {
    /// The 15th of the month; 1 July of the year.
    Mid,
}

/// Cut points that make levels of a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenCuts")]
pub struct Cuts {
    /// The cut points, ascending; each begins a level, or ends one where `right` holds.
    pub at: Vec<f64>,
    /// Names of the levels, one more than cut points: those given, or made of the cut points (`< 5`, `5 to < 10`, `≥ 10`).
    pub labels: Vec<String>,
    /// Whether a value that is a cut point belongs to the level below it (`(a, b]`); by default above (`[a, b)`).
    pub right: bool,
}

impl Cuts {
    /// The index of the level of `x`.
    pub fn level(&self, x: f64) -> usize {
        // A cut point belongs above unless `right` says below.
        self.at.partition_point(|&at| if self.right { at < x } else { at <= x })
    }
}

/// Cut points as the document writes them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCuts {
    at: Vec<f64>,
    #[serde(default)]
    labels: Option<Vec<String>>,
    #[serde(default)]
    right: bool,
}

impl TryFrom<WrittenCuts> for Cuts {
    type Error = String;

    fn try_from(WrittenCuts { at, labels, right }: WrittenCuts) -> Result<Self, String> {
        if at.is_empty() {
            return Err("`cuts` has no cut point in `at`".to_owned());
        }
        if at.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err("the cut points of `at` must ascend, each once".to_owned());
        }
        let labels = match labels {
            None => cut_labels(&at, right),
            Some(labels) if labels.len() != at.len() + 1 => {
                let (n, needed) = (labels.len(), at.len() + 1);
                return Err(format!("{} cut points make {needed} levels, and `labels` names {n}", at.len()));
            }
            Some(labels) => labels.iter().map(|label| level::name(label, '.').into_owned()).collect(),
        };
        for (i, label) in labels.iter().enumerate() {
            if label.is_empty() || labels[..i].contains(label) {
                return Err(format!("the label `{label}` of `cuts` is empty or stands twice"));
            }
        }
        Ok(Self { at, labels, right })
    }
}

/// The levels between cut points in signs.
fn cut_labels(at: &[f64], right: bool) -> Vec<String> {
    let text = |x: &f64| number::shortest(*x);
    let (below, above) = if right { ("≤", ">") } else { ("<", "≥") };
    let between = at.windows(2).map(|pair| {
        let (from, to) = (text(&pair[0]), text(&pair[1]));
        if right { format!("> {from} to {to}") } else { format!("{from} to < {to}") }
    });
    let first = at.first().map(|x| format!("{below} {}", text(x)));
    let last = at.last().map(|x| format!("{above} {}", text(x)));
    first.into_iter().chain(between).chain(last).collect()
}

/// A row that the study leaves out of everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExcludedRow {
    /// Data row, from 1.
    pub row: usize,
    /// Why, in the author's words.
    #[serde(default)]
    pub reason: String,
    /// The finding of an audit that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
}

/// What was decided about rows of a finding of an audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Key of the finding.
    pub finding: String,
    /// Data rows, from 1; absent: every row of the finding.
    #[serde(default)]
    pub rows: Vec<usize>,
    /// What was decided.
    pub decision: Decided,
    /// Why, in the author's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What can be decided about a row of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// It is right as it stands.
    Accepted,
    /// The file is to be corrected.
    ToCorrect,
    /// The study leaves the row out. Written as a row of `data.exclude`, never as a decision.
    #[serde(skip_deserializing)]
    Excluded,
}

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
            (Some(values), None) => IndexMap::from([(UNNAMED.to_owned(), values)]),
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
        let mut events = IndexMap::new();
        while let Some((name, Values(values))) = access.next_entry::<String, Values>()? {
            insert(&mut events, name, values).map_err(A::Error::custom)?;
        }
        non_empty(&events).map_err(A::Error::custom)?;
        Ok(WrittenEvents::Values(events))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<WrittenEvents, A::Error> {
        let mut events = IndexMap::new();
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

/// Reads new values for old: each old one once, no new one that would be missing by its text.
fn recoding<'de, D: Deserializer<'de>>(deserializer: D) -> Result<IndexMap<String, Option<String>>, D::Error> {
    struct Recoding;
    impl<'de> Visitor<'de> for Recoding {
        type Value = IndexMap<String, Option<String>>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object of new values by old ones, `null` for missing")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut map: Self::Value = IndexMap::new();
            while let Some((from, to)) = access.next_entry::<String, Option<Scalar>>()? {
                let from = level::name(&from, '.').into_owned();
                let to = to.map(|to| to.text());
                if let Some(to) = to.as_ref().filter(|to| missing::is_missing(to, &[])) {
                    return Err(A::Error::custom(format!(
                        "the new value `{to}` for `{from}` means missing: write null"
                    )));
                }
                if map.insert(from.clone(), to).is_some() {
                    return Err(A::Error::custom(format!("the value `{from}` stands twice in `recode`")));
                }
            }
            Ok(map)
        }
    }
    deserializer.deserialize_map(Recoding)
}

/// Reads an optional list of values.
fn values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Scalar>>, D::Error> {
    Ok(Option::<Values>::deserialize(deserializer)?.map(|Values(values)| values))
}

/// Reads levels as texts, numbers in shortest form, none twice.
fn levels<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let Some(values) = values(deserializer)? else { return Ok(None) };
    let mut levels: Vec<String> = Vec::with_capacity(values.len());
    for value in values {
        let level = value.level('.');
        if levels.contains(&level) {
            return Err(D::Error::custom(format!("the level `{level}` stands twice")));
        }
        levels.push(level);
    }
    if levels.is_empty() {
        return Err(D::Error::custom("`levels` names no level"));
    }
    Ok(Some(levels))
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
        assert_eq!(spec.events, IndexMap::from([("death".to_owned(), death)]));
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

    #[test]
    fn columns() {
        let read = |json: &str| serde_json::from_str::<ColumnSpec>(json).map_err(|error| error.to_string());
        let spec =
            read(r#"{"type": "category", "levels": ["a", 1.0, "2.0"], "missing": 99, "label": "x", "unit": "cm"}"#)
                .expect("column");
        assert_eq!(spec.kind, Some(ColumnType::Category));
        assert_eq!(spec.levels.as_deref(), Some(["a", "1", "2"].map(str::to_owned).as_slice()));
        assert_eq!(spec.missing, ["99"]);
        assert_eq!(read(r#"{"type": "date", "partial": "mid"}"#).expect("date").partial, Some(Partial::Mid));
        assert_eq!(read("{}").expect("empty"), ColumnSpec::default());
        let echo = serde_json::to_string(&spec).expect("json");
        assert_eq!(read(&echo).expect("echo"), spec);
        assert!(read(r#"{"levels": ["1", 1]}"#).expect_err("twice").contains("stands twice"));
        assert!(read(r#"{"levels": []}"#).expect_err("none").contains("no level"));
        for (json, part) in [
            (r#"{"cuts": {"at": []}}"#, "no cut point"),
            (r#"{"cuts": {"at": [5, 5]}}"#, "must ascend"),
            (r#"{"cuts": {"at": [10, 5]}}"#, "must ascend"),
            (r#"{"cuts": {"at": [5], "labels": ["low"]}}"#, "make 2 levels, and `labels` names 1"),
            (r#"{"cuts": {"at": [5], "labels": ["low", "low "]}}"#, "stands twice"),
            (r#"{"recode": {"1": "a", "1.0": "b"}}"#, "`1` stands twice"),
            (r#"{"recode": {"a": "NA"}}"#, "write null"),
            (r#"{"recode": ["a"]}"#, "new values by old"),
        ] {
            let message = read(json).expect_err(json);
            assert!(message.contains(part), "{message}");
        }
        let spec = read(
            r#"{"recode": {"b": "a", "c": null, "d": 2.0}, "cuts": {"at": [5, 7.5]}, "reference": 2, "from": "x"}"#,
        );
        let spec = spec.expect("additions");
        assert_eq!(spec.recode["c"], None);
        assert_eq!(spec.recode["d"].as_deref(), Some("2"));
        assert_eq!(spec.reference.as_deref(), Some("2"));
        assert_eq!(spec.cuts.as_ref().expect("cuts").labels, ["< 5", "5 to < 7.5", "≥ 7.5"]);
        let echo = serde_json::to_string(&spec).expect("json");
        assert_eq!(read(&echo).expect("echo"), spec);
        assert!(read(r#"{"kind": "date"}"#).is_err());
        assert!(read(r#"{"partial": "start"}"#).is_err());
    }
}
