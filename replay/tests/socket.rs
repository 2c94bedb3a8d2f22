//! Scenarios as the messages of a WebSocket.

mod client;

use client::{Server, patiently};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

async fn connect(server: &Server, scenario: &str) -> Socket {
    let path = server.post(scenario).await.replace("/s/", "/ws/");
    open(server, &path).await
}

async fn open(server: &Server, path: &str) -> Socket {
    let url = server.page().replace("http", "ws") + path;
    let (socket, _) = patiently("the handshake", connect_async(url))
        .await
        .expect("connects");
    socket
}

async fn next(socket: &mut Socket) -> Option<Result<Message, Error>> {
    patiently("a message", socket.next()).await
}

#[tokio::test]
async fn each_question_is_answered_by_all_steps() {
    let server = Server::start().await;
    let scenario = r#"{"steps":[{"text":"a","repeat":2},{"after_ms":5},{"base64":"/w=="}]}"#;
    let mut socket = connect(&server, scenario).await;
    for question in ["first", "second"] {
        socket.send(Message::text(question)).await.expect("sends");
        let answer = [
            Message::text("a"),
            Message::text("a"),
            Message::binary(vec![0xff]),
        ];
        for message in answer {
            assert_eq!(
                next(&mut socket).await.expect("comes").expect("whole"),
                message
            );
        }
    }
}

#[tokio::test]
async fn cut_ends_it_without_a_word() {
    let server = Server::start().await;
    let mut socket = connect(&server, r#"{"steps":[{"text":"a"}],"end":"cut"}"#).await;
    socket.send(Message::text("?")).await.expect("sends");
    assert!(next(&mut socket).await.expect("comes").is_ok());
    let end = next(&mut socket).await;
    assert!(matches!(end, Some(Err(_)) | None), "{end:?}");
}

#[tokio::test]
async fn pings_are_answered_on_the_logs_clock() {
    let server = Server::start().await;
    let played = server.post("{}").await + "?run=r";
    let mut socket = open(&server, "/ping").await;
    let before = ping(&mut socket).await;
    server.get(&played).await;
    let after = ping(&mut socket).await;
    let exchange = server.logged("r").await;
    for event in exchange.events() {
        let t = client::number(event, "t");
        assert!(before <= t && t <= after, "{event}");
    }
}

async fn ping(socket: &mut Socket) -> f64 {
    socket.send(Message::text("now?")).await.expect("sends");
    let answer = next(socket).await.expect("comes").expect("whole");
    let text = answer.into_text().expect("is text");
    text.parse().expect("is a number")
}

#[tokio::test]
async fn unknown_scenario_is_a_readable_404() {
    let server = Server::start().await;
    let handshake = "GET /ws/none HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==";
    let response = server.ask(handshake, "").await;
    assert_eq!(response.status(), "404");
    assert!(response.body.contains("none.json"), "{}", response.body);
}
