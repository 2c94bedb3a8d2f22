//! How a call ended, whatever its client and its page did.

use super::*;

#[test]
fn outcomes_tell_how_a_call_ended() {
    type Act = fn(&mut Page);
    let cases: [(&str, Act, Outcome, Option<Stage>); 11] = [
        (
            "rejected",
            |p| p.rejected(1, ms(1200), "TypeError"),
            Outcome::Error,
            Some(Stage::Connect),
        ),
        (
            "aborted before headers",
            |p| p.rejected(1, ms(1200), "AbortError"),
            Outcome::Aborted,
            None,
        ),
        (
            "an error status",
            |p| {
                p.response(1, ms(1050), &ok(429, true));
                p.end(1, ms(1100), End::Close, "");
            },
            Outcome::Error,
            Some(Stage::Status),
        ),
        (
            "no body",
            |p| p.response(1, ms(1050), &ok(204, false)),
            Outcome::NoOutput,
            None,
        ),
        (
            "taken by text()",
            |p| {
                p.response(1, ms(1050), &ok(200, true));
                p.end(1, ms(1100), End::Unobserved, "");
            },
            Outcome::Unobserved,
            None,
        ),
        (
            "taken past all hooks",
            |p| {
                p.response(1, ms(1050), &ok(200, true));
                p.end(1, ms(2100), End::Lost, "");
            },
            Outcome::Unobserved,
            None,
        ),
        (
            "closed without marker",
            |p| {
                p.response(1, ms(1050), &ok(200, true));
                read(p, 1, 1300, &delta("Hi"));
                p.end(1, ms(1400), End::Close, "");
            },
            Outcome::Truncated,
            None,
        ),
        (
            "cancelled midway",
            |p| {
                p.response(1, ms(1050), &ok(200, true));
                read(p, 1, 1300, &delta("Hi"));
                p.end(1, ms(1400), End::Cancel, "");
            },
            Outcome::Aborted,
            None,
        ),
        (
            "cancelled after the marker",
            |p| {
                p.response(1, ms(1050), &ok(200, true));
                read(p, 1, 1300, &delta("Hi"));
                read(p, 1, 1310, "data: [DONE]\n\n");
                p.end(1, ms(1400), End::Cancel, "");
            },
            Outcome::Complete,
            None,
        ),
        (
            "cut",
            |p| {
                p.response(1, ms(1050), &ok(200, true));
                read(p, 1, 1300, &delta("Hi"));
                p.end(1, ms(1400), End::Fail, "TypeError");
            },
            Outcome::Error,
            Some(Stage::Stream),
        ),
        (
            "an error in the stream",
            |p| {
                p.response(1, ms(1050), &ok(200, true));
                read(
                    p,
                    1,
                    1300,
                    "data: {\"error\":{\"message\":\"secret words\",\"type\":\"overloaded\"}}\n\n",
                );
                p.end(1, ms(1400), End::Close, "");
            },
            Outcome::Error,
            Some(Stage::Stream),
        ),
    ];
    for (name, act, outcome, stage) in cases {
        let mut page = page();
        page.open(1, opening(1, 0), Facts::default());
        act(&mut page);
        entry(&mut page);
        let record = finish(&mut page);
        assert_eq!(record.outcome, outcome, "{name}");
        assert_eq!(
            record.error.as_ref().map(|error| error.stage),
            stage,
            "{name}"
        );
        let unknown = name == "taken past all hooks";
        assert_eq!(record.marks.end.is_none(), unknown, "{name}");
        let json = serde_json::to_string(&record).expect("json");
        assert!(!json.contains("secret"), "{name}: {json}");
    }
}

#[test]
fn a_stream_that_the_pages_leaving_cut_is_open_and_aborted_if_the_page_comes_back() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1300, &delta(ANSWER));
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::between(ms(1310), ms(1310)));
    page.progress(1, ms(1302), ms(1310));
    page.tail(1, HEAD);
    page.end(1, ms(1340), End::Fail, "TypeError");
    entry(&mut page);
    page.settle(ms(1345), 345.0);
    page.leave(ms(1350), 350.0, true);
    let open = records(&mut page).remove(0);
    assert_eq!((open.outcome, open.rev), (Outcome::Open, 1));
    assert_eq!((open.error, open.marks.end), (None, None));
    page.leave(ms(1360), 360.0, false);
    assert_eq!(page.take_happening(), None, "told once");

    page.restored(ms(9000), "another view".into());
    page.leave(ms(9100), 8100.0, false);
    let aborted = records(&mut page).remove(0);
    assert_eq!((aborted.outcome, aborted.rev), (Outcome::Aborted, 2));
    assert_eq!(aborted.marks.end, Some(ms(340)));
}

