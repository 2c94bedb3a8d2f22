//! The timeline as a whole: the sums the record promises, by a naive
//! restatement over random and adversarial observations; the truth inside the
//! interval, in a simulated page; and each rule by example.

use proptest::prelude::*;
use ttft::millis::Millis;
use ttft::record::{
    Anchor, ArrivalMethod, DeliverCause, Flag, Interval, Marks, NetworkMissing, Segments, Shares,
    Verdict,
};
use ttft::timeline::{BusyRuns, Observation, ReadLog, ReadWindow, Settled, Shown, settle};

const STEP: Millis = Millis::from_micros(100);

fn us(us: i64) -> Millis {
    Millis::from_micros(us)
}

/// Milliseconds, to the microsecond.
fn ms(ms: f64) -> Millis {
    Millis::from_ms(ms).expect("a time")
}

fn interval(lo: f64, est: f64, hi: f64) -> Interval {
    Interval {
        lo: ms(lo),
        est: ms(est),
        hi: ms(hi),
    }
}

// The promises, restated without regard to how they are kept.

fn sound(what: &str, interval: Option<Interval>) {
    if let Some(Interval { lo, est, hi }) = interval {
        assert!(
            Millis::ZERO <= lo && lo <= est && est <= hi,
            "{what}: {lo:?} {est:?} {hi:?}"
        );
    }
}

fn promises_hold(settled: &Settled) {
    let Settled {
        marks,
        segments,
        shares,
        ..
    } = settled;
    let all = [
        ("backend", segments.backend),
        ("frontend", segments.frontend),
        ("generate", segments.generate),
        ("reason", segments.reason),
        ("deliver", segments.deliver),
        ("render", segments.render),
    ];
    for (what, interval) in all {
        sound(what, interval);
    }
    for exact in [segments.connect, segments.wait, segments.app]
        .into_iter()
        .flatten()
    {
        assert!(exact >= Millis::ZERO);
    }

    // Marks in order.
    let order = [
        marks.request_sent,
        marks.headers,
        marks.first_byte,
        marks.first_event,
        marks.first_token,
        marks.first_answer_token,
        marks.first_answer_commit,
        marks.first_answer_paint,
    ];
    let present: Vec<_> = order.into_iter().flatten().collect();
    assert!(present.is_sorted(), "{marks:?}");
    assert!(present.iter().all(|&mark| mark >= Millis::ZERO));
    let own: Vec<_> = [
        marks.first_token,
        marks.first_answer_token,
        marks.last_token,
        marks.end,
    ]
    .into_iter()
    .flatten()
    .collect();
    assert!(own.is_sorted(), "{marks:?}");
    assert!(marks.turn_start.is_none_or(|at| at <= Millis::ZERO));

    // Both ends of the page's part exist, or neither.
    assert_eq!(
        segments.backend.is_some(),
        marks.first_answer_token.is_some()
    );
    assert_eq!(
        settled.arrival.is_some(),
        marks.first_answer_token.is_some()
    );
    assert_eq!(
        segments.frontend.is_some(),
        marks.first_answer_paint.is_some()
    );
    assert_eq!(shares.is_some(), marks.first_answer_paint.is_some());
    if let (Some(paint), Some(backend), Some(frontend)) = (
        marks.first_answer_paint,
        segments.backend,
        segments.frontend,
    ) {
        assert_eq!(backend.est + frontend.est, paint);
        let (Some(deliver), Some(app), Some(render)) =
            (segments.deliver, segments.app, segments.render)
        else {
            panic!("a part of {frontend:?} is missing: {segments:?}");
        };
        assert_eq!(deliver.est + app + render.est, frontend.est);
    }

    backend_parts(segments, marks);
    if let (Some(shares), Some(paint)) = (shares, marks.first_answer_paint) {
        let Shares {
            page,
            network,
            server,
        } = *shares;
        for (what, share) in [("page", page), ("network", network), ("server", server)] {
            sound(what, Some(share));
        }
        assert_eq!(page.est + network.est + server.est, paint);
        assert_eq!(Some(page), segments.frontend);
    }
    match settled.verdict {
        None => {
            assert!(shares.is_none() || settled.flags.contains(&Flag::Slept));
        }
        Some(verdict) => {
            let Shares {
                page,
                network,
                server,
            } = shares.expect("shares behind a verdict");
            assert!(!settled.flags.contains(&Flag::Hidden));
            let (winner, others) = match verdict {
                Verdict::Page => (page, [network, server]),
                Verdict::Network => (network, [page, server]),
                Verdict::Server => (server, [page, network]),
                Verdict::Unclear => return,
            };
            assert!(others.iter().all(|other| winner.lo >= other.hi));
        }
    }
}

/// Laid end to end from the marks they start at, the parts of `backend` must
/// not overlap, and fill it where none is missing.
fn backend_parts(segments: &Segments, marks: &Marks) {
    let Some(backend) = segments.backend else {
        assert_eq!(segments.reason, None);
        return;
    };
    let reason = segments.reason.map_or(Millis::ZERO, |it| it.est);
    let mut sum = reason;
    let mut whole = true;
    for part in [
        segments.connect,
        segments.wait,
        segments.generate.map(|it| it.est),
    ] {
        whole &= part.is_some();
        sum = sum + part.unwrap_or_default();
    }
    assert!(sum <= backend.est, "{segments:?}");
    if whole {
        assert_eq!(sum, backend.est, "{segments:?}");
    }
    assert_eq!(
        segments.wait.is_some(),
        marks.request_sent.is_some() && marks.headers.is_some()
    );
    assert_eq!(segments.generate.is_some(), marks.headers.is_some());
}

