//! A [`Documents`] that keeps everything, for the framings' tests and fuzzers.

#[cfg(fuzzing)]
use super::Framing;
use super::{Documents, Framer, Known};
use crate::millis::Millis;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Collected {
    /// Name, payload, end and stamp of each document.
    pub(super) documents: Vec<(String, Vec<u8>, u64, Option<Millis>)>,
    pub(super) stamps: Vec<Millis>,
    pub(super) failures: Vec<String>,
    name: String,
    payload: Vec<u8>,
}

#[cfg(test)]
impl Collected {
    pub(super) fn payloads(&self) -> Vec<String> {
        let text = |payload: &Vec<u8>| String::from_utf8_lossy(payload).into_owned();
        self.documents
            .iter()
            .map(|document| text(&document.1))
            .collect()
    }
}

impl Documents for Collected {
    fn name(&mut self, name: &[u8]) {
        self.name = String::from_utf8_lossy(name).into_owned();
    }

    fn payload(&mut self, bytes: &[u8]) {
        self.payload.extend_from_slice(bytes);
    }

    fn complete(&mut self, end: u64, stamp: Option<Millis>) {
        let name = std::mem::take(&mut self.name);
        let payload = std::mem::take(&mut self.payload);
        self.documents.push((name, payload, end, stamp));
    }

    fn is_whole(&mut self) -> bool {
        let (mut depth, mut in_string, mut escaped) = (0, false, false);
        for byte in &self.payload {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = in_string,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => depth -= 1,
                _ => {}
            }
        }
        depth == 0 && self.payload.trim_ascii_end().ends_with(b"}")
    }

    fn is_document(&mut self) -> bool {
        self.is_whole()
    }

    fn is_known(&mut self, _: Known) -> bool {
        self.payload.windows(6).any(|part| part == b"\"known")
    }

    fn discard(&mut self) {
        self.name.clear();
        self.payload.clear();
    }

    fn failed(&mut self, code: &[u8]) {
        self.failures
            .push(String::from_utf8_lossy(code).into_owned());
    }

    fn stamp(&mut self, stamp: Millis) {
        self.stamps.push(stamp);
    }
}

/// What `make`'s framer finds in `chunks`; the same must come out of the
/// whole and of single bytes, or this panics.
#[cfg(test)]
pub(super) fn collect(make: &dyn Fn() -> Framer, chunks: &[&[u8]]) -> Collected {
    let whole = chunks.concat();
    let bytes: Vec<&[u8]> = whole.chunks(1).collect();
    let given = run(make(), chunks);
    assert_eq!(given, run(make(), &[&whole]), "in one piece");
    assert_eq!(given, run(make(), &bytes), "byte by byte");
    given
}

fn run(mut framer: Framer, chunks: &[&[u8]]) -> Collected {
    let mut collected = Collected::default();
    let mut offset = 0;
    for chunk in chunks {
        framer.push(chunk, offset, &mut collected);
        offset += chunk.len() as u64;
    }
    framer.finish(offset, &mut collected);
    collected
}

/// One framing on any bytes at all: the same documents whole, byte by byte and
/// in the given pieces, each of them behind the one before.
///
/// # Panics
///
/// If not so.
#[cfg(fuzzing)]
pub fn fuzz(framing: Framing, pieces: &[&[u8]]) {
    let body = pieces.concat();
    let whole = run(Framer::of(framing), &[&body]);
    let bytes: Vec<&[u8]> = body.chunks(1).collect();
    for pieces in [pieces, &bytes] {
        let mut cut = run(Framer::of(framing), pieces);
        if framing == Framing::Plain {
            // There each chunk is a document.
            assert_eq!(cut.documents.len(), pieces.len());
            let text = cut.documents.iter().flat_map(|it| it.1.clone()).collect();
            let (name, end) = (whole.documents[0].0.clone(), body.len() as u64);
            cut.documents = vec![(name, text, end, None)];
        }
        assert_eq!(whole, cut);
    }
    let mut last = 0;
    // The LF of a CR LF that is under way is counted in, and may never come.
    let end_of_body = body.len() as u64 + u64::from(framing == Framing::Sse);
    for (_, _, end, _) in &whole.documents {
        assert!((last..=end_of_body).contains(end));
        last = *end;
    }
}
