//! Sends records: plain requests while the page is visible, requests that
//! outlive it when it hides.
//!
//! Bodies are strings, so `text/plain`: with `application/json` every beacon
//! would need a preflight.

use super::engine::{self, Engine};
use super::fields::Fields;
use super::json::{stringify, to_js};
use crate::millis::Millis;
use crate::outbox::{Counts, Outbox, envelope};
use crate::record::{Envelope, VERSION};
use gloo_timers::callback::Timeout;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Headers;

/// Bytes of a beacon while the page is visible.
const BATCH: usize = 60_000;
/// Bytes under way when the page may be gone at once: half of the 64 KiB that
/// all of a page's keepalive requests share. The rest stays the page's own.
const CLOSING_BATCH: usize = 28_000;
/// Bytes of an envelope beside its records, and of the longest record: with less
/// room nothing is sent.
const HEAD: usize = 200;
const LEAST: usize = 4_000;
/// Records that follow one another closely go together.
const GATHER_MS: u32 = 1_000;
/// Failures in a row: at so many the app is told, and up to so many the pause
/// doubles, to some 8 minutes.
const TOLD_FAILURES: u32 = 5;
const MOST_FAILURES: u32 = 10;
/// However long `Retry-After` says: some servers put a date in seconds there.
const MAX_RETRY_AFTER_MS: f64 = 86_400_000.0;

const NOT_TAKEN: &str = "no batch was taken in five tries: the endpoint is down, busy, blocked, or \
    does not allow this page's origin. Records wait";

/// Bits of `flush`'s result, as `facade.js` has them.
const UNDER_WAY: u32 = 1;
const WAITING: u32 = 2;

#[wasm_bindgen]
extern "C" {
    /// Called through the global scope, so with the page's own patches: what
    /// an app adds to all of its requests it may want here as well.
    #[wasm_bindgen(js_name = fetch, catch)]
    fn fetch(url: &str, init: &Fields) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = navigator, js_name = sendBeacon, catch)]
    fn send_beacon(url: &str, body: &str) -> Result<bool, JsValue>;
}

/// Where records go.
#[derive(Clone, Debug)]
enum Destination {
    Endpoint(String),
    /// The app's own function, which never runs while the engine is borrowed.
    Transport(Function),
}

/// The queue, and what is under way.
#[derive(Debug)]
pub(super) struct Beacon {
    destination: Option<Destination>,
    /// A request may outlive its page.
    keeps_alive: bool,
    time_origin: f64,
    outbox: Outbox,
    /// A batch that was sent and not yet answered. Sent again when the page
    /// hides: WebKit cancels plain requests then, and ids make it harmless.
    under_way: Option<(Millis, Vec<String>)>,
    /// Bytes under way that may outlive the page.
    closing: usize,
    failures: u32,
    /// The endpoint asked to be left alone until then.
    paused: Millis,
    timer: Option<Timeout>,
}

/// How a delivery ended.
enum Answer {
    Delivered,
    /// Worth another try, at the earliest after these milliseconds.
    Later(f64),
    /// The receiver will never take it; its status.
    Refused(u32),
}

/// A body on its way out.
struct Shipment {
    destination: Destination,
    keeps_alive: bool,
    body: String,
    /// Its records, if the page may be gone at once: nobody else has them.
    closing: Option<Vec<String>>,
    /// When it left: whose answer a late one is.
    at: Millis,
    /// What its envelope says was lost and unrecognised.
    told: Counts,
}

impl Beacon {
    pub(super) fn new(settings: &Fields) -> Self {
        let destination = match settings.get("transport").dyn_into() {
            Ok(transport) => Some(Destination::Transport(transport)),
            Err(_) => settings.text("endpoint").map(Destination::Endpoint),
        };
        Self {
            destination,
            keeps_alive: settings.is("keepsAlive"),
            time_origin: settings.number("timeOrigin").unwrap_or_default(),
            outbox: Outbox::default(),
            under_way: None,
            closing: 0,
            failures: 0,
            paused: Millis::ZERO,
            timer: None,
        }
    }

    /// Queues a record as the app left it. Returns whether it has any JSON.
    pub(super) fn queue(&mut self, record: &JsValue) -> bool {
        if self.destination.is_none() {
            return true;
        }
        let json = stringify(record);
        let is_there = !json.is_empty();
        if is_there {
            self.outbox.push(json);
            self.schedule(GATHER_MS);
        } else {
            self.outbox.give_up(1);
        }
        is_there
    }

