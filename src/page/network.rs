//! Whose a network entry is.

use super::Page;
use super::settle::ENTRY_WAIT;
use crate::call::{Matched, Start};
use crate::millis::Millis;
use crate::surroundings::Engine;

impl Page {
    /// A network entry, to be matched by its address and its start; `read`
    /// turns it into what a matching call needs.
    ///
    /// One that starts within a call of `fetch` is that one's, or of a request that
    /// a wrapper asked again: then its status is another, and it is nobody's. Any
    /// other may also be of another request to the address, so a better one replaces
    /// it. One that fits several calls waits for their ends to tell them apart; so do
    /// two that are as good for one call: the first may have been that of a call
    /// that was let go before.
    pub fn network(&mut self, url: &str, start: Millis, read: impl Fn(Millis, &str) -> Matched) {
        let step = self.surroundings.info.resolution_ms;
        let is_webkit = self.surroundings.engine == Engine::WebKit;
        let mut fits = Vec::new();
        let mut is_within = false;
        for (_, call) in &mut self.calls {
            if call.opening.url == url
                && let Some(how) = call.may_begin(start, step, is_webkit)
            {
                is_within |= how == Start::Within;
                fits.push((call, how));
            }
        }
        let fits: Vec<_> = fits
            .into_iter()
            .filter(|(_, how)| !is_within || *how == Start::Within)
            .map(|(call, how)| (read(call.opening.t0, call.origin()), call, how))
            .filter(|(matched, call, _)| call.may_have(matched))
            .collect();
        let is_only = fits.len() == 1;
        self.entries += 1;
        let entry = self.entries;
        for (matched, call, how) in fits {
            let is_better = call.matched.is_none() || how < call.start;
            if is_only && is_better && (is_within || call.contested.is_empty()) {
                // Whatever was in doubt before.
                call.contested.clear();
                call.matched = Some(matched);
                call.start = how;
            } else {
                // In doubt, and so is what was taken for its own.
                if let Some(before) = call.matched.take() {
                    self.entries += 1;
                    call.contested.add(self.entries, before);
                }
                call.contested.add(entry, matched);
            }
        }
    }

    /// Gives entries that fit several calls to those of them that only one can
    /// be of. On a coarse clock two calls may start in the same step.
    pub(super) fn tell_apart(&mut self, now: Millis) {
        loop {
            // Whoever ended first: of those after it one entry less can be.
            let mut first: Option<(Millis, usize, u32)> = None;
            for (place, (_, call)) in self.calls.iter_mut().enumerate() {
                if let Some((ended, entry)) = call.only_entry()
                    && first.is_none_or(|(before, ..)| ended < before)
                    && !call.awaits_entries(now, ENTRY_WAIT)
                {
                    first = Some((ended, place, entry));
                }
            }
            let Some((_, place, entry)) = first else {
                return;
            };
            for (other, (_, call)) in self.calls.iter_mut().enumerate() {
                let taken = call.contested.take(entry);
                if other == place {
                    call.matched = taken;
                    call.start = Start::Sure;
                    call.contested.clear();
                }
            }
        }
    }
}
