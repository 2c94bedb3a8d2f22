// Each cell is played twice against the same scenario, natively and measured,
// and everything the page and the server saw is compared.
//
// A cell is a row (what the page does with the response), the kind of reader
// where the row has one, and an outcome (how the stream ends).

import { where } from "./runner.mjs";
import { posted, scenario } from "./scenario.mjs";
import { Seen } from "./seen.mjs";

export const OUTCOMES = ["complete", "cancel", "abort", "status", "error", "cut"];

/** Writes are so far apart that each becomes a chunk, even on a busy machine. */
const APART_MS = 60;
/** A cell that differs only now and then, or hangs natively, too, met a busy
 * machine: a chunk came in two, or two in one. One that differed has to be the
 * same twice in a row, in so many attempts. */
const ATTEMPTS = 6;
/** Natively, a stream whose branches are not all cancelled stays open. */
const STILL_OPEN_MS = 1200;
const CELL_MS = 5000;

const KINDS = {
  sse: [
    "text/event-stream",
    ...["A", "B", "C"].map((text) => `data: {"choices":[{"delta":{"content":"${text} "}}]}\n\n`),
  ],
  json: ["application/json", '{"a":', "[1,2]", ',"b":"c"}'],
  form: ["application/x-www-form-urlencoded", "a=1&", "b=2&", "c=3"],
  wasm: ["application/wasm", "\0asm\x01\0\0\0", "\0\x04\x01a\0\0", "\0\x04\x01b\0\0"],
};

/** How the server plays each outcome: after the second piece it waits where
 * the client is to act, so that its log doesn't depend on who is faster. */
function definition(kind, outcome) {
  const [type, ...pieces] = KINDS[kind];
  const steps = pieces.map((piece, n) => ({ after_ms: APART_MS, base64: btoa(piece), label: "ABC"[n] }));
  const headers = { "content-type": type };
  // Apart from the last piece, or a read that is called after it may find the
  // end already there.
  const pause = { after_ms: APART_MS };
  if (outcome === "complete") return { headers, steps: [...steps, pause] };
  const first = steps.slice(0, 2);
  if (outcome === "cancel" || outcome === "abort") return { headers, steps: first, end: "stall" };
  if (outcome === "cut") return { headers, steps: [...first, pause], end: "cut" };
  const failure = '{"error":{"message":"overloaded","type":"server_error"}}';
  if (outcome === "error") {
    const text = kind === "sse" ? `data: ${failure}\n\n` : "\n";
    return { headers, steps: [...first, { after_ms: APART_MS, text, label: "error" }, pause] };
  }
  return {
    status: 503,
    headers: { "content-type": "application/json", "retry-after": "1" },
    steps: [{ after_ms: APART_MS, text: failure, label: "B" }, pause],
  };
}

/** Whether a chunk holds the second piece of a stream: the place where the
 * client acts. Not counted, since two writes may arrive as one chunk. */
export const isSecond = (chunk) =>
  (typeof chunk === "string" ? chunk : new TextDecoder("latin1").decode(chunk)).includes('"B ');

const scenarios = new Map();
function scenarioFor(kind, outcome) {
  const key = `${kind} ${outcome}`;
  if (!scenarios.has(key)) scenarios.set(key, posted(definition(kind, outcome)));
  return scenarios.get(key);
}

/** What this engine has; a cell that needs what it hasn't is empty, with a reason. */
export const engineHas = {
  byob: works(() => new Response("a").body.getReader({ mode: "byob" })),
  iteration: Symbol.asyncIterator in ReadableStream.prototype,
  bytes: "bytes" in Response.prototype,
  textStream: "textStream" in Response.prototype,
  transfer: works(() => {
    const stream = new ReadableStream();
    structuredClone(stream, { transfer: [stream] });
  }),
  from: "from" in ReadableStream,
  caches: "caches" in globalThis,
  compileStreaming: "compileStreaming" in WebAssembly,
};

