//! What drives real browsers beside the tests: they are installed, what they
//! load is built, and a script of ours opens them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;
use clap::ValueEnum as _;

use crate::test::install::{self, Engine};
use crate::{build, command, node};

/// Engines with their programs.
pub(crate) type Engines = Vec<(Engine, PathBuf)>;

/// The engines that were asked for, else all, once they can be used: installed,
/// with the package and the servers built.
pub(crate) fn ready(asked: &[Engine]) -> anyhow::Result<Engines> {
    let engines = if asked.is_empty() {
        Engine::value_variants()
    } else {
        asked
    };
    install::browsers(engines)?;
    build::run(&build::Options::default())?;
    build::programs()?;
    let program = |engine: &Engine| {
        let path = engine.program();
        Ok((*engine, path.context("the browser has no program")?))
    };
    engines.iter().map(program).collect()
}

/// A server of ours, where cargo puts it.
pub(crate) fn server(name: &str) -> anyhow::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// Node with a script from the workspace's root, told of the replay server and
/// of these engines.
pub(crate) fn script(file: &str, engines: &Engines) -> anyhow::Result<Command> {
    let mut node = Command::new(node::tools()?.node());
    node.arg(command::root().join(file))
        .arg("--replay")
        .arg(server("ttft-replay")?);
    for (engine, program) in engines {
        node.arg("--engine")
            .arg(format!("{}={}", engine.name(), program.display()));
    }
    Ok(node)
}
