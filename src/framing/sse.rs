//! Server-sent events, to the letter of
//! [WHATWG HTML §9.2.6](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).

use super::Documents;
use crate::decimal;
use crate::find::{cut, find2};
use crate::json::Short;
use crate::millis::Millis;

/// What the bytes belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Nothing yet: a line begins.
    Start,
    /// A field's name.
    Field,
    /// Right after the colon, where one space is not part of the value.
    Space,
    Data,
    Event,
    /// Older llama.cpp's errors are a field of their own; this may be one.
    Error,
    Comment,
    /// A field that says nothing about the answer.
    Other,
}

pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Longest name of a field that counts: `event`, and one byte more to tell
/// longer ones.
const FIELD: usize = 6;

/// Splits a body into events. Values are handed on as they come; of a line
/// nothing is kept but a short name.
#[derive(Debug)]
pub(crate) struct Sse {
    part: Part,
    /// Bytes of the byte order mark seen; all of them once it is settled.
    bom: usize,
    /// The last byte was CR: a LF right after it belongs to it.
    cr: bool,
    /// The last line ended with CR LF.
    crlf: bool,
    field: Short<FIELD>,
    /// What the value is of, once the space is dealt with.
    value: Part,
    event: Short<64>,
    comment: Short<48>,
    has_data: bool,
    /// It has a name that came after its data.
    late: bool,
    /// Offset just past the last line of data.
    past: u64,
    /// The block that runs is JSON without any field; see [`Self::is_bare`].
    bare: bool,
    /// There was a field of any kind since the last blank line.
    has_field: bool,
    /// There was anything at all since the last blank line.
    has_line: bool,
    /// The stamp in the block that runs, and the one that waits for an event.
    stamp: Option<Millis>,
    waiting: Option<Millis>,
}

impl Sse {
    pub(crate) fn new() -> Self {
        Self {
            part: Part::Start,
            bom: 0,
            cr: false,
            crlf: false,
            field: Short::EMPTY,
            value: Part::Other,
            event: Short::EMPTY,
            comment: Short::EMPTY,
            has_data: false,
            late: false,
            past: 0,
            bare: false,
            has_field: false,
            has_line: false,
            stamp: None,
            waiting: None,
        }
    }

    /// The body ended at `offset`.
    pub(crate) fn finish(&mut self, offset: u64, documents: &mut dyn Documents) {
        // What was written without its blank line is dropped by the standard, and
        // shown by most clients. Half a document is never complete.
        if self.bare || self.has_data && documents.is_whole() {
            self.complete(offset, documents);
        } else {
            documents.discard();
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8], offset: u64, documents: &mut dyn Documents) {
        let mut rest = self.skip_bom(bytes, documents);
        while let [byte, tail @ ..] = rest {
            if self.cr {
                self.cr = false;
                self.crlf = *byte == b'\n';
                if self.crlf {
                    rest = tail;
                    continue;
                }
            }
            let end = find2(rest, b'\r', b'\n').unwrap_or(rest.len());
            let (line, after) = cut(rest, end);
            if !line.is_empty() {
                self.line(line, documents);
            }
            let [stop, tail @ ..] = after else { return };
            let past = offset + (bytes.len() - tail.len()) as u64;
            self.line_end(past, *stop == b'\r', documents);
            rest = tail;
        }
    }

