//! The one page and its beacon, the observers that feed them, and the timer
//! that finishes records.

use super::beacon::Beacon;
use super::observer::Observer;
use super::settings::Settings;
use super::{main_thread, network};
use crate::call::Matched;
use crate::millis::Millis;
use crate::page::{Order, Page};
use crate::record::Script;
use crate::timeline::Network;
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// Bits of an export's result, as the JavaScript part's `bridge.js` has them.
const FIND: u32 = 1 << 8;
const FOLLOW: u32 = 1 << 9;
const TICK: u32 = 1 << 10;
const EVENTS: u32 = 1 << 11;

/// Between two looks at calls that are over and have no record yet.
const SETTLE_MS: u32 = 20;

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
    pub(super) settings: Settings,
    pub(super) page: Page,
    pub(super) beacon: Beacon,
    /// The page's own origin.
    pub(super) origin: String,
    observing: bool,
    observers: Vec<Observer>,
    timer: Option<Timeout>,
}

impl Engine {
    pub(super) fn new(settings: Settings, page: Page, beacon: Beacon, origin: String) -> Self {
        Self {
            settings,
            page,
            beacon,
            origin,
            observing: false,
            observers: vec![],
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
    }

    fn adjust(&mut self) {
        if self.page.is_settling() && self.timer.is_none() {
            self.timer = Some(Timeout::new(SETTLE_MS, || {
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
        if let Some(settings) = settings() {
            settings.wake(flags);
        }
    }
}

/// What follows from whatever was done. Apart from it, so that its code is not
/// in each export.
#[inline(never)]
fn follow_up() -> u32 {
    let done = with(|engine| {
        engine.adjust();
        (
            engine.flags(),
            engine.page.take_orders(),
            engine.page.has_calls(),
        )
    });
    let Some((flags, orders, has_calls)) = done else {
        return 0;
    };
    // While the engine is free: the watch may answer at once.
    if let (false, Some(settings)) = (orders.is_empty(), settings()) {
        for order in orders {
            match order {
                Order::Found { call, handle } => settings.found(call, handle),
                Order::Over(call) => settings.over(call),
            }
        }
    }
    observe(has_calls);
    flags
}

/// Observes only while a call is followed: entries of a page that streams
/// nothing are none of our business.
///
/// Never with the engine borrowed: WebKit calls back from within `observe()`
/// when there are buffered entries.
fn observe(on: bool) {
    if with(|engine| std::mem::replace(&mut engine.observing, on)) == Some(on) {
        return;
    }
    let mut observers = vec![];
    if on {
        observers.extend(observe_network());
        observers.extend(observe_main_thread());
    }
    // Those before are disconnected here, outside of `with`.
    let before = with(|engine| std::mem::replace(&mut engine.observers, observers));
    drop(before);
}

fn settings() -> Option<Settings> {
    with(|engine| engine.settings.clone().unchecked_into())
}

/// The page's clock.
pub(super) fn now() -> Millis {
    Millis::from_ms(performance_now()).unwrap_or_default()
}

fn observe_network() -> Option<Observer> {
    network::observe(|found| {
        act(|engine| {
            let origin = engine.origin.clone();
            engine
                .page
                .network(&found.url, found.start, |t0, to| Matched {
                    network: Network::from_entry(&found.entry, t0.as_ms(), to != origin),
                    worker: found.entry.worker_start > 0.0,
                    protocol: found.protocol,
                });
        });
    })
}

fn observe_main_thread() -> Option<Observer> {
    main_thread::observe(|run| {
        act(|engine| {
            engine.page.long_task(run.from, run.to);
            for script in run.scripts {
                let script_of = Script {
                    source: script.source,
                    function: (!script.function.is_empty()).then_some(script.function),
                    ms: script.took,
                };
                engine.page.surroundings.script(script.at, script_of);
            }
        });
    })
}
