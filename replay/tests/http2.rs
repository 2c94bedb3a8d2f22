//! The same over HTTP/2.

mod client;

use std::future::poll_fn;

use client::{Exchange, Server, get_http2, number, patiently};
use h2::{Reason, RecvStream};

/// All data frames of a body, and how it ended.
async fn read(mut body: RecvStream) -> (Vec<String>, Result<(), h2::Error>) {
    let mut frames = Vec::new();
    while let Some(data) = patiently("a frame", body.data()).await {
        match data {
            Ok(data) => {
                let _ = body.flow_control().release_capacity(data.len());
                frames.push(String::from_utf8_lossy(&data).into_owned());
            }
            Err(error) => return (frames, Err(error)),
        }
    }
    frames.retain(|frame| !frame.is_empty());
    (frames, Ok(()))
}

fn check_order(exchange: &Exchange, whats: &[&str]) {
    assert_eq!(exchange.0["protocol"], "HTTP/2");
    assert_eq!(exchange.whats(), whats);
    let events = exchange.events();
    assert!(
        events
            .windows(2)
            .all(|pair| number(&pair[0], "t") <= number(&pair[1], "t"))
    );
}

#[tokio::test]
async fn steps_are_frames_and_are_logged() {
    let server = Server::with_tls().await;
    let path = server
        .post(
            r#"{"headers":{"x-a":"1"},"steps":[
                {"stamp":true},
                {"after_ms":5,"text":"data: x\n\n","stamp":true,"label":"token"},
                {"text":"abcde","split":2}]}"#,
        )
        .await;
    let (mut client, _driver) = server.connect_http2().await;
    let (response, _) = get_http2(&mut client, &format!("{path}?run=r"));
    let response = patiently("the headers", response).await.expect("answers");
    assert_eq!(response.headers()["x-a"], "1");
    let (frames, end) = read(response.into_body()).await;
    end.expect("ends properly");
    assert_eq!(frames.len(), 5, "{frames:?}");
    assert_eq!(frames[0], ": ttft write;dur=0\n\n");
    assert!(frames[1].ends_with("\n\ndata: x\n\n"), "{frames:?}");
    assert_eq!(frames[2..], ["ab", "cd", "e"]);

    let exchange = server.logged("r").await;
    check_order(
        &exchange,
        &[
            "request", "headers", "stamp", "write", "stamp", "write", "write", "write", "write",
            "end",
        ],
    );
    assert_eq!(exchange.only("write")[1]["label"], "token");
    assert_eq!(exchange.only("write")[1]["bytes"], frames[1].len());
}

