//! Whose a network entry is.

use super::*;

/// An entry at the calls' address, as it is read for whichever it fits.
fn tell(page: &mut Page, start: Millis, network: Network, protocol: Option<&str>) {
    page.network(&opening(1, 0).url, start, |_, _| Matched {
        network,
        protocol: protocol.map(Into::into),
        status: 0,
        worker: false,
    });
}

/// The entry of a call that started then.
fn entry_of(page: &mut Page, start: i64, headers: i64, end: i64) {
    let network = Network {
        headers: Some(ms(headers)),
        response_end: Some(ms(end)),
        ..Network::default()
    };
    tell(page, ms(start), network, None);
}

/// Two calls that began in the same step, and were answered.
fn two_at_once() -> Page {
    let mut page = page();
    for n in [1, 2] {
        open(&mut page, n, 0);
        whole_answer(&mut page, n);
    }
    page
}

fn settle_at(page: &mut Page, moments: &[i64]) {
    for now in moments {
        page.settle(ms(*now), (now - 1000) as f64);
    }
}

/// What the network says of each call's headers, in the order of the calls.
fn headers(page: &mut Page) -> Vec<(Option<Millis>, Option<NetworkMissing>)> {
    let mut records = records(page);
    records.sort_by(|a, b| a.id.cmp(&b.id));
    let told = records.into_iter();
    told.map(|record| (record.marks.headers, record.network_missing))
        .collect()
}

const AMBIGUOUS: (Option<Millis>, Option<NetworkMissing>) = (None, Some(NetworkMissing::Ambiguous));

/// Two calls that began together and were read to these moments, and what the
/// network says of their headers after entries with these ends.
fn together(read_to: [i64; 2], ends: [i64; 2]) -> Vec<(Option<Millis>, Option<NetworkMissing>)> {
    let mut page = two_at_once();
    let mut events: Vec<_> = (0..4).collect();
    // Its entry comes right behind an end.
    events.sort_by_key(|event| [read_to, ends.map(|end| end + 1)][event / 2][event % 2]);
    let mut now = 0;
    for event in events {
        let n = event % 2;
        if event / 2 == 0 {
            now = 1000 + read_to[n];
            page.end(n as u32 + 1, ms(now), End::Close, "");
        } else {
            entry_of(&mut page, 1000, 41 + n as i64, ends[n]);
        }
        settle_at(&mut page, &[now + 1]);
    }
    settle_at(
        &mut page,
        &[20, 1030, 1050, 20_000].map(|later| now + later),
    );
    headers(&mut page)
}

fn own(headers: i64) -> (Option<Millis>, Option<NetworkMissing>) {
    (Some(ms(headers)), None)
}

#[test]
fn calls_that_begin_together_are_told_apart_by_their_ends() {
    let both = [own(41), own(42)];
    assert_eq!(together([400, 900], [398, 898]), both);
    assert_eq!(together([400, 5000], [398, 4998]), both);
    assert_eq!(together([900, 400], [898, 398]), both);
    // Their entries are right, also where the read came first by a step.
    assert_eq!(together([400, 900], [401, 901]), both);
}

#[test]
fn entries_that_may_be_either_s_are_given_to_neither() {
    let neither = [AMBIGUOUS; 2];
    assert_eq!(together([400, 400], [398, 398]), neither);
    assert_eq!(together([400, 403], [398, 401]), neither);
    // Whoever is read late may have ended with the first as well as after it.
    assert_eq!(together([1500, 1510], [398, 898]), neither);
}

#[test]
fn an_entry_is_no_other_call_s_before_its_own_must_have_come() {
    let mut page = two_at_once();
    // The person stops the second, whose entry comes at once.
    page.end(2, ms(1350), End::Cancel, "");
    entry_of(&mut page, 1000, 42, 350);
    // The first is over by its marker long before its body is.
    read(&mut page, 1, 1390, "data: [DONE]\n\n");
    settle_at(&mut page, &[1400, 2600]);
    page.end(1, ms(2700), End::Close, "");
    settle_at(&mut page, &[2710]);
    entry_of(&mut page, 1000, 41, 1699);
    settle_at(&mut page, &[2730, 3800, 20_000]);
    // A cancelled one's may have any end: both may be the first's.
    assert_eq!(headers(&mut page), [AMBIGUOUS; 2]);
}

