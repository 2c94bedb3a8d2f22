// One run of a client against one scenario: what its app and the server saw.

import { where } from "../../browser/lib/runner.mjs";
import { posted } from "../../browser/lib/scenario.mjs";
import { LATER, serverLog } from "./server-log.mjs";
import { HALFWAY, Witness } from "./witness.mjs";

/** The text of every answer; what each client's stream makes of it is its own. */
const ANSWER = ["The ", "tide ", `${HALFWAY} `, "twice ", "a ", "day."];
/** The last piece, in what a client shows of a whole answer. */
export const LAST = "day.";
/** In each provider's error. */
export const ERROR = "overloaded";

/** Writes are so far apart that each becomes a chunk, even on a busy machine. */
const APART_MS = 60;
/** Between those that a cancelled server makes until it notices. */
const LATER_MS = 250;
const RUN_MS = 10_000;

const scenarios = new Map();

/** The name of the scenario for this ending, posted once. */
function scenarioOf(client, ending) {
  if (!scenarios.has(ending)) scenarios.set(ending, posted(definition(client, ending)));
  return scenarios.get(ending);
}

function definition({ headers, stream }, ending) {
  const stamp = ending === "stamps";
  const step = (text, label) => ({ after_ms: APART_MS, text, label, stamp });
  const { opening, text, closing, error } = stream;
  const pieces = ANSWER.map((piece) => step(text(piece), piece.trim()));
  const opened = [...(stamp ? [{ stamp: true }] : []), ...opening.map((event) => step(event, "opening"))];
  // Apart from the last event, or who is faster decides what the server logs:
  // its own end or the client's.
  const pause = { after_ms: APART_MS };
  const half = [...opened, ...pieces.slice(0, 3)];
  // The server goes on, as they do: Firefox tells it of a cancelled body only
  // when more of it comes.
  const later = { after_ms: LATER_MS, text: text("on "), label: LATER, repeat: 20 };
  if (ending === "cancelled") return { headers, steps: [...half, later], end: "stall" };
  if (ending === "error") return { headers, steps: [...half, ...error.map((event) => step(event, "error")), pause] };
  return { headers, steps: [...opened, ...pieces, ...closing.map((event) => step(event, "closing")), pause] };
}

/**
 * Runs the client once. `fetch` is what it is given; none natively and where
 * the global one is patched. Resolves with what the app saw (`app`), what the
 * server saw (`server`, and the requests' `headers` apart), and how many
 * milliseconds after the piece at which a client cancels it saw it leave (`left`).
 */
export async function play(client, ending, fetch) {
  const id = await scenarioOf(client, ending);
  const run = crypto.randomUUID();
  // Another origin, as providers are: with preflights, without timings.
  const base = `${where.cross}/s/${id}/${run}`;
  const seen = new Witness(ending);
  const unhandled = (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    seen.log(`unhandled: ${seen.describe(event.reason)}`);
  };
  addEventListener("unhandledrejection", unhandled);
  const controller = new AbortController();
  const asked = client.ask({ seen, base, fetch, controller, withFetch: fetch ? { fetch } : {} });
  await inTime(seen, asked);
  const known = (line) => line.replaceAll(run, "RUN").replaceAll(id, "ID");
  const { lines, headers, left } = await serverLog(run, HALFWAY, known);
  // Whatever the client left undone is told in tasks of its own.
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setTimeout(resolve));
  removeEventListener("unhandledrejection", unhandled);
  seen.close();
  controller.abort();
  return { app: seen.lines.map(known), server: lines, headers, left };
}

async function inTime(seen, asked) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, RUN_MS, "late")));
  try {
    const how = await Promise.race([asked, late]);
    seen.log(how === "late" ? `did not end within ${RUN_MS} ms` : `resolved with ${seen.describe(how)}`);
  } catch (error) {
    seen.log(`rejected with ${seen.describe(error)}`);
  }
  clearTimeout(timer);
}
