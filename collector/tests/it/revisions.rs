//! One id, many beacons: what counts, and that everything is accounted for.

use crate::fixture::{Running, id, record};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[test]
fn the_larger_revision_wins_in_either_order() {
    let running = Running::new(&[]);
    running.post(&[record(1, 1)]);
    running.post(&[record(1, 2)]);
    running.post(&[record(2, 2)]);
    running.post(&[record(2, 1)]);
    // And within one beacon.
    running.post(&[record(3, 2), record(3, 1), record(3, 3)]);
    assert_eq!(running.kept(), [(id(3), 3), (id(2), 2), (id(1), 2)]);
    assert_eq!(running.counts(), [7, 3, 0, 4, 0]);
    assert_eq!(running.get("/api/health").json()["held"], 3);
}

#[test]
fn the_same_again_is_a_duplicate_and_still_204() {
    let running = Running::new(&[]);
    for _ in 0..3 {
        assert_eq!(running.post(&[record(1, 1)]).status, 204);
    }
    let mut upper = record(1, 1);
    upper["id"] = json!(id(1).to_uppercase());
    assert_eq!(running.post(&[upper]).status, 204);
    assert_eq!(running.kept(), [(id(1), 1)]);
    assert_eq!(running.counts(), [4, 1, 3, 0, 0]);
}

#[test]
fn ids_are_known_after_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let running = Running::on(directory.path(), &[]);
    running.post(&[record(1, 1), record(2, 1), record(1, 3)]);
    running.stop();

    let running = Running::on(directory.path(), &[]);
    assert_eq!(running.get("/api/health").json()["held"], 2);
    running.post(&[record(1, 3), record(1, 2), record(2, 2), record(3, 1)]);
    assert_eq!(running.counts(), [4, 1, 1, 2, 0]);
    assert_eq!(running.kept(), [(id(3), 1), (id(2), 2), (id(1), 3)]);
}

#[test]
fn records_are_listed_newest_first_up_to_the_limit() {
    let running = Running::new(&[]);
    for n in 0..60 {
        running.post(&[record(n, 1)]);
    }
    let listed = |path: &str| {
        let records = running.get(path).json();
        let records = records["records"].as_array().expect("an array").iter();
        records
            .map(|kept| kept["record"]["id"].as_str().expect("text").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        listed("/api/records"),
        (10..60).rev().map(id).collect::<Vec<_>>()
    );
    assert_eq!(listed("/api/records?limit=2"), [id(59), id(58)]);
    for wrong in ["0", "1001", "-1", "many", ""] {
        let answer = running.get(&format!("/api/records?limit={wrong}"));
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(answer.body.contains("/api/records?limit=50"), "{answer:?}");
    }
}

#[test]
fn an_unchanged_list_need_not_be_sent_again() {
    let running = Running::new(&[]);
    running.post(&[record(1, 1)]);
    let first = running.get("/api/records");
    let tag = first.header("etag").expect("an ETag").to_owned();
    let again = || {
        let headers = [("if-none-match", tag.as_str())];
        crate::client::request(running.address, "GET", "/api/records", &headers, None)
            .expect("an answer")
            .status
    };
    assert_eq!(again(), 304);
    running.post(&[record(1, 1)]);
    assert_eq!(again(), 304, "a duplicate changes nothing");
    running.post(&[record(1, 2)]);
    assert_eq!(again(), 200);
}

/// What the random batches below may hold.
#[derive(Clone, Debug)]
enum Sent {
    Record(u64, u64),
    BadId,
    BadNumber(u64),
    NoRecord,
}

impl Sent {
    fn json(&self) -> Value {
        match *self {
            Self::Record(n, rev) => record(n, rev),
            Self::BadId => {
                let mut record = record(0, 1);
                record["id"] = json!("x");
                record
            }
            Self::BadNumber(n) => {
                let mut record = record(n, 9);
                record["page"]["sample_rate"] = json!(0);
                record
            }
            Self::NoRecord => json!("x"),
        }
    }
}

fn sent() -> impl Strategy<Value = Sent> {
    prop_oneof![
        6 => (0..12_u64, 0..4_u64).prop_map(|(n, rev)| Sent::Record(n, rev)),
        1 => Just(Sent::BadId),
        1 => (0..12_u64).prop_map(Sent::BadNumber),
        1 => Just(Sent::NoRecord),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever comes, in whatever order, over a restart: the largest revision
    /// of each id is there, and each record is counted once.
    #[test]
    fn everything_received_is_accounted_for(
        batches in prop::collection::vec(prop::collection::vec(sent(), 0..8), 1..12),
        restart in 0..12_usize,
    ) {
        let directory = tempfile::tempdir().expect("a directory");
        let mut running = Running::on(directory.path(), &[]);
        let mut expected = BTreeMap::new();
        let mut counts = [0; 5];
        for (index, batch) in batches.iter().enumerate() {
            if index == restart {
                running.stop();
                running = Running::on(directory.path(), &[]);
                counts = [0; 5];
            }
            let records: Vec<_> = batch.iter().map(Sent::json).collect();
            let good = batch.iter().filter(|sent| matches!(sent, Sent::Record(..))).count();
            let status = running.post(&records).status;
            prop_assert_eq!(status, if good == 0 && !batch.is_empty() { 400 } else { 204 });
            for sent in batch {
                counts[0] += 1;
                match *sent {
                    Sent::Record(n, rev) => match expected.insert(id(n), rev) {
                        None => counts[1] += 1,
                        Some(before) if before == rev => counts[2] += 1,
                        Some(before) => {
                            counts[3] += 1;
                            expected.insert(id(n), before.max(rev));
                        }
                    },
                    _ => counts[4] += 1,
                }
            }
            prop_assert_eq!(running.counts(), counts);
        }
        let kept: BTreeMap<_, _> = running.kept().into_iter().collect();
        prop_assert_eq!(kept, expected);
    }
}
