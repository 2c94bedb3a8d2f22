//! What documents have in common must never matter: the decoder spares itself
//! what it has read before.

mod chunking;

use chunking::{Said, Split, decode};
use proptest::prelude::*;

/// An event in the making: its name, and its JSON.
type Document = (&'static str, String);

/// Strings as they stand in JSON.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Hi",
        " the",
        ",",
        " ",
        "",
        "\\n",
        "\\\"",
        "\\\\",
        "\\u00e9",
        "\\ud83d",
        "\\ude42",
        "\u{1f642}",
        "<think>",
        "</think>",
        "{",
        "}",
        "[DONE]",
        "\\\":",
        "7",
    ]);
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// Members that stand before, beside and after a text.
fn chat() -> impl Strategy<Value = Document> {
    let before = prop::sample::select(vec![
        r#""id":"c-1","object":"chat.completion.chunk","created":1795000000,"model":"m-1","#,
        r#""id":"c-1","object":"chat.completion.chunk","created":1795000001,"model":"m-1","#,
        r#""usage":{"prompt_tokens":3,"completion_tokens":9},"id":"c-1","model":"m-1","#,
        r#""id":"c-2","model":"m-2","obfuscation":"abcdefghijklmnopqrstuv","#,
        "",
    ]);
    let key = prop::sample::select(vec![
        "content",
        "refusal",
        "reasoning_content",
        "role",
        "unknown_key",
        "content",
    ]);
    let beside = prop::sample::select(vec![
        r#"},"logprobs":null,"finish_reason":null}],"usage":null}"#,
        r#"},"finish_reason":"stop"}]}"#,
        r#"},"finish_reason":null}],"usage":{"prompt_tokens":3,"completion_tokens":9}}"#,
        r#","tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}}]}}]}"#,
        r#"},"finish_reason":null}],"obfuscation":"xyz"}"#,
        // Not whole.
        r#"},"finish_reason":null}]"#,
    ]);
    (before, key, text(), beside).prop_map(|(before, key, text, beside)| {
        let json =
            format!(r#"{{{before}"choices":[{{"index":0,"delta":{{"{key}":"{text}"{beside}"#);
        ("", json)
    })
}

/// Documents that differ in one key only, of which one says nothing.
fn keys() -> impl Strategy<Value = Document> {
    prop::sample::select(vec!["content", "unknown", "unknown2"]).prop_map(|key| {
        let json = format!(r#"{{"id":"c-1","choices":[{{"delta":{{"{key}":"Hi"}},"n":null}}]}}"#);
        ("", json)
    })
}

/// Documents that say something before their text, which may be no text.
fn broken() -> impl Strategy<Value = Document> {
    prop::sample::select(vec!["Hi", " the", "\\u00zz", "\\u"]).prop_map(|text| {
        let json = format!(
            r#"{{"usage":{{"completion_tokens":9}},"choices":[{{"delta":{{"content":"{text}"}}}}]}}"#
        );
        ("", json)
    })
}

fn anthropic() -> impl Strategy<Value = Document> {
    prop_oneof![
        6 => text().prop_map(|text| ("content_block_delta", format!(
            r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":"{text}"}}}}"#
        ))),
        2 => text().prop_map(|text| ("content_block_delta", format!(
            r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"thinking_delta","thinking":"{text}"}}}}"#
        ))),
        1 => Just(("ping", r#"{"type":"ping"}"#.to_owned())),
        1 => Just(("error", r#"{"type":"error","error":{"type":"overloaded_error"}}"#.to_owned())),
    ]
}

/// Documents of which only the name, if they have one, says what they are.
fn named() -> impl Strategy<Value = Document> {
    let name = prop::sample::select(vec!["", "error", "messageStart", "done", "ping"]);
    (name, text()).prop_map(|(name, text)| {
        let json = format!(r#"{{"id":"c-1","choices":[{{"delta":{{"content":"{text}"}}}}]}}"#);
        (name, json)
    })
}

fn responses() -> impl Strategy<Value = Document> {
    (0..30_u32, text()).prop_map(|(number, text)| {
        let json = format!(
            r#"{{"type":"response.output_text.delta","sequence_number":{number},"item_id":"msg_1","delta":"{text}","logprobs":[]}}"#
        );
        ("response.output_text.delta", json)
    })
}

/// Where an event's name stands in its block.
#[derive(Clone, Copy, Debug)]
enum NameIs {
    First,
    Last,
    /// Between two lines of data.
    Within,
    /// After another one and an empty line of data.
    Second,
}

/// The documents as a stream; `alike`: they begin as they stand there.
fn stream(documents: &[Document], alike: bool, name_is: NameIs) -> String {
    let mut stream = String::new();
    for (place, (name, json)) in documents.iter().enumerate() {
        // White space within a document means nothing.
        let (open, rest) = json.split_at(1);
        let space = " ".repeat(if alike { 0 } else { 1 + place % 40 });
        let name = match *name {
            "" => String::new(),
            name => format!("event: {name}\n"),
        };
        // Half of them as nearly all servers do.
        let name_is = if place % 2 == 0 {
            name_is
        } else {
            NameIs::First
        };
        stream += &match name_is {
            NameIs::First => format!("{name}data: {open}{space}{rest}\n\n"),
            NameIs::Last => format!("data: {open}{space}{rest}\n{name}\n"),
            NameIs::Second => format!("event: done\ndata:\n{name}data: {open}{space}{rest}\n\n"),
            NameIs::Within => format!("data: {open}{space}\n{name}data: {rest}\n\n"),
        };
    }
    stream
}

/// Without the offsets, which the white space moves.
fn said(body: &str, split: Split) -> Said {
    let mut said = decode("text/event-stream", body.as_bytes(), split);
    for event in &mut said.0 {
        event.end = 0;
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_that_begin_alike_are_read_as_others(
        documents in prop_oneof![
            prop::collection::vec(chat(), 1..40),
            prop::collection::vec(anthropic(), 1..40),
            prop::collection::vec(responses(), 1..40),
            prop::collection::vec(keys(), 1..40),
            prop::collection::vec(broken(), 1..40),
            prop::collection::vec(named(), 1..40),
            prop::collection::vec(prop_oneof![chat(), anthropic(), responses()], 1..40),
        ],
        name_is in prop::sample::select(vec![NameIs::First, NameIs::Last, NameIs::Within, NameIs::Second]),
        seed in any::<u64>(),
    ) {
        let unlike = said(&stream(&documents, false, name_is), Split::Whole);
        prop_assert_eq!(unlike.0.len(), documents.len());
        let alike = stream(&documents, true, name_is);
        for split in [Split::Whole, Split::Bytes, Split::Random(seed)] {
            prop_assert_eq!(&said(&alike, split), &unlike);
        }
    }
}
