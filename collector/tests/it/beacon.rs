//! What is accepted, what is not, and how it is said.

use crate::client;
use crate::fixture::{EXAMPLE, Running, envelope, eventually, id, record};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::{Value, json};
use std::io::Write as _;

const TEXT: (&str, &str) = ("content-type", "text/plain");

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn what_was_acknowledged_is_there_after_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let running = Running::on(directory.path(), &[]);
    let answer = running.send(&[TEXT], EXAMPLE);
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    running.stop();

    let running = Running::on(directory.path(), &[]);
    let kept = running.get("/api/records").json();
    let sent: Value = serde_json::from_str(EXAMPLE).expect("JSON");
    // As numbers: 104 comes back as 104.0.
    let number = |record: &Value| record["marks"]["headers"].as_f64();
    assert_eq!(
        number(&kept["records"][0]["record"]),
        number(&sent["records"][0])
    );
    assert_eq!(kept["records"][0]["record"]["id"], sent["records"][0]["id"]);
    let (received, at) = (
        kept["records"][0]["received"].as_i64(),
        kept["records"][0]["at"].as_i64(),
    );
    // now − t0 of the example is 2,210.5.
    assert!(
        matches!(received.zip(at), Some((received, at)) if [2210, 2211].contains(&(received - at))),
        "{kept}"
    );
}

#[test]
fn every_content_type_a_page_can_send_unasked_is_read() {
    let running = Running::new(&[]);
    let mut accepted = 0;
    for headers in [
        &[][..],
        &[("content-type", "")],
        &[("content-type", "text/plain;charset=UTF-8")],
        &[("content-type", "Application/JSON")],
    ] {
        accepted += 1;
        assert_eq!(
            running
                .send(headers, envelope(&[record(accepted, 1)]))
                .status,
            204,
            "{headers:?}"
        );
    }
    assert_eq!(running.kept().len(), accepted as usize);
}

#[test]
fn other_types_and_encodings_are_refused_with_those_that_would_do() {
    let running = Running::new(&[]);
    let body = envelope(&[record(1, 1)]);
    for (headers, named) in [
        (
            &[("content-type", "application/x-www-form-urlencoded")][..],
            "text/plain",
        ),
        (&[("content-type", "text/html")], "text/plain"),
        (&[TEXT, ("content-encoding", "br")], "gzip"),
        (&[TEXT, ("content-encoding", "gzip, gzip")], "gzip"),
        (
            &[
                TEXT,
                ("content-encoding", "gzip"),
                ("content-encoding", "gzip"),
            ],
            "gzip",
        ),
    ] {
        let answer = running.send(headers, &body);
        assert_eq!(answer.status, 415, "{headers:?}");
        assert!(answer.body.contains(named), "{answer:?}");
    }
    assert_eq!(running.counts(), [0; 5]);
    assert_eq!(
        running.get("/api/health").json()["beacons"]["refused"],
        json!({"content-type": 2, "content-encoding": 3})
    );
}

