// `turn`: several calls of one question, and when the person asked.

import { show } from "../lib/chat-app.mjs";
import { answer, chat } from "../lib/chat.mjs";
import { record as stored } from "../lib/collector.mjs";
import { collect, start } from "../lib/measured.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = "The quick brown fox jumps over the lazy dog and then it sleeps".split(" ").map((word) => `${word} `);
const post = { method: "POST", body: "{}" };

/** Asks for a scenario and shows what comes. */
async function play(t, fetch, definition, init = post) {
  const { url } = await scenario(definition);
  const response = await fetch(url, init);
  if (response.ok) await show(response, t.stage.appendChild(document.createElement("p")));
  return response;
}

/** An event that says it is the person's: pages cannot make a trusted one. */
const acted = (timeStamp) => ({ isTrusted: true, timeStamp });

suite("api-turn", {}, {
  async "a retry and a round with a tool are calls 1, 2 and 3 of one question"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    const turn = ttft.turn();
    await play(t, turn.fetch, { status: 429 });
    await play(t, turn.fetch, {
      headers: chat.headers,
      steps: [chat.tool("search", "{}"), chat.finish("tool_calls"), chat.done()].map((text) => ({ text })),
    });
    await play(t, turn.fetch, answer(PIECES));
    turn.end();
    await t.until(() => records.length === 3);
    t.ok(/^[0-9a-f-]{36}$/.test(turn.id), "its id is a UUID");
    records.sort((a, b) => a.t0 - b.t0);
    t.equal(records.map((record) => record.turn), [1, 2, 3].map((seq) => ({ id: turn.id, seq })));
    t.equal(records.map(({ outcome }) => outcome), ["error", "complete", "complete"]);
    // All count from the same act, which none of them is before.
    const [{ t0, marks, page }] = records;
    t.ok(marks.turn_start <= 0, `turn_start ${marks.turn_start} of the first`);
    for (const record of records) {
      t.approx(record.t0 + record.marks.turn_start, t0 + marks.turn_start, 2 * page.resolution_ms + 1e-3, "the act");
    }
    t.ok(records[2].marks.turn_start < marks.turn_start, "further back for a later call");
    t.equal(await ttft.flush(5000), true);
    t.equal((await stored(records[2].id)).turn, { id: turn.id, seq: 3 });
  },

  async "turn_start is the moment of a trusted event, and now for any other"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    const before = performance.now() - 400;
    const untrusted = new Event("click");
    t.equal(untrusted.isTrusted, false);
    const made = [];
    for (const event of [acted(before), { isTrusted: false, timeStamp: before }, untrusted, undefined, null]) {
      made.push(performance.now());
      await play(t, ttft.turn(event).fetch, answer(PIECES.slice(0, 8)));
    }
    await t.until(() => records.length === 5);
    // One that waits for its last paint comes behind the next one's.
    const [trusted, ...others] = records.sort((a, b) => a.t0 - b.t0);
    t.approx(trusted.t0 + trusted.marks.turn_start, before, trusted.page.resolution_ms + 1e-3, "the event's moment");
    for (const [place, { t0, marks, page }] of others.entries()) {
      t.inOrder({ made: made[place + 1], turn: t0 + marks.turn_start, request: t0 }, page.resolution_ms + 1e-3);
    }
  },

  async "after end() its calls are measured without the turn, and what was under way keeps it"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    const turn = ttft.turn();
    const { url } = await scenario(answer(PIECES, { first_ms: 100 }));
    const running = turn.fetch(url, post);
    turn.end();
    turn.end();
    await play(t, turn.fetch, answer(PIECES));
    await show(await running, t.stage.appendChild(document.createElement("p")));
    await t.until(() => records.length === 2);
    const [first, second] = records.sort((a, b) => a.t0 - b.t0);
    t.equal(first.turn, { id: turn.id, seq: 1 });
    t.equal([second.turn, second.marks.turn_start], [undefined, undefined]);
    t.equal(second.outcome, "complete");
  },

  async "calls that are not measured are not counted"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    const turn = ttft.turn();
    const plain = await scenario({ headers: { "content-type": "application/json" }, steps: [{ text: "{}" }] });
    await (await turn.fetch(plain.url)).text();
    await play(t, turn.fetch, answer(PIECES), {});
    await play(t, turn.fetch, answer(PIECES));
    await t.until(() => records.length === 2);
    t.equal(records.sort((a, b) => a.t0 - b.t0).map(({ turn }) => turn.seq), [1, 2]);
  },

  async "a pane's turn has the pane's labels, and other calls have no turn"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    const pane = ttft.with({ labels: { pane: "left" } });
    const turn = pane.turn(acted(performance.now()));
    await play(t, turn.fetch, answer(PIECES));
    await play(t, pane.fetch, answer(PIECES));
    await play(t, ttft.fetch, answer(PIECES));
    await t.until(() => records.length === 3);
    records.sort((a, b) => a.t0 - b.t0);
    t.equal(records.map(({ labels }) => labels), [{ pane: "left" }, { pane: "left" }, undefined]);
    t.equal(records.map((record) => record.turn), [{ id: turn.id, seq: 1 }, undefined, undefined]);
  },

  async "a question whose answer came before the module has its turn as well"(t) {
    const ttft = await start(t, { lateWasm: 1500 });
    const records = collect(ttft);
    const turn = ttft.turn();
    await play(t, turn.fetch, answer(PIECES));
    await t.until(() => records.length === 1);
    t.equal(records[0].turn, { id: turn.id, seq: 1 });
    t.ok(records[0].marks.turn_start <= 0, "turn_start");
  },

  async "what is no event is refused with the fix, and after close calls pass"(t) {
    const ttft = await start(t);
    for (const wrong of [42, "click", {}]) {
      const { name, message } = await t.rejects(async () => ttft.turn(wrong));
      t.equal(name, "TypeError");
      t.ok(/^ttft turn: .*give it/.test(message), message);
    }
    const turn = ttft.turn();
    const records = collect(ttft);
    await ttft.close();
    t.equal((await play(t, turn.fetch, answer(PIECES))).status, 200);
    t.equal((await play(t, ttft.turn().fetch, answer(PIECES))).status, 200);
    t.equal(records, []);
  },
});
