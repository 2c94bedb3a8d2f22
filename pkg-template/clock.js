import { outside } from "./outside.js";

/** Milliseconds on the page's monotonic clock. */
export const now = () => performance.now();

/** One for all frames: to make one takes longer than all the rest. */
let observer;
const waiting = [];

/**
 * Calls back with the time at which the next frame was handed on: the first task
 * after it, or a call of `frameIsPast` before that. The nearest to a paint
 * that Firefox and WebKit offer for content after the first; early by what the
 * compositor takes. https://webperf.tips/tip/measuring-paint-time/
 *
 * Not by `requestAnimationFrame`: within a frame's callbacks, where many apps
 * render, that asks for the frame after the one which shows what they did. What is
 * observed anew is looked at when a frame is laid out, also the one that runs.
 * https://w3c.github.io/IntersectionObserver/#initial-observation
 */
export function afterFrame(callback) {
  if (!waiting.length) observe();
  waiting.push(callback);
}

function observe() {
  observer ??= outside(() => new IntersectionObserver(handedOn));
  // Any element will do, in the page or not; between `document.open` and what is
  // written there is none.
  observer.observe(document.documentElement ?? document.createElement("p"));
  // While a page is being loaded WebKit makes no frame for it, and tells of it two
  // seconds later.
  if (document.readyState !== "complete") outside(() => requestAnimationFrame(() => {}));
}

/** To be called before anything that belongs to the frame after: the task behind
 * the one that was asked for may be late. */
export function frameIsPast() {
  // Tests of an app's may have an observer that does less.
  if (waiting.length && observer.takeRecords?.()?.length) handedOn();
}

function handedOn() {
  const at = now();
  // Observed for longer, it would cost something in each frame.
  observer.disconnect();
  for (const callback of waiting.splice(0)) callback(at);
}
