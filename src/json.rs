//! JSON text to types, and types to JSON values: one reader and one writer for every document.
//!
//! A text is parsed to nodes that know where they end; types are read from nodes, so that an error names line, character and path. Each
//! type is thus made by one deserializer and told by one serializer ([`crate::events`]): with a reader for each source (text with
//! paths, values of a request, values of the page) the readers would be a third of the wasm.

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::{Map, Number, Value};

use crate::events::{self, Shape, Sink, Stop};

/// What keeps a text from being read.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem(Box<Inside>);

#[derive(Debug, Clone, PartialEq)]
struct Inside {
    reason: String,
    place: Place,
    /// The way to the value, from the inside out.
    path: Vec<Step>,
}

/// Where a text stops making sense.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Unknown,
    /// After this many bytes.
    End(usize),
    /// Line and character, from 1.
    At(usize, usize),
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Index(usize),
    Key(String),
}

impl Problem {
    fn new(reason: String, place: Place) -> Self {
        Self(Box::new(Inside { reason, place, path: Vec::new() }))
    }

    /// Where the reader gave up, if that is not known more precisely.
    #[cold]
    fn at(mut self, end: usize) -> Self {
        if self.0.place == Place::Unknown {
            self.0.place = Place::End(end);
        }
        self
    }

    /// The same inside a list or an object.
    #[cold]
    fn inside(mut self, step: Step, end: usize) -> Self {
        self.0.path.push(step);
        self.at(end)
    }

    /// Line and character of `text`, from 1, at which the reader gave up.
    pub fn place(&self, text: &str) -> (usize, usize) {
        match self.0.place {
            Place::Unknown => (1, 1),
            Place::At(line, character) => (line.max(1), character.max(1)),
            Place::End(end) => {
                let before = text.get(..end).unwrap_or(text);
                let character = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count());
                (before.matches('\n').count() + 1, character.max(1))
            }
        }
    }

    /// The way to what is wrong, such as `endpoints.OS.unit` or `analyses[0].times[1]`; `None` for the whole.
    pub fn path(&self) -> Option<String> {
        let mut path = String::new();
        for step in self.0.path.iter().rev() {
            match step {
                Step::Index(index) => path.push_str(&format!("[{index}]")),
                Step::Key(key) if path.is_empty() => path.push_str(key),
                Step::Key(key) => path.push_str(&format!(".{key}")),
            }
        }
        (!path.is_empty()).then_some(path)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.reason)
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::new(message.to_string(), Place::Unknown)
    }
}

/// A value and where it ends in its text, in bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    end: usize,
    content: Content,
}

#[derive(Debug, Clone, PartialEq)]
enum Content {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Object(Vec<Member>),
}

#[derive(Debug, Clone, PartialEq)]
struct Member {
    key: String,
    key_end: usize,
    value: Node,
}

/// Parses a text.
///
/// # Errors
/// It is not JSON: what was expected, and where.
pub fn parse(text: &str) -> Result<Node, Problem> {
    // The grammar is checked once, by who knows it best; what is left cannot fail but for numbers and characters out of range.
    serde_json::from_str::<de::IgnoredAny>(text).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(reason, _)| reason);
        Problem::new(reason.to_owned(), Place::At(error.line(), error.column()))
    })?;
    Parser { text, at: 0 }.node()
}

/// Reads a text as a type.
///
/// # Errors
/// It is not JSON, or not of this shape.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    parse(text)?.read()
}

/// Reads a value as a type.
///
/// # Errors
/// It is not of this shape; there is no place.
pub fn of_value<T: DeserializeOwned>(value: &Value) -> Result<T, Problem> {
    Node::from(value).read()
}

/// A type as a value; a number that is not finite is `null`.
pub fn value_of<T: Serialize + ?Sized>(value: &T) -> Value {
    let mut writer = Writer::default();
    // Nothing that this sink hears ends the walk.
    let _ = events::tell(value, &mut writer);
    writer.done
}

