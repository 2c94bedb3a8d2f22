//! JSON documents end to end: the elements of one array, or simply one after
//! the other, in as many lines as they like.

use super::Documents;

/// Finds the ends of objects by their braces. Gemini without `alt=sse` sends an
/// array whose elements are flushed one at a time; an element is complete at
/// its brace, since the comma comes with the next one.
#[derive(Debug, Default)]
pub(crate) struct JsonSequence {
    /// Open containers of the document that runs.
    depth: u64,
    in_string: bool,
    escaped: bool,
    in_array: bool,
    /// The array is closed.
    closed: bool,
}

impl JsonSequence {
    pub(crate) fn in_array(&self) -> bool {
        self.in_array
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    pub(crate) fn push(&mut self, bytes: &[u8], offset: u64, documents: &mut dyn Documents) {
        let mut from = 0;
        for (at, &byte) in bytes.iter().enumerate() {
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'[' if self.depth == 0 => self.in_array = true,
                b']' if self.depth == 0 => self.closed = self.in_array,
                b'{' | b'[' => {
                    if self.depth == 0 {
                        from = at;
                    }
                    self.depth += 1;
                }
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        documents.payload(bytes.get(from..=at).unwrap_or_default());
                        documents.complete(offset + at as u64 + 1, None);
                        from = bytes.len();
                    }
                }
                _ => {}
            }
        }
        if self.depth > 0 {
            documents.payload(bytes.get(from..).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Framer;
    use super::super::collected::{Collected, collect};
    use super::JsonSequence;

    fn sequence(body: &str) -> Collected {
        collect(
            &|| Framer::JsonSequence(JsonSequence::default()),
            &[body.as_bytes()],
        )
    }

    #[test]
    fn an_element_is_complete_at_its_brace() {
        let got = sequence("[{\n \"a\": [1, \"]}\\\"\"]\n}\n,\r\n{\"b\": {}}\n]");
        assert_eq!(
            got.payloads(),
            ["{\n \"a\": [1, \"]}\\\"\"]\n}", "{\"b\": {}}"]
        );
        assert_eq!(got.documents[0].2, 22);
    }

    #[test]
    fn documents_need_no_array_and_no_lines() {
        assert_eq!(
            sequence("{\n\"a\": 1\n}{\"b\":2}\n").payloads(),
            ["{\n\"a\": 1\n}", "{\"b\":2}"]
        );
        assert_eq!(sequence("[{\"a\":1}, {\"b\":").payloads(), ["{\"a\":1}"]);
    }

    #[test]
    fn brackets_out_of_place_do_no_harm() {
        assert_eq!(sequence("]}}] \"{\" {\"a\":1}").documents.len(), 1);
    }
}
