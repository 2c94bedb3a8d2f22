// ttft beside others in the page: tools that read a clone of each response, and
// another copy of itself. Real tools are in tests/clients/suites/beside-*.mjs.

import { show } from "../lib/chat-app.mjs";
import { answer } from "../lib/chat.mjs";
import { collect, start } from "../lib/measured.mjs";
import { where } from "../lib/runner.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = "Others read along and the page reads when it likes".split(" ").map((word) => `${word} `);
const TEXT = PIECES.join("");
const native = globalThis.fetch;
const post = { method: "POST", body: "{}" };

/** Patches `fetch` as tools do that want to know when a body ends; gives a
 * promise of the clone's first chunk, and one of its end. */
function readAlong(t) {
  const inner = globalThis.fetch;
  const told = {};
  const first = new Promise((resolve) => (told.first = resolve));
  const end = new Promise((resolve) => (told.end = resolve));
  globalThis.fetch = async function (...args) {
    const response = await inner.apply(this, args);
    const reader = response.clone().body.getReader();
    const read = async () => {
      while (!(await reader.read()).done) told.first();
    };
    read().then(told.end, told.end);
    return response;
  };
  t.after(() => (globalThis.fetch = native));
  return { first, end };
}

/** ttft below a tool that reads along; `url` streams slowly. */
async function below(t) {
  const ttft = await start(t, { paint: false });
  t.after(ttft.install());
  const { url } = await scenario(answer(PIECES, { after_ms: 60 }));
  return { ttft, records: collect(ttft), url, others: readAlong(t) };
}

/** All of the same files at another address: modules of their own. */
const another = async () => (await import("/isolated/pkg/index.js")).init;

suite("api-beside", {}, {
  async "a page that reads later than a tool reads a clone has its own marks, facts and outcome"(t) {
    const { ttft, records, url, others } = await below(t);
    const response = await fetch(url, post);
    const call = ttft.of(response);
    call.set({ labels: { late: "yes" } });
    await others.first;
    await t.until(() => ttft.last()?.marks.first_token);
    const asked = performance.now();
    const reader = response.body.getReader();
    // WebKit may give half an event first, by which no stream is known.
    do await reader.read();
    while (!ttft.last()?.marks.first_token);
    call.set({ model: "mine" });
    // Never answered before the clone has ended as well: that is the tool's doing.
    reader.cancel();
    await t.until(() => records.length > 0);
    await others.end;
    await ttft.flush(5000);
    t.equal(records.map(({ id, outcome }) => [id, outcome]), [[call.id, "aborted"]]);
    const [{ t0, marks, page, request, labels }] = records;
    t.inOrder({ asked: asked - t0, first_event: marks.first_event, end: marks.end }, page.resolution_ms);
    t.equal([request.model, labels], ["mine", { late: "yes" }]);
  },

  async "a call that was discarded stays so when the page reads it late"(t) {
    const { ttft, records, url, others } = await below(t);
    const response = await fetch(url, post);
    await others.first;
    ttft.of(response).discard();
    t.equal(await show(response, t.stage), TEXT);
    await others.end;
    await ttft.flush(5000);
    t.equal(records, []);
  },

  async "a page that reads after a tool's clone has ended changes nothing of the record"(t) {
    const { ttft, records, url, others } = await below(t);
    const response = await fetch(url, post);
    await others.end;
    await t.until(() => records.length > 0);
    t.equal(await show(response, t.stage), TEXT);
    await ttft.flush(5000);
    t.equal(records.map(({ outcome, rev }) => [outcome, rev]), [["complete", 1]]);
  },

  async "a later tool that answers with a response of its own gives a pane's call two records"(t) {
    const ttft = await start(t, { paint: false });
    const records = collect(ttft);
    t.after(ttft.install());
    t.after(() => (globalThis.fetch = native));
    const patched = globalThis.fetch;
    globalThis.fetch = async (...args) => {
      await undefined;
      const response = await patched(...args);
      return new Response(response.body, response);
    };
    const { url } = await scenario(answer(PIECES, { after_ms: 5 }));
    const pane = ttft.with({ labels: { pane: "left" } });
    t.equal(await show(await pane.fetch(url, post), t.stage), TEXT);
    await t.until(() => records.length > 1);
    await ttft.flush(5000);
    const panes = records.map(({ outcome, labels }) => `${outcome} ${labels?.pane}`);
    t.equal(panes.sort(), ["complete left", "complete undefined"]);
  },

  async "another copy of ttft is the same one: one patch, one record"(t) {
    const ttft = await start(t, { paint: false });
    const records = collect(ttft);
    const init = await another();
    t.ok(init !== (await import("/pkg/index.js")).init, "a copy of its own");
    const copy = init({ route: "/copy" });
    t.ok(copy === ttft, "the one that is there");
    t.after(() => (globalThis.fetch = native));
    const undo = [ttft.install(), copy.install()];
    const { url } = await scenario(answer(PIECES, { after_ms: 5 }));
    for (const fetch of [globalThis.fetch, copy.fetch]) t.equal(await show(await fetch(url, post), t.stage), TEXT);
    await t.until(() => records.length > 1);
    await ttft.flush(5000);
    t.equal(records.map(({ page }) => page.route), ["/test", "/test"]);
    for (const each of undo.reverse()) {
      each();
      t.ok(fetch === native, "the native fetch");
    }
  },

  async "a copy that comes when the other one closes measures on, whoever undoes first"(t) {
    for (const order of [[0, 1], [1, 0]]) {
      const first = await start(t, { paint: false });
      const undo = [first.install()];
      // Evaluated anew, as by a hot reload that closes nothing, then closed late.
      const init = await another();
      const same = init();
      undo.push(same.install());
      t.ok(same === first, "the one that is there");
      const closed = first.close();
      const second = init({ endpoint: `${where.collector}/v1/beacon`, paint: false });
      t.after(() => second.close());
      t.ok(second !== first, "another one");
      undo[1] = second.install();
      const records = collect(second);
      await closed;
      const { url } = await scenario(answer(PIECES, { after_ms: 5 }));
      t.equal(await show(await fetch(url, post), t.stage), TEXT);
      await t.until(() => records.length > 0);
      for (const n of order) undo[n]();
      t.ok(fetch === native, "the native fetch");
      t.equal(await show(await fetch(url, post), t.stage), TEXT);
      await second.flush(5000);
      t.equal(records.length, 1, "records");
      await second.close();
    }
  },

  async "a reload that never closed the old one goes on with it, and its late end stops both for good"(t) {
    const old = await start(t, { paint: false });
    const records = collect(old);
    t.after(() => (globalThis.fetch = native));
    const undo = [old.install()];
    const reloaded = (await another())();
    undo.push(reloaded.install());
    const { url } = await scenario(answer(PIECES, { after_ms: 5 }));
    t.equal(await show(await fetch(url, post), t.stage), TEXT);
    await t.until(() => records.length > 0);
    await old.close();
    t.ok(fetch === native, "the native fetch");
    for (const fetch of [globalThis.fetch, reloaded.fetch]) t.equal(await show(await fetch(url, post), t.stage), TEXT);
    for (const each of [...undo, reloaded.install()]) each();
    t.ok(fetch === native, "the native fetch");
    t.equal(records.length, 1, "records");
  },
});
