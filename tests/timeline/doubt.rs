//! Between evidence and none: something kept the page until just before the
//! read. It blames nobody, and lets nobody be blamed.

use crate::call::{Call, blocked};
use crate::{interval, ms};
use ttft::record::{ArrivalMethod, DeliverCause, Flag, Verdict};

#[test]
fn a_late_read_that_took_a_little_may_have_found_its_chunk() {
    // As measured: the reader came 200 ms late, the token had waited 135 ms,
    // and the read took 1.9 ms. The server was blamed for all of it.
    let call = Call::new().answer(285.5, 287.4, None).shown(287.7, 294.4);
    let settled = call.settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::Read);
    assert_eq!(arrival.deliver_cause, None);
    let backend = settled.segments.backend.expect("an answer");
    assert_eq!(backend, interval(85.4, 287.4, 287.4));
    assert_eq!(settled.verdict, Some(Verdict::Unclear));
}

#[test]
fn a_stamp_tells_what_a_late_read_likely_found_but_names_nobody() {
    let mut call = Call::new();
    call.seen.stamps.stamp(ms(0.0), ms(85.6));
    let call = call.answer(485.5, 494.0, Some(50.0)).shown(494.5, 502.0);
    let settled = call.settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::ServerClock);
    assert_eq!(arrival.deliver_cause, Some(DeliverCause::NotReading));
    let backend = settled.segments.backend.expect("an answer");
    assert_eq!([backend.est, backend.hi], [ms(135.3), ms(494.0)]);
    assert_eq!(settled.verdict, Some(Verdict::Unclear));
    assert!(!settled.flags.contains(&Flag::Held));
}

#[test]
fn a_read_that_took_long_surely_waited_however_late_it_was() {
    let mut call = Call::new();
    call.seen.stamps.stamp(ms(0.0), ms(85.6));
    let call = call.answer(285.5, 585.5, Some(10.0)).shown(586.0, 594.0);
    let settled = call.settle();
    let backend = settled.segments.backend.expect("an answer");
    assert_eq!(backend, interval(535.5, 585.5, 585.5));
    assert_eq!(settled.flags, [Flag::Held]);
    assert_eq!(settled.verdict, Some(Verdict::Server));
}

#[test]
fn who_asks_again_at_once_leaves_nothing_to_wait() {
    let mut call = Call::new();
    call.read(85.5, 386.0);
    let call = call.answer(386.2, 401.0, None).shown(401.5, 409.0);
    let settled = call.settle();
    let backend = settled.segments.backend.expect("an answer");
    assert_eq!(backend, interval(351.0, 401.0, 401.0));
    assert_eq!(settled.verdict, Some(Verdict::Server));
}

#[test]
fn a_task_a_little_before_the_read_may_have_been_in_its_way() {
    let mut call = blocked();
    call.seen.busy.long_task(ms(600.0), ms(1100.0));
    let call = call.answer(545.0, 1120.0, None).shown(1120.3, 1128.0);
    let settled = call.settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::Read);
    assert_eq!(arrival.deliver_cause, None);
    let backend = settled.segments.backend.expect("an answer");
    assert_eq!(backend, interval(600.0, 1120.0, 1120.0));
}

#[test]
fn a_stamp_from_before_a_task_that_ended_a_little_before_the_read_names_nobody() {
    let mut call = Call::new();
    call.seen.stamps.stamp(ms(0.0), ms(85.6));
    call.seen.busy.long_task(ms(110.0), ms(810.0));
    let call = call.answer(86.0, 840.0, Some(300.0)).shown(840.4, 850.0);
    let settled = call.settle();
    let arrival = settled.arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::ServerClock);
    assert_eq!(arrival.deliver_cause, Some(DeliverCause::Busy));
    let backend = settled.segments.backend.expect("an answer");
    assert_eq!([backend.est, backend.hi], [ms(385.3), ms(840.0)]);
    assert_eq!(settled.verdict, Some(Verdict::Unclear));
    assert_eq!(settled.flags, []);
}

#[test]
fn a_task_that_ended_long_before_the_read_explains_nothing() {
    let mut call = Call::new();
    call.seen.stamps.stamp(ms(0.0), ms(85.6));
    call.seen.busy.long_task(ms(110.0), ms(810.0));
    let call = call.answer(86.0, 861.0, Some(300.0)).shown(861.4, 870.0);
    let settled = call.settle();
    let backend = settled.segments.backend.expect("an answer");
    assert_eq!(backend, interval(811.0, 861.0, 861.0));
    assert_eq!(settled.flags, [Flag::Held]);
}
