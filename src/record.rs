//! The record: one small JSON object per streamed call.
//!
//! These are the only types that are serialised, and the collector reads the
//! very same ones. Rules that hold for all of them:
//!
//! - Times are milliseconds; marks count from the call of `fetch`.
//! - What was not observed is absent, never `0` and never `null`.
//! - What the page or the server wrote as it liked is cut at 256 bytes, with the
//!   flag `truncated-record`.
//! - Keys are snake_case, enum values kebab-case.
//! - Within one [`VERSION`] keys and enum values are only ever added; a reader
//!   ignores keys it does not know, and reads such values as `unknown`.

use crate::find::{cut, valid};
use crate::labels::Labels;
use crate::millis::Millis;
use serde::{Deserialize, Serialize, Serializer};

/// Version of the record's schema, the envelope's `v`.
pub const VERSION: u32 = 1;

/// What is sent in one beacon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope<R = Record> {
    /// Schema version, [`VERSION`].
    pub v: u32,
    /// The page's clock when this batch was handed over, so that the receiver
    /// can place records in wall time without trusting the page's wall clock:
    /// `received − (now − t0)`.
    pub now: Millis,
    /// The page's `performance.timeOrigin`, wall time in milliseconds. Drifts
    /// with the visitor's clock; used for `deferred` batches only.
    pub time_origin: f64,
    /// The browser sent this batch some time after it was written
    /// (`fetchLater`), so `now` says nothing. No version sends it yet.
    #[serde(default)]
    pub deferred: bool,
    /// Records this page had to throw away, because its queue was full or the
    /// endpoint refused them, since the last envelope that was delivered:
    /// receivers add them up.
    #[serde(default)]
    pub dropped: u32,
    /// Streams this page saw and could not recognise, since the last envelope
    /// that was delivered.
    #[serde(default)]
    pub unrecognised: u32,
    /// The records, oldest first.
    pub records: Vec<R>,
}

/// One call, from `fetch` to the last paint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// UUIDv7, made once when the call starts.
    pub id: String,
    /// Revision: the larger one replaces the smaller in any order of arrival.
    pub rev: u32,
    /// `request_start` on the page's clock: the call of `fetch`, or of `track`.
    pub t0: Millis,
    /// How the call ended.
    pub outcome: Outcome,
    /// The question this call belongs to, where the app said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<Turn>,
    /// The page that made the call.
    pub page: Page,
    /// What was asked of whom.
    pub request: Request,
    /// When things happened.
    pub marks: Marks,
    /// Who cost what.
    #[serde(default)]
    pub segments: Segments,
    /// The three shares of `first_answer_paint`; absent without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shares: Option<Shares>,
    /// How the arrival of the answer's chunk was found; absent without an
    /// answer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<Arrival>,
    /// How the paint was found; absent without answer text, or if it was not
    /// looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paint: Option<Paint>,
    /// The share that certainly was the largest. Absent without
    /// `first_answer_paint`, when the page was hidden between arrival and
    /// paint, and after the machine slept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// What the server itself said; absent if it said nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<Server>,
    /// The stream as a whole; absent if no chunk was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<Stream>,
    /// What kept the page's main thread; absent where it could not be watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub main_thread: Option<MainThread>,
    /// Token counts; absent without any output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// Why `request_sent` or `headers` is missing; absent if both are there,
    /// and in records written before the body's end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_missing: Option<NetworkMissing>,
    /// What went wrong; absent if nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// What a reader should know before using the numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// The app's own labels: at most ten, at most 64 characters each.
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
}

/// Bytes of a record's JSON.
const MAX_BYTES: usize = 4_000;

/// Bytes of a text that the page or the server chose.
const MAX_TEXT: usize = 256;

impl Record {
    /// Keeps it below 4 KB: long texts are cut, and where scripts and then
    /// labels make it longer, they are left out. `bytes` tells how long its
    /// JSON is.
    pub(crate) fn shorten(&mut self, bytes: fn(&Self) -> usize) {
        let is_cut = self.cut_texts();
        if self.leave_out_lists(bytes) || is_cut {
            self.flags.push(Flag::TruncatedRecord);
        }
    }

