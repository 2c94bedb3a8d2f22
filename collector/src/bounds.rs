//! What a record may hold before it is kept.

use ttft::millis::Millis;
use ttft::record::{Interval, Record};

/// Longest value of a text field, in bytes. What is longer is cut and ends in
/// `…`: a long name is no reason to lose a measurement.
pub const MAX_TEXT: usize = 256;
/// Longest key or value of a label, in bytes of which the library makes at most
/// 64 characters.
const MAX_LABEL: usize = 256;
const MAX_LABELS: usize = 10;
const MAX_SCRIPTS: usize = 10;
/// No stream is followed for longer.
const MAX_SPAN_MS: i64 = 7 * 86_400_000;

/// Refuses numbers that cannot be and shortens what is too long.
///
/// Returns how many values were shortened.
///
/// # Errors
///
/// Names the field and what was expected of it.
pub fn enforce(record: &mut Record) -> Result<u64, String> {
    numbers(record)?;
    Ok(texts(record))
}

fn numbers(record: &Record) -> Result<(), String> {
    let rate = record.page.sample_rate;
    // Counts are weighted by its inverse: a zero would be worth infinity.
    if !(rate > 0.0 && rate <= 1.0) {
        return Err(format!(
            "page.sample_rate is {rate}: expected more than 0, at most 1"
        ));
    }
    let m = &record.marks;
    for (name, mark) in [
        ("request_sent", m.request_sent),
        ("headers", m.headers),
        ("first_byte", m.first_byte),
        ("first_event", m.first_event),
        ("first_token", m.first_token),
        ("first_answer_token", m.first_answer_token),
        ("first_text_commit", m.first_text_commit),
        ("first_text_paint", m.first_text_paint),
        ("first_answer_commit", m.first_answer_commit),
        ("first_answer_paint", m.first_answer_paint),
        ("last_token", m.last_token),
        ("end", m.end),
        ("last_commit", m.last_commit),
        ("last_paint", m.last_paint),
    ] {
        if let Some(mark) = mark
            && (mark < Millis::ZERO || is_too_long(mark))
        {
            let ms = mark.as_ms();
            return Err(format!(
                "marks.{name} is {ms}: expected milliseconds after the request, at most 7 days"
            ));
        }
    }
    if let Some(start) = m.turn_start
        && (start > Millis::ZERO || is_too_long(start))
    {
        return Err(format!(
            "marks.turn_start is {}: expected 0 or less",
            start.as_ms()
        ));
    }
    let s = &record.segments;
    for (name, span) in [("connect", s.connect), ("wait", s.wait), ("app", s.app)] {
        if let Some(span) = span
            && (span < Millis::ZERO || is_too_long(span))
        {
            return Err(format!(
                "segments.{name} is {}: expected milliseconds, never negative",
                span.as_ms()
            ));
        }
    }
    let shares = record.shares.as_ref();
    for (name, interval) in [
        ("segments.backend", s.backend),
        ("segments.frontend", s.frontend),
        ("segments.generate", s.generate),
        ("segments.reason", s.reason),
        ("segments.deliver", s.deliver),
        ("segments.render", s.render),
        ("shares.page", shares.map(|shares| shares.page)),
        ("shares.network", shares.map(|shares| shares.network)),
        ("shares.server", shares.map(|shares| shares.server)),
    ] {
        if let Some(Interval { lo, est, hi }) = interval
            && (lo > est || est > hi || is_too_long(lo) || is_too_long(hi))
        {
            let [lo, est, hi] = [lo, est, hi].map(Millis::as_ms);
            return Err(format!(
                "{name} is [{lo}, {est}, {hi}]: expected milliseconds [lo, est, hi], ascending"
            ));
        }
    }
    Ok(())
}

fn is_too_long(span: Millis) -> bool {
    span.as_micros().unsigned_abs() > MAX_SPAN_MS.unsigned_abs() * 1000
}

