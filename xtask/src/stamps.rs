//! `cargo xtask stamps`: the servers of docs/server-stamps.md, run as they
//! stand there.

use anyhow::bail;

use crate::test::install::Engine;
use crate::{browsers, command};

/// Options of `cargo xtask stamps`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only this server: express, node, fastapi, sse-starlette, axum or next; may be repeated
    #[arg(long, value_name = "NAME")]
    server: Vec<String>,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let engines = browsers::ready(&[Engine::Chromium])?;
    let mut node = browsers::script("tests/stamps/run.mjs", &engines)?;
    node.args(options.server.iter().flat_map(|name| ["--server", name]));
    if !command::tied(&mut node)? {
        bail!("a server is not stamped as docs/server-stamps.md says; see above");
    }
    Ok(())
}
