//! When a frame was painted, and how that is known.

use crate::millis::Millis;
use crate::record::PaintMethod;

/// A frame that was painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Painted {
    /// The best guess.
    pub at: Millis,
    /// Where that comes from.
    pub method: PaintMethod,
    /// How much later it may have been, beside the method's own error.
    pub late: Millis,
}

/// A frame's paint takes the main thread no longer; what does is mostly another
/// task that went before ours.
const PAINT: Millis = Millis::from_micros(8_000);

impl Painted {
    /// Told by the browser.
    #[must_use]
    pub fn told(at: Millis) -> Self {
        Self {
            at,
            method: PaintMethod::ElementTiming,
            late: Millis::ZERO,
        }
    }

    /// Between a frame's layout and the first task of ours after it.
    #[must_use]
    pub fn between(laid_out: Millis, task: Millis) -> Self {
        let late = task - laid_out;
        let (at, late) = if late > PAINT {
            (laid_out, late)
        } else {
            (task, Millis::ZERO)
        };
        Self {
            at,
            method: PaintMethod::Frame,
            late,
        }
    }

    /// The frame of a text that entered the page at `at`. Its layout may be that
    /// of a frame before, which something else had waited for.
    pub(crate) fn of(self, at: Millis) -> Self {
        if self.at >= at {
            return self;
        }
        Self {
            at: self.at + self.late,
            late: Millis::ZERO,
            ..self
        }
    }

    /// The same on the clock of a call that began at `t0`.
    pub(crate) fn since(self, t0: Millis) -> Self {
        Self {
            at: self.at - t0,
            ..self
        }
    }
}
