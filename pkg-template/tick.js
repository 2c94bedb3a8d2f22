// Evidence of a busy main thread where the engine gives none (no long tasks in
// Firefox and WebKit): a timer that comes late. It costs up to 1 % of the
// thread while it runs, so it runs only while an answer is awaited.

import { now } from "./clock.js";

const PERIOD = 25;
/** Timers are late by up to half a period on an idle page. */
const LATE = 37;

/**
 * Calls `onRun(on)` when it starts and stops, and `onGap(from, to)` for each
 * stretch in which no timer could run.
 */
export function createTick(onRun, onGap) {
  let timer, last;

  function tick() {
    look();
    timer = setTimeout(tick, PERIOD);
  }

  function look() {
    const at = now();
    if (at - last > LATE) onGap(last, at);
    last = at;
  }

  return {
    run(on) {
      // Hidden pages have their timers throttled, which proves nothing.
      on &&= document.visibilityState === "visible";
      if (on === (timer !== undefined)) return;
      clearTimeout(timer);
      // A busy spell may be over before the timer could tell of it.
      if (!on) look();
      last = now();
      timer = on ? setTimeout(tick, PERIOD) : undefined;
      onRun(on);
    },
  };
}
