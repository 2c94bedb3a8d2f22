//! `cargo xtask bench page`: what ttft costs the page's main thread.

use super::{marked, spread};
use crate::browsers;
use crate::test::browser::Runner;
use crate::test::install::Engine;
use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

/// Options of `cargo xtask bench page`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only in this engine.
    #[arg(long, value_name = "NAME", value_enum)]
    engine: Vec<Engine>,
    /// Print one JSON object instead of the table.
    #[arg(long)]
    json: bool,
}

/// Microseconds per chunk for stamp and copy beyond the bare read.
const STAMPS_US: [(&str, f64); 2] = [("chromium", 2.0), ("firefox", 4.0)];
/// Microseconds of the watch, per batch of mutations and per frame.
const BATCH_US: f64 = 20.0;
const FRAME_US: f64 = 50.0;
/// Shares of the main thread: the watch over a stream, the tick while it runs.
const WATCH_SHARE: f64 = 0.005;
const TICK_SHARE: f64 = 0.01;

/// As `WAYS` in tests/browser/benches/page/reading.mjs.
const WAYS: [(&str, &str); 7] = [
    ("bare", "bare read()"),
    ("stamps", "ttft, stamps and copies only"),
    ("ttft", "ttft, decoding"),
    ("parser", "eventsource-parser + JSON.parse"),
    ("tee", "tee()"),
    ("clone", "clone()"),
    ("pipe_through", "pipeThrough()"),
];

pub(crate) fn run(options: &Options) -> Result<()> {
    let engines = browsers::ready(&options.engine)?;
    let verdicts = Runner::new()?.bench("page", &engines, None)?;
    let mut all = vec![];
    let mut missed = vec![];
    for verdict in &verdicts {
        let engine = verdict["engine"].as_str().unwrap_or_default();
        if verdict["failed"] != 0 {
            bail!("{engine} did not measure all: {}", verdict["failures"]);
        }
        let parts = parts(verdict)?;
        let bars = bars(engine, &parts);
        if !options.json {
            println!();
            println!(
                "{engine} ({})",
                verdict["version"].as_str().unwrap_or_default()
            );
            print_reading(&parts, "memory");
            print_reading(&parts, "network");
            print_rest(&parts);
            bars.iter().for_each(Bar::print);
            if let Some(words) = marked(verdict) {
                println!("  MISS {words}");
            }
        }
        let missing = bars.iter().filter(|bar| !bar.holds());
        missed.extend(missing.map(|bar| format!("{engine}: {}", bar.what)));
        missed.extend(marked(verdict));
        all.push(json!({ "engine": engine, "version": verdict["version"],
            "others": verdict["others"], "parts": parts }));
    }
    if options.json {
        let all = json!({ "engines": all, "missed": missed });
        println!("{}", serde_json::to_string_pretty(&all)?);
    }
    if missed.is_empty() {
        Ok(())
    } else {
        bail!("missed: {}", missed.join("; "))
    }
}

/// What each case noted.
fn parts(verdict: &Value) -> Result<Vec<Value>> {
    let notes = verdict["notes"].as_array().context("no notes")?;
    let texts = notes.iter().filter_map(|note| note["text"].as_str());
    Ok(texts.map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn part<'a>(parts: &'a [Value], name: &str) -> &'a Value {
    let found = parts.iter().find(|part| part["part"] == name);
    found.unwrap_or(&Value::Null)
}

/// Microseconds of a way, round by round.
fn of(part: &Value, way: &str) -> Vec<f64> {
    let rounds = part["rounds"].as_array().into_iter().flatten();
    rounds
        .filter_map(|round| round[way].as_f64().or_else(|| round[way]["us"].as_f64()))
        .collect()
}

/// What a way costs beyond another, round by round: what slowed one slowed both.
fn beyond(part: &Value, way: &str, less: &str) -> Vec<f64> {
    let pairs = of(part, way).into_iter().zip(of(part, less));
    pairs.map(|(more, less)| more - less).collect()
}

