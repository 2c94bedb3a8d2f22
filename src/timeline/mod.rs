//! What was observed of one call → who cost what, and how sure that is.
//!
//! JavaScript sees a chunk when it *runs*, not when the bytes came. A timer in
//! the page therefore books its own long task, or an app that reads late, to
//! the server. This module undoes that, but only on evidence:
//!
//! 1. [`ReadLog`] and [`BusyRuns`] hold the evidence that a chunk had to wait
//!    for the page, [`Stamps`] what the server says about its writes. All are
//!    fed while the stream runs and stay small however long it does.
//! 2. `arrival()` turns the evidence for one chunk into an interval.
//! 3. [`settle()`] rounds and orders the marks, cuts the way from
//!    `request_start` to the paint into segments at the arrivals, adds them up
//!    to three shares, and names the largest if it certainly is.
//!
//! All moments are relative to the call's `request_start`, on the page's
//! monotonic clock. Arithmetic is in integer microseconds, so that the sums
//! the record promises hold exactly.

mod arrival;
mod busy;
mod hidden;
mod marks;
mod network;
mod observation;
mod reads;
mod segments;
mod settle;
mod shares;
mod stamps;

pub use busy::{BusyRuns, Run};
pub use hidden::HiddenSpans;
pub use network::{Entry, Network};
pub use observation::{Observation, Output, Shown};
pub use reads::{ReadLog, ReadWindow};
pub use settle::{Settled, settle};
pub use stamps::Stamps;
