// What a case gets as `t`: assertions, and its ties to the page and the driver.
// Milliseconds are never asserted, only their presence and order.

import { tell } from "./runner.mjs";

/** Thrown by `t.skip`. */
export class Skip extends Error {}

/** One case's `t`. */
export class Case {
  #afters = [];
  #over = false;

  constructor(resumed) {
    /** Lines that are printed below the case, from `t.note`. */
    this.notes = [];
    /** What `t.away` was given, if the page was loaded anew since; else null. */
    this.resumed = resumed;
    /** An empty element in the document, gone after the case. */
    this.stage = document.body.appendChild(document.createElement("div"));
    this.after(() => this.stage.remove());
  }

  /** Ends the case without a verdict; the reason is printed and counted. */
  skip(reason) {
    if (!reason) throw new TypeError("t.skip needs a reason");
    throw new Skip(reason);
  }

  /** A line to print, like an error of calibration that no bar judges. */
  note(text) {
    this.notes.push(String(text));
  }

  /** Runs after the case, also after a failure; last registered first. */
  after(undo) {
    this.#afters.unshift(undo);
  }

  async cleanUp() {
    this.#over = true;
    for (const undo of this.#afters.splice(0)) await undo();
  }

  ok(value, what = "the value") {
    if (!value) throw new Error(`${what} should hold, but is ${show(value)}`);
  }

  /** Deep equality of JSON-like values, lists of bytes included. */
  equal(actual, expected, what = "the value") {
    if (!same(actual, expected)) {
      throw new Error(`${what} should be ${show(expected)}, but is ${show(actual)}`);
    }
  }

  /** For sums of rounded numbers; not a way to assert a duration. */
  approx(actual, expected, tolerance, what = "the value") {
    if (!(Math.abs(actual - expected) <= tolerance)) {
      const wanted = `${show(expected)} within ${tolerance}`;
      throw new Error(`${what} should be ${wanted}, but is ${show(actual)}`);
    }
  }

  /**
   * Named moments (`{ write: 1, read: 2 }`), each present and none before the
   * one above it by more than `slack`: the clocks' step and their calibration's
   * error.
   */
  inOrder(moments, slack = 0) {
    const entries = Object.entries(moments);
    for (const [name, at] of entries) {
      if (!Number.isFinite(at)) throw new Error(`${name} should be a moment, but is ${show(at)}`);
    }
    entries.reduce(([before, earlier], [name, at]) => {
      if (at < earlier - slack) {
        throw new Error(`${name} (${at}) should not come before ${before} (${earlier})`);
      }
      return [name, at];
    });
  }

  /** The error that a promise, or a function's call, ends with. */
  async rejects(attempt, what = "the attempt") {
    try {
      await (typeof attempt === "function" ? attempt() : attempt);
    } catch (error) {
      return error;
    }
    throw new Error(`${what} should fail, but did not`);
  }

  /** Waits for a condition; the case's own limit is the only clock. */
  async until(condition) {
    for (;;) {
      // Whoever still waits after the case is never answered, and so never
      // disturbs the next one.
      const value = this.#over ? await new Promise(() => {}) : await condition();
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /**
   * Takes the suite's own page away and back: `[["go", url], ["wait", ms],
   * ["back"]]`. Resolves with the pageshow event when the page came from the
   * back/forward cache. Otherwise the page is loaded anew and the case called
   * again, with `state` (or true) as `t.resumed`.
   */
  async away(actions, state = true) {
    const returned = new Promise((resolve) => {
      addEventListener("pageshow", resolve, { once: true });
    });
    await tell("away", { actions, state });
    return returned;
  }
}

function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  );
}

function show(value) {
  if (typeof value === "function" || value instanceof Error) return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 600 ? `${text.slice(0, 600)}… (${text.length} characters)` : text;
}
