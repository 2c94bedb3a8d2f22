//! One call: what was seen of it, from `fetch` to the last paint, becomes its
//! record.

mod commit;
mod contested;
mod head;
mod opening;
mod painted;
mod sought;
mod start;
mod state;
mod summary;

pub use commit::Commit;
pub(crate) use contested::Contested;
pub use opening::{Facts, Opening};
pub use painted::Painted;
pub(crate) use sought::{Part, Sought};
pub(crate) use start::Start;

use crate::answer::{Fit, ends, fit_within, is_copy};
use crate::decoder::{Decoder, Dialects, Event, Hints, Signals};
use crate::millis::Millis;
use crate::record::{Failure, Found, NetworkMissing, Request, Stage};
use crate::server_timing::ServerTiming;
use crate::statistics::{Chunk, Statistics};
use crate::timeline::{Network, Observation, Output, ReadLog, ReadWindow, Shown};
use head::Head;

/// Labels of a call.
const MAX_LABELS: usize = 10;
/// How a body came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It closed.
    Close,
    /// The page cancelled it.
    Cancel,
    /// It failed.
    Fail,
    /// It was taken in a way that shows no chunks.
    Unobserved,
    /// It was taken in a way that shows nothing, not even when it ends.
    Lost,
}

/// Resource Timing's entry for the call, read once.
#[derive(Clone, Debug)]
pub struct Matched {
    /// The marks in it.
    pub network: Network,
    /// `nextHopProtocol`, absent without `Timing-Allow-Origin`.
    pub protocol: Option<String>,
    /// `responseStatus`; 0 where it is hidden, or the engine has none.
    pub status: u16,
    /// A service worker was asked.
    pub worker: bool,
}

impl Matched {
    /// Whether it may be of a response with this status. A wrapper of `fetch` that
    /// is refused may ask again, which gives one call two entries.
    ///
    /// Hidden statuses are 0, as is an opaque response's own. A stored response that
    /// was asked about has its own status, where the entry may have the network's 304;
    /// and what a service worker gives need not be what it was given.
    /// <https://w3c.github.io/resource-timing/#dom-performanceresourcetiming-responsestatus>
    /// <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>
    fn is_of(&self, status: u16) -> bool {
        self.worker || status == 0 || [0, 304, status].contains(&self.status)
    }
}

/// What the `fetch` promise resolved to.
#[derive(Debug)]
pub struct Response<'a> {
    /// HTTP status.
    pub status: u16,
    /// What its headers say of the format.
    pub hints: Hints<'a>,
    /// Its `Server-Timing` header; empty without one.
    pub server_timing: &'a str,
    /// There is a body.
    pub body: bool,
}

/// One call. Its moments are relative to `request_start`.
#[derive(Debug)]
pub struct Call {
    pub(crate) opening: Opening,
    pub(crate) rev: u32,
    pub(crate) seen: Observation,
    pub(crate) answer: Option<Commit>,
    pub(crate) reasoning: Option<Commit>,
    /// The first change of its target that is not there any more.
    pub(crate) first_change: Option<Commit>,
    pub(crate) on_screen: Option<bool>,
    pub(crate) statistics: Statistics,
    /// The body is over, not only the protocol.
    pub(crate) closed: Option<End>,
    /// When its body had been read to its end.
    read_whole: Option<Millis>,
    pub(crate) matched: Option<Matched>,
    /// How that entry's start lies to the call's: a better one may come.
    pub(crate) start: Start,
    /// Entries that fit others as well.
    pub(crate) contested: Contested,
    /// It was waited for an entry, and none came.
    pub(crate) lacks_entry: bool,
    /// Its `open` record says all there is to say so far.
    pub(crate) told_open: bool,
    /// The app was told of its answer's paint.
    pub(crate) told_paint: bool,
    /// When it was noticed that it is over, on the page's clock.
    pub(crate) over_since: Option<Millis>,
    progress: Option<Shown>,
    /// The last letters and digits in the answer's place since `progress`, once
    /// the page was asked.
    pub(crate) tail: Option<String>,
    /// `tail` would tell whether that was all.
    pub(crate) wants_tail: bool,
    facts: Facts,
    request: Request,
    header: ServerTiming,
    /// In a box: it is taken out for each read, so that events can be booked.
    decoder: Option<Box<Decoder>>,
    reads: ReadLog,
    /// The read since which the decoder holds bytes that may be text.
    held: Option<ReadWindow>,
    error: Option<Failure>,
    aborted: bool,
    /// When it was cut by the page's leaving.
    pub(crate) cut: Option<Millis>,
    answer_head: Head,
    /// The first of the answer in the chunk that is read.
    newest: Option<Output>,
    /// A tool was called after it, and how many of its letters were read by then.
    called_tool: bool,
    before_tool: usize,
    /// Nothing visible came since it called a tool.
    waits_for_tool: bool,
    reasoning_head: Head,
    decoder_late: bool,
    /// The body is a stream of events, by its type or by the app's word.
    streams: bool,
    /// Server stamps that were booked.
    stamps: u32,
}

