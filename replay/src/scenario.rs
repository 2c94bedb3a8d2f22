//! What one response is, and when each part of it leaves.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

/// A scenario that was checked and whose bytes are loaded.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// From the end of the request's body.
    pub(crate) headers_after: Duration,
    pub(crate) headers_with_first_step: bool,
    /// From the headers.
    pub(crate) hold: Option<Duration>,
    pub(crate) informational: Vec<Informational>,
    pub(crate) server_timing: bool,
    pub(crate) cors: Cors,
    pub(crate) steps: Vec<Step>,
    pub(crate) end: End,
}

#[derive(Clone, Debug)]
pub(crate) struct Informational {
    pub(crate) after: Duration,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// From the end of the step before, of which the headers count as one.
    pub(crate) after: Duration,
    pub(crate) stamp: bool,
    pub(crate) bytes: Bytes,
    pub(crate) split: Option<usize>,
    pub(crate) split_after: Duration,
    pub(crate) label: Option<String>,
    pub(crate) repeat: usize,
}

impl Scenario {
    /// The stated length of the body, where there is one.
    pub(crate) fn content_length(&self) -> Option<u64> {
        self.headers
            .get("content-length")?
            .to_str()
            .ok()?
            .parse()
            .ok()
    }

    /// Whether HTTP gives such a response no body, not even an empty one.
    pub(crate) fn is_without_body(&self) -> bool {
        matches!(
            self.status,
            StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED
        )
    }
}

impl Step {
    /// The bytes in the pieces that are written one by one; a stamp alone is
    /// one piece without bytes, a pause is none.
    pub(crate) fn pieces(&self) -> Vec<Bytes> {
        if self.bytes.is_empty() {
            return if self.stamp {
                vec![Bytes::new()]
            } else {
                Vec::new()
            };
        }
        let size = self.split.unwrap_or(self.bytes.len());
        self.bytes
            .chunks(size)
            .map(|piece| self.bytes.slice_ref(piece))
            .collect()
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Cors {
    pub(crate) allow: bool,
    pub(crate) timing_allow: bool,
    pub(crate) expose: Vec<String>,
}

impl Default for Cors {
    fn default() -> Self {
        Cors {
            allow: true,
            timing_allow: false,
            expose: Vec::new(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum End {
    /// The body ends as it should.
    #[default]
    Close,
    /// The connection (over HTTP/2 the stream) is reset in mid-body.
    Cut,
    /// Nothing more comes until the client leaves.
    Stall,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(bytes: &'static str, stamp: bool, split: Option<usize>) -> Step {
        Step {
            after: Duration::ZERO,
            stamp,
            bytes: Bytes::from(bytes),
            split,
            split_after: Duration::ZERO,
            label: None,
            repeat: 1,
        }
    }

    #[test]
    fn split_keeps_the_bytes_and_their_order() {
        assert_eq!(step("abcdefg", true, Some(3)).pieces(), ["abc", "def", "g"]);
        assert_eq!(step("abcdefg", true, None).pieces(), ["abcdefg"]);
    }

    #[test]
    fn stamp_alone_is_written_and_a_pause_is_not() {
        assert_eq!(step("", true, None).pieces(), [""]);
        assert!(step("", false, None).pieces().is_empty());
    }
}
