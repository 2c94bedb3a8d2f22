/** Milliseconds on the page's monotonic clock. */
export const now = () => performance.now();

/**
 * Calls back with the time at which the frame being prepared was handed on:
 * the first task after the frame's callbacks. The nearest to a paint that
 * Firefox and WebKit offer for content after the first; early by what the
 * compositor takes. https://webperf.tips/tip/measuring-paint-time/
 */
export function afterFrame(callback) {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      callback(now());
    };
    port2.postMessage(undefined);
  });
}