function works(attempt) {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

const LACKS = {
  byob: "no BYOB reader of a fetched body",
  iteration: "no async iteration of streams",
  bytes: "no Response.bytes()",
  textStream: "no Response.textStream()",
  transfer: "streams cannot be transferred",
  from: "no ReadableStream.from()",
  caches: "no CacheStorage",
  compileStreaming: "no WebAssembly.compileStreaming()",
};

/**
 * Plays the cells of `rows` with `nativeFetch` and `measuredFetch`, `lanes`
 * at a time on each origin, and resolves with the table. A row is `use(o, response, cell)`,
 * or `{ use, readers, outcomes, because, needs, kind }`:
 *
 * Cells of `without.outcome` are left empty, for `without.because`.
 *
 * - `readers`: it is played with a default and with a BYOB reader.
 * - `outcomes`: the only ones that make sense, `because` says why.
 * - `needs`: what the engine must have.
 * - `kind`: of body; `sse`.
 */
export async function playTwice(rows, { nativeFetch, measuredFetch, origins, lanes, observed, without }) {
  const cells = Object.entries(rows).flatMap(([title, row]) => cellsOf(title, row));
  for (const cell of cells) if (!cell.empty && cell.outcome === without?.outcome) cell.empty = without.because;
  const queue = cells.filter((cell) => !cell.empty);
  const work = async (_, n) => {
    for (let cell; (cell = queue.shift()); ) {
      cell.origin = origins[n % origins.length];
      let left = 1;
      for (cell.attempts = 0; left > 0 && cell.attempts < ATTEMPTS; cell.attempts++) {
        const [native, measured] = await Promise.all([
          once(cell, nativeFetch),
          once(cell, measuredFetch, observed),
        ]);
        const difference = differenceOf(native, measured);
        const broken = brokenIn(native);
        if (difference || broken) {
          Object.assign(cell, { difference, broken });
          left = 2;
        } else if (--left === 0) {
          cell.difference = cell.broken = undefined;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: lanes * origins.length }, work));
  return cells;
}

function cellsOf(title, row) {
  const { use, readers = false, outcomes = OUTCOMES, because, needs = [], kind = "sse", untouched } =
    typeof row === "function" ? { use: row } : row;
  const cells = [];
  for (const mode of readers ? ["default", "byob"] : [undefined]) {
    for (const outcome of OUTCOMES) {
      const lacking = [needs, mode === "byob" ? "byob" : []].flat().find((name) => !engineHas[name]);
      const empty = lacking ? LACKS[lacking] : outcomes.includes(outcome) ? undefined : because;
      if (!lacking && !outcomes.includes(outcome) && !because) {
        throw new TypeError(`${title}: outcomes needs because`);
      }
      cells.push({ title, mode, outcome, use, kind, untouched, empty });
    }
  }
  return cells;
}

const HUNG = "did not end";
const ITSELF = "the row itself failed:";

/** A row that doesn't work natively proves nothing. */
function brokenIn(native) {
  const at = native.findIndex((line) => line === HUNG || line.startsWith(ITSELF));
  return at < 0 ? undefined : native.slice(Math.max(0, at - 3), at + 1).join("\n");
}

async function once(cell, fetch, observed) {
  const o = new Seen();
  const { url, log, written } = await scenario(await scenarioFor(cell.kind, cell.outcome), cell.origin);
  const abort = new AbortController();
  let response;
  const play = async () => {
    response = await o.watch("fetch", fetch(url, { method: "POST", body: "{}", signal: abort.signal }));
    if (!response) return;
    observed?.(cell, response);
    o.response("response", response, cell);
    await cell.use(o, response, {
      mode: cell.mode === "byob" ? { mode: "byob" } : undefined,
      outcome: cell.outcome,
      written: (label) => written(label, abort.signal),
      /** Acts as the outcome says: `cancel` is what cancelling is for this row. */
      midway: async (cancel) => {
        if (cell.outcome === "abort") abort.abort();
        if (cell.outcome === "cancel") await cancel();
      },
    });
    // Rejections that nobody handled are told in tasks of their own.
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setTimeout(resolve));
    if (!cell.untouched) o.state("at the end", response);
  };
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(() => resolve(HUNG), CELL_MS)));
  const end = await Promise.race([
    play().catch((error) => `${ITSELF} ${error?.stack ?? error}`),
    late,
  ]);
  clearTimeout(timer);
  if (end) o.log(end);
  o.close();
  const { ended, preflights, requests } = await log(STILL_OPEN_MS);
  abort.abort();
  return [...o.lines, `server: ended ${ended}, preflights ${preflights}`, ...requests.flatMap(seenByServer)];
}

function seenByServer({ method, protocol, headers, body_bytes, events }) {
  return [
    `server: ${method} ${protocol} ${body_bytes} ${JSON.stringify(headers)}`,
    ...events.map(({ what, label, bytes, why, status }) => `server: ${[what, label, bytes, why, status].filter(Boolean).join(" ")}`),
  ];
}

function differenceOf(native, measured) {
  const at = native.findIndex((line, n) => line !== measured[n]);
  const first = at < 0 && measured.length > native.length ? native.length : at;
  if (first < 0) return undefined;
  const context = native.slice(Math.max(0, first - 3), first).map((line) => `    ${line}`);
  return [
    ...context,
    ...native.slice(first, first + 4).map((line) => `  - ${line}`),
    ...measured.slice(first, first + 4).map((line) => `  + ${line}`),
  ].map((line) => line.slice(0, 240)).join("\n");
}

/** A line for each row: `c` complete, … as played; a dot where it is empty. */
export function tableOf(cells) {
  const lines = new Map();
  for (const { title, mode, outcome, empty, difference, attempts } of cells) {
    const key = `${title}${mode ? ` [${mode}]` : ""}`;
    if (!lines.has(key)) lines.set(key, []);
    lines.get(key).push(empty ? "·" : difference ? "✗" : attempts > 1 ? String(attempts) : "=");
  }
  return [...lines].map(([key, marks]) => `${marks.join(" ")}  ${key}`);
}

/** Each reason for empty cells, once, with the rows it holds for. */
export function reasonsOf(cells) {
  const reasons = new Map();
  for (const { title, mode, outcome, empty } of cells) {
    if (!empty) continue;
    if (!reasons.has(empty)) reasons.set(empty, new Map());
    const rows = reasons.get(empty);
    const key = `${title}${mode ? ` [${mode}]` : ""}`;
    rows.set(key, [...(rows.get(key) ?? []), outcome]);
  }
  return [...reasons].map(
    ([reason, rows]) =>
      `· ${reason}: ${[...rows].map(([row, outcomes]) => (outcomes.length === OUTCOMES.length ? row : `${row} (${outcomes.join(", ")})`)).join("; ")}`,
  );
}
