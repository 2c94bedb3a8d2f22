//! The project's tasks: `cargo xtask <task>`.

mod build;
mod command;
mod decode;
mod demo;
mod node;
mod test;

use clap::{Parser, Subcommand};

/// The project's tasks.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build the npm package in pkg/.
    Build(build::Options),
    /// Start the demo chat with its servers, until Ctrl-C.
    Demo(demo::Options),
    /// Show what the decoder sees in recorded streams.
    Decode(decode::Options),
    /// Run every test, those in real browsers included.
    Test(test::Options),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Build(options) => build::run(&options),
        Task::Demo(options) => demo::run(&options),
        Task::Decode(options) => decode::run(&options),
        Task::Test(options) => test::run(&options),
    }
}
