import { installed } from "./imitation.mjs";

/** Node's own would not match jsdom's objects. */
const REPLACED = ["navigator", "Event", "EventTarget", "CustomEvent"];

/** Copies the window's names, as test runners do. */
export async function imitateByJsdom(url) {
  const { JSDOM } = await installed("jsdom");
  const { window } = new JSDOM("<!doctype html><div id=answer></div>", { url, pretendToBeVisual: true });
  const inherited = ["addEventListener", "removeEventListener", "dispatchEvent"];
  for (const key of [...Object.getOwnPropertyNames(window), ...inherited]) {
    if (key in globalThis && !REPLACED.includes(key)) continue;
    Object.defineProperty(globalThis, key, { get: () => window[key], set() {}, configurable: true });
  }
  Object.defineProperty(globalThis, "window", { value: globalThis, configurable: true });
}
