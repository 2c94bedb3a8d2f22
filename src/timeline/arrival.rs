//! When a chunk arrived: an interval, and on what it rests.

use super::busy::{BLIND_SPOT, BusyRuns, HAND_OVER, JOIN, TICK_GAP};
use super::reads::{ReadWindow, at_once};
use super::stamps::{Late, Offset};
use crate::millis::Millis;
use crate::record::{Anchor, Arrival, ArrivalMethod, DeliverCause, Interval};

/// From a chunk's arrival to the read that brings it, on an idle page: 0.3 to 0.8
/// ms were measured in WebKit, which hands two writes over one by one.
const HANDED_OVER: Millis = Millis::from_micros(2_000);

/// The evidence about one call that does not depend on the chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evidence<'a> {
    /// The clock's step.
    pub(super) step: Millis,
    /// Nothing of the body came before this: `headers`, else `request_sent`,
    /// else when the browser was asked.
    pub(super) floor: Millis,
    /// The `fetch` promise resolved, or would have but for a wrapper of the page's.
    /// Before that nobody could have read.
    pub(super) readable: Option<Millis>,
    /// When the main thread was busy.
    pub(super) busy: &'a BusyRuns,
    /// How the server's stamps lie on the page's clock.
    pub(super) offset: Option<Offset>,
}

/// Where the arrival of a chunk lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Located {
    /// Not before the floor; `hi` is at most the read.
    pub(super) at: Interval,
    /// What it rests on.
    pub(super) basis: Arrival,
    /// The server wrote well before anything in the page could have held the
    /// chunk up: something in between did.
    pub(super) held: bool,
}

/// Locates the arrival of the chunk of one read.
///
/// `hi` is the read, and the page is blamed for the time before it only on
/// evidence: the main thread was busy, or the app had not asked. Evidence
/// gives a *window*, from the moment at which the page stopped being ready to
/// the read; the chunk came somewhere in it.
///
/// A stamp says when the server wrote, but a proxy may have held the bytes
/// since, so it is a lower bound first. In a window it is the estimate, and
/// also within the blind spot before one, where the page may have been kept
/// without a word already. Further before, it shows that the bytes were late
/// already, and only the window counts. Without evidence it is believed as far
/// as the blind spot reaches: beyond, the page would have read the chunk had it
/// been there.
///
/// Two things are taken for granted, since to doubt them would leave no verdict
/// at all: that nothing holds a chunk back in the very time in which the page
/// was busy, and that the page was ready until a window began. A proxy that
/// does the first is not seen behind a busy page, and a task too short to be
/// reported right before a window makes `lo` late by as much.
///
/// Between evidence and none lies a [`doubt`]: something kept the page until
/// just before the read. It blames nobody, and lets nobody be blamed: the
/// interval spans both stories, and only a stamp says which is the likelier.
#[must_use]
pub(super) fn arrival(
    read: &ReadWindow,
    stamp: Option<Millis>,
    evidence: &Evidence<'_>,
) -> Located {
    let hi = read.resolved;
    let floor = evidence.floor.min(hi);
    let window = window(read, evidence);
    let blind_spot = evidence.busy.blind_spot(hi).max(evidence.step);
    // Where ticks were slow, a stamp is believed further back than nearly all
    // chunks come late: of 200 that came beside 30 ms of work in each frame 7
    // were later than this in Firefox, none in WebKit, and bounds that hold
    // those as well say less of all others.
    let blind = BLIND_SPOT.max(evidence.step);
    // Two ticks are needed here, so the slack that `watched` gives is taken back.
    let watched = evidence.busy.watched(hi - blind_spot - TICK_GAP, hi);
    let doubt = doubt(read, evidence, blind_spot);
    let doubted = doubt.as_ref().map_or(hi, |doubt| doubt.start);
    // Where nobody watched the main thread, it may have been busy all along.
    let blind_from = if watched {
        floor.max((hi - blind).min(doubted))
    } else {
        floor
    };

    let stamped = stamp.zip(evidence.offset).map(|(dur, offset)| {
        let between = |moment: Millis| moment.max(floor).min(hi);
        let at = Interval {
            lo: between(dur + offset.lo),
            est: between(dur + offset.est),
            hi: between(dur + offset.hi),
        };
        (at, offset.anchor)
    });

    match (window, stamped) {
        (Some(window), Some((at, anchor))) if at.est >= window.start - blind_spot => {
            let waited = hi - at.est > at_once(evidence.step);
            by_stamp(
                Interval {
                    lo: at.lo.max(window.start.min(at.est)),
                    est: at.est,
                    hi: at.hi.max(window.start),
                },
                anchor,
                waited.then_some(window.cause),
            )
        }
        (Some(window), stamped) => Located {
            at: Interval {
                lo: window.start,
                est: window.start + (hi - window.start).half(),
                hi,
            },
            basis: Arrival {
                method: window.method,
                anchor: None,
                deliver_cause: Some(window.cause),
            },
            held: stamped.is_some(),
        },
        (None, Some((at, anchor))) if at.est >= hi - blind_spot => {
            by_stamp(Interval { hi, ..at }, anchor, None)
        }
        (None, Some((at, anchor))) if at.est >= doubted - JOIN => by_stamp(
            Interval { hi, ..at },
            anchor,
            doubt.map(|doubt| doubt.cause),
        ),
        (None, stamped) => Located {
            at: Interval {
                lo: blind_from,
                est: hi,
                hi,
            },
            basis: Arrival {
                method: ArrivalMethod::Read,
                anchor: None,
                deliver_cause: None,
            },
            held: watched && stamped.is_some_and(|(at, _)| at.est < doubted - blind_spot),
        },
    }
}

