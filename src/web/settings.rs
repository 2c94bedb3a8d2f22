//! What the JavaScript part says of the page when it starts, and what it is
//! told in return.

use super::engine::now;
use super::fields::Fields;
use super::json::{stringify, to_js};
use crate::decoder::{Dialects, UserDialect};
use crate::find::search;
use crate::labels::Labels;
use crate::record::{self, Scope};
use crate::surroundings::{Engine, Surroundings};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The argument of `start`, as what is called back.
    #[derive(Clone, Debug)]
    pub type Host;

    /// Tells what was put off.
    #[wasm_bindgen(method, js_name = catchUp)]
    pub(super) fn catch_up(this: &Host);
    /// Acts on flags that arose outside of a call from JavaScript.
    #[wasm_bindgen(method)]
    pub(super) fn wake(this: &Host, flags: u32);
    /// The text `handle` is the answer of `call`.
    #[wasm_bindgen(method)]
    pub(super) fn found(this: &Host, call: u32, handle: u32);
    /// How does the place of the answer of `call` end?
    #[wasm_bindgen(method)]
    pub(super) fn tail(this: &Host, call: u32);
    /// Nothing more is wanted of `call`.
    #[wasm_bindgen(method)]
    pub(super) fn over(this: &Host, call: u32);
    /// An `error` event for the app.
    #[wasm_bindgen(method)]
    pub(super) fn failed(this: &Host, kind: &str, message: &str);
}

/// The page as its settings have it.
pub(super) fn surroundings(settings: &Fields) -> Surroundings {
    let isolated = settings.is("isolated");
    let user_agent = settings.text("userAgent").unwrap_or_default();
    let named = named(&user_agent);
    // Everything on iOS is WebKit.
    let engine = named.map_or(Engine::WebKit, |(_, engine, _)| engine);
    let info = record::Page {
        id: settings.text("pageId").unwrap_or_default(),
        scope: match settings.text("scope").as_deref() {
            Some("worker") => Scope::Worker,
            _ => Scope::Window,
        },
        route: None,
        release: settings.text("release"),
        engine: named.map(|(name, _, version)| {
            let digits = version.iter().take_while(|byte| byte.is_ascii_digit());
            let mut engine = String::from(name);
            engine.extend(digits.map(|&digit| char::from(digit)));
            engine
        }),
        isolated,
        resolution_ms: engine.clock_step(isolated, now()),
        sample_rate: settings.number("sampleRate").unwrap_or(1.0),
    };
    let mut surroundings = Surroundings::new(info, engine, settings.is("paint"));
    surroundings.tells_long_tasks = settings.is("tellsLongTasks");
    surroundings.dialects = dialects(settings);
    surroundings.json_bytes = |record| stringify(&to_js(record)).len();
    surroundings
}

/// The page's own dialects and the built-in ones; if its own are too many in
/// all, which only the table can tell, the built-in ones alone.
fn dialects(settings: &Fields) -> Dialects {
    let list = settings.get("dialects");
    let Some(list) = list.dyn_ref::<js_sys::Array>() else {
        return Dialects::default();
    };
    let own: Vec<UserDialect> = list
        .iter()
        .map(|value| dialect(value.unchecked_into()))
        .collect();
    let names: Vec<String> = own.iter().map(|dialect| dialect.name.clone()).collect();
    Dialects::with(own).unwrap_or_else(|(index, error)| {
        let mut message = names.get(index).cloned().unwrap_or_default();
        message.push(' ');
        message.push_str(error.message());
        settings.unchecked_ref::<Host>().failed("dialect", &message);
        Dialects::default()
    })
}

/// A dialect whose shape was checked by the JavaScript part.
pub(super) fn dialect(fields: Fields) -> UserDialect {
    UserDialect {
        name: fields.text("name").unwrap_or_default(),
        answer: fields.text("answer"),
        reasoning: fields.text("reasoning"),
        tool: fields.text("tool"),
        end: fields.text("end"),
        model: fields.text("model"),
    }
}

/// The labels of an object whose shape was checked by the JavaScript part.
pub(super) fn labels(facts: &Fields) -> Labels {
    let mut labels = Labels::default();
    let object = facts.get("labels");
    if let Some(object) = object.dyn_ref::<js_sys::Object>() {
        let values: &Fields = object.unchecked_ref();
        for key in js_sys::Object::keys(object) {
            if let Some(key) = key.as_string()
                && let Some(value) = values.get(&key).as_string()
            {
                labels.set(key, value);
            }
        }
    }
    labels
}

const TOKENS: [(&str, &str, Engine); 3] = [
    ("Firefox/", "firefox/", Engine::Firefox),
    ("Chrome/", "chromium/", Engine::Chromium),
    // WebKit's own version is frozen, so Safari's is given.
    ("Version/", "webkit/", Engine::WebKit),
];

/// What a user agent string names first: engine, and what follows its token.
fn named(user_agent: &str) -> Option<(&'static str, Engine, &[u8])> {
    TOKENS.iter().find_map(|&(token, name, engine)| {
        let at = search(user_agent.as_bytes(), token.as_bytes())?;
        let version = user_agent.as_bytes().get(at + token.len()..)?;
        Some((name, engine, version))
    })
}
