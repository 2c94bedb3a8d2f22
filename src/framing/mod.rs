//! Bytes to documents: where one protocol event ends and the next begins.

#[cfg(feature = "aws-eventstream")]
mod aws_eventstream;
mod braces;
mod choice;
#[cfg(any(test, fuzzing))]
mod collected;
#[cfg(feature = "aws-eventstream")]
mod crc32;
mod json_sequence;
#[cfg(feature = "length-prefixed")]
mod length_prefixed;
mod lines;
mod sse;

#[cfg(fuzzing)]
pub use collected::fuzz;

use crate::find::cut;
use crate::json::Short;
use crate::millis::Millis;
#[cfg(feature = "aws-eventstream")]
use aws_eventstream::AwsEventStream;
use braces::Braces;
use choice::Said;
use json_sequence::JsonSequence;
#[cfg(feature = "length-prefixed")]
use length_prefixed::LengthPrefixed;
use lines::Lines;
use sse::{BOM, Sse};

/// What the response's headers say about the format.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// `Content-Type`, empty if there is none.
    pub content_type: &'a str,
    /// There is a header `x-vercel-ai-ui-message-stream`.
    pub ai_ui_message_stream: bool,
    /// There is a header `x-vercel-ai-data-stream`.
    pub ai_data_stream: bool,
}

impl Hints<'_> {
    /// The type is one that only streams of events have.
    pub(crate) fn is_stream(&self) -> bool {
        choice::is_stream(self)
    }
}

/// How a body is cut into events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events.
    Sse,
    /// One JSON document per line.
    Ndjson,
    /// One JSON array whose elements come one by one.
    JsonArray,
    /// The AI SDK's data stream, version 1: lines of a code, a colon and JSON.
    DataStream,
    /// Nothing but text: each chunk counts as an event.
    Plain,
    /// `application/vnd.amazon.eventstream`.
    AwsEventStream,
    /// Length-prefixed binary messages.
    LengthPrefixed,
}

impl Framing {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sse => "sse",
            Self::Ndjson => "ndjson",
            Self::JsonArray => "json-array",
            Self::DataStream => "ai-sdk-data-stream",
            Self::Plain => "plain",
            Self::AwsEventStream => "aws-eventstream",
            Self::LengthPrefixed => "length-prefixed",
        }
    }
}

/// The name of plain text: no event of any other framing can have it.
pub const PLAIN_TEXT: &str = "\n";

/// How well a document is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// It says something, by names that are anybody's.
    AtAll,
    /// A dialect's own, or an error.
    ByDialect,
}

/// Who is told what a framing finds.
///
/// Per document: any number of `name` and `payload` in any order, then one
/// `complete` or `discard`.
pub(crate) trait Documents {
    /// The name of the document that runs; the last one holds.
    fn name(&mut self, name: &[u8]);
    /// A piece of the document that runs.
    fn payload(&mut self, bytes: &[u8]);
    /// It is complete; `end` is the offset just past it, terminator included.
    fn complete(&mut self, end: u64, stamp: Option<Millis>);
    /// Whether it is JSON and one whole value, or the protocol's end.
    fn is_whole(&mut self) -> bool;
    /// Whether it is JSON and one whole value.
    fn is_document(&mut self) -> bool;
    /// Whether something in it is known.
    fn is_known(&mut self, how: Known) -> bool;
    /// It will never be.
    fn discard(&mut self);
    /// The framing itself says that the call failed, with this code.
    #[cfg_attr(
        not(feature = "aws-eventstream"),
        allow(dead_code, reason = "no other does")
    )]
    fn failed(&mut self, code: &[u8]);
    /// A stamp of the server's, before the document it belongs to, if any.
    fn stamp(&mut self, stamp: Millis);
}

/// A document that comes at once, and with its name if it has one.
pub(crate) fn whole(name: &str, bytes: &[u8], offset: u64, documents: &mut dyn Documents) {
    if !name.is_empty() {
        documents.name(name.as_bytes());
    }
    documents.payload(bytes);
    documents.complete(offset + bytes.len() as u64, None);
}

/// Cuts a body into documents, whatever the chunks.
#[derive(Debug)]
pub(crate) enum Framer {
    /// It is not known yet how.
    Sniffing {
        begun: Short<{ choice::SNIFF }>,
        said: Said,
        bom: bool,
    },
    Sse(Sse),
    Braces(Braces),
    Lines(Lines),
    DataStream(Lines),
    JsonSequence(JsonSequence),
    /// Each chunk is a document.
    Plain,
    /// It is no stream of an answer's, such as a web page that tells of an
    /// error.
    Opaque,
    #[cfg(feature = "aws-eventstream")]
    Aws(AwsEventStream),
    #[cfg(feature = "length-prefixed")]
    LengthPrefixed(LengthPrefixed),
}

impl Framer {
    pub(crate) fn new(hints: &Hints<'_>) -> Self {
        if choice::is_opaque(hints) {
            return Self::Opaque;
        }
        match choice::by_headers(hints) {
            Some(framing) => Self::of(framing),
            None => Self::Sniffing {
                begun: Short::EMPTY,
                said: Said::by(hints),
                bom: false,
            },
        }
    }

