//! Stamps, server timing and the proxy that holds the body: the log against
//! what the client was sent.

mod client;

use client::{Server, number};
use serde_json::Value;

/// The durations in the stamps of a body.
fn stamps(chunks: &[&str]) -> Vec<f64> {
    chunks
        .iter()
        .filter_map(|chunk| chunk.strip_prefix(": ttft write;dur="))
        .map(|rest| {
            rest.split_once("\n\n")
                .expect("is a block")
                .0
                .parse()
                .expect("is a number")
        })
        .collect()
}

#[tokio::test]
async fn stamp_says_what_the_log_says() {
    let server = Server::start().await;
    let path = server
        .post(
            r#"{"steps":[
                {"stamp":true},
                {"after_ms":13,"stamp":true,"text":"data: a\n\n","label":"token"},
                {"after_ms":1,"text":"data: b\n\n"},
                {"after_ms":7,"stamp":true,"text":"data: c\n\n","split":5}]}"#,
        )
        .await;
    let response = server.get(&format!("{path}?run=r")).await;
    let chunks = response.chunks();
    assert_eq!(chunks[0], ": ttft write;dur=0\n\n");
    assert!(chunks[1].ends_with("\n\ndata: a\n\n"), "{chunks:?}");
    assert_eq!(chunks[2], "data: b\n\n");
    // The stamp is not split: it would no longer be in its event's write.
    assert!(chunks[3].ends_with("\n\ndata:"), "{chunks:?}");
    assert_eq!(chunks[4], " c\n\n");

    let exchange = server.logged("r").await;
    let logged = exchange.only("stamp");
    let sent = stamps(&chunks);
    assert_eq!(sent.len(), 3);
    assert_eq!(logged.len(), 3);
    let zero = number(logged[0], "t");
    for (sent, logged) in sent.iter().zip(&logged) {
        assert_eq!(*sent, number(logged, "dur"));
        let elapsed = number(logged, "t") - zero;
        assert!((sent - elapsed).abs() < 0.051, "{sent} against {elapsed}");
    }
    // Each stamp directly before its write.
    let events = exchange.events();
    for (i, _) in events
        .iter()
        .enumerate()
        .filter(|(_, event)| event["what"] == "stamp")
    {
        assert_eq!(events[i + 1]["what"], "write");
        assert_eq!(events[i + 1]["step"], events[i]["step"]);
        assert!(number(&events[i], "t") <= number(&events[i + 1], "t"));
    }
    let bytes: Vec<_> = exchange
        .only("write")
        .iter()
        .map(|e| number(e, "bytes") as usize)
        .collect();
    let sizes: Vec<_> = chunks[..5].iter().map(|chunk| chunk.len()).collect();
    assert_eq!(bytes, sizes);
}

#[tokio::test]
async fn server_timing_says_what_the_log_says() {
    let server = Server::start().await;
    let path = server
        .post(
            r#"{"headers":{"server-timing":"queue;dur=3"},"server_timing":true,
                "headers_after_ms":9}"#,
        )
        .await;
    let response = server
        .ask(&format!("POST {path}?run=r HTTP/1.1"), "hello")
        .await;
    assert!(
        response.head.contains("server-timing: queue;dur=3\r\n"),
        "{}",
        response.head
    );
    let exchange = server.logged("r").await;
    let headers = exchange.only("headers")[0];
    let dur = number(headers, "dur");
    assert!(
        response
            .head
            .contains(&format!("server-timing: ttft;dur={dur}\r\n")),
        "{} against {dur}",
        response.head
    );
    // From the body's end, and not after the headers were written.
    let upper = number(headers, "t") - number(exchange.only("body")[0], "t");
    assert!((9.0..upper + 0.051).contains(&dur), "{dur} against {upper}");
}

#[tokio::test]
async fn a_request_may_be_answered_later_than_others() {
    let server = Server::start().await;
    let path = server.post(r#"{"headers_after_ms":9}"#).await;
    let head = format!("POST {path}?run=r HTTP/1.1\r\nx-replay-after-ms: 300");
    server.ask(&head, "hello").await;
    let exchange = server.logged("r").await;
    let body = number(exchange.only("body")[0], "t");
    assert!(number(exchange.only("headers")[0], "t") - body >= 309.0);
    let head = format!("POST {path}?run=r HTTP/1.1\r\nx-replay-after-ms: soon");
    assert_eq!(server.ask(&head, "hello").await.status(), "400");
}

#[tokio::test]
async fn held_body_leaves_in_one_piece() {
    let server = Server::start().await;
    let path = server
        .post(
            r#"{"hold_ms":1000,"steps":[
                {"stamp":true},
                {"text":"data: a\n\n","stamp":true,"label":"token"},
                {"text":"data: b\n\n","label":"token"},
                {"after_ms":2000,"text":"data: c\n\n","label":"token"}]}"#,
        )
        .await;
    let response = server.get(&format!("{path}?run=r")).await;
    let chunks = response.chunks();
    assert_eq!(chunks.len(), 3, "{chunks:?}");
    assert!(
        chunks[0].starts_with(": ttft write;dur=0\n\n: ttft write;dur="),
        "{chunks:?}"
    );
    assert!(
        chunks[0].ends_with("\n\ndata: a\n\ndata: b\n\n"),
        "{chunks:?}"
    );
    assert_eq!(chunks[1], "data: c\n\n");

    let exchange = server.logged("r").await;
    assert_eq!(
        exchange.whats(),
        [
            "request",
            "headers",
            "stamp",
            "generated",
            "stamp",
            "generated",
            "generated",
            "write",
            "write",
            "write",
            "generated",
            "write",
            "end"
        ]
    );
    let writes = exchange.only("write");
    let times: Vec<&Value> = writes.iter().map(|write| &write["t"]).collect();
    assert!(
        times[0] == times[1] && times[1] == times[2] && times[2] != times[3],
        "{times:?}"
    );
    let held: usize = writes[..3]
        .iter()
        .map(|write| number(write, "bytes") as usize)
        .sum();
    assert_eq!(held, chunks[0].len());
    assert_eq!(writes[1]["label"], "token");
}

#[tokio::test]
async fn held_body_leaves_also_when_nothing_follows() {
    let server = Server::start().await;
    for end in ["close", "stall"] {
        let scenario =
            format!(r#"{{"hold_ms":1000,"steps":[{{"text":"a","repeat":3}}],"end":"{end}"}}"#);
        let path = server.post(&scenario).await;
        if end == "close" {
            let response = server.get(&format!("{path}?run=close")).await;
            assert_eq!(response.chunks(), ["aaa", ""]);
            continue;
        }
        let mut connection = server.connect().await;
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
        tokio::io::AsyncWriteExt::write_all(&mut connection, request.as_bytes())
            .await
            .expect("sends");
        let mut text = client::read_head(&mut connection).await;
        while !text.ends_with("3\r\naaa\r\n") {
            text.push_str(&client::read_some(&mut connection).await.expect("goes on"));
        }
    }
}