    fn cut_texts(&mut self) -> bool {
        let (page, request) = (&mut self.page, &mut self.request);
        let texts = [
            Some(&mut request.path),
            page.route.as_mut(),
            page.release.as_mut(),
            request.region.as_mut(),
            request.model.as_mut(),
            request.provider.as_mut(),
        ];
        let mut is_cut = false;
        for text in texts.into_iter().flatten() {
            let (near, far) = cut(text.as_bytes(), MAX_TEXT);
            if !far.is_empty() {
                *text = valid(near).into();
                is_cut = true;
            }
        }
        is_cut
    }

    fn leave_out_lists(&mut self, bytes: fn(&Self) -> usize) -> bool {
        let main_thread = self.main_thread.as_ref();
        let has_scripts = main_thread.is_some_and(|main| !main.scripts.is_empty());
        // To measure it takes longer than to make it, and of one that has
        // neither there is nothing to leave out.
        if !has_scripts && self.labels.is_empty() || bytes(self) <= MAX_BYTES {
            return false;
        }
        if let Some(main_thread) = &mut self.main_thread {
            main_thread.scripts.clear();
        }
        if bytes(self) > MAX_BYTES {
            self.labels = Labels::default();
        }
        true
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The end marker came, or the body closed cleanly in a format that has
    /// none. An answer of tool calls only is complete.
    Complete,
    /// The body closed cleanly, but the end marker is missing.
    Truncated,
    /// The page cancelled or aborted; `end` says how long the person waited.
    Aborted,
    /// It failed; see [`Record::error`].
    Error,
    /// It ended well and no output was generated.
    NoOutput,
    /// The body was taken in a way that shows no chunks, such as `text()`; in
    /// one that shows nothing, such as a cache, and then `end` is absent; or
    /// before the decoder was there, and what was kept for it has nothing.
    Unobserved,
    /// The page was hidden or closed while the stream ran; a later revision
    /// replaces this one if the page lives on.
    Open,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// Several requests of one question: retries and tool rounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// UUIDv7 of the question.
    pub id: String,
    /// Which request of the question this is, from 1.
    pub seq: u32,
}

/// The page that made the call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Made anew for each page view, return from the back/forward cache
    /// included. Says nothing about the person.
    pub id: String,
    /// Where the call was made.
    pub scope: Scope,
    /// The option `route`: a template, not an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// The option `release`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// Engine and major version, such as `chromium/156`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// Cross-origin isolated: clocks are finer.
    pub isolated: bool,
    /// The clock's step in milliseconds.
    pub resolution_ms: Millis,
    /// Share of pages that measure, (0, 1]; weight counts by its inverse.
    pub sample_rate: f64,
}

/// Where a call was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// A page.
    Window,
    /// A worker: there are no commits and no paints.
    Worker,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// What was asked of whom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Scheme, host and port.
    pub origin: String,
    /// Path without query; segments that look like ids are `:id`.
    pub path: String,
    /// The stream's dialect, such as `openai-chat`; absent if none was
    /// recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// OpenTelemetry's `gen_ai.operation.name`, such as `chat`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Who answered, where the stream or the app says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The model that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The region that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Where `model` comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// HTTP status; absent when the request was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// ALPN name, such as `h2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Bytes of the request's body, of a form those of its parts; absent for
    /// streams, and where it is in a `Request`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "optional_number"
    )]
    pub bytes: Option<u64>,
}

/// Where a statement of the server's was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// In the streamed body.
    Body,
    /// In a response header.
    Header,
    /// The app said so.
    App,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// When things happened, in milliseconds from `request_start`.
///
/// Each mark is set once; what was not observed is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// The person acted; zero or before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_start: Option<Millis>,
    /// The request left (Resource Timing `requestStart`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_sent: Option<Millis>,
    /// The response's headers arrived (Resource Timing). Not the moment the
    /// `fetch` promise resolved, which in Firefox waits for the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<Millis>,
    /// The first body chunk reached JavaScript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_byte: Option<Millis>,
    /// The read that completed the first protocol event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_event: Option<Millis>,
    /// The read that carried the first generated output of any kind:
    /// reasoning, answer or tool call. This is TTFT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_token: Option<Millis>,
    /// The read that carried the first visible, non-blank answer text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_answer_token: Option<Millis>,
    /// The first generated text in the DOM, displayed reasoning included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_text_commit: Option<Millis>,
    /// The frame with it painted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_text_paint: Option<Millis>,
    /// The first answer text in the DOM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_answer_commit: Option<Millis>,
    /// The frame with it painted: the time until the answer was on screen. Of
    /// text that fades in it is the first frame of that, at opacity 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_answer_paint: Option<Millis>,
    /// The read that carried the last generated output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_token: Option<Millis>,
    /// The stream was over: end marker, else close, cancel or error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Millis>,
    /// The last change in the DOM where the answer is shown. It is followed
    /// beyond `end` until the answer's last words are there, or nothing changed
    /// for a second; 30 s at most, and never beyond the page's hiding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_commit: Option<Millis>,
    /// The frame with it, as an estimate; not before `first_answer_paint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_paint: Option<Millis>,
}

