//! One call: what was seen of it, from `fetch` to the last paint, becomes its
//! record.

mod painted;
mod summary;

pub use painted::Painted;

use crate::answer::{ends, squeeze};
use crate::decoder::{Decoder, Dialects, Event, Hints, Signals};
use crate::labels::Labels;
use crate::millis::Millis;
use crate::record::{Failure, Found, NetworkMissing, Outcome, Request, Stage, Turn};
use crate::server_timing::ServerTiming;
use crate::statistics::{Chunk, Statistics};
use crate::timeline::{Network, Observation, ReadLog, ReadWindow, Shown};

/// Labels of a call.
const MAX_LABELS: usize = 10;
/// Letters and digits of an answer that are compared with texts in the page.
const HEAD: usize = 64;

/// Events after which a stream that no dialect claims is none of ours.
const UNCLAIMED: u32 = 32;

/// Between the end of a stream and the page's word that it goes.
const LEAVING: Millis = Millis::from_micros(200_000);

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
    /// A service worker was asked.
    pub worker: bool,
}

/// Text in the DOM, and the frame that showed it.
#[derive(Clone, Copy, Debug)]
pub struct Commit {
    /// The watch's number for it.
    pub handle: u32,
    /// When it was in the DOM.
    pub at: Millis,
    /// The frame that showed it.
    pub painted: Option<Painted>,
    /// Who found it.
    pub found: Found,
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

/// Facts of a call that the app states, before or while it runs.
#[derive(Debug, Default)]
pub struct Facts {
    /// Instead of what the stream says.
    pub model: Option<String>,
    /// Instead of what the stream says.
    pub provider: Option<String>,
    /// Instead of what the server says.
    pub region: Option<String>,
    /// Added to the labels; the same key replaces.
    pub labels: Labels,
}

/// How a call begins.
#[derive(Debug)]
pub struct Opening {
    /// UUIDv7.
    pub id: String,
    /// The call of `fetch`, on the page's clock.
    pub t0: Millis,
    /// The return of `fetch`, on the page's clock: its network entry starts
    /// between the two.
    pub returned: Millis,
    /// Wall time at `t0`, only to notice sleep.
    pub wall: f64,
    /// It gives a record whatever comes.
    pub expected: bool,
    /// The whole address; never leaves the page.
    pub url: String,
    /// Bytes of the body that is sent.
    pub bytes: Option<u64>,
    /// The option `route`.
    pub route: Option<String>,
    /// Number of the target in which the answer appears.
    pub target: u32,
    /// The question that it belongs to, and when the person asked, on the
    /// page's clock.
    pub turn: Option<(Turn, Millis)>,
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
    pub(crate) matched: Option<Matched>,
    /// That entry began after `fetch` returned: a better one may come.
    pub(crate) is_loose: bool,
    /// Two network entries fit two calls.
    pub(crate) ambiguous: bool,
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
    error: Option<Failure>,
    aborted: bool,
    /// When it was cut by the page's leaving.
    cut: Option<Millis>,
    answer_head: Head,
    reasoning_head: Head,
    decoder_late: bool,
    /// The body is a stream of events, by its type or by the app's word.
    streams: bool,
    /// Server stamps that were booked.
    stamps: u32,
}

/// The letters that answer or reasoning begin with, as far as they have come.
#[derive(Debug, Default)]
struct Head {
    letters: Vec<char>,
    /// Bytes of the text that they were taken from.
    bytes: usize,
    is_full: bool,
}

impl Head {
    /// Mostly nothing is new: it is full, or a chunk had none of its text.
    fn follow<'a>(&mut self, bytes: usize, text: impl FnOnce() -> &'a str) {
        if self.is_full || self.bytes == bytes {
            return;
        }
        self.bytes = bytes;
        self.letters.clear();
        self.is_full = squeeze(text(), &mut self.letters, HEAD);
    }
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
            matched: None,
            is_loose: false,
            ambiguous: false,
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
            error: None,
            aborted: false,
            cut: None,
            answer_head: Head::default(),
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
        self.is_loose = before.is_loose;
        self.ambiguous = before.ambiguous;
        self.seen.hidden = before.seen.hidden;
        self.seen.busy = before.seen.busy;
        self.seen.busy.unpin();
    }

    /// The `fetch` promise resolved.
    pub(crate) fn response(&mut self, at: Millis, response: &Response<'_>, dialects: &Dialects) {
        self.seen.promise = Some(at);
        self.header = ServerTiming::parse(response.server_timing);
        self.request.status = Some(response.status);
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

    /// There is no `fetch`: the app tells what comes, in this type, or in
    /// whole events. The network's own word stays unknown.
    pub(crate) fn by_hand(&mut self, content_type: &str, dialects: &Dialects) {
        let hints = Hints {
            content_type,
            ..Hints::default()
        };
        self.streams = true;
        self.decoder = Some(Box::new(Decoder::with_dialects(&hints, dialects)));
        self.matched = Some(Matched {
            network: Network::missing(NetworkMissing::NoEntry),
            protocol: None,
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
        self.seen.first_event.get_or_insert(at);
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
        if signals.contains(Signals::ANSWER) {
            self.seen.answer_read(window, event.stamp);
        }
    }

    /// What the decoder knows beyond the single events.
    fn follow(&mut self, decoder: &Decoder, window: ReadWindow) {
        let (answer, reasoning) = decoder.heads();
        self.answer_head.follow(answer, || decoder.answer_head());
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
    pub(crate) fn close(&mut self, at: Millis, how: End, error: &str) {
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

    /// Whether it failed just now, so that the page may be about to go: Firefox
    /// and WebKit end a page's streams with an error just before they tell.
    pub(crate) fn may_be_cut(&self, at: Millis) -> bool {
        let recent = self.seen.end.is_some_and(|end| at - end <= LEAVING);
        recent && self.closed == Some(End::Fail) && !self.aborted && !self.has_ended()
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
        self.progress = Some(Shown {
            commit: Some(commit),
            paint: Some(paint),
        });
        self.statistics.painted(commit, paint);
    }

    /// Whether its answer was seen to change in the page.
    pub(crate) fn was_seen(&self) -> bool {
        self.progress.is_some()
    }

    /// The last text of it in the page, as far as it was seen.
    pub(crate) fn last_shown(&self) -> Option<Shown> {
        self.progress.or_else(|| {
            let answer = self.answer?;
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
        let whole = self.decoder.as_deref().and_then(Decoder::whole_answer);
        self.wants_tail = whole.is_some() && self.tail.is_none();
        whole
            .zip(self.tail.as_deref())
            .is_some_and(|(answer, tail)| ends(answer, tail))
    }

    /// When its headers were known to be there at the latest.
    pub(crate) fn answered(&self) -> Millis {
        self.seen.promise.or(self.seen.end).unwrap_or_default()
    }

    /// Scheme, host and port that it went to.
    pub(crate) fn origin(&self) -> &str {
        &self.request.origin
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

    /// Whether its answer was recognised as one.
    pub(crate) fn recognised(&self) -> bool {
        self.decoder.as_deref().is_some_and(Decoder::recognised)
    }

    /// Whether it is a whole stream of events that no dialect knows, and that
    /// shows nothing.
    pub(crate) fn is_unknown(&self) -> bool {
        self.streams
            && self.closed == Some(End::Close)
            && !self.decoder_late
            && self.seen.first_event.is_some()
            && !self.recognised()
            && (self.outcome() == Outcome::NoOutput || !self.opening.expected)
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
        self.seen.first_answer_token.is_some() && self.statistics.events() < UNCLAIMED
    }

    /// Whether it is over, at least as its protocol has it.
    pub(crate) fn is_over(&self) -> bool {
        self.seen.end.is_some() || self.closed.is_some()
    }

    /// Whether it is over but for its body, and gave no answer: that may have
    /// been the first round of an agent that called a tool.
    pub(crate) fn may_go_on(&self) -> bool {
        self.closed.is_none()
            && self.has_ended()
            && self.seen.first_token.is_some()
            && self.seen.first_answer_token.is_none()
    }

    /// Whether silence of the main thread would be evidence for it.
    pub(crate) fn wants_tick(&self) -> bool {
        (!self.is_over() || self.may_go_on())
            && self.answer.is_none_or(|commit| commit.painted.is_none())
    }

    /// Whether its answer is still to be found in the page.
    pub(crate) fn is_finding(&self) -> bool {
        let may_come = !self.is_over() && self.seen.first_byte.is_some();
        self.answer.is_none() && (may_come || self.seen.first_answer_token.is_some())
    }

    /// The text to be found in the page: not before which moment, its head,
    /// and whether that is all of it. `None` until there is any.
    pub(crate) fn sought(&self, part: Part) -> Option<(Millis, &[char], bool)> {
        let seen = &self.seen;
        match part {
            Part::Answer => {
                let read = seen.first_answer_token.as_ref()?.read.resolved;
                Some((read, &self.answer_head.letters, self.is_over()))
            }
            Part::Reasoning => {
                let read = seen.first_token.as_ref()?.read.resolved;
                let whole = seen.first_answer_token.is_some() || self.is_over();
                (!self.reasoning_head.letters.is_empty()).then_some((
                    read,
                    &self.reasoning_head.letters,
                    whole,
                ))
            }
        }
    }

    /// Whether its answer may appear in one of these targets.
    pub(crate) fn is_in_target(&self, targets: u32) -> bool {
        targets & (1 << self.opening.target.min(31)) != 0
    }
}

/// Which generated text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Answer,
    Reasoning,
}

/// A machine's name for an error, if there is one.
fn named(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| String::from(name))
}
