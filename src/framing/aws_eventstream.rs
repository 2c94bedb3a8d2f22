//! `application/vnd.amazon.eventstream`.
//!
//! A frame is, big-endian: its length, the length of its headers, the CRC-32 of
//! these eight bytes, headers, payload, and the CRC-32 of all before. The first
//! checksum is looked at before its lengths are believed, the last one before
//! the payload is: it is read as it comes, but judged only at the frame's end.

use super::Documents;
use super::crc32::Crc32;
use crate::find::cut;

const PRELUDE: usize = 12;
const CRC: u32 = 4;

/// Headers are short names and types; of longer ones the rest is skipped.
const MAX_HEADERS: usize = 1024;

#[derive(Debug)]
pub(crate) struct AwsEventStream {
    part: Part,
    /// Prelude, headers or final checksum, as far as they have come.
    buffer: Vec<u8>,
    /// Bytes of the part still to come.
    left: u32,
    payload: u32,
    crc: Crc32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Prelude,
    Headers,
    Payload,
    Checksum,
    /// A length or checksum was wrong, so nothing after it can be found.
    Broken,
}

impl AwsEventStream {
    pub(crate) fn new() -> Self {
        Self {
            part: Part::Prelude,
            buffer: Vec::new(),
            left: PRELUDE as u32,
            payload: 0,
            crc: Crc32::new(),
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8], offset: u64, documents: &mut dyn Documents) {
        let mut rest = bytes;
        loop {
            let (piece, tail) = cut(rest, rest.len().min(self.left as usize));
            rest = tail;
            self.left -= piece.len() as u32;
            match self.part {
                Part::Broken => return,
                Part::Payload => {
                    self.crc.update(piece);
                    if !piece.is_empty() {
                        documents.payload(piece);
                    }
                }
                Part::Prelude | Part::Headers | Part::Checksum => {
                    if self.part != Part::Checksum {
                        self.crc.update(piece);
                    }
                    let room = MAX_HEADERS - self.buffer.len().min(MAX_HEADERS);
                    self.buffer
                        .extend_from_slice(piece.get(..room).unwrap_or(piece));
                }
            }
            if self.left > 0 {
                return;
            }
            self.part_end(offset + (bytes.len() - rest.len()) as u64, documents);
        }
    }

    fn part_end(&mut self, past: u64, documents: &mut dyn Documents) {
        (self.part, self.left) = match self.part {
            Part::Prelude => match sound_prelude(&self.buffer) {
                Some((total, headers)) => {
                    self.payload = total - headers - PRELUDE as u32 - CRC;
                    (Part::Headers, headers)
                }
                None => (Part::Broken, 0),
            },
            Part::Headers => {
                read_headers(&self.buffer, documents);
                (Part::Payload, self.payload)
            }
            Part::Payload => (Part::Checksum, CRC),
            Part::Checksum => {
                if word(&self.buffer, 0).is_some_and(|sum| is_sum(sum, &self.crc)) {
                    documents.complete(past, None);
                    self.crc = Crc32::new();
                    (Part::Prelude, PRELUDE as u32)
                } else {
                    documents.discard();
                    (Part::Broken, 0)
                }
            }
            Part::Broken => (Part::Broken, 0),
        };
        self.buffer.clear();
        if self.part == Part::Broken {
            // Let `push` take everything that comes and do nothing with it.
            self.left = u32::MAX;
        }
    }
}

/// Total and header length, if the prelude is one: 12 bytes whose checksum is
/// right.
pub(super) fn sound_prelude(bytes: &[u8]) -> Option<(u32, u32)> {
    let (total, headers, sum) = (word(bytes, 0)?, word(bytes, 4)?, word(bytes, 8)?);
    let mut crc = Crc32::new();
    crc.update(bytes.get(..8)?);
    let fits = headers.checked_add(PRELUDE as u32 + CRC)? <= total;
    (is_sum(sum, &crc) && fits).then_some((total, headers))
}

