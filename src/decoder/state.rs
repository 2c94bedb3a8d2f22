//! A document on its way: where in it the scanner is, and what it said.

use crate::dialect::{Collector, Document, Table, Think};
use crate::json::Scanner;

/// A document as far as it was read.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) scanner: Scanner,
    pub(super) document: Document,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            scanner: Scanner::new(),
            document: Document::new(),
        }
    }

    pub(super) fn collector<'a>(&'a mut self, table: &'a Table) -> Collector<'a> {
        Collector {
            table,
            document: &mut self.document,
        }
    }

    /// A document of this name begins, before which the stream's text was at
    /// `think`.
    pub(super) fn begin(&mut self, table: &Table, name: &[u8], think: Think) {
        self.scanner.reset();
        self.document.reset(think);
        if !name.is_empty() {
            self.collector(table).named(name);
        }
    }

    pub(super) fn feed(&mut self, table: &Table, bytes: &[u8]) {
        let Self { scanner, document } = self;
        let mut collector = Collector { table, document };
        scanner.feed(&table.paths, bytes, &mut collector);
    }

    /// Feeds as far as a text's first quote; see [`Scanner::feed_to_text`].
    pub(super) fn feed_to_text(&mut self, table: &Table, bytes: &[u8]) -> Option<usize> {
        let Self { scanner, document } = self;
        let mut collector = Collector { table, document };
        scanner.feed_to_text(&table.paths, bytes, &mut collector)
    }

    /// The string that runs ends with these characters, none of them escaped.
    pub(super) fn end_string(&mut self, table: &Table, characters: &[u8]) {
        let Self { scanner, document } = self;
        let mut collector = Collector { table, document };
        scanner.end_string(&table.paths, characters, &mut collector);
    }

    /// Becomes as `from` is.
    pub(super) fn copy(&mut self, from: &Self) {
        self.scanner = from.scanner;
        self.document.copy(&from.document);
    }
}
