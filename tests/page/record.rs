//! What the record says, and when it is told.

use super::*;
use ttft::record::{Anchor, ArrivalMethod, DeliverCause, FreezeCause};

#[test]
fn a_streamed_answer_becomes_a_record() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    assert!(page.candidate(7, ms(1302), 1, HEAD));
    assert_eq!(page.take_orders(), [Order::Found { call: 1, handle: 7 }]);
    page.painted(7, Painted::told(ms(1312)));
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);

    assert_eq!(record.outcome, Outcome::Complete);
    let marks = record.marks;
    assert_eq!(marks.request_sent, Some(ms(2)));
    assert_eq!(marks.headers, Some(ms(45)));
    assert_eq!(marks.first_byte, Some(ms(100)));
    assert_eq!(marks.first_token, Some(ms(300)));
    assert_eq!(marks.first_answer_token, Some(ms(300)));
    assert_eq!(marks.first_answer_commit, Some(ms(302)));
    // Reported up to 4 ms late, so 2 on average.
    assert_eq!(marks.first_answer_paint, Some(ms(310)));
    assert_eq!(marks.last_token, Some(ms(300)));
    assert_eq!(marks.end, Some(ms(390)));
    assert_eq!(marks.last_commit, Some(ms(302)));
    assert_eq!(record.network_missing, None);
    assert_eq!(record.verdict, Some(Verdict::Server));
    assert_eq!(record.request.path, "/v1/chat/completions");
    assert_eq!(record.request.protocol.as_deref(), Some("h2"));
    assert_eq!(record.request.model.as_deref(), Some("header-model"));
    assert_eq!(record.request.source, Some(Source::Header));
    assert_eq!(record.page.route.as_deref(), Some("/chat"));
    assert_eq!(record.paint.map(|paint| paint.found), Some(Found::Text));
    let frontend = record.segments.frontend.expect("painted");
    let backend = record.segments.backend.expect("painted");
    assert_eq!(Some(backend.est + frontend.est), marks.first_answer_paint);
    let json = serde_json::to_string(&record).expect("json");
    assert!(!json.contains("quick"), "content in {json}");
    assert!(!json.contains("secret"), "a query in {json}");
    assert!(!json.contains("null"), "null in {json}");
    assert_eq!(
        serde_json::from_str::<Record>(&json).expect("a record"),
        record
    );
}

#[test]
fn events_are_told_once_and_in_order() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::between(ms(1312), ms(1312)));
    read(&mut page, 1, 1350, &delta("More."));
    close(&mut page, 1);
    entry(&mut page);
    page.settle(ms(2000), 1000.0);
    page.settle(ms(20_000), 19_000.0);
    let told: Vec<_> = std::iter::from_fn(|| page.take_happening())
        .map(|(it, _)| it)
        .collect();
    assert_eq!(
        told,
        [
            Happening::FirstToken,
            Happening::FirstAnswerPaint,
            Happening::Record
        ]
    );
    assert!(!page.has_calls());
}

#[test]
fn a_stream_that_is_no_answer_is_counted_and_gives_no_record() {
    let mut page = page();
    page.open(
        1,
        Opening {
            expected: false,
            ..opening(1, 0)
        },
        Facts::default(),
    );
    page.response(1, ms(1050), &ok(200, true));
    read(&mut page, 1, 1100, "data: {\"price\": 12}\n\n");
    assert!(!page.end(1, ms(1400), End::Close, ""));
    page.settle(ms(2000), 1000.0);
    page.settle(ms(20_000), 19_000.0);
    assert!(records(&mut page).is_empty());
    assert_eq!(page.unrecognised(), 1);
}

#[test]
fn bytes_that_came_before_the_decoder_and_were_not_kept_are_flagged() {
    let mut page = page();
    open(&mut page, 1, 0);
    page.skip(1, ms(1190), ms(1200), 1000);
    read(&mut page, 1, 1300, &delta("Hi"));
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert!(record.flags.contains(&Flag::DecoderLate));
    assert_eq!(record.outcome, Outcome::Unobserved);
    assert_eq!(record.marks.first_byte, Some(ms(200)));
    assert_eq!(record.marks.first_token, None);
}

#[test]
fn the_apps_facts_replace_what_the_stream_says() {
    let mut page = page();
    let labels = [("experiment".into(), "a".into())].into_iter().collect();
    page.open(
        1,
        opening(1, 0),
        Facts {
            labels,
            ..Facts::default()
        },
    );
    page.response(1, ms(1050), &ok(200, true));
    whole_answer(&mut page, 1);
    page.set(
        1,
        Facts {
            model: Some("mine".into()),
            labels: [("experiment".into(), "b".into())].into_iter().collect(),
            ..Facts::default()
        },
    );
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.request.model.as_deref(), Some("mine"));
    assert_eq!(record.request.source, Some(Source::App));
    assert_eq!(record.labels["experiment"], "b");
}