#[test]
fn malformed_is_answered_with_the_reason_as_text() {
    let running = Running::new(&[]);
    let mut wrong = record(1, 1);
    wrong["outcome"] = json!(5);
    let wrong = envelope(&[wrong]);
    for (body, named) in [
        ("", "empty"),
        ("not json", "line 1 column"),
        (
            r#"{"v":1,"time_origin":0,"records":[]}"#,
            "missing field `now`",
        ),
        (r#"{"v":2,"records":{}}"#, "this collector reads 1"),
        (&wrong, "records[0]: outcome: expected value"),
    ] {
        let answer = running.send(&[TEXT], body);
        assert_eq!(answer.status, 400, "{body}: {answer:?}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        assert!(answer.body.contains(named), "{body}: {answer:?}");
    }
    assert_eq!(running.counts(), [1, 0, 0, 0, 1]);
}

#[test]
fn only_allowed_origins_may_send_and_read() {
    let running = Running::new(&[
        "--allow-origin",
        "https://app.example.com",
        "--allow-origin",
        "https://*.example.org",
    ]);
    let send = |origin: &str| running.send(&[TEXT, ("origin", origin)], envelope(&[record(1, 1)]));
    for origin in [
        "https://evil.example",
        "http://app.example.com",
        "http://localhost:3000",
        "null",
    ] {
        let answer = send(origin);
        assert_eq!(answer.status, 403, "{origin}");
        assert!(answer.body.contains("--allow-origin"), "{answer:?}");
        // So that the page's script sees the status.
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert!(
            answer
                .header("vary")
                .is_some_and(|vary| vary.contains("origin"))
        );
    }
    assert_eq!(running.counts(), [0; 5], "a refused beacon is not read");
    let health = running.get("/api/health").json();
    assert_eq!(health["last_refused"]["reason"], "origin");
    for origin in ["https://app.example.com", "https://eu.example.org"] {
        let answer = send(origin);
        assert_eq!(answer.status, 204, "{origin}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert_eq!(
            answer.header("access-control-expose-headers"),
            Some("retry-after")
        );
        assert!(
            answer
                .header("vary")
                .is_some_and(|vary| vary.contains("origin"))
        );
    }
    assert_eq!(
        running.send(&[TEXT], envelope(&[record(2, 1)])).status,
        204,
        "no Origin header"
    );

    for path in ["/api/records", "/api/health", "/", "/readyz", "/nowhere"] {
        let allows = |origin: &str| {
            client::request(running.address, "GET", path, &[("origin", origin)], None)
                .expect("an answer")
                .header("access-control-allow-origin")
                .map(str::to_owned)
        };
        assert_eq!(
            allows("https://app.example.com").as_deref(),
            Some("https://app.example.com"),
            "{path}"
        );
        assert_eq!(allows("https://evil.example"), None, "{path}");
    }
}

#[test]
fn pages_on_loopback_need_no_option_and_errors_can_be_read_by_them() {
    let running = Running::new(&[]);
    for origin in [
        "http://127.0.0.1:8000",
        "https://localhost",
        "http://[::1]:3000",
    ] {
        let answer = running.send(&[TEXT, ("origin", origin)], "nonsense");
        assert_eq!(answer.status, 400);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
    }
    assert_eq!(
        running
            .send(&[TEXT, ("origin", "https://example.com")], "nonsense")
            .status,
        403
    );
}

#[test]
fn preflights_are_answered() {
    let running = Running::new(&[]);
    let ask = |origin: &str| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type"),
        ];
        client::request(running.address, "OPTIONS", "/v1/beacon", &headers, None)
            .expect("an answer")
    };
    let answer = ask("http://localhost:3000");
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("http://localhost:3000")
    );
    assert!(
        answer
            .header("access-control-allow-methods")
            .is_some_and(|methods| methods.contains("POST"))
    );
    assert!(
        answer
            .header("access-control-allow-headers")
            .is_some_and(|headers| headers.contains("content-type"))
    );
    assert_eq!(
        ask("https://evil.example").header("access-control-allow-origin"),
        None
    );
}

#[test]
fn compressed_beacons_are_read() {
    let running = Running::new(&[]);
    let gzipped = gzip(envelope(&[record(1, 1)]).as_bytes());
    assert_eq!(
        running
            .send(&[TEXT, ("content-encoding", "gzip")], gzipped)
            .status,
        204
    );
    let mut deflate = ZlibEncoder::new(Vec::new(), Compression::fast());
    deflate
        .write_all(envelope(&[record(2, 1)]).as_bytes())
        .expect("memory");
    let deflated = deflate.finish().expect("memory");
    assert_eq!(
        running
            .send(&[TEXT, ("content-encoding", "deflate")], deflated)
            .status,
        204
    );
    assert_eq!(running.kept().len(), 2);

    let answer = running.send(&[TEXT, ("content-encoding", "gzip")], "not gzip at all");
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("Content-Encoding"), "{answer:?}");
}

