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

const { CANCEL, CLOSE, FAIL, LOST, UNOBSERVED, tap } = await import(pathToFileURL(path.join(pkg, "tap.js")).href);

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

/** Puts `value` in place of a global, or of one of `holder`'s, until the test is over. */
function stub(t, name, value, holder = globalThis) {
  const before = Object.getOwnPropertyDescriptor(holder, name);
  Object.defineProperty(holder, name, { ...before, value });
  t.after(() => Object.defineProperty(holder, name, before));
}

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

test("an abort is heard of by who reads: nothing is left at its signal meanwhile", async () => {
  const takes = {
    reader: (response) => response.body.getReader(),
    text: (response) => void response.text().catch(() => {}),
    branches: (response) => response.body.tee(),
  };
  for (const [name, take] of Object.entries(takes)) {
    const abort = new AbortController();
    let body;
    const { response, ends } = unread(new ReadableStream({ start: (controller) => (body = controller) }), abort.signal);
    assert.equal(getEventListeners(abort.signal, "abort").length, 1);
    take(response);
    // Nobody reads the branches yet.
    assert.equal(getEventListeners(abort.signal, "abort").length, name === "branches" ? 2 : 0, name);
    body.error("stopped");
    await task();
    assert.deepEqual(ends, name === "branches" ? [] : [[FAIL, "stopped"]], name);
  }
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

/** A response of which a reader takes the first chunk, and all ends of it; the
 * stream goes on for ever. */
async function begun(signal, then) {
  const endless = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
  const response = new Response(endless);
  const ends = [];
  const end = (at, how, error) => ends.push(error === undefined ? how : [how, error]);
  tap(response, { read() {}, restart: assert.fail, fail: assert.fail, end }, signal);
  const reader = response.body.getReader();
  await reader.read();
  return { ends, held: then(reader, response) };
}

test("a reader that is dropped halfway is let go, and its call ends", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const look = async (ms) => {
    await task();
    collect();
    t.mock.timers.tick(ms);
  };
  const dropped = await begun(undefined, () => undefined);
  const kept = await begun(undefined, (reader) => reader);
  const waits = await begun(undefined, (reader) => void reader.read());
  for (let ms = 1000; ms <= 32_000; ms *= 2) await look(ms);
  assert.deepEqual(dropped.ends, [CANCEL]);
  assert.deepEqual([kept.ends, waits.ends], [[], []]);
  kept.held = undefined;
  for (let ms = 32_000; ms <= 128_000; ms *= 2) await look(ms);
  assert.deepEqual(kept.ends, [CANCEL]);
});

test("an abort ends a body that is read no more, and nothing is left at its signal", async () => {
  for (const stop of [(reader) => reader.releaseLock(), (reader, response) => (reader.releaseLock(), response.body.tee())]) {
    const abort = new AbortController();
    const { ends, held } = await begun(abort.signal, (reader, response) => (stop(reader, response), response));
    assert.deepEqual(ends, []);
    abort.abort("stopped");
    assert.deepEqual(ends, [[FAIL, "stopped"]]);
    assert.equal(getEventListeners(abort.signal, "abort").length, 0);
    assert.ok(held);
  }
});

test("branches that are taken past all hooks end the call", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { response, ends } = unread("hello");
  for (const branch of response.body.tee()) ReadableStream.prototype.getReader.call(branch);
  t.mock.timers.tick(1000);
  assert.deepEqual(ends, [[LOST, undefined]]);
});

