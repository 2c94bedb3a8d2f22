//! Everything one page measures: its calls, from their beginning to their
//! records, and what happens around them.

mod main_thread;
mod network;
mod output;
mod settle;
mod texts;

pub use output::{First, Happening, Order, Wants};

use crate::call::{Call, End, Facts, Opening, Response};
use crate::candidates::Candidates;
use crate::decoder::UserDialect;
use crate::millis::Millis;
use crate::record::Record;
use crate::surroundings::Surroundings;
use crate::timeline::BusyRuns;
use std::rc::Rc;

/// A stream that may be no answer, such as one of notifications, may also be open
/// as long as the page: so long it is awaited as if it were one.
const STRANGER_WAIT: Millis = Millis::from_micros(30_000_000);

/// From the return of `fetch` to the word that it was called.
const AT_ONCE: Millis = Millis::from_micros(10_000);

/// One page. Moments that come in are on the page's clock.
#[derive(Debug)]
pub struct Page {
    /// What is around the calls.
    pub surroundings: Surroundings,
    /// Calls by number, in the order of their opening.
    calls: Vec<(u32, Box<Call>)>,
    candidates: Candidates,
    happenings: Vec<(Happening, Rc<Record>)>,
    orders: Vec<Order>,
    last: Option<Rc<Record>>,
    /// The last number of a network entry.
    entries: u32,
    unrecognised: u32,
    /// Places that were told to be unrecognised.
    told: Vec<String>,
    hidden: bool,
    /// It went: what fails in its last tasks is the person's leaving. Chromium ends
    /// a page's streams only then.
    gone: bool,
    /// Since when the tick runs.
    ticking: Option<Millis>,
    /// The last tick that was told of.
    ticked: Millis,
}

impl Page {
    /// A page without calls.
    #[must_use]
    pub fn new(surroundings: Surroundings, hidden: bool) -> Self {
        Self {
            surroundings,
            calls: vec![],
            candidates: Candidates::default(),
            happenings: vec![],
            orders: vec![],
            last: None,
            entries: 0,
            unrecognised: 0,
            told: vec![],
            hidden,
            gone: false,
            ticking: None,
            ticked: Millis::ZERO,
        }
    }

    /// What it would like to be told from here on.
    #[must_use]
    pub fn wants(&self) -> Wants {
        let mut wants = Wants {
            first: First::NONE,
            ..Wants::default()
        };
        for (_, call) in &self.calls {
            let counts = call.counts();
            if self.surroundings.paints && call.is_finding() {
                wants.find |= counts || call.has_answer_of_nobody();
                wants.first = wants.first.or(call.first());
            }
            wants.follow |= call.answer.is_some();
            let open_for = self.ticked - call.opening.t0;
            wants.tick |= call.wants_tick()
                && (counts && !call.is_unread(open_for) || open_for < STRANGER_WAIT);
        }
        wants
    }

    /// Whether any call is followed.
    #[must_use]
    pub fn has_calls(&self) -> bool {
        !self.calls.is_empty()
    }

    /// Whether any call began so long ago that entries of it may be past: those that
    /// ran before the module was there, and those known by their response.
    #[must_use]
    pub fn has_begun_before(&self, now: Millis) -> bool {
        let mut calls = self.calls.iter();
        calls.any(|(_, call)| now - call.opening.returned > AT_ONCE)
    }

    /// Whether any call is over, and only its record is not.
    #[must_use]
    pub fn is_settling(&self) -> bool {
        let mut calls = self.calls.iter();
        calls.any(|(_, call)| call.is_over() && !call.may_go_on())
    }

