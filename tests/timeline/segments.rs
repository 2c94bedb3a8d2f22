//! The way cut into segments, and their sums.

use crate::call::{Call, blocked};
use crate::{interval, ms, tick};
use ttft::millis::Millis;
use ttft::record::Verdict;
use ttft::timeline::{BusyRuns, Settled, Shown};

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
    assert_eq!(segments.backend, Some(interval(384.0, 385.8, 387.6)));
    assert_eq!(segments.generate, Some(interval(280.0, 281.8, 283.6)));
    assert_eq!(segments.reason, None);
    assert_eq!(segments.deliver, Some(interval(4.2, 6.0, 7.8)));
    assert_eq!(segments.app, Some(ms(1.2)));
    assert_eq!(segments.render, Some(interval(7.0, 9.0, 11.0)));
    assert_eq!(segments.frontend, Some(interval(12.4, 16.2, 20.0)));
    let shares = settled.shares.expect("painted");
    assert_eq!(shares.page, interval(12.4, 16.2, 20.0));
    assert_eq!(shares.network, interval(1.2, 52.6, 104.0));
    assert_eq!(shares.server, interval(280.0, 333.2, 386.4));
    assert_eq!(settled.verdict, Some(Verdict::Server));
    assert_eq!(settled.network_missing, None);
}

#[test]
fn reasoning_before_the_answer_is_a_segment_of_its_own() {
    let mut call = Call::new();
    let first = call.read(86.0, 300.0);
    let answer = call.read(301.0, 2_300.0);
    call.seen.token_read(first, None);
    call.seen.answer_read(answer, None);
    call.seen.reasoned = true;
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

/// Two chunks behind one task, the reasoning's and the answer's, each with the
/// stamp that its event had.
fn behind_one_task(first_stamp: Option<f64>, answer_stamp: Option<f64>) -> Settled {
    let mut call = Call::new();
    let first = call.read(86.0, 600.0);
    let answer = call.read(600.1, 600.6);
    let seen = &mut call.seen;
    seen.busy.long_task(ms(200.0), ms(598.0));
    seen.stamps.stamp(ms(0.0), ms(86.0));
    seen.token_read(first, first_stamp.map(ms));
    seen.answer_read(answer, answer_stamp.map(ms));
    seen.reasoned = true;
    call.settle()
}

#[test]
fn a_later_chunk_bounds_an_earlier_one() {
    let settled = behind_one_task(None, Some(150.0));
    // The first one's own middle would be 400.
    assert_eq!(
        settled.segments.backend,
        Some(interval(233.5, 235.5, 237.5))
    );
    assert_eq!(
        settled.segments.generate,
        Some(interval(115.0, 150.5, 152.5))
    );
    assert_eq!(
        settled.segments.reason.expect("two chunks").est,
        Millis::ZERO
    );
}

#[test]
fn an_earlier_chunk_bounds_a_later_one() {
    let settled = behind_one_task(Some(450.0), None);
    // The second one's own middle would be 400.3.
    assert_eq!(
        settled.segments.backend,
        Some(interval(533.5, 533.5, 600.6))
    );
    assert_eq!(
        settled.segments.generate,
        Some(interval(448.5, 448.5, 452.5))
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
    assert_eq!(call.settle().busy, Some([ms(552.0), ms(500.0)]));
    call.seen.busy = BusyRuns::default();
    assert_eq!(call.settle().busy, None);
    // The tick starts with the call, not a moment before.
    tick(&mut call.seen.busy, [0.2, 25.0, 540.0].map(ms));
    call.seen.busy.tick_stopped(ms(551.0));
    assert_eq!(call.settle().busy, Some([ms(552.0), ms(515.0)]));
}
