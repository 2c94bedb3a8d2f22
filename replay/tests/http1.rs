//! What leaves over HTTP/1.1, and what the log says of it.

mod client;

use std::io::ErrorKind;

use client::{Server, number, patiently, read_head, read_some};
use tokio::io::AsyncWriteExt as _;

#[tokio::test]
async fn headers_leave_before_the_body_exists() {
    let server = Server::start().await;
    let path = server
        .post(r#"{"headers":{"x-a":["1","2"]},"end":"stall"}"#)
        .await;
    let mut connection = server.connect().await;
    let request = format!("GET {path}?run=r HTTP/1.1\r\nhost: x\r\n\r\n");
    connection
        .write_all(request.as_bytes())
        .await
        .expect("sends");
    let head = read_head(&mut connection).await;
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(
        head.contains("x-a: 1\r\n") && head.contains("x-a: 2\r\n"),
        "{head}"
    );
    assert!(head.ends_with("\r\n\r\n"), "bytes of a body: {head}");
    drop(connection);
    assert_eq!(
        server.logged("r").await.whats(),
        ["request", "headers", "close"]
    );
}

#[tokio::test]
async fn log_has_the_request_and_the_parts_in_order() {
    let server = Server::start().await;
    let path = server
        .post(
            r#"{"status":429,"steps":[
                {"after_ms":5,"text":"one","label":"token"},
                {"after_ms":5},
                {"base64":"dHdv","repeat":2}]}"#,
        )
        .await;
    let head = format!("PUT {path}?run=r HTTP/1.1\r\nx-case: 7");
    let response = server.ask(&head, "hello").await;
    assert_eq!(response.status(), "429");
    assert_eq!(response.header("x-replay-run"), Some("r"));
    assert_eq!(response.chunks(), ["one", "two", "two", ""]);

    let exchange = server.logged("r").await;
    assert_eq!(
        exchange.whats(),
        [
            "request", "body", "headers", "write", "write", "write", "end"
        ]
    );
    let request = &exchange.0;
    assert_eq!(request["method"], "PUT");
    assert_eq!(request["path"], path);
    assert_eq!(request["origin"], server.page());
    assert_eq!(request["protocol"], "HTTP/1.1");
    assert_eq!(request["body_bytes"], 5);
    let headers = request["headers"].as_array().expect("is a list");
    assert!(
        headers.contains(&serde_json::json!(["x-case", "7"])),
        "{headers:?}"
    );

    let events = exchange.events();
    assert!(
        events
            .windows(2)
            .all(|pair| number(&pair[0], "t") <= number(&pair[1], "t"))
    );
    assert_eq!(events[2]["status"], 429);
    assert_eq!(events[3]["label"], "token");
    assert_eq!(events[3]["step"], 0);
    assert_eq!(events[3]["bytes"], 3);
    assert_eq!(events[5]["step"], 2);
    assert_eq!(events[5]["repetition"], 1);
    assert_eq!(events[6]["why"], "close");
    for write in &events[2..] {
        assert!(number(write, "t") <= number(write, "t_done"), "{write}");
    }
}

