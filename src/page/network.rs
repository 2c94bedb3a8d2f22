//! Whose a network entry is.

use super::Page;
use crate::call::{Call, Matched, Opening, Start};
use crate::millis::Millis;
use crate::surroundings::Engine;

/// WebKit's `startTime` is up to 4 ms later than the call of `fetch`; that of
/// others lies within it.
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
        let step = self.surroundings.info.resolution_ms;
        let is_webkit = self.surroundings.engine == Engine::WebKit;
        let fits = |call: &Call, how: Start| {
            let Opening { t0, returned, .. } = call.opening;
            let slack = match how {
                Start::Within => step,
                Start::Near | Start::Late => ENTRY_SLACK,
            };
            let to = match how {
                Start::Within | Start::Near => returned,
                Start::Late => returned.max(t0 + call.answered()),
            };
            (call.matched.is_none() || how < call.start)
                && call.opening.url == url
                && t0 - slack <= start
                && start <= to + slack
        };
        for how in [Start::Within, Start::Near, Start::Late] {
            // An entry that is late may seem to lie within the next call.
            if how == Start::Within && is_webkit {
                continue;
            }
            let matching = self.calls.iter().filter(|(_, call)| fits(call, how));
            let count = matching.count();
            // On a coarse clock two calls may have started in the same step, and
            // entries come in the order of the ends, not of the starts.
            for (_, call) in &mut self.calls {
                if fits(call, how) {
                    // Within one call and no other: whatever was in doubt before.
                    call.ambiguous = count > 1 || call.ambiguous && how > Start::Within;
                    if !call.ambiguous {
                        call.matched = Some(read(call.opening.t0, call.origin()));
                        call.start = how;
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
