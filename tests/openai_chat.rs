//! Chat completions through the whole chain.

use ttft::decoder::{Decoder, Event, Hints, Signals};
use ttft::millis::Millis;

fn decode(body: &str) -> (Decoder, Vec<Event>) {
    let hints = Hints {
        content_type: "text/event-stream",
        ..Hints::default()
    };
    let mut decoder = Decoder::new(&hints);
    let mut events = Vec::new();
    for byte in body.as_bytes().chunks(1) {
        decoder.push(byte, &mut |event| events.push(*event));
    }
    decoder.finish(&mut |event| events.push(*event));
    (decoder, events)
}

/// The events of one choice whose deltas are given.
fn deltas(deltas: &[&str]) -> String {
    deltas
        .iter()
        .map(|delta| format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{delta}}}]}}\n\n"))
        .collect()
}

fn signals(events: &[Event]) -> Vec<Vec<&'static str>> {
    events
        .iter()
        .map(|event| event.signals.names().collect())
        .collect()
}

#[test]
fn role_only_and_empty_deltas_are_not_tokens() {
    let (decoder, events) = decode(&deltas(&[
        r#"{"role":"assistant","content":""}"#,
        r#"{"role":"assistant","content":null,"reasoning_content":""}"#,
        r#"{"tool_calls":[]}"#,
        "{}",
    ]));
    assert_eq!(events.len(), 4);
    assert!(
        events
            .iter()
            .all(|event| event.signals == Signals::LIVENESS)
    );
    assert!(decoder.recognised());
    assert_eq!(decoder.tokens(), None);
}

#[test]
fn blank_text_is_text_and_no_answer() {
    let (decoder, events) = decode(&deltas(&[
        r#"{"content":"\n\n"}"#,
        r#"{"content":"\u00a0\u200b"}"#,
        r#"{"content":" Hi"}"#,
    ]));
    assert_eq!(
        signals(&events),
        [vec!["text"], vec!["text"], vec!["text", "answer"]]
    );
    assert_eq!(decoder.answer_head(), "\n\n\u{a0}\u{200b} Hi");
}

#[test]
fn escapes_are_decoded() {
    let (decoder, _) = decode(&deltas(&[
        r#"{"content":"a\"\\\/\n\u00e9\ud83d\ude42\ud800x"}"#,
    ]));
    assert_eq!(decoder.answer_head(), "a\"\\/\n\u{e9}\u{1f642}\u{fffd}x");
}

#[test]
fn every_field_for_reasoning_is_read() {
    for delta in [
        r#"{"content":null,"reasoning_content":"Hm"}"#,
        r#"{"content":"","reasoning":"Hm"}"#,
        r#"{"reasoning_details":[{"type":"reasoning.text","text":"Hm"}]}"#,
        r#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm"}]}]}"#,
    ] {
        let (decoder, events) = decode(&deltas(&[delta]));
        assert_eq!(signals(&events), [vec!["reasoning"]], "{delta}");
        assert_eq!(decoder.reasoning_head(), "Hm");
        assert_eq!(decoder.answer_head(), "");
    }
}

#[test]
fn reasoning_sent_twice_is_counted_once() {
    let twice = r#"{"reasoning":"Hm","reasoning_details":[{"text":"Hm"}]}"#;
    let (decoder, _) = decode(&deltas(&[twice]));
    assert_eq!(decoder.reasoning_head(), "Hm");
}

