//! Reads: did a chunk lie waiting because nobody had asked for it?

use crate::millis::Millis;

/// Above this step a clock cannot tell a read that waited from one that did
/// not, and the record is flagged `coarse-clock`.
pub const COARSE_STEP: Millis = Millis::from_micros(2_000);

/// A read that resolves this soon after its call found its data waiting.
///
/// Measured: 0.1–0.3 ms in Chromium, 0–1 ms in Firefox. Those take less than
/// one step of a 1 ms clock, so they show as 0 or 1 there too, and the same
/// limit serves both; only a clock between 1 and 2 ms needs its own step. A
/// larger limit would take a token that came just after the call for one that
/// had waited.
pub(super) fn at_once(step: Millis) -> Millis {
    step.max(Millis::from_micros(1_000))
}

/// All reads of one stream, in constant memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadLog {
    step: Millis,
    count: u32,
    last_waited: Option<Millis>,
}

impl ReadLog {
    /// For a clock of the given step.
    #[must_use]
    pub const fn new(step: Millis) -> Self {
        Self {
            step,
            count: 0,
            last_waited: None,
        }
    }

    /// Takes the next read that returned a chunk, in the order they resolved.
    ///
    /// The answer describes this very read; keep it for the chunks that matter
    /// (first token, first answer token).
    pub fn read(&mut self, called: Millis, resolved: Millis) -> ReadWindow {
        let found_waiting = self.step <= COARSE_STEP && resolved - called <= at_once(self.step);
        let window = ReadWindow {
            index: self.count,
            called,
            resolved,
            found_waiting,
            previous_waited: self.last_waited,
        };
        self.count = self.count.saturating_add(1);
        if !found_waiting {
            self.last_waited = Some(resolved);
        }
        window
    }
}

/// One read, and the last moment before it at which the stream was known to
/// be drained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadWindow {
    /// Number of the read within its stream, from 0. Two tokens with the same
    /// one came in the same chunk.
    pub index: u32,
    /// `read()` was called.
    pub called: Millis,
    /// Its promise resolved: JavaScript has the chunk.
    pub resolved: Millis,
    /// The chunk was there before it was asked for. Never true on a clock
    /// coarser than [`COARSE_STEP`].
    pub found_waiting: bool,
    /// When the last earlier read that had to *wait* resolved. Up to then the
    /// queue was empty, so whatever later reads found waiting came after it.
    pub previous_waited: Option<Millis>,
}

impl From<Millis> for ReadWindow {
    /// A read of which only the end is known: no evidence about reading.
    fn from(resolved: Millis) -> Self {
        Self {
            called: resolved,
            resolved,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: i64) -> Millis {
        Millis::from_micros(ms * 1000)
    }

    #[test]
    fn walks_back_over_reads_that_found_data_waiting() {
        let mut log = ReadLog::new(Millis::from_micros(100));
        let waited = log.read(ms(10), ms(90));
        assert!(!waited.found_waiting);
        assert_eq!(waited.previous_waited, None);
        let second = log.read(ms(140), Millis::from_micros(140_300));
        let third = log.read(ms(190), Millis::from_micros(190_200));
        for window in [second, third] {
            assert!(window.found_waiting);
            assert_eq!(window.previous_waited, Some(ms(90)));
        }
        assert_eq!([waited.index, second.index, third.index], [0, 1, 2]);
        let fourth = log.read(ms(200), ms(300));
        assert_eq!(fourth.previous_waited, Some(ms(90)));
        let fifth = log.read(ms(400), ms(400));
        assert_eq!(fifth.previous_waited, Some(ms(300)));
    }

    #[test]
    fn one_step_of_a_millisecond_clock_is_still_at_once() {
        let mut log = ReadLog::new(ms(1));
        assert!(log.read(ms(200), ms(201)).found_waiting);
        assert!(!log.read(ms(210), ms(212)).found_waiting);
    }

    #[test]
    fn a_coarse_clock_proves_nothing_about_reading() {
        let mut log = ReadLog::new(ms(100));
        assert!(!log.read(ms(200), ms(200)).found_waiting);
    }
}
