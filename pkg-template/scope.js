/**
 * `window` or `worker` where a browser runs this, else undefined.
 *
 * Servers imitate more of it every year (Node has `navigator` and
 * `performance`, edge runtimes have `WorkerGlobalScope`), but only browsers
 * call themselves Mozilla; and jsdom, which does so too, has no
 * IntersectionObserver.
 */
export function scopeOf() {
  if (!/^Mozilla\//.test(globalThis.navigator?.userAgent)) return undefined;
  if (typeof IntersectionObserver !== "undefined" && globalThis.document) return "window";
  return typeof WorkerGlobalScope !== "undefined" && globalThis instanceof WorkerGlobalScope
    ? "worker"
    : undefined;
}
