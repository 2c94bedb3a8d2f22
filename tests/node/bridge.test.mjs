// What becomes of the WebAssembly part when a call of it fails.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { pkg } from "./consumer.mjs";

const { Bridge } = await import(pathToFileURL(path.join(pkg, "bridge.js")).href);

test("a failure is told once, also when what stops after it fails as well", () => {
  const told = [];
  let full = false;
  const overflow = () => {
    if (full) throw new RangeError("Maximum call stack size exceeded");
    return 0;
  };
  const bridge = new Bridge(overflow, (message) => told.push(message));
  bridge.connect({ deep: overflow });
  assert.equal(bridge.call("deep", []), 0);
  full = true;
  for (let call = 0; call < 2; call++) {
    try {
      bridge.call("deep", []);
    } catch {
      // Whoever called has the same full stack.
    }
  }
  assert.deepEqual(told, ["RangeError: Maximum call stack size exceeded"]);
  assert.equal(bridge.stopped, true);
});

test("what the module wants in the middle of a replay is past at its end", () => {
  const wanted = [];
  const bridge = new Bridge((flags) => wanted.push(flags), assert.fail);
  bridge.call("open", []);
  bridge.call("read", []);
  bridge.connect({
    open() {
      // As an observer does that has entries at once.
      bridge.wake(0);
      return 0;
    },
    read: () => 256,
  });
  assert.deepEqual(wanted, [256]);
  bridge.wake(512);
  assert.deepEqual(wanted, [256, 512]);
});
