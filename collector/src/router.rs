//! Which path leads where, and the headers that every answer carries.

use crate::server::State;
use crate::{api, host, ingest, origin, page};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use std::sync::Arc;
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// All routes of the collector.
pub fn router(state: Arc<State>) -> Router {
    let beacon = post(ingest::beacon)
        .fallback(not_a_beacon)
        .layer(RequestDecompressionLayer::new())
        // Of the layers, the last is the first to see a request.
        .layer(middleware::from_fn_with_state(
            Arc::clone(&state),
            ingest::admit,
        ));
    Router::new()
        .route(&state.options.beacon_path, beacon)
        .route("/api/records", get(api::records))
        .route("/api/health", get(api::health))
        .route("/healthz", get(api::healthz))
        .route("/readyz", get(api::readyz))
        .merge(page::routes())
        .fallback(not_found)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&state),
            host::guard,
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(cors(&state))
        .with_state(state)
}

/// For pages on an allowed origin: they may send beacons and read the API, and
/// they see `Retry-After`. Cookies play no part.
fn cors(state: &Arc<State>) -> CorsLayer {
    let state = Arc::clone(state);
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| {
            origin::is_allowed(&state.options.allow_origin, origin.as_bytes())
        }))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::CONTENT_ENCODING])
        .expose_headers([header::RETRY_AFTER])
        // A page on the web may ask a collector on loopback.
        .allow_private_network(true)
        .max_age(Duration::from_secs(3_600))
}

async fn not_a_beacon() -> impl IntoResponse {
    const ALLOW: [(HeaderName, HeaderValue); 1] =
        [(header::ALLOW, HeaderValue::from_static("POST"))];
    (
        StatusCode::METHOD_NOT_ALLOWED,
        ALLOW,
        "beacons are sent by POST; the dashboard is at /\n",
    )
}

async fn not_found() -> impl IntoResponse {
    (
        StatusCode::NOT_FOUND,
        "not found; `ttft-collector --help` lists the routes, the dashboard is at /\n",
    )
}
