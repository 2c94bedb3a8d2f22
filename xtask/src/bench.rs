//! `cargo xtask bench`: what things cost, in real browsers.

mod corpus;
mod decoder;

/// Options of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// The decoder against `eventsource-parser` and `JSON.parse`.
    Decoder(decoder::Options),
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    match &options.what {
        What::Decoder(options) => decoder::run(options),
    }
}
