//! A value told part by part: numbers, texts, keys, beginnings and ends of lists and objects.
//!
//! Whoever wants all of a results document, to look for a number that is not finite or to make JavaScript values of it, hears the same
//! events. A document of a hundred types is thus walked by one serializer; each further one would be a twentieth of the wasm.

use serde::{Serialize, ser};

/// What has parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Values in order.
    List,
    /// Values by key: each comes after its [`Sink::key`].
    Object,
}

/// Ends a walk, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop(pub String);

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Stop {}

impl ser::Error for Stop {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Hears a value.
///
/// # Errors
/// Each may end the walk.
#[allow(missing_docs)] // each says by its name what it hears
pub trait Sink {
    fn null(&mut self) -> Result<(), Stop>;
    fn boolean(&mut self, value: bool) -> Result<(), Stop>;
    fn number(&mut self, value: f64) -> Result<(), Stop>;
    fn integer(&mut self, value: i64) -> Result<(), Stop>;
    fn natural(&mut self, value: u64) -> Result<(), Stop>;
    fn text(&mut self, value: &str) -> Result<(), Stop>;
    fn key(&mut self, key: &str) -> Result<(), Stop>;
    fn open(&mut self, shape: Shape) -> Result<(), Stop>;
    fn close(&mut self) -> Result<(), Stop>;
}

/// Tells `value` to `sink`.
///
/// # Errors
/// What ended the walk.
pub fn tell<T: Serialize + ?Sized>(value: &T, sink: &mut dyn Sink) -> Result<(), Stop> {
    value.serialize(Walk(sink))
}

/// The serializer.
struct Walk<'a>(&'a mut dyn Sink);

/// The parts of a list or an object that is open.
struct Parts<'a> {
    sink: &'a mut dyn Sink,
    /// How many are closed at its end: a variant with fields is an object in an object.
    depth: u8,
}

impl<'a> Walk<'a> {
    fn open(self, shape: Shape) -> Result<Parts<'a>, Stop> {
        self.0.open(shape)?;
        Ok(Parts { sink: self.0, depth: 1 })
    }

    fn open_variant(self, variant: &str, shape: Shape) -> Result<Parts<'a>, Stop> {
        self.0.open(Shape::Object)?;
        self.0.key(variant)?;
        self.0.open(shape)?;
        Ok(Parts { sink: self.0, depth: 2 })
    }
}

impl Parts<'_> {
    fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        value.serialize(Walk(self.sink))
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Stop> {
        self.sink.key(key)?;
        self.part(value)
    }

    fn finish(self) -> Result<(), Stop> {
        (0..self.depth).try_for_each(|_| self.sink.close())
    }
}

macro_rules! forward {
    ($($method:ident: $type:ty => $event:ident,)*) => {
        $(fn $method(self, value: $type) -> Result<(), Stop> { self.0.$event(value.into()) })*
    };
}

impl<'a> ser::Serializer for Walk<'a> {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    forward! {
        serialize_bool: bool => boolean, serialize_i8: i8 => integer, serialize_i16: i16 => integer, serialize_i32: i32 => integer,
        serialize_i64: i64 => integer, serialize_u8: u8 => natural, serialize_u16: u16 => natural, serialize_u32: u32 => natural,
        serialize_u64: u64 => natural, serialize_f32: f32 => number, serialize_f64: f64 => number, serialize_str: &str => text,
    }

