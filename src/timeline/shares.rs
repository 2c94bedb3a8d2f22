//! Shares and verdict: page, network, server.

use super::segments::{exact, span};
use crate::millis::Millis;
use crate::record::{Interval, Segments, Server, Shares, Verdict};

/// Above this an upload may itself be what took long.
const LARGE_UPLOAD: u64 = 256 * 1024;

/// What the server says about its own time. Only its word can tell its work
/// from the round trip in the time before the headers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Word {
    /// From the request received to the headers sent.
    headers: Option<Millis>,
    /// At least this went into the answer, by whatever it said.
    least: Option<Millis>,
}

impl Word {
    /// `stamp` is that of the answer's chunk, on the server's clock.
    pub(super) fn new(server: &Server, stamp: Option<Millis>) -> Self {
        let sum = |a: Option<Millis>, b: Option<Millis>| match (a, b) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        let positive = |word: Option<Millis>| word.filter(|&word| word >= Millis::ZERO);
        let headers = positive(server.headers_ms);
        // A stamp counts from the opening write, which leaves with the
        // headers: the two follow each other. The others are one span each.
        let least = positive(sum(headers, positive(stamp)))
            .max(positive(server.first_token_ms))
            .max(positive(sum(server.queue_ms, server.prefill_ms)));
        Self { headers, least }
    }
}

/// Splits `first_answer_paint` among page, network and server.
///
/// The page's share is `frontend`. `connect` is the network's; what follows
/// the headers (`generate` and `reason`, a proxy that buffers included) is the
/// server's. In between lies what marks cannot separate: `wait`, or with
/// missing marks more, up to the whole backend. Of that the server has what it
/// said it took before the headers; otherwise each of the two may have had all
/// or nothing of it, and the estimate gives half to each. What the server said
/// in other ways is at least a lower bound for its own share.
///
/// Until the browser was asked, at `begun`, a wrapper of the page's had the call,
/// and the estimate is the page's. What it did nobody tells: it may have waited
/// for another answer, or asked before and been refused. So it may be any of the
/// three, and none surely.
///
/// Without `headers`, what follows the `fetch` promise certainly follows them:
/// it cannot resolve earlier. (In Firefox it resolves with the body, and tells
/// nothing.)
///
/// The estimates of the three add up to `first_answer_paint`.
pub(super) fn shares(
    segments: &Segments,
    begun: Millis,
    headers: Option<Millis>,
    promise: Option<Millis>,
    word: &Word,
) -> Option<Shares> {
    let backend = segments.backend?;
    let page = segments.frontend?;
    // More than all the time there was is the word on a later round of the same
    // body.
    let said_least = word.least.filter(|least| *least <= backend.hi);
    let first_sign = segments.connect.or(headers).unwrap_or(backend.lo);
    let unasked = begun.min(first_sign);
    let sent = segments.connect.unwrap_or(unasked);
    let connect = sent - unasked;
    let answered = headers.or(promise.filter(|&at| sent <= at && at <= backend.lo));
    // After the headers: surely the server's.
    let after = answered.map_or_else(Interval::default, |at| span(exact(at), backend));
    // Before: not separable by marks.
    let before = match answered {
        Some(at) => exact(at - sent),
        None => span(exact(sent), backend),
    };
    let said = match (headers, word.headers) {
        (Some(_), Some(said)) => exact(said.min(before.est)),
        _ => {
            let rest = said_least.unwrap_or_default() - after.hi;
            let least = rest.max(Millis::ZERO).min(before.est);
            let other_half = (before.est - least).half();
            Interval {
                lo: least,
                est: before.est - other_half,
                hi: before.hi,
            }
        }
    };
    // Its word on the whole may say more than its word on a part.
    let least = match headers {
        Some(_) => Millis::ZERO,
        None => said_least.unwrap_or_default().min(backend.lo),
    };
    let network = connect + before.est - said.est;
    let server = after.est + said.est;
    Some(Shares {
        page: Interval {
            est: page.est + unasked,
            hi: page.hi + unasked,
            ..page
        },
        network: Interval {
            lo: connect + (before.lo - said.hi).max(Millis::ZERO),
            est: network,
            hi: (sent + before.hi - said.lo).min((backend.hi - least).max(network)),
        },
        server: Interval {
            lo: (after.lo + said.lo).max(least.min(server)),
            est: server,
            hi: after.hi + said.hi + unasked,
        },
    })
}

/// The share that certainly is the largest, else `unclear`.
///
/// The time a large upload takes looks like a slow server, so without the
/// server's own word it is not accused.
pub(super) fn verdict(shares: &Shares, upload: Option<u64>, word: &Word) -> Verdict {
    let Shares {
        page,
        network,
        server,
    } = *shares;
    let leads = |a: Interval, b: Interval, c: Interval| a.lo >= b.hi && a.lo >= c.hi;
    let leaders = (
        leads(page, network, server),
        leads(network, page, server),
        leads(server, page, network),
    );
    match leaders {
        (true, false, false) => Verdict::Page,
        (false, true, false) => Verdict::Network,
        (false, false, true)
            if word.least.is_some() || upload.is_none_or(|bytes| bytes <= LARGE_UPLOAD) =>
        {
            Verdict::Server
        }
        _ => Verdict::Unclear,
    }
}
