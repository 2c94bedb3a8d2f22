//! Bytes that are told apart by a table.

/// What a byte may be: 1 in a number or a literal, 2 of interest in what is
/// skipped.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'+' | b'-' => 1,
            b'"' | b'{' | b'}' | b'[' | b']' => 2,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// Whether it may stand in a number or a literal.
pub(super) fn is_scalar(byte: u8) -> bool {
    CLASSES[usize::from(byte)] == 1
}

/// Whether it is of interest in what is skipped.
pub(super) fn is_skip_stop(byte: u8) -> bool {
    CLASSES[usize::from(byte)] == 2
}
