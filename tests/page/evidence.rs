//! On what evidence the record blames anybody.

use super::*;
use ttft::record::{Anchor, ArrivalMethod, DeliverCause};

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
fn a_layout_of_the_frame_before_says_nothing_of_a_text() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1317), 1, HEAD);
    page.painted(7, Painted::between(ms(1304), ms(1322)));
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.marks.first_answer_paint, Some(ms(322)));
    let [_, late] = record.paint.and_then(|paint| paint.error_ms).expect("it");
    assert_eq!(late, ms(16));
}
