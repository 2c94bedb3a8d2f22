//! Marks: rounded, in order, and absent where nothing was seen.

use crate::call::Call;
use crate::{interval, ms};
use ttft::record::{Flag, NetworkMissing, Verdict};
use ttft::timeline::Shown;

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
fn the_last_text_is_not_painted_before_the_first() {
    let mut call = Call::new();
    call.seen.last = Shown {
        commit: Some(ms(301.0)),
        // The frame's estimate, and what the browser says of the same frame.
        paint: Some(ms(308.5)),
    };
    let marks = call
        .answer(86.0, 300.0, None)
        .shown(301.0, 310.0)
        .settle()
        .marks;
    assert_eq!(marks.last_commit, Some(ms(301.0)));
    assert_eq!(marks.last_paint, Some(ms(310.0)));
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
fn marks_that_are_there_are_not_missing() {
    let mut call = Call::new();
    call.seen.network.missing = Some(NetworkMissing::Timeout);
    assert_eq!(call.settle().network_missing, None);
    call.seen.network.request_sent = None;
    assert_eq!(call.settle().network_missing, Some(NetworkMissing::Timeout));
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
