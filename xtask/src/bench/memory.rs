//! `cargo xtask bench memory`: what a page holds after many long streams.

use crate::browsers;
use crate::test::browser::Runner;
use crate::test::install::Engine;
use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

/// Options of `cargo xtask bench memory`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only in this engine.
    #[arg(long, value_name = "NAME", value_enum)]
    engine: Vec<Engine>,
    /// Print one JSON object instead of the table.
    #[arg(long)]
    json: bool,
}

/// Bytes that the page's heap may hold more than natively.
const BAR: f64 = 2.0 * 1024.0 * 1024.0;

pub(crate) fn run(options: &Options) -> Result<()> {
    let engines = browsers::ready(&options.engine)?;
    let verdicts = Runner::new()?.bench("memory", &engines, None)?;
    let mut all = vec![];
    let mut missed = vec![];
    for verdict in &verdicts {
        let engine = verdict["engine"].as_str().unwrap_or_default();
        let note = verdict["notes"][0]["text"].as_str();
        let note =
            note.with_context(|| format!("{engine} measured nothing: {}", verdict["failures"]))?;
        let figures: Value = serde_json::from_str(note)?;
        let over = over(engine, &figures);
        if !options.json {
            print(engine, verdict, &figures);
            match over {
                Some(more) if more > BAR || more.is_nan() => println!("  MISS {}", words(more)),
                Some(more) => println!("  ok   {}", words(more)),
                None => println!("  the heap is told in Chromium only"),
            }
        }
        missed.extend(over.filter(|more| *more > BAR || more.is_nan()).map(words));
        all.push(json!({ "engine": engine, "version": verdict["version"], "figures": figures }));
    }
    if options.json {
        let all = json!({ "engines": all, "missed": missed });
        println!("{}", serde_json::to_string_pretty(&all)?);
    }
    match &missed[..] {
        [] => Ok(()),
        some => bail!("missed: {}", some.join("; ")),
    }
}

/// Bytes of heap and buffers with ttft beyond those without. `None` where none
/// are told.
fn over(engine: &str, figures: &Value) -> Option<f64> {
    let heap = |run: &str| heap(&figures[run]["whole"]);
    (engine == "chromium").then(|| heap("measured") - heap("native"))
}

fn heap(at: &Value) -> f64 {
    let part = |name: &str| at["heap"][name].as_f64().unwrap_or(f64::NAN);
    part("used") + part("buffers")
}

fn words(more: f64) -> String {
    let (more, bar) = (megabytes(more), megabytes(BAR));
    format!("heap after collection: {more:+.2} MB of {bar:.0} MB beyond native")
}

fn megabytes(bytes: f64) -> f64 {
    bytes / 1024.0 / 1024.0
}

fn print(engine: &str, verdict: &Value, figures: &Value) {
    let version = verdict["version"].as_str().unwrap_or_default();
    let streams = figures["streams"].as_u64().unwrap_or(0);
    let bytes = megabytes(figures["bytes"].as_f64().unwrap_or(f64::NAN));
    println!("\n{engine} ({version}): {streams} streams of {bytes:.0} MB and one never read, MB");
    println!(
        "  {:28} {:>8} {:>10}",
        "", "heap", "all processes (shared memory by its part)"
    );
    let rows = [
        ("before", &figures["before"]),
        ("native, half of them", &figures["native"]["half"]),
        ("native, all", &figures["native"]["whole"]),
        ("then ttft, half of them", &figures["measured"]["half"]),
        ("then ttft, all", &figures["measured"]["whole"]),
    ];
    for (name, at) in rows {
        let resident = megabytes(at["resident"].as_f64().unwrap_or(f64::NAN));
        let heap = megabytes(heap(at));
        if heap.is_nan() {
            println!("  {name:28} {:>8} {resident:>10.1}", "-");
        } else {
            println!("  {name:28} {heap:>8.2} {resident:>10.1}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::over;
    use serde_json::json;

    #[test]
    fn a_heap_that_is_not_told_is_no_pass_in_chromium() {
        let told = |used: u64| json!({ "whole": { "heap": { "used": used, "buffers": 50 } } });
        let figures = json!({ "native": told(100), "measured": told(300) });
        assert_eq!(over("chromium", &figures), Some(200.0));
        assert_eq!(over("firefox", &figures), None);
        assert!(over("chromium", &json!({})).is_some_and(f64::is_nan));
    }
}