/// A bar of the design and what was measured.
struct Bar {
    what: String,
    measured: f64,
    most: f64,
    unit: &'static str,
}

impl Bar {
    fn holds(&self) -> bool {
        // Also false for a figure that is none.
        self.measured <= self.most
    }

    fn print(&self) {
        println!(
            "  {:4} {}: {:.2} of {:.2} {}",
            if self.holds() { "ok" } else { "MISS" },
            self.what,
            self.measured,
            self.most,
            self.unit
        );
    }
}

fn bars(engine: &str, parts: &[Value]) -> Vec<Bar> {
    let mut bars = vec![];
    let mut bar = |what: &str, measured: f64, most: f64, unit| {
        let what = what.to_owned();
        bars.push(Bar {
            what,
            measured,
            most,
            unit,
        });
    };
    let memory = part(parts, "memory");
    if let Some((_, most)) = STAMPS_US.iter().find(|(name, _)| *name == engine) {
        let (median, ..) = spread(beyond(memory, "stamps", "bare"));
        bar(
            "stamp and copy of a chunk, beyond the bare read",
            median,
            *most,
            "us",
        );
    }
    let (own, ..) = spread(beyond(memory, "ttft", "bare"));
    let (parser, ..) = spread(beyond(memory, "parser", "bare"));
    bar(
        "with decoding, against parser and JSON.parse",
        own,
        parser,
        "us",
    );
    for load in part(parts, "watch")["loads"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let name = load["load"].as_str().unwrap_or_default();
        let (batch, frame, share) = watch(load, "spent");
        bar(
            &format!("watch, a batch of mutations ({name})"),
            batch,
            BATCH_US,
            "us",
        );
        bar(&format!("watch, a frame ({name})"), frame, FRAME_US, "us");
        let (share, most) = (share * 100.0, WATCH_SHARE * 100.0);
        bar(
            &format!("watch, of the main thread ({name})"),
            share,
            most,
            "%",
        );
    }
    if let Some((share, ..)) = tick(part(parts, "tick")) {
        bar(
            "tick, of the main thread while it runs",
            share * 100.0,
            TICK_SHARE * 100.0,
            "%",
        );
    }
    bars
}

/// Microseconds per batch and per frame, and the share of the stream's time:
/// what was `spent` by ttft, or by the `bare` platform.
fn watch(load: &Value, by: &str) -> (f64, f64, f64) {
    let ms = |name: &str| load[by][name]["ms"].as_f64().unwrap_or(f64::NAN);
    let count = |name: &str| load[by][name]["count"].as_f64().unwrap_or(0.0);
    let frames = ms("frame") + ms("request") + ms("task");
    let whole = ms("mutations") + frames + ms("paint");
    let seconds = load["seconds"].as_f64().unwrap_or(f64::NAN);
    (
        ms("mutations") * 1000.0 / count("mutations").max(1.0),
        // Where no place is followed, no frame is waited for. Where one is, its
        // observer may be asked before it calls.
        frames * 1000.0 / count("frame").max(count("request")).max(1.0),
        whole / 1000.0 / seconds,
    )
}

/// The tick's share of the main thread, with its spread, and its ticks.
fn tick(part: &Value) -> Option<(f64, f64, f64, f64)> {
    let window = part["window_ms"].as_f64()?;
    let shares = beyond(part, "ttft", "native");
    let (median, least, most) = spread(shares.iter().map(|ms| ms / window).collect());
    let (ticks, ..) = spread(of(part, "ticks"));
    Some((median, least, most, ticks))
}

fn print_reading(parts: &[Value], name: &str) {
    let part = part(parts, name);
    let rounds = part["rounds"].as_array().map_or(0, Vec::len);
    if rounds == 0 {
        return println!("  {name}: not measured, the system tells no processor time of threads");
    }
    let clock = part["clock"].as_str().unwrap_or("processor");
    println!("  {name}, us per chunk ({clock} time), medians of {rounds} interleaved rounds");
    for (way, words) in WAYS {
        let (median, ..) = spread(of(part, way));
        let (more, least, most) = spread(beyond(part, way, "bare"));
        print!("    {words:34} {median:8.2}");
        if way != "bare" {
            print!("  {more:+8.2} beyond ({least:+.2} to {most:+.2})");
        }
        println!();
    }
}

