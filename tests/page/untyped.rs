//! Bodies without a type, which may be text or lines of events.

use super::*;

/// Chunks from 1200 on, each 100 ms after the other.
fn untyped(page: &mut Page, chunks: &[&str]) {
    open_as(page, "text/plain", opening(1, 1));
    for (place, chunk) in (2..).zip(chunks) {
        read(page, 1, 1000 + 100 * place, chunk);
    }
}

#[test]
fn text_that_was_not_clear_at_once_came_with_its_first_read() {
    for (pieces, token, last) in [
        // A number may be a code of the AI SDK's.
        (&["1", ".", " First"][..], 100, 300),
        // An answer that is JSON is known as text at its end.
        (&["{\"name\":", "\"Lasagna\"", "}"], 100, 400),
        (&["{", "\n", "}"], 100, 300),
        (&["Once", " upon", " a time"], 100, 300),
    ] {
        let mut page = page();
        open_as(&mut page, "text/plain", opening(1, 0));
        for (place, piece) in (1..).zip(pieces) {
            read(&mut page, 1, 1000 + 100 * place, piece);
        }
        page.end(1, ms(1400), End::Close, "");
        let record = finish(&mut page);
        assert_eq!(record.marks.first_token, Some(ms(token)), "{pieces:?}");
        assert_eq!(record.marks.first_answer_token, Some(ms(token)));
        assert_eq!(record.marks.last_token, Some(ms(last)), "{pieces:?}");
    }
}

#[test]
fn what_is_shown_of_an_answer_that_may_be_json_counts_once_that_is_clear() {
    for by_app in [false, true] {
        let mut page = page();
        untyped(&mut page, &[" \n", "{\"name\":", "\"Lasagna\""]);
        let shown = |page: &mut Page, handle, at, text| {
            if by_app {
                page.rendered(1, handle, ms(at))
            } else {
                page.candidate(handle, ms(at), 3, text)
            }
        };
        assert!(!shown(&mut page, 6, 1250, "Placeholder"));
        assert!(shown(&mut page, 7, 1402, "Lasagna"));
        page.painted(7, Painted::told(ms(1410)));
        read(&mut page, 1, 1500, "}");
        page.end(1, ms(1600), End::Close, "");
        shown(&mut page, 8, 1610, "Copy");
        page.settle(ms(2000), 1000.0);
        page.settle(ms(20_000), 19_000.0);
        let told: Vec<_> = std::iter::from_fn(|| page.take_happening()).collect();
        let what: Vec<_> = told.iter().map(|(it, _)| *it).collect();
        let all = [
            Happening::FirstToken,
            Happening::FirstAnswerPaint,
            Happening::Record,
        ];
        assert_eq!(what, all, "by the app: {by_app}");
        assert!(told[1].1.marks.first_answer_paint.is_some());
        let marks = &told[2].1.marks;
        assert_eq!(marks.first_answer_token, Some(ms(300)), "of its first byte");
        assert_eq!(marks.first_answer_commit, Some(ms(402)));
        assert_eq!(marks.first_answer_paint, Some(ms(408)));
    }
}

#[test]
fn what_was_said_of_lines_before_their_answer_was_none_of_it() {
    let mut page = page();
    let line = |text| format!("{{\"message\":{{\"content\":\"{text}\"}},\"done\":false}}\n");
    untyped(&mut page, &["{\"created_at\":1,", "\"model\":\"m\"}\n"]);
    page.rendered(1, 6, ms(1250));
    page.candidate(7, ms(1260), 3, "Placeholder");
    page.dropped(7);
    page.painted(6, Painted::told(ms(1255)));
    page.painted(7, Painted::told(ms(1265)));
    read(&mut page, 1, 1500, &line("Hi"));
    let paint = page.last().expect("a record").paint;
    assert_eq!(paint.expect("an answer").found, Found::None);
    assert!(page.rendered(1, 8, ms(1510)));
    page.painted(8, Painted::told(ms(1520)));
    page.end(1, ms(1600), End::Close, "");
    page.settle(ms(2000), 1000.0);
    page.settle(ms(20_000), 19_000.0);
    let told: Vec<_> = std::iter::from_fn(|| page.take_happening()).collect();
    let paints = told
        .iter()
        .filter(|(it, _)| *it == Happening::FirstAnswerPaint);
    assert_eq!(paints.count(), 1);
    let (_, record) = told.last().expect("a record");
    assert_eq!(record.request.dialect.as_deref(), Some("ollama"));
    assert_eq!(record.marks.first_answer_token, Some(ms(500)));
    assert_eq!(record.marks.first_answer_commit, Some(ms(510)));
}
