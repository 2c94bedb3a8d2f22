// The watch: which text enters the page, when, and in which frame it is
// painted. It decides nothing: it holds candidates, and the WebAssembly part
// says which of them is an answer. No layout or style is ever read here; that
// doubled a page's layouts.

import { Candidates, KEEP } from "./candidates.js";
import { afterFrame, frameIsPast, now } from "./clock.js";
import { guarded } from "./guarded.js";
import { Paints } from "./paints.js";
import { Parts } from "./parts.js";
import { Targets } from "./targets.js";
import { holds } from "./text.js";

/** The bits that say how well a text fits, as the WebAssembly part returns them. */
const FIT = 3;

/** Paints remembered per candidate until it is known whose it is. */
const MAX_SHOWN = 256;

export class Watch {
  #bridge;
  #targets = new Targets();
  #paints;
  #candidates;
  #observer;
  #finding = false;
  /** call → the candidate that is its answer. */
  #followed = new Map();
  /** candidate → its last change, until the frame with it was painted. */
  #changed = new Map();

  constructor(bridge, paint) {
    this.#bridge = bridge;
    this.#paints = new Paints(bridge, paint === "probe");
    this.#candidates = new Candidates(bridge, this.#targets, this.#paints);
  }

  /**
   * A call begins: `{ call, target, ask }`, whose `handle` may be another later;
   * `ask(callback)` tells the app of what its own functions throw. Returns a
   * number for its target, for `candidate`'s bit set.
   */
  target(held) {
    return this.#targets.add(held);
  }

  run(finding, following, first = 0) {
    this.#finding = finding;
    this.#candidates.run(finding, first);
    if (finding || following) {
      if (!this.#observer) {
        this.#observer = new MutationObserver((records) => guarded(this.#bridge, () => this.#onMutations(records)));
        this.#observe(document);
        this.#paints.observe();
      }
      if (finding) this.#targets.enter(this.#observe);
    } else if (this.#observer) {
      this.#observer.disconnect();
      this.#observer = undefined;
      this.#targets.leave();
    }
  }

  #observe = (root) => this.#observer.observe(root, { childList: true, characterData: true, subtree: true });

  /** The app's word: the answer of `call` is in the DOM now. */
  rendered(call) {
    guarded(this.#bridge, () => {
      if (!this.#targets.has(call)) return;
      frameIsPast();
      const handle = this.#candidates.handle();
      // It may be asked for anew at each token, and only one of them counts.
      let kept = true;
      this.#bridge.call("rendered", [call, handle, now()], (flags) => (kept = !!(flags & KEEP)));
      if (kept) this.#paints.await(handle, call);
    });
  }

  /** `handle` is the answer of `call`: from here on only its place matters. */
  found(call, handle) {
    const candidate = this.#candidates.take(handle);
    if (!candidate) return;
    this.#followed.set(call, candidate);
    candidate.call = call;
    candidate.parts = new Parts(candidate.place, candidate.head);
    this.#paints.found(call, handle);
    this.#tellShown(candidate);
    // Observers call back after layout, so this forces none.
    const io = new IntersectionObserver(([{ isIntersecting, target }]) =>
      guarded(this.#bridge, () => {
        io.disconnect();
        // What was replaced meanwhile is in no view, and what stands there may be.
        if (target.isConnected) this.#bridge.call("on_screen", [call, isIntersecting]);
      }),
    );
    const { node, place } = candidate;
    io.observe((node.isConnected && node.parentElement) || place.host || place);
  }

  /** What its place showed until it was known whose it is. */
  #tellShown({ call, shown }) {
    for (const progress of shown.splice(0)) this.#bridge.call("progress", [call, ...progress]);
  }

  /** From here on its answer may be at its end: tells how its place ends, now
   * and after each change. One that waits for its frame is told of first. */
  tail(call) {
    const candidate = this.#followed.get(call);
    if (!candidate) return;
    candidate.ends = true;
    const part = candidate.parts.last((head) => this.#ask(call, head), candidate.at);
    if (part) this.#enter(candidate, part, this.#changed.get(part));
    if (!this.#changed.has(candidate)) this.#sendTail(candidate);
  }

  #sendTail({ call, parts }) {
    this.#bridge.call("tail", [call, parts.tail()]);
  }

  /** The call is over. */
  forget(call) {
    const answer = this.#followed.get(call);
    if (answer) this.#candidates.forget(answer);
    this.#followed.delete(call);
    this.#targets.forget(call);
    this.#paints.forget(call, !this.#targets.size);
  }

  #onMutations(records) {
    frameIsPast();
    const at = now();
    records.push(...this.#targets.enterAfter(records, this.#observe));
    if (this.#finding) this.#candidates.find(records, at);
    for (const answer of this.#followed.values()) {
      const { parts } = answer;
      const outside = records.filter(({ target }) => !parts.contains(target));
      const isBeside = outside.length < records.length;
      if (outside.length) this.#goOn(answer, outside, isBeside, at);
      if (isBeside) this.#progress(answer, at);
    }
    for (const candidate of this.#candidates.among(records)) this.#progress(candidate, at);
  }

  /** An answer may go on outside of its places; `isBeside`: they change, too. */
  #goOn(answer, outside, isBeside, at) {
    const { call, parts } = answer;
    const ask = (head) => this.#ask(call, head);
    let isHeld = false;
    const target = this.#targets.element(call);
    const isOurs = (node) => (!target || holds(target, node)) && !this.#isAnothers(answer, node);
    for (const part of parts.among(outside, isBeside, ask, isOurs)) {
      if (part.place === parts.places.at(-1)) this.#enter(answer, part, at);
      else this.#progress(part, at);
      isHeld = true;
    }
    // The end of a copy may come behind the stream's, as may its taking the place.
    if ((isHeld || parts.isGone) && answer.ends && !isBeside) this.tail(call);
  }

  /** How a text fits the answer of `call` as it goes on. */
  #ask(call, head) {
    let fit = 0;
    this.#bridge.call("goes_on", [call, head], (flags) => (fit = flags & FIT));
    return fit;
  }

  /** The answer goes on in this part; `at`: its change that waits for its frame. */
  #enter(answer, part, at) {
    this.#changed.delete(part);
    answer.shown = part.shown;
    this.#tellShown(answer);
    if (at !== undefined) this.#progress(answer, at);
  }

  /** Whether a text is another call's answer, or may be. */
  #isAnothers(answer, node) {
    if (this.#candidates.has(node)) return true;
    for (const other of this.#followed.values()) if (other !== answer && other.parts.contains(node)) return true;
    return false;
  }

  /** A candidate's place changed; one report per frame. */
  #progress(candidate, at) {
    const first = this.#changed.size === 0;
    // How it ends now is not painted yet, and may have been told of already.
    if (candidate.ends && !this.#changed.has(candidate)) this.#bridge.call("tail", [candidate.call, ""]);
    this.#changed.set(candidate, (candidate.at = at));
    if (!first) return;
    afterFrame((at) => guarded(this.#bridge, () => this.#onFrame(at)));
  }

  #onFrame(painted) {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const [candidate, committed] of changed) {
      const { call, shown } = candidate;
      if (call) {
        this.#bridge.putOff("progress", [call, committed, painted]);
        if (candidate.ends) this.#sendTail(candidate);
      } else {
        // The last one counts most: it is the record's `last_paint`.
        if (shown.length >= MAX_SHOWN) shown.splice(1, 1);
        shown.push([committed, painted]);
      }
    }
  }
}
