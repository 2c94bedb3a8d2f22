//! The one clock behind every time that this server states.

use std::sync::OnceLock;
use std::time::Instant;

/// Milliseconds since the process first looked at the clock, to the
/// microsecond. Monotonic, and the same for all listeners, runs and routes, so
/// that a reading of `/ping` ties a page's clock to every entry of the log.
pub(crate) fn now_ms() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let elapsed = START.get_or_init(Instant::now).elapsed();
    elapsed.as_micros() as f64 / 1000.0
}
