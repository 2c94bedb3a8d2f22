// The imitated pages of node/: each file a process of its own.

import path from "node:path";
import { run } from "node:test";
import { versionOf } from "./packages.mjs";

const fileOf = (name) => path.join(import.meta.dirname, "node", `${name}.test.mjs`);

/** The lines to print, and how many are not as without ttft, or did not run. */
export async function runImitations(names, folder) {
  const lines = [];
  let wrong = 0;
  for (const name of names) {
    let state = "missing";
    const told = [];
    for await (const { type, data } of run({ files: [fileOf(name)] })) {
      const { message, cause } = data.details?.error ?? {};
      if (type === "test:fail") state = `difference: ${cause?.message ?? message}`;
      if (type === "test:pass" && state === "missing") state = "ok";
      // Of the test itself; a summary follows.
      if (type === "test:diagnostic" && data.file) told.push(data.message);
    }
    if (state !== "ok") wrong++;
    // The package's name, and after it what is done to it.
    const version = versionOf(folder, /^(happy-dom|[^-]+)/.exec(name)[0]);
    lines.push([`${name} ${version}`, state, ...told].join("  "));
  }
  return { lines: lines.length > 0 ? ["", `Node ${process.version}`, ...lines] : [], wrong };
}