/// A quantity with its error bar, written as `[lo, est, hi]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[Millis; 3]", into = "[Millis; 3]")]
pub struct Interval {
    /// It is at least this.
    pub lo: Millis,
    /// The best single number.
    pub est: Millis,
    /// It is at most this.
    pub hi: Millis,
}

impl From<[Millis; 3]> for Interval {
    fn from([lo, est, hi]: [Millis; 3]) -> Self {
        Self { lo, est, hi }
    }
}

impl From<Interval> for [Millis; 3] {
    fn from(interval: Interval) -> Self {
        [interval.lo, interval.est, interval.hi]
    }
}

/// Who cost what on the way to `first_answer_paint`.
///
/// A segment is there only if both its ends were observed; nothing is merged
/// under another's name. `backend.est + frontend.est` is `first_answer_paint`,
/// and `deliver.est + app + render.est` is `frontend.est`, exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segments {
    /// From `request_start` to the arrival of the answer's chunk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<Interval>,
    /// From there to `first_answer_paint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frontend: Option<Interval>,
    /// To `request_sent`: queue, DNS, TCP, TLS, preflight, redirects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect: Option<Millis>,
    /// To `headers`: server and round trip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Millis>,
    /// To the arrival of the chunk with `first_token`: queue, prefill,
    /// buffering proxies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generate: Option<Interval>,
    /// To the arrival of the chunk with the first answer token: reasoning and
    /// tools before the answer. Absent if it is the same chunk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Interval>,
    /// Until JavaScript read it: main thread busy, or the app had not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver: Option<Interval>,
    /// Until `first_answer_commit`: framework, throttling, typewriter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<Millis>,
    /// Until `first_answer_paint`: style, layout, paint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub render: Option<Interval>,
}

/// The three shares of `first_answer_paint`.
///
/// A part that could not be told apart counts as `[0, whole]` for both
/// candidates, half each in `est`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// `deliver`, `app` and `render`.
    pub page: Interval,
    /// `connect`, and `wait` less what the server says it took.
    pub network: Interval,
    /// The rest of `wait`, `generate` and `reason`.
    pub server: Interval,
}

/// The share that certainly was the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Our own page.
    Page,
    /// The network.
    Network,
    /// The server.
    Server,
    /// No share's lower bound reaches the upper bound of each other.
    Unclear,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// How the arrival of the answer's chunk was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// What the estimate rests on.
    pub method: ArrivalMethod,
    /// What ties the server's clock to ours, for `server-clock`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// Why the chunk waited for JavaScript; absent if it did not, as far as
    /// there is evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver_cause: Option<DeliverCause>,
}

/// What an arrival's estimate rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArrivalMethod {
    /// A stamp of the server's in the stream.
    ServerClock,
    /// The middle of a window of long animation frames or long tasks.
    LongTask,
    /// The middle of a window in which the timer tick stood still.
    Tick,
    /// The middle of a window in which the app was not reading.
    NotReading,
    /// The read itself: no evidence of any wait.
    Read,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// What ties the server's clock to the page's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// Arrival of the headers less the stamp's zero.
    Headers,
    /// The least difference of read and stamp over all events.
    MinRead,
    /// The response's end less the last stamp.
    ResponseEnd,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// Why a chunk waited for JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliverCause {
    /// The main thread was busy.
    Busy,
    /// The app had not called `read()`.
    NotReading,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// How the paint was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paint {
    /// Where the time comes from; absent if nothing was painted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<PaintMethod>,
    /// Step of that time in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution_ms: Option<Millis>,
    /// The true presentation lies at the estimate plus `[from, to]`, as
    /// measured for this method in this engine; later by as much as another
    /// task may have hidden it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_ms: Option<[Millis; 2]>,
    /// Who found the answer in the page.
    pub found: Found,
    /// The answer's place was inside the viewport when it was found; absent where
    /// unknown, as after the app's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_screen: Option<bool>,
}

