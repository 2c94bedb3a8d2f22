//! What the fuzzers share.

pub mod memory;
pub mod oracle;

/// The types that decide on a framing, and one that leaves it to the bytes.
/// `cargo xtask fuzz` writes seeds by this order.
pub const TYPES: [&str; 7] = [
    "",
    "text/event-stream",
    "application/x-ndjson",
    "application/json",
    "text/plain",
    "application/vnd.amazon.eventstream",
    "application/vnd.ag-ui.event+proto",
];

/// The body in pieces of many sizes. How it is cut follows from its bytes, so
/// that an input alone reproduces a finding.
#[must_use]
pub fn pieces(body: &[u8]) -> Vec<&[u8]> {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in body {
        state = (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let mut pieces = vec![];
    let mut rest = body;
    while !rest.is_empty() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let limit = [2, 5, 40, 300][(state >> 62) as usize];
        let (piece, tail) = rest.split_at(rest.len().min(1 + (state >> 33) as usize % limit));
        pieces.push(piece);
        rest = tail;
    }
    pieces
}
