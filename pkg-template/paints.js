// When what came into the page just now is painted.

import { afterFrame } from "./clock.js";
import { guarded } from "./guarded.js";
import { awaitLayout, laidOut } from "./layout.js";
import { createProbe } from "./probe.js";

/** Probes that wait for their paint. In a hidden tab nothing is painted. */
const MAX_PROBES = 64;

export class Paints {
  #bridge;
  /** Whether a probe's paint is told, or its layout. */
  #probes;
  #lays;
  #awaitingFrame = new Set();
  /** Identifier → the probe whose entry has not come yet. */
  #awaitingEntry = new Map();
  #observer;

  /** `adds`: it may add an element of its own to the page. */
  constructor(bridge, adds) {
    this.#bridge = bridge;
    this.#probes = adds && PerformanceObserver.supportedEntryTypes?.includes("element");
    this.#lays = adds && globalThis.ResizeObserver;
  }

  /** To be called before the first that is awaited. */
  observe() {
    if (!this.#probes || this.#observer) return;
    this.#observer = new PerformanceObserver((list) =>
      guarded(this.#bridge, () => list.getEntries().forEach((entry) => this.#onEntry(entry))),
    );
    this.#observer.observe({ type: "element" });
  }

  /** Tells the module when the frame with this text was painted. `call`: the one
   * whose answer it is, if that is known. */
  await(handle, call) {
    if (this.#probes) return this.#probe(handle, call);
    this.#awaitingFrame.add(handle);
    if (this.#awaitingFrame.size > 1) return;
    if (this.#lays) awaitLayout();
    afterFrame((at) => guarded(this.#bridge, () => this.#onFrame(at)), true);
  }

  /** Whose it is was found out. */
  found(call, handle) {
    const awaited = this.#awaitingEntry.get(`ttft-${handle}`);
    if (awaited) awaited.call = call;
  }

  /** The call is over, `isLast`: and no other is left. */
  forget(call, isLast) {
    for (const [id, awaited] of this.#awaitingEntry) {
      // Whose the others are, nobody knows: they go with the last call.
      if (awaited.call === call || isLast) this.#remove(id);
    }
  }

  /**
   * A fresh element is painted in the same frame as the text that was put in
   * the DOM just now, and unlike the text it always gets an entry.
   */
  #probe(handle, call) {
    const probe = createProbe(
      "position:fixed;left:0;top:0;width:2px;height:2px;overflow:hidden;contain:strict;" +
      "font-size:1px;opacity:.01;pointer-events:none;user-select:none;"
    );
    probe.setAttribute("elementtiming", `ttft-${handle}`);
    probe.textContent = ".";
    for (const id of this.#awaitingEntry.keys()) {
      if (this.#awaitingEntry.size < MAX_PROBES) break;
      this.#remove(id);
    }
    this.#awaitingEntry.set(`ttft-${handle}`, { handle, probe, call });
    document.documentElement.append(probe);
  }

  #onEntry({ identifier, renderTime }) {
    const awaited = this.#awaitingEntry.get(identifier);
    if (!awaited) return;
    // Removed any earlier, most entries never come.
    this.#remove(identifier);
    this.#bridge.call("painted", [awaited.handle, renderTime, -1]);
  }

  #remove(id) {
    this.#awaitingEntry.get(id).probe.remove();
    this.#awaitingEntry.delete(id);
  }

  #onFrame(at) {
    const layout = (this.#lays && laidOut()) || at;
    const handles = [...this.#awaitingFrame];
    this.#awaitingFrame.clear();
    for (const painted of handles) this.#bridge.call("painted", [painted, at, layout]);
  }
}
