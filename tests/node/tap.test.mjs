// The taps of a response: what they hold, which only shows where garbage can be
// collected at will, and whose reading they tell of.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { pkg } from "./consumer.mjs";

const { CLOSE, FAIL, LOST, UNOBSERVED, tap } = await import(pathToFileURL(path.join(pkg, "tap.js")).href);

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

/** A tapped response of this body that nobody has read, and how it ended. */
function unread(body, signal) {
  const response = new Response(body);
  const ends = [];
  const end = (at, how, error) => ends.push([how, error]);
  tap(response, { read: assert.fail, restart: assert.fail, fail: assert.fail, end }, signal);
  return { response, ends };
}

test("an abort ends a response that nobody reads, and nothing is left at its signal", () => {
  for (const asks of [false, true]) {
    const abort = new AbortController();
    const { response, ends } = unread(new ReadableStream(), abort.signal);
    if (asks) assert.equal(response.body.locked, false);
    assert.deepEqual(ends, []);
    abort.abort("stopped");
    assert.deepEqual(ends, [[FAIL, "stopped"]]);
    assert.equal(getEventListeners(abort.signal, "abort").length, 0);
  }
});

test("a response that ended, or went past all hooks, is not ended by an abort", async () => {
  const abort = new AbortController();
  const { response, ends } = unread("whole", abort.signal);
  assert.equal(await response.text(), "whole");
  assert.equal(getEventListeners(abort.signal, "abort").length, 0);
  assert.deepEqual(ends, [[UNOBSERVED, undefined]]);
  const taken = unread("whole", abort.signal);
  assert.equal(await Response.prototype.text.call(taken.response), "whole");
  abort.abort();
  assert.deepEqual(taken.ends, [[LOST, undefined]]);
});

test("a response that has no body ends when it is asked for it", () => {
  const { response, ends } = unread(null);
  assert.equal(response.body, null);
  assert.deepEqual(ends, [[CLOSE, undefined]]);
});

test("a body that was looked at once and dropped is let go, and its call ends", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const look = async (ms) => {
    await task();
    collect();
    t.mock.timers.tick(ms);
  };
  let body;
  const ends = ((tapped) => ((body = tapped.response.body), tapped.ends))(unread(new ReadableStream()));
  for (const ms of [1000, 1000, 2000, 4000]) await look(ms);
  // It may be read still.
  assert.deepEqual(ends, []);
  body = undefined;
  for (const ms of [8000, 16000]) await look(ms);
  assert.deepEqual(ends, [[LOST, undefined]]);
});

/** A response whose clone a tool reads, and what the sink heard of it since the
 * stream began the last time. */
function readAlong() {
  const heard = { restarts: 0, chunks: [], ends: [] };
  let body;
  const response = new Response(new ReadableStream({ start: (controller) => (body = controller) }));
  tap(response, {
    read: (called, at, bytes) => heard.chunks.push(String.fromCharCode(...bytes)),
    end: (at, how) => heard.ends.push(how),
    restart: () => (heard.restarts++, (heard.chunks = [])),
    fail: assert.fail,
  });
  const tool = response.clone().body.getReader();
  const send = (text) => body.enqueue(new TextEncoder().encode(text));
  return { response, tool, heard, send, close: () => body.close() };
}

test("a page that takes the whole body beside a tool's reader was not observed", async () => {
  const { response, tool, heard, send, close } = readAlong();
  send("a");
  await tool.read();
  assert.deepEqual(heard, { restarts: 0, chunks: ["a"], ends: [] });
  const text = response.text();
  close();
  assert.equal(await text, "a");
  assert.deepEqual(heard, { restarts: 1, chunks: [], ends: [UNOBSERVED] });
  assert.equal((await tool.read()).done, true);
  assert.deepEqual(heard.ends, [UNOBSERVED]);
});

test("a branch of the page's own is the page's, whatever a tool read before", async () => {
  const { response, tool, heard, send, close } = readAlong();
  send("a");
  await tool.read();
  const [left, right] = response.body.tee().map((branch) => branch.getReader());
  for (const reader of [right, left]) await reader.read();
  send("b");
  for (const reader of [tool, left, right]) await reader.read();
  close();
  for (const reader of [tool, left, right]) assert.equal((await reader.read()).done, true);
  assert.deepEqual(heard, { restarts: 1, chunks: ["a", "b"], ends: [CLOSE] });
});
