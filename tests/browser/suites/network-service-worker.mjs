// Calls of a page that a service worker controls.

import { answer } from "../lib/chat.mjs";
import { show } from "../lib/chat-app.mjs";
import { ask, nextRecord, start } from "../lib/measured.mjs";
import { checkSums, networkMarks } from "../lib/record.mjs";
import { suite } from "../lib/suite.mjs";

const TEXT = "The quick brown fox jumps over the lazy dog and then it sleeps";
const PIECES = TEXT.split(/(?<= )/);

suite("network-service-worker", {}, {
  async "a request that a service worker lets through has network marks, or says why not"(t) {
    await controlled(t);
    const ttft = await start(t);
    const { record, text } = await ask(t, ttft, answer(PIECES));
    t.equal(text, TEXT);
    t.equal(record.outcome, "complete");
    t.ok(record.marks.first_answer_paint > 0, "first_answer_paint");
    const told = record.network_missing === undefined;
    if (!told) t.equal(record.network_missing, "service-worker");
    t.equal(networkMarks(record), [told, told]);
    t.note(told ? "told" : "not told");
    checkSums(t, record);
  },

  async "an answer that a service worker made up has no network marks"(t) {
    await controlled(t);
    const ttft = await start(t);
    const finished = nextRecord(ttft);
    const response = await ttft.fetch("/made-up/answer", { method: "POST", body: "{}" });
    await show(response, t.stage);
    const record = await finished;
    t.equal(networkMarks(record), [false, false]);
    t.equal(record.network_missing, "service-worker");
    t.ok(record.flags.includes("service-worker"), "the flag");
    checkSums(t, record);
  },
});

/** This page, and no other one, is controlled from here on. */
async function controlled(t) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) t.skip("no service worker in this engine");
  await serviceWorker.register("/browser/service-worker.js", { scope: location.href });
  await t.until(() => serviceWorker.controller);
}
