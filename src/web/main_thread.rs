//! Long tasks and long animation frames (Chromium): evidence that the main
//! thread was busy, and who kept it.

use super::observer::Observer;
use crate::millis::Millis;
use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Frame;

    #[wasm_bindgen(method, getter, js_name = startTime)]
    fn start_time(this: &Frame) -> f64;
    #[wasm_bindgen(method, getter)]
    fn duration(this: &Frame) -> f64;
    #[wasm_bindgen(method, getter)]
    fn scripts(this: &Frame) -> Option<Array>;

    type ScriptTiming;

    #[wasm_bindgen(method, getter, js_name = startTime)]
    fn start_time(this: &ScriptTiming) -> f64;
    #[wasm_bindgen(method, getter)]
    fn duration(this: &ScriptTiming) -> f64;
    #[wasm_bindgen(method, getter, js_name = sourceURL)]
    fn source_url(this: &ScriptTiming) -> String;
    #[wasm_bindgen(method, getter, js_name = sourceFunctionName)]
    fn source_function_name(this: &ScriptTiming) -> String;
}

/// A stretch in which the main thread was busy, on the page's clock.
#[derive(Debug)]
pub(super) struct BusyRun {
    pub(super) from: Millis,
    pub(super) to: Millis,
    pub(super) scripts: Vec<RanScript>,
}

/// A script in it.
#[derive(Debug)]
pub(super) struct RanScript {
    pub(super) at: Millis,
    pub(super) took: Millis,
    /// File name, without origin, path and query.
    pub(super) source: String,
    pub(super) function: String,
}

/// Calls back with each busy stretch, those before included as far as the
/// browser kept them. `None` where it tells of none.
pub(super) fn observe(mut on_run: impl FnMut(BusyRun) + 'static) -> Option<Observer> {
    // Both: a frame entry tells of scripts and spans the rendering, a task
    // entry also comes where no frame was due.
    Observer::new(&["long-animation-frame", "longtask"], move |entries| {
        for entry in entries {
            let frame: Frame = entry.unchecked_into();
            let (Some(from), Some(took)) = (
                Millis::from_ms(frame.start_time()),
                Millis::from_ms(frame.duration()),
            ) else {
                continue;
            };
            on_run(BusyRun {
                from,
                to: from + took,
                scripts: scripts_of(&frame),
            });
        }
    })
}

fn scripts_of(frame: &Frame) -> Vec<RanScript> {
    let mut scripts = vec![];
    for script in frame.scripts().unwrap_or_default() {
        let script: ScriptTiming = script.unchecked_into();
        if let (Some(at), Some(took)) = (
            Millis::from_ms(script.start_time()),
            Millis::from_ms(script.duration()),
        ) {
            scripts.push(RanScript {
                at,
                took,
                source: file_name(&script.source_url()),
                function: script.source_function_name(),
            });
        }
    }
    scripts
}

fn file_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or("");
    String::from(path.rsplit('/').next().unwrap_or(""))
}
