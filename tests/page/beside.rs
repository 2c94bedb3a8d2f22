//! What happens beside a call: other calls and streams, entries, scripts, ticks.

use super::*;

/// The entry of a call that started then.
fn entry_of(page: &mut Page, start: i64, headers: i64, end: i64) {
    page.network(
        "https://api.example.com/v1/chat/completions?key=secret",
        ms(start),
        |_, _| Matched {
            network: Network {
                headers: Some(ms(headers)),
                response_end: Some(ms(end)),
                ..Network::default()
            },
            protocol: None,
            worker: false,
        },
    );
}

/// What the network says of each call's headers, in the order of the calls.
fn headers(page: &mut Page) -> Vec<(Option<Millis>, Option<NetworkMissing>)> {
    let mut records = records(page);
    records.sort_by(|a, b| a.id.cmp(&b.id));
    let told = records.into_iter();
    told.map(|record| (record.marks.headers, record.network_missing))
        .collect()
}

const AMBIGUOUS: (Option<Millis>, Option<NetworkMissing>) = (None, Some(NetworkMissing::Ambiguous));

/// Two calls that began together and were read to these moments, and what the
/// network says of their headers after entries with these ends.
fn together(read_to: [i64; 2], ends: [i64; 2]) -> Vec<(Option<Millis>, Option<NetworkMissing>)> {
    let mut page = page();
    for n in [1, 2] {
        open(&mut page, n, 0);
        whole_answer(&mut page, n);
    }
    let mut events: Vec<_> = (0..4).collect();
    // Its entry comes right behind an end.
    events.sort_by_key(|event| [read_to, ends.map(|end| end + 1)][event / 2][event % 2]);
    let mut now = 0;
    for event in events {
        let n = event % 2;
        if event / 2 == 0 {
            now = 1000 + read_to[n];
            page.end(n as u32 + 1, ms(now), End::Close, "");
        } else {
            entry_of(&mut page, 1000, 41 + n as i64, ends[n]);
        }
        page.settle(ms(now + 1), 1.0 + now as f64);
    }
    for later in [20, 1030, 1050, 20_000] {
        page.settle(ms(now + later), (now + later - 1000) as f64);
    }
    headers(&mut page)
}

fn own(headers: i64) -> (Option<Millis>, Option<NetworkMissing>) {
    (Some(ms(headers)), None)
}

#[test]
fn calls_that_begin_together_are_told_apart_by_their_ends() {
    let both = [own(41), own(42)];
    assert_eq!(together([400, 900], [398, 898]), both);
    assert_eq!(together([400, 5000], [398, 4998]), both);
    assert_eq!(together([900, 400], [898, 398]), both);
    // Their entries are right, also where the read came first by a step.
    assert_eq!(together([400, 900], [401, 901]), both);
}

#[test]
fn entries_that_may_be_either_s_are_given_to_neither() {
    let neither = [AMBIGUOUS; 2];
    assert_eq!(together([400, 400], [398, 398]), neither);
    assert_eq!(together([400, 403], [398, 401]), neither);
    // Whoever is read late may have ended with the first as well as after it.
    assert_eq!(together([1500, 1510], [398, 898]), neither);
}

#[test]
fn an_entry_is_no_other_call_s_before_its_own_must_have_come() {
    let mut page = page();
    for n in [1, 2] {
        open(&mut page, n, 0);
        whole_answer(&mut page, n);
    }
    // The person stops the second, whose entry comes at once.
    page.end(2, ms(1350), End::Cancel, "");
    entry_of(&mut page, 1000, 42, 350);
    // The first is over by its marker long before its body is.
    read(&mut page, 1, 1390, "data: [DONE]\n\n");
    for now in [1400, 2600] {
        page.settle(ms(now), now as f64 - 1000.0);
    }
    page.end(1, ms(2700), End::Close, "");
    page.settle(ms(2710), 1710.0);
    entry_of(&mut page, 1000, 41, 1699);
    for now in [2730, 3800, 20_000] {
        page.settle(ms(now), now as f64 - 1000.0);
    }
    // A cancelled one's may have any end: both may be the first's.
    assert_eq!(headers(&mut page), [AMBIGUOUS; 2]);
}

#[test]
fn whoever_ended_first_has_the_first_entry() {
    let mut page = page();
    for n in [1, 2] {
        open(&mut page, n, 0);
        whole_answer(&mut page, n);
    }
    page.end(2, ms(1350), End::Close, "");
    entry_of(&mut page, 1000, 42, 348);
    close(&mut page, 1);
    // The other's never comes.
    for now in [1410, 2500, 20_000] {
        page.settle(ms(now), now as f64 - 1000.0);
    }
    let missing = (None, Some(NetworkMissing::NoEntry));
    assert_eq!(headers(&mut page), [missing, own(42)]);
}

#[test]
fn an_entry_that_was_only_taken_for_its_own_is_in_doubt_once_another_fits_as_well() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    entry_of(&mut page, 1030, 40, 100);
    open(&mut page, 2, 0);
    whole_answer(&mut page, 2);
    close(&mut page, 1);
    entry_of(&mut page, 1000, 41, 398);
    for now in [1410, 2500] {
        page.settle(ms(now), now as f64 - 1000.0);
    }
    page.end(2, ms(3000), End::Close, "");
    entry_of(&mut page, 1000, 42, 1998);
    for now in [3010, 4100, 20_000] {
        page.settle(ms(now), now as f64 - 1000.0);
    }
    assert_eq!(headers(&mut page)[0], AMBIGUOUS);
}

