//! Input that means harm: memory stays bounded and nothing panics.

#![allow(unsafe_code, reason = "an allocator that counts can't do without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use ttft::decoder::{Decoder, Event, Hints, Signals};

/// What this thread holds, and the most it held.
struct Counting;

thread_local! {
    static HELD: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

fn count(change: isize) {
    // The thread's end frees what it holds after its counters are gone.
    let _ = HELD.try_with(|held| {
        let (now, most) = held.get();
        held.set((now + change, most.max(now + change)));
    });
}

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The bound per stream.
const BOUND: isize = 256 * 1024;

const TYPES: [&str; 6] = [
    "text/event-stream",
    "application/x-ndjson",
    "application/json",
    "text/plain",
    "application/vnd.amazon.eventstream",
    "application/vnd.ag-ui.event+proto",
];

/// Feeds the pieces, a piece as often as it says, and returns how many events
/// came and the last one. Panics if the decoder held more than its bound.
fn feed(content_type: &str, pieces: &[(&[u8], usize)]) -> (u32, Option<Event>, Decoder) {
    // The built-in dialects are compiled once and shared.
    drop(Decoder::new(&Hints::default()));
    let (before, _) = HELD.get();
    HELD.set((before, before));
    let mut decoder = Decoder::new(&Hints {
        content_type,
        ..Hints::default()
    });
    let (mut events, mut last) = (0, None);
    for (piece, times) in pieces {
        for _ in 0..*times {
            decoder.push(piece, &mut |event| {
                events += 1;
                last = Some(*event);
            });
        }
    }
    decoder.finish(&mut |event| {
        events += 1;
        last = Some(*event);
    });
    let (_, most) = HELD.get();
    let held = most - before + size_of::<Decoder>() as isize;
    assert!(held < BOUND, "{held} bytes were held");
    (events, last, decoder)
}

#[test]
fn the_allocator_counts() {
    let (before, _) = HELD.get();
    let some = vec![0_u8; 100_000];
    assert_eq!(HELD.get().0 - before, 100_000);
    drop(some);
    assert_eq!(HELD.get().0, before);
    assert!(HELD.get().1 >= before + 100_000);
}

const CHUNK: usize = 64 * 1024;
/// Enough to show growth, and still quick without optimisation.
const CHUNKS: usize = 16;

#[test]
fn a_line_without_end_is_not_held() {
    let text = vec![b'x'; CHUNK];
    for content_type in TYPES {
        for start in [
            &b"data: "[..],
            b"data: {\"choices\":[{\"delta\":{\"content\":\"",
            b"data: {\"a\":\"",
            b"data: \"",
            b"event: ",
            b": ",
            b"{\"message\":{\"content\":\"",
            b"{\"",
            b"{\"bytes\":\"",
            b"[",
            b"0:\"",
        ] {
            feed(content_type, &[(start, 1), (&text, CHUNKS)]);
        }
    }
}

#[test]
fn a_long_answer_in_one_event_is_seen_at_its_end() {
    let text = vec![b'x'; CHUNK];
    let start = b"data: {\"choices\":[{\"delta\":{\"content\":\"";
    let (events, last, decoder) = feed(
        "text/event-stream",
        &[(start, 1), (&text, CHUNKS), (b"\"}}]}\n\n", 1)],
    );
    let last = last.expect("an event");
    assert_eq!(events, 1);
    assert!(last.signals.contains(Signals::ANSWER));
    assert_eq!(last.text_bytes as usize, CHUNK * CHUNKS);
    assert_eq!(decoder.answer_head().len(), 1024);
}

#[test]
fn nesting_without_end_costs_nothing() {
    let levels = 10_000;
    for (open, close) in [("{\"a\":", "}"), ("[", "]"), ("{\"choices\":[", "]}")] {
        let opened = open.repeat(levels);
        let closed = close.repeat(levels);
        let pieces = [
            (&b"data: "[..], 1),
            (opened.as_bytes(), 100),
            (b"1", 1),
            (closed.as_bytes(), 100),
            (b"\n\n", 1),
        ];
        let (events, _, _) = feed("text/event-stream", &pieces);
        assert_eq!(events, 1);
        for content_type in TYPES {
            feed(
                content_type,
                &[(opened.as_bytes(), 5), (closed.as_bytes(), 5)],
            );
        }
    }
}

#[test]
fn what_comes_after_deep_nesting_is_still_read() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let body =
        format!("data: {{\"x\":{deep},\"choices\":[{{\"delta\":{{\"content\":\"Hi\"}}}}]}}\n\n");
    let (_, last, _) = feed("text/event-stream", &[(body.as_bytes(), 1)]);
    assert!(last.expect("an event").signals.contains(Signals::ANSWER));
}

#[test]
fn a_million_empty_events_are_counted_and_not_held() {
    let thousand = b"data:\n\n".repeat(1000);
    let (events, last, _) = feed("text/event-stream", &[(&thousand, 1000)]);
    assert_eq!(events, 1_000_000);
    assert_eq!(last.expect("an event").index, 999_999);
    let thousand = b"{}\n".repeat(1000);
    assert_eq!(
        feed("application/x-ndjson", &[(&thousand, 1000)]).0,
        1_000_000
    );
}

#[test]
fn endless_lists_within_one_document_are_not_held() {
    for (start, each, end) in [
        (
            "{\"choices\":[",
            "{\"index\":0,\"delta\":{\"content\":\"Hi\",\"tool_calls\":[{}]}},",
            "{}]}",
        ),
        (
            "{\"candidates\":[{\"content\":{\"parts\":[",
            "{\"text\":\"Hi\",\"thought\":true},",
            "{}]}}]}",
        ),
        ("{\"path\":[", "1,", "2]}"),
        (
            "{",
            "\"model\":\"m\",\"id\":\"i\",\"usage\":{\"prompt_tokens\":1},",
            "\"a\":1}",
        ),
        ("[", "{\"type\":\"ai\",\"content\":\"Hi\"},", "{}]"),
    ] {
        let many = each.repeat(500);
        let pieces = [
            (&b"data: "[..], 1),
            (start.as_bytes(), 1),
            (many.as_bytes(), 200),
            (end.as_bytes(), 1),
            (b"\n\n", 1),
        ];
        assert_eq!(feed("text/event-stream", &pieces).0, 1);
    }
}

#[test]
fn invalid_utf_8_does_no_harm() {
    let body =
        b"data: {\"model\":\"\xff\xfe\",\"choices\":[{\"delta\":{\"content\":\"a\xc3\"}}]}\n\n";
    let (events, last, decoder) = feed("text/event-stream", &[(body, 1)]);
    assert_eq!(events, 1);
    assert!(last.expect("an event").signals.contains(Signals::ANSWER));
    assert_eq!(decoder.answer_head(), "a");
    let every: Vec<u8> = (0..=255).collect();
    for content_type in TYPES {
        feed(content_type, &[(&every, 1000)]);
        let backwards: Vec<u8> = every.iter().rev().copied().collect();
        feed(content_type, &[(&backwards, 1000)]);
    }
}

#[test]
fn frames_that_lie_about_their_length_are_not_believed() {
    // A length of 4 GiB with a wrong checksum, and one in a framing without.
    let frame = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0];
    let zeros = vec![0; CHUNK];
    let (events, _, _) = feed(
        "application/vnd.amazon.eventstream",
        &[(&frame, 1), (&zeros, CHUNKS)],
    );
    assert_eq!(events, 0);
    feed(
        "application/vnd.ag-ui.event+proto",
        &[(&frame[..4], 1), (&zeros, CHUNKS)],
    );
}
