//! The truth lies inside the interval, in a simulated page.

use crate::promises::promises_hold;
use crate::{STEP, tick, us};
use proptest::prelude::*;
use std::iter::successors;
use std::sync::atomic::{AtomicU32, Ordering};
use ttft::millis::Millis;
use ttft::record::{DeliverCause, Flag, NetworkMissing, Verdict};
use ttft::timeline::{BusyRuns, Observation, ReadLog, Shown, settle};

/// A page simulated exactly: what arrived when, what ran when.
#[derive(Clone, Debug)]
struct Simulation {
    headers: i64,
    /// How long before its opening stamp the server let them go.
    early: i64,
    /// Arrivals of chunks, each more than a packet's time after the one before.
    arrivals: Vec<i64>,
    /// Tasks of 50 ms or more, apart by more than 10 ms of idle time.
    tasks: Vec<(i64, i64)>,
    /// What the app does between two reads.
    pauses: Vec<i64>,
    attach: i64,
    /// What a read takes that was asked for late and finds its chunk waiting.
    sluggish: i64,
    /// What a read takes to come after a task that it waited for.
    contended: i64,
    tao: bool,
}

fn simulation() -> impl Strategy<Value = Simulation> {
    (
        2_000i64..200_000,
        prop_oneof![Just(0i64), 0i64..1_000],
        prop::collection::vec(3_000i64..150_000, 2..12),
        prop::collection::vec((12_000i64..200_000, 50_000i64..500_000), 0..6),
        prop::collection::vec(prop_oneof![Just(0i64), Just(0), 2_000i64..150_000], 12),
        prop_oneof![Just(0i64), 2_000i64..300_000],
        prop_oneof![Just(0i64), 500i64..14_000],
        prop_oneof![Just(0i64), 0i64..9_000],
        any::<bool>(),
    )
        .prop_map(
            |(headers, early, gaps, tasks, pauses, attach, sluggish, contended, tao)| {
                let sum = |at: &mut i64, gap: i64| {
                    *at += gap;
                    Some(*at)
                };
                let arrivals = gaps
                    .into_iter()
                    .scan(headers, |at, gap| sum(at, gap))
                    .collect::<Vec<_>>();
                let mut end = 0;
                let tasks = tasks
                    .into_iter()
                    .map(|(idle, length)| {
                        let start = end + idle;
                        end = start + length;
                        (start, end)
                    })
                    .collect();
                Simulation {
                    headers,
                    early,
                    arrivals,
                    tasks,
                    pauses,
                    attach,
                    sluggish,
                    contended,
                    tao,
                }
            },
        )
}

impl Simulation {
    /// The first moment from `at` on at which JavaScript can run.
    fn free(&self, at: i64) -> i64 {
        self.tasks
            .iter()
            .find(|&&(start, end)| start <= at && at < end)
            .map_or(at, |&(_, end)| end)
    }

    /// When a read called at one moment has the chunk of another.
    fn resolve(&self, called: i64, asked_late: bool, arrival: i64) -> i64 {
        let ready = called.max(arrival);
        let free = self.free(ready);
        let slow = match (free > ready, asked_late && arrival <= called) {
            (true, _) => self.contended,
            (false, true) => self.sluggish,
            (false, false) => 0,
        };
        // Before the next task: what comes behind that one waited for it too.
        let next = self.tasks.iter().find(|&&(start, _)| start >= free);
        let room = next.map_or(i64::MAX, |&(start, _)| start - free - 1);
        free + slow.min(room)
    }

    /// Reads to the end; the observation, with the answer in chunk `index`.
    fn run(&self, index: usize, stamped: bool, ticks: bool) -> (Observation, i64) {
        let mut seen = Observation::new(STEP);
        if self.tao {
            seen.network.request_sent = Some(us(0));
            seen.network.headers = Some(us(self.headers - self.early));
        } else {
            seen.network.missing = Some(NetworkMissing::Tao);
        }
        if ticks {
            let next = |&at: &i64| (at < 6_000_000).then(|| self.free(at + 25_000));
            tick(&mut seen.busy, successors(Some(0), next).map(us));
        } else {
            seen.busy = BusyRuns::from_entries();
            for &(start, end) in &self.tasks {
                seen.busy.long_task(us(start), us(end));
            }
        }
        let promise = self.free(self.headers - self.early);
        seen.promise = Some(us(promise));
        let mut log = ReadLog::new(STEP);
        let mut at = self.free(promise + self.attach);
        let mut resolved = at;
        let mut asked_late = at - promise > 1_000;
        for (chunk, &arrival) in self.arrivals.iter().enumerate() {
            let called = at;
            resolved = self.resolve(called, asked_late, arrival);
            let window = log.read(us(called), us(resolved));
            let dur = arrival - self.headers;
            if stamped {
                if chunk == 0 {
                    seen.stamps.stamp(us(0), window);
                }
                seen.stamps.stamp(us(dur), window);
            }
            if chunk == index {
                let stamp = stamped.then(|| us(dur));
                seen.token_read(window, stamp);
                seen.answer_read(window, stamp);
                seen.answer.commit = Some(us(resolved + 300));
                seen.answer.paint = Some(us(resolved + 9_000));
            }
            at = self.free(resolved + self.pauses[chunk]);
            asked_late = at - resolved > 1_000;
        }
        seen.end = Some(us(resolved));
        (seen, self.arrivals[index])
    }
}

