//! A record's `outcome`.

use serde::{Deserialize, Serialize};

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The end marker came, or the body closed cleanly in a format that has
    /// none. An answer of tool calls only is complete.
    Complete,
    /// The body closed cleanly, but the end marker is missing.
    Truncated,
    /// The page cancelled or aborted; `end` says how long the person waited.
    Aborted,
    /// It failed; see [`Record::error`](super::Record::error).
    Error,
    /// It ended well and no output was generated.
    NoOutput,
    /// The body was taken in a way that shows no chunks, such as `text()`; in
    /// one that shows nothing, such as a cache, and then `end` is absent; or
    /// before the decoder was there, and what was kept for it has nothing.
    Unobserved,
    /// The page was hidden or closed while the stream ran; a later revision
    /// replaces this one if the page lives on.
    Open,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}
