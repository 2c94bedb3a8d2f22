//! Server stamps: the server's own word on when it wrote.
//!
//! A stamp's `dur` counts on the server's monotonic clock from the opening
//! write of the stream. To place it on ours, an *offset* is needed: the
//! difference of the two clocks plus one way through the network.

use super::reads::{ReadWindow, at_once};
use crate::millis::Millis;
use crate::record::Anchor;

/// How far anchors are trusted; measured −0.2…+1.0 ms. All that they rest on
/// took its way through the browser: anchors that agree are too high together,
/// and say nothing of what a server does between a stamp and its write.
const ANCHOR_ERROR: Millis = Millis::from_micros(1_500);

/// So many of the least reads are held.
const MOST_LEAST: usize = 4;

/// More reads than this make `min-read` no better.
const MOST_READS: u32 = 1_000;

/// All stamps of one stream, in constant memory.
#[derive(Clone, Debug, Default)]
pub struct Stamps {
    opened: bool,
    last: Option<Millis>,
    /// The least (read − `dur`), with their reads, from the least up.
    least: Vec<(Millis, ReadWindow)>,
    /// Reads that brought a stamp.
    reads: u32,
    last_read: Millis,
}

/// For how long the page may have kept a read waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Late {
    /// By the evidence.
    pub(super) surely: Millis,
    /// Where there is a doubt, but no evidence.
    pub(super) perhaps: Millis,
}

/// What to add to a stamp to have it on the page's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offset {
    /// The lowest anchor, less their error.
    pub(super) lo: Millis,
    /// The best anchor.
    pub(super) est: Millis,
    /// The highest anchor, plus their error.
    pub(super) hi: Millis,
    /// Which one is the best.
    pub(super) anchor: Anchor,
}

impl Stamps {
    /// Takes the stamp of an event and the read that brought it, in the order
    /// of the stream. One that is negative or goes backwards is of another
    /// clock and ignored.
    pub fn stamp(&mut self, dur: Millis, read: impl Into<ReadWindow>) {
        if dur < self.last.unwrap_or_default() {
            return;
        }
        let read = read.into();
        let difference = read.resolved - dur;
        if self.last.is_none() {
            // A server that takes its zero just before the opening write
            // stamps it a few microseconds late.
            self.opened = dur < at_once(Millis::ZERO);
        }
        self.add_least(difference, read);
        if self.last.is_none() || read.resolved != self.last_read {
            self.reads = self.reads.saturating_add(1).min(MOST_READS);
            self.last_read = read.resolved;
        }
        self.last = Some(dur);
    }

    fn add_least(&mut self, difference: Millis, read: ReadWindow) {
        let same = |&(_, held): &(Millis, ReadWindow)| held.resolved == read.resolved;
        if let Some(held) = self.least.iter().position(same) {
            if self.least[held].0 <= difference {
                return;
            }
            // Of the stamps of one read the last lies nearest to it.
            self.least.remove(held);
        }
        let place = self
            .least
            .iter()
            .take_while(|held| held.0 <= difference)
            .count();
        if place < MOST_LEAST {
            self.least.truncate(MOST_LEAST - 1);
            self.least.insert(place, (difference, read));
        }
    }

