// `install()`: the patch of the global fetch.

import { show } from "../lib/chat-app.mjs";
import { answer } from "../lib/chat.mjs";
import { collect, start } from "../lib/measured.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = ["Patches ", "come ", "and go."];
const native = globalThis.fetch;

/** Streams by the global fetch; the text, and how many records came of it. */
async function stream(t, records) {
  const before = records.length;
  const { url } = await scenario(answer(PIECES, { after_ms: 5 }));
  const text = await show(await fetch(url, { method: "POST" }), t.stage);
  t.equal(text, PIECES.join(""));
  return async (expected) => {
    await t.until(() => records.length >= before + expected);
    return records.length - before;
  };
}

/** Whether the global fetch measures just now. */
async function measures(t, ttft, records) {
  const count = await stream(t, records);
  if (globalThis.fetch === native) return (await count(0)) > 0;
  // Nothing is waited for in vain: what was measured has its record after this.
  await ttft.flush();
  return (await count(0)) > 0;
}

/** Another library's patch, which is put back without a look, as most do. */
function otherPatch(calls) {
  const inner = globalThis.fetch;
  globalThis.fetch = function (...args) {
    // The beacons come through here as well.
    if (String(args[0]).includes("/s/")) calls.push("other");
    return inner.apply(this, args);
  };
  return () => {
    globalThis.fetch = inner;
  };
}

suite("api-install", {}, {
  async "installing twice is one installation, and undoing it gives the native fetch back"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    t.after(() => {
      globalThis.fetch = native;
    });
    const [undo, again] = [ttft.install(), ttft.install()];
    t.equal([fetch === native, fetch.name, fetch.length], [false, native.name, native.length]);
    t.equal(await (await stream(t, records))(1), 1, "records of one stream");
    undo();
    t.ok(fetch === native, "the native fetch");
    again();
    t.ok(fetch === native, "still the native fetch");
    t.equal(await measures(t, ttft, records), false);

    ttft.install();
    undo();
    t.equal(await measures(t, ttft, records), true, "an undo of before undoes nothing that came after");
  },

  async "patches of others, before and after ours, may be undone in any order"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    t.after(() => {
      globalThis.fetch = native;
    });
    const orders = ["before ours after", "before after ours", "ours before after", "ours after before", "after before ours", "after ours before"];
    for (const order of orders) {
      globalThis.fetch = native;
      const calls = [];
      const undo = { before: otherPatch(calls) };
      undo.ours = ttft.install();
      undo.after = otherPatch(calls);
      t.equal([await measures(t, ttft, records), calls.length], [true, 2], `all three: ${order}`);
      const undone = [];
      for (const whose of order.split(" ")) {
        undo[whose]();
        undone.push(whose);
        const measured = await measures(t, ttft, records);
        if (undone.includes("ours")) t.equal(measured, false, `measured after ${undone}`);
      }
      // A patch that is put back without a look takes those above it along.
      t.equal(await measures(t, ttft, records), false);
    }
    globalThis.fetch = native;
    const undo = ttft.install();
    t.equal(await measures(t, ttft, records), true, "and installed anew");
    undo();
  },

  async "a patch that somebody wrapped and left is replaced by a new one"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    t.after(() => {
      globalThis.fetch = native;
    });
    // Undone below somebody else's, which then goes away for good.
    const undo = ttft.install();
    otherPatch([]);
    undo();
    globalThis.fetch = (...args) => native(...args);
    ttft.install();
    t.equal(await (await stream(t, records))(1), 1, "records of one stream");

    // Undone below somebody else's, which stays.
    globalThis.fetch = native;
    const next = ttft.install();
    const calls = [];
    otherPatch(calls);
    next();
    t.equal(await measures(t, ttft, records), false);
    ttft.install();
    calls.length = 0;
    t.equal(await (await stream(t, records))(1), 1, "records of one stream");
    t.equal(calls, ["other"]);
    await ttft.flush();
    t.equal(records.length, 2, "records in all");
  },

  async "a patch that was made read-only since closes, and passes on"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    t.after(() => Object.defineProperty(globalThis, "fetch", { value: native, writable: true }));
    const undo = ttft.install();
    Object.defineProperty(globalThis, "fetch", { writable: false });
    t.equal(await measures(t, ttft, records), true);
    undo();
    await ttft.close();
    t.ok(fetch !== native, "still the patch");
    await stream(t, records);
    t.equal(records.length, 1, "records");
  },

  async "fetch works however it is called"(t) {
    const ttft = await start(t);
    t.after(ttft.install());
    const { url } = await scenario(answer(PIECES));
    const { fetch } = globalThis;
    const calls = [
      () => fetch(url),
      () => window.fetch(url),
      () => fetch.call(undefined, url),
      () => fetch.call(null, new Request(url)),
      () => fetch.apply(window, [new URL(url)]),
      () => (0, ttft.fetch)(url),
      () => ttft.fetch.call({}, url),
    ];
    for (const call of calls) t.equal((await call()).constructor, Response);
    for (const wrong of [[], ["http://["], [url, { method: "?" }]]) {
      const ours = await t.rejects(fetch(...wrong));
      const theirs = await t.rejects(native(...wrong));
      t.equal([ours.name, ours.message], [theirs.name, theirs.message]);
    }
  },

  async "ttft's own beacons are never measured, and a call passes through ours once"(t) {
    const ttft = await start(t, { match: () => true });
    const records = collect(ttft);
    const seen = [];
    globalThis.fetch = function (...args) {
      seen.push(String(args[0]));
      return native.apply(this, args);
    };
    t.after(() => {
      globalThis.fetch = native;
    });
    t.after(ttft.install());
    const { url } = await scenario(answer(PIECES));
    await show(await ttft.fetch(url, { method: "POST" }), t.stage);
    await t.until(() => records.length > 0);
    t.equal(await ttft.flush(5000), true, "delivered");
    t.ok(seen.some((url) => url.endsWith("/v1/beacon")), "the beacon went through the page's own patch");
    // Measured itself, it would have a record by now.
    await ttft.flush(5000);
    t.equal(records.map(({ request }) => request.path), [new URL(url).pathname]);
  },
});
