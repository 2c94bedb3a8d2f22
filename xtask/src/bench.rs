//! `cargo xtask bench`: what things cost, in real browsers.

mod corpus;
mod decoder;
mod memory;
mod page;

use serde_json::Value;

/// Options of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// The decoder against `eventsource-parser` and `JSON.parse`.
    Decoder(decoder::Options),
    /// What a page holds after many long streams.
    Memory(memory::Options),
    /// Reading, the watch, the probe and the tick, on the page's main thread.
    Page(page::Options),
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    match &options.what {
        What::Decoder(options) => decoder::run(options),
        What::Memory(options) => memory::run(options),
        What::Page(options) => page::run(options),
    }
}

/// Others may use this share of the machine; figures taken beside more are the
/// scheduler's, and count as missed.
const OTHERS: f64 = 0.1;

/// What to say of a suite that ran beside others.
fn marked(verdict: &Value) -> Option<String> {
    let others = verdict["others"].as_f64().filter(|it| *it > OTHERS)?;
    let engine = verdict["engine"].as_str().unwrap_or_default();
    let share = others * 100.0;
    Some(format!("{engine}: others used {share:.0} % of the machine"))
}

/// Median, least and most.
fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    (
        at(values.len() / 2),
        at(0),
        at(values.len().saturating_sub(1)),
    )
}
