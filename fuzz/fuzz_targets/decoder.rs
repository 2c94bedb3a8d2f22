#![no_main]

use libfuzzer_sys::fuzz_target;
use ttft::decoder::{Decoder, Dialects, Event, Framing, Hints};
use ttft::inspect::Summary;
use ttft_fuzz::{TYPES, memory, pieces};

/// Of the 256 KiB that a stream may cost.
const BOUND: isize = 32 * 1024;

// The first byte chooses the type, the rest is the body.
fuzz_target!(|data: &[u8]| {
    let [kind, body @ ..] = data else { return };
    let hints = Hints {
        content_type: TYPES[usize::from(*kind) % TYPES.len()],
        ai_ui_message_stream: false,
        ai_data_stream: kind & 0x40 != 0,
    };
    let whole = decode(&hints, &[body]);
    if whole.framing == Some(Framing::Plain) {
        return;
    }
    assert_eq!(whole, decode(&hints, &pieces(body)));
    let bytes: Vec<&[u8]> = body.chunks(1).collect();
    assert_eq!(whole, decode(&hints, &bytes));
});

/// All that a decoder tells.
#[derive(Debug, PartialEq)]
struct Told {
    framing: Option<Framing>,
    events: Vec<Event>,
    summary: Summary,
    usage: Option<String>,
    provider: Option<String>,
    operation: Option<&'static str>,
    error_type: Option<String>,
    answer: String,
    reasoning: String,
    recognised: bool,
    stamps: (u32, Option<ttft::millis::Millis>),
}

fn decode(hints: &Hints<'_>, pieces: &[&[u8]]) -> Told {
    // The built-in dialects are compiled once and shared.
    drop(Dialects::default());
    let held = memory::held();
    let mut decoder = Decoder::new(hints);
    let mut events: Vec<Event> = vec![];
    let mut most = 0;
    for piece in pieces {
        decoder.push(piece, &mut |event| events.push(*event));
        let own = memory::held() - held - (events.capacity() * size_of::<Event>()) as isize;
        most = most.max(own);
    }
    decoder.finish(&mut |event| events.push(*event));
    assert!(most < BOUND, "{most} bytes held");

    let mut summary = Summary::default();
    let mut end = 0;
    for (index, event) in events.iter().enumerate() {
        assert_eq!(event.index as usize, index);
        assert!(event.end >= end, "events end one after the other");
        end = event.end;
        summary.add(event);
    }
    summary.close(&decoder);
    let owned = |text: Option<&str>| text.map(String::from);
    Told {
        framing: decoder.framing(),
        events,
        summary,
        usage: owned(decoder.usage()),
        provider: owned(decoder.provider()),
        operation: decoder.operation(),
        error_type: owned(decoder.error_type()),
        answer: decoder.answer_head().to_owned(),
        reasoning: decoder.reasoning_head().to_owned(),
        recognised: decoder.recognised(),
        stamps: (decoder.stamps(), decoder.last_stamp()),
    }
}
