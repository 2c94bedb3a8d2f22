import { outside } from "./outside.js";

/** Milliseconds on the page's monotonic clock. */
export const now = () => performance.now();

/** One for all frames: to make one takes longer than all the rest. */
let observer;
/** Whether what it says of its time is the frame's end, as in Chromium. Elsewhere
 * that is the frame's beginning, which is before its layout. */
let tellsEnd;
const waiting = [];

/**
 * Calls back with the time at which the next frame was handed on: its end where the
 * browser tells that, else the first task after it, or a call of `frameIsPast` before
 * that. The nearest to a paint that is offered for content after the first; early by
 * what the compositor takes. https://webperf.tips/tip/measuring-paint-time/
 *
 * Not by `requestAnimationFrame`: within a frame's callbacks, where many apps
 * render, that asks for the frame after the one which shows what they did. What is
 * observed anew is looked at when a frame is laid out, also the one that runs.
 * https://w3c.github.io/IntersectionObserver/#initial-observation
 *
 * `hastens`: what the page has posted does not go before that task, where the browser
 * can be told so. In Firefox the callback for the next frame and the task cost as
 * much as the rest of the watch in a frame: too much for each.
 */
export function afterFrame(callback, hastens) {
  if (!waiting.length) observe();
  waiting.push(callback);
  if (hastens && !tellsEnd) outside(hasten);
}

function observe() {
  if (!observer) {
    observer = outside(() => new IntersectionObserver(handedOn));
    tellsEnd = PerformanceObserver.supportedEntryTypes?.includes("longtask");
  }
  // Any element will do, in the page or not; between `document.open` and what is
  // written there is none.
  observer.observe(document.documentElement ?? document.createElement("p"));
  // While a page is being loaded WebKit makes no frame for it, and tells of it two
  // seconds later.
  if (document.readyState !== "complete") outside(() => requestAnimationFrame(() => {}));
}

/** A task asked for now comes behind the frame that runs, if one does; asked for in a
 * frame's callbacks, behind that. */
function hasten() {
  const { scheduler } = globalThis;
  if (!scheduler?.postTask) return;
  const post = () => scheduler.postTask(frameIsPast, { priority: "user-blocking" });
  post();
  requestAnimationFrame(post);
}

/** To be called before anything that belongs to the frame after: the task behind
 * the one that was asked for may be late. */
export function frameIsPast() {
  // Tests of an app's may have an observer that does less.
  const entries = waiting.length && observer.takeRecords?.();
  if (entries?.length) handedOn(entries);
}

function handedOn(entries) {
  const at = (tellsEnd && entries?.[0]?.time) || now();
  // Observed for longer, it would cost something in each frame.
  observer.disconnect();
  for (const callback of waiting.splice(0)) callback(at);
}