#[test]
fn whoever_ended_first_has_the_first_entry() {
    let mut page = two_at_once();
    page.end(2, ms(1350), End::Close, "");
    entry_of(&mut page, 1000, 42, 348);
    close(&mut page, 1);
    // The other's never comes.
    settle_at(&mut page, &[1410, 2500, 20_000]);
    let missing = (None, Some(NetworkMissing::NoEntry));
    assert_eq!(headers(&mut page), [missing, own(42)]);
}

#[test]
fn an_entry_that_was_only_taken_for_its_own_is_in_doubt_once_another_fits_as_well() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    entry_of(&mut page, 1030, 40, 100);
    open(&mut page, 2, 0);
    whole_answer(&mut page, 2);
    close(&mut page, 1);
    entry_of(&mut page, 1000, 41, 398);
    settle_at(&mut page, &[1410, 2500]);
    page.end(2, ms(3000), End::Close, "");
    entry_of(&mut page, 1000, 42, 1998);
    settle_at(&mut page, &[3010, 4100, 20_000]);
    assert_eq!(headers(&mut page)[0], AMBIGUOUS);
}

#[test]
fn an_error_is_not_read_to_its_end_with_its_headers() {
    let mut page = page();
    for n in [1, 2] {
        page.open(n, opening(n, 0), Facts::default());
    }
    page.response(2, ms(1050), &ok(200, true));
    whole_answer(&mut page, 2);
    page.end(2, ms(1350), End::Cancel, "");
    entry_of(&mut page, 1000, 42, 350);
    page.response(1, ms(9000), &ok(502, false));
    settle_at(&mut page, &[9010, 10_100, 20_000]);
    assert_eq!(headers(&mut page), [AMBIGUOUS; 2]);
}

#[test]
fn an_entry_of_a_call_that_was_discarded_is_no_other_s_for_sure() {
    let mut page = two_at_once();
    page.discard(1);
    entry_of(&mut page, 1000, 41, 320);
    close(&mut page, 2);
    entry_of(&mut page, 1000, 42, 398);
    settle_at(&mut page, &[1410, 2500, 20_000]);
    assert_eq!(headers(&mut page), [AMBIGUOUS]);
}

#[test]
fn in_webkit_an_entry_near_one_call_may_be_another_s_that_started_late() {
    let mut page = page();
    page.surroundings.engine = Engine::WebKit;
    for (n, t0) in [(1, 1000), (2, 1020)] {
        let opening = Opening {
            t0: ms(t0),
            returned: ms(t0),
            ..opening(n, 0)
        };
        page.open(n, opening, Facts::default());
        page.response(n, ms(1050), &ok(200, true));
        whole_answer(&mut page, n);
    }
    // Both were sent once the page had time, which was after the second call.
    close(&mut page, 1);
    entry_of(&mut page, 1021, 41, 398);
    settle_at(&mut page, &[1410, 2500]);
    page.end(2, ms(3000), End::Close, "");
    entry_of(&mut page, 1022, 22, 1978);
    settle_at(&mut page, &[3010, 4100, 20_000]);
    assert_eq!(headers(&mut page), [own(41), own(22)]);
}

/// Two calls within half a millisecond, and the headers that the entry of each
/// gave it.
fn beside(engine: Engine) -> Vec<Option<Millis>> {
    let mut page = page();
    page.surroundings.engine = engine;
    page.surroundings.info.resolution_ms = Millis::from_micros(100);
    for n in [1, 2] {
        let t0 = ms(1000) + Millis::from_micros(300 * i64::from(n));
        let opening = Opening {
            t0,
            returned: t0 + Millis::from_micros(200),
            ..opening(n, 0)
        };
        page.open(n, opening, Facts::default());
        page.response(n, ms(1050), &ok(200, true));
        whole_answer(&mut page, n);
        close(&mut page, n);
    }
    // That of the second comes first, and one of nobody's before both.
    for (start, headers) in [(1002, 99), (1000, 42), (1000, 41)] {
        let start = ms(start) + Millis::from_micros(if headers == 42 { 700 } else { 400 });
        let network = Network {
            headers: Some(ms(headers)),
            ..Network::default()
        };
        tell(&mut page, start, network, None);
    }
    page.settle(ms(2000), 1000.0);
    page.settle(ms(20_000), 19_000.0);
    let records = records(&mut page);
    records.iter().map(|record| record.marks.headers).collect()
}

#[test]
fn an_entry_that_starts_within_one_call_alone_is_that_one_s() {
    let own = [Some(ms(41)), Some(ms(42))];
    assert_eq!(beside(Engine::Chromium), own);
    assert_eq!(beside(Engine::Firefox), own);
    assert_eq!(beside(Engine::WebKit), [None, None]);
}

