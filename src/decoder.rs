//! The decoder: a body's bytes in, protocol events with what they showed out.

mod prefix;
mod reader;
mod state;

use crate::dialect::{Name, Number, Table};
use crate::find::valid;
use crate::framing::{Framer, whole};
use crate::millis::Millis;
use crate::record::{Server, Source, Tokens};
use reader::{Reader, Run};
use std::sync::Arc;

pub use crate::dialect::{Signals, UserDialect, UserDialectError};
pub use crate::framing::{Framing, Hints, PLAIN_TEXT};

/// A complete protocol event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which one it is, from 0. Comments are none; `[DONE]` is one.
    pub index: u32,
    /// Offset in the body just past it, its whole terminator included.
    pub end: u64,
    /// What it carried.
    pub signals: Signals,
    /// The server's clock when it wrote this event, if it put a stamp directly
    /// before it.
    pub stamp: Option<Millis>,
    /// Bytes of visible text in it, as UTF-8, over all choices.
    pub text_bytes: u32,
    /// All of it came with earlier bytes, of which it was not clear until now that
    /// they are text.
    pub was_held: bool,
}

/// The dialects that decoders know, compiled once for all of them.
#[derive(Clone, Debug)]
pub struct Dialects(Arc<Table>);

impl Default for Dialects {
    /// The built-in ones.
    fn default() -> Self {
        Self(Table::built_in())
    }
}

impl Dialects {
    /// A page's own dialects, which are tried first, and the built-in ones.
    ///
    /// # Errors
    ///
    /// The index of a dialect that cannot be used, and why.
    pub fn with(own: Vec<UserDialect>) -> Result<Self, (usize, UserDialectError)> {
        Table::with(own).map(Self)
    }

    /// One dialect more, before all others.
    ///
    /// # Errors
    ///
    /// Why it cannot be used.
    pub fn and(&self, first: UserDialect) -> Result<Self, UserDialectError> {
        let mut own = vec![first];
        own.extend_from_slice(&self.0.user);
        Self::with(own).map_err(|(_, error)| error)
    }
}

/// Follows one response body.
///
/// Feed it the chunks as they come, cut anywhere. Memory is bounded whatever
/// comes in, a few KiB; no bytes are kept beyond the heads of answer and
/// reasoning, and the newest of the answer. Only of a body without a type that
/// begins with a brace up to 64 KiB are, until it is clear if that is text.
///
/// ```
/// use ttft::decoder::{Decoder, Hints, Signals};
///
/// let hints = Hints { content_type: "text/event-stream", ..Hints::default() };
/// let mut decoder = Decoder::new(&hints);
/// let mut first = None;
/// decoder.push(
///     b"data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n",
///     &mut |event| {
///         if event.signals.is_token() {
///             first.get_or_insert(event.index);
///         }
///     },
/// );
/// assert_eq!(first, Some(0));
/// assert_eq!(decoder.dialect(), Some("openai-chat"));
/// ```
#[derive(Debug)]
pub struct Decoder {
    framer: Framer,
    reader: Reader,
    offset: u64,
}

impl Decoder {
    /// A decoder for one body, with the built-in dialects.
    #[must_use]
    pub fn new(hints: &Hints<'_>) -> Self {
        Self::with_dialects(hints, &Dialects::default())
    }

    /// A decoder that knows a page's own dialects, too.
    #[must_use]
    pub fn with_dialects(hints: &Hints<'_>, dialects: &Dialects) -> Self {
        Self {
            framer: Framer::new(hints),
            reader: Reader::new(dialects.0.clone()),
            offset: 0,
        }
    }

    /// The next bytes of the body. `on_event` is called once for each protocol
    /// event that they complete.
    pub fn push(&mut self, bytes: &[u8], on_event: &mut dyn FnMut(&Event)) {
        let mut run = Run {
            reader: &mut self.reader,
            on_event,
            offset: self.offset,
        };
        self.framer.push(bytes, self.offset, &mut run);
        self.offset += bytes.len() as u64;
    }

    /// A whole event whose framing somebody else has taken off, as `EventSource`
    /// and `WebSocket` do. `name` is empty where it has none, and
    /// [`PLAIN_TEXT`] where `data` is visible text and nothing else.
    pub fn event(&mut self, name: &str, data: &[u8], on_event: &mut dyn FnMut(&Event)) {
        if name == PLAIN_TEXT {
            self.framer = Framer::Plain;
        }
        let mut run = Run {
            reader: &mut self.reader,
            on_event,
            offset: self.offset,
        };
        whole(name, data, self.offset, &mut run);
        self.offset += data.len() as u64;
    }

    /// The body closed cleanly. What the framing takes for complete at that
    /// point is delivered: for server-sent events nothing but JSON that was
    /// written without a field, a last line without its end for NDJSON.
    pub fn finish(&mut self, on_event: &mut dyn FnMut(&Event)) {
        let mut run = Run {
            reader: &mut self.reader,
            on_event,
            offset: self.offset,
        };
        self.framer.finish(self.offset, &mut run);
    }

    /// An event of a known dialect was seen, so this *is* an LLM's stream.
    ///
    /// Never so for plain text, which proves nothing: there the caller must
    /// know that the call was one to an LLM.
    #[must_use]
    pub fn recognised(&self) -> bool {
        self.reader.stream.dialect != 0
    }