/// Where a paint time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaintMethod {
    /// Presentation time of a probe element in the same frame.
    ElementTiming,
    /// The first task after the frame's callbacks, or the frame's layout where
    /// that task came late: an estimate.
    Frame,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// Who found the answer in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// The app said so (`rendered()`).
    App,
    /// The first change of the given target: no text in it fitted.
    Target,
    /// A text node that fits the decoded answer.
    Text,
    /// Nobody: there is no commit.
    None,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// What the server itself said, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// From request received to headers sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers_ms: Option<Millis>,
    /// Waiting for its turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_ms: Option<Millis>,
    /// Reading the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill_ms: Option<Millis>,
    /// From request received to first token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_token_ms: Option<Millis>,
    /// Generating, first token to last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generate_ms: Option<Millis>,
    /// The whole call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_ms: Option<Millis>,
    /// Where it said so; the body's word goes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// The stream as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stream {
    /// Chunks as JavaScript read them: an artefact of the main thread, not of
    /// the server.
    pub chunks: u32,
    /// Protocol events, comments not counted.
    pub events: u32,
    /// Bytes of the body that were read.
    #[serde(serialize_with = "number")]
    pub bytes: u64,
    /// Events that shared a read with an earlier one.
    pub coalesced: u32,
    /// Share of the output events that came in the largest burst, [0, 1]: near
    /// 1 when something held the stream back and let it go at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst: Option<f64>,
    /// Times between reads that carried output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap_ms: Option<Spread>,
    /// Times from a read that carried text to the paint of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_ms: Option<Spread>,
    /// Each lag was tied to its own text; otherwise to the next change in the
    /// answer's place, which is too early for a typewriter's. No version does
    /// the former yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_exact: Option<bool>,
    /// The longest time the page showed nothing new while text was waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freeze_ms: Option<Millis>,
    /// What that freeze goes back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freeze_cause: Option<FreezeCause>,
}

/// Median, 95th percentile and maximum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// Median.
    pub p50: Millis,
    /// 95th percentile.
    pub p95: Millis,
    /// Maximum.
    pub max: Millis,
}

/// What a freeze goes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FreezeCause {
    /// The main thread was busy.
    MainThread,
    /// The app held the text back: framework, throttle, typewriter.
    App,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// What kept the page's main thread, from `request_start` to
/// `first_answer_paint`, or to `end` where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MainThread {
    /// Time in busy runs.
    pub busy_ms: Millis,
    /// The longest scripts in that time, where the engine names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<Script>,
}

/// A script that kept the main thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// File name without origin, path and query; `inline` where it stands in a
    /// page, or is no file.
    pub source: String,
    /// Function name as the engine gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// How long it ran.
    pub ms: Millis,
}

/// A whole number as JavaScript has it.
///
/// A `u64` may be above what a `Number` holds; that JavaScript's serializer can
/// say so brings all of formatting into the module, 1.4 KB of download.
fn number<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    #[cfg(target_arch = "wasm32")]
    return serializer.serialize_f64(*number as f64);
    #[cfg(not(target_arch = "wasm32"))]
    serializer.serialize_u64(*number)
}

fn optional_number<S: Serializer>(value: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => number(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// Token counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Of the prompt, cached ones included.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "optional_number"
    )]
    pub input: Option<u64>,
    /// Generated, reasoning included.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "optional_number"
    )]
    pub output: Option<u64>,
    /// Of the prompt, read from a cache.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "optional_number"
    )]
    pub cached: Option<u64>,
    /// Of the output, not shown.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "optional_number"
    )]
    pub reasoning: Option<u64>,
    /// `output` was estimated from chunks and bytes, not stated.
    pub estimated: bool,
}

