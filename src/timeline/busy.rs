//! Busy runs: when the main thread could not have run our read.

use crate::millis::Millis;

/// A tick that comes later than this after the one before found the main
/// thread busy. The tick is due every 25 ms; half a period of slack keeps an
/// idle page's jitter out.
pub(super) const TICK_GAP: Millis = Millis::from_micros(37_000);

/// Ticks this late, and not later, are no evidence: an idle page has some. But
/// the page was less often ready, and may have kept a chunk for two of them.
const SLOW_TICK: Millis = Millis::from_micros(30_000);

/// What may keep the main thread without being noticed: a task just below the
/// long-task limit, or two ticks. A chunk may have arrived this much before
/// its read with no evidence of it.
pub(super) const BLIND_SPOT: Millis = Millis::from_micros(50_000);

/// Runs this close are one: between two tasks the event loop may pick another
/// source first.
pub(super) const JOIN: Millis = Millis::from_micros(6_000);

/// A read that comes this soon after a run may have waited for it: its data is
/// handed over a few tasks later. Measured in Chromium behind tasks of 500 ms:
/// up to 6 ms on an idle machine, 7 to 9 ms in one of about twenty reads where
/// other processes kept both cores.
pub(super) const HAND_OVER: Millis = Millis::from_micros(10_000);

const MOST_RUNS: usize = 64;
const MOST_PINS: usize = 6;
const MOST_SLOW: usize = 64;
const MOST_STILL: usize = 16;
const MOST_GAPS: usize = 64;

/// How the main thread is watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Watch {
    /// Not at all: silence proves nothing.
    #[default]
    None,
    /// By long-task and long-animation-frame entries (Chromium). They reach
    /// back to the page's start and name what ran 50 ms or longer; what they do
    /// not name, the gaps of the tick tell.
    Entries,
    /// By the gaps of a 25 ms timer tick alone (Firefox, WebKit), from when it
    /// was started.
    Ticks,
}

/// A stretch in which the main thread was busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// First moment.
    pub start: Millis,
    /// Last moment.
    pub end: Millis,
}

impl Run {
    fn within(self, from: Millis, to: Millis) -> Millis {
        (self.end.min(to) - self.start.max(from)).max(Millis::ZERO)
    }
}

/// The busy runs seen during one call: at most 64, whatever comes in.
///
/// When full, the shortest run that touches no pinned moment goes. Its loss
/// costs least: up to 50 ms the blind spot before a read covers for it, and a
/// long freeze is explained by long runs.
#[derive(Clone, Debug, Default)]
pub struct BusyRuns {
    watch: Watch,
    /// In no order; pairwise further apart than `JOIN`.
    runs: Vec<Run>,
    pins: Vec<Millis>,
    /// Stretches of slow ticks, in order; the last 64. The tick ends with the
    /// first paint of the answer, so what is near it is still here.
    slow: Vec<Run>,
    ticking: bool,
    watched_from: Millis,
    watched_to: Option<Millis>,
    counted_to: Option<Millis>,
    /// Busy time of the runs that were dropped.
    forgotten: Millis,
    /// Of the runs, those in which it was not busy; the last 16.
    still: Vec<Run>,
    /// Gaps of the tick beside entries; the last 64.
    gaps: Vec<Run>,
}

impl BusyRuns {
    /// Where the browser reports long tasks or long animation frames.
    #[must_use]
    pub fn from_entries() -> Self {
        Self {
            watch: Watch::Entries,
            ..Self::default()
        }
    }

    /// Takes a long task or long animation frame. Both kinds may be fed, in
    /// any order, overlapping or twice: runs are a union.
    pub fn long_task(&mut self, start: Millis, end: Millis) {
        self.watch = Watch::Entries;
        self.add(Run { start, end });
    }