#[test]
fn too_large_is_refused_before_and_after_decompression() {
    let running = Running::new(&["--max-body", "10KB"]);
    let large = " ".repeat(20_000);
    let refused = |answer: client::Answer, says: &str| {
        assert_eq!(answer.status, 413, "{answer:?}");
        assert!(
            answer.body.contains(says) && answer.body.contains("--max-body"),
            "{answer:?}"
        );
    };
    refused(running.send(&[TEXT], &large), "larger than");
    let chunk = large.as_bytes();
    refused(
        client::chunked(running.address, "/v1/beacon", &[TEXT], &[chunk, chunk])
            .expect("an answer"),
        "larger than",
    );

    let bomb = gzip(&vec![b' '; 9_000_000]);
    assert!(bomb.len() < 10_000, "the bomb is small as sent");
    refused(
        running.send(&[TEXT, ("content-encoding", "gzip")], &bomb),
        "decompressed",
    );

    // Empty stored blocks: large as sent, nothing when decompressed.
    let mut padded = vec![0x78, 0x01];
    for _ in 0..5_000 {
        padded.extend([0x00, 0x00, 0x00, 0xff, 0xff]);
    }
    refused(
        client::chunked(
            running.address,
            "/v1/beacon",
            &[TEXT, ("content-encoding", "deflate")],
            &[&padded],
        )
        .expect("an answer"),
        "larger than",
    );
    assert_eq!(
        running.get("/api/health").json()["beacons"]["refused"],
        json!({"too-large": 4})
    );
}

#[test]
fn a_full_queue_asks_for_patience_and_recovers() {
    let running = Running::new(&["--queue", "8KB", "--max-body", "8KB"]);
    let body = envelope(&[record(1, 1)]);
    // Holds nearly the whole queue: its last byte is missing.
    let mut slow = client::send_head(running.address, "POST", "/v1/beacon", &[TEXT], Some(7_900))
        .expect("connected");
    slow.write_all(body.as_bytes()).expect("sent");
    slow.write_all(" ".repeat(7_899 - body.len()).as_bytes())
        .expect("sent");
    eventually("the bytes wait", || {
        running.get("/api/health").json()["waiting_bytes"] == 7_899
    });
    let answer = running.send(
        &[TEXT, ("origin", "http://localhost")],
        envelope(&[record(2, 1)]),
    );
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(
        answer
            .header("retry-after")
            .is_some_and(|seconds| seconds.parse::<u32>().is_ok())
    );
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("http://localhost")
    );

    slow.write_all(b" ").expect("sent");
    assert_eq!(client::answer(slow).expect("an answer").status, 204);
    assert_eq!(running.get("/api/health").json()["waiting_bytes"], 0);
    assert_eq!(running.send(&[TEXT], envelope(&[record(2, 1)])).status, 204);
}

#[test]
fn the_good_records_of_a_batch_are_kept_and_the_bad_counted() {
    let running = Running::new(&[]);
    let mut out_of_range = record(2, 1);
    out_of_range["marks"]["headers"] = json!(-4);
    let mut no_id = record(3, 1);
    no_id["id"] = json!("three");
    assert_eq!(
        running
            .post(&[
                record(1, 1),
                out_of_range.clone(),
                no_id.clone(),
                record(4, 1),
                json!(null)
            ])
            .status,
        204
    );
    assert_eq!(running.kept(), [(id(4), 1), (id(1), 1)]);
    assert_eq!(running.counts(), [5, 2, 0, 0, 3]);
    let health = running.get("/api/health").json();
    assert_eq!(
        health["records"]["rejected"],
        json!({"out-of-range": 1, "id": 1, "malformed": 1})
    );
    assert!(
        health["last_rejected"]["why"]
            .as_str()
            .is_some_and(|why| why.starts_with("records[4]: ")),
        "{health}"
    );

    let answer = running.post(&[out_of_range, no_id]);
    assert_eq!(answer.status, 400, "not one good record");
    assert!(
        answer.body.contains("records[0]: marks.headers is -4"),
        "{answer:?}"
    );
    assert!(
        answer
            .body
            .contains("records[1]: id is \"three\": expected a UUID"),
        "{answer:?}"
    );
}

