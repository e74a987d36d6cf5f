//! Values across the boundary: plain objects out, panics reported before the trap.

use std::cell::RefCell;

use js_sys::Function;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::error::Error;

thread_local! {
    /// Who is told of a panic: `report(message, place)`.
    static REPORT: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// `value` as plain objects, arrays, numbers and strings; `None` as `null`, maps as objects.
///
/// # Errors
/// A value that JavaScript cannot hold exactly (an integer beyond 2^53), as `{code: "wire", message}`.
pub fn plain(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(|problem| failure("wire", &problem))
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
