#![no_main]

use libfuzzer_sys::fuzz_target;
use ttft::fuzzing::scan;
use ttft_fuzz::oracle::oracle;
use ttft_fuzz::pieces;

fuzz_target!(|document: &[u8]| {
    let whole = scan(document, &[]);
    let cuts: Vec<usize> = pieces(document).iter().map(|piece| piece.len()).collect();
    assert_eq!(whole, scan(document, &cuts));
    assert_eq!(whole, scan(document, &vec![1; document.len()]));
    // What serde_json takes for JSON the scanner must take for it, too, and
    // find the same. The reverse does not hold: the scanner is lenient.
    if let Some(expected) = oracle(document) {
        assert_eq!(whole, (expected, true));
    }
});