#[tokio::test]
async fn headers_leave_before_the_body_exists() {
    let server = Server::with_tls().await;
    let path = server.post(r#"{"end":"stall"}"#).await;
    let (mut client, driver) = server.connect_http2().await;
    let (response, _) = get_http2(&mut client, &format!("{path}?run=r"));
    let response = patiently("the headers", response).await.expect("answers");
    // The connection goes, not only the stream.
    driver.abort();
    drop((client, response));
    check_order(&server.logged("r").await, &["request", "headers", "close"]);
}

#[tokio::test]
async fn reset_by_the_client_is_logged_while_the_connection_lives() {
    let server = Server::with_tls().await;
    let scenarios = [
        (r#"{"headers_after_ms":3600000}"#, vec!["request", "close"]),
        (
            r#"{"steps":[{"text":"a"}],"end":"stall"}"#,
            vec!["request", "headers", "write", "close"],
        ),
    ];
    let (mut client, driver) = server.connect_http2().await;
    for (scenario, whats) in scenarios {
        let path = server.post(scenario).await;
        let run = path.rsplit('/').next().expect("has an id");
        let (response, mut stream) = get_http2(&mut client, &format!("{path}?run={run}"));
        if whats.len() > 2 {
            let response = patiently("the headers", response).await.expect("answers");
            let mut body = response.into_body();
            let data = patiently("data", body.data())
                .await
                .expect("is there")
                .expect("is whole");
            assert_eq!(data, "a");
        } else {
            patiently("the request", async {
                while !server
                    .get(&format!("/log?run={run}"))
                    .await
                    .body
                    .contains("request\"}")
                {
                    tokio::task::yield_now().await;
                }
            })
            .await;
        }
        stream.send_reset(Reason::CANCEL);
        check_order(&server.logged(run).await, &whats);
    }
    assert!(!driver.is_finished());
}

#[tokio::test]
async fn cut_resets_the_stream_and_not_the_connection() {
    let server = Server::with_tls().await;
    let path = server.post(r#"{"steps":[{"text":"a"}],"end":"cut"}"#).await;
    let (mut client, driver) = server.connect_http2().await;
    for run in ["one", "two"] {
        let (response, _) = get_http2(&mut client, &format!("{path}?run={run}"));
        // h2 reports a reset that came meanwhile before what came earlier.
        let reason = match patiently("the headers", response).await {
            Ok(response) => read(response.into_body())
                .await
                .1
                .expect_err("is cut")
                .reason(),
            Err(error) => error.reason(),
        };
        assert_eq!(reason, Some(Reason::INTERNAL_ERROR));
        let exchange = server.logged(run).await;
        check_order(&exchange, &["request", "headers", "write", "end"]);
        assert_eq!(exchange.events()[3]["why"], "cut");
    }
    assert!(!driver.is_finished());
}

#[tokio::test]
async fn informational_response_comes_first() {
    let server = Server::with_tls().await;
    let path = server
        .post(
            r#"{"headers_after_ms":20,
                "informational":[{"status":103,"headers":{"link":"</a>"}}]}"#,
        )
        .await;
    let (mut client, _driver) = server.connect_http2().await;
    let (mut response, _) = get_http2(&mut client, &format!("{path}?run=r"));
    let early = poll_fn(|cx| response.poll_informational(cx));
    let early = patiently("early hints", early)
        .await
        .expect("comes")
        .expect("is whole");
    assert_eq!(early.status(), 103);
    assert_eq!(early.headers()["link"], "</a>");
    let response = patiently("the headers", response).await.expect("answers");
    assert_eq!(response.status(), 200);
    read(response.into_body()).await.1.expect("ends properly");
    check_order(
        &server.logged("r").await,
        &["request", "informational", "headers", "end"],
    );
}

#[tokio::test]
async fn parallel_streams_are_told_apart() {
    let server = Server::with_tls().await;
    let path = server
        .post(r#"{"steps":[{"after_ms":1,"text":"0123456789","split":3,"repeat":5}]}"#)
        .await;
    let (mut client, _driver) = server.connect_http2().await;
    let runs: Vec<_> = (0..8).map(|i| format!("r{i}")).collect();
    // Read at the same time: h2's client takes many small frames that nobody
    // reads for an attack.
    let mut readers = tokio::task::JoinSet::new();
    for run in &runs {
        let (response, _) = get_http2(&mut client, &format!("{path}?run={run}"));
        readers.spawn(async move {
            let response = patiently("the headers", response).await.expect("answers");
            read(response.into_body()).await
        });
    }
    for (frames, end) in readers.join_all().await {
        end.expect("ends properly");
        assert_eq!(frames.concat(), "0123456789".repeat(5));
    }
    for run in &runs {
        let exchange = server.logged(run).await;
        let sizes: Vec<_> = exchange
            .only("write")
            .iter()
            .map(|e| number(e, "bytes"))
            .collect();
        assert_eq!(sizes, [3.0, 3.0, 3.0, 1.0].repeat(5));
        assert_eq!(exchange.whats().last(), Some(&"end"));
    }
}

#[tokio::test]
async fn write_waits_for_the_clients_window() {
    let server = Server::with_tls().await;
    // The window of a client that asks for none is 65,535 bytes.
    let scenario = format!(r#"{{"steps":[{{"text":"{}"}}]}}"#, "x".repeat(200_000));
    let path = server.post(&scenario).await;
    let (mut client, _driver) = server.connect_http2().await;
    let (response, _) = get_http2(&mut client, &format!("{path}?run=r"));
    let response = patiently("the headers", response).await.expect("answers");
    let log = server.get("/log?run=r").await.body;
    assert!(!log.contains("\"write\""), "{log}");
    let (frames, end) = read(response.into_body()).await;
    end.expect("ends properly");
    assert_eq!(frames.concat().len(), 200_000);
    let exchange = server.logged("r").await;
    check_order(&exchange, &["request", "headers", "write", "end"]);
    assert_eq!(exchange.only("write")[0]["bytes"], 200_000);
}
