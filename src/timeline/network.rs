//! The network's own marks, and why they are missing.

use crate::millis::Millis;
use crate::record::NetworkMissing;

/// WebKit's `startTime` is up to this much later than the call of `fetch`.
const AT_ONCE: Millis = Millis::from_micros(4_000);

/// A Resource Timing entry as the platform gives it: milliseconds on the
/// page's clock, 0 where the browser hides or lacks the value.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entry {
    /// `startTime`.
    pub start_time: f64,
    /// `workerStart`.
    pub worker_start: f64,
    /// `requestStart`.
    pub request_start: f64,
    /// `finalResponseHeadersStart`; 0 where the engine does not know it.
    pub final_response_headers_start: f64,
    /// `responseStart`: after an early hint (103) the time of the hint.
    pub response_start: f64,
    /// `responseEnd`.
    pub response_end: f64,
    /// Whether `nextHopProtocol` names one, as for all that came by network
    /// and may be told.
    pub hop: bool,
    /// `transferSize`: 0 for what came from the HTTP cache, but also where it is
    /// hidden.
    pub transfer_size: f64,
    /// `encodedBodySize`; 0 where it is hidden.
    pub encoded_body_size: f64,
}

/// What the network stack says about a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// The browser was asked only then: something in the page, such as a wrapper
    /// that waits for a token, had the call before. Known also without
    /// `Timing-Allow-Origin`. Absent where that was at once.
    pub begun: Option<Millis>,
    /// The request left.
    pub request_sent: Option<Millis>,
    /// The response's headers arrived.
    pub headers: Option<Millis>,
    /// The body ended. Known also without `Timing-Allow-Origin`. Leave it out
    /// for a call that was aborted or cancelled: what stands there then
    /// differs by engine.
    pub response_end: Option<Millis>,
    /// Why a mark is not there, as far as the browser's side knows. Absent
    /// before the body's end, when the entry cannot exist yet.
    pub missing: Option<NetworkMissing>,
}

impl Network {
    /// No entry, for a known reason.
    #[must_use]
    pub const fn missing(why: NetworkMissing) -> Self {
        Self {
            begun: None,
            request_sent: None,
            headers: None,
            response_end: None,
            missing: Some(why),
        }
    }

    /// Reads an entry that was matched to a call.
    ///
    /// A service worker's answer has times and no protocol: Chromium gives the
    /// worker's own response as `responseStart`, Firefox the start of the call
    /// for everything, `responseEnd` included, and no `workerStart`. None of
    /// it is network time, also where the worker let the request through.
    /// WebKit copies the protocol of that request; there `workerStart` without
    /// `finalResponseHeadersStart` tells. Zeros of another origin are a
    /// missing `Timing-Allow-Origin`; zeros of our own are what never
    /// happened, as after a failed connection, and have no reason.
    ///
    /// A body that has a size, and none of it transferred, was in the HTTP cache.
    /// Chromium says the same of what a service worker gave; and Firefox tells the
    /// size also where it hides the transfer, but then the times as well.
    /// <https://w3c.github.io/resource-timing/#dom-performanceresourcetiming-transfersize>
    #[must_use]
    pub fn from_entry(entry: &Entry, request_start: f64, cross_origin: bool) -> Self {
        let at = |value: f64| {
            if value > 0.0 {
                Millis::from_ms(value - request_start)
            } else {
                None
            }
        };
        let begun = at(entry.start_time).filter(|begun| *begun > AT_ONCE);
        let final_headers = at(entry.final_response_headers_start);
        let response_end = at(entry.response_end);
        let is_stored = entry.worker_start <= 0.0
            && entry.response_start > 0.0
            && entry.transfer_size <= 0.0
            && entry.encoded_body_size > 0.0;
        if is_stored {
            return Self {
                begun,
                response_end,
                ..Self::missing(NetworkMissing::Cache)
            };
        }
        let worker = entry.worker_start > 0.0 && final_headers.is_none();
        if worker || (!entry.hop && entry.response_start > 0.0) {
            return Self {
                begun,
                response_end: response_end.filter(|end| *end > Millis::ZERO),
                ..Self::missing(NetworkMissing::ServiceWorker)
            };
        }
        let request_sent = at(entry.request_start);
        let headers = final_headers.or(at(entry.response_start));
        let hidden = cross_origin && request_sent.is_none() && headers.is_none();
        Self {
            begun,
            request_sent,
            headers,
            response_end,
            missing: hidden.then_some(NetworkMissing::Tao),
        }
    }
}

