//! The timeline as a whole: the sums the record promises, by a naive
//! restatement over random and adversarial observations; the truth inside the
//! interval, in a simulated page; and each rule by example.

mod anything;
mod call;
mod doubt;
mod evidence;
mod marks;
mod promises;
mod segments;
mod simulation;
mod stamps;
mod verdict;

use ttft::millis::Millis;
use ttft::record::Interval;
use ttft::timeline::BusyRuns;

const STEP: Millis = Millis::from_micros(100);

fn us(us: i64) -> Millis {
    Millis::from_micros(us)
}

/// Milliseconds, to the microsecond.
fn ms(ms: f64) -> Millis {
    Millis::from_ms(ms).expect("a time")
}

/// Ticks at these moments; the first is the start.
fn tick(busy: &mut BusyRuns, moments: impl IntoIterator<Item = Millis>) {
    let mut moments = moments.into_iter();
    let mut last = moments.next().expect("a start");
    busy.tick_started(last);
    for at in moments {
        busy.tick_gap(last, at);
        last = at;
    }
}

fn interval(lo: f64, est: f64, hi: f64) -> Interval {
    Interval {
        lo: ms(lo),
        est: ms(est),
        hi: ms(hi),
    }
}
