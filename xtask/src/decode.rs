//! `cargo xtask decode`: what the decoder sees in a recorded stream.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use ttft::decoder::{Decoder, Dialects, Hints, UserDialect};
use ttft::inspect::{Explanation, Summary};

/// Options of `cargo xtask decode`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Response bodies, byte for byte as they came.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The response's type; goes before that of `--header`.
    #[arg(long, value_name = "T")]
    content_type: Option<String>,
    /// A response header.
    #[arg(long, value_name = "K: V")]
    header: Vec<Header>,
    /// A dialect of your own: a JSON file with one entry of the option
    /// `dialects`.
    #[arg(long, value_name = "FILE")]
    dialect: Option<PathBuf>,
    /// Feed the body in pieces of N bytes, or of random sizes.
    #[arg(long, value_name = "N | random:SEED", default_value = "whole")]
    split: Split,
    /// Tell event by event what was seen and which rule decided.
    #[arg(long)]
    explain: bool,
}

#[derive(Clone, Debug)]
struct Header {
    name: String,
    value: String,
}

impl FromStr for Header {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text
            .split_once(':')
            .ok_or("write a header as `Name: value`, such as `Content-Type: text/plain`")?;
        Ok(Self {
            name: name.trim().to_ascii_lowercase(),
            value: value.trim().to_owned(),
        })
    }
}

#[derive(Clone, Copy, Debug)]
enum Split {
    Whole,
    Every(usize),
    Random(u64),
}

impl FromStr for Split {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse::<u64>().ok();
        if text == "whole" {
            return Ok(Self::Whole);
        }
        if let Some(seed) = text.strip_prefix("random:").and_then(number) {
            return Ok(Self::Random(seed));
        }
        match number(text) {
            Some(size @ 1..) => Ok(Self::Every(usize::try_from(size).unwrap_or(usize::MAX))),
            _ => Err(
                "give a size of at least 1, or `random:` and a seed, such as `random:7`".to_owned(),
            ),
        }
    }
}

impl Split {
    fn pieces(self, body: &[u8]) -> Vec<&[u8]> {
        match self {
            Self::Whole => vec![body],
            Self::Every(size) => body.chunks(size).collect(),
            Self::Random(seed) => {
                let mut state = seed.wrapping_mul(2).wrapping_add(1);
                let mut rest = body;
                let mut pieces = Vec::new();
                while !rest.is_empty() {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    let limit = [2, 5, 40, 300, 2000][(state >> 60) as usize % 5];
                    let size = 1 + (state >> 33) as usize % limit;
                    let (piece, tail) = rest.split_at(size.min(rest.len()));
                    pieces.push(piece);
                    rest = tail;
                }
                pieces
            }
        }
    }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let dialects = options
        .dialect
        .as_deref()
        .map_or(Ok(Dialects::default()), read_dialect)?;
    for file in &options.files {
        let body =
            std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        println!("{}", decode(options, &dialects, file, &body));
    }
    Ok(())
}

fn read_dialect(file: &Path) -> Result<Dialects> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the dialect {}", file.display()))?;
    let dialect: UserDialect = serde_json::from_str(&text).with_context(|| {
        format!(
            "{} is no dialect: write one object such as {{\"name\": \"acme\", \"answer\": \"token\"}}",
            file.display()
        )
    })?;
    match Dialects::with(vec![dialect]) {
        Ok(dialects) => Ok(dialects),
        Err((_, error)) => bail!("the dialect in {} {error}", file.display()),
    }
}

