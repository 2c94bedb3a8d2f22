// Which call a response is of, where several of our wrappers are in one chain.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { pkg } from "./consumer.mjs";

const { Calls } = await import(pathToFileURL(path.join(pkg, "fetch.js")).href);

/** Wraps `native` twice, as `install()` and the app's own do where a tool's
 * wrapper between them calls late; `open` are the calls that give a record,
 * `held` what has a target, in the order of the calls. */
function chain(native) {
  const open = new Map();
  const held = [];
  const page = {
    options: { match: () => true },
    active: () => true,
    isOwn: () => false,
    ask: (callback) => callback(),
    target: (one) => held.push(one),
    context: () => ({}),
    opened: (call) => open.set(call.handle, call),
    reading() {},
    discard: (handle) => open.delete(handle),
    unobserved: assert.fail,
  };
  const rejected = [];
  const call = (name, [handle, , error]) => name === "rejected" && rejected.push([handle, error]);
  const calls = new Calls(page, { call, read() {}, fail: assert.fail });
  const installed = calls.wrap(() => native, {}, false);
  const tool = async (...args) => (await undefined, installed(...args));
  return { fetch: calls.wrap(() => tool, {}, true), calls, open, held, rejected };
}

/** A wrapped `native` and what the module is told of its calls: `opened` and
 * `ends` are the arguments of `open` and `end`, which gives the bits `ended`. `more`
 * replaces what the page gives; `posts`: every POST is expected to stream. */
function wrapped(native, more, { posts = true, ended = 0 } = {}) {
  const opened = [];
  const failures = [];
  const page = {
    options: {},
    active: () => true,
    isOwn: () => false,
    ask: (callback, ...args) => callback(...args),
    target: () => 0,
    context: () => ({}),
    opened() {},
    reading() {},
    discard() {},
    unobserved: (error) => failures.push(String(error)),
    ...more,
  };
  const ends = [];
  const call = (name, args, done) => {
    ({ open: opened, end: ends })[name]?.push(args);
    if (name === "end") done?.(ended);
  };
  const calls = new Calls(page, { call, read() {}, fail: assert.fail });
  return { fetch: calls.wrap(() => native, {}, posts), opened, ends, failures };
}

const empty = async () => new Response(null, { status: 204 });
const BITS = 5, HREF = 6, BYTES = 7;
const EXPECTED = 1, RECOGNISED = 1;
const URL = "https://api.example.com/chat";
const post = { method: "POST" };

test("of two of our calls at one response one is left, the one that the page knows", async () => {
  const headers = { "content-type": "text/event-stream" };
  const { fetch, calls, open } = chain(async () => new Response("data: {}\n\n", { headers }));
  const response = await fetch(URL, post);
  assert.equal(await response.text(), "data: {}\n\n");
  assert.equal(open.size, 1);
  const [[handle, call]] = open;
  assert.ok(call === calls.of(response));
  assert.equal(call.handle, handle);
});

test("the call that is left has its target also where it begins anew", async () => {
  const headers = { "content-type": "text/event-stream" };
  const { fetch, open, held } = chain(async () => new Response("data: {}\n\n", { headers }));
  const response = await fetch(URL, post);
  await response.clone().body.getReader().read();
  const [before] = open.keys();
  assert.equal(held[0].call.handle, before);
  await response.text();
  const [after] = open.keys();
  assert.notEqual(after, before);
  assert.equal(held[0].call.handle, after);
});

test("of two of our calls at one rejection the page's own is left", async () => {
  const failure = new TypeError("Failed to fetch");
  const { fetch, open, rejected } = chain(() => Promise.reject(failure));
  await assert.rejects(fetch(URL, post), (error) => error === failure);
  assert.equal(rejected.length, 2);
  assert.deepEqual([...open.keys()], [rejected[1][0]]);
});

test("calls that one abort ends keep a record each", async () => {
  for (const reason of [new DOMException("stopped", "AbortError"), "stopped"]) {
    const { calls, open, rejected } = chain();
    const [left, right] = [{}, {}].map((pane) => calls.wrap(() => async () => { throw reason; }, pane, true));
    const all = await Promise.allSettled([left, left, right].map((fetch) => fetch(URL, post)));
    assert.deepEqual(all.map((result) => result.reason), [reason, reason, reason]);
    assert.equal(rejected.length, 3);
    assert.equal(open.size, 3);
  }
});

test("calls that one abort ends keep a record each also where the earlier one is told later", async () => {
  const reason = new DOMException("stopped", "AbortError");
  const refuse = async () => {
    throw reason;
  };
  const { calls, open, rejected } = chain();
  const slow = async () => (await undefined, await undefined, refuse());
  const panes = [slow, refuse].map((native) => calls.wrap(() => native, {}, true));
  await Promise.allSettled(panes.map((fetch) => fetch(URL, post)));
  assert.deepEqual(rejected.map(([handle]) => handle), [2, 1]);
  assert.deepEqual([...open.keys()], [1, 2]);
});

test("an error that no one can look at reaches the page as it is", async () => {
  const { proxy: error, revoke } = Proxy.revocable({}, {});
  revoke();
  const { calls, open, rejected } = chain();
  const [result] = await Promise.allSettled([calls.wrap(() => async () => { throw error; }, {}, true)(URL, post)]);
  assert.ok(result.reason === error);
  assert.deepEqual(rejected, [[[...open.keys()][0], ""]]);
});

test("the bytes of a form are those of its parts", async () => {
  const { fetch, opened } = wrapped(empty);
  const body = new FormData();
  body.append("question", "what is it?");
  body.append("image", new Blob(["x".repeat(300_000)]));
  await fetch(URL, { method: "POST", body });
  assert.equal(opened[0][BYTES], 300_011);
});

