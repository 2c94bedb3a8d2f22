//! What happens beside a call: other calls and streams, scripts, ticks.

use super::*;

#[test]
fn a_script_counts_as_far_as_it_ran_before_the_paint() {
    let mut page = page();
    open(&mut page, 1, 0);
    page.script(
        ms(1305),
        Script {
            source: "app.js".into(),
            function: None,
            ms: ms(500),
        },
    );
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::told(ms(1312)));
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    let scripts = record.main_thread.expect("watched").scripts;
    assert_eq!(scripts[0].ms, ms(5));
}

#[test]
fn a_stream_beside_it_uses_up_none_of_the_texts_that_may_be_an_answer() {
    let mut page = page();
    let feed = Opening {
        expected: false,
        url: "https://api.example.com/feed".into(),
        ..opening(1, 0)
    };
    page.open(1, feed, Facts::default());
    page.response(1, ms(1050), &ok(200, true));
    read(&mut page, 1, 1060, ": ping\n\n");
    for n in 2..100 {
        open(&mut page, n, 0);
        let answer = format!("{n} times the quick brown fox jumped over the dog");
        read(&mut page, n, 1300, &delta(&answer));
        page.candidate(n, ms(1302), 1, &answer.replace(' ', ""));
        page.painted(n, Painted::told(ms(1312)));
        close(&mut page, n);
        entry(&mut page);
        let record = finish(&mut page);
        let found = record.paint.map(|paint| paint.found);
        assert_eq!(found, Some(Found::Text), "call {n}");
    }
}

#[test]
fn texts_that_begin_alike_make_room_for_the_newest() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    for text in 1..200 {
        assert!(page.candidate(text, ms(1302), 1, "The"), "{text}");
    }
    page.grown(199, HEAD);
    let found = Order::Found {
        call: 1,
        handle: 199,
    };
    assert_eq!(page.take_orders(), [found]);
}

#[test]
fn a_tick_for_another_call_takes_nothing_from_this_one() {
    let mut page = page();
    page.surroundings.tells_long_tasks = false;
    page.ticking(ms(990), true);
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::told(ms(1312)));
    page.ticking(ms(1320), false);
    let lo = |record: &Record| record.segments.backend.map(|backend| backend.lo);
    let before = page.last().expect("a record");
    // A title is asked for while the answer still streams.
    page.open(
        2,
        Opening {
            t0: ms(3000),
            returned: ms(3000),
            ..opening(2, 0)
        },
        Facts::default(),
    );
    page.ticking(ms(3000), true);
    close(&mut page, 1);
    entry(&mut page);
    page.settle(ms(5000), 4000.0);
    page.settle(ms(7000), 6000.0);
    let record = records(&mut page).remove(0);
    assert!(record.main_thread.is_some());
    assert_eq!(lo(&record), lo(&before));
    assert_eq!(lo(&record), Some(ms(250)), "a blind spot before the read");
}

#[test]
fn a_call_that_is_told_late_was_not_watched_before() {
    for (since, gap, watched) in [(900, 950, true), (1050, 950, false), (900, 1200, false)] {
        let mut page = page();
        page.surroundings.tells_long_tasks = false;
        page.ticking(ms(since), true);
        page.tick_gap(ms(gap - 40), ms(gap));
        open(&mut page, 1, 0);
        read(&mut page, 1, 1300, &delta(ANSWER));
        close(&mut page, 1);
        entry(&mut page);
        let record = finish(&mut page);
        assert_eq!(record.main_thread.is_some(), watched, "{since} {gap}");
    }
}

#[test]
fn a_gap_of_minutes_is_the_machine_s_sleep() {
    let mut page = page();
    page.surroundings.tells_long_tasks = false;
    page.ticking(ms(1000), true);
    open(&mut page, 1, 0);
    page.tick_gap(ms(1100), ms(601_100));
    read(&mut page, 1, 601_200, &delta(ANSWER));
    page.candidate(7, ms(601_202), 1, HEAD);
    page.painted(7, Painted::told(ms(601_212)));
    page.end(1, ms(601_300), End::Close, "");
    page.settle(ms(602_000), 601_000.0);
    page.settle(ms(620_000), 619_000.0);
    let record = records(&mut page).remove(0);
    assert_eq!(record.flags, [Flag::Slept]);
    assert_eq!(record.verdict, None);
    assert_eq!(record.main_thread.expect("watched").busy_ms, Millis::ZERO);
}

#[test]
fn a_stream_that_is_open_as_long_as_the_page_is_not_awaited_for_ever() {
    let mut page = page();
    page.surroundings.tells_long_tasks = false;
    let feed = Opening {
        expected: false,
        ..opening(1, 0)
    };
    page.open(1, feed, Facts::default());
    page.response(1, ms(1050), &ok(200, true));
    for at in 2..40 {
        read(&mut page, 1, 1000 * at, "data: {\"news\":1}\n\n");
        assert!(!page.wants().find, "there is nothing to be found");
    }
    page.tick_gap(ms(30_000), ms(30_000));
    assert!(page.wants().tick);
    page.tick_gap(ms(32_000), ms(32_000));
    assert!(!page.wants().tick);
    // It was an answer after all.
    whole_answer(&mut page, 1);
    let wants = page.wants();
    assert!(wants.find && wants.tick);
}

#[test]
fn in_text_without_a_protocol_that_nobody_expects_nothing_is_sought() {
    let mut page = page();
    let opening = Opening {
        expected: false,
        ..opening(1, 0)
    };
    open_as(&mut page, "text/plain", opening);
    read(&mut page, 1, 1100, "12\n[[1,[\"noop\"]]]");
    assert!(!page.wants().find);
}

#[test]
fn a_body_that_nobody_reads_is_not_awaited_for_ever() {
    let mut page = page();
    page.surroundings.tells_long_tasks = false;
    open(&mut page, 1, 0);
    page.tick_gap(ms(61_000), ms(61_000));
    assert!(page.wants().tick);
    page.tick_gap(ms(91_000), ms(91_000));
    assert!(!page.wants().tick);
    whole_answer(&mut page, 1);
    assert!(page.wants().tick, "it was read after all");
}

#[test]
fn scripts_of_the_past_make_room_also_while_a_stream_is_open() {
    let mut page = page();
    let feed = Opening {
        expected: false,
        ..opening(1, 0)
    };
    page.open(1, feed, Facts::default());
    let script = |name: &str, took| Script {
        source: name.into(),
        function: None,
        ms: ms(took),
    };
    for at in 0..100 {
        page.script(ms(1000 + at), script("before.js", 500));
    }
    let later = Opening {
        t0: ms(9000),
        returned: ms(9000),
        ..opening(2, 0)
    };
    page.open(2, later, Facts::default());
    page.response(2, ms(9050), &ok(200, true));
    page.script(ms(9100), script("app.js", 60));
    read(&mut page, 2, 9300, &delta(ANSWER));
    page.candidate(7, ms(9302), 1, HEAD);
    page.painted(7, Painted::told(ms(9312)));
    let record = page.last().expect("a record");
    let scripts = &record.main_thread.as_ref().expect("watched").scripts;
    let names: Vec<_> = scripts.iter().map(|it| it.source.as_str()).collect();
    assert_eq!(names, ["app.js"]);
}
