//! Long tasks and long animation frames (Chromium): evidence that the main
//! thread was busy, and who kept it.

use super::fields::Fields;
use super::settings::Host;
use crate::page::Page;
use crate::path;
use crate::record::Script;
use js_sys::Array;
use wasm_bindgen::prelude::*;

/// The entries' types. Both: a frame entry tells of scripts and spans the
/// rendering, a task entry also comes where no frame was due.
pub(super) const TYPES: [&str; 2] = ["long-animation-frame", "longtask"];

/// Takes a stretch in which the main thread was busy.
pub(super) fn take(page: &mut Page, entry: &Fields, host: &Host, origin: &str) {
    let (Some(from), Some(took)) = (entry.millis("startTime"), entry.millis("duration")) else {
        return;
    };
    page.long_task(from, from + took);
    let Ok(scripts) = entry.get("scripts").dyn_into::<Array>() else {
        return;
    };
    let host: &Fields = host.unchecked_ref();
    let address = host.text("address").unwrap_or_default();
    for script in scripts {
        let script: Fields = script.unchecked_into();
        if let (Some(at), Some(ms)) = (script.millis("startTime"), script.millis("duration")) {
            let url = script.text("sourceURL").unwrap_or_default();
            let script = Script {
                source: path::script(&url, &address, origin).into(),
                function: script.text("sourceFunctionName"),
                ms,
            };
            page.script(at, script);
        }
    }
}
