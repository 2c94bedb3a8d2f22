// What a client showed its app in one run, as lines in the order of events.

import { Seen } from "../../browser/lib/seen.mjs";

/** In every answer's third piece: where a client that is to be cancelled is. */
export const HALFWAY = "turns";

/** Errors hold their requests, and those the run's own ids. */
const DEEPEST = 3;

export class Witness extends Seen {
  #ending;
  #reached = false;

  constructor(ending) {
    super();
    this.#ending = ending;
  }

  /** Something that the client gave its app. */
  value(name, value) {
    this.log(`${name}: ${this.describe(value)}`);
  }

  /** Whether the app cancels now, having got `value`; true once. */
  cancelsAt(value) {
    if (this.#ending !== "cancelled" || this.#reached) return false;
    this.#reached = (typeof value === "string" ? value : JSON.stringify(value)).includes(HALFWAY);
    return this.#reached;
  }

  /** Objects are shown by their own properties, errors also by class and cause. */
  describe(value, depth = 0) {
    if (typeof value === "string") return JSON.stringify(value);
    if (value instanceof Error || value instanceof DOMException) {
      const own = Object.entries(value).filter(([key]) => key !== "stack");
      if (value.cause !== undefined) own.push(["cause", value.cause]);
      const shown = own.map(([key, part]) => `${key}: ${this.#within(part, depth)}`);
      return `${super.describe(value)} { ${shown.join(", ")} }`;
    }
    if (typeof value !== "object" || value === null) return super.describe(value);
    if (value instanceof Response) return `Response ${value.status}`;
    if (value instanceof Headers) return this.describe(Object.fromEntries(value), depth);
    if (Array.isArray(value)) return `[${value.map((part) => this.#within(part, depth)).join(", ")}]`;
    if (ArrayBuffer.isView(value) || value instanceof AbortSignal) return super.describe(value);
    const { name = "no class" } = Object.getPrototypeOf(value)?.constructor ?? {};
    const parts = Object.entries(value).map(([key, part]) => `${key}: ${this.#within(part, depth)}`);
    return `${name === "Object" ? "" : `${name} `}{ ${parts.join(", ")} }`;
  }

  #within(value, depth) {
    if (typeof value === "object" && value !== null && depth >= DEEPEST && !Array.isArray(value)) {
      return Object.prototype.toString.call(value);
    }
    return this.describe(value, depth + 1);
  }
}
