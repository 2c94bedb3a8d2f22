//! `PerformanceObserver`, as far as it is needed.
//!
//! Own bindings: web-sys declares `observe` without `catch` and knows neither
//! the option `type` nor most entry types.

use super::fields::Fields;
use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type PerformanceObserver;

    #[wasm_bindgen(constructor, catch)]
    fn new(callback: &Closure<dyn FnMut(EntryList)>) -> Result<PerformanceObserver, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn observe(this: &PerformanceObserver, options: &Fields) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = takeRecords)]
    fn take_records(this: &PerformanceObserver) -> Result<Array, JsValue>;
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
    /// Entries that are there and were not told yet.
    pub(super) fn take(&self) -> Option<Array> {
        self.observer.take_records().ok()
    }

    /// Calls back with each batch of entries of these types; `buffered`: those of
    /// the past first. Types that the browser does not know are left out.
    pub(super) fn new(types: &[&str], buffered: bool, callback: fn(Array)) -> Option<Self> {
        let closure = Closure::new(move |list: EntryList| callback(list.get_entries()));
        let observer = PerformanceObserver::new(&closure).ok()?;
        for entry_type in types {
            let options = Fields::new();
            options.set("type", &(*entry_type).into());
            options.set("buffered", &buffered.into());
            // What one browser throws on another says to the console.
            let _ = observer.observe(&options);
        }
        Some(Self {
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
