//! `cargo xtask renderers`: answers shown by real renderers, and the first
//! paint held against the pictures of Chromium's frames.

use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use clap::ValueEnum as _;

use crate::test::install::{self, Engine};
use crate::{build, command, node};

/// Options of `cargo xtask renderers`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only this engine; may be repeated
    #[arg(long, value_name = "NAME", value_enum)]
    engine: Vec<Engine>,

    /// Only this one of tests/renderers/apps/; may be repeated
    #[arg(long, value_name = "NAME")]
    renderer: Vec<String>,

    /// Answers per renderer
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let engines = if options.engine.is_empty() {
        Engine::value_variants()
    } else {
        &options.engine
    };
    install::browsers(engines)?;
    build::run(&build::Options::default())?;
    build::programs()?;
    let mut node = Command::new(node::tools()?.node());
    node.arg(command::root().join("tests/renderers/run.mjs"))
        .arg("--replay")
        .arg(std::env::current_exe()?.with_file_name("ttft-replay"))
        .args(["--runs", &options.runs.to_string()])
        .args(
            options
                .renderer
                .iter()
                .flat_map(|name| ["--renderer", name]),
        );
    for engine in engines {
        let program = engine.program().context("the browser has no program")?;
        node.arg("--engine")
            .arg(format!("{}={}", engine.name(), program.display()));
    }
    // It ends when its standard input does, so that no browser outlives us.
    let mut child = node.stdin(Stdio::piped()).spawn()?;
    let _open = child.stdin.take();
    if !child.wait()?.success() {
        bail!("an answer was not found or not painted when ttft says; see above");
    }
    Ok(())
}
