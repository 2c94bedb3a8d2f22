//! The `Server-Timing` response header.
//!
//! `ttft;dur=41.2, queue;dur=12, prefill;dur=188, model;desc="…"`: durations
//! in milliseconds, as <https://www.w3.org/TR/server-timing/> defines them.

use crate::find::{cut, until, valid};
use crate::millis::Millis;

/// The names that are looked for.
const METRICS: [&str; 5] = ["ttft", "queue", "prefill", "model", "region"];

/// What a server may say in the header; all else in it is ignored.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ServerTiming {
    /// `ttft;dur`: from request received to headers sent.
    pub headers: Option<Millis>,
    /// `queue;dur`: waiting for its turn.
    pub queue: Option<Millis>,
    /// `prefill;dur`: reading the prompt.
    pub prefill: Option<Millis>,
    /// `model;desc`.
    pub model: Option<String>,
    /// `region;desc`.
    pub region: Option<String>,
}

impl ServerTiming {
    /// Reads a header's value; what is malformed in it is as if it were not
    /// there.
    #[must_use]
    pub fn parse(header: &str) -> Self {
        let mut timing = Self::default();
        for metric in split(header.as_bytes(), b',') {
            let mut parts = split(metric, b';');
            let name = parts.next().unwrap_or_default().trim_ascii();
            for parameter in parts {
                let (key, value) = pair(parameter);
                let duration = || Millis::parse(value);
                // Not one match of byte strings: that is compiled byte by byte.
                match (
                    METRICS.iter().position(|metric| metric.as_bytes() == name),
                    key,
                ) {
                    (Some(0), b"dur") => timing.headers = duration(),
                    (Some(1), b"dur") => timing.queue = duration(),
                    (Some(2), b"dur") => timing.prefill = duration(),
                    (Some(3), b"desc") => timing.model = text(value),
                    (Some(4), b"desc") => timing.region = text(value),
                    _ => {}
                }
            }
        }
        timing
    }
}

/// Key and value of `key=value` or `key="value"`.
fn pair(parameter: &[u8]) -> (&[u8], &[u8]) {
    let (key, value) = until(parameter, b"=");
    let value = value.get(1..).unwrap_or_default().trim_ascii();
    let bare = value.strip_prefix(b"\"").unwrap_or(value);
    (key.trim_ascii(), bare.strip_suffix(b"\"").unwrap_or(bare))
}

fn text(value: &[u8]) -> Option<String> {
    let (short, _) = cut(value, 64);
    let short = valid(short);
    (!short.is_empty()).then(|| short.into())
}

/// Splits outside of quotes.
fn split(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    text.split(move |&byte| {
        quoted ^= byte == b'"';
        byte == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::ServerTiming;
    use crate::millis::Millis;

    #[test]
    fn reads_durations_and_descriptions() {
        let timing = ServerTiming::parse(
            "cache;desc=\"hit, miss;x\";dur=3, ttft; dur=41.25 ,queue;dur=\"12\",model;desc=\"m-1\", region;desc=eu",
        );
        assert_eq!(timing.headers, Some(Millis::from_micros(41_250)));
        assert_eq!(timing.queue, Some(Millis::from_micros(12_000)));
        assert_eq!(timing.prefill, None);
        assert_eq!(timing.model.as_deref(), Some("m-1"));
        assert_eq!(timing.region.as_deref(), Some("eu"));
    }

    #[test]
    fn malformed_values_are_absent() {
        for header in [
            "",
            "ttft",
            "ttft;dur",
            "ttft;dur=",
            "ttft;dur=x",
            "ttft;dur=-1",
            ";;,,=",
        ] {
            assert_eq!(
                ServerTiming::parse(header),
                ServerTiming::default(),
                "{header}"
            );
        }
    }
}
