//! Documents in, events out.

use super::Event;
use super::prefix::Prefix;
use super::state::State;
use crate::dialect::{About, Collector, Judgement, Signals, Stream, Table};
use crate::framing::{Documents, Known, PLAIN_TEXT};
use crate::json::{Short, Visitor as _};
use crate::millis::Millis;
use std::sync::Arc;

/// How the document that runs is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// Nothing but white space so far.
    Nothing,
    Json,
    /// As text.
    Raw,
}

/// Reads documents, one after the other.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) table: Arc<Table>,
    /// The document that runs.
    state: State,
    prefix: Prefix,
    pub(super) stream: Stream,
    reading: Reading,
    name: Short<64>,
    /// What the framing says went wrong.
    failure: Short<64>,
    /// How the document that runs begins: for `[DONE]`, and for text that only
    /// looks like JSON. Empty where that begins with `{`, as nearly always, and
    /// no dialect reads text.
    head: Short<64>,
    events: u32,
    pub(super) stamps: u32,
    pub(super) first_stamp: Option<Millis>,
    pub(super) last_stamp: Option<Millis>,
    #[cfg(feature = "inspect")]
    pub(super) explaining: Option<crate::inspect::Explaining>,
}

/// A reader while it is being fed.
pub(super) struct Run<'a> {
    pub(super) reader: &'a mut Reader,
    pub(super) on_event: &'a mut dyn FnMut(&Event),
    /// Offset in the body of the bytes that come.
    pub(super) offset: u64,
}

impl Documents for Run<'_> {
    fn name(&mut self, name: &[u8]) {
        let reader = &mut *self.reader;
        // Of several names the last one holds.
        reader.name.clear();
        reader.name.push(name);
        if reader.reading == Reading::Nothing {
            return;
        }
        if reader.reading == Reading::Json {
            // What is known of the document from here on is not what its
            // beginning says.
            reader.prefix.leave(&reader.table, &mut reader.state);
            reader.prefix.forget();
        }
        reader.state.collector(&reader.table).named(name);
    }

    fn payload(&mut self, bytes: &[u8]) {
        self.reader.read(bytes);
    }

    fn complete(&mut self, end: u64, stamp: Option<Millis>) {
        let reader = &mut *self.reader;
        let was_held = end <= self.offset && reader.name.get() == PLAIN_TEXT.as_bytes();
        let judged = reader.complete();
        let event = Event {
            index: reader.events,
            end,
            signals: judged.signals,
            stamp,
            text_bytes: judged.text_bytes,
            was_held,
        };
        reader.events = reader.events.saturating_add(1);
        #[cfg(feature = "inspect")]
        if let Some(explaining) = &mut reader.explaining {
            explaining.complete(
                &reader.table,
                &reader.state.document,
                reader.name.get(),
                event,
            );
        }
        reader.reset();
        (self.on_event)(&event);
    }

    fn is_whole(&mut self) -> bool {
        let is_json = self.is_document() && !self.reader.table.reads_raw;
        is_json || self.reader.is_done()
    }

    fn is_document(&mut self) -> bool {
        let reader = &mut *self.reader;
        reader.prefix.leave(&reader.table, &mut reader.state);
        reader.reading == Reading::Json && reader.state.scanner.is_complete()
    }

    fn is_known(&mut self, how: Known) -> bool {
        let reader = &mut *self.reader;
        reader.prefix.leave(&reader.table, &mut reader.state);
        reader.state.document.is_known(&reader.table, how)
    }

    fn discard(&mut self) {
        #[cfg(feature = "inspect")]
        if let Some(explaining) = &mut self.reader.explaining {
            explaining.discard();
        }
        self.reader.reset();
    }

    fn failed(&mut self, code: &[u8]) {
        self.reader.failure.clear();
        self.reader.failure.push(code);
    }

    fn stamp(&mut self, stamp: Millis) {
        let reader = &mut *self.reader;
        reader.stamps = reader.stamps.saturating_add(1);
        reader.first_stamp = reader.first_stamp.or(Some(stamp));
        reader.last_stamp = Some(stamp);
    }
}

