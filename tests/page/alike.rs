//! Answers that are alike: of which of them a text is.

use super::*;

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
