//! A record's `flags`.

use serde::{Deserialize, Serialize};

/// What a reader should know before using the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// Hidden between arrival and paint: there are no page marks.
    Hidden,
    /// The machine slept during the call.
    Slept,
    /// The page came back from the back/forward cache during the call.
    Restored,
    /// The decoder came after 256 KiB of the body: what lay beyond was not
    /// decoded.
    DecoderLate,
    /// Sent by the browser after the page was gone.
    Deferred,
    /// Something between server and page held the bytes back.
    Held,
    /// Something was left out to keep the record under 4 KB: what is above 256
    /// bytes of a text, or scripts and labels.
    TruncatedRecord,
    /// A service worker answered.
    ServiceWorker,
    /// The clock's step is above 2 ms.
    CoarseClock,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}
