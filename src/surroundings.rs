//! The page around its calls: what it is, how exact its clocks are, and what
//! kept its main thread.

use crate::call::Painted;
use crate::decoder::Dialects;
use crate::millis::Millis;
use crate::record::{PaintMethod, Record, Script};

/// Scripts remembered per page.
const MAX_SCRIPTS: usize = 32;
/// Scripts named in a record.
const NAMED_SCRIPTS: usize = 3;

/// The clock's step where Firefox resists fingerprinting, in microseconds.
const RESISTING_STEP: i64 = 16_667;

/// Browser engine; each errs in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Blink.
    Chromium,
    /// Gecko.
    Firefox,
    /// WebKit, and all that claims nothing else.
    WebKit,
}

impl Engine {
    /// The clock's step. Documented, not measured: finding it out would mean
    /// spinning until the clock moves.
    ///
    /// `now` is any moment of that clock. Where Firefox resists fingerprinting
    /// all are multiples of a step that others meet once in 16,667 times:
    /// <https://support.mozilla.org/kb/resist-fingerprinting>
    #[must_use]
    pub fn clock_step(self, isolated: bool, now: Millis) -> Millis {
        let resists = self == Self::Firefox && now.as_micros() % RESISTING_STEP == 0;
        Millis::from_micros(match (self, isolated) {
            _ if resists => RESISTING_STEP,
            (Self::Chromium, true) => 5,
            (Self::Chromium, false) => 100,
            (_, true) => 20,
            (_, false) => 1_000,
        })
    }
}

/// What a record says of its page, and how to read that page's stamps.
#[derive(Debug)]
pub struct Surroundings {
    /// The record's `page`; `route` is each call's own.
    pub info: crate::record::Page,
    /// Which errors to expect.
    pub engine: Engine,
    /// Commit and paint are looked for.
    pub paints: bool,
    /// The browser tells of long tasks, so that silence about them is evidence.
    pub tells_long_tasks: bool,
    /// What its streams may speak.
    pub dialects: Dialects,
    /// How long a record's JSON is, which the browser writes.
    pub json_bytes: fn(&Record) -> usize,
    /// When the page last came back from the back/forward cache.
    pub restored: Option<Millis>,
    scripts: Vec<(Millis, Script)>,
}

impl Surroundings {
    /// Of a page that was opened just now.
    #[must_use]
    pub fn new(info: crate::record::Page, engine: Engine, paints: bool) -> Self {
        Self {
            info,
            engine,
            paints,
            tells_long_tasks: false,
            dialects: Dialects::default(),
            json_bytes: |_| 0,
            restored: None,
            scripts: vec![],
        }
    }

    /// A script ran long, from `at` on; nobody asks for those before `since`.
    pub(crate) fn script(&mut self, at: Millis, script: Script, since: Millis) {
        self.scripts.retain(|(at, _)| *at >= since);
        self.scripts.push((at, script));
        if self.scripts.len() > MAX_SCRIPTS {
            let shortest = (0..).zip(&self.scripts).min_by_key(|(_, (_, it))| it.ms);
            if let Some((shortest, _)) = shortest {
                self.scripts.swap_remove(shortest);
            }
        }
    }

    /// Scripts that began between two moments, the longest first, as far as they
    /// ran before the second.
    pub(crate) fn scripts_between(&self, from: Millis, to: Millis) -> Vec<Script> {
        let mut scripts: Vec<Script> = vec![];
        // By hand: a sort costs kilobytes.
        for (at, script) in self
            .scripts
            .iter()
            .filter(|(at, _)| (from..=to).contains(at))
        {
            let script = Script {
                ms: script.ms.min(to - *at),
                ..script.clone()
            };
            let longer = scripts
                .iter()
                .take_while(|other| other.ms >= script.ms)
                .count();
            if longer < NAMED_SCRIPTS {
                scripts.insert(longer, script);
                scripts.truncate(NAMED_SCRIPTS);
            }
        }
        scripts
    }

    /// Step of a paint time. `presentationTime` is rounded up to 4 ms unless
    /// the page is isolated: <https://w3c.github.io/paint-timing/#coarsen-time>
    pub(crate) fn paint_resolution(&self, method: PaintMethod) -> Millis {
        match method {
            PaintMethod::ElementTiming if !self.info.isolated => Millis::from_micros(4_000),
            _ => self.info.resolution_ms,
        }
    }

    /// The best guess of the presentation, given a paint time as reported: a
    /// time that was rounded up is half a step late on average.
    pub(crate) fn presented(&self, painted: Painted) -> Millis {
        let Painted { at, method, .. } = painted;
        match method {
            PaintMethod::ElementTiming => at - self.paint_resolution(method).half(),
            _ => at,
        }
    }

    /// Where the true presentation lies, as measured against traces (Chromium)
    /// and `MozAfterPaint` (Firefox), 5th to 95th percentile.
    ///
    /// A frame's estimate is early by what compositing and the display add,
    /// which on real hardware may be a frame or two more than was measured.
    ///
    /// It may also be that another task ran between the frame and the estimate.
    pub(crate) fn paint_error(&self, painted: Option<Painted>) -> Option<[Millis; 2]> {
        let Painted { method, late, .. } = painted?;
        let [from, to] = match (method, self.engine) {
            (PaintMethod::ElementTiming, _) if self.info.isolated => [-100, 200],
            (PaintMethod::ElementTiming, _) => [-2_000, 2_000],
            (_, Engine::Chromium) => [-600, 16_000],
            (_, Engine::Firefox) => [0, 16_000],
            (_, Engine::WebKit) => [-3_000, 16_000],
        };
        Some([Millis::from_micros(from), Millis::from_micros(to) + late])
    }
}

#[cfg(test)]
mod tests {
    use super::{Engine, MAX_SCRIPTS, Millis, Surroundings};
    use crate::record::{Page, Scope, Script};

    fn surroundings() -> Surroundings {
        let info = Page {
            id: String::new(),
            scope: Scope::Window,
            route: None,
            release: None,
            engine: None,
            isolated: false,
            resolution_ms: Millis::ZERO,
            sample_rate: 1.0,
        };
        Surroundings::new(info, Engine::Chromium, true)
    }

    #[test]
    fn the_longest_scripts_are_named_however_many_there_are() {
        let mut page = surroundings();
        let ms = |ms: usize| Millis::from_micros(ms as i64 * 1_000);
        for place in 0..3 * MAX_SCRIPTS {
            let script = Script {
                source: place.to_string(),
                function: None,
                // The second is the longest.
                ms: ms(if place == 1 { 900 } else { 50 + place }),
            };
            page.script(ms(1_000 * place), script, ms(1_000));
        }
        let named = page.scripts_between(ms(0), ms(1_000_000));
        let sources: Vec<_> = named.iter().map(|script| script.source.as_str()).collect();
        assert_eq!(sources, ["1", "95", "94"]);
        assert_eq!(page.scripts.len(), MAX_SCRIPTS);
    }

    #[test]
    fn a_clock_that_resists_fingerprinting_is_told_by_its_moments() {
        let step = |engine: Engine, micros| {
            let now = Millis::from_micros(micros);
            engine.clock_step(false, now).as_micros()
        };
        assert_eq!(step(Engine::Firefox, 9 * 16_667), 16_667);
        assert_eq!(step(Engine::Firefox, 150_000), 1_000);
        assert_eq!(step(Engine::Chromium, 9 * 16_667), 100);
    }
}
