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

test("what follows from a replay comes after all that is held", () => {
  const told = [];
  const bridge = new Bridge(() => {}, assert.fail);
  for (const at of [1, 2, 3]) bridge.call("read", [at]);
  bridge.connect({
    read(at) {
      told.push(`read ${at}`);
      // As the watch does that is told whose a text is.
      if (at === 1) bridge.call("progress", ["a"]);
      return 0;
    },
    progress: (at) => (told.push(`progress ${at}`), 0),
  });
  assert.deepEqual(told, ["read 1", "read 2", "read 3", "progress a"]);
  bridge.call("read", [4]);
  assert.equal(told.at(-1), "read 4");
});

test("what is put off is told before anything but a few reads", () => {
  const told = [];
  const bridge = new Bridge(() => {}, assert.fail);
  const heard = (name) => (at) => (told.push(`${name} ${at}`), 0);
  // Nothing is cold before the module is there: in order with all that is held.
  bridge.putOff("progress", [0]);
  bridge.call("end", [0]);
  bridge.connect(Object.fromEntries(["progress", "end", "read", "last"].map((name) => [name, heard(name)])));
  assert.deepEqual(told.splice(0), ["progress 0", "end 0"]);

  const read = (at) => bridge.read(at, 0, 0, new Uint8Array(1));
  bridge.putOff("progress", [1]);
  bridge.putOff("progress", [2]);
  read(3);
  assert.deepEqual(told.splice(0), ["read 3"]);
  bridge.call("end", [4]);
  assert.deepEqual(told.splice(0), ["progress 1", "progress 2", "end 4"]);
  bridge.putOff("progress", [5]);
  bridge.ask("last", 6);
  assert.deepEqual(told.splice(0), ["progress 5", "last 6"]);
  bridge.putOff("progress", [7]);
  bridge.catchUp();
  assert.deepEqual(told.splice(0), ["progress 7"]);

  for (let frame = 1; frame <= 9; frame++) bridge.putOff("progress", [frame]);
  assert.equal(told.splice(0).length, 8);
  for (let at = 1; at <= 16; at++) read(at);
  assert.deepEqual(told.splice(0).slice(-2), ["progress 9", "read 16"]);
  bridge.putOff("progress", [10]);
  bridge.stop();
  bridge.call("end", [11]);
  assert.deepEqual(told, []);
});

test("what the module wants after a failure is nothing to the page", () => {
  const wanted = [];
  const bridge = new Bridge((flags) => wanted.push(flags), () => {});
  bridge.connect({});
  bridge.fail("the watch is broken");
  bridge.wake(256);
  assert.deepEqual(wanted, [0, 0]);
});

test("what is held of a chunk stays as it was read", () => {
  const bridge = new Bridge(() => {}, assert.fail);
  // Some fill what holds several, some do not fit into it.
  const lengths = [7, 0, 9_000, 9_000, 40_000, 1, 16_000, 400];
  const chunk = new Uint8Array(40_000);
  for (const [place, length] of lengths.entries()) {
    // As who reads the next one into the same buffer.
    chunk.fill(place);
    bridge.read(1, 0, 0, chunk.subarray(0, length));
  }
  const replayed = [];
  bridge.connect({ read: (_call, _called, _at, bytes) => (replayed.push(bytes), 0) });
  assert.deepEqual(replayed, lengths.map((length, place) => new Uint8Array(length).fill(place)));
});

test("a module that never comes is not waited for without end", () => {
  const told = [];
  const bridge = new Bridge(() => {}, (message) => told.push(message));
  for (let call = 0; call < 20_000; call++) bridge.call("skip", [1, 0, 0, 1]);
  assert.equal(bridge.stopped, false);
  bridge.call("skip", [1, 0, 0, 1]);
  assert.equal(bridge.stopped, true);
  assert.deepEqual(told, ["the WebAssembly part never came"]);
});

test("what is held for a module that is not there yet is bounded, per stream and in all", () => {
  const replayed = (streams, chunks) => {
    const bridge = new Bridge(() => {}, assert.fail);
    const chunk = new Uint8Array(64 * 1024);
    for (let stream = 0; stream < streams; stream++) {
      for (let at = 0; at < chunks; at++) bridge.read(stream, at, at, chunk);
    }
    const counts = { read: 0, skip: 0 };
    const count = (name) => () => (counts[name]++, 0);
    bridge.connect({ read: count("read"), skip: count("skip") });
    return counts;
  };
  assert.deepEqual(replayed(1, 5), { read: 4, skip: 1 });
  assert.deepEqual(replayed(16, 4), { read: 64, skip: 0 });
  assert.deepEqual(replayed(20, 4), { read: 64, skip: 16 });
});

test("zone.js is looked for anew at the first chunk of each stream", () => {
  const inRoot = [];
  let isRoot = false;
  const run = (act) => {
    isRoot = true;
    try {
      return act();
    } finally {
      isRoot = false;
    }
  };
  const bridge = new Bridge(() => {}, assert.fail);
  bridge.connect({ open: () => 0, read: () => inRoot.push(isRoot) });
  const chunk = new Uint8Array(1);
  try {
    bridge.call("open", [1]);
    bridge.read(1, 0, 0, chunk);
    globalThis.Zone = { root: { run } };
    bridge.read(2, 0, 0, chunk);
    bridge.read(2, 0, 0, chunk);
  } finally {
    delete globalThis.Zone;
  }
  bridge.read(3, 0, 0, chunk);
  assert.deepEqual(inRoot, [false, true, true, false]);
});