test("branches of a body that was begun go on with it", async () => {
  const { response, heard } = tapped(new ReadableStream({
    start(controller) {
      for (const text of ["a", "b"]) controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  }));
  const reader = response.body.getReader();
  await reader.read();
  reader.releaseLock();
  const [left, right] = response.body.tee();
  for await (const _ of left);
  for await (const _ of right);
  assert.deepEqual(heard, ["a", "b", CLOSE]);
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

test("who looks at its beginning and cancels leaves the stream to the page", async (t) => {
  const clone = readAlong();
  clone.send("a");
  await clone.tool.read();
  clone.tool.cancel();
  const reader = clone.response.body.getReader();
  await reader.read();
  clone.send("b");
  await reader.read();
  clone.close();
  await reader.read();
  assert.deepEqual(clone.heard, { restarts: 1, chunks: ["a", "b"], ends: [CLOSE] });

  // Of two branches of the page's own as well.
  const heard = [];
  const response = new Response("hello");
  const note = (what) => () => heard.push(what);
  tap(response, { read: note("read"), restart: note("restart"), end: (at, how) => heard.push(how), fail: assert.fail });
  const [peek, rest] = response.body.tee();
  const looks = peek.getReader();
  await looks.read();
  looks.cancel();
  for await (const _ of rest);
  assert.deepEqual(heard, ["read", "restart", "read", CLOSE]);

  // Not to who read along: its beginning is behind.
  for (const cancels of [false, true]) {
    const both = readAlong();
    const [a, b] = both.response.body.tee().map((branch) => branch.getReader());
    both.send("a");
    for (const reader of [a, b]) await reader.read();
    both.send("b");
    // With a chunk that is there already, at once.
    const last = a.read();
    if (cancels) await last;
    a.cancel();
    await b.read();
    await task();
    both.close();
    await b.read();
    assert.deepEqual(both.heard, { restarts: 0, chunks: cancels ? ["a", "b"] : ["a"], ends: [CANCEL] });
  }
  const quick = readAlong();
  quick.send("a");
  quick.tool.read();
  quick.tool.cancel();
  for await (const _ of quick.response.body) quick.close();
  assert.deepEqual(quick.heard, { restarts: 0, chunks: ["a"], ends: [CLOSE] });

  // Unless that does not want it.
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const left = readAlong();
  left.send("a");
  await left.tool.read();
  left.tool.cancel();
  assert.deepEqual(left.heard.ends, []);
  t.mock.timers.tick(1000);
  assert.deepEqual(left.heard, { restarts: 0, chunks: ["a"], ends: [CANCEL] });
});

test("a pipe ends in its own error where an engine keeps the lock of a read", async (t) => {
  const { prototype } = ReadableStreamDefaultReader;
  let locks = 0;
  stub(t, "releaseLock", function () {
    locks++;
    throw new TypeError("a read is pending");
  }, prototype);
  const { response } = tapped(new ReadableStream());
  const abort = new AbortController();
  const piped = response.body.pipeTo(new WritableStream(), { preventCancel: true, signal: abort.signal });
  await task();
  abort.abort("stopped");
  await assert.rejects(piped, (error) => error === "stopped");
  assert.equal(locks, 1);
});

/** What pipes and iteration make of a body. */
const taken = {
  async pipeTo(body) {
    let text = "";
    const decoder = new TextDecoder();
    await body.pipeTo(new WritableStream({ write: (chunk) => void (text += decoder.decode(chunk)) }));
    return text;
  },
  async pipeThrough(body) {
    let text = "";
    for await (const piece of body.pipeThrough(new TextDecoderStream())) text += piece;
    return text;
  },
  async values(body) {
    let text = "";
    for await (const chunk of body) text += new TextDecoder().decode(chunk);
    return text;
  },
};

/** A response of `body` that is tapped, and what the sink heard. */
function tapped(body) {
  const heard = [];
  const response = new Response(body);
  tap(response, {
    read: (called, at, bytes) => heard.push(String.fromCharCode(...bytes)),
    end: (at, how) => heard.push(how),
    restart: assert.fail,
    fail: assert.fail,
  });
  return { response, heard };
}

const streamOf = (text, Stream = ReadableStream) =>
  new Stream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });

test("pipes and iteration are observed where a polyfill replaced the global ReadableStream", async (t) => {
  const calls = Object.entries(taken).map(([name, take]) => ({ name, take, ...tapped(streamOf("hello")) }));
  stub(t, "ReadableStream", class ReadableStream {});
  for (const { name, take, response, heard } of calls) {
    assert.equal(await take(response.body), "hello", name);
    assert.deepEqual(heard, ["hello", CLOSE], name);
  }
});

test("pipes and iteration make no stream of the body's own subclass", async () => {
  for (const [name, take] of Object.entries(taken)) {
    let made = 0;
    class Own extends ReadableStream {
      constructor(source) {
        super(source);
        made++;
      }
    }
    const { response, heard } = tapped(streamOf("hello", Own));
    assert.equal(await take(response.body), "hello", name);
    assert.deepEqual([made, ...heard], [1, "hello", CLOSE], name);
  }
});

test("iteration that takes no source as it should iterates the body", async (t) => {
  // As some pages add it where an engine has none: the stream is locked late.
  stub(t, "values", async function* () {
    const reader = this.getReader();
    for (let result; !(result = await reader.read()).done; ) yield result.value;
  }, ReadableStream.prototype);
  const { response, heard } = tapped(streamOf("hello"));
  assert.equal(await taken.values(response.body), "hello");
  assert.deepEqual(heard, ["hello", CLOSE]);
});

test("an option whose getter throws leaves the body as it was", async () => {
  const { response, heard } = tapped(streamOf("hello"));
  const own = new Error("own");
  const options = {
    get preventCancel() {
      throw own;
    },
  };
  assert.throws(() => response.body.values(options), own);
  await assert.rejects(response.body.pipeTo(new WritableStream(), options), own);
  assert.equal(await taken.values(response.body), "hello");
  assert.deepEqual(heard, ["hello", CLOSE]);
});

test("a response is observed where a polyfill replaced the global Response", async (t) => {
  const { Response } = globalThis;
  stub(t, "Response", function () {
    this.bodyUsed = false;
    return Reflect.construct(Response, arguments, Response);
  });
  const { response, heard } = tapped(streamOf("hello"));
  assert.equal(await taken.values(response.body), "hello");
  assert.deepEqual(heard, ["hello", CLOSE]);
});

test("what a tool's own method gives is given as it is, a promise or not", async () => {
  const value = { parsed: true };
  for (const json of [() => value, async () => value, () => null]) {
    const response = Object.assign(new Response("{}"), { json });
    const ends = [];
    tap(response, { read: assert.fail, restart: assert.fail, fail: assert.fail, end: (at, how) => ends.push(how) });
    const given = response.json();
    assert.equal(given instanceof Promise, json() instanceof Promise);
    assert.equal(await given, await json());
    assert.deepEqual(ends, [UNOBSERVED]);
  }
});