    fn serialize_char(self, value: char) -> Result<(), Stop> {
        self.0.text(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_bytes(self, value: &[u8]) -> Result<(), Stop> {
        value.serialize(self)
    }
    fn serialize_none(self) -> Result<(), Stop> {
        self.0.null()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), Stop> {
        self.0.null()
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Stop> {
        self.0.null()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Stop> {
        self.0.text(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        let mut object = self.open(Shape::Object)?;
        object.field(variant, value)?;
        object.finish()
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, Stop> {
        self.open(Shape::List)
    }
    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, Stop> {
        self.open(Shape::List)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Stop> {
        self.open(Shape::List)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Stop> {
        self.open_variant(variant, Shape::List)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'a>, Stop> {
        self.open(Shape::Object)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Stop> {
        self.open(Shape::Object)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Stop> {
        self.open_variant(variant, Shape::Object)
    }
}

macro_rules! lists {
    ($($trait:ident::$method:ident,)*) => { $(
        impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = Stop;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> { self.part(value) }
            fn end(self) -> Result<(), Stop> { self.finish() }
        }
    )* };
}

lists! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
}

macro_rules! objects {
    ($($trait:ident,)*) => { $(
        impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = Stop;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Stop> {
                self.field(key, value)
            }
            fn end(self) -> Result<(), Stop> { self.finish() }
        }
    )* };
}

objects! { SerializeStruct, SerializeStructVariant, }

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        let mut name = Name(String::new());
        tell(key, &mut name)?;
        self.sink.key(&name.0)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        self.part(value)
    }
    fn end(self) -> Result<(), Stop> {
        self.finish()
    }
}

/// The text of a key; a whole number is written out, as JSON does.
struct Name(String);

impl Sink for Name {
    fn null(&mut self) -> Result<(), Stop> {
        self.open(Shape::List)
    }
    fn boolean(&mut self, value: bool) -> Result<(), Stop> {
        self.text(if value { "true" } else { "false" })
    }
    fn number(&mut self, _: f64) -> Result<(), Stop> {
        self.open(Shape::List)
    }
    fn integer(&mut self, value: i64) -> Result<(), Stop> {
        self.text(&value.to_string())
    }
    fn natural(&mut self, value: u64) -> Result<(), Stop> {
        self.text(&value.to_string())
    }
    fn text(&mut self, value: &str) -> Result<(), Stop> {
        self.0.push_str(value);
        Ok(())
    }
    fn key(&mut self, _: &str) -> Result<(), Stop> {
        self.open(Shape::List)
    }
    fn open(&mut self, _: Shape) -> Result<(), Stop> {
        Err(Stop("a key is a text".to_owned()))
    }
    fn close(&mut self) -> Result<(), Stop> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The events as a text.
    #[derive(Default)]
    struct Told(String);

    impl Told {
        fn add(&mut self, event: &str) -> Result<(), Stop> {
            self.0 += event;
            self.0.push(' ');
            Ok(())
        }
    }

    impl Sink for Told {
        fn null(&mut self) -> Result<(), Stop> {
            self.add("null")
        }
        fn boolean(&mut self, value: bool) -> Result<(), Stop> {
            self.add(&value.to_string())
        }
        fn number(&mut self, value: f64) -> Result<(), Stop> {
            self.add(&format!("{value:?}"))
        }
        fn integer(&mut self, value: i64) -> Result<(), Stop> {
            self.add(&format!("{value}i"))
        }
        fn natural(&mut self, value: u64) -> Result<(), Stop> {
            self.add(&format!("{value}n"))
        }
        fn text(&mut self, value: &str) -> Result<(), Stop> {
            self.add(&format!("'{value}'"))
        }
        fn key(&mut self, key: &str) -> Result<(), Stop> {
            self.add(&format!("{key}:"))
        }
        fn open(&mut self, shape: Shape) -> Result<(), Stop> {
            self.add(if shape == Shape::List { "[" } else { "{" })
        }
        fn close(&mut self) -> Result<(), Stop> {
            self.add("/")
        }
    }

    fn told(value: &impl Serialize) -> String {
        let mut told = Told::default();
        tell(value, &mut told).expect("a walk to the end");
        told.0.trim_end().to_owned()
    }

    #[derive(Serialize)]
    struct Inner {
        list: Vec<Option<f64>>,
        none: (),
    }

    #[derive(Serialize)]
    struct Outer {
        count: usize,
        #[serde(flatten)]
        inner: Inner,
        letter: char,
    }

    #[derive(Serialize)]
    enum Choice {
        Unit,
        New(i8),
        Pair(bool, u8),
        Fields { a: &'static str },
    }

    #[test]
    fn every_kind_of_value_is_told() {
        let outer = Outer { count: 3, inner: Inner { list: vec![Some(0.5), None], none: () }, letter: 'é' };
        assert_eq!(told(&outer), "{ count: 3n list: [ 0.5 null / none: null letter: 'é' /");
        let choices = (Choice::Unit, Choice::New(-1), Choice::Pair(true, 2), Choice::Fields { a: "x" });
        assert_eq!(told(&choices), "[ 'Unit' { New: -1i / { Pair: [ true 2n / / { Fields: { a: 'x' / / /");
        assert_eq!(told(&BTreeMap::from([(7, "b")])), "{ 7: 'b' /");
        assert_eq!(told(&serde_json::json!({"a": [1, -1, 1.5, {}]})), "{ a: [ 1n -1i 1.5 { / / /");
    }

    #[test]
    fn a_key_is_a_text() {
        let map = BTreeMap::from([((1, 2), 0)]);
        assert_eq!(tell(&map, &mut Told::default()), Err(Stop("a key is a text".to_owned())));
    }
}
