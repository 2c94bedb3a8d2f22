// What leaves a page, when, and how often.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { pkg } from "./consumer.mjs";
import { ENDPOINT, receive, start, stub, tell, turn, until } from "./page.mjs";

const { openRecords } = await import(pathToFileURL(path.join(pkg, "open-records.js")).href);
const { init: slim } = await import(pathToFileURL(path.join(pkg, "slim.js")).href);

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

test("a transport that calls the measured fetch is not measured", LIMIT, async (t) => {
  const records = [];
  let posts = 0;
  stub(t, "fetch", async (url) => {
    posts += String(url).endsWith("/api/rum");
    return new Response(null, { status: 204 });
  });
  const ttft = start(t, {
    match: (_url, method) => method === "POST",
    transport: (body) => fetch("https://app.example/api/rum", { method: "POST", body }),
  });
  ttft.on("record", (record) => records.push(record.request.path));
  t.after(ttft.install());
  tell(ttft);
  assert.equal(await ttft.flush(), true);
  assert.equal(posts, 1);
  await ttft.flush();
  assert.deepEqual([posts, records], [1, ["/chat"]]);
  // The app's own calls are measured all the same.
  await (await fetch("https://app.example/api/other", { method: "POST" })).text();
  await until(() => records.length > 1);
});

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

test("a page that hides sends no cookies along because a request was rejected", LIMIT, async (t) => {
  const beacons = [];
  stub(t, "sendBeacon", (url, body) => beacons.push([url, body]) > 0, navigator);
  let isDown = true;
  const sent = receive(t, () => (isDown ? Promise.reject(new TypeError("Failed to fetch")) : new Response(null, { status: 204 })));
  const ttft = start(t);
  const id = tell(ttft);
  await until(() => ttft.last());
  turn("hidden");
  await until(() => sent.length === 1);
  isDown = false;
  turn("visible");
  await until(() => sent.length === 2);
  assert.deepEqual(beacons, []);
  assert.deepEqual(sent.map(({ keepalive, credentials, records }) => [keepalive, credentials, records[0].id]), [
    [true, "omit", id],
    [false, "omit", id],
  ]);
});

test("where no request outlives its page, sendBeacon does, and a refused one is kept", LIMIT, async (t) => {
  stub(t, "Request", class {});
  const beacons = [];
  stub(t, "sendBeacon", (url, body) => beacons.push([url, JSON.parse(body).records.map(({ id }) => id)]) > 1, navigator);
  const sent = receive(t);
  const ttft = start(t);
  const id = tell(ttft);
  await until(() => ttft.last());
  turn("hidden");
  turn("visible");
  assert.deepEqual([beacons, sent], [[[ENDPOINT, [id]]], []]);
  await until(() => sent.length === 1);
  const next = tell(ttft);
  await until(() => ttft.last().id === next);
  turn("hidden");
  turn("visible");
  assert.equal(await ttft.flush(), true);
  assert.deepEqual(beacons[1], [ENDPOINT, [next]]);
  assert.deepEqual(recordsOf(sent).map((record) => record.id), [id]);
});

test("close hands on the records of calls that still run", LIMIT, async (t) => {
  const sent = receive(t);
  const ttft = start(t);
  const done = tell(ttft);
  const running = ttft.track({ url: "https://api.example/chat" });
  running.token("Hello");
  const heard = [];
  ttft.on("record", ({ id, outcome }) => heard.push([id, outcome]));
  await ttft.close();
  const expected = [[done, "complete"], [running.id, "open"]];
  assert.deepEqual(heard, expected);
  assert.deepEqual(recordsOf(sent).map(({ id, outcome }) => [id, outcome]), expected);
});

test("beforeSend drops a record by false and by null, and keeps it by returning nothing", LIMIT, async (t) => {
  const sent = receive(t);
  const answers = [() => false, () => null, () => undefined, (record) => record];
  const ttft = start(t, { beforeSend: (record) => answers.shift()(record) });
  const ids = Array.from(answers, () => tell(ttft));
  assert.equal(await ttft.flush(), true);
  assert.deepEqual(recordsOf(sent).map(({ id }) => id), ids.slice(2));
});

