//! The bars: what the errors of a row may be.

use std::fmt;

use super::row::{Row, Verdicts};

/// A bar, and whether the row keeps it.
#[derive(Debug)]
pub(super) struct Bar {
    what: &'static str,
    measured: f64,
    /// At most, or for shares at least.
    limit: f64,
    at_least: bool,
    pub(super) kept: bool,
}

impl Bar {
    fn at_most(what: &'static str, measured: f64, limit: f64) -> Self {
        Bar {
            what,
            measured,
            limit,
            at_least: false,
            kept: measured <= limit,
        }
    }

    fn at_least(what: &'static str, measured: f64, limit: f64) -> Self {
        Bar {
            what,
            measured,
            limit,
            at_least: true,
            kept: measured >= limit,
        }
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.at_least { "≥" } else { "≤" };
        let word = if self.kept { "ok  " } else { "MISS" };
        write!(
            f,
            "{word} {} {:.2} {sign} {}",
            self.what, self.measured, self.limit
        )
    }
}

/// The bars of a row.
pub(super) fn of(row: &Row) -> Vec<Bar> {
    let mut bars = vec![];
    let of = &row.of;
    let chromium = of.engine == "chromium";

    if let Some(paint) = row.paint {
        let limit = if of.isolated { 0.2 } else { 2.5 };
        bars.push(Bar::at_most("paint p95 ms", paint.p95, limit));
    }
    if let Some(arrival) = &row.arrival {
        if of.stamps && of.isolated && matches!(of.load.as_str(), "idle" | "block-500") {
            let limit = if chromium { 1.5 } else { 2.0 };
            bars.push(Bar::at_most("arrival p95 ms", arrival.errors.p95, limit));
        }
        if !of.stamps {
            let least = if of.engine == "firefox" { 90.0 } else { 95.0 };
            bars.push(Bar::at_least("inside %", 100.0 * arrival.inside, least));
            if let Some(widest) = widest(&of.load) {
                bars.push(Bar::at_most("width p50 ms", arrival.width_p50, widest));
            }
        }
    }

    let Verdicts {
        right,
        wrong,
        unclear,
        ..
    } = row.verdict;
    let judged = right + wrong + unclear;
    bars.push(Bar::at_most("wrong verdicts", wrong as f64, 0.0));
    let most_unclear = if of.stamps {
        Some(5.0)
    } else if of.load == "slow-server" && of.tao {
        Some(10.0)
    } else {
        None
    };
    if let Some(limit) = most_unclear
        && judged > 0
    {
        let share = 100.0 * unclear as f64 / judged as f64;
        bars.push(Bar::at_most("unclear %", share, limit));
    }
    if of.load == "held" {
        let blamed = row.blamed_on_the_page as f64;
        bars.push(Bar::at_most("blamed on the page", blamed, 0.0));
    }
    bars
}

/// How wide the interval without stamps may be: the blind spot on an idle page,
/// else what kept the page and 20 ms. Of a layout nobody knows how long it is.
fn widest(load: &str) -> Option<f64> {
    match load {
        "idle" | "slow-server" | "held" => Some(55.0),
        "block-500" => Some(520.0),
        "tasks" => Some(275.0),
        "frames" => Some(55.0),
        "late-reader" => Some(220.0),
        "paused-reads" => Some(120.0),
        _ => None,
    }
}
