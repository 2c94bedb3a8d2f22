// Answers on a timetable, and the server's log of what it wrote when. The
// scenario format is described in replay/README.md.

import { where } from "./runner.mjs";

const nativeFetch = globalThis.fetch.bind(globalThis);

/**
 * Gives the replay server a scenario, or the name of one of its files
 * (`"openai-chat"`). `origin` is `page`, `cross`, `page_h2` or `cross_h2`.
 */
export async function scenario(definition, origin = "page") {
  const id = typeof definition === "string" ? definition : await posted(definition);
  const run = crypto.randomUUID();
  return {
    /** Fetch it to play it. All that is fetched from it has one log. */
    url: `${where[origin]}/s/${id}?run=${run}`,
    /** Waits until all that was fetched has ended, and resolves with the log. */
    log: async (timeoutMs = 5000) =>
      new Log(await get(`/log?run=${run}&until=end&timeout_ms=${timeoutMs}`)),
    /** The log as it stands. */
    logSoFar: async () => new Log(await get(`/log?run=${run}`)),
    /** Waits until the step with this label was written. */
    written: async (label, signal) => {
      while (!signal?.aborted) {
        const { requests } = await get(`/log?run=${run}`);
        if (requests.some(({ events }) => events.some((event) => event.label === label))) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

/** Gives the replay server a scenario to play several times; resolves with its name. */
export async function posted(definition) {
  // To the page's own origin; the server knows it on all of them.
  const response = await nativeFetch("/scenarios", {
    method: "POST",
    body: JSON.stringify(definition),
  });
  if (!response.ok) throw new Error(`scenario refused: ${await response.text()}`);
  return (await response.json()).id;
}

/** Over HTTP/2: a page has few connections to an HTTP/1.1 origin, and a log
 * that waits would take one from the streams. */
async function get(path) {
  const response = await nativeFetch(where.page_h2 + path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** What the server received and wrote, in milliseconds of its own clock. */
class Log {
  constructor({ ended, preflights, requests }) {
    this.ended = ended;
    this.preflights = preflights;
    this.requests = requests;
  }

  /** The events of the only request, or of the request with this number. */
  events(request = 0) {
    if (!this.requests[request]) {
      throw new Error(`the server has seen ${this.requests.length} requests, not ${request + 1}`);
    }
    return this.requests[request].events;
  }

  /** When a kind of event first happened: `request`, `headers`, `end`, … */
  first(what, request = 0) {
    return this.#time(this.events(request), (event) => event.what === what, what);
  }

  /** When the step with this label was first handed to the kernel. */
  write(label, request = 0) {
    const found = (event) => event.what === "write" && event.label === label;
    return this.#time(this.events(request), found, `a write labelled ${label}`);
  }

  #time(events, found, words) {
    const event = events.find(found);
    if (event) return event.t;
    const seen = events.map(({ what, label }) => (label ? `${what} ${label}` : what));
    throw new Error(`the server's log has no ${words}, only ${seen.join(", ")}`);
  }
}