    /// The page stood still between these moments, as in the back/forward cache.
    /// It could not read then, though nothing kept it busy.
    pub fn stand_still(&mut self, start: Millis, end: Millis) {
        let run = Run { start, end };
        self.add(run);
        if self.still.len() == MOST_STILL {
            self.still.remove(0);
        }
        self.still.push(run);
    }

    /// The tick was started, or started again after the page was hidden; the
    /// time since the tick before does not count as busy.
    pub fn tick_started(&mut self, at: Millis) {
        if self.watch != Watch::Entries {
            self.watch = Watch::Ticks;
        }
        self.ticking = true;
        self.watched_from = at;
        self.watched_to = None;
    }

    /// No tick came between these two moments. Ticks in time need not be told.
    ///
    /// The run a late one reveals begins at the tick *before*: the thread went
    /// busy at some moment after it, and a lower bound must be sure.
    pub fn tick_gap(&mut self, start: Millis, end: Millis) {
        let gap = Run { start, end };
        if self.watch == Watch::Entries {
            if end - start > BLIND_SPOT {
                if self.gaps.len() == MOST_GAPS {
                    self.gaps.remove(0);
                }
                self.gaps.push(gap);
            }
        } else if end - start > TICK_GAP {
            self.add(gap);
        } else if end - start > SLOW_TICK {
            match self.slow.last_mut() {
                Some(last) if start - last.end <= JOIN => last.end = end,
                _ => {
                    if self.slow.len() == MOST_SLOW {
                        self.slow.remove(0);
                    }
                    self.slow.push(gap);
                }
            }
        }
    }

    /// All that is known by now: the entries, and gaps of the tick that they do not
    /// explain. Many short tasks in a row have none, nor has what another window of
    /// the same process does; and work that goes before all other, as behind
    /// `scheduler.yield()`, keeps a read waiting over all of its pieces.
    ///
    /// Not before it is asked for, since an entry comes later than the gap that it
    /// explains, and is more exact.
    #[must_use]
    pub fn known(&self) -> Self {
        let mut known = self.clone();
        known.gaps.retain(|gap| {
            let entries = self.runs.iter();
            let named = entries.fold(Millis::ZERO, |sum, run| {
                sum + run.within(gap.start, gap.end)
            });
            gap.end - gap.start - named > BLIND_SPOT
        });
        for gap in known.gaps.clone() {
            known.add(gap);
        }
        known
    }

    /// Whether the tick saw it, or a part of it; of what is [`Self::known`].
    #[must_use]
    pub fn is_by_tick(&self, run: Run) -> bool {
        let overlaps = |gap: &Run| gap.start <= run.end && run.start <= gap.end;
        self.watch == Watch::Ticks || self.gaps.iter().any(overlaps)
    }

    /// The tick was stopped: from here on silence proves nothing.
    pub fn tick_stopped(&mut self, at: Millis) {
        if std::mem::take(&mut self.ticking) {
            self.watched_to = Some(at);
        }
    }

    /// Keeps the run at this moment whatever comes later. At most six.
    pub fn pin(&mut self, moment: Millis) {
        if self.pins.len() < MOST_PINS {
            self.pins.push(moment);
        }
    }

    /// Lets go of what was pinned: those reads do not count.
    pub fn unpin(&mut self) {
        self.pins.clear();
    }

    /// From here on runs no longer count for [`Self::total`], so that those
    /// dropped later cannot distort it.
    pub fn stop_counting(&mut self, at: Millis) {
        self.counted_to.get_or_insert(at);
    }

    /// The run that covers `moment` or ended at most 10 ms before it, walked
    /// back over runs that follow each other by at most 6 ms.
    #[must_use]
    pub fn at(&self, moment: Millis) -> Option<Run> {
        self.before(moment, HAND_OVER)
    }

    /// The same with another limit. The latest, if there are several.
    #[must_use]
    pub fn before(&self, moment: Millis, within: Millis) -> Option<Run> {
        self.runs
            .iter()
            .copied()
            .filter(|run| run.start <= moment && moment <= run.end + within)
            .max_by_key(|run| run.start)
    }

