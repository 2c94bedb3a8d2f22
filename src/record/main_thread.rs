//! A record's `main_thread`.

use crate::millis::Millis;
use serde::{Deserialize, Serialize};

/// What kept the page's main thread, from `request_start` to
/// `first_answer_paint`, or to `end` where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MainThread {
    /// Time in busy runs.
    pub busy_ms: Millis,
    /// The longest scripts in that time, where the engine names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<Script>,
}

/// A script that kept the main thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// File name without origin, path and query; `inline` where it stands in a
    /// page, or is no file.
    pub source: String,
    /// Function name as the engine gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// How long it ran.
    pub ms: Millis,
}
