// The timer that tells of a busy main thread. Whoever hears of a gap may start
// or stop it, which it has to bear: the WebAssembly part answers every call
// with what it wants from there on.

import assert from "node:assert/strict";
import path from "node:path";
import { mock, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { pkg } from "./consumer.mjs";

const { createTick } = await import(pathToFileURL(path.join(pkg, "tick.js")).href);

globalThis.document = { visibilityState: "visible" };

function busy(ms) {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test("in a hidden page no timer runs, whoever asks for it", () => {
  const runs = [];
  const tick = createTick((on) => runs.push(on), assert.fail);
  document.visibilityState = "hidden";
  tick.run(true);
  document.visibilityState = "visible";
  assert.deepEqual(runs, []);
});

test("a gap that is noticed when the timer is stopped is told once", () => {
  const runs = [];
  let gaps = 0;
  const tick = createTick(
    (on) => runs.push(on),
    () => {
      gaps++;
      tick.run(false);
    },
  );
  tick.run(true);
  busy(100);
  tick.run(false);
  assert.deepEqual([gaps, runs], [1, [true, false]]);
});

test("a timer that is stopped from within its own report stays stopped", async () => {
  const runs = [];
  let gaps = 0;
  const tick = createTick(
    (on) => runs.push(on),
    () => {
      gaps++;
      tick.run(false);
    },
  );
  tick.run(true);
  busy(100);
  // In a timer of its own this time.
  await setTimeout(60);
  busy(100);
  await setTimeout(60);
  assert.deepEqual([gaps, runs], [1, [true, false]]);
});

test("what waits for the time is told it now and then, also where nothing is late", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    let told = 0;
    const tick = createTick(() => {}, () => told++);
    tick.run(true);
    for (let ticks = 0; ticks < 1199; ticks++) mock.timers.tick(25);
    assert.equal(told, 0);
    mock.timers.tick(25);
    assert.equal(told, 1);
    tick.run(false);
  } finally {
    mock.timers.reset();
  }
});
