// Which call a response is of, where several of our wrappers are in one chain.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { pkg } from "./consumer.mjs";

const { Calls } = await import(pathToFileURL(path.join(pkg, "fetch.js")).href);

test("of two of our calls at one response one is left, the one that the page knows", async () => {
  const open = new Map();
  const page = {
    options: {},
    active: () => true,
    isOwn: () => false,
    target: () => 0,
    context: () => ({}),
    opened: (call) => open.set(call.handle, call),
    reading() {},
    discard: (handle) => open.delete(handle),
    unobserved: assert.fail,
  };
  const calls = new Calls(page, { call() {}, read() {}, fail: assert.fail });
  const headers = { "content-type": "text/event-stream" };
  const native = async () => new Response("data: {}\n\n", { headers });
  const installed = calls.wrap(() => native, {}, false);
  const tool = async (...args) => (await undefined, installed(...args));
  const fetch = calls.wrap(() => tool, {}, true);

  const response = await fetch("https://api.example.com/chat", { method: "POST" });
  assert.equal(await response.text(), "data: {}\n\n");
  assert.equal(open.size, 1);
  const [[handle, call]] = open;
  assert.ok(call === calls.of(response));
  assert.equal(call.handle, handle);
});
