//! What the server's stamps make of the arrival.

use crate::call::{Call, blocked};
use crate::{interval, ms};
use ttft::record::{Anchor, ArrivalMethod, DeliverCause, Flag, Verdict};
use ttft::timeline::BusyRuns;

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
            assert_eq!(backend, interval(183.5, 185.25, 187.0));
        } else {
            assert_eq!(arrival.anchor, Some(Anchor::MinRead));
            assert_eq!(backend, interval(184.0, 185.5, 187.0));
        }
        let deliver = settled.segments.deliver.expect("a read");
        assert!(
            deliver.lo > ms(355.0) && deliver.hi < ms(359.0),
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
        Some(interval(198.5, 200.5, 202.0))
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
fn a_stamp_right_at_the_read_blames_nobody() {
    // The chunk came in the six milliseconds after a long task.
    let mut call = blocked();
    call.seen.stamps.stamp(ms(0.0), ms(543.0));
    let settled = call.answer(86.0, 545.0, Some(459.5)).settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::ServerClock);
    assert_eq!(arrival.deliver_cause, None);
    assert_eq!(settled.segments.deliver.expect("a read").est, ms(0.333));
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
    assert_eq!(settled.segments.backend, Some(interval(83.4, 184.5, 285.6)));
    // A second one, asked for at once and read as it came, ties them.
    let second = call.read(285.8, 405.6);
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
    assert_eq!([backend.lo, backend.hi], [ms(83.4), ms(252.1)]);
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
        Some(interval(237.5, 237.5, 237.5))
    );
}
