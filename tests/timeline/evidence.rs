//! Evidence that a chunk had to wait for the page, and where it arrived then.

use crate::call::{Call, blocked};
use crate::{interval, ms, tick};
use ttft::millis::Millis;
use ttft::record::{ArrivalMethod, DeliverCause, Flag, Verdict};
use ttft::timeline::{BusyRuns, ReadLog};

/// Ticks in time, from the call to this moment.
fn until(last: i32) -> impl Iterator<Item = Millis> {
    (0..=last).step_by(25).map(|at| ms(f64::from(at)))
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
fn two_rounded_stamps_are_no_evidence_of_an_app_that_reads_late() {
    // Firefox, behind a proxy that held the body: the promise comes with it.
    let mut call = Call::new();
    call.seen.step = ms(1.0);
    call.log = ReadLog::new(ms(1.0));
    call.seen.promise = Some(ms(1016.0));
    let settled = call.answer(1017.0, 1018.0, None).settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::Read);
    assert_eq!(arrival.deliver_cause, None);
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
    tick(&mut call.seen.busy, [870.0, 895.0].map(ms));
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
fn a_reader_attached_late_is_the_app_not_reading() {
    // On an idle page, 200 ms after the headers; the chunk came 145 ms before.
    // It may have come with what resolved the promise, but not before the headers.
    let settled = Call::new().answer(285.4, 285.6, None).settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::NotReading);
    assert_eq!(arrival.deliver_cause, Some(DeliverCause::NotReading));
    assert_eq!(settled.segments.backend, Some(interval(85.0, 185.3, 285.6)));

    let mut call = Call::new();
    call.seen.stamps.stamp(ms(0.0), ms(285.6));
    let mut call = call.answer(285.4, 285.6, Some(55.0));
    call.seen.stamps.stamp(ms(600.0), ms(685.3));
    let stamped = call.settle();
    let arrival = stamped.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::ServerClock);
    assert_eq!(arrival.deliver_cause, Some(DeliverCause::NotReading));
    assert_eq!(stamped.segments.deliver.expect("a read").est, ms(145.45));
}

#[test]
fn a_pause_between_reads_starts_at_the_last_read_that_waited() {
    // Or just before: the chunk may have come with that read's.
    let mut call = Call::new();
    call.read(86.0, 150.0);
    call.read(250.0, 250.2);
    let settled = call.answer(350.0, 350.2, None).settle();
    assert_eq!(
        settled.segments.backend,
        Some(interval(148.0, 249.1, 350.2))
    );
    assert_eq!(
        settled.arrival.expect("an answer").deliver_cause,
        Some(DeliverCause::NotReading)
    );
}

#[test]
fn slow_ticks_are_no_evidence_but_a_stamp_is_believed_further_back() {
    let settled = |period: f64, stamp| {
        let mut call = Call::new();
        call.seen.busy = BusyRuns::default();
        let moments = (0..20).map(|tick| ms(period * f64::from(tick)));
        tick(&mut call.seen.busy, moments);
        call.seen.stamps.stamp(ms(0.0), ms(86.0));
        let settled = call.answer(87.0, 400.0, stamp).settle();
        let arrival = settled.arrival.expect("an answer");
        let backend = settled.segments.backend.expect("an answer");
        (arrival.method, backend.lo, settled.flags)
    };
    // The latter: a task of 30 ms in each frame of 33.3 ms.
    for period in [26.0, 33.3] {
        assert_eq!(
            settled(period, None),
            (ArrivalMethod::Read, ms(350.0), vec![])
        );
    }
    // 70 ms before the read.
    assert_eq!(
        settled(26.0, Some(244.5)),
        (ArrivalMethod::Read, ms(350.0), vec![Flag::Held])
    );
    let (method, _, flags) = settled(33.3, Some(244.5));
    assert_eq!((method, flags), (ArrivalMethod::ServerClock, vec![]));
}

#[test]
fn pieces_of_one_write_that_are_handed_over_one_by_one_blame_nobody() {
    let burst = |answer| {
        let mut call = Call::new();
        call.read(86.0, 1_500.0);
        let settled = call.answer(answer, answer + 0.2, None).settle();
        (
            settled.arrival.expect("an answer").method,
            settled.segments.backend.expect("an answer"),
        )
    };
    // As far back as with no evidence: the first piece was late as well.
    assert_eq!(
        burst(1_509.0),
        (ArrivalMethod::Read, interval(1_459.2, 1_509.2, 1_509.2))
    );
    assert_eq!(
        burst(1_512.0),
        (
            ArrivalMethod::NotReading,
            interval(1_498.0, 1_505.1, 1_512.2)
        )
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
        Some(interval(148.0, 275.05, 402.1))
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
    tick(&mut call.seen.busy, until(275).chain([ms(800.0)]));
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
    tick(&mut call.seen.busy, until(200).chain([ms(500.0)]));
    let settled = call.answer(86.0, 500.4, None).settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::Tick);
    assert_eq!(arrival.deliver_cause, Some(DeliverCause::Busy));
    assert_eq!(
        settled.segments.backend,
        Some(interval(200.0, 350.2, 500.4))
    );
}

