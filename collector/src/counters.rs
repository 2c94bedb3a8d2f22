//! What came in, and what became of it.

use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counts since the start of the process.
///
/// Behind one lock and always changed together, so that every snapshot holds
/// the balance [`Records`] promises.
#[derive(Debug, Default)]
pub struct Counters(Mutex<Counts>);

/// One snapshot.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Counts {
    /// Records, one by one.
    pub records: Records,
    /// Beacons, each with any number of records.
    pub beacons: Beacons,
    /// What pages say they lost before it came here.
    pub pages: Pages,
    /// Values that were shortened to their limit in records that were kept.
    pub clipped: u64,
    /// The last record that was turned away, of those of a beacon that are
    /// described; absent if none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_rejected: Option<TurnedAway>,
    /// The last beacon that was refused; absent if none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_refused: Option<TurnedAway>,
}

/// `received = stored + duplicate + replaced + rejected`, at any moment.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Records {
    /// All that were found in well-formed beacons.
    pub received: u64,
    /// The first of their id.
    pub stored: u64,
    /// The same revision was there.
    pub duplicate: u64,
    /// Pairs of revisions of which the larger stayed, whichever came first. A
    /// smaller one that is sent again counts again: it is not remembered.
    pub replaced: u64,
    /// Turned away, by reason.
    pub rejected: BTreeMap<&'static str, u64>,
}

/// Beacons by their answer.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Beacons {
    /// Answered with 204.
    pub accepted: u64,
    /// Answered with anything else, by reason.
    pub refused: BTreeMap<&'static str, u64>,
}

/// Sums of what envelopes report.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Pages {
    /// Records that fell out of a page's full queue.
    pub dropped: u64,
    /// Streams that no dialect fitted.
    pub unrecognised: u64,
}

/// A record or beacon that was turned away.
#[derive(Clone, Debug, Serialize)]
pub struct TurnedAway {
    /// When its beacon came, in milliseconds since 1970.
    pub received: i64,
    /// The reason it is counted under.
    pub reason: &'static str,
    /// What was wrong with it, and what would do.
    pub why: String,
}

impl Counters {
    /// Changes several counts at once.
    pub fn update(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.lock());
    }

    /// All counts as of one moment.
    #[must_use]
    pub fn snapshot(&self) -> Counts {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        // Whoever panicked in the lock did so between two additions at worst;
        // numbers one off are better than a collector that answers nothing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    /// Counts records that are turned away.
    pub fn reject(&mut self, reason: &'static str, count: u64) {
        self.records.received += count;
        *self.records.rejected.entry(reason).or_default() += count;
    }

    /// Counts a beacon that is not answered with 204.
    pub fn refuse(&mut self, refused: TurnedAway) {
        *self.beacons.refused.entry(refused.reason).or_default() += 1;
        self.last_refused = Some(refused);
    }
}

impl Records {
    /// Whether every record that came in is accounted for, exactly once.
    #[must_use]
    pub fn balance(&self) -> bool {
        let rejected: u64 = self.rejected.values().sum();
        self.received == self.stored + self.duplicate + self.replaced + rejected
    }
}