fn decode(options: &Options, dialects: &Dialects, file: &Path, body: &[u8]) -> String {
    let header = |name: &str| options.header.iter().find(|header| header.name == name);
    let content_type = options
        .content_type
        .as_deref()
        .or(header("content-type").map(|header| header.value.as_str()))
        .unwrap_or_default();
    let hints = Hints {
        content_type,
        ai_ui_message_stream: header("x-vercel-ai-ui-message-stream").is_some(),
        ai_data_stream: header("x-vercel-ai-data-stream").is_some(),
    };
    let mut decoder = Decoder::with_dialects(&hints, dialects);
    let mut summary = Summary::default();
    if options.explain {
        decoder.explain();
    }
    for piece in options.split.pieces(body) {
        decoder.push(piece, &mut |event| summary.add(event));
        explain(&mut decoder);
    }
    decoder.finish(&mut |event| summary.add(event));
    explain(&mut decoder);
    summary.close(&decoder);

    let usage: Option<Value> = decoder
        .usage()
        .and_then(|usage| serde_json::from_str(usage).ok());
    // Member by member: a map of serde_json's would sort them.
    let members = [
        ("file", json!(file.display().to_string())),
        ("framing", json!(summary.framing)),
        ("dialect", json!(summary.dialect)),
        ("events", json!(summary.events)),
        ("first", json!(summary.first)),
        ("last_token", json!(summary.last_token)),
        ("end_marker", json!(summary.end_marker)),
        ("usage", json!(usage)),
        ("tokens", json!(summary.tokens)),
        ("model", json!(summary.model)),
        ("response_id", json!(summary.response_id)),
        ("server", json!(summary.server)),
    ];
    let members = members.map(|(key, value)| format!("\"{key}\":{value}"));
    format!("{{{}}}", members.join(","))
}

fn explain(decoder: &mut Decoder) {
    for explanation in decoder.take_explanations() {
        print_explanation(&explanation);
    }
}

/// To standard error, so that standard output stays one object per file.
fn print_explanation(explanation: &Explanation) {
    let Explanation {
        event,
        name,
        document,
        found,
    } = explanation;
    let signals: Vec<_> = event.signals.names().collect();
    let name = name.escape_default();
    eprintln!(
        "event {} ends at {} {name}: {}",
        event.index,
        event.end,
        signals.join(", ")
    );
    eprintln!("    {}", beginning(document));
    for found in found {
        let dialect = if found.dialect.is_empty() {
            "all dialects"
        } else {
            &found.dialect
        };
        let but = if found.but.is_empty() {
            String::new()
        } else {
            format!(", but {}", found.but)
        };
        eprintln!("    {} is {} ({dialect}){but}", found.path, found.meaning);
    }
    if !found.is_empty() {
        return;
    }
    let Ok(value) = serde_json::from_slice::<Value>(document) else {
        if !document.starts_with(b"[DONE]") {
            eprintln!("    this is no complete JSON document");
        }
        return;
    };
    let mut strings = Vec::new();
    list_strings(&value, &mut String::new(), &mut strings);
    if !strings.is_empty() {
        eprintln!(
            "    no rule knows it. Its strings; if one is output, name its path in a dialect:"
        );
        for (path, text) in strings.iter().take(20) {
            eprintln!("        {path}: {}", beginning(text.as_bytes()));
        }
    }
}

fn list_strings(value: &Value, path: &mut String, strings: &mut Vec<(String, String)>) {
    let length = path.len();
    let slash = if path.is_empty() { "" } else { "/" };
    match value {
        Value::String(text) if !text.is_empty() => strings.push((path.clone(), text.clone())),
        Value::Object(members) => {
            for (key, value) in members {
                path.push_str(slash);
                path.push_str(key);
                list_strings(value, path, strings);
                path.truncate(length);
            }
        }
        Value::Array(elements) => {
            path.push_str(slash);
            path.push('*');
            for value in elements.iter().take(3) {
                list_strings(value, path, strings);
            }
            path.truncate(length);
        }
        _ => {}
    }
}

/// The first hundred characters, in one line.
fn beginning(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut short = String::new();
    for character in text.chars().take(100) {
        if character.is_control() {
            short.extend(character.escape_default());
        } else {
            short.push(character);
        }
    }
    if text.chars().nth(100).is_some() {
        short.push('…');
    }
    short
}
