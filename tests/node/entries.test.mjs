// Entries of the page's observer that are on their way when the page hides.

import assert from "node:assert/strict";
import { test } from "node:test";
import { receive, start, stub, turn, until } from "./page.mjs";

const URL = "https://api.example/chat";

test("entries that were not told yet are in the record of a page that hides", { timeout: 30_000 }, async (t) => {
  const stream = { headers: { "content-type": "text/event-stream" } };
  stub(t, "fetch", async () => new Response('data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n', stream));
  const sent = receive(t);
  const waiting = [];
  stub(t, "PerformanceObserver", class {
    static supportedEntryTypes = ["longtask"];
    observe() {}
    disconnect() {}
    takeRecords() {
      return waiting.splice(0);
    }
  });
  t.after(() => turn("visible"));
  const ttft = start(t);
  const startTime = performance.now();
  const response = await ttft.fetch(URL, { method: "POST" });
  await until(() => ttft.last()?.marks);
  const reader = response.body.getReader();
  while (!(await reader.read()).done);
  const [requestStart, responseStart, responseEnd] = [1, 2, 3].map((ms) => startTime + ms / 10);
  const times = { requestStart, responseStart, responseEnd, nextHopProtocol: "h2" };
  waiting.push({ entryType: "resource", initiatorType: "fetch", name: URL, startTime, ...times });
  turn("hidden");
  await until(() => sent.length > 0);
  const [record] = sent[0].records;
  assert.deepEqual([record.outcome, record.request.protocol], ["complete", "h2"]);
  assert.ok(record.marks.headers >= 0, "headers");
});
