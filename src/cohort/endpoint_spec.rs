//! What a study declares of an endpoint: by calendar dates, or by a time and a status.

use indexmap::IndexMap;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::spec;
use crate::table::date::{self, Date, DateCell, DateFormat};

/// An endpoint as a study declares it.
#[derive(Debug, Clone, PartialEq)]
pub enum EndpointSpec {
    /// From calendar dates.
    Dates(DateEndpoint),
    /// From a column of times and a column of statuses.
    Status(StatusEndpoint),
}

/// An endpoint from calendar dates (contract.md, "Endpoints by dates").
#[derive(Debug, Clone, PartialEq)]
pub struct DateEndpoint {
    /// Name for people.
    pub label: Option<String>,
    /// Column of the date at which time starts.
    pub origin: String,
    /// Column of the date of each event, by the event's name, in the order of the document.
    pub events: IndexMap<String, String>,
    /// Column of the date of last news.
    pub censor: Option<String>,
    /// Date after which nothing counts.
    pub cutoff: Option<Date>,
    /// What is done with an event after the censoring date.
    pub late_events: LateEvents,
    /// Column of the date of entry into observation.
    pub entry: Option<String>,
    /// Column that joins the rows of one patient.
    pub id: Option<String>,
    /// Unit of time.
    pub unit: Unit,
}

/// An endpoint from a time and a status (contract.md, "Endpoints by time and status").
#[derive(Debug, Clone, PartialEq)]
pub struct StatusEndpoint {
    /// Name for people.
    pub label: Option<String>,
    /// Column of the time of entry.
    pub entry: Option<String>,
    /// Column of the time.
    pub time: String,
    /// Column of the status.
    pub status: String,
    /// Status values of each event, by the event's name, in the order of the document.
    pub events: IndexMap<String, Vec<String>>,
    /// Status values that are censorings; where absent, every value that is no event.
    pub censored: Option<Vec<String>>,
    /// Column that joins the rows of one patient.
    pub id: Option<String>,
    /// Unit of time.
    pub unit: Unit,
}

/// What is done with an event dated after the censoring date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LateEvents {
    /// The row is censored at the censoring date.
    #[default]
    Censor,
    /// The event counts.
    Count,
    /// The endpoint cannot be derived.
    Error,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Days.
    #[default]
    Days,
    /// 7 days.
    Weeks,
    /// 30.4375 days.
    Months,
    /// 365.25 days.
    Years,
}

impl Unit {
    /// Days in the unit.
    pub fn days(self) -> f64 {
        match self {
            Self::Days => 1.0,
            Self::Weeks => 7.0,
            Self::Months => 30.4375,
            Self::Years => 365.25,
        }
    }

    /// Its name in the documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
            Self::Years => "years",
        }
    }
}

/// The name of the event where a study gives only its values.
pub(super) const EVENT: &str = "event";

/// Every field that an endpoint may have; which belong together is decided by [`EndpointSpec`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    label: Option<String>,
    origin: Option<String>,
    #[serde(default, deserialize_with = "named")]
    events: Option<Vec<(String, Value)>>,
    censor: Option<String>,
    cutoff: Option<String>,
    late_events: Option<LateEvents>,
    entry: Option<String>,
    time: Option<String>,
    status: Option<String>,
    #[serde(default, deserialize_with = "spec::texts")]
    event: Option<Vec<String>>,
    #[serde(default, deserialize_with = "spec::texts")]
    censored: Option<Vec<String>>,
    id: Option<String>,
    #[serde(default)]
    unit: Unit,
}

impl<'de> Deserialize<'de> for EndpointSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        if written.time.is_some() || written.status.is_some() { by_status(written) } else { by_dates(written) }
            .map_err(D::Error::custom)
    }
}

fn by_dates(written: Written) -> Result<EndpointSpec, String> {
    let origin = written.origin.ok_or("an endpoint needs `origin` (dates), or `time` and `status`")?;
    for (name, given) in [("event", written.event.is_some()), ("censored", written.censored.is_some())] {
        if given {
            return Err(format!("`{name}` belongs to an endpoint by `time` and `status`; this one has `origin`"));
        }
    }
    let mut events = IndexMap::new();
    for (name, column) in written.events.unwrap_or_default() {
        let column = column.as_str().ok_or_else(|| format!("the event `{name}` needs the name of a date column"))?;
        events.insert(name, column.to_owned());
    }
    if events.is_empty() {
        return Err("an endpoint by dates needs `events`: {name: date column}".to_owned());
    }
    if written.censor.is_none() && written.cutoff.is_none() {
        return Err("an endpoint by dates needs `censor` (a date column) or `cutoff` (a date)".to_owned());
    }
    let cutoff = match written.cutoff {
        None => None,
        Some(text) => match date::parse(&text, DateFormat::Iso) {
            DateCell::Full(date) => Some(date),
            _ => return Err(format!("`cutoff` must be a date such as 2022-12-31, found `{text}`")),
        },
    };
    Ok(EndpointSpec::Dates(DateEndpoint {
        label: written.label,
        origin,
        events,
        censor: written.censor,
        cutoff,
        late_events: written.late_events.unwrap_or_default(),
        entry: written.entry,
        id: written.id,
        unit: written.unit,
    }))
}

