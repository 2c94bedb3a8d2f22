// `fetch`, measured: which calls are followed, and from when.

import { now } from "./clock.js";
import { tap } from "./tap.js";
import { uuid } from "./uuid.js";

/** Bits of a call, as the WebAssembly part counts them. */
const EXPECTED = 1;
/** Its answer was recognised: the place will stream again. */
const RECOGNISED = 1;

const STREAMING =
  /^(text\/event-stream|application\/(x-ndjson|ndjson|jsonl|x-jsonl|stream\+json|vnd\.amazon\.eventstream|vnd\.ag-ui\.event\+proto))\b/i;
/** Streams in disguise; ordinary answers of these types have a length. */
const MAYBE_STREAMING = /^(text\/plain|application\/octet-stream)\b/i;
/** Origins and paths remembered per page. */
const MAX_PLACES = 100;

export class Calls {
  #page;
  #bridge;
  #handles = 0;
  /** Response → call; a clone is another response of the same call. */
  #ofResponse = new WeakMap();
  /** Places that streamed an answer before. */
  #places = new Set();
  /** Set while the native `fetch` is being called by one of our wrappers, so
   * that a wrapper below it in the chain does not measure the call again. */
  #passing = false;

  /**
   * `page` gives `options`, `active()`, `isOwn(url)`, `ask(callback, …args)`,
   * `target(pane)`, `context(pane)`, `opened(call)` and `reading(call)`.
   */
  constructor(page, bridge) {
    this.#page = page;
    this.#bridge = bridge;
  }

  of(response) {
    return this.#ofResponse.get(response);
  }

  /**
   * A `fetch` that measures. `native()` gives the one to call; `posts`: every
   * POST through it is expected to stream.
   */
  wrap(native, pane, posts) {
    const calls = this;
    return function fetch(_input) {
      const target = native();
      if (calls.#passing || !calls.#page.active()) return target.apply(globalThis, arguments);
      let call;
      try {
        call = calls.#prepare(arguments, pane, posts);
      } catch {
        // Not a request that we understand; the native fetch has the word.
      }
      if (!call) return target.apply(globalThis, arguments);
      calls.#passing = true;
      let promise;
      try {
        promise = target.apply(globalThis, arguments);
      } finally {
        calls.#passing = false;
      }
      call.returned = now();
      if (call.expected) calls.#open(call);
      return promise.then(
        (response) => {
          calls.#onResponse(call, response, now());
          return response;
        },
        (error) => {
          if (call.handle) calls.#bridge.call("rejected", [call.handle, now(), nameOf(error)]);
          throw error;
        },
      );
    };
  }

  #prepare([input, init], pane, posts) {
    const t0 = now();
    const isRequest = typeof Request !== "undefined" && input instanceof Request;
    const url = new URL(isRequest ? input.url : String(input), globalThis.document?.baseURI ?? globalThis.location?.href);
    if (this.#page.isOwn(url)) return undefined;
    const method = String(init?.method ?? (isRequest ? input.method : "GET")).toUpperCase();
    const place = url.origin + url.pathname;
    const { match } = this.#page.options;
    return {
      t0,
      wall: Date.now(),
      url,
      place,
      pane,
      bytes: sizeOf(init?.body),
      expected: match
        ? !!this.#page.ask(match, url, method)
        : (posts && method === "POST") || this.#places.has(place),
    };
  }

  #open(call) {
    call.handle = ++this.#handles;
    call.id = uuid();
    const { url, pane } = call;
    this.#bridge.call("open", [
      call.handle,
      call.id,
      call.t0,
      call.returned,
      call.wall,
      call.expected ? EXPECTED : 0,
      url.href,
      call.bytes,
      this.#page.target(pane),
      this.#page.context(pane),
    ]);
    this.#page.opened(call);
  }

  #onResponse(call, response, at) {
    try {
      const type = response.headers.get("content-type") ?? "";
      if (!call.handle) {
        const streams =
          response.ok &&
          response.body &&
          (STREAMING.test(type) ||
            (MAYBE_STREAMING.test(type) && !response.headers.has("content-length")));
        if (!streams) return;
        this.#open(call);
      }
      this.#ofResponse.set(response, call);
      const { handle } = call;
      this.#bridge.call("response", [handle, at, response.status, response.headers, !!response.body]);
      if (!response.body) return;
      tap(response, {
        read: (called, readAt, bytes) => {
          this.#page.reading(call);
          this.#bridge.read(handle, called, readAt, bytes);
        },
        end: (endAt, how, error) =>
          this.#bridge.call("end", [handle, endAt, how, nameOf(error)], (flags) => {
            if (flags & RECOGNISED && this.#places.size < MAX_PLACES) this.#places.add(call.place);
          }),
      });
    } catch {
      // Whatever is odd about this response, the page gets it as it is.
    }
  }
}

/** Bytes of a body, -1 where only sending it would tell. */
function sizeOf(body) {
  if (body === undefined || body === null) return 0;
  if (typeof body === "string") return new TextEncoder().encode(body).length;
  if (body instanceof URLSearchParams) return body.toString().length;
  return body.byteLength ?? body.size ?? -1;
}

function nameOf(error) {
  return typeof error?.name === "string" ? error.name.slice(0, 64) : "";
}