#[test]
fn a_small_body_of_many_records_is_counted_and_briefly_answered() {
    let running = Running::new(&[]);
    let beacon = |first: &str| {
        let body = envelope(&[]).replace("[]", &format!("[{first}{}1]", "1,".repeat(119_999)));
        let body = gzip(body.as_bytes());
        assert!(body.len() < 1_000, "{} bytes as sent", body.len());
        running.send(&[TEXT, ("content-encoding", "gzip")], body)
    };
    let answer = beacon("");
    assert_eq!(answer.status, 400);
    assert!(answer.body.lines().count() < 20, "{answer:?}");
    assert!(answer.body.contains("and 990 more"), "{answer:?}");
    assert_eq!(running.counts(), [120_000, 0, 0, 0, 120_000]);

    assert_eq!(beacon(&format!("{},", record(1, 1))).status, 204);
    assert_eq!(running.counts(), [240_001, 1, 0, 0, 240_000]);
    let health = running.get("/api/health").json();
    assert_eq!(
        health["records"]["rejected"],
        json!({"malformed": 1_999, "too-many": 238_001})
    );
    assert_eq!(health["last_rejected"]["reason"], "too-many");
}

#[test]
fn values_of_a_newer_library_do_not_cost_the_record() {
    let running = Running::new(&[]);
    let mut newer = record(1, 1);
    newer["outcome"] = json!("paused");
    newer["verdict"] = json!("cache");
    newer["network_missing"] = json!("proxy");
    newer["paint"] = json!({ "method": "container-timing", "found": "ai" });
    newer["flags"] = json!(["hidden", "prerendered"]);
    newer["a_new_key"] = json!({ "of": "its own" });
    assert_eq!(running.post(&[newer]).status, 204);

    let kept = running.get("/api/records").json();
    let kept = &kept["records"][0]["record"];
    assert_eq!(kept["outcome"], "unknown");
    assert_eq!(kept["verdict"], "unknown");
    assert_eq!(kept["paint"]["method"], "unknown");
    assert_eq!(kept["flags"], json!(["hidden", "unknown"]));
}

#[test]
fn an_envelope_without_records_reports_losses() {
    let running = Running::new(&[]);
    let body =
        json!({"v": 1, "now": 5, "time_origin": 0, "dropped": 3, "unrecognised": 2, "records": []})
            .to_string();
    assert_eq!(running.send(&[TEXT], body).status, 204);
    assert_eq!(
        running.get("/api/health").json()["pages"],
        json!({"dropped": 3, "unrecognised": 2})
    );
}

#[test]
fn a_batch_sent_twice_reports_its_losses_once() {
    let running = Running::new(&[]);
    let body =
        json!({"v": 1, "now": 50, "time_origin": 0, "dropped": 3, "records": [record(1, 1)]})
            .to_string();
    let dropped = || running.get("/api/health").json()["pages"]["dropped"].clone();
    assert_eq!(running.send(&[TEXT], &body).status, 204);
    assert_eq!(running.send(&[TEXT], &body).status, 204);
    assert_eq!(dropped(), 3);
    // Also where its record has got a larger revision meanwhile.
    assert_eq!(running.post(&[record(1, 2)]).status, 204);
    assert_eq!(running.send(&[TEXT], &body).status, 204);
    assert_eq!(dropped(), 3);
}

#[test]
fn the_path_can_be_changed_and_others_explain_themselves() {
    let running = Running::new(&["--beacon-path", "/t"]);
    let send = |path| {
        client::request(
            running.address,
            "POST",
            path,
            &[],
            Some(envelope(&[record(1, 1)]).as_bytes()),
        )
        .expect("an answer")
    };
    assert_eq!(send("/t").status, 204);
    assert_eq!(send("/v1/beacon").status, 404);
    let answer = running.get("/t");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    assert_eq!(running.get("/api/health").json()["beacon_path"], "/t");
}
