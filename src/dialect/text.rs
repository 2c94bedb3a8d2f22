//! The strings of one document that may be output.

use super::think::{Part, Think};
use crate::json::{Node, Wants};

/// Text that is kept of one document: enough for the head of the answer and of
/// the reasoning, both of 1 KiB.
const MAX_TEXT: usize = 2048;

/// Text that is kept of one string.
const MAX_STRING: usize = 1024;

/// A string that may be output. All lengths in bytes of UTF-8.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    /// Where its beginning is kept, in the document's text.
    pub(crate) start: u16,
    /// Where the part after any inline reasoning starts.
    pub(crate) visible: u16,
    pub(crate) end: u16,
    pub(crate) len: u32,
    /// Of `len`, after any inline reasoning.
    pub(crate) visible_len: u32,
    /// There was inline reasoning.
    pub(crate) inside: bool,
    /// The visible part is nothing but white space.
    pub(crate) blank: bool,
    /// Where in the stream's text we are after it.
    pub(crate) think: Think,
}

impl Text {
    pub(super) const EMPTY: Self = Self {
        start: 0,
        visible: 0,
        end: 0,
        len: 0,
        visible_len: 0,
        inside: false,
        blank: true,
        think: Think::ANSWER,
    };
}

/// A piece of what is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(super) start: u16,
    pub(super) end: u16,
}

impl Span {
    pub(super) const NONE: Self = Self { start: 0, end: 0 };
}

/// The strings of one document, and what is kept of them.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    kept: Vec<u8>,
    current: Text,
    /// The last bytes of a character that may be white space.
    partial: u32,
    wants: Wants,
    /// Where the stream's text was before the document.
    think: Think,
    /// The last string that may think inline: the path it lay at, and where the
    /// text was after it. What lies elsewhere may be the same once more.
    ran: Option<(Node, Think)>,
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            kept: Vec::new(),
            current: Text::EMPTY,
            partial: 0,
            wants: Wants::default(),
            think: Think::START,
            ran: None,
        }
    }

    /// Ready for the next document, before which the stream's text was at
    /// `think`.
    pub(super) fn reset(&mut self, think: Think) {
        self.kept.clear();
        self.think = think;
        self.ran = None;
    }

    /// Becomes as `from` is. The list keeps its room.
    pub(super) fn copy(&mut self, from: &Self) {
        self.kept.clone_from(&from.kept);
        self.current = from.current;
        self.partial = from.partial;
        self.wants = from.wants;
        self.think = from.think;
        self.ran = from.ran;
    }

    /// The kept bytes from `from` to `to`.
    pub(super) fn kept(&self, from: u16, to: u16) -> &[u8] {
        self.kept
            .get(usize::from(from)..usize::from(to))
            .unwrap_or_default()
    }

    /// Keeps a name, if there is room.
    pub(super) fn keep_name(&mut self, name: &[u8]) -> Span {
        if self.kept.len() > MAX_TEXT {
            return Span::NONE;
        }
        let start = self.kept.len() as u16;
        self.kept.extend_from_slice(name);
        Span {
            start,
            end: self.kept.len() as u16,
        }
    }

    /// A string begins that lies at `node`.
    pub(super) fn start(&mut self, node: Node, wants: Wants) {
        let start = self.kept.len() as u16;
        self.wants = wants;
        self.partial = 0;
        let think = match self.ran {
            _ if !wants.has(Wants::THINK) => Think::ANSWER,
            Some((before, think)) if before == node => think,
            _ => self.think,
        };
        self.current = Text {
            start,
            visible: start,
            end: start,
            think,
            ..Text::EMPTY
        };
    }

    /// A piece of it.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.current.len = self.current.len.saturating_add(bytes.len() as u32);
        let mut rest = bytes;
        // Once the answer has begun, which is nearly always, no byte is looked
        // at one by one.
        while self.current.think != Think::ANSWER
            && let [byte, tail @ ..] = rest
        {
            let held = self.current.think.held();
            match self.current.think.step(*byte) {
                Part::Answer => {
                    self.current.visible_len += held.len() as u32;
                    self.current.blank &= held.is_empty();
                    self.store(held);
                    break;
                }
                Part::Inside => {
                    self.store(held);
                    if self.current.think.held().is_empty() {
                        self.store(&[*byte]);
                    }
                    self.reasoning();
                }
                Part::Tag => self.reasoning(),
                Part::Blank => {
                    self.current.visible_len += 1;
                    self.store(&[*byte]);
                }
                Part::Undecided => {}
            }
            rest = tail;
        }
        if rest.is_empty() {
            return;
        }
        self.current.visible_len = self.current.visible_len.saturating_add(rest.len() as u32);
        for &byte in rest {
            if !self.current.blank {
                break;
            }
            self.look_for_letters(byte);
        }
        self.store(rest);
    }

    /// Everything so far was reasoning.
    fn reasoning(&mut self) {
        self.current.inside = true;
        self.current.visible = self.kept.len() as u16;
        self.current.visible_len = 0;
    }

    fn store(&mut self, bytes: &[u8]) {
        let own = self.kept.len() - usize::from(self.current.start);
        let room = (MAX_STRING - own.min(MAX_STRING)).min(MAX_TEXT - self.kept.len().min(MAX_TEXT));
        self.kept
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    /// Whether `byte` ends a character that is not white space. A table of
    /// Unicode's white space would cost more than these few.
    fn look_for_letters(&mut self, byte: u8) {
        self.partial = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => 0,
            0x80..=0xbf => self.partial << 8 | u32::from(byte),
            0xc2 | 0xe1 | 0xe2 | 0xe3 | 0xef => u32::from(byte),
            _ => {
                self.current.blank = false;
                return;
            }
        };
        self.current.blank = match self.partial {
            0 | 0xc2 | 0xe1..=0xef | 0xe19a | 0xe280 | 0xe281 | 0xe380 | 0xefbb => true,
            // NEL and no-break space; ogham space.
            0xc285 | 0xc2a0 | 0xe1_9a80 => true,
            // Spaces of all widths, zero included, and direction marks.
            0xe2_8080..=0xe2_808f | 0xe2_80a8 | 0xe2_80a9 | 0xe2_80af => true,
            // Mathematical space and word joiner; ideographic space; no-break
            // space of no width.
            0xe2_819f | 0xe2_81a0 | 0xe3_8080 | 0xef_bbbf => true,
            _ => false,
        };
        if self.partial > 0xffff {
            self.partial = 0;
        }
    }

    /// It is over.
    pub(super) fn end(&mut self, node: Node) -> Text {
        self.current.end = self.kept.len() as u16;
        if self.wants.has(Wants::THINK) {
            self.ran = Some((node, self.current.think));
        }
        self.current
    }
}
