//! Far from plausible: anything in any order keeps the promises.

use crate::promises::promises_hold;
use crate::{tick, us};
use proptest::prelude::*;
use ttft::timeline::{BusyRuns, Observation, ReadLog, Shown, settle};

/// Far from plausible: anything in any order.
fn anything() -> impl Strategy<Value = Observation> {
    let moment = || prop_oneof![-2_000i64..2_000_000, -50i64..50, 100_000i64..100_300];
    let mark = move || prop::option::of(moment().prop_map(us));
    let step = prop::sample::select(vec![0i64, 5, 20, 100, 1_000, 16_667, 100_000]);
    let chunk = move || prop::option::of((moment(), 0i64..300_000, prop::option::of(moment())));
    (
        (
            step,
            mark(),
            mark(),
            mark(),
            mark(),
            any::<bool>(),
            mark(),
            mark(),
        ),
        (
            chunk(),
            chunk(),
            mark(),
            mark(),
            mark(),
            mark(),
            mark(),
            mark(),
            mark(),
        ),
        prop::option::of([-8_000i64..3_000, -3_000i64..8_000]),
        prop::collection::vec((moment(), 0i64..600_000), 0..80),
        prop::collection::vec(0i64..200_000, 0..80),
        prop::collection::vec((moment(), moment()), 0..8),
        prop::collection::vec(moment(), 0..6),
        (
            any::<bool>(),
            mark(),
            mark(),
            mark(),
            any::<bool>(),
            0u8..4,
            mark(),
            any::<bool>(),
        ),
    )
        .prop_map(
            |(network, own, error, tasks, ticks, stamps, hidden, rest)| {
                let mut seen = Observation::new(us(network.0));
                seen.turn_start = network.1;
                seen.network.request_sent = network.2;
                seen.network.headers = network.3;
                seen.network.response_end = network.4;
                seen.network.begun = rest.6;
                seen.rejected = network.5;
                seen.promise = network.6;
                seen.resolves_with_headers = rest.7;
                seen.first_byte = network.7;
                let mut log = ReadLog::new(seen.step);
                let mut read = |(resolved, waited, _): (i64, i64, Option<i64>)| {
                    log.read(us(resolved - waited), us(resolved))
                };
                let first = own.0.map(|chunk| (read(chunk), chunk.2.map(us)));
                let answer = own.1.map(|chunk| (read(chunk), chunk.2.map(us)));
                if rest.5 == 0 {
                    // Both in one chunk.
                    if let Some((window, stamp)) = answer {
                        seen.token_read(window, stamp);
                    }
                } else if let Some((window, stamp)) = first {
                    seen.token_read(window, stamp);
                }
                if let Some((window, stamp)) = answer {
                    seen.answer_read(window, stamp);
                }
                seen.reasoned = rest.5 > 1;
                seen.last_token = own.2;
                seen.end = own.3;
                seen.first_event = own.4;
                seen.answer = Shown {
                    commit: own.5,
                    paint: own.6,
                };
                seen.text = Shown {
                    commit: own.7,
                    paint: own.8,
                };
                seen.paint_error = error.map(|error| error.map(us));
                if rest.0 {
                    seen.busy = BusyRuns::from_entries();
                    for (start, length) in tasks {
                        seen.busy.long_task(us(start), us(start + length));
                    }
                }
                if rest.4 {
                    let sum = |at: &mut i64, gap| {
                        *at += gap;
                        Some(us(*at))
                    };
                    tick(&mut seen.busy, [0].into_iter().chain(ticks).scan(0, sum));
                }
                for (dur, read) in stamps {
                    seen.stamps.stamp(us(dur), us(read));
                }
                for pair in hidden.chunks(2) {
                    seen.hidden.hide(us(pair[0]));
                    if let Some(&to) = pair.get(1) {
                        seen.hidden.show(us(to));
                    }
                }
                seen.slept = rest.5 == 1;
                seen.upload = (rest.5 == 2).then_some(1 << 20);
                seen.server.headers_ms = rest.1;
                seen.server.first_token_ms = rest.2;
                seen.server.queue_ms = rest.3;
                seen
            },
        )
}

proptest! {
    // More by PROPTEST_CASES.
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(500),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn promises_hold_for_any_observation(seen in anything()) {
        promises_hold(&settle(&seen));
    }

    #[test]
    fn busy_runs_are_the_union_of_what_was_fed(
        tasks in prop::collection::vec((0i64..2_000, 1i64..120), 0..60),
        moment in 0i64..2_200,
    ) {
        let mut busy = BusyRuns::from_entries();
        for &(start, length) in &tasks {
            busy.long_task(us(start * 1000), us((start + length) * 1000));
        }
        // Naively: join what is close, then take the last that reaches.
        let mut sorted = tasks.clone();
        sorted.sort_unstable();
        let mut runs: Vec<(i64, i64)> = vec![];
        for (start, length) in sorted {
            match runs.last_mut() {
                Some((_, end)) if start <= *end + 6 => *end = (*end).max(start + length),
                _ => runs.push((start, start + length)),
            }
        }
        let run = runs
            .into_iter()
            .rfind(|&(start, end)| start <= moment && moment <= end + 10);
        let got = busy.at(us(moment * 1000));
        prop_assert_eq!(got.map(|run| (run.start.as_micros() / 1000, run.end.as_micros() / 1000)), run);
    }
}
