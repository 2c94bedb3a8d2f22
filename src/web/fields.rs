//! JavaScript objects, read and written by key.
//!
//! One import each way. A typed getter per field, as wasm-bindgen would have
//! it, is an import with glue of its own, which costs five times as much, and
//! deserialising costs 18 KB.

use crate::millis::Millis;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An object of which only fields are of interest.
    #[derive(Clone, Debug)]
    pub type Fields;

    #[wasm_bindgen(method, structural, indexing_getter)]
    pub(super) fn get(this: &Fields, key: &str) -> JsValue;
    #[wasm_bindgen(method, structural, indexing_setter)]
    pub(super) fn set(this: &Fields, key: &str, value: &JsValue);
}

impl Fields {
    /// An object without any.
    pub(super) fn new() -> Self {
        js_sys::Object::new().unchecked_into()
    }

    /// A string that is not empty.
    #[inline(never)]
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key).as_string().filter(|text| !text.is_empty())
    }

    /// A number.
    #[inline(never)]
    pub(super) fn number(&self, key: &str) -> Option<f64> {
        self.get(key).as_f64()
    }

    /// A time of the page's clock, or a span.
    #[inline(never)]
    pub(super) fn millis(&self, key: &str) -> Option<Millis> {
        Millis::from_ms(self.number(key)?)
    }

    /// Whether it is `true`.
    #[inline(never)]
    pub(super) fn is(&self, key: &str) -> bool {
        self.get(key).is_truthy()
    }
}