#[test]
fn what_fails_in_the_last_tasks_of_a_page_that_goes_is_its_leaving() {
    type Act = fn(&mut Page);
    let cases: [(&str, Act); 2] = [
        ("a read", |p| {
            p.response(1, ms(1050), &ok(200, true));
            read(p, 1, 1300, &delta(ANSWER));
            p.leave(ms(1350), 350.0, true);
            p.end(1, ms(1351), End::Fail, "TypeError");
        }),
        ("a request", |p| {
            p.leave(ms(1350), 350.0, true);
            p.rejected(1, ms(1351), "TypeError");
        }),
    ];
    for (name, act) in cases {
        let mut page = page();
        page.open(1, opening(1, 0), Facts::default());
        act(&mut page);
        page.visibility(ms(1352), true);
        page.leave(ms(1352), 352.0, false);
        page.settle(ms(9000), 8000.0);
        let told = records(&mut page);
        let told: Vec<_> = told.iter().map(|it| (it.outcome, it.rev)).collect();
        assert_eq!(told, [(Outcome::Open, 1)], "{name}: its last word");

        page.restored(ms(9000), "another view".into());
        page.leave(ms(9100), 8100.0, false);
        let aborted = records(&mut page).remove(0);
        assert_eq!((aborted.outcome, aborted.rev), (Outcome::Aborted, 2));
        assert_eq!(aborted.error, None);
        assert_eq!(aborted.marks.end, Some(ms(351)));
    }
}

#[test]
fn what_fails_after_the_page_came_back_has_failed() {
    let mut page = page();
    open(&mut page, 1, 0);
    page.leave(ms(1350), 350.0, true);
    page.restored(ms(9000), "another view".into());
    page.end(1, ms(9500), End::Fail, "TypeError");
    page.settle(ms(10_000), 9_000.0);
    page.settle(ms(20_000), 19_000.0);
    let outcomes = records(&mut page).into_iter().map(|it| it.outcome);
    assert_eq!(
        outcomes.collect::<Vec<_>>(),
        [Outcome::Open, Outcome::Error]
    );
}

#[test]
fn a_stream_that_failed_long_before_or_while_the_page_stays_has_failed() {
    for (failed, goes) in [(1100, true), (1340, false)] {
        let mut page = page();
        open(&mut page, 1, 0);
        page.end(1, ms(failed), End::Fail, "TypeError");
        page.leave(ms(1350), 350.0, goes);
        assert_eq!(records(&mut page).remove(0).outcome, Outcome::Error);
    }
}

#[test]
fn a_page_that_hides_leaves_an_open_record_and_a_later_one_replaces_it() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.visibility(ms(1350), true);
    page.leave(ms(1350), 350.0, false);
    let open_records = records(&mut page);
    assert_eq!(open_records.len(), 1);
    assert_eq!(open_records[0].outcome, Outcome::Open);
    assert_eq!(
        open_records[0].network_missing, None,
        "the entry cannot exist yet"
    );
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.id, open_records[0].id);
    assert!(record.rev > open_records[0].rev);
    assert_eq!(record.outcome, Outcome::Complete);
    assert!(record.flags.contains(&Flag::Hidden), "{:?}", record.flags);
}

#[test]
fn a_client_that_stops_at_the_end_marker_ends_the_call() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1300, &delta(ANSWER));
    read(&mut page, 1, 1400, "data: [DONE]\n\n");
    page.settle(ms(2300), 1300.0);
    page.settle(ms(2500), 1500.0);
    assert!(records(&mut page).is_empty(), "the rest may still be read");
    let record = finish(&mut page);
    assert_eq!(record.outcome, Outcome::Complete);
    assert_eq!(record.marks.end, Some(ms(400)));
}

#[test]
fn a_client_that_lets_go_of_the_body_at_an_error_ends_the_call() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1300, &delta(ANSWER));
    read(
        &mut page,
        1,
        1350,
        "data: {\"error\":{\"type\":\"server_error\"}}\n\n",
    );
    let record = finish(&mut page);
    assert_eq!(record.outcome, Outcome::Error);
    assert_eq!(record.marks.end, Some(ms(350)));
    let error = record.error.expect("an error");
    assert_eq!(error.kind.as_deref(), Some("server_error"));
}

