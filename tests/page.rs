//! A page's calls, fed as the browser would feed them, and their records.

use std::rc::Rc;
use ttft::call::{End, Facts, Matched, Opening, Response};
use ttft::decoder::Hints;
use ttft::millis::Millis;
use ttft::page::{Happening, Order, Page};
use ttft::record::{
    Flag, Found, NetworkMissing, Outcome, PaintMethod, Record, Scope, Source, Stage, Verdict,
};
use ttft::surroundings::{Engine, Surroundings};
use ttft::timeline::{Entry, Network};

const ANSWER: &str = "The quick brown fox jumps over the lazy dog.";
/// What the watch makes of it.
const HEAD: &str = "Thequickbrownfoxjumpsoverthelazydog";

fn ms(ms: i64) -> Millis {
    Millis::from_micros(ms * 1000)
}

fn page() -> Page {
    let info = ttft::record::Page {
        id: "page".into(),
        scope: Scope::Window,
        route: None,
        release: None,
        engine: None,
        isolated: false,
        resolution_ms: Millis::from_micros(100),
        sample_rate: 1.0,
    };
    let mut surroundings = Surroundings::new(info, Engine::Chromium, true);
    surroundings.tells_long_tasks = true;
    Page::new(surroundings, false)
}

fn opening(call: u32, target: u32) -> Opening {
    Opening {
        id: call.to_string(),
        t0: ms(1000),
        returned: ms(1000),
        wall: 0.0,
        expected: true,
        url: "https://api.example.com/v1/chat/completions?key=secret".into(),
        bytes: Some(100),
        route: Some("/chat".into()),
        target,
        turn: None,
    }
}

fn ok(status: u16, body: bool) -> Response<'static> {
    Response {
        status,
        hints: Hints {
            content_type: "text/event-stream",
            ..Hints::default()
        },
        server_timing: "ttft;dur=40, model;desc=\"header-model\"",
        body,
    }
}

fn delta(text: &str) -> String {
    format!(
        "data: {}\n\n",
        serde_json::json!({"choices": [{"delta": {"content": text}}]})
    )
}

/// Opens call `n` and brings its headers at 1050.
fn open(page: &mut Page, n: u32, target: u32) {
    page.open(n, opening(n, target), Facts::default());
    page.response(n, ms(1050), &ok(200, true));
}

/// A chunk that the app had asked for well before it came.
fn read(page: &mut Page, n: u32, at: i64, bytes: &str) {
    page.read(n, ms(at - 60), ms(at), bytes.as_bytes());
}

/// The answer in one delta at 1300, marker and close at 1400.
fn whole_answer(page: &mut Page, n: u32) {
    read(
        page,
        n,
        1100,
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
    );
    read(page, n, 1300, &delta(ANSWER));
}

fn close(page: &mut Page, n: u32) {
    read(page, n, 1390, "data: [DONE]\n\n");
    page.end(n, ms(1400), End::Close, "");
}

fn entry(page: &mut Page) {
    let url = "https://api.example.com/v1/chat/completions?key=secret";
    page.network(url, ms(1000), |t0, origin| {
        assert_eq!(origin, "https://api.example.com");
        let entry = Entry {
            request_start: 1002.0,
            response_start: 1045.0,
            response_end: 1400.0,
            hop: true,
            ..Entry::default()
        };
        Matched {
            network: Network::from_entry(&entry, t0.as_ms(), true),
            protocol: Some("h2".into()),
            worker: false,
        }
    });
}

fn records(page: &mut Page) -> Vec<Record> {
    std::iter::from_fn(|| page.take_happening())
        .filter(|(happening, _)| *happening == Happening::Record)
        .map(|(_, record)| Rc::unwrap_or_clone(record))
        .collect()
}

/// Settles until nothing is open; the wall clock goes with the page's.
fn finish(page: &mut Page) -> Record {
    page.settle(ms(2000), 1000.0);
    page.settle(ms(20_000), 19_000.0);
    let mut records = records(page);
    assert_eq!(records.len(), 1, "one record");
    records.remove(0)
}