fn by_stamp(at: Interval, anchor: Anchor, deliver_cause: Option<DeliverCause>) -> Located {
    let method = ArrivalMethod::ServerClock;
    Located {
        at,
        basis: Arrival {
            method,
            anchor: Some(anchor),
            deliver_cause,
        },
        held: false,
    }
}

/// For how long the page may have kept a read waiting.
///
/// A run in the blind spot before the read is no doubt here: behind each block
/// come reads that are on time, and they are what ties the clocks.
pub(super) fn late(read: &ReadWindow, evidence: &Evidence<'_>) -> Late {
    let since = |start: Option<Millis>| start.map_or(Millis::ZERO, |start| read.resolved - start);
    Late {
        surely: since(window(read, evidence).map(|window| window.start)),
        perhaps: since(asked_late(read, evidence)),
    }
}

/// A stretch up to the read in which the page is known not to have been ready.
struct Window {
    start: Millis,
    cause: DeliverCause,
    method: ArrivalMethod,
}

/// The window of a read, if there is evidence of one.
///
/// *Busy.* A run covers the read or ended just before it. The window starts
/// where the run did.
///
/// *Not reading.* The chunk lay waiting when `read()` was called. It came
/// after the stream was last known to be drained: after the headers, after
/// it was readable, after the last read that had to wait. If the
/// page was busy until that very moment, what resolved then had itself been
/// waiting, and so may our chunk: the window starts where the run did. Else it
/// starts a little before: ours may have come together with the chunk that the
/// read brought, in a piece of its own. A read that was called in the run it
/// resolved behind may have found its chunk waiting too; the run hides the
/// difference.
///
/// Both: the earlier start, and the cause is `busy`, since a busy thread
/// cannot ask.
///
/// A window too narrow to have kept anything is no evidence: an app that reads
/// at once finds the chunks right behind the headers waiting, and was not
/// late. What came together is handed over piece by piece: of 20 events in one
/// write, the answer was found waiting up to 8 ms after it came, in a window
/// that began 2 ms before the read (Firefox).
fn window(read: &ReadWindow, evidence: &Evidence<'_>) -> Option<Window> {
    let Evidence {
        step, floor, busy, ..
    } = *evidence;
    let wide = |start: Millis| read.resolved - start > HAND_OVER.max(at_once(step) + step);
    // Since when the thread had been busy at a moment. A handler that works
    // long begins its run a fraction of a millisecond before the very read
    // that called it (as the tick sees it: up to a whole gap before), so that
    // much proves nothing about what came before the moment.
    let busy_since = |moment: Millis| {
        let run = busy.at(moment)?;
        let least = if busy.is_by_tick(run) {
            TICK_GAP
        } else {
            at_once(step)
        };
        (moment - run.start > least).then_some(run.start.max(floor))
    };

    let covering = busy.at(read.resolved);
    let run = busy_since(read.resolved).filter(|&start| wide(start));
    let called_in_run = covering.is_some_and(|run| read.called >= run.start);
    let app = if read.found_waiting || (run.is_some() && called_in_run) {
        let drained = drained(read, evidence);
        Some(busy_since(drained).unwrap_or((drained - HANDED_OVER).max(floor)))
            .filter(|_| wide(drained))
    } else {
        None
    };

    let (start, cause, method) = match (run, app) {
        (Some(run), app) => {
            let method = if covering.is_some_and(|run| busy.is_by_tick(run)) {
                ArrivalMethod::Tick
            } else {
                ArrivalMethod::LongTask
            };
            (run.min(app.unwrap_or(run)), DeliverCause::Busy, method)
        }
        (None, Some(start)) => (start, DeliverCause::NotReading, ArrivalMethod::NotReading),
        (None, None) => return None,
    };
    Some(Window {
        start,
        cause,
        method,
    })
}

/// The last moment at which nothing is known to have lain waiting.
fn drained(read: &ReadWindow, evidence: &Evidence<'_>) -> Millis {
    let Evidence {
        floor, readable, ..
    } = *evidence;
    read.previous_waited
        .max(readable)
        .unwrap_or(floor)
        .max(floor)
}

/// What may have kept the read, though that is no evidence that it did.
struct Doubt {
    start: Millis,
    cause: DeliverCause,
}

/// The doubt about a read without a window.
///
/// A *busy run* ended within the blind spot before the read. On a machine
/// short of cores the read came up to 8 ms after a 500 ms task that it had
/// waited for, and what comes between may be a task that nobody reports.
///
/// The *app asked late*, and had the chunk soon, though not at once: a read of
/// data that lay waiting took up to 14 ms.
fn doubt(read: &ReadWindow, evidence: &Evidence<'_>, blind_spot: Millis) -> Option<Doubt> {
    let Evidence { floor, busy, .. } = *evidence;
    let run = busy.before(read.resolved, blind_spot);
    let app = asked_late(read, evidence);
    let start = run.map(|run| run.start);
    let cause = if run.is_some_and(|run| app.is_none_or(|app| run.start <= app)) {
        DeliverCause::Busy
    } else {
        DeliverCause::NotReading
    };
    let start = match (start, app) {
        (Some(run), Some(app)) => run.min(app),
        (run, app) => run.or(app)?,
    };
    Some(Doubt {
        start: start.max(floor).min(read.resolved),
        cause,
    })
}

/// Since when the chunk may have waited for an app that asked late.
fn asked_late(read: &ReadWindow, evidence: &Evidence<'_>) -> Option<Millis> {
    if !read.may_have_waited(evidence.readable, evidence.step) {
        return None;
    }
    let drained = drained(read, evidence);
    let run = evidence.busy.at(drained);
    Some(run.map_or(drained, |run| run.start.max(evidence.floor)))
}
