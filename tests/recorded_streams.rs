//! Streams of real providers, with what an oracle that reads whole JSON
//! documents found in them. They are not part of the project:
//! `TTFT_FIXTURES` says where they are.

mod chunking;

use chunking::{Split, events};
use serde_json::Value;
use std::path::PathBuf;
use ttft::decoder::{Decoder, Event, Hints, Signals};

fn fixtures() -> Option<(PathBuf, Vec<Value>)> {
    let folder = std::env::var_os("TTFT_FIXTURES").unwrap_or_else(|| "../shared/fixtures".into());
    let folder = PathBuf::from(folder);
    let Ok(manifest) = std::fs::read_to_string(folder.join("manifest.json")) else {
        println!(
            "skipped: no recorded streams at {} (set TTFT_FIXTURES)",
            folder.display()
        );
        return None;
    };
    Some((folder, serde_json::from_str(&manifest).expect("a manifest")))
}

fn first(events: &[Event], signal: Signals) -> Option<&Event> {
    events.iter().find(|event| event.signals.contains(signal))
}

#[test]
fn recorded_streams_are_read_as_the_oracle_reads_them() {
    let Some((folder, manifest)) = fixtures() else {
        return;
    };
    let mut streams = 0;
    let mut runs = 0;
    for entry in &manifest {
        let expected = &entry["expected"];
        if expected.is_null() {
            continue;
        }
        streams += 1;
        let file = entry["file"].as_str().expect("a name");
        let body = std::fs::read(folder.join(file)).expect(file);
        let content_type = entry["content_type"].as_str().expect("a type");
        for split in Split::all() {
            runs += 1;
            let mut decoder = Decoder::new(&Hints {
                content_type,
                ..Hints::default()
            });
            let events = events(&mut decoder, &body, split);
            check(&format!("{file} {split:?}"), expected, &decoder, &events);
        }
    }
    assert_eq!((streams, runs), (42, 42 * 22));
}

fn check(name: &str, expected: &Value, decoder: &Decoder, events: &[Event]) {
    assert_eq!(
        events.len() as u64,
        expected["events"].as_u64().expect("a count"),
        "{name}"
    );
    let kinds = [
        ("text", Signals::TEXT),
        ("reasoning", Signals::REASONING),
        ("tool", Signals::TOOL),
        ("error", Signals::ERROR),
    ];
    for (kind, signal) in kinds {
        let found = first(events, signal);
        let wanted = &expected["first"][kind];
        assert_eq!(
            found.map(|event| u64::from(event.index)),
            wanted["event"].as_u64(),
            "{name}: first {kind}"
        );
        if let (Some(event), Some(end)) = (found, wanted["event_end_offset"].as_u64()) {
            assert_eq!(event.end, end, "{name}: end of the first {kind}");
        }
        // `response.failed` is an error as well as the `error` before it.
        if kind != "error" {
            let count = events
                .iter()
                .filter(|event| event.signals.contains(signal))
                .count();
            let wanted = expected["events_with"][kind].as_u64();
            assert_eq!(Some(count as u64), wanted, "{name}: events with {kind}");
        }
    }
    let usage = decoder
        .usage()
        .map(|usage| serde_json::from_str::<Value>(usage).expect("JSON"));
    assert_eq!(
        usage.unwrap_or_default(),
        expected["usage"],
        "{name}: usage"
    );

    let head = expected["visible_text_head"].as_str().expect("a head");
    let chars = expected["visible_text_chars"].as_u64().expect("a count");
    assert!(
        decoder.answer_head().starts_with(head),
        "{name}: {:?}",
        decoder.answer_head()
    );
    if decoder.answer_head().len() < 1000 {
        assert_eq!(
            decoder.answer_head().chars().count() as u64,
            chars,
            "{name}: visible text"
        );
    }
    let reasoning = expected["reasoning_chars"].as_u64().expect("a count");
    if decoder.reasoning_head().len() < 1000 && !name.starts_with("openrouter") {
        let found = decoder.reasoning_head().chars().count() as u64;
        assert_eq!(found, reasoning, "{name}: reasoning");
    }
    assert!(decoder.recognised(), "{name}");
    if expected["done_marker"] == true {
        assert!(
            decoder.has_end_marker() && decoder.ended(),
            "{name}: end marker"
        );
    }
}

#[test]
fn counts_mean_the_same_for_every_provider() {
    let Some((folder, _)) = fixtures() else {
        return;
    };
    let cases = [
        (
            "openai-chat/text-usage.sse",
            "text/event-stream",
            Some(12),
            Some(5),
            Some(0),
            Some(0),
        ),
        (
            "openai-responses/xai-reasoning-summary.sse",
            "text/event-stream",
            Some(199),
            Some(160),
            Some(128),
            Some(152),
        ),
        (
            "anthropic/text.sse",
            "text/event-stream",
            Some(16),
            Some(28),
            Some(0),
            None,
        ),
        (
            "gemini/sse-thinking.sse",
            "text/event-stream",
            Some(34),
            Some(469 + 787),
            None,
            Some(787),
        ),
        (
            "ollama/chat.ndjson",
            "application/x-ndjson",
            Some(17),
            Some(50),
            None,
            None,
        ),
        (
            "bedrock/converse-text.eventstream",
            "application/vnd.amazon.eventstream",
            Some(8),
            Some(10),
            None,
            None,
        ),
        (
            "bedrock/invoke-claude.eventstream",
            "application/vnd.amazon.eventstream",
            Some(14),
            Some(10),
            None,
            None,
        ),
        (
            "cohere/v1-stream.ndjson",
            "application/stream+json",
            Some(69),
            Some(116),
            None,
            None,
        ),
        (
            "cohere/v2-text.sse",
            "text/event-stream",
            Some(502),
            Some(24),
            Some(448),
            None,
        ),
    ];
    for (file, content_type, input, output, cached, reasoning) in cases {
        let body = std::fs::read(folder.join(file)).expect(file);
        let mut decoder = Decoder::new(&Hints {
            content_type,
            ..Hints::default()
        });
        events(&mut decoder, &body, Split::Whole);
        let tokens = decoder.tokens().expect(file);
        assert_eq!(
            (
                tokens.input,
                tokens.output,
                tokens.cached,
                tokens.reasoning,
                tokens.estimated
            ),
            (input, output, cached, reasoning, false),
            "{file}"
        );
    }
}
