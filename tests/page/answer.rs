//! Which text of the page is the answer, and for how long it is followed.

use super::*;
use ttft::answer::Fit;

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
fn an_answer_of_which_only_the_beginning_was_decoded_has_no_known_end() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1300, &delta("Yes."));
    page.skip(1, ms(1340), ms(1350), 300_000);
    page.end(1, ms(1400), End::Close, "");
    // A button, and the answer, which goes on.
    page.candidate(4, ms(1405), 1, "Yes");
    page.candidate(5, ms(1405), 1, "Yesthequickbrownfox");
    assert_eq!(page.take_orders(), []);
    // Nor does one that is longer end with what is known of it.
    page.open(2, opening(2, 0), Facts::default());
    page.response(2, ms(1450), &ok(200, true));
    read(&mut page, 2, 1500, &delta(ANSWER));
    page.candidate(6, ms(1501), 1, HEAD);
    assert_eq!(page.take_orders(), [Order::Found { call: 2, handle: 6 }]);
    page.skip(2, ms(1540), ms(1550), 300_000);
    page.end(2, ms(1600), End::Close, "");
    assert_eq!(page.goes_on(2, "overthelazydog"), Fit::Begins);
}

#[test]
fn the_end_of_an_answer_whose_bytes_were_lost_is_not_looked_for() {
    for lost in [false, true] {
        let mut page = page();
        open(&mut page, 1, 0);
        whole_answer(&mut page, 1);
        page.candidate(7, ms(1302), 1, HEAD);
        page.painted(7, Painted::told(ms(1312)));
        if lost {
            page.skip(1, ms(1340), ms(1350), 300_000);
        }
        close(&mut page, 1);
        entry(&mut page);
        page.take_orders();
        page.settle(ms(1401), 401.0);
        let asked = page.take_orders().contains(&Order::Tail(1));
        assert_eq!(asked, !lost, "lost: {lost}");
    }
}

#[test]
fn a_text_that_only_begins_like_a_short_answer_is_not_it() {
    for (answer, other, own) in [("4", "42s", "4"), ("Yes.", "Yesterday", "Yes")] {
        let mut page = page();
        open(&mut page, 1, 0);
        read(&mut page, 1, 1300, &delta(answer));
        page.candidate(4, ms(1305), 1, other);
        close(&mut page, 1);
        page.candidate(5, ms(1410), 1, &format!("{other}\nCopy"));
        assert_eq!(page.take_orders(), [], "{other}");
        page.candidate(6, ms(1450), 1, &format!("{own}\nCopy"));
        assert_eq!(page.take_orders(), [Order::Found { call: 1, handle: 6 }]);
        page.painted(6, Painted::told(ms(1460)));
        entry(&mut page);
        let marks = finish(&mut page).marks;
        assert_eq!(marks.first_answer_commit, Some(ms(450)), "{answer}");
    }
}

#[test]
fn a_short_answer_claims_no_text_of_one_that_goes_on() {
    let mut page = page();
    for (n, answer) in [(1, "Yes."), (2, "Yes, the quick brown fox jumps.")] {
        open(&mut page, n, 0);
        read(&mut page, n, 1300, &delta(answer));
        close(&mut page, n);
    }
    page.candidate(7, ms(1410), 1, "Yesthequickbrownfoxjumps");
    assert_eq!(page.take_orders(), [Order::Found { call: 2, handle: 7 }]);
    page.candidate(8, ms(1420), 1, "Yes");
    assert_eq!(page.take_orders(), [Order::Found { call: 1, handle: 8 }]);
}

#[test]
fn what_was_said_before_a_tool_was_called_may_stand_for_itself() {
    let tool = "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}\n\n";
    for text in [
        "Letmecheck",
        "Letme\ncheck\nsearch",
        "LetmecheckTheweatherinParisisfine",
    ] {
        let mut page = page();
        open(&mut page, 1, 0);
        read(&mut page, 1, 1300, &delta("Let me check."));
        assert!(page.candidate(4, ms(1305), 1, "Letmecheck"));
        assert_eq!(page.take_orders(), [], "it may go on");
        page.grown(4, text);
        for chunk in [tool, &delta("The weather in Paris is fine.")] {
            read(&mut page, 1, 1400, chunk);
        }
        assert_eq!(page.take_orders(), [Order::Found { call: 1, handle: 4 }]);
    }
}

