// The watch: which text enters the page, when, and in which frame it is
// painted. It decides nothing: it holds candidates, and the WebAssembly part
// says which of them is an answer. No layout or style is ever read here; that
// doubled a page's layouts.

import { afterFrame, frameIsPast, now } from "./clock.js";
import { awaitLayout, laidOut } from "./layout.js";
import { Parts } from "./parts.js";
import { createProbe } from "./probe.js";
import { blockOf, firstOf, goesOn, headFrom, headsOf, holds, isSame, textsOf } from "./text.js";

/** A candidate's fate, as the WebAssembly part returns it, and the bits that say
 * how well a text fits. */
const KEEP = 1, FIT = 3;

const MAX_CANDIDATES = 32;
/** Probes that wait for their paint. In a hidden tab nothing is painted. */
const MAX_PROBES = 64;
/** Paints remembered per candidate until it is known whose it is. */
const MAX_SHOWN = 256;

/** Whether any of these changes is in a place. */
const isIn = (place, records) => records.some(({ target }) => place.contains(target));

export class Watch {
  #bridge;
  /** Whether a probe's paint is told, or its layout. */
  #probes;
  #lays;
  /** Calls that are not over, and the target of each. */
  #held = new Set();
  /** Whether the app was told of a target that gives no element. */
  #complained = false;
  #observer;
  /** Shadow roots that are observed beside the document. */
  #roots = new Set();
  #finding = false;
  /** The UTF-16 unit that a text begins with which is looked for; 0: any. */
  #first = 0;
  #handles = 0;
  /** handle → candidate, oldest first. */
  #candidates = new Map();
  /** Text node → candidate. */
  #known = new WeakMap();
  /** call → the candidate that is its answer. */
  #followed = new Map();
  /** candidate → its last change, until the frame with it was painted. */
  #changed = new Map();
  #awaitingFrame = new Set();
  /** Identifier → the probe whose entry has not come yet. */
  #awaitingEntry = new Map();
  #paintObserver;

  constructor(bridge, paint) {
    this.#bridge = bridge;
    const adds = paint === "probe";
    this.#probes = adds && PerformanceObserver.supportedEntryTypes?.includes("element");
    this.#lays = adds && globalThis.ResizeObserver;
  }

