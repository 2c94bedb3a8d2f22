// What leaves a page, when, and how often.

import assert from "node:assert/strict";
import { test } from "node:test";
import { receive, start, stub, tell, turn, until } from "./page.mjs";

const LIMIT = { timeout: 30_000 };
const recordsOf = (sent) => sent.flatMap(({ records }) => records);

/** Waits that timers were made for, above a minute; these are never over. */
function longWaits(t) {
  const waits = [];
  const native = globalThis.setTimeout;
  stub(t, "setTimeout", (task, ms = 0, ...args) => {
    if (ms <= 60_000 && ms >= 0) return native(task, ms, ...args);
    waits.push(ms);
    // Past 31 bits, browsers take it for none at all.
    return ms > 2 ** 31 - 1 || ms < 0 ? native(task, 0) : native(() => {}, 0);
  });
  return waits;
}

for (const after of ["2592000", "1795972000"]) {
  test(`Retry-After: ${after} is a wait of a day, and no storm`, LIMIT, async (t) => {
    const waits = longWaits(t);
    const sent = receive(t, () => new Response(null, { status: 429, headers: { "retry-after": after } }));
    tell(start(t));
    await until(() => waits.length > 0);
    assert.equal(waits[0], 86_400_000);
    assert.equal(sent.length, 1);
  });
}

test("what does not fit into the last request of a page that hides follows by itself", LIMIT, async (t) => {
  const replies = [];
  let isSlow = true;
  const sent = receive(t, () => {
    const reply = new Response(null, { status: 204 });
    return isSlow ? new Promise((resolve) => replies.push(() => resolve(reply))) : reply;
  });
  const ttft = start(t, { beforeSend: (record) => void (record.pad = "p".repeat(2000)) });
  const ids = Array.from({ length: 25 }, () => tell(ttft));
  await until(() => sent.length === 1);
  isSlow = false;
  turn("hidden");
  turn("visible");
  assert.equal(sent.length, 2);
  assert.equal(sent[1].keepalive, true);
  assert.ok(sent[1].records.length < ids.length, "not all of them");
  await until(() => new Set(recordsOf(sent.slice(1)).map(({ id }) => id)).size === ids.length);
  for (const reply of replies) reply();
});
