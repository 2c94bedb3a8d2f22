// Texts that came into the page and may be an answer. The WebAssembly part says
// which of them is one.

import { blockOf, firstOf, goesOn, headFrom, headsOf, isIn, isLabelled, isSame, textsOf } from "./text.js";

/** A candidate's fate, as the WebAssembly part returns it. */
export const KEEP = 1;

const MAX_CANDIDATES = 32;

export class Candidates {
  #bridge;
  #targets;
  #paints;
  /** The UTF-16 unit that a text begins with which is looked for; 0: any. */
  #first = 0;
  #handles = 0;
  /** handle → candidate, oldest first. */
  #all = new Map();
  /** Text node → candidate. */
  #known = new WeakMap();

  constructor(bridge, targets, paints) {
    this.#bridge = bridge;
    this.#targets = targets;
    this.#paints = paints;
  }

  /** Whether any are looked for, and only those that begin with `first`. */
  run(on, first) {
    this.#first = first;
    if (!on) this.#all.clear();
  }

  /** A number for a text. */
  handle() {
    return ++this.#handles;
  }

  /** Those in whose place any of these changes is. */
  among(records) {
    return [...this.#all.values()].filter(({ place }) => isIn(place, records));
  }

  /** Whether a text is one of them. */
  has(node) {
    return this.#all.has(this.#known.get(node)?.handle);
  }

  /** It is an answer, and none of them any more. */
  take(handle) {
    const candidate = this.#all.get(handle);
    this.#all.delete(handle);
    return candidate;
  }

  /** The call whose answer it was is over: what comes in its text node may be
   * another, also an equal one. */
  forget(candidate) {
    this.#known.delete(candidate.node);
  }

  find(records, at) {
    for (const { removedNodes, target } of records) {
      for (const node of removedNodes) this.#left(node, target);
    }
    // What is taken out again in the task that changed it was never on screen.
    const texts = textsOf(records, (node) => node.isConnected && this.#mayBegin(node));
    for (const [node, { outer, inner }] of texts) {
      this.#offer(node, outer, blockOf(inner), at, texts);
    }
    // Per-word spans and new paragraphs continue a candidate without touching
    // its own node.
    for (const candidate of this.#all.values()) {
      const { node, place, around } = candidate;
      if (texts.has(node) || !node.isConnected || !isIn(around, records)) continue;
      this.#grow(candidate, headsOf(node, place));
    }
  }

  /** Whether a text may be looked for, or may go on, end or replace one that is. */
  #mayBegin(node) {
    if (!this.#first) return true;
    const first = firstOf(node);
    // What begins with marks has its letters in the next node.
    if (!first || first === this.#first || isLabelled(node, this.#first)) return true;
    return this.#all.size > 0 || this.#known.has(node);
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
      handle: this.handle(),
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
      /** When the place changed last. */
      at: undefined,
      /** Changes of the place and their paints, until it is known whose. */
      shown: [],
      call: undefined,
      /** Whether its end is looked for. */
      ends: false,
    };
    this.#all.set(candidate.handle, candidate);
    this.#known.set(node, candidate);
    this.#makeRoom(candidate);
    const handle = candidate.handle;
    // It may be found at once, and is no candidate any more then.
    let kept = true;
    this.#bridge.call("candidate", [handle, at, this.#targets.bits(node), heads.told], (flags) => {
      kept = !!(flags & KEEP);
      if (kept) return;
      this.#remove(candidate);
      if (!before) return;
      before.replaced = false;
      if (before.node === node) this.#known.set(node, before);
    });
    if (kept) this.#paints.await(handle);
  }

  /** The candidate that a text node held before. In the node of one that was
   * found, also of a call that is over, another answer may begin. */
  #sameAs(node, head) {
    const same = this.#known.get(node);
    if (!same || this.#all.has(same.handle)) return same;
    return same.call && goesOn(same.head, head) ? same : undefined;
  }

  /** What comes instead of a text that was taken out comes to where the text,
   * or all around it, was taken from. */
  #left(gone, container) {
    for (const candidate of this.#all.values()) {
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
    for (const candidate of this.#all.values()) {
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
    if (before && this.#all.has(before.handle)) this.#grow(before, heads);
    this.#bridge.call("grown", [candidate.handle, heads.told]);
  }

  #makeRoom(newest) {
    if (this.#all.size <= MAX_CANDIDATES) return;
    for (const candidate of this.#all.values()) {
      if (candidate !== newest && (candidate.replaced || !candidate.continued)) return this.#drop(candidate);
    }
    this.#drop(this.#all.values().next().value);
  }

  #drop(candidate) {
    if (this.#remove(candidate)) this.#bridge.call("dropped", [candidate.handle]);
  }

  /** Whether it was there. */
  #remove(candidate) {
    candidate.before = undefined;
    if (this.#known.get(candidate.node) === candidate) this.#known.delete(candidate.node);
    return this.#all.delete(candidate.handle);
  }
}
