// The last answers, small, on one scale.

import { element, ms } from "./elements.js";
import { extent } from "./segments.js";
import { named } from "./switches.js";
import { strip } from "./waterfall.js";

const KEPT = 8;

export class History {
  #root;
  #onSelect;
  /** Newest first: `{ number, record, switches }`. */
  #entries = [];
  #numbers = 0;
  #selected;

  /** `onSelect(record, before)`: the chosen one, and the one before it. */
  constructor(root, onSelect) {
    this.#root = root;
    this.#onSelect = onSelect;
  }

  /** The newest record; undefined before the first. */
  get newest() {
    return this.#entries[0]?.record;
  }

  add(record, switches) {
    this.#entries.unshift({ number: ++this.#numbers, record, switches });
    this.#entries.length = Math.min(this.#entries.length, KEPT);
    this.#selected = this.#entries[0];
    this.#draw();
  }

  #draw() {
    const end = Math.max(...this.#entries.map(({ record }) => extent(record))) * 1.02;
    const rows = this.#entries.map((entry) => {
      const { number, record, switches } = entry;
      const on = named(switches).join(" + ") || "everything off";
      const total = record.marks.first_answer_paint;
      const button = element("button", { type: "button", "aria-pressed": String(entry === this.#selected) },
        element("span.number", {}, `#${number}`),
        element("span.what", {}, on),
        element("b", {}, total === undefined ? record.outcome : `${ms(total)} ms`),
        strip(record, end));
      button.addEventListener("click", () => this.#select(entry));
      return element("li", {}, button);
    });
    this.#root.replaceChildren(...rows);
    this.#root.closest("section").hidden = false;
  }

  #select(entry) {
    this.#selected = entry;
    const index = this.#entries.indexOf(entry);
    this.#root.querySelectorAll("button").forEach((button, i) => button.setAttribute("aria-pressed", String(i === index)));
    this.#onSelect(entry.record, this.#entries[index + 1]?.record);
  }
}
