// The module never comes. In a suite of its own: a page that has loaded it
// once has it.

import { show } from "../lib/chat-app.mjs";
import { answer } from "../lib/chat.mjs";
import { record as stored } from "../lib/collector.mjs";
import { collect } from "../lib/measured.mjs";
import { driver, where } from "../lib/runner.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = "The page is whole and its answers are whole without a module".split(" ").map((word) => `${word} `);
const ENDPOINT = `${where.collector}/v1/beacon`;

async function start(t, options) {
  const { init } = await import("/pkg/slim.js");
  const ttft = init({ endpoint: ENDPOINT, ...options });
  t.after(() => ttft.close());
  const errors = [];
  ttft.on("error", (error) => errors.push(error));
  return { ttft, errors, records: collect(ttft) };
}

async function streams(t, ttft) {
  const { url } = await scenario(answer(PIECES));
  const response = await ttft.fetch(url, { method: "POST", body: "{}" });
  t.equal(await show(response, t.stage), PIECES.join(""));
  return response;
}

suite("api-no-module", {}, {
  async "a module that is not there is one error, and the app's streams are whole"(t) {
    const { ttft, errors, records } = await start(t, { wasm: "/pkg/no-such.wasm" });
    await streams(t, ttft);
    await t.until(() => errors.length > 0);
    await streams(t, ttft);
    t.equal(await ttft.flush(300), false);
    t.equal(errors.map(({ type }) => type), ["wasm"]);
    t.note(errors[0].message);
    t.equal(records, []);
  },

  async "an app that fails to bring the bytes is one error"(t) {
    const { ttft, errors } = await start(t, {
      wasm() {
        throw new RangeError("mine");
      },
    });
    await streams(t, ttft);
    await t.until(() => errors.length > 0);
    t.equal(errors, [{ type: "wasm", message: "RangeError: mine" }]);
  },

  async "a module that hangs harms nobody, and flush and close do not wait for it"(t) {
    const { ttft, errors, records } = await start(t, { wasm: () => new Promise(() => {}) });
    for (let i = 0; i < 3; i++) await streams(t, ttft);
    t.equal(ttft.last(), undefined);
    t.equal(await ttft.flush(200), false);
    await ttft.close();
    await streams(t, ttft);
    t.equal([errors, records], [[], []]);
  },

  async "a page that hides or closes before the module came says that its streams were open"(t) {
    const page = new URL("/browser/pages/no-module.html", location.href);
    const { url } = await scenario(answer(PIECES, { after_ms: 1000 }));
    const ready = new BroadcastChannel("no-module");
    t.after(() => ready.close());
    page.search = new URLSearchParams({ collector: where.collector, stream: url });
    for (const action of ["hide", "close"]) {
      const streaming = new Promise((resolve) => {
        ready.onmessage = ({ data }) => resolve(data);
      });
      const name = await driver("open", { url: page.href });
      const { id, t0 } = await streaming;
      await driver(action, { page: name });
      const record = await stored(id);
      t.equal([record.rev, record.outcome, record.marks], [0, "open", {}]);
      t.equal([record.page.scope, record.page.release, record.page.sample_rate], ["window", "test", 1]);
      t.equal([record.request.origin, record.request.path], [location.origin, "/"]);
      t.ok(record.t0 <= t0, "t0 is not after the call's return");
      if (action === "hide") await driver("close", { page: name });
    }
  },
});