/// A fuzzer guesses no checksums; to see what lies behind them it is let
/// through with every second wrong one.
fn is_sum(stated: u32, crc: &Crc32) -> bool {
    crc.finish() == stated || cfg!(fuzzing) && stated & 1 == 0
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes(word.try_into().ok()?))
}

/// Takes the event's type for its name, and tells of failures.
fn read_headers(bytes: &[u8], documents: &mut dyn Documents) {
    let mut rest = bytes;
    while let Some((name, value, tail)) = header(rest) {
        match name {
            b":event-type" => documents.name(value),
            b":exception-type" | b":error-code" => documents.failed(value),
            _ => {}
        }
        rest = tail;
    }
}

/// Name, value and what comes after; values that are no strings are empty.
fn header(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (&len, rest) = bytes.split_first()?;
    let (name, rest) = rest.split_at_checked(usize::from(len))?;
    let (&kind, rest) = rest.split_first()?;
    let len = match kind {
        0 | 1 => 0,
        2 => 1,
        3 => 2,
        4 => 4,
        5 | 8 => 8,
        9 => 16,
        6 | 7 => {
            let (len, rest) = rest.split_at_checked(2)?;
            let len = usize::from(u16::from_be_bytes(len.try_into().ok()?));
            let (value, rest) = rest.split_at_checked(len)?;
            return Some((name, if kind == 7 { value } else { b"" }, rest));
        }
        _ => return None,
    };
    let (_, rest) = rest.split_at_checked(len)?;
    Some((name, b"", rest))
}

#[cfg(test)]
mod tests {
    use super::super::Framer;
    use super::super::collected::{Collected, collect};
    use super::{AwsEventStream, Crc32};

    fn frames(body: &[u8]) -> Collected {
        collect(&|| Framer::Aws(AwsEventStream::new()), &[body])
    }

    fn frame(headers: &[(&str, &str)], payload: &str) -> Vec<u8> {
        let mut encoded = Vec::new();
        for (name, value) in headers {
            encoded.push(name.len() as u8);
            encoded.extend(name.bytes());
            encoded.push(7);
            encoded.extend((value.len() as u16).to_be_bytes());
            encoded.extend(value.bytes());
        }
        let total = (encoded.len() + payload.len() + 16) as u32;
        let mut frame = Vec::new();
        frame.extend(total.to_be_bytes());
        frame.extend((encoded.len() as u32).to_be_bytes());
        frame.extend(sum(&frame).to_be_bytes());
        frame.extend(encoded);
        frame.extend(payload.bytes());
        frame.extend(sum(&frame).to_be_bytes());
        frame
    }

    fn sum(bytes: &[u8]) -> u32 {
        let mut crc = Crc32::new();
        crc.update(bytes);
        crc.finish()
    }

    #[test]
    fn frames_are_named_by_their_type() {
        let mut body = frame(&[(":event-type", "contentBlockDelta")], "{\"a\":1}");
        let first = body.len() as u64;
        body.extend(frame(&[], ""));
        let got = frames(&body);
        assert_eq!(got.payloads(), ["{\"a\":1}", ""]);
        assert_eq!(got.documents[0].0, "contentBlockDelta");
        assert_eq!(
            (got.documents[0].2, got.documents[1].2),
            (first, body.len() as u64)
        );
    }

    #[test]
    fn exceptions_are_failures() {
        let got = frames(&frame(&[(":exception-type", "throttlingException")], "{}"));
        assert_eq!(got.failures, ["throttlingException"]);
    }

    #[test]
    fn a_wrong_checksum_ends_the_stream() {
        let good = frame(&[(":event-type", "x")], "{}");
        for at in [0, 5, 9, 14, good.len() - 6, good.len() - 1] {
            let mut body = good.clone();
            body[at] ^= 1;
            body.extend(&good);
            assert_eq!(frames(&body).documents.len(), 0, "byte {at}");
        }
        assert_eq!(frames(&good[..good.len() - 1]).documents.len(), 0);
    }

    #[test]
    fn long_headers_are_skipped() {
        let long = "x".repeat(3000);
        let got = frames(&frame(&[(":event-type", "y"), ("long", &long)], "{}"));
        assert_eq!(got.documents[0].0, "y");
    }
}
