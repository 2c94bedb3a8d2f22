//! Resource Timing: the network's own stamps, right also while the main
//! thread was blocked.

use super::observer::Observer;
use crate::millis::Millis;
use crate::timeline;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Entry;

    #[wasm_bindgen(method, getter)]
    fn name(this: &Entry) -> String;
    #[wasm_bindgen(method, getter, js_name = initiatorType)]
    fn initiator_type(this: &Entry) -> String;
    #[wasm_bindgen(method, getter, js_name = startTime)]
    fn start_time(this: &Entry) -> f64;
    #[wasm_bindgen(method, getter, js_name = workerStart)]
    fn worker_start(this: &Entry) -> f64;
    #[wasm_bindgen(method, getter, js_name = requestStart)]
    fn request_start(this: &Entry) -> f64;
    #[wasm_bindgen(method, getter, js_name = responseStart)]
    fn response_start(this: &Entry) -> f64;
    #[wasm_bindgen(method, getter, js_name = finalResponseHeadersStart)]
    fn final_response_headers_start(this: &Entry) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = responseEnd)]
    fn response_end(this: &Entry) -> f64;
    #[wasm_bindgen(method, getter, js_name = nextHopProtocol)]
    fn next_hop_protocol(this: &Entry) -> String;
}

/// What the browser says of one fetch.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) url: String,
    /// On the page's clock.
    pub(super) start: Millis,
    pub(super) entry: timeline::Entry,
    pub(super) protocol: Option<String>,
}

/// Calls back for each finished `fetch` of the page. Never `getEntries` on the
/// timeline: that scans everything the page ever loaded, and its buffer of 250
/// may be full.
pub(super) fn observe(mut on_fetched: impl FnMut(Fetched) + 'static) -> Option<Observer> {
    Observer::new(&["resource"], move |entries| {
        for entry in entries {
            let entry: Entry = entry.unchecked_into();
            if entry.initiator_type() != "fetch" {
                continue;
            }
            let Some(start) = Millis::from_ms(entry.start_time()) else {
                continue;
            };
            let protocol = entry.next_hop_protocol();
            on_fetched(Fetched {
                url: entry.name(),
                start,
                entry: timeline::Entry {
                    worker_start: entry.worker_start(),
                    request_start: entry.request_start(),
                    final_response_headers_start: entry
                        .final_response_headers_start()
                        .unwrap_or(0.0),
                    response_start: entry.response_start(),
                    response_end: entry.response_end(),
                    hop: !protocol.is_empty(),
                },
                protocol: Some(protocol).filter(|name| !name.is_empty()),
            });
        }
    })
}