fn print_rest(parts: &[Value]) {
    println!("  the watch while an answer is shown, a token each 30 ms");
    for load in part(parts, "watch")["loads"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let (batch, frame, share) = watch(load, "spent");
        let (bare_batch, bare_frame, bare_share) = watch(load, "bare");
        let median = load["spent"]["mutations"]["median"]
            .as_f64()
            .unwrap_or(f64::NAN)
            * 1e3;
        print!(
            "    {:10} {:.0} s, found by {}: {batch:.1} us a batch (median {median:.0}), {frame:.1} us a frame, {:.3} %",
            load["load"].as_str().unwrap_or_default(),
            load["seconds"].as_f64().unwrap_or(f64::NAN),
            load["found"].as_str().unwrap_or("none"),
            share * 100.0,
        );
        match load["all_ms"].as_f64() {
            Some(all) => println!("; all of ttft {all:.0} ms of processor time"),
            None => println!(),
        }
        println!(
            "    {:10} observers that only read the clock: {bare_batch:.1} us a batch, {bare_frame:.1} us a frame, {:.3} %",
            "",
            bare_share * 100.0,
        );
    }
    let probe = part(parts, "probe");
    if probe["rounds"].as_array().is_some_and(|it| !it.is_empty()) {
        let (median, least, most) = spread(beyond(probe, "probe", "frame"));
        println!(
            "  a probe, its frame's style, layout and paint included: {:.0} us ({:.0} to {:.0}) beyond the estimate",
            median * 1e3,
            least * 1e3,
            most * 1e3
        );
    }
    if let Some((share, least, most, ticks)) = tick(part(parts, "tick")) {
        println!(
            "  the tick on an idle page: {:.2} % of the main thread ({:.2} to {:.2}), {ticks:.0} ticks",
            share * 100.0,
            least * 100.0,
            most * 100.0
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{bars, watch};
    use serde_json::json;

    fn figures() -> Vec<serde_json::Value> {
        let spent = |ms: f64| json!({ "count": 1000, "ms": ms });
        vec![
            json!({ "part": "memory", "rounds": [
                { "bare": 3.0, "stamps": 4.5, "ttft": 6.0, "parser": 5.0 },
                { "bare": 2.0, "stamps": 4.5, "ttft": 4.0, "parser": 4.0 },
                { "bare": 3.0, "stamps": 4.0, "ttft": 5.0, "parser": 6.0 },
            ] }),
            json!({ "part": "watch", "loads": [{ "load": "text", "seconds": 10.0, "spent": {
                "mutations": spent(10.0), "frame": spent(40.0), "request": spent(5.0), "task": spent(10.0),
                "paint": spent(1.0) } }] }),
            json!({ "part": "tick", "window_ms": 1000, "rounds": [{ "ttft": 12.0, "native": 4.0 }] }),
        ]
    }

    #[test]
    fn costs_are_judged_by_rounds_of_their_own() {
        let bars = bars("chromium", &figures());
        let outcome: Vec<_> = bars.iter().map(|bar| (bar.measured, bar.holds())).collect();
        assert_eq!(
            outcome,
            [
                (1.5, true),
                (2.0, true),
                (10.0, true),
                (55.0, false),
                (0.66, false),
                (0.8, true)
            ]
        );
    }

    #[test]
    fn what_was_not_measured_misses_its_bar() {
        let bars = bars("chromium", &[]);
        assert_eq!(bars.len(), 2);
        assert!(bars.iter().all(|bar| !bar.holds()));
        assert!(watch(&json!({}), "spent").2.is_nan());
    }
}
