// Runs the suites in real browsers: `cargo xtask test --only browser` calls it.
//
//   data's way: suites/*.mjs, in page.html → lib/ → POST → runner/inbox.mjs
//   → runner/tally.mjs → the printed lines and --result
//
// To add a case, add a function to a file in suites/, or a file.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import pLimit from "p-limit";
import { endWithParent } from "./runner/children.mjs";
import { runEngine } from "./runner/engine.mjs";
import { openInbox } from "./runner/inbox.mjs";
import { printVerdict } from "./runner/print.mjs";
import { startCollector, startReplay } from "./runner/servers.mjs";

const here = import.meta.dirname;

const { values: options } = parseArgs({
  options: {
    // NAME=PROGRAM, repeated: chromium=/usr/bin/chromium
    engine: { type: "string", multiple: true, default: [] },
    // How many suites may run at the same time, each in another engine.
    together: { type: "string", default: "1" },
    // A suite's name, repeated; none means all.
    suite: { type: "string", multiple: true, default: [] },
    // The folder beside page.html; `broken` proves that failures are reported,
    // `benches` is what `cargo xtask bench` runs.
    suites: { type: "string", default: "suites" },
    // The servers' programs.
    replay: { type: "string" },
    collector: { type: "string" },
    // A file with a certificate and its key, for pages on https origins.
    pem: { type: "string" },
    // Beyond the usual: /PATH=FOLDER, repeated.
    mount: { type: "string", multiple: true, default: [] },
    // A file that gets the verdicts as JSON.
    result: { type: "string" },
  },
});

/** Suites whose cases say when something was, who was slow, or how many frames there
 * were: another browser beside them shows in that. Most others wait for a server. */
const ALONE = ["api-track", "following", "layouts", "network", "truth", "visibility"];

process.exit((await main()) ? 0 : 1);

async function main() {
  endWithParent();
  const verdicts = [];
  try {
    const suites = chosen();
    const replay = await startReplay(options.replay, path.join(here, "../.."), options.mount);
    const collector = await startCollector(options.collector);
    const pem = options.pem && readFileSync(options.pem);
    const inbox = await openInbox({ collector, pem });
    const limit = pLimit(Number(options.together));
    const inEngine = (named, suites) => {
      const [engine, program] = named.split(/=(.*)/);
      return runEngine({
        engine,
        program,
        suites,
        limit,
        inbox,
        pageFor: (run) => pageUrl({ ...run, ...replay, collector, ...inbox.origins }),
        report: (verdict) => {
          verdicts.push(verdict);
          printVerdict(verdict);
        },
      });
    };
    const isBeside = (suite) => options.together > 1 && !ALONE.includes(suite);
    await Promise.all(options.engine.map((named) => inEngine(named, suites.filter(isBeside))));
    for (const named of options.engine) await inEngine(named, suites.filter((suite) => !isBeside(suite)));
  } catch (error) {
    const failures = [{ title: "(the run)", message: error.message }];
    const verdict = { engine: "browsers", suite: "all", passed: 0, failed: 1, skipped: 0 };
    verdicts.push({ ...verdict, seconds: 0, failures, skips: [], notes: [] });
    console.error(error.stack);
  }
  if (options.result) writeFileSync(options.result, JSON.stringify(verdicts));
  return verdicts.length > 0 && verdicts.every(({ failed }) => failed === 0);
}

function chosen() {
  const all = readdirSync(path.join(here, options.suites))
    .filter((file) => file.endsWith(".mjs"))
    .map((file) => file.slice(0, -".mjs".length))
    .sort();
  const named = options.suites === "suites" ? [...options.suite, ...ALONE] : options.suite;
  const unknown = named.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    throw new Error(`no suite is named ${unknown.join(" or ")}; there are: ${all.join(", ")}`);
  }
  return options.suite.length > 0 ? options.suite : all;
}

/** The page finds everything it needs in its own address. */
function pageUrl({ page, ...rest }) {
  const query = new URLSearchParams({ folder: options.suites, page, ...rest });
  return `${page}/browser/page.html?${query}`;
}