impl Reader {
    pub(super) fn new(table: Arc<Table>) -> Self {
        Self {
            table,
            state: State::new(),
            prefix: Prefix::new(),
            stream: Stream::new(),
            reading: Reading::Nothing,
            name: Short::EMPTY,
            failure: Short::EMPTY,
            head: Short::EMPTY,
            events: 0,
            stamps: 0,
            first_stamp: None,
            last_stamp: None,
            #[cfg(feature = "inspect")]
            explaining: None,
        }
    }

    pub(super) fn about(&self) -> About {
        self.table.about(self.stream.dialect)
    }

    fn read(&mut self, bytes: &[u8]) {
        #[cfg(feature = "inspect")]
        if let Some(explaining) = &mut self.explaining {
            explaining.read(bytes);
        }
        let needs_head = match self.reading {
            Reading::Nothing => bytes.trim_ascii_start().first() != Some(&b'{'),
            _ => !self.head.get().is_empty(),
        };
        if needs_head || self.table.reads_raw {
            self.head.push(bytes);
        } else {
            self.head.clear();
        }
        let bytes = match self.reading {
            Reading::Nothing => self.begin(bytes),
            _ => bytes,
        };
        match self.reading {
            Reading::Json => self.prefix.feed(&self.table, &mut self.state, bytes),
            Reading::Raw => self.state.collector(&self.table).text(bytes),
            Reading::Nothing => {}
        }
    }

    /// The first bytes of a document, without the white space before it.
    fn begin<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (trimmed, think) = (bytes.trim_ascii_start(), self.stream.think);
        let is_json = matches!(trimmed, [b'{' | b'[' | b'"', ..]);
        if is_json && self.prefix.follows(&self.name, think) {
            self.reading = Reading::Json;
            return trimmed;
        }
        self.state.begin(&self.table, self.name.get(), think);
        let reads_raw = self.state.document.reads_raw();
        if is_json && !reads_raw {
            self.prefix.begin(&self.name, think);
            self.reading = Reading::Json;
        } else if reads_raw && !bytes.is_empty() || !trimmed.is_empty() {
            self.state.collector(&self.table).raw_start();
            self.reading = Reading::Raw;
        }
        if reads_raw { bytes } else { trimmed }
    }

    /// The document that runs is the protocol's end.
    fn is_done(&self) -> bool {
        let head = self.head.get().trim_ascii();
        // Frameworks that make JSON of all they send quote it.
        head.strip_prefix(b"\"")
            .unwrap_or(head)
            .starts_with(b"[DONE]")
    }

    fn complete(&mut self) -> Judgement {
        let table = &*self.table;
        let done = self.is_done();
        match self.reading {
            Reading::Nothing => self.state.begin(table, self.name.get(), self.stream.think),
            Reading::Raw => self.state.collector(table).raw_end(),
            Reading::Json => {
                self.prefix.leave(table, &mut self.state);
                let State { scanner, document } = &mut self.state;
                scanner.finish(&mut Collector { table, document });
                if !scanner.is_complete() || document.is_broken() {
                    // What was found in half a document is not known to be so.
                    self.state.begin(table, self.name.get(), self.stream.think);
                    if table.reads_raw && !done {
                        let mut collector = self.state.collector(table);
                        collector.raw_start();
                        collector.text(self.head.get());
                        collector.raw_end();
                    }
                }
            }
        }
        let mut judged = self.stream.judge(table, &self.state.document);
        if done {
            judged.signals.insert(Signals::END);
            self.stream.ended = true;
        }
        if !self.failure.get().is_empty() {
            judged.signals.insert(Signals::ERROR);
            self.stream.fail(self.failure.get());
        }
        if judged.signals == Signals::NONE || judged.signals == Signals::USAGE {
            judged.signals.insert(Signals::LIVENESS);
        }
        judged
    }

    /// Ready for the next document, which [`State::begin`] or the one before it
    /// begins.
    fn reset(&mut self) {
        self.reading = Reading::Nothing;
        self.name.clear();
        self.failure.clear();
        self.head.clear();
    }
}
