//! WebSockets: `/ws/{id}`, a scenario's steps as messages, and the pings.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::time::sleep;

use crate::clock::now_ms;
use crate::library::NotPlayable;
use crate::routes::App;
use crate::scenario::{End, Scenario};

pub(crate) async fn socket(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Response {
    match app.library.get(&id) {
        Ok(scenario) => upgrade.on_upgrade(move |socket| converse(socket, scenario)),
        Err(error @ NotPlayable::Unknown(_)) => {
            (StatusCode::NOT_FOUND, format!("{error}\n")).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
    }
}

/// Answers each message with the log's clock. Without a request's way through
/// the browser's network stack the round trip is the shortest that a page has.
pub(crate) async fn answer_pings(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let now = now_ms().to_string().into();
        if matches!(message, Message::Text(_)) && socket.send(Message::Text(now)).await.is_err() {
            return;
        }
    }
}

/// Each message of the client's is a question, and the scenario its answer.
async fn converse(mut socket: WebSocket, scenario: Arc<Scenario>) {
    while let Some(Ok(message)) = socket.recv().await {
        if !matches!(message, Message::Text(_) | Message::Binary(_)) {
            continue;
        }
        if answer(&mut socket, &scenario).await.is_err() || scenario.end == End::Cut {
            return;
        }
        if scenario.end == End::Stall {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    }
}

async fn answer(socket: &mut WebSocket, scenario: &Scenario) -> Result<(), axum::Error> {
    for step in &scenario.steps {
        for _ in 0..step.repeat {
            sleep(step.after).await;
            if !step.bytes.is_empty() {
                socket.send(message(step.bytes.clone())).await?;
            }
        }
    }
    Ok(())
}

/// Bytes that are no text are what a scenario has `base64` for.
fn message(bytes: Bytes) -> Message {
    match Utf8Bytes::try_from(bytes.clone()) {
        Ok(text) => Message::Text(text),
        Err(_) => Message::Binary(bytes),
    }
}
