// On a server ttft is there and does nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { entries, run } from "./consumer.mjs";

test("the package has the entries that these tests import", () => {
  assert.deepEqual(entries, ["ttft", "ttft/full", "ttft/slim"]);
});

for (const entry of entries) {
  test(`importing ${entry} changes no global, starts nothing and loads no module`, async () => {
    const { status, output } = await run(`
      const before = Reflect.ownKeys(globalThis);
      WebAssembly.instantiate = WebAssembly.compile = () => console.log("loads");
      const { init } = await import("${entry}");
      console.log(typeof init);
      const added = Reflect.ownKeys(globalThis).filter((key) => !before.includes(key));
      console.log(added.map(String).join());
      // Nothing is left to wait for: the process ends by itself.
    `, "--throw-deprecation");
    assert.equal(output, "function\n\n");
    assert.equal(status, 0);
  });

  test(`init of ${entry} does nothing and throws nothing on a server`, async () => {
    const { status, output } = await run(`
      import assert from "node:assert/strict";
      import { init } from "${entry}";
      WebAssembly.instantiate = WebAssembly.compile = () => console.log("loads");
      const native = globalThis.fetch;
      const calls = [];
      const ttft = init({
        ...("${entry}" === "ttft/slim" && { wasm: () => console.log("asked for its bytes") }),
        endpoint: "/v1/beacon",
        target: "#answer",
        beforeSend: () => console.log("asked for a record"),
      });

      assert.equal(ttft.install()(), undefined);
      ttft.install();
      assert.equal(globalThis.fetch, native, "the global fetch");

      // As it is when it is called, which a test or a framework may replace.
      const answer = new Response("ok");
      globalThis.fetch = async (...args) => (calls.push(args), answer);
      const options = { method: "POST", body: "{}" };
      const pane = ttft.with({ target: "#left", labels: { pane: "left" } });
      const turn = pane.turn(new Event("click"));
      for (const fetch of [ttft.fetch, pane.fetch, turn.fetch]) {
        assert.equal(await fetch("https://example.com/", options), answer);
      }
      assert.deepEqual(calls, Array(3).fill(["https://example.com/", options]));
      assert.equal(calls[0][1], options, "the very arguments");
      globalThis.fetch = async () => { throw new RangeError("mine"); };
      await assert.rejects(ttft.fetch("https://example.com/"), RangeError);

      for (const { track } of [ttft, pane, turn]) {
        const call = track({ url: "/chat" });
        call.event("[DONE]");
        call.chunk("a");
        call.token("a");
        call.rendered();
        call.set({ model: "m" });
        call.end();
        call.discard();
        assert.equal(call.id, "");
      }
      assert.equal(turn.id, "");
      assert.equal(turn.end(), undefined);

      assert.equal(ttft.of(answer), undefined);
      assert.equal(ttft.on("record", () => {})(), undefined);
      assert.equal(ttft.last(), undefined);
      assert.equal(await ttft.flush(), true);
      assert.equal(await ttft.flush(10), true);
      assert.equal(await ttft.close(), undefined);
      assert.notEqual(init({ ${entry === "ttft/slim" ? 'wasm: "a"' : ""} }), ttft, "one for each request of a server");
      console.log("through");
    `);
    assert.equal(output, "through\n");
    assert.equal(status, 0);
  });
}

const disguises = {
  "an edge runtime with WorkerGlobalScope": `
    globalThis.WorkerGlobalScope = Object;
    Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Cloudflare-Workers" } });`,
  "a test that imitates a page, as jsdom does": `
    globalThis.window = globalThis;
    globalThis.document = {};
    Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Mozilla/5.0 (linux) jsdom/27" } });`,
  "one without fetch, as jest's is": `
    globalThis.window = globalThis;
    globalThis.document = {};
    globalThis.IntersectionObserver = class {};
    delete globalThis.Response;
    Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Mozilla/5.0 (linux) jsdom/27" } });`,
  "one with a fetch of its own, as happy-dom's is": `
    globalThis.window = globalThis;
    globalThis.document = {};
    globalThis.IntersectionObserver = class {};
    globalThis.Response = class { bodyUsed = false };
    Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Mozilla/5.0 (X11) HappyDOM/21" } });`,
};
for (const [what, disguise] of Object.entries(disguises)) {
  test(`${what} is no browser`, async () => {
    const { output } = await run(`
      ${disguise}
      const { init } = await import("ttft");
      const ttft = init();
      ttft.install();
      console.log(await ttft.flush(), Object.getOwnPropertySymbols(globalThis).includes(Symbol.for("ttft")));
    `);
    assert.equal(output, "true false\n");
  });
}

test("an imitation that lacks what ttft needs is no reason to throw, and the console hears of it once", async () => {
  const { output } = await run(`
    globalThis.window = globalThis;
    globalThis.document = {};
    globalThis.IntersectionObserver = class {};
    Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Mozilla/5.0 (linux) jsdom/27" } });
    const { init } = await import("ttft");
    const ttft = init();
    console.log(init() === ttft, await (await ttft.fetch("data:,whole")).text(), await ttft.flush());
  `);
  assert.match(output, /ttft measures nothing: TypeError/);
  assert.match(output, /true whole true/);
  assert.equal(output.trim().split("\n").length, 2, output);
});
