//! Finding bytes, many at a time, and cutting there.
//!
//! What the decoder's inner loops are made of is always inlined: optimised for
//! size, the compiler would call it, which costs a fifth of the decoder's speed
//! and saves 0.3 KB of the download.

/// Position of the first `a` or `b`.
///
/// The decoder's inner loop: line ends and string ends are looked for with it.
#[inline(always)]
pub(crate) fn find2(haystack: &[u8], a: u8, b: u8) -> Option<usize> {
    let (blocks, rest) = haystack.as_chunks();
    let mut at = 0;
    for block in blocks {
        if let Some(within) = block::find2(block, a, b) {
            return Some(at + within);
        }
        at += block.len();
    }
    let within = rest.iter().position(|&byte| byte == a || byte == b)?;
    Some(at + within)
}

/// How many bytes both begin with.
#[inline(always)]
pub(crate) fn common(a: &[u8], b: &[u8]) -> usize {
    let (blocks, _) = a.as_chunks();
    let (others, _) = b.as_chunks();
    let same = |(a, b): &(&block::Block, &block::Block)| block::is_same(a, b);
    let at = size_of::<block::Block>() * blocks.iter().zip(others).take_while(same).count();
    let (_, a) = cut(a, at);
    let (_, b) = cut(b, at);
    at + a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Sixteen bytes in one register. Every browser that ttft supports has SIMD,
/// unless the processor has none; there the module does not compile, and the
/// page is not measured.
#[cfg(target_feature = "simd128")]
mod block {
    use core::arch::wasm32::{
        u8x16_all_true, u8x16_bitmask, u8x16_eq, u8x16_splat, v128, v128_load, v128_or,
    };

    pub(super) type Block = [u8; 16];

    #[expect(unsafe_code, reason = "no safe function loads a vector")]
    #[inline(always)]
    fn load(block: &Block) -> v128 {
        // SAFETY: the block's sixteen bytes can be read, and `v128_load` asks
        // for no alignment.
        unsafe { v128_load(block.as_ptr().cast()) }
    }

    #[inline(always)]
    pub(super) fn find2(block: &Block, a: u8, b: u8) -> Option<usize> {
        let block = load(block);
        let hits = u8x16_bitmask(v128_or(
            u8x16_eq(block, u8x16_splat(a)),
            u8x16_eq(block, u8x16_splat(b)),
        ));
        (hits != 0).then(|| hits.trailing_zeros() as usize)
    }

    #[inline(always)]
    pub(super) fn is_same(a: &Block, b: &Block) -> bool {
        u8x16_all_true(u8x16_eq(load(a), load(b)))
    }
}

/// Eight bytes in one register.
#[cfg(not(target_feature = "simd128"))]
mod block {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;

    pub(super) type Block = [u8; 8];

    #[inline(always)]
    pub(super) fn find2(block: &Block, a: u8, b: u8) -> Option<usize> {
        let word = u64::from_le_bytes(*block);
        let hits =
            zero_bytes(word ^ (LOW * u64::from(a))) | zero_bytes(word ^ (LOW * u64::from(b)));
        (hits != 0).then(|| (hits.trailing_zeros() / 8) as usize)
    }

    #[inline(always)]
    pub(super) fn is_same(a: &Block, b: &Block) -> bool {
        u64::from_le_bytes(*a) == u64::from_le_bytes(*b)
    }

    /// The high bit of each zero byte. A borrow may mark bytes *above* a zero
    /// byte as well, so only the lowest mark is to be trusted.
    #[inline(always)]
    fn zero_bytes(word: u64) -> u64 {
        word.wrapping_sub(LOW) & !word & HIGH
    }
}

/// The first `at` bytes and the rest; all of them if there are not so many.
///
/// `split_at` without its panic, each of which costs the module some bytes.
#[inline(always)]
pub(crate) fn cut(bytes: &[u8], at: usize) -> (&[u8], &[u8]) {
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

/// What stands before the first of these bytes, and the rest from it on; all
/// and nothing if there is none.
pub(crate) fn until<'a>(bytes: &'a [u8], stops: &[u8]) -> (&'a [u8], &'a [u8]) {
    let is_stop = |byte: &u8| stops.iter().any(|stop| stop == byte);
    let at = bytes.iter().position(is_stop);
    cut(bytes, at.unwrap_or(bytes.len()))
}

/// Where `part` begins. For short texts: `str::find` is made for long ones and
/// costs kilobytes.
pub(crate) fn search(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes
        .windows(part.len().max(1))
        .position(|window| window == part)
}

/// The longest prefix that is UTF-8: a text may have been cut within a
/// character.
pub(crate) fn valid(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let (valid, _) = cut(bytes, error.valid_up_to());
            std::str::from_utf8(valid).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find2;

    #[test]
    fn finds_what_a_plain_loop_finds() {
        let alphabet = [b'"', b'\\', b'!', b'#', 0x01, 0x00, 0xff, 0xa2];
        let mut seed = 7_u32;
        for length in 0..40 {
            for _ in 0..200 {
                let text: Vec<u8> = (0..length)
                    .map(|_| {
                        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        alphabet[(seed >> 29) as usize]
                    })
                    .collect();
                let plain = text.iter().position(|byte| matches!(byte, b'"' | b'\\'));
                assert_eq!(find2(&text, b'"', b'\\'), plain, "{text:?}");
            }
        }
    }
}
