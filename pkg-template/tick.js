// Evidence of a busy main thread: a timer that comes late. Firefox and WebKit give
// no other; in Chromium many short tasks in a row are no long task. It costs up to
// 1 % of the thread while it runs, so it runs only while an answer is awaited.

import { now } from "./clock.js";

const PERIOD = 25;
/** What is less late is not worth a word; the module judges the rest. */
const LATE = 30;
/** But it knows the time by this alone while nothing happens: every half
 * minute. */
const TELL_EVERY = 1200;

/**
 * Calls `onRun(on)` when it starts and stops, and `onGap(from, to)` for each
 * stretch in which no timer came, and now and then for the time.
 */
export function createTick(onRun, onGap) {
  let timer, last, ticks = 0;

  function tick() {
    // Before the report, which may be answered with a call of `run`.
    timer = setTimeout(tick, PERIOD);
    look();
  }

  function look() {
    const from = last;
    last = now();
    if (last - from > LATE || ++ticks % TELL_EVERY === 0) onGap(from, last);
  }

  return {
    run(on) {
      // Hidden pages have their timers throttled, which proves nothing.
      on &&= document.visibilityState === "visible";
      if (on === (timer !== undefined)) return;
      clearTimeout(timer);
      timer = on ? setTimeout(tick, PERIOD) : undefined;
      if (on) last = now();
      // A busy spell may be over before the timer could tell of it.
      else look();
      onRun(on);
    },
  };
}
