//! How a network entry's start lies to a call of `fetch`.

use super::{Call, Opening};
use crate::millis::Millis;

/// WebKit's `startTime` is up to 4 ms later than the call of `fetch`; that of
/// others lies within it.
const SLACK: Millis = Millis::from_micros(3_000);

/// How an entry's start lies to the call of `fetch`, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Start {
    /// It does not matter: nothing can be better than what is known.
    Sure,
    /// Within it.
    Within,
    /// A few milliseconds beside it.
    Near,
    /// Before the answer came.
    Late,
}

impl Call {
    /// How an entry that starts at this moment lies to it, if it can be its.
    ///
    /// It starts while `fetch` runs. WebKit starts a request a little later, on
    /// a busy page much later, but never after its answer; so does another tool
    /// that calls the native `fetch` in a task of its own.
    pub(crate) fn may_begin(&self, start: Millis, step: Millis, is_webkit: bool) -> Option<Start> {
        let Opening { t0, returned, .. } = self.opening;
        let lies = |slack, to| t0 - slack <= start && start <= to + slack;
        // One that is late may seem to lie within the next call.
        let how = if !is_webkit && lies(step, returned) {
            Start::Within
        } else if lies(SLACK, returned) {
            Start::Near
        } else if lies(SLACK, returned.max(t0 + self.answered())) {
            Start::Late
        } else {
            return None;
        };
        // Another as good as the one it has leaves the two in doubt.
        (self.matched.is_none() || how <= self.start).then_some(how)
    }
}