  /**
   * A call begins: `{ call, target, ask }`, whose `handle` may be another later;
   * `ask(callback)` tells the app of what its own functions throw. Returns a
   * number for its target, for `candidate`'s bit set; 0: the whole document. It
   * is its alone until the call is over.
   */
  target(held) {
    held.number = 0;
    if (held.target !== undefined) {
      const taken = [...this.#held].map(({ number }) => number);
      // Bit 31 is the sign; more calls at once than that share the last.
      do held.number++;
      while (held.number < 30 && taken.includes(held.number));
    }
    this.#held.add(held);
    return held.number;
  }

  run(finding, following, first = 0) {
    this.#finding = finding;
    this.#first = first;
    if (!finding) this.#candidates.clear();
    if (finding || following) {
      if (!this.#observer) {
        this.#observer = new MutationObserver((records) => this.#guarded(this.#onMutations, records));
        this.#observe(document);
        if (this.#probes) this.#observePaint();
      }
      if (finding) this.#enterShadows();
    } else if (this.#observer) {
      this.#observer.disconnect();
      this.#observer = undefined;
      this.#roots.clear();
    }
  }

  #observe(root) {
    this.#observer.observe(root, { childList: true, characterData: true, subtree: true });
  }

  /** What happens in a shadow root reaches no observer outside of it. Gives what is
   * in roots that are new, as if it came just now. */
  #enterShadows() {
    const came = [];
    for (const held of this.#held) {
      // A selector never leads into one.
      const element = typeof held.target !== "string" && this.#element(held);
      const root = element?.shadowRoot ?? element?.getRootNode?.();
      if (!root?.host || this.#roots.has(root)) continue;
      this.#roots.add(root);
      this.#observe(root);
      came.push({ target: root, addedNodes: root.childNodes, removedNodes: [] });
    }
    return came;
  }

  /** The app's word: the answer of `call` is in the DOM now. */
  rendered(call) {
    this.#guarded(() => {
      if (![...this.#held].some((held) => held.call.handle === call)) return;
      frameIsPast();
      const handle = ++this.#handles;
      // It may be asked for anew at each token, and only one of them counts.
      let kept = true;
      this.#bridge.call("rendered", [call, handle, now()], (flags) => (kept = !!(flags & KEEP)));
      if (kept) this.#awaitPaint(handle, call);
    });
  }

  /** `handle` is the answer of `call`: from here on only its place matters. */
  found(call, handle) {
    const candidate = this.#candidates.get(handle);
    if (!candidate) return;
    this.#candidates.delete(handle);
    this.#followed.set(call, candidate);
    candidate.call = call;
    candidate.parts = new Parts(candidate.place, candidate.head);
    const awaited = this.#awaitingEntry.get(`ttft-${handle}`);
    if (awaited) awaited.call = call;
    this.#tellShown(candidate);
    // Observers call back after layout, so this forces none.
    const io = new IntersectionObserver(([entry]) =>
      this.#guarded(() => {
        io.disconnect();
        this.#bridge.call("on_screen", [call, entry.isIntersecting]);
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
    const part = candidate.parts.last((head) => this.#ask(call, head));
    if (part) this.#enter(candidate, part, this.#changed.get(part));
    if (!this.#changed.has(candidate)) this.#sendTail(candidate);
  }

  #sendTail({ call, parts }) {
    this.#bridge.call("tail", [call, parts.tail()]);
  }

  /** The call is over. */
  forget(call) {
    // What comes in its text node may be another answer, also an equal one.
    const candidate = this.#followed.get(call);
    if (candidate) this.#known.delete(candidate.node);
    this.#followed.delete(call);
    for (const held of this.#held) if (held.call.handle === call) this.#held.delete(held);
    for (const [id, awaited] of this.#awaitingEntry) {
      // Whose the others are, nobody knows: they go with the last call.
      if (awaited.call !== call && this.#held.size) continue;
      awaited.probe.remove();
      this.#awaitingEntry.delete(id);
    }
  }

  #onMutations(records) {
    frameIsPast();
    const at = now();
    if (this.#finding) {
      // A component may make its root with the first of its text.
      const mayBeHost = ({ addedNodes }) => [...addedNodes].some((node) => node.nodeType === 1);
      const hasTarget = [...this.#held].some(({ number }) => number);
      const came = hasTarget && records.some(mayBeHost) ? this.#enterShadows() : [];
      this.#find([...records, ...came], at);
    }
    for (const answer of this.#followed.values()) {
      const { parts } = answer;
      const outside = records.filter(({ target }) => !parts.contains(target));
      const isBeside = outside.length < records.length;
      if (outside.length) this.#goOn(answer, outside, isBeside, at);
      if (isBeside) this.#progress(answer, at);
    }
    for (const candidate of this.#candidates.values()) {
      if (isIn(candidate.place, records)) this.#progress(candidate, at);
    }
  }

  /** An answer may go on outside of its places; `isBeside`: they change, too. */
  #goOn(answer, outside, isBeside, at) {
    const { call, parts } = answer;
    const ask = (head) => this.#ask(call, head);
    const held = [...this.#held].find((held) => held.call.handle === call);
    const target = held?.number ? this.#element(held) : undefined;
    const isOurs = (node) => (!target || holds(target, node)) && !this.#isAnothers(answer, node);
    for (const part of parts.among(outside, isBeside, ask, isOurs)) {
      if (part.place === parts.places.at(-1)) this.#enter(answer, part, at);
      else this.#progress(part, at);
    }
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
    const known = this.#known.get(node);
    if (known && this.#candidates.has(known.handle)) return true;
    for (const other of this.#followed.values()) if (other !== answer && other.parts.contains(node)) return true;
    return false;
  }

  #find(records, at) {
    for (const { removedNodes, target } of records) {
      for (const node of removedNodes) this.#left(node, target);
    }
    const texts = textsOf(records);
    for (const [node, { outer, inner }] of texts) {
      // What is taken out again in the task that changed it was never on screen.
      if (node.isConnected && this.#mayBegin(node)) this.#offer(node, outer, blockOf(inner), at, texts);
    }
    // Per-word spans and new paragraphs continue a candidate without touching
    // its own node.
    for (const candidate of this.#candidates.values()) {
      const { node, place, around } = candidate;
      if (texts.has(node) || !node.isConnected || !isIn(around, records)) continue;
      this.#grow(candidate, headsOf(node, place));
    }
  }

  /** Whether a text may be looked for, or may go on, end or replace one that is. */
  #mayBegin(node) {
    if (!this.#first || this.#candidates.size || this.#known.has(node)) return true;
    const first = firstOf(node);
    // What begins with marks has its letters in the next node.
    return !first || first === this.#first;
  }

  #offer(node, container, place, at, texts) {
    // Where it came into the page, unless it was put elsewhere since.
    const original = this.#known.get(node)?.place;
    if (original?.contains(node)) place = original;
    const heads = headsOf(node, place);
    const { head } = heads;
    if (!head) return;
    const same = this.#sameAs(node, head);
    // What its place holds beside it, such as a button, may come and go.
    const known = same ? isSame(same.head, head) && same : this.#replacedBy(container, head, texts);
    // What began in another way, or starts over, may be another text: reasoning,
    // or "Thinking…". Then it counts for both, each from its own moment.
    const startsOver = known && (2 * head.length < known.head.length || !isSame(known.head, head));
    const before = startsOver ? known : undefined;
    if (before) {
      before.replaced = true;
      this.#grow(before, heads);
    } else if (known) {
      Object.assign(known, { node, place });
      this.#known.set(node, known);
      return this.#grow(known, heads);
    }
    // Another text in the same node ("Thinking…", then the answer) starts anew.
    if (same && !before) this.#drop(same);

    const candidate = {
      handle: ++this.#handles,
      node,
      container,
      ...heads,
      continued: false,
      /** The one whose text it may be as well, and whether it is such a one. */
      before,
      replaced: false,
      /** Where the rest of it will appear, and once it was found, all its places. */
      place,
      parts: undefined,
      /** Changes of the place and their paints, until it is known whose. */
      shown: [],
      call: undefined,
      /** Whether its end is looked for. */
      ends: false,
    };
    this.#candidates.set(candidate.handle, candidate);
    this.#known.set(node, candidate);
    this.#makeRoom(candidate);
    const handle = candidate.handle;
    // It may be found at once, and is no candidate any more then.
    let kept = true;
    this.#bridge.call("candidate", [handle, at, this.#targetBits(node), heads.told], (flags) => {
      kept = !!(flags & KEEP);
      if (kept) return;
      this.#remove(candidate);
      if (!before) return;
      before.replaced = false;
      if (before.node === node) this.#known.set(node, before);
    });
    if (kept) this.#awaitPaint(handle);
  }

  /** The candidate that a text node held before. In the node of one that was
   * found, also of a call that is over, another answer may begin. */
  #sameAs(node, head) {
    const same = this.#known.get(node);
    if (!same || this.#candidates.has(same.handle)) return same;
    return same.call && goesOn(same.head, head) ? same : undefined;
  }

  /** What comes instead of a text that was taken out comes to where the text,
   * or all around it, was taken from. */
  #left(gone, container) {
    for (const candidate of this.#candidates.values()) {
      if (gone.contains(candidate.node) || gone.contains(candidate.container)) {
        candidate.container = container;
      }
    }
  }

  /** Renderers that set `innerHTML` replace the node with each token. Text
   * that turns into markup on the way (`1.`, half a link) begins in another
   * way then; it is the first in its place still, unless another of `texts`
   * goes on with it, as where a list renders all its rows anew. */
  #replacedBy(container, head, texts) {
    let first;
    for (const candidate of this.#candidates.values()) {
      if (candidate.container !== container || candidate.node.isConnected || candidate.replaced) continue;
      if (isSame(candidate.head, head)) return candidate;
      first ??= candidate;
    }
    if (!first) return undefined;
    for (const [node, { outer }] of texts) {
      if (outer === container && isSame(first.head, headFrom(node, first.place))) return undefined;
    }
    return first;
  }

  #grow(candidate, heads) {
    const { head, told } = candidate;
    Object.assign(candidate, heads);
    candidate.continued ||= head !== heads.head;
    if (told === heads.told) return;
    // The earlier one first: whichever fits first is taken.
    const { before } = candidate;
    if (before && this.#candidates.has(before.handle)) this.#grow(before, heads);
    this.#bridge.call("grown", [candidate.handle, heads.told]);
  }

  #makeRoom(newest) {
    if (this.#candidates.size <= MAX_CANDIDATES) return;
    for (const candidate of this.#candidates.values()) {
      if (candidate !== newest && (candidate.replaced || !candidate.continued)) return this.#drop(candidate);
    }
    this.#drop(this.#candidates.values().next().value);
  }

  #drop(candidate) {
    if (this.#remove(candidate)) this.#bridge.call("dropped", [candidate.handle]);
  }

  /** Whether it was there. */
  #remove(candidate) {
    candidate.before = undefined;
    if (this.#known.get(candidate.node) === candidate) this.#known.delete(candidate.node);
    return this.#candidates.delete(candidate.handle);
  }

  #targetBits(node) {
    let bits = 1;
    for (const held of this.#held) {
      if (held.number && holds(this.#element(held), node)) bits |= 1 << held.number;
    }
    return bits;
  }

  /** The element that is the target now, if there is one. */
  #element({ target, ask }) {
    try {
      if (typeof target === "string") return document.querySelector(target);
      const element = typeof target === "function" ? target() : target;
      if (element && element.nodeType !== 1) throw new TypeError("target gave no element; let it return one, or null");
      return element;
    } catch (error) {
      // It is asked at each text, and would be told of at each.
      if (!this.#complained) ask(() => { throw error; });
      this.#complained = true;
    }
  }

  /** `call`: the one whose answer it is, if that is known. */
  #awaitPaint(handle, call) {
    if (this.#probes) return this.#probe(handle, call);
    this.#awaitingFrame.add(handle);
    if (this.#awaitingFrame.size > 1) return;
    if (this.#lays) awaitLayout();
    this.#afterFrame((at) => {
      const layout = (this.#lays && laidOut()) || at;
      const handles = [...this.#awaitingFrame];
      this.#awaitingFrame.clear();
      for (const painted of handles) this.#bridge.call("painted", [painted, at, layout]);
    });
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
    for (const [id, oldest] of this.#awaitingEntry) {
      if (this.#awaitingEntry.size < MAX_PROBES) break;
      oldest.probe.remove();
      this.#awaitingEntry.delete(id);
    }
    this.#awaitingEntry.set(`ttft-${handle}`, { handle, probe, call });
    document.documentElement.append(probe);
  }

  #observePaint() {
    if (this.#paintObserver) return;
    this.#paintObserver = new PerformanceObserver((list) => this.#guarded(this.#onPaints, list.getEntries()));
    this.#paintObserver.observe({ type: "element" });
  }

  #onPaints(entries) {
    for (const { identifier, renderTime } of entries) {
      const awaited = this.#awaitingEntry.get(identifier);
      if (!awaited) continue;
      this.#awaitingEntry.delete(identifier);
      // Removed any earlier, most entries never come.
      awaited.probe.remove();
      this.#bridge.call("painted", [awaited.handle, renderTime, -1]);
    }
  }

  #afterFrame(act) {
    afterFrame((at) => this.#guarded(act, at));
  }

  /** Whatever fails of ours would be an error of the page's, and come again with
   * each change of it. */
  #guarded(act, arg) {
    try {
      act.call(this, arg);
    } catch (error) {
      this.#bridge.fail(String(error));
    }
  }

  /** A candidate's place changed; one report per frame. */
  #progress(candidate, at) {
    const first = this.#changed.size === 0;
    // How it ends now is not painted yet, and may have been told of already.
    if (candidate.ends && !this.#changed.has(candidate)) this.#bridge.call("tail", [candidate.call, ""]);
    this.#changed.set(candidate, at);
    if (!first) return;
    this.#afterFrame((painted) => {
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
    });
  }
}
