//! A record's `shares` and `verdict`.

use super::interval::Interval;
use serde::{Deserialize, Serialize};

/// The three shares of `first_answer_paint`.
///
/// A part that could not be told apart counts as `[0, whole]` for both
/// candidates, half each in `est`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// `deliver`, `app` and `render`. What was before the browser was asked is in
    /// the estimate, in the upper bound of all and in nobody's lower one.
    pub page: Interval,
    /// `connect`, and `wait` less what the server says it took.
    pub network: Interval,
    /// The rest of `wait`, `generate` and `reason`.
    pub server: Interval,
}

/// The share that certainly was the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Our own page.
    Page,
    /// The network.
    Network,
    /// The server.
    Server,
    /// No share's lower bound reaches the upper bound of each other.
    Unclear,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}