fn texts(record: &mut Record) -> u64 {
    let mut clipped = 0;
    let mut clip = |text: &mut String| clipped += u64::from(clip(text, MAX_TEXT));

    // Pages send neither; whoever posts by hand might.
    let path = record
        .request
        .path
        .find(['?', '#'])
        .unwrap_or(record.request.path.len());
    record.request.path.truncate(path);

    for text in [
        &mut record.page.id,
        &mut record.request.origin,
        &mut record.request.path,
    ]
    .into_iter()
    .chain(record.turn.as_mut().map(|turn| &mut turn.id))
    .chain(
        [
            &mut record.page.route,
            &mut record.page.release,
            &mut record.page.engine,
            &mut record.request.dialect,
            &mut record.request.operation,
            &mut record.request.provider,
            &mut record.request.model,
            &mut record.request.region,
            &mut record.request.protocol,
        ]
        .into_iter()
        .flatten(),
    )
    .chain(record.error.as_mut().and_then(|error| error.kind.as_mut()))
    {
        clip(text);
    }
    if let Some(main_thread) = &mut record.main_thread {
        for script in &mut main_thread.scripts {
            clip(&mut script.source);
            script.function.iter_mut().for_each(&mut clip);
        }
        clipped += main_thread.scripts.len().saturating_sub(MAX_SCRIPTS) as u64;
        main_thread.scripts.truncate(MAX_SCRIPTS);
    }
    clipped += labels(record);
    clipped
}

fn labels(record: &mut Record) -> u64 {
    let fits =
        |(key, value): (&String, &String)| key.len() <= MAX_LABEL && value.len() <= MAX_LABEL;
    if record.labels.len() <= MAX_LABELS && record.labels.iter().all(fits) {
        return 0;
    }
    let before = record.labels.len();
    let mut clipped = 0;
    record.labels = std::mem::take(&mut record.labels)
        .into_iter()
        .take(MAX_LABELS)
        .map(|(mut key, mut value)| {
            clipped +=
                u64::from(clip(&mut key, MAX_LABEL)) + u64::from(clip(&mut value, MAX_LABEL));
            (key, value)
        })
        .collect();
    clipped + before.saturating_sub(record.labels.len()) as u64
}

/// Cuts at a character's start, with `…` within the limit. Returns whether.
pub(crate) fn clip(text: &mut String, limit: usize) -> bool {
    const MARK: char = '…';
    if text.len() <= limit {
        return false;
    }
    let mut end = limit - MARK.len_utf8();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push(MARK);
    true
}

#[cfg(test)]
mod tests {
    use super::{MAX_TEXT, enforce};
    use serde_json::{Value, json};
    use ttft::record::Record;

    fn example() -> Value {
        let envelope: Value =
            serde_json::from_str(include_str!("../assets/example.json")).expect("JSON");
        envelope["records"][0].clone()
    }

    fn with(pointer: &str, value: Value) -> Record {
        let mut record = example();
        *record.pointer_mut(pointer).expect("a field of the example") = value;
        serde_json::from_value(record).expect("a record")
    }

    #[test]
    fn a_good_record_is_left_as_it_is() {
        let mut record: Record = serde_json::from_value(example()).expect("a record");
        let before = record.clone();
        assert_eq!(enforce(&mut record), Ok(0));
        assert_eq!(record, before);
    }

    #[test]
    fn numbers_that_cannot_be_are_named() {
        for (pointer, value, field) in [
            ("/page/sample_rate", json!(0), "page.sample_rate"),
            ("/page/sample_rate", json!(1.5), "page.sample_rate"),
            ("/marks/headers", json!(-1), "marks.headers"),
            ("/marks/end", json!(1e12), "marks.end"),
            ("/segments/app", json!(-0.1), "segments.app"),
            ("/segments/deliver", json!([2, 1, 3]), "segments.deliver"),
            ("/shares/server", json!([0, 5, 4]), "shares.server"),
        ] {
            let error = enforce(&mut with(pointer, value)).expect_err(pointer);
            assert!(error.starts_with(field), "{error}");
        }
    }

    #[test]
    fn long_text_is_cut_at_a_character() {
        let mut record = with("/request/model", json!("é".repeat(400)));
        assert_eq!(enforce(&mut record), Ok(1));
        let model = record.request.model.expect("kept");
        assert!(model.len() <= MAX_TEXT && model.ends_with("é…"), "{model}");
    }

    #[test]
    fn labels_beyond_ten_and_the_query_go() {
        let many: serde_json::Map<_, _> =
            (0..12).map(|n| (format!("k{n:02}"), json!("v"))).collect();
        let mut record = with("/labels", Value::Object(many));
        record.request.path = "/v1/chat?prompt=secret#x".into();
        assert_eq!(enforce(&mut record), Ok(2));
        assert_eq!(record.labels.len(), 10);
        assert_eq!(record.request.path, "/v1/chat");
    }
}
