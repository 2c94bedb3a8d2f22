#![no_main]

use libfuzzer_sys::fuzz_target;
use ttft::decoder::Framing;
use ttft_fuzz::pieces;

fuzz_target!(|body: &[u8]| ttft::fuzzing::framing(Framing::JsonArray, &pieces(body)));
