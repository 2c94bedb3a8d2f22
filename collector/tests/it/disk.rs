//! A disk that is slow, full or old.

use crate::client;
use crate::fixture::{Running, envelope, eventually, id, record};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;
use ttft_collector::store::{Row, Sqlite, Store, StoreError};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(20);

/// Waits before each append until the test says whether it shall succeed, and
/// keeps the size of each. A probe fails until `works`.
#[derive(Debug)]
struct Gated {
    store: Sqlite,
    gate: Mutex<Receiver<bool>>,
    appended: Mutex<Vec<usize>>,
    works: AtomicBool,
    probes: AtomicUsize,
    _directory: TempDir,
}

impl Gated {
    fn new() -> (Arc<Self>, Sender<bool>) {
        let directory = tempfile::tempdir().expect("a directory");
        let (open, gate) = channel();
        let store = Sqlite::open(directory.path()).expect("a store");
        let gated = Self {
            store,
            gate: Mutex::new(gate),
            appended: Mutex::default(),
            works: AtomicBool::new(false),
            probes: AtomicUsize::new(0),
            _directory: directory,
        };
        (Arc::new(gated), open)
    }

    fn appended(&self) -> Vec<usize> {
        self.appended.lock().expect("no panic").clone()
    }
}

impl Store for Gated {
    fn append(&self, rows: &[Row]) -> Result<(), StoreError> {
        self.appended.lock().expect("no panic").push(rows.len());
        // Not for ever, or a test that fails would hang in its own clean-up.
        let opened = self.gate.lock().expect("no panic").recv_timeout(PATIENCE);
        if opened == Ok(true) {
            self.store.append(rows)
        } else {
            Err(StoreError::InUse("a full disk".into()))
        }
    }

    fn probe(&self) -> Result<(), StoreError> {
        self.probes.fetch_add(1, Ordering::SeqCst);
        if self.works.load(Ordering::SeqCst) {
            self.store.probe()
        } else {
            Err(StoreError::InUse("a full disk".into()))
        }
    }

    fn revisions(&self, visit: &mut dyn FnMut(Uuid, u32)) -> Result<(), StoreError> {
        self.store.revisions(visit)
    }

    fn newest(&self, limit: usize) -> Result<Vec<Row>, StoreError> {
        self.store.newest(limit)
    }

    fn prune(
        &self,
        received: i64,
        after: i64,
        limit: u32,
        visit: &mut dyn FnMut(Uuid, u32),
    ) -> Result<Option<i64>, StoreError> {
        self.store.prune(received, after, limit, visit)
    }
}

#[test]
fn no_answer_comes_before_the_commit_and_who_waits_shares_the_next() {
    const WAITING: u64 = 5;
    let (store, open) = Gated::new();
    let running = Running::with_store(store.clone());
    let length = envelope(&[record(0, 1)]).len() as u64;
    thread::scope(|scope| {
        let send = |n| {
            let running = &running;
            scope.spawn(move || running.post(&[record(n, 1)]).status)
        };
        let first = send(0);
        eventually("the first is at the disk", || store.appended() == [1]);
        let others: Vec<_> = (1..=WAITING).map(send).collect();
        eventually("all wait", || {
            let waiting = &running.get("/api/health").json()["waiting_bytes"];
            waiting.as_u64() == Some((WAITING + 1) * length)
        });
        assert!(!first.is_finished() && !others.iter().any(|other| other.is_finished()));
        assert_eq!(running.kept(), []);
        assert_eq!(running.counts(), [0; 5]);
        open.send(true).expect("waiting");
        assert_eq!(first.join().expect("an answer"), 204);
        eventually("the others are at the disk", || store.appended().len() == 2);
        assert!(!others.iter().any(|other| other.is_finished()));
        open.send(true).expect("waiting");
        for other in others {
            assert_eq!(other.join().expect("an answer"), 204);
        }
    });
    assert_eq!(
        store.appended(),
        [1, WAITING as usize],
        "one commit for all"
    );
    assert_eq!(running.kept().len(), 6);
}

#[test]
fn what_the_disk_refused_can_be_sent_again() {
    let (store, open) = Gated::new();
    let running = Running::with_store(store);
    open.send(false).expect("open");
    let headers = [("origin", "http://localhost")];
    let answer = running.send(&headers, envelope(&[record(1, 1), record(1, 1)]));
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some());
    assert_eq!(running.get("/readyz").status, 503);
    assert_eq!(running.kept(), []);
    assert_eq!(running.counts(), [2, 0, 0, 0, 2]);

    open.send(true).expect("open");
    assert_eq!(running.post(&[record(1, 1)]).status, 204);
    assert_eq!(running.get("/readyz").status, 200);
    assert_eq!(running.kept(), [(id(1), 1)]);
    assert_eq!(running.counts(), [3, 1, 0, 0, 2]);
}

#[test]
fn a_disk_that_works_again_is_noticed_without_a_beacon() {
    let (store, open) = Gated::new();
    let running = Running::with_store(store.clone());
    open.send(false).expect("open");
    assert_eq!(running.post(&[record(1, 1)]).status, 503);
    eventually("the disk is tried, twice", || {
        store.probes.load(Ordering::SeqCst) >= 2
    });
    assert_eq!(running.get("/readyz").status, 503);

    store.works.store(true, Ordering::SeqCst);
    eventually("it is ready", || running.get("/readyz").status == 200);
    assert_eq!(store.appended(), [1], "no beacon came");
    open.send(true).expect("open");
    assert_eq!(running.post(&[record(1, 1)]).status, 204);
}

#[test]
fn a_page_that_leaves_does_not_take_its_records_along() {
    let (store, open) = Gated::new();
    let running = Running::with_store(store.clone());
    let body = envelope(&[record(1, 1)]);
    let stream = client::send_head(running.address, "POST", "/v1/beacon", &[], Some(body.len()));
    let mut stream = stream.expect("connected");
    std::io::Write::write_all(&mut stream, body.as_bytes()).expect("sent");
    eventually("it is at the disk", || store.appended() == [1]);
    drop(stream);
    open.send(true).expect("waiting");
    eventually("it is kept", || running.kept() == [(id(1), 1)]);
    assert_eq!(running.counts(), [1, 1, 0, 0, 0]);
}

#[test]
fn records_past_their_retention_go_and_so_do_their_ids() {
    let directory = tempfile::tempdir().expect("a directory");
    // Behind more than one step of rows that came while the clock was far ahead.
    let old: Vec<_> = (0..7_000)
        .map(|n| Row {
            received: if n < 2_500 {
                4_000_000_000_000
            } else {
                1_000 + n as i64
            },
            at: 1_000,
            id: Uuid::try_parse(&id(n)).expect("an id"),
            rev: 1,
            json: record(n, 1).to_string(),
        })
        .collect();
    let store = Sqlite::open(directory.path()).expect("a store");
    store.append(&old).expect("appended");
    drop(store);

    let running = Running::on(directory.path(), &["--retention-days", "1"]);
    eventually("the old are gone", || {
        running.get("/api/health").json()["held"] == 2_500
    });
    assert_eq!(running.post(&[record(5_000, 1)]).status, 204);
    assert_eq!(running.counts(), [1, 1, 0, 0, 0], "new again");
}
