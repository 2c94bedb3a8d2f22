//! What the JavaScript part calls: numbers and bytes in, flags out.
//!
//! Times come as the page's clock gives them. `call` and `handle` are numbers
//! that the JavaScript part gives to calls and to texts in the page.

use super::beacon::{self, Beacon, Destination};
use super::engine::{self, Engine, handle};
use super::settings::{self, Context, Settings};
use crate::call::{End, Facts, Opening, Response};
use crate::decoder::Hints;
use crate::millis::Millis;
use crate::page::{Happening, Page};
use crate::record::{self, PaintMethod, Record, Scope};
use crate::surroundings::Surroundings;
use js_sys::{Array, JSON};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::Headers;

/// `open`: the call gives a record whatever comes.
const EXPECTED: u32 = 1;
/// `candidate`: it may be an answer.
const KEEP: u32 = 1;
/// `end`: its answer was recognised.
const RECOGNISED: u32 = 1;
/// Records are kept below 4 KB.
const MAX_RECORD: u32 = 4_000;

fn at(ms: f64) -> Millis {
    Millis::from_ms(ms).unwrap_or_default()
}

/// The page begins.
#[wasm_bindgen]
pub fn start(settings: Settings) -> u32 {
    let isolated = settings::isolated();
    let engine_name = settings.user_agent();
    let engine = settings::engine(&engine_name);
    let info = record::Page {
        id: settings.page_id(),
        scope: if settings.scope() == "worker" {
            Scope::Worker
        } else {
            Scope::Window
        },
        route: None,
        release: settings.release(),
        engine: settings::engine_name(&engine_name),
        isolated,
        resolution_ms: engine.clock_step(isolated),
        sample_rate: settings.sample_rate(),
    };
    let mut surroundings = Surroundings::new(info, engine, settings.paint());
    surroundings.tells_long_tasks = settings.tells_long_tasks();
    let page = Page::new(surroundings, settings.hidden());
    let destination = match (settings.transport(), settings.endpoint()) {
        (Some(transport), _) => Some(Destination::Transport(transport)),
        (None, endpoint) => endpoint.map(Destination::Endpoint),
    };
    let origin = settings.origin();
    engine::start(Engine::new(
        settings,
        page,
        Beacon::new(destination),
        origin,
    ));
    handle(|_| 0)
}

/// `fetch` was called at `t0` and returned at `returned`; `wall` is wall time
/// at `t0`; `bytes` < 0: unknown.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments)]
pub fn open(
    call: u32,
    id: String,
    t0: f64,
    returned: f64,
    wall: f64,
    flags: u32,
    url: String,
    bytes: f64,
    target: u32,
    context: &Context,
) -> u32 {
    let opening = Opening {
        id,
        t0: at(t0),
        returned: at(returned),
        wall,
        expected: flags & EXPECTED != 0,
        url,
        bytes: (bytes >= 0.0).then_some(bytes as u64),
        route: context.route(),
        target,
    };
    let facts = Facts {
        region: context.region(),
        labels: settings::labels(context.labels()),
        ..Facts::default()
    };
    handle(|page| {
        page.open(call, opening, facts);
        0
    })
}

/// The `fetch` promise resolved.
#[wasm_bindgen]
pub fn response(call: u32, now: f64, status: u16, headers: &Headers, body: bool) -> u32 {
    let header = |name: &str| headers.get(name).ok().flatten();
    let content_type = header("content-type").unwrap_or_default();
    let server_timing = header("server-timing").unwrap_or_default();
    let response = Response {
        status,
        hints: Hints {
            content_type: &content_type,
            ai_ui_message_stream: header("x-vercel-ai-ui-message-stream").is_some(),
            ai_data_stream: header("x-vercel-ai-data-stream").is_some(),
        },
        server_timing: &server_timing,
        body,
    };
    handle(|page| {
        page.response(call, at(now), &response);
        0
    })
}

/// The `fetch` promise was rejected.
#[wasm_bindgen]
pub fn rejected(call: u32, now: f64, name: &str) -> u32 {
    handle(|page| {
        page.rejected(call, at(now), name);
        0
    })
}

/// A read that was called at `called` resolved at `now`.
#[wasm_bindgen]
pub fn read(call: u32, called: f64, now: f64, bytes: &[u8]) -> u32 {
    handle(|page| {
        page.read(call, at(called), at(now), bytes);
        0
    })
}

/// The same, of bytes that were not kept.
#[wasm_bindgen]
pub fn skip(call: u32, called: f64, now: f64, length: u32) -> u32 {
    handle(|page| {
        page.skip(call, at(called), at(now), length as usize);
        0
    })
}

/// The body is over; `how` as in `tap.js`.
#[wasm_bindgen]
pub fn end(call: u32, now: f64, how: u32, error: &str) -> u32 {
    let how = match how {
        0 => End::Close,
        1 => End::Cancel,
        2 => End::Fail,
        _ => End::Unobserved,
    };
    handle(|page| {
        if page.end(call, at(now), how, error) {
            RECOGNISED
        } else {
            0
        }
    })
}

/// A text entered the page; bit n of `targets`: it is in target n.
#[wasm_bindgen]
pub fn candidate(text: u32, now: f64, targets: u32, head: &str) -> u32 {
    handle(|page| {
        if page.candidate(text, at(now), targets, head) {
            KEEP
        } else {
            0
        }
    })
}

