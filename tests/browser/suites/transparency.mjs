// The page cannot tell that ttft is there: everything that can be done with a
// response, natively and measured.

import { bodies, copies, handovers } from "../cells/bodies.mjs";
import { pipes } from "../cells/pipes.mjs";
import { readers } from "../cells/readers.mjs";
import { OUTCOMES, playTwice, reasonsOf, tableOf } from "../lib/twice.mjs";
import { start } from "../lib/measured.mjs";
import { suite } from "../lib/suite.mjs";

const nativeFetch = globalThis.fetch.bind(globalThis);

async function compare(t, rows) {
  const since = performance.now();
  const ttft = await start(t);
  const cells = await playTwice(rows, {
    nativeFetch,
    measuredFetch: ttft.fetch,
    origins: ["page", "cross"],
    lanes: 2,
  });
  for (const line of [OUTCOMES.map((outcome) => outcome[0]).join(" "), ...tableOf(cells), ...reasonsOf(cells)]) t.note(line);
  const played = cells.filter((cell) => !cell.empty);
  t.note(`${played.length} cells, ${cells.length - played.length} empty, in ${((performance.now() - since) / 1000).toFixed(1)} s`);
  const wrong = played.filter((cell) => cell.difference || cell.broken);
  if (wrong.length > 0) {
    const shown = wrong.map(
      ({ title, mode, outcome, difference, broken }) => `${title} ${mode ?? ""} ${outcome}\n${broken ? `natively: ${broken}` : difference}`,
    );
    throw new Error(`${wrong.length} cells differ\n${shown.join("\n")}`);
  }
  return played.length;
}

suite("transparency", { seconds: 60 }, {
  async "readers behave as they do natively"(t) {
    await compare(t, readers);
  },
  async "pipes and iteration behave as they do natively"(t) {
    await compare(t, pipes);
  },
  async "whole bodies behave as they do natively"(t) {
    await compare(t, bodies);
  },
  async "copies behave as they do natively"(t) {
    await compare(t, copies);
  },
  async "what is handed over behaves as it does natively"(t) {
    await compare(t, handovers);
  },
});
