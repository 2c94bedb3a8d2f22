// The transcript: what was asked, and answers as they grow.

import { element } from "./elements.js";
import { Markdown } from "./markdown.js";

export class Conversation {
  #log;

  constructor(log) {
    this.#log = log;
  }

  /** Adds a question, and the place for its answer. */
  ask(question) {
    this.#log.querySelector(".welcome")?.remove();
    this.#log.append(element("article.question", {}, element("h3.hidden", {}, "You"), element("p", {}, question)));
    return new Answer(this.#log);
  }
}

/** One answer, from "…" to its end. */
class Answer {
  #article;
  #body = element("div.markdown");
  #waiting = element("p.waiting", {}, element("span.hidden", {}, "Waiting for the answer"));
  #markdown = new Markdown(this.#body);
  #reasoning;

  constructor(log) {
    // Busy while it grows: screen readers then read it once, when it is whole.
    this.#article = element("article.answer", { "aria-busy": "true" }, element("h3.hidden", {}, "Answer"), this.#waiting);
    log.append(this.#article);
  }

  reason(text) {
    if (!this.#reasoning) {
      this.#reasoning = element("p");
      this.#waiting.remove();
      const fold = element("details.reasoning", { open: true }, element("summary", {}, "Reasoning"), this.#reasoning);
      this.#article.append(fold);
    }
    this.#reasoning.append(text);
  }

  write(text) {
    if (!this.#body.isConnected) {
      this.#waiting.remove();
      this.#article.append(this.#body);
    }
    this.#markdown.write(text);
  }

  end() {
    this.#markdown.end();
    this.#waiting.remove();
    this.#article.setAttribute("aria-busy", "false");
  }

  fail(message) {
    this.#article.append(element("p.failed", {}, message));
  }
}
