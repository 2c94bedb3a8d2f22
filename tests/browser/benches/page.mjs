// What ttft costs the page's main thread: reading, the watch, the probe and
// the tick. `cargo xtask bench page` runs it and prints the figures.
//
// Costs of a microsecond are the difference of two runs. So both take turns in
// one page, each round goes on its own, and the figures are medians of rounds.

import { suite } from "../lib/suite.mjs";
import { findMainThread } from "./page/main-thread.mjs";
import { readMemory, readNetwork } from "./page/reading.mjs";
import { probeCost, tickCost, watchCost } from "./page/watching.mjs";

const part = (measure) => async (t) => {
  const thread = await findMainThread();
  t.note(JSON.stringify(await measure(t, thread)));
};

// Isolated: the clock's step is finest there.
suite("page", { at: "isolated", seconds: 900 }, {
  memory: part(readMemory),
  network: part(readNetwork),
  watch: part(watchCost),
  probe: part(probeCost),
  tick: part(tickCost),
});