#[test]
fn a_streamed_answer_becomes_a_record() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    assert!(page.candidate(7, ms(1302), 1, HEAD));
    assert_eq!(page.take_orders(), [Order::Found { call: 1, handle: 7 }]);
    page.painted(7, ms(1312), PaintMethod::ElementTiming);
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
    page.painted(7, ms(1312), PaintMethod::Frame);
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
fn a_placeholder_and_an_echo_are_not_the_answer() {
    let mut page = page();
    open(&mut page, 1, 0);
    // Before the answer's read nothing can be it, not even the same words.
    read(&mut page, 1, 1100, ": ping\n\n");
    assert!(!page.candidate(1, ms(1150), 1, HEAD));
    whole_answer(&mut page, 1);
    assert!(!page.candidate(2, ms(1301), 1, "Thinking"));
    assert!(!page.candidate(3, ms(1301), 1, "Whatdoesthequickbrownfoxdo"));
    assert!(page.candidate(4, ms(1305), 1, "The"));
    assert_eq!(page.take_orders(), []);
    page.grown(4, HEAD);
    assert_eq!(page.take_orders(), [Order::Found { call: 1, handle: 4 }]);
}

#[test]
fn a_short_answer_is_confirmed_by_its_end() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1300, &delta("Yes."));
    assert!(page.candidate(4, ms(1305), 1, "Yes"));
    assert_eq!(page.take_orders(), []);
    close(&mut page, 1);
    assert_eq!(page.take_orders(), [Order::Found { call: 1, handle: 4 }]);
}

#[test]
fn two_streams_of_the_same_words_get_neither() {
    let mut page = page();
    for n in [1, 2] {
        open(&mut page, n, 0);
        whole_answer(&mut page, n);
    }
    page.candidate(7, ms(1302), 1, HEAD);
    page.candidate(8, ms(1302), 1, HEAD);
    assert_eq!(page.take_orders(), []);
}

#[test]
fn the_last_of_two_streams_of_the_same_words_gets_no_text_either() {
    let mut page = page();
    for n in [1, 2] {
        open(&mut page, n, 0);
        read(&mut page, n, 1300, &delta(ANSWER));
    }
    page.candidate(1, ms(1301), 1, HEAD);
    page.end(1, ms(1400), End::Close, "");
    page.settle(ms(1400), 0.0);
    page.settle(ms(6000), 0.0);
    let first = records(&mut page);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].paint.as_ref().expect("paint").found, Found::None);
    page.end(2, ms(6100), End::Close, "");
    page.settle(ms(6100), 0.0);
    page.settle(ms(12_000), 0.0);
    let second = records(&mut page);
    assert_eq!(second.len(), 1);
    assert_eq!(second[0].paint.as_ref().expect("paint").found, Found::None);
}

#[test]
fn targets_tell_two_streams_of_the_same_words_apart() {
    let mut page = page();
    for n in [1, 2] {
        open(&mut page, n, n);
        whole_answer(&mut page, n);
    }
    page.candidate(7, ms(1302), 1 | 1 << 2, HEAD);
    page.candidate(8, ms(1302), 1 | 1 << 1, HEAD);
    let mut found = page.take_orders();
    found.sort_by_key(|order| match order {
        Order::Found { call, .. } => *call,
        Order::Over(call) => *call,
        other => panic!("{other:?}"),
    });
    assert_eq!(
        found,
        [
            Order::Found { call: 1, handle: 8 },
            Order::Found { call: 2, handle: 7 }
        ]
    );
}

#[test]
fn in_a_target_the_first_change_is_the_last_resort() {
    let mut page = page();
    open(&mut page, 1, 1);
    whole_answer(&mut page, 1);
    assert!(!page.candidate(1, ms(1301), 1, "elsewhere"));
    assert!(page.candidate(2, ms(1302), 1 | 1 << 1, "translated"));
    assert!(page.candidate(3, ms(1303), 1 | 1 << 1, "later"));
    page.painted(2, ms(1310), PaintMethod::Frame);
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.paint.map(|paint| paint.found), Some(Found::Target));
    assert_eq!(record.marks.first_answer_commit, Some(ms(302)));
}

#[test]
fn the_apps_word_goes_before_what_was_found() {
    let mut page = page();
    open(&mut page, 1, 0);
    page.rendered(1, 5, ms(1200));
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.rendered(1, 9, ms(1320));
    page.rendered(1, 10, ms(1340));
    page.painted(9, ms(1330), PaintMethod::Frame);
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.paint.map(|paint| paint.found), Some(Found::App));
    assert_eq!(
        record.marks.first_answer_commit,
        Some(ms(320)),
        "not the placeholder's"
    );
}

