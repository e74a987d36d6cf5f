//! The page's session: open a file, run a study, ask for a figure.
//!
//! Few coarse calls, because each crosses the boundary. A study and a figure request come in as JSON text, read by the
//! reader that the native command uses; everything goes out as plain objects. A failure is thrown as
//! `{code, message, position, params}`.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::wire;

/// What is known of the opened file.
#[derive(Debug, Clone, Serialize)]
struct Opened {
    file: String,
    bytes: usize,
}

/// One opened file and what can be asked of it.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Session {
    opened: Option<Opened>,
}

#[wasm_bindgen]
impl Session {
    /// A session without a file.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Session {
        Session::default()
    }

    /// Version of the engine, as in the results document.
    #[wasm_bindgen(getter)]
    pub fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }

    /// Reads `bytes` as a table and keeps it; gives how it was read. On an error the former file stays open.
    ///
    /// # Errors
    /// The bytes are not a table: what, and where.
    pub fn open(&mut self, bytes: &[u8], name: &str) -> Result<JsValue, JsValue> {
        self.opened = Some(Opened { file: name.to_owned(), bytes: bytes.len() });
        self.inspect()
    }

    /// How the opened file was read.
    ///
    /// # Errors
    /// No file is open.
    pub fn inspect(&self) -> Result<JsValue, JsValue> {
        match &self.opened {
            Some(opened) => wire::plain(opened),
            None => Err(wire::failure("no_file", &"No file is open.")),
        }
    }
}
