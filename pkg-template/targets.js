// Where in the page the answers of calls may appear, as the app says.

import { holds } from "./text.js";

export class Targets {
  /** Calls that are not over, and the target of each. */
  #held = new Set();
  /** Whether the app was told of a target that gives no element. */
  #complained = false;
  /** Shadow roots that were entered. */
  #roots = new Set();
  /** Elements that were looked through for others. */
  #looked = new Set();

  get size() {
    return this.#held.size;
  }

  /** The number of its target; 0: the whole document. It is the call's alone until
   * that is over. */
  add(held) {
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

  has(call) {
    return this.#of(call) !== undefined;
  }

  /** The element that the app says is the target of `call`. */
  element(call) {
    const held = this.#of(call);
    return held?.number ? this.#ask(held) : undefined;
  }

  /** Bit n: it is in target n. */
  bits(node) {
    let bits = 1;
    for (const held of this.#held) {
      if (held.number && holds(this.#ask(held), node)) bits |= 1 << held.number;
    }
    return bits;
  }

  /** The call is over. */
  forget(call) {
    const held = this.#of(call);
    if (held) this.#held.delete(held);
  }

  /** What happens in a shadow root reaches no observer outside of it: each that a
   * target is in, or that is in a target, goes to `observe` once. Gives what is in
   * those that are new, as if it came just now. `added`: elements that did. */
  enter(observe, added = []) {
    const came = [];
    const open = (root) => {
      if (!root?.host || this.#roots.has(root)) return;
      this.#roots.add(root);
      observe(root);
      came.push({ target: root, addedNodes: root.childNodes, removedNodes: [] });
      look(root);
    };
    // Components hold others.
    const look = (node) => {
      open(node.shadowRoot);
      for (const element of node.querySelectorAll("*")) open(element.shadowRoot);
    };
    for (const held of this.#held) {
      const element = this.#ask(held);
      if (!element) continue;
      open(element.getRootNode());
      // It is asked for with each chunk, and a long chat has many elements.
      if (!this.#looked.has(element)) look(element);
      this.#looked.add(element);
      for (const node of added) if (holds(element, node)) look(node);
    }
    return came;
  }

  /** As `enter`, after these changes: a component may make its root with the first
   * of its text. */
  enterAfter(records, observe) {
    const hasTarget = [...this.#held].some(({ number }) => number);
    const added = hasTarget ? records.flatMap(({ addedNodes }) => [...addedNodes]) : [];
    const elements = added.filter(({ nodeType }) => nodeType === 1);
    return elements.length ? this.enter(observe, elements) : [];
  }

  /** Nothing is observed any more. */
  leave() {
    this.#roots.clear();
    this.#looked.clear();
  }

  #of(call) {
    return [...this.#held].find((held) => held.call.handle === call);
  }

  /** What the target is now, if that is an element. */
  #ask({ target, ask }) {
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
}
