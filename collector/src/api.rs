//! What can be asked, as JSON.

use crate::counters::Counts;
use crate::server::State;
use crate::store::Row;
use axum::extract::{self, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 1_000;

/// The query of [`records`].
#[derive(Debug, Deserialize)]
pub struct Newest {
    limit: Option<String>,
}

#[derive(Serialize)]
struct Records {
    records: Vec<Kept>,
}

#[derive(Serialize)]
struct Kept {
    received: i64,
    at: i64,
    record: Box<RawValue>,
}

/// `GET /api/records?limit=N`: the newest records, each in its last revision,
/// the latest arrival first.
pub async fn records(
    extract::State(state): extract::State<Arc<State>>,
    Query(query): Query<Newest>,
    headers: HeaderMap,
) -> Response {
    let limit = match query.limit.as_deref().map(str::parse) {
        None => DEFAULT_LIMIT,
        Some(Ok(limit @ 1..=MAX_LIMIT)) => limit,
        Some(_) => {
            let why = format!(
                "limit is no whole number from 1 to {MAX_LIMIT}: try /api/records?limit={DEFAULT_LIMIT}\n"
            );
            return (StatusCode::BAD_REQUEST, why).into_response();
        }
    };
    // Taken before the store is read: a commit in between makes the next
    // answer new once too often, never once too seldom.
    let etag = format!(
        "\"{}-{}-{limit}\"",
        state.since,
        state.writer.status().generation()
    );
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == etag.as_bytes())
    {
        return (StatusCode::NOT_MODIFIED, revalidated(&etag)).into_response();
    }
    let reading = Arc::clone(&state);
    let rows = tokio::task::spawn_blocking(move || reading.store.newest(limit)).await;
    let rows = match rows {
        Ok(Ok(rows)) => rows,
        Ok(Err(error)) => return failed(&error),
        Err(error) => return failed(&error),
    };
    match rows.into_iter().map(Kept::try_from).collect() {
        Ok(records) => json(&Records { records }, revalidated(&etag)),
        Err(error) => failed(&error),
    }
}

impl TryFrom<Row> for Kept {
    type Error = serde_json::Error;

    fn try_from(
        Row {
            received, at, json, ..
        }: Row,
    ) -> Result<Self, Self::Error> {
        Ok(Self {
            received,
            at,
            record: RawValue::from_string(json)?,
        })
    }
}

#[derive(Serialize)]
struct Health<'a> {
    version: &'static str,
    /// When the counting began, in milliseconds since 1970.
    since: i64,
    beacon_path: &'a str,
    /// Records that are kept, each in its last revision.
    held: u64,
    /// Bytes of beacons that wait for the disk.
    waiting_bytes: u64,
    #[serde(flatten)]
    counts: Counts,
}

/// `GET /api/health`: what came in since the start, and what became of it.
pub async fn health(extract::State(state): extract::State<Arc<State>>) -> Response {
    let health = Health {
        version: env!("CARGO_PKG_VERSION"),
        since: state.since,
        beacon_path: &state.options.beacon_path,
        held: state.writer.status().held(),
        waiting_bytes: state
            .options
            .queue
            .as_u64()
            .saturating_sub(state.queue.available_permits() as u64),
        counts: state.counters.snapshot(),
    };
    json(
        &health,
        [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
    )
}

/// `GET /healthz`: the process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: beacons are welcome.
pub async fn readyz(extract::State(state): extract::State<Arc<State>>) -> Response {
    let why = if state.draining.load(Ordering::Relaxed) {
        "shutting down\n"
    } else if state.writer.status().is_failing() {
        "the last records could not be written; see the log\n"
    } else {
        return "ready\n".into_response();
    };
    (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
}

type Headers<const N: usize> = [(header::HeaderName, HeaderValue); N];

fn revalidated(etag: &str) -> Headers<2> {
    // Digits and dashes only.
    let etag = HeaderValue::from_str(etag).unwrap_or(HeaderValue::from_static("\"\""));
    [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::ETAG, etag),
    ]
}

fn json<const N: usize>(value: &impl Serialize, headers: Headers<N>) -> Response {
    const JSON: Headers<1> = [(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    )];
    match serde_json::to_vec(value) {
        Ok(body) => (JSON, headers, body).into_response(),
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn std::error::Error) -> Response {
    tracing::error!("an answer failed: {error}");
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "the records could not be read; see the collector's log\n",
    )
        .into_response()
}
