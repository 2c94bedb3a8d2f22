// Runs the clients in real browsers, and imitated pages in Node: `cargo xtask
// clients` calls it. Installs and bundles them, has tests/browser/run.mjs run
// the suites, and prints the table of all cells. A cell that did not run is no
// pass.

import { spawn } from "node:child_process";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { runImitations } from "./imitations.mjs";
import { bundle } from "./packages.mjs";
import { tableOf } from "./table.mjs";

const here = import.meta.dirname;
const root = path.join(here, "../..");
const { values: options } = parseArgs({
  options: {
    // As tests/browser/run.mjs has them.
    engine: { type: "string", multiple: true, default: [] },
    replay: { type: "string" },
    collector: { type: "string" },
    // A file's name in suites/ or node/, repeated; none means all.
    client: { type: "string", multiple: true, default: [] },
  },
});

process.exit(
  await main().then(
    (green) => (green ? 0 : 1),
    (error) => (console.error(error.message), 1),
  ),
);

async function main() {
  const folder = path.join(root, "target/clients");
  const suites = named("suites", ".mjs");
  const imitations = named("node", ".test.mjs");
  const all = [...suites, ...imitations];
  const chosen = options.client.length > 0 ? options.client : all;
  const unknown = chosen.filter((client) => !all.includes(client));
  if (unknown.length > 0) throw new Error(`no client is named ${unknown.join(" or ")}; there are: ${all.join(", ")}`);
  const bundles = await bundle(folder);
  const clients = chosen.filter((client) => suites.includes(client));
  const whole = clients.length === 0 || (await runSuites(folder, bundles, clients));
  const { lines, wrong } = await runImitations(chosen.filter((client) => imitations.includes(client)), folder);
  for (const line of lines) console.log(line);
  return whole && wrong === 0;
}

/** The files of a folder, by their names. */
function named(folder, ending) {
  const files = readdirSync(path.join(here, folder)).filter((file) => file.endsWith(ending));
  return files.map((file) => path.basename(file, ending)).sort();
}

/** Runs the suites and prints their table; resolves with whether all is well. */
async function runSuites(folder, bundles, clients) {
  const result = path.join(folder, "result.json");
  rmSync(result, { force: true });
  const args = [
    path.join(root, "tests/browser/run.mjs"),
    ...["--suites", "../clients/suites", "--mount", `/clients=${here}`, "--mount", `/npm=${bundles}`],
    ...["--replay", options.replay, "--collector", options.collector, "--result", result],
    ...options.engine.flatMap((engine) => ["--engine", engine]),
    ...clients.flatMap((client) => ["--suite", client]),
  ];
  // It ends when its standard input does, which is ours.
  const child = spawn(process.execPath, args, { stdio: ["inherit", "inherit", "inherit"] });
  const status = await new Promise((resolve) => child.once("exit", resolve));
  const engines = options.engine.map((engine) => engine.split("=")[0]);
  const { lines, wrong } = tableOf(JSON.parse(readFileSync(result, "utf8")), { engines, clients, folder });
  for (const line of lines) console.log(line);
  return status === 0 && wrong === 0;
}
