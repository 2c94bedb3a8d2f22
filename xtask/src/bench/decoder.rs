//! `cargo xtask bench decoder`: the shipped module against what an app would
//! decode with, in the same page and run.

use super::{corpus, spread};
use crate::test::browser::Runner;
use crate::test::install::Engine;
use crate::{browsers, command};
use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use serde_json::{Value, json};
use std::fs;

/// Options of `cargo xtask bench decoder`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only in this engine.
    #[arg(long, value_name = "NAME", value_enum)]
    engine: Vec<Engine>,
    /// Print one JSON object instead of the table.
    #[arg(long)]
    json: bool,
}

/// At least this many times as fast as parser and JSON.parse, in Chromium.
const BAR: f64 = 2.0;

pub(crate) fn run(options: &Options) -> Result<()> {
    let engines = browsers::ready(&options.engine)?;
    let corpus = corpus::server_sent_events()?;
    let folder = command::root().join("target/bench");
    fs::create_dir_all(&folder)?;
    let streams: Vec<Value> = corpus
        .streams
        .iter()
        .map(|(content_type, body)| {
            let body = base64::engine::general_purpose::STANDARD.encode(body);
            json!({ "type": content_type, "body": body })
        })
        .collect();
    fs::write(folder.join("corpus.json"), serde_json::to_vec(&streams)?)?;

    let mount = format!("/bench={}", folder.display());
    let verdicts = Runner::new()?.bench("decoder", &engines, Some(&mount))?;
    let mut measured = vec![];
    for verdict in &verdicts {
        let name = verdict["engine"].as_str().unwrap_or_default();
        let note = verdict["notes"][0]["text"].as_str();
        let note =
            note.with_context(|| format!("{name} measured nothing: {}", verdict["failures"]))?;
        measured.push(engine(name, verdict, &serde_json::from_str(note)?)?);
    }
    let missed = missed(&measured);
    if options.json {
        let all =
            json!({ "corpus": corpus.source, "bar": BAR, "engines": measured, "missed": missed });
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        print(&corpus.source, &measured);
        match &missed[..] {
            [] => println!(
                "bars: met (at least {BAR} times parser + JSON in Chromium, slower in no engine)"
            ),
            some => println!("bars: MISSED: {}", some.join("; ")),
        }
    }
    if missed.is_empty() {
        Ok(())
    } else {
        bail!("missed: {}", missed.join("; "))
    }
}

/// One engine's figures: medians, and ratios with their spread over rounds.
fn engine(name: &str, verdict: &Value, note: &Value) -> Result<Value> {
    let mut rows = vec![];
    for size in note["sizes"].as_array().context("no sizes")? {
        let (Some(bytes), Some(events)) = (size["bytes"].as_f64(), size["events"].as_f64()) else {
            bail!("{name}: sizes without bytes");
        };
        let rounds = size["rounds"].as_array().context("no rounds")?;
        let of =
            |key: &str| -> Vec<f64> { rounds.iter().filter_map(|it| it[key].as_f64()).collect() };
        let speed = |key: &str| {
            let (ms, ..) = spread(of(key));
            json!({ "mb_per_s": bytes / ms / 1000.0, "ns_per_event": ms * 1e6 / events })
        };
        // Each round on its own: what slowed it slowed both.
        let ratio = |key: &str| {
            let (median, least, most) = spread(
                of(key)
                    .iter()
                    .zip(of("ttft"))
                    .map(|(peer, own)| peer / own)
                    .collect(),
            );
            json!({ "median": median, "least": least, "most": most })
        };
        rows.push(json!({
            "chunk": size["chunk"],
            "rounds": rounds.len(),
            "ttft": speed("ttft"),
            "parser": speed("parser"),
            "parser_json": speed("parser_json"),
            "times_parser": ratio("parser"),
            "times_parser_json": ratio("parser_json"),
        }));
    }
    Ok(json!({
        "engine": name,
        "version": verdict["version"],
        "call_us": note["call_us"],
        "rows": rows,
    }))
}