/// It goes on.
#[wasm_bindgen]
pub fn grown(text: u32, head: &str) -> u32 {
    handle(|page| {
        page.grown(text, head);
        0
    })
}

/// It is of no interest any more.
#[wasm_bindgen]
pub fn dropped(text: u32) -> u32 {
    handle(|page| {
        page.dropped(text);
        0
    })
}

/// The frame with it was painted; `method` as in `watch.js`.
#[wasm_bindgen]
pub fn painted(text: u32, now: f64, method: u32) -> u32 {
    let method = if method == 0 {
        PaintMethod::ElementTiming
    } else {
        PaintMethod::Frame
    };
    handle(|page| {
        page.painted(text, at(now), method);
        0
    })
}

/// The app's word that the answer is in the page now.
#[wasm_bindgen]
pub fn rendered(call: u32, text: u32, now: f64) -> u32 {
    handle(|page| {
        page.rendered(call, text, at(now));
        0
    })
}

/// Whether the answer is inside the viewport.
#[wasm_bindgen]
pub fn on_screen(call: u32, is: bool) -> u32 {
    handle(|page| {
        page.on_screen(call, is);
        0
    })
}

/// The answer changed in the page, and the change was painted.
#[wasm_bindgen]
pub fn progress(call: u32, committed: f64, painted: f64) -> u32 {
    handle(|page| {
        page.progress(call, at(committed), at(painted));
        0
    })
}

/// The tick was started or stopped.
#[wasm_bindgen]
pub fn ticking(now: f64, on: bool) -> u32 {
    handle(|page| {
        page.ticking(at(now), on);
        0
    })
}

/// No tick came between these moments.
#[wasm_bindgen]
pub fn tick_gap(from: f64, to: f64) -> u32 {
    handle(|page| {
        page.tick_gap(at(from), at(to));
        0
    })
}

/// The page was hidden or shown.
#[wasm_bindgen]
pub fn visibility(now: f64, hidden: bool) -> u32 {
    handle(|page| {
        page.visibility(at(now), hidden);
        0
    })
}

/// The page came back from the back/forward cache.
#[wasm_bindgen]
pub fn restored(now: f64, page_id: String) -> u32 {
    handle(|page| {
        page.restored(at(now), page_id);
        0
    })
}

/// The page hides: all records as they stand.
#[wasm_bindgen]
pub fn leave(now: f64) -> u32 {
    handle(|page| {
        page.leave(at(now), js_sys::Date::now());
        0
    })
}

/// What the app knows better.
#[wasm_bindgen]
pub fn set(call: u32, facts: &settings::Facts) -> u32 {
    let facts = Facts {
        model: facts.model(),
        provider: facts.provider(),
        region: facts.region(),
        labels: settings::labels(facts.labels()),
    };
    handle(|page| {
        page.set(call, facts);
        0
    })
}

/// The app wants no record of it.
#[wasm_bindgen]
pub fn discard(call: u32) -> u32 {
    handle(|page| {
        page.discard(call);
        0
    })
}

/// The next event's name and record, `undefined` when there is none.
#[wasm_bindgen]
pub fn take() -> Option<Array> {
    let (happening, record) = engine::with(|engine| engine.page.take_happening())??;
    let name = match happening {
        Happening::FirstToken => "first_token",
        Happening::FirstAnswerPaint => "first_answer_paint",
        Happening::Record => "record",
    };
    Some(Array::of2(&name.into(), &to_js(record)))
}

/// The newest record.
#[wasm_bindgen]
pub fn last() -> JsValue {
    engine::with(|engine| engine.page.last())
        .flatten()
        .map_or(JsValue::UNDEFINED, to_js)
}

/// Queues a record as the app left it.
#[wasm_bindgen]
pub fn queue(record: &JsValue) -> u32 {
    engine::with(|engine| engine.beacon.queue(record));
    0
}

/// Hands over what is queued before the page may be gone.
#[wasm_bindgen]
pub fn hand_over() -> u32 {
    if let Some(handover) = engine::with(|engine| engine.beacon.hand_over()).flatten() {
        handover.run();
    }
    0
}

/// Waits until every call that is over has its record.
#[wasm_bindgen]
pub async fn settled(timeout_ms: f64) {
    let until = engine::now().as_ms() + timeout_ms;
    while engine::with(|engine| engine.page.is_settling()).unwrap_or(false)
        && engine::now().as_ms() < until
    {
        gloo_timers::future::TimeoutFuture::new(10).await;
    }
}

/// Sends what is queued; whether all of it was delivered.
#[wasm_bindgen]
pub async fn flush(timeout_ms: f64) -> bool {
    beacon::flush(timeout_ms).await
}

/// Stops for good.
#[wasm_bindgen]
pub fn close() {
    engine::stop();
}

fn to_js(mut record: Record) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    let write = |record: &Record| record.serialize(&serializer).unwrap_or(JsValue::UNDEFINED);
    let too_long =
        |value: &JsValue| JSON::stringify(value).map_or(0, |json| json.length()) > MAX_RECORD;
    let mut value = write(&record);
    if too_long(&value) {
        record.flags.push(record::Flag::TruncatedRecord);
        if let Some(main_thread) = &mut record.main_thread {
            main_thread.scripts.clear();
        }
        value = write(&record);
    }
    if too_long(&value) {
        record.labels.clear();
        value = write(&record);
    }
    value
}
