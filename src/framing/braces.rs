//! Text that begins with a brace: lines of events, or an answer that is JSON
//! itself.

use super::lines::Lines;
use super::{Documents, Framer, PLAIN_TEXT, whole};
use crate::find::{cut, find2};

/// Kept of a first line: more than the head of an answer.
const KEPT: usize = 16 * 1024;

/// Nothing tells the two apart before the first line's end: structured answers
/// come as `text/plain`, as the AI SDK's `toTextStreamResponse()` sends them, and
/// so do lines whose server named no type. Then it is either a whole document or
/// it is text. A body that has no second line is text if no dialect knows it.
#[derive(Debug)]
pub(crate) struct Braces {
    lines: Lines,
    begun: Vec<u8>,
}

impl Braces {
    pub(super) fn new() -> Self {
        Self {
            lines: Lines::new(false),
            begun: Vec::new(),
        }
    }

    /// The next bytes. Returns what it turned out to be.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        offset: u64,
        documents: &mut dyn Documents,
    ) -> Option<Framer> {
        let Some(end) = find2(bytes, b'\n', 0) else {
            self.lines.push(bytes, offset, documents);
            let room = KEPT - self.begun.len();
            self.begun.extend_from_slice(cut(bytes, room).0);
            return None;
        };
        let (line, rest) = cut(bytes, end);
        self.lines.push(line, offset, documents);
        if !documents.is_whole() {
            self.text(offset, documents);
            whole(PLAIN_TEXT, bytes, offset, documents);
            return Some(Framer::Plain);
        }
        let mut lines = std::mem::replace(&mut self.lines, Lines::new(false));
        lines.push(rest, offset + end as u64, documents);
        Some(Framer::Lines(lines))
    }

    /// The body closed at `offset`. Returns whether it was text.
    pub(super) fn finish(&mut self, offset: u64, documents: &mut dyn Documents) -> bool {
        let is_text = !documents.is_known();
        if is_text {
            self.text(offset, documents);
        } else {
            self.lines.finish(offset, documents);
        }
        is_text
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
        for body in ["{\"a\":1}\n{\"a\":2}", "{\"a\":1}\r\n\r\n{\"a\":2}\n"] {
            let (head, tail) = body.as_bytes().split_at(3);
            let got = collect(&plain, &[head, tail]);
            assert_eq!(names(&got), ["", ""], "{body}");
        }
    }

    #[test]
    fn the_only_line_is_a_document_where_something_in_it_is_known() {
        let got = collect(&plain, &[b"{\"known\":1}"]);
        assert_eq!(names(&got), [""]);
    }

    #[test]
    fn all_else_is_text_and_what_came_before_is_one_piece() {
        for (pieces, ends) in [
            (&["{\"a\":", "1}"][..], &[7][..]),
            (&["{\n", "\"a\":", "1}"], &[2, 6, 8]),
            (&["{\"a\":", "[\n", "1]}"], &[5, 7, 10]),
            (&["{x"], &[2]),
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