impl Call {
    pub(crate) fn boxed(opening: Opening, step: Millis) -> Box<Self> {
        let (origin, path) = crate::path::reduce(&opening.url).unwrap_or_default();
        let mut seen = Observation::new(step);
        seen.upload = opening.bytes;
        let turn = opening.turn.as_ref();
        seen.turn_start = turn.map(|(_, acted)| *acted - opening.t0);
        Box::new(Self {
            request: Request {
                origin,
                path,
                bytes: opening.bytes,
                ..Request::default()
            },
            seen,
            opening,
            rev: 0,
            answer: None,
            reasoning: None,
            first_change: None,
            on_screen: None,
            statistics: Statistics::default(),
            closed: None,
            read_whole: None,
            matched: None,
            start: Start::Within,
            contested: Contested::default(),
            lacks_entry: false,
            told_open: false,
            told_paint: false,
            over_since: None,
            progress: None,
            tail: None,
            wants_tail: false,
            facts: Facts::default(),
            header: ServerTiming::default(),
            decoder: None,
            reads: ReadLog::new(step),
            held: None,
            error: None,
            aborted: false,
            cut: None,
            answer_head: Head::default(),
            newest: None,
            called_tool: false,
            before_tool: 0,
            waits_for_tool: false,
            reasoning_head: Head::default(),
            decoder_late: false,
            streams: false,
            stamps: 0,
        })
    }

    /// Takes over of `before`, the same call, what has nothing to do with reads.
    pub(crate) fn begin_anew(&mut self, before: Self) {
        self.rev = before.rev;
        self.told_open = before.told_open;
        self.matched = before.matched;
        self.start = before.start;
        self.contested = before.contested;
        self.seen.hidden = before.seen.hidden;
        self.seen.busy = before.seen.busy;
        self.seen.busy.unpin();
    }

    /// The `fetch` promise resolved.
    pub(crate) fn response(&mut self, at: Millis, response: &Response<'_>, dialects: &Dialects) {
        self.seen.promise = Some(at);
        self.header = ServerTiming::parse(response.server_timing);
        self.request.status = Some(response.status);
        let is_of = |matched: &Matched| matched.is_of(response.status);
        self.matched = self.matched.take().filter(is_of);
        self.contested.retain(is_of);
        if response.status >= 400 {
            let status = Some(response.status);
            self.error = Some(Failure {
                stage: Stage::Status,
                kind: None,
                status,
            });
        }
        if response.body {
            self.streams = response.hints.is_stream();
            self.decoder = Some(Box::new(Decoder::with_dialects(&response.hints, dialects)));
        } else {
            self.close(at, End::Close, "");
        }
    }

    /// Whether an entry may be its, as far as its response is known.
    pub(crate) fn may_have(&self, entry: &Matched) -> bool {
        self.request.status.is_none_or(|status| entry.is_of(status))
    }

    /// There is no `fetch`: the app tells what comes, in this type, or in
    /// whole events. The network's own word stays unknown.
    pub(crate) fn by_hand(&mut self, content_type: &str, dialects: &Dialects) {
        let hints = Hints {
            content_type,
            ..Hints::default()
        };
        self.streams = true;
        self.decoder = Some(Box::new(Decoder::with_dialects(&hints, dialects)));
        self.start = Start::Sure;
        self.matched = Some(Matched {
            network: Network::missing(NetworkMissing::NoEntry),
            protocol: None,
            status: 0,
            worker: false,
        });
    }

    /// The `fetch` promise was rejected with an error of this name.
    pub(crate) fn rejected(&mut self, at: Millis, name: &str) {
        self.seen.rejected = true;
        if name != "AbortError" {
            self.error = Some(Failure {
                stage: Stage::Connect,
                kind: named(name),
                status: None,
            });
        }
        self.close(at, End::Fail, name);
    }