fn by_status(written: Written) -> Result<EndpointSpec, String> {
    let time = written.time.ok_or("an endpoint with `status` needs `time`")?;
    let status = written.status.ok_or("an endpoint with `time` needs `status`")?;
    for (name, given) in [
        ("origin", written.origin.is_some()),
        ("censor", written.censor.is_some()),
        ("cutoff", written.cutoff.is_some()),
        ("late_events", written.late_events.is_some()),
    ] {
        if given {
            return Err(format!("`{name}` belongs to an endpoint by dates; this one has `time` and `status`"));
        }
    }
    let mut events = IndexMap::new();
    match (written.event, written.events) {
        (Some(values), None) => {
            events.insert(EVENT.to_owned(), values);
        }
        (None, Some(named)) => {
            for (name, values) in named {
                let values = match values {
                    Value::Array(values) => values,
                    value => vec![value],
                };
                let texts = values.iter().map(spec::text).collect::<Option<Vec<_>>>();
                let texts = texts.ok_or_else(|| format!("the event `{name}` needs a list of status values"))?;
                events.insert(name, texts);
            }
        }
        (Some(_), Some(_)) => return Err("`event` and `events` cannot both be given".to_owned()),
        (None, None) => {}
    }
    if events.is_empty() || events.values().any(Vec::is_empty) {
        return Err("an endpoint by time and status needs `event`: [values], or `events`: {name: [values]}".to_owned());
    }
    let lists = events.values().chain(&written.censored);
    let all: Vec<&String> = lists.flatten().collect();
    if let Some(twice) = all.iter().enumerate().find_map(|(i, value)| all[..i].contains(value).then_some(value)) {
        return Err(format!("the status value `{twice}` is listed twice"));
    }
    Ok(EndpointSpec::Status(StatusEndpoint {
        label: written.label,
        entry: written.entry,
        time,
        status,
        events,
        censored: written.censored,
        id: written.id,
        unit: written.unit,
    }))
}

/// Reads `{name: value}` in the order of the document, or `[{"name": …, "date": …}]`. A name that stands twice or looks like an
/// integer (whose order JavaScript would lose) is refused.
fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<(String, Value)>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Named {
        name: String,
        #[serde(alias = "values")]
        date: Value,
    }

    struct Visitor;
    impl<'de> serde::de::Visitor<'de> for Visitor {
        type Value = Option<Vec<(String, Value)>>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("events by name: {name: column or values}")
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut events = Vec::new();
            while let Some(event) = map.next_entry()? {
                events.push(event);
            }
            Ok(Some(events))
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut events = Vec::new();
            while let Some(Named { name, date }) = list.next_element()? {
                events.push((name, date));
            }
            Ok(Some(events))
        }
    }

    let events = deserializer.deserialize_any(Visitor)?;
    for (i, (name, _)) in events.iter().flatten().enumerate() {
        if name.parse::<i64>().is_ok() {
            return Err(D::Error::custom(format!(
                "the event name `{name}` looks like a whole number; give it a letter"
            )));
        }
        if events.iter().flatten().take(i).any(|(before, _)| before == name) {
            return Err(D::Error::custom(format!("the event `{name}` stands twice")));
        }
    }
    Ok(events)
}

impl Serialize for EndpointSpec {
    /// The declaration with every default explicit.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = Map::new();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                out.insert(name.to_owned(), value);
            }
        };
        match self {
            Self::Dates(spec) => {
                put("label", spec.label.clone().into());
                put("origin", spec.origin.clone().into());
                put("events", serde_json::json!(spec.events));
                put("censor", spec.censor.clone().into());
                put("cutoff", spec.cutoff.map(|cutoff| cutoff.to_string()).into());
                put("late_events", serde_json::json!(spec.late_events));
                put("entry", spec.entry.clone().into());
                put("id", spec.id.clone().into());
                put("unit", spec.unit.name().into());
            }
            Self::Status(spec) => {
                put("label", spec.label.clone().into());
                put("entry", spec.entry.clone().into());
                put("time", spec.time.clone().into());
                put("status", spec.status.clone().into());
                put("events", serde_json::json!(spec.events));
                put("censored", spec.censored.clone().into());
                put("id", spec.id.clone().into());
                put("unit", spec.unit.name().into());
            }
        }
        out.serialize(serializer)
    }
}
