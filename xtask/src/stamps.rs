//! `cargo xtask stamps`: the servers of docs/server-stamps.md, run as they
//! stand there.

use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::test::install::{self, Engine};
use crate::{build, command, node};

/// Options of `cargo xtask stamps`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only this server: express, fastapi, axum or next; may be repeated
    #[arg(long, value_name = "NAME")]
    server: Vec<String>,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    install::browsers(&[Engine::Chromium])?;
    build::run(&build::Options::default())?;
    build::programs()?;
    let chromium = Engine::Chromium.program().context("no Chromium")?;
    let replay = std::env::current_exe()?.with_file_name("ttft-replay");
    let mut child = Command::new(node::tools()?.node())
        .arg(command::root().join("tests/stamps/run.mjs"))
        .arg("--chromium")
        .arg(chromium)
        .arg("--replay")
        .arg(replay)
        .args(options.server.iter().flat_map(|name| ["--server", name]))
        // It ends when its standard input does, so that no server outlives us.
        .stdin(Stdio::piped())
        .spawn()?;
    let _open = child.stdin.take();
    if !child.wait()?.success() {
        bail!("a server is not stamped as docs/server-stamps.md says; see above");
    }
    Ok(())
}