    /// A chunk was read; with a `name` it is a whole event, as
    /// [`Decoder::event`] takes it.
    pub(crate) fn read(&mut self, called: Millis, at: Millis, bytes: &[u8], name: Option<&str>) {
        let window = self.note_read(called, at);
        let mut chunk = Chunk {
            bytes: bytes.len() as u64,
            ..Chunk::default()
        };
        // Beyond a hole the framing would be out of step.
        if !self.decoder_late
            && let Some(mut decoder) = self.decoder.take()
        {
            let mut on_event = |event: &Event| self.event(event, window, &mut chunk);
            match name {
                Some(name) => decoder.event(name, bytes, &mut on_event),
                None => decoder.push(bytes, &mut on_event),
            }
            self.follow(&decoder, window);
            self.held = decoder.holds().then(|| self.held.unwrap_or(window));
            self.decoder = Some(decoder);
        }
        self.statistics.read(at, chunk);
    }

    /// A chunk was read whose bytes were not kept, since the decoder was not
    /// there yet.
    pub(crate) fn skip(&mut self, called: Millis, at: Millis, length: usize) {
        self.note_read(called, at);
        // The last one is among what is not decoded from here on.
        self.seen.last_token = None;
        self.statistics.read(
            at,
            Chunk {
                bytes: length as u64,
                ..Chunk::default()
            },
        );
        self.decoder_late = true;
    }

    fn note_read(&mut self, called: Millis, at: Millis) -> ReadWindow {
        self.told_open = false;
        self.seen.first_byte.get_or_insert(at);
        self.reads.read(called, at)
    }

    fn event(&mut self, event: &Event, window: ReadWindow, chunk: &mut Chunk) {
        let signals = event.signals;
        let at = window.resolved;
        let window = self.held.filter(|_| event.was_held).unwrap_or(window);
        self.seen.first_event.get_or_insert(window.resolved);
        chunk.events += 1;
        chunk.output += u32::from(signals.is_token());
        chunk.text |= signals.contains(Signals::TEXT);
        if signals.is_token() {
            // What ended was one answer of several.
            self.seen.end = None;
            self.over_since = None;
            self.lacks_entry = false;
            self.seen.last_token = Some(at);
            self.seen.token_read(window, event.stamp);
        }
        if self.answer_head.letters.is_empty() && self.newest.is_none() {
            if signals.contains(Signals::ANSWER) {
                self.answer_read(Output {
                    read: window,
                    stamp: event.stamp,
                });
            } else {
                self.seen.reasoned |=
                    signals.contains(Signals::REASONING) || signals.contains(Signals::TOOL);
            }
        }
        let calls_tool = signals.contains(Signals::TOOL);
        if calls_tool || signals.contains(Signals::ANSWER) {
            self.waits_for_tool = calls_tool;
        }
        let has_text = self.seen.first_answer_token.is_some();
        self.called_tool |= has_text && calls_tool;
    }

    fn answer_read(&mut self, output: Output) {
        self.newest = Some(output);
        if self.seen.first_answer_token.is_none() {
            self.seen.answer_read(output.read, output.stamp);
            // What was taken for it while nothing was clear was none.
            for commit in [&mut self.answer, &mut self.first_change] {
                *commit = commit.filter(|commit| commit.at >= output.read.resolved);
            }
        }
    }

    /// What the decoder knows beyond the single events.
    fn follow(&mut self, decoder: &Decoder, window: ReadWindow) {
        let (answer, reasoning) = decoder.heads();
        let newest = self.newest.take();
        let was_silent = self.answer_head.letters.is_empty();
        self.answer_head.follow(answer, || decoder.answer_head());
        // Of `**` nothing can be found in the page, and most renderers show nothing:
        // the wait for the next token is not the page's.
        if was_silent
            && !self.answer_head.letters.is_empty()
            && self.answer.or(self.first_change).is_none()
            && let Some(newest) = newest
        {
            self.seen.answer_read(newest.read, newest.stamp);
        }
        if self.called_tool && self.before_tool == 0 {
            self.before_tool = self.answer_head.letters.len();
        }
        self.reasoning_head
            .follow(reasoning, || decoder.reasoning_head());
        // Of several in one read the last is the tightest; the very first tells
        // whether the stream was opened with a stamp.
        if decoder.stamps() > self.stamps {
            let first = if self.stamps == 0 {
                decoder.first_stamp()
            } else {
                None
            };
            for stamp in first.into_iter().chain(decoder.last_stamp()) {
                self.seen.stamps.stamp(stamp, window);
            }
            self.stamps = decoder.stamps();
        }
        // An error ends the answer as well, and clients that throw on it may
        // leave the body as it is: neither its close nor a cancel would come.
        if decoder.ended() || decoder.failed() {
            self.seen.end.get_or_insert(window.resolved);
        }
    }

