//! `PerformanceObserver`, as far as it is needed.
//!
//! Own bindings: web-sys declares `observe` without `catch` and knows neither
//! the option `type` nor most entry types.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type PerformanceObserver;

    #[wasm_bindgen(constructor, catch)]
    fn new(callback: &Closure<dyn FnMut(EntryList)>) -> Result<PerformanceObserver, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn observe(this: &PerformanceObserver, options: &Object) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn disconnect(this: &PerformanceObserver);

    type EntryList;

    #[wasm_bindgen(method, js_name = getEntries)]
    fn get_entries(this: &EntryList) -> Array;
}

/// Observes until it is dropped.
#[must_use = "observing stops on drop"]
pub(super) struct Observer {
    observer: PerformanceObserver,
    _callback: Closure<dyn FnMut(EntryList)>,
}

impl std::fmt::Debug for Observer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Observer")
    }
}

impl Observer {
    /// Calls back with each batch of entries of these types, buffered ones
    /// first. `None` where the browser has no such entries.
    pub(super) fn new(types: &[&str], mut callback: impl FnMut(Array) + 'static) -> Option<Self> {
        let closure = Closure::new(move |list: EntryList| callback(list.get_entries()));
        let observer = PerformanceObserver::new(&closure).ok()?;
        let mut observing = false;
        for entry_type in types {
            let options = Object::new();
            let set = |name: &str, value: &JsValue| Reflect::set(&options, &name.into(), value);
            set("type", &(*entry_type).into()).ok()?;
            set("buffered", &true.into()).ok()?;
            observing |= observer.observe(&options).is_ok();
        }
        observing.then_some(Self {
            observer,
            _callback: closure,
        })
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
