//! Calls that the app tells of, questions of several calls, and streams that
//! nobody knows.

use super::*;
use ttft::decoder::{PLAIN_TEXT, UserDialect};
use ttft::record::{ArrivalMethod, Turn};

const DELTA: &[u8] = b"{\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}";

/// A worker's: there is nothing to wait for but the stream.
fn page() -> Page {
    page_that(false)
}

fn opening(call: u32) -> Opening {
    Opening {
        url: "wss://api.example.com/chat/123?key=secret".into(),
        bytes: None,
        route: None,
        ..super::opening(call, 0)
    }
}

fn by_hand(page: &mut Page, own: Option<UserDialect>) {
    page.open(1, opening(1), Facts::default());
    page.by_hand(1, "", own);
}

fn record(page: &mut Page) -> Record {
    // Right at its end: nobody waits for a network entry.
    page.settle(ms(1500), 500.0);
    records(page).swap_remove(0)
}

#[test]
fn events_are_decoded_without_their_framing() {
    let mut page = page();
    by_hand(&mut page, None);
    page.event(1, ms(1000), ms(1200), "", DELTA);
    page.event(1, ms(1000), ms(1200), "", DELTA);
    page.event(1, ms(1000), ms(1300), "", b"[DONE]");
    page.end(1, ms(1310), End::Close, "");
    let record = record(&mut page);
    assert_eq!(record.outcome, Outcome::Complete);
    assert_eq!(record.request.dialect.as_deref(), Some("openai-chat"));
    assert_eq!(record.request.origin, "wss://api.example.com");
    assert_eq!(record.request.path, "/chat/:id");
    assert_eq!(record.request.status, None);
    assert_eq!(record.network_missing, Some(NetworkMissing::NoEntry));
    assert_eq!(record.marks.first_byte, Some(ms(200)));
    assert_eq!(record.marks.first_answer_token, Some(ms(200)));
    assert_eq!(record.marks.end, Some(ms(300)));
    assert_eq!(record.stream.expect("a stream").events, 3);
    // Two in one moment are no sign of an app that does not ask.
    assert_eq!(
        record.arrival.expect("an arrival").method,
        ArrivalMethod::Read
    );
}

#[test]
fn a_name_counts_as_that_of_a_server_sent_event() {
    for (name, outcome) in [("output", Outcome::Complete), ("", Outcome::NoOutput)] {
        let mut page = page();
        by_hand(&mut page, None);
        page.event(1, ms(1000), ms(1100), name, b"Hi");
        page.event(1, ms(1000), ms(1200), "done", b"{}");
        page.end(1, ms(1210), End::Close, "");
        assert_eq!(record(&mut page).outcome, outcome, "named {name}");
    }
}

#[test]
fn text_is_text_whatever_it_looks_like() {
    let mut page = page();
    by_hand(&mut page, None);
    for text in ["{\"choices\":[", "data: x\n\n", "[DONE"] {
        page.event(1, ms(1000), ms(1200), PLAIN_TEXT, text.as_bytes());
    }
    page.end(1, ms(1300), End::Close, "");
    let record = record(&mut page);
    assert_eq!(record.outcome, Outcome::Complete);
    assert_eq!(record.request.dialect.as_deref(), Some("plain-text"));
    assert_eq!(record.stream.expect("a stream").events, 3);
    assert!(page.take_orders().iter().all(is_over));
}

#[test]
fn a_dialect_for_one_call_is_tried_beside_those_of_the_page() {
    let acme = |name: &str, answer: &str| UserDialect {
        name: name.into(),
        answer: Some(answer.into()),
        ..UserDialect::default()
    };
    let mut page = page();
    let pages = page.surroundings.dialects.and(acme("pages", "token"));
    page.surroundings.dialects = pages.expect("a sound dialect");
    for (event, name) in [
        ("{\"word\":\"Hi\"}", "own"),
        ("{\"token\":\"Hi\"}", "pages"),
    ] {
        by_hand(&mut page, Some(acme("own", "word")));
        page.event(1, ms(1000), ms(1200), "", event.as_bytes());
        page.end(1, ms(1300), End::Close, "");
        assert_eq!(record(&mut page).request.dialect.as_deref(), Some(name));
    }
    page.take_orders();
    by_hand(&mut page, Some(acme("broken", "a//b")));
    let orders = page.take_orders();
    let [Order::Refused(message)] = orders.as_slice() else {
        panic!("{orders:?}")
    };
    assert!(message.starts_with("broken has a path"), "{message}");
    page.event(1, ms(1000), ms(1200), "", b"{\"token\":\"Hi\"}");
    page.end(1, ms(1300), End::Close, "");
    let record = record(&mut page);
    assert_eq!(record.request.dialect.as_deref(), Some("pages"));
}

