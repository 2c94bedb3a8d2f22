//! The stream as a whole: gaps, lag, bursts and freezes, in bounded memory.

mod quantiles;

pub use quantiles::Quantiles;

use crate::millis::Millis;
use crate::record::{FreezeCause, Stream};
use crate::timeline::BusyRuns;

/// Output that is read within this time counts as one burst. As long as what a
/// page may be busy without being noticed, so that this does not show as many
/// small ones.
const BURST: Millis = Millis::from_micros(50_000);

/// Reads of text that may wait for their paint at once.
const MOST_WAITING: usize = 64;

/// What one read brought.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chunk {
    /// Its size.
    pub bytes: u64,
    /// Protocol events it completed, comments not counted.
    pub events: u32,
    /// Those among them that carried generated output of any kind.
    pub output: u32,
    /// It carried text that the page is expected to show.
    pub text: bool,
}

/// Follows one stream: fed with every read and every paint, each in order. A
/// paint may come a few reads late, none of whose text it showed.
///
/// Moments are on one monotonic clock; which zero does not matter.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    chunks: u32,
    events: u32,
    bytes: u64,
    coalesced: u32,

    output: u32,
    last_output: Option<Millis>,
    gaps: Quantiles,
    burst_start: Millis,
    burst: u32,
    largest_burst: u32,

    hidden: bool,
    /// Reads whose text is not on screen yet, oldest first.
    waiting: Vec<Millis>,
    last_paint: Option<Millis>,
    lags: Quantiles,
    freeze: Option<(Millis, Millis)>,
}

impl Statistics {
    /// Takes a read that returned a chunk.
    pub fn read(&mut self, at: Millis, chunk: Chunk) {
        self.chunks = self.chunks.saturating_add(1);
        self.events = self.events.saturating_add(chunk.events);
        self.bytes = self.bytes.saturating_add(chunk.bytes);
        self.coalesced = self
            .coalesced
            .saturating_add(chunk.events.saturating_sub(1));
        if chunk.output > 0 {
            self.output_read(at, chunk.output);
        }
        if chunk.text && !self.hidden {
            // Full only when the page shows nothing for long. The oldest read
            // bounds the freeze and the newest ones are the common lags, so
            // the second oldest is missed least.
            if self.waiting.len() >= MOST_WAITING {
                self.waiting.remove(1);
            }
            self.waiting.push(at);
        }
    }

    /// Protocol events so far.
    #[must_use]
    pub fn events(&self) -> u32 {
        self.events
    }

    /// Takes the end of the body. It is no chunk, but may complete a last event.
    pub fn end(&mut self, at: Millis, last: Chunk) {
        let chunks = self.chunks;
        self.read(at, last);
        self.chunks = chunks;
    }

    /// A burst is anchored at its first read and lasts 50 ms: constant memory,
    /// and a server that is merely fast fills many of them.
    fn output_read(&mut self, at: Millis, count: u32) {
        self.output = self.output.saturating_add(count);
        match self.last_output.replace(at) {
            Some(before) => {
                self.gaps.add(at - before);
                if at - self.burst_start > BURST {
                    self.burst_start = at;
                    self.burst = 0;
                }
            }
            None => self.burst_start = at,
        }
        self.burst = self.burst.saturating_add(count);
        self.largest_burst = self.largest_burst.max(self.burst);
    }

    /// New text was painted at `paint`: that of all reads up to `read`.
    ///
    /// `read` is the commit, as if a change showed all that had been read by
    /// then, which a typewriter doesn't. Which text it showed is not known:
    /// only how its place begins and ends is looked at, and renderers hide and
    /// add too much for the end to say which read it is of.
    pub fn painted(&mut self, read: Millis, paint: Millis) {
        let Some(&oldest) = self.waiting.first() else {
            return;
        };
        let from = self.last_paint.map_or(oldest, |before| before.max(oldest));
        if self
            .freeze
            .is_none_or(|(start, end)| paint - from > end - start)
            && paint > from
        {
            self.freeze = Some((from, paint));
        }
        let lags = &mut self.lags;
        self.waiting.retain(|&at| {
            let shown = at <= read;
            if shown {
                lags.add(paint - at);
            }
            !shown
        });
        self.last_paint = Some(paint);
    }

    /// The page was hidden, or shown again. While it is hidden, it paints
    /// nothing and owes nothing: text that was not shown before or is read
    /// meanwhile does not count as lag, nor the time until the next as a freeze.
    pub fn visibility(&mut self, hidden: bool) {
        self.hidden = hidden;
        self.waiting.clear();
    }

