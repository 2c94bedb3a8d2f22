//! The network entry that is a call's.

use super::Call;
use crate::timeline::Network;

/// Resource Timing's entry for the call, read once.
#[derive(Clone, Debug)]
pub struct Matched {
    /// The marks in it.
    pub network: Network,
    /// `nextHopProtocol`, absent without `Timing-Allow-Origin`.
    pub protocol: Option<String>,
    /// `responseStatus`; 0 where it is hidden, or the engine has none.
    pub status: u16,
    /// A service worker was asked.
    pub worker: bool,
}

impl Matched {
    /// Whether it may be of a response with this status. A wrapper of `fetch` that
    /// is refused may ask again, which gives one call two entries.
    ///
    /// Hidden statuses are 0, as is an opaque response's own. A stored response that
    /// was asked about has its own status, where the entry may have the network's 304;
    /// and what a service worker gives need not be what it was given.
    /// <https://w3c.github.io/resource-timing/#dom-performanceresourcetiming-responsestatus>
    /// <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>
    pub(super) fn is_of(&self, status: u16) -> bool {
        self.worker || status == 0 || [0, 304, status].contains(&self.status)
    }
}

impl Call {
    /// Whether an entry may be its, as far as its response is known.
    pub(crate) fn may_have(&self, entry: &Matched) -> bool {
        self.request.status.is_none_or(|status| entry.is_of(status))
    }
}