test("the bytes of a body that is in a Request are not known", async () => {
  const { fetch, opened } = wrapped(empty, { options: { match: () => true } });
  const body = "{}";
  const given = [
    [new Request(URL, { method: "POST", body })],
    [new Request(URL), { method: "POST" }],
    [new Request(URL, { method: "POST", body }), { body: "four" }],
    [new Request(URL)],
    [new Request(URL, { method: "HEAD" })],
    [URL, post],
    [URL, { ...post, body }],
  ];
  for (const args of given) await fetch(...args);
  assert.deepEqual(opened.map((args) => args[BYTES]), [-1, -1, 4, 0, 0, 0, 2]);
});

test("a body that throws when it is looked at is sent as natively, and its bytes are not known", async () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  class Throwing extends URLSearchParams {
    toString() {
      throw new Error("mine");
    }
  }
  let reads = 0;
  const inits = [
    { body: { get byteLength() { throw new Error("mine"); } } },
    { body: { byteLength: 2n } },
    { body: new Throwing("a=b") },
    { body: proxy },
    { get body() { if (reads++) throw new Error("mine"); return "{}"; } },
  ];
  const { fetch, opened, failures } = wrapped(async (input, init) => (init.body, empty()));
  for (const init of inits) {
    Object.defineProperty(init, "method", { value: "POST" });
    assert.equal((await fetch(URL, init)).status, 204);
  }
  assert.deepEqual(opened.map((args) => args[BYTES]), [-1, -1, -1, -1, -1]);
  assert.deepEqual(failures, []);
});

test("what fails of ours once the request is on its way is told, and the page has its answer", async () => {
  const context = () => {
    throw new Error("ours");
  };
  const answered = wrapped(empty, { context });
  assert.equal((await answered.fetch(URL, post)).status, 204);
  const failure = new TypeError("Failed to fetch");
  const refused = wrapped(() => Promise.reject(failure), { context });
  await assert.rejects(refused.fetch(URL, post), (error) => error === failure);
  for (const { failures } of [answered, refused]) assert.deepEqual(failures, ["Error: ours"]);
});

test("a match that changes the URL it is given changes nothing of the call", async () => {
  const match = (url) => {
    url.search = url.hash = "";
    return true;
  };
  const { fetch, opened } = wrapped(empty, { options: { match } });
  await fetch(`${URL}?id=1`, post);
  assert.equal(opened[0][HREF], `${URL}?id=1`);
});

test("the signal of a Request ends no call that was told to have none", async () => {
  const stream = async () => new Response(new ReadableStream());
  for (const [init, expected] of [[undefined, 1], [{}, 1], [{ signal: undefined }, 1], [{ signal: null }, 0]]) {
    const { fetch, ends } = wrapped(stream);
    const abort = new AbortController();
    const response = await fetch(new Request(URL, { ...post, signal: abort.signal }), init);
    abort.abort();
    assert.equal(ends.length, expected);
    await response.body.cancel();
  }
});

test("a place that streamed an answer before is expected to do so again", async () => {
  let isDown = false;
  const native = async () => {
    if (isDown) throw new TypeError("Failed to fetch");
    return new Response("data: {}\n\n", { headers: { "content-type": "text/event-stream" } });
  };
  const { fetch, opened } = wrapped(native, {}, { posts: false, ended: RECOGNISED });
  const reader = (await fetch(URL)).body.getReader();
  while (!(await reader.read()).done);
  isDown = true;
  for (const url of [`${URL}?again`, "https://api.example.com/other"]) await assert.rejects(fetch(url));
  // What is deleted or listed there is no answer.
  await assert.rejects(fetch(URL, { method: "DELETE" }));
  assert.deepEqual(opened.map((args) => [args[HREF], args[BITS] & EXPECTED]), [
    [URL, 0],
    [`${URL}?again`, 1],
  ]);
});

test("what is attached as an address is left alone", async () => {
  const asked = [];
  const native = async (input) => {
    asked.push(input);
    return new Response("Hello", { headers: { "content-type": "text/plain" } });
  };
  const { fetch, opened } = wrapped(native);
  for (const url of ["data:text/plain,Hello", " DATA:,Hello", "blob:https://app.example/1"]) {
    assert.deepEqual(Reflect.ownKeys(await fetch(url, post)), []);
  }
  assert.equal(asked.length, 3);
  assert.deepEqual(opened, []);
});

test("only what may be a stream is looked at, and the rest is untouched", async () => {
  const types = {
    "text/event-stream": [1, 1],
    "Text/Event-Stream; charset=utf-8": [1, 1],
    "application/x-ndjson": [1, 1],
    "application/ndjson": [1, 1],
    "application/jsonl": [1, 1],
    "application/x-jsonl": [1, 1],
    "application/jsonlines": [1, 1],
    "application/json-lines": [1, 1],
    "application/stream+json": [1, 1],
    "application/vnd.amazon.eventstream": [1, 1],
    "application/vnd.ag-ui.event+proto": [1, 1],
    // Streams in disguise, unless their length is known.
    "text/plain": [1, 0],
    "application/octet-stream": [1, 0],
    "application/json": [0, 0],
    "text/html": [0, 0],
    "text/event-streams": [0, 0],
  };
  const seen = {};
  for (const type of Object.keys(types)) {
    seen[type] = [];
    for (const length of [undefined, 2]) {
      const headers = { "content-type": type, ...(length && { "content-length": length }) };
      const { fetch, opened } = wrapped(async () => new Response("{}", { headers }), {}, { posts: false });
      const response = await fetch(URL);
      seen[type].push(opened.length);
      assert.equal(Reflect.ownKeys(response).length > 0, opened.length > 0, type);
      await response.text();
    }
  }
  assert.deepEqual(seen, types);
});
