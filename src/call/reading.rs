//! What is read of a body.

use super::Call;
use crate::decoder::{Decoder, Event, Signals};
use crate::millis::Millis;
use crate::statistics::Chunk;
use crate::timeline::{Output, ReadWindow};

impl Call {
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

    pub(super) fn event(&mut self, event: &Event, window: ReadWindow, chunk: &mut Chunk) {
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
        if self.answer_head.letters.is_empty() && self.first_in_chunk.is_none() {
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
        self.first_in_chunk = Some(output);
        if self.seen.first_answer_token.is_none() {
            self.seen.answer_read(output.read, output.stamp);
            // What was taken for it while nothing was clear was none.
            for commit in [&mut self.answer, &mut self.first_change] {
                *commit = commit.filter(|commit| commit.at >= output.read.resolved);
            }
        }
    }

    /// What the decoder knows beyond the single events.
    pub(super) fn follow(&mut self, decoder: &Decoder, window: ReadWindow) {
        let (answer, reasoning) = decoder.heads();
        let first = self.first_in_chunk.take();
        let was_silent = self.answer_head.letters.is_empty();
        self.answer_head.follow(answer, || decoder.answer_head());
        // Of `**` nothing can be found in the page, and most renderers show nothing:
        // the wait for the next token is not the page's.
        if was_silent
            && !self.answer_head.letters.is_empty()
            && self.answer.or(self.first_change).is_none()
            && let Some(first) = first
        {
            self.seen.answer_read(first.read, first.stamp);
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
}
