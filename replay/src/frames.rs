//! Finds the frames in one direction of an HTTP/2 connection, however the
//! bytes are cut. Nothing is decoded but the nine bytes before each frame
//! (RFC 9113, section 4.1).

const HEAD: usize = 9;
const DATA: u8 = 0x0;
const HEADERS: u8 = 0x1;
const RST_STREAM: u8 = 0x3;
const END_STREAM: u8 = 0x1;

/// What a client sends before its first frame.
pub(crate) const CLIENT_PREFACE: usize = 24;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Data,
    Headers,
    Reset,
    Other,
}

/// A frame of which the last byte has been seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    pub(crate) stream: u32,
    /// Payload, without the nine bytes before it.
    pub(crate) bytes: usize,
    pub(crate) end_stream: bool,
    /// The `at` of the push that brought the first byte.
    pub(crate) began: f64,
}

#[derive(Debug)]
pub(crate) struct Frames {
    skip: usize,
    head: [u8; HEAD],
    head_filled: usize,
    remaining: usize,
    began: f64,
}

impl Frames {
    /// `skip`: bytes that come before the first frame.
    pub(crate) fn after(skip: usize) -> Self {
        Frames {
            skip,
            head: [0; HEAD],
            head_filled: 0,
            remaining: 0,
            began: 0.0,
        }
    }

    /// The frames that these bytes complete.
    pub(crate) fn push(&mut self, mut bytes: &[u8], at: f64) -> Vec<Frame> {
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        bytes = &bytes[skipped..];

        let mut frames = Vec::new();
        while !bytes.is_empty() {
            if self.head_filled < HEAD {
                if self.head_filled == 0 {
                    self.began = at;
                }
                self.head[self.head_filled] = bytes[0];
                self.head_filled += 1;
                bytes = &bytes[1..];
                if self.head_filled == HEAD {
                    self.remaining = self.length();
                }
            } else {
                let taken = self.remaining.min(bytes.len());
                self.remaining -= taken;
                bytes = &bytes[taken..];
            }
            if self.head_filled == HEAD && self.remaining == 0 {
                frames.push(self.complete());
            }
        }
        frames
    }

    fn length(&self) -> usize {
        let [a, b, c, ..] = self.head;
        u32::from_be_bytes([0, a, b, c]) as usize
    }

    fn complete(&mut self) -> Frame {
        self.head_filled = 0;
        let [_, _, _, kind, flags, a, b, c, d] = self.head;
        let kind = match kind {
            DATA => Kind::Data,
            HEADERS => Kind::Headers,
            RST_STREAM => Kind::Reset,
            _ => Kind::Other,
        };
        Frame {
            kind,
            // The highest bit is reserved.
            stream: u32::from_be_bytes([a, b, c, d]) & 0x7fff_ffff,
            bytes: self.length(),
            // The same bit means ACK in SETTINGS and PING.
            end_stream: matches!(kind, Kind::Data | Kind::Headers) && flags & END_STREAM != 0,
            began: self.began,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes() -> Vec<u8> {
        let mut bytes = b"preface!".to_vec();
        bytes.extend([0, 0, 0, 4, 1, 0, 0, 0, 0]);
        bytes.extend([0, 0, 2, 1, 4, 0, 0, 0, 3, b'h', b'h']);
        bytes.extend([0, 0, 3, 0, 1, 0x80, 0, 0, 3, b'a', b'b', b'c']);
        bytes.extend([0, 0, 4, 3, 0, 0, 0, 0, 5, 0, 0, 0, 8]);
        bytes
    }

    #[test]
    fn frames_are_the_same_however_the_bytes_are_cut() {
        let bytes = bytes();
        let expected = [
            (Kind::Other, 0, 0, false),
            (Kind::Headers, 3, 2, false),
            (Kind::Data, 3, 3, true),
            (Kind::Reset, 5, 4, false),
        ];
        for size in 1..=bytes.len() {
            let mut frames = Frames::after(8);
            let found: Vec<_> = bytes
                .chunks(size)
                .flat_map(|chunk| frames.push(chunk, 0.0))
                .map(|f| (f.kind, f.stream, f.bytes, f.end_stream))
                .collect();
            assert_eq!(found, expected, "in pieces of {size}");
        }
    }

    #[test]
    fn frame_began_with_its_first_byte() {
        let mut frames = Frames::after(0);
        assert!(frames.push(&[0, 0, 2, 0], 1.0).is_empty());
        assert!(frames.push(&[0, 0, 0, 0, 1, 7], 2.0).is_empty());
        assert_eq!(frames.push(&[7], 3.0)[0].began, 1.0);
    }
}
