//! A quantity with its error bar.

use crate::millis::Millis;
use serde::{Deserialize, Serialize};

/// A quantity with its error bar, written as `[lo, est, hi]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[Millis; 3]", into = "[Millis; 3]")]
pub struct Interval {
    /// It is at least this.
    pub lo: Millis,
    /// The best single number.
    pub est: Millis,
    /// It is at most this.
    pub hi: Millis,
}

impl From<[Millis; 3]> for Interval {
    fn from([lo, est, hi]: [Millis; 3]) -> Self {
        Self { lo, est, hi }
    }
}

impl From<Interval> for [Millis; 3] {
    fn from(interval: Interval) -> Self {
        [interval.lo, interval.est, interval.hi]
    }
}
