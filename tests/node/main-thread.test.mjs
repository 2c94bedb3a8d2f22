// What a record tells of the scripts that kept the main thread.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { pkg } from "./consumer.mjs";
import { receive, start, stub, until } from "./page.mjs";

const { init: slim } = await import(pathToFileURL(path.join(pkg, "slim.js")).href);

test("a script in the page itself is not called by the page's address", { timeout: 30_000 }, async (t) => {
  receive(t);
  let tellEntries;
  stub(t, "PerformanceObserver", class {
    static supportedEntryTypes = ["longtask", "long-animation-frame"];
    constructor(callback) {
      tellEntries = (...entries) => callback({ getEntries: () => entries });
    }
    observe() {}
    disconnect() {}
  });
  const ttft = start(t);
  const call = ttft.track({ url: "https://api.example/chat" });
  const startTime = performance.now();
  const script = (sourceURL, duration) => ({ startTime, duration, sourceURL, sourceFunctionName: "run" });
  await until(() => tellEntries);
  const before = location.href;
  const scripts = [
    script("https://app.example/assets/app-3f2a9b1c7d.js?v=1", 90),
    script(before, 80),
    script("https://app.example/notes/ann@example.js", 70),
  ];
  // The page has routed by itself.
  location.pathname = "/notes/ann@example.js";
  t.after(() => (location.href = before));
  tellEntries({ entryType: "long-animation-frame", startTime, duration: 240, scripts });
  call.token("Hello");
  await until(() => performance.now() > startTime + 1);
  call.end();
  await until(() => ttft.last());
  const told = ttft.last().main_thread.scripts.map(({ source, function: name }) => [source, name]);
  assert.deepEqual(told, [["app-3f2a9b1c7d.js", "run"], ["inline", "run"], ["inline", "run"]]);
});

const STREAM = { headers: { "content-type": "text/event-stream" } };

/** How often the timer was started, from here on. */
function countTicks(t) {
  const ticks = { count: 0 };
  const { setTimeout: set } = globalThis;
  stub(t, "setTimeout", (task, ms, ...args) => {
    if (ms === 25) ticks.count++;
    return set(task, ms, ...args);
  });
  return ticks;
}

test("what begins anew when all is over starts nothing", { timeout: 30_000 }, async (t) => {
  stub(t, "fetch", async () => new Response("data: {}\n\n", STREAM));
  const errors = [];
  const ttft = slim({ paint: false, wasm: () => Promise.reject(new Error("not allowed")) });
  t.after(() => ttft.close());
  ttft.on("error", ({ type }) => errors.push(type));
  const response = await ttft.fetch("https://api.example/chat", { method: "POST" });
  await until(() => errors.length > 0);
  // A tool's look comes first, and does not count.
  await response.clone().body.getReader().read();
  const ticks = countTicks(t);
  await response.body.getReader().read();
  assert.deepEqual([errors, ticks.count], [["wasm"], 0]);
});

test("headers that come when all is over start nothing", { timeout: 30_000 }, async (t) => {
  let answer;
  stub(t, "fetch", () => new Promise((resolve) => (answer = resolve)));
  const ticks = countTicks(t);
  const ttft = start(t);
  ttft.install();
  const asked = fetch("https://api.example/notifications");
  await ttft.close();
  answer(new Response("data: {}\n\n", STREAM));
  const response = await asked;
  assert.equal(ticks.count, 0);
  assert.equal(ttft.of(response), undefined);
  assert.deepEqual(Reflect.ownKeys(response), []);
});

test("the record of one call stops nothing that another is watched by", { timeout: 30_000 }, async (t) => {
  receive(t);
  const ticks = new Set();
  let stopped = 0;
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  stub(t, "setTimeout", (task, ms, ...args) => {
    const timer = set(task, ms, ...args);
    if (ms === 25) ticks.add(timer);
    return timer;
  });
  stub(t, "clearTimeout", (timer) => {
    stopped += ticks.has(timer);
    clear(timer);
  });
  const ttft = start(t);
  const other = ttft.track({ url: "https://api.example/chat" });
  const records = [];
  ttft.on("record", ({ id }) => records.push(id));
  const call = ttft.track({ url: "https://api.example/chat" });
  call.token("Hello");
  call.end();
  // Not `flush`, which asks for more.
  await until(() => records.length > 0);
  await new Promise((resolve) => set(resolve, 50));
  assert.deepEqual(records, [call.id]);
  assert.ok(ticks.size > 0, "the timer runs");
  assert.equal(stopped, 0);
  other.end();
});
