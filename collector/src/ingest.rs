//! `POST /v1/beacon`: who may send what, and the answer.

use crate::batch::{self, Faults};
use crate::counters::TurnedAway;
use crate::origin;
use crate::refusal::Refusal;
use crate::server::State;
use crate::writer::NotWritten;
use axum::body::{Body, HttpBody as _};
use axum::extract::{self, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// From the headers to the body's last byte.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// When the beacon's headers came, in milliseconds since 1970: nearest to the
/// page's `now`, however slow the body is.
#[derive(Clone, Copy, Debug)]
struct Received(i64);

/// Before the body is decompressed: what the headers alone decide, and the
/// limit on the bytes as sent.
pub async fn admit(
    extract::State(state): extract::State<Arc<State>>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Err(refusal) = check_headers(
        &state,
        request.headers(),
        request.body().size_hint().lower(),
    ) {
        let is_origin = matches!(refusal, Refusal::Origin(_));
        let mut response = refuse(&state, refusal);
        // Else a page cannot tell this answer from a network that is down, and
        // sends the beacon again and again.
        if is_origin && let Some(origin) = request.headers_mut().remove(header::ORIGIN) {
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        return response;
    }
    request.extensions_mut().insert(Received(state.clock.now()));
    let limit = state.options.max_body.as_u64() as usize;
    next.run(request.map(|body| Body::new(Limited::new(body, limit))))
        .await
}

fn check_headers(state: &State, headers: &HeaderMap, length: u64) -> Result<(), Refusal> {
    if let Some(origin) = headers.get(header::ORIGIN)
        && !origin::is_allowed(&state.options.allow_origin, origin.as_bytes())
    {
        return Err(Refusal::Origin(quote(origin.as_bytes())));
    }
    if let Some(kind) = headers.get(header::CONTENT_TYPE) {
        let essence = kind
            .as_bytes()
            .split(|byte| *byte == b';')
            .next()
            .unwrap_or_default()
            .trim_ascii();
        let accepted: [&[u8]; 3] = [b"", b"text/plain", b"application/json"];
        if !accepted
            .iter()
            .any(|accepted| essence.eq_ignore_ascii_case(accepted))
        {
            return Err(Refusal::ContentType(quote(essence)));
        }
    }
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    if let Some(encoding) = encodings.next() {
        let accepted: [&[u8]; 3] = [b"gzip", b"deflate", b"identity"];
        let is_one = encodings.next().is_none();
        if !is_one
            || !accepted
                .iter()
                .any(|accepted| encoding.as_bytes().eq_ignore_ascii_case(accepted))
        {
            return Err(Refusal::ContentEncoding(quote(encoding.as_bytes())));
        }
    }
    if length > state.options.max_body.as_u64() {
        return Err(Refusal::TooLarge(state.options.max_body));
    }
    Ok(())
}

/// After decompression: reads, sorts out, writes, answers.
pub async fn beacon(
    extract::State(state): extract::State<Arc<State>>,
    request: Request,
) -> Response {
    match take(&state, request).await {
        Ok(()) => {
            state.counters.update(|counts| counts.beacons.accepted += 1);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(refusal) => refuse(&state, refusal),
    }
}

async fn take(state: &State, request: Request) -> Result<(), Refusal> {
    let received = request
        .extensions()
        .get::<Received>()
        .map_or_else(|| state.clock.now(), |received| received.0);
    let (body, space) = tokio::time::timeout(BODY_TIMEOUT, collect(state, request.into_body()))
        .await
        .map_err(|_| Refusal::Timeout(BODY_TIMEOUT.as_secs()))??;
    let (batch, faults) = batch::read(&body, received)?;
    drop(body);
    count_faults(state, &faults, received);
    if batch.rows.is_empty() && !faults.quoted.is_empty() {
        return Err(Refusal::Malformed(reasons(&faults)));
    }
    state
        .writer
        .write(batch, space)
        .await
        .map_err(|NotWritten| Refusal::Store)
}

/// Reads the whole body, every byte of it paid for out of `--queue` the moment
/// it comes: a flood is turned away before it fills the memory.
async fn collect(
    state: &State,
    mut body: Body,
) -> Result<(Vec<u8>, Option<OwnedSemaphorePermit>), Refusal> {
    let limit = state.options.max_body;
    let mut bytes = Vec::new();
    let mut space: Option<OwnedSemaphorePermit> = None;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| reading_failed(state, &error))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len() + data.len() > limit.as_u64() as usize {
            return Err(Refusal::TooLargeDecoded(limit));
        }
        match (reserve(&state.queue, data.len())?, &mut space) {
            (more, Some(space)) => space.merge(more),
            (first, none) => *none = Some(first),
        }
        bytes.extend_from_slice(&data);
    }
    Ok((bytes, space))
}

fn reserve(queue: &Arc<Semaphore>, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
    let bytes = u32::try_from(bytes).map_err(|_| Refusal::Busy)?;
    Arc::clone(queue)
        .try_acquire_many_owned(bytes)
        .map_err(|_| Refusal::Busy)
}

fn reading_failed(state: &State, error: &axum::Error) -> Refusal {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return Refusal::TooLarge(state.options.max_body);
        }
        // The decompressor hands our limit on inside an `io::Error`, whose
        // `source` skips the error it wraps.
        let wrapped = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        cause = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    Refusal::Malformed(format!(
        "the body could not be read: {error}; expected it whole and in its Content-Encoding"
    ))
}

fn count_faults(state: &State, faults: &Faults, received: i64) {
    let Some(last) = faults.quoted.last() else {
        return;
    };
    for fault in &faults.quoted {
        tracing::debug!("rejected ({}): {}", fault.reason, fault.why);
    }
    state.counters.update(|counts| {
        for (reason, count) in &faults.counts {
            counts.reject(reason, *count);
        }
        counts.last_rejected = Some(TurnedAway {
            received,
            reason: last.reason,
            why: last.why.clone(),
        });
    });
}

fn reasons(faults: &Faults) -> String {
    let mut text = String::from("no record could be kept:");
    for fault in &faults.quoted {
        text.push('\n');
        text.push_str(&fault.why);
    }
    if faults.unquoted > 0 {
        text.push_str(&format!("\nand {} more", faults.unquoted));
    }
    text
}

pub(crate) fn refuse(state: &State, refusal: Refusal) -> Response {
    tracing::debug!("refused ({}): {refusal}", refusal.reason());
    let refused = TurnedAway {
        received: state.clock.now(),
        reason: refusal.reason(),
        why: refusal.to_string(),
    };
    state.counters.update(|counts| counts.refuse(refused));
    refusal.into_response()
}

/// A header's value, short and harmless in a log.
pub(crate) fn quote(value: &[u8]) -> String {
    value
        .iter()
        .take(100)
        .flat_map(|byte| std::ascii::escape_default(*byte))
        .map(char::from)
        .collect()
}
