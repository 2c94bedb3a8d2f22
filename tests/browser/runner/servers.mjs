// The two servers that pages talk to: the replay server, which also serves the
// pages themselves, and the collector.

import { createInterface } from "node:readline";
import path from "node:path";
import { ended, scratch, start } from "./children.mjs";
import { within } from "./within.mjs";

/**
 * Starts the replay server; resolves with the origins it listens on. `more`
 * mounts, each `/PREFIX=DIR`, are served beside those that all pages need.
 */
export async function startReplay(program, root, more = []) {
  const mounts = [
    ...more,
    `/pkg=${path.join(root, "pkg")}`,
    `/browser=${path.join(root, "tests/browser")}`,
    `/www=${path.join(root, "www")}`,
    `/vectors=${path.join(root, "tests/vectors")}`,
    // What suites compare with or render by, from npm.
    `/modules=${path.join(root, "node_modules")}`,
    ...more,
  ];
  return announced(program, [
    "--tls",
    ...mounts.flatMap((mount) => ["--mount", mount]),
    "--scenarios",
    path.join(root, "replay/scenarios"),
  ]);
}

/** Starts a collector with an empty store; resolves with its origin. */
export async function startCollector(program) {
  const data = path.join(scratch, "collector");
  const options = ["--listen", "127.0.0.1:0", "--data", data, "--log", "warn"];
  const { listening } = await announced(program, options);
  return listening;
}

/** Runs a server that prints one line of JSON when it is ready. */
async function announced(program, args) {
  const name = path.basename(program);
  const child = start(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const line = await within(
    20,
    `${name} printed no address`,
    Promise.race([
      new Promise((resolve) => lines.once("line", resolve)),
      ended(child).then((how) => {
        throw new Error(`${name} ${how} before it printed its address`);
      }),
    ]),
  );
  // Its later lines would otherwise fill the pipe and stop it.
  child.stdout.resume();
  // Every later failure would look like the page's.
  ended(child).then((how) => console.error(`${name} ${how} during the run`));
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`${name} should print one line of JSON, but printed: ${line}`);
  }
}