    /// The body is over.
    pub(crate) fn end(&mut self, at: Millis, how: End, error: &str) {
        if self.closed.is_none() && matches!(how, End::Close | End::Unobserved) {
            self.read_whole = Some(at);
        }
        self.close(at, how, error);
    }

    fn close(&mut self, at: Millis, how: End, error: &str) {
        if self.closed.is_some() {
            return;
        }
        if self.may_go_on() {
            // Only now the network's entry may come.
            self.over_since = None;
        }
        self.closed = Some(how);
        if how == End::Close
            && let Some(mut decoder) = self.decoder.take()
        {
            let window = self.reads.end(at);
            let mut last = Chunk::default();
            decoder.finish(&mut |event| self.event(event, window, &mut last));
            self.statistics.end(at, last);
            self.follow(&decoder, window);
            self.decoder = Some(decoder);
        }
        if how != End::Lost {
            self.seen.end.get_or_insert(at);
        }
        if how == End::Fail && error == "AbortError" {
            self.aborted = true;
        } else if how == End::Fail && self.error.is_none() && !self.has_ended() {
            self.error = Some(Failure {
                stage: Stage::Stream,
                kind: named(error),
                status: None,
            });
        }
    }

    /// The page goes: a stream that it cut is the person's leaving, and no
    /// failure.
    pub(crate) fn leave(&mut self, at: Millis) {
        if self.may_be_cut(at) {
            self.cut = self.seen.end;
            self.closed = None;
            self.error = None;
            self.seen.end = None;
        }
    }

    /// The page came back, but its stream did not.
    pub(crate) fn come_back(&mut self) {
        if let Some(at) = self.cut.take() {
            self.close(at, End::Cancel, "");
        }
    }

    /// The answer changed in the page, and the change was painted.
    pub(crate) fn progress(&mut self, commit: Millis, paint: Millis) {
        self.tail = None;
        // Of a part in which it turns out to go on, older ones are told as well.
        if self.progress.is_none_or(|last| last.commit <= Some(commit)) {
            self.progress = Some(Shown {
                commit: Some(commit),
                paint: Some(paint),
            });
        }
        self.statistics.painted(commit, paint);
    }

    /// The last text of it in the page, as far as it was seen.
    pub(crate) fn last_shown(&self) -> Option<Shown> {
        self.progress.or_else(|| {
            // By the app's word only its beginning is known.
            let answer = self.answer.filter(|answer| answer.found != Found::App)?;
            Some(Shown {
                commit: Some(answer.at),
                paint: answer.painted.map(|painted| painted.at),
            })
        })
    }

    /// Whether the end of the answer is in the page. Not known of an answer
    /// that is longer than what the decoder keeps, or that ends in something
    /// that its renderer hides.
    pub(crate) fn shows_end(&mut self) -> bool {
        let decoder = self.decoder.as_deref().filter(|_| !self.decoder_late);
        let whole = decoder.and_then(Decoder::whole_answer);
        self.wants_tail = whole.is_some() && self.tail.is_none();
        whole
            .zip(self.tail.as_deref())
            .is_some_and(|(answer, tail)| ends(answer, tail))
    }

    /// Whether a text elsewhere in the page is how the answer goes on. Never sure
    /// of a copy of it, which only may come to stand in its place.
    pub(crate) fn goes_on(&self, head: &str) -> Fit {
        let text: Vec<char> = head.chars().collect();
        if is_copy(&text, &self.answer_head.letters) {
            return Fit::Begins;
        }
        let decoder = self.decoder.as_deref();
        decoder.map_or(Fit::No, |it| {
            fit_within(&text, it.recent_answer(), self.is_known_whole())
        })
    }

    /// The app's word on what the stream says wrongly or not at all.
    pub(crate) fn set(&mut self, facts: Facts) {
        let Facts {
            model,
            provider,
            region,
            labels,
        } = facts;
        self.facts.model = model.or(self.facts.model.take());
        self.facts.provider = provider.or(self.facts.provider.take());
        self.facts.region = region.or(self.facts.region.take());
        self.facts.labels.extend(labels);
        self.facts.labels.truncate(MAX_LABELS);
    }
}

/// A machine's name for an error, if there is one.
fn named(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| String::from(name))
}