#[test]
fn an_entry_that_began_in_time_replaces_one_that_did_not() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    // The list is asked for again meanwhile, at the same address.
    tell(&mut page, ms(1010), Network::default(), Some("h3"));
    close(&mut page, 1);
    page.settle(ms(1500), 500.0);
    assert_eq!(records(&mut page).len(), 0, "its own may be on its way");
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.request.protocol.as_deref(), Some("h2"));
    assert_eq!(record.marks.headers, Some(ms(45)));
}

#[test]
fn a_late_entry_is_better_than_none() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    close(&mut page, 1);
    tell(&mut page, ms(1030), Network::default(), Some("h3"));
    assert_eq!(finish(&mut page).request.protocol.as_deref(), Some("h3"));
}

/// What the network says of a call that was answered with 200 at 2000, after
/// entries that began then and say these statuses. All tell of headers after
/// their number.
fn asked_again(
    begun: [(i64, u16); 2],
    before: usize,
    worker: bool,
) -> Vec<(Option<Millis>, Option<NetworkMissing>)> {
    let mut page = page();
    page.open(1, opening(1, 0), Facts::default());
    for (n, (start, status)) in begun.into_iter().enumerate() {
        if n == before {
            page.response(1, ms(2000), &ok(200, true));
            read(&mut page, 1, 2300, &delta(ANSWER));
            read(&mut page, 1, 2390, "data: [DONE]\n\n");
            page.end(1, ms(2400), End::Close, "");
        }
        page.network(&opening(1, 0).url, ms(start), |_, _| Matched {
            network: Network {
                headers: Some(ms(n as i64 + 1)),
                ..Network::default()
            },
            protocol: None,
            status,
            worker,
        });
    }
    settle_at(&mut page, &[2410, 3500, 20_000]);
    headers(&mut page)
}

#[test]
fn an_entry_of_another_status_is_of_a_request_that_was_asked_again() {
    let begun = [(1000, 401), (1900, 200)];
    // Its entry comes when the first response was read, or with the second's.
    for before in [1, 0] {
        assert_eq!(asked_again(begun, before, false), [own(2)]);
    }
    let refused_twice = [(1000, 401), (1900, 503)];
    let missing = (None, Some(NetworkMissing::NoEntry));
    assert_eq!(asked_again(refused_twice, 1, false), [missing]);
}

#[test]
fn an_unknown_status_contradicts_nothing() {
    // Hidden, or the engine has none; of a stored response that was asked about.
    for status in [0, 304] {
        assert_eq!(
            asked_again([(1000, status), (1900, 200)], 1, false),
            [own(1)]
        );
    }
    // A service worker may answer with any.
    assert_eq!(asked_again([(1000, 401), (1900, 200)], 1, true), [own(1)]);
}

#[test]
fn an_opaque_answer_contradicts_no_entry() {
    let mut page = page();
    page.open(1, opening(1, 0), Facts::default());
    page.network(&opening(1, 0).url, ms(1000), |_, _| Matched {
        network: Network::default(),
        protocol: Some("h3".into()),
        status: 200,
        worker: false,
    });
    page.response(1, ms(1050), &ok(0, true));
    whole_answer(&mut page, 1);
    close(&mut page, 1);
    assert_eq!(finish(&mut page).request.protocol.as_deref(), Some("h3"));
}

#[test]
fn an_entry_of_another_status_is_no_other_call_s_that_began_beside_it() {
    let mut page = page();
    // This one's own is late, as of a tool that asks in a task of its own.
    page.open(1, opening(1, 0), Facts::default());
    let later = Opening {
        t0: ms(1500),
        returned: ms(1500),
        ..opening(2, 0)
    };
    page.open(2, later, Facts::default());
    page.response(2, ms(1900), &ok(200, true));
    page.response(1, ms(2000), &ok(401, true));
    let network = |headers| Network {
        headers: Some(ms(headers)),
        ..Network::default()
    };
    for (start, status, headers) in [(1500, 401, 2), (1600, 200, 3), (1020, 401, 1)] {
        page.network(&opening(1, 0).url, ms(start), |_, _| Matched {
            network: network(headers),
            protocol: None,
            status,
            worker: false,
        });
    }
    for (n, end) in [(2, 2400), (1, 2500)] {
        read(&mut page, n, end - 10, &delta(ANSWER));
        page.end(n, ms(end), End::Close, "");
    }
    settle_at(&mut page, &[2510, 4000, 20_000]);
    assert_eq!(headers(&mut page), [own(1), own(3)]);
}
