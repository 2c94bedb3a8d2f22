/**
 * One streamed call. Times are milliseconds; marks count from the call of
 * `fetch`, or of `track`. What was not observed is absent: never 0, never null. Later
 * versions only add keys and values.
 */
export interface Record {
  /** UUIDv7. */
  id: string;
  /** The larger revision of an id replaces the smaller. */
  rev: number;
  /** `request_start` on the page's clock (`performance.now()`). */
  t0: number;
  /**
   * - `complete`: the end marker came, or the body closed cleanly in a format
   *   that has none. An answer of tool calls only is complete.
   * - `truncated`: the body closed cleanly, but the end marker is missing.
   * - `aborted`: the page cancelled or aborted; `marks.end` says how long the
   *   person waited.
   * - `error`: it failed; see `error`.
   * - `no-output`: it ended well and nothing was generated.
   * - `unobserved`: the body was taken in a way that shows no chunks, such as
   *   `text()`, or nothing at all, such as a cache: then `marks.end` is absent.
   *   Or the decoder came too late, and there was nothing in what was kept for it.
   * - `open`: the page was hidden, or ttft closed, while the stream ran. A
   *   larger `rev` replaces it if the page lives on.
   */
  outcome: "complete" | "truncated" | "aborted" | "error" | "no-output" | "unobserved" | "open";
  /** The question that it belongs to, and which of its calls it is, from 1. */
  turn?: { id: string; seq: number };
  page: {
    /** Made anew for each page view, also for a return from the back/forward
     * cache. Says nothing about the person. */
    id: string;
    /** In a `worker` there are no commits and no paints. */
    scope: "window" | "worker";
    /** The option `route`. */
    route?: string;
    /** The option `release`. */
    release?: string;
    /** Such as `chromium/156`. */
    engine?: string;
    /** Cross-origin isolated: clocks are finer. */
    isolated: boolean;
    /** Step of the page's clock; 1, the coarsest, in a record of `rev` 0. */
    resolution_ms: number;
    /** Share of pages that measure, (0, 1]: a record counts 1 / it. */
    sample_rate: number;
  };
  request: {
    origin: string;
    /**
     * Without query; segments that look like ids are `:id`. `/` in a record of
     * `rev` 0, which a page sent that closed before the WebAssembly part came.
     */
    path: string;
    /**
     * Such as `openai-chat`; absent if none was recognised. `plain-text` is text
     * without any protocol.
     */
    dialect?: string;
    /** OpenTelemetry's `gen_ai.operation.name`, such as `chat`. */
    operation?: string;
    /** Who answered, where the stream or the app says so. */
    provider?: string;
    model?: string;
    /** The region that answered: what the app says, else `Server-Timing`. */
    region?: string;
    /** Where `model` comes from. */
    source?: Source;
    /** HTTP status; absent when the request was rejected. */
    status?: number;
    /** ALPN name, such as `h2`. */
    protocol?: string;
    /** Bytes of the request's body, of a form those of its parts; absent for
     * streams, and where it is in a `Request`. */
    bytes?: number;
  };
  marks: Marks;
  segments: Segments;
  /**
   * Shares of `first_answer_paint`; absent without it. A part that could not be
   * told apart counts as `[0, whole]` for both candidates, half each in the
   * estimate. `page`: `deliver`, `app` and `render`. `network`: `connect`, and
   * `wait` less what the server says it took. `server`: the rest. What was before
   * the browser was asked, as in a wrapper that waits for a token, is in the
   * page's estimate, in the upper bound of all and in nobody's lower one.
   */
  shares?: { page: Interval; network: Interval; server: Interval };
  /** How the arrival of the answer's chunk was found; absent without an answer. */
  arrival?: {
    /**
     * - `server-clock`: by a stamp of the server's in the stream.
     * - `long-task`, `tick`: the middle of a window in which the main thread was
     *   busy, told by the browser's entries or by a timer that came late.
     * - `not-reading`: the middle of a window in which the app was not reading.
     * - `read`: the read itself; there was no evidence of any wait.
     */
    method: "server-clock" | "long-task" | "tick" | "not-reading" | "read";
    /** What ties the server's clock to the page's: the arrival of the headers,
     * the least difference of read and stamp over all events, or the end. */
    anchor?: "headers" | "min-read" | "response-end";
    /** Why the chunk waited; absent if it did not, as far as there is evidence. */
    deliver_cause?: "busy" | "not-reading";
  };
  /** How the paint was found; absent without answer text, or with `paint: false`. */
  paint?: {
    /** `element-timing`: the frame as it was presented (Chromium). `frame`: an
     * estimate from the frame's layout and the first task after it, or from its
     * end where the engine tells that. Absent if nothing was painted. */
    method?: "element-timing" | "frame";
    /** Step of that time. */
    resolution_ms?: number;
    /**
     * As measured for this method and engine, nine of ten presentations lay at
     * the estimate plus `[from, to]`. A slow display adds to it.
     */
    error_ms?: [number, number];
    /**
     * Who found the answer in the page: the `app` (`rendered()`); `text`: one
     * that fits the decoded answer; `target`: its first change, as no text in it
     * fitted; `none`: nobody, and there is no commit.
     */
    found: "app" | "target" | "text" | "none";
    /** Whether the answer's place was inside the viewport when it was found.
     * Where it was not, `first_answer_paint` is there all the same. Absent where
     * unknown, as after `rendered()`, or where that place was replaced
     * within a frame. False, too, for an element of `display: contents`. */
    on_screen?: boolean;
  };
  /**
   * The share whose lower bound is at least the upper bound of each other, else
   * `unclear`. Absent without `first_answer_paint`, when the page was hidden
   * between arrival and paint, and after sleep. Never `server` where
   * `request.bytes` is above 256 KiB, without the server's own word.
   */
  verdict?: "page" | "network" | "server" | "unclear";
  /** What the server itself said, in milliseconds; absent if it said nothing. */
  server?: {
    /** From request received to headers sent. */
    headers_ms?: number;
    /** Waiting for its turn. */
    queue_ms?: number;
    /** Reading the prompt. */
    prefill_ms?: number;
    /** From request received to first token. */
    first_token_ms?: number;
    /** Generating, first token to last. */
    generate_ms?: number;
    /** The whole call. */
    total_ms?: number;
    /** Where it said so; the body's word goes first. */
    source?: Source;
  };
  /** The stream as a whole; absent if no chunk was read. */
  stream?: {
    /** Chunks as JavaScript read them: an artefact of the main thread. */
    chunks: number;
    /** Protocol events, comments not counted. */
    events: number;
    /** Bytes of the body that were read. */
    bytes: number;
    /** Events that shared a read with an earlier one. */
    coalesced: number;
    /** Share of the output events that came in the largest burst, [0, 1]: near 1
     * when something held the stream back and let it go at once. */
    burst?: number;
    /** Between reads that carried output. */
    gap_ms?: Spread;
    /** From a read that carried text to the paint of it. */
    lag_ms?: Spread;
    /**
     * `false`: a lag lasts to the next change in the answer's place, as if it
     * showed all that had been read. A typewriter's are longer. `true`, each
     * tied to its own text, is not known of any answer yet.
     */
    lag_exact?: boolean;
    /** The longest time that nothing new was shown while text was waiting. */
    freeze_ms?: number;
    /** `app`: framework, throttle or typewriter held it back. */
    freeze_cause?: "main-thread" | "app";
  };
  /**
   * What kept the main thread, up to `first_answer_paint`, else up to `end`:
   * time in busy runs, and the longest scripts where the engine names them. A
   * script's `source` is its file name; `inline` where it stands in a page, or
   * is no file. Absent where the thread could not be watched.
   */
  main_thread?: { busy_ms: number; scripts?: { source: string; function?: string; ms: number }[] };
  /**
   * `input` is the whole prompt, `cached` ones included; `output` all that was
   * generated, `reasoning` included. `estimated`: `output` was not stated.
   */
  tokens?: { input?: number; output?: number; cached?: number; reasoning?: number; estimated: boolean };
  /**
   * Why `request_sent` or `headers` is missing; absent if both are there, and in
   * records written before the body's end.
   * - `tao`: another origin, without `Timing-Allow-Origin`.
   * - `service-worker`: one answered.
   * - `cache`: the browser's HTTP cache had it; no request left.
   * - `no-entry`: the browser made none, or the call is one of `track`.
   * - `ambiguous`: two entries fit two calls, and nothing tells them apart.
   * - `clock`: the entry contradicted what was seen.
   * - `timeout`: it had not come when the record was written.
   */
  network_missing?: "tao" | "service-worker" | "cache" | "no-entry" | "ambiguous" | "clock" | "timeout";
  /**
   * What went wrong, never a message. `connect`: `fetch` was rejected; `status`:
   * 400 or above; `stream`: it broke, or carried an error. `type` is the
   * exception's name or the stream's error code.
   */
  error?: { stage: "connect" | "status" | "stream"; type?: string; status?: number };
  /**
   * - `hidden`: between arrival and paint, so there are no page marks; or the
   *   call broke meanwhile: phones close connections of pages in the background.
   * - `slept`: the machine slept during the call, or (Firefox, Safari) the page
   *   stood still for half a minute, as in a dialog.
   * - `restored`: the page came back from the back/forward cache during it.
   * - `decoder-late`: the decoder came after 256 KiB of the body, or 4 MiB of all
   *   bodies; what lay beyond was not decoded.
   * - `deferred`: the browser sent it after the page was gone. Not sent yet.
   * - `held`: something between server and page held the bytes back.
   * - `truncated-record`: texts were cut at 256 bytes, or scripts and labels
   *   left out, to keep it under 4 KB.
   * - `service-worker`: one was asked. If it answered, `network_missing` says so,
   *   too.
   * - `coarse-clock`: the clock's step is above 2 ms.
   */
  flags?: (
    | "hidden" | "slept" | "restored" | "decoder-late" | "deferred" | "held"
    | "truncated-record" | "service-worker" | "coarse-clock"
  )[];
  labels?: { [key: string]: string };
}

