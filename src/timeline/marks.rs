//! Marks: rounded to the clock's step once, and in order.

use super::network::in_order;
use super::observation::{Observation, Shown};
use crate::millis::Millis;
use crate::record::{Marks, NetworkMissing};

/// The marks of an observation, page marks included, and why a network mark
/// is missing.
///
/// Our own stamps come from one clock in one thread and are in order; should
/// one not be, it is set to its successor. A network mark that is out of order
/// by more than a step is dropped. Text in the page is only a commit of the
/// answer if it is not older than the read of it, and a paint is not older
/// than its commit.
pub(super) fn marks(seen: &Observation) -> (Marks, Option<NetworkMissing>) {
    let step = seen.step;
    let round = |mark: Option<Millis>| mark.map(|mark| mark.round_to(step));

    let mut successor = None;
    let mut own = |mark: Option<Millis>| {
        let mark = round(mark)?.max(Millis::ZERO);
        let mark = successor.map_or(mark, |later: Millis| mark.min(later));
        successor = Some(mark);
        Some(mark)
    };
    let end = own(seen.end);
    let last_token = own(seen.last_token);
    let first_answer_token = own(seen.first_answer_token.map(|chunk| chunk.read.resolved));
    let first_token = own(seen.first_token.map(|chunk| chunk.read.resolved));
    let first_event = own(seen.first_event);
    let first_byte = own(seen.first_byte);

    // The promise cannot resolve before the headers came, nor a body be read.
    let mut missing = seen.network.missing;
    let mut clock = |mark: Option<Millis>, successor: Option<Millis>| {
        let fitted = in_order(mark?, successor, step);
        if fitted.is_none() {
            missing = Some(NetworkMissing::Clock);
        }
        fitted
    };
    let observed = |mark: Option<Millis>| round(mark).filter(|_| !seen.rejected);
    let known = |a: Option<Millis>, b: Option<Millis>| match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let seen_by_us = known(round(seen.promise), successor).map(|at| at.max(Millis::ZERO));
    let headers = clock(observed(seen.network.headers), seen_by_us);
    let request_sent = clock(observed(seen.network.request_sent), headers.or(seen_by_us));
    if request_sent.is_some() && headers.is_some() {
        missing = None;
    }

    let shown = |what: Shown, read: Option<Millis>| {
        let read = read?;
        let not_before = |mark: Option<Millis>, floor: Millis| {
            round(mark)
                .filter(|&mark| floor - mark <= step)
                .map(|mark| mark.max(floor))
        };
        let commit = not_before(what.commit, read)?;
        let paint = round(what.paint).map(|paint| paint.max(commit));
        Some((commit, paint))
    };
    let text = shown(seen.text, first_token);
    let answer = shown(seen.answer, first_answer_token);
    let last = shown(seen.last, first_token);
    // The first paint is told by the browser, the last one estimated: of one
    // frame the estimate is the earlier.
    let last_paint = last.and_then(|(_, paint)| paint);
    let first_paint = answer.and_then(|(_, paint)| paint).unwrap_or_default();

    let marks = Marks {
        turn_start: round(seen.turn_start)
            .filter(|&mark| mark <= step)
            .map(|mark| mark.min(Millis::ZERO)),
        request_sent,
        headers,
        first_byte,
        first_event,
        first_token,
        first_answer_token,
        first_text_commit: text.map(|(commit, _)| commit),
        first_text_paint: text.and_then(|(_, paint)| paint),
        first_answer_commit: answer.map(|(commit, _)| commit),
        first_answer_paint: answer.and_then(|(_, paint)| paint),
        last_token,
        end,
        last_commit: last.map(|(commit, _)| commit),
        last_paint: last_paint.map(|paint| paint.max(first_paint)),
    };
    (marks, missing)
}
