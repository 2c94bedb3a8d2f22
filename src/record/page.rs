//! A record's `page`.

use crate::millis::Millis;
use serde::{Deserialize, Serialize};

/// The page that made the call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Made anew for each page view, return from the back/forward cache
    /// included. Says nothing about the person.
    pub id: String,
    /// Where the call was made.
    pub scope: Scope,
    /// The option `route`: a template, not an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// The option `release`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// Engine and major version, such as `chromium/156`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// Cross-origin isolated: clocks are finer.
    pub isolated: bool,
    /// The clock's step in milliseconds.
    pub resolution_ms: Millis,
    /// Share of pages that measure, (0, 1]; weight counts by its inverse.
    pub sample_rate: f64,
}

/// Where a call was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// A page.
    Window,
    /// A worker: there are no commits and no paints.
    Worker,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}
