//! A beacon that is not accepted: its status, its reason, its count.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytesize::ByteSize;

/// Why a beacon is answered with something else than 204.
///
/// The text is the answer's body and names the way out; [`reason`] is the name
/// it is counted under.
///
/// [`reason`]: Refusal::reason
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A name that may belong to anybody, where only this machine may ask.
    #[error(
        "this collector is for pages of this machine and does not answer for {0}: ask for localhost or 127.0.0.1; behind a proxy start it with the --allow-origin of your pages"
    )]
    Host(String),
    /// The page's origin is on no list.
    #[error("beacons from {0} are not accepted: start ttft-collector with --allow-origin {0}")]
    Origin(String),
    /// A content type that is neither text nor JSON.
    #[error("content type {0} is not accepted: send text/plain or application/json")]
    ContentType(String),
    /// A content encoding other than those named.
    #[error("content encoding {0} is not accepted: send gzip, deflate or none")]
    ContentEncoding(String),
    /// Longer than `--max-body`, as sent.
    #[error("the body is larger than {0}: send fewer records at once, or raise --max-body")]
    TooLarge(ByteSize),
    /// Longer than `--max-body` when decompressed.
    #[error(
        "the body is larger than {0} when decompressed: send fewer records at once, or raise --max-body"
    )]
    TooLargeDecoded(ByteSize),
    /// No envelope, or not one good record in it.
    #[error("{0}")]
    Malformed(String),
    /// It did not arrive whole.
    #[error("the body did not arrive within {0} s")]
    Timeout(u64),
    /// The queue is full.
    #[error("too many beacons wait for the disk: try again later")]
    Busy,
    /// The disk did not take it.
    #[error("the records could not be written: try again later")]
    Store,
}

impl Refusal {
    /// The name it is counted under.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Host(_) => "host",
            Self::Origin(_) => "origin",
            Self::ContentType(_) => "content-type",
            Self::ContentEncoding(_) => "content-encoding",
            Self::TooLarge(_) | Self::TooLargeDecoded(_) => "too-large",
            Self::Malformed(_) => "malformed",
            Self::Timeout(_) => "timeout",
            Self::Busy => "busy",
            Self::Store => "store",
        }
    }

    /// Only 503 makes a page send the same beacon again.
    const fn status(&self) -> StatusCode {
        match self {
            Self::Host(_) => StatusCode::MISDIRECTED_REQUEST,
            Self::Origin(_) => StatusCode::FORBIDDEN,
            Self::ContentType(_) | Self::ContentEncoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge(_) | Self::TooLargeDecoded(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Timeout(_) => StatusCode::REQUEST_TIMEOUT,
            Self::Busy | Self::Store => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    const fn retry_after(&self) -> Option<HeaderValue> {
        match self {
            // A full queue is empty again within a second or two.
            Self::Busy => Some(HeaderValue::from_static("2")),
            Self::Store => Some(HeaderValue::from_static("10")),
            _ => None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status(), format!("{self}\n")).into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}
