//! One call, to be observed by example.

use crate::promises::promises_hold;
use crate::{STEP, ms};
use ttft::record::NetworkMissing;
use ttft::timeline::{BusyRuns, Observation, ReadLog, ReadWindow, Settled, Shown, settle};

/// One chunk, answer and first token in it, on a page of our own origin.
pub(crate) struct Call {
    pub(crate) seen: Observation,
    pub(crate) log: ReadLog,
}

impl Call {
    pub(crate) fn new() -> Self {
        let mut seen = Observation::new(STEP);
        seen.busy = BusyRuns::from_entries();
        seen.network.request_sent = Some(ms(1.2));
        seen.network.headers = Some(ms(85.0));
        seen.promise = Some(ms(85.4));
        Self {
            seen,
            log: ReadLog::new(STEP),
        }
    }

    pub(crate) fn without_tao(mut self) -> Self {
        self.seen.network.request_sent = None;
        self.seen.network.headers = None;
        self.seen.network.missing = Some(NetworkMissing::Tao);
        self
    }

    pub(crate) fn read(&mut self, called: f64, resolved: f64) -> ReadWindow {
        self.log.read(ms(called), ms(resolved))
    }

    pub(crate) fn answer(mut self, called: f64, resolved: f64, stamp: Option<f64>) -> Self {
        let window = self.read(called, resolved);
        if let Some(dur) = stamp {
            self.seen.stamps.stamp(ms(dur), window);
        }
        self.seen.token_read(window, stamp.map(ms));
        self.seen.answer_read(window, stamp.map(ms));
        self
    }

    pub(crate) fn shown(mut self, commit: f64, paint: f64) -> Self {
        self.seen.answer = Shown {
            commit: Some(ms(commit)),
            paint: Some(ms(paint)),
        };
        self
    }

    pub(crate) fn settle(&self) -> Settled {
        let settled = settle(&self.seen);
        promises_hold(&settled);
        settled
    }
}

/// Chromium h1 of the block test: 500 ms from 40 ms on, headers at 85, body at
/// 185; one read for four writes, 357 ms late.
pub(crate) fn blocked() -> Call {
    let mut call = Call::new();
    call.seen.busy.long_task(ms(40.0), ms(540.0));
    call.seen.promise = Some(ms(541.8));
    call
}
