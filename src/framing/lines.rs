//! One document per line: NDJSON, and the AI SDK's data stream.

use super::Documents;
use crate::find::{cut, find2};
use crate::json::Short;

/// Splits at LF and, for FastChat, at NUL. A CR before it is white space to
/// JSON. Empty lines are keep-alive and no documents.
#[derive(Debug)]
pub(crate) struct Lines {
    /// Each line begins with a code and a colon, which become its name.
    coded: bool,
    /// The code, until the colon has come.
    code: Short<24>,
    in_value: bool,
    has_content: bool,
}

impl Lines {
    pub(crate) fn new(coded: bool) -> Self {
        Self {
            coded,
            code: Short::EMPTY,
            in_value: false,
            has_content: false,
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8], offset: u64, documents: &mut dyn Documents) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = find2(rest, b'\n', 0).unwrap_or(rest.len());
            let (line, after) = cut(rest, end);
            self.line(line, documents);
            let [_, tail @ ..] = after else { return };
            self.line_end(offset + (bytes.len() - tail.len()) as u64, documents);
            rest = tail;
        }
    }

    /// The body closed: a last line needs no end.
    pub(crate) fn finish(&mut self, offset: u64, documents: &mut dyn Documents) {
        self.line_end(offset, documents);
    }

    fn line(&mut self, piece: &[u8], documents: &mut dyn Documents) {
        let mut rest = piece;
        while self.coded
            && !self.in_value
            && let [byte, tail @ ..] = rest
        {
            rest = tail;
            match (self.code.get(), byte) {
                ([_, ..], b':') => {
                    let mut name = Short::<32>::EMPTY;
                    name.push(b"v1:");
                    name.push(self.code.get());
                    documents.name(name.get());
                    self.in_value = true;
                    self.has_content = true;
                }
                _ => self.code.push(&[*byte]),
            }
        }
        if !rest.is_empty() {
            self.has_content |= !rest.trim_ascii().is_empty();
            documents.payload(rest);
        }
    }

    fn line_end(&mut self, past: u64, documents: &mut dyn Documents) {
        if self.has_content {
            documents.complete(past, None);
        } else {
            documents.discard();
        }
        self.code.clear();
        self.in_value = false;
        self.has_content = false;
    }
}

#[cfg(test)]
mod tests {
    use super::super::Framer;
    use super::super::collected::{Collected, collect};
    use super::Lines;

    fn lines(coded: bool, body: &str) -> Collected {
        collect(&|| Framer::Lines(Lines::new(coded)), &[body.as_bytes()])
    }

    #[test]
    fn each_line_is_a_document_and_the_last_needs_no_end() {
        let got = lines(false, "{\"a\":1}\n\n{\"a\":2}\r\n  \n{\"a\":3}\0{\"a\":4}");
        assert_eq!(
            got.payloads(),
            ["{\"a\":1}", "{\"a\":2}\r", "{\"a\":3}", "{\"a\":4}"]
        );
        let ends: Vec<u64> = got.documents.iter().map(|document| document.2).collect();
        assert_eq!(ends, [8, 18, 29, 36]);
        assert_eq!(lines(false, "{}\n").documents.len(), 1);
    }

    #[test]
    fn a_code_names_its_line() {
        let got = lines(true, "f:{\"messageId\":\"m\"}\n0:\"Hi: \"\n\n0:\"\"");
        let names: Vec<_> = got
            .documents
            .iter()
            .map(|document| document.0.as_str())
            .collect();
        assert_eq!(names, ["v1:f", "v1:0", "v1:0"]);
        assert_eq!(
            got.payloads(),
            ["{\"messageId\":\"m\"}", "\"Hi: \"", "\"\""]
        );
    }
}