// Observations.

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
        (any::<bool>(), mark(), mark(), mark(), any::<bool>(), 0u8..4),
    )
        .prop_map(
            |(network, own, error, tasks, ticks, stamps, hidden, rest)| {
                let mut seen = Observation::new(us(network.0));
                seen.turn_start = network.1;
                seen.network.request_sent = network.2;
                seen.network.headers = network.3;
                seen.network.response_end = network.4;
                seen.rejected = network.5;
                seen.promise = network.6;
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
                } else if rest.4 {
                    let mut at = 0;
                    seen.busy.tick_started(us(at));
                    for gap in ticks {
                        at += gap;
                        seen.busy.tick(us(at));
                    }
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

/// A page simulated exactly: what arrived when, what ran when.
#[derive(Clone, Debug)]
struct Simulation {
    headers: i64,
    /// Arrivals of chunks, each more than a packet's time after the one before.
    arrivals: Vec<i64>,
    /// Tasks of 50 ms or more, apart by more than 10 ms of idle time.
    tasks: Vec<(i64, i64)>,
    /// What the app does between two reads.
    pauses: Vec<i64>,
    attach: i64,
    tao: bool,
}

fn simulation() -> impl Strategy<Value = Simulation> {
    (
        1_000i64..200_000,
        prop::collection::vec(3_000i64..150_000, 2..12),
        prop::collection::vec((12_000i64..200_000, 50_000i64..500_000), 0..6),
        prop::collection::vec(prop_oneof![Just(0i64), Just(0), 2_000i64..150_000], 12),
        prop_oneof![Just(0i64), 2_000i64..300_000],
        any::<bool>(),
    )
        .prop_map(|(headers, gaps, tasks, pauses, attach, tao)| {
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
                arrivals,
                tasks,
                pauses,
                attach,
                tao,
            }
        })
}

impl Simulation {
    /// The first moment from `at` on at which JavaScript can run.
    fn free(&self, at: i64) -> i64 {
        self.tasks
            .iter()
            .find(|&&(start, end)| start <= at && at < end)
            .map_or(at, |&(_, end)| end)
    }

    /// Reads to the end; the observation, with the answer in chunk `index`.
    fn run(&self, index: usize, stamped: bool, ticks: bool) -> (Observation, i64) {
        let mut seen = Observation::new(STEP);
        if self.tao {
            seen.network.request_sent = Some(us(0));
            seen.network.headers = Some(us(self.headers));
        } else {
            seen.network.missing = Some(NetworkMissing::Tao);
        }
        if ticks {
            let mut at = 0;
            seen.busy.tick_started(us(0));
            while at < 6_000_000 {
                at = self.free(at + 25_000);
                seen.busy.tick(us(at));
            }
        } else {
            seen.busy = BusyRuns::from_entries();
            for &(start, end) in &self.tasks {
                seen.busy.long_task(us(start), us(end));
            }
        }
        let promise = self.free(self.headers);
        seen.promise = Some(us(promise));
        let mut log = ReadLog::new(STEP);
        let mut at = self.free(promise + self.attach);
        let mut resolved = at;
        for (chunk, &arrival) in self.arrivals.iter().enumerate() {
            let called = at;
            resolved = self.free(called.max(arrival));
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
        }
        seen.end = Some(us(resolved));
        (seen, self.arrivals[index])
    }
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
        prop_assert!(
            backend.lo <= us(truth) + STEP && us(truth) - STEP <= backend.hi,
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
            // To the rounding of the headers.
            let error = backend.est.max(us(truth)) - backend.est.min(us(truth));
            prop_assert!(error <= STEP, "{truth} but {backend:?}");
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
            seen.busy.tick_started(us(0));
            for at in (25_000..came + 100_000).step_by(25_000) {
                seen.busy.tick(us(at));
            }
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

    #[test]
    fn busy_runs_are_the_union_of_what_was_fed(
        tasks in prop::collection::vec((0i64..2_000, 1i64..120), 0..60),
        moment in 0i64..2_200,
    ) {
        let mut busy = BusyRuns::from_entries();
        for &(start, length) in &tasks {
            busy.long_task(us(start * 1000), us((start + length) * 1000));
        }
        // Naively: grow from the moment until nothing more touches.
        let mut run: Option<(i64, i64)> = None;
        loop {
            let before = run;
            for &(start, length) in &tasks {
                let end = start + length;
                run = match run {
                    None if start <= moment && moment <= end + 6 => Some((start, end)),
                    Some((from, to)) if start <= to + 6 && end + 6 >= from => {
                        Some((from.min(start), to.max(end)))
                    }
                    other => other,
                };
            }
            if run == before {
                break;
            }
        }
        let got = busy.at(us(moment * 1000));
        prop_assert_eq!(got.map(|run| (run.start.as_micros() / 1000, run.end.as_micros() / 1000)), run);
    }
}

// The rules, by example.

/// One chunk, answer and first token in it, on a page of our own origin.
struct Call {
    seen: Observation,
    log: ReadLog,
}

impl Call {
    fn new() -> Self {
        let mut seen = Observation::new(STEP);
        seen.busy = BusyRuns::from_entries();
        seen.network.request_sent = Some(ms(1.2));
        seen.network.headers = Some(ms(85.0));
        seen.promise = Some(ms(85.4));
        Self {
            seen,
            log: ReadLog::new(STEP),
        }
    }

    fn without_tao(mut self) -> Self {
        self.seen.network.request_sent = None;
        self.seen.network.headers = None;
        self.seen.network.missing = Some(NetworkMissing::Tao);
        self
    }

    fn read(&mut self, called: f64, resolved: f64) -> ReadWindow {
        self.log.read(ms(called), ms(resolved))
    }

    fn answer(mut self, called: f64, resolved: f64, stamp: Option<f64>) -> Self {
        let window = self.read(called, resolved);
        if let Some(dur) = stamp {
            self.seen.stamps.stamp(ms(dur), window);
        }
        self.seen.token_read(window, stamp.map(ms));
        self.seen.answer_read(window, stamp.map(ms));
        self
    }

    fn shown(mut self, commit: f64, paint: f64) -> Self {
        self.seen.answer = Shown {
            commit: Some(ms(commit)),
            paint: Some(ms(paint)),
        };
        self
    }

    fn settle(&self) -> Settled {
        let settled = settle(&self.seen);
        promises_hold(&settled);
        settled
    }
}

/// Chromium h1 of the block test: 500 ms from 40 ms on, headers at 85, body at
/// 185; one read for four writes, 357 ms late.
fn blocked() -> Call {
    let mut call = Call::new();
    call.seen.busy.long_task(ms(40.0), ms(540.0));
    call.seen.promise = Some(ms(541.8));
    call
}

#[test]
fn the_record_of_the_documentation_adds_up() {
    let mut call = Call::new();
    let window = call.read(105.0, 391.8);
    let seen = &mut call.seen;
    seen.network.headers = Some(ms(104.0));
    seen.promise = Some(ms(104.4));
    seen.busy.long_task(ms(330.0), ms(391.0));
    seen.stamps.stamp(ms(0.0), ms(104.6));
    seen.first_byte = Some(ms(104.6));
    seen.token_read(window, Some(ms(281.5)));
    seen.answer_read(window, Some(ms(281.5)));
    seen.answer = Shown {
        commit: Some(ms(393.0)),
        paint: Some(ms(402.0)),
    };
    seen.paint_error = Some([ms(-2.0), ms(2.0)]);
    let settled = call.settle();
    let segments = settled.segments;
    assert_eq!(segments.connect, Some(ms(1.2)));
    assert_eq!(segments.wait, Some(ms(102.8)));
    assert_eq!(segments.backend, Some(interval(385.4, 385.5, 386.2)));
    assert_eq!(segments.generate, Some(interval(281.4, 281.5, 282.2)));
    assert_eq!(segments.reason, None);
    assert_eq!(segments.deliver, Some(interval(5.6, 6.3, 6.4)));
    assert_eq!(segments.app, Some(ms(1.2)));
    assert_eq!(segments.render, Some(interval(7.0, 9.0, 11.0)));
    assert_eq!(segments.frontend, Some(interval(13.8, 16.5, 18.6)));
    let shares = settled.shares.expect("painted");
    assert_eq!(shares.page, interval(13.8, 16.5, 18.6));
    assert_eq!(shares.network, interval(1.2, 52.6, 104.0));
    assert_eq!(shares.server, interval(281.4, 332.9, 385.0));
    assert_eq!(settled.verdict, Some(Verdict::Server));
    assert_eq!(settled.network_missing, None);
}

#[test]
fn without_evidence_the_chunk_arrived_when_it_was_read() {
    let settled = Call::new()
        .answer(86.0, 300.0, None)
        .shown(301.0, 310.0)
        .settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::Read);
    assert_eq!(arrival.deliver_cause, None);
    assert_eq!(
        settled.segments.backend,
        Some(interval(250.0, 300.0, 300.0))
    );
    assert_eq!(settled.segments.deliver, Some(interval(0.0, 0.0, 50.0)));
    assert_eq!(settled.verdict, Some(Verdict::Server));
}

#[test]
fn the_blind_spot_ends_at_the_headers() {
    let settled = Call::new().answer(86.0, 100.0, None).settle();
    assert_eq!(settled.segments.backend, Some(interval(85.0, 100.0, 100.0)));
}

#[test]
fn where_nobody_watched_the_blind_spot_reaches_back_to_the_headers() {
    let mut call = Call::new();
    call.seen.busy = BusyRuns::default();
    let unwatched = call.answer(86.0, 900.0, None).settle();
    assert_eq!(
        unwatched.segments.backend,
        Some(interval(85.0, 900.0, 900.0))
    );
    let mut call = Call::new();
    call.seen.busy = BusyRuns::default();
    call.seen.busy.tick_started(ms(870.0));
    call.seen.busy.tick(ms(895.0));
    let too_late = call.answer(86.0, 900.0, None).settle();
    assert_eq!(
        too_late.segments.backend,
        Some(interval(85.0, 900.0, 900.0))
    );
}

#[test]
fn a_read_behind_a_long_task_may_have_waited_for_all_of_it() {
    let settled = blocked()
        .answer(542.0, 542.3, None)
        .shown(543.0, 552.0)
        .settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::LongTask);
    assert_eq!(arrival.deliver_cause, Some(DeliverCause::Busy));
    // Not before the headers.
    assert_eq!(
        settled.segments.backend,
        Some(interval(85.0, 313.65, 542.3))
    );
    assert_eq!(settled.segments.deliver, Some(interval(0.0, 228.65, 457.3)));
    assert_eq!(settled.verdict, Some(Verdict::Unclear));
}

