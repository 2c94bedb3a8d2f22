//! What the watch is told of the texts that may be an answer.

use super::*;
use proptest::prelude::*;
use ttft::page::First;

fn first(page: &Page) -> Option<char> {
    let unit = u32::from(page.wants().first.unit());
    char::from_u32(unit).filter(|_| unit != u32::from(First::ANY.unit()))
}

#[test]
fn texts_that_may_be_the_answer_begin_with_its_letter() {
    let mut page = page();
    assert_eq!(page.wants().first, First::NONE);
    open(&mut page, 1, 0);
    read(&mut page, 1, 1100, ": ping\n\n");
    assert_eq!(page.wants().first, First::NONE, "nothing is known of it");
    read(&mut page, 1, 1300, &delta("**"));
    assert_eq!(page.wants().first, First::NONE);
    read(&mut page, 1, 1310, &delta("The** quick"));
    assert_eq!(first(&page), Some('T'));
    open(&mut page, 2, 0);
    read(&mut page, 2, 1320, &delta("They"));
    assert_eq!(first(&page), Some('T'));
    open(&mut page, 3, 0);
    read(&mut page, 3, 1330, &delta("All"));
    assert_eq!(page.wants().first, First::ANY);
}

#[test]
fn beyond_the_basic_plane_it_is_half_a_letter() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1300, &delta("🦊 says"));
    assert_eq!(page.wants().first.unit(), 0xd83e);
}

#[test]
fn what_may_be_hidden_and_what_is_in_a_target_may_begin_as_it_likes() {
    for (target, text) in [(0, "1. Open the settings"), (1, ANSWER)] {
        let mut page = page();
        open(&mut page, 1, target);
        read(&mut page, 1, 1300, &delta(text));
        assert_eq!(page.wants().first, First::ANY, "{text}");
    }
}

#[test]
fn reasoning_that_is_shown_as_well_may_begin_otherwise() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1300, &delta("<think>Let me see"));
    assert_eq!(first(&page), Some('L'));
    read(&mut page, 1, 1310, &delta("</think>The fox"));
    assert_eq!(page.wants().first, First::ANY);
}

const LETTERS: &str = "[abAé🦊1*`\\[\\]()!$<>& .\n]{0,12}";

proptest! {
    #[test]
    fn no_other_text_is_kept(
        answers in proptest::collection::vec(proptest::collection::vec(LETTERS, 1..3), 1..3),
        text in "[abAé🦊1][abAé🦊1\n]{0,8}",
    ) {
        let mut page = page();
        for (at, pieces) in (1..).zip(&answers) {
            open(&mut page, at, 0);
            for piece in pieces {
                read(&mut page, at, 1300, &delta(piece));
            }
        }
        let first = page.wants().first;
        let begins = text.encode_utf16().next();
        if page.candidate(1, ms(1400), 1, &text) {
            prop_assert!(first == First::ANY || begins == Some(first.unit()), "{first:?}");
        }
    }
}