    pub(super) fn count_unrecognised(&mut self, count: u32) {
        self.outbox.count_unrecognised(count);
    }

    /// Whether a batch is under way, and whether any waits.
    pub(super) fn progress(&self) -> u32 {
        let bit = |is: bool, bit: u32| if is { bit } else { 0 };
        bit(self.under_way.is_some(), UNDER_WAY) | bit(!self.outbox.is_empty(), WAITING)
    }

    fn schedule(&mut self, ms: u32) {
        if self.timer.is_none() && self.under_way.is_none() {
            self.timer = Some(engine::after(ms, deliver));
        }
    }

    /// The endpoint does not want to be asked for so long.
    fn pause(&mut self, ms: f64) {
        if ms > 0.0 {
            let until = engine::now() + Millis::from_ms(ms).unwrap_or_default();
            self.paused = self.paused.max(until);
            self.timer = None;
        }
    }

    /// The next batch, unless one is under way.
    fn next(&mut self) -> Option<Shipment> {
        self.timer = None;
        if self.under_way.is_some() {
            return None;
        }
        let (shipment, batch) = self.load(BATCH)?;
        self.under_way = Some((shipment.at, batch));
        Some(shipment)
    }

    /// The page is hidden. Most that hide stay, so a pause holds.
    fn hidden(&mut self) -> Option<Shipment> {
        if engine::now() < self.paused {
            return None;
        }
        self.last()
    }

    /// The page may be gone at once: what the browser takes, now.
    fn last(&mut self) -> Option<Shipment> {
        if let Some((_, batch)) = self.under_way.take() {
            self.outbox.put_back(batch);
        }
        let loaded = self.load(CLOSING_BATCH.saturating_sub(self.closing));
        // Most pages that hide stay.
        if !self.outbox.is_empty() {
            self.schedule(GATHER_MS);
        }
        let (shipment, batch) = loaded?;
        self.closing += shipment.body.len();
        Some(Shipment {
            closing: Some(batch),
            ..shipment
        })
    }

    fn load(&mut self, max: usize) -> Option<(Shipment, Vec<String>)> {
        let destination = self.destination.clone()?;
        let max = max.checked_sub(HEAD)?;
        if max < LEAST {
            return None;
        }
        let batch = self.outbox.take(max);
        if batch.is_empty() {
            return None;
        }
        let told @ [dropped, unrecognised] = self.outbox.tell();
        let now = engine::now();
        let head: Envelope<()> = Envelope {
            v: VERSION,
            now,
            time_origin: self.time_origin,
            deferred: false,
            dropped,
            unrecognised,
            records: vec![],
        };
        let shipment = Shipment {
            destination,
            keeps_alive: self.keeps_alive,
            body: envelope(&stringify(&to_js(&head)), &batch),
            closing: None,
            at: now,
            told,
        };
        Some((shipment, batch))
    }
}

/// Sends what is queued, batch by batch.
pub(super) fn deliver() {
    ship(Beacon::next);
}

/// Hands over what is queued before the page may be gone.
pub(super) fn hand_over(goes: bool) {
    ship(if goes { Beacon::last } else { Beacon::hidden });
}

/// Runs while the engine is free: a transport is the app's code.
fn ship(take: fn(&mut Beacon) -> Option<Shipment>) {
    let Some(shipment) = engine::with(|engine| take(&mut engine.beacon)).flatten() else {
        return;
    };
    let sent = shipment.send();
    spawn_local(async move {
        let answer = match sent {
            Ok(promise) => JsFuture::from(promise).await,
            Err(error) => Err(error),
        };
        shipment.conclude(answer.ok());
    });
}

