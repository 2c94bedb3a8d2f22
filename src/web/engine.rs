//! The one page and its beacon, the observer that feeds it, and the timer that
//! finishes records.

use super::beacon::Beacon;
use super::fields::Fields;
use super::observer::Observer;
use super::settings::Host;
use super::{main_thread, network};
use crate::millis::Millis;
use crate::page::{Order, Page};
use gloo_timers::callback::Timeout;
use js_sys::Array;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// Bits of an export's result, as the JavaScript part's `bridge.js` has them.
const FIND: u32 = 1 << 8;
const FOLLOW: u32 = 1 << 9;
const TICK: u32 = 1 << 10;
const EVENTS: u32 = 1 << 11;
/// Above them, what texts begin with that are looked for.
const FIRST: u32 = 16;

/// What to do about a stream, after its address.
const UNRECOGNISED: &str = " streams events that ttft does not know. If they are an answer, name \
    their paths in the option `dialects`; dialects.md in the package tells how";

/// Between two looks at calls that are over and have no record yet.
const SETTLE_MS: u32 = 20;
/// The same where no call is over for sure.
const WAIT_MS: u32 = 250;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

/// All state there is.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) host: Host,
    pub(super) page: Page,
    pub(super) beacon: Beacon,
    /// The page's own origin.
    pub(super) origin: String,
    observing: bool,
    observer: Option<Observer>,
    /// Until the past is asked for.
    past: Option<Timeout>,
    timer: Option<Timeout>,
}

impl Engine {
    pub(super) fn new(host: Host, page: Page, beacon: Beacon, origin: String) -> Self {
        Self {
            host,
            page,
            beacon,
            origin,
            observing: false,
            observer: None,
            past: None,
            timer: None,
        }
    }

    fn flags(&self) -> u32 {
        let wants = self.page.wants();
        let bit = |is: bool, bit: u32| if is { bit } else { 0 };
        bit(wants.find, FIND)
            | bit(wants.follow, FOLLOW)
            | bit(wants.tick, TICK)
            | bit(self.page.has_happenings(), EVENTS)
            | u32::from(wants.first.unit()) << FIRST
    }

    fn take(&mut self, entries: Array) {
        for entry in entries {
            let entry: Fields = entry.unchecked_into();
            if entry.text("entryType").as_deref() == Some(network::TYPE) {
                network::take(&mut self.page, &entry, &self.origin);
            } else {
                main_thread::take(&mut self.page, &entry, &self.host, &self.origin);
            }
        }
    }

    fn adjust(&mut self) {
        if self.page.is_waiting() && self.timer.is_none() {
            let ms = if self.page.is_settling() {
                SETTLE_MS
            } else {
                WAIT_MS
            };
            self.timer = Some(after(ms, || {
                // What the JavaScript part has put off happened before, and what
                // the browser is about to tell.
                if let Some(host) = host() {
                    host.catch_up();
                }
                take_entries();
                act(|engine| {
                    engine.timer = None;
                    engine.page.settle(now(), js_sys::Date::now());
                });
            }));
        }
        self.beacon.count_unrecognised(self.page.unrecognised());
    }
}

/// The engine starts.
pub(super) fn start(engine: Engine) {
    ENGINE.with(|cell| *cell.borrow_mut() = Some(engine));
}

/// The engine stops for good.
pub(super) fn stop() {
    ENGINE.with(|cell| drop(cell.borrow_mut().take()));
}

/// Works with the engine; `None` before it started and after it stopped.
///
/// Also `None` after a trap, which leaves it borrowed for ever: timers and
/// observers that are still to come would throw into the page otherwise.
pub(super) fn with<T>(work: impl FnOnce(&mut Engine) -> T) -> Option<T> {
    ENGINE.with(|cell| cell.try_borrow_mut().ok()?.as_mut().map(work))
}

/// Does something on behalf of JavaScript and returns the flags it waits for.
pub(super) fn handle(work: impl FnOnce(&mut Page) -> u32) -> u32 {
    match with(|engine| work(&mut engine.page)) {
        Some(own) => own | follow_up(),
        None => 0,
    }
}

/// Does something that JavaScript does not wait for, and wakes it.
fn act(work: impl FnOnce(&mut Engine)) {
    if with(work).is_some() {
        let flags = follow_up();
        if let Some(host) = host() {
            host.wake(flags);
        }
    }
}

/// What follows from whatever was done. Apart from it, so that its code is not
/// in each export.
#[inline(never)]
fn follow_up() -> u32 {
    let done = with(|engine| {
        engine.adjust();
        (engine.page.take_orders(), engine.page.has_calls())
    });
    let Some((orders, has_calls)) = done else {
        return 0;
    };
    // While the engine is free: the watch may answer at once.
    if !orders.is_empty()
        && let Some(host) = host()
    {
        for order in orders {
            match order {
                Order::Found { call, handle } => host.found(call, handle),
                Order::Tail(call) => host.tail(call),
                Order::Over(call) => host.over(call),
                Order::Unrecognised(mut message) => {
                    message.push_str(UNRECOGNISED);
                    host.failed("unrecognised", &message);
                }
                Order::Refused(message) => host.failed("dialect", &message),
            }
        }
    }
    observe(has_calls);
    // Last: what was observed meanwhile counts as well.
    with(|engine| engine.flags()).unwrap_or_default()
}

/// Observes only while a call is followed: entries of a page that streams
/// nothing are none of our business. Those of the past only where a call may
/// have any: a page may have hundreds.
fn observe(on: bool) {
    if with(|engine| std::mem::replace(&mut engine.observing, on)) == Some(on) {
        return;
    }
    let has_past = with(|engine| engine.page.has_begun_before(now())) == Some(true);
    if on && has_past {
        // Not at once: WebKit tells of the past within `observe()`, and of what
        // is replayed only the beginning may be known by now.
        let past = after(0, observe_past);
        with(|engine| engine.past = Some(past));
    } else {
        replace(
            on.then(|| Observer::new(&observed(), false, entries))
                .flatten(),
        );
    }
}

fn observe_past() {
    if with(|engine| engine.past.take()).flatten().is_some() {
        replace(Observer::new(&observed(), true, entries));
    }
}

fn observed() -> [&'static str; 3] {
    let [frame, task] = main_thread::TYPES;
    [network::TYPE, frame, task]
}

/// Observers are made and dropped with the engine free: WebKit calls back from
/// within `observe()`.
fn replace(observer: Option<Observer>) {
    let before = with(|engine| {
        let past = engine.past.take();
        (std::mem::replace(&mut engine.observer, observer), past)
    });
    drop(before);
}

fn entries(entries: Array) {
    act(|engine| engine.take(entries));
}

/// Takes what the observer would tell of in a task to come, which a page that
/// goes may not live to see.
pub(super) fn take_entries() {
    observe_past();
    with(|engine| {
        let entries = engine.observer.as_ref().and_then(Observer::take);
        engine.take(entries.unwrap_or_default());
    });
}

fn host() -> Option<Host> {
    with(|engine| engine.host.clone())
}

/// The page's clock.
pub(super) fn now() -> Millis {
    Millis::from_ms(performance_now()).unwrap_or_default()
}

/// Does something later. One function for all timers: each closure of its own
/// would bring glue of its own.
///
/// A timer takes 31 bits; anything longer would be over at once.
pub(super) fn after(ms: u32, task: fn()) -> Timeout {
    Timeout::new(ms.min(i32::MAX as u32), task)
}
