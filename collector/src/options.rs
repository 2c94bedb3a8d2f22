//! The command line.

use crate::origin::OriginRule;
use bytesize::ByteSize;
use clap::Parser;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use tracing::level_filters::LevelFilter;

/// The longest body that is accepted unless told otherwise: four times what
/// the library sends at once.
pub const DEFAULT_MAX_BODY: ByteSize = ByteSize::kib(256);

/// Receives ttft's beacons, keeps them in one file and shows who was slow.
///
/// Starts without any option: listens on loopback, accepts beacons of pages on
/// loopback, keeps records under ./ttft-data. Prints one JSON line
/// {"listening":"http://…","data":"…"} when it is ready; logs go to stderr.
#[derive(Clone, Debug, Parser)]
#[command(name = "ttft-collector", version, after_long_help = EXAMPLES)]
pub struct Options {
    /// Address and port to listen on
    ///
    /// Port 0 picks a free one. The dashboard and the API ask for no password:
    /// on anything but loopback put a proxy with TLS and a login before them.
    /// On loopback, and while no other --allow-origin is given, only requests for
    /// an IP address, `localhost` or a name below it are answered, others with
    /// 421. Example: --listen 0.0.0.0:4790
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4790")]
    pub listen: String,

    /// Directory or file of the records
    ///
    /// A name with an extension, such as .sqlite, is the file itself; anything
    /// else is a directory that will hold ttft.sqlite. Missing directories are
    /// made. One collector per file. Example: --data /var/lib/ttft
    #[arg(long, value_name = "DIR|FILE", default_value = "ttft-data")]
    pub data: PathBuf,

    /// Origin whose pages may send beacons and read the API; repeatable
    ///
    /// An origin (https://app.example.com), all subdomains of one
    /// (https://*.example.com), `loopback` (http or https on localhost,
    /// 127.0.0.1 or [::1], any port), `null` (files, sandboxed frames) or `*`
    /// (every page there is). The first one given replaces the default. A
    /// request without an Origin header, as from curl or a server, is always
    /// allowed.
    #[arg(long, value_name = "ORIGIN", default_value = "loopback")]
    pub allow_origin: Vec<OriginRule>,

    /// Path that takes the beacons
    ///
    /// Change it where a content blocker drops requests by their path; the
    /// page's `endpoint` has to name the same. Example: --beacon-path /t
    #[arg(long, value_name = "PATH", default_value = "/v1/beacon", value_parser = beacon_path)]
    pub beacon_path: String,

    /// Largest body of a beacon, as sent and again when decompressed
    ///
    /// Bytes, or with a unit: 256KiB, 1MB. The library sends at most 60,000
    /// bytes at once. Larger bodies are answered with 413. Of one beacon at
    /// most 1,000 records are kept; the rest is rejected as `too-many`.
    #[arg(long, value_name = "SIZE", default_value_t = DEFAULT_MAX_BODY, value_parser = size)]
    pub max_body: ByteSize,

    /// Beacons held in memory, from their first byte until the disk has them
    ///
    /// Bytes, or with a unit. Beyond it beacons are answered with 503 and
    /// Retry-After, and pages keep them for later.
    #[arg(long, value_name = "SIZE", default_value_t = ByteSize::mib(64), value_parser = size)]
    pub queue: ByteSize,

    /// Days that records are kept, or `forever`
    ///
    /// Counted from their arrival, and looked at once an hour; after the
    /// machine's clock was set by more than a day, or it slept so long, nothing
    /// is deleted until the collector is restarted. Freed space is used again,
    /// the file does not shrink. Each record kept costs some 40 bytes of
    /// memory. Example: --retention-days 7
    #[arg(long, value_name = "DAYS", default_value = "30")]
    pub retention_days: Retention,

    /// How much to log: off, error, warn, info, debug
    ///
    /// `debug` names records that are turned away, and why: of each beacon the
    /// first ten.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log: LevelFilter,
}

const EXAMPLES: &str = "\
Examples:
  ttft-collector
      for development: pages on localhost, records in ./ttft-data
  ttft-collector --data /var/lib/ttft --allow-origin https://app.example.com
      behind a proxy, for one site
  curl http://127.0.0.1:4790/assets/example.json |
    curl --data-binary @- -H 'content-type: text/plain' http://127.0.0.1:4790/v1/beacon
      sends a first record

Routes:
  POST /v1/beacon           204 once the records are on disk
  GET  /                    dashboard
  GET  /api/records?limit=N newest records, 1 to 1000, default 50
  GET  /api/health          what came in, and what became of it
  GET  /healthz, /readyz    for a supervisor";

/// How long records are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// Until the file is deleted.
    Forever,
    /// From their arrival.
    For(Duration),
}

impl FromStr for Retention {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "forever" {
            return Ok(Self::Forever);
        }
        match text.parse::<u32>() {
            Ok(days @ 1..=36_500) => Ok(Self::For(Duration::from_secs(u64::from(days) * 86_400))),
            _ => Err("expected whole days from 1 to 36500, or `forever`".into()),
        }
    }
}

fn size(text: &str) -> Result<ByteSize, String> {
    match text.parse::<ByteSize>() {
        // A semaphore counts them, at most u32 at once.
        Ok(size) if (1_024..=u64::from(u32::MAX)).contains(&size.as_u64()) => Ok(size),
        Ok(_) => Err("expected between 1KiB and 4GB".into()),
        Err(_) => Err("expected bytes or a size such as 256KiB or 1MB".into()),
    }
}

fn beacon_path(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
    let taken = ["/", "/healthz", "/readyz"].contains(&text)
        || ["/api/", "/assets/"]
            .iter()
            .any(|own| text.starts_with(own));
    if !text.starts_with('/') || !text.chars().all(plain) {
        Err("expected a path such as /v1/beacon, of letters, digits and / - _ .".into())
    } else if taken {
        Err("this path has another use; choose one such as /v1/beacon".into())
    } else {
        Ok(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, Retention};
    use clap::{CommandFactory as _, Parser as _};

    fn parse(arguments: &[&str]) -> Result<Options, String> {
        Options::try_parse_from([&["ttft-collector"], arguments].concat())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_line_is_consistent() {
        Options::command().debug_assert();
    }

    #[test]
    fn no_option_is_needed() {
        let options = parse(&[]).expect("the defaults");
        assert_eq!(options.listen, "127.0.0.1:4790");
        assert_eq!(options.max_body.as_u64(), 262_144);
        assert_eq!(options.allow_origin.len(), 1);
    }

    #[test]
    fn a_wrong_value_is_refused_with_what_was_expected() {
        for (arguments, expected) in [
            (["--retention-days", "0"], "forever"),
            (["--max-body", "lots"], "256KiB"),
            (["--max-body", "0"], "between"),
            (["--beacon-path", "v1"], "/v1/beacon"),
            (["--beacon-path", "/api/records"], "another use"),
            (
                ["--allow-origin", "app.example.com"],
                "https://app.example.com",
            ),
        ] {
            let error = parse(&arguments).expect_err("a wrong value");
            assert!(error.contains(expected), "{arguments:?}: {error}");
        }
    }

    #[test]
    fn records_can_be_kept_forever() {
        assert_eq!(
            parse(&["--retention-days", "forever"])
                .expect("valid")
                .retention_days,
            Retention::Forever
        );
    }
}
