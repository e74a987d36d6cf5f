//! Tells the page how a run goes, not oftener than it can show.

use js_sys::{Date, Function};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::wire;
use crate::study::Progress;
use crate::study::results::AnalysisResult;

/// Milliseconds between two shares, and between two entries of one analysis: writing one out takes time from the work.
const PAUSE: f64 = 100.0;

/// Calls the page's function with plain objects. A function that throws is not heard: the run goes on.
pub struct Teller {
    told: Function,
    last_share: f64,
    /// The analysis whose entry was last handed out, and when.
    last_entry: Option<(usize, f64)>,
}

impl Teller {
    /// Tells `told`.
    pub fn new(told: Function) -> Self {
        Self { told, last_share: Date::now(), last_entry: None }
    }

    /// Passes on the first entry of each analysis, and later ones and shares after a pause.
    pub fn tell(&mut self, progress: &Progress) {
        #[derive(Serialize)]
        struct Share {
            analysis: usize,
            of: usize,
            share: f64,
        }
        #[derive(Serialize)]
        struct Partial<'a> {
            analysis: usize,
            entry: &'a AnalysisResult,
        }
        let now = Date::now();
        let message = match *progress {
            Progress::Share { analysis, of, share } => {
                if now - self.last_share < PAUSE {
                    return;
                }
                self.last_share = now;
                wire::plain(&Share { analysis, of, share })
            }
            Progress::Partial { analysis, entry } => {
                if self.last_entry.is_some_and(|(last, when)| last == analysis && now - when < PAUSE) {
                    return;
                }
                self.last_entry = Some((analysis, now));
                wire::plain(&Partial { analysis, entry })
            }
        };
        if let Ok(message) = message {
            let _ = self.told.call1(&JsValue::NULL, &message);
        }
    }
}