    /// One byte order mark at the very start is no part of the stream. Its
    /// bytes may come one at a time; if they turn out to be something else,
    /// they begin a field nobody knows.
    fn skip_bom<'a>(&mut self, bytes: &'a [u8], documents: &mut dyn Documents) -> &'a [u8] {
        let mut rest = bytes;
        while self.bom < BOM.len()
            && let [byte, tail @ ..] = rest
        {
            if BOM.get(self.bom) != Some(byte) {
                if self.bom > 0 {
                    self.line(BOM, documents);
                }
                self.bom = BOM.len();
                break;
            }
            self.bom += 1;
            rest = tail;
        }
        rest
    }

    /// A piece of a line, without its end.
    fn line(&mut self, piece: &[u8], documents: &mut dyn Documents) {
        let mut rest = piece;
        if self.part == Part::Start && self.is_bare(rest, documents) {
            self.part = Part::Data;
        }
        if matches!(self.part, Part::Start | Part::Field) {
            // Nearly always; to look for the colon byte by byte takes longer.
            let colon = if rest.starts_with(b"data:") {
                Some(4)
            } else if rest.starts_with(b"event:") {
                Some(5)
            } else {
                rest.iter().position(|&byte| byte == b':')
            };
            let Some(colon) = colon else {
                if self.part == Part::Start {
                    self.has_line = true;
                    self.field.clear();
                    self.part = Part::Field;
                }
                self.field.push(rest);
                return;
            };
            let (name, value) = cut(rest, colon);
            if self.part == Part::Start {
                self.has_line = true;
                self.start_value(name, documents);
            } else {
                self.field.push(name);
                let field = self.field;
                self.start_value(field.get(), documents);
            }
            self.part = Part::Space;
            rest = value.get(1..).unwrap_or_default();
        }
        if self.part == Part::Space
            && let [byte, tail @ ..] = rest
        {
            self.part = self.value;
            if *byte == b' ' {
                rest = tail;
            }
        }
        if self.part == Part::Error && !rest.is_empty() {
            self.part = Part::Other;
            if rest.starts_with(b"{") {
                self.end_whole(documents);
                documents.name(b"error");
                self.has_data = true;
                self.part = Part::Data;
            }
        }
        match self.part {
            Part::Data if !rest.is_empty() => documents.payload(rest),
            Part::Event => self.event.push(rest),
            Part::Comment => self.comment.push(rest),
            _ => {}
        }
    }

    /// Whether a line is one of JSON without any field. To the standard it says
    /// nothing; but servers that fail within a stream write their error like
    /// that, the last thing before they close
    /// ([Gemini's client](https://github.com/googleapis/js-genai/blob/main/src/_api_client.ts)
    /// looks for it, too), and apps put this type on lines of JSON, as the SDKs'
    /// `toReadableStream()` gives them. So it ends with the line that makes it
    /// whole. No line that says something begins with a brace.
    fn is_bare(&mut self, line: &[u8], documents: &mut dyn Documents) -> bool {
        if !self.bare {
            self.bare = !self.has_line && line.starts_with(b"{");
            self.has_data |= self.bare;
        } else if line
            .iter()
            .take(1)
            .any(|&byte| byte.is_ascii_alphabetic() || byte == b':')
        {
            documents.discard();
            self.bare = false;
            self.has_data = false;
        } else {
            documents.payload(b"\n");
        }
        self.has_line |= self.bare;
        self.has_field |= self.bare;
        self.bare
    }

    /// The field's name is complete.
    fn start_value(&mut self, field: &[u8], documents: &mut dyn Documents) {
        self.has_field |= !field.is_empty();
        self.value = match field {
            b"" => {
                self.comment.clear();
                Part::Comment
            }
            b"data" => {
                self.end_whole(documents);
                if self.has_data {
                    documents.payload(b"\n");
                } else if !self.event.get().is_empty() {
                    documents.name(self.event.get());
                }
                self.has_data = true;
                Part::Data
            }
            b"event" => {
                self.event.clear();
                Part::Event
            }
            b"error" => Part::Error,
            _ => Part::Other,
        };
    }

    /// Whole JSON does not go on. Servers leave out the blank line where their
    /// page's code goes by lines.
    fn end_whole(&mut self, documents: &mut dyn Documents) {
        if self.has_data && documents.is_whole() {
            documents.complete(self.past, self.waiting.take());
            self.has_data = false;
            self.late = false;
        }
    }

    fn line_end(&mut self, past: u64, is_cr: bool, documents: &mut dyn Documents) {
        if self.part == Part::Data {
            self.past = past;
        }
        match self.part {
            Part::Start => {
                // The LF of a last CR LF may still be under way. Waiting for it
                // would make the event late by a read, so it is foreseen from
                // the line before.
                let past = past + u64::from(is_cr && self.crlf);
                self.blank_line(past, documents);
            }
            // No colon: all of the line is the name, and the value is empty.
            Part::Field => {
                let field = self.field;
                self.start_value(field.get(), documents);
            }
            _ => {}
        }
        match if self.part == Part::Space {
            self.value
        } else {
            self.part
        } {
            Part::Comment => self.stamp = stamp(self.comment.get()).or(self.stamp),
            Part::Event => self.late = self.has_data,
            _ => {}
        }
        if self.bare && documents.is_whole() {
            self.blank_line(past + u64::from(is_cr && self.crlf), documents);
        }
        self.part = Part::Start;
        self.cr = is_cr;
        if !is_cr {
            self.crlf = false;
        }
    }

    fn complete(&mut self, past: u64, documents: &mut dyn Documents) {
        if self.late {
            documents.name(self.event.get());
        }
        documents.complete(past, self.waiting.take());
    }

    fn blank_line(&mut self, past: u64, documents: &mut dyn Documents) {
        if self.has_data {
            self.complete(past, documents);
        } else if self.has_line {
            // A stamp is alone in its block and directly before its event:
            // anything between them is in its way.
            self.waiting = self.stamp.filter(|_| !self.has_field);
            if let Some(stamp) = self.waiting {
                documents.stamp(stamp);
            }
        }
        self.event.clear();
        self.late = false;
        self.has_data = false;
        self.bare = false;
        self.has_field = false;
        self.has_line = false;
        self.stamp = None;
    }
}

