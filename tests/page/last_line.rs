//! An answer that is complete only when its body is: a last line without its
//! line end.

use super::*;
use ttft::record::{ArrivalMethod, DeliverCause};

/// Opens the call, reads the line as `reads` has it (called, resolved, the
/// body's close) and gives its record.
fn record([called, resolved, closed]: [i64; 3], long_task: Option<[i64; 2]>) -> Record {
    let mut page = page();
    open_as(&mut page, "application/x-ndjson", opening(1, 0));
    let line = serde_json::json!({"message": {"content": ANSWER}, "done": true}).to_string();
    page.read(1, ms(called), ms(resolved), line.as_bytes());
    page.end(1, ms(closed), End::Close, "");
    if let Some([from, to]) = long_task {
        page.long_task(ms(from), ms(to));
    }
    let record = finish(&mut page);
    assert_eq!(record.request.dialect.as_deref(), Some("ollama"));
    assert_eq!(record.marks.first_answer_token, Some(ms(closed - 1000)));
    record
}

fn arrival(record: &Record) -> (ArrivalMethod, Option<DeliverCause>) {
    let arrival = record.arrival.expect("an arrival");
    (arrival.method, arrival.deliver_cause)
}

#[test]
fn a_close_that_the_app_waited_for_is_no_sign_of_an_app_that_does_not_read() {
    let record = record([1060, 1300, 1700], None);
    assert_eq!(arrival(&record), (ArrivalMethod::Read, None));
}

#[test]
fn a_close_right_behind_a_line_that_waited_has_waited_as_well() {
    let record = record([1600, 1600, 1600], None);
    let not_reading = Some(DeliverCause::NotReading);
    assert_eq!(arrival(&record), (ArrivalMethod::NotReading, not_reading));
}

#[test]
fn a_close_in_a_long_task_has_waited_for_it() {
    let record = record([1060, 1300, 1700], Some([1290, 1698]));
    let busy = Some(DeliverCause::Busy);
    assert_eq!(arrival(&record), (ArrivalMethod::LongTask, busy));
}

#[test]
fn an_event_that_the_close_completes_is_counted() {
    let stream = record([1060, 1300, 1700], None).stream.expect("a stream");
    assert_eq!((stream.chunks, stream.events), (1, 1));
}
