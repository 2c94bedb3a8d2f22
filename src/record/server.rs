//! A record's `server`.

use super::request::Source;
use crate::millis::Millis;
use serde::{Deserialize, Serialize};

/// What the server itself said, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// From request received to headers sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers_ms: Option<Millis>,
    /// Waiting for its turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_ms: Option<Millis>,
    /// Reading the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill_ms: Option<Millis>,
    /// From request received to first token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_token_ms: Option<Millis>,
    /// Generating, first token to last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generate_ms: Option<Millis>,
    /// The whole call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_ms: Option<Millis>,
    /// Where it said so; the body's word goes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}
