/** Milliseconds on the page's monotonic clock. */
export const now = () => performance.now();

/** Chromium: a timer costs half of what a message does there, and comes as
 * soon. In WebKit it may come before the frame is painted. */
const timers = globalThis.PerformanceObserver?.supportedEntryTypes?.includes("element");

/** One for all frames: to make one takes longer than all the rest. */
let channel;
const waiting = [];

/**
 * Calls back with the time at which the frame being prepared was handed on:
 * the first task after the frame's callbacks. The nearest to a paint that
 * Firefox and WebKit offer for content after the first; early by what the
 * compositor takes. https://webperf.tips/tip/measuring-paint-time/
 */
export function afterFrame(callback) {
  requestAnimationFrame(() => {
    if (timers) return setTimeout(() => callback(now()));
    if (!channel) {
      channel = new MessageChannel();
      channel.port1.onmessage = () => waiting.shift()(now());
    }
    waiting.push(callback);
    channel.port2.postMessage(undefined);
  });
}