#[test]
fn a_refusal_is_visible_text() {
    let (_, events) = decode(&deltas(&[r#"{"content":null,"refusal":"No"}"#]));
    assert_eq!(signals(&events), [["text", "answer", "refusal"]]);
}

#[test]
fn inline_thinking_before_the_answer_is_reasoning() {
    let (decoder, events) = decode(&deltas(&[
        r#"{"content":"<"}"#,
        r#"{"content":"think>\nLet me"}"#,
        r#"{"content":" see</thi"}"#,
        r#"{"content":"nk>\n\n"}"#,
        r#"{"content":"Four <think>"}"#,
    ]));
    assert_eq!(
        signals(&events),
        [
            vec!["undecided"],
            vec!["reasoning"],
            vec!["reasoning"],
            vec!["reasoning", "text"],
            vec!["text", "answer"],
        ]
    );
    assert!(events.iter().all(|event| event.signals.is_token()));
    assert_eq!(decoder.reasoning_head(), "\nLet me see");
    assert_eq!(decoder.answer_head(), "\n\nFour <think>");
}

#[test]
fn a_tag_that_only_begins_like_thinking_is_the_answer() {
    let (decoder, events) = decode(&deltas(&[
        r#"{"content":" <th"}"#,
        r#"{"content":"ead>"}"#,
        r#"{"content":"x"}"#,
    ]));
    assert_eq!(
        signals(&events),
        [vec!["text"], vec!["text", "answer"], vec!["text", "answer"]]
    );
    assert_eq!(decoder.answer_head(), " <thead>x");
}

#[test]
fn all_choices_count_and_the_head_is_of_the_first_with_text() {
    let (decoder, events) = decode(concat!(
        "data: {\"choices\":[{\"delta\":{\"content\":\"b\"},\"index\":1}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"index\":0}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}},{\"index\":1,\"delta\":{\"content\":\"c\"}}]}\n\n",
    ));
    assert!(
        events
            .iter()
            .all(|event| event.signals.contains(Signals::ANSWER))
    );
    assert_eq!(decoder.answer_head(), "bc");
}

#[test]
fn a_tool_call_is_a_token() {
    let start = r#"{"tool_calls":[{"index":0,"id":"1","function":{"name":"f","arguments":""}}]}"#;
    let (_, events) = decode(&deltas(&[start, r#"{"function_call":{"name":"f"}}"#]));
    assert_eq!(signals(&events), [["tool"], ["tool"]]);
}

#[test]
fn usage_model_and_end_are_read() {
    let (decoder, events) = decode(concat!(
        "data: {\"id\":\"\",\"model\":\"\",\"choices\":[],\"usage\":null}\n\n",
        ": keep-alive\n\n",
        "data: {\"id\":\"c1\",\"model\":\"m1\",\"choices\":[{\"delta\":{\"content\":\"Hi\"}}],\"usage\":null}\n\n",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":3},\"completion_tokens_details\":{\"reasoning_tokens\":4}}}\n\n",
        "data: [DONE]\n\n",
    ));
    assert_eq!(
        signals(&events),
        [
            vec!["liveness"],
            vec!["text", "answer"],
            vec!["liveness", "usage"],
            vec!["end"]
        ]
    );
    assert_eq!(
        (decoder.response_id(), decoder.model()),
        (Some("c1"), Some("m1"))
    );
    let tokens = decoder.tokens().expect("usage");
    assert_eq!((tokens.input, tokens.output), (Some(7), Some(5)));
    assert_eq!((tokens.cached, tokens.reasoning), (Some(3), Some(4)));
    assert!(!tokens.estimated);
    assert!(decoder.has_end_marker() && decoder.ended());
}

#[test]
fn groq_states_its_times_in_seconds() {
    let (decoder, _) = decode(
        "data: {\"choices\":[],\"x_groq\":{\"usage\":{\"queue_time\":0.005626991,\"prompt_time\":0.0176,\"completion_time\":0.125,\"total_time\":0.1429}}}\n\n",
    );
    let server = decoder.server();
    assert_eq!(server.queue_ms, Some(Millis::from_micros(5627)));
    assert_eq!(server.prefill_ms, Some(Millis::from_micros(17_600)));
    assert_eq!(server.generate_ms, Some(Millis::from_micros(125_000)));
    assert_eq!(server.total_ms, Some(Millis::from_micros(142_900)));
    assert_eq!(decoder.provider(), Some("groq"));
}

#[test]
fn an_error_beside_choices_is_an_error() {
    let (decoder, events) = decode(
        "data: {\"error\":{\"message\":\"secret words\",\"code\":400},\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\ndata: {\"error\":null,\"choices\":[]}\n\n",
    );
    assert!(events[0].signals.contains(Signals::ERROR));
    assert!(!events[1].signals.contains(Signals::ERROR));
    assert_eq!(decoder.error_type(), Some("400"));
}

#[test]
fn a_message_is_no_error_type() {
    let (decoder, events) =
        decode("event: error\ndata: {\"error\":{\"type\":\"you said: hello\"}}\n\n");
    assert!(events[0].signals.contains(Signals::ERROR));
    assert_eq!(decoder.error_type(), None);
}

#[test]
fn half_a_document_says_nothing() {
    let (decoder, events) =
        decode("data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"Hi\"}}\n\n");
    assert_eq!(events.len(), 1);
    assert!(!events[0].signals.is_token());
    assert!(!decoder.recognised());
    assert_eq!((decoder.model(), decoder.answer_head()), (None, ""));
}

#[test]
fn without_usage_tokens_are_estimated_or_told() {
    let (decoder, _) = decode(&deltas(&[r#"{"content":"Hello there, world!"}"#]));
    let tokens = decoder.tokens().expect("output");
    assert_eq!((tokens.output, tokens.estimated), (Some(4), true));
    let (decoder, _) = decode(
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hello there\"},\"logprobs\":{\"content\":[{},{},{}]}}]}\n\n",
    );
    let tokens = decoder.tokens().expect("output");
    assert_eq!((tokens.output, tokens.estimated), (Some(3), false));
}

#[test]
fn stamps_are_attached_and_counted() {
    let (decoder, events) = decode(concat!(
        ": ttft write;dur=0\n\n",
        ": ttft write;dur=12.5\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n",
        ": ttft write;dur=40\n\n",
    ));
    assert_eq!(events[0].stamp, Some(Millis::from_micros(12_500)));
    assert_eq!(decoder.stamps(), 3);
    assert_eq!(decoder.first_stamp(), Some(Millis::ZERO));
    assert_eq!(decoder.last_stamp(), Some(Millis::from_micros(40_000)));
}