#[test]
fn a_call_of_a_turn_counts_from_the_act() {
    for (acted, mark) in [(700, Some(-300)), (1000, Some(0)), (1200, None)] {
        let mut page = page();
        let turn = Turn {
            id: "turn".into(),
            seq: 2,
        };
        let opening = Opening {
            turn: Some((turn.clone(), ms(acted))),
            ..opening(1)
        };
        page.open(1, opening, Facts::default());
        page.by_hand(1, "", None);
        page.end(1, ms(1300), End::Close, "");
        let record = record(&mut page);
        assert_eq!(record.turn, Some(turn));
        assert_eq!(record.marks.turn_start, mark.map(ms), "acted at {acted}");
    }
}

#[test]
fn what_is_discarded_is_not_told_either() {
    let mut page = page();
    by_hand(&mut page, None);
    page.event(1, ms(1000), ms(1200), "", DELTA);
    page.discard(1);
    assert!(page.take_happening().is_none());
}

fn is_over(order: &Order) -> bool {
    matches!(order, Order::Over(_))
}

/// What is told of a stream, with its type, its body and how it ended.
fn told(page: &mut Page, expected: bool, content_type: &str, body: &str, how: End) -> Vec<Order> {
    let opening = Opening {
        expected,
        ..opening(1)
    };
    page.open(1, opening, Facts::default());
    let response = Response {
        status: 200,
        hints: Hints {
            content_type,
            ..Hints::default()
        },
        server_timing: "",
        body: true,
    };
    page.response(1, ms(1050), &response);
    page.read(1, ms(1060), ms(1100), body.as_bytes());
    page.end(1, ms(1400), how, "");
    page.settle(ms(1500), 500.0);
    page.settle(ms(20_000), 19_000.0);
    let mut orders = page.take_orders();
    orders.retain(|order| !is_over(order));
    orders
}

const SSE: &str = "text/event-stream; charset=utf-8";
const PRICE: &str = "data: {\"price\":12}\n\n";

#[test]
fn a_stream_that_nobody_knows_is_told_once_for_its_place() {
    for (expected, content_type, body) in [
        (false, SSE, PRICE),
        (true, SSE, PRICE),
        (true, "application/x-ndjson", "{\"price\":12}\n"),
        (true, "application/jsonl", "{\"price\":12}\n"),
    ] {
        let mut page = page();
        let orders = told(&mut page, expected, content_type, body, End::Close);
        let place = String::from("wss://api.example.com/chat/:id");
        assert_eq!(orders, [Order::Unrecognised(place)], "{content_type}");
        let again = told(&mut page, expected, content_type, body, End::Close);
        assert_eq!(again, [], "the second time");
    }
}

#[test]
fn a_long_stream_that_nobody_knows_is_told_of_also_where_the_page_had_enough() {
    let long = PRICE.repeat(40);
    for (content_type, how) in [
        (SSE, End::Cancel),
        ("text/plain", End::Close),
        ("application/stream+json", End::Close),
    ] {
        let lines = long.replace("data: ", "").replace("\n\n", "\n");
        let body = if content_type.starts_with("app") {
            &lines
        } else {
            &long
        };
        let orders = told(&mut page(), true, content_type, body, how);
        assert_eq!(orders.len(), 1, "{content_type}");
    }
}

#[test]
fn what_is_known_is_no_stream_or_was_not_whole_is_not_told() {
    let known = format!("data: {}\n\n", String::from_utf8_lossy(DELTA));
    for (expected, content_type, body, how) in [
        (true, SSE, known.as_str(), End::Close),
        (false, SSE, &known, End::Close),
        (true, SSE, ": ping\n\n", End::Close),
        (
            true,
            SSE,
            "data: {\"error\":{\"code\":\"busy\"}}\n\n",
            End::Close,
        ),
        (false, SSE, PRICE, End::Cancel),
        (true, SSE, PRICE, End::Cancel),
        (true, SSE, PRICE, End::Fail),
        (true, "application/json", "{\"price\":12}", End::Close),
        (true, "text/html", "<h1>No</h1>", End::Close),
        (true, "", "{\"price\":12}", End::Close),
        (false, "text/plain", "User-agent: *", End::Close),
        (true, "text/plain", "An answer.", End::Close),
    ] {
        let orders = told(&mut page(), expected, content_type, body, how);
        assert_eq!(orders, [], "{content_type} {body} {how:?}");
    }
}
