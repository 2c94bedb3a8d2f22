//! Which text of the page is the answer.

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
