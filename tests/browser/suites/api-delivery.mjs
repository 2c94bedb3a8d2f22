// How records leave the page: `beforeSend`, `endpoint`, `transport`, `flush`.

import { answer, chat } from "../lib/chat.mjs";
import { record as stored, records as storedRecords } from "../lib/collector.mjs";
import { divert } from "../lib/divert.mjs";
import { ask, start } from "../lib/measured.mjs";
import { driver, where } from "../lib/runner.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = "Records leave the page a second after the answer is on screen".split(" ").map((word) => `${word} `);
const ENDPOINT = `${where.collector}/v1/beacon`;

/** A receiver that answers with this status; its URL and its log. */
const receiver = (status, headers = {}) =>
  scenario({ status, headers, cors: { allow: true, expose: Object.keys(headers) } }, "cross");

const isStored = async (id) => (await storedRecords()).some((record) => record.id === id);

suite("api-delivery", { seconds: 30 }, {
  async "a beacon is text/plain without cookies, and needs no preflight"(t) {
    const { url, log } = await receiver(204);
    const ttft = await start(t, { endpoint: url });
    await ask(t, ttft, answer(PIECES));
    t.equal(await ttft.flush(5000), true);
    const { preflights, requests } = await log();
    t.equal([preflights, requests.length, requests[0].method], [0, 1, "POST"]);
    const headers = Object.fromEntries(requests[0].headers);
    t.equal(headers["content-type"].split(";")[0], "text/plain");
    t.equal(headers.cookie, undefined);
  },

  async "without an endpoint nothing is sent, events still fire, and flush has nothing to wait for"(t) {
    const ttft = await start(t, { endpoint: undefined });
    const { record } = await ask(t, ttft, answer(PIECES));
    t.equal(await ttft.flush(5000), true);
    t.equal(await isStored(record.id), false);
  },

  async "beforeSend may change a record, return another, or keep it from being sent"(t) {
    const seen = [];
    const answers = [
      (record) => void (record.labels = { changed: "in place" }),
      (record) => ({ ...record, labels: { changed: "returned" } }),
      () => false,
      () => null,
      () => {},
    ];
    const ttft = await start(t, {
      beforeSend(record) {
        seen.push(record.id);
        return answers.shift()(record);
      },
    });
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push((await ask(t, ttft, answer(PIECES))).record.id);
    t.equal(await ttft.flush(5000), true);
    t.equal(seen, ids);
    t.equal((await stored(ids[0])).labels, { changed: "in place" });
    t.equal((await stored(ids[1])).labels, { changed: "returned" });
    t.equal(await isStored(ids[2]), false, "the one that it returned false for");
    t.equal(await isStored(ids[3]), false, "the one that it returned null for");
    t.equal(await isStored(ids[4]), true, "the one that it returned nothing for");
  },

  async "what beforeSend fails on is not sent: it may have been about to take something out"(t) {
    const errors = [];
    const answers = [
      () => {
        throw new RangeError("mine");
      },
      async (record) => record,
      (record) => record,
    ];
    const ttft = await start(t, { errors, beforeSend: (record) => answers.shift()(record) });
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push((await ask(t, ttft, answer(PIECES))).record.id);
    t.equal(await ttft.flush(5000), true);
    await stored(ids[2]);
    t.equal([await isStored(ids[0]), await isStored(ids[1])], [false, false]);
    t.equal(errors.map(({ type }) => type), ["listener", "listener"]);
    t.equal(errors[0].message, "RangeError: mine");
    t.ok(errors[1].message.includes("may not be async"), errors[1].message);
  },

  async "a batch that the endpoint refuses is told once and given up"(t) {
    const errors = [];
    const sent = divert(t, ENDPOINT, [(await receiver(400)).url]);
    const ttft = await start(t, { errors });
    const { record: refused } = await ask(t, ttft, answer(PIECES));
    await ttft.flush(5000);
    await t.until(() => errors.length > 0);
    t.equal(errors.map(({ type }) => type), ["delivery"]);
    t.ok(errors[0].message.includes("400"), errors[0].message);
    const { record: next } = await ask(t, ttft, answer(PIECES));
    t.equal(await ttft.flush(5000), true);
    await stored(next.id);
    t.equal(await isStored(refused.id), false);
    t.equal(sent.map(({ body }) => [body.records.length, body.dropped]), [[1, 0], [1, 1]]);
    t.equal(errors.length, 1);
  },

  async "503 with Retry-After is tried again, not before that, and delivered"(t) {
    const sent = divert(t, ENDPOINT, [(await receiver(503, { "retry-after": "2" })).url]);
    const ttft = await start(t);
    const { record } = await ask(t, ttft, answer(PIECES));
    t.equal(await stored(record.id), record);
    t.equal(sent.length, 2);
    // It could never come before; how much later it comes is the page's load.
    t.inOrder({ asked: sent[0].at + 2000, again: sent[1].at }, 5);
    t.note(`tried again ${(sent[1].at - sent[0].at).toFixed(0)} ms after the first attempt`);
  },

  async "a network that is down is tried again, and the record delivered"(t) {
    // Nothing listens on port 9 (discard), and browsers refuse to try.
    const down = "http://127.0.0.1:9/v1/beacon";
    const sent = divert(t, ENDPOINT, [down, down]);
    const ttft = await start(t);
    const { record } = await ask(t, ttft, answer(PIECES));
    t.equal(await stored(record.id), record);
    t.equal(sent.map(({ url }) => url === down), [true, true, false]);
    t.note(`attempts after ${sent.slice(1).map(({ at }) => (at - sent[0].at).toFixed(0)).join(" and ")} ms`);
  },

  async "flush tells whether everything was delivered, and gives up in time"(t) {
    // Gone when it is over, so that the next case has its connection.
    const hung = await scenario({ headers_after_ms: 4000 }, "cross");
    divert(t, ENDPOINT, [hung.url]);
    const ttft = await start(t);
    await ask(t, ttft, answer(PIECES));
    const since = performance.now();
    t.equal(await ttft.flush(300), false);
    const took = performance.now() - since;
    t.ok(took < 3500, `flush(300) took ${took} ms, which is the receiver's time, not its own`);
    t.note(`flush(300) took ${took.toFixed(0)} ms`);
    t.equal(await ttft.flush(10_000), true);
  },

  async "flush before anything was called has nothing to send"(t) {
    const ttft = await start(t);
    t.equal(await ttft.flush(0), true);
  },

  async "transport sends in ttft's place, and keeps what it does not take"(t) {
    const calls = [];
    const answers = [
      () => false,
      () => Promise.reject(new RangeError("mine")),
      () => {
        throw new RangeError("mine");
      },
      () => undefined,
      () => Promise.resolve(true),
    ];
    const ttft = await start(t, {
      endpoint: "https://unused.example/v1/beacon",
      transport(body, { closing }) {
        calls.push({ ids: JSON.parse(body).records.map(({ id }) => id), closing });
        return answers.shift()();
      },
    });
    const { record } = await ask(t, ttft, answer(PIECES));
    await t.until(async () => calls.length >= 4 || !(await ttft.flush()));
    await t.until(() => calls.length >= 4);
    t.equal(calls.map(({ ids, closing }) => [ids, closing]), Array(4).fill([[record.id], false]));
    t.equal(await ttft.flush(), true);
    const { record: next } = await ask(t, ttft, answer(PIECES));
    t.equal(await ttft.flush(), true);
    t.equal(calls.slice(4), [{ ids: [next.id], closing: false }]);
  },

  async "transport is told when the page may be gone at once"(t) {
    const calls = [];
    const ttft = await start(t, {
      transport: (body, { closing }) => void calls.push({ ids: JSON.parse(body).records.map(({ id }) => id), closing }),
    });
    t.after(() => driver("show"));
    const { record } = await ask(t, ttft, answer(PIECES));
    // Within the second in which records that follow one another are gathered.
    await driver("hide");
    t.equal(calls, [{ ids: [record.id], closing: true }]);
    await driver("show");
  },

  async "an answer that comes late is not taken for that of a later batch"(t) {
    const calls = [];
    const ttft = await start(t, {
      transport: (body) =>
        new Promise((resolve) => calls.push({ ids: JSON.parse(body).records.map(({ id }) => id), resolve })),
    });
    t.after(() => driver("show"));
    const { record: first } = await ask(t, ttft, answer(PIECES));
    await t.until(() => calls.length === 1);
    // Handed over again, since nobody knows whether the first attempt arrives.
    await driver("hide");
    await t.until(() => calls.length === 2);
    calls[1].resolve();
    await driver("show");
    const { record: second } = await ask(t, ttft, answer(PIECES));
    await t.until(() => calls.length === 3);
    calls[0].resolve();
    await ttft.flush(200);
    calls[2].resolve(false);
    await t.until(() => calls.length === 4);
    calls[3].resolve();
    t.equal(calls.map(({ ids }) => ids), [[first.id], [first.id], [second.id], [second.id]]);
    t.equal(await ttft.flush(), true);
  },

  async "what was lost is told once, also where a batch is handed over again"(t) {
    const calls = [];
    const ttft = await start(t, {
      errors: [],
      transport: (body) =>
        new Promise((resolve) => calls.push({ unrecognised: JSON.parse(body).unrecognised, resolve })),
    });
    t.after(() => driver("show"));
    t.after(ttft.install());
    const { url } = await scenario({ headers: chat.headers, steps: [{ text: 'data: {"stock":"ACME"}\n\n' }] });
    const reader = (await fetch(url)).body.getReader();
    while (!(await reader.read()).done);
    await ask(t, ttft, answer(PIECES));
    await t.until(() => calls.length === 1);
    await driver("hide");
    await t.until(() => calls.length === 2);
    // Not taken after all: whoever is next tells it.
    calls[0].resolve(false);
    calls[1].resolve();
    await driver("show");
    await ask(t, ttft, answer(PIECES));
    await t.until(() => calls.length === 3);
    calls[2].resolve();
    t.equal(await ttft.flush(), true);
    t.equal(calls.map(({ unrecognised }) => unrecognised), [1, 0, 1]);
  },
});
