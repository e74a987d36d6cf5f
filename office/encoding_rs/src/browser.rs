//! The browser's own decoders.

use std::cell::RefCell;

use js_sys::Object;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    type TextDecoder;

    #[wasm_bindgen(constructor, catch)]
    fn new(label: &str, options: &Options) -> Result<TextDecoder, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn encoding(this: &TextDecoder) -> String;

    #[wasm_bindgen(method, catch)]
    fn decode(this: &TextDecoder, bytes: &[u8]) -> Result<String, JsValue>;

    /// An object, written to as `object[key] = value`.
    #[wasm_bindgen(js_name = Object)]
    type Options;

    #[wasm_bindgen(method, indexing_setter)]
    fn set(this: &Options, key: &str, value: bool);
}

/// The name of the encoding that a label means; `None` where it means none.
pub(crate) fn name_of(label: &str) -> Option<String> {
    decoder(label, false).map(|decoder| decoder.encoding())
}

/// Text of `bytes`; `None` where some do not fit, or where the browser lacks the encoding.
pub(crate) fn text(name: &'static str, bytes: &[u8]) -> Option<String> {
    kept(name, true)?.decode(bytes).ok()
}

/// Text of `bytes`, of those that do not fit U+FFFD; only that where the browser lacks the encoding.
pub(crate) fn replaced(name: &'static str, bytes: &[u8]) -> String {
    let text = kept(name, false).and_then(|decoder| decoder.decode(bytes).ok());
    text.unwrap_or_else(|| char::REPLACEMENT_CHARACTER.to_string())
}

/// What the bytes 0x80 to 0xFF of an encoding of one byte each mean; U+FFFD where they mean nothing.
pub(crate) fn signs(name: &'static str) -> [char; 128] {
    SIGNS.with_borrow_mut(|kept| match kept {
        Some((of, signs)) if *of == name => *signs,
        _ => {
            let mut signs = [char::REPLACEMENT_CHARACTER; 128];
            let text = replaced(name, &std::array::from_fn::<u8, 128, _>(|i| i as u8 | 0x80));
            signs.iter_mut().zip(text.chars()).for_each(|(sign, found)| *sign = found);
            *kept = Some((name, signs));
            signs
        }
    })
}

thread_local! {
    /// The last decoder that was made: a file has one encoding.
    static DECODER: RefCell<Option<(&'static str, bool, TextDecoder)>> = const { RefCell::new(None) };
    static SIGNS: RefCell<Option<(&'static str, [char; 128])>> = const { RefCell::new(None) };
}

fn kept(name: &'static str, fatal: bool) -> Option<TextDecoder> {
    DECODER.with_borrow_mut(|kept| match kept {
        Some((of, is_fatal, decoder)) if *of == name && *is_fatal == fatal => Some(decoder.clone()),
        _ => {
            let decoder = decoder(name, fatal)?;
            *kept = Some((name, fatal, decoder.clone()));
            Some(decoder)
        }
    })
}

fn decoder(label: &str, fatal: bool) -> Option<TextDecoder> {
    let options: Options = Object::new().unchecked_into();
    options.set("fatal", fatal);
    options.set("ignoreBOM", true);
    TextDecoder::new(label, &options).ok()
}
