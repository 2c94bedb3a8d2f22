// What a client's file calls. A file in suites/ is one client in one way of
// use; its cases are the cells of matrix.mjs.

import { collect, start } from "../../browser/lib/measured.mjs";
import { suite } from "../../browser/lib/suite.mjs";
import { differenceOf, headersOf } from "./differences.mjs";
import { casesOf } from "./matrix.mjs";
import { ERROR, LAST, play } from "./play.mjs";
import { checkRecord } from "./records.mjs";
import { HALFWAY } from "./witness.mjs";

/** A run that differs only now and then met a busy machine: two events came as
 * one, or a close was late. One that differs this often in a row is different. */
const ATTEMPTS = 4;
/** A record waits for its network entry, and for its paint. */
const RECORD_MS = 15_000;
/** By when the server has seen that a client has cancelled. */
const CLOSE_MS = 1000;

/**
 * Declares the file's client.
 *
 * - `headers`: of its provider's responses.
 * - `stream`: its provider's events, as text: `opening`, `text(piece)`,
 *   `closing`, and `error`, which comes in their place halfway.
 * - `ask({ seen, base, fetch, withFetch, controller })`: what an app does with
 *   the client. It shows `seen` all that it gets, and cancels as the client's
 *   users would where `seen.cancelsAt(value)` says so. `fetch`, and `withFetch`
 *   as an option to spread, are for the client's own `fetch` option.
 * - `record`: what its records have; see records.mjs.
 * - `shows`: its app shows the answer in the page.
 * - `without`: endings that make no sense, each with the reason.
 * - `natively(t, ending, run)`: what else holds for the native run.
 */
export function client(name, definition) {
  const natives = new Map();
  const cases = casesOf(name, async (t, how, ending) => {
    const reason = definition.without?.[ending];
    if (reason) t.skip(reason);
    if (how === "native") natives.set(ending, await playNatively(t, definition, ending));
    else await compare(t, definition, ending, how, natives.get(ending));
  });
  suite(name, { seconds: 90 }, cases);
}

/** Twice, to learn which headers are never the same. */
async function playNatively(t, definition, ending) {
  for (let attempt = 1; ; attempt++) {
    const run = await play(definition, ending);
    const { headers, varying } = headersOf(run, await play(definition, ending));
    const native = { ...run, headers, varying };
    const again = await play(definition, ending);
    const wrong = differenceOf(native, { ...again, headers: headersOf(run, again).headers }) ?? failing(native, ending, definition);
    if (!wrong) {
      definition.natively?.(t, ending, native);
      const left = ending === "cancelled" ? `, close seen after ${native.left.toFixed(0)} ms` : "";
      t.note(`${native.app.length} lines${left}${varying.length ? `; never the same: ${varying.join(", ")}` : ""}`);
      return native;
    }
    if (attempt === ATTEMPTS) throw new Error(`natively:\n${wrong}`);
  }
}

/** A run that shows nothing proves nothing. */
function failing({ app, server, left }, ending, { stream }) {
  const shown = app.join("\n");
  const whole = ending === "complete" || ending === "stamps";
  const faults = [
    [/did not end within/.test(shown), "it hung"],
    [!shown.includes(HALFWAY), `${HALFWAY} never came`],
    [shown.includes(LAST) !== whole, `${LAST} ${whole ? "never came" : "came"}`],
    [shown.includes(ERROR) !== (ending === "error"), `${ERROR} ${ending === "error" ? "never came" : "came"}`],
    // Who of both closes after the last event is the client's own affair.
    [whole && server.filter((line) => /write closing/.test(line)).length !== stream.closing.length, "it left early"],
    [ending === "cancelled" && !(left < CLOSE_MS), `the server saw the close after ${left} ms`],
  ];
  const found = faults.filter(([fault]) => fault).map(([, words]) => words);
  return found.length === 0 ? undefined : `${found.join(", ")}:\n${[...app, ...server].join("\n")}`;
}

async function compare(t, definition, ending, how, native) {
  t.ok(native, "the native run to compare with");
  for (let attempt = 1; ; attempt++) {
    // Where nothing is shown, a record would wait three seconds for it.
    const ttft = await start(t, definition.shows ? {} : { paint: false });
    const records = collect(ttft);
    const uninstall = how === "install()" ? ttft.install() : undefined;
    const run = await play(definition, ending, how === "install()" ? undefined : ttft.fetch);
    uninstall?.();
    const { requests } = /requests (?<requests>\d+)/.exec(run.server[0]).groups;
    const until = performance.now() + RECORD_MS;
    await t.until(() => records.length >= Number(requests) || performance.now() > until);
    await ttft.close();
    const measured = { ...run, headers: headersOf(native, run).headers };
    const wrong = differenceOf(native, measured) ?? failing(measured, ending, definition);
    if (wrong && attempt === ATTEMPTS) throw new Error(`- natively, + with ${how}\n${wrong}`);
    if (wrong) {
      t.note(`attempt ${attempt}: ${wrong.split("\n").find((line) => /^ *[-+]/.test(line)) ?? wrong.split("\n")[0]}`);
      continue;
    }
    t.equal(records.length, 1, "records");
    checkRecord(t, definition, ending, records[0], run);
    return;
  }
}
