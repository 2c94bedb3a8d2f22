//! One call: what was seen of it, from `fetch` to the last paint, becomes its
//! record.

mod commit;
mod contested;
mod end;
mod head;
mod matched;
mod opening;
mod painted;
mod progress;
mod reading;
mod sought;
mod start;
mod state;
mod summary;

pub use commit::Commit;
pub(crate) use contested::Contested;
pub use end::End;
pub use matched::Matched;
pub use opening::{Facts, Opening};
pub use painted::Painted;
pub(crate) use sought::{Part, Sought};
pub(crate) use start::Start;

use crate::decoder::{Decoder, Dialects, Hints};
use crate::millis::Millis;
use crate::record::{Failure, NetworkMissing, Request, Stage};
use crate::server_timing::ServerTiming;
use crate::statistics::Statistics;
use crate::timeline::{Network, Observation, Output, ReadLog, ReadWindow, Shown};
use head::Head;

/// Labels of a call.
const MAX_LABELS: usize = 10;

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
    /// The latest change of its answer in the page.
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
    first_in_chunk: Option<Output>,
    /// A tool was called once the answer had begun, and how many of its letters were
    /// read by then.
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
            first_in_chunk: None,
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
