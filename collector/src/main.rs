//! `ttft-collector`: see [`ttft_collector`].

use clap::Parser as _;
use serde::Serialize;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use ttft_collector::{options::Options, server::Collector};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .with_max_level(options.log)
        .init();
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The one line on stdout, for whoever started the process.
#[derive(Serialize)]
struct Ready<'a> {
    listening: String,
    data: &'a Path,
}

async fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let collector = Collector::start(options).await?;
    let listening = format!("http://{}", collector.address());
    tracing::info!("dashboard on {listening}/");
    let ready = serde_json::to_string(&Ready {
        listening,
        data: collector.data(),
    })?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{ready}")?;
    stdout.flush()?;
    Ok(collector.serve(stop_signal()?).await?)
}

/// Resolves at the first SIGINT or SIGTERM; the second ends the process at
/// once, for whoever does not want to wait for slow clients.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    // Both are installed before the first is awaited, so that no signal after
    // the "listening" line is missed.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        tokio::spawn(async move {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            std::process::exit(130);
        });
    })
}

#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler Ctrl-C would end the process by itself.
        let _ = tokio::signal::ctrl_c().await;
    })
}
