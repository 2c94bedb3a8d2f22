//! The routes, the same on every listener.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use serde::Deserialize;
use serde_json::json;

use crate::clock::now_ms;
use crate::cors;
use crate::library::Library;
use crate::log::Log;
use crate::mounts::Mounts;
use crate::play::play;
use crate::socket::{answer_pings, socket};

/// Recorded streams of long answers, as base64.
const SCENARIO_LIMIT: usize = 64 << 20;

/// First segments of the paths below, which no mount can have.
pub(crate) const RESERVED: [&str; 7] = ["isolated", "log", "ping", "s", "scenarios", "slow", "ws"];

#[derive(Debug)]
pub(crate) struct App {
    pub(crate) library: Library,
    pub(crate) log: Log,
    pub(crate) mounts: Mounts,
}

pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/scenarios", post(add_scenario))
        .route("/log", get(read_log))
        .route("/ping", get(ping))
        .layer(DefaultBodyLimit::max(SCENARIO_LIMIT))
        .layer(from_fn(cors::allow_all))
        .route("/s/{id}", any(play))
        .route("/s/{id}/{run}/{*rest}", any(play))
        .route("/ws/{id}", any(socket))
        .fallback(mounted)
        .with_state(app)
}

async fn add_scenario(State(app): State<Arc<App>>, body: Bytes) -> Response {
    match app.library.add(&body) {
        Ok(id) => {
            let url = format!("/s/{id}");
            (
                StatusCode::CREATED,
                json_response(json!({ "id": id, "url": url }).to_string()),
            )
                .into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogQuery {
    run: String,
    until: Option<Until>,
    #[serde(default = "five_seconds")]
    timeout_ms: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Until {
    End,
}

fn five_seconds() -> u64 {
    5000
}

async fn read_log(
    State(app): State<Arc<App>>,
    query: Result<Query<LogQuery>, QueryRejection>,
) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(error) => {
            let usage = "ask for /log?run=RUN, with until=end and timeout_ms=5000 as you like";
            let reason = format!("{}; {usage}\n", error.body_text());
            return (StatusCode::BAD_REQUEST, reason).into_response();
        }
    };
    if let Some(Until::End) = query.until {
        let timeout = Duration::from_millis(query.timeout_ms);
        app.log.wait_for_end(&query.run, timeout).await;
    }
    json_response(app.log.read(&query.run))
}

async fn ping(upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>) -> Response {
    match upgrade {
        Ok(upgrade) => upgrade.on_upgrade(answer_pings),
        Err(_) => json_response(json!({ "now": now_ms() }).to_string()),
    }
}

async fn mounted(State(app): State<Arc<App>>, request: Request) -> Response {
    app.mounts.serve(request).await
}

fn json_response(json: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, json).into_response()
}
