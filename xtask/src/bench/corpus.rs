//! The streams that benchmarks feed: recorded ones where they are, else our
//! own.

use crate::command;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Streams of one kind.
#[derive(Debug)]
pub(crate) struct Corpus {
    /// Where they come from, for people.
    pub(crate) source: String,
    /// Type and body.
    pub(crate) streams: Vec<(String, Vec<u8>)>,
}

/// Server-sent events that end with an event, so that they can be repeated.
pub(crate) fn server_sent_events() -> Result<Corpus> {
    let folder = std::env::var_os("TTFT_FIXTURES")
        .map_or_else(|| command::root().join("../shared/fixtures"), PathBuf::from);
    let recorded = folder.join("manifest.json");
    let (source, entries) = if recorded.is_file() {
        let manifest: Vec<Value> = serde_json::from_slice(&fs::read(&recorded)?)?;
        let entry = |it: &Value| {
            let file = it["file"].as_str()?;
            Some((folder.join(file), it["content_type"].as_str()?.to_owned()))
        };
        (
            "recorded streams",
            manifest.iter().filter_map(entry).collect(),
        )
    } else {
        ("tests/vectors (TTFT_FIXTURES is not set)", vectors()?)
    };
    let mut streams = vec![];
    for (path, content_type) in entries {
        if !content_type.starts_with("text/event-stream") {
            continue;
        }
        let body = fs::read(&path).with_context(|| path.display().to_string())?;
        let is_whole = [&b"\n\n"[..], b"\r\n\r\n", b"\r\r"];
        if is_whole.iter().any(|end| body.ends_with(end)) {
            streams.push((content_type, body));
        }
    }
    Ok(Corpus {
        source: format!("{} {source}", streams.len()),
        streams,
    })
}

fn vectors() -> Result<Vec<(PathBuf, String)>> {
    let mut found = vec![];
    for entry in fs::read_dir(command::root().join("tests/vectors"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "sse") {
            found.push((path.clone(), about(&path)?));
        }
    }
    found.sort();
    Ok(found)
}

fn about(stream: &Path) -> Result<String> {
    let about = fs::read(stream.with_extension("json"))?;
    let about: Value = serde_json::from_slice(&about)?;
    Ok(about["content_type"]
        .as_str()
        .unwrap_or_default()
        .to_owned())
}
