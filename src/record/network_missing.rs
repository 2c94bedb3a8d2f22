//! A record's `network_missing`.

use serde::{Deserialize, Serialize};

/// Why `request_sent` or `headers` is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkMissing {
    /// Cross-origin, and the server sends no `Timing-Allow-Origin`.
    Tao,
    /// A service worker answered.
    ServiceWorker,
    /// It came from the browser's HTTP cache: no request left.
    Cache,
    /// The browser made no entry (WebKit after a cancel, Chromium with an
    /// undrained body).
    NoEntry,
    /// Two entries fit two calls, and nothing tells them apart.
    Ambiguous,
    /// The entry contradicted our own stamps.
    Clock,
    /// The entry had not come when the record was written.
    Timeout,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}
