//! A record's `error`.

use serde::{Deserialize, Serialize};

/// What went wrong. Never a message: it could carry content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// How far the call had come.
    pub stage: Stage,
    /// The exception's name or the stream's error code, such as `TypeError`
    /// or `overloaded_error`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// HTTP status, for `status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// How far a failed call had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The `fetch` promise was rejected.
    Connect,
    /// The server answered 400 or above.
    Status,
    /// The stream broke, or carried an error.
    Stream,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}
