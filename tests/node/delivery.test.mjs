// What leaves a page, when, and how often.

import assert from "node:assert/strict";
import { test } from "node:test";
import { receive, start, stub, tell, until } from "./page.mjs";

const LIMIT = { timeout: 30_000 };

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
