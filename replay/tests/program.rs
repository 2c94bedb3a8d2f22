//! The program: its line on standard output, and how it ends.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

fn start(arguments: &[&str]) -> (Child, Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ttft-replay"))
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("is piped");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("prints a line");
    (child, serde_json::from_str(&line).expect("is JSON"))
}

/// A program that ignores the signal must not hang the test as well.
fn wait(child: &mut Child) -> ExitStatus {
    let since = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("can be asked") {
            return status;
        }
        if since.elapsed() > Duration::from_secs(20) {
            child.kill().expect("can be killed");
            panic!("still runs after the signal");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn program_prints_its_origins_and_ends_cleanly_on_a_signal() {
    for (arguments, names) in [
        (&[][..], &["page", "cross"][..]),
        (&["--tls"], &["page", "cross", "page_h2", "cross_h2"]),
    ] {
        for signal in ["-INT", "-TERM"] {
            let (mut child, origins) = start(arguments);
            assert_eq!(
                origins.as_object().expect("is an object").len(),
                names.len()
            );
            for name in names {
                let origin = origins[name].as_str().expect("is text");
                let (scheme, address) = origin.split_once("://").expect("is an origin");
                assert_eq!(
                    scheme,
                    if name.ends_with("h2") {
                        "https"
                    } else {
                        "http"
                    }
                );
                TcpStream::connect(address).expect("listens");
            }
            let id = child.id().to_string();
            let sent = Command::new("kill")
                .args([signal, &id])
                .status()
                .expect("runs kill");
            assert!(sent.success());
            assert!(wait(&mut child).success(), "{signal}");
        }
    }
}

#[test]
fn mount_without_a_folder_is_explained() {
    let output = Command::new(env!("CARGO_BIN_EXE_ttft-replay"))
        .args(["--mount", "/pkg"])
        .output()
        .expect("runs");
    assert!(!output.status.success());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("/prefix=DIR"), "{error}");
}