#[test]
fn an_error_without_a_type_is_one_though_the_page_cancels() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(
        &mut page,
        1,
        1300,
        "data: {\"type\":\"text-delta\",\"delta\":\"Hi\"}\n\n",
    );
    read(
        &mut page,
        1,
        1350,
        "data: {\"type\":\"error\",\"errorText\":\"no\"}\n\n",
    );
    page.end(1, ms(1351), End::Cancel, "");
    let record = finish(&mut page);
    assert_eq!(record.outcome, Outcome::Error);
    let error = record.error.expect("an error");
    assert_eq!((error.stage, error.kind), (Stage::Stream, None));
}

#[test]
fn a_stream_that_broke_while_the_page_was_hidden_says_so() {
    for (hidden, shown, flags) in [
        (1310, 9000, &[Flag::Hidden][..]),
        (1310, 3000, &[]),
        (1200, 1250, &[]),
        (9200, 9300, &[]),
    ] {
        let mut page = page();
        open(&mut page, 1, 0);
        let mut moments = [(hidden, true), (shown, false)];
        moments.sort_unstable();
        for &(at, is) in moments.iter().filter(|(at, _)| *at < 1300) {
            page.visibility(ms(at), is);
        }
        read(&mut page, 1, 1300, &delta(ANSWER));
        page.candidate(7, ms(1302), 1, HEAD);
        page.painted(7, Painted::between(ms(1305), ms(1306)));
        for &(at, is) in moments.iter().filter(|(at, _)| (1300..9100).contains(at)) {
            page.visibility(ms(at), is);
        }
        page.end(1, ms(9100), End::Fail, "TypeError");
        for &(at, is) in moments.iter().filter(|(at, _)| *at > 9100) {
            page.visibility(ms(at), is);
        }
        page.settle(ms(10_000), 9000.0);
        page.settle(ms(20_000), 19_000.0);
        let record = records(&mut page).remove(0);
        assert_eq!(record.outcome, Outcome::Error);
        assert_eq!(record.flags, flags, "hidden from {hidden} to {shown}");
        assert!(record.marks.first_answer_paint.is_some());
    }
}

#[test]
fn a_call_that_was_refused_while_the_page_was_hidden_says_so() {
    for hidden in [true, false] {
        let mut page = page();
        page.open(1, opening(1, 0), Facts::default());
        if hidden {
            page.visibility(ms(1100), true);
            page.visibility(ms(8000), false);
        }
        page.rejected(1, ms(8010), "TypeError");
        page.settle(ms(10_000), 9000.0);
        page.settle(ms(20_000), 19_000.0);
        let record = records(&mut page).remove(0);
        assert_eq!(record.outcome, Outcome::Error);
        assert_eq!(record.flags.contains(&Flag::Hidden), hidden);
    }
}

#[test]
fn a_page_that_nobody_saw_and_that_read_nothing_may_have_stood_still() {
    for (read_hidden, lo) in [(false, 48), (true, 45)] {
        let mut page = page();
        page.surroundings.tells_long_tasks = false;
        open(&mut page, 1, 0);
        page.visibility(ms(1060), true);
        if read_hidden {
            read(&mut page, 1, 3000, ": ping\n\n");
        }
        page.visibility(ms(9000), false);
        page.read(1, ms(3000), ms(9004), delta(ANSWER).as_bytes());
        page.end(1, ms(9100), End::Close, "");
        entry(&mut page);
        page.settle(ms(10_000), 9000.0);
        page.settle(ms(20_000), 19_000.0);
        let record = records(&mut page).remove(0);
        let backend = record.segments.backend.expect("an answer");
        assert_eq!((backend.lo, backend.hi), (ms(lo), ms(8004)));
        assert_eq!(backend.est < backend.hi, !read_hidden, "{backend:?}");
        assert_eq!(record.flags.contains(&Flag::Hidden), !read_hidden);
    }
}

#[test]
fn in_the_back_forward_cache_a_page_reads_nothing() {
    let mut page = page();
    open(&mut page, 1, 0);
    page.visibility(ms(1060), true);
    page.stood_still(ms(1060), ms(4000));
    page.restored(ms(4000), "another view".into());
    page.visibility(ms(4001), false);
    page.read(1, ms(1055), ms(4002), delta(ANSWER).as_bytes());
    page.end(1, ms(4100), End::Close, "");
    entry(&mut page);
    let record = finish(&mut page);
    let backend = record.segments.backend.expect("an answer");
    assert_eq!((backend.lo, backend.hi), (ms(60), ms(3002)));
    let busy = record.main_thread.expect("watched").busy_ms;
    assert_eq!(busy, Millis::ZERO, "it was not even there");
    assert!(record.flags.contains(&Flag::Restored), "{:?}", record.flags);
}
