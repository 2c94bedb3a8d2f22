//! What keeps the main thread, told to all calls that run.

use super::Page;
use crate::millis::Millis;
use crate::record::Script;

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
        self.ticking = on;
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
        for (_, call) in &mut self.calls {
            let t0 = call.opening.t0;
            call.seen.busy.tick_gap(from - t0, to - t0);
        }
    }
}
