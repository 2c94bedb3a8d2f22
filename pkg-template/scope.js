/**
 * `window` or `worker` where a browser runs this, else undefined.
 *
 * Servers imitate more of it every year (Node has `navigator` and
 * `performance`, edge runtimes have `WorkerGlobalScope`), but only browsers
 * call themselves Mozilla. Of those that do so too, jsdom has no
 * IntersectionObserver, and happy-dom no response that can be observed.
 */
export function scopeOf() {
  if (!/^Mozilla\//.test(globalThis.navigator?.userAgent)) return undefined;
  if (!globalThis.Response || !("bodyUsed" in Response.prototype)) return undefined;
  if (typeof IntersectionObserver !== "undefined" && globalThis.document) return "window";
  return typeof WorkerGlobalScope !== "undefined" && globalThis instanceof WorkerGlobalScope
    ? "worker"
    : undefined;
}