/// Puts a mark between `request_start` and its successor.
///
/// One clock step of disorder is rounding: two clocks were read in different
/// processes, and the mark is set to its neighbour. More means that one of
/// them is wrong (a mismatched entry, a clock that jumped): then the mark
/// cannot be used at all.
pub(super) fn in_order(mark: Millis, successor: Option<Millis>, step: Millis) -> Option<Millis> {
    let successor = successor.unwrap_or(mark.max(Millis::ZERO));
    let fitted = mark.max(Millis::ZERO).min(successor);
    let off = (mark - fitted).max(fitted - mark);
    (off <= step).then_some(fitted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: i64) -> Millis {
        Millis::from_micros(ms * 1000)
    }

    const WHOLE: Entry = Entry {
        start_time: 1000.1,
        worker_start: 0.0,
        request_start: 1002.0,
        final_response_headers_start: 1104.0,
        response_start: 1104.0,
        response_end: 3000.0,
        hop: true,
        transfer_size: 2935.0,
        encoded_body_size: 2635.0,
    };

    #[test]
    fn early_hints_are_not_the_headers() {
        let entry = Entry {
            response_start: 1050.0,
            ..WHOLE
        };
        let network = Network::from_entry(&entry, 1000.0, false);
        assert_eq!(network.headers, Some(ms(104)));
        assert_eq!(network.request_sent, Some(ms(2)));
        assert_eq!(network.response_end, Some(ms(2000)));
        assert_eq!(network.missing, None);
        let older = Entry {
            final_response_headers_start: 0.0,
            ..entry
        };
        assert_eq!(
            Network::from_entry(&older, 1000.0, false).headers,
            Some(ms(50))
        );
    }

    #[test]
    fn zeros_of_another_origin_are_a_missing_tao() {
        let entry = Entry {
            response_end: 3000.0,
            ..Entry::default()
        };
        let network = Network::from_entry(&entry, 1000.0, true);
        assert_eq!(network.missing, Some(NetworkMissing::Tao));
        assert_eq!([network.request_sent, network.headers], [None, None]);
        assert_eq!(network.response_end, Some(ms(2000)));
        assert_eq!(Network::from_entry(&entry, 1000.0, false).missing, None);
    }

    #[test]
    fn a_start_that_is_late_is_told_also_where_all_else_is_hidden() {
        let at = |start_time| Entry {
            start_time,
            ..Entry::default()
        };
        let begun = |entry| Network::from_entry(&entry, 1000.0, true).begun;
        assert_eq!(begun(at(1001.0)), None);
        assert_eq!(begun(at(1900.0)), Some(ms(900)));
    }

    #[test]
    fn the_answer_of_a_service_worker_is_no_network_time() {
        let entry = Entry {
            worker_start: 1001.0,
            final_response_headers_start: 0.0,
            ..WHOLE
        };
        let network = Network::from_entry(&entry, 1000.0, false);
        assert_eq!(network.missing, Some(NetworkMissing::ServiceWorker));
        assert_eq!([network.request_sent, network.headers], [None, None]);
        assert_eq!(network.response_end, Some(ms(2000)));
        let in_firefox = Entry {
            request_start: 1000.0,
            response_start: 1000.0,
            response_end: 1000.0,
            ..Entry::default()
        };
        let network = Network::from_entry(&in_firefox, 1000.0, false);
        assert_eq!(network, Network::missing(NetworkMissing::ServiceWorker));
        let through = Entry {
            worker_start: 1001.0,
            ..WHOLE
        };
        assert_eq!(Network::from_entry(&through, 1000.0, false).missing, None);
    }

    #[test]
    fn what_the_http_cache_had_is_no_network_time() {
        // Chromium tells of the cache's own times, and no protocol.
        let in_chromium = Entry {
            request_start: 1001.1,
            final_response_headers_start: 0.0,
            response_start: 1001.4,
            hop: false,
            transfer_size: 0.0,
            ..WHOLE
        };
        // Firefox has the start of the call for all, and the stored protocol.
        let in_firefox = Entry {
            request_start: 1000.0,
            final_response_headers_start: 1000.0,
            response_start: 1000.0,
            transfer_size: 0.0,
            ..WHOLE
        };
        for entry in [in_chromium, in_firefox] {
            for cross_origin in [false, true] {
                let network = Network::from_entry(&entry, 1000.0, cross_origin);
                assert_eq!(network.missing, Some(NetworkMissing::Cache));
                assert_eq!([network.request_sent, network.headers], [None, None]);
                assert_eq!(network.response_end, Some(ms(2000)));
            }
        }
        // What a service worker gives has these sizes as well.
        let worker = Entry {
            worker_start: 1000.5,
            ..in_chromium
        };
        let network = Network::from_entry(&worker, 1000.0, false);
        assert_eq!(network.missing, Some(NetworkMissing::ServiceWorker));
    }

    #[test]
    fn hidden_sizes_are_no_sign_of_the_http_cache() {
        // WebKit hides another origin's, also with `Timing-Allow-Origin`.
        let in_webkit = Entry {
            transfer_size: 0.0,
            encoded_body_size: 0.0,
            ..WHOLE
        };
        let network = Network::from_entry(&in_webkit, 1000.0, true);
        assert_eq!(network.missing, None);
        assert_eq!(network.headers, Some(ms(104)));
        // Firefox tells the size without it, and no times.
        let in_firefox = Entry {
            response_end: 3000.0,
            encoded_body_size: 2635.0,
            ..Entry::default()
        };
        let network = Network::from_entry(&in_firefox, 1000.0, true);
        assert_eq!(network.missing, Some(NetworkMissing::Tao));
        // A stored response that was asked about: the request left.
        let validated = Entry {
            transfer_size: 300.0,
            ..WHOLE
        };
        let network = Network::from_entry(&validated, 1000.0, false);
        assert_eq!(network.missing, None);
        assert_eq!(network.headers, Some(ms(104)));
    }

    #[test]
    fn one_step_of_disorder_is_rounding_and_more_is_an_error() {
        let step = ms(1);
        assert_eq!(in_order(ms(5), Some(ms(7)), step), Some(ms(5)));
        assert_eq!(in_order(ms(8), Some(ms(7)), step), Some(ms(7)));
        assert_eq!(in_order(ms(9), Some(ms(7)), step), None);
        assert_eq!(in_order(ms(-1), Some(ms(7)), step), Some(ms(0)));
        assert_eq!(in_order(ms(-2), None, step), None);
        assert_eq!(in_order(ms(9), None, step), Some(ms(9)));
    }
}
