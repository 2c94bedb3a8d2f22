// `fetch`, measured: which calls are followed, and from when.

import { now } from "./clock.js";
import { resolve } from "./options.js";
import { outside } from "./outside.js";
import { LOST, tap } from "./tap.js";
import { uuid } from "./uuid.js";

/** Bits of a call, as the WebAssembly part counts them. */
const EXPECTED = 1, BY_HAND = 2;
/** Its answer was recognised: the place will stream again. */
const RECOGNISED = 1;

const STREAMING =
  /^(text\/event-stream|application\/(x-ndjson|ndjson|jsonl|x-jsonl|jsonlines|json-lines|stream\+json|vnd\.amazon\.eventstream|vnd\.ag-ui\.event\+proto))\b/i;
/** Streams in disguise; ordinary answers of these types have a length. */
const MAYBE_STREAMING = /^(text\/plain|application\/octet-stream)\b/i;
/** Methods, origins and paths remembered per page. */
const MAX_PLACES = 100;

export class Calls {
  #page;
  #bridge;
  #handles = 0;
  /** What a call resolved to, or was rejected with → call. */
  #ofResult = new WeakMap();
  /** Places that streamed an answer before. */
  #places = new Set();
  /** Set while the native `fetch` is being called by one of our wrappers, so
   * that a wrapper below it in the chain does not measure the call again. */
  #passing = false;

  /**
   * `page` gives `options`, `active()`, `isOwn(url)`, `ask(callback, …args)`,
   * `target(held)`, `context(pane)`, `opened(call)`, `reading(call)`,
   * `discard(handle)` and `unobserved(error)`.
   */
  constructor(page, bridge) {
    this.#page = page;
    this.#bridge = bridge;
  }

  of(response) {
    return this.#ofResult.get(response);
  }

  /** Calls what is ours, as if it were below a wrapper: until it returns. */
  unmeasured(ours) {
    const before = this.#passing;
    this.#passing = true;
    try {
      return ours();
    } finally {
      this.#passing = before;
    }
  }

