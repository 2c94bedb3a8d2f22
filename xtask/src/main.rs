//! The project's tasks: `cargo xtask <task>`.

mod bench;
mod browsers;
mod build;
mod clients;
mod command;
mod decode;
mod demo;
mod fuzz;
mod node;
mod prune;
mod renderers;
mod shorten;
mod size;
mod stamps;
mod test;
mod text;
mod truth;

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
    /// Measure what things cost, in real browsers.
    Bench(bench::Options),
    /// Build the npm package in pkg/.
    Build(build::Options),
    /// Run real clients from npm through ttft, and beside it without.
    Clients(clients::Options),
    /// Start the demo chat with its servers, until Ctrl-C.
    Demo(demo::Options),
    /// Show what the decoder sees in recorded streams.
    Decode(decode::Options),
    /// Fuzz the decoder, for minutes; not part of the tests.
    Fuzz(fuzz::Options),
    /// Show answers by real renderers, and look at the frames.
    Renderers(renderers::Options),
    /// Weigh what a page downloads.
    Size(size::Options),
    /// Run the servers of docs/server-stamps.md.
    Stamps(stamps::Options),
    /// Run every test, those in real browsers included.
    Test(test::Options),
    /// Compare what ttft measures with what is known to be true.
    Truth(truth::Options),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Bench(options) => bench::run(&options),
        Task::Build(options) => build::run(&options),
        Task::Clients(options) => clients::run(&options),
        Task::Demo(options) => demo::run(&options),
        Task::Decode(options) => decode::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Renderers(options) => renderers::run(&options),
        Task::Size(options) => size::run(&options),
        Task::Stamps(options) => stamps::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Truth(options) => truth::run(&options),
    }
}
