//! Resource Timing: the network's own stamps, right also while the main
//! thread was blocked.

use super::fields::Fields;
use crate::call::Matched;
use crate::millis::Millis;
use crate::page::Page;
use crate::record::NetworkMissing;
use crate::timeline::{Entry, Network};

/// The entries' type.
pub(super) const TYPE: &str = "resource";

/// Takes the entry of a finished `fetch`; `origin` is the page's own.
///
/// Never `getEntries` on the timeline: that scans everything the page ever
/// loaded, and its buffer of 250 may be full.
pub(super) fn take(page: &mut Page, entry: &Fields, origin: &str) {
    if entry.text("initiatorType").as_deref() != Some("fetch") {
        return;
    }
    let (Some(url), Some(start)) = (entry.text("name"), entry.millis("startTime")) else {
        return;
    };
    page.network(&url, start, |t0, to| matched(entry, t0, to != origin));
}

fn matched(entry: &Fields, t0: Millis, cross_origin: bool) -> Matched {
    let protocol = entry.text("nextHopProtocol");
    let number = |key| entry.number(key).unwrap_or(0.0);
    let times = Entry {
        start_time: number("startTime"),
        worker_start: number("workerStart"),
        request_start: number("requestStart"),
        final_response_headers_start: number("finalResponseHeadersStart"),
        response_start: number("responseStart"),
        response_end: number("responseEnd"),
        hop: protocol.is_some(),
        transfer_size: number("transferSize"),
        encoded_body_size: number("encodedBodySize"),
    };
    let network = Network::from_entry(&times, t0.as_ms(), cross_origin);
    Matched {
        network,
        status: number("responseStatus") as u16,
        worker: times.worker_start > 0.0,
        // Firefox has that of the response when it was stored.
        protocol: protocol.filter(|_| network.missing != Some(NetworkMissing::Cache)),
    }
}
