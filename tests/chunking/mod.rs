//! Bodies cut into chunks in every way that matters.
#![allow(dead_code, reason = "each test binary uses its part")]

use ttft::decoder::{Decoder, Event, Hints};

/// Seeds of the random splits.
pub(crate) const SEEDS: std::ops::Range<u64> = 0..20;

/// How a body is cut.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Split {
    Whole,
    Bytes,
    Random(u64),
}

impl Split {
    /// Whole, byte by byte, and in random pieces for each seed.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        [Self::Whole, Self::Bytes]
            .into_iter()
            .chain(SEEDS.map(Self::Random))
    }

    /// The body in pieces.
    pub(crate) fn pieces(self, body: &[u8]) -> Vec<&[u8]> {
        match self {
            Self::Whole => vec![body],
            Self::Bytes => body.chunks(1).collect(),
            Self::Random(seed) => {
                let mut state = seed.wrapping_mul(2).wrapping_add(1);
                let mut rest = body;
                let mut pieces = Vec::new();
                while !rest.is_empty() {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    let limit = [2, 5, 40, 300, 2000][(state >> 60) as usize % 5];
                    let (piece, tail) =
                        rest.split_at(rest.len().min(1 + (state >> 33) as usize % limit));
                    pieces.push(piece);
                    rest = tail;
                }
                pieces
            }
        }
    }
}

/// All events of a body.
pub(crate) fn events(decoder: &mut Decoder, body: &[u8], split: Split) -> Vec<Event> {
    let mut events = Vec::new();
    for piece in split.pieces(body) {
        decoder.push(piece, &mut |event| events.push(*event));
    }
    decoder.finish(&mut |event| events.push(*event));
    events
}

/// All events of a body, everything its decoder says at the end, and the number
/// of the server's stamps.
pub(crate) type Said = (Vec<Event>, String, u32);

/// Decodes a body of this content type.
pub(crate) fn decode(content_type: &str, body: &[u8], split: Split) -> Said {
    let mut decoder = Decoder::new(&Hints {
        content_type,
        ..Hints::default()
    });
    let events = events(&mut decoder, body, split);
    let said = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        decoder.framing(),
        decoder.dialect(),
        decoder.model(),
        decoder.response_id(),
        decoder.error_type(),
        decoder.server(),
        decoder.tokens(),
        decoder.ended(),
        decoder.answer_head(),
        decoder.reasoning_head(),
        decoder.last_stamp(),
    );
    (events, said, decoder.stamps())
}
