//! Sends records: plain requests while the page is visible, requests that
//! outlive it when it hides.
//!
//! Bodies are strings, so `text/plain`: with `application/json` every beacon
//! would need a preflight.

use super::engine;
use crate::outbox::{Outbox, envelope};
use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;

/// Bytes of a beacon while the page is visible.
const BATCH: usize = 60_000;
/// Bytes under way when the page may be gone at once: half of the 64 KiB that
/// all of a page's keepalive requests share. The rest stays the page's own.
const CLOSING_BATCH: usize = 28_000;
/// Records that follow one another closely go together.
const GATHER_MS: u32 = 1_000;
const MAX_BACKOFF_MS: f64 = 60_000.0;

#[wasm_bindgen]
extern "C" {
    /// Called through the global scope, so with the page's own patches: what
    /// an app adds to all of its requests it may want here as well.
    #[wasm_bindgen(js_name = fetch, catch)]
    fn fetch(url: &str, init: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = navigator, js_name = sendBeacon, catch)]
    fn send_beacon(url: &str, body: &str) -> Result<bool, JsValue>;

    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn now() -> f64;

    #[wasm_bindgen(thread_local_v2, js_namespace = performance, js_name = timeOrigin)]
    static TIME_ORIGIN: f64;
}

/// Where records go.
#[derive(Clone, Debug)]
pub(super) enum Destination {
    Endpoint(String),
    /// The app's own function, which never runs while the engine is borrowed.
    Transport(Function),
}

/// The queue, and what is under way.
#[derive(Debug, Default)]
pub(super) struct Beacon {
    destination: Option<Destination>,
    outbox: Outbox,
    /// A batch that was sent and not yet answered. Sent again when the page
    /// hides: WebKit cancels plain requests then, and ids make it harmless.
    under_way: Option<Vec<String>>,
    failures: u32,
    timer: Option<Timeout>,
    unrecognised: u32,
}

/// How a delivery ended.
enum Answer {
    Delivered,
    /// Worth another try, at the earliest after these milliseconds.
    Later(f64),
    /// The receiver will never take it.
    Refused(String),
}

impl Beacon {
    pub(super) fn new(destination: Option<Destination>) -> Self {
        Self {
            destination,
            ..Self::default()
        }
    }

    /// Queues a record as the app left it.
    pub(super) fn queue(&mut self, record: &JsValue) {
        if self.destination.is_none() {
            return;
        }
        let Ok(json) = JSON::stringify(record) else {
            return;
        };
        self.outbox.push(json.into());
        self.schedule(GATHER_MS);
    }

    pub(super) fn count_unrecognised(&mut self, count: u32) {
        self.unrecognised = count;
    }

    fn schedule(&mut self, ms: u32) {
        if self.timer.is_none() && self.under_way.is_none() {
            self.timer = Some(Timeout::new(ms, || {
                spawn_local(async {
                    // What was not delivered is in the queue, with its timer.
                    let _ = deliver().await;
                })
            }));
        }
    }

    fn head(&self) -> String {
        let head = Object::new();
        let set = |name: &str, value: f64| Reflect::set(&head, &name.into(), &value.into());
        // Setting a plain object's property cannot fail.
        drop(set("v", f64::from(crate::record::VERSION)));
        drop(set("now", now()));
        drop(set("time_origin", TIME_ORIGIN.with(|origin| *origin)));
        drop(set("dropped", f64::from(self.outbox.dropped())));
        drop(set("unrecognised", f64::from(self.unrecognised)));
        JSON::stringify(&head).map(String::from).unwrap_or_default()
    }

    /// The page may be gone at once: hands over what the browser takes, now.
    pub(super) fn hand_over(&mut self) -> Option<Handover> {
        let destination = self.destination.clone()?;
        if let Some(batch) = self.under_way.take() {
            self.outbox.put_back(batch);
        }
        let batch = self.outbox.take(CLOSING_BATCH);
        if batch.is_empty() {
            return None;
        }
        let body = envelope(&self.head(), &batch);
        Some(Handover {
            destination,
            batch,
            body,
        })
    }
}

/// A batch on its way out of a page that hides.
pub(super) struct Handover {
    destination: Destination,
    batch: Vec<String>,
    body: String,
}

impl Handover {
    /// Runs while the engine is free: a transport is the app's code.
    pub(super) fn run(self) {
        let Self {
            destination,
            batch,
            body,
        } = self;
        let sent = match &destination {
            Destination::Endpoint(url) => post(url, &body, true),
            Destination::Transport(transport) => call(transport, &body, true),
        };
        spawn_local(async move {
            let answer = match sent {
                Ok(promise) => JsFuture::from(promise).await,
                Err(error) => Err(error),
            };
            let kept = match (&answer, &destination) {
                (Ok(value), _) => taken(value),
                // Over the quota of keepalive bytes, or a browser without.
                (Err(_), Destination::Endpoint(url)) => send_beacon(url, &body).unwrap_or(false),
                (Err(_), Destination::Transport(_)) => false,
            };
            if !kept {
                engine::with(|engine| {
                    engine.beacon.outbox.put_back(batch);
                    engine.beacon.schedule(GATHER_MS);
                });
            }
        });
    }
}