#[test]
fn what_only_begins_like_it_is_not_what_was_said_before_a_tool() {
    let tool = "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}\n\n";
    for (said, text) in [
        ("Let me check.", "Letmechecktheweather"),
        ("Let me check.", "Letme\nche"),
        ("Sure", "Sure"),
    ] {
        let mut page = page();
        open(&mut page, 1, 0);
        read(&mut page, 1, 1300, &delta(said));
        page.candidate(4, ms(1305), 1, text);
        for chunk in [tool, &delta(" The old fox is not at home today.")] {
            read(&mut page, 1, 1400, chunk);
        }
        assert_eq!(page.take_orders(), [], "{text}");
    }
}

#[test]
fn what_two_streams_say_before_a_tool_is_neithers_without_a_target() {
    let tool = "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}\n\n";
    for targets in [[0, 0], [1, 2]] {
        let mut page = page();
        for (n, target) in [(1, targets[0]), (2, targets[1])] {
            open(&mut page, n, target);
            read(&mut page, n, 1300, &delta("Let me check."));
        }
        page.candidate(4, ms(1305), 1 | 1 << targets[0], "Letmecheck");
        read(&mut page, 2, 1390, &delta(" The weather in Paris is fine."));
        read(&mut page, 1, 1400, tool);
        let is_told_apart = page.take_orders() == [Order::Found { call: 1, handle: 4 }];
        assert_eq!(is_told_apart, targets == [1, 2], "{targets:?}");
    }
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
fn two_answers_that_begin_alike_are_told_apart_where_they_differ() {
    let mut page = page();
    for (n, end) in [(1, "dog"), (2, "cat")] {
        open(&mut page, n, 0);
        read(&mut page, n, 1300, &delta(&ANSWER.replace("dog", end)));
    }
    let begins = HEAD.strip_suffix("dog").expect("a dog");
    // So far either may be the other's.
    page.candidate(7, ms(1302), 1, begins);
    page.candidate(8, ms(1303), 1, begins);
    assert_eq!(page.take_orders(), []);
    page.grown(7, &format!("{begins}cat"));
    assert_eq!(page.take_orders(), [Order::Found { call: 2, handle: 7 }]);
    page.grown(8, HEAD);
    assert_eq!(page.take_orders(), [Order::Found { call: 1, handle: 8 }]);
}

#[test]
fn who_agrees_with_less_than_all_takes_no_text_that_may_be_anothers() {
    let mut page = page();
    let answers = ["fee is 9", "tariff[1] rises"];
    for (n, end) in (1..).zip(answers) {
        open(&mut page, n, 0);
        let answer = format!("Based on the documents provided, the {end}");
        read(&mut page, n, 1300, &delta(&answer));
    }
    // As an app shows it that takes the marks of its sources out.
    page.candidate(7, ms(1302), 1, "Basedonthedocumentsprovidedthetariffrises");
    assert_eq!(page.take_orders(), []);
}

#[test]
fn what_was_stopped_at_once_claims_no_text_of_what_is_asked_instead() {
    for stopped in [true, false] {
        let mut page = page();
        open(&mut page, 1, 0);
        read(&mut page, 1, 1300, &delta("The"));
        if stopped {
            page.end(1, ms(1310), End::Cancel, "");
        }
        open(&mut page, 2, 0);
        let (first, rest) = ANSWER.split_at(9);
        read(&mut page, 2, 1400, &delta(first));
        page.candidate(7, ms(1402), 1, "Thequick");
        read(&mut page, 2, 1450, &delta(rest));
        assert_eq!(page.take_orders(), []);
        page.grown(7, HEAD);
        let found = page.take_orders();
        let own = [Order::Found { call: 2, handle: 7 }];
        assert_eq!(found, own[..usize::from(stopped)], "stopped: {stopped}");
    }
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
    page.painted(2, Painted::between(ms(1310), ms(1310)));
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.paint.map(|paint| paint.found), Some(Found::Target));
    assert_eq!(record.marks.first_answer_commit, Some(ms(302)));
}

#[test]
fn in_a_target_the_first_change_counts_though_another_came_instead() {
    let mut page = page();
    open(&mut page, 1, 1);
    whole_answer(&mut page, 1);
    page.candidate(2, ms(1302), 1 | 1 << 1, "translated");
    page.dropped(2);
    page.candidate(3, ms(1402), 1 | 1 << 1, "translatedanew");
    page.painted(2, Painted::between(ms(1310), ms(1310)));
    page.painted(3, Painted::between(ms(1410), ms(1410)));
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.paint.map(|paint| paint.found), Some(Found::Target));
    assert_eq!(record.marks.first_answer_commit, Some(ms(302)));
    assert_eq!(record.marks.first_answer_paint, Some(ms(310)));
}

