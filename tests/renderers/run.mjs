// Shows answers by real renderers and holds `first_answer_paint` against the
// pictures of Chromium's frames: `cargo xtask renderers` calls it.
//
//   data's way: bundle.mjs → page.html (apps/) → POST → here, joined with
//   screens.mjs → judge.mjs → a row per renderer

import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { endWithParent } from "../browser/runner/children.mjs";
import { openInbox } from "../browser/runner/inbox.mjs";
import { startReplay } from "../browser/runner/servers.mjs";
import { within } from "../browser/runner/within.mjs";
import { record as startTrace } from "../truth/trace.mjs";
import { apps, bundle, bundles, versions } from "./bundle.mjs";
import { judge } from "./judge.mjs";
import { CATEGORY, screens, tinged } from "./screens.mjs";

const { values: options } = parseArgs({
  options: {
    // NAME=PROGRAM, repeated
    engine: { type: "string", multiple: true, default: [] },
    renderer: { type: "string", multiple: true, default: [] },
    runs: { type: "string", default: "5" },
    replay: { type: "string" },
  },
});

const DRIVERS = {
  chromium: () => import("../browser/drivers/chromium.mjs"),
  firefox: () => import("../browser/drivers/firefox.mjs"),
  webkit: () => import("../browser/drivers/webkit.mjs"),
};
const root = path.join(import.meta.dirname, "../..");
const COLUMNS = [10, 20, 5, 6, 6, 9, 22, 22, 0];

endWithParent();
try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

/** Whether every run was right. */
async function main() {
  const unknown = options.renderer.filter((name) => !apps.includes(name));
  if (unknown.length > 0) {
    throw new Error(`no renderer is named ${unknown.join(" or ")}; there are: ${apps.join(", ")}`);
  }
  const chosen = options.renderer.length > 0 ? options.renderer : apps;
  await bundle(chosen);
  const mounts = [`/renderers=${import.meta.dirname}`, `/bundles=${bundles}`];
  const replay = await startReplay(options.replay, root, mounts);
  const inbox = await openInbox({});
  print(["engine", "renderer", "runs", "right", "wrong", "found", "paint − frame, ms", "from the frame before", "with"]);
  let wrong = 0;
  for (const named of options.engine) {
    const [engine, program] = named.split(/=(.*)/);
    const { start } = await DRIVERS[engine]();
    const browser = await within(60, `${engine} did not start`, start(program));
    for (const app of chosen) wrong += await row({ engine, browser, app, replay, inbox });
    await browser.stop();
  }
  return wrong === 0;
}

/** Prints the row of one renderer; how many of its runs were wrong. */
async function row({ engine, browser, app, replay, inbox }) {
  const runs = [];
  for (let left = Number(options.runs); left > 0; left--) {
    const run = measure({ engine, browser, app, replay, inbox });
    runs.push(await run.catch((error) => ({ faults: [error.message] })));
  }
  const right = runs.filter(({ faults }) => faults.length === 0).length;
  print([
    engine,
    app,
    runs.length,
    right,
    runs.length - right,
    [...new Set(runs.map(({ found }) => found ?? "-"))].join(" "),
    range(runs.map(({ error }) => error)),
    range(runs.map(({ gap }) => gap)),
    versions(app) || "plain DOM",
  ]);
  for (const [place, { faults }] of runs.entries()) {
    for (const words of faults) console.log(`    run ${place + 1}: ${words}`);
  }
  return runs.length - right;
}

async function measure({ engine, browser, app, replay, inbox }) {
  const run = `renderers-${crypto.randomUUID()}`;
  const { promise: over, resolve: finish, reject: abandon } = Promise.withResolvers();
  let page;
  let endTrace;
  inbox.handlers.set(run, {
    ready: async () => {
      if (engine === "chromium") endTrace = await startTrace(page.handle, [CATEGORY]);
    },
    done: finish,
    broken: ({ message }) => abandon(new Error(message)),
  });
  try {
    const query = new URLSearchParams({ run, app, engine, ...replay, ...inbox.origins });
    page = await browser.open(`${replay.page}/isolated/renderers/page.html?${query}`);
    const died = browser.gone.then((how) => {
      throw new Error(`the browser ${how}`);
    });
    await Promise.race([page.loaded, died]);
    const { record, errors, fades } = await within(60, "the page was silent", Promise.race([over, died]));
    const trace = await endTrace?.();
    const seen = trace && screens(trace, "renderers");
    const pixels = seen && (await tinged(page.handle, seen.pictures));
    const pictures = seen?.pictures.map(({ number }, place) => ({ number, pixels: pixels[place] }));
    const judgement = judge({ record, errors, fades, pictures, frames: seen?.frames });
    if (trace && judgement.faults.length > 0) {
      // To be looked at in the performance panel, or at chrome://tracing.
      const file = path.join(bundles, `../${app}.trace.json`);
      writeFileSync(file, JSON.stringify(trace));
      judgement.faults.push(`its trace is ${path.relative(root, file)}`);
    }
    return judgement;
  } finally {
    inbox.handlers.delete(run);
    await page?.close().catch(() => {});
  }
}

/** `least … most`, of what there is. */
function range(values) {
  const known = values.filter(Number.isFinite).sort((a, b) => a - b);
  return known.length === 0 ? "-" : `${known[0].toFixed(2)} … ${known.at(-1).toFixed(2)}`;
}

function print(cells) {
  console.log(cells.map((cell, place) => String(cell).padEnd(COLUMNS[place])).join(" ").trimEnd());
}
