//! Network entries that fit several calls, and which of them is whose.

use super::{Call, Matched};
use crate::millis::Millis;

/// Held per call. A page that has more of them at once gets no network marks.
const MOST: usize = 16;

/// An entry's end is stamped elsewhere, and may be that much after the read
/// that told of it.
const END_SLACK: Millis = Millis::from_micros(5_000);

/// Entries that fit a call and others as well.
#[derive(Debug, Default)]
pub(crate) struct Contested {
    /// With their numbers.
    entries: Vec<(u32, Matched)>,
    /// There were more.
    is_full: bool,
    /// When it was noticed that a call that has some was read to its end, on the
    /// page's clock.
    since: Option<Millis>,
}

impl Contested {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    pub(crate) fn add(&mut self, entry: u32, matched: Matched) {
        self.is_full |= self.entries.len() >= MOST;
        if !self.is_full {
            self.entries.push((entry, matched));
        }
    }

    pub(crate) fn retain(&mut self, mut is_kept: impl FnMut(&Matched) -> bool) {
        self.entries.retain(|(_, matched)| is_kept(matched));
    }

    pub(crate) fn take(&mut self, entry: u32) -> Option<Matched> {
        let place = self.entries.iter().position(|(it, _)| *it == entry)?;
        Some(self.entries.swap_remove(place).1)
    }
}

impl Call {
    /// Whether it has to wait for what tells its entries apart: all that ended no
    /// later than it must have come. Counts from when it is asked first.
    pub(crate) fn awaits_entries(&mut self, now: Millis, wait: Millis) -> bool {
        !self.contested.is_empty()
            && self.read_whole.is_some()
            && now - *self.contested.since.get_or_insert(now) <= wait
    }

    /// When it ended, on the page's clock, and the one entry that can be its: what
    /// was read to the end had ended by then, and what was answered had headers.
    /// Whoever ends first takes its own, so the next has one less to choose from.
    pub(crate) fn only_entry(&self) -> Option<(Millis, u32)> {
        let read_whole = self.read_whole?;
        let answered = self.answered();
        let is_by = |mark: Millis, at| mark <= at + END_SLACK;
        let mut possible = self.contested.entries.iter().filter(|(_, matched)| {
            let network = &matched.network;
            network
                .response_end
                .is_none_or(|end| is_by(end, read_whole))
                && match network.headers {
                    Some(headers) => is_by(headers, answered),
                    // None for no reason is of a call that never had any.
                    None => network.missing.is_some(),
                }
        });
        let (entry, _) = possible.next()?;
        let is_only = possible.next().is_none() && !self.contested.is_full;
        is_only.then_some((self.opening.t0 + read_whole, *entry))
    }
}
