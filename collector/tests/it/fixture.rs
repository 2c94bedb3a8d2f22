//! A collector in this process, and records to send to it.

use crate::client::{self, Answer, Headers};
use clap::Parser as _;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use ttft_collector::options::Options;
use ttft_collector::server::{Collector, ServerError};
use ttft_collector::store::Store;

pub(crate) const EXAMPLE: &str = include_str!("../../assets/example.json");

/// Stopped cleanly when dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    runtime: Option<Runtime>,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<Result<(), ServerError>>>,
    directory: Option<TempDir>,
}

impl Running {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let mut running = Self::on(directory.path(), arguments);
        running.directory = Some(directory);
        running
    }

    /// On records that may be there already.
    pub(crate) fn on(data: &Path, arguments: &[&str]) -> Self {
        let data = data.to_str().expect("UTF-8");
        let options = options(&[&["--data", data], arguments].concat());
        Self::launch(async move { Collector::start(&options).await })
    }

    pub(crate) fn with_store(store: Arc<dyn Store>) -> Self {
        let options = options(&[]);
        Self::launch(async move { Collector::with_store(&options, store, PathBuf::new()).await })
    }

    fn launch(collector: impl Future<Output = Result<Collector, ServerError>>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("tokio");
        let collector = runtime.block_on(collector).expect("a collector");
        let address = collector.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = runtime.spawn(collector.serve(async move {
            let _ = stopped.await;
        }));
        Self {
            address,
            runtime: Some(runtime),
            stop: Some(stop),
            served: Some(served),
            directory: None,
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        client::request(self.address, "GET", path, &[], None).expect("an answer")
    }

    pub(crate) fn send(&self, headers: Headers<'_>, body: impl AsRef<[u8]>) -> Answer {
        client::request(
            self.address,
            "POST",
            "/v1/beacon",
            headers,
            Some(body.as_ref()),
        )
        .expect("an answer")
    }

    /// Sends records in one beacon.
    pub(crate) fn post(&self, records: &[Value]) -> Answer {
        self.send(
            &[("content-type", "text/plain;charset=UTF-8")],
            envelope(records),
        )
    }

    /// Id and revision of what is kept, the latest arrival first.
    pub(crate) fn kept(&self) -> Vec<(String, u64)> {
        let records = self.get("/api/records?limit=1000").json();
        let records = records["records"]
            .as_array()
            .expect("an array")
            .iter()
            .map(|kept| {
                let record = &kept["record"];
                (
                    record["id"].as_str().expect("text").to_owned(),
                    record["rev"].as_u64().expect("a number"),
                )
            });
        records.collect()
    }

    /// `received, stored, duplicate, replaced, rejected`, which must balance.
    pub(crate) fn counts(&self) -> [u64; 5] {
        let records = &self.get("/api/health").json()["records"];
        let count = |name: &str| records[name].as_u64().expect("a count");
        let rejected = records["rejected"].as_object().expect("reasons").values();
        let rejected = rejected.map(|count| count.as_u64().expect("a count")).sum();
        let counts = [
            count("received"),
            count("stored"),
            count("duplicate"),
            count("replaced"),
            rejected,
        ];
        assert_eq!(counts[0], counts[1..].iter().sum::<u64>(), "{records}");
        counts
    }

    /// Stops it as SIGTERM does.
    pub(crate) fn stop(mut self) {
        self.shut_down();
    }

    fn shut_down(&mut self) {
        let Some((runtime, served)) = self.runtime.take().zip(self.served.take()) else {
            return;
        };
        drop(self.stop.take());
        let result = runtime.block_on(served);
        if !std::thread::panicking() {
            result.expect("no panic").expect("a clean end");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shut_down();
    }
}

fn options(arguments: &[&str]) -> Options {
    let own: &[&str] = if arguments.contains(&"--listen") {
        &["ttft-collector"]
    } else {
        &["ttft-collector", "--listen", "127.0.0.1:0"]
    };
    Options::try_parse_from([own, arguments].concat()).expect("options")
}

/// Asks until it is so; far longer than any machine needs, then fails.
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < patience, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn id(n: u64) -> String {
    format!("0199c0de-0000-7000-8000-{n:012x}")
}

/// A small record that is valid.
pub(crate) fn record(n: u64, rev: u64) -> Value {
    json!({
        "id": id(n), "rev": rev, "t0": 10, "outcome": "complete",
        "page": { "id": "p", "scope": "window", "isolated": false, "resolution_ms": 0.1, "sample_rate": 1 },
        "request": { "origin": "https://api.example.com", "path": "/v1/chat" },
        "marks": { "first_byte": 104.6, "end": 2210.5 }
    })
}

pub(crate) fn envelope(records: &[Value]) -> String {
    json!({ "v": 1, "now": 3000, "time_origin": 1_795_000_000_000.0, "records": records })
        .to_string()
}
