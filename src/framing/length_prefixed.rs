//! AG-UI's protobuf: messages behind their length in four bytes, big-endian.

use super::Documents;
use crate::find::cut;

/// Rewrites each message into the JSON of the same event, as far as it says
/// what was generated. So there is one set of rules for both encodings, and a
/// browser that never meets protobuf pays for none of it.
#[derive(Debug)]
pub(crate) struct LengthPrefixed {
    /// Bytes of the length that have come, and the length.
    prefix: u8,
    left: u32,
    /// The message's beginning. Generated text is short; what it is and whether
    /// there is any stands in the first bytes of longer ones, too.
    message: Vec<u8>,
}

const MAX_MESSAGE: usize = 4096;

impl LengthPrefixed {
    pub(crate) fn new() -> Self {
        Self {
            prefix: 0,
            left: 0,
            message: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8], offset: u64, documents: &mut dyn Documents) {
        let mut rest = bytes;
        while let [byte, tail @ ..] = rest {
            if self.prefix < 4 {
                self.left = self.left << 8 | u32::from(*byte);
                self.prefix += 1;
                rest = tail;
            } else {
                let (piece, tail) = cut(rest, rest.len().min(self.left as usize));
                let room = MAX_MESSAGE - self.message.len().min(MAX_MESSAGE);
                self.message
                    .extend_from_slice(piece.get(..room).unwrap_or(piece));
                self.left -= piece.len() as u32;
                rest = tail;
            }
            if self.prefix == 4 && self.left == 0 {
                rewrite(&self.message, documents);
                documents.complete(offset + (bytes.len() - rest.len()) as u64, None);
                self.message.clear();
                self.prefix = 0;
            }
        }
    }
}

type Fields = &'static [(u32, &'static [u8])];

/// Names of the events by their number in the protocol's `oneof`, and of the
/// fields that matter with theirs.
const EVENTS: [(u32, &[u8], Fields); 9] = [
    (1, b"TEXT_MESSAGE_START", &[(2, b"messageId"), (3, b"role")]),
    (2, b"TEXT_MESSAGE_CONTENT", &[(3, b"delta")]),
    (4, b"TOOL_CALL_START", &[]),
    (5, b"TOOL_CALL_ARGS", &[]),
    (12, b"RUN_STARTED", &[(3, b"runId")]),
    (13, b"RUN_FINISHED", &[]),
    (14, b"RUN_ERROR", &[(2, b"code")]),
    (17, b"TEXT_MESSAGE_CHUNK", &[(4, b"delta")]),
    (18, b"TOOL_CALL_CHUNK", &[]),
];

fn rewrite(message: &[u8], documents: &mut dyn Documents) {
    let Some((number, event, _)) = field(message) else {
        return;
    };
    documents.payload(b"{\"type\":\"");
    let found = EVENTS.iter().find(|(known, ..)| *known == number);
    let Some((_, name, fields)) = found else {
        documents.payload(b"OTHER\"}");
        return;
    };
    documents.payload(name);
    documents.payload(b"\"");
    let mut rest = event;
    while let Some((number, value, tail)) = field(rest) {
        if let Some((_, key)) = fields.iter().find(|(known, _)| *known == number) {
            documents.payload(b",\"");
            documents.payload(key);
            documents.payload(b"\":\"");
            for &byte in value {
                match byte {
                    b'"' | b'\\' => documents.payload(&[b'\\', byte]),
                    b'\n' => documents.payload(b"\\n"),
                    byte => documents.payload(&[byte]),
                }
            }
            documents.payload(b"\"");
        }
        rest = tail;
    }
    documents.payload(b"}");
}

/// Number and value of a length-delimited field, and what comes after; other
/// fields are passed over. A value that was cut short is given as far as it is.
fn field(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let mut rest = bytes;
    loop {
        let (tag, tail) = varint(rest)?;
        rest = match tag & 7 {
            0 => varint(tail)?.1,
            1 => tail.get(8..)?,
            2 => {
                let (len, tail) = varint(tail)?;
                let len = usize::try_from(len).ok()?.min(tail.len());
                let (value, tail) = cut(tail, len);
                return Some((u32::try_from(tag >> 3).ok()?, value, tail));
            }
            5 => tail.get(4..)?,
            _ => return None,
        };
    }
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * index).min(63);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(index + 1..).unwrap_or_default()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::Framer;
    use super::super::collected::collect;
    use super::LengthPrefixed;

    fn delimited(number: u8, value: &[u8]) -> Vec<u8> {
        let mut bytes = vec![number << 3 | 2, value.len() as u8];
        bytes.extend(value);
        bytes
    }

    fn message(number: u8, fields: &[(u8, &str)]) -> Vec<u8> {
        // The base event: its type and a timestamp.
        let mut event = delimited(1, &[0x08, 0x01, 0x10, 0x80, 0x01]);
        for (number, value) in fields {
            event.extend(delimited(*number, value.as_bytes()));
        }
        let event = delimited(number, &event);
        let mut bytes = (event.len() as u32).to_be_bytes().to_vec();
        bytes.extend(event);
        bytes
    }

    #[test]
    fn messages_become_the_json_of_the_same_event() {
        let mut body = message(12, &[(2, "thread"), (3, "run")]);
        body.extend(message(2, &[(2, "id"), (3, "say \"hi\"\n")]));
        body.extend(message(9, &[]));
        let first = 4 + u64::from(body[3]);
        let got = collect(&|| Framer::LengthPrefixed(LengthPrefixed::new()), &[&body]);
        assert_eq!(
            got.payloads(),
            [
                r#"{"type":"RUN_STARTED","runId":"run"}"#,
                r#"{"type":"TEXT_MESSAGE_CONTENT","delta":"say \"hi\"\n"}"#,
                r#"{"type":"OTHER"}"#,
            ]
        );
        assert_eq!(got.documents[0].2, first);
    }

    #[test]
    fn nonsense_is_no_event() {
        let body = [0, 0, 0, 3, 0xff, 0xff, 0xff, 0, 0, 0, 0];
        let got = collect(&|| Framer::LengthPrefixed(LengthPrefixed::new()), &[&body]);
        assert_eq!(got.payloads(), ["", ""]);
    }
}
