//! One request and what was written when: the ground truth that tests compare
//! a page's own measurements with.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Version};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use tokio::sync::watch;

use crate::clock::now_ms;
use crate::log::lock;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum What {
    /// The request's head was read.
    Request,
    /// The request's body was read to its end; absent when there was none.
    Body,
    Informational,
    Headers,
    /// The clock was read for a stamp; the write that carries it follows.
    Stamp,
    /// Behind a proxy that holds the body: the step's own time.
    Generated,
    Write,
    /// The client went away before the end.
    Close,
    End,
}

/// What one event says beside its time.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) what: What,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repetition: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) piece: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dur: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<&'static str>,
}

impl Entry {
    pub(crate) fn new(what: What) -> Self {
        Entry {
            what,
            step: None,
            repetition: None,
            piece: None,
            label: None,
            status: None,
            bytes: None,
            hash: None,
            dur: None,
            why: None,
        }
    }
}

/// The moments that enclose a hand-over to the kernel: just before the call
/// that took the first byte, just after the one that took the last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) before: f64,
    pub(crate) after: f64,
}

impl Span {
    pub(crate) fn now() -> Self {
        let now = now_ms();
        Span {
            before: now,
            after: now,
        }
    }
}

#[derive(Debug, Serialize)]
struct Event {
    t: f64,
    /// Absent where the event is a moment and not a write.
    #[serde(skip_serializing_if = "Option::is_none")]
    t_done: Option<f64>,
    #[serde(flatten)]
    entry: Entry,
}

#[derive(Debug, Default)]
struct Events {
    list: Vec<Event>,
    ended: bool,
}

/// FNV-1a: tells whether two clients sent the same body, and nothing of what
/// it said.
#[derive(Debug)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// One request and all that became of it.
#[derive(Debug)]
pub(crate) struct Exchange {
    method: String,
    path: String,
    origin: String,
    protocol: &'static str,
    headers: Vec<(String, String)>,
    body_bytes: AtomicU64,
    body_hash: Mutex<Fnv>,
    events: Mutex<Events>,
    received: OnceLock<f64>,
    first_stamp: OnceLock<f64>,
    ended: watch::Sender<()>,
}

impl Exchange {
    /// Begins with the request. `ended` is told of the end.
    pub(crate) fn begin(parts: &Parts, origin: &str, ended: watch::Sender<()>) -> Self {
        let exchange = Exchange {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            origin: origin.to_owned(),
            protocol: protocol(parts.version),
            headers: pairs(&parts.headers),
            body_bytes: AtomicU64::new(0),
            body_hash: Mutex::default(),
            events: Mutex::default(),
            received: OnceLock::new(),
            first_stamp: OnceLock::new(),
            ended,
        };
        exchange.record(Entry::new(What::Request));
        exchange
    }

    pub(crate) fn record(&self, entry: Entry) {
        self.push(now_ms(), None, entry);
    }

    pub(crate) fn record_write(&self, span: Span, entry: Entry) {
        self.push(span.before, Some(span.after), entry);
    }

    fn push(&self, t: f64, t_done: Option<f64>, entry: Entry) {
        let mut events = lock(&self.events);
        // A client that leaves in the moment of the end is not worth two
        // contradicting events: the first one stands.
        if events.ended {
            return;
        }
        let ended = matches!(entry.what, What::Close | What::End);
        events.ended = ended;
        events.list.push(Event { t, t_done, entry });
        drop(events);
        if ended {
            self.ended.send_replace(());
        }
    }

    /// The request was read to its end.
    pub(crate) fn complete_request(&self) {
        let t = *self.received.get_or_init(now_ms);
        if let Some(bytes) = usize::try_from(self.body_bytes())
            .ok()
            .filter(|bytes| *bytes > 0)
        {
            let mut entry = Entry::new(What::Body);
            entry.bytes = Some(bytes);
            entry.hash = Some(format!("{:016x}", lock(&self.body_hash).0));
            self.push(t, None, entry);
        }
    }

    /// When that was, on the log's clock; now, if it was not.
    pub(crate) fn received(&self) -> f64 {
        self.received.get().copied().unwrap_or_else(now_ms)
    }

    pub(crate) fn add_body(&self, bytes: &[u8]) {
        self.body_bytes
            .fetch_add(bytes.len() as u64, Ordering::Relaxed);
        lock(&self.body_hash).add(bytes);
    }

    fn body_bytes(&self) -> u64 {
        self.body_bytes.load(Ordering::Relaxed)
    }

    /// A stamp block for this moment. The first one of an exchange is the
    /// zero from which the others count.
    pub(crate) fn stamp(&self, step: usize) -> Bytes {
        let t = now_ms();
        let zero = *self.first_stamp.get_or_init(|| t);
        let dur = (t - zero) * 10.0;
        let dur = dur.round() / 10.0;
        let mut entry = Entry::new(What::Stamp);
        entry.step = Some(step);
        entry.dur = Some(dur);
        self.push(t, None, entry);
        Bytes::from(format!(": ttft write;dur={dur}\n\n"))
    }

    pub(crate) fn ended(&self) -> bool {
        lock(&self.events).ended
    }
}

impl Serialize for Exchange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Exchange", 7)?;
        fields.serialize_field("method", &self.method)?;
        fields.serialize_field("path", &self.path)?;
        fields.serialize_field("origin", &self.origin)?;
        fields.serialize_field("protocol", &self.protocol)?;
        fields.serialize_field("headers", &self.headers)?;
        fields.serialize_field("body_bytes", &self.body_bytes())?;
        fields.serialize_field("events", &lock(&self.events).list)?;
        fields.end()
    }
}

fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        _ => "HTTP/1.1",
    }
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
        .collect()
}