impl Shipment {
    fn send(&self) -> Result<Promise, JsValue> {
        let closing = self.closing.is_some().into();
        let options = Fields::new();
        match &self.destination {
            // It sends cookies along. So a rejected request is no reason for
            // it: that one may have arrived, where only CORS headers were
            // missing, and of the quota of bytes both have the same.
            Destination::Endpoint(url) if self.closing.is_some() && !self.keeps_alive => {
                let taken: JsValue = send_beacon(url, &self.body)?.into();
                Ok(Promise::resolve(&taken))
            }
            Destination::Endpoint(url) => {
                options.set("method", &"POST".into());
                options.set("body", &self.body.as_str().into());
                options.set("credentials", &"omit".into());
                options.set("keepalive", &closing);
                options.set("priority", &"low".into());
                // Otherwise an endpoint on the page's own origin would be told
                // the page's address, query and all.
                options.set("referrerPolicy", &"strict-origin".into());
                // A test's stand-in may give nothing.
                Ok(Promise::resolve(&fetch(url, &options)?))
            }
            Destination::Transport(transport) => {
                options.set("closing", &closing);
                let body = self.body.as_str().into();
                let result = transport.call2(&JsValue::UNDEFINED, &body, &options)?;
                Ok(Promise::resolve(&result))
            }
        }
    }

    /// Books the end of it: what came of the promise, if it was not rejected.
    fn conclude(self, value: Option<JsValue>) {
        let is_endpoint = matches!(self.destination, Destination::Endpoint(_));
        let answer = value
            .filter(|value| !(is_endpoint && value.is_undefined()))
            .map_or(Answer::Later(0.0), judge);
        let Some(batch) = self.closing else {
            if engine::with(|engine| settle(engine, answer, self.at, self.told)) == Some(true) {
                deliver();
            }
            return;
        };
        engine::with(|engine| {
            let beacon = &mut engine.beacon;
            // Another one's, where ttft was closed and begun anew meanwhile.
            beacon.closing = beacon.closing.saturating_sub(self.body.len());
            if !matches!(answer, Answer::Delivered) {
                beacon.outbox.take_back(self.told);
            }
            match answer {
                Answer::Delivered => {}
                Answer::Refused(status) => refused(engine, batch.len(), status),
                Answer::Later(at_least) => {
                    beacon.outbox.put_back(batch);
                    beacon.pause(at_least);
                    beacon.schedule(GATHER_MS.max(at_least as u32));
                }
            }
        });
    }
}

/// Books a delivery's end; whether to go on with the next batch.
fn settle(engine: &mut Engine, answer: Answer, at: Millis, told: Counts) -> bool {
    let beacon = &mut engine.beacon;
    if !matches!(answer, Answer::Delivered) {
        beacon.outbox.take_back(told);
    }
    // Handed over meanwhile, since the page was hidden; another may be under
    // way since.
    let Some((_, batch)) = beacon.under_way.take_if(|(sent, _)| *sent == at) else {
        return false;
    };
    match answer {
        Answer::Delivered => {
            beacon.failures = 0;
            return true;
        }
        Answer::Refused(status) => {
            refused(engine, batch.len(), status);
            return true;
        }
        Answer::Later(at_least) => {
            beacon.outbox.put_back(batch);
            beacon.pause(at_least);
            beacon.failures += 1;
            let backoff = f64::from(1_u32 << beacon.failures.min(MOST_FAILURES)) * 500.0;
            let jitter = 0.5 + js_sys::Math::random() / 2.0;
            beacon.schedule((backoff * jitter).max(at_least) as u32);
            if beacon.failures == TOLD_FAILURES {
                engine.host.failed("delivery", NOT_TAKEN);
            }
        }
    }
    false
}

/// So many records are lost, and the app is told why.
fn refused(engine: &mut Engine, records: usize, status: u32) {
    engine.beacon.outbox.give_up(records);
    let mut why = String::from("the endpoint refused a batch with status ");
    why.push_str(&stringify(&status.into()));
    why.push_str("; its answer says why");
    engine.host.failed("delivery", &why);
}

/// A response, or a transport's result: of that, anything but `false` says that
/// it was taken.
fn judge(value: JsValue) -> Answer {
    if value.as_bool() == Some(false) {
        return Answer::Later(0.0);
    }
    if !value.is_object() {
        return Answer::Delivered;
    }
    let response: Fields = value.unchecked_into();
    match response.number("status").map(|status| status as u32) {
        None | Some(200..=299) => Answer::Delivered,
        // 408: where an upload took too long.
        Some(408 | 429 | 500..=599) => {
            let headers: Headers = response.get("headers").unchecked_into();
            let after = headers.get("retry-after").ok().flatten();
            let seconds = after.and_then(|after| Millis::parse(after.as_bytes()));
            let ms = seconds.map_or(0.0, |seconds| seconds.as_ms() * 1000.0);
            Answer::Later(ms.min(MAX_RETRY_AFTER_MS))
        }
        Some(status) => Answer::Refused(status),
    }
}
