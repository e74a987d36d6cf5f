//! A guard: no NaN and no infinity leaves the engine (JSON writers hide them as `null`).

use serde::Serialize;

use crate::events::{Shape, Sink, Stop, tell};

/// The path of the first number in `value` that is not finite, if there is one.
pub fn first_not_finite<T: Serialize + ?Sized>(value: &T) -> Option<String> {
    tell(value, &mut Guard::default()).err().map(|Stop(path)| path)
}

/// Hears a value and stops, with the path, at a number that is not finite.
#[derive(Default)]
struct Guard {
    /// What is open, from the outside in.
    open: Vec<Place>,
}

/// Where the walk is in a list or an object.
enum Place {
    /// How many values of the list were heard.
    List(usize),
    /// The last key of the object.
    Object(String),
}

impl Guard {
    /// Hears that a value begins.
    fn value(&mut self) -> Result<(), Stop> {
        if let Some(Place::List(n)) = self.open.last_mut() {
            *n += 1;
        }
        Ok(())
    }

    fn path(&self) -> String {
        let name = |place: &Place| match place {
            Place::List(n) => format!("[{}]", n - 1),
            Place::Object(key) => key.clone(),
        };
        self.open.iter().map(name).collect::<Vec<_>>().join(".")
    }
}

impl Sink for Guard {
    fn null(&mut self) -> Result<(), Stop> {
        self.value()
    }
    fn boolean(&mut self, _: bool) -> Result<(), Stop> {
        self.value()
    }
    fn number(&mut self, value: f64) -> Result<(), Stop> {
        self.value()?;
        if value.is_finite() { Ok(()) } else { Err(Stop(self.path())) }
    }
    fn integer(&mut self, _: i64) -> Result<(), Stop> {
        self.value()
    }
    fn natural(&mut self, _: u64) -> Result<(), Stop> {
        self.value()
    }
    fn text(&mut self, _: &str) -> Result<(), Stop> {
        self.value()
    }
    fn key(&mut self, key: &str) -> Result<(), Stop> {
        if let Some(Place::Object(last)) = self.open.last_mut() {
            last.clear();
            last.push_str(key);
        }
        Ok(())
    }
    fn open(&mut self, shape: Shape) -> Result<(), Stop> {
        self.value()?;
        self.open.push(if shape == Shape::List { Place::List(0) } else { Place::Object(String::new()) });
        Ok(())
    }
    fn close(&mut self) -> Result<(), Stop> {
        self.open.pop();
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
