//! `cargo xtask truth`: what ttft measures in real browsers, beside what the
//! server's log, the app and Chromium's trace know to be true.
//!
//! tests/truth/ measures and joins; here the samples become rows, and the rows
//! are held against their bars.

mod bars;
mod row;
mod sample;

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use clap::ValueEnum as _;

use crate::test::install::{self, Engine};
use crate::{build, command, node};
use row::Row;
use sample::Line;

/// Options of `cargo xtask truth`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only this engine; may be repeated
    #[arg(long, value_name = "NAME", value_enum)]
    engine: Vec<Engine>,

    /// Answers per row
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,

    /// Only this load of tests/truth/loads.mjs; may be repeated
    #[arg(long, value_name = "NAME")]
    load: Vec<String>,

    /// Print the rows as one JSON array, everything else to standard error
    #[arg(long)]
    json: bool,
}

/// Measures, prints, and fails when a row misses a bar.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let engines: Vec<Engine> = if options.engine.is_empty() {
        Engine::value_variants().to_vec()
    } else {
        options.engine.clone()
    };
    install::browsers(&engines)?;
    // In release, as it is shipped, but for the server: it only writes on time.
    build::run(&build::Options::default())?;
    let mut cargo = Command::new("cargo");
    command::run(
        // With JSON asked for, standard output is for nothing else.
        cargo.arg("build").current_dir(command::root()),
        "repair the build",
    )?;

    let print = |text: &str| {
        if options.json {
            eprintln!("{text}");
        } else {
            println!("{text}");
        }
    };
    let rows = measure(options, &engines, &print)?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    }
    let missed: Vec<_> = rows.iter().filter(|row| row.misses() > 0).collect();
    if rows.is_empty() {
        bail!("no row was measured");
    }
    if !missed.is_empty() {
        bail!(
            "{} of {} rows miss a bar or could not be judged",
            missed.len(),
            rows.len()
        );
    }
    print(&format!("all {} rows keep their bars", rows.len()));
    Ok(())
}

fn measure(
    options: &Options,
    engines: &[Engine],
    print: &dyn Fn(&str),
) -> anyhow::Result<Vec<Row>> {
    let root = command::root();
    let program = std::env::current_exe()?;
    let mut node = Command::new(node::tools()?.node());
    node.arg(root.join("tests/truth/run.mjs"))
        .arg("--replay")
        .arg(program.with_file_name("ttft-replay"))
        .args(["--runs", &options.runs.to_string()]);
    for load in &options.load {
        node.args(["--load", load]);
    }
    for engine in engines {
        let path = engine.program().context("the browser has no program")?;
        node.arg("--engine")
            .arg(format!("{}={}", engine.name(), path.display()));
    }

    // Kept: a row that is wrong is understood by its samples.
    let folder = root.join("target/truth");
    fs::create_dir_all(&folder)?;
    let path = folder.join("samples.jsonl");
    let mut kept = File::create(&path)?;

    // It ends when its standard input does, so that no browser outlives us.
    let mut child = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let _open = child.stdin.take();
    let lines = BufReader::new(child.stdout.take().context("no output")?);
    let mut rows = vec![];
    let mut current: Option<row::Samples> = None;
    for line in lines.lines() {
        let line = line?;
        writeln!(kept, "{line}")?;
        let parsed = serde_json::from_str(&line)
            .with_context(|| format!("tests/truth/run.mjs printed {line}"))?;
        match parsed {
            Line::Row(of) => current = Some(row::Samples::new(of)),
            Line::Sample(sample) => current.as_mut().context("no row yet")?.add(*sample),
            Line::Lost { reason } => current.as_mut().context("no row yet")?.lost(reason),
            Line::End(end) => {
                let row = current.take().context("no row yet")?.summary(end);
                print(&row.to_string());
                rows.push(row);
            }
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("tests/truth/run.mjs failed ({status}); its reason stands above");
    }
    print(&format!("samples: {}", path.display()));
    Ok(rows)
}
