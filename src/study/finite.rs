//! A guard: no NaN and no infinity leaves the engine (JSON writers hide them as `null`).

use serde::{Serialize, ser};

/// The path of the first number in `value` that is not finite, if there is one.
pub fn first_not_finite<T: Serialize + ?Sized>(value: &T) -> Option<String> {
    match value.serialize(Guard) {
        Ok(()) => None,
        Err(NotFinite(path)) => Some(path),
    }
}

/// A serializer that writes nothing and stops at a number that is not finite.
struct Guard;

/// The path to the number, from the inside out.
#[derive(Debug)]
struct NotFinite(String);

impl NotFinite {
    fn inside(self, name: &str) -> Self {
        Self(if self.0.is_empty() { name.to_owned() } else { format!("{name}.{}", self.0) })
    }
}

impl std::fmt::Display for NotFinite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotFinite {}

impl ser::Error for NotFinite {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// The members of a list or an object: each is walked in turn.
#[derive(Default)]
struct Members {
    index: usize,
    key: String,
}

impl Members {
    fn member<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFinite> {
        let index = self.index;
        self.index += 1;
        value.serialize(Guard).map_err(|error| error.inside(&format!("[{index}]")))
    }
}

macro_rules! fine {
    ($($method:ident: $type:ty,)*) => { $(fn $method(self, _: $type) -> Result<(), NotFinite> { Ok(()) })* };
}

impl ser::Serializer for Guard {
    type Ok = ();
    type Error = NotFinite;
    type SerializeSeq = Members;
    type SerializeTuple = Members;
    type SerializeTupleStruct = Members;
    type SerializeTupleVariant = Members;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    fine! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_char: char,
        serialize_str: &str, serialize_bytes: &[u8], serialize_unit_struct: &'static str,
    }

    fn serialize_f32(self, value: f32) -> Result<(), NotFinite> {
        self.serialize_f64(f64::from(value))
    }
    fn serialize_f64(self, value: f64) -> Result<(), NotFinite> {
        if value.is_finite() { Ok(()) } else { Err(NotFinite(String::new())) }
    }
    fn serialize_none(self) -> Result<(), NotFinite> {
        Ok(())
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NotFinite> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), NotFinite> {
        Ok(())
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), NotFinite> {
        Ok(())
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), NotFinite> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), NotFinite> {
        value.serialize(self).map_err(|error| error.inside(variant))
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Members, NotFinite> {
        Ok(Members::default())
    }
    fn serialize_tuple(self, _: usize) -> Result<Members, NotFinite> {
        Ok(Members::default())
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Members, NotFinite> {
        Ok(Members::default())
    }
    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Members, NotFinite> {
        Ok(Members::default())
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Members, NotFinite> {
        Ok(Members::default())
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members, NotFinite> {
        Ok(Members::default())
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Members, NotFinite> {
        Ok(Members::default())
    }
}

macro_rules! list {
    ($($trait:ident::$method:ident,)*) => { $(
        impl ser::$trait for Members {
            type Ok = ();
            type Error = NotFinite;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFinite> { self.member(value) }
            fn end(self) -> Result<(), NotFinite> { Ok(()) }
        }
    )* };
}

list! {
    SerializeSeq::serialize_element, SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field, SerializeTupleVariant::serialize_field,
}

macro_rules! object {
    ($($trait:ident,)*) => { $(
        impl ser::$trait for Members {
            type Ok = ();
            type Error = NotFinite;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), NotFinite> {
                value.serialize(Guard).map_err(|error| error.inside(name))
            }
            fn end(self) -> Result<(), NotFinite> { Ok(()) }
        }
    )* };
}

object! { SerializeStruct, SerializeStructVariant, }

impl ser::SerializeMap for Members {
    type Ok = ();
    type Error = NotFinite;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotFinite> {
        self.key = serde_json::to_value(key)
            .map_or_else(|_| String::new(), |key| key.as_str().map_or_else(|| key.to_string(), str::to_owned));
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFinite> {
        value.serialize(Guard).map_err(|error| error.inside(&self.key))
    }
    fn end(self) -> Result<(), NotFinite> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Inner {
        list: Vec<Option<f64>>,
        name: &'static str,
    }

    #[derive(Serialize)]
    struct Outer {
        count: usize,
        #[serde(flatten)]
        inner: Inner,
    }

    fn outer(list: Vec<Option<f64>>) -> Outer {
        Outer { count: 1, inner: Inner { list, name: "x" } }
    }

    #[test]
    fn finite_numbers_pass() {
        assert_eq!(first_not_finite(&outer(vec![Some(0.0), None, Some(-1.5e300)])), None);
    }

    #[test]
    fn nan_and_infinity_are_found_with_their_path() {
        assert_eq!(first_not_finite(&outer(vec![None, Some(f64::NAN)])).as_deref(), Some("list.[1]"));
        assert_eq!(first_not_finite(&outer(vec![Some(f64::INFINITY)])).as_deref(), Some("list.[0]"));
        let map = std::collections::BTreeMap::from([("a", 1.0), ("b", f64::NEG_INFINITY)]);
        assert_eq!(first_not_finite(&map).as_deref(), Some("b"));
    }
}
