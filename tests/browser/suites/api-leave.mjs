// A page that hides or goes while an answer streams.

import { show } from "../lib/chat-app.mjs";
import { answer } from "../lib/chat.mjs";
import { record as stored } from "../lib/collector.mjs";
import { nextRecord, start } from "../lib/measured.mjs";
import { driver, where } from "../lib/runner.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = "A person may look at another tab while the answer still streams".split(" ").map((word) => `${word} `);

suite("api-leave", { seconds: 40 }, {
  async "hidden mid-stream, the collector has an open record, and later the whole one instead"(t) {
    const ttft = await start(t);
    t.after(() => driver("show"));
    const records = [];
    ttft.on("record", (record) => records.push(record));
    const { url } = await scenario(answer(PIECES, { after_ms: 300 }));
    const painted = new Promise((resolve) => ttft.on("first_answer_paint", resolve));
    const response = await ttft.fetch(url, { method: "POST", body: "{}" });
    const { id } = ttft.of(response);
    const shown = show(response, t.stage);
    await painted;
    await driver("hide");
    const open = await stored(id);
    t.equal([open.outcome, open.rev], ["open", 1]);
    t.inOrder({ token: open.marks.first_answer_token, paint: open.marks.first_answer_paint });
    t.equal([open.marks.end, open.marks.request_sent], [undefined, undefined], "not known yet");
    await driver("show");
    t.equal(await shown, PIECES.join(""));
    const whole = await stored(id, ({ outcome }) => outcome !== "open");
    t.equal([whole.outcome, whole.marks.first_answer_paint], ["complete", open.marks.first_answer_paint]);
    t.ok(whole.rev > open.rev, `rev ${whole.rev} is above ${open.rev}`);
    t.equal(records.map(({ id, outcome }) => [id, outcome]), [[id, "open"], [id, "complete"]]);
  },

  async "hidden before its answer came, the record says so and blames no page for it"(t) {
    const ttft = await start(t);
    t.after(() => driver("show"));
    const { url } = await scenario(answer(PIECES, { role_ms: 50, first_ms: 1500 }));
    const response = await ttft.fetch(url, { method: "POST", body: "{}" });
    const { id } = ttft.of(response);
    await driver("hide");
    t.equal((await stored(id)).outcome, "open");
    t.equal(await show(response, t.stage), PIECES.join(""));
    await driver("show");
    const whole = await stored(id, ({ outcome }) => outcome !== "open");
    t.equal([whole.outcome, whole.flags, whole.verdict], ["complete", ["hidden"], undefined]);
    t.ok(whole.marks.first_answer_token > 0, "first_answer_token");
    t.equal(Object.keys(whole.marks).filter((mark) => /^first.*(commit|paint)$/.test(mark)), []);
  },

  async "left mid-stream, the collector has an open record; a page that comes back finishes it"(t) {
    if (t.resumed) {
      t.note("the page was loaded anew");
      const open = await stored(t.resumed.id);
      t.equal([open.outcome, open.rev], ["open", 1]);
      return;
    }
    const ttft = await start(t);
    const { url } = await scenario(answer(PIECES, { after_ms: 300 }));
    const painted = new Promise((resolve) => ttft.on("first_answer_paint", resolve));
    const response = await ttft.fetch(url, { method: "POST", body: "{}" });
    const { id } = ttft.of(response);
    const ended = show(response, t.stage).then(() => "read", (error) => error.name);
    await painted;
    const pageId = ttft.last().page.id;
    const elsewhere = new URL("/browser/pages/witness.html?left", where.page).href;
    const event = await t.away([["go", elsewhere], ["wait", 500], ["back"]], { id });
    t.equal(event.persisted, true);
    const how = await ended;
    const whole = await stored(id, ({ outcome }) => outcome !== "open");
    t.note(`back from the cache, its stream was ${how}: ${whole.outcome}, rev ${whole.rev}, flags ${whole.flags}`);
    t.equal(whole.rev, 2, "rev, above that of the open one");
    t.equal(whole.outcome, how === "read" ? "complete" : "aborted");

    const next = nextRecord(ttft);
    const played = await scenario(answer(PIECES));
    await show(await ttft.fetch(played.url, { method: "POST", body: "{}" }), t.stage);
    t.ok((await next).page.id !== pageId, "another page view");
  },

  async "reloaded mid-stream, an open record is the last word on its answer"(t) {
    const ttft = await start(t);
    if (!t.resumed) {
      const { url } = await scenario(answer(PIECES, { after_ms: 300 }));
      const painted = new Promise((resolve) => ttft.on("first_answer_paint", resolve));
      const response = await ttft.fetch(url, { method: "POST", body: "{}" });
      show(response, t.stage).catch(() => {});
      await painted;
      await t.away([["go", location.href]], { id: ttft.of(response).id });
    }
    await stored(t.resumed.id);
    // Whatever else the page had handed on is there before this.
    const { url } = await scenario(answer(PIECES));
    const response = await ttft.fetch(url, { method: "POST", body: "{}" });
    await show(response, t.stage);
    await stored(ttft.of(response).id);
    const { outcome, rev } = await stored(t.resumed.id);
    t.equal([outcome, rev], ["open", 1]);
  },

  async "closed, ttft hands on the records of an answer that nobody saw and of one that streams"(t) {
    const ttft = await start(t);
    const ask = async (definition) => {
      const { url } = await scenario(definition);
      return ttft.fetch(url, { method: "POST", body: "{}" });
    };
    const streams = await ask(answer(PIECES, { after_ms: 300 }));
    const reader = streams.body.getReader();
    t.after(() => reader.cancel());
    await reader.read();
    const unseen = await ask(answer(PIECES, { after_ms: 0 }));
    const whole = unseen.body.getReader();
    while (!(await whole.read()).done);
    const ids = [unseen, streams].map((response) => ttft.of(response).id);
    await ttft.close();
    const records = [await stored(ids[0]), await stored(ids[1])];
    t.equal(records.map(({ outcome }) => outcome), ["complete", "open"]);
  },
});
