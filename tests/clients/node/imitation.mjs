// What a file of an imitated page calls, as unit tests of apps use them in Node:
// an app that measures does there what it does without ttft.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";

const root = path.join(import.meta.dirname, "../../..");
const EVENTS = ["The ", "tide ", "turns."].map((content) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
const WHOLE = [...EVENTS, "data: [DONE]\n\n"].join("");
/** By then whatever ttft has to say has been said. */
const SETTLED_MS = 500;

/** Imports from the clients' folder. */
export const installed = (name) => import(createRequire(path.join(root, "target/clients/package.json")).resolve(name));

/**
 * `imitate(origin)` makes this process a page of this origin. `said` is what
 * ttft has to say of it in the console, once; nothing, unless given.
 */
export function imitation(name, imitate, said) {
  test(`${name}: streams are whole, nothing throws, and one error at most says why nothing is measured`, async (t) => {
    const strays = [];
    for (const event of ["uncaughtException", "unhandledRejection"]) process.on(event, (error) => strays.push(error));
    const warned = t.mock.method(console, "warn", () => {});
    const server = createServer(answer).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    t.after(() => server.closeAllConnections());
    t.after(() => server.close());
    const origin = `http://127.0.0.1:${server.address().port}`;
    await imitate(origin);
    const native = globalThis.fetch;
    const alone = await play(native, origin);
    assert.equal(alone.text, WHOLE);

    const { init } = await import(path.join(root, "pkg/index.js"));
    const errors = [];
    const records = [];
    const ttft = init({ endpoint: `${origin}/beacon`, target: "#answer" });
    ttft.on("error", (error) => errors.push(error));
    ttft.on("record", (record) => records.push(record));
    const uninstall = ttft.install();
    const pane = ttft.with({ labels: { pane: "left" } });
    const turn = ttft.turn();
    for (const fetch of [globalThis.fetch, ttft.fetch, pane.fetch, turn.fetch]) {
      assert.deepEqual(await play(fetch, origin), alone);
      assert.equal(await (await fetch(`${origin}/chat`, { method: "POST" })).text(), WHOLE);
      const cancelled = await fetch(`${origin}/chat`, { method: "POST" });
      await cancelled.body.cancel();
      assert.equal((await fetch(`${origin}/error`, { method: "POST" })).status, 503);
    }
    const call = ttft.track({ url: `${origin}/chat` });
    call.event(EVENTS[0].slice(6));
    call.rendered();
    call.end();
    turn.end();
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    uninstall();
    assert.equal(globalThis.fetch, native, "the fetch of before");
    await ttft.flush(SETTLED_MS);
    await ttft.close();
    assert.deepEqual(await play(ttft.fetch, origin), alone);
    assert.deepEqual(strays.map(String), []);
    const warnings = warned.mock.calls.map((call) => call.arguments.join(" "));
    assert.equal(warnings.length, said ? 1 : 0, warnings.join());
    if (said) assert.match(warnings[0], said);
    assert.ok(errors.length <= 1, `errors: ${JSON.stringify(errors)}`);
    t.diagnostic(`${records.length} records, ${errors[0]?.message ?? warnings[0] ?? "no error"}`);
  });
}

/** What an app does, and shows. */
async function play(fetch, origin) {
  const response = await fetch(`${origin}/chat`, { method: "POST", body: "{}" });
  const reader = response.body.getReader();
  const place = document.body.appendChild(document.createElement("p"));
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk; !(chunk = await reader.read()).done; place.textContent = text) {
    text += decoder.decode(chunk.value, { stream: true });
  }
  place.remove();
  const controller = new AbortController();
  const aborted = await fetch(`${origin}/chat`, { method: "POST", signal: controller.signal });
  const rest = aborted.body.getReader();
  await rest.read();
  controller.abort();
  const error = await (async () => { while (!(await rest.read()).done); })().catch(String);
  return { status: response.status, type: response.headers.get("content-type"), class: response.constructor.name, text, error };
}

async function answer(request, response) {
  request.resume();
  if (request.url === "/error") return response.writeHead(503).end("overloaded");
  if (request.url === "/beacon") return response.writeHead(204).end();
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of [...EVENTS, "data: [DONE]\n\n"]) {
    response.write(event);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  response.end();
}
