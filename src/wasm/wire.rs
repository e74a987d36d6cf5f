//! Values across the boundary: plain objects out, panics reported before the trap.

use std::cell::RefCell;

use js_sys::{Array, Float64Array, Function, Number, Object};
use serde::Serialize;
use serde::de::{DeserializeOwned, Error as _};
use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::events::{self, Shape, Sink, Stop};
use crate::json;

thread_local! {
    /// Who is told of a panic: `report(message, place)`.
    static REPORT: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// `value` as plain objects, arrays, numbers and strings; `None` as `null`, maps as objects.
///
/// # Errors
/// A value that JavaScript cannot hold exactly (an integer beyond 2^53), as `{code: "wire", message}`.
pub fn plain(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let mut builder = Builder::default();
    match events::tell(value, &mut builder) {
        Ok(()) => Ok(builder.done),
        Err(problem) => Err(failure("wire", &problem)),
    }
}

/// A value that the page hands over, read as a type.
///
/// # Errors
/// It is not of this shape.
pub fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, json::Problem> {
    let value: serde_json::Value = serde_wasm_bindgen::from_value(value).map_err(json::Problem::custom)?;
    json::of_value(&value)
}

#[wasm_bindgen]
extern "C" {
    /// An object of the page, written to as `object[key] = value`.
    #[wasm_bindgen(js_name = Object)]
    type Plain;

    #[wasm_bindgen(method, indexing_setter)]
    fn set(this: &Plain, key: &str, value: &JsValue);
}

/// From how many numbers on a list is handed over in one piece.
const MANY: usize = 16;

/// Makes JavaScript values of what it hears.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    done: JsValue,
}

/// A list or an object that is not yet closed.
enum Open {
    /// So far numbers and nulls only, and where the nulls are.
    Numbers(Vec<f64>, Vec<u32>),
    List(Array),
    /// With the key of the next value.
    Object(Plain, String),
}

impl Builder {
    fn put(&mut self, value: &JsValue) -> Result<(), Stop> {
        match self.open.last_mut() {
            None => self.done = value.clone(),
            Some(Open::Object(object, key)) => object.set(key, value),
            Some(Open::List(list)) => {
                list.push(value);
            }
            Some(other) => {
                if let Open::Numbers(numbers, nulls) = other {
                    let list = array(numbers, nulls);
                    list.push(value);
                    *other = Open::List(list);
                }
            }
        }
        Ok(())
    }
}

/// Numbers as an array, `null` at some places.
fn array(numbers: &[f64], nulls: &[u32]) -> Array {
    let array = if numbers.len() < MANY {
        numbers.iter().map(|&number| JsValue::from_f64(number)).collect()
    } else {
        Array::from(&Float64Array::new_from_slice(numbers))
    };
    for &place in nulls {
        array.set(place, JsValue::NULL);
    }
    array
}

impl Sink for Builder {
    fn null(&mut self) -> Result<(), Stop> {
        if let Some(Open::Numbers(numbers, nulls)) = self.open.last_mut() {
            nulls.push(numbers.len() as u32);
            numbers.push(0.0);
            return Ok(());
        }
        self.put(&JsValue::NULL)
    }
    fn boolean(&mut self, value: bool) -> Result<(), Stop> {
        self.put(&JsValue::from_bool(value))
    }
    fn number(&mut self, value: f64) -> Result<(), Stop> {
        if let Some(Open::Numbers(numbers, _)) = self.open.last_mut() {
            numbers.push(value);
            return Ok(());
        }
        self.put(&JsValue::from_f64(value))
    }
    fn integer(&mut self, value: i64) -> Result<(), Stop> {
        if value.unsigned_abs() > Number::MAX_SAFE_INTEGER as u64 {
            return Err(Stop(format!("{value} can't be represented as a JavaScript number")));
        }
        self.number(value as f64)
    }
    fn natural(&mut self, value: u64) -> Result<(), Stop> {
        if value > Number::MAX_SAFE_INTEGER as u64 {
            return Err(Stop(format!("{value} can't be represented as a JavaScript number")));
        }
        self.number(value as f64)
    }
    fn text(&mut self, value: &str) -> Result<(), Stop> {
        self.put(&JsValue::from_str(value))
    }
    fn key(&mut self, key: &str) -> Result<(), Stop> {
        if let Some(Open::Object(_, next)) = self.open.last_mut() {
            next.clear();
            next.push_str(key);
        }
        Ok(())
    }
    fn open(&mut self, shape: Shape) -> Result<(), Stop> {
        self.open.push(match shape {
            Shape::List => Open::Numbers(Vec::new(), Vec::new()),
            Shape::Object => Open::Object(Object::new().unchecked_into(), String::new()),
        });
        Ok(())
    }
    fn close(&mut self) -> Result<(), Stop> {
        match self.open.pop() {
            Some(Open::Numbers(numbers, nulls)) => self.put(&array(&numbers, &nulls)),
            Some(Open::List(list)) => self.put(&list),
            Some(Open::Object(object, _)) => self.put(&object),
            None => Ok(()),
        }
    }
}

/// An error of the library as the plain object `{code, message, position, params}`.
pub fn error(error: &Error) -> JsValue {
    plain(error).unwrap_or_else(|problem| problem)
}

/// An error of the boundary itself, in the same shape as [`error`].
pub fn failure(code: &str, message: &impl ToString) -> JsValue {
    #[derive(Serialize)]
    struct Failure<'a> {
        code: &'a str,
        message: String,
        position: Nothing,
        params: Nothing,
    }
    #[derive(Serialize)]
    struct Nothing {}
    plain(&Failure { code, message: message.to_string(), position: Nothing {}, params: Nothing {} })
        .unwrap_or_else(|_| JsValue::from_str(code))
}

/// Calls `report(message, place)` on any later panic, before the trap that ends this instance.
///
/// After a trap the instance is in an unknown state and must be thrown away: the page ends the worker and starts another.
#[wasm_bindgen(js_name = watchPanics)]
pub fn watch_panics(report: Function) {
    REPORT.with(|slot| *slot.borrow_mut() = Some(report));
    std::panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or("no message");
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        REPORT.with(|slot| {
            if let Ok(slot) = slot.try_borrow()
                && let Some(report) = slot.as_ref()
            {
                // A reporter that throws must not hide the trap that follows.
                let _ = report.call2(&JsValue::NULL, &JsValue::from_str(message), &JsValue::from_str(&place));
            }
        });
    }));
}