    /// The dialect's name, such as `openai-chat`.
    ///
    /// The one whose event was seen first; once output was seen, the one that
    /// carried it. A page's own dialect has the page's name for it; text without
    /// any protocol is `plain-text`.
    #[must_use]
    pub fn dialect(&self) -> Option<&str> {
        let stream = &self.reader.stream;
        if stream.outputs > 0 && self.framer.framing() == Some(Framing::Plain) {
            return Some("plain-text");
        }
        some(self.reader.table.name(stream.dialect))
    }

    /// Bytes came of which it is not clear yet if they are text.
    pub(crate) fn holds(&self) -> bool {
        self.framer.holds()
    }

    /// How the body is cut into events; `None` before that is clear.
    #[must_use]
    pub fn framing(&self) -> Option<Framing> {
        self.framer.framing()
    }

    /// OpenTelemetry's `gen_ai.operation.name`, where the dialect says it.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        some(self.reader.about().operation)
    }

    /// Who answered, where the stream says so or only one provider speaks its
    /// dialect.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.reader
            .stream
            .provider()
            .or(some(self.reader.about().provider))
    }

    /// The model that answered, as the stream names it.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.reader.stream.name(Name::Model)
    }

    /// The answer's id, as the stream gives it.
    #[must_use]
    pub fn response_id(&self) -> Option<&str> {
        self.reader.stream.name(Name::Id)
    }

    /// An error came in the stream.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.reader.stream.failed
    }

    /// The type or code of the error in the stream, if it has one; never a
    /// message.
    #[must_use]
    pub fn error_type(&self) -> Option<&str> {
        self.reader.stream.name(Name::ErrorType)
    }

    /// What the server said in the body about its own times.
    #[must_use]
    pub fn server(&self) -> Server {
        let time = |number| self.reader.stream.number(number).map(Millis::from_micros);
        let mut server = Server {
            queue_ms: time(Number::Queue),
            prefill_ms: time(Number::Prefill),
            first_token_ms: time(Number::FirstToken),
            generate_ms: time(Number::Generate),
            total_ms: time(Number::Total),
            ..Server::default()
        };
        if server != Server::default() {
            server.source = Some(Source::Body);
        }
        server
    }

    /// Token counts, normalised over all providers: `input` with cached tokens,
    /// `output` with reasoning. `None` as long as nothing was counted and
    /// nothing was generated.
    ///
    /// Where the stream states no output count and does not tell its tokens one
    /// by one, `output` is the larger of events and bytes / 4.5 and
    /// `estimated` is set; measured on 303 streams that is off by 19 % in the
    /// mean.
    #[must_use]
    pub fn tokens(&self) -> Option<Tokens> {
        self.reader.stream.tokens()
    }

    /// From here on, keeps an explanation of each event, without any bound.
    #[cfg(feature = "inspect")]
    pub fn explain(&mut self) {
        self.reader.explaining.get_or_insert_default();
    }

    /// The explanations since the last call; none without [`Self::explain`].
    #[cfg(feature = "inspect")]
    pub fn take_explanations(&mut self) -> Vec<crate::inspect::Explanation> {
        let explaining = self.reader.explaining.as_mut();
        explaining
            .map(|explaining| std::mem::take(&mut explaining.done))
            .unwrap_or_default()
    }

    /// The provider's last usage object, as it was sent.
    #[cfg(feature = "inspect")]
    #[must_use]
    pub fn usage(&self) -> Option<&str> {
        some(valid(&self.reader.stream.usage))
    }

    /// A complete stream of this dialect ends with a marker.
    #[must_use]
    pub fn has_end_marker(&self) -> bool {
        self.framer.framing() == Some(Framing::JsonArray) || self.reader.about().has_end_marker
    }

    /// The end marker came.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.reader.stream.ended || self.framer.is_closed()
    }

    /// How the visible answer begins, at most 1 KiB, to find it in the page.
    /// Of several choices, the first that had text. Never leaves the page.
    #[must_use]
    pub fn answer_head(&self) -> &str {
        valid(&self.reader.stream.answer)
    }

    /// All of the visible answer so far, unless it is longer than what is kept
    /// of it.
    pub(crate) fn whole_answer(&self) -> Option<&str> {
        let stream = &self.reader.stream;
        stream.keeps_answer().then(|| valid(&stream.answer))
    }

    /// The newest of the visible answer.
    pub(crate) fn recent_answer(&self) -> &str {
        valid(&self.reader.stream.recent)
    }

    /// How the reasoning begins, as [`Self::answer_head`].
    #[must_use]
    pub fn reasoning_head(&self) -> &str {
        valid(&self.reader.stream.reasoning)
    }

    /// Bytes of the answer's and the reasoning's head, to see whether they grew.
    pub(crate) fn heads(&self) -> (usize, usize) {
        let stream = &self.reader.stream;
        (stream.answer.len(), stream.reasoning.len())
    }

    /// How many stamps of the server's came so far, whether an event followed
    /// or not.
    ///
    /// A stamp's place in time is that of the read that completed it. `dur`
    /// only grows, so of the stamps of one read the last is the tightest:
    /// after each [`Self::push`] that raised this number, pair
    /// [`Self::last_stamp`] with the read's time.
    #[must_use]
    pub fn stamps(&self) -> u32 {
        self.reader.stamps
    }

    /// The first stamp: its own `dur`, 0 where the server opens the stream as
    /// it should.
    #[must_use]
    pub fn first_stamp(&self) -> Option<Millis> {
        self.reader.first_stamp
    }

    /// The newest stamp.
    #[must_use]
    pub fn last_stamp(&self) -> Option<Millis> {
        self.reader.last_stamp
    }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
