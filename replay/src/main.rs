//! The replay server as a program.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use ttft_replay::{Config, Mount, Replay};

/// Streams LLM answers on a timetable and logs what it wrote when.
///
/// Listens on 127.0.0.1 and prints one line of JSON with its origins: `page`,
/// `cross` (the same routes under another origin) and, with --tls, `page_h2`
/// and `cross_h2`. Runs until SIGINT or SIGTERM.
#[derive(Debug, Parser)]
#[command(version, after_long_help = ROUTES)]
struct Arguments {
    /// Port of `page`; the other listeners take the next ones. 0: free ports
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Folder of scenario files: DIR/NAME.json is played by /s/NAME. Repeatable
    #[arg(long, value_name = "DIR")]
    scenarios: Vec<PathBuf>,

    /// Folder to serve as files, without caching. Repeatable; /=DIR is allowed
    #[arg(long = "mount", value_name = "/PREFIX=DIR")]
    mounts: Vec<Mount>,

    /// Listen for HTTP/2 over TLS as well, with a certificate that is made at
    /// the start and that clients must be told to accept
    #[arg(long)]
    tls: bool,
}

const ROUTES: &str = "\
Routes, the same on all origins:
  POST /scenarios            Keep the scenario in the body: 201 {\"id\", \"url\"},
                             or 400 with the field and the fix
  ANY  /s/ID?run=RUN         Play a scenario; RUN names the log it goes into
  GET  /ws/ID                The same over a WebSocket: each message of the
                             client's is answered by the steps
  GET  /log?run=RUN          What was received and written when, as JSON.
                             &until=end waits until the run's requests have
                             ended, at most &timeout_ms=5000
  GET  /ping                 {\"now\"}: the log's clock, in milliseconds
  GET  /PREFIX/...           A mounted file; ?csp=POLICY sets the policy of a page
  GET  /isolated/PREFIX/...  The same, cross-origin isolated (COOP, COEP)
  GET  /slow/MS/PREFIX/...   The same, MS milliseconds later

A scenario:
  {\"headers\": {\"content-type\": \"text/event-stream\"}, \"headers_after_ms\": 50,
   \"steps\": [{\"after_ms\": 300, \"text\": \"data: hello\\n\\n\", \"label\": \"token\"}]}

All fields are described in replay/README.md.";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments {
        port,
        scenarios,
        mounts,
        tls,
    } = Arguments::parse();
    // Before the line is printed: whoever reads it may stop us at once.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;

    let replay = Replay::start(Config {
        port,
        scenarios,
        mounts,
        tls,
    })
    .await?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{}", serde_json::to_string(replay.addresses())?)?;
    stdout.flush()?;

    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