#[test]
fn an_error_is_not_read_to_its_end_with_its_headers() {
    let mut page = page();
    for n in [1, 2] {
        page.open(n, opening(n, 0), Facts::default());
    }
    page.response(2, ms(1050), &ok(200, true));
    whole_answer(&mut page, 2);
    page.end(2, ms(1350), End::Cancel, "");
    entry_of(&mut page, 1000, 42, 350);
    page.response(1, ms(9000), &ok(502, false));
    for now in [9010, 10_100, 20_000] {
        page.settle(ms(now), now as f64 - 1000.0);
    }
    assert_eq!(headers(&mut page), [AMBIGUOUS; 2]);
}

#[test]
fn an_entry_of_a_call_that_was_discarded_is_no_other_s_for_sure() {
    let mut page = page();
    for n in [1, 2] {
        open(&mut page, n, 0);
        whole_answer(&mut page, n);
    }
    page.discard(1);
    entry_of(&mut page, 1000, 41, 320);
    close(&mut page, 2);
    entry_of(&mut page, 1000, 42, 398);
    for now in [1410, 2500, 20_000] {
        page.settle(ms(now), now as f64 - 1000.0);
    }
    assert_eq!(headers(&mut page), [AMBIGUOUS]);
}

#[test]
fn in_webkit_an_entry_near_one_call_may_be_another_s_that_started_late() {
    let mut page = page();
    page.surroundings.engine = Engine::WebKit;
    for (n, t0) in [(1, 1000), (2, 1020)] {
        let opening = Opening {
            t0: ms(t0),
            returned: ms(t0),
            ..opening(n, 0)
        };
        page.open(n, opening, Facts::default());
        page.response(n, ms(1050), &ok(200, true));
        whole_answer(&mut page, n);
    }
    // Both were sent once the page had time, which was after the second call.
    close(&mut page, 1);
    entry_of(&mut page, 1021, 41, 398);
    for now in [1410, 2500] {
        page.settle(ms(now), now as f64 - 1000.0);
    }
    page.end(2, ms(3000), End::Close, "");
    entry_of(&mut page, 1022, 22, 1978);
    for now in [3010, 4100, 20_000] {
        page.settle(ms(now), now as f64 - 1000.0);
    }
    assert_eq!(headers(&mut page), [own(41), own(22)]);
}

/// Two calls within half a millisecond, and the headers that the entry of each
/// gave it.
fn beside(engine: Engine) -> Vec<Option<Millis>> {
    let mut page = page();
    page.surroundings.engine = engine;
    page.surroundings.info.resolution_ms = Millis::from_micros(100);
    for n in [1, 2] {
        let t0 = ms(1000) + Millis::from_micros(300 * i64::from(n));
        let opening = Opening {
            t0,
            returned: t0 + Millis::from_micros(200),
            ..opening(n, 0)
        };
        page.open(n, opening, Facts::default());
        page.response(n, ms(1050), &ok(200, true));
        whole_answer(&mut page, n);
        close(&mut page, n);
    }
    // That of the second comes first, and one of nobody's before both.
    for (start, headers) in [(1002, 99), (1000, 42), (1000, 41)] {
        let start = ms(start) + Millis::from_micros(if headers == 42 { 700 } else { 400 });
        page.network(
            "https://api.example.com/v1/chat/completions?key=secret",
            start,
            |_, _| Matched {
                network: Network {
                    headers: Some(ms(headers)),
                    ..Network::default()
                },
                protocol: None,
                worker: false,
            },
        );
    }
    page.settle(ms(2000), 1000.0);
    page.settle(ms(20_000), 19_000.0);
    let records = records(&mut page);
    records.iter().map(|record| record.marks.headers).collect()
}

#[test]
fn an_entry_that_starts_within_one_call_alone_is_that_one_s() {
    let own = [Some(ms(41)), Some(ms(42))];
    assert_eq!(beside(Engine::Chromium), own);
    assert_eq!(beside(Engine::Firefox), own);
    assert_eq!(beside(Engine::WebKit), [None, None]);
}

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
fn an_entry_that_began_in_time_replaces_one_that_did_not() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    // The list is asked for again meanwhile, at the same address.
    page.network(
        "https://api.example.com/v1/chat/completions?key=secret",
        ms(1010),
        |_, _| Matched {
            network: Network::default(),
            protocol: Some("h3".into()),
            worker: false,
        },
    );
    close(&mut page, 1);
    page.settle(ms(1500), 500.0);
    assert_eq!(records(&mut page).len(), 0, "its own may be on its way");
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.request.protocol.as_deref(), Some("h2"));
    assert_eq!(record.marks.headers, Some(ms(45)));
}

#[test]
fn a_late_entry_is_better_than_none() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    close(&mut page, 1);
    page.network(
        "https://api.example.com/v1/chat/completions?key=secret",
        ms(1030),
        |_, _| Matched {
            network: Network::default(),
            protocol: Some("h3".into()),
            worker: false,
        },
    );
    assert_eq!(finish(&mut page).request.protocol.as_deref(), Some("h3"));
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