#[test]
fn a_discarded_call_gives_nothing() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    while page.take_happening().is_some() {}
    page.discard(1);
    close(&mut page, 1);
    page.settle(ms(20_000), 19_000.0);
    assert!(page.take_happening().is_none());
    assert_eq!(page.take_orders(), [Order::Over(1)]);
}

#[test]
fn sleep_is_noticed_by_the_wall_clock() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::between(ms(1312), ms(1312)));
    close(&mut page, 1);
    entry(&mut page);
    page.settle(ms(2000), 60_000.0);
    page.settle(ms(20_000), 79_000.0);
    let record = records(&mut page).remove(0);
    assert!(record.flags.contains(&Flag::Slept));
    assert_eq!(record.verdict, None);
}

#[test]
fn the_answer_of_a_service_worker_is_flagged_once() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    close(&mut page, 1);
    let url = "https://api.example.com/v1/chat/completions?key=secret";
    page.network(url, ms(1000), |_, _| Matched {
        network: Network::missing(NetworkMissing::ServiceWorker),
        protocol: None,
        status: 0,
        worker: true,
    });
    let record = finish(&mut page);
    let flags = record
        .flags
        .iter()
        .filter(|&&flag| flag == Flag::ServiceWorker);
    assert_eq!(flags.count(), 1, "{:?}", record.flags);
}

#[test]
fn a_call_that_begins_anew_is_the_same_call() {
    let mut page = page();
    open(&mut page, 1, 0);
    page.visibility(ms(1060), true);
    page.leave(ms(1060), 60.0, false);
    page.visibility(ms(1070), false);
    let revisions: Vec<_> = records(&mut page).iter().map(|open| open.rev).collect();
    assert_eq!(revisions, [1]);
    // What a tool read.
    read(&mut page, 1, 1080, &delta("Not"));

    page.open(2, opening(1, 0), Facts::default());
    page.response(2, ms(1050), &ok(200, true));
    page.discard(1);
    entry(&mut page);
    whole_answer(&mut page, 2);
    close(&mut page, 2);
    let record = finish(&mut page);
    assert_eq!(record.rev, 2);
    assert_eq!(record.stream.expect("a stream").chunks, 3);
    assert_eq!(record.marks.first_token, Some(ms(300)));
}

/// Two pieces of an answer, the second shown late; `meanwhile` happens between.
fn shown_late(meanwhile: impl FnOnce(&mut Page)) -> Record {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1300, &delta(ANSWER));
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::told(ms(1310)));
    page.progress(1, ms(1302), ms(1310));
    read(&mut page, 1, 1500, &delta(" Again."));
    meanwhile(&mut page);
    page.progress(1, ms(1900), ms(1910));
    read(&mut page, 1, 1950, "data: [DONE]\n\n");
    page.end(1, ms(1960), End::Close, "");
    finish(&mut page)
}

#[test]
fn the_stream_as_a_whole_is_in_the_record() {
    let stream = shown_late(|_| {}).stream.expect("a stream");
    assert_eq!(stream.gap_ms.expect("two reads").max, ms(200));
    assert_eq!(stream.burst, Some(0.5));
    assert_eq!(stream.lag_ms.expect("shown").max, ms(410));
    assert_eq!(stream.freeze_ms, Some(ms(410)));
    assert_eq!(stream.freeze_cause, Some(FreezeCause::App));
}

#[test]
fn a_hidden_page_owes_no_text() {
    let stream = shown_late(|page| {
        page.visibility(ms(1510), true);
        page.visibility(ms(1890), false);
    })
    .stream
    .expect("a stream");
    assert_eq!(stream.lag_ms.expect("shown").max, ms(10));
    assert_eq!(stream.freeze_ms, Some(ms(10)));
}

#[test]
fn where_much_is_sent_the_server_is_blamed_only_on_its_own_word() {
    for (bytes, verdict) in [(100, Verdict::Server), (300_000, Verdict::Unclear)] {
        let mut page = page();
        let opening = Opening {
            bytes: Some(bytes),
            ..opening(1, 0)
        };
        page.open(1, opening, Facts::default());
        let response = Response {
            server_timing: "",
            ..ok(200, true)
        };
        page.response(1, ms(1050), &response);
        whole_answer(&mut page, 1);
        page.candidate(7, ms(1302), 1, HEAD);
        page.painted(7, Painted::told(ms(1312)));
        close(&mut page, 1);
        entry(&mut page);
        assert_eq!(finish(&mut page).verdict, Some(verdict), "{bytes} bytes");
    }
}

