//! Quantiles of spans of time, in bounded memory.

use crate::millis::Millis;
use crate::record::Spread;

/// Buckets per octave, as a power of two: 32 are 3.1 % wide, so a bucket's
/// middle is off by 1.6 % at most.
const FINENESS: u32 = 5;

/// The finest step, 2^6 = 64 µs: less than the step of any clock that is not
/// cross-origin isolated, and invisible to a person.
const UNIT: u32 = 6;

/// 2^26 units are 71 minutes; what is longer counts as that.
const MOST_BITS: u32 = 26;

/// A histogram with logarithmic buckets: at most 704 of them, allocated as far
/// as the largest span needs (300 ms take 300 counters).
///
/// The maximum is exact. Median and 95th percentile are by nearest rank, off
/// by at most 1.6 % or 32 µs, and rounded to 0.1 ms.
#[derive(Clone, Debug, Default)]
pub struct Quantiles {
    counts: Vec<u32>,
    count: u32,
    max: Millis,
}

impl Quantiles {
    /// Takes a span; less than nothing counts as nothing.
    pub fn add(&mut self, span: Millis) {
        let span = span.max(Millis::ZERO);
        let bucket = bucket(span);
        if self.counts.len() <= bucket {
            self.counts.resize(bucket + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(bucket) {
            *count = count.saturating_add(1);
            self.count = self.count.saturating_add(1);
        }
        self.max = self.max.max(span);
    }

    /// Median, 95th percentile and maximum; absent if nothing was taken.
    #[must_use]
    pub fn spread(&self) -> Option<Spread> {
        (self.count > 0).then(|| Spread {
            p50: self.at_percent(50),
            p95: self.at_percent(95),
            max: self.max,
        })
    }

    fn at_percent(&self, percent: u64) -> Millis {
        let rank = (u64::from(self.count) * percent).div_ceil(100);
        let mut seen = 0;
        for (bucket, &count) in self.counts.iter().enumerate() {
            seen += u64::from(count);
            if seen >= rank {
                let tenth = Millis::from_micros(100);
                return middle(bucket).round_to(tenth).min(self.max);
            }
        }
        self.max
    }
}

/// Below 2^FINENESS a bucket is one unit; above, the leading bits of the value
/// choose it.
fn bucket(span: Millis) -> usize {
    let value = (span.as_micros() as u64 >> UNIT).min((1 << MOST_BITS) - 1) as u32;
    let shift = (u32::BITS - value.leading_zeros()).saturating_sub(FINENESS + 1);
    ((shift << FINENESS) + (value >> shift)) as usize
}

fn middle(bucket: usize) -> Millis {
    let bucket = bucket as u32;
    let shift = (bucket >> FINENESS).saturating_sub(1);
    let value = bucket - (shift << FINENESS);
    let twice = ((2 * u64::from(value) + 1) << shift) << UNIT;
    Millis::from_micros((twice / 2) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn of_nothing_is_absent() {
        assert_eq!(Quantiles::default().spread(), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut quantiles = Quantiles::default();
        quantiles.add(Millis::from_micros(i64::MAX));
        quantiles.add(Millis::from_micros(-5));
        assert_eq!(quantiles.counts.len(), 704);
        assert_eq!(quantiles.count, 2);
        assert_eq!(quantiles.spread().expect("two").p50, Millis::ZERO);
    }

    proptest! {
        #[test]
        fn agree_with_a_sorted_list(spans in prop::collection::vec(0i64..4_000_000, 1..400)) {
            let mut quantiles = Quantiles::default();
            for &span in &spans {
                quantiles.add(Millis::from_micros(span));
            }
            let mut sorted = spans;
            sorted.sort_unstable();
            let exact = |percent: usize| sorted[(sorted.len() * percent).div_ceil(100) - 1];
            let spread = quantiles.spread().expect("at least one");
            prop_assert_eq!(spread.max.as_micros(), sorted[sorted.len() - 1]);
            prop_assert!(spread.p50 <= spread.p95 && spread.p95 <= spread.max);
            for (got, percent) in [(spread.p50, 50), (spread.p95, 95)] {
                let truth = exact(percent);
                let error = (got.as_micros() - truth).abs();
                prop_assert!(error <= truth * 16 / 1000 + 32 + 50, "{error} of {truth}");
            }
        }

        #[test]
        fn the_middle_of_a_bucket_lies_in_it(micros in 0i64..1 << 32) {
            let found = bucket(Millis::from_micros(micros));
            prop_assert_eq!(bucket(middle(found)), found);
        }
    }
}
