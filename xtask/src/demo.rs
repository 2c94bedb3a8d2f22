//! `cargo xtask demo`: the demo chat, the server that plays its answers and a
//! collector, until Ctrl-C.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{build, command, node};

/// Options of `cargo xtask demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Port of the page, 0 for a free one; the server's other origin takes
    /// the next
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Don't open the page in a browser
    #[arg(long)]
    no_open: bool,

    /// Take the picture for the README, docs/demo.png, and end
    #[arg(long)]
    picture: bool,
}

/// How long a server may take to answer what is under way before it is killed.
const GRACE: Duration = Duration::from_secs(3);

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    build::run(&build::Options::default())?;
    build::programs()?;

    // From here on there are children to end: no signal may end us before.
    let (send, stop) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = send.send(());
    })?;

    let data = Data::new()?;
    let collector = Server::start(
        "ttft-collector",
        Command::new(program("ttft-collector")?)
            .args(["--listen", "127.0.0.1:0", "--log", "warn", "--data"])
            .arg(&data.0),
    )?;
    let dashboard = collector.announced("listening")?;
    let root = command::root();
    let replay = Server::start(
        "ttft-replay",
        Command::new(program("ttft-replay")?)
            .args(["--port", &options.port.to_string()])
            .arg("--mount")
            .arg(format!("/={}", root.join("www").display()))
            .arg("--mount")
            .arg(format!("/pkg={}", build::pkg().display())),
    )?;
    let page = format!("{}/?collector={dashboard}", replay.announced("page")?);

    if options.picture {
        return picture(&page);
    }
    println!(
        "\n  demo       {page}\n  dashboard  {dashboard}/\n  by hand    {}\n\nCtrl-C ends both.",
        page.replacen("/?", "/examples/event-source.html?", 1)
    );
    if !options.no_open {
        open(&page);
    }
    watch(&stop, &mut [replay, collector])
}

/// Returns when a signal came; fails when one of the servers ended by itself.
fn watch(stop: &Receiver<()>, servers: &mut [Server]) -> anyhow::Result<()> {
    while let Err(RecvTimeoutError::Timeout) = stop.recv_timeout(Duration::from_millis(200)) {
        for server in &mut *servers {
            if let Some(status) = server.child.try_wait()? {
                bail!(
                    "{} ended by itself ({status}), and the demo needs it: look for its last \
                     words above, then start `cargo xtask demo` again",
                    server.name
                );
            }
        }
    }
    println!("\nending");
    Ok(())
}

fn picture(page: &str) -> anyhow::Result<()> {
    let chromium = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(command::find)
        .context("the picture needs Chromium: install it with `apt-get install chromium`")?;
    let root = command::root();
    let file = root.join("docs/demo.png");
    command::run(
        Command::new(node::tools()?.node())
            .arg(root.join("tests/browser/picture.mjs"))
            .arg(page)
            .arg(&file)
            .arg(chromium),
        "open the demo with `cargo xtask demo` and see what it shows",
    )?;
    println!("{}", file.display());
    Ok(())
}

/// Opens the page where a person sits; elsewhere its address has to do.
fn open(page: &str) {
    let has_screen = ["DISPLAY", "WAYLAND_DISPLAY"]
        .into_iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    let opener = if cfg!(target_os = "macos") {
        Some("open")
    } else {
        Some("xdg-open").filter(|_| has_screen)
    };
    let Some(opener) = opener.and_then(command::find) else {
        return;
    };
    let opened = Command::new(opener)
        .arg(page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A browser that it starts stays when the demo ends.
        .process_group(0)
        .spawn();
    if let Ok(mut child) = opened {
        thread::spawn(move || child.wait());
    }
}

/// One of the workspace's programs: cargo puts them beside this one.
fn program(name: &str) -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let path = this.with_file_name(name);
    if !path.exists() {
        bail!(
            "{} is missing; run the demo by `cargo xtask demo`, which builds it",
            path.display()
        );
    }
    Ok(path)
}

/// The collector's records, which end with the demo: two demos at a time don't
/// share them.
#[derive(Debug)]
struct Data(PathBuf);

impl Data {
    fn new() -> anyhow::Result<Self> {
        let path = command::root()
            .join("target/demo")
            .join(std::process::id().to_string());
        fs::create_dir_all(&path)?;
        Ok(Data(path))
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A server that prints one line of JSON when it is ready; ends when dropped.
#[derive(Debug)]
struct Server {
    name: &'static str,
    child: Child,
    announcement: Value,
}

impl Server {
    fn start(name: &'static str, command: &mut Command) -> anyhow::Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // A group of its own: a terminal's Ctrl-C reaches only us, and the
            // order in which things end is ours.
            .process_group(0)
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        let mut server = Server {
            name,
            child,
            announcement: Value::Null,
        };
        let mut lines = BufReader::new(server.child.stdout.take().context("no output")?);
        let mut line = String::new();
        lines.read_line(&mut line)?;
        if line.is_empty() {
            let status = server.child.wait()?;
            bail!("{name} could not start ({status}); its reason stands above");
        }
        server.announcement = serde_json::from_str(&line)
            .with_context(|| format!("{name} should print one line of JSON, but printed {line}"))?;
        // Later lines would otherwise fill the pipe and stop it.
        thread::spawn(move || lines.read_to_end(&mut Vec::new()));
        Ok(server)
    }

    /// What it said of itself under this name.
    fn announced(&self, key: &str) -> anyhow::Result<String> {
        let value = self.announcement[key].as_str();
        let value = value.with_context(|| format!("{} announced no `{key}`", self.name))?;
        Ok(value.to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Once it was waited for, its number may be another process's.
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::sync::mpsc;

    use rustix::process::{Pid, test_kill_process};

    use super::{Server, watch};

    fn server(script: &str) -> anyhow::Result<Server> {
        Server::start("server", Command::new("sh").args(["-c", script]))
    }

    #[test]
    fn a_server_ends_when_the_demo_does() {
        let server = server("echo '{\"page\": \"here\"}'; exec sleep 60").expect("started");
        assert_eq!(server.announced("page").expect("announced"), "here");
        let pid = Pid::from_child(&server.child);
        assert!(test_kill_process(pid).is_ok());
        drop(server);
        assert!(test_kill_process(pid).is_err());
    }

    #[test]
    fn a_server_that_cannot_start_is_an_error() {
        let error = server("exit 3").expect_err("refused").to_string();
        assert!(error.contains("exit status: 3"), "{error}");
    }

    #[test]
    fn a_server_that_ends_by_itself_ends_the_demo() {
        let (_open, stop) = mpsc::channel();
        let mut servers = [server("echo '{}'; exit 4").expect("started")];
        let error = watch(&stop, &mut servers).expect_err("noticed").to_string();
        assert!(error.contains("exit status: 4"), "{error}");
    }

    #[test]
    fn a_signal_ends_the_demo_without_an_error() {
        let (send, stop) = mpsc::channel();
        send.send(()).expect("sent");
        let mut servers = [server("echo '{}'; exec sleep 60").expect("started")];
        assert!(watch(&stop, &mut servers).is_ok());
    }
}