#[test]
fn a_stamp_makes_the_read_behind_a_long_task_exact() {
    for tao in [true, false] {
        let call = blocked();
        let mut call = if tao { call } else { call.without_tao() };
        call.seen.stamps.stamp(ms(0.0), ms(542.3));
        let mut call = call.answer(542.0, 542.3, Some(100.0)).shown(543.0, 552.0);
        // Later events are read when the block is over.
        call.seen.stamps.stamp(ms(300.0), ms(542.3));
        call.seen.stamps.stamp(ms(600.0), ms(685.5));
        let settled = call.settle();
        let arrival = settled.arrival.expect("an answer");
        assert_eq!(arrival.method, ArrivalMethod::ServerClock);
        assert_eq!(arrival.deliver_cause, Some(DeliverCause::Busy));
        let backend = settled.segments.backend.expect("an answer");
        if tao {
            assert_eq!(arrival.anchor, Some(Anchor::Headers));
            assert_eq!(backend, interval(184.9, 185.0, 185.6));
        } else {
            assert_eq!(arrival.anchor, Some(Anchor::MinRead));
            assert_eq!(backend, interval(184.0, 185.5, 187.0));
        }
        let deliver = settled.segments.deliver.expect("a read");
        assert!(
            deliver.lo > ms(355.0) && deliver.hi < ms(358.5),
            "{deliver:?}"
        );
        assert_eq!(settled.verdict, Some(Verdict::Page));
    }
}

#[test]
fn a_stamp_on_an_idle_page_is_believed_within_the_blind_spot() {
    let mut call = Call::new();
    call.seen.stamps.stamp(ms(0.0), ms(86.0));
    let settled = call.answer(87.0, 202.0, Some(115.0)).settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::ServerClock);
    assert_eq!(arrival.deliver_cause, None);
    assert_eq!(
        settled.segments.backend,
        Some(interval(199.9, 200.0, 202.0))
    );
}

