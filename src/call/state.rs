//! How a call stands: what is over, what may come, what is still wanted of it.

use super::{Call, End};
use crate::decoder::{Decoder, Framing};
use crate::millis::Millis;
use crate::record::Outcome;

/// Events after which a stream that no dialect claims is none of ours.
const UNCLAIMED: u32 = 32;

/// A server that sends nothing for so long after its headers is a rare one, and
/// loses no more than the evidence of a tick.
const UNREAD: Millis = Millis::from_micros(60_000_000);

/// Between a page's return and the word that a stream is gone, at most.
const BACK: Millis = Millis::from_micros(2_000_000);

/// Between the end of a stream and the page's word that it goes.
const LEAVING: Millis = Millis::from_micros(200_000);

impl Call {
    /// Whether it failed just now, so that the page may be about to go: Firefox
    /// and WebKit end a page's streams with an error just before they tell.
    pub(crate) fn may_be_cut(&self, at: Millis) -> bool {
        let recent = self.seen.end.is_some_and(|end| at - end <= LEAVING);
        recent && self.closed == Some(End::Fail) && !self.aborted && !self.has_ended()
    }

    /// Whether it broke while the page was hidden, or never got so far: phones suspend
    /// such pages and close their connections, which is told when they are back.
    pub(crate) fn broke_hidden(&self) -> bool {
        let Some(end) = self.seen.end else {
            return false;
        };
        let since = self
            .reads
            .last()
            .max(self.seen.promise)
            .max(Some(end - BACK));
        self.closed == Some(End::Fail)
            && !self.aborted
            && self
                .seen
                .hidden
                .between(since.unwrap_or_default(), Some(end))
    }

    /// Whether no chunk of it was read from this moment on.
    pub(crate) fn has_read_nothing_since(&self, from: Millis) -> bool {
        self.reads.last().is_none_or(|last| last < from)
    }

    /// Whether its answer was seen to change in the page.
    pub(crate) fn was_seen(&self) -> bool {
        self.progress.is_some()
    }

    /// When its headers were known to be there at the latest.
    pub(crate) fn answered(&self) -> Millis {
        self.seen.promise.or(self.seen.end).unwrap_or_default()
    }

    /// Scheme, host and port that it went to.
    pub(crate) fn origin(&self) -> &str {
        &self.request.origin
    }

    /// Whether its answer was recognised as one.
    pub(crate) fn recognised(&self) -> bool {
        self.decoder.as_deref().is_some_and(Decoder::recognised)
    }

    /// Whether it is a whole stream of events that no dialect knows, and that
    /// shows nothing.
    pub(crate) fn is_unknown(&self) -> bool {
        let framing = self.decoder.as_deref().and_then(Decoder::framing);
        let is_silent = self.seen.first_token.is_none() && self.outcome() != Outcome::Error;
        let seen = match self.closed {
            Some(End::Close) => true,
            // The page had enough of it.
            Some(End::Cancel) => self.statistics.events() >= UNCLAIMED,
            _ => false,
        };
        seen && (self.streams || framing == Some(Framing::Sse))
            && !self.decoder_late
            && self.seen.first_event.is_some()
            && !self.recognised()
            && (is_silent || !self.opening.expected)
    }

    /// Its address, as far as it may be told.
    pub(crate) fn place(&self) -> String {
        [self.origin(), self.request.path.as_str()].concat()
    }

    /// Whether it gives a record.
    pub(crate) fn counts(&self) -> bool {
        self.opening.expected || self.recognised()
    }

    /// Whether the end marker came.
    pub(crate) fn has_ended(&self) -> bool {
        self.decoder.as_deref().is_some_and(Decoder::ended)
    }

    /// Whether it gave what may be an answer, and no dialect has claimed it yet.
    pub(crate) fn has_answer_of_nobody(&self) -> bool {
        let framing = self.decoder.as_deref().and_then(Decoder::framing);
        // Text without a protocol is claimed by none, ever.
        self.seen.first_answer_token.is_some()
            && self.statistics.events() < UNCLAIMED
            && framing != Some(Framing::Plain)
    }

    /// Whether it is over, at least as its protocol has it.
    pub(crate) fn is_over(&self) -> bool {
        self.seen.end.is_some() || self.closed.is_some()
    }

    /// The same, and how it ends was decoded as well.
    pub(crate) fn is_known_whole(&self) -> bool {
        self.is_over() && !self.decoder_late
    }

    /// Whether it is over but for its body, and gave no answer, or called a tool
    /// after the last of it: that may have been a round of an agent's.
    pub(crate) fn may_go_on(&self) -> bool {
        self.closed.is_none()
            && self.has_ended()
            && self.seen.first_token.is_some()
            && (self.seen.first_answer_token.is_none() || self.waits_for_tool)
    }

    /// Whether silence of the main thread would be evidence for it.
    pub(crate) fn wants_tick(&self) -> bool {
        (!self.is_over() || self.may_go_on())
            && self.answer.is_none_or(|commit| commit.painted.is_none())
    }

    /// Whether it seems, by now, that nobody will read its body: then nobody will
    /// tell of its end either.
    pub(crate) fn is_unread(&self, at: Millis) -> bool {
        let since = self.seen.promise.unwrap_or(at);
        self.seen.first_byte.is_none() && at - since > UNREAD
    }

    /// Whether its answer is still to be found in the page.
    pub(crate) fn is_finding(&self) -> bool {
        let may_come = !self.is_over() && self.seen.first_byte.is_some();
        self.answer.is_none() && (may_come || self.seen.first_answer_token.is_some())
    }

    /// Whether its answer may appear in one of these targets.
    pub(crate) fn is_in_target(&self, targets: u32) -> bool {
        targets & (1 << self.opening.target.min(31)) != 0
    }
}