    /// How long before a read its chunk may have come with no evidence of it, at
    /// most. Where ticks were slow: two of them, as slow as they can be
    /// unnoticed. With a task of 30 ms in each frame, Firefox's reads were up to
    /// 68 ms late.
    #[must_use]
    pub(super) fn blind_spot(&self, read: Millis) -> Millis {
        let slow = |run: &Run| run.start <= read && read <= run.end + BLIND_SPOT;
        if self.slow.iter().any(slow) {
            TICK_GAP + TICK_GAP
        } else {
            BLIND_SPOT
        }
    }

    /// Busy time between two moments. Runs that had to be dropped are missing.
    #[must_use]
    pub fn between(&self, from: Millis, to: Millis) -> Millis {
        let within = |runs: &[Run]| {
            let runs = runs.iter();
            runs.fold(Millis::ZERO, |sum, run| sum + run.within(from, to))
        };
        (within(&self.runs) - within(&self.still)).max(Millis::ZERO)
    }

    /// Busy time from `request_start` to `to`, dropped runs included.
    #[must_use]
    pub fn total(&self, to: Millis) -> Millis {
        self.forgotten + self.between(Millis::ZERO, to)
    }

    /// Whether a run of the kind the watch can see would have been seen, had
    /// there been one between these moments.
    ///
    /// A tick starts just after the call and stops just after the paint; what
    /// is missing at either end does not matter while it is too short to hide
    /// a run.
    #[must_use]
    pub fn watched(&self, from: Millis, to: Millis) -> bool {
        match self.watch {
            Watch::None => false,
            Watch::Entries => true,
            Watch::Ticks => {
                self.watched_from - TICK_GAP <= from
                    && self.watched_to.is_none_or(|end| to <= end + TICK_GAP)
            }
        }
    }

    fn add(&mut self, mut run: Run) {
        if run.end <= run.start {
            return;
        }
        // The runs held are further apart than JOIN, so growing over one of
        // them cannot make the new run touch another: one pass is enough.
        self.runs.retain(|old| {
            let apart = old.end + JOIN < run.start || run.end + JOIN < old.start;
            if !apart {
                run.start = run.start.min(old.start);
                run.end = run.end.max(old.end);
            }
            apart
        });
        self.runs.push(run);
        if self.runs.len() > MOST_RUNS {
            self.drop_shortest();
        }
    }

    fn drop_shortest(&mut self) {
        let loose = self
            .runs
            .iter()
            .filter(|&&run| !self.pins.iter().any(|&pin| touches(run, pin)));
        if let Some(&shortest) = loose.min_by_key(|run| run.end - run.start) {
            let to = self.counted_to.unwrap_or(shortest.end);
            self.forgotten = self.forgotten + shortest.within(Millis::ZERO, to);
            self.runs.retain(|&run| run != shortest);
        }
    }
}