static MISSED: AtomicU32 = AtomicU32::new(0);
const CASES_PER_MISS: u32 = 1000;

fn cases() -> u32 {
    ProptestConfig::default().cases.max(500)
}

proptest! {
    // More by PROPTEST_CASES.
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_true_arrival_lies_in_the_interval(
        page in simulation(),
        index in 0usize..2,
        stamped in any::<bool>(),
        ticks in any::<bool>(),
    ) {
        let (seen, truth) = page.run(index, stamped, ticks);
        let settled = settle(&seen);
        promises_hold(&settled);
        let backend = settled.segments.backend.expect("an answer");
        let is_inside = backend.lo <= us(truth) + STEP && us(truth) - STEP <= backend.hi;
        // Tied by the reads alone, clocks are off where all reads were late and
        // nothing tells of it: once in some thousand of these pages.
        let is_exact = !stamped || page.tao;
        let missed = MISSED.fetch_add(u32::from(!is_inside), Ordering::Relaxed);
        prop_assert!(
            is_inside || !is_exact && missed <= CASES_PER_MISS.max(cases()) / CASES_PER_MISS,
            "{truth} in {backend:?}, {:?}", settled.arrival
        );
        // The main thread and the app are simulated exactly, so what the page
        // is blamed for at least is what it did at most.
        let arrival = settled.arrival.expect("an answer");
        let read = settled.marks.first_answer_token.expect("an answer");
        if read - us(truth) <= STEP {
            prop_assert_eq!(settled.segments.deliver.expect("a read").lo, Millis::ZERO);
        }
        if let Some(cause) = arrival.deliver_cause {
            let busy = page.tasks.iter().any(|&(start, end)| {
                us(start) < read + us(40_000) && us(end + 40_000) > backend.lo
            });
            prop_assert!(busy || cause == DeliverCause::NotReading);
        }
        if stamped && page.tao {
            // A read that is late by less than what tells it from the headers
            // moves the estimate by half of that.
            let error = backend.est - us(truth);
            prop_assert!(
                error >= Millis::ZERO - us(page.early) - STEP && error <= us(1_500) + STEP,
                "{truth} but {backend:?}"
            );
            prop_assert!(!settled.flags.contains(&Flag::Held));
        }
    }

    #[test]
    fn a_held_body_is_never_blamed_on_an_idle_page(
        headers in 1_000i64..200_000,
        written in 1_000i64..300_000,
        held in 60_000i64..3_000_000,
        ticks in any::<bool>(),
    ) {
        let mut seen = Observation::new(STEP);
        seen.network.request_sent = Some(us(500));
        seen.network.headers = Some(us(headers));
        seen.promise = Some(us(headers + 300));
        let came = headers + written + held;
        if ticks {
            let moments = (0..came + 100_000).step_by(25_000);
            tick(&mut seen.busy, moments.map(us));
        } else {
            seen.busy = BusyRuns::from_entries();
        }
        let mut log = ReadLog::new(STEP);
        let opening = log.read(us(headers + 400), us(came));
        let token = log.read(us(came + 100), us(came + 300));
        prop_assert!(token.found_waiting);
        seen.stamps.stamp(us(0), opening);
        seen.stamps.stamp(us(written), token);
        seen.token_read(token, Some(us(written)));
        seen.answer_read(token, Some(us(written)));
        seen.answer = Shown { commit: Some(us(came + 1_000)), paint: Some(us(came + 10_000)) };
        let settled = settle(&seen);
        promises_hold(&settled);
        prop_assert_eq!(settled.segments.deliver.expect("a read").est, Millis::ZERO);
        prop_assert_eq!(settled.flags, vec![Flag::Held]);
        prop_assert_ne!(settled.verdict, Some(Verdict::Page));
    }
}
