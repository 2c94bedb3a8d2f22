//! `cargo xtask clients`: real clients from npm, as they are, in real browsers:
//! measured by ttft they do what they do without it, and the records are right.

use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use clap::ValueEnum as _;

use crate::test::install::{self, Engine};
use crate::{build, command, node};

/// Options of `cargo xtask clients`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only this file of tests/clients/suites, by its name; may be repeated
    #[arg(long, value_name = "NAME")]
    client: Vec<String>,

    /// Only this engine; may be repeated
    #[arg(long, value_name = "NAME", value_enum)]
    engine: Vec<Engine>,
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

    let program = std::env::current_exe()?;
    let mut node = Command::new(node::tools()?.node());
    node.arg(command::root().join("tests/clients/run.mjs"))
        .arg("--replay")
        .arg(program.with_file_name("ttft-replay"))
        .arg("--collector")
        .arg(program.with_file_name("ttft-collector"))
        .args(options.client.iter().flat_map(|name| ["--client", name]));
    for engine in engines {
        let path = engine.program().context("the browser has no program")?;
        node.arg("--engine")
            .arg(format!("{}={}", engine.name(), path.display()));
    }
    // It ends when its standard input does, so that no browser outlives us.
    let mut child = node.stdin(Stdio::piped()).spawn()?;
    let _open = child.stdin.take();
    if !child.wait()?.success() {
        bail!("a client is not as it is without ttft; the table above says which");
    }
    Ok(())
}