/** In the order in which they usually happen; each is set once. */
export interface Marks {
  /** The person acted; zero or before. */
  turn_start?: number;
  /** The request left. */
  request_sent?: number;
  /**
   * From Resource Timing, not from the `fetch` promise. Misleading in Safari
   * before 26.4 after an early hint (103): it is the hint's time there.
   */
  headers?: number;
  /** The first body chunk reached JavaScript. */
  first_byte?: number;
  /** The read that completed the first protocol event, whatever it says. */
  first_event?: number;
  /** First generated output: reasoning, answer or tool call. This is TTFT. */
  first_token?: number;
  /**
   * First visible answer text: its first letter or digit, since of `**` or a quote
   * alone renderers mostly show nothing. If none ever comes, or the app said before
   * that the answer is there, its first that is not blank.
   */
  first_answer_token?: number;
  /** The first generated text in the DOM, displayed reasoning included. */
  first_text_commit?: number;
  /** The frame with it painted. */
  first_text_paint?: number;
  /** The first answer text in the DOM. */
  first_answer_commit?: number;
  /**
   * The frame with it painted: the time until the answer was on screen. Of text
   * that fades in it is the first frame of that, at opacity 0.
   */
  first_answer_paint?: number;
  /** The read with the last generated output. */
  last_token?: number;
  /** The end marker, an error in the stream, else its close, cancel or failure. */
  end?: number;
  /**
   * The last change where the answer is shown. Followed beyond `end` until the
   * answer's last words are there, or nothing changed for a second; 30 s at
   * most. Early if the page hides before.
   */
  last_commit?: number;
  /** The frame with it, as an estimate; not before `first_answer_paint`. Outside of
   * Chromium late by what the page does right behind the frame, as are lags. */
  last_paint?: number;
}

