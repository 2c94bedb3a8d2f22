//! Strings: where their characters go, and what their escapes mean.

use super::{SHORT, Scanner, State, Target};
use crate::json::paths::{Paths, Wants};
use crate::json::visitor::{Scalar, Visitor};

impl Scanner {
    /// A string begins.
    pub(super) fn string_start<V: Visitor>(&mut self, paths: &Paths, visitor: &mut V) {
        let wants = paths.wants(self.node);
        self.begin_string(if wants.has(Wants::TEXT) {
            visitor.text_start(self.node, wants);
            Target::Text
        } else if wants.has(Wants::VALUE) {
            Target::Short
        } else {
            Target::Nowhere
        });
    }

    pub(super) fn begin_string(&mut self, target: Target) {
        self.state = State::String;
        self.target = target;
        self.short.clear();
    }

    /// Characters of the string that runs.
    pub(super) fn characters<V: Visitor>(&mut self, bytes: &[u8], visitor: &mut V) {
        if self.surrogate != 0 {
            self.surrogate = 0;
            self.emit("\u{fffd}".as_bytes(), visitor);
        }
        if !bytes.is_empty() {
            self.emit(bytes, visitor);
        }
    }

    fn emit<V: Visitor>(&mut self, bytes: &[u8], visitor: &mut V) {
        match self.target {
            Target::Nowhere => {}
            Target::Key | Target::Short => self.short.push(bytes),
            Target::Text => visitor.text(bytes),
        }
    }

    /// The byte after a backslash.
    pub(super) fn escape<V: Visitor>(&mut self, byte: u8, visitor: &mut V) {
        self.state = State::String;
        let decoded = match byte {
            b'u' => {
                self.unicode = 0;
                self.state = State::Unicode(4);
                return;
            }
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            other => other,
        };
        self.characters(&[decoded], visitor);
    }

    /// One of four digits, `left` with it still to come.
    pub(super) fn unicode<V: Visitor>(&mut self, byte: u8, left: u8, visitor: &mut V) {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            _ => {
                self.state = State::Junk;
                return;
            }
        };
        self.unicode = self.unicode << 4 | u16::from(digit);
        if left > 1 {
            self.state = State::Unicode(left - 1);
            return;
        }
        self.state = State::String;
        let unit = u32::from(self.unicode);
        let code = match unit {
            0xd800..=0xdbff => {
                self.characters(b"", visitor);
                self.surrogate = self.unicode;
                return;
            }
            0xdc00..=0xdfff if self.surrogate != 0 => {
                let high = u32::from(self.surrogate) - 0xd800;
                self.surrogate = 0;
                0x1_0000 + (high << 10) + (unit - 0xdc00)
            }
            _ => unit,
        };
        // Half a pair is no character.
        let character = char::from_u32(code).unwrap_or('\u{fffd}');
        self.characters(character.encode_utf8(&mut [0; 4]).as_bytes(), visitor);
    }

    /// The string that runs is over.
    pub(super) fn string_end<V: Visitor>(&mut self, paths: &Paths, visitor: &mut V) {
        self.characters(b"", visitor);
        if self.target == Target::Text {
            visitor.text_end(self.place(self.node));
            return self.value_end();
        }
        let short = self.short;
        self.short_string(paths, short.get(), short.is_cut(), visitor);
    }

    /// A string that is no text has ended.
    pub(super) fn short_string<V: Visitor>(
        &mut self,
        paths: &Paths,
        text: &[u8],
        cut: bool,
        visitor: &mut V,
    ) {
        if self.target == Target::Key {
            return self.key(paths, text, cut);
        }
        if self.target == Target::Short {
            let short = text.get(..SHORT).unwrap_or(text);
            let cut = cut || text.len() > SHORT;
            visitor.scalar(self.place(self.node), Scalar::String, short, cut);
        }
        self.value_end();
    }
}
