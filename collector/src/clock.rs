//! Wall time, as far as it can be believed.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// 2026-01-01: a clock that shows less has not been set yet.
const NOT_SET_BEFORE: i64 = 1_767_225_600_000;
/// Clocks are corrected by less, and retention counts whole days.
const DAY_MS: i64 = 86_400_000;

/// Stamps what comes in, in milliseconds since 1970.
#[derive(Debug)]
pub struct Clock {
    last: AtomicI64,
    started: Instant,
    /// Wall time at `started`.
    began: i64,
}

impl Clock {
    /// Goes on from `newest`, the last stamp before the process started: a
    /// machine may start with its clock at 1970, and records of that age would
    /// be deleted as soon as it is set.
    #[must_use]
    pub fn new(newest: i64) -> Self {
        Self::begun(newest, wall())
    }

    fn begun(newest: i64, began: i64) -> Self {
        Self {
            last: AtomicI64::new(newest),
            started: Instant::now(),
            began,
        }
    }

    /// The moment. Never earlier than the last one, unless that one must have
    /// been wrong.
    pub fn now(&self) -> i64 {
        let wall = wall();
        let next = |last| Some(believe(wall, last));
        match self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next)
        {
            Ok(last) | Err(last) => believe(wall, last),
        }
    }

    /// Whether wall time was set since the start, by so much that the age of a
    /// record cannot be told.
    #[must_use]
    pub fn was_set(&self) -> bool {
        is_set(self.began, self.started.elapsed(), wall())
    }
}

fn believe(wall: i64, last: i64) -> i64 {
    // One stamp from far in the future must not become that of all that follow.
    let is_last_wrong = wall >= NOT_SET_BEFORE && last - wall > DAY_MS;
    if is_last_wrong { wall } else { wall.max(last) }
}

fn is_set(began: i64, elapsed: Duration, wall: i64) -> bool {
    let elapsed = i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX);
    (wall - began).abs_diff(elapsed) > DAY_MS.unsigned_abs()
}

/// Before 1970 it is 1970.
fn wall() -> i64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or(0)
}

#[cfg(test)]
impl Clock {
    /// One that was set by decades since it started.
    pub(crate) fn set_since() -> Self {
        Self::begun(0, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, DAY_MS, believe, is_set, wall};
    use std::time::Duration;

    const NOW: i64 = 1_795_000_000_000;

    #[test]
    fn stamps_do_not_go_back_when_the_clock_does() {
        assert_eq!(believe(NOW, NOW - 5), NOW);
        assert_eq!(believe(NOW, NOW + 5_000), NOW + 5_000);
        assert_eq!(believe(1_000, NOW), NOW, "a clock that was not set yet");
        let clock = Clock::new(wall() + 60_000);
        assert!(clock.now() > wall() + 30_000);
        assert!(clock.now() <= clock.now());
    }

    #[test]
    fn a_stamp_of_the_far_future_is_not_passed_on() {
        assert_eq!(believe(NOW, NOW + 30 * DAY_MS), NOW);
        let clock = Clock::new(wall() + 30 * DAY_MS);
        assert!(clock.now() < wall() + DAY_MS);
    }

    #[test]
    fn a_clock_that_is_set_shows_beside_one_that_cannot_be() {
        let hour = Duration::from_secs(3_600);
        assert!(!is_set(NOW, hour, NOW + 3_600_000));
        assert!(!is_set(NOW, hour, NOW), "corrected by an hour");
        assert!(is_set(0, hour, NOW));
        assert!(is_set(NOW, hour, 0));
        assert!(is_set(NOW, 60 * hour, NOW));
        assert!(!Clock::new(0).was_set());
        assert!(Clock::set_since().was_set());
    }
}
