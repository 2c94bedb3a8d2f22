//! `cargo xtask fuzz`: the decoder's parts on input that nobody thought of.
//!
//! libFuzzer, guided by coverage, on stable Rust: the instrumentation is
//! LLVM's, which rustc passes on. The fuzzers are a package of their own,
//! `fuzz/`; what they found and kept lies in `fuzz/corpus` and helps the next
//! run.

use crate::command;
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What can be fuzzed: the framings, the scanner, and all of it.
const TARGETS: [&str; 9] = [
    "sse",
    "ndjson",
    "json_array",
    "data_stream",
    "plain",
    "aws_eventstream",
    "length_prefixed",
    "scanner",
    "decoder",
];

/// What `fuzz/src/lib.rs` has in this order.
const TYPES: [&str; 7] = [
    "",
    "text/event-stream",
    "application/x-ndjson",
    "application/json",
    "text/plain",
    "application/vnd.amazon.eventstream",
    "application/vnd.ag-ui.event+proto",
];

/// As cargo-fuzz has them, without a sanitizer, which needs nightly Rust and
/// which code without `unsafe` has no use for.
const INSTRUMENTED: [&str; 7] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// Options of `cargo xtask fuzz`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What to fuzz, one after the other; all of them by default.
    #[arg(value_parser = TARGETS)]
    target: Vec<String>,
    /// How long to fuzz each.
    #[arg(long, value_name = "N", default_value_t = 600)]
    seconds: u32,
    /// Run one input, such as a finding, instead.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let targets: Vec<&str> = match &options.target[..] {
        [] => TARGETS.to_vec(),
        some => some.iter().map(String::as_str).collect(),
    };
    let programs = build()?;
    if let Some(input) = &options.input {
        let [target] = targets[..] else {
            bail!("an input belongs to one target: `cargo xtask fuzz TARGET --input FILE`");
        };
        return command::run(
            Command::new(programs.join(target)).arg(input),
            "repair what the panic above names",
        );
    }
    let mut findings = vec![];
    println!(
        "{:16} {:>12} {:>9} {:>8} {:>7}  finding",
        "target", "executions", "per s", "edges", "corpus"
    );
    for target in targets {
        let corpus = seed(target)?;
        let ran = fuzz(&programs.join(target), target, &corpus, options.seconds)?;
        println!(
            "{target:16} {:>12} {:>9} {:>8} {:>7}  {}",
            ran.executions,
            ran.per_second,
            ran.edges,
            ran.corpus,
            ran.finding.as_deref().unwrap_or("none"),
        );
        findings.extend(ran.finding.map(|file| (target, file)));
    }
    match &findings[..] {
        [] => Ok(()),
        [(target, file), ..] => bail!(
            "{} of the targets failed; see why with `cargo xtask fuzz {target} --input {file}`, \
             and add what it teaches to the tests",
            findings.len()
        ),
    }
}

/// The folder with the programs.
fn build() -> Result<PathBuf> {
    let rustc = Command::new("rustc").arg("-vV").output()?;
    let rustc = String::from_utf8_lossy(&rustc.stdout).into_owned();
    let host = rustc
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("`rustc -vV` names no host")?;
    let folder = command::root().join("fuzz");
    // With a target given, the flags are not for build scripts, which do not
    // link against libFuzzer.
    command::run(
        command::cargo()
            .current_dir(&folder)
            .args(["build", "--release", "--locked", "--target", host])
            .env("CARGO_ENCODED_RUSTFLAGS", INSTRUMENTED.join("\u{1f}")),
        "libFuzzer needs a C++ compiler (Debian: `apt-get install g++`)",
    )?;
    Ok(folder.join("target").join(host).join("release"))
}

/// The corpus's folder, with our own streams in it.
fn seed(target: &str) -> Result<PathBuf> {
    let root = command::root();
    let corpus = root.join("fuzz/corpus").join(target);
    fs::create_dir_all(&corpus)?;
    for entry in fs::read_dir(root.join("tests/vectors"))? {
        let path = entry?.path();
        let (Some(stem), false) = (
            path.file_stem().and_then(|stem| stem.to_str()),
            path.extension().is_none_or(|kind| kind == "json"),
        ) else {
            continue;
        };
        let Ok(about) = fs::read(path.with_extension("json")) else {
            continue;
        };
        let body = fs::read(&path)?;
        let about: serde_json::Value = serde_json::from_slice(&about)?;
        match target {
            // The type goes before the body, in one byte.
            "decoder" => {
                let kind = about["content_type"].as_str().unwrap_or_default();
                let kind = TYPES
                    .iter()
                    .position(|it| kind.starts_with(it) && !it.is_empty());
                let input = [&[kind.unwrap_or_default() as u8], &body[..]].concat();
                fs::write(corpus.join(stem), input)?;
            }
            "scanner" => {
                for (index, line) in body.split(|byte| *byte == b'\n').enumerate() {
                    let json = line.iter().position(|byte| matches!(byte, b'{' | b'['));
                    if let Some(from) = json {
                        fs::write(corpus.join(format!("{stem}-{index}")), &line[from..])?;
                    }
                }
            }
            _ => fs::write(corpus.join(stem), body)?,
        }
    }
    Ok(corpus)
}

/// What became of a target.
#[derive(Debug, Default)]
struct Ran {
    executions: u64,
    per_second: u64,
    edges: u64,
    corpus: usize,
    /// The file with the input that failed.
    finding: Option<String>,
}

fn fuzz(program: &Path, target: &str, corpus: &Path, seconds: u32) -> Result<Ran> {
    let artifacts = command::root().join("fuzz/artifacts").join(target);
    fs::create_dir_all(&artifacts)?;
    let mut child = Command::new(program)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(["-max_len=16384", "-timeout=10", "-print_final_stats=1"])
        .arg(corpus)
        .stderr(Stdio::piped())
        .spawn()
        .context("the fuzzer could not be started")?;
    let log = child.stderr.take().context("no standard error")?;
    let mut ran = Ran::default();
    for line in BufReader::new(log).lines() {
        let line = String::from_utf8_lossy(line?.as_bytes()).into_owned();
        let after = |mark: &str| {
            let (_, rest) = line.split_once(mark)?;
            rest.split_whitespace().next()
        };
        let number = |mark: &str| after(mark).and_then(|text| text.parse().ok());
        ran.edges = number(" cov:").unwrap_or(ran.edges);
        ran.executions = number("stat::number_of_executed_units:").unwrap_or(ran.executions);
        ran.per_second = number("stat::average_exec_per_sec:").unwrap_or(ran.per_second);
        if let Some(file) = after("Test unit written to ") {
            ran.finding = Some(file.to_owned());
        }
        if line.contains("panicked at") {
            println!("{line}");
        }
    }
    let status = child.wait()?;
    if !status.success() && ran.finding.is_none() {
        bail!("the fuzzer of {target} ended with {status}");
    }
    ran.corpus = fs::read_dir(corpus)?.count();
    Ok(ran)
}

#[cfg(test)]
mod tests {
    use super::command;

    // The fuzzers are no part of the workspace, so nothing else notices that
    // the library's dependencies have changed since.
    #[test]
    fn the_fuzzers_lock_file_fits_the_library() {
        let locked = command::cargo()
            .current_dir(command::root().join("fuzz"))
            .args(["metadata", "--locked", "--format-version", "1"])
            .output()
            .expect("cargo");
        assert!(
            locked.status.success(),
            "run `cargo metadata` in fuzz/ and commit its Cargo.lock: {}",
            String::from_utf8_lossy(&locked.stderr)
        );
    }
}
