//! The decoder on the machine itself, beside what one would write first: lines
//! collected, each read by serde_json, a few fields looked at.
//!
//! Recorded streams are read from `TTFT_FIXTURES`; without them, `tests/vectors`.
//! What it costs in browsers is `cargo xtask bench decoder`.

#![allow(missing_docs, reason = "criterion's macros make public functions")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::Value;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use ttft::decoder::{Decoder, Hints, Signals};

/// Bytes per chunk; 0: a stream in one piece.
const CHUNKS: [usize; 3] = [64, 1400, 0];

fn decoders(criterion: &mut Criterion) {
    let streams = streams();
    let bytes: usize = streams.iter().map(Vec::len).sum();
    for size in CHUNKS {
        let name = if size == 0 {
            "whole".to_owned()
        } else {
            format!("{size} B")
        };
        let mut group = criterion.benchmark_group(&name);
        group.throughput(Throughput::Bytes(bytes as u64));
        for (name, decode) in [("ttft", ttft as fn(&[u8], usize) -> u32), ("naive", naive)] {
            group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
                bencher.iter(|| -> u32 {
                    let streams = streams.iter();
                    streams.map(|body| decode(black_box(body), size)).sum()
                });
            });
        }
        group.finish();
    }
}

fn pieces(body: &[u8], size: usize) -> std::slice::Chunks<'_, u8> {
    body.chunks(if size == 0 { body.len() } else { size })
}

/// Events with visible text.
fn ttft(body: &[u8], size: usize) -> u32 {
    let mut decoder = Decoder::new(&Hints {
        content_type: "text/event-stream",
        ..Hints::default()
    });
    let mut texts = 0;
    for piece in pieces(body, size) {
        decoder.push(piece, &mut |event| {
            texts += u32::from(event.signals.contains(Signals::TEXT));
        });
    }
    texts
}

/// The same of four protocols only, and wrong in many ways.
fn naive(body: &[u8], size: usize) -> u32 {
    let mut texts = 0;
    let mut line: Vec<u8> = vec![];
    for piece in pieces(body, size) {
        for &byte in piece {
            if byte != b'\n' {
                line.push(byte);
                continue;
            }
            let data = line.strip_prefix(b"data: ");
            if let Some(event) = data.and_then(|data| serde_json::from_slice::<Value>(data).ok()) {
                let text = [
                    &event["choices"][0]["delta"]["content"],
                    &event["delta"]["text"],
                    &event["delta"],
                    &event["candidates"][0]["content"]["parts"][0]["text"],
                ];
                let is_text = |text: &&Value| text.as_str().is_some_and(|text| !text.is_empty());
                texts += u32::from(text.iter().any(is_text));
            }
            line.clear();
        }
    }
    texts
}

fn streams() -> Vec<Vec<u8>> {
    let folder = std::env::var_os("TTFT_FIXTURES").unwrap_or_else(|| "../shared/fixtures".into());
    let folder = PathBuf::from(folder);
    let Ok(manifest) = std::fs::read(folder.join("manifest.json")) else {
        println!("no recorded streams at {}: tests/vectors", folder.display());
        let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
        return std::fs::read_dir(vectors)
            .expect("the vectors")
            .map(|entry| entry.expect("a file").path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "sse"))
            .map(|path| std::fs::read(path).expect("a stream"))
            .collect();
    };
    let manifest: Vec<Value> = serde_json::from_slice(&manifest).expect("a manifest");
    let is_events = |entry: &&Value| {
        let kind = entry["content_type"].as_str();
        kind.is_some_and(|kind| kind.starts_with("text/event-stream"))
    };
    manifest
        .iter()
        .filter(is_events)
        .map(|entry| std::fs::read(folder.join(entry["file"].as_str().expect("a name"))))
        .map(|body| body.expect("a stream"))
        .collect()
}

criterion_group!(benches, decoders);
criterion_main!(benches);