impl Node {
    /// Reads it as a type.
    ///
    /// # Errors
    /// It is not of this shape; the path starts here.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        T::deserialize(Reader(self)).map_err(|problem| problem.at(self.end))
    }

    /// The value of this key, where it is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let Content::Object(members) = &self.content else { return None };
        members.iter().find(|member| member.key == key).map(|member| &member.value)
    }

    /// Its values, where it is a list.
    pub fn items(&self) -> &[Node] {
        if let Content::List(items) = &self.content { items } else { &[] }
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match &self.content {
            Content::Null => Unexpected::Unit,
            Content::Bool(value) => Unexpected::Bool(*value),
            Content::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(value), _) => Unexpected::Unsigned(value),
                (None, Some(value)) => Unexpected::Signed(value),
                (None, None) => Unexpected::Float(number.as_f64().unwrap_or_default()),
            },
            Content::Text(text) => Unexpected::Str(text),
            Content::List(_) => Unexpected::Seq,
            Content::Object(_) => Unexpected::Map,
        }
    }

    #[cold]
    fn refuse(&self, expected: &dyn de::Expected) -> Problem {
        // As serde_json says it.
        let reason = match self.content {
            Content::Null => format!("invalid type: null, expected {expected}"),
            _ => Problem::invalid_type(self.unexpected(), expected).0.reason,
        };
        Problem::new(reason, Place::End(self.end))
    }
}

impl From<&Value> for Node {
    fn from(value: &Value) -> Self {
        let content = match value {
            Value::Null => Content::Null,
            Value::Bool(value) => Content::Bool(*value),
            Value::Number(number) => Content::Number(number.clone()),
            Value::String(text) => Content::Text(text.clone()),
            Value::Array(items) => Content::List(items.iter().map(Node::from).collect()),
            Value::Object(members) => {
                let member =
                    |(key, value): (&String, &Value)| Member { key: key.clone(), key_end: 0, value: value.into() };
                Content::Object(members.iter().map(member).collect())
            }
        };
        Self { end: 0, content }
    }
}

/// A text whose grammar is known to be right.
struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    /// The next byte that is no white space; 0 at the end.
    fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        bytes.get(self.at).copied().unwrap_or(0)
    }

    /// Whether the next byte is this one, which is then taken.
    fn take(&mut self, byte: u8) -> bool {
        let is = self.peek() == byte;
        self.at += usize::from(is);
        is
    }

    fn node(&mut self) -> Result<Node, Problem> {
        let content = match self.peek() {
            b'{' => {
                self.at += 1;
                let mut members = Vec::new();
                while !self.take(b'}') {
                    self.take(b',');
                    self.peek();
                    let key = self.string()?;
                    let key_end = self.at;
                    self.take(b':');
                    members.push(Member { key, key_end, value: self.node()? });
                }
                Content::Object(members)
            }
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while !self.take(b']') {
                    self.take(b',');
                    items.push(self.node()?);
                }
                Content::List(items)
            }
            b'"' => Content::Text(self.string()?),
            b't' => self.word(4, Content::Bool(true)),
            b'f' => self.word(5, Content::Bool(false)),
            b'n' => self.word(4, Content::Null),
            _ => Content::Number(self.number()?),
        };
        Ok(Node { end: self.at, content })
    }

    fn word(&mut self, length: usize, content: Content) -> Content {
        self.at += length;
        content
    }

    fn number(&mut self) -> Result<Number, Problem> {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E')).unwrap_or(rest.len());
        let digits = &rest[..length];
        self.at += length;
        let whole =
            || digits.parse().map(|value: u64| value.into()).or_else(|_| digits.parse().map(|value: i64| value.into()));
        match whole() {
            // −0 is no whole number: its sign would be lost.
            Ok(number) if digits != "-0" => Ok(number),
            _ => digits.parse().ok().and_then(Number::from_f64).ok_or_else(|| self.problem("number out of range")),
        }
    }

    fn problem(&self, reason: &str) -> Problem {
        Problem::new(reason.to_owned(), Place::End(self.at))
    }

    fn string(&mut self) -> Result<String, Problem> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(length) = rest.find(['"', '\\']) else { return Err(self.problem("EOF while parsing a string")) };
            out.push_str(&rest[..length]);
            self.at += length + 1;
            if rest.as_bytes()[length] == b'"' {
                return Ok(out);
            }
            let escaped = self.text.as_bytes().get(self.at).copied().unwrap_or(0);
            self.at += 1;
            out.push(match escaped {
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.unicode()?,
                other => char::from(other),
            });
        }
    }

    /// The character of `XXXX`, or of the two halves `XXXX\uXXXX`.
    fn unicode(&mut self) -> Result<char, Problem> {
        let first = self.half();
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        let pair = self.text[self.at..].starts_with("\\u");
        self.at += 2 * usize::from(pair);
        let second = if pair { self.half() } else { 0 };
        let both = char::decode_utf16([first as u16, second as u16]).next();
        both.and_then(Result::ok).ok_or_else(|| self.problem("lone surrogate in hex escape"))
    }

    fn half(&mut self) -> u32 {
        let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
        self.at += digits.len();
        u32::from_str_radix(digits, 16).unwrap_or(0)
    }
}

