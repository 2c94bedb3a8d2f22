//! A document in a document: Bedrock's InvokeModel wraps the model's own events
//! into `{"bytes":"<base64>"}`.

use super::collector::Collector;
use crate::json::Scanner;

/// The inner document, read while its base64 comes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nested {
    /// Made with the first one. Taken out while it is being fed, so that texts
    /// it finds are not taken for its own base64.
    scanner: Option<Box<Scanner>>,
    bits: u32,
    /// How many bits wait for their byte.
    waiting: u8,
    /// The scanner is being fed.
    running: bool,
    broken: bool,
}

impl Nested {
    pub(super) fn is_open(&self) -> bool {
        self.scanner.is_some()
    }

    /// Whether text at a place of base64 is one: not within another.
    pub(super) fn may_open(&self) -> bool {
        !self.running
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    pub(super) fn reset(&mut self) {
        self.scanner = None;
        self.broken = false;
    }
}

impl Collector<'_> {
    pub(super) fn nested_start(&mut self) {
        let nested = &mut self.document.nested;
        nested.scanner = Some(Box::new(Scanner::new()));
        nested.bits = 0;
        nested.waiting = 0;
    }

    /// A piece of base64.
    pub(super) fn nested(&mut self, bytes: &[u8]) {
        let Some(mut scanner) = self.document.nested.scanner.take() else {
            return;
        };
        let (mut bits, mut waiting) = (self.document.nested.bits, self.document.nested.waiting);
        self.document.nested.running = true;
        let mut decoded = [0; 48];
        for piece in bytes.chunks(64) {
            let mut len = 0;
            for &byte in piece {
                let Some(value) = six_bits(byte) else {
                    continue;
                };
                bits = bits << 6 | u32::from(value);
                waiting += 6;
                if waiting >= 8
                    && let Some(slot) = decoded.get_mut(len)
                {
                    waiting -= 8;
                    *slot = (bits >> waiting) as u8;
                    len += 1;
                }
            }
            scanner.feed(
                &self.table.paths,
                decoded.get(..len).unwrap_or_default(),
                self,
            );
        }
        let nested = &mut self.document.nested;
        (nested.bits, nested.waiting) = (bits, waiting);
        nested.scanner = Some(scanner);
        nested.running = false;
    }

    pub(super) fn nested_end(&mut self) {
        if let Some(mut scanner) = self.document.nested.scanner.take() {
            scanner.finish(self);
            self.document.nested.broken |= !scanner.is_complete();
        }
    }
}

fn six_bits(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}