/**
 * `[at least, best estimate, at most]`. The bounds rest on what was measured of
 * browsers: they are meant to hold in 95 of 100 cases, in Firefox in 90.
 */
export type Interval = [lo: number, est: number, hi: number];

/**
 * Who cost what. A segment is there only if both its ends were observed.
 * `backend + frontend` is `first_answer_paint`; `deliver + app + render` is
 * `frontend` (estimates, exactly).
 */
export interface Segments {
  /** To the arrival of the answer's chunk. */
  backend?: Interval;
  /** From there to `first_answer_paint`. */
  frontend?: Interval;
  /** Network: queue, DNS, TCP, TLS, preflight, redirects. What a wrapper of the
   * page's did before is in it, and not in the network's share. */
  connect?: number;
  /** Server and round trip, to the headers. */
  wait?: number;
  /** Server: queue, prefill, buffering proxies. */
  generate?: Interval;
  /** Server: reasoning and tools before the answer; absent if both came in one
   * chunk. */
  reason?: Interval;
  /** Page: main thread busy, or the app was not reading. */
  deliver?: Interval;
  /** Page: framework, throttling, typewriter. */
  app?: number;
  /** Page: style, layout, paint. */
  render?: Interval;
}

/** Median, 95th percentile and maximum. */
export interface Spread {
  p50: number;
  p95: number;
  max: number;
}

/** In the streamed body, in a response header, or from the app (`set`). */
export type Source = "body" | "header" | "app";

/**
 * The body of a beacon, as JSON. Sent as `text/plain`, so that no preflight is
 * needed. A 2xx answer takes it; 408, 429 and 5xx have it sent again, after
 * `Retry-After` if that is exposed; any other answer drops it.
 */
export interface Batch {
  v: 1;
  /**
   * The page's clock when it was handed over: a call began at
   * `received − (now − t0)`.
   */
  now: number;
  /** The page's `performance.timeOrigin`, by the visitor's clock. */
  time_origin: number;
  /** The browser sent it later, so `now` says nothing. Not sent yet. */
  deferred?: boolean;
  /** Records thrown away since the last batch that was delivered: add them up. */
  dropped?: number;
  /** Streams of events that no dialect knew, since then. */
  unrecognised?: number;
  records: Record[];
}
