// What the record says of the network, and of calls that go wrong: present
// where the browser tells it, absent with a reason where it does not.

import { answer, chat } from "../lib/chat.mjs";
import { show } from "../lib/chat-app.mjs";
import { tieClock } from "../lib/clock.mjs";
import { ask, nextRecord, start } from "../lib/measured.mjs";
import { checkSums, networkMarks } from "../lib/record.mjs";
import { where } from "../lib/runner.mjs";
import { posted, scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const TEXT = "The quick brown fox jumps over the lazy dog and then it sleeps";
const PIECES = TEXT.split(/(?<= )/);
const POST = { method: "POST", body: "{}" };

/** Sends a request that is to fail; resolves with its record and its error. */
async function failing(t, ttft, url, { signal, after } = {}) {
  const finished = nextRecord(ttft);
  let response, error;
  try {
    response = await ttft.fetch(url, { ...POST, signal });
    await (after ?? ((it) => it.text()))(response);
  } catch (thrown) {
    error = thrown;
  }
  const record = await finished;
  t.ok(record.network_missing !== "service-worker", "no service worker is blamed");
  return { record, error };
}

suite("network", { seconds: 30 }, {
  async "another origin without Timing-Allow-Origin hides the network, and nothing else"(t) {
    const ttft = await start(t);
    const { record } = await ask(t, ttft, answer(PIECES), { origin: "cross" });
    t.equal(networkMarks(record), [false, false]);
    t.equal(record.network_missing, "tao");
    t.equal([record.segments.connect, record.segments.wait], [undefined, undefined]);
    t.ok(record.marks.first_answer_paint > 0, "first_answer_paint");
    checkSums(t, record);
  },

  async "another origin with Timing-Allow-Origin and exposed headers tells all"(t) {
    const ttft = await start(t);
    const cors = { timing_allow: true, expose: ["server-timing"] };
    const definition = answer(PIECES, { cors, server_timing: true, headers_after_ms: 60 });
    const { record } = await ask(t, ttft, definition, { origin: "cross" });
    t.equal(networkMarks(record), [true, true]);
    t.equal(record.network_missing, undefined);
    t.ok(record.server.headers_ms > 0, "server.headers_ms");
    checkSums(t, record);
  },

  async "a preflight belongs to connect"(t) {
    const ttft = await start(t);
    const clock = await tieClock();
    const definition = answer(PIECES, { cors: { timing_allow: true } });
    const { url, log } = await scenario(definition, "cross");
    const finished = nextRecord(ttft);
    const headers = { "content-type": "application/json" };
    await show(await ttft.fetch(url, { ...POST, headers }), t.stage);
    const record = await finished;
    const seen = await log();
    t.equal(seen.preflights, 1);
    const slack = clock.error + record.page.resolution_ms;
    t.inOrder({
      request_sent: record.marks.request_sent,
      "seen by the server": clock.toPage(seen.first("request")) - record.t0,
    }, slack);
    t.equal(record.segments.connect, record.marks.request_sent);
  },

  async "an early hint is not the headers"(t) {
    const ttft = await start(t);
    const clock = await tieClock();
    const definition = answer(PIECES, {
      informational: [{ after_ms: 10, status: 103, headers: { link: "</style.css>; rel=preload; as=style" } }],
      headers_after_ms: 150,
    });
    const { record, log } = await ask(t, ttft, definition);
    const written = clock.toPage(log.first("headers")) - record.t0;
    const hint = clock.toPage(log.first("informational")) - record.t0;
    if (record.marks.headers < written - clock.error - record.page.resolution_ms) {
      // Older engines have one field for both:
      // https://developer.mozilla.org/en-US/docs/Web/API/PerformanceResourceTiming/finalResponseHeadersStart
      t.ok(where.engine === "webkit", "an engine that knows finalResponseHeadersStart");
      t.inOrder({ hint, headers: record.marks.headers }, clock.error + record.page.resolution_ms);
      t.note(`headers is the hint: ${(written - record.marks.headers).toFixed(0)} ms early`);
    }
    checkSums(t, record);
  },

  async "HTTP/2 is named, and measured like HTTP/1.1"(t) {
    const ttft = await start(t);
    const cors = { timing_allow: true };
    const { record: h2 } = await ask(t, ttft, answer(PIECES, { cors }), { origin: "cross_h2" });
    const { record: h1 } = await ask(t, ttft, answer(PIECES, { cors }), { origin: "cross" });
    t.equal([h2.request.protocol, h1.request.protocol], ["h2", "http/1.1"]);
    t.equal(Object.keys(h2.marks), Object.keys(h1.marks));
    checkSums(t, h2);
  },

  async "a redirect belongs to connect, and the path is the one that was asked for"(t) {
    const ttft = await start(t);
    const clock = await tieClock();
    const { url: to } = await scenario(answer(PIECES, { headers_after_ms: 20 }));
    const { url: from, log } = await scenario({ status: 307, headers: { location: to }, headers_after_ms: 50 });
    const finished = nextRecord(ttft);
    await show(await ttft.fetch(from, POST), t.stage);
    const record = await finished;
    t.equal(networkMarks(record), [true, true]);
    t.equal(record.request.status, 200);
    t.equal(record.outcome, "complete");
    const redirected = clock.toPage((await log()).first("headers")) - record.t0;
    t.inOrder({ redirected, connect: record.segments.connect }, clock.error + record.page.resolution_ms);
    checkSums(t, record);
  },

  async "five equal calls at once never get each other's network marks"(t) {
    const ttft = await start(t);
    const { url } = await scenario(answer(PIECES, { headers_after_ms: 30 }));
    const records = [];
    const off = ttft.on("record", (record) => records.push(record));
    t.after(off);
    await Promise.all(
      [1, 2, 3, 4, 5].map(async () => (await ttft.fetch(url, POST)).text()),
    );
    await t.until(() => records.length === 5);
    for (const record of records) {
      const missing = record.network_missing;
      t.ok([undefined, "ambiguous", "no-entry"].includes(missing), `network_missing ${missing}`);
      const whole = missing === undefined;
      t.equal(networkMarks(record), [whole, whole]);
      t.equal(record.outcome, "unobserved");
    }
    t.note(`${records.filter((record) => record.network_missing).length} of 5 ambiguous`);
  },

  async "a request that is sent in a later task has its network marks, also before the module is there"(t) {
    for (const lateWasm of [undefined, 1500]) {
      const ttft = await start(t, { lateWasm });
      const { fetch } = globalThis;
      globalThis.fetch = async (...args) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return fetch(...args);
      };
      try {
        const { record } = await ask(t, ttft, answer(PIECES));
        t.equal(networkMarks(record), [true, true]);
        const { page, network } = record.shares;
        t.ok(record.segments.connect >= 40 && page[1] >= 40 + record.segments.frontend[1], `page ${page}`);
        t.ok(network[0] < 40 && record.verdict !== "network", `network ${network}, ${record.verdict}`);
      } finally {
        globalThis.fetch = fetch;
      }
      await ttft.close();
    }
  },

  async "in Chromium an answer that a wrapper gave on late is not the server's"(t) {
    const ttft = await start(t);
    const { fetch } = globalThis;
    globalThis.fetch = async (...args) => {
      const response = await fetch(...args);
      await new Promise((resolve) => setTimeout(resolve, 600));
      return response;
    };
    t.after(() => (globalThis.fetch = fetch));
    const { record } = await ask(t, ttft, answer(PIECES));
    t.note(`${record.verdict}, ${JSON.stringify([record.shares, record.arrival])}`);
    // Elsewhere the promise may have come with the body.
    if (where.engine === "chromium") t.ok(record.verdict !== "server", record.verdict);
    checkSums(t, record);
  },

  async "a request that a wrapper asked again has the network marks of the second one"(t) {
    const ttft = await start(t);
    const [, last] = (await posted({})).split("-");
    // Not there yet: 404, where another server would refuse an old token.
    const { url } = await scenario("posted-1");
    const later = url.replace("posted-1", `posted-${Number(last) + 1}`);
    const { fetch } = globalThis;
    let asked;
    globalThis.fetch = async (...args) => {
      const refused = await fetch(...args);
      await refused.text();
      await posted(answer(PIECES));
      await new Promise((resolve) => setTimeout(resolve, 200));
      asked = performance.now();
      return fetch(...args);
    };
    t.after(() => (globalThis.fetch = fetch));
    const finished = nextRecord(ttft);
    const response = await ttft.fetch(later, POST);
    globalThis.fetch = fetch;
    await show(response, t.stage);
    const record = await finished;
    t.equal(record.request.status, 200);
    if (!("responseStatus" in PerformanceResourceTiming.prototype)) {
      t.note("an engine without responseStatus");
    } else {
      t.equal(networkMarks(record), [true, true]);
      t.inOrder({ asked: asked - record.t0, request_sent: record.marks.request_sent, headers: record.marks.headers }, record.page.resolution_ms);
    }
    checkSums(t, record);
  },

  async "an answer from the HTTP cache has no network marks, and blames no service worker"(t) {
    const headers = { ...chat.headers, "cache-control": "max-age=600" };
    const { url, log } = await scenario(answer(PIECES, { headers }));
    await (await fetch(url)).text();
    const ttft = await start(t);
    const finished = nextRecord(ttft);
    await show(await ttft.fetch(url), t.stage);
    const record = await finished;
    const { requests } = await log();
    const stored = requests.length === 1;
    t.equal(networkMarks(record), [!stored, !stored]);
    t.equal(record.network_missing, stored ? "cache" : undefined);
    t.equal([record.request.protocol === undefined, record.flags], [stored, undefined]);
    if (!stored) t.note("nothing is stored in this engine");
    checkSums(t, record);
  },

  async "two calls at once have each its own network marks, where they end apart"(t) {
    const ttft = await start(t);
    const { url } = await scenario(answer(PIECES, { headers_after_ms: 30 }));
    const records = [];
    t.after(ttft.on("record", (record) => records.push(record)));
    const places = [400, 0].map(() => t.stage.appendChild(document.createElement("p")));
    const ids = await Promise.all(
      [400, 0].map(async (later, number) => {
        const headers = { "x-replay-after-ms": String(later) };
        const response = await ttft.fetch(url, { ...POST, headers });
        await show(response, places[number]);
        return ttft.of(response).id;
      }),
    );
    await t.until(() => records.length === 2);
    t.equal(records.map(networkMarks), [[true, true], [true, true]]);
    const [later, soon] = ids.map((id) => records.find((record) => record.id === id).marks.headers);
    t.inOrder({ "headers of the one that is answered at once": soon, "of the other": later });
    for (const record of records) checkSums(t, record);
  },

  async "a full buffer of resource timings hides nothing"(t) {
    const ttft = await start(t);
    performance.setResourceTimingBufferSize(1);
    t.after(() => performance.setResourceTimingBufferSize(250));
    await (await fetch("/ping")).text();
    const { record } = await ask(t, ttft, answer(PIECES));
    t.equal(networkMarks(record), [true, true]);
    t.ok(performance.getEntriesByType("resource").length > 0, "the page's own entries");
  },

  async "a connection that breaks before the headers is an error of stage connect"(t) {
    const ttft = await start(t);
    const nobody = await freePort();
    const { record, error } = await failing(t, ttft, nobody);
    t.equal(error.name, "TypeError");
    t.equal(record.outcome, "error");
    t.equal(record.error, { stage: "connect", type: "TypeError" });
    t.equal(record.marks.headers, undefined);
    t.ok(record.marks.end > 0, "end");
  },

  async "an error status is an error of stage status"(t) {
    const ttft = await start(t);
    const { url } = await scenario({ status: 529, headers: { "content-type": "application/json" }, steps: [{ text: "{}" }] });
    const { record, error } = await failing(t, ttft, url);
    t.equal(error, undefined);
    t.equal(record.outcome, "error");
    t.equal([record.error.stage, record.error.status], ["status", 529]);
    t.equal(record.request.status, 529);
  },

  async "an error status whose body nobody reads gives a record all the same"(t) {
    const ttft = await start(t);
    const { url } = await scenario({ status: 429, headers: { "content-type": "application/json" }, steps: [{ text: "{}" }] });
    const { record } = await failing(t, ttft, url, { after: () => {} });
    t.equal([record.outcome, record.error.stage, record.error.status], ["error", "status", 429]);
  },

  async "a client that stops reading at the end marker gets its record"(t) {
    const ttft = await start(t);
    const { url } = await scenario(answer(PIECES, { end: "stall" }));
    const abort = new AbortController();
    t.after(() => abort.abort());
    const { record } = await failing(t, ttft, url, {
      signal: abort.signal,
      after: async (response) => {
        const reader = response.body.getReader();
        const decoder = new TextDecoder();
        for (let text = ""; !text.includes("[DONE]"); ) {
          text += decoder.decode((await reader.read()).value, { stream: true });
        }
      },
    });
    t.equal(record.outcome, "complete");
    t.inOrder({ last: record.marks.last_token, end: record.marks.end });
  },

  async "a stream that is cut is an error of stream, with the marks it had"(t) {
    const ttft = await start(t);
    const definition = answer(PIECES);
    definition.steps.splice(-2);
    const { url } = await scenario({ ...definition, end: "cut" });
    const { record, error } = await failing(t, ttft, url, { after: (response) => show(response, t.stage) });
    t.ok(error instanceof Error, "the app's own error");
    t.equal(record.outcome, "error");
    t.equal([record.error.stage, record.error.type], ["stream", error.name]);
    t.ok(record.marks.first_answer_paint > 0, "first_answer_paint");
  },

  async "a clean end without the marker is truncated"(t) {
    const ttft = await start(t);
    const definition = answer(PIECES);
    definition.steps.splice(-2);
    const { record } = await ask(t, ttft, definition);
    t.equal(record.outcome, "truncated");
    t.equal(record.error, undefined);
  },

  async "an abort before the headers says how long the person waited"(t) {
    const ttft = await start(t);
    const { url } = await scenario(answer(PIECES, { headers_after_ms: 5000 }));
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    const { record, error } = await failing(t, ttft, url, { signal: abort.signal });
    t.equal(error.name, "AbortError");
    t.equal(record.outcome, "aborted");
    t.equal(record.marks.headers, undefined);
    t.ok(record.marks.end > 0, "end");
  },

  async "an answer cancelled midway is aborted, and its first marks stay"(t) {
    const ttft = await start(t);
    const { url } = await scenario(answer(PIECES, { after_ms: 100 }));
    const { record } = await failing(t, ttft, url, {
      after: async (response) => {
        const reader = response.body.getReader();
        const decoder = new TextDecoder();
        for (let text = ""; !text.includes("brown"); ) {
          text += decoder.decode((await reader.read()).value, { stream: true });
        }
        // Busy up to the last moment: no tick came to tell of it.
        const until = performance.now() + 100;
        while (performance.now() < until);
        await reader.cancel();
      },
    });
    t.equal(record.outcome, "aborted");
    t.inOrder({ first: record.marks.first_answer_token, end: record.marks.end });
    if (record.network_missing) t.equal(record.network_missing, "no-entry");
    t.note(`network_missing ${record.network_missing}`);
  },

  async "an error in the stream is an error of stage stream"(t) {
    const ttft = await start(t);
    const definition = answer(PIECES);
    definition.steps.splice(-2, 2, {
      text: `data: ${JSON.stringify({ error: { message: "overloaded", type: "server_error" } })}\n\n`,
    });
    const { record } = await ask(t, ttft, definition);
    t.equal(record.outcome, "error");
    t.equal(record.error.stage, "stream");
    t.ok(!JSON.stringify(record).includes("overloaded"), "no message in the record");
  },
});

/** An address on which nobody listens. */
async function freePort() {
  // A browser refuses port 1 by itself, without a connection.
  for (const port of [9, 47, 3, 5]) {
    const url = `http://127.0.0.1:${port * 1000 + 123}/`;
    try {
      await fetch(url, { mode: "no-cors" });
    } catch {
      return url;
    }
  }
  throw new Error("somebody listens on every port");
}
