//! The real binary: killed, stopped, started again.
#![cfg(unix)]

use crate::client::{self, Answer};
use crate::fixture::{Running, envelope, eventually, id, record};
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ttft-collector"))
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        let ready: serde_json::Value = serde_json::from_str(&line).expect("one JSON line");
        let listening = ready["listening"].as_str().expect("a URL");
        let address = listening
            .strip_prefix("http://")
            .expect("http")
            .parse()
            .expect("an address");
        assert!(Path::new(ready["data"].as_str().expect("a path")).is_file());
        Self { child, address }
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status()
            .expect("kill");
        assert!(status.success());
    }

    fn post(&self, body: &str) -> std::io::Result<Answer> {
        client::request(
            self.address,
            "POST",
            "/v1/beacon",
            &[],
            Some(body.as_bytes()),
        )
    }

    fn wait(mut self) -> ExitStatus {
        let mut status = None;
        eventually("the process ends", || {
            status = self.child.try_wait().expect("waited");
            status.is_some()
        });
        status.expect("ended")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_kill_under_load_loses_nothing_acknowledged() {
    const CLIENTS: u64 = 4;
    const BEFORE_THE_KILL: usize = 300;
    let directory = tempfile::tempdir().expect("a directory");
    let process = Process::start(directory.path());
    let (count, killed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let acknowledged: BTreeSet<String> = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (process, count, killed) = (&process, &count, &killed);
                scope.spawn(move || {
                    let mut acknowledged = Vec::new();
                    for n in 0.. {
                        let ids = [client * 1_000_000 + 2 * n, client * 1_000_000 + 2 * n + 1];
                        let body = envelope(&ids.map(|n| record(n, 1)));
                        match process.post(&body) {
                            Ok(answer) if answer.status == 204 => acknowledged.extend(ids.map(id)),
                            Ok(answer) => panic!("{answer:?}"),
                            Err(_) if killed.load(Ordering::SeqCst) => break,
                            Err(error) => panic!("{error}"),
                        }
                        count.fetch_add(1, Ordering::SeqCst);
                    }
                    acknowledged
                })
            })
            .collect();
        while count.load(Ordering::SeqCst) < BEFORE_THE_KILL {
            assert!(
                !clients.iter().any(thread::ScopedJoinHandle::is_finished),
                "a client has failed"
            );
            thread::yield_now();
        }
        killed.store(true, Ordering::SeqCst);
        process.signal("-KILL");
        clients
            .into_iter()
            .flat_map(|client| client.join().expect("a client"))
            .collect()
    });
    assert!(acknowledged.len() >= 2 * BEFORE_THE_KILL);
    assert!(!process.wait().success());

    let running = Running::on(directory.path(), &[]);
    let held = running.get("/api/health").json()["held"]
        .as_u64()
        .expect("a count");
    assert!(
        held >= acknowledged.len() as u64,
        "{held} of {}",
        acknowledged.len()
    );
    // Sent once more, each of them is known.
    let again: Vec<_> = acknowledged.iter().collect();
    for ids in again.chunks(200) {
        let records: Vec<_> = ids
            .iter()
            .map(|id| {
                let mut record = record(0, 1);
                record["id"] = serde_json::json!(id);
                record
            })
            .collect();
        assert_eq!(running.post(&records).status, 204);
    }
    let all = acknowledged.len() as u64;
    assert_eq!(running.counts(), [all, 0, all, 0, 0]);
}

#[test]
fn a_stop_answers_what_is_under_way_and_then_ends_well() {
    for signal in ["-TERM", "-INT"] {
        let directory = tempfile::tempdir().expect("a directory");
        let process = Process::start(directory.path());
        let body = envelope(&[record(1, 1)]);
        let (head, tail) = body.as_bytes().split_at(body.len() - 10);
        let mut slow =
            client::send_head(process.address, "POST", "/v1/beacon", &[], Some(body.len()))
                .expect("connected");
        slow.write_all(head).expect("sent");
        // An idle connection must not hold it up either.
        let idle = std::net::TcpStream::connect(process.address).expect("connected");
        let health = || client::request(process.address, "GET", "/api/health", &[], None);
        eventually("the bytes wait", || {
            health().expect("an answer").json()["waiting_bytes"] == head.len()
        });
        process.signal(signal);
        eventually("no new connections", || health().is_err());
        slow.write_all(tail).expect("sent");
        assert_eq!(
            client::answer(slow).expect("an answer").status,
            204,
            "{signal}"
        );
        assert_eq!(process.wait().code(), Some(0), "{signal}");
        drop(idle);

        let running = Running::on(directory.path(), &[]);
        assert_eq!(running.kept(), [(id(1), 1)]);
    }
}

#[test]
fn a_second_collector_on_the_same_file_says_so() {
    let directory = tempfile::tempdir().expect("a directory");
    let _first = Process::start(directory.path());
    let second = Command::new(env!("CARGO_BIN_EXE_ttft-collector"))
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(directory.path())
        .output()
        .expect("ran");
    assert_eq!(second.status.code(), Some(1));
    assert!(second.stdout.is_empty());
    assert!(String::from_utf8_lossy(&second.stderr).contains("in use by another collector"));
}

#[test]
fn help_names_each_option_with_its_default() {
    let help = Command::new(env!("CARGO_BIN_EXE_ttft-collector"))
        .arg("--help")
        .output()
        .expect("ran");
    let help = String::from_utf8(help.stdout).expect("UTF-8");
    for named in [
        "--listen",
        "127.0.0.1:4790",
        "--data",
        "ttft-data",
        "--allow-origin",
        "loopback",
        "--beacon-path",
        "/v1/beacon",
        "--max-body",
        "256.0 KiB",
        "--queue",
        "64.0 MiB",
        "--retention-days",
        "30",
        "Examples:",
    ] {
        assert!(help.contains(named), "{named}");
    }
}
