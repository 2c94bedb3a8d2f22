//! Bytes as a JavaScript string that compresses as well as the bytes do.
//!
//! With base64 no byte looks the same twice, so brotli finds nothing in it;
//! deflated bytes in base64, the usual way out, are 12 % larger to download
//! than the module itself after brotli. Here bytes stay recognisable: 0 to 85
//! are one character each, `#` on, and the others a prefix and a character. As
//! many as can be are printable ASCII that bundlers neither escape nor count as
//! anything: no quote, no backslash, no backtick's `${`.

/// Digits that are one character.
const BASE: u8 = 86;
const FIRST: u8 = b'#';

/// The text whose bytes `inlined.js` gives back.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        let (high, low) = (byte / BASE, byte % BASE);
        if high > 0 {
            text.push(digit(BASE - 1 + high));
        }
        text.push(digit(low));
    }
    text
}

fn digit(digit: u8) -> char {
    match FIRST + digit {
        b'\\' => '!',
        char => char.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn every_byte_is_one_character_or_two() {
        assert_eq!(encode(&[0, 1, 56, 57, 85]), "#$[!x");
        assert_eq!(encode(&[86, 171, 172, 255]), "y#yxz#zv");
        let all: Vec<u8> = (0..=255).collect();
        let text = encode(&all);
        assert_eq!(text.len(), 86 + 2 * 170);
        assert!(text.chars().all(|char| char.is_ascii_graphic()));
        assert!(!text.contains(['"', '\\']));
    }
}