#[test]
fn the_end_of_a_body_that_was_cancelled_ties_no_clock() {
    for (how, anchor) in [
        (End::Close, Anchor::ResponseEnd),
        (End::Cancel, Anchor::MinRead),
    ] {
        let mut page = page();
        open(&mut page, 1, 0);
        read(&mut page, 1, 1100, ": ttft write;dur=0\n\n");
        let stamped = format!(": ttft write;dur=190\n\n{}", delta(ANSWER));
        read(&mut page, 1, 1300, &stamped);
        page.candidate(7, ms(1302), 1, HEAD);
        page.painted(7, Painted::told(ms(1312)));
        read(&mut page, 1, 1390, "data: [DONE]\n\n");
        page.end(1, ms(1400), how, "");
        page.network(&opening(1, 0).url, ms(1000), |t0, _| {
            let entry = Entry {
                response_end: 1285.0,
                ..Entry::default()
            };
            Matched {
                network: Network::from_entry(&entry, t0.as_ms(), true),
                protocol: None,
                status: 0,
                worker: false,
            }
        });
        let arrival = finish(&mut page).arrival.expect("an answer");
        assert_eq!(arrival.anchor, Some(anchor), "{how:?}");
    }
}

#[test]
fn an_answer_that_a_wrapper_gave_on_late_may_have_lain_there() {
    let verdict = |engine: Engine, busy: bool, later: i64| {
        let mut page = page();
        page.surroundings.engine = engine;
        page.open(1, opening(1, 0), Facts::default());
        page.response(1, ms(1050 + later), &ok(200, true));
        if busy {
            page.long_task(ms(1049 + 60), ms(1050 + later));
        }
        // It is there as soon as it is asked for.
        let at = ms(1051 + later);
        page.read(1, at, at, delta(ANSWER).as_bytes());
        page.candidate(7, at, 1, HEAD);
        page.painted(7, Painted::told(at + ms(10)));
        close(&mut page, 1);
        entry(&mut page);
        let record = finish(&mut page);
        let cause = record.arrival.expect("an answer").deliver_cause;
        (record.verdict, cause)
    };
    let not_reading = Some(DeliverCause::NotReading);
    let in_chromium = |busy, later| verdict(Engine::Chromium, busy, later);
    let unclear = Some(Verdict::Unclear);
    assert_eq!(in_chromium(false, 250), (unclear, not_reading));
    // The promise came with the headers, and what followed did not wait.
    assert_eq!(in_chromium(false, 3).1, None);
    // Only the run is known to have kept it.
    assert_eq!(in_chromium(true, 250).1, Some(DeliverCause::Busy));
    // Elsewhere it may have waited for the body.
    for engine in [Engine::Firefox, Engine::WebKit] {
        assert_eq!(verdict(engine, false, 250).1, None, "{engine:?}");
    }
}

#[test]
fn what_is_kept_for_reads_that_do_not_count_is_let_go_of() {
    let mut page = page();
    open(&mut page, 1, 0);
    // What a tool read.
    let reasoning = "data: {\"choices\":[{\"delta\":{\"reasoning\":\"Hm.\"}}]}\n\n";
    for (at, chunk) in [(1080, reasoning), (1090, &delta("Not"))] {
        read(&mut page, 1, at, chunk);
    }
    page.open(2, opening(1, 0), Facts::default());
    page.response(2, ms(1050), &ok(200, true));
    page.discard(1);
    page.long_task(ms(1250), ms(1299));
    whole_answer(&mut page, 2);
    // More, and longer, than there is room for.
    for at in (0..100).map(|task| 2000 + 100 * task) {
        page.long_task(ms(at), ms(at + 60));
    }
    close(&mut page, 2);
    entry(&mut page);
    let arrival = finish(&mut page).arrival.expect("an answer");
    assert_eq!(arrival.method, ArrivalMethod::LongTask);
}

#[test]
fn work_right_after_the_frame_is_no_part_of_its_paint() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::between(ms(1310), ms(1810)));
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.marks.first_answer_paint, Some(ms(310)));
    // It may have been a slow paint, after all.
    let [_, late] = record.paint.and_then(|paint| paint.error_ms).expect("it");
    assert_eq!(late, ms(516));
    let page = record.shares.expect("painted").page;
    assert_eq!((page.est, page.hi), (ms(10), ms(576)));
    assert_eq!(record.verdict, Some(Verdict::Unclear));
}

