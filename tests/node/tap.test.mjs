// What the taps of a response hold, which only shows where garbage can be
// collected at will.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { pkg } from "./consumer.mjs";

const { LOST, tap } = await import(pathToFileURL(path.join(pkg, "tap.js")).href);

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

/** A task later nothing on a stack holds what was dropped. */
const task = () => new Promise((resolve) => setImmediate(resolve));

test("a response that is dropped unread is let go, and its call ends", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const ends = [];
  const respond = () => {
    const response = new Response(new ReadableStream());
    tap(response, { read: assert.fail, restart: assert.fail, fail: assert.fail, end: (at, how) => ends.push(how) });
    return new WeakRef(response);
  };
  const dropped = respond();
  for (let ms = 1000; ms <= 4000; ms *= 2) {
    await task();
    collect();
    assert.equal(dropped.deref() === undefined, ms > 1000, `before the look after ${ms} ms`);
    assert.deepEqual(ends, []);
    if (ms > 1000) break;
    t.mock.timers.tick(ms);
  }
  t.mock.timers.tick(2000);
  assert.deepEqual(ends, [LOST]);
});