/// Why `request_sent` or `headers` is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkMissing {
    /// Cross-origin, and the server sends no `Timing-Allow-Origin`.
    Tao,
    /// A service worker answered.
    ServiceWorker,
    /// The browser made no entry (WebKit after a cancel, Chromium with an
    /// undrained body).
    NoEntry,
    /// Two entries fit two calls.
    Ambiguous,
    /// The entry contradicted our own stamps.
    Clock,
    /// The entry had not come when the record was written.
    Timeout,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// What went wrong. Never a message: it could carry content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// How far the call had come.
    pub stage: Stage,
    /// The exception's name or the stream's error code, such as `TypeError`
    /// or `overloaded_error`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// HTTP status, for `status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// How far a failed call had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The `fetch` promise was rejected.
    Connect,
    /// The server answered 400 or above.
    Status,
    /// The stream broke, or carried an error.
    Stream,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// What a reader should know before using the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// Hidden between arrival and paint: there are no page marks.
    Hidden,
    /// The machine slept during the call.
    Slept,
    /// The page came back from the back/forward cache during the call.
    Restored,
    /// The decoder came after 256 KiB of the body: what lay beyond was not
    /// decoded.
    DecoderLate,
    /// Sent by the browser after the page was gone.
    Deferred,
    /// Something between server and page held the bytes back.
    Held,
    /// Something was left out to keep the record under 4 KB: what is above 256
    /// bytes of a text, or scripts and labels.
    TruncatedRecord,
    /// A service worker answered.
    ServiceWorker,
    /// The clock's step is above 2 ms.
    CoarseClock,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::{Flag, Record};

    fn bytes(record: &Record) -> usize {
        serde_json::to_string(record).expect("JSON").len()
    }

    fn record(label: &str, script: &str) -> Record {
        let mut labels = serde_json::Map::new();
        for key in 0..10 {
            labels.insert(key.to_string(), label.into());
        }
        let scripts: Vec<_> = (0..3)
            .map(|_| serde_json::json!({ "source": script, "ms": 60 }))
            .collect();
        let json = serde_json::json!({
            "id": "1", "rev": 1, "t0": 0, "outcome": "complete", "marks": {}, "labels": labels,
            "page": { "id": "2", "scope": "window", "isolated": false, "resolution_ms": 0.1, "sample_rate": 1.0 },
            "request": { "origin": "https://a", "path": "/" },
            "main_thread": { "busy_ms": 180, "scripts": scripts },
        });
        serde_json::from_value(json).expect("a record")
    }

    #[test]
    fn a_record_is_written_as_it_is_read() {
        let record = record("b", "app.js");
        let back: Record =
            serde_json::from_str(&serde_json::to_string(&record).expect("JSON")).expect("a record");
        assert_eq!(back, record);
    }

    #[test]
    fn a_long_record_loses_its_scripts_first_then_its_labels() {
        let scripts = |record: &Record| record.main_thread.as_ref().map(|it| it.scripts.len());
        let mut short = record("b", "app.js");
        short.shorten(bytes);
        assert!(short.flags.is_empty());
        let mut other = record("b", "app.js");
        other.labels = super::Labels::default();
        other.main_thread = None;
        other.shorten(bytes);
        assert!(other.flags.is_empty(), "nothing was left out");
        let mut scripted = record("b", &"x".repeat(2000));
        scripted.shorten(bytes);
        assert_eq!(scripted.flags, [Flag::TruncatedRecord]);
        assert_eq!((scripts(&scripted), scripted.labels.len()), (Some(0), 10));
        let mut labelled = record(&"x".repeat(500), "app.js");
        labelled.shorten(bytes);
        assert_eq!((scripts(&labelled), labelled.labels.len()), (Some(0), 0));
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        let mut long = record("b", &"x".repeat(2000));
        long.request.path = "/x".repeat(3000);
        long.page.route = Some("\u{e9}".repeat(200) + "x");
        long.request.model = Some("x\u{e9}".repeat(85) + "\u{e9}\u{e9}");
        long.page.release = Some("r".repeat(256));
        long.shorten(bytes);
        assert_eq!(long.request.path, "/x".repeat(128));
        assert_eq!(long.page.route, Some("\u{e9}".repeat(128)));
        assert_eq!(long.request.model, Some("x\u{e9}".repeat(85)));
        assert_eq!(long.page.release.map(|text| text.len()), Some(256));
        assert_eq!(long.flags, [Flag::TruncatedRecord]);
    }
}
