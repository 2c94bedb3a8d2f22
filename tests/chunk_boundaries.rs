//! Where a body is cut must never matter.

mod chunking;

use chunking::{Split, decode};
use proptest::prelude::*;
use ttft::decoder::{Decoder, Dialects, Hints, Signals, UserDialect};

/// Pieces that streams are made of, so that their combinations reach deep.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        &b"data: "[..],
        b"data:",
        b"event: ",
        b"event: error",
        b"id: 1",
        b":",
        b": ttft write;dur=",
        b"1.5",
        b"\n",
        b"\n\n",
        b"\r\n",
        b"\r\n\r\n",
        b"\r",
        b"\xef\xbb\xbf",
        b"[DONE]",
        b"\0",
        b"{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"",
        b"<think>",
        b"</think>",
        b"Hi",
        b" ",
        b"\\n",
        b"\\u00e9",
        b"\\ud83d\\ude42",
        b"\xf0\x9f\x99\x82",
        b"\"}}]}",
        b"{\"type\":\"response.output_text.delta\",\"delta\":\"",
        b"\"}",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b"\"",
        b"\\",
        b"{\"error\":{\"type\":\"x_y\"}}",
        b"{\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3.5e1}}",
        b"{\"bytes\":\"eyJhIjoxfQ==\"}",
        b"0:",
        b"d:{}",
        b"g:\"Hm\"",
        b"\xff",
        b"\xc3",
        b"{\"model\":\"m\",\"id\":\"i\"}",
    ]);
    prop_oneof![
        20 => known.prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ]
}

#[test]
fn an_end_marker_within_a_text_is_none_wherever_cut() {
    let mut decoder = Decoder::new(&Hints {
        content_type: "text/event-stream",
        ..Hints::default()
    });
    let mut events = vec![];
    for piece in [
        &b"data:  "[..],
        b"{\"choices\":[{\"delta\":{\"content\":\"",
        b"[DONE]\"}}]}\n\n",
    ] {
        decoder.push(piece, &mut |event| events.push(event.signals));
    }
    assert_eq!(events.len(), 1);
    assert!(events[0].contains(Signals::ANSWER) && !events[0].contains(Signals::END));
}

#[test]
fn of_several_names_the_last_one_holds_also_after_an_empty_one() {
    let own = UserDialect {
        name: "acme".to_owned(),
        answer: Some("t".to_owned()),
        end: Some("@event=e".to_owned()),
        ..UserDialect::default()
    };
    let hints = Hints {
        content_type: "text/event-stream",
        ..Hints::default()
    };
    let ends = |body: &[u8]| {
        let dialects = Dialects::with(vec![own.clone()]).expect("a dialect");
        let mut decoder = Decoder::with_dialects(&hints, &dialects);
        let mut ends = vec![];
        decoder.push(body, &mut |event| {
            ends.push(event.signals.contains(Signals::END))
        });
        ends
    };
    assert_eq!(
        ends(b"data:\nevent: x\nevent: e\ndata: {\"t\":\"a\"}\n\n"),
        [true]
    );
    assert_eq!(
        ends(b"data:\nevent: e\nevent:\ndata: {\"t\":\"a\"}\n\n"),
        [false]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_cuts_of_a_body_are_read_alike(
        body in prop::collection::vec(pieces(), 0..60).prop_map(|pieces| pieces.concat()),
        content_type in prop::sample::select(vec![
            "text/event-stream",
            "application/x-ndjson",
            "application/json",
            "text/plain",
            "application/vnd.amazon.eventstream",
            "application/vnd.ag-ui.event+proto",
        ]),
        seed in any::<u64>(),
    ) {
        let whole = decode(content_type, &body, Split::Whole);
        // A chunk of plain text is an event, so there cuts do matter.
        prop_assume!(!whole.1.starts_with("Some(Plain)"));
        prop_assert_eq!(&decode(content_type, &body, Split::Bytes), &whole);
        prop_assert_eq!(&decode(content_type, &body, Split::Random(seed)), &whole);
        let ends: Vec<u64> = whole.0.iter().map(|event| event.end).collect();
        prop_assert!(ends.is_sorted());
    }
}