/// Sends what is queued, batch by batch; whether all of it arrived.
pub(super) async fn deliver() -> bool {
    loop {
        let next = engine::with(|engine| {
            let beacon = &mut engine.beacon;
            beacon.timer = None;
            let destination = beacon.destination.clone()?;
            if beacon.under_way.is_some() || beacon.outbox.is_empty() {
                return None;
            }
            let batch = beacon.outbox.take(BATCH);
            let body = envelope(&beacon.head(), &batch);
            beacon.under_way = Some(batch);
            Some((destination, body))
        });
        let Some((destination, body)) = next.flatten() else {
            break;
        };
        let answer = send(&destination, &body).await;
        let go_on = engine::with(|engine| settle(engine, answer)).unwrap_or(false);
        if !go_on {
            return false;
        }
    }
    engine::with(|engine| engine.beacon.outbox.is_empty() && engine.beacon.under_way.is_none())
        .unwrap_or(false)
}

/// Waits until nothing is under way, then delivers.
pub(super) async fn flush(timeout_ms: f64) -> bool {
    let until = now() + timeout_ms;
    while engine::with(|engine| engine.beacon.under_way.is_some()).unwrap_or(false) {
        if now() > until {
            return false;
        }
        TimeoutFuture::new(20).await;
    }
    deliver().await
}

/// Books a delivery's end; whether to go on with the next batch.
fn settle(engine: &mut engine::Engine, answer: Answer) -> bool {
    let beacon = &mut engine.beacon;
    // Handed over meanwhile, since the page was hidden.
    let Some(batch) = beacon.under_way.take() else {
        return false;
    };
    match answer {
        Answer::Delivered => {
            beacon.failures = 0;
            return true;
        }
        Answer::Refused(why) => {
            beacon.outbox.give_up(&batch);
            engine.settings.undeliverable(&why);
            return true;
        }
        Answer::Later(at_least) => {
            beacon.outbox.put_back(batch);
            beacon.failures += 1;
            let backoff = f64::from(1_u32 << beacon.failures.min(6)) * 500.0;
            let jitter = 0.5 + js_sys::Math::random() / 2.0;
            let wait = (backoff * jitter)
                .max(at_least)
                .min(MAX_BACKOFF_MS.max(at_least));
            beacon.schedule(wait as u32);
        }
    }
    false
}

async fn send(destination: &Destination, body: &str) -> Answer {
    let sent = match destination {
        Destination::Endpoint(url) => post(url, body, false),
        Destination::Transport(transport) => call(transport, body, false),
    };
    let answer = match sent {
        Ok(promise) => JsFuture::from(promise).await,
        Err(error) => Err(error),
    };
    let Ok(value) = answer else {
        return Answer::Later(0.0);
    };
    let Some(response) = value.dyn_ref::<Response>() else {
        return if taken(&value) {
            Answer::Delivered
        } else {
            Answer::Later(0.0)
        };
    };
    match response.status() {
        200..=299 => Answer::Delivered,
        429 | 500..=599 => {
            let after = response.headers().get("retry-after").ok().flatten();
            let seconds = after.map_or(0.0, |text| js_sys::parse_float(&text));
            Answer::Later(if seconds > 0.0 { seconds * 1000.0 } else { 0.0 })
        }
        status => {
            let mut why = String::from("the endpoint refused a batch with status ");
            why.extend(JSON::stringify(&status.into()).map(String::from));
            Answer::Refused(why)
        }
    }
}

/// A transport's result, or a response: anything but `false` and an error
/// status says that it was taken.
fn taken(value: &JsValue) -> bool {
    match value.dyn_ref::<Response>() {
        Some(response) => response.ok(),
        None => value.as_bool() != Some(false),
    }
}

fn post(url: &str, body: &str, keepalive: bool) -> Result<Promise, JsValue> {
    let init = Object::new();
    let set = |name: &str, value: JsValue| Reflect::set(&init, &name.into(), &value);
    set("method", "POST".into())?;
    set("body", body.into())?;
    set("credentials", "omit".into())?;
    set("keepalive", keepalive.into())?;
    set("priority", "low".into())?;
    fetch(url, &init)
}

fn call(transport: &Function, body: &str, closing: bool) -> Result<Promise, JsValue> {
    let context = Object::new();
    Reflect::set(&context, &"closing".into(), &closing.into())?;
    let result = transport.call2(&JsValue::UNDEFINED, &body.into(), &context)?;
    Ok(Promise::resolve(&result))
}
