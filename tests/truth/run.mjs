// Measures answers whose truth is known: `cargo xtask truth` calls it and reads
// its lines of JSON.
//
//   data's way: rows.mjs → page.html (loads.mjs) → POST → batch.mjs, joined
//   with trace.mjs → lines → xtask/src/truth/
//
// Lines: {kind: "row", engine, load, stamps, tao, isolated}, then its
// {kind: "sample", …} and {kind: "lost", reason}, then {kind: "end", marked:
// [reason], clock_error, others}.

import path from "node:path";
import { parseArgs } from "node:util";
import { endWithParent } from "../browser/runner/children.mjs";
import { openInbox } from "../browser/runner/inbox.mjs";
import { startReplay } from "../browser/runner/servers.mjs";
import { within } from "../browser/runner/within.mjs";
import { runBatch } from "./batch.mjs";
import { ALLOWED, quiet, watch } from "./machine.mjs";
import { rows } from "./rows.mjs";

/** Answers per page load; then the clocks are tied anew. */
const BATCH = 50;
/** A calibration worse than this, beside the clock's step, hides the errors
 * that are looked for. */
const MOST_CLOCK_ERROR_MS = 1;

const { values: options } = parseArgs({
  options: {
    // NAME=PROGRAM, repeated
    engine: { type: "string", multiple: true, default: [] },
    load: { type: "string", multiple: true, default: [] },
    runs: { type: "string", default: "200" },
    // Seconds to wait, before a row, for a machine that others use.
    patience: { type: "string", default: "20" },
    replay: { type: "string" },
  },
});

const DRIVERS = {
  chromium: () => import("../browser/drivers/chromium.mjs"),
  firefox: () => import("../browser/drivers/firefox.mjs"),
  webkit: () => import("../browser/drivers/webkit.mjs"),
};

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

async function main() {
  endWithParent();
  const here = import.meta.dirname;
  const chosen = rows(options.load);
  const replay = await startReplay(options.replay, path.join(here, "../.."), [`/truth=${here}`]);
  const inbox = await openInbox({});
  for (const named of options.engine) {
    const [engine, program] = named.split(/=(.*)/);
    const { start } = await DRIVERS[engine]();
    let browser = null;
    for (const row of chosen) {
      browser ??= await within(60, `${engine} did not start`, start(program));
      say({ kind: "row", engine, ...row });
      const usable = await runRow({ engine, browser, row, replay, inbox });
      if (!usable) {
        browser.kill();
        browser = null;
      }
    }
    await browser?.stop();
  }
}

/** Says whether the browser can be used for the next. */
async function runRow({ engine, browser, row, replay, inbox }) {
  const marked = new Set();
  const idle = await quiet(Number(options.patience));
  if (idle > ALLOWED) marked.add(`others used ${percent(idle)} of the machine before it began`);
  const others = watch();
  const until = { error: 0, step: 0, usable: true };
  for (let left = Number(options.runs); left > 0 && until.usable; left -= BATCH) {
    const runs = Math.min(left, BATCH);
    try {
      const { samples, clock } = await runBatch({ engine, browser, row, runs, replay, inbox });
      for (const sample of samples) say({ kind: "sample", tolerance: clock.error, ...sample });
      until.error = Math.max(until.error, clock.error);
      until.step = clock.step;
      if (clock.drifted) marked.add(`the clocks drifted by ${clock.drift.toFixed(2)} ms`);
    } catch (error) {
      say({ kind: "lost", reason: error.message });
      until.usable = false;
    }
  }
  const share = others();
  if (share > ALLOWED) marked.add(`others used ${percent(share)} of the machine`);
  if (until.error - until.step > MOST_CLOCK_ERROR_MS) {
    marked.add(`the clocks are tied to ±${until.error.toFixed(2)} ms only`);
  }
  say({ kind: "end", marked: [...marked], clock_error: until.error, others: share ?? null });
  return until.usable;
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