  /**
   * A `fetch` that measures. `native()` gives the one to call; `posts`: every
   * POST through it is expected to stream, as through all but `install()`'s.
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
      // A stand-in for `fetch` may answer in its own way.
      if (typeof promise?.then !== "function") return promise;
      call.returned = now();
      try {
        if (call.expected) calls.#open(call);
      } catch (error) {
        // Nobody would handle the promise, and the page would have another error.
        calls.#page.unobserved(error);
        return promise;
      }
      return promise.then(
        (response) => {
          calls.#onResponse(call, response, now());
          return response;
        },
        (error) => {
          if (call.handle) calls.#onError(call, error, now());
          throw error;
        },
      );
    };
  }

  #prepare([input, init], pane, posts) {
    const t0 = now();
    // A request may come from another frame, where it is of another class.
    const request = typeof input?.url === "string" ? input : undefined;
    const address = request?.url ?? String(input);
    // What is attached to a question may be megabytes in its address.
    if (/^\s*(data|blob):/i.test(address)) return undefined;
    const url = new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href);
    if (this.#page.isOwn(url)) return undefined;
    // One that is null takes the request's off.
    const { signal = request?.signal } = init ?? {};
    const method = String(init?.method ?? request?.method ?? "GET").toUpperCase();
    const place = `${method} ${url.origin}${url.pathname}`;
    const { match } = this.#page.options;
    return {
      t0,
      wall: Date.now(),
      url,
      method,
      signal,
      place,
      pane,
      posts,
      turn: turnOf(pane),
      size: () => sizeOf(init, /^(GET|HEAD)$/.test(method) ? undefined : request),
      expected: match
        ? // A copy: it may change what it is given.
          !!this.#page.ask(match, new URL(url), method)
        : (posts && method === "POST") || this.#places.has(place),
    };
  }

  /** A call that began at `t0` and is none of `fetch`'s: gives it, and what
   * takes its stream. */
  track(t0, { url, ...told }, pane) {
    const call = { t0, returned: t0, wall: Date.now(), url: resolve(url), pane, turn: turnOf(pane), told, expected: true };
    this.#open(call);
    return [call, this.#sink(call)];
  }

  #open(call) {
    call.handle = ++this.#handles;
    call.id = uuid();
    const { url, pane, size, turn, told } = call;
    // By hand there is nothing that could begin anew.
    call.said = told ? undefined : [];
    // The target alone would not tell how long it is wanted.
    call.held = { call, target: pane.target ?? this.#page.options.target, ask: this.#page.ask };
    // The response holds the call: not what was sent with it, too.
    call.size = undefined;
    // Only calls that are measured are counted.
    if (turn) call.seq = ++turn.count;
    this.say(
      call,
      "open",
      call.id,
      call.t0,
      call.returned,
      call.wall,
      (call.expected ? EXPECTED : 0) | (told ? BY_HAND : 0),
      url.href,
      // Only now, when the request is on its way: counting takes its time.
      size?.() ?? -1,
      this.#page.target(call.held),
      { ...this.#page.context(pane), ...told, turn: turn?.id, acted: turn?.acted, seq: call.seq },
    );
    this.#page.opened(call);
  }

  /** Tells the module of a call what it has to know of it whatever streams, and
   * keeps that as long as the call may begin anew. */
  say(call, name, ...args) {
    call.said?.push([name, args]);
    this.#bridge.call(name, [call.handle, ...args]);
  }

  /** What streamed so far was not what the page reads. */
  #restart(call) {
    if (!call.said) return;
    const before = call.handle;
    call.handle = ++this.#handles;
    // The module knows the call by its id; what nobody reads of it goes on.
    for (const [name, args] of call.said) this.#bridge.call(name, [call.handle, ...args]);
    this.#page.opened(call);
    this.#page.discard(before);
  }

  #onResponse(call, response, at) {
    try {
      // Another of our wrappers, below one that called it late, was there first.
      // This one began earlier and knows the pane: that one becomes it, unless
      // somebody has read already.
      const below = this.#ofResult.get(response);
      if (below?.begun) return void (call.handle && this.#page.discard(call.handle));
      if (!call.handle) {
        if (!this.#page.active() || !(below || (response.ok && streams(response.headers)))) return;
        call.expected ||= !!below?.expected;
        this.#open(call);
      }
      // The body of an error is no answer, and many clients never read it.
      const hasBody = call.method !== "HEAD" && response.status < 400 && mayHaveBody(response);
      this.say(call, "response", at, response.status, response.headers, hasBody);
      if (below) {
        this.#page.discard(below.handle);
        // What is told of the call from here on is told to the one that goes on.
        this.#page.opened(Object.assign(below, call));
        below.held.call = below;
        return;
      }
      this.#ofResult.set(response, call);
      if (hasBody) outside(() => tap(response, this.#sink(call), call.signal));
    } catch (error) {
      // Whatever is odd about this response, the page gets it as it is.
      if (call.handle) this.#unobserved(call, error);
    }
  }

  #onError(call, error, at) {
    // As with a response: of two of our wrappers, the upper one knows the pane.
    // It is rejected last. One abort may reject calls of several panes with the
    // same error, and in any order: only `install()`'s is below another.
    const below = this.#ofResult.get(error);
    if (
      below?.handle > call.handle && !below.posts && below.place === call.place && below.pane !== call.pane
    ) {
      this.#page.discard(below.handle);
    }
    if (Object(error) === error) this.#ofResult.set(error, call);
    this.#bridge.call("rejected", [call.handle, at, nameOf(error, call.signal)]);
  }

  #sink(call) {
    return {
      read: (called, at, bytes, name) => {
        call.begun = true;
        try {
          this.#page.reading(call);
          this.#bridge.read(call.handle, called, at, bytes, name);
        } catch (error) {
          this.#bridge.fail(String(error));
        }
      },
      end: (at, how, error) => {
        call.begun = true;
        this.#bridge.call("end", [call.handle, at, how, nameOf(error, call.signal)], (flags) => {
          if (flags & RECOGNISED && call.place && this.#places.size < MAX_PLACES) this.#places.add(call.place);
        });
      },
      restart: () => this.#restart(call),
      fail: (error) => this.#unobserved(call, error),
    };
  }

  #unobserved(call, error) {
    call.begun = true;
    this.#bridge.call("end", [call.handle, now(), LOST, ""]);
    this.#page.unobserved(error);
  }
}

/** The question that a call of this pane belongs to. */
const turnOf = ({ turn }) => (turn?.over ? undefined : turn);

/** Not `response.body`: to ask for it makes a stream, and that can be told. */
function mayHaveBody({ status, type }) {
  return status !== 0 && type !== "error" && ![204, 205, 304].includes(status);
}

function streams(headers) {
  const type = headers.get("content-type") ?? "";
  return STREAMING.test(type) || (MAYBE_STREAMING.test(type) && !headers.has("content-length"));
}

/** Bytes that are sent, -1 where only sending them would tell, as where they are
 * in a `request`: whether that has any, Firefox does not say. */
function sizeOf(init, request) {
  try {
    const body = init?.body ?? request;
    if (body === undefined || body === null) return 0;
    if (typeof body === "string") return new TextEncoder().encode(body).length;
    if (body instanceof URLSearchParams) return body.toString().length;
    if (body instanceof FormData) {
      let size = 0;
      for (const [, part] of body) size += part.size ?? part.length;
      return size;
    }
    const size = body.byteLength ?? body.size;
    return typeof size === "number" ? size : -1;
  } catch {
    // The page's own object, which need not bear a second look.
    return -1;
  }
}

/** An abort may have any reason, and WebKit's `text()` rejects with an error of
 * its own; it is the page's doing all the same. */
function nameOf(error, signal) {
  if (signal?.aborted) return "AbortError";
  try {
    return typeof error?.name === "string" ? error.name.slice(0, 64) : "";
  } catch {
    // A getter of the page's may throw.
    return "";
  }
}
