/**
 * Streamed answers of language models, measured in the browser: from the request
 * to its first token, and to the frame that shows it.
 */
import type { Record } from "./record.js";
export type * from "./record.js";

/**
 * Starts measuring and returns at once; the WebAssembly part is loaded when
 * the page is idle, after 2 s at the latest (where no browser tells that, as in
 * Safari, after 1 s), or with its first call. Whatever streams before it is there
 * is measured all the same.
 *
 * A second call returns what the first one made and ignores its options. On a
 * server (no `window`, no worker) everything is inert: `fetch` passes through.
 * A worker needs a call of its own; there is no commit and no paint in it, and
 * nothing is handed over when it ends: `flush` before. A service worker may not
 * import what it needs later, and measures only where a bundler put all in one
 * file.
 *
 * @throws {TypeError} for a wrong option; the message names it and the fix.
 */
export function init(options?: Options): Ttft;

export interface Options {
  /**
   * Where records go: the collector's `…/v1/beacon`. Sent as `text/plain`,
   * without cookies, so that there is no preflight. Only a page that hides in
   * a browser whose `fetch` has no `keepalive` (Firefox before 133) sends them
   * with cookies, by `sendBeacon`.
   * @defaultValue none: nothing is sent; events still fire.
   */
  endpoint?: string | URL;
  /**
   * `false` measures nothing and loads nothing.
   * @defaultValue `true`
   */
  enabled?: boolean;
  /**
   * Share of pages that measure, from 0 to 1, decided once per page. The
   * record carries it, so that counts can be weighted.
   * @defaultValue `1`
   */
  sampleRate?: number;
  /**
   * Calls that are expected to stream an answer. They always give a record,
   * also when they are rejected, aborted before the headers came or answered
   * with an error status. In place of the default: say `true` only for calls
   * that answer.
   *
   * Any other call gives a record if a streaming type came (`text/event-stream`,
   * NDJSON, …; `text/plain` and `application/octet-stream` without a length) and
   * its answer was recognised; `discard()` one that should not.
   * @defaultValue POSTs through `ttft.fetch`, and every method, origin and path
   * that streamed an answer before on this page.
   */
  match?: (url: URL, method: string) => boolean;
  /** The page's route as a template, such as `/chat/:id`. Never an address. */
  route?: string | (() => string | undefined);
  /** The app's version. */
  release?: string;
  /** The record's `request.region`, or a function that says which; goes before
   * what `Server-Timing` says. */
  region?: string | (() => string | undefined);
  /**
   * Where answers appear: a selector, an element, or a function that returns
   * one. A selector stands for its first match at that moment: of a list of
   * messages name the list, or give a function that returns the newest. Narrows
   * the search for the answer; it is not needed, except for answers inside a
   * shadow root, which nobody sees from outside: give an element in it or, where
   * all roots down to the answer are open, their host, or anything around that.
   * @defaultValue the whole document
   */
  target?: Target;
  /** Added to every record: at most 10 keys, at most 64 characters each. */
  labels?: Labels;
  /**
   * In-house stream formats: where in their events things are. At most 16,
   * tried before the built-in ones.
   */
  dialects?: Dialect[];
  /**
   * Sees each record before it is queued; may change it, or return `false` or
   * `null` to keep it from being sent. A record that it throws on is not sent.
   * Runs after the `record` listeners.
   *
   * A page that hides before the WebAssembly part is there has little to say: id,
   * page, origin, and the outcome `open`. No event tells of such a record.
   */
  beforeSend?: (record: Record) => Record | false | null | void;
  /**
   * How the first paint is found. `"probe"` adds a nearly invisible element
   * (`data-ttft`) for the length of a frame: its paint is told by Element
   * Timing (Chromium); elsewhere its layout is told, and the first task after
   * the frame is used. `"frame"` never adds anything and is an estimate
   * everywhere; in WebKit work right behind the frame counts as its paint.
   * `false` looks for no commit and no paint.
   * @defaultValue `"probe"`
   */
  paint?: "probe" | "frame" | false;
  /**
   * Sends a batch in place of ttft. `closing` is true when the page may be
   * gone at once: use `sendBeacon` or `keepalive` then. A promise that rejects,
   * or `false`, keeps the batch for later. Of a `Response` the status counts:
   * 408, 429 and 5xx keep it, any other than 2xx gives it up, that of `no-cors` too.
   * Anything else means that it is delivered.
   *
   * What it calls before it returns, or first awaits, is not measured. Where it
   * calls a measured `fetch` later, let `match` say `false` of that address.
   */
  transport?: (body: string, context: { closing: boolean }) => unknown;
}

