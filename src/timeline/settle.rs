//! From everything observed to what the record says.

use super::arrival::{Evidence, arrival, late};
use super::busy::{BLIND_SPOT, BusyRuns};
use super::marks::marks;
use super::observation::{Observation, Output};
use super::reads::{COARSE_STEP, ReadWindow};
use super::segments::segments;
use super::shares::{Word, shares, verdict};
use crate::millis::Millis;
use crate::record::{Arrival, Flag, Interval, Marks, NetworkMissing, Segments, Shares, Verdict};

/// What the record says about the time of one call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// When things happened.
    pub marks: Marks,
    /// Who cost what.
    pub segments: Segments,
    /// The three shares; only with `first_answer_paint`.
    pub shares: Option<Shares>,
    /// How the arrival of the answer's chunk was found.
    pub arrival: Option<Arrival>,
    /// The largest share. Absent also after sleep.
    pub verdict: Option<Verdict>,
    /// Why `request_sent` or `headers` is missing.
    pub network_missing: Option<NetworkMissing>,
    /// Those of the flags that follow from this: `hidden`, `slept`, `held`,
    /// `service-worker`, `coarse-clock`.
    pub flags: Vec<Flag>,
    /// `first_answer_paint`, else the end, and the main thread's busy time up to
    /// there. Absent where it was not watched.
    pub busy: Option<[Millis; 2]>,
}

/// Settles what was observed so far.
///
/// Hidden between the arrival of the answer and its paint, the page could not
/// paint, and how long that took says nothing about it: its marks and segments
/// are left out and the flag tells why, while `backend` stays. A page that was
/// hidden earlier and visible again at the arrival gives a whole record, or
/// the slow tail, in which people leave the tab, would vanish.
#[must_use]
pub fn settle(seen: &Observation) -> Settled {
    let (mut marks, network_missing) = marks(seen);
    let busy = seen.busy.known();
    let begun = seen.network.begun.unwrap_or_default().max(Millis::ZERO);
    let begun = begun.round_to(seen.step);
    let mut evidence = Evidence {
        step: seen.step,
        floor: marks.headers.or(marks.request_sent).unwrap_or(begun),
        readable: readable_since(seen, marks.headers, &busy),
        busy: &busy,
        offset: None,
    };
    evidence.offset = seen.stamps.offset(
        marks.headers,
        seen.network.response_end,
        |read| late(read, &evidence),
        seen.step,
    );
    let locate = |chunk: Option<Output>, read: Option<Millis>| {
        let Output {
            read: window,
            stamp,
        } = chunk?;
        let resolved = read?;
        let called = window.called.min(resolved);
        Some(arrival(
            &ReadWindow {
                called,
                resolved,
                ..window
            },
            stamp,
            &evidence,
        ))
    };
    let mut answer = locate(seen.first_answer_token, marks.first_answer_token);
    let same_chunk = match (seen.first_token, seen.first_answer_token) {
        (Some(first), Some(answer)) => first.read.index == answer.read.index,
        _ => false,
    };
    let mut first = if same_chunk {
        None
    } else {
        locate(seen.first_token, marks.first_token)
    };
    if let (Some(first), Some(answer)) = (&mut first, &mut answer) {
        in_turn(&mut first.at, &mut answer.at);
    }

    let mut flags = Vec::new();
    if let Some(from) = first.or(answer).map(|chunk| chunk.at.est)
        && marks.first_text_commit.is_some()
        && seen.hidden.between(from, marks.first_text_paint)
    {
        marks.first_text_commit = None;
        marks.first_text_paint = None;
    }
    let hidden =
        answer.is_some_and(|answer| seen.hidden.between(answer.at.est, marks.first_answer_paint));
    if hidden {
        marks.first_answer_commit = None;
        marks.first_answer_paint = None;
        flags.push(Flag::Hidden);
    }
    if let Some(from) = marks.last_token
        && seen.hidden.between(from, marks.last_paint)
    {
        marks.last_commit = None;
        marks.last_paint = None;
    }

    // White space before the answer is no part of its own.
    let before = first.filter(|_| seen.reasoned || answer.is_none());
    let mut segments = segments(
        &marks,
        before.map(|it| it.at),
        answer.map(|it| it.at),
        seen.paint_error,
    );
    if hidden {
        segments.deliver = None;
    }
    let word = Word::new(
        &seen.server,
        seen.first_answer_token.and_then(|chunk| chunk.stamp),
    );
    let promise = seen.promise.map(|at| at.round_to(seen.step));
    let shares = shares(&segments, begun, marks.headers, promise, &word);

    if seen.slept {
        flags.push(Flag::Slept);
    }
    if [first, answer].iter().flatten().any(|chunk| chunk.held) {
        flags.push(Flag::Held);
    }
    if network_missing == Some(NetworkMissing::ServiceWorker) {
        flags.push(Flag::ServiceWorker);
    }
    if seen.step > COARSE_STEP {
        flags.push(Flag::CoarseClock);
    }
    let until = marks.first_answer_paint.or(marks.end);
    Settled {
        verdict: shares
            .filter(|_| !seen.slept)
            .map(|it| verdict(&it, seen.upload, &word)),
        shares,
        arrival: answer.map(|it| it.basis),
        busy: until
            .filter(|&until| busy.watched(Millis::ZERO, until))
            .map(|until| [until, busy.total(until)]),
        marks,
        segments,
        network_missing,
        flags,
    }
}

/// Since when the page could read, for all that is known.
///
/// A promise that resolves with the headers, and came much later on a thread that
/// was free, was kept by a wrapper of the page's: the body may have lain there
/// since the headers.
fn readable_since(seen: &Observation, headers: Option<Millis>, busy: &BusyRuns) -> Option<Millis> {
    let promise = seen.promise?;
    let kept_since = headers.filter(|&headers| {
        seen.resolves_with_headers && promise - headers > BLIND_SPOT && busy.at(promise).is_none()
    });
    Some(kept_since.unwrap_or(promise))
}

/// A chunk cannot arrive after a later one, whatever each rests on: each
/// bounds the other. Where they contradict each other, the later one counts,
/// and the spans between are nothing.
fn in_turn(first: &mut Interval, later: &mut Interval) {
    later.lo = later.lo.max(first.lo).min(later.hi);
    later.est = later.est.max(later.lo);
    first.hi = first.hi.min(later.hi);
    first.est = first.est.min(later.est);
}
