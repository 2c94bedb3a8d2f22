// Pages nobody sees for a while, and machines that sleep.

import { show } from "../lib/chat-app.mjs";
import { answer } from "../lib/chat.mjs";
import { tieClock } from "../lib/clock.mjs";
import { ask, recordOf, start } from "../lib/measured.mjs";
import { driver, where } from "../lib/runner.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = "Whoever looks away while the answer is on its way may be back in time for it".split(" ").map((word) => `${word} `);

suite("visibility", { seconds: 40 }, {
  async "hidden and back before the answer came, the record is whole and blames the slow server"(t) {
    const ttft = await start(t);
    t.after(() => driver("show"));
    const played = await scenario(answer(PIECES, { role_ms: 20, first_ms: 4000 }));
    const response = await ttft.fetch(played.url, { method: "POST", body: "{}" });
    const whole = wholeOf(t, ttft, response);
    const shown = show(response, t.stage);
    await driver("hide");
    await driver("show");
    t.equal(t.stage.textContent, "", "the page was back in time: its text");
    await shown;
    const record = await whole;
    t.equal([record.outcome, record.flags, record.verdict], ["complete", undefined, "server"]);
    const { first_answer_token, first_answer_commit, first_answer_paint } = record.marks;
    t.inOrder({ first_answer_token, first_answer_commit, first_answer_paint });
  },

  async "hidden after its answer was painted, the record keeps the paint and its verdict"(t) {
    const ttft = await start(t);
    t.after(() => driver("show"));
    const painted = new Promise((resolve) => t.after(ttft.on("first_answer_paint", resolve)));
    const { url } = await scenario(answer(PIECES, { first_ms: 500, after_ms: 150 }));
    const response = await ttft.fetch(url, { method: "POST", body: "{}" });
    const shown = show(response, t.stage);
    const { marks, verdict } = await painted;
    await driver("hide");
    const finished = recordOf(t, ttft, response);
    await shown;
    await driver("show");
    const record = await finished;
    t.equal([record.outcome, record.flags], ["complete", undefined]);
    t.equal([record.marks.first_answer_paint, record.verdict], [marks.first_answer_paint, verdict]);
  },

  async "frozen in the background while the answer came, nobody is blamed for the time"(t) {
    if (!("onfreeze" in document)) t.skip("this engine tells of no freezing");
    const ttft = await start(t);
    const clock = await tieClock();
    t.after(() => driver("show"));
    const { url, log } = await scenario(answer(PIECES, { first_ms: 1500, after_ms: 5 }));
    const response = await ttft.fetch(url, { method: "POST", body: "{}" });
    const shown = show(response, t.stage);
    const whole = wholeOf(t, ttft, response);
    await driver("hide");
    await driver("freeze", { ms: 2500 });
    await driver("show");
    await shown;
    const record = await whole;
    t.equal([record.outcome, record.flags, record.verdict], ["complete", ["hidden"], undefined]);
    t.equal(record.main_thread.busy_ms, 0, "busy_ms");
    const [lo, , hi] = record.segments.backend;
    const written = clock.toPage((await log()).write("token")) - record.t0;
    t.inOrder({ lo, written, hi }, clock.error + 1);
    t.ok(hi - written > 500, "it was read long after it came");
  },

  async "a machine that slept meanwhile is flagged, and nobody is blamed"(t) {
    const ttft = await start(t);
    const { now } = Date;
    t.after(() => (Date.now = now));
    // The monotonic clock stands still in sleep, wall time goes on.
    const { record } = await ask(t, ttft, answer(PIECES), {
      onResponse: () => (Date.now = () => now() + 60_000),
    });
    t.equal([record.outcome, record.flags, record.verdict], ["complete", ["slept"], undefined]);
    t.ok(record.marks.first_answer_paint > 0, "first_answer_paint");
  },

  async "prerendered and shown before the answer came, the record is whole"(t) {
    const { words, record } = await prerendered(t, "headers", { role_ms: 20, first_ms: 4000 });
    t.ok(words.indexOf("activated") < words.indexOf("shown"), `activated before it was shown, in ${words}`);
    t.equal([record.outcome, record.flags, record.verdict], ["complete", undefined, "server"]);
    t.ok(record.marks.first_answer_paint > 0, "first_answer_paint");
  },

  async "answered while it was prerendered, the record says hidden, and has no paint"(t) {
    const { words, record } = await prerendered(t, "shown", {});
    t.ok(words.indexOf("shown") < words.indexOf("activated"), `shown before it was activated, in ${words}`);
    t.equal([record.flags, record.verdict], [["hidden"], undefined]);
    t.ok(record.marks.first_answer_token > 0, "first_answer_token");
    t.equal(record.marks.first_answer_paint, undefined, "first_answer_paint");
  },
});

/** The record of a call once it is over; hidden pages hand on an open one before. */
function wholeOf(t, ttft, response) {
  const { id } = ttft.of(response);
  return new Promise((resolve) => {
    t.after(ttft.on("record", (record) => record.id === id && record.outcome !== "open" && resolve(record)));
  });
}

/** What a page notes that is prerendered, and shown once it noted `when`. */
async function prerendered(t, when, timing) {
  if (!HTMLScriptElement.supports?.("speculationrules")) t.skip("this engine prerenders nothing");
  const { url } = await scenario(answer(PIECES, timing));
  const to = new URL(`/browser/pages/prerendered.html?ask=${encodeURIComponent(url)}`, where.page).href;
  const query = new URLSearchParams({ to, when });
  const page = await driver("open", { url: new URL(`/browser/pages/prerender.html?${query}`, where.page).href });
  t.after(() => driver("close", { page }));
  const words = await t.until(() => {
    const noted = localStorage.getItem(to)?.split("\n") ?? [];
    const ended = noted.some((word) => word.startsWith("{") && JSON.parse(word).outcome !== "open");
    return noted.includes("activated") && ended && noted;
  });
  t.equal(words[0], "prerendering", "its beginning");
  const records = words.filter((word) => word.startsWith("{")).map((word) => JSON.parse(word));
  return { words, record: records.at(-1) };
}