/// The deserializer. It visits what the type asked for and nothing else: a struct is never read from a list.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a Node);

impl Reader<'_> {
    fn number<'de, V: Visitor<'de>>(self, number: &Number, visitor: V) -> Result<V::Value, Problem> {
        match (number.as_u64(), number.as_i64()) {
            (Some(value), _) => visitor.visit_u64(value),
            (None, Some(value)) => visitor.visit_i64(value),
            (None, None) => visitor.visit_f64(number.as_f64().unwrap_or_default()),
        }
    }
}

macro_rules! wholes {
    ($($method:ident)*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            match &self.0.content {
                Content::Number(number) => self.number(number, visitor),
                _ => Err(self.0.refuse(&visitor)),
            }
        }
    )* };
}

macro_rules! texts {
    ($($method:ident)*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            match &self.0.content {
                Content::Text(text) => visitor.visit_str(text),
                _ => Err(self.0.refuse(&visitor)),
            }
        }
    )* };
}

macro_rules! floats {
    ($($method:ident)*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            match &self.0.content {
                Content::Number(number) => visitor.visit_f64(number.as_f64().unwrap_or_default()),
                _ => Err(self.0.refuse(&visitor)),
            }
        }
    )* };
}

impl<'de> de::Deserializer<'de> for Reader<'_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.0.content {
            Content::Null => visitor.visit_unit(),
            Content::Bool(value) => visitor.visit_bool(*value),
            Content::Number(number) => self.number(number, visitor),
            Content::Text(text) => visitor.visit_str(text),
            Content::List(items) => visitor.visit_seq(&mut Items { items, next: 0 }),
            Content::Object(members) => visitor.visit_map(Members { members, next: 0 }),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.0.content {
            Content::Bool(value) => visitor.visit_bool(*value),
            _ => Err(self.0.refuse(&visitor)),
        }
    }

    wholes! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32
        deserialize_u64
    }
    floats! { deserialize_f32 deserialize_f64 }
    texts! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.0.content {
            Content::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let Content::List(items) = &self.0.content else { return Err(self.0.refuse(&visitor)) };
        let mut list = Items { items, next: 0 };
        let value = visitor.visit_seq(&mut list)?;
        if list.next < items.len() {
            return Err(Problem::invalid_length(items.len(), &"fewer elements in array"));
        }
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.0.content {
            Content::Object(members) => visitor.visit_map(Members { members, next: 0 }),
            _ => Err(self.0.refuse(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match &self.0.content {
            Content::Text(text) => visitor.visit_enum(key_reader(text)),
            Content::Object(members) => match members.as_slice() {
                [member] => visitor.visit_enum(Variant(member)),
                _ => Err(Problem::invalid_value(Unexpected::Map, &"map with a single key")),
            },
            _ => Err(self.0.refuse(&"string or map")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { i128 u128 bytes byte_buf unit unit_struct }
}

fn key_reader(key: &str) -> StrDeserializer<'_, Problem> {
    key.into_deserializer()
}

/// The values of a list.
struct Items<'a> {
    items: &'a [Node],
    next: usize,
}

impl<'de> de::SeqAccess<'de> for &mut Items<'_> {
    type Error = Problem;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Problem> {
        let Some(item) = self.items.get(self.next) else { return Ok(None) };
        let index = self.next;
        self.next += 1;
        seed.deserialize(Reader(item)).map(Some).map_err(|problem| problem.inside(Step::Index(index), item.end))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.next)
    }
}

/// The members of an object.
struct Members<'a> {
    members: &'a [Member],
    next: usize,
}

