//! How answer and reasoning begin, for the search in the page.

use crate::answer::squeeze;

/// Letters and digits of an answer that are compared with texts in the page.
const HEAD: usize = 64;

/// The letters that answer or reasoning begin with, as far as they have come.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) letters: Vec<char>,
    /// Bytes of the text that they were taken from.
    bytes: usize,
    is_full: bool,
}

impl Head {
    /// Mostly nothing is new: it is full, or a chunk had none of its text.
    pub(super) fn follow<'a>(&mut self, bytes: usize, text: impl FnOnce() -> &'a str) {
        if self.is_full || self.bytes == bytes {
            return;
        }
        self.bytes = bytes;
        self.letters.clear();
        self.is_full = squeeze(text(), &mut self.letters, HEAD);
    }
}