fn touches(run: Run, moment: Millis) -> bool {
    run.start <= moment && moment <= run.end + HAND_OVER
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: i64) -> Millis {
        Millis::from_micros(ms * 1000)
    }

    fn run(start: i64, end: i64) -> Run {
        Run {
            start: ms(start),
            end: ms(end),
        }
    }

    #[test]
    fn a_run_reaches_ten_milliseconds_past_its_end() {
        let mut busy = BusyRuns::from_entries();
        busy.long_task(ms(100), ms(200));
        assert_eq!(busy.at(ms(99)), None);
        assert_eq!(busy.at(ms(100)), Some(run(100, 200)));
        assert_eq!(busy.at(ms(210)), Some(run(100, 200)));
        assert_eq!(busy.at(Millis::from_micros(210_001)), None);
    }

    #[test]
    fn contiguous_runs_are_one_in_any_order_of_arrival() {
        let mut busy = BusyRuns::from_entries();
        busy.long_task(ms(300), ms(400));
        busy.long_task(ms(100), ms(200));
        busy.long_task(ms(110), ms(190));
        assert_eq!(busy.at(ms(400)), Some(run(300, 400)));
        busy.long_task(ms(206), ms(294));
        assert_eq!(busy.at(ms(400)), Some(run(100, 400)));
        assert_eq!(busy.between(ms(150), ms(1000)), ms(250));
    }

    #[test]
    fn seven_milliseconds_part_two_runs() {
        let mut busy = BusyRuns::from_entries();
        busy.long_task(ms(100), ms(200));
        busy.long_task(ms(207), ms(300));
        assert_eq!(busy.at(ms(300)), Some(run(207, 300)));
    }

    #[test]
    fn only_a_late_tick_is_a_busy_run() {
        let mut busy = BusyRuns::default();
        busy.tick_started(ms(10));
        for (from, to) in [(10, 35), (35, 72), (72, 372), (372, 397)] {
            busy.tick_gap(ms(from), ms(to));
        }
        assert_eq!(busy.at(ms(60)), None);
        assert_eq!(busy.at(ms(372)), Some(run(72, 372)));
        assert_eq!(busy.between(ms(0), ms(1000)), ms(300));
    }

    #[test]
    fn time_without_a_tick_is_not_busy_and_not_watched() {
        let mut busy = BusyRuns::default();
        assert!(!busy.watched(ms(0), ms(1)));
        busy.tick_started(ms(40));
        busy.tick_gap(ms(40), ms(65));
        busy.tick_stopped(ms(70));
        assert_eq!(busy.total(ms(9000)), Millis::ZERO);
        assert!(busy.watched(ms(3), ms(107)));
        assert!(!busy.watched(ms(2), ms(107)));
        assert!(!busy.watched(ms(3), ms(108)));
        busy.tick_started(ms(5000));
        busy.tick_gap(ms(5000), ms(5025));
        assert_eq!(busy.total(ms(9000)), Millis::ZERO);
        assert!(!busy.watched(ms(100), ms(5025)));
        assert!(busy.watched(ms(5000), ms(5025)));
    }

    #[test]
    fn the_last_slow_ticks_are_held() {
        let mut busy = BusyRuns::default();
        let stretches = i64::try_from(MOST_SLOW).expect("fits") + 1;
        for at in (0..stretches).map(|stretch| stretch * 1000) {
            busy.tick_started(ms(at));
            busy.tick_gap(ms(at), ms(at + 33));
        }
        assert_eq!(busy.slow.len(), MOST_SLOW);
        assert_eq!(busy.blind_spot(ms(40)), BLIND_SPOT);
        let last = (stretches - 1) * 1000;
        assert_eq!(busy.blind_spot(ms(last + 40)), ms(74));
        assert_eq!(busy.blind_spot(ms(last + 84)), BLIND_SPOT);
    }

    #[test]
    fn memory_is_bounded_and_pinned_runs_and_the_total_survive() {
        let mut busy = BusyRuns::from_entries();
        busy.pin(ms(52));
        busy.long_task(ms(0), ms(50));
        for i in 1..=300 {
            busy.long_task(ms(100 * i), ms(100 * i + 60));
        }
        assert_eq!(busy.runs.len(), MOST_RUNS);
        assert_eq!(busy.at(ms(52)), Some(run(0, 50)));
        assert_eq!(busy.total(ms(100_000)), ms(50 + 300 * 60));
        busy.stop_counting(ms(30_060));
        for i in 301..=600 {
            busy.long_task(ms(100 * i), ms(100 * i + 60));
        }
        assert_eq!(busy.total(ms(30_060)), ms(50 + 300 * 60));
        // Long runs outlive short ones.
        busy.long_task(ms(70_000), ms(70_400));
        for i in 801..=900 {
            busy.long_task(ms(100 * i), ms(100 * i + 60));
        }
        assert_eq!(busy.at(ms(70_400)), Some(run(70_000, 70_400)));
    }
}
