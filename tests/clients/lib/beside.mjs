// What a file of a tool that wraps `fetch` calls. Its cases are the cells of
// matrix.mjs.

import { collect, start } from "../../browser/lib/measured.mjs";
import { where } from "../../browser/lib/runner.mjs";
import { suite } from "../../browser/lib/suite.mjs";
import { playBeside, shows } from "./beside-play.mjs";
import { differenceOf, headersOf } from "./differences.mjs";
import { casesOf } from "./matrix.mjs";

const native = globalThis.fetch;
const ATTEMPTS = 4;
const OUTCOMES = {
  "complete": "complete",
  "late": "complete",
  "cancelled": "aborted",
  "aborted": "aborted",
  "http error": "error",
  "early abort": "aborted",
};

/**
 * Declares the file's tool. `install()` resolves with a tool as `playBeside`
 * takes it, that has wrapped the global `fetch` as it found it; `undo()` is its
 * own way to let go, and `keeps` says that it leaves its wrapper where it is.
 * `more` are other cases.
 */
export function beside(name, { install, more }) {
  const alone = new Map();
  const cases = casesOf(name, async (t, how, ending) => {
    t.after(() => (globalThis.fetch = native));
    if (ending === "undone") return undone(t, install, how);
    if (how === "alone") alone.set(ending, await playAlone(t, install, ending));
    else await compare(t, install, ending, how, alone.get(ending));
  });
  suite(name, { seconds: 90 }, { ...cases, ...more });
}

async function playAlone(t, install, ending) {
  const tool = await install();
  t.after(() => tool.undo());
  for (let attempt = 1; ; attempt++) {
    const run = await playBeside(tool, ending);
    const { headers, varying } = headersOf(run, await playBeside(tool, ending));
    const first = { ...run, headers, varying };
    const again = await playBeside(tool, ending);
    const wrong = differenceOf(first, { ...again, headers: headersOf(run, again).headers });
    if (!wrong) {
      t.ok(shows(ending, run), `what the app and the tool saw (${run.app.join("; ")})`);
      const lines = run.app.filter((line) => line.startsWith("tool:")).length;
      t.note(`${lines} lines of the tool, close seen after ${run.left?.toFixed(0) ?? "–"} ms; never the same: ${varying.join(", ") || "–"}`);
      return first;
    }
    if (attempt === ATTEMPTS) throw new Error(`alone:\n${wrong}`);
  }
}

/** Both, installed in this order; `match` has all calls measured, beacons too. */
async function both(t, install, how) {
  const ttft = await start(t, { paint: false, match: () => true });
  const records = collect(ttft);
  let uninstall, tool;
  const ours = () => (uninstall = ttft.install());
  const theirs = async () => (tool = await install());
  for (const act of how === "it, ttft" ? [theirs, ours] : [ours, theirs]) await act();
  t.after(() => tool.undo());
  return { ttft, records, tool, uninstall };
}

async function compare(t, install, ending, how, alone) {
  t.ok(alone, "the run alone to compare with");
  const { ttft, records, tool } = await both(t, install, how);
  for (let attempt = 1; ; attempt++) {
    records.length = 0;
    const run = await playBeside(tool, ending);
    await t.until(() => records.length > 0);
    const measured = { ...run, headers: headersOf(alone, run).headers };
    const wrong = differenceOf(alone, measured) ?? lateClose(alone, run);
    if (wrong && attempt === ATTEMPTS) throw new Error(`- alone, + with ttft\n${wrong}`);
    if (wrong) continue;
    checkRecord(t, ending, records, run);
    // A beacon that is measured has its own record by now.
    t.equal(await ttft.flush(5000), true, "delivered");
    await ttft.flush(5000);
    t.equal(records.map(({ request }) => request.origin), [where.page], "records");
    t.note([records[0].outcome, ...Object.keys(records[0].marks)].join(" "));
    return;
  }
}

/** A tool may keep the server from seeing it; ttft may not. */
function lateClose(alone, run) {
  if (!(alone.left < 1000) || run.left < 1000) return undefined;
  return `the server saw the close after ${run.left} ms, alone after ${alone.left} ms`;
}

function checkRecord(t, ending, [record], { read }) {
  t.equal(record.outcome, OUTCOMES[ending], "outcome");
  const { first_byte, first_event, first_token, first_answer_token, last_token, end } = record.marks;
  if (ending === "http error") return t.equal([record.request.status, record.error?.stage, first_token], [503, "status", undefined]);
  if (ending === "early abort") return t.equal([record.request.status, first_byte], [undefined, undefined]);
  t.equal([record.request.status, record.request.dialect, record.request.model], [200, "openai-chat", "tidal-1"]);
  t.inOrder({ start: 0, first_byte, first_event, first_token, first_answer_token, last_token, end });
  // What others read before the app did is not what the app has.
  t.inOrder({ read: read - record.t0, first_event }, record.page.resolution_ms);
  if (OUTCOMES[ending] === "complete") t.equal(record.tokens, { input: 9, output: 6, estimated: false }, "tokens");
}

/** Undone in either order, each step leaves a `fetch` that works. */
async function undone(t, install, how) {
  if (how === "alone") {
    const tool = await install();
    const whole = await playBeside(tool, "complete");
    tool.undo();
    sameAnswer(t, whole, await playBeside(tool, "complete"));
    return t.note("a fetch that works is left");
  }
  for (const order of ["it, ttft", "ttft, it"]) {
    globalThis.fetch = native;
    const { ttft, records, tool, uninstall } = await both(t, install, how);
    const below = how === "ttft, it" ? native : tool.wrapped;
    const whole = await playBeside(tool, "complete");
    await t.until(() => records.length > 0);
    for (const whose of order.split(", ")) {
      records.length = 0;
      if (whose === "it") tool.undo();
      else uninstall();
      const oursLives = whose === "it" && order === "it, ttft";
      sameAnswer(t, whole, await playBeside(tool, "complete"));
      // A tool that puts back the fetch it found takes along what is above it.
      const reached = oursLives && (tool.keeps || how === "ttft, it");
      if (reached) await t.until(() => records.length > 0);
      await ttft.flush(5000);
      t.equal(records.length, reached ? 1 : 0, `records after ${whose} of ${order}`);
    }
    if (how === "it, ttft" && tool.keeps) t.ok(globalThis.fetch === below, "the tool's own wrapper is left");
    // One that puts back what it found puts back our patch, which passes on.
    const found = how === "ttft, it" && order === "ttft, it";
    if (!tool.keeps && !found) t.ok(globalThis.fetch === native, "the native fetch is left");
    await ttft.close();
  }
  t.note(globalThis.fetch === native ? "the native fetch is left" : "the tool's wrapper is left");
}

function sameAnswer(t, before, after) {
  const of = ({ app }) => app.filter((line) => line.startsWith("event:"));
  t.equal(of(after), of(before), "the answer");
  t.ok(of(after).length > 0, "an answer");
}
