// One run of an app beside a tool that wraps `fetch`: what the app, the server
// and the tool saw.

import { where } from "../../browser/lib/runner.mjs";
import { posted } from "../../browser/lib/scenario.mjs";
import { chat } from "./openai-chat.mjs";
import { readEvents } from "./read-events.mjs";
import { LATER, serverLog } from "./server-log.mjs";
import { HALFWAY, Witness } from "./witness.mjs";

const PIECES = ["The ", "tide ", `${HALFWAY} `, "twice ", "a ", "day."];
/** Writes are so far apart that each becomes a chunk, even on a busy machine. */
const APART_MS = 60;
/** Between those that a cancelled server makes until it notices. */
const LATER_MS = 250;
/** The app reads only then: others have read by then. */
const LATE_MS = 400;
const EARLY_MS = 100;
/** What a tool tells comes some time after the end; OpenTelemetry waits 300 ms. */
const QUIET_MS = 700;

const { headers, stream } = chat;
const step = (text, label) => ({ after_ms: APART_MS, text, label });
const opening = stream.opening.map((text) => step(text, "opening"));
const pieces = PIECES.map((piece) => step(stream.text(piece), piece.trim()));
const whole = {
  headers,
  steps: [...opening, ...pieces, ...stream.closing.map((text) => step(text, "closing")), { after_ms: APART_MS }],
};
const half = {
  headers,
  steps: [...opening, ...pieces.slice(0, 3), { after_ms: LATER_MS, text: stream.text("on "), label: LATER, repeat: 8 }],
};
const SCENARIOS = {
  "complete": whole,
  "late": whole,
  "cancelled": half,
  "aborted": half,
  "http error": {
    status: 503,
    headers: { "content-type": "application/json" },
    steps: [{ text: '{"error":{"type":"overloaded_error"}}' }, { after_ms: APART_MS }],
  },
  "early abort": { headers, headers_after_ms: 1000, steps: opening },
};
const names = new Map();

/**
 * `tool.lines(run)` gives what it has told of the requests whose address has
 * `run` in it, `tool.around(act)` what it needs around an app's call. Resolves
 * with `app`, `server` and `headers` as `play` does, `left`, and the moment in
 * which the app first read (`read`).
 */
export async function playBeside(tool, ending) {
  if (!names.has(ending)) names.set(ending, posted(SCENARIOS[ending]));
  const id = await names.get(ending);
  const run = crypto.randomUUID();
  const known = (line) => line.replaceAll(run, "RUN").replaceAll(id, "ID").replaceAll(where.page, "PAGE");
  const seen = new Witness(ending === "aborted" ? "cancelled" : ending);
  const controller = new AbortController();
  const told = {};
  try {
    await tool.around(() => ask(`${where.page}/s/${id}/${run}/chat`, ending, seen, controller, told));
    seen.log("resolved");
  } catch (error) {
    seen.log(`rejected with ${seen.describe(error)}`);
  }
  const { lines, headers, left } = await serverLog(run, HALFWAY, known);
  const tools = await quiet(() => tool.lines(run));
  seen.close();
  return { app: [...seen.lines, ...tools].map(known), server: lines, headers, left, ...told };
}

async function ask(url, ending, seen, controller, told) {
  if (ending === "early abort") setTimeout(() => controller.abort(), EARLY_MS);
  // Same origin, so that tools add the headers that they are made for.
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"question":"How often does the tide turn?"}',
    signal: controller.signal,
  });
  seen.value("response", [response.status, response.url, response.constructor.name]);
  if (!response.ok) return seen.value("text", await response.text());
  if (ending === "late") await new Promise((resolve) => setTimeout(resolve, LATE_MS));
  told.read = performance.now();
  await readEvents(seen, response.body, (reader) =>
    ending === "cancelled" ? reader.cancel("enough") : controller.abort(),
  );
}

/** What a run of this ending has to show, or it proves nothing. */
export const shows = (ending, { app }) =>
  app.some((line) => line.startsWith("tool:")) && WORDS[ending].every((word) => app.some((line) => line.includes(word)));

const WORDS = {
  "complete": ["day.", "resolved"],
  "late": ["day.", "resolved"],
  "cancelled": [HALFWAY],
  "aborted": [HALFWAY, "AbortError"],
  "http error": ["503", "overloaded_error"],
  "early abort": ["AbortError"],
};

/** What `list()` gives once it has stopped to grow. */
async function quiet(list) {
  for (let before = -1; ; ) {
    const now = list();
    if (now.length === before) return now;
    before = now.length;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
}
