// The cases of the transparency suites: the same cells over HTTP/1.1 through
// `ttft.fetch`, and over HTTP/2 through the patched global.

import { bodies, copies, handovers } from "../cells/bodies.mjs";
import { pipes } from "../cells/pipes.mjs";
import { readers } from "../cells/readers.mjs";
import { start } from "./measured.mjs";
import { where } from "./runner.mjs";
import { engineHas, OUTCOMES, playTwice, reasonsOf, tableOf } from "./twice.mjs";

const nativeFetch = globalThis.fetch.bind(globalThis);

/** Rows that need what an engine may lack, and cells of a row without any. */
const CELLS = { readers: 138, pipes: 90, bodies: 58, copies: 54, handovers: 57 };
const LACKING = {
  readers: { byob: 54 },
  pipes: { iteration: 24, textStream: 6 },
  bodies: { bytes: 6 },
  copies: {},
  handovers: { transfer: 6, caches: 5, compileStreaming: 10, from: 6 },
};

/** Rows with a cut that is told of, in an engine that lacks what WebKitGTK does. */
const CUTS = { readers: 14, pipes: 10, bodies: 10, copies: 9, handovers: 8 };

/** What the record may say of each way to an end. There is no end marker. */
const RECORDED = {
  complete: ["truncated", "unobserved"],
  cancel: ["aborted", "unobserved"],
  abort: ["aborted", "unobserved"],
  status: ["error"],
  error: ["error", "unobserved"],
  cut: ["error", "unobserved"],
};

/** How many records each way to an end gives, over all rows. */
function outcomesOf(records) {
  const counts = {};
  for (const { outcome } of records) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return Object.entries(counts).map(([outcome, count]) => `${outcome} ${count}`).join(", ");
}

async function compare(t, name, rows, { origins, lanes, measured, without }) {
  const since = performance.now();
  const ttft = await start(t, { match: () => true });
  const records = [];
  ttft.on("record", (record) => records.push(record));
  const fetchOf = measured(t, ttft);
  const calls = new Map();
  const cells = await playTwice(rows, {
    nativeFetch,
    measuredFetch: fetchOf,
    origins,
    lanes,
    without,
    observed: (cell, response) => {
      const call = ttft.of(response);
      t.ok(call, `${cell.title}: the call is measured`);
      calls.set(call.id, cell);
    },
  });
  t.note(OUTCOMES.map((outcome) => outcome[0]).join(" "));
  for (const line of [...tableOf(cells), ...reasonsOf(cells)]) t.note(line);
  const played = cells.filter((cell) => !cell.empty);
  // The network's entry for a call may come later than its end, or never.
  for (let turn = 0; turn < 3; turn++) await ttft.flush();
  t.note(
    `${played.length} cells, ${cells.length - played.length} empty, ` +
      `in ${((performance.now() - since) / 1000).toFixed(1)} s; ` +
      `${calls.size} measured calls, records: ${outcomesOf(records)}`,
  );
  const wrongly = records.flatMap(({ id, outcome }) => {
    const { title, outcome: how } = calls.get(id);
    // What was handed over is aborted when its cell is over.
    const fits = RECORDED[how].includes(outcome) || (name === "handovers" && outcome === "aborted");
    return fits ? [] : [`${title}: ${how} is ${outcome}`];
  });
  t.equal([...new Set(wrongly)], [], "records of another end");
  for (const { id } of records) calls.delete(id);
  t.equal([...new Set([...calls.values()].map(({ title }) => title))], [], "rows without a record");
  const wrong = played.filter((cell) => cell.difference || cell.broken);
  if (wrong.length > 0) {
    const shown = wrong.slice(0, 20).map(
      ({ title, mode, outcome, difference, broken }) =>
        `${title} ${mode ?? ""} ${outcome}\n${broken ? `natively: ${broken}` : difference}`,
    );
    throw new Error(`${wrong.length} cells differ\n${shown.join("\n")}`);
  }
  const lacking = Object.entries(LACKING[name])
    .filter(([need]) => !engineHas[need])
    .map(([, count]) => count);
  if (without) lacking.push(CUTS[name]);
  t.equal(played.length, lacking.reduce((left, count) => left - count, CELLS[name]), "cells played");
}

/** The five cases; `how` is the origins, the lanes of each, and the fetch. */
export const transparencyCases = (how) => ({
  async "readers behave as they do natively"(t) {
    await compare(t, "readers", readers, how);
  },
  async "pipes and iteration behave as they do natively"(t) {
    await compare(t, "pipes", pipes, how);
  },
  async "whole bodies behave as they do natively"(t) {
    await compare(t, "bodies", bodies, how);
  },
  async "copies behave as they do natively"(t) {
    await compare(t, "copies", copies, how);
  },
  async "what is handed over behaves as it does natively"(t) {
    await compare(t, "handovers", handovers, how);
  },
  async "an engine that has everything leaves no cell without its reason"(t) {
    const lacks = Object.keys(engineHas).filter((need) => !engineHas[need]);
    const expected = {
      chromium: ["from"],
      firefox: ["textStream"],
      webkit: ["byob", "iteration", "transfer", "from", "textStream"],
    };
    t.note(`${where.engine} lacks: ${lacks.join(", ") || "nothing"}`);
    // An engine that learns one of these plays more cells; it must not lose one.
    for (const need of lacks) t.ok(expected[where.engine].includes(need), `${need} in ${where.engine}`);
  },
});
