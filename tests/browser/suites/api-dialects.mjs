// A page's own dialects: the example of docs/dialects.md, which the decoder of
// the page has never heard of otherwise.

import { record as stored } from "../lib/collector.mjs";
import { collect, start } from "../lib/measured.mjs";
import { posted, scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const WORDS = "Acme greets you with words of its own and says goodbye".split(" ").map((word) => `${word} `);
const line = (value) => `${JSON.stringify(value)}\n`;

/** As in "Adding a dialect" of docs/dialects.md. */
const HELLO = line({ kind: "hello", meta: { engine: "acme-1" } });
const WHY = line({ kind: "part", payload: { why: "The user greets me." } });
const BYE = line({ kind: "bye" });
const ACME = {
  name: "acme",
  answer: "payload/token",
  reasoning: "payload/why",
  end: "kind=bye",
  model: "meta/engine",
};

const stream = (...last) => ({
  headers: { "content-type": "application/x-ndjson" },
  steps: [
    { text: HELLO },
    { after_ms: 30, text: WHY },
    ...WORDS.map((token, place) => ({
      // Long after the reasoning, or a page that starts reads both at once.
      after_ms: place === 0 ? 300 : 30,
      text: line({ kind: "part", payload: { token } }),
    })),
    ...last.map((text) => ({ text })),
  ],
});

async function read(response) {
  const reader = response.body.getReader();
  while (!(await reader.read()).done);
}

/** Reads and shows it as an app of Acme's would. */
async function play(t, fetch, definition) {
  const { url } = await scenario(definition);
  const reader = (await fetch(url, { method: "POST", body: "{}" })).body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (let read; !(read = await reader.read()).done; ) {
    const lines = (buffer + read.value).split("\n");
    buffer = lines.pop();
    for (const text of lines) t.stage.append(JSON.parse(text).payload?.token ?? "");
  }
}

suite("api-dialects", {}, {
  async "a dialect of the page's own is decoded like a built-in one, and called by its name"(t) {
    const ttft = await start(t, { dialects: [{ name: "other", answer: "nowhere/to/be/found" }, ACME] });
    const records = collect(ttft);
    await play(t, ttft.fetch, stream(BYE));
    await t.until(() => records.length > 0);
    const [{ id, outcome, request, marks, paint, segments }] = records;
    t.equal([outcome, request.dialect, request.model, request.source], ["complete", "acme", "acme-1", "body"]);
    t.inOrder({
      event: marks.first_event,
      reasoning: marks.first_token,
      answer: marks.first_answer_token,
      commit: marks.first_answer_commit,
      paint: marks.first_answer_paint,
      end: marks.end,
    });
    t.ok(marks.first_answer_token > marks.first_token, "reasoning came before the answer");
    t.ok("reason" in segments, "a segment for it");
    t.equal(paint.found, "text");
    t.equal(await ttft.flush(5000), true);
    t.equal((await stored(id)).request.dialect, "acme");
  },

  async "its end marker tells a whole stream from one that was cut short"(t) {
    const ttft = await start(t, { dialects: [ACME] });
    const records = collect(ttft);
    await play(t, ttft.fetch, stream());
    await t.until(() => records.length > 0);
    t.equal(records[0].outcome, "truncated");
  },

  async "without it, the same stream is nobody's, which is told once for its place and with the fix"(t) {
    for (const lateWasm of [undefined, 1500]) {
      const errors = [];
      const ttft = await start(t, { errors, lateWasm });
      const records = collect(ttft);
      const id = await posted(stream(BYE));
      for (const count of [1, 2]) {
        await play(t, ttft.fetch, id);
        await t.until(() => records.length === count);
      }
      t.equal(records.map(({ outcome, request }) => [outcome, request.dialect]), Array(2).fill(["no-output", undefined]));
      const { origin, path } = records[0].request;
      await t.until(() => errors.length > 0);
      await ttft.close();
      t.equal(errors.map(({ type }) => type), ["unrecognised"]);
      for (const part of [`${origin}${path} `, "`dialects`", "dialects.md"]) {
        t.ok(errors[0].message.includes(part), `${part} in: ${errors[0].message}`);
      }
    }
  },

  async "a stream that nobody expected is told as well, and an answer that is no stream is not"(t) {
    const errors = [];
    const ttft = await start(t, { errors });
    const records = collect(ttft);
    const json = await scenario({ headers: { "content-type": "application/json" }, steps: [{ text: "{}" }] });
    await read(await ttft.fetch(json.url, { method: "POST" }));
    const text = await scenario({ headers: { "content-type": "text/plain" }, steps: [{ text: "User-agent: *" }] });
    t.after(ttft.install());
    await read(await fetch(text.url));
    await t.until(() => records.length > 0);
    await play(t, fetch, stream(BYE));
    await t.until(() => errors.length > 0);
    t.equal([errors.length, errors[0].type, records.length], [1, "unrecognised", 1]);
  },

  async "a stream that was not expected is recognised by a dialect of the page's own"(t) {
    const ttft = await start(t, { dialects: [ACME] });
    const records = collect(ttft);
    t.after(ttft.install());
    await play(t, fetch, stream(BYE));
    await t.until(() => records.length > 0);
    t.equal(records[0].request.dialect, "acme");
  },

  async "bare tokens are a dialect, too"(t) {
    const ttft = await start(t, { dialects: [{ name: "bare", answer: "@data" }] });
    const records = collect(ttft);
    const { url } = await scenario({
      headers: { "content-type": "text/event-stream" },
      steps: WORDS.map((word) => ({ after_ms: 20, text: `data: ${word}\n\n` })),
    });
    const reader = (await ttft.fetch(url, { method: "POST" })).body.getReader();
    while (!(await reader.read()).done);
    await t.until(() => records.length > 0);
    t.equal([records[0].request.dialect, records[0].outcome], ["bare", "complete"]);
  },

  async "dialects that are too many in all are told, and the built-in ones stay"(t) {
    const errors = [];
    const key = (d, p) => Array.from({ length: 12 }, (_, s) => `${d}-${p}-${s}`).join("/");
    const dialects = Array.from({ length: 16 }, (_, d) => ({
      name: `d${d}`,
      answer: key(d, "a"),
      reasoning: key(d, "r"),
      tool: key(d, "t"),
      end: key(d, "e"),
      model: key(d, "m"),
    }));
    const ttft = await start(t, { errors, dialects });
    const records = collect(ttft);
    const { url } = await scenario("openai-chat");
    const reader = (await ttft.fetch(url, { method: "POST" })).body.getReader();
    while (!(await reader.read()).done);
    await t.until(() => records.length > 0);
    t.equal([records[0].outcome, records[0].request.dialect], ["complete", "openai-chat"]);
    t.equal(errors.map(({ type }) => type), ["dialect"]);
    t.ok(/^d\d+ /.test(errors[0].message), errors[0].message);
  },
});