#[test]
fn the_paint_of_a_later_text_is_not_that_of_the_first_change() {
    let mut page = page();
    open(&mut page, 1, 1);
    whole_answer(&mut page, 1);
    page.candidate(2, ms(1302), 1 | 1 << 1, "translated");
    page.painted(2, Painted::between(ms(1310), ms(1310)));
    page.dropped(2);
    page.candidate(3, ms(1370), 1 | 1 << 1, "anew");
    close(&mut page, 1);
    page.painted(3, Painted::between(ms(1410), ms(1410)));
    entry(&mut page);
    let marks = finish(&mut page).marks;
    assert_eq!(marks.first_answer_commit, Some(ms(302)));
    assert_eq!(marks.first_answer_paint, Some(ms(310)));
}

#[test]
fn the_first_change_is_painted_though_it_is_told_late() {
    let mut page = page();
    open(&mut page, 1, 1);
    whole_answer(&mut page, 1);
    page.candidate(2, ms(1302), 1 | 1 << 1, "translated");
    page.dropped(2);
    page.candidate(3, ms(1370), 1 | 1 << 1, "anew");
    page.painted(3, Painted::between(ms(1380), ms(1380)));
    close(&mut page, 1);
    assert_eq!(page.take_orders(), [Order::Found { call: 1, handle: 3 }]);
    page.painted(2, Painted::between(ms(1310), ms(1310)));
    entry(&mut page);
    let marks = finish(&mut page).marks;
    assert_eq!(marks.first_answer_commit, Some(ms(302)));
    assert_eq!(marks.first_answer_paint, Some(ms(310)));
}

#[test]
fn two_streams_of_the_same_words_in_one_target_get_neither() {
    let mut page = page();
    for n in [1, 2] {
        open(&mut page, n, n);
        whole_answer(&mut page, n);
    }
    let both = 1 | 1 << 1 | 1 << 2;
    page.candidate(7, ms(1302), both, HEAD);
    page.candidate(8, ms(1303), both, HEAD);
    for n in [1, 2] {
        close(&mut page, n);
    }
    page.settle(ms(2000), 1000.0);
    page.settle(ms(20_000), 19_000.0);
    let found: Vec<_> = records(&mut page)
        .iter()
        .map(|record| record.paint.as_ref().map(|paint| paint.found))
        .collect();
    assert_eq!(found, [Some(Found::None); 2]);
}

#[test]
fn the_apps_word_goes_before_what_was_found() {
    let mut page = page();
    open(&mut page, 1, 0);
    assert!(!page.rendered(1, 5, ms(1200)));
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    assert!(page.rendered(1, 9, ms(1320)));
    assert!(!page.rendered(1, 10, ms(1340)));
    page.painted(9, Painted::between(ms(1330), ms(1330)));
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.paint.map(|paint| paint.found), Some(Found::App));
    assert_eq!(
        record.marks.first_answer_commit,
        Some(ms(320)),
        "not the placeholder's"
    );
    assert_eq!(record.marks.last_commit, None, "nobody looked for more");
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

/// An answer that ended at 1390, and of which the page shows the beginning.
fn half_shown() -> Page {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::told(ms(1312)));
    page.progress(1, ms(1302), ms(1312));
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
        page.progress(1, ms(at), ms(at + 8));
        page.tail(1, "Thequickbrown");
        page.settle(ms(at + 490), (at + 490 - 1000) as f64);
        assert_eq!(records(&mut page), []);
    }
    // A button follows it.
    let tail = format!("{}Copy", &HEAD[5..]);
    page.progress(1, ms(3400), ms(3408));
    page.take_orders();
    page.settle(ms(3410), 2410.0);
    assert_eq!(page.take_orders(), [Order::Tail(1)]);
    page.tail(1, &tail);
    page.settle(ms(3430), 2430.0);
    let record = records(&mut page).remove(0);
    assert_eq!(record.marks.last_commit, Some(ms(2400)));
    assert_eq!(record.marks.last_paint, Some(ms(2408)));
}

#[test]
fn the_last_change_is_the_latest_whenever_it_is_told() {
    let mut page = half_shown();
    page.progress(1, ms(1900), ms(1908));
    // A part in which the answer turns out to go on had changed before.
    page.progress(1, ms(1500), ms(1508));
    page.settle(ms(3000), 2000.0);
    page.settle(ms(4500), 3500.0);
    let record = records(&mut page).remove(0);
    assert_eq!(record.marks.last_commit, Some(ms(900)));
    assert_eq!(record.marks.last_paint, Some(ms(908)));
}