#[test]
fn text_is_first_shown_where_it_first_was() {
    let mut page = page();
    open(&mut page, 1, 0);
    let reasoning = "data: {\"choices\":[{\"delta\":{\"reasoning\":\"Foxes jump, dogs are lazy, so it is true.\"}}]}\n\n";
    read(&mut page, 1, 1200, reasoning);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::told(ms(1312)));
    // Somebody opens the panel with the reasoning.
    page.candidate(8, ms(1400), 1, "Foxesjumpdogsarelazysoitistrue");
    page.painted(8, Painted::told(ms(1412)));
    close(&mut page, 1);
    entry(&mut page);
    let marks = finish(&mut page).marks;
    assert_eq!(marks.first_text_commit, Some(ms(302)));
    assert_eq!(marks.first_text_paint, marks.first_answer_paint);
}

#[test]
fn an_entry_is_only_missed_once_it_was_waited_for() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    close(&mut page, 1);
    page.leave(ms(1391), 391.0, false);
    let missing = records(&mut page).remove(0).network_missing;
    assert_eq!(missing, Some(NetworkMissing::Timeout));
}

#[test]
fn a_stream_that_is_no_answer_is_not_the_last_record() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    let feed = Opening {
        expected: false,
        ..opening(2, 0)
    };
    page.open(2, feed, Facts::default());
    page.response(2, ms(1050), &ok(200, true));
    assert_eq!(page.last().map(|last| last.id.clone()), Some(record.id));
}

#[test]
fn the_first_token_is_told_also_where_only_the_end_shows_it() {
    let mut page = page();
    open_as(&mut page, "application/x-ndjson", opening(1, 0));
    let line = serde_json::json!({"message": {"content": ANSWER}, "done": true}).to_string();
    read(&mut page, 1, 1300, &line);
    page.end(1, ms(1400), End::Close, "");
    let told: Vec<_> = std::iter::from_fn(|| page.take_happening()).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, Happening::FirstToken);
    assert!(told[0].1.marks.first_token.is_some());
}

#[test]
fn what_came_before_a_hole_is_not_the_last() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1200, &delta("Hi"));
    let so_far = "data: {\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}\n\n";
    read(&mut page, 1, 1210, so_far);
    page.skip(1, ms(1290), ms(1300), 1000);
    page.skip(1, ms(5890), ms(5900), 1000);
    page.end(1, ms(6000), End::Close, "");
    entry(&mut page);
    page.settle(ms(7000), 6000.0);
    page.settle(ms(20_000), 19_000.0);
    let record = records(&mut page).remove(0);
    assert_eq!(record.marks.first_token, Some(ms(200)));
    assert_eq!(record.marks.last_token, None);
    let tokens = record.tokens.expect("the first is known");
    assert_eq!((tokens.input, tokens.output), (Some(9), None));
    assert!(!tokens.estimated);
}

#[test]
fn a_target_tells_its_first_change_once_the_answer_is_over() {
    let mut page = page();
    open(&mut page, 1, 1);
    whole_answer(&mut page, 1);
    assert!(page.candidate(2, ms(1302), 0b11, "translated"));
    page.painted(2, Painted::told(ms(1312)));
    // The client stops at the marker and lets go of the body.
    read(&mut page, 1, 1390, "data: [DONE]\n\n");
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.paint.map(|paint| paint.found), Some(Found::Target));
    assert_eq!(record.marks.first_answer_commit, Some(ms(302)));
}

#[test]
fn a_paint_is_told_once_whoever_found_the_answer() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::told(ms(1312)));
    assert!(page.rendered(1, 9, ms(1500)));
    page.painted(9, Painted::told(ms(1510)));
    let told = std::iter::from_fn(|| page.take_happening());
    let paints = told.filter(|(what, _)| *what == Happening::FirstAnswerPaint);
    assert_eq!(paints.count(), 1);
}

#[test]
fn a_paint_that_the_record_leaves_out_is_not_told() {
    for (hidden, told) in [(false, 1), (true, 0)] {
        let mut page = page();
        open(&mut page, 1, 0);
        read(&mut page, 1, 1300, &delta(ANSWER));
        page.candidate(7, ms(1302), 1, HEAD);
        if hidden {
            page.visibility(ms(1303), true);
            page.visibility(ms(5000), false);
        }
        page.painted(7, Painted::told(ms(5010)));
        let paints: Vec<_> = std::iter::from_fn(|| page.take_happening())
            .filter(|(what, _)| *what == Happening::FirstAnswerPaint)
            .collect();
        assert_eq!(paints.len(), told, "hidden: {hidden}");
        let marks = page.last().expect("a record").marks;
        assert_eq!(marks.first_answer_paint.is_none(), hidden);
    }
}