/// A page whose tick came every 25 ms until 300 ms, and then not until `next`.
fn no_tick_until(next: f64) -> Call {
    let mut call = Call::new();
    tick(&mut call.seen.busy, until(300).chain([ms(next)]));
    call
}

#[test]
fn a_gap_that_no_entry_explains_is_evidence_beside_entries() {
    let call = no_tick_until(1700.0);
    assert!(call.seen.busy.watched(ms(0.0), ms(1700.0)));
    let settled = call
        .answer(86.0, 1700.5, None)
        .shown(1701.0, 1710.0)
        .settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::Tick);
    assert_eq!(arrival.deliver_cause, Some(DeliverCause::Busy));
    assert_eq!(
        settled.segments.backend,
        Some(interval(300.0, 1000.25, 1700.5))
    );
    assert_eq!(settled.verdict, Some(Verdict::Unclear));
    assert_eq!(settled.busy.map(|[_, busy]| busy), Some(ms(1400.0)));
}

#[test]
fn a_stamp_from_before_such_a_gap_tells_that_the_page_was_late() {
    let mut call = no_tick_until(1700.0);
    let opening = call.read(86.0, 87.0);
    call.seen.stamps.stamp(ms(0.0), opening);
    let settled = call
        .answer(87.0, 1700.5, Some(320.0))
        .shown(1701.0, 1710.0)
        .settle();
    assert_eq!(settled.verdict, Some(Verdict::Page));
    assert!(!settled.flags.contains(&Flag::Held));
}

#[test]
fn a_gap_that_entries_explain_adds_nothing_to_them() {
    // They come after the tick that was late.
    let mut call = no_tick_until(702.0);
    call.seen.busy.long_task(ms(320.0), ms(700.0));
    let settled = call.answer(86.0, 702.5, None).shown(703.0, 710.0).settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::LongTask);
    assert_eq!(
        settled.segments.backend,
        Some(interval(320.0, 511.25, 702.5))
    );
    assert_eq!(settled.busy.map(|[_, busy]| busy), Some(ms(380.0)));
}

#[test]
fn a_gap_within_the_blind_spot_is_no_evidence_beside_entries() {
    let settled = no_tick_until(350.0).answer(86.0, 350.5, None).settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::Read);
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
        Some(interval(148.0, 349.2, 550.4))
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
    let late = [450.0, 475.0].map(ms);
    tick(&mut call.seen.busy, until(125).chain(late));
    call.read(86.0, 149.0);
    let settled = call.answer(500.0, 500.2, None).settle();
    assert_eq!(
        settled.segments.backend,
        Some(interval(147.0, 323.6, 500.2))
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
fn a_promise_that_was_kept_on_a_free_thread_says_nothing_of_the_body() {
    let arrived = |with_headers: bool, busy: bool, headers: f64| {
        let mut call = Call::new();
        call.seen.resolves_with_headers = with_headers;
        call.seen.network.headers = Some(ms(headers));
        call.seen.promise = Some(ms(285.0));
        if busy {
            call.seen.busy.long_task(ms(200.0), ms(284.0));
        }
        // It is there as soon as it is asked for.
        let settled = call.answer(286.0, 286.2, None).settle();
        let backend = settled.segments.backend.expect("an answer");
        (settled.arrival.expect("an answer").method, backend.lo)
    };
    let since_headers = (ArrivalMethod::NotReading, ms(85.0));
    assert_eq!(arrived(true, false, 85.0), since_headers);
    // The promise may have waited for the body,
    let read = |lo| (ArrivalMethod::Read, ms(lo));
    assert_eq!(arrived(false, false, 85.0), read(236.2));
    // or it came with the headers,
    assert_eq!(arrived(true, false, 250.0), read(250.0));
    // or a task kept it,
    let run = (ArrivalMethod::LongTask, ms(200.0));
    assert_eq!(arrived(true, true, 85.0), run);
    // or nobody knows when they came.
    assert_eq!(arrived(true, false, -9.0), read(236.2));
}

#[test]
fn the_evidence_about_first_chunks_is_kept() {
    let mut call = Call::new();
    let opening = call.read(86.0, 400.0);
    let first = call.read(520.0, 520.2);
    let answer = call.read(2_000.0, 3_000.0);
    call.seen.token_read(first, None);
    call.seen.token_read(answer, None);
    call.seen.answer_read(opening, None);
    call.seen.answer_read(answer, None);
    call.seen.reasoned = true;
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
fn no_window_starts_before_the_headers() {
    let mut call = Call::new();
    call.seen.promise = None;
    call.read(20.0, 50.0);
    let settled = call.answer(285.4, 285.6, None).settle();
    assert_eq!(settled.segments.backend, Some(interval(85.0, 185.3, 285.6)));
}
