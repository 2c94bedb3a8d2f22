//! The project's own streams in `vectors/`: one per dialect and trap.
//!
//! Each has a JSON file of the same name that says what is in it. `expected` is
//! what `cargo xtask decode` prints; it was written by hand together with the
//! stream, not taken from the decoder.

mod chunking;

use chunking::{Split, events};
use serde_json::{Value, json};
use std::path::Path;
use ttft::decoder::{Decoder, Dialects, Hints, UserDialect};
use ttft::inspect::Summary;

/// Streams and runs: whole, byte by byte, 20 random splits; plain text, where
/// a chunk is an event, only whole.
const STREAMS: usize = 150;
const RUNS: usize = 141 * 22 + 9;

#[test]
fn each_vector_is_read_as_it_was_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut streams = 0;
    let mut runs = 0;
    let mut wrong = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the vectors")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension != "json")
        })
        .collect();
    files.sort();
    for file in files {
        let body = std::fs::read(&file).expect("a stream");
        let wanted = std::fs::read_to_string(file.with_extension("json")).expect("its description");
        let wanted: Value = serde_json::from_str(&wanted).expect("JSON");
        streams += 1;
        for split in Split::all() {
            if wanted["whole_only"] == true && !matches!(split, Split::Whole) {
                continue;
            }
            runs += 1;
            let name = file.file_name().unwrap_or_default().display();
            wrong.extend(differences(
                &format!("{name} {split:?}"),
                &wanted,
                &body,
                split,
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((streams, runs), (STREAMS, RUNS));
}

fn differences(name: &str, wanted: &Value, body: &[u8], split: Split) -> Vec<String> {
    let dialects: Vec<UserDialect> = match &wanted["dialects"] {
        Value::Null => Vec::new(),
        dialects => serde_json::from_value(dialects.clone()).expect(name),
    };
    let headers = &wanted["headers"];
    let hints = Hints {
        content_type: wanted["content_type"].as_str().unwrap_or_default(),
        ai_ui_message_stream: !headers["x-vercel-ai-ui-message-stream"].is_null(),
        ai_data_stream: !headers["x-vercel-ai-data-stream"].is_null(),
    };
    let dialects = Dialects::with(dialects).expect(name);
    let mut decoder = Decoder::with_dialects(&hints, &dialects);
    let mut summary = Summary::default();
    for event in events(&mut decoder, body, split) {
        summary.add(&event);
    }
    summary.close(&decoder);

    let mut found = serde_json::to_value(&summary).expect(name);
    let usage = decoder
        .usage()
        .map(|usage| serde_json::from_str::<Value>(usage).expect(name));
    found["usage"] = json!(usage);
    let expected = wanted["expected"].as_object().expect(name);
    let mut pairs: Vec<(&str, Value, &Value)> = expected
        .iter()
        .map(|(key, value)| (key.as_str(), found[key].take(), value))
        .collect();
    pairs.push(("provider", json!(decoder.provider()), &wanted["provider"]));
    pairs.push(("answer", json!(decoder.answer_head()), &wanted["answer"]));
    pairs.push((
        "reasoning",
        json!(decoder.reasoning_head()),
        &wanted["reasoning"],
    ));
    pairs.push((
        "recognised",
        json!(decoder.recognised()),
        &wanted["recognised"],
    ));
    pairs
        .into_iter()
        .filter(|(_, found, wanted)| found != *wanted)
        .map(|(key, found, wanted)| format!("{name}: {key} is {found}, not {wanted}"))
        .collect()
}
