//! First tokens in which nothing can be seen: the marks of markdown, white space.

use super::*;

const REASONING: &str =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"Hm\"}}]}\n\n";
const TOOL: &str = concat!(
    r#"data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","#,
    r#""type":"function","function":{"name":"f","arguments":""}}]}}]}"#,
    "\n\n"
);

/// A first token, at 1.3 s, and the answer behind a stall, shown at once.
fn after(first: &str) -> Record {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1300, first);
    read(&mut page, 1, 2300, &delta("The quick brown fox"));
    page.candidate(7, ms(2301), 1, "Thequickbrownfox");
    page.painted(7, Painted::between(ms(2310), ms(2310)));
    read(&mut page, 1, 2400, "data: [DONE]\n\n");
    close(&mut page, 1);
    entry(&mut page);
    finish(&mut page)
}

#[test]
fn the_wait_behind_a_first_token_without_letters_is_not_the_pages() {
    for first in ["**", "# ", "“", "- ", "```", "\n\n"] {
        let record = after(&delta(first));
        assert_eq!(record.marks.first_token, Some(ms(300)), "{first}");
        assert_eq!(record.marks.first_answer_token, Some(ms(1300)), "{first}");
        assert_eq!(record.segments.app, Some(ms(1)), "{first}");
        assert_eq!(record.segments.reason, None, "{first}");
        let generate = record.segments.generate.expect("an answer");
        assert!(generate.hi > ms(1000), "{first}");
    }
}

#[test]
fn letters_in_the_same_chunk_as_such_a_token_change_nothing() {
    let record = after(&[delta("**"), delta("The"), delta(" quick")].concat());
    assert_eq!(record.marks.first_answer_token, Some(ms(300)));
}

#[test]
fn an_answer_that_never_has_letters_begins_with_its_first_token() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1310, &delta("!"));
    read(&mut page, 1, 1330, &delta("?"));
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.marks.first_answer_token, Some(ms(310)));
}

#[test]
fn an_answer_that_the_app_says_is_there_began_with_such_a_token() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1300, &delta("—"));
    assert!(page.rendered(1, 7, ms(1301)));
    page.painted(7, Painted::between(ms(1310), ms(1310)));
    read(&mut page, 1, 2300, &delta("The quick"));
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.marks.first_answer_token, Some(ms(300)));
    assert_eq!(record.marks.first_answer_commit, Some(ms(301)));
}

#[test]
fn reasoning_and_tools_before_the_answer_are_a_part_of_their_own() {
    for first in [REASONING, TOOL] {
        let record = after(first);
        assert_eq!(record.marks.first_answer_token, Some(ms(1300)), "{first}");
        let reason = record.segments.reason.expect(first);
        assert!(reason.hi >= ms(900), "{reason:?}");
    }
}

#[test]
fn a_tool_behind_the_answer_does_not_make_white_space_a_part_before_it() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1300, &delta("\n\n"));
    read(&mut page, 1, 1330, &delta("Let me look."));
    read(&mut page, 1, 1340, TOOL);
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.marks.first_answer_token, Some(ms(330)));
    assert_eq!(record.segments.reason, None);
}
