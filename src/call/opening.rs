//! What is known of a call when it begins, and what the app says of it.

use crate::labels::Labels;
use crate::millis::Millis;
use crate::record::Turn;

/// Facts of a call that the app states, before or while it runs.
#[derive(Debug, Default)]
pub struct Facts {
    /// Instead of what the stream says.
    pub model: Option<String>,
    /// Instead of what the stream says.
    pub provider: Option<String>,
    /// Instead of what the server says.
    pub region: Option<String>,
    /// Added to the labels; the same key replaces.
    pub labels: Labels,
}

/// How a call begins.
#[derive(Debug)]
pub struct Opening {
    /// UUIDv7.
    pub id: String,
    /// The call of `fetch`, on the page's clock.
    pub t0: Millis,
    /// The return of `fetch`, on the page's clock: its network entry starts
    /// between the two.
    pub returned: Millis,
    /// Wall time at `t0`, only to notice sleep.
    pub wall: f64,
    /// It gives a record whatever comes.
    pub expected: bool,
    /// The whole address; never leaves the page.
    pub url: String,
    /// Bytes of the body that is sent.
    pub bytes: Option<u64>,
    /// The option `route`.
    pub route: Option<String>,
    /// Number of the target in which the answer appears.
    pub target: u32,
    /// The question that it belongs to, and when the person asked, on the
    /// page's clock.
    pub turn: Option<(Turn, Millis)>,
}
