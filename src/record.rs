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

mod arrival;
mod failure;
mod flag;
mod interval;
mod main_thread;
mod marks;
mod network_missing;
mod number;
mod outcome;
mod page;
mod paint;
mod request;
mod segments;
mod server;
mod shares;
mod stream;
mod tokens;
mod turn;

pub use arrival::{Anchor, Arrival, ArrivalMethod, DeliverCause};
pub use failure::{Failure, Stage};
pub use flag::Flag;
pub use interval::Interval;
pub use main_thread::{MainThread, Script};
pub use marks::Marks;
pub use network_missing::NetworkMissing;
pub use outcome::Outcome;
pub use page::{Page, Scope};
pub use paint::{Found, Paint, PaintMethod};
pub use request::{Request, Source};
pub use segments::Segments;
pub use server::Server;
pub use shares::{Shares, Verdict};
pub use stream::{FreezeCause, Spread, Stream};
pub use tokens::Tokens;
pub use turn::Turn;

use crate::find::{cut, valid};
use crate::labels::Labels;
use crate::millis::Millis;
use serde::{Deserialize, Serialize};

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