#[test]
fn a_proxy_that_holds_the_body_is_not_blamed_on_the_page() {
    let mut call = Call::new();
    call.seen.stamps.stamp(ms(0.0), ms(1_602.0));
    let settled = call
        .answer(86.0, 1_602.0, Some(15.0))
        .shown(1_603.0, 1_612.0)
        .settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::Read);
    assert_eq!(arrival.deliver_cause, None);
    assert_eq!(settled.flags, [Flag::Held]);
    assert_eq!(
        settled.segments.generate,
        Some(interval(1_467.0, 1_517.0, 1_517.0))
    );
    assert_eq!(settled.verdict, Some(Verdict::Server));
}

#[test]
fn a_held_chunk_behind_a_long_task_waited_for_the_task_only() {
    let mut call = Call::new();
    call.seen.busy.long_task(ms(1_500.0), ms(1_700.0));
    call.seen.stamps.stamp(ms(0.0), ms(1_701.0));
    let settled = call.answer(86.0, 1_701.0, Some(15.0)).settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::LongTask);
    assert_eq!(arrival.deliver_cause, Some(DeliverCause::Busy));
    assert_eq!(
        settled.segments.backend,
        Some(interval(1_500.0, 1_600.5, 1_701.0))
    );
    assert_eq!(settled.flags, [Flag::Held]);
}

#[test]
fn a_stamp_in_an_unwatched_page_blames_nobody() {
    let mut call = Call::new();
    call.seen.busy = BusyRuns::default();
    call.seen.stamps.stamp(ms(0.0), ms(1_602.0));
    let settled = call.answer(86.0, 1_602.0, Some(15.0)).settle();
    assert_eq!(
        settled.segments.backend,
        Some(interval(85.0, 1_602.0, 1_602.0))
    );
    assert_eq!(settled.flags, []);
}

#[test]
fn a_reader_attached_late_is_the_app_not_reading() {
    // On an idle page, 200 ms after the headers; the chunk came 145 ms before.
    let settled = Call::new().answer(285.4, 285.6, None).settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::NotReading);
    assert_eq!(arrival.deliver_cause, Some(DeliverCause::NotReading));
    assert_eq!(settled.segments.backend, Some(interval(85.4, 185.5, 285.6)));

    let mut call = Call::new();
    call.seen.stamps.stamp(ms(0.0), ms(285.6));
    let mut call = call.answer(285.4, 285.6, Some(55.0));
    call.seen.stamps.stamp(ms(600.0), ms(685.3));
    let stamped = call.settle();
    let arrival = stamped.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::ServerClock);
    assert_eq!(arrival.deliver_cause, Some(DeliverCause::NotReading));
    assert_eq!(stamped.segments.deliver.expect("a read").est, ms(145.6));
}

#[test]
fn a_token_written_with_the_headers_lies_at_the_start_of_the_window() {
    // The promise resolved a few milliseconds after both had come.
    let mut call = Call::new();
    call.seen.promise = Some(ms(88.0));
    call.seen.stamps.stamp(ms(0.0), ms(288.3));
    let settled = call.answer(288.0, 288.3, Some(0.3)).settle();
    assert_eq!(settled.segments.backend.expect("an answer").est, ms(85.3));
    assert_eq!(
        settled.arrival.expect("an answer").method,
        ArrivalMethod::ServerClock
    );
}

#[test]
fn a_pause_between_reads_starts_at_the_last_read_that_waited() {
    let mut call = Call::new();
    call.read(86.0, 150.0);
    call.read(250.0, 250.2);
    let settled = call.answer(350.0, 350.2, None).settle();
    assert_eq!(
        settled.segments.backend,
        Some(interval(150.0, 250.1, 350.2))
    );
    assert_eq!(
        settled.arrival.expect("an answer").deliver_cause,
        Some(DeliverCause::NotReading)
    );
}

#[test]
fn a_read_that_resolved_behind_a_task_had_itself_been_waiting() {
    let mut call = Call::new();
    call.seen.busy.long_task(ms(100.0), ms(400.0));
    call.read(86.0, 402.0);
    // The page is idle since 400, so only the app kept this one.
    let settled = call.answer(500.0, 500.2, None).settle();
    assert_eq!(
        settled.segments.backend,
        Some(interval(100.0, 300.1, 500.2))
    );
    assert_eq!(
        settled.arrival.expect("an answer").deliver_cause,
        Some(DeliverCause::NotReading)
    );
}

#[test]
fn a_busy_thread_cannot_ask() {
    // Both kinds of evidence: the earlier start, and `busy`.
    let mut call = Call::new();
    call.read(86.0, 150.0);
    call.seen.busy.long_task(ms(300.0), ms(400.0));
    let settled = call.answer(402.0, 402.1, None).settle();
    assert_eq!(
        settled.segments.backend,
        Some(interval(150.0, 276.05, 402.1))
    );
    assert_eq!(
        settled.arrival.expect("an answer").deliver_cause,
        Some(DeliverCause::Busy)
    );
}

#[test]
fn reading_at_once_is_not_reading_late() {
    // Firefox: the promise resolves with the first body bytes.
    let mut call = Call::new();
    call.seen.promise = Some(ms(385.0));
    let settled = call.answer(385.2, 385.4, None).settle();
    assert_eq!(
        settled.arrival.expect("an answer").method,
        ArrivalMethod::Read
    );
    assert_eq!(
        settled.segments.backend,
        Some(interval(335.4, 385.4, 385.4))
    );
}

#[test]
fn the_work_of_the_chunk_handler_does_not_delay_its_own_read() {
    let mut call = Call::new();
    call.seen.busy.long_task(ms(299.8), ms(800.0));
    let settled = call.answer(86.0, 300.0, None).settle();
    assert_eq!(
        settled.arrival.expect("an answer").method,
        ArrivalMethod::Read
    );

    // The tick sees the same work from the tick before on.
    let mut call = Call::new();
    call.seen.busy = BusyRuns::default();
    call.seen.busy.tick_started(ms(0.0));
    for at in (25..=275).step_by(25) {
        call.seen.busy.tick(ms(f64::from(at)));
    }
    call.seen.busy.tick(ms(800.0));
    let settled = call.answer(86.0, 299.0, None).settle();
    assert_eq!(
        settled.arrival.expect("an answer").method,
        ArrivalMethod::Read
    );
    assert_eq!(
        settled.segments.backend,
        Some(interval(249.0, 299.0, 299.0))
    );
}

