//! All that was observed of one call.

use super::busy::BusyRuns;
use super::hidden::HiddenSpans;
use super::network::Network;
use super::reads::ReadWindow;
use super::stamps::Stamps;
use crate::millis::Millis;
use crate::record::Server;

/// All that was observed of one call, as it was observed.
///
/// Filled while the call runs; [`settle`](super::settle())
/// may be asked at any time, also for a stream that is still open. Moments are
/// relative to `request_start`.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    /// The clock's step; [`Millis::ZERO`] where it has none worth the name.
    pub step: Millis,
    /// The person acted.
    pub turn_start: Option<Millis>,
    /// What the network stack says.
    pub network: Network,
    /// The `fetch` promise resolved.
    pub promise: Option<Millis>,
    /// The engine resolves it with the headers; others may wait for the body.
    pub resolves_with_headers: bool,
    /// The `fetch` promise was rejected. Firefox then invents header times.
    pub rejected: bool,
    /// First body chunk.
    pub first_byte: Option<Millis>,
    /// First complete protocol event.
    pub first_event: Option<Millis>,
    /// The chunk with the first generated output; see [`Self::token_read`].
    pub first_token: Option<Output>,
    /// The chunk with the first answer text; see [`Self::answer_read`].
    pub first_answer_token: Option<Output>,
    /// Reasoning or a call of a tool came before it.
    pub reasoned: bool,
    /// Last generated output.
    pub last_token: Option<Millis>,
    /// The stream was over.
    pub end: Option<Millis>,
    /// The first generated text in the page.
    pub text: Shown,
    /// The first answer text in the page.
    pub answer: Shown,
    /// The last text in the page.
    pub last: Shown,
    /// The true presentation lies at the paint plus `[from, to]`.
    pub paint_error: Option<[Millis; 2]>,
    /// When the main thread was busy.
    pub busy: BusyRuns,
    /// What the server stamped into the stream.
    pub stamps: Stamps,
    /// When the page was hidden.
    pub hidden: HiddenSpans,
    /// The machine slept during the call.
    pub slept: bool,
    /// Bytes of the request's body, where known.
    pub upload: Option<u64>,
    /// What the server said about itself.
    pub server: Server,
}

/// A chunk that carried output of interest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// How it was read.
    pub read: ReadWindow,
    /// The server's stamp directly before the event that counts.
    pub stamp: Option<Millis>,
}

/// A piece of text in the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// It entered the DOM.
    pub commit: Option<Millis>,
    /// The frame with it was painted.
    pub paint: Option<Millis>,
}

impl Observation {
    /// For a clock of the given step.
    #[must_use]
    pub fn new(step: Millis) -> Self {
        Self {
            step,
            ..Self::default()
        }
    }

    /// The chunk with the first generated output was read. Only the first
    /// call counts.
    pub fn token_read(&mut self, read: ReadWindow, stamp: Option<Millis>) {
        if self.first_token.is_none() {
            self.first_token = Some(Output { read, stamp });
            self.pin(&read);
        }
    }

    /// The chunk with the first answer text was read. A later one counts instead,
    /// if nothing could be seen of that text.
    pub fn answer_read(&mut self, read: ReadWindow, stamp: Option<Millis>) {
        self.first_answer_token = Some(Output { read, stamp });
        self.pin(&read);
    }

    /// The busy runs at these moments decide about the arrival. Their entries
    /// come later, and thousands may follow before anybody asks.
    fn pin(&mut self, read: &ReadWindow) {
        self.busy.pin(read.resolved);
        if let Some(since) = read.previous_waited.or(self.promise) {
            self.busy.pin(since);
        }
    }
}
