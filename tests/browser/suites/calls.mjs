// Which calls are measured, and that they go out and come back as they are.

import { below } from "../lib/below.mjs";
import { answer, chat } from "../lib/chat.mjs";
import { textOf } from "../lib/chat-app.mjs";
import { nextRecord, start } from "../lib/measured.mjs";
import { scenario } from "../lib/scenario.mjs";
import { Seen } from "../lib/seen.mjs";
import { wait } from "../lib/showing.mjs";
import { suite } from "../lib/suite.mjs";
import { engineHas } from "../lib/twice.mjs";

const nativeFetch = globalThis.fetch;
const POST = { method: "POST", body: "{}" };
const ANSWER = answer(["Hello", " world"], { after_ms: 10 });

/** What the page sees of a call: natively and measured. */
async function seenOf(fetch, ...args) {
  const o = new Seen();
  const response = await o.watch("fetch", fetch(...args));
  if (response) {
    o.response("response", response);
    await o.watch("text", response.text());
    o.state("afterwards", response);
  }
  o.close();
  return o.lines;
}

suite("calls", { seconds: 30 }, {
  async "arguments reach the fetch below as they are, on the global object"(t) {
    const ttft = await start(t);
    const calls = [];
    below(t, function () {
      calls.push([this, ...arguments]);
      return nativeFetch.apply(this, arguments);
    });
    const { url } = await scenario(ANSWER);
    const { signal } = new AbortController();
    const given = [
      [url],
      [url, undefined],
      [new URL(url)],
      [new Request(url, POST)],
      [new Request(url, POST), { headers: { "x-one": "1" } }],
      [url, { ...POST, signal, headers: new Headers({ "x-one": "1" }) }],
      [url, Object.create({ get method() { return "POST"; }, get body() { return "{}"; } })],
      [{ toString: () => url }, { ...POST }],
    ];
    for (const args of given) await (await ttft.fetch(...args)).text();
    t.equal(calls.length, given.length);
    for (const [n, args] of given.entries()) {
      t.ok(calls[n][0] === globalThis, `the receiver of call ${n}`);
      t.equal(calls[n].length - 1, args.length, `the number of arguments of call ${n}`);
      for (const [place, argument] of args.entries()) {
        t.ok(calls[n][place + 1] === argument, `argument ${place} of call ${n}`);
      }
    }
  },

  async "the server sees the same request, with no header more"(t) {
    const ttft = await start(t);
    t.after(ttft.install());
    for (const origin of ["page", "cross"]) {
      const seen = [];
      for (const fetch of [nativeFetch, ttft.fetch, (...args) => globalThis.fetch(...args)]) {
        const { url, log } = await scenario(ANSWER, origin);
        await (await fetch(url, { ...POST, headers: { "content-type": "application/json" } })).text();
        const { preflights, requests } = await log();
        const [{ method, headers, body_bytes }] = requests;
        seen.push({ preflights, count: requests.length, method, headers, body_bytes });
      }
      t.equal(seen[1], seen[0], `through ttft.fetch, to ${origin}`);
      t.equal(seen[2], seen[0], `through the patched fetch, to ${origin}`);
    }
  },

  async "fetch may be called on anything, and wrong calls fail as they do natively"(t) {
    const ttft = await start(t);
    const { url } = await scenario(ANSWER);
    const { fetch } = ttft;
    for (const call of [() => fetch(url, POST), () => fetch.call(undefined, url, POST), () => ({ fetch }).fetch(url, POST)]) {
      t.equal((await call()).status, 200);
    }
    t.equal([fetch.name, fetch.length], [nativeFetch.name, nativeFetch.length]);
    for (const args of [[], ["http://"], [url, { method: "TRACE" }], [url, { method: "GET", body: "x" }], [Symbol("x")]]) {
      const o = [new Seen(), new Seen()];
      await o[0].call("fetch", () => globalThis.fetch(...args));
      await o[1].call("fetch", () => ttft.fetch(...args));
      t.equal(o[1].lines, o[0].lines);
    }
  },

  async "a call that is rejected gives the native error, and a record"(t) {
    const ttft = await start(t);
    const refused = "http://127.0.0.1:1/v1/chat";
    const finished = nextRecord(ttft);
    t.equal(await seenOf(ttft.fetch, refused, POST), await seenOf(nativeFetch, refused, POST));
    const record = await finished;
    t.equal([record.outcome, record.error?.stage], ["error", "connect"]);
    t.equal(record.request.path, "/v1/chat");
  },

  async "a call that is aborted before its headers came gives the page's own reason, and a record"(t) {
    const ttft = await start(t);
    for (const reason of [undefined, new Error("own")]) {
      const { url, log } = await scenario({ ...ANSWER, headers_after_ms: 3000 });
      const abort = new AbortController();
      const finished = nextRecord(ttft);
      const native = await scenario({ ...ANSWER, headers_after_ms: 3000 });
      const init = { ...POST, signal: abort.signal };
      const calls = [nativeFetch(native.url, init), ttft.fetch(url, init)];
      setTimeout(() => abort.abort(reason), 150);
      const [expected, error] = await Promise.all(calls.map((call) => t.rejects(call, "the call")));
      // Not in WebKitGTK, which makes an error of its own where none is given.
      const isReason = expected === abort.signal.reason;
      t.equal([error.name, error.message, error === abort.signal.reason], [expected.name, expected.message, isReason]);
      const record = await finished;
      t.equal([record.outcome, record.error], ["aborted", undefined], `with the reason ${reason}`);
      t.ok(record.marks.end > 0, "end");
      t.ok((await log()).events().some(({ what }) => what === "close"), "the server saw it");
    }
  },

  async "a call that is aborted before anything is read gives a record, whether or not its body was looked at"(t) {
    const ttft = await start(t);
    for (const look of [() => {}, ({ body }) => t.equal(body.locked, false)]) {
      const { url } = await scenario({ ...ANSWER, end: "stall" });
      const abort = new AbortController();
      const finished = nextRecord(ttft);
      const response = await ttft.fetch(url, { ...POST, signal: abort.signal });
      look(response);
      abort.abort();
      const record = await finished;
      t.equal([record.outcome, record.error, response.bodyUsed], ["aborted", undefined, false]);
      t.ok(record.marks.end > 0, "end");
    }
  },

  async "an answer that has no body gives a record once the page knows"(t) {
    const ttft = await start(t);
    below(t, async () => new Response(null));
    const finished = nextRecord(ttft);
    t.equal((await ttft.fetch("/v1/chat", POST)).body, null);
    t.equal((await finished).outcome, "no-output");
  },

  async "an answer of 4xx or 5xx gives a record with its status"(t) {
    const ttft = await start(t);
    for (const status of [400, 401, 404, 429, 500, 503]) {
      const { url } = await scenario({
        status,
        headers: { "content-type": "application/json" },
        steps: [{ text: '{"error":{"message":"no"}}' }],
      });
      const finished = nextRecord(ttft);
      t.equal(await (await ttft.fetch(url, POST)).json(), { error: { message: "no" } });
      const record = await finished;
      t.equal([record.outcome, record.request.status, record.error?.stage], ["error", status, "status"]);
    }
  },

  async "answers without a body, of other types and to HEAD are as they are natively"(t) {
    const ttft = await start(t, { match: () => true });
    const json = { headers: { "content-type": "application/json" }, steps: [{ text: "{}" }] };
    const cases = [
      [{ status: 204 }, POST],
      [{ status: 205 }, POST],
      [{ status: 304 }, POST],
      [json, { method: "HEAD" }],
      [json, { method: "GET" }],
      [json, { mode: "no-cors" }, "cross"],
      [{ ...json, cors: { allow: false } }, POST, "cross"],
      [{ status: 302, headers: { location: "/ping" } }, { redirect: "manual" }],
      [{ status: 302, headers: { location: "/pkg/package.json" } }, {}],
      [{ status: 302, headers: { location: "/ping" } }, { redirect: "error" }],
      [{ headers: { "content-type": "text/event-stream" } }, POST],
    ];
    for (const [definition, init, origin] of cases) {
      const [native, measured] = [await scenario(definition, origin), await scenario(definition, origin)];
      const what = JSON.stringify([definition, init]);
      const plain = (lines) => lines.map((line) => line.replace(/posted-\d+/g, "posted"));
      t.equal(plain(await seenOf(ttft.fetch, measured.url, init)), plain(await seenOf(nativeFetch, native.url, init)), what);
    }
  },

  async "other calls are not touched: no record, no own property, and the body not looked at"(t) {
    const ttft = await start(t);
    t.after(ttft.install());
    const records = [];
    t.after(ttft.on("record", (record) => records.push(record)));
    let looked = 0;
    below(t, globalThis.fetch);
    const body = Object.getOwnPropertyDescriptor(Response.prototype, "body");
    Object.defineProperty(Response.prototype, "body", { ...body, get() { looked++; return body.get.call(this); } });
    t.after(() => Object.defineProperty(Response.prototype, "body", body));
    for (const [path, init] of [["/ping"], ["/pkg/package.json"], ["/pkg/index.js", { method: "HEAD" }]]) {
      const response = await globalThis.fetch(path, init);
      t.equal(Reflect.ownKeys(response), [], path);
      t.equal(ttft.of(response), undefined);
      await response.text();
    }
    t.equal(looked, 0);
    await ttft.flush();
    t.equal(records, []);
  },

  async "a stream that is no answer gives no record, is counted and told"(t) {
    const bodies = [];
    const errors = [];
    const ttft = await start(t, { errors, transport: (body) => void bodies.push(JSON.parse(body)) });
    t.after(ttft.install());
    const { url } = await scenario({ headers: chat.headers, steps: [{ text: 'data: {"stock":"ACME","price":12}\n\n' }] });
    await readToEnd(await globalThis.fetch(url));
    const asked = await scenario(ANSWER);
    const finished = nextRecord(ttft);
    t.equal(await textOf(await globalThis.fetch(asked.url, POST)), "Hello world");
    const record = await finished;
    t.equal(record.outcome, "complete", "the answer of a call that was not expected, but recognised");
    await ttft.flush();
    const sent = bodies.flatMap(({ records }) => records);
    t.equal([...new Set(sent.map(({ id }) => id))], [record.id]);
    t.equal(bodies.at(-1).unrecognised, 1);
    t.equal(errors.map(({ type }) => type), ["unrecognised"]);
  },

  async "a wrapper in between that calls later gives one record, not two, and it is the pane's"(t) {
    const ttft = await start(t, { match: () => true });
    t.after(ttft.install());
    const patched = globalThis.fetch;
    let look = () => {};
    below(t, async (...args) => {
      await null;
      const response = await patched(...args);
      await look(response);
      return response;
    });
    const records = [];
    t.after(ttft.on("record", (record) => records.push(record)));
    const pane = ttft.with({ labels: { column: "left" } });
    const turn = pane.turn();
    // The last one reads before the pane hears of the response: all that is
    // left to it is the record of the wrapper's own call.
    for (const reads of [undefined, undefined, (response) => response.clone().text()]) {
      look = reads ?? look;
      const { url, log } = await scenario(ANSWER);
      const begun = performance.now();
      const response = await turn.fetch(url, POST);
      const { id } = ttft.of(response);
      t.equal(await textOf(response), "Hello world");
      await t.until(() => records.length > 0);
      await ttft.flush();
      t.equal((await log()).requests.length, 1);
      const [record, ...others] = records.splice(0);
      t.equal([record.id, others.length], [id, 0]);
      if (reads) continue;
      t.equal([record.outcome, record.labels.column, record.turn.id], ["complete", "left", turn.id]);
      t.inOrder({ begun, t0: record.t0 }, 5);
      t.equal(record.network_missing, undefined);
    }
  },

  async "the text that textStream() gives is measured as it comes"(t) {
    if (!engineHas.textStream) t.skip("this engine has no Response.textStream()");
    const ttft = await start(t);
    const { url } = await scenario(ANSWER);
    const response = await ttft.fetch(url, POST);
    const record = nextRecord(ttft);
    let text = "";
    for await (const piece of response.textStream()) text += piece;
    t.ok(text.endsWith(chat.done()), "the stream");
    const { outcome, marks, stream } = await record;
    t.equal(outcome, "complete");
    const { first_byte, first_token, last_token, end } = marks;
    t.inOrder({ first_byte, first_token, last_token, end });
    t.ok(stream.chunks > 1, `${stream.chunks} chunks`);
  },

  async "a trap in the middle of a stream ends the measuring, not the stream, with one error"(t) {
    const { createTtft } = await import("/pkg/facade.js");
    let reads = 0;
    const traps = new Proxy({}, {
      get: (_, name) => () => {
        if (name === "read" && ++reads === 2) throw new WebAssembly.RuntimeError("unreachable");
        return name === "take" || name === "last" ? undefined : 0;
      },
      has: () => true,
    });
    const ttft = createTtft({}, async () => new Proxy({}, { get: (_, name) => (name === "then" ? undefined : traps[name]) }));
    t.after(() => ttft.close());
    const errors = [];
    ttft.on("error", (error) => errors.push(error));
    for (let turn = 0; turn < 2; turn++) {
      const { url } = await scenario(answer(["One", " two", " three"], { after_ms: 40 }));
      t.equal(await textOf(await ttft.fetch(url, POST)), "One two three");
    }
    await wait(20);
    t.equal(reads, 2);
    t.equal(errors.map(({ type }) => type), ["wasm"]);
  },

  async "a worker measures to the last token, and says that it is one"(t) {
    const worker = new Worker("/browser/pages/worker.mjs", { type: "module" });
    t.after(() => worker.terminate());
    const told = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message ?? "the worker failed"));
    });
    const { url } = await scenario(ANSWER);
    worker.postMessage({ url });
    const { text, record, error } = await told;
    t.equal(error, undefined);
    t.ok(text.endsWith(chat.done()), "the stream");
    t.equal([record.outcome, record.page.scope], ["complete", "worker"]);
    const { first_byte, first_token, first_answer_token, last_token, end, ...rest } = record.marks;
    t.inOrder({ first_byte, first_token, first_answer_token, last_token, end });
    t.equal(Object.keys(rest).filter((mark) => /commit|paint/.test(mark)), []);
    t.equal(record.paint, undefined);
  },
});

async function readToEnd({ body }) {
  const reader = body.getReader();
  while (!(await reader.read()).done);
}