#[test]
fn a_gap_of_the_tick_is_evidence_where_there_are_no_entries() {
    let mut call = Call::new();
    call.seen.busy = BusyRuns::default();
    call.seen.busy.tick_started(ms(0.0));
    for at in (25..=200).step_by(25) {
        call.seen.busy.tick(ms(f64::from(at)));
    }
    call.seen.busy.tick(ms(500.0));
    let settled = call.answer(86.0, 500.4, None).settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::Tick);
    assert_eq!(arrival.deliver_cause, Some(DeliverCause::Busy));
    assert_eq!(
        settled.segments.backend,
        Some(interval(200.0, 350.2, 500.4))
    );
}

#[test]
fn reasoning_before_the_answer_is_a_segment_of_its_own() {
    let mut call = Call::new();
    let first = call.read(86.0, 300.0);
    let answer = call.read(301.0, 2_300.0);
    call.seen.token_read(first, None);
    call.seen.answer_read(answer, None);
    let settled = call.settle();
    assert_eq!(
        settled.segments.generate,
        Some(interval(165.0, 215.0, 215.0))
    );
    assert_eq!(
        settled.segments.reason,
        Some(interval(1_950.0, 2_000.0, 2_050.0))
    );
    assert_eq!(
        settled.segments.backend,
        Some(interval(2_250.0, 2_300.0, 2_300.0))
    );
}

#[test]
fn chunks_arrive_in_turn_and_bound_each_other() {
    // The stamp of the later one bounds the earlier one, ...
    let mut call = Call::new();
    let first = call.read(86.0, 600.0);
    let answer = call.read(600.1, 600.6);
    let seen = &mut call.seen;
    seen.busy.long_task(ms(200.0), ms(598.0));
    seen.stamps.stamp(ms(0.0), ms(86.0));
    seen.token_read(first, None);
    seen.answer_read(answer, Some(ms(150.0)));
    let settled = call.settle();
    // The first one's own middle would be 400.
    assert_eq!(
        settled.segments.backend,
        Some(interval(234.9, 235.0, 236.1))
    );
    assert_eq!(
        settled.segments.generate,
        Some(interval(115.0, 150.0, 151.1))
    );
    assert_eq!(
        settled.segments.reason.expect("two chunks").est,
        Millis::ZERO
    );

    // ... and the other way round.
    let mut call = Call::new();
    let first = call.read(86.0, 600.0);
    let answer = call.read(600.1, 600.6);
    let seen = &mut call.seen;
    seen.busy.long_task(ms(200.0), ms(598.0));
    seen.stamps.stamp(ms(0.0), ms(86.0));
    seen.token_read(first, Some(ms(450.0)));
    seen.answer_read(answer, None);
    let settled = call.settle();
    // The second one's own middle would be 400.3.
    assert_eq!(
        settled.segments.backend,
        Some(interval(534.9, 534.9, 600.6))
    );
    assert_eq!(
        settled.segments.generate,
        Some(interval(449.9, 449.9, 451.1))
    );
}

#[test]
fn an_answer_that_is_only_a_tool_call_has_its_generate() {
    let mut call = Call::new();
    let window = call.read(86.0, 300.0);
    call.seen.token_read(window, None);
    let settled = call.settle();
    assert_eq!(
        settled.segments.generate,
        Some(interval(165.0, 215.0, 215.0))
    );
    assert_eq!(settled.segments.backend, None);
    assert_eq!(settled.arrival, None);
    assert_eq!(settled.verdict, None);
}

#[test]
fn an_answer_that_was_never_painted_keeps_what_was_observed() {
    let settled = Call::new().answer(86.0, 300.0, None).settle();
    let segments = settled.segments;
    assert!(segments.backend.is_some() && segments.generate.is_some());
    assert_eq!(segments.deliver.expect("a read").est, Millis::ZERO);
    assert_eq!([segments.frontend, segments.render], [None, None]);
    assert_eq!(
        [settled.shares.is_some(), settled.verdict.is_some()],
        [false, false]
    );
}

#[test]
fn a_placeholder_before_the_read_is_not_the_answer() {
    let early = Call::new()
        .answer(86.0, 300.0, None)
        .shown(299.8, 310.0)
        .settle();
    assert_eq!(early.marks.first_answer_commit, None);
    assert_eq!(early.marks.first_answer_paint, None);
    let rounding = Call::new()
        .answer(86.0, 300.0, None)
        .shown(299.9, 299.0)
        .settle();
    assert_eq!(rounding.marks.first_answer_commit, Some(ms(300.0)));
    assert_eq!(rounding.marks.first_answer_paint, Some(ms(300.0)));
}

#[test]
fn without_tao_a_stamp_is_still_the_servers_word() {
    let settled = Call::new()
        .without_tao()
        .answer(86.0, 1_000.0, Some(900.0))
        .shown(1_001.0, 1_010.0);
    let settled = settled.settle();
    assert_eq!(settled.network_missing, Some(NetworkMissing::Tao));
    let shares = settled.shares.expect("painted");
    assert_eq!(shares.server.lo, ms(900.0));
    assert_eq!(shares.network, interval(0.0, 50.0, 100.0));
    assert_eq!(settled.verdict, Some(Verdict::Server));
    let silent = Call::new()
        .without_tao()
        .answer(86.0, 1_000.0, None)
        .shown(1_001.0, 1_010.0);
    let silent = silent.settle();
    let shares = silent.shares.expect("painted");
    assert_eq!(shares.server, interval(0.0, 500.0, 1_000.0));
    assert_eq!(shares.network, interval(0.0, 500.0, 1_000.0));
    assert_eq!(silent.verdict, Some(Verdict::Unclear));
}