#[tokio::test]
async fn split_step_is_written_piece_by_piece() {
    let server = Server::start().await;
    let path = server
        .post(r#"{"steps":[{"text":"abcdefghij","split":4,"split_after_ms":1}]}"#)
        .await;
    let response = server.get(&format!("{path}?run=r")).await;
    assert_eq!(response.chunks(), ["abcd", "efgh", "ij", ""]);
    let exchange = server.logged("r").await;
    let sizes: Vec<_> = exchange
        .only("write")
        .iter()
        .map(|e| e["bytes"].clone())
        .collect();
    assert_eq!(sizes, [4, 4, 2]);
    let pieces: Vec<_> = exchange
        .only("write")
        .iter()
        .map(|e| e["piece"].clone())
        .collect();
    assert_eq!(pieces, [0, 1, 2]);
}

#[tokio::test]
async fn large_write_is_one_event_with_a_start_and_an_end() {
    let server = Server::start().await;
    let scenario = format!(r#"{{"steps":[{{"text":"{}"}}]}}"#, "x".repeat(8 << 20));
    let path = server.post(&scenario).await;
    let response = server.get(&format!("{path}?run=r")).await;
    assert_eq!(response.chunks()[0].len(), 8 << 20);
    let exchange = server.logged("r").await;
    assert_eq!(exchange.whats(), ["request", "headers", "write", "end"]);
    let write = exchange.only("write")[0];
    assert_eq!(write["bytes"], 8 << 20);
    assert!(number(write, "t") < number(write, "t_done"));
    assert!(number(write, "t_done") <= number(exchange.only("end")[0], "t"));
}

#[tokio::test]
async fn cut_reaches_the_client_as_an_error() {
    let server = Server::start().await;
    let path = server
        .post(r#"{"steps":[{"text":"data: x\n\n"}],"end":"cut"}"#)
        .await;
    let mut connection = server.connect().await;
    let request = format!("GET {path}?run=r HTTP/1.1\r\nhost: x\r\n\r\n");
    connection
        .write_all(request.as_bytes())
        .await
        .expect("sends");
    let mut text = String::new();
    let error = loop {
        match read_some(&mut connection).await {
            Ok(more) => text.push_str(&more),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::ConnectionReset, "after {text:?}");
    assert!(!text.contains("\r\n0\r\n"), "{text:?}");
    let exchange = server.logged("r").await;
    assert_eq!(exchange.whats(), ["request", "headers", "write", "end"]);
    assert_eq!(exchange.events()[3]["why"], "cut");
}

#[tokio::test]
async fn client_that_leaves_is_logged_while_no_step_is_due() {
    let server = Server::start().await;
    // Before the headers, before a step that is an hour off, and in a stall.
    let scenarios = [
        (r#"{"headers_after_ms":3600000}"#, vec!["request", "close"]),
        (
            r#"{"steps":[{"text":"a"},{"after_ms":3600000,"text":"b"}]}"#,
            vec!["request", "headers", "write", "close"],
        ),
        (
            r#"{"steps":[{"text":"a"}],"end":"stall"}"#,
            vec!["request", "headers", "write", "close"],
        ),
    ];
    for (scenario, expected) in scenarios {
        let path = server.post(scenario).await;
        let run = path.rsplit('/').next().expect("has an id");
        let mut connection = server.connect().await;
        let request = format!("GET {path}?run={run} HTTP/1.1\r\nhost: x\r\n\r\n");
        connection
            .write_all(request.as_bytes())
            .await
            .expect("sends");
        patiently("the write", async {
            // Leaving earlier is another case than the one meant.
            loop {
                let log = server.get(&format!("/log?run={run}")).await.body;
                if log.matches("\"what\"").count() == expected.len() - 1 {
                    break;
                }
                tokio::task::yield_now().await;
            }
        })
        .await;
        drop(connection);
        assert_eq!(server.logged(run).await.whats(), expected, "{scenario}");
    }
}

#[tokio::test]
async fn client_that_leaves_in_its_own_upload_is_logged() {
    let server = Server::start().await;
    let path = server.post("{}").await;
    let mut connection = server.connect().await;
    let request = format!("POST {path}?run=r HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc");
    connection
        .write_all(request.as_bytes())
        .await
        .expect("sends");
    connection.shutdown().await.expect("leaves");
    let exchange = server.logged("r").await;
    assert_eq!(exchange.whats(), ["request", "close"]);
    assert_eq!(exchange.0["body_bytes"], 3);
}

#[tokio::test]
async fn informational_response_is_raw_and_before_the_headers() {
    let server = Server::start().await;
    let path = server
        .post(
            r#"{"headers_after_ms":20,"steps":[{"text":"a"}],"informational":[
                {"after_ms":1,"status":103,"headers":{"link":["</a>","</b>"]}},
                {"status":102}]}"#,
        )
        .await;
    let response = server.get(&format!("{path}?run=r")).await;
    assert_eq!(
        response.head,
        "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\nlink: </b>"
    );
    let rest = response
        .body
        .strip_prefix("HTTP/1.1 102 Processing\r\n\r\n");
    let rest = rest.unwrap_or_else(|| panic!("{}", response.body));
    assert!(rest.starts_with("HTTP/1.1 200 OK\r\n"), "{rest}");
    assert!(rest.ends_with("\r\n\r\n1\r\na\r\n0\r\n\r\n"), "{rest}");
    let exchange = server.logged("r").await;
    assert_eq!(
        exchange.whats(),
        [
            "request",
            "informational",
            "informational",
            "headers",
            "write",
            "end"
        ]
    );
    assert_eq!(exchange.events()[1]["status"], 103);
}

#[tokio::test]
async fn headers_with_first_step_share_its_write() {
    let server = Server::start().await;
    let path = server
        .post(
            r#"{"headers_with_first_step":true,"steps":[{"after_ms":5,"text":"a"},{"text":"b"}]}"#,
        )
        .await;
    let response = server.get(&format!("{path}?run=r")).await;
    assert_eq!(response.chunks(), ["a", "b", ""]);
    let exchange = server.logged("r").await;
    let events = exchange.events();
    assert_eq!(
        exchange.whats(),
        ["request", "headers", "write", "write", "end"]
    );
    assert_eq!(events[1]["t"], events[2]["t"]);
    assert_ne!(events[2]["t"], events[3]["t"]);
}

#[tokio::test]
async fn response_without_a_body_ends_with_its_headers() {
    let server = Server::start().await;
    let path = server.post(r#"{"steps":[{"text":"a"}]}"#).await;
    let response = server
        .ask(&format!("HEAD {path}?run=head HTTP/1.1"), "")
        .await;
    assert_eq!(response.body, "");
    assert_eq!(
        server.logged("head").await.whats(),
        ["request", "headers", "end"]
    );

    let path = server.post(r#"{"status":204}"#).await;
    server.get(&format!("{path}?run=204")).await;
    assert_eq!(
        server.logged("204").await.whats(),
        ["request", "headers", "end"]
    );
}

#[tokio::test]
async fn stated_length_replaces_chunks() {
    let server = Server::start().await;
    let path = server
        .post(r#"{"headers":{"content-length":"4"},"steps":[{"text":"ab"},{"text":"cd"}]}"#)
        .await;
    let response = server.get(&format!("{path}?run=r")).await;
    assert_eq!(response.body, "abcd");
    let whats = ["request", "headers", "write", "write", "end"];
    assert_eq!(server.logged("r").await.whats(), whats);
}

#[tokio::test]
async fn requests_on_one_connection_are_apart() {
    let server = Server::start().await;
    let path = server.post(r#"{"steps":[{"text":"a"}]}"#).await;
    let mut connection = server.connect().await;
    for _ in 0..2 {
        let request = format!("GET {path}?run=r HTTP/1.1\r\nhost: x\r\n\r\n");
        connection
            .write_all(request.as_bytes())
            .await
            .expect("sends");
        let mut response = read_head(&mut connection).await;
        while !response.ends_with("\r\n0\r\n\r\n") {
            response.push_str(&read_some(&mut connection).await.expect("goes on"));
        }
    }
    let log = server.log("r").await;
    assert_eq!(log.len(), 2);
    for exchange in log {
        assert_eq!(exchange.whats(), ["request", "headers", "write", "end"]);
        // Nor do the parts of a response share a write.
        let times: Vec<_> = exchange
            .events()
            .iter()
            .map(|event| number(event, "t"))
            .collect();
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
    }
}
