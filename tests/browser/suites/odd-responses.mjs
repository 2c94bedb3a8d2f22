// Whatever is odd about a response or its body reaches the page as it is, and is
// measured or told of.

import { below } from "../lib/below.mjs";
import { answer } from "../lib/chat.mjs";
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

/** ttft that may report errors, which are collected. */
async function startOdd(t, options) {
  const { init } = await import("/pkg/index.js");
  const ttft = init(options);
  const errors = [];
  ttft.on("error", (error) => errors.push(error));
  t.after(() => ttft.close());
  return { ttft, errors };
}

suite("odd-responses", { seconds: 30 }, {
  async "a frozen response works, is unobserved, and one error tells why"(t) {
    const { ttft, errors } = await startOdd(t);
    below(t, async (...args) => Object.freeze(await nativeFetch(...args)));
    const { url } = await scenario(ANSWER);
    const finished = nextRecord(ttft);
    t.equal(await textOf(await ttft.fetch(url, POST)), "Hello world");
    t.equal((await finished).outcome, "unobserved");
    await wait(20);
    t.equal(errors.map(({ type }) => type), ["response"]);
    t.note(errors[0].message);
  },

  async "a body that goes past all hooks is unobserved, without an end, and the page need not hide for it"(t) {
    const ttft = await start(t);
    const ways = {
      "another response": (response) => new Response(response.body).text(),
      "the prototype's text": (response) => Response.prototype.text.call(response),
    };
    if (engineHas.transfer) {
      ways["a transfer"] = (response) => {
        const body = structuredClone(response.body, { transfer: [response.body] });
        return new Response(body).text();
      };
    }
    if (engineHas.caches) {
      ways["a cache"] = async (response) => {
        const name = crypto.randomUUID();
        const cache = await caches.open(name);
        t.after(() => caches.delete(name));
        await cache.put("/cached", response);
        return (await cache.match("/cached")).text();
      };
    }
    for (const [way, take] of Object.entries(ways)) {
      const { url } = await scenario(ANSWER);
      const finished = nextRecord(ttft);
      t.ok((await take(await ttft.fetch(url, POST))).includes("Hello"), way);
      const { outcome, marks, network_missing } = await finished;
      t.equal([outcome, marks.end, marks.first_byte], ["unobserved", undefined, undefined], way);
      t.note(`${way}: ${network_missing ?? "with its network entry"}`);
    }
    t.note(`${Object.keys(ways).length} ways`);
  },

  async "a body that the page takes late is observed, also where a copy of it went past the hooks"(t) {
    const ttft = await start(t);
    const copies = { none: () => {}, "another response": (copy) => new Response(copy.body).text() };
    for (const [copy, take] of Object.entries(copies)) {
      const { url } = await scenario(ANSWER);
      const finished = nextRecord(ttft);
      const response = await ttft.fetch(url, POST);
      await take(response.clone());
      // Longer than until the first look for one that is gone.
      await wait(1500);
      t.equal(await textOf(response), "Hello world");
      t.equal((await finished).outcome, "complete", `copied to ${copy}`);
    }
  },

  async "a response of a subclass, and one whose body is sealed, work and are measured or told of"(t) {
    const { ttft, errors } = await startOdd(t);
    class Own extends Response {
      get body() {
        return super.body;
      }
    }
    let make = (response) => new Own(response.body, response);
    below(t, async (...args) => make(await nativeFetch(...args)));
    const { url } = await scenario(ANSWER);
    let finished = nextRecord(ttft);
    const response = await ttft.fetch(url, POST);
    t.ok(response instanceof Own, "an Own");
    t.equal(await textOf(response), "Hello world");
    t.equal((await finished).outcome, "complete");
    t.equal(errors, []);

    make = (sealed) => (Object.seal(sealed.body), (sealed.held = sealed.body), sealed);
    finished = nextRecord(ttft);
    t.equal(await textOf(await ttft.fetch(url, POST)), "Hello world");
    t.equal((await finished).outcome, "unobserved");
    await wait(20);
    t.equal(errors.map(({ type }) => type), ["response"]);
  },

  async "what a wrapper below put in the place of the body is what the page gets, and is measured or told of"(t) {
    const { ttft, errors } = await startOdd(t);
    const greeting = () =>
      new TransformStream({
        transform(chunk, out) {
          const text = new TextDecoder().decode(chunk).replace("Hello", "Howdy");
          out.enqueue(new TextEncoder().encode(text));
        },
      });
    let put = (body) => ({ get: () => body });
    below(t, async (...args) => {
      const response = await nativeFetch(...args);
      const body = response.body.pipeThrough(greeting());
      return Object.defineProperty(response, "body", { configurable: true, ...put(body) });
    });
    const { url } = await scenario(ANSWER);
    let finished = nextRecord(ttft);
    t.equal(await textOf(await ttft.fetch(url, POST)), "Howdy world");
    t.equal((await finished).outcome, "complete");
    t.equal(errors, []);

    put = (value) => ({ value, writable: true });
    finished = nextRecord(ttft);
    t.equal(await textOf(await ttft.fetch(url, POST)), "Howdy world");
    t.equal((await finished).outcome, "unobserved");

    for (const body of ["text", new Uint8Array(3)]) {
      put = () => ({ get: () => body });
      finished = nextRecord(ttft);
      const response = await ttft.fetch(url, POST);
      t.ok(response.body === body, typeof body);
      t.equal(Reflect.ownKeys(Object(body)).length, body.length + (typeof body === "string"), "no own property");
      t.equal((await finished).outcome, "unobserved");
    }
    await wait(20);
    t.equal(errors.map(({ type }) => type), ["response", "response", "response"]);
  },

  async "a page whose ReadableStream is a polyfill pipes and iterates as natively, and is measured"(t) {
    const ttft = await start(t, { paint: false });
    const { url } = await scenario(ANSWER);
    const { ReadableStream } = globalThis;
    t.after(() => Object.assign(globalThis, { ReadableStream }));
    globalThis.ReadableStream = class ReadableStream {};
    const text = (chunks) => new TextDecoder().decode(Uint8Array.from(chunks.flatMap((chunk) => [...chunk])));
    const ways = {
      async pipeTo(o, body) {
        const chunks = [];
        await o.watch("pipeTo", body.pipeTo(new WritableStream({ write: (chunk) => void chunks.push(chunk) })));
        o.log(text(chunks));
      },
      async pipeThrough(o, body) {
        const reader = body.pipeThrough(new TextDecoderStream()).getReader();
        let text = "";
        for (let result; !(result = await reader.read()).done; ) text += result.value;
        o.log(text);
      },
      async "pipeTo, after wrong ones"(o, body) {
        await o.watch("into a polyfill's", body.pipeTo(new globalThis.ReadableStream()));
        const broken = new WritableStream({ start: (controller) => controller.error(new Error("broken")) });
        await o.watch("into a broken one", body.pipeTo(broken, { preventCancel: true }));
        const signal = AbortSignal.abort(new Error("own"));
        const kept = { signal, preventCancel: true, preventAbort: true };
        await o.watch("aborted before", body.pipeTo(new WritableStream(), kept));
        await ways.pipeTo(o, body);
      },
    };
    if (engineHas.iteration) {
      ways.values = async (o, body) => {
        o.call("of a number", () => body.values(1));
        const chunks = [];
        for await (const chunk of body.values()) chunks.push(chunk);
        o.log(text(chunks));
      };
    }
    for (const [name, way] of Object.entries(ways)) {
      const seen = [];
      const finished = nextRecord(ttft);
      for (const fetch of [nativeFetch, ttft.fetch]) {
        const o = new Seen();
        await way(o, (await fetch(url, POST)).body);
        o.close();
        seen.push(o.lines);
      }
      t.equal(seen[1], seen[0], name);
      const { outcome, marks } = await finished;
      t.equal(outcome, "complete", name);
      t.ok(marks.first_token > 0, `${name}: its first token`);
    }
  },

  async "what stands in for fetch or for a response reaches the page as it is"(t) {
    const { ttft } = await startOdd(t);
    const imitation = { ok: true, status: 200, json: async () => ({}) };
    const proxy = new Proxy(new Response("hello"), { get: (target, key) => Reflect.get(target, key, target) });
    for (const stand of [imitation, proxy, null, 42, "text"]) {
      below(t, async () => stand);
      t.ok((await ttft.fetch("/v1/chat", POST)) === stand, String(stand && typeof stand));
    }
    below(t, () => 42);
    t.equal(ttft.fetch("/v1/chat", POST), 42);
    const own = new Error("own");
    below(t, () => {
      throw own;
    });
    t.ok((await t.rejects(async () => ttft.fetch("/v1/chat", POST))) === own, "its error");
  },
});