#[test]
fn an_answer_that_is_nowhere_gives_a_record_without_page_marks() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.paint.map(|paint| paint.found), Some(Found::None));
    assert_eq!(record.marks.first_answer_commit, None);
    assert_eq!(record.verdict, None);
    assert!(
        record.segments.backend.is_some(),
        "the server's part is known all the same"
    );
}

#[test]
fn outcomes_tell_how_a_call_ended() {
    type Act = fn(&mut Page);
    let cases: [(&str, Act, Outcome, Option<Stage>); 10] = [
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
        assert!(record.marks.end.is_some(), "{name}");
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
    page.painted(7, ms(1310), PaintMethod::Frame);
    page.progress(1, ms(1302), ms(1310), HEAD);
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

/// An answer that ended at 1390, and of which the page shows the beginning.
fn half_shown() -> Page {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, ms(1312), PaintMethod::ElementTiming);
    page.progress(1, ms(1302), ms(1312), "Thequick");
    close(&mut page, 1);
    entry(&mut page);
    page.settle(ms(1400), 400.0);
    page
}

#[test]
fn a_record_waits_for_the_rest_of_an_answer_that_is_typed() {
    let mut page = half_shown();
    // Half a second of pause, no more.
    for at in [1900, 2400, 2900] {
        page.progress(1, ms(at), ms(at + 8), "Thequickbrown");
        page.settle(ms(at + 490), (at + 490 - 1000) as f64);
        assert_eq!(records(&mut page), []);
    }
    // A button follows it.
    let tail = format!("{}Copy", &HEAD[5..]);
    page.progress(1, ms(3400), ms(3408), &tail);
    page.settle(ms(3410), 2410.0);
    let record = records(&mut page).remove(0);
    assert_eq!(record.marks.last_commit, Some(ms(2400)));
    assert_eq!(record.marks.last_paint, Some(ms(2408)));
}

#[test]
fn a_record_does_not_wait_for_an_answer_whose_end_never_shows() {
    // Nothing comes any more,
    let mut page = half_shown();
    page.progress(1, ms(1900), ms(1908), "Thequickbrown");
    page.settle(ms(2890), 1890.0);
    assert_eq!(records(&mut page), []);
    page.settle(ms(2910), 1910.0);
    assert_eq!(records(&mut page).len(), 1);
    // or something else goes on for ever,
    let mut page = half_shown();
    let mut at = 1400;
    while records(&mut page).is_empty() {
        at += 500;
        page.progress(1, ms(at), ms(at + 8), "1234");
        page.settle(ms(at + 10), (at + 10 - 1000) as f64);
        assert!(at < 40_000, "a record");
    }
    // or the page hides.
    let mut page = half_shown();
    page.visibility(ms(1450), true);
    page.leave(ms(1450), 450.0, false);
    assert_eq!(records(&mut page).len(), 1);
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
fn entries_that_fit_two_calls_are_given_to_neither() {
    let mut page = page();
    for n in [1, 2] {
        open(&mut page, n, 0);
        whole_answer(&mut page, n);
        close(&mut page, n);
    }
    for _ in 0..2 {
        page.network(
            "https://api.example.com/v1/chat/completions?key=secret",
            ms(1000),
            |_, _| panic!("given to one of them"),
        );
    }
    page.settle(ms(2000), 1000.0);
    page.settle(ms(20_000), 19_000.0);
    let records = records(&mut page);
    assert_eq!(records.len(), 2);
    for record in records {
        assert_eq!(record.network_missing, Some(NetworkMissing::Ambiguous));
        assert_eq!(record.marks.headers, None);
    }
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
    page.painted(7, ms(1312), PaintMethod::Frame);
    close(&mut page, 1);
    entry(&mut page);
    page.settle(ms(2000), 60_000.0);
    page.settle(ms(20_000), 79_000.0);
    let record = records(&mut page).remove(0);
    assert!(record.flags.contains(&Flag::Slept));
    assert_eq!(record.verdict, None);
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
fn the_answer_of_a_service_worker_is_flagged_once() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    close(&mut page, 1);
    let url = "https://api.example.com/v1/chat/completions?key=secret";
    page.network(url, ms(1000), |_, _| Matched {
        network: Network::missing(NetworkMissing::ServiceWorker),
        protocol: None,
        worker: true,
    });
    let record = finish(&mut page);
    let flags = record
        .flags
        .iter()
        .filter(|&&flag| flag == Flag::ServiceWorker);
    assert_eq!(flags.count(), 1, "{:?}", record.flags);
}