#[test]
fn the_servers_word_splits_the_wait() {
    let call = |headers_ms: Option<f64>, first_token_ms: Option<f64>| {
        let mut call = Call::new();
        call.seen.network.headers = Some(ms(901.2));
        call.seen.promise = Some(ms(901.4));
        call.seen.server.headers_ms = headers_ms.map(ms);
        call.seen.server.first_token_ms = first_token_ms.map(ms);
        call.answer(902.0, 910.0, None).shown(911.0, 920.0).settle()
    };
    assert_eq!(call(None, None).verdict, Some(Verdict::Unclear));

    let server = call(Some(880.0), None);
    let shares = server.shares.expect("painted");
    assert_eq!(shares.network, interval(21.2, 21.2, 21.2));
    assert_eq!(shares.server, interval(880.0, 888.8, 888.8));
    assert_eq!(server.verdict, Some(Verdict::Server));

    let network = call(Some(20.0), None);
    assert_eq!(network.verdict, Some(Verdict::Network));
    assert_eq!(network.shares.expect("painted").network.est, ms(881.2));

    // Half of what is left open goes to each.
    let first_token = call(None, Some(808.8));
    let shares = first_token.shares.expect("painted");
    assert_eq!(shares.network, interval(1.2, 51.2, 101.2));
    assert_eq!(first_token.verdict, Some(Verdict::Server));

    let absurd = call(Some(5_000.0), Some(9_000.0));
    assert_eq!(
        absurd.shares.expect("painted").network,
        interval(1.2, 1.2, 1.2)
    );
}

#[test]
fn a_large_upload_accuses_no_server_without_its_word() {
    let call = |bytes: u64, said: Option<f64>| {
        let mut call = Call::new();
        call.seen.upload = Some(bytes);
        call.seen.server.headers_ms = said.map(ms);
        call.answer(86.0, 2_000.0, None)
            .shown(2_001.0, 2_010.0)
            .settle()
            .verdict
    };
    assert_eq!(call(256 * 1024, None), Some(Verdict::Server));
    assert_eq!(call(256 * 1024 + 1, None), Some(Verdict::Unclear));
    assert_eq!(call(256 * 1024 + 1, Some(80.0)), Some(Verdict::Server));
}

#[test]
fn a_slow_page_is_named() {
    let settled = Call::new()
        .answer(86.0, 100.0, None)
        .shown(101.0, 600.0)
        .settle();
    assert_eq!(settled.verdict, Some(Verdict::Page));
    let throttled = Call::new()
        .answer(86.0, 100.0, None)
        .shown(550.0, 560.0)
        .settle();
    assert_eq!(throttled.segments.app, Some(ms(450.0)));
    assert_eq!(throttled.verdict, Some(Verdict::Page));
}

#[test]
fn a_slow_connection_is_named() {
    let mut call = Call::new();
    call.seen.network.request_sent = Some(ms(900.0));
    call.seen.network.headers = Some(ms(920.0));
    call.seen.promise = Some(ms(920.3));
    let settled = call.answer(921.0, 950.0, None).shown(951.0, 960.0).settle();
    assert_eq!(settled.verdict, Some(Verdict::Network));
}

#[test]
fn shares_that_all_are_nothing_name_nobody() {
    let mut call = Call::new();
    call.seen.network.request_sent = Some(ms(0.0));
    call.seen.network.headers = Some(ms(0.0));
    call.seen.promise = Some(ms(0.0));
    let settled = call.answer(0.0, 0.0, None).shown(0.0, 0.0).settle();
    assert_eq!(settled.verdict, Some(Verdict::Unclear));
}

#[test]
fn hidden_between_arrival_and_paint_there_are_no_page_marks() {
    let mut call = Call::new().answer(86.0, 300.0, None).shown(301.0, 5_000.0);
    call.seen.hidden.hide(ms(302.0));
    call.seen.hidden.show(ms(4_990.0));
    let settled = call.settle();
    assert_eq!(settled.flags, [Flag::Hidden]);
    let page = [
        settled.marks.first_answer_commit,
        settled.marks.first_answer_paint,
    ];
    assert_eq!(page, [None, None]);
    let segments = settled.segments;
    assert_eq!(
        [segments.frontend, segments.deliver, segments.render],
        [None, None, None]
    );
    assert_eq!(segments.app, None);
    assert_eq!(segments.backend, Some(interval(250.0, 300.0, 300.0)));
    assert!(settled.arrival.is_some() && segments.generate.is_some());
    assert_eq!(settled.verdict, None);
}

#[test]
fn hidden_and_visible_again_at_arrival_the_record_is_whole() {
    let mut call = Call::new()
        .answer(86.0, 3_000.0, None)
        .shown(3_001.0, 3_010.0);
    call.seen.hidden.hide(ms(100.0));
    call.seen.hidden.show(ms(2_900.0));
    call.seen.hidden.hide(ms(3_010.0));
    let settled = call.settle();
    assert_eq!(settled.flags, []);
    assert!(settled.marks.first_answer_paint.is_some());
    assert_eq!(settled.verdict, Some(Verdict::Server));
}

#[test]
fn after_sleep_there_is_no_verdict() {
    let mut call = Call::new().answer(86.0, 300.0, None).shown(301.0, 310.0);
    assert!(call.settle().verdict.is_some());
    call.seen.slept = true;
    let settled = call.settle();
    assert_eq!(settled.verdict, None);
    assert_eq!(settled.flags, [Flag::Slept]);
}

#[test]
fn marks_are_rounded_to_the_clock_once() {
    let mut call = Call::new();
    call.seen.step = ms(1.0);
    call.seen.network.request_sent = Some(ms(1.4));
    call.seen.network.headers = Some(ms(84.6));
    call.seen.turn_start = Some(ms(-3.6));
    let settled = call.answer(86.0, 300.4, None).shown(301.3, 310.6).settle();
    let marks = settled.marks;
    assert_eq!(marks.turn_start, Some(ms(-4.0)));
    assert_eq!(
        [marks.request_sent, marks.headers],
        [Some(ms(1.0)), Some(ms(85.0))]
    );
    assert_eq!(marks.first_answer_token, Some(ms(300.0)));
    assert_eq!(settled.segments.app, Some(ms(1.0)));
    assert_eq!(settled.segments.render.expect("painted").est, ms(10.0));
}

