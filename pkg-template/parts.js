// Where an answer goes on once it was found: in the next of several parts, or in
// what its renderer made in place of the one before.

import { aroundOf, blockOf, endOf, goesOn, headFrom, isFirst, isShown, tailOf, textsOf } from "./text.js";

/** How a text fits an answer, as the WebAssembly part counts. */
const BEGINS = 1, CONFIRMED = 2;

/** Elements that are looked at per batch of mutations, and how often one is asked
 * about: that costs up to 0.1 ms, and there may be a clock in it. */
const MAX_LOOKS = 8, MAX_ASKED = 64;
/** The same above an answer, where only its own come back. */
const MAX_ABOVE = 4;
/** Elements that are held per answer. */
const MAX_HELD = 4;

/** The elements in which one answer stands, and may stand. */
export class Parts {
  /** Those in which it does, the newest last. */
  places;
  /** How the newest begins. */
  #head;
  /** Element → what changed there, where it may go on. */
  #candidates = new Map();
  /** Element → how often it was asked about. */
  #asked = new WeakMap();

  constructor(place, head) {
    this.places = [place];
    this.#head = head;
  }

  contains(node) {
    return this.places.some((place) => place.contains(node));
  }

  /** Its newest place was taken out. */
  get isGone() {
    return !this.places.at(-1).isConnected;
  }

  tail() {
    return this.places.map(tailOf).join("\n");
  }

  /**
   * The elements among these changes, all outside of its places, in which it may go
   * on: `{ place, shown }`; at last the one in which it does, which is its newest
   * place from there on. `ask(head)` says how a text fits, `isOurs(node)` whether it
   * can be its at all. With `isBeside` its places change as well, and what fits may
   * be a copy.
   */
  *among(records, isBeside, ask, isOurs) {
    const newest = this.places.at(-1);
    const { isGone } = this;
    const first = this.places.find((place) => place.isConnected);
    // Where a list has few elements for many messages, another may stand in its
    // place, and the answer comes back in any of them.
    let away;
    const isAway = () => (away ??= !isFirst(this.#head, newest));
    const seen = new Set();
    let above = 0;
    for (const [node] of textsOf(records)) {
      if (!node.isConnected || this.contains(node)) continue;
      const isBehind = isGone || first.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
      let place = blockOf(node.parentNode);
      const isRow = !isGone && place.localName === newest.localName && place.className === newest.className;
      if (!isBehind && (!isRow || ++above > MAX_ABOVE)) continue;
      let head = !seen.has(place) && isOurs(node) && this.#headOf(place, node);
      if (isBehind) seen.add(place);
      if (!head) continue;
      if (seen.size > MAX_LOOKS) return;
      const begins = () => [head, headFrom(node, place)].some((it) => goesOn(this.#head, it));
      const isBack = isGone ? begins() : isRow && begins() && isAway();
      let fit = isBack ? CONFIRMED : isBehind ? this.#ask(place, head, ask) : 0;
      if (!fit) {
        this.#candidates.delete(place);
        continue;
      }
      if (fit === BEGINS) {
        // Each word, or line, may be in a place of its own.
        const around = aroundOf(place, newest);
        const told = this.#headOf(around, node);
        if (around !== place && this.#ask(around, told, ask) === CONFIRMED) {
          [place, head, fit] = [around, told, CONFIRMED];
        }
      }
      const part = this.#candidates.get(place) ?? { place, shown: [] };
      if (fit === CONFIRMED && (!isBeside || away) && !this.#isQuoted(head)) {
        this.#enter(place, headFrom(node, place));
        yield part;
        return;
      }
      this.#candidates.set(place, part);
      if (this.#candidates.size > MAX_HELD) this.#candidates.delete(this.#candidates.keys().next().value);
      yield part;
    }
  }

  /** The one of them in which it does go on, now that it is over: of a short text
   * only its end tells. So it does of a copy where its newest place is gone, or that
   * went on when its places did not, the last time `at`: they are a preview. */
  last(ask, at) {
    for (const part of this.#candidates.values()) {
      const { place, shown } = part;
      const head = headFrom(place, place);
      const ends = [head];
      if (this.isGone || shown.at(-2)?.[0] > at) ends.push(endOf(place));
      if (!place.isConnected || !ends.some((it) => ask(it) === CONFIRMED && !this.#isQuoted(it))) continue;
      this.#enter(place, head);
      return part;
    }
  }

  /** How a place begins, behind what is known of it if it is around the newest. */
  #headOf(place, node) {
    let last = this.places.at(-1);
    if (!place.contains(last)) return headFrom(place, place);
    while (last !== place && !last.nextSibling) last = last.parentNode;
    return headFrom((last !== place && last.nextSibling) || node, place);
  }

  #enter(place, head) {
    this.#candidates.clear();
    this.#head = head;
    if (this.places.push(place) > MAX_HELD) this.places.shift();
  }

  /** Whether that stands in its places already. */
  #isQuoted(head) {
    return this.places.some((place) => place.isConnected && isShown(head, place));
  }

  #ask(place, head, ask) {
    const asked = this.#asked.get(place) ?? 0;
    if (asked >= MAX_ASKED) return this.#candidates.has(place) ? BEGINS : 0;
    this.#asked.set(place, asked + 1);
    return ask(head);
  }
}
