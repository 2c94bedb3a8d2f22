//! A record's `turn`.

use serde::{Deserialize, Serialize};

/// Several requests of one question: retries and tool rounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// UUIDv7 of the question.
    pub id: String,
    /// Which request of the question this is, from 1.
    pub seq: u32,
}
