//! Reads: did a chunk lie waiting because nobody had asked for it?

use crate::millis::Millis;

/// Above this step a clock cannot tell a read that waited from one that did
/// not, and the record is flagged `coarse-clock`.
pub(super) const COARSE_STEP: Millis = Millis::from_micros(2_000);

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

/// A read that takes longer than this surely waited for its data.
///
/// In between nobody can tell: on a page that was just kept busy, or a machine
/// that is, a read of data that lay waiting took up to 14 ms in Chromium.
pub(super) const SOON: Millis = Millis::from_micros(20_000);

/// All reads of one stream, in constant memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadLog {
    step: Millis,
    count: u32,
    last: Option<Millis>,
    last_waited: Option<Millis>,
}

impl ReadLog {
    /// For a clock of the given step.
    #[must_use]
    pub const fn new(step: Millis) -> Self {
        Self {
            step,
            count: 0,
            last: None,
            last_waited: None,
        }
    }

    /// Takes the next read that returned a chunk, in the order they resolved.
    ///
    /// The answer describes this very read; keep it for the chunks that matter
    /// (first token, first answer token).
    pub fn read(&mut self, called: Millis, resolved: Millis) -> ReadWindow {
        let took = resolved - called;
        let tells = self.step <= COARSE_STEP;
        let found_waiting = tells && took <= at_once(self.step);
        let window = ReadWindow {
            index: self.count,
            called,
            resolved,
            found_waiting,
            previous: self.last,
            previous_waited: self.last_waited,
        };
        self.count = self.count.saturating_add(1);
        // Who asks again at once gets with the chunk before whatever was there.
        let asked_at_once = self
            .last
            .is_some_and(|last| called - last <= at_once(self.step));
        if !found_waiting && (asked_at_once || took > SOON || !tells) {
            self.last_waited = Some(resolved);
        }
        self.last = Some(resolved);
        window
    }

    /// When the last one resolved.
    #[must_use]
    pub const fn last(&self) -> Option<Millis> {
        self.last
    }

    /// Takes the read that brought the end of the body, which may complete a
    /// last event.
    ///
    /// When it was called nobody tells: pipes and iteration learn of an end
    /// before they ask. It counts as called right after the read before it.
    /// An end that came with the last chunk has then waited as long as that
    /// one, and of any other there is no evidence that it waited.
    pub fn end(&mut self, at: Millis) -> ReadWindow {
        self.read(self.last.unwrap_or(at), at)
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
    /// coarser than `COARSE_STEP`.
    pub found_waiting: bool,
    /// When the read before it resolved, however it did.
    pub previous: Option<Millis>,
    /// When the last earlier read that surely had to *wait* resolved. Up to then
    /// the queue was empty, so whatever later reads found waiting came after it.
    pub previous_waited: Option<Millis>,
}

impl ReadWindow {
    /// The chunk may have been there before it was asked for, though the read
    /// took longer than one that surely found it waiting. `readable`: when the page
    /// had the response.
    ///
    /// Only of an app that let time pass before it asked: one that asks again
    /// at once leaves nothing to wait.
    pub(super) fn may_have_waited(&self, readable: Option<Millis>, step: Millis) -> bool {
        let free = self.previous.max(readable).unwrap_or(self.called);
        step <= COARSE_STEP
            && self.resolved - self.called <= SOON
            && self.called - free > at_once(step)
    }
}

impl From<Millis> for ReadWindow {
    /// A read of which only the end is known: no evidence about reading.
    fn from(resolved: Millis) -> Self {
        Self {
            called: resolved,
            resolved,
            previous: Some(resolved),
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
    fn only_who_asks_again_at_once_is_known_to_wait_for_a_few_milliseconds() {
        let mut log = ReadLog::new(Millis::from_micros(100));
        // The reader is taken late: the chunk was there, or it came just then.
        let late = log.read(ms(200), ms(208));
        assert!(!late.found_waiting);
        assert!(late.may_have_waited(Some(ms(3)), ms(0)));
        assert!(!late.may_have_waited(Some(ms(200)), ms(0)));
        let next = log.read(ms(208), ms(215));
        assert_eq!(next.previous_waited, None);
        assert!(!next.may_have_waited(Some(ms(3)), ms(0)));
        let paused = log.read(ms(300), ms(320));
        assert_eq!(paused.previous_waited, Some(ms(215)));
        assert!(paused.may_have_waited(Some(ms(3)), ms(0)));
        let waited = log.read(ms(400), ms(421));
        assert_eq!(waited.previous_waited, Some(ms(215)));
        assert!(!waited.may_have_waited(Some(ms(3)), ms(0)));
        assert_eq!(log.read(ms(500), ms(500)).previous_waited, Some(ms(421)));
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
