//! `cargo xtask clients`: real clients from npm, and tools that wrap `fetch` as
//! well, as they are, in real browsers: beside ttft they do what they do without
//! it, and the records are right. Imitated pages in Node let an app through.

use anyhow::bail;

use crate::test::install::Engine;
use crate::{browsers, command};

/// Options of `cargo xtask clients`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only this file of tests/clients/suites or node, by its name; may be repeated
    #[arg(long, value_name = "NAME")]
    client: Vec<String>,

    /// Only this engine; may be repeated
    #[arg(long, value_name = "NAME", value_enum)]
    engine: Vec<Engine>,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let engines = browsers::ready(&options.engine)?;
    let mut node = browsers::script("tests/clients/run.mjs", &engines)?;
    node.arg("--collector")
        .arg(browsers::server("ttft-collector")?)
        .args(options.client.iter().flat_map(|name| ["--client", name]));
    if !command::tied(&mut node)? {
        bail!("a client is not as it is without ttft; the table above says which");
    }
    Ok(())
}
