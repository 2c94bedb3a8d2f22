//! What the JavaScript part hands over when it starts, opens a call or is told
//! facts by the app: typed getters, since deserialising costs 18 KB.

use crate::surroundings::Engine;
use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The argument of `start`.
    #[derive(Debug)]
    pub type Settings;

    #[wasm_bindgen(method, getter, js_name = pageId)]
    pub(super) fn page_id(this: &Settings) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn scope(this: &Settings) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn endpoint(this: &Settings) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn transport(this: &Settings) -> Option<Function>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn release(this: &Settings) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn origin(this: &Settings) -> String;
    #[wasm_bindgen(method, getter, js_name = userAgent)]
    pub(super) fn user_agent(this: &Settings) -> String;
    #[wasm_bindgen(method, getter, js_name = tellsLongTasks)]
    pub(super) fn tells_long_tasks(this: &Settings) -> bool;
    #[wasm_bindgen(method, getter, js_name = sampleRate)]
    pub(super) fn sample_rate(this: &Settings) -> f64;
    #[wasm_bindgen(method, getter)]
    pub(super) fn paint(this: &Settings) -> bool;
    #[wasm_bindgen(method, getter)]
    pub(super) fn hidden(this: &Settings) -> bool;

    /// Acts on flags that arose outside of a call from JavaScript.
    #[wasm_bindgen(method)]
    pub(super) fn wake(this: &Settings, flags: u32);
    /// The text `handle` is the answer of `call`.
    #[wasm_bindgen(method)]
    pub(super) fn found(this: &Settings, call: u32, handle: u32);
    /// Nothing more is wanted of `call`.
    #[wasm_bindgen(method)]
    pub(super) fn over(this: &Settings, call: u32);
    /// A batch was given up.
    #[wasm_bindgen(method)]
    pub(super) fn undeliverable(this: &Settings, message: &str);

    /// What the app says of a call when it opens.
    #[derive(Debug)]
    pub type Context;

    #[wasm_bindgen(method, getter)]
    pub(super) fn route(this: &Context) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn region(this: &Context) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn labels(this: &Context) -> Option<js_sys::Object>;

    /// What the app knows better.
    #[derive(Debug)]
    pub type Facts;

    #[wasm_bindgen(method, getter)]
    pub(super) fn model(this: &Facts) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn provider(this: &Facts) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn region(this: &Facts) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn labels(this: &Facts) -> Option<js_sys::Object>;

    #[wasm_bindgen(thread_local_v2, js_name = crossOriginIsolated)]
    static ISOLATED: Option<bool>;
}

/// The labels of an object whose shape was checked by the JavaScript part.
pub(super) fn labels(object: Option<js_sys::Object>) -> Vec<(String, String)> {
    let mut labels = vec![];
    for entry in js_sys::Object::entries(&object.unwrap_or_default()) {
        let entry: js_sys::Array = entry.unchecked_into();
        if let (Some(key), Some(value)) = (entry.get(0).as_string(), entry.get(1).as_string()) {
            labels.push((key, value));
        }
    }
    labels
}

/// Whether the page is cross-origin isolated.
pub(super) fn isolated() -> bool {
    ISOLATED.with(|isolated| *isolated == Some(true))
}

const TOKENS: [(&str, &str, Engine); 3] = [
    ("Firefox/", "firefox/", Engine::Firefox),
    ("Chrome/", "chromium/", Engine::Chromium),
    ("Version/", "webkit/", Engine::WebKit),
];

/// The engine that a user agent string names. Everything on iOS is WebKit.
pub(super) fn engine(user_agent: &str) -> Engine {
    let named = TOKENS.iter().find(|(token, ..)| user_agent.contains(token));
    named.map_or(Engine::WebKit, |(.., engine)| *engine)
}

/// Engine and major version, such as `chromium/156`. WebKit's own version is
/// frozen, so Safari's is given.
pub(super) fn engine_name(user_agent: &str) -> Option<String> {
    for (token, name, _) in TOKENS {
        if let Some((_, rest)) = user_agent.split_once(token) {
            let major = rest
                .split(|char: char| !char.is_ascii_digit())
                .next()
                .unwrap_or("");
            let mut engine = String::from(name);
            engine.push_str(major);
            return Some(engine);
        }
    }
    None
}
