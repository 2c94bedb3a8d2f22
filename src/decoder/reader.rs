//! Documents in, events out.

use super::Event;
use super::prefix::Prefix;
use super::state::State;
use crate::dialect::{About, Collector, Judgement, Signals, Stream, Table};
use crate::framing::Documents;
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
    /// It was given a name, be it empty.
    is_named: bool,
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
}

impl Documents for Run<'_> {
    fn name(&mut self, name: &[u8]) {
        let reader = &mut *self.reader;
        match reader.reading {
            // Of several names the last one holds.
            Reading::Nothing if reader.is_named => reader.reset_document(),
            Reading::Json => {
                // What is known of the document from here on is not what its
                // beginning says.
                reader.prefix.leave(&reader.table, &mut reader.state);
                reader.prefix.forget();
            }
            _ => {}
        }
        reader.is_named = true;
        reader.name.clear();
        reader.name.push(name);
        let mut collector = reader.state.collector(&reader.table);
        collector.named(name);
    }

    fn payload(&mut self, bytes: &[u8]) {
        self.reader.read(bytes);
    }

    fn complete(&mut self, end: u64, stamp: Option<Millis>) {
        let reader = &mut *self.reader;
        let judged = reader.complete();
        let event = Event {
            index: reader.events,
            end,
            signals: judged.signals,
            stamp,
            text_bytes: judged.text_bytes,
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
        let reader = &mut *self.reader;
        reader.prefix.leave(&reader.table, &mut reader.state);
        reader.is_done() || reader.reading == Reading::Json && reader.state.scanner.is_complete()
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
            is_named: false,
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
        let mut collector = self.state.collector(&self.table);
        let mut bytes = bytes;
        if self.reading == Reading::Nothing {
            let raw = collector.document.reads_raw();
            if !raw {
                bytes = bytes.trim_ascii_start();
            }
            self.reading = match bytes {
                [] => return,
                [b'{' | b'[' | b'"', ..] if !raw => {
                    self.prefix.begin(&self.name, self.stream.think);
                    Reading::Json
                }
                _ => {
                    collector.raw_start();
                    Reading::Raw
                }
            };
        }
        match self.reading {
            Reading::Json => self.prefix.feed(&self.table, &mut self.state, bytes),
            _ => self.state.collector(&self.table).text(bytes),
        }
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
            Reading::Nothing => {}
            Reading::Raw => self.state.collector(table).raw_end(),
            Reading::Json => {
                self.prefix.leave(table, &mut self.state);
                let State { scanner, document } = &mut self.state;
                let mut collector = Collector { table, document };
                scanner.finish(&mut collector);
                if !scanner.is_complete() || collector.document.is_broken() {
                    // What was found in half a document is not known to be so.
                    collector.document.reset(self.stream.think);
                    collector.named(self.name.get());
                    if table.reads_raw && !done {
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

    fn reset_document(&mut self) {
        self.state.document.reset(self.stream.think);
    }

    fn reset(&mut self) {
        self.state.scanner.reset();
        self.reset_document();
        self.reading = Reading::Nothing;
        self.name.clear();
        self.is_named = false;
        self.failure.clear();
        self.head.clear();
    }
}
