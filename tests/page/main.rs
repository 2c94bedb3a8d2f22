//! A page's calls, fed as the browser would feed them, and their records.

mod alike;
mod answer;
mod beside;
mod by_hand;
mod entries;
mod evidence;
mod first;
mod followed;
mod last_line;
mod outcome;
mod record;
mod rounds;
mod silent;
mod target;
mod told;
mod untyped;

use std::rc::Rc;
use ttft::call::{End, Facts, Matched, Opening, Painted, Response};
use ttft::decoder::Hints;
use ttft::millis::Millis;
use ttft::page::{Happening, Order, Page};
use ttft::record::{
    Flag, Found, NetworkMissing, Outcome, Record, Scope, Script, Source, Stage, Verdict,
};
use ttft::surroundings::{Engine, Surroundings};
use ttft::timeline::{Entry, Network};

const ANSWER: &str = "The quick brown fox jumps over the lazy dog.";

/// What the watch makes of it.
const HEAD: &str = "Thequickbrownfoxjumpsoverthelazydog";

fn ms(ms: i64) -> Millis {
    Millis::from_micros(ms * 1000)
}

fn page() -> Page {
    page_that(true)
}

fn page_that(paints: bool) -> Page {
    let info = ttft::record::Page {
        id: "page".into(),
        scope: Scope::Window,
        route: None,
        release: None,
        engine: None,
        isolated: false,
        resolution_ms: Millis::from_micros(100),
        sample_rate: 1.0,
    };
    let mut surroundings = Surroundings::new(info, Engine::Chromium, paints);
    surroundings.tells_long_tasks = true;
    Page::new(surroundings, false)
}

fn opening(call: u32, target: u32) -> Opening {
    Opening {
        id: call.to_string(),
        t0: ms(1000),
        returned: ms(1000),
        wall: 0.0,
        expected: true,
        url: "https://api.example.com/v1/chat/completions?key=secret".into(),
        bytes: Some(100),
        route: Some("/chat".into()),
        target,
        turn: None,
    }
}

fn ok(status: u16, body: bool) -> Response<'static> {
    Response {
        status,
        hints: Hints {
            content_type: "text/event-stream",
            ..Hints::default()
        },
        server_timing: "ttft;dur=40, model;desc=\"header-model\"",
        body,
    }
}

fn delta(text: &str) -> String {
    format!(
        "data: {}\n\n",
        serde_json::json!({"choices": [{"delta": {"content": text}}]})
    )
}

/// Opens call `n` and brings its headers at 1050.
fn open(page: &mut Page, n: u32, target: u32) {
    page.open(n, opening(n, target), Facts::default());
    page.response(n, ms(1050), &ok(200, true));
}

/// The same with headers that say this type.
fn open_as(page: &mut Page, content_type: &str, opening: Opening) {
    let number = opening.id.parse().expect("a number");
    page.open(number, opening, Facts::default());
    let hints = Hints {
        content_type,
        ..Hints::default()
    };
    let response = Response {
        hints,
        ..ok(200, true)
    };
    page.response(number, ms(1050), &response);
}

/// A chunk that the app had asked for well before it came.
fn read(page: &mut Page, n: u32, at: i64, bytes: &str) {
    page.read(n, ms(at - 60), ms(at), bytes.as_bytes());
}

/// The answer in one delta at 1300, marker and close at 1400.
fn whole_answer(page: &mut Page, n: u32) {
    read(
        page,
        n,
        1100,
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
    );
    read(page, n, 1300, &delta(ANSWER));
}

fn close(page: &mut Page, n: u32) {
    read(page, n, 1390, "data: [DONE]\n\n");
    page.end(n, ms(1400), End::Close, "");
}

fn entry(page: &mut Page) {
    let url = "https://api.example.com/v1/chat/completions?key=secret";
    page.network(url, ms(1000), |t0, origin| {
        assert_eq!(origin, "https://api.example.com");
        let entry = Entry {
            request_start: 1002.0,
            response_start: 1045.0,
            response_end: 1400.0,
            hop: true,
            ..Entry::default()
        };
        Matched {
            network: Network::from_entry(&entry, t0.as_ms(), true),
            protocol: Some("h2".into()),
            status: 0,
            worker: false,
        }
    });
}

fn records(page: &mut Page) -> Vec<Record> {
    std::iter::from_fn(|| page.take_happening())
        .filter(|(happening, _)| *happening == Happening::Record)
        .map(|(_, record)| Rc::unwrap_or_clone(record))
        .collect()
}

/// Settles until nothing is open; the wall clock goes with the page's.
fn finish(page: &mut Page) -> Record {
    page.settle(ms(2000), 1000.0);
    page.settle(ms(20_000), 19_000.0);
    let mut records = records(page);
    assert_eq!(records.len(), 1, "one record");
    records.remove(0)
}
