//! What the documents of a stream begin with.

use super::state::State;
use crate::dialect::{Table, Think};
use crate::find::{common, cut, find2};
use crate::json::Short;

/// So much of a document is compared with the one before.
const MAX: usize = 512;

/// A shorter beginning is read as fast as the state after it is put back.
const WORTH: usize = 24;

/// So many documents in a row may begin in another way.
const MISSES: u8 = 4;

/// Reads documents, and spares what begins them all.
///
/// From one token to the next a protocol repeats its id, its model, its time:
/// more than half of a document stands before its text and is the same each
/// time. That is compared, which is far faster than reading it, and the
/// state that it led to is put back. What follows the text is the same, too,
/// and mostly says nothing.
#[derive(Debug)]
pub(super) struct Prefix {
    /// What documents are read with beside their bytes. Where it differs, the
    /// same bytes lead elsewhere.
    name: Short<64>,
    think: Think,
    /// How the document began that others are compared with, up to its first
    /// text or to where others differ.
    bytes: Vec<u8>,
    /// What `bytes` led to; of use only where `marked`, and kept for its room.
    mark: Option<Box<State>>,
    marked: bool,
    /// What came after the string that the mark is in, where it said nothing.
    tail: Vec<u8>,
    doing: Doing,
    /// Bytes of the document that runs that are the same, and not read yet.
    matched: usize,
    /// Some document began like this.
    used: bool,
    /// How many in a row did not, since.
    misses: u8,
    /// How many beginnings in a row were of no use.
    useless: u8,
    /// Length of `bytes` at which the mark is set at the latest.
    limit: usize,
}

/// What is done with the document that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Reading,
    /// It is compared with another.
    Following,
    /// It is read, and others will be compared with it.
    Learning,
}

impl Prefix {
    pub(super) fn new() -> Self {
        Self {
            name: Short::EMPTY,
            think: Think::START,
            bytes: Vec::new(),
            mark: None,
            marked: false,
            tail: Vec::new(),
            doing: Doing::Reading,
            matched: 0,
            used: false,
            misses: 0,
            useless: 0,
            limit: 0,
        }
    }

    /// A document of this name begins, in that state of the stream. Whether it is
    /// compared with those before; their state begins it then.
    pub(super) fn follows(&mut self, name: &Short<64>, think: Think) -> bool {
        let follows = self.marked && self.think == think && self.name == *name;
        if follows {
            self.matched = 0;
            self.doing = Doing::Following;
        }
        follows
    }

    /// The same, and it does not follow them.
    pub(super) fn begin(&mut self, name: &Short<64>, think: Think) {
        let passes = self.name != *name;
        // Pings go by. What differs in more than its name, the stream's state,
        // will never be as it was.
        if !(passes && self.tolerate()) {
            self.learn(0);
            self.name = *name;
            self.think = think;
        }
    }

    /// Its next bytes.
    pub(super) fn feed(&mut self, table: &Table, state: &mut State, bytes: &[u8]) {
        let mut rest = bytes;
        if self.doing == Doing::Following {
            let known = self.bytes.get(self.matched..).unwrap_or_default();
            let same = common(known, bytes);
            self.matched += same;
            (_, rest) = cut(bytes, same);
            match &self.mark {
                Some(mark) if self.matched == self.bytes.len() => {
                    state.copy(mark);
                    self.doing = Doing::Reading;
                    self.used = true;
                    self.misses = 0;
                    return self.rest(table, state, rest);
                }
                _ if rest.is_empty() => return,
                _ => self.leave(table, state),
            }
        }
        self.read(table, state, rest);
    }

    /// The document goes on unlike the other, or ends: what was only compared
    /// is read.
    pub(super) fn leave(&mut self, table: &Table, state: &mut State) {
        if self.doing != Doing::Following {
            return;
        }
        state.begin(table, self.name.get(), self.think);
        let known = std::mem::take(&mut self.bytes);
        let (same, _) = cut(&known, self.matched);
        if self.tolerate() {
            state.feed(table, same);
            self.bytes = known;
            return;
        }
        // Two numbers may begin with the same digits: what all documents share
        // ends before them.
        let value = same.iter().rposition(|byte| matches!(byte, b'"' | b':'));
        self.learn(value.map_or(0, |at| at + 1));
        self.read(table, state, same);
    }

    /// Counts a document unlike the others; whether that leaves them their
    /// beginning.
    fn tolerate(&mut self) -> bool {
        self.doing = Doing::Reading;
        self.misses = self.misses.saturating_add(1);
        self.used && self.misses <= MISSES
    }

    /// Others are compared with the document that runs, which has `shared`
    /// bytes in common with the one before.
    fn learn(&mut self, shared: usize) {
        self.doing = Doing::Learning;
        self.useless = if self.used {
            0
        } else {
            self.useless.saturating_add(1)
        };
        // A first document is like no other. If the next two differ as well,
        // they always will.
        self.limit = if self.useless > 2 && shared >= WORTH {
            self.useless = 0;
            shared
        } else {
            MAX
        };
        self.used = false;
        self.misses = 0;
        self.marked = false;
        self.bytes.clear();
        self.tail.clear();
    }

    fn read(&mut self, table: &Table, state: &mut State, bytes: &[u8]) {
        if self.doing != Doing::Learning {
            return state.feed(table, bytes);
        }
        let (near, _) = cut(bytes, self.limit - self.bytes.len());
        let text = state.feed_to_text(table, near);
        let (read, rest) = cut(bytes, text.unwrap_or(near.len()));
        self.bytes.extend_from_slice(read);
        if text.is_some() || self.bytes.len() == self.limit {
            self.doing = Doing::Reading;
            if self.bytes.len() >= WORTH {
                self.marked = true;
                match &mut self.mark {
                    Some(mark) => mark.copy(state),
                    None => self.mark = Some(Box::new(state.clone())),
                }
            }
            state.feed(table, rest);
        }
    }

    /// What follows the mark: mostly a text, and then the same fields again
    /// that are null or of no interest.
    fn rest(&mut self, table: &Table, state: &mut State, bytes: &[u8]) {
        let quote = state.scanner.is_in_value().then(|| closing_quote(bytes));
        let Some((quote, plain)) = quote.flatten() else {
            return state.feed(table, bytes);
        };
        let (string, tail) = cut(bytes, quote + 1);
        if plain {
            state.end_string(table, cut(string, quote).0);
        } else {
            state.feed(table, string);
        }
        if tail == self.tail && !tail.is_empty() {
            return state.scanner.skip_rest();
        }
        state.document.touched = false;
        state.feed(table, tail);
        if !state.document.touched && state.scanner.is_complete() && tail.len() <= MAX {
            self.tail.clear();
            self.tail.extend_from_slice(tail);
        }
    }

    /// The document that runs is not one to compare others with.
    pub(super) fn forget(&mut self) {
        self.doing = Doing::Reading;
        self.marked = false;
    }
}

/// Where the quote is that ends a string, and whether nothing before it is
/// escaped.
fn closing_quote(bytes: &[u8]) -> Option<(usize, bool)> {
    let mut at = 0;
    let mut plain = true;
    loop {
        at += find2(bytes.get(at..)?, b'"', b'\\')?;
        if bytes.get(at) == Some(&b'"') {
            return Some((at, plain));
        }
        plain = false;
        at += 2;
    }
}