/**
 * A stream format. Each path lists object keys from the event's top, joined by
 * `/`; `*` is any element of an array, a digit the element at that index. A
 * last `key=value` is a scalar with exactly that value. `@event` is the
 * event's name, `@data` its text where that is no JSON, `.` the event where it is
 * one JSON string. At most 12 keys of at most 64 characters. At least one of
 * `answer`, `reasoning` and `tool`.
 */
export interface Dialect {
  /** The record's `request.dialect`. */
  name: string;
  /** Visible text. */
  answer?: string;
  /** Text of the reasoning before it. */
  reasoning?: string;
  /** Tool calls: text, or anything that is there only with a call. */
  tool?: string;
  /**
   * What marks the end of a whole stream; `[DONE]` needs no mention. Without
   * it a stream that is closed cleanly is complete.
   */
  end?: string;
  /** The model's name. */
  model?: string;
}

export type Target = string | Element | (() => Element | null | undefined);
export type Labels = { [key: string]: string };

export interface Ttft extends Pane {
  /**
   * Patches `globalThis.fetch`. Installing twice is one installation. Returns
   * the function that undoes it, which works in any order with other patches.
   * A client that keeps the `fetch` it finds when it is made has to be made
   * after it; `ollama`'s ready-made instance is made by its import.
   *
   * Answers in plain text, and streams of `application/json`, need `match` here:
   * nothing in them shows that they are answers.
   *
   * Install after other tools that wrap `fetch`. One that wraps it later, calls
   * it in a later task and answers with a `Response` of its own is measured
   * below as well as above: a call of a pane or turn then gives two records, and
   * one of them is not the pane's.
   */
  install(): () => void;
  /**
   * A `fetch`, `track` and `turn` of its own for one chat, or one column of a
   * comparison.
   * @throws {TypeError} for a wrong option.
   */
  with(options: PaneOptions): Pane;
  /** The call that gave this response, or `undefined` if it isn't measured. */
  of(response: Response): Call | undefined;
  /**
   * Calls back in a task of its own; when the page hides, and in `flush` and
   * `close`, at once. A listener that throws harms nobody: that
   * is an `error` event. Errors that nobody listens for are warnings in the
   * console. In a page of Angular's with zone.js a listener runs outside of its
   * zone, as all of ttft does: one that changes what the app shows has to enter
   * it. Returns the function that takes the listener off.
   * @throws {TypeError} for an event that does not exist.
   */
  on<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void): () => void;
  /** The newest record, also of a call that is not over; for the console. */
  last(): Record | undefined;
  /**
   * Sends what is queued.
   * @param timeoutMs Give up waiting after this many milliseconds.
   * @defaultValue `2000`
   * @returns whether everything was delivered.
   */
  flush(timeoutMs?: number): Promise<boolean>;
  /**
   * Uninstalls at once, flushes and stops for good, all within twice the time
   * of a `flush`. Streams go on undisturbed, and give a record as they stand; an
   * `init` from here on starts anew.
   */
  close(): Promise<void>;
}

export interface PaneOptions {
  /** As in `Options`, for calls of this pane. */
  target?: Target;
  /** Added to those of `Options`; the same key replaces. A record has room for
   * ten in all, and these go first. */
  labels?: Labels;
}

export interface Pane {
  /**
   * `fetch`, measured. Calls the global `fetch` as it is at that moment, with
   * the same arguments, and gives back the same `Response`: for every SDK
   * that takes a `fetch`.
   */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Begins a call whose stream ttft cannot see: an `EventSource`, a
   * `WebSocket`, anything that is not `fetch`. The app tells what comes.
   * `request_start` is now, so call it right before the request is sent.
   * @throws {TypeError} for a wrong option; never later.
   */
  track(options: TrackOptions): Track;
  /**
   * Begins a question that may take several calls, such as retries and rounds
   * with tools. Its calls have the record's `turn`, and the mark `turn_start`:
   * when the person acted.
   * @param event The event in whose handler this is, of this document, also as
   * a framework wraps it. One that a script made, or none: `turn_start` is now.
   * @throws {TypeError} for what is no event.
   */
  turn(event?: ActionEvent | null): Turn;
}

/** What ttft reads of an event; every DOM event fits, and React's. */
export interface ActionEvent {
  readonly isTrusted: boolean;
  readonly timeStamp: number;
}

/** One question of the person's. */
export interface Turn {
  /** The record's `turn.id`. */
  readonly id: string;
  /** As the pane's; each measured call is one more of the question. */
  readonly fetch: typeof globalThis.fetch;
  /** As the pane's; likewise. */
  track(options: TrackOptions): Track;
  /**
   * The question is answered: later calls through `fetch` and `track` are
   * measured without it.
   */
  end(): void;
}

