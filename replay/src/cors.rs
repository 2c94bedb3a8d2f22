//! Cross-origin access: whoever asks is allowed, unless a scenario says
//! otherwise.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::scenario::Cors;

const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");

/// Whether a browser asks for leave with this, before the request itself.
pub(crate) fn is_preflight(method: &Method, request: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && request.contains_key(ORIGIN)
        && request.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a preflight.
pub(crate) fn preflight(cors: &Cors, request: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    if cors.allow {
        allow_origin(request, headers);
        let asked = [
            (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
            (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
        ];
        for (ask, answer) in asked {
            if let Some(value) = request.get(ask) {
                headers.insert(answer, value.clone());
            }
        }
        // Or the second run of a case would be without the preflight that the
        // first one had.
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("0"));
    }
    response
}

/// What the response to the request itself says.
pub(crate) fn mark(cors: &Cors, request: &HeaderMap, response: &mut HeaderMap) {
    if cors.allow && request.contains_key(ORIGIN) {
        allow_origin(request, response);
        if let Ok(names) = HeaderValue::try_from(cors.expose.join(", "))
            && !names.is_empty()
        {
            response.insert(ACCESS_CONTROL_EXPOSE_HEADERS, names);
        }
    }
    if cors.timing_allow {
        response.insert(TIMING_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
}

/// The origin itself and not `*`, which excludes requests with credentials.
fn allow_origin(request: &HeaderMap, response: &mut HeaderMap) {
    if let Some(origin) = request.get(ORIGIN) {
        response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        response.insert(
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
        response.append(VARY, HeaderValue::from_static("origin"));
    }
}

/// For the routes that serve the tests themselves: always allowed.
pub(crate) async fn allow_all(request: Request, next: Next) -> Response {
    let cors = Cors::default();
    let headers = request.headers().clone();
    if is_preflight(request.method(), &headers) {
        return preflight(&cors, &headers);
    }
    let mut response = next.run(request).await;
    mark(&cors, &headers, response.headers_mut());
    response
}
