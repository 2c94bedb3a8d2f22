//! What the app is told, and when.

use super::*;

#[test]
fn events_are_told_once_and_in_order() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::between(ms(1312), ms(1312)));
    read(&mut page, 1, 1350, &delta("More."));
    close(&mut page, 1);
    entry(&mut page);
    page.settle(ms(2000), 1000.0);
    page.settle(ms(20_000), 19_000.0);
    let told: Vec<_> = std::iter::from_fn(|| page.take_happening())
        .map(|(it, _)| it)
        .collect();
    assert_eq!(
        told,
        [
            Happening::FirstToken,
            Happening::FirstAnswerPaint,
            Happening::Record
        ]
    );
    assert!(!page.has_calls());
}

#[test]
fn a_discarded_call_gives_nothing() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    while page.take_happening().is_some() {}
    page.discard(1);
    close(&mut page, 1);
    page.settle(ms(20_000), 19_000.0);
    assert!(page.take_happening().is_none());
    assert_eq!(page.take_orders(), [Order::Over(1)]);
}

#[test]
fn a_stream_that_is_no_answer_is_not_the_last_record() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    let feed = Opening {
        expected: false,
        ..opening(2, 0)
    };
    page.open(2, feed, Facts::default());
    page.response(2, ms(1050), &ok(200, true));
    assert_eq!(page.last().map(|last| last.id.clone()), Some(record.id));
}

#[test]
fn the_first_token_is_told_also_where_only_the_end_shows_it() {
    let mut page = page();
    open_as(&mut page, "application/x-ndjson", opening(1, 0));
    let line = serde_json::json!({"message": {"content": ANSWER}, "done": true}).to_string();
    read(&mut page, 1, 1300, &line);
    page.end(1, ms(1400), End::Close, "");
    let told: Vec<_> = std::iter::from_fn(|| page.take_happening()).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, Happening::FirstToken);
    assert!(told[0].1.marks.first_token.is_some());
}

#[test]
fn a_paint_is_told_once_whoever_found_the_answer() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::told(ms(1312)));
    assert!(page.rendered(1, 9, ms(1500)));
    page.painted(9, Painted::told(ms(1510)));
    let told = std::iter::from_fn(|| page.take_happening());
    let paints = told.filter(|(what, _)| *what == Happening::FirstAnswerPaint);
    assert_eq!(paints.count(), 1);
}

#[test]
fn a_paint_that_the_record_leaves_out_is_not_told() {
    for (hidden, told) in [(false, 1), (true, 0)] {
        let mut page = page();
        open(&mut page, 1, 0);
        read(&mut page, 1, 1300, &delta(ANSWER));
        page.candidate(7, ms(1302), 1, HEAD);
        if hidden {
            page.visibility(ms(1303), true);
            page.visibility(ms(5000), false);
        }
        page.painted(7, Painted::told(ms(5010)));
        let paints: Vec<_> = std::iter::from_fn(|| page.take_happening())
            .filter(|(what, _)| *what == Happening::FirstAnswerPaint)
            .collect();
        assert_eq!(paints.len(), told, "hidden: {hidden}");
        let marks = page.last().expect("a record").marks;
        assert_eq!(marks.first_answer_paint.is_none(), hidden);
    }
}