#[test]
fn a_network_mark_out_of_order_by_a_step_is_set_to_its_successor() {
    let mut call = Call::new();
    call.seen.network.headers = Some(ms(85.5));
    let settled = call.answer(86.0, 300.0, None).settle();
    assert_eq!(settled.marks.headers, Some(ms(85.4)));
    assert_eq!(settled.network_missing, None);
}

#[test]
fn a_network_mark_further_out_of_order_is_dropped() {
    let mut call = Call::new();
    call.seen.network.headers = Some(ms(95.0));
    let settled = call.answer(86.0, 300.0, None).shown(301.0, 310.0).settle();
    assert_eq!(settled.marks.headers, None);
    assert_eq!(settled.marks.request_sent, Some(ms(1.2)));
    assert_eq!(settled.network_missing, Some(NetworkMissing::Clock));
    assert_eq!(settled.segments.generate, None);
    assert_eq!(settled.shares.expect("painted").network.lo, ms(1.2));
}

#[test]
fn a_rejected_call_has_no_headers() {
    let mut call = Call::new();
    call.seen.rejected = true;
    call.seen.promise = None;
    call.seen.end = Some(ms(90.0));
    let settled = call.settle();
    assert_eq!(settled.marks.headers, None);
    assert_eq!(settled.marks.end, Some(ms(90.0)));
}

#[test]
fn a_paint_known_to_be_early_widens_upwards_only() {
    let mut call = Call::new().answer(86.0, 300.0, None).shown(301.0, 310.0);
    call.seen.paint_error = Some([ms(2.0), ms(7.0)]);
    let settled = call.settle();
    assert_eq!(settled.segments.render, Some(interval(9.0, 9.0, 16.0)));
    assert_eq!(settled.segments.frontend, Some(interval(10.0, 10.0, 67.0)));
}

#[test]
fn busy_time_counts_to_the_paint_and_only_where_it_was_watched() {
    let mut call = blocked().answer(542.0, 542.3, None).shown(543.0, 552.0);
    call.seen.busy.long_task(ms(600.0), ms(900.0));
    call.seen.end = Some(ms(950.0));
    assert_eq!(call.settle().busy, Some(ms(500.0)));
    call.seen.busy = BusyRuns::default();
    assert_eq!(call.settle().busy, None);
    // The tick starts with the call, not a moment before.
    call.seen.busy.tick_started(ms(0.2));
    call.seen.busy.tick(ms(25.0));
    call.seen.busy.tick(ms(540.0));
    call.seen.busy.tick_stopped(ms(551.0));
    assert_eq!(call.settle().busy, Some(ms(515.0)));
}

#[test]
fn a_coarse_clock_and_a_service_worker_are_flagged() {
    let mut call = Call::new();
    call.seen.step = ms(100.0);
    call.seen.network = ttft::timeline::Network::missing(NetworkMissing::ServiceWorker);
    assert_eq!(
        call.settle().flags,
        [Flag::ServiceWorker, Flag::CoarseClock]
    );
}

#[test]
fn a_read_called_in_the_run_it_resolved_behind_may_have_found_its_chunk() {
    // The app reads after 100 ms, in a task that then goes on for 300 ms.
    let mut call = Call::new();
    call.read(86.0, 150.0);
    call.seen.busy.long_task(ms(250.0), ms(550.0));
    let settled = call.answer(250.5, 550.4, None).settle();
    assert_eq!(
        settled.segments.backend,
        Some(interval(150.0, 350.2, 550.4))
    );
    // Called before, it was pending, and only the task was in the way.
    let mut call = Call::new();
    call.read(86.0, 150.0);
    call.seen.busy.long_task(ms(250.0), ms(550.0));
    let settled = call.answer(249.5, 550.4, None).settle();
    assert_eq!(
        settled.segments.backend,
        Some(interval(250.0, 400.2, 550.4))
    );
}

#[test]
fn a_handlers_own_work_does_not_make_its_read_one_that_waited_for_the_thread() {
    // As the tick sees it: the run begins at the tick before the read.
    let mut call = Call::new();
    call.seen.busy = BusyRuns::default();
    call.seen.busy.tick_started(ms(0.0));
    for at in (25..=125).step_by(25) {
        call.seen.busy.tick(ms(f64::from(at)));
    }
    call.seen.busy.tick(ms(450.0));
    call.seen.busy.tick(ms(475.0));
    call.read(86.0, 149.0);
    let settled = call.answer(500.0, 500.2, None).settle();
    assert_eq!(
        settled.segments.backend,
        Some(interval(149.0, 324.6, 500.2))
    );
}

#[test]
fn a_stamp_right_at_the_read_blames_nobody() {
    // The chunk came in the six milliseconds after a long task.
    let mut call = blocked();
    call.seen.stamps.stamp(ms(0.0), ms(543.0));
    let settled = call.answer(86.0, 545.0, Some(459.5)).settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::ServerClock);
    assert_eq!(arrival.deliver_cause, None);
    assert_eq!(settled.segments.deliver.expect("a read").est, ms(0.5));
}

#[test]
fn one_late_read_ties_no_clocks_and_more_do() {
    // One late read, no TAO: nothing ties the clocks.
    let mut call = Call::new().without_tao();
    let window = call.read(285.4, 285.6);
    call.seen.stamps.stamp(ms(0.0), window);
    call.seen.stamps.stamp(ms(55.0), window);
    call.seen.answer_read(window, Some(ms(55.0)));
    let settled = call.settle();
    assert_eq!(
        settled.arrival.expect("an answer").method,
        ArrivalMethod::NotReading
    );
    assert_eq!(settled.segments.backend, Some(interval(85.4, 185.5, 285.6)));
    // A second one, read as it came, ties them.
    let second = call.read(400.0, 405.6);
    call.seen.stamps.stamp(ms(240.0), second);
    let settled = call.settle();
    assert_eq!(
        settled.arrival.expect("an answer").anchor,
        Some(Anchor::MinRead)
    );
    assert_eq!(
        settled.segments.backend,
        Some(interval(219.1, 220.6, 222.1))
    );
}