impl<'de> de::MapAccess<'de> for Members<'_> {
    type Error = Problem;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Problem> {
        let Some(member) = self.members.get(self.next) else { return Ok(None) };
        let key = seed.deserialize(key_reader(&member.key));
        key.map(Some).map_err(|problem: Problem| problem.inside(Step::Key(member.key.clone()), member.key_end))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Problem> {
        let Some(member) = self.members.get(self.next) else { return Err(Problem::custom("no value is left")) };
        self.next += 1;
        let value = seed.deserialize(Reader(&member.value));
        value.map_err(|problem| problem.inside(Step::Key(member.key.clone()), member.value.end))
    }
}

/// A variant that has contents.
struct Variant<'a>(&'a Member);

impl<'a, 'de> de::EnumAccess<'de> for Variant<'a> {
    type Error = Problem;
    type Variant = Reader<'a>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Reader<'a>), Problem> {
        let name = seed.deserialize(key_reader(&self.0.key)).map_err(|problem: Problem| problem.at(self.0.key_end))?;
        Ok((name, Reader(&self.0.value)))
    }
}

impl<'de> de::VariantAccess<'de> for Reader<'_> {
    type Error = Problem;

    fn unit_variant(self) -> Result<(), Problem> {
        if self.0.content == Content::Null { Ok(()) } else { Err(self.0.refuse(&"unit variant")) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Problem> {
        seed.deserialize(self).map_err(|problem| problem.at(self.0.end))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        de::Deserializer::deserialize_seq(self, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Problem> {
        de::Deserializer::deserialize_map(self, visitor)
    }
}

/// Makes a [`Value`] of what it hears.
#[derive(Default)]
struct Writer {
    /// Lists and objects that are open, each object with the key of its next value.
    open: Vec<(Value, String)>,
    done: Value,
}

impl Writer {
    fn put(&mut self, value: Value) -> Result<(), Stop> {
        match self.open.last_mut() {
            None => self.done = value,
            Some((Value::Array(items), _)) => items.push(value),
            Some((Value::Object(members), key)) => {
                members.insert(std::mem::take(key), value);
            }
            Some(_) => {}
        }
        Ok(())
    }
}

impl Sink for Writer {
    fn null(&mut self) -> Result<(), Stop> {
        self.put(Value::Null)
    }
    fn boolean(&mut self, value: bool) -> Result<(), Stop> {
        self.put(Value::Bool(value))
    }
    fn number(&mut self, value: f64) -> Result<(), Stop> {
        self.put(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }
    fn integer(&mut self, value: i64) -> Result<(), Stop> {
        self.put(Value::Number(value.into()))
    }
    fn natural(&mut self, value: u64) -> Result<(), Stop> {
        self.put(Value::Number(value.into()))
    }
    fn text(&mut self, value: &str) -> Result<(), Stop> {
        self.put(Value::String(value.to_owned()))
    }
    fn key(&mut self, key: &str) -> Result<(), Stop> {
        if let Some((_, next)) = self.open.last_mut() {
            key.clone_into(next);
        }
        Ok(())
    }
    fn open(&mut self, shape: Shape) -> Result<(), Stop> {
        let empty = if shape == Shape::List { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
        self.open.push((empty, String::new()));
        Ok(())
    }
    fn close(&mut self) -> Result<(), Stop> {
        let closed = self.open.pop().map_or(Value::Null, |(value, _)| value);
        self.put(closed)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        name: String,
        n: Option<u32>,
        #[serde(default)]
        list: Vec<Inner>,
        pair: Option<(f64, i8)>,
        choice: Option<Choice>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Inner {
        value: f64,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Choice {
        Unit,
        New(f64),
        Fields { a: bool },
    }

    /// Line, character, path and reason of what is wrong with a text.
    fn wrong(text: &str) -> (usize, usize, Option<String>, String) {
        let problem = read::<Outer>(text).expect_err(text);
        let (line, character) = problem.place(text);
        (line, character, problem.path(), problem.to_string())
    }

    #[test]
    fn a_text_gives_what_serde_json_gives() {
        for text in [
            "null",
            " [ ] ",
            "{}",
            "[1, -2, 0.1, -0, -0.0, 1e3, 18446744073709551615, 18446744073709551616, 5e-324, 1.7976931348623157e308]",
            r#"{"a": [true, false, null, {"b": {}}], "": "x\"\\\/\b\f\n\r\té\u00e9\ud83d\ude00 \u0000"}"#,
        ] {
            let expected: Value = serde_json::from_str(text).expect(text);
            let found: Value = read(text).expect(text);
            assert_eq!(found, expected);
            // −0 and 0 are equal, their texts are not.
            assert_eq!(found.to_string(), expected.to_string());
            assert_eq!(of_value::<Value>(&expected).expect(text), expected);
            assert_eq!(value_of(&expected), expected);
        }
    }

    #[test]
    fn types_are_read_and_told() {
        let text = r#"{"name": "a", "list": [{"value": 1}, {"value": 0.5}], "pair": [2, -3], "choice": {"new": 4}}"#;
        let outer: Outer = read(text).expect(text);
        assert_eq!(outer.list[0], Inner { value: 1.0 });
        assert_eq!((outer.n, outer.pair), (None, Some((2.0, -3))));
        assert_eq!(outer.choice, Some(Choice::New(4.0)));
        assert_eq!(value_of(&outer), serde_json::to_value(&outer).expect("a value"));
        for (choice, written) in
            [(Choice::Unit, json!("unit")), (Choice::Fields { a: true }, json!({"fields": {"a": true}}))]
        {
            assert_eq!(of_value::<Choice>(&written).expect("a choice"), choice);
            assert_eq!(value_of(&choice), written);
        }
        assert_eq!(value_of(&[f64::NAN, 1.0]), json!([null, 1.0]));
    }

    #[test]
    fn what_is_wrong_has_a_place_and_a_path() {
        let at = |text: &str| {
            let (line, character, path, reason) = wrong(text);
            (line, character, path.unwrap_or_default(), reason)
        };
        assert_eq!(
            at("{\"name\": \"é\",\n \"n\": -1}"),
            (2, 8, "n".into(), "invalid value: integer `-1`, expected u32".into())
        );
        let reason = "invalid type: null, expected f64";
        assert_eq!(
            at("{\"name\": \"\", \"list\": [{\"value\":\nnull}]}"),
            (2, 4, "list[0].value".into(), reason.into())
        );
        assert_eq!(at("{}"), (1, 2, String::new(), "missing field `name`".into()));
        assert_eq!(at("{\"name\": \"é\", \"list\": [{}]}").2, "list[0]");
        let (line, character, path, reason) = at("{\"nam\": 1}");
        assert_eq!((line, character, path.as_str()), (1, 6, "nam"));
        assert!(reason.starts_with("unknown field `nam`, expected one of"), "{reason}");
        assert_eq!(at("{\"name\": \"\", \"pair\": [1, 2, 3]}").3, "invalid length 3, expected fewer elements in array");
        assert_eq!(at("[]").3, "invalid type: sequence, expected struct Outer");
        assert_eq!(at("{\"name\": \"\", \"name\": \"\"}").3, "duplicate field `name`");
        assert_eq!(at("{\n\"name\": }"), (2, 9, String::new(), "expected value".into()));
        assert_eq!(at("{\"n\": 1e999}"), (1, 11, String::new(), "number out of range".into()));
        assert_eq!(at(r#"{"n": "\ud800"}"#).3, "lone surrogate in hex escape");
        assert_eq!(
            at("{\"name\": \"\", \"choice\": {\"new\": 1, \"unit\": null}}").3,
            "invalid value: map, expected map with a single key"
        );
    }
}
