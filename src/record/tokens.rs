//! A record's `tokens`.

use super::number::optional_number;
use serde::{Deserialize, Serialize};

/// Token counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Of the prompt, cached ones included.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "optional_number"
    )]
    pub input: Option<u64>,
    /// Generated, reasoning included.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "optional_number"
    )]
    pub output: Option<u64>,
    /// Of the prompt, read from a cache.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "optional_number"
    )]
    pub cached: Option<u64>,
    /// Of the output, not shown.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "optional_number"
    )]
    pub reasoning: Option<u64>,
    /// `output` was estimated from chunks and bytes, not stated.
    pub estimated: bool,
}