#[test]
fn without_headers_nothing_arrives_before_the_request_left() {
    let mut call = blocked();
    call.seen.network.request_sent = Some(ms(400.0));
    call.seen.network.headers = None;
    let settled = call.answer(542.0, 542.4, None).shown(543.0, 552.0).settle();
    assert_eq!(
        settled.segments.backend,
        Some(interval(400.0, 471.2, 542.4))
    );
}

#[test]
fn a_promise_before_the_call_is_taken_for_its_start() {
    let mut call = Call::new();
    call.seen.promise = Some(ms(-0.2));
    call.seen.network.headers = Some(ms(0.1));
    call.seen.network.request_sent = None;
    assert_eq!(call.settle().marks.headers, Some(Millis::ZERO));
}

#[test]
fn marks_that_are_there_are_not_missing() {
    let mut call = Call::new();
    call.seen.network.missing = Some(NetworkMissing::Timeout);
    assert_eq!(call.settle().network_missing, None);
    call.seen.network.request_sent = None;
    assert_eq!(call.settle().network_missing, Some(NetworkMissing::Timeout));
}

#[test]
fn text_hidden_before_its_own_paint_has_no_page_marks() {
    let mut call = Call::new();
    let reasoning = call.read(86.0, 300.0);
    call.seen.token_read(reasoning, None);
    call.seen.text = Shown {
        commit: Some(ms(301.0)),
        paint: Some(ms(900.0)),
    };
    call.seen.hidden.hide(ms(400.0));
    call.seen.hidden.show(ms(890.0));
    call.seen.last_token = Some(ms(5_000.0));
    call.seen.last = Shown {
        commit: Some(ms(5_001.0)),
        paint: Some(ms(5_010.0)),
    };
    let mut call = call.answer(2_900.0, 3_000.0, None).shown(3_001.0, 3_010.0);
    let settled = call.settle();
    let marks = settled.marks;
    assert_eq!(
        [marks.first_text_commit, marks.first_text_paint],
        [None, None]
    );
    assert_eq!(marks.first_answer_paint, Some(ms(3_010.0)));
    assert_eq!(marks.last_paint, Some(ms(5_010.0)));
    assert_eq!(settled.flags, []);
    call.seen.hidden.hide(ms(5_005.0));
    let marks = call.settle().marks;
    assert_eq!([marks.last_commit, marks.last_paint], [None, None]);
}

#[test]
fn queue_and_prefill_are_a_word_and_a_negative_one_is_none() {
    let mut call = Call::new();
    call.seen.network.headers = Some(ms(901.2));
    call.seen.promise = Some(ms(901.4));
    let mut call = call.answer(902.0, 910.0, None).shown(911.0, 920.0);
    call.seen.server.queue_ms = Some(ms(500.0));
    call.seen.server.prefill_ms = Some(ms(308.8));
    let shares = call.settle().shares.expect("painted");
    assert_eq!(shares.network, interval(1.2, 51.2, 101.2));
    call.seen.server = ttft::record::Server::default();
    call.seen.server.headers_ms = Some(ms(-5.0));
    let shares = call.settle().shares.expect("painted");
    assert_eq!(shares.network, interval(1.2, 451.2, 901.2));
}

#[test]
fn first_chunks_are_set_once_and_their_evidence_is_kept() {
    let mut call = Call::new();
    let opening = call.read(86.0, 400.0);
    let first = call.read(520.0, 520.2);
    let answer = call.read(2_000.0, 3_000.0);
    call.seen.token_read(first, None);
    call.seen.token_read(answer, None);
    call.seen.answer_read(answer, None);
    call.seen.answer_read(opening, None);
    // Short ones that matter, then many long ones that do not.
    call.seen.busy.long_task(ms(340.0), ms(399.0));
    call.seen.busy.long_task(ms(2_940.0), ms(2_999.0));
    for i in 40..400 {
        call.seen
            .busy
            .long_task(ms(100.0 * f64::from(i)), ms(100.0 * f64::from(i) + 80.0));
    }
    let settled = call.settle();
    assert_eq!(settled.marks.first_token, Some(ms(520.2)));
    assert_eq!(settled.marks.first_answer_token, Some(ms(3_000.0)));
    assert_eq!(
        settled.segments.generate,
        Some(interval(255.0, 345.1, 435.2))
    );
    assert_eq!(
        settled.segments.backend,
        Some(interval(2_940.0, 2_970.0, 3_000.0))
    );
}

#[test]
fn an_uncertain_stamp_does_not_leave_the_window() {
    // Both reads late and no TAO: the clocks are tied to 300 ms only.
    let mut call = Call::new().without_tao().answer(285.4, 285.6, Some(55.0));
    let second = call.read(385.4, 385.6);
    call.seen.stamps.stamp(ms(190.0), second);
    let settled = call.settle();
    assert_eq!(
        settled.arrival.expect("an answer").anchor,
        Some(Anchor::MinRead)
    );
    let backend = settled.segments.backend.expect("an answer");
    assert_eq!([backend.lo, backend.hi], [ms(85.4), ms(252.1)]);
}

#[test]
fn no_window_starts_before_the_headers() {
    let mut call = Call::new();
    call.seen.promise = None;
    call.read(20.0, 50.0);
    let settled = call.answer(285.4, 285.6, None).settle();
    assert_eq!(settled.segments.backend, Some(interval(85.0, 185.3, 285.6)));
}

#[test]
fn stamps_that_contradict_each_other_keep_the_order() {
    let mut call = Call::new();
    let first = call.read(86.0, 600.0);
    let answer = call.read(600.1, 600.6);
    let seen = &mut call.seen;
    seen.busy.long_task(ms(200.0), ms(598.0));
    seen.stamps.stamp(ms(0.0), ms(86.0));
    seen.token_read(first, Some(ms(450.0)));
    seen.answer_read(answer, Some(ms(150.0)));
    let settled = call.settle();
    assert_eq!(
        settled.segments.backend,
        Some(interval(236.1, 236.1, 236.1))
    );
}
