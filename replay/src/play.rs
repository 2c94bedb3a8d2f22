//! `/s/{id}` and below: a request becomes an exchange in the log and a scenario
//! that is played to it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::clock::now_ms;
use crate::connection::Origin;
use crate::cors;
use crate::exchange::Exchange;
use crate::library::NotPlayable;
use crate::outgoing::{Delivery, Outgoing};
use crate::played::Played;
use crate::routes::App;
use crate::scenario::{Cors, Scenario};
use crate::stage::{Prelude, stage};
use crate::timetable;

const RUN: HeaderName = HeaderName::from_static("x-replay-run");
const AFTER: HeaderName = HeaderName::from_static("x-replay-after-ms");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

#[derive(Debug, Deserialize)]
pub(crate) struct Place {
    id: String,
    run: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RunQuery {
    run: Option<String>,
}

pub(crate) async fn play(
    State(app): State<Arc<App>>,
    Path(place): Path<Place>,
    Query(query): Query<RunQuery>,
    Extension(origin): Extension<Origin>,
    Extension(outgoing): Extension<Outgoing>,
    request: Request,
) -> Response {
    let scenario = match app.library.get(&place.id) {
        Ok(scenario) => scenario,
        Err(error) => return not_playable(&error, &request),
    };
    let run = place
        .run
        .or(query.run)
        .unwrap_or_else(|| app.log.make_up_run());
    if cors::is_preflight(request.method(), request.headers()) {
        app.log.count_preflight(&run);
        return cors::preflight(&scenario.cors, request.headers());
    }

    let (parts, body) = request.into_parts();
    let scenario = match parts.headers.get(AFTER).map(milliseconds) {
        Some(Some(more)) => {
            let mut scenario = Scenario::clone(&scenario);
            scenario.headers_after += more;
            Arc::new(scenario)
        }
        Some(None) => {
            let why = format!("{AFTER}: must be whole milliseconds\n");
            return (StatusCode::BAD_REQUEST, why).into_response();
        }
        None => scenario,
    };
    let exchange = app.log.open(&run, &origin.0, &parts);
    let without_body = parts.method == Method::HEAD || scenario.is_without_body();
    let (stage, mut backstage) = stage(scenario.content_length());
    tokio::spawn(timetable::play(
        scenario.clone(),
        exchange.clone(),
        body,
        stage,
        without_body,
    ));

    let delivery = Delivery::new(outgoing, exchange.clone());
    loop {
        match backstage.prelude.recv().await {
            Some(Prelude::Informational(status, headers, done)) => {
                delivery.inform(status, headers, done);
            }
            Some(Prelude::Headers(done)) => {
                let mut response = head(&scenario, &run);
                cors::mark(&scenario.cors, &parts.headers, response.headers_mut());
                let dur = scenario
                    .server_timing
                    .then(|| time_to_headers(&exchange, &mut response));
                delivery.headers(scenario.status, dur, done);
                if without_body {
                    delivery.end(None);
                } else {
                    *response.body_mut() = Body::new(Played::new(backstage, delivery));
                }
                return response;
            }
            // Only when the client left while it sent its body.
            None => return StatusCode::BAD_REQUEST.into_response(),
        }
    }
}

fn milliseconds(value: &HeaderValue) -> Option<Duration> {
    let ms: u32 = value.to_str().ok()?.parse().ok()?;
    Some(Duration::from_millis(ms.into()))
}

fn head(scenario: &Scenario, run: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = scenario.status;
    let headers = response.headers_mut();
    headers.clone_from(&scenario.headers);
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if let Ok(run) = HeaderValue::try_from(run) {
        headers.insert(RUN, run);
    }
    response
}

/// Counts from the request's end, as a server does that can't start before: an
/// upload's time is the network's.
fn time_to_headers(exchange: &Exchange, response: &mut Response) -> f64 {
    let dur = ((now_ms() - exchange.received()) * 10.0).round() / 10.0;
    if let Ok(value) = HeaderValue::try_from(format!("ttft;dur={dur}")) {
        response.headers_mut().append(SERVER_TIMING, value);
    }
    dur
}

fn not_playable(error: &NotPlayable, request: &Request) -> Response {
    let cors = Cors::default();
    if cors::is_preflight(request.method(), request.headers()) {
        return cors::preflight(&cors, request.headers());
    }
    let status = match error {
        NotPlayable::Unknown(_) => StatusCode::NOT_FOUND,
        NotPlayable::Broken(..) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut response = (status, format!("{error}\n")).into_response();
    cors::mark(&cors, request.headers(), response.headers_mut());
    response
}
