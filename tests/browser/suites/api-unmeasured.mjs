// Pages that do not measure load nothing. In a suite of its own: what a page
// has loaded once, it has.

import { show } from "../lib/chat-app.mjs";
import { answer } from "../lib/chat.mjs";
import { collect } from "../lib/measured.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = ["Nothing ", "is ", "measured ", "here."];

/** The module and its bindings, which come when they are wanted. */
const loaded = () =>
  performance.getEntriesByType("resource").filter(({ name }) => /\/pkg\/(bindings|inlined|.*wasm)/.test(name)).length;

async function streams(t, fetch) {
  const { url } = await scenario(answer(PIECES));
  t.equal(await show(await fetch(url, { method: "POST" }), t.stage), PIECES.join(""));
}

suite("api-unmeasured", {}, {
  async "a page outside the sample, or switched off, loads no module and patches nothing"(t) {
    const { init } = await import("/pkg/index.js");
    const native = globalThis.fetch;
    for (const options of [{ sampleRate: 0 }, { enabled: false }]) {
      const ttft = init({ endpoint: "/v1/beacon", match: () => true, ...options });
      const records = collect(ttft);
      t.ok(init() === ttft, "a second init returns it");
      const undo = ttft.install();
      t.ok(globalThis.fetch === native, "the native fetch");
      undo();
      for (const fetch of [ttft.fetch, ttft.with({ target: "#a" }).fetch]) await streams(t, fetch);
      const response = await ttft.fetch((await scenario(answer(PIECES))).url);
      t.equal(Object.getOwnPropertyNames(response.body), [], "hooks of the body");
      t.equal([ttft.of(response), ttft.last()], [undefined, undefined]);
      t.equal(await ttft.flush(), true);
      // Longer than a page that measures waits for an idle moment.
      await new Promise((resolve) => setTimeout(resolve, 2500));
      t.equal([loaded(), records.length], [0, 0]);
      await ttft.close();
    }
  },

  async "a page that measures loads it when it is idle, or with its first call"(t) {
    const { init } = await import("/pkg/index.js");
    const ttft = init();
    t.after(() => ttft.close());
    t.equal(loaded(), 0);
    await t.until(() => loaded() >= 2);
  },

  async "half of the pages are in a sample of a half, and their records say so"(t) {
    const { init } = await import("/pkg/index.js");
    const { random } = Math;
    t.after(() => {
      Math.random = random;
    });
    const measured = [];
    for (const dice of [0.49, 0.5]) {
      Math.random = () => dice;
      const ttft = init({ sampleRate: 0.5 });
      Math.random = random;
      const records = collect(ttft);
      await streams(t, ttft.fetch);
      await ttft.flush(5000);
      measured.push(records.map(({ page }) => page.sample_rate));
      await ttft.close();
    }
    t.equal(measured, [[0.5], []]);
  },
});
