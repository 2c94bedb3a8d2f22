//! A record's `stream`.

use super::number::number;
use crate::millis::Millis;
use serde::{Deserialize, Serialize};

/// The stream as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stream {
    /// Chunks as JavaScript read them: an artefact of the main thread, not of
    /// the server.
    pub chunks: u32,
    /// Protocol events, comments not counted.
    pub events: u32,
    /// Bytes of the body that were read.
    #[serde(serialize_with = "number")]
    pub bytes: u64,
    /// Events that shared a read with an earlier one.
    pub coalesced: u32,
    /// Share of the output events that came in the largest burst, [0, 1]: near
    /// 1 when something held the stream back and let it go at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst: Option<f64>,
    /// Times between reads that carried output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap_ms: Option<Spread>,
    /// Times from a read that carried text to the paint of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_ms: Option<Spread>,
    /// Each lag was tied to its own text; otherwise to the next change in the
    /// answer's place, which is too early for a typewriter's. No version does
    /// the former yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_exact: Option<bool>,
    /// The longest time the page showed nothing new while text was waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freeze_ms: Option<Millis>,
    /// What that freeze goes back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freeze_cause: Option<FreezeCause>,
}

/// Median, 95th percentile and maximum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// Median.
    pub p50: Millis,
    /// 95th percentile.
    pub p95: Millis,
    /// Maximum.
    pub max: Millis,
}

/// What a freeze goes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FreezeCause {
    /// The main thread was busy.
    MainThread,
    /// The app held the text back: framework, throttle, typewriter.
    App,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}