test("a global fetch that cannot be patched is told once", LIMIT, async (t) => {
  const errors = [];
  const native = globalThis.fetch;
  Object.defineProperty(globalThis, "fetch", { value: native, writable: false });
  t.after(() => Object.defineProperty(globalThis, "fetch", { value: native, writable: true }));
  const ttft = start(t);
  ttft.on("error", (error) => errors.push(error));
  ttft.install();
  ttft.install()();
  await until(() => errors.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(errors.map(({ type }) => type), ["install"]);
  assert.match(errors[0].message, /fetch/);
});

test("of requests that outlive their page no more is under way than half of what all may have", LIMIT, async (t) => {
  const answers = [];
  const bytes = [];
  const visible = [];
  stub(t, "fetch", (_url, { body, keepalive, referrerPolicy }) => {
    (keepalive ? bytes : visible).push(Buffer.byteLength(body));
    assert.equal(referrerPolicy, "strict-origin");
    return new Promise((resolve) => answers.push(() => resolve(new Response(null, { status: 204 }))));
  });
  const ttft = start(t, { beforeSend: (record) => void (record.pad = "p".repeat(2000)) });
  for (let count = 0; count < 60; count++) tell(ttft);
  await until(() => answers.length === 1);
  assert.ok(visible[0] > 50_000 && visible[0] <= 60_000, `${visible[0]} bytes`);
  const turns = () => {
    turn("hidden");
    turn("visible");
  };
  turns();
  turns();
  turns();
  assert.equal(bytes.length, 1);
  assert.ok(bytes[0] > 20_000 && bytes[0] <= 28_000, `${bytes[0]} bytes`);
  for (const answer of answers) answer();
  await new Promise((resolve) => setTimeout(resolve));
  turns();
  assert.equal(bytes.length, 2);
  for (const answer of answers) answer();
});

test("what was under way as ttft was closed takes no room from one that is begun anew", LIMIT, async (t) => {
  let answer;
  const sent = receive(t, (sent) => {
    const reply = new Response(null, { status: 204 });
    return sent.length > 1 ? reply : new Promise((resolve) => (answer = () => resolve(reply)));
  });
  const hide = async (ttft) => {
    const id = tell(ttft);
    await until(() => ttft.last()?.id === id);
    turn("hidden");
    turn("visible");
  };
  const first = start(t);
  await hide(first);
  await first.close();
  const second = start(t);
  await until(() => answer);
  await hide(second);
  answer();
  await new Promise((resolve) => setTimeout(resolve));
  await hide(second);
  assert.deepEqual(sent.map(({ keepalive }) => keepalive), [true, true, true]);
});

test("a receiver that had no time for a batch gets it again", LIMIT, async (t) => {
  const statuses = [408, 204];
  const sent = receive(t, () => new Response(null, { status: statuses.shift() }));
  const id = tell(start(t));
  await until(() => sent.length === 2);
  assert.deepEqual(recordsOf(sent).map((record) => record.id), [id, id]);
});

test("an endpoint that cannot be reached is told of once, and asked ever less often", LIMIT, async (t) => {
  const waits = [];
  const native = globalThis.setTimeout;
  // What is above a second is a pause between two tries, or shorter in jest.
  stub(t, "setTimeout", (task, ms = 0, ...args) => {
    if (ms >= 500) waits.push(ms);
    return native(task, ms >= 500 ? 0 : ms, ...args);
  });
  const errors = [];
  let tries = 0;
  receive(t, () => {
    tries++;
    return Promise.reject(new TypeError("Failed to fetch"));
  });
  const ttft = start(t);
  ttft.on("error", (error) => errors.push(error));
  tell(ttft);
  await until(() => tries >= 14);
  assert.deepEqual(errors.map(({ type }) => type), ["delivery"]);
  assert.match(errors[0].message, /does not allow this page's origin/);
  const longest = Math.max(...waits);
  assert.ok(longest > 256_000 && longest <= 512_000, `${longest} ms`);
});

test("a record that beforeSend leaves without any JSON is told of, and counted", LIMIT, async (t) => {
  const sent = receive(t);
  const errors = [];
  let spoils = true;
  const ttft = start(t, { beforeSend: (record) => void (spoils && (record.labels = { count: 10n })) });
  ttft.on("error", ({ type, message }) => errors.push([type, message]));
  tell(ttft);
  assert.equal(await ttft.flush(), true);
  spoils = false;
  const id = tell(ttft);
  assert.equal(await ttft.flush(), true);
  assert.deepEqual(errors, [["listener", "beforeSend left a record that cannot be written as JSON"]]);
  assert.deepEqual(recordsOf(sent).map((record) => record.id), [id]);
  assert.equal(JSON.parse(sent[0].body).dropped, 1);
});

test("what beforeSend may ask of every record is in that of a page which hides early, too", () => {
  const call = { id: "1", t0: 2, expected: true, url: new URL("https://api.example/chat/ann") };
  const [record] = openRecords(new Map([[1, call]]), { id: "3" });
  const { marks, segments, request, page } = record;
  assert.deepEqual({ marks, segments, request, page }, {
    marks: {},
    segments: {},
    request: { origin: "https://api.example", path: "/" },
    page: { id: "3" },
  });
});

/** Starts one whose module never comes, and hides the page while a call runs. */
function hideEarly(t, options) {
  const ttft = slim({ endpoint: ENDPOINT, paint: false, wasm: () => new Promise(() => {}), ...options });
  t.after(() => ttft.close());
  const { id } = ttft.track({ url: "https://api.example/chat" });
  turn("hidden");
  turn("visible");
  return id;
}

test("a page that hides before the module came tells of its open calls, once", LIMIT, async (t) => {
  const sent = receive(t);
  const id = hideEarly(t);
  turn("hidden");
  turn("visible");
  const [{ method, keepalive, credentials, referrerPolicy, records }, ...more] = sent;
  assert.deepEqual([method, keepalive, credentials, referrerPolicy], ["POST", true, "omit", "strict-origin"]);
  assert.deepEqual(records.map((record) => [record.id, record.outcome]), [[id, "open"]]);
  assert.deepEqual(more, []);
});

test("beforeSend and a transport are asked of such calls as of others", LIMIT, async (t) => {
  const sent = receive(t);
  const taken = [];
  const transport = (body, options) => void taken.push([JSON.parse(body).records.map(({ labels }) => labels), options]);
  hideEarly(t, { transport, endpoint: undefined, beforeSend: (record) => void (record.labels = { seen: "yes" }) });
  assert.deepEqual(taken, [[[{ seen: "yes" }], { closing: true }]]);
  assert.deepEqual(sent, []);
});

test("beforeSend keeps back such calls, too", LIMIT, async (t) => {
  const sent = receive(t);
  let asked = 0;
  hideEarly(t, { beforeSend: () => (asked++, null) });
  assert.deepEqual([asked, sent], [1, []]);
});

test("each batch says when it was handed over, on the page's clock", LIMIT, async (t) => {
  const handed = [];
  const sent = receive(t, () => {
    handed.push(performance.now());
    return new Response(null, { status: handed.length > 1 ? 204 : 503 });
  });
  const ttft = start(t);
  const before = performance.now();
  tell(ttft);
  await until(() => sent.length === 2);
  const [first, second] = sent.map(({ body }) => JSON.parse(body));
  // A record's clock has a coarser step.
  const order = [before, first.now, handed[0], second.now, handed[1]].map(Math.round);
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  assert.deepEqual([first.time_origin, second.time_origin], [performance.timeOrigin, performance.timeOrigin]);
});

test("an endpoint that asks to be left alone is, also by a page that is hidden, not by one that goes", LIMIT, async (t) => {
  longWaits(t);
  const sent = receive(t, () => new Response(null, { status: 503, headers: { "retry-after": "600" } }));
  const ttft = start(t);
  const id = tell(ttft);
  await until(() => ttft.last()?.id === id);
  const hide = async () => {
    turn("hidden");
    await new Promise((resolve) => setTimeout(resolve, 20));
    turn("visible");
    return sent.length;
  };
  assert.equal(await hide(), 1);
  assert.equal(await hide(), 1);
  dispatchEvent(new Event("pagehide"));
  assert.equal(sent.length, 2);
});

test("what is refused as a page hides is given up, and told", LIMIT, async (t) => {
  const errors = [];
  const sent = receive(t, () => new Response(null, { status: 403 }));
  const ttft = start(t);
  ttft.on("error", ({ type, message }) => errors.push([type, message]));
  const id = tell(ttft);
  await until(() => ttft.last()?.id === id);
  turn("hidden");
  turn("visible");
  await until(() => errors.length > 0);
  assert.equal(errors[0][0], "delivery");
  assert.match(errors[0][1], /403/);
  assert.equal(await ttft.flush(), true);
  assert.equal(sent.length, 1);
});

test("a fetch that gives nothing takes nothing, and throws nothing into the page", LIMIT, async (t) => {
  const thrown = [];
  const listen = (error) => thrown.push(error);
  process.on("uncaughtException", listen);
  t.after(() => process.off("uncaughtException", listen));
  let calls = 0;
  let answer = () => void calls++;
  const inner = globalThis.fetch;
  stub(t, "fetch", (url, init) => (String(url) === ENDPOINT ? answer() : inner(url, init)));
  const ttft = start(t);
  tell(ttft);
  await until(() => calls > 0);
  answer = async () => void calls++;
  await until(() => calls > 1);
  answer = async () => (calls++, new Response(null, { status: 204 }));
  assert.equal(await ttft.flush(Infinity), true);
  assert.equal(calls, 3);
  assert.deepEqual(thrown, []);
});

test("the module that slim fetches is not measured", LIMIT, async (t) => {
  const records = [];
  const asked = [];
  const address = new URL("https://app.example/ttft_bg.wasm");
  stub(t, "fetch", async (url) => {
    asked.push(String(url));
    const bytes = await readFile(path.join(pkg, "ttft_bg.wasm"));
    return new Response(bytes, { headers: { "content-type": "application/wasm" } });
  });
  const ttft = slim({ wasm: address, match: () => true, paint: false });
  t.after(() => ttft.close());
  ttft.on("record", (record) => records.push(record));
  t.after(ttft.install());
  await until(() => asked.length > 0);
  const id = tell(ttft);
  await until(() => records.length > 0);
  assert.equal(await ttft.flush(), true);
  assert.deepEqual(asked, [address.href]);
  assert.deepEqual(records.map((record) => record.id), [id]);
});

test("methods work by themselves and through a framework's proxy", LIMIT, async (t) => {
  receive(t);
  const { on, of, last, flush, install, track, close, ...rest } = start(t);
  const heard = [];
  on("record", ({ id }) => heard.push(id));
  install()();
  const id = tell({ track });
  await until(() => heard.length > 0);
  assert.deepEqual([heard, last().id, of(new Response()), await flush()], [[id], id, undefined, true]);
  assert.equal(typeof rest.with({ labels: {} }).fetch, "function");
  const reactive = new Proxy(globalThis[Symbol.for("ttft")], {});
  assert.equal(reactive.last().id, id);
  await close();
});
