//! One body with several answers, each with an end of its own, as where an
//! agent's loop passes on what its model says.

use super::*;

const CALL: &str = "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"look\",\"input\":{}}}\n\n";
const STOP: &str = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

fn text() -> String {
    let delta = serde_json::json!({"type": "text_delta", "text": ANSWER});
    let event = serde_json::json!({"type": "content_block_delta", "index": 0, "delta": delta});
    format!("event: content_block_delta\ndata: {event}\n\n")
}

#[test]
fn what_comes_after_an_end_is_the_same_answer() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1200, &[CALL, STOP].concat());
    assert!(page.wants().tick, "for the next round");
    // The tool takes its time.
    page.settle(ms(5000), 4000.0);
    page.settle(ms(8000), 7000.0);
    read(&mut page, 1, 9000, &text());
    assert!(page.candidate(7, ms(9005), 1, HEAD));
    page.painted(7, Painted::told(ms(9015)));
    read(&mut page, 1, 9100, STOP);
    page.end(1, ms(9200), End::Close, "");
    page.settle(ms(9210), 8210.0);
    entry(&mut page);
    page.settle(ms(9300), 8300.0);
    page.settle(ms(20_000), 19_000.0);
    let record = records(&mut page).remove(0);
    assert_eq!(record.outcome, Outcome::Complete);
    let marks = &record.marks;
    assert_eq!(marks.first_token, Some(ms(200)));
    assert_eq!(marks.first_answer_token, Some(ms(8000)));
    assert_eq!(marks.last_token, Some(ms(8000)));
    assert_eq!(marks.end, Some(ms(8100)));
    assert_eq!(marks.headers, Some(ms(45)));
    assert_eq!(record.segments.app, Some(ms(5)));
}

#[test]
fn words_before_a_tool_end_no_answer() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1200, &[&text(), CALL, STOP].concat());
    assert!(page.candidate(7, ms(1205), 1, HEAD));
    page.painted(7, Painted::told(ms(1215)));
    page.settle(ms(5000), 4000.0);
    page.settle(ms(8000), 7000.0);
    assert!(records(&mut page).is_empty(), "the tool takes its time");
    read(&mut page, 1, 9000, &[&text(), STOP].concat());
    page.settle(ms(20_000), 19_000.0);
    page.settle(ms(22_000), 21_000.0);
    let record = records(&mut page).remove(0);
    assert_eq!(record.outcome, Outcome::Complete);
    assert_eq!(record.marks.first_answer_token, Some(ms(200)));
    assert_eq!(record.marks.last_token, Some(ms(8000)));
    // Its body is open still, so the browser has no entry.
    assert_eq!(record.network_missing, Some(NetworkMissing::NoEntry));
}

#[test]
fn a_round_that_breaks_off_is_not_complete() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1200, &[CALL, STOP, &text()].concat());
    page.end(1, ms(1400), End::Close, "");
    entry(&mut page);
    assert_eq!(finish(&mut page).outcome, Outcome::Truncated);
}

#[test]
fn an_end_without_an_answer_is_believed_in_time() {
    let mut page = page();
    open(&mut page, 1, 0);
    // The client lets go of the body.
    read(&mut page, 1, 1200, &[CALL, STOP].concat());
    page.settle(ms(2000), 1000.0);
    page.settle(ms(31_000), 30_000.0);
    assert_eq!(records(&mut page).len(), 0);
    page.settle(ms(33_000), 32_000.0);
    let records = records(&mut page);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].outcome, Outcome::Complete);
    assert_eq!(records[0].marks.end, Some(ms(200)));
}

#[test]
fn the_networks_entry_is_awaited_from_the_bodys_end() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1200, &[CALL, STOP].concat());
    page.settle(ms(1300), 300.0);
    page.settle(ms(3900), 2900.0);
    page.end(1, ms(4000), End::Close, "");
    page.settle(ms(4010), 3010.0);
    entry(&mut page);
    page.settle(ms(4030), 3030.0);
    let record = records(&mut page).remove(0);
    assert_eq!(record.marks.headers, Some(ms(45)));
    assert_eq!(record.outcome, Outcome::Complete);
}

#[test]
fn a_connection_that_breaks_behind_the_end_breaks_nothing() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    read(&mut page, 1, 1390, "data: [DONE]\n\n");
    page.end(1, ms(1400), End::Fail, "TypeError");
    page.leave(ms(1450), 450.0, true);
    let record = records(&mut page).remove(0);
    assert_eq!(record.outcome, Outcome::Complete);
    assert_eq!(record.error, None);
    assert_eq!(record.marks.end, Some(ms(390)));
}

#[test]
fn a_page_that_hides_between_two_rounds_hears_of_the_second() {
    let mut page = page();
    open(&mut page, 1, 0);
    read(&mut page, 1, 1200, &[CALL, STOP].concat());
    assert!(!page.is_settling(), "nobody has to wait for it");
    page.leave(ms(2000), 1000.0, false);
    assert_eq!(records(&mut page).len(), 1);
    page.visibility(ms(2000), true);
    page.visibility(ms(3000), false);
    read(&mut page, 1, 4000, &[&text(), STOP].concat());
    page.candidate(7, ms(4005), 1, HEAD);
    page.painted(7, Painted::told(ms(4015)));
    page.end(1, ms(4100), End::Close, "");
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!((record.rev, record.outcome), (2, Outcome::Complete));
    assert_eq!(record.marks.first_answer_commit, Some(ms(3005)));
}

#[test]
fn an_answer_that_the_bodys_end_completes_comes_with_it() {
    let mut page = page();
    open_as(&mut page, "application/x-ndjson", opening(1, 0));
    let tool = serde_json::json!({"function": {"name": "look", "arguments": {}}});
    let call =
        serde_json::json!({"message": {"tool_calls": [tool]}, "done": true, "created_at": "1"});
    read(&mut page, 1, 1200, &format!("{call}\n"));
    let line = serde_json::json!({"message": {"content": ANSWER}, "done": true, "created_at": "2"});
    read(&mut page, 1, 5000, &line.to_string());
    page.end(1, ms(5100), End::Close, "");
    let record = page.last().expect("a record");
    assert_eq!(record.marks.first_token, Some(ms(200)));
    assert_eq!(record.marks.first_answer_token, Some(ms(4100)));
    assert_eq!(record.marks.end, Some(ms(4100)));
}
