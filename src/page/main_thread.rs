//! What keeps the main thread, told to all calls that run.

use super::Page;
use crate::millis::Millis;
use crate::record::Script;

/// No work of a page's takes as long as this: browsers offer to end it before. It
/// stood still, in a dialog or a debugger, or the machine slept, on whose clock the
/// time of sleep counts (Windows; Firefox also on macOS:
/// <https://github.com/w3c/hr-time/issues/115>).
const ASLEEP: Millis = Millis::from_micros(30_000_000);

impl Page {
    /// A long task or long animation frame.
    pub fn long_task(&mut self, from: Millis, to: Millis) {
        for (_, call) in &mut self.calls {
            let t0 = call.opening.t0;
            if to >= t0 {
                call.seen.busy.long_task(from - t0, to - t0);
            }
        }
    }

    /// The page was frozen between these moments, also in the back/forward
    /// cache. It read nothing then, which nobody reports as a task.
    pub fn stood_still(&mut self, from: Millis, to: Millis) {
        for (_, call) in &mut self.calls {
            let t0 = call.opening.t0;
            call.seen.busy.stand_still(from - t0, to - t0);
        }
    }

    /// A script ran long, from `at` on.
    pub fn script(&mut self, at: Millis, script: Script) {
        // A stream that may be no answer is open for long, and must not fill the
        // list.
        let counting = self.calls.iter().filter(|(_, call)| call.counts());
        let first = counting.map(|(_, call)| call.opening.t0).min();
        self.surroundings
            .script(at, script, first.unwrap_or_default());
    }

    /// The tick was started, or stopped.
    pub fn ticking(&mut self, at: Millis, on: bool) {
        self.ticking = on.then_some(at);
        for (_, call) in &mut self.calls {
            let at = at - call.opening.t0;
            // What was watched of others before is not worth less for it.
            if on && call.wants_tick() {
                call.seen.busy.tick_started(at);
            } else if !on {
                call.seen.busy.tick_stopped(at);
            }
        }
    }

    /// No tick came between these moments; or `to` is only the time.
    pub fn tick_gap(&mut self, from: Millis, to: Millis) {
        self.ticked = to;
        let slept = to - from > ASLEEP;
        if slept {
            self.stood_still(from, to);
        }
        for (_, call) in &mut self.calls {
            let t0 = call.opening.t0;
            call.seen.slept |= slept && from >= t0;
            if !slept {
                call.seen.busy.tick_gap(from - t0, to - t0);
            }
        }
    }
}
