//! Segments: the way from `request_start` to the paint, cut at the arrivals.

use crate::millis::Millis;
use crate::record::{Interval, Marks, Segments};

/// A quantity known exactly.
pub(super) const fn exact(at: Millis) -> Interval {
    Interval {
        lo: at,
        est: at,
        hi: at,
    }
}

/// From one uncertain moment to a later one. It cannot be shorter than nothing,
/// and its bounds are never on the wrong side of the estimate.
pub(super) fn span(from: Interval, to: Interval) -> Interval {
    let est = (to.est - from.est).max(Millis::ZERO);
    Interval {
        lo: (to.lo - from.hi).max(Millis::ZERO).min(est),
        est,
        hi: (to.hi - from.lo).max(est),
    }
}

/// A paint and what is known about its error. The estimate stays where it is:
/// where a method errs to one side only, [`span`] widens to that side alone.
fn painted(paint: Millis, error: Option<[Millis; 2]>) -> Interval {
    let [lo, hi] = error.unwrap_or_default();
    Interval {
        lo: paint + lo,
        est: paint,
        hi: paint + hi,
    }
}

/// Cuts the way at the arrivals of the chunks with the first token and with
/// the first answer token; `first` is absent if those are the same chunk, or
/// if there was no token of another kind before.
///
/// Each segment needs both its ends. Since every end is used by exactly two
/// neighbours, in one rounding, the estimates of neighbours add up.
pub(super) fn segments(
    marks: &Marks,
    first: Option<Interval>,
    answer: Option<Interval>,
    paint_error: Option<[Millis; 2]>,
) -> Segments {
    let start = exact(Millis::ZERO);
    let headers = marks.headers.map(exact);
    let paint = marks
        .first_answer_paint
        .map(|paint| painted(paint, paint_error));
    let between = |from: Option<Interval>, to: Option<Interval>| Some(span(from?, to?));
    let apart = |from: Option<Millis>, to: Option<Millis>| Some(to? - from?);
    Segments {
        backend: between(Some(start), answer),
        frontend: between(answer, paint),
        connect: marks.request_sent,
        wait: apart(marks.request_sent, marks.headers),
        generate: between(headers, first.or(answer)),
        reason: between(first, answer),
        deliver: between(answer, marks.first_answer_token.map(exact)),
        app: apart(marks.first_answer_token, marks.first_answer_commit),
        render: between(marks.first_answer_commit.map(exact), paint),
    }
}