/// What falls short of the bars, by the median of each row.
fn missed(engines: &[Value]) -> Vec<String> {
    let mut missed = vec![];
    for engine in engines {
        let name = engine["engine"].as_str().unwrap_or_default();
        let bar = if name == "chromium" { BAR } else { 1.0 };
        for row in engine["rows"].as_array().into_iter().flatten() {
            let ratio = row["times_parser_json"]["median"].as_f64().unwrap_or(0.0);
            if ratio < bar {
                missed.push(format!("{name}, {}: {ratio:.2} of {bar}", chunk(row)));
            }
        }
    }
    missed
}

fn chunk(row: &Value) -> String {
    match row["chunk"].as_u64() {
        Some(0) | None => "whole".to_owned(),
        Some(bytes) => format!("{bytes} B"),
    }
}

fn print(source: &str, engines: &[Value]) {
    println!("\n{source}, each repeated to 64 KiB; medians of interleaved rounds, warm\n");
    println!(
        "{:10} {:>7} {:>21} {:>21} {:>21} {:>20} {:>20}",
        "",
        "",
        "ttft",
        "eventsource-parser",
        "the same + JSON.parse",
        "times the parser",
        "times parser + JSON"
    );
    println!(
        "{:10} {:>7} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10} {:>20} {:>20}",
        "engine",
        "chunk",
        "MB/s",
        "ns/event",
        "MB/s",
        "ns/event",
        "MB/s",
        "ns/event",
        "median (range)",
        "median (range)"
    );
    for engine in engines {
        for row in engine["rows"].as_array().into_iter().flatten() {
            let number = |of: &str, key: &str| row[of][key].as_f64().unwrap_or(f64::NAN);
            print!(
                "{:10} {:>7}",
                engine["engine"].as_str().unwrap_or_default(),
                chunk(row)
            );
            for of in ["ttft", "parser", "parser_json"] {
                print!(
                    " {:>10.1} {:>10.0}",
                    number(of, "mb_per_s"),
                    number(of, "ns_per_event")
                );
            }
            for of in ["times_parser", "times_parser_json"] {
                let range = format!(
                    "{:.2} ({:.2}-{:.2})",
                    number(of, "median"),
                    number(of, "least"),
                    number(of, "most")
                );
                print!(" {range:>20}");
            }
            println!();
        }
        let call = engine["call_us"].as_f64().unwrap_or(f64::NAN);
        println!(
            "{:10} {}; a call costs {call:.1} us beside its bytes",
            "",
            engine["version"].as_str().unwrap_or_default()
        );
    }
    println!(
        "\nttft's side is the shipped module through open, response, read and discard: the copy of\n\
         the bytes, read log, statistics and the search for the answer are in it."
    );
}

#[cfg(test)]
mod tests {
    use super::{engine, missed, spread};
    use serde_json::json;

    #[test]
    fn ratios_are_of_the_same_round() {
        let rounds = json!([
            { "ttft": 1.0, "parser": 2.0, "parser_json": 3.0 },
            { "ttft": 2.0, "parser": 2.0, "parser_json": 6.0 },
            { "ttft": 1.0, "parser": 4.0, "parser_json": 2.5 },
        ]);
        let note = json!({ "call_us": 5.0, "sizes": [
            { "chunk": 64, "bytes": 1_000_000, "events": 1000, "rounds": rounds }] });
        let figures = engine("chromium", &json!({}), &note).expect("figures");
        let row = &figures["rows"][0];
        assert_eq!(
            row["ttft"],
            json!({ "mb_per_s": 1000.0, "ns_per_event": 1000.0 })
        );
        assert_eq!(
            row["times_parser"],
            json!({ "median": 2.0, "least": 1.0, "most": 4.0 })
        );
        assert_eq!(row["times_parser_json"]["median"], 3.0);
        assert!(missed(&[figures]).is_empty());
    }

    #[test]
    fn a_slow_engine_misses_its_bar() {
        let row = |ratio: f64| json!({ "chunk": 0, "times_parser_json": { "median": ratio } });
        let engines = [
            json!({ "engine": "chromium", "rows": [row(1.9)] }),
            json!({ "engine": "webkit", "rows": [row(1.1), row(0.9)] }),
        ];
        assert_eq!(
            missed(&engines),
            ["chromium, whole: 1.90 of 2", "webkit, whole: 0.90 of 1"]
        );
        assert!(spread(vec![]).0.is_nan());
    }
}
