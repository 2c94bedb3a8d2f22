//! `cargo xtask truth`: what ttft measures in real browsers, beside what the
//! server's log, the app and Chromium's trace know to be true.
//!
//! tests/truth/ measures and joins; here the samples become rows, and the rows
//! are held against their bars.

mod bars;
mod row;
mod sample;

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, bail};

use crate::test::install::Engine;
use crate::{browsers, command};
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

    /// Judge the samples of an earlier run, kept in target/truth/, and measure
    /// nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["engine", "runs", "load"])]
    samples: Option<PathBuf>,

    /// Print the rows as one JSON array, everything else to standard error
    #[arg(long)]
    json: bool,
}

/// Measures, prints, and fails when a row misses a bar.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    // With JSON asked for, standard output is for nothing else.
    let print = |text: &str| {
        if options.json {
            eprintln!("{text}");
        } else {
            println!("{text}");
        }
    };
    let rows = match &options.samples {
        Some(path) => {
            let fix = || {
                format!(
                    "{}: give a file that `cargo xtask truth` kept",
                    path.display()
                )
            };
            rows(BufReader::new(File::open(path).with_context(fix)?), &print)?
        }
        None => measure(options, &print)?,
    };
    if options.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    }
    if rows.is_empty() {
        bail!("no row was measured");
    }
    let missed = rows.iter().filter(|row| row.misses() > 0).count();
    if missed > 0 {
        // Not an error for main: this is the last line.
        print(&format!(
            "{missed} of {} rows miss a bar or are marked",
            rows.len()
        ));
        std::process::exit(1);
    }
    print(&format!("all {} rows keep their bars", rows.len()));
    Ok(())
}

fn measure(options: &Options, print: &dyn Fn(&str)) -> anyhow::Result<Vec<Row>> {
    let engines = browsers::ready(&options.engine)?;
    let mut node = browsers::script("tests/truth/run.mjs", &engines)?;
    node.args(["--runs", &options.runs.to_string()])
        .args(options.load.iter().flat_map(|load| ["--load", load]));

    // It ends when its standard input does, so that no browser outlives us.
    let mut child = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let _open = child.stdin.take();
    let output = child.stdout.take().context("no output")?;
    // Kept: a row that is wrong is understood by its samples.
    let folder = command::root().join("target/truth");
    fs::create_dir_all(&folder)?;
    let path = folder.join("samples.jsonl");
    let kept = File::create(&path)?;
    let rows = rows(BufReader::new(Tee { output, kept }), print)?;
    let status = child.wait()?;
    if !status.success() {
        bail!("tests/truth/run.mjs failed ({status}); its reason stands above");
    }
    print(&format!("samples: {}", path.display()));
    Ok(rows)
}

/// Reads the lines that tests/truth/run.mjs prints, and prints each row as it
/// ends.
fn rows(lines: impl BufRead, print: &dyn Fn(&str)) -> anyhow::Result<Vec<Row>> {
    let mut rows = vec![];
    let mut current: Option<row::Samples> = None;
    for line in lines.lines() {
        let line = line?;
        let parsed = serde_json::from_str(&line)
            .with_context(|| format!("not a line of tests/truth/run.mjs: {line}"))?;
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
    Ok(rows)
}

/// Reads, and keeps a copy.
#[derive(Debug)]
struct Tee<R> {
    output: R,
    kept: File,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.output.read(buffer)?;
        self.kept.write_all(&buffer[..length])?;
        Ok(length)
    }
}
