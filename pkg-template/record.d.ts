/**
 * One streamed call. Times are milliseconds; marks count from the call of
 * `fetch`, or of `track`. What was not observed is absent: never 0, never null. Later
 * versions only add keys.
 */
export interface Record {
  /** UUIDv7. */
  id: string;
  /** The larger revision of an id replaces the smaller. */
  rev: number;
  /** `request_start` on the page's clock (`performance.now()`). */
  t0: number;
  outcome: "complete" | "truncated" | "aborted" | "error" | "no-output" | "unobserved" | "open";
  /** The question that it belongs to, and which of its calls it is, from 1. */
  turn?: { id: string; seq: number };
  page: {
    id: string;
    scope: "window" | "worker";
    route?: string;
    release?: string;
    /** Such as `chromium/156`. */
    engine?: string;
    isolated: boolean;
    /** Step of the page's clock. */
    resolution_ms: number;
    sample_rate: number;
  };
  request: {
    origin: string;
    /** Without query; segments that look like ids are `:id`. */
    path: string;
    dialect?: string;
    operation?: string;
    provider?: string;
    model?: string;
    region?: string;
    source?: Source;
    status?: number;
    protocol?: string;
    bytes?: number;
  };
  marks: Marks;
  segments: Segments;
  /** Shares of `first_answer_paint`; absent without it. */
  shares?: { page: Interval; network: Interval; server: Interval };
  /** How the arrival of the answer's chunk was found. */
  arrival?: {
    method: "server-clock" | "long-task" | "tick" | "not-reading" | "read";
    anchor?: "headers" | "min-read" | "response-end";
    deliver_cause?: "busy" | "not-reading";
  };
  /** How the paint was found. */
  paint?: {
    method?: "element-timing" | "frame";
    resolution_ms?: number;
    /** The true presentation lies at the estimate plus `[from, to]`. */
    error_ms?: [number, number];
    found: "app" | "target" | "text" | "none";
    on_screen?: boolean;
  };
  /** The share that certainly was the largest. */
  verdict?: "page" | "network" | "server" | "unclear";
  /** What the server itself said. */
  server?: {
    headers_ms?: number;
    queue_ms?: number;
    prefill_ms?: number;
    first_token_ms?: number;
    generate_ms?: number;
    total_ms?: number;
    source?: Source;
  };
  stream?: {
    /** Chunks as JavaScript read them: an artefact of the main thread. */
    chunks: number;
    events: number;
    bytes: number;
    /** Events that shared a read with an earlier one. */
    coalesced: number;
    /** Near 1 when something held the stream back and let it go at once. */
    burst?: number;
    gap_ms?: Spread;
    /** From a read that carried text to the paint of it. */
    lag_ms?: Spread;
    /**
     * `false`: a lag lasts to the next change in the answer's place, as if it
     * showed all that had been read. A typewriter's are longer. `true`, each
     * tied to its own text, is not known of any answer yet.
     */
    lag_exact?: boolean;
    freeze_ms?: number;
    freeze_cause?: "main-thread" | "app";
  };
  /**
   * A script's `source` is its file name; `inline` where it stands in a page, or
   * is no file.
   */
  main_thread?: { busy_ms: number; scripts?: { source: string; function?: string; ms: number }[] };
  tokens?: { input?: number; output?: number; cached?: number; reasoning?: number; estimated: boolean };
  /** Why `request_sent` or `headers` is missing. */
  network_missing?: "tao" | "service-worker" | "no-entry" | "ambiguous" | "clock" | "timeout";
  error?: { stage: "connect" | "status" | "stream"; type?: string; status?: number };
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
  request_sent?: number;
  /**
   * From Resource Timing, not from the `fetch` promise. Misleading in Safari
   * before 26.4 after an early hint (103): it is the hint's time there.
   */
  headers?: number;
  /** The first body chunk reached JavaScript. */
  first_byte?: number;
  first_event?: number;
  /** First generated output: reasoning, answer or tool call. This is TTFT. */
  first_token?: number;
  /** First visible, non-blank answer text. */
  first_answer_token?: number;
  first_text_commit?: number;
  first_text_paint?: number;
  /** That answer text in the DOM. */
  first_answer_commit?: number;
  /**
   * The frame with it painted: the time until the answer was on screen. Of text
   * that fades in it is the first frame of that, at opacity 0.
   */
  first_answer_paint?: number;
  last_token?: number;
  end?: number;
  /**
   * The last change where the answer is shown. Followed beyond `end` until the
   * answer's last words are there, or nothing changed for a second; 30 s at
   * most. Early if the page hides before.
   */
  last_commit?: number;
  /** The frame with it, as an estimate; not before `first_answer_paint`. */
  last_paint?: number;
}

/** `[at least, best estimate, at most]`. */
export type Interval = [lo: number, est: number, hi: number];

/**
 * Who cost what. A segment is there only if both its ends were observed.
 * `backend + frontend` is `first_answer_paint`; `deliver + app + render` is
 * `frontend` (estimates, exactly).
 */
export interface Segments {
  backend?: Interval;
  frontend?: Interval;
  /** Network: queue, DNS, TCP, TLS, preflight, redirects. */
  connect?: number;
  /** Server and round trip, to the headers. */
  wait?: number;
  /** Server: queue, prefill, buffering proxies. */
  generate?: Interval;
  /** Server: reasoning and tools before the answer. */
  reason?: Interval;
  /** Page: main thread busy, or the app was not reading. */
  deliver?: Interval;
  /** Page: framework, throttling, typewriter. */
  app?: number;
  /** Page: style, layout, paint. */
  render?: Interval;
}

export interface Spread {
  p50: number;
  p95: number;
  max: number;
}

export type Source = "body" | "header" | "app";