#[test]
fn a_record_does_not_wait_for_an_answer_whose_end_never_shows() {
    // Nothing comes any more,
    let mut page = half_shown();
    page.progress(1, ms(1900), ms(1908));
    page.tail(1, "Thequickbrown");
    page.settle(ms(2890), 1890.0);
    assert_eq!(records(&mut page), []);
    page.settle(ms(2910), 1910.0);
    assert_eq!(records(&mut page).len(), 1);
    // or something else goes on for ever,
    let mut page = half_shown();
    let mut at = 1400;
    while records(&mut page).is_empty() {
        at += 500;
        page.progress(1, ms(at), ms(at + 8));
        page.tail(1, "1234");
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
fn of_changes_in_a_target_the_earliest_counts_and_what_is_there_is_followed() {
    let mut page = page();
    open(&mut page, 1, 1);
    whole_answer(&mut page, 1);
    page.candidate(2, ms(1302), 1 | 1 << 1, "translated");
    page.candidate(3, ms(1350), 1 | 1 << 1, "more");
    page.candidate(4, ms(1370), 1 | 1 << 1, "evenmore");
    page.dropped(3);
    page.dropped(2);
    close(&mut page, 1);
    entry(&mut page);
    let followed = Order::Found { call: 1, handle: 4 };
    page.settle(ms(1500), 500.0);
    assert!(page.take_orders().contains(&followed));
    page.painted(4, Painted::between(ms(1380), ms(1380)));
    let marks = finish(&mut page).marks;
    assert_eq!(marks.first_answer_commit, Some(ms(302)));
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

#[test]
fn a_text_elsewhere_is_how_the_answer_goes_on_if_it_was_just_read() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    // Far beyond what is kept, in letters of two and three bytes.
    for n in 1..400 {
        let text = format!("{n}. Füchse 日本語 und Hühner. ");
        read(&mut page, 1, 1400 + n, &delta(&text));
        let newest = format!("undHühner{n}Füchse日本語undHühner");
        assert_eq!(
            page.goes_on(1, &newest),
            if n > 1 { Fit::Confirmed } else { Fit::No }
        );
    }
    read(
        &mut page,
        1,
        2000,
        &delta("Seven sheep walk by the sleeping fox."),
    );
    for (head, fit) in [
        ("Sevensheep", Fit::Begins),
        ("Sevensheepwalkbythesleepingfox", Fit::Confirmed),
        ("398Füchse\n日本語und\nHühner399Füchse", Fit::Confirmed),
        ("398Füchse日本語undHühner400Füchse", Fit::No),
        ("10secondsagosevensheepwalkedby", Fit::No),
        ("1Füchse日本語undHühner2Füchse日本語undHühner", Fit::No),
        ("", Fit::No),
    ] {
        assert_eq!(page.goes_on(1, head), fit, "{head}");
    }
    assert_eq!(page.goes_on(2, "Sevensheepwalkbythesleepingfox"), Fit::No);
}

#[test]
fn another_copy_of_an_answer_is_not_how_it_goes_on() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    assert_eq!(page.goes_on(1, HEAD), Fit::Begins);
    assert_eq!(page.goes_on(1, "Thequick"), Fit::Begins);
    assert_eq!(page.goes_on(1, &HEAD[3..]), Fit::Confirmed);
    // A part that begins in the same words is none.
    let part = "The quick brown fox jumps over the sheep. And so on it goes.";
    read(&mut page, 1, 1350, &delta(part));
    assert_eq!(
        page.goes_on(1, "Thequickbrownfoxjumpsoverthesheep"),
        Fit::Confirmed
    );
}

#[test]
fn an_answer_that_is_sent_again_from_the_start_goes_on_as_well() {
    let mut page = page();
    open(&mut page, 1, 0);
    let text: Vec<String> = (0..90).map(|n| format!("{n} foxes jump. ")).collect();
    for end in 1..=60 {
        let whole = serde_json::json!({"text": text[..end].concat(), "meta_info": {"id": "1"}});
        read(
            &mut page,
            1,
            1300 + end as i64,
            &format!("data: {whole}\n\n"),
        );
    }
    assert_eq!(
        page.goes_on(1, "57foxesjump58foxesjump59foxesjump"),
        Fit::Confirmed
    );
    assert_eq!(
        page.goes_on(1, "57foxesjump58foxesjump60foxesjump"),
        Fit::No
    );
}