    /// The stream so far.
    ///
    /// Text still waiting counts for nothing: at the end of an answer it is
    /// mostly markup, which the page never shows.
    #[must_use]
    pub fn stream(&self, busy: &BusyRuns) -> Stream {
        let lag_ms = self.lags.spread();
        Stream {
            chunks: self.chunks,
            events: self.events,
            bytes: self.bytes,
            coalesced: self.coalesced,
            burst: self.burst_share(),
            gap_ms: self.gaps.spread(),
            lag_exact: lag_ms.map(|_| false),
            lag_ms,
            freeze_ms: self.freeze.map(|(from, to)| to - from),
            freeze_cause: self.freeze.and_then(|(from, to)| cause(from, to, busy)),
        }
    }

    /// A single event is always all of its burst and says nothing.
    fn burst_share(&self) -> Option<f64> {
        let share = u64::from(self.largest_burst) * 1000 / u64::from(self.output).max(1);
        (self.output > 1).then(|| share as f64 / 1000.0)
    }
}

/// The main thread's if it was busy for at least half of it. The app's only if
/// the thread was watched, for silence alone proves nothing.
fn cause(from: Millis, to: Millis, busy: &BusyRuns) -> Option<FreezeCause> {
    if busy.between(from, to) >= (to - from).half() {
        Some(FreezeCause::MainThread)
    } else {
        busy.watched(from, to).then_some(FreezeCause::App)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(ms: i64) -> Millis {
        Millis::from_micros(ms * 1000)
    }

    const TOKEN: Chunk = Chunk {
        bytes: 100,
        events: 1,
        output: 1,
        text: true,
    };

    #[test]
    fn events_that_share_a_read_are_coalesced() {
        let mut statistics = Statistics::default();
        statistics.read(
            ms(100),
            Chunk {
                bytes: 80,
                events: 1,
                output: 0,
                text: false,
            },
        );
        statistics.read(
            ms(200),
            Chunk {
                bytes: 300,
                events: 4,
                output: 3,
                text: true,
            },
        );
        statistics.read(
            ms(240),
            Chunk {
                bytes: 5,
                events: 0,
                output: 0,
                text: false,
            },
        );
        let stream = statistics.stream(&BusyRuns::default());
        assert_eq!([stream.chunks, stream.events, stream.coalesced], [3, 5, 3]);
        assert_eq!(stream.bytes, 385);
        assert_eq!(stream.gap_ms, None);
        assert_eq!(stream.lag_exact, None);
        assert_eq!(stream.burst, Some(1.0));
    }

    #[test]
    fn a_stream_let_go_at_once_is_one_burst_and_a_steady_one_is_not() {
        let mut held = Statistics::default();
        let mut steady = Statistics::default();
        for i in 0..100 {
            held.read(ms(2000) + Millis::from_micros(300 * i), TOKEN);
            steady.read(ms(15 * i), TOKEN);
        }
        assert_eq!(held.stream(&BusyRuns::default()).burst, Some(1.0));
        assert_eq!(steady.stream(&BusyRuns::default()).burst, Some(0.04));
        let mut single = Statistics::default();
        single.read(ms(1), TOKEN);
        assert_eq!(single.stream(&BusyRuns::default()).burst, None);
    }

    #[test]
    fn gaps_count_between_reads_that_carried_output() {
        let mut statistics = Statistics::default();
        for at in [0, 100, 200, 300, 1300] {
            statistics.read(ms(at), TOKEN);
            statistics.read(
                ms(at + 50),
                Chunk {
                    events: 1,
                    ..Chunk::default()
                },
            );
        }
        let gaps = statistics
            .stream(&BusyRuns::default())
            .gap_ms
            .expect("gaps");
        assert_eq!(gaps.max, ms(1000));
        assert!((gaps.p50.as_ms() - 100.0).abs() < 2.0, "{gaps:?}");
    }

    #[test]
    fn each_read_has_its_own_lag() {
        let mut statistics = Statistics::default();
        for at in [0, 10, 20, 30] {
            statistics.read(ms(at), TOKEN);
        }
        statistics.painted(ms(20), ms(40));
        let stream = statistics.stream(&BusyRuns::default());
        assert_eq!(stream.lag_ms.expect("lags").max, ms(40));
        assert_eq!(stream.lag_exact, Some(false));
        // The fourth read is still waiting.
        statistics.painted(ms(100), ms(110));
        let stream = statistics.stream(&BusyRuns::default());
        assert_eq!(stream.lag_ms.expect("lags").max, ms(80));
    }

    #[test]
    fn a_freeze_needs_waiting_text_and_has_a_cause() {
        let mut statistics = Statistics::default();
        let mut busy = BusyRuns::from_entries();
        statistics.read(ms(0), TOKEN);
        statistics.painted(ms(0), ms(10));
        // Nothing waits for two seconds: no freeze.
        statistics.read(ms(2000), TOKEN);
        statistics.painted(ms(2000), ms(2400));
        busy.long_task(ms(2001), ms(2390));
        // A change without new text ends nothing.
        statistics.painted(ms(2500), ms(2500));
        let stream = statistics.stream(&busy);
        assert_eq!(stream.freeze_ms, Some(ms(400)));
        assert_eq!(stream.freeze_cause, Some(FreezeCause::MainThread));
        let idle = statistics.stream(&BusyRuns::from_entries());
        assert_eq!(idle.freeze_cause, Some(FreezeCause::App));
        let unwatched = statistics.stream(&BusyRuns::default());
        assert_eq!(unwatched.freeze_cause, None);
    }

    #[test]
    fn a_typewriter_that_paints_steadily_does_not_freeze() {
        let mut statistics = Statistics::default();
        for at in 0..50 {
            statistics.read(ms(at), TOKEN);
        }
        for i in 0..50 {
            statistics.painted(ms(i), ms(100 + 20 * i));
        }
        let stream = statistics.stream(&BusyRuns::default());
        assert_eq!(stream.freeze_ms, Some(ms(100)));
        assert_eq!(stream.lag_ms.expect("lags").max, ms(1080 - 49));
    }

    #[test]
    fn a_hidden_page_is_not_frozen() {
        let mut statistics = Statistics::default();
        statistics.read(ms(0), TOKEN);
        statistics.painted(ms(0), ms(10));
        statistics.read(ms(20), TOKEN);
        statistics.visibility(true);
        statistics.read(ms(100), TOKEN);
        // Firefox goes on with a frame each second.
        statistics.painted(ms(100), ms(1500));
        statistics.read(ms(1600), TOKEN);
        statistics.visibility(false);
        statistics.painted(ms(1600), ms(4900));
        statistics.read(ms(5000), TOKEN);
        statistics.painted(ms(5000), ms(5012));
        let stream = statistics.stream(&BusyRuns::default());
        assert_eq!(stream.freeze_ms, Some(ms(12)));
        assert_eq!(stream.lag_ms.expect("lags").max, ms(12));
    }

    #[test]
    fn waiting_text_is_bounded_and_the_oldest_is_kept() {
        let mut statistics = Statistics::default();
        for at in 0..10_000 {
            statistics.read(ms(at), TOKEN);
        }
        assert_eq!(statistics.waiting.len(), MOST_WAITING);
        statistics.painted(ms(10_000), ms(10_001));
        let stream = statistics.stream(&BusyRuns::default());
        assert_eq!(stream.lag_ms.expect("lags").max, ms(10_001));
        assert_eq!(stream.freeze_ms, Some(ms(10_001)));
    }

    proptest! {
        #[test]
        fn agree_with_a_naive_count(
            steps in prop::collection::vec((0i64..120, 0u32..4, any::<bool>(), 0i64..40), 1..60),
        ) {
            // Every step is a read; some are followed by a paint of all text
            // read up to a moment before.
            let mut statistics = Statistics::default();
            let mut at = 0;
            let mut reads = vec![];
            let mut unshown: Vec<i64> = vec![];
            let mut paints = vec![];
            let (mut lag, mut freeze) = (None, None);
            for (gap, output, painted, back) in steps {
                at += gap;
                let chunk = Chunk { bytes: 7, events: output, output, text: output > 1 };
                statistics.read(ms(at), chunk);
                reads.push((at, output));
                if output > 1 {
                    unshown.push(at);
                }
                if painted {
                    at += 5;
                    statistics.painted(ms(at - back), ms(at));
                    if let Some(&oldest) = unshown.first() {
                        let since = paints.last().map_or(oldest, |&before: &i64| before.max(oldest));
                        if at > since {
                            freeze = freeze.max(Some(at - since));
                        }
                        paints.push(at);
                        for &read in unshown.iter().filter(|&&read| read <= at - back) {
                            lag = lag.max(Some(at - read));
                        }
                        unshown.retain(|&read| read > at - back);
                    }
                }
            }
            let stream = statistics.stream(&BusyRuns::default());
            prop_assert_eq!(stream.chunks as usize, reads.len());
            prop_assert_eq!(stream.bytes as usize, 7 * reads.len());
            prop_assert_eq!(stream.events, reads.iter().map(|read| read.1).sum::<u32>());
            let spare = |read: &(i64, u32)| read.1.saturating_sub(1);
            prop_assert_eq!(stream.coalesced, reads.iter().map(spare).sum::<u32>());
            let output: Vec<i64> =
                reads.iter().filter(|read| read.1 > 0).map(|read| read.0).collect();
            let gap = output.windows(2).map(|pair| ms(pair[1] - pair[0])).max();
            prop_assert_eq!(stream.gap_ms.map(|gaps| gaps.max), gap);
            prop_assert_eq!(stream.lag_ms.map(|lags| lags.max), lag.map(ms));
            prop_assert_eq!(stream.freeze_ms, freeze.map(ms));
            if let Some(burst) = stream.burst {
                prop_assert!(burst > 0.0 && burst <= 1.0);
            }
        }
    }
}
