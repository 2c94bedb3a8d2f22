//! When a call's record is finished: once nothing more will be seen of it.

use super::{Happening, Order, Page, record};
use crate::call::{Call, Commit, Start};
use crate::millis::Millis;
use crate::record::{Found, Outcome};

/// A network entry comes with the body's end, or it does not come.
pub(super) const ENTRY_WAIT: Millis = Millis::from_micros(1_000_000);
/// An answer that is not in the page this long after its end is shown by other
/// means, or not at all.
const COMMIT_WAIT: Millis = Millis::from_micros(3_000_000);
/// A paint's report may be late by what the page does meanwhile.
const PAINT_WAIT: Millis = Millis::from_micros(5_000_000);
/// A typewriter, or a renderer that is throttled, goes on after the stream's
/// end. If the answer's end isn't seen in the page, since markdown changed it,
/// nothing more is to come when nothing came for so long.
const STILL_WAIT: Millis = Millis::from_micros(1_000_000);
/// Something else in the answer's place may change for ever, such as a clock.
const LAST_COMMIT_WAIT: Millis = Millis::from_micros(30_000_000);
/// Between an agent's call of a tool and its next round, in the same body. Most
/// bodies close before.
const ROUND_WAIT: Millis = Millis::from_micros(30_000_000);
/// Places told to be unrecognised.
const MAX_TOLD: usize = 100;
/// Between wall clock and monotonic clock, before sleep is assumed, in ms.
const SLEPT: f64 = 500.0;

impl Page {
    /// Finishes the records of calls that are over. To be called after
    /// anything happened, every few tens of milliseconds while
    /// [`is_settling`](Self::is_settling), and now and then while
    /// [`is_waiting`](Self::is_waiting). `wall` is wall time in milliseconds,
    /// to notice sleep.
    pub fn settle(&mut self, now: Millis, wall: f64) {
        self.tell_apart(now);
        for (number, mut call) in std::mem::take(&mut self.calls) {
            if self.is_settled(&mut call, now) {
                self.finish(number, call, now, wall);
                continue;
            }
            if std::mem::take(&mut call.wants_tail) {
                self.orders.push(Order::Tail(number));
            }
            self.calls.push((number, call));
        }
        if self.calls.is_empty() {
            self.candidates.clear();
        }
    }

    /// The page hides, or `goes`, and may be gone at once: records of all calls
    /// as they stand. Calls that run go on, and a later revision replaces
    /// theirs.
    pub fn leave(&mut self, now: Millis, wall: f64, goes: bool) {
        self.gone |= goes;
        for (number, mut call) in std::mem::take(&mut self.calls) {
            if goes {
                call.leave(now - call.opening.t0);
            }
            if call.is_over() && !call.may_go_on() {
                self.finish(number, call, now, wall);
                continue;
            }
            // Pages are told of one leaving twice: that they hide, and go.
            if call.counts() && !std::mem::replace(&mut call.told_open, true) {
                call.rev += 1;
                let record = record(&mut call, &self.surroundings);
                self.happenings.push((Happening::Record, record));
            }
            self.calls.push((number, call));
        }
    }

    fn finish(&mut self, number: u32, mut call: Box<Call>, now: Millis, wall: f64) {
        self.orders.push(Order::Over(number));
        if call.answer.is_none() {
            self.candidates.give_up(&call);
        }
        if call.is_unknown() {
            self.tell_unknown(call.place());
        }
        if !call.counts() {
            self.unrecognised += u32::from(call.seen.first_byte.is_some());
            return;
        }
        let monotonic = (now - call.opening.t0).as_ms();
        call.seen.slept |= ((wall - call.opening.wall) - monotonic).abs() > SLEPT;
        call.rev += 1;
        let record = record(&mut call, &self.surroundings);
        self.last = Some(record.clone());
        self.happenings.push((Happening::Record, record));
    }

    /// Once for each place: a stream that nothing is known of comes again and
    /// again.
    fn tell_unknown(&mut self, place: String) {
        if self.told.len() < MAX_TOLD && !self.told.contains(&place) {
            self.told.push(place.clone());
            self.orders.push(Order::Unrecognised(place));
        }
    }

    fn is_settled(&self, call: &mut Call, now: Millis) -> bool {
        if !call.is_over() || call.may_be_cut(now - call.opening.t0) {
            return false;
        }
        // Not since its end: that may have been replayed from long ago.
        let waited = now - *call.over_since.get_or_insert(now);
        if call.may_go_on() && waited <= ROUND_WAIT {
            return false;
        }
        call.lacks_entry |= waited > ENTRY_WAIT;
        let is_matched = call.matched.is_some() && call.start < Start::Late;
        let network = !call.awaits_entries(now, ENTRY_WAIT) && (is_matched || call.lacks_entry);
        // First, since it asks for what the page has to look for: the entry may take as
        // long as the page has for that.
        (!self.surroundings.paints || self.hidden || is_shown(call, waited, now)) && network
    }
}

/// Whether all that will be seen of its answer was seen.
fn is_shown(call: &mut Call, waited: Millis, now: Millis) -> bool {
    if call.seen.first_answer_token.is_none() || call.outcome() == Outcome::Unobserved {
        return true;
    }
    match call.answer {
        None => waited > COMMIT_WAIT,
        Some(Commit { painted: None, .. }) => waited > PAINT_WAIT,
        // The app says what no one can see in the DOM: nobody follows it.
        Some(Commit {
            found: Found::App, ..
        }) if !call.was_seen() => true,
        Some(_) => {
            let last = call.last_shown().and_then(|shown| shown.commit);
            let still = now - call.opening.t0 - last.unwrap_or_default();
            // Asked in any case: a short part is found by it.
            let ends = call.shows_end();
            ends && last >= call.seen.last_token
                || waited.min(still) > STILL_WAIT
                || waited > LAST_COMMIT_WAIT
        }
    }
}