    /// The offset, from what there is to tie the clocks with.
    ///
    /// Each anchor is the arrival of something less its write, so each is too
    /// high by what that thing was held up more than the fastest:
    ///
    /// - `headers`: the network stack's own time of the headers, which left
    ///   right before the opening stamp. No main thread is in the way, and it
    ///   is near to the token in time: the best. Only for streams that were
    ///   opened with a stamp of 0. A read comes after its stamp, so where the
    ///   least one agrees with the headers, the offset lies between the two.
    /// - `min-read`: the least (read − `dur`) over all events. Needs no
    ///   `Timing-Allow-Origin`. A read cannot come before its data, so no
    ///   offset may exceed it.
    /// - `response-end`: the end of the body less the last stamp; too high by
    ///   the time between the two. Better than `min-read` when lower, since
    ///   both err upwards only.
    ///
    /// `response_end` must be that of a body that ended by itself: Firefox
    /// gives a meaningless one after an abort.
    ///
    /// `late` is for how long the page may have kept a read waiting, by the
    /// evidence and with what there is only a doubt about. The true offset may
    /// lie that much below the read's difference, and no lower for any of them:
    /// the least one was on time if another that was is no less. Of n reads
    /// that each came late by anything up to so much, the least late one is
    /// expected to be so by its part of n + 1. One read by itself ties nothing.
    #[must_use]
    pub(super) fn offset(
        &self,
        headers: Option<Millis>,
        response_end: Option<Millis>,
        late: impl Fn(&ReadWindow) -> Late,
        step: Millis,
    ) -> Option<Offset> {
        let last = self.last?;
        let least = self.least.first()?.0;
        let lowest = |late_by: fn(Late) -> Millis| {
            let bounds = self
                .least
                .iter()
                .map(|(at, read)| *at - late_by(late(read)));
            bounds.max().map_or(least, |bound| bound.min(least))
        };
        let surely = lowest(|late| late.surely);
        let perhaps = lowest(|late| late.perhaps.max(late.surely));
        let headers = headers.filter(|_| self.opened).map(|at| at.min(least));
        let end = response_end.map(|at| (at - last).min(least));

        let upper = end.unwrap_or(least);
        let error = ANCHOR_ERROR.max(step);
        let lowest = upper.min(perhaps);
        let expected =
            Millis::from_micros((least - surely).as_micros() / (i64::from(self.reads) + 1));
        let read = least - expected;
        let (lo, est, anchor) = match headers {
            Some(at) => (at.min(upper), between(at, read), Anchor::Headers),
            None if upper < least => (lowest, upper, Anchor::ResponseEnd),
            None if self.reads < 2 => return None,
            None => (lowest, read, Anchor::MinRead),
        };
        // A read that was late says nothing against the headers.
        let highest = match headers {
            Some(at) if perhaps < at && perhaps < least => at,
            Some(_) => perhaps,
            None => least,
        };
        Some(Offset {
            lo: lo - error,
            est,
            hi: highest + error,
            anchor,
        })
    }
}

