//! Text that begins with a brace: lines of events, or an answer that is JSON
//! itself.

use super::lines::Lines;
use super::{Documents, Framer, Known, PLAIN_TEXT, whole};
use crate::find::{cut, find2};

/// Kept of a first line.
const KEPT: usize = 64 * 1024;

/// Nothing tells the two apart before the first line's end: structured answers
/// come as `text/plain`, as the AI SDK's `toTextStreamResponse()` sends them, and
/// so do lines whose server named no type. A first line that is no document is
/// text, and so is one that says nothing if no second line comes.
#[derive(Debug)]
pub(crate) struct Braces {
    lines: Lines,
    begun: Vec<u8>,
    /// The first line was a document, and said nothing.
    is_silent: bool,
}

impl Braces {
    pub(super) fn new() -> Self {
        Self {
            lines: Lines::new(false),
            begun: Vec::new(),
            is_silent: false,
        }
    }

    /// The next bytes. Returns what it turned out to be.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        offset: u64,
        documents: &mut dyn Documents,
    ) -> Option<Framer> {
        if self.is_silent {
            return self.second_line(bytes, offset, documents);
        }
        let Some(end) = find2(bytes, b'\n', 0) else {
            self.lines.push(bytes, offset, documents);
            self.keep(bytes);
            return None;
        };
        let (line, rest) = cut(bytes, end);
        self.lines.push(line, offset, documents);
        if !documents.is_document() {
            self.text(offset, documents);
            whole(PLAIN_TEXT, bytes, offset, documents);
            return Some(Framer::Plain);
        }
        let offset = offset + end as u64;
        if documents.is_known(Known::AtAll) {
            return Some(self.lines(rest, offset, documents));
        }
        self.is_silent = true;
        self.keep(line);
        self.second_line(rest, offset, documents)
    }

    /// A first line that says nothing is text as long as nothing follows it.
    fn second_line(
        &mut self,
        bytes: &[u8],
        offset: u64,
        documents: &mut dyn Documents,
    ) -> Option<Framer> {
        if bytes.iter().all(|byte| b" \t\r\n\0".contains(byte)) {
            self.lines.push(bytes, offset, documents);
            self.keep(bytes);
            return None;
        }
        Some(self.lines(bytes, offset, documents))
    }

    /// The body closed at `offset`. Returns whether it was text.
    pub(super) fn finish(&mut self, offset: u64, documents: &mut dyn Documents) -> bool {
        let is_text = self.is_silent || !documents.is_known(Known::ByDialect);
        if is_text {
            self.text(offset, documents);
        } else {
            self.lines.finish(offset, documents);
        }
        is_text
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = KEPT - self.begun.len();
        self.begun.extend_from_slice(cut(bytes, room).0);
    }

    fn lines(&mut self, rest: &[u8], offset: u64, documents: &mut dyn Documents) -> Framer {
        let mut lines = std::mem::replace(&mut self.lines, Lines::new(false));
        lines.push(rest, offset, documents);
        Framer::Lines(lines)
    }

    /// What came up to `end` is text.
    fn text(&mut self, end: u64, documents: &mut dyn Documents) {
        documents.discard();
        let begun = std::mem::take(&mut self.begun);
        if !begun.is_empty() {
            documents.name(PLAIN_TEXT.as_bytes());
            documents.payload(&begun);
            documents.complete(end, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::collected::{Collected, collect};
    use super::super::{Framer, Hints, PLAIN_TEXT};

    fn plain() -> Framer {
        Framer::new(&Hints {
            content_type: "text/plain",
            ..Hints::default()
        })
    }

    fn names(got: &Collected) -> Vec<&str> {
        let documents = got.documents.iter();
        documents.map(|(name, ..)| name.as_str()).collect()
    }

    #[test]
    fn a_first_line_that_is_a_document_begins_lines_however_it_is_cut() {
        for body in [
            "{\"a\":1}\n{\"a\":2}",
            "{\"a\":1}\r\n\r\n{\"a\":2}\n",
            "{\"known\":1}\n{\"a\":2}",
        ] {
            let (head, tail) = body.as_bytes().split_at(3);
            let got = collect(&plain, &[head, tail]);
            assert_eq!(names(&got), ["", ""], "{body}");
        }
    }

    #[test]
    fn the_only_line_is_a_document_where_something_in_it_is_known() {
        for body in ["{\"known\":1}", "{\"known\":1}\n", "{\"known\":1}\n \n"] {
            let got = collect(&plain, &[body.as_bytes()]);
            assert_eq!(names(&got), [""], "{body}");
        }
    }

    #[test]
    fn the_only_line_may_be_a_document_and_text_as_well() {
        let got = collect(&plain, &[b"{\"a\":", b"1}\n", b" \n"]);
        assert_eq!(names(&got), ["", PLAIN_TEXT]);
        assert_eq!(got.payloads(), ["{\"a\":1}", "{\"a\":1}\n \n"]);
        assert_eq!((got.documents[0].2, got.documents[1].2), (8, 10));
    }

    #[test]
    fn all_else_is_text_and_what_came_before_is_one_piece() {
        for (pieces, ends) in [
            (&["{\"a\":", "1}"][..], &[7][..]),
            (&["{\n", "\"a\":", "1}"], &[2, 6, 8]),
            (&["{\"a\":", "[\n", "1]}"], &[5, 7, 10]),
            (&["{x"], &[2]),
            (&["{\"a\":1}"], &[7]),
        ] {
            let mut framer = plain();
            let mut got = Collected::default();
            let mut offset = 0;
            for piece in pieces {
                framer.push(piece.as_bytes(), offset, &mut got);
                offset += piece.len() as u64;
            }
            framer.finish(offset, &mut got);
            assert_eq!(got.payloads().concat(), pieces.concat());
            assert!(names(&got).iter().all(|name| *name == PLAIN_TEXT));
            let found: Vec<u64> = got.documents.iter().map(|it| it.2).collect();
            assert_eq!(found, ends, "{pieces:?}");
        }
    }
}
