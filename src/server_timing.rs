//! The `Server-Timing` response header.
//!
//! `ttft;dur=41.2, queue;dur=12, prefill;dur=188, model;desc="…"`: durations
//! in milliseconds, as <https://www.w3.org/TR/server-timing/> defines them.

use crate::millis::Millis;

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
        for metric in split(header, b',') {
            let mut parts = split(metric, b';').into_iter();
            let name = parts.next().unwrap_or("").trim();
            for parameter in parts {
                let Some((key, value)) = parameter.split_once('=') else {
                    continue;
                };
                let value = value.trim().trim_matches('"');
                match (name, key.trim()) {
                    ("ttft", "dur") => timing.headers = Millis::parse(value),
                    ("queue", "dur") => timing.queue = Millis::parse(value),
                    ("prefill", "dur") => timing.prefill = Millis::parse(value),
                    ("model", "desc") => timing.model = text(value),
                    ("region", "desc") => timing.region = text(value),
                    _ => {}
                }
            }
        }
        timing
    }
}

fn text(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.chars().take(64).collect())
}

/// Splits outside of quotes.
fn split(text: &str, separator: u8) -> Vec<&str> {
    let mut parts = vec![];
    let (mut start, mut quoted) = (0, false);
    for (i, byte) in text.bytes().enumerate() {
        if byte == b'"' {
            quoted = !quoted;
        } else if byte == separator && !quoted {
            parts.push(&text[start..i]);
            start = i + 1;
        }
    }
    parts.push(&text[start..]);
    parts
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
