//! `cargo xtask renderers`: answers shown by real renderers, and the first
//! paint held against the pictures of Chromium's frames.

use anyhow::bail;

use crate::test::install::Engine;
use crate::{browsers, command};

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
    let engines = browsers::ready(&options.engine)?;
    let mut node = browsers::script("tests/renderers/run.mjs", &engines)?;
    let renderers = options.renderer.iter();
    node.args(["--runs", &options.runs.to_string()])
        .args(renderers.flat_map(|name| ["--renderer", name]));
    if !command::tied(&mut node)? {
        bail!("an answer was not found or not painted when ttft says; see above");
    }
    Ok(())
}