/// The middle of the headers and a read, where their errors meet; later reads
/// were all kept waiting.
fn between(headers: Millis, read: Millis) -> Millis {
    let apart = (read - headers).as_micros();
    if apart > 2 * ANCHOR_ERROR.as_micros() {
        return headers;
    }
    headers + Millis::from_micros(apart.max(0) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(us: i64) -> Millis {
        Millis::from_micros(us)
    }

    fn late(micros: i64) -> Late {
        Late {
            surely: us(micros),
            perhaps: Millis::ZERO,
        }
    }

    fn on_time(_: &ReadWindow) -> Late {
        Late::default()
    }

    const STEP: Millis = Millis::from_micros(100);

    fn stamps(all: &[(i64, i64)]) -> Stamps {
        let mut stamps = Stamps::default();
        for &(dur, read) in all {
            stamps.stamp(us(dur), us(read));
        }
        stamps
    }

    #[test]
    fn headers_tie_the_opening_stamp() {
        let stamps = stamps(&[(0, 105_000), (231_400, 640_000), (300_000, 640_000)]);
        let offset = stamps
            .offset(Some(us(104_000)), None, on_time, STEP)
            .expect("an anchor");
        assert_eq!(offset.anchor, Anchor::Headers);
        // The opening was read 1 ms after the headers came.
        assert_eq!(
            [offset.lo, offset.est, offset.hi],
            [us(102_500), us(104_500), us(106_500)]
        );
    }

    #[test]
    fn reads_that_came_late_leave_the_headers_alone() {
        for (late_by, est) in [(3_000, 105_500), (3_001, 104_000), (-500, 103_500)] {
            let read = 104_000 + late_by;
            let stamps = stamps(&[(0, read), (50_000, read + 50_000)]);
            let offset = stamps
                .offset(Some(us(104_000)), None, on_time, STEP)
                .expect("an anchor");
            assert_eq!(offset.est, us(est), "{late_by}");
        }
    }

    #[test]
    fn headers_say_nothing_of_a_stream_without_an_opening_stamp() {
        let stamps = stamps(&[(231_400, 340_000), (300_000, 410_000)]);
        let offset = stamps
            .offset(Some(us(104_000)), None, on_time, STEP)
            .expect("an anchor");
        assert_eq!(offset.anchor, Anchor::MinRead);
        assert_eq!(offset.est, us(108_600));
        assert_eq!([offset.lo, offset.hi], [us(107_100), us(110_100)]);
    }

    #[test]
    fn no_offset_exceeds_the_least_read() {
        let stamps = stamps(&[(0, 200_000), (100_000, 203_000)]);
        let offset = stamps
            .offset(Some(us(150_000)), Some(us(400_000)), on_time, STEP)
            .expect("an anchor");
        assert_eq!(offset.est, us(103_000));
        assert_eq!(offset.hi, us(104_500));
    }

    #[test]
    fn the_end_of_the_body_beats_reads_that_all_came_late() {
        // All reads in one 300 ms block, no TAO: the network stack's own end
        // is the only unbiased moment.
        let stamps = stamps(&[(0, 400_000), (50_000, 400_000), (100_000, 400_000)]);
        let offset = stamps
            .offset(None, Some(us(205_000)), |_| late(295_000), STEP)
            .expect("an anchor");
        assert_eq!(offset.anchor, Anchor::ResponseEnd);
        assert_eq!(offset.est, us(105_000));
        assert_eq!([offset.lo, offset.hi], [us(3_500), us(301_500)]);
    }

    #[test]
    fn an_end_long_after_the_last_stamp_is_no_second_anchor() {
        let stamps = stamps(&[(0, 105_000), (50_000, 154_000)]);
        let offset = stamps
            .offset(None, Some(us(900_000)), on_time, STEP)
            .expect("an anchor");
        assert_eq!(offset.anchor, Anchor::MinRead);
        assert_eq!(
            [offset.lo, offset.est, offset.hi],
            [us(102_500), us(104_000), us(105_500)]
        );
    }

    #[test]
    fn late_reads_are_an_anchor_only_in_numbers() {
        let late_by = late(200_000);
        let one = stamps(&[(0, 400_000), (50_000, 400_000)]);
        assert_eq!(one.offset(None, None, |_| late_by, STEP), None);
        assert_eq!(one.offset(None, Some(us(450_000)), |_| late_by, STEP), None);
        let two = stamps(&[(0, 400_000), (50_000, 410_000)]);
        let offset = two
            .offset(None, None, |_| late(150_000), STEP)
            .expect("an anchor");
        assert_eq!(
            [offset.lo, offset.est, offset.hi],
            [us(248_500), us(323_334), us(361_500)]
        );
        let mut many = Stamps::default();
        for i in 0..99 {
            many.stamp(us(100_000 * i), us(100_000 * i + 5_000));
        }
        let offset = many
            .offset(None, None, |_| late(99_000), STEP)
            .expect("an anchor");
        assert_eq!(
            [offset.lo, offset.est, offset.hi],
            [us(-95_500), us(4_010), us(6_500)]
        );
    }

    #[test]
    fn a_read_on_time_shows_that_the_least_one_was() {
        // The least one came right behind a task of 500 ms.
        let stamps = stamps(&[(0, 605_000), (500_000, 605_000), (515_000, 620_300)]);
        let behind_the_task = |read: &ReadWindow| match read.resolved.as_micros() {
            605_000 => late(500_000),
            _ => Late::default(),
        };
        let offset = stamps
            .offset(None, None, behind_the_task, STEP)
            .expect("an anchor");
        assert_eq!(
            [offset.lo, offset.est, offset.hi],
            [us(103_500), us(105_000), us(106_500)]
        );
    }

    #[test]
    fn reads_that_all_were_late_say_nothing_against_the_headers() {
        // One read for all, 600 ms after the reader could have been taken.
        let stamps = stamps(&[(0, 704_000), (231_400, 704_000)]);
        let offset = stamps
            .offset(Some(us(104_000)), None, |_| late(600_000), STEP)
            .expect("an anchor");
        assert_eq!(
            [offset.lo, offset.est, offset.hi],
            [us(102_500), us(104_000), us(105_500)]
        );
    }

    #[test]
    fn a_doubt_about_the_least_read_widens_and_moves_nothing() {
        let stamps = stamps(&[(0, 105_000), (50_000, 154_000)]);
        let doubt = Late {
            perhaps: us(80_000),
            ..Late::default()
        };
        let offset = stamps
            .offset(None, None, |_| doubt, STEP)
            .expect("an anchor");
        assert_eq!(
            [offset.lo, offset.est, offset.hi],
            [us(23_500), us(104_000), us(105_500)]
        );
    }

    #[test]
    fn a_stamp_that_goes_backwards_is_ignored() {
        let stamps = stamps(&[
            (0, 100_000),
            (50_000, 150_500),
            (-5_000, 100),
            (10_000, 20_000),
        ]);
        let offset = stamps.offset(None, None, on_time, STEP).expect("an anchor");
        assert_eq!(offset.est, us(100_000));
        assert_eq!(
            Stamps::default().offset(Some(us(1)), Some(us(2)), on_time, STEP),
            None
        );
    }
}
