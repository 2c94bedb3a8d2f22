//! Records and envelopes as JavaScript has them, and as its JSON.

use js_sys::JSON;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// As a plain object: maps would become a `Map`, which JSON leaves out.
pub(super) fn to_js(value: &impl Serialize) -> JsValue {
    let serializer = Serializer::json_compatible();
    value.serialize(&serializer).unwrap_or(JsValue::UNDEFINED)
}

/// Its JSON; empty where there is none: the app may have given a record a
/// circle, or a `toJSON` of its own.
#[inline(never)]
pub(super) fn stringify(value: &JsValue) -> String {
    let json = JSON::stringify(value).ok();
    json.and_then(|json| json.as_string()).unwrap_or_default()
}
