//! Shares, and who is named.

use crate::call::Call;
use crate::{interval, ms};
use ttft::record::{Flag, NetworkMissing, Verdict};

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
    assert_eq!(shares.network, interval(0.0, 42.7, 85.4));
    assert_eq!(settled.verdict, Some(Verdict::Server));
    let mut silent = Call::new().without_tao();
    silent.seen.promise = Some(ms(999.8));
    let silent = silent.answer(86.0, 1_000.0, None).shown(1_001.0, 1_010.0);
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
fn what_the_page_did_before_it_asked_is_no_network_time() {
    let mut call = Call::new();
    call.seen.network.begun = Some(ms(1_000.0));
    call.seen.network.request_sent = Some(ms(1_001.0));
    call.seen.network.headers = Some(ms(1_021.0));
    call.seen.promise = Some(ms(1_021.4));
    let mut call = call.answer(1_022.0, 1_030.0, None).shown(1_031.0, 1_040.0);
    let settled = call.settle();
    let shares = settled.shares.expect("painted");
    // By itself, or waiting for an answer of its own: for a token, or for the
    // same request, which was refused.
    assert_eq!(shares.page, interval(10.0, 1_010.0, 1_019.0));
    assert_eq!([shares.network.lo, shares.network.est], [ms(1.0), ms(11.0)]);
    assert_eq!(shares.network.hi, ms(1_021.0));
    assert_eq!(settled.verdict, Some(Verdict::Unclear));

    // Also where nothing else is told.
    call = call.without_tao();
    let shares = call.settle().shares.expect("painted");
    assert_eq!([shares.network.lo, shares.network.est], [ms(0.0), ms(15.0)]);
    assert_eq!(shares.page.est, ms(1_010.0));

    // A slow server is named all the same.
    let mut slow = Call::new();
    slow.seen.network.begun = Some(ms(20.0));
    slow.seen.network.request_sent = Some(ms(21.0));
    let slow = slow.answer(86.0, 2_000.0, None).shown(2_001.0, 2_010.0);
    assert_eq!(slow.settle().verdict, Some(Verdict::Server));
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
fn queue_and_prefill_are_a_word_and_a_negative_one_is_none() {
    let mut call = Call::new();
    call.seen.network.headers = Some(ms(901.2));
    call.seen.promise = Some(ms(901.4));
    let mut call = call.answer(902.0, 910.0, None).shown(911.0, 920.0);
    call.seen.server.queue_ms = Some(ms(500.0));
    call.seen.server.prefill_ms = Some(ms(308.8));
    let shares = call.settle().shares.expect("painted");
    assert_eq!(shares.network, interval(1.2, 51.2, 101.2));
    // A later round's, of the same body: longer than all this took.
    call.seen.server.prefill_ms = Some(ms(2_500.0));
    let shares = call.settle().shares.expect("painted");
    assert_eq!(shares.network, interval(1.2, 451.2, 901.2));
    call.seen.server = ttft::record::Server::default();
    call.seen.server.headers_ms = Some(ms(-5.0));
    let shares = call.settle().shares.expect("painted");
    assert_eq!(shares.network, interval(1.2, 451.2, 901.2));
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
fn without_tao_what_follows_the_promise_is_the_servers() {
    // A proxy forwards the headers and holds the body; another origin hides
    // the network's own times.
    let call = Call::new()
        .without_tao()
        .answer(85.6, 1585.0, None)
        .shown(1585.4, 1594.0);
    let settled = call.settle();
    let shares = settled.shares.expect("a paint");
    assert_eq!(shares.server.lo, ms(1535.0 - 85.4));
    assert_eq!(shares.network.hi, ms(85.4));
    assert_eq!(settled.verdict, Some(Verdict::Server));
    // Firefox: the promise resolves with the first of the body.
    let mut call = Call::new().without_tao();
    call.seen.promise = Some(ms(1584.8));
    let call = call.answer(1584.9, 1585.0, None).shown(1585.4, 1594.0);
    assert_eq!(call.settle().verdict, Some(Verdict::Unclear));
}
