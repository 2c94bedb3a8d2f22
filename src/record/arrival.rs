//! A record's `arrival`.

use serde::{Deserialize, Serialize};

/// How the arrival of the answer's chunk was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// What the estimate rests on.
    pub method: ArrivalMethod,
    /// What ties the server's clock to ours, for `server-clock`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// Why the chunk waited for JavaScript; absent if it did not, as far as
    /// there is evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver_cause: Option<DeliverCause>,
}

/// What an arrival's estimate rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArrivalMethod {
    /// A stamp of the server's in the stream.
    ServerClock,
    /// The middle of a window of long animation frames or long tasks.
    LongTask,
    /// The middle of a window in which the timer tick stood still.
    Tick,
    /// The middle of a window in which the app was not reading.
    NotReading,
    /// The read itself: no evidence of any wait.
    Read,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// What ties the server's clock to the page's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// Arrival of the headers less the stamp's zero.
    Headers,
    /// The least difference of read and stamp over all events.
    MinRead,
    /// The response's end less the last stamp.
    ResponseEnd,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// Why a chunk waited for JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliverCause {
    /// The main thread was busy.
    Busy,
    /// The app had not called `read()`.
    NotReading,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}