    /// Whether any call is over, or may be.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.calls.iter().any(|(_, call)| call.is_over())
    }

    /// Streams that were seen and not recognised.
    #[must_use]
    pub fn unrecognised(&self) -> u32 {
        self.unrecognised
    }

    /// Whether there is something to tell the app.
    #[must_use]
    pub fn has_happenings(&self) -> bool {
        !self.happenings.is_empty()
    }

    /// The next thing to tell the app.
    pub fn take_happening(&mut self) -> Option<(Happening, Rc<Record>)> {
        (!self.happenings.is_empty()).then(|| self.happenings.remove(0))
    }

    /// What the JavaScript part has to do since it was asked last.
    pub fn take_orders(&mut self) -> Vec<Order> {
        std::mem::take(&mut self.orders)
    }

    /// The newest record, also of a call that is not over.
    #[must_use]
    pub fn last(&mut self) -> Option<Rc<Record>> {
        // Other streams may be open beside it, such as one of notifications.
        let calls = &mut self.calls;
        match calls.iter_mut().rfind(|(_, call)| call.counts()) {
            Some((_, call)) => Some(record(call, &self.surroundings)),
            None => self.last.clone(),
        }
    }

    /// A call begins.
    ///
    /// With the id of another, that one begins anew: what was read of it so far
    /// was not what the page reads.
    pub fn open(&mut self, number: u32, opening: Opening, facts: Facts) {
        let mut call = Call::boxed(opening, self.surroundings.info.resolution_ms);
        call.set(facts);
        if self.hidden {
            call.seen.hidden.hide(Millis::ZERO);
            call.statistics.visibility(true);
        }
        if self.surroundings.tells_long_tasks {
            call.seen.busy = BusyRuns::from_entries();
        } else if let Some(since) = self.ticking {
            // It may be known only now that it is one, long after it began: what
            // was seen until the last word of the tick is gone.
            let from = since.max(self.ticked) - call.opening.t0;
            call.seen.busy.tick_started(from.max(Millis::ZERO));
        }
        let is_same = |(_, other): &(u32, Box<Call>)| other.opening.id == call.opening.id;
        if let Some(at) = self.calls.iter().position(is_same) {
            call.begin_anew(*self.calls.remove(at).1);
        }
        self.calls.push((number, call));
    }

    /// Its `fetch` promise resolved.
    pub fn response(&mut self, number: u32, at: Millis, response: &Response<'_>) {
        let dialects = self.surroundings.dialects.clone();
        if let Some(call) = self.call(number) {
            call.response(at - call.opening.t0, response, &dialects);
        }
    }

    /// It has no `fetch`: the app tells what comes, in this type if it is
    /// bytes; `own` is a dialect for it alone.
    pub fn by_hand(&mut self, number: u32, content_type: &str, own: Option<UserDialect>) {
        let mut dialects = self.surroundings.dialects.clone();
        if let Some(own) = own {
            let mut message = own.name.clone();
            match dialects.and(own) {
                Ok(more) => dialects = more,
                Err(error) => {
                    message.push(' ');
                    message.push_str(error.message());
                    self.orders.push(Order::Refused(message));
                }
            }
        }
        if let Some(call) = self.call(number) {
            call.by_hand(content_type, &dialects);
        }
    }

    /// Its `fetch` promise was rejected.
    pub fn rejected(&mut self, number: u32, at: Millis, name: &str) {
        let gone = self.gone;
        if let Some(call) = self.call(number) {
            let at = at - call.opening.t0;
            if gone {
                call.cut = Some(at);
            } else {
                call.rejected(at, name);
            }
        }
    }

    /// A chunk of its body was read.
    pub fn read(&mut self, number: u32, called: Millis, at: Millis, bytes: &[u8]) {
        self.take(number, called, at, bytes, None);
    }

    /// A whole event of it came, without any framing; see [`Decoder::event`].
    ///
    /// [`Decoder::event`]: crate::decoder::Decoder::event
    pub fn event(&mut self, number: u32, called: Millis, at: Millis, name: &str, data: &[u8]) {
        self.take(number, called, at, data, Some(name));
    }

    /// Not in each of the two: it is most of the module.
    #[inline(never)]
    fn take(&mut self, number: u32, called: Millis, at: Millis, bytes: &[u8], name: Option<&str>) {
        let Some(call) = self.call(number) else {
            return;
        };
        let t0 = call.opening.t0;
        let is_first = call.seen.first_token.is_none();
        call.read(called - t0, at - t0, bytes, name);
        if is_first && call.seen.first_token.is_some() {
            self.tell(Happening::FirstToken, number);
            self.tell_paint(number);
        }
        self.search();
    }

    /// A chunk was read whose bytes are gone.
    pub fn skip(&mut self, number: u32, called: Millis, at: Millis, length: usize) {
        if let Some(call) = self.call(number) {
            let t0 = call.opening.t0;
            call.skip(called - t0, at - t0, length);
        }
    }

    /// Its body is over. Returns whether its answer was recognised.
    pub fn end(&mut self, number: u32, at: Millis, how: End, error: &str) -> bool {
        let gone = self.gone;
        let Some(call) = self.call(number) else {
            return false;
        };
        if gone && how == End::Fail {
            call.cut = Some(at - call.opening.t0);
            return false;
        }
        let is_first = call.seen.first_token.is_none();
        call.end(at - call.opening.t0, how, error);
        let recognised = call.recognised();
        // Only the end may have completed the event.
        if is_first && call.seen.first_token.is_some() {
            self.tell(Happening::FirstToken, number);
            self.tell_paint(number);
        }
        self.search();
        recognised
    }

    /// The app's word on it.
    pub fn set(&mut self, number: u32, facts: Facts) {
        if let Some(call) = self.call(number) {
            call.set(facts);
        }
    }

    /// The app wants no record of it.
    pub fn discard(&mut self, number: u32) {
        if let Some(call) = self.call(number) {
            let id = std::mem::take(&mut call.opening.id);
            self.happenings.retain(|(_, record)| record.id != id);
        }
        self.calls.retain(|(other, _)| *other != number);
        self.orders.push(Order::Over(number));
    }

    /// The page was hidden or shown.
    pub fn visibility(&mut self, at: Millis, hidden: bool) {
        self.hidden = hidden;
        for (_, call) in &mut self.calls {
            let at = at - call.opening.t0;
            call.statistics.visibility(hidden);
            if hidden {
                call.seen.hidden.hide(at);
            } else if let Some(from) = call.seen.hidden.show(at)
                && !self.surroundings.tells_long_tasks
                && call.has_read_nothing_since(from)
            {
                // Phones suspend pages that nobody sees, and only Chromium has
                // words for it.
                call.seen.busy.stand_still(from, at);
            }
        }
    }

    /// The page came back from the back/forward cache: another page view.
    pub fn restored(&mut self, at: Millis, page_id: String) {
        self.surroundings.info.id = page_id;
        self.surroundings.restored = Some(at);
        self.gone = false;
        for (_, call) in &mut self.calls {
            call.come_back();
        }
    }

    fn call(&mut self, number: u32) -> Option<&mut Call> {
        self.calls
            .iter_mut()
            .find(|(other, _)| *other == number)
            .map(|(_, call)| &mut **call)
    }

    fn tell(&mut self, happening: Happening, number: u32) {
        let call = self
            .calls
            .iter_mut()
            .find(|(other, call)| *other == number && call.counts());
        if let Some((_, call)) = call {
            let record = record(call, &self.surroundings);
            // Left out where the page was hidden meanwhile; and the app's word may
            // come after an answer that was found.
            if happening == Happening::FirstAnswerPaint
                && (record.marks.first_answer_paint.is_none()
                    || std::mem::replace(&mut call.told_paint, true))
            {
                return;
            }
            self.happenings.push((happening, record));
        }
    }
}

fn record(call: &mut Call, surroundings: &Surroundings) -> Rc<Record> {
    let mut record = call.record(surroundings);
    record.shorten(surroundings.json_bytes);
    Rc::new(record)
}