    fn of(framing: Framing) -> Self {
        match framing {
            Framing::Sse => Self::Sse(Sse::new()),
            Framing::Ndjson => Self::Lines(Lines::new(false)),
            Framing::DataStream => Self::DataStream(Lines::new(true)),
            Framing::JsonArray => Self::JsonSequence(JsonSequence::default()),
            #[cfg(feature = "aws-eventstream")]
            Framing::AwsEventStream => Self::Aws(AwsEventStream::new()),
            #[cfg(feature = "length-prefixed")]
            Framing::LengthPrefixed => Self::LengthPrefixed(LengthPrefixed::new()),
            _ => Self::Plain,
        }
    }

    /// Whether bytes were held back of which it is not clear yet if they are text.
    pub(crate) fn holds(&self) -> bool {
        match self {
            Self::Sniffing { begun, .. } => !begun.get().is_empty(),
            Self::Braces(_) => true,
            _ => false,
        }
    }

    pub(crate) fn framing(&self) -> Option<Framing> {
        Some(match self {
            Self::Sniffing { .. } | Self::Opaque => return None,
            Self::Sse(_) => Framing::Sse,
            Self::Lines(_) | Self::Braces(_) => Framing::Ndjson,
            Self::DataStream(_) => Framing::DataStream,
            Self::JsonSequence(sequence) if sequence.in_array() => Framing::JsonArray,
            Self::JsonSequence(_) => Framing::Ndjson,
            Self::Plain => Framing::Plain,
            #[cfg(feature = "aws-eventstream")]
            Self::Aws(_) => Framing::AwsEventStream,
            #[cfg(feature = "length-prefixed")]
            Self::LengthPrefixed(_) => Framing::LengthPrefixed,
        })
    }

    /// The array that holds all documents was closed.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, Self::JsonSequence(sequence) if sequence.is_closed())
    }

    /// The next bytes, which begin at `offset`.
    pub(crate) fn push(&mut self, bytes: &[u8], offset: u64, documents: &mut dyn Documents) {
        match self {
            Self::Sniffing { .. } => self.sniff(bytes, offset, documents),
            Self::Sse(sse) => sse.push(bytes, offset, documents),
            Self::Braces(braces) => {
                if let Some(framer) = braces.push(bytes, offset, documents) {
                    *self = framer;
                }
            }
            Self::Lines(lines) | Self::DataStream(lines) => lines.push(bytes, offset, documents),
            Self::JsonSequence(sequence) => sequence.push(bytes, offset, documents),
            Self::Opaque => {}
            Self::Plain => whole(PLAIN_TEXT, bytes, offset, documents),
            #[cfg(feature = "aws-eventstream")]
            Self::Aws(aws) => aws.push(bytes, offset, documents),
            #[cfg(feature = "length-prefixed")]
            Self::LengthPrefixed(messages) => messages.push(bytes, offset, documents),
        }
    }

    /// The body closed cleanly at `offset`.
    pub(crate) fn finish(&mut self, offset: u64, documents: &mut dyn Documents) {
        match self {
            Self::Sniffing { begun, .. } if !begun.get().is_empty() => {
                // Too short to tell, so it is what it is: text.
                let begun = *begun;
                *self = Self::Plain;
                self.push(begun.get(), offset - begun.get().len() as u64, documents);
            }
            Self::Braces(braces) => {
                if braces.finish(offset, documents) {
                    *self = Self::Plain;
                }
            }
            Self::Lines(lines) | Self::DataStream(lines) => lines.finish(offset, documents),
            Self::Sse(sse) => sse.finish(offset, documents),
            // Frames and elements end with their last byte.
            _ => documents.discard(),
        }
    }

    fn sniff(&mut self, bytes: &[u8], offset: u64, documents: &mut dyn Documents) {
        let Self::Sniffing { begun, said, bom } = self else {
            return;
        };
        let mut rest = bytes;
        while let [byte, tail @ ..] = rest {
            // White space and one byte order mark say nothing.
            let blank = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            rest = tail;
            if begun.get().is_empty() && blank && *said != Said::Events {
                continue;
            }
            begun.push(&[*byte]);
            if begun.get() == BOM && !*bom && *said != Said::Events {
                *bom = true;
                begun.clear();
                continue;
            }
            if let Some(framing) = choice::by_beginning(begun.get(), *said) {
                let begun = *begun;
                let is_page = *said == Said::Html && begun.get().starts_with(b"<");
                *self = match framing {
                    Framing::Plain if *said == Said::Json || is_page => Self::Opaque,
                    Framing::Ndjson if *said != Said::Lines => Self::Braces(Braces::new()),
                    framing => Self::of(framing),
                };
                // In one piece where it came in one piece: a piece is an event of
                // plain text, and what was held back came with earlier ones.
                let read = bytes.len() - rest.len();
                let (held, _) = cut(begun.get(), begun.get().len().saturating_sub(read));
                if !held.is_empty() {
                    self.push(held, offset - held.len() as u64, documents);
                }
                let skipped = read.saturating_sub(begun.get().len());
                let (_, all) = cut(bytes, skipped);
                self.push(all, offset + skipped as u64, documents);
                return;
            }
        }
    }
}
