//! Whose a network entry is.

use super::Page;
use crate::call::{Call, Matched, Opening};
use crate::millis::Millis;

/// WebKit's `startTime` is up to 2 ms later than the call of `fetch`.
const ENTRY_SLACK: Millis = Millis::from_micros(3_000);

impl Page {
    /// A network entry, to be matched by its address and its start; `read`
    /// turns it into what the matching call needs.
    ///
    /// It starts while `fetch` runs. WebKit starts a request a little later,
    /// on a busy page much later, but never after its answer; so does another
    /// tool that calls the native `fetch` in a task of its own. Such a one may
    /// also be of another request to the address, so a better one replaces it.
    pub fn network(
        &mut self,
        url: &str,
        start: Millis,
        read: impl FnOnce(Millis, &str) -> Matched,
    ) {
        let fits = |call: &Call, tight: bool| {
            let Opening { t0, returned, .. } = call.opening;
            let to = if tight {
                returned
            } else {
                returned.max(t0 + call.answered())
            };
            (call.matched.is_none() || call.is_loose && tight)
                && call.opening.url == url
                && t0 - ENTRY_SLACK <= start
                && start <= to + ENTRY_SLACK
        };
        for tight in [true, false] {
            let matching = self.calls.iter().filter(|(_, call)| fits(call, tight));
            let count = matching.count();
            // On a coarse clock two calls may have started in the same step, and
            // entries come in the order of the ends, not of the starts.
            for (_, call) in &mut self.calls {
                if fits(call, tight) {
                    call.ambiguous |= count > 1;
                    if !call.ambiguous {
                        call.matched = Some(read(call.opening.t0, call.origin()));
                        call.is_loose = !tight;
                        return;
                    }
                }
            }
            if count > 0 {
                return;
            }
        }
    }
}
