// A page that Node imitates: what ttft needs of one to measure `track` and
// `fetch`, and nothing that shows anything. The module is the real one.

import path from "node:path";
import { pathToFileURL } from "node:url";
import { pkg } from "./consumer.mjs";

const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
const target = new EventTarget();

define("window", globalThis);
define("location", new URL("https://app.example/c/0192f0c1-7a7e-7cc3-98c4-dc0c0c07398f?q=1"));
define("document", Object.assign(new EventTarget(), { visibilityState: "visible", baseURI: location.href }));
define("IntersectionObserver", class {});
define("addEventListener", target.addEventListener.bind(target));
define("removeEventListener", target.removeEventListener.bind(target));
define("dispatchEvent", target.dispatchEvent.bind(target));
define("navigator", { userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0", sendBeacon: () => false });

export const { init } = await import(pathToFileURL(path.join(pkg, "index.js")).href);
export const ENDPOINT = "https://rum.example/v1/beacon";

/** Starts ttft for this test, and stops it after. */
export function start(t, options = {}) {
  const ttft = init({ endpoint: ENDPOINT, paint: false, ...options });
  t.after(() => ttft.close());
  return ttft;
}

/** Puts `value` in place of a global until the test is over. */
export function stub(t, name, value, holder = globalThis) {
  const before = Object.getOwnPropertyDescriptor(holder, name);
  Object.defineProperty(holder, name, { value, configurable: true, writable: true });
  t.after(() => (before ? Object.defineProperty(holder, name, before) : delete holder[name]));
}

/** Requests to the endpoint, from here on; `reply(sent)` answers each of them. */
export function receive(t, reply = () => new Response(null, { status: 204 })) {
  const sent = [];
  const inner = globalThis.fetch;
  stub(t, "fetch", async (url, init) => {
    if (String(url) !== ENDPOINT) return inner(url, init);
    sent.push({ records: JSON.parse(init.body).records, bytes: init.body.length, ...init });
    return reply(sent);
  });
  return sent;
}

/** One whole call; gives its id. */
export function tell(ttft) {
  const call = ttft.track({ url: "https://api.example/chat" });
  call.token("Hello");
  call.end();
  return call.id;
}

/** Hides or shows the page. */
export function turn(visibilityState) {
  document.visibilityState = visibilityState;
  document.dispatchEvent(new Event("visibilitychange"));
}

/** Waits until it is so, patiently, but not for ever: Node would not end. */
export async function until(isSo) {
  for (const last = performance.now() + 15_000; !(await isSo()); ) {
    if (performance.now() > last) throw new Error(`it never was: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