/// The server's clock in a comment such as `ttft write;dur=231.4`.
fn stamp(comment: &[u8]) -> Option<Millis> {
    let params = comment.strip_prefix(b"ttft write;")?;
    let dur = params
        .split(|&byte| byte == b';')
        .find_map(|param| param.strip_prefix(b"dur="))?;
    let micros = decimal::scaled(dur.trim_ascii(), 3)?;
    (micros >= 0).then_some(Millis::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use super::super::Framer;
    use super::super::collected::{Collected, collect};
    use super::{Millis, Sse};

    fn sse(chunks: &[&[u8]]) -> Collected {
        collect(&|| Framer::Sse(Sse::new()), chunks)
    }

    fn payloads(chunks: &[&[u8]]) -> Vec<String> {
        sse(chunks).payloads()
    }

    #[test]
    fn comments_do_not_split_an_event() {
        // web-platform-tests/eventsource/format-comments.any.js
        let long = "x".repeat(2049);
        let stream =
            format!("data:1\r:\0\n:\r\ndata:2\n:{long}\rdata:3\n:data:fail\r:{long}\ndata:4\n\n");
        assert_eq!(payloads(&[stream.as_bytes()]), ["1\n2\n3\n4"]);
    }

    #[test]
    fn an_event_without_its_blank_line_is_dropped() {
        let long = "x".repeat(2049);
        let first = format!(
            "data:1\r\r:\0\n:\r\ndata:2\n\n:{long}\rdata:3\n\n:data:fail\r:{long}\ndata:4\n\n"
        );
        assert_eq!(
            payloads(&[first.as_bytes(), b"data:5"]),
            ["1", "2", "3", "4"]
        );
        assert_eq!(
            payloads(&[b"retry:1000\ndata:test1\n\nid:test\ndata:test2"]),
            ["test1"]
        );
    }

    #[test]
    fn a_data_field_without_a_value_is_an_empty_line() {
        assert_eq!(
            payloads(&[b"data:\n\ndata\ndata\n\ndata:test\n\n"]),
            ["", "\n", "test"]
        );
    }

    #[test]
    fn one_byte_order_mark_is_skipped() {
        assert_eq!(payloads(&[b"\xef\xbb\xbfdata:1\n\n"]), ["1"]);
        assert_eq!(payloads(&[b"\xef", b"\xbb", b"\xbfdata: x\n\n"]), ["x"]);
        // A second one is part of a field's name, which nobody knows then.
        let two = b"\xef\xbb\xbf\xef\xbb\xbfdata:1\n\ndata:2\n\ndata:3\n\n";
        assert_eq!(payloads(&[two]), ["2", "3"]);
        assert_eq!(payloads(&[b"\xef\xbbdata:1\n\ndata:2\n\n"]), ["2"]);
    }

    #[test]
    fn lines_end_with_any_mix_of_cr_and_lf() {
        let split: [&[u8]; 5] = [b"data: A\r\n", b"data: B\r", b"\n", b"data: C\r\n", b"\n"];
        assert_eq!(payloads(&split), ["A\nB\nC"]);
        let mix = b"data: cr\r\rdata: lf\n\ndata: crlf\r\n\r\n";
        assert_eq!(payloads(&[mix]), ["cr", "lf", "crlf"]);
        assert_eq!(payloads(&[b"da", b"ta: hel", b"lo\n\n"]), ["hello"]);
    }

    #[test]
    fn only_cr_and_lf_end_a_line() {
        assert_eq!(payloads(&[b"data:\0\n\n"]), ["\0"]);
        assert_eq!(
            payloads(&["data: {\"content\":\"\u{2028}\"}\n\n".as_bytes()]),
            ["{\"content\":\"\u{2028}\"}"]
        );
        let russian = "data: \u{438}\u{437}\u{432}\n\n".as_bytes();
        let (left, right) = russian.split_at(7);
        assert_eq!(payloads(&[left, right]), ["\u{438}\u{437}\u{432}"]);
    }

    #[test]
    fn a_document_may_be_split_over_data_lines() {
        let stream = b"event: ping\ndata: {\ndata: \"foo\":\ndata: \ndata:\ndata: true}\n\n\n";
        let got = sse(&[stream]);
        assert_eq!(got.payloads(), ["{\n\"foo\":\n\n\ntrue}"]);
        assert_eq!(got.documents[0].0, "ping");
    }

    #[test]
    fn exactly_one_space_is_no_part_of_the_value() {
        assert_eq!(payloads(&[b"data:foo\n\ndata:  foo\n\n"]), ["foo", " foo"]);
    }

    #[test]
    fn the_name_may_come_after_the_data_and_lasts_for_one_event() {
        let got = sse(&[b"data: 1\nid: 7\nevent: late\n\nevent:\ndata: 2\n\n"]);
        let names: Vec<_> = got
            .documents
            .iter()
            .map(|document| document.0.as_str())
            .collect();
        assert_eq!(names, ["late", ""]);
        assert_eq!(got.payloads(), ["1", "2"]);
        // An event without data is none, and its name is forgotten.
        let got = sse(&[b"event: alone\n\ndata: x\n\n"]);
        assert_eq!(got.documents[0].0, "");
    }

    #[test]
    fn unknown_fields_and_bad_ids_change_nothing() {
        assert_eq!(
            payloads(&[b"id: 123\nid: bad\0id\ndata: hello\n\n"]),
            ["hello"]
        );
        assert_eq!(
            payloads(&[b"datas: no\nDATA: no\n data: no\ndata: yes\n\n"]),
            ["yes"]
        );
        assert_eq!(payloads(&[b"\n\n\r\n\ndata: x\n\n"]), ["x"]);
    }

    #[test]
    fn json_without_a_field_is_an_event() {
        let error = "data: a\n\n{\n \"error\": {\n  \"code\": 503\n }\n}";
        assert_eq!(
            payloads(&[error.as_bytes()]),
            ["a", "{\n \"error\": {\n  \"code\": 503\n }\n}"]
        );
        assert_eq!(
            payloads(&[b"{\"error\":1}\n\ndata: a\n\n"]),
            ["{\"error\":1}", "a"]
        );
        assert_eq!(
            payloads(&[b"{\"a\":1}\n{\"a\":2}\r\n\r\n{\"a\":", b"3}", b"\n"]),
            ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"]
        );
        assert_eq!(
            payloads(&[b"{\"error\":1} \ndata: a\n\n"]),
            ["{\"error\":1} ", "a"]
        );
        assert_eq!(
            payloads(&[b"{\"error\": {\"code\":503}\n}\ndata: a\n\n"]),
            ["{\"error\": {\"code\":503}\n}", "a"]
        );
        // What has a field is read as the standard says.
        assert_eq!(payloads(&[b"{\ndata: a\n\n"]), ["a"]);
        assert_eq!(payloads(&[b"{\n:\n\n"]), [""; 0]);
        assert_eq!(payloads(&[b"data: a\n{}\n\n"]), ["a"]);
        assert_eq!(payloads(&[b"event: x\n{}\n\ndata: b\n\n"]), ["b"]);
    }

    #[test]
    fn ends_lie_past_the_whole_terminator() {
        let ends = |stream: &[u8]| -> Vec<u64> {
            sse(&[stream])
                .documents
                .iter()
                .map(|document| document.2)
                .collect()
        };
        assert_eq!(ends(b"data: a\n\ndata: b\n\n"), [9, 18]);
        assert_eq!(ends(b"data: a\r\n\r\ndata: b\r\n\r\n"), [11, 22]);
        assert_eq!(ends(b"data: a\r\rdata: b\r\r"), [9, 18]);
    }

    #[test]
    fn a_crlf_event_does_not_wait_for_its_last_byte() {
        let mut framer = Sse::new();
        let mut got = Collected::default();
        framer.push(b"data: a\r\n\r", 0, &mut got);
        assert_eq!(got.documents.len(), 1);
        assert_eq!(got.documents[0].2, 11);
        framer.push(b"\ndata: b\r\n\r\n", 10, &mut got);
        assert_eq!(got.documents[1].2, 22);
    }

    #[test]
    fn a_stamp_belongs_to_the_event_right_after_it() {
        let ms = |micros| Some(Millis::from_micros(micros));
        let got = sse(&[b": ttft write;dur=0\n\n: ttft write;dur=231.4\n\ndata: a\n\ndata: b\n\n"]);
        assert_eq!(got.stamps.len(), 2);
        assert_eq!(got.stamps[0], Millis::ZERO);
        assert_eq!(got.documents[0].3, ms(231_400));
        assert_eq!(got.documents[1].3, None);
    }

    #[test]
    fn a_stamp_with_something_in_between_stands_alone() {
        let got = sse(&[b": ttft write;dur=5\n\n: keep-alive\n\ndata: a\n\n"]);
        assert_eq!((got.stamps.len(), got.documents[0].3), (1, None));
        let got = sse(&[b": ttft write;dur=5\n\nretry: 100\n\ndata: a\n\n"]);
        assert_eq!((got.stamps.len(), got.documents[0].3), (1, None));
        // Inside an event's block it is no stamp, nor is another comment one.
        let got =
            sse(&[b": ttft write;dur=5\ndata: a\n\n: ttft write;dur=-1\n\n: ttft\n\ndata: b\n\n"]);
        assert_eq!((got.stamps.len(), got.documents[0].3), (0, None));
        // The last word of a stream.
        assert_eq!(
            sse(&[b"data: a\n\n: ttft write;dur=9;x=1\n\n"])
                .stamps
                .len(),
            1
        );
    }
}