export interface TrackOptions {
  /** The address that answers, such as `socket.url`; sent without its query. */
  url: string | URL;
  /**
   * The type of what `chunk` gets, such as `application/x-ndjson`.
   * @defaultValue none: the first bytes tell.
   */
  contentType?: string;
  /**
   * The format of this stream, tried before all others; the built-in ones and
   * those of `Options` need no mention.
   */
  dialect?: Dialect;
}

/**
 * A call that the app tells of. Tell first, before anything is done with what
 * came: the moment of the telling is the moment of the read. What is told after
 * `end` counts for nothing, and nothing here but `set` throws.
 *
 * The record has no network marks (`network_missing: "no-entry"`), so that
 * `backend` is not split into network and server. `id` is empty where nothing
 * is measured.
 */
export interface Track extends Call {
  /**
   * One event or message, as `onmessage` has it in `event.data`, or parsed;
   * binary ones as an `ArrayBuffer` of UTF-8 text, not as a `Blob`.
   * @param type The name of a named event of an `EventSource`: `event.type`.
   */
  event(data: unknown, type?: string): void;
  /**
   * The next piece of a body whose events are not apart yet, cut anywhere, as
   * `fetch` would read it.
   */
  chunk(data: string | BufferSource): void;
  /** The next piece of the visible answer, already decoded. */
  token(text: string): void;
  /**
   * The stream is over.
   * @param error It failed: an `Error`, of which the record has the name, a
   * `CloseEvent`, of which it has the code, or anything but `undefined` and
   * `null`. An `AbortError` means that the page gave it up.
   */
  end(error?: unknown): void;
}

/** One measured call. */
export interface Call {
  /** The record's `id`. */
  readonly id: string;
  /**
   * The app's word that the first answer text is in the DOM now: call it in
   * the task that put it there (React: `useLayoutEffect`). For text that ttft
   * cannot find by itself: canvas, frames, closed shadow roots, transformed text.
   * The first call counts that comes after the answer's first text was read;
   * before that it could only be a placeholder.
   */
  rendered(): void;
  /**
   * What the app knows better: replaces what the stream said.
   * @throws {TypeError} for anything else.
   */
  set(facts: { model?: string; provider?: string; region?: string; labels?: Labels }): void;
  /** Forgets the call: no record, no event. */
  discard(): void;
}

export interface Events {
  /**
   * First generated output of any kind; the record so far. Comes again with the
   * page's own, where a tool that wraps `fetch` has read a clone before.
   */
  first_token: Record;
  /**
   * The frame with the answer was painted, in view or not (`paint.on_screen`);
   * the record so far, which has no network marks while the stream runs. Does not
   * come if the page was hidden between the answer's arrival and that frame.
   */
  first_answer_paint: Record;
  /**
   * A call is over and its answer shown to the end, mostly within a second, 30 s
   * later at most; or the page was hidden or ttft closed while it streamed. May
   * come again for the same `id`, with a larger `rev`.
   */
  record: Record;
  /** Something in ttft failed or is missing. The page is never disturbed. */
  error: TtftError;
}

export interface TtftError {
  /**
   * - `wasm`: the WebAssembly part could not be loaded (a CSP without
   *   `wasm-unsafe-eval`, a missing file) or trapped, or what watches the page
   *   failed. Nothing is measured from then on.
   * - `install`: the global `fetch` cannot be replaced, as where it is frozen.
   *   What calls `ttft.fetch` is measured all the same.
   * - `response`: a response could not be observed: it is frozen, or made by
   *   other code. The page has it as it is; its record's outcome is
   *   `unobserved`. Told once for each reason.
   * - `delivery`: a batch was refused by the endpoint and given up, as by the
   *   collector with 403 where no `--allow-origin` names the page; or five tries
   *   in a row failed, as where an endpoint answers without CORS headers.
   * - `dialect`: the app's own dialects have too many paths in all; only the
   *   built-in ones are known.
   * - `unrecognised`: a whole stream of events came that no dialect knows; told
   *   once for each origin and path. Of no concern if it is no answer.
   * - `track`: what `track` was told cannot be read, such as a `Blob`.
   * - `listener`: a callback of the app (`on`, `beforeSend`, `match`, …) threw,
   *   `beforeSend` left what is no JSON, or `target` gave what is no element; that
   *   is told once.
   */
  type: "wasm" | "install" | "response" | "delivery" | "dialect" | "unrecognised" | "track" | "listener";
  message: string;
}
