//! What the record says.

use super::*;
use ttft::record::FreezeCause;

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
