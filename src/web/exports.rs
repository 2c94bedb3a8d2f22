//! What the JavaScript part calls: numbers and bytes in, flags out.
//!
//! Times come as the page's clock gives them. `call` and `handle` are numbers
//! that the JavaScript part gives to calls and to texts in the page.

use super::beacon::{self, Beacon};
use super::engine::{self, Engine, handle};
use super::fields::Fields;
use super::json::to_js;
use super::settings;
use crate::call::{End, Facts, Opening, Painted, Response};
use crate::decoder::Hints;
use crate::millis::Millis;
use crate::page::{Happening, Page};
use crate::record::Turn;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::Headers;

/// `open`: the call gives a record whatever comes.
const EXPECTED: u32 = 1;
/// `open`: there is no `fetch`, the app tells what comes.
const BY_HAND: u32 = 2;
/// `candidate`, `rendered`: it may be an answer, or is.
const KEEP: u32 = 1;
/// `end`: its answer was recognised.
const RECOGNISED: u32 = 1;

fn at(ms: f64) -> Millis {
    Millis::from_ms(ms).unwrap_or_default()
}

/// The page begins.
#[wasm_bindgen]
pub fn start(settings: Fields) -> u32 {
    let page = Page::new(settings::surroundings(&settings), settings.is("hidden"));
    let beacon = Beacon::new(&settings);
    let origin = settings.text("origin").unwrap_or_default();
    engine::start(Engine::new(settings.unchecked_into(), page, beacon, origin));
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
    context: &Fields,
) -> u32 {
    let opening = Opening {
        id,
        t0: at(t0),
        returned: at(returned),
        wall,
        expected: flags & EXPECTED != 0,
        url,
        bytes: (bytes >= 0.0).then_some(bytes as u64),
        route: context.text("route"),
        target,
        turn: context.text("turn").map(|id| {
            let seq = context.number("seq").unwrap_or_default() as u32;
            let acted = context.millis("acted").unwrap_or_default();
            (Turn { id, seq }, acted)
        }),
    };
    let own = (flags & BY_HAND != 0).then(|| {
        let content_type = context.text("contentType").unwrap_or_default();
        let dialect = context.get("dialect");
        let is_there = dialect.is_truthy();
        let dialect = is_there.then(|| settings::dialect(dialect.unchecked_into()));
        (content_type, dialect)
    });
    let facts = Facts {
        region: context.text("region"),
        labels: settings::labels(context),
        ..Facts::default()
    };
    handle(|page| {
        page.open(call, opening, facts);
        if let Some((content_type, dialect)) = own {
            page.by_hand(call, &content_type, dialect);
        }
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

/// A whole event came, without any framing; `name` as in
/// [`Decoder::event`](crate::decoder::Decoder::event).
#[wasm_bindgen]
pub fn event(call: u32, called: f64, now: f64, bytes: &[u8], name: &str) -> u32 {
    handle(|page| {
        page.event(call, at(called), at(now), name, bytes);
        0
    })
}

/// A chunk was read whose bytes were not kept.
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
        3 => End::Unobserved,
        _ => End::Lost,
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

/// The frame with it was painted: the browser says when, and `laid_out` is
/// negative; or `now` is its end or the first task after it, and `laid_out` its layout.
#[wasm_bindgen]
pub fn painted(text: u32, now: f64, laid_out: f64) -> u32 {
    let painted = if laid_out < 0.0 {
        Painted::told(at(now))
    } else {
        Painted::between(at(laid_out), at(now))
    };
    handle(|page| {
        page.painted(text, painted);
        0
    })
}

/// The app's word that the answer is in the page now.
#[wasm_bindgen]
pub fn rendered(call: u32, text: u32, now: f64) -> u32 {
    handle(|page| {
        if page.rendered(call, text, at(now)) {
            KEEP
        } else {
            0
        }
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

/// A text came behind the answer's place: whether the answer goes on there, as
/// [`Fit`](crate::answer::Fit) counts.
#[wasm_bindgen]
pub fn goes_on(call: u32, head: &str) -> u32 {
    handle(|page| page.goes_on(call, head) as u32)
}

/// How the place of the answer ends since.
#[wasm_bindgen]
pub fn tail(call: u32, letters: &str) -> u32 {
    handle(|page| {
        page.tail(call, letters);
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

/// No tick came between these moments; or `to` is only the time.
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

/// The page was frozen between these moments.
#[wasm_bindgen]
pub fn stood_still(from: f64, to: f64) -> u32 {
    handle(|page| {
        page.stood_still(at(from), at(to));
        0
    })
}

/// The page hides, or goes: all records as they stand.
#[wasm_bindgen]
pub fn leave(now: f64, goes: bool) -> u32 {
    engine::take_entries();
    handle(|page| {
        page.leave(at(now), js_sys::Date::now(), goes);
        0
    })
}

/// What the app knows better.
#[wasm_bindgen]
pub fn set(call: u32, facts: &Fields) -> u32 {
    let facts = Facts {
        model: facts.text("model"),
        provider: facts.text("provider"),
        region: facts.text("region"),
        labels: settings::labels(facts),
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
    Some(Array::of2(&name.into(), &to_js(&*record)))
}

/// The newest record.
#[wasm_bindgen]
pub fn last() -> JsValue {
    engine::with(|engine| engine.page.last())
        .flatten()
        .map_or(JsValue::UNDEFINED, |record| to_js(&*record))
}

/// Queues a record as the app left it.
#[wasm_bindgen]
pub fn queue(record: &JsValue) {
    engine::with(|engine| {
        if !engine.beacon.queue(record) {
            let why = "beforeSend left a record that cannot be written as JSON";
            engine.host.failed("listener", why);
        }
    });
}

/// Hands over what is queued before the page may be gone; `goes`: it leaves, and
/// is not only hidden.
#[wasm_bindgen]
pub fn hand_over(goes: bool) {
    beacon::hand_over(goes);
}

/// Whether any call is over and has no record yet.
#[wasm_bindgen]
pub fn settling() -> bool {
    engine::with(|engine| engine.page.is_settling()).unwrap_or(false)
}

/// Sends what is queued, if told to; how far it is.
#[wasm_bindgen]
pub fn flush(send: bool) -> u32 {
    if send {
        beacon::deliver();
    }
    engine::with(|engine| engine.beacon.progress()).unwrap_or(0)
}

/// Stops for good.
#[wasm_bindgen]
pub fn close() {
    engine::stop();
}
