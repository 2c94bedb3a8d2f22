// What a chunk costs whoever reads a stream: bare, with ttft, and by the other
// ways in which its bytes could be observed.

import { createParser } from "/modules/eventsource-parser/dist/index.js";
import { chat } from "../../lib/chat.mjs";
import { scenario } from "../../lib/scenario.mjs";
import { costOf, pause } from "./main-thread.mjs";

const nativeFetch = globalThis.fetch.bind(globalThis);

/** Chunks of one stream, an event each. Less than what is held of it while the
 * module is not there. */
const CHUNKS = 1200;
/** Streams per measurement: longer than a coarse clock's step. */
const STREAMS = 12;
const WARM_UP = 2;
const ROUNDS = 15;

const NETWORK_CHUNKS = 800;
const NETWORK_ROUNDS = 5;

/**
 * Chunks from memory, as fast as they are read: what comes before the read
 * costs nothing then, and differences of a tenth of a microsecond show.
 */
export async function readMemory(t, thread) {
  const chunks = await fromReplay();
  const source = async () => new Response(memory(chunks), { headers: chat.headers });
  const rounds = await takeTurns(WARM_UP, ROUNDS, async (way) => {
    const { fetch, drain, done } = await way(source);
    let wall = 0;
    // With the calls themselves, and what ttft does in tasks of its own.
    const cost = await costOf(thread, async () => {
      for (let stream = 0; stream < STREAMS; stream++) {
        const response = await fetch("/v1/chat", { method: "POST", body: "{}" });
        const since = performance.now();
        const read = await drain(response);
        wall += performance.now() - since;
        if (read !== CHUNKS) throw new Error(`${read} chunks were read, not ${CHUNKS}`);
        await pause();
      }
    });
    await done?.();
    return ((cost ?? wall) * 1000) / (STREAMS * CHUNKS);
  });
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  return { part: "memory", chunks: CHUNKS, bytes, clock: thread ? "processor" : "wall", rounds };
}

/** The same from the network, a chunk a millisecond: what the main thread
 * computes per chunk, the browser's own part included. */
export async function readNetwork(t, thread) {
  if (!thread) return { part: "network", rounds: [] };
  const body = { text: event(0), split: event(0).length, split_after_ms: 1, repeat: NETWORK_CHUNKS };
  const definition = { headers: chat.headers, steps: [{ ...body, after_ms: 1 }, { text: chat.done() }] };
  const rounds = await takeTurns(1, NETWORK_ROUNDS, async (way) => {
    const { fetch, drain, done } = await way(nativeFetch);
    const { url } = await scenario(definition);
    let read;
    const ms = await costOf(thread, async () => {
      read = await drain(await fetch(url, { method: "POST", body: "{}" }));
    });
    await done?.();
    // On a busy machine some come together.
    return { us: (ms * 1000) / read, chunks: read };
  });
  return { part: "network", rounds };
}

/** Each way goes first as often as the others. */
async function takeTurns(warmUp, rounds, measure) {
  const results = [];
  for (let round = -warmUp; round < rounds; round++) {
    const names = Object.keys(WAYS);
    names.push(...names.splice(0, (round + warmUp) % names.length));
    const result = {};
    for (const name of names) result[name] = await measure(WAYS[name]);
    if (round >= 0) results.push(result);
  }
  return results;
}

/** Each takes a `fetch` and gives the one to call, what reads the response to
 * its end and counts the chunks, and what to do after. */
const WAYS = {
  bare: (fetch) => ({ fetch, drain: ({ body }) => drain(body) }),

  /** Stamps and copies: what ttft does while its module is not there. */
  async stamps(fetch) {
    const { init } = await import("/pkg/slim.js");
    let giveUp;
    const wasm = new Promise((_, reject) => (giveUp = reject));
    return measured(init({ wasm: () => wasm }), fetch, () => giveUp(new Error("not wanted")));
  },

  /** All of it: decoding, statistics, the search for the answer. */
  async ttft(fetch) {
    const { init } = await import("/pkg/index.js");
    const ttft = init({});
    const way = measured(ttft, fetch);
    const small = new Response(chat.text("Hi") + chat.done(), { headers: chat.headers });
    await way.drain(await measured(ttft, async () => small).fetch("/v1/chat", { method: "POST" }));
    // Waits for the module.
    await ttft.flush();
    return way;
  },

  /** What an app that streams answers does itself, decoding with a library. */
  parser: (fetch) => ({ fetch, drain: ({ body }) => parse(body) }),

  clone: (fetch) => ({
    fetch,
    async drain(response) {
      const other = drain(response.clone().body);
      const [read] = await Promise.all([drain(response.body), other]);
      return read;
    },
  }),

  tee: (fetch) => ({
    fetch,
    async drain({ body }) {
      const [read] = await Promise.all(body.tee().map(drain));
      return read;
    },
  }),

  pipe_through: (fetch) => ({
    fetch,
    drain: ({ body }) => drain(body.pipeThrough(new TransformStream())),
  }),
};

function measured(ttft, fetch, before) {
  ttft.on("error", () => {});
  return {
    // `ttft.fetch` calls the global one as it is then.
    fetch(...args) {
      const global = globalThis.fetch;
      globalThis.fetch = fetch;
      try {
        return ttft.fetch(...args);
      } finally {
        globalThis.fetch = global;
      }
    },
    async drain(response) {
      const { body } = response;
      if (!Object.hasOwn(body, "getReader")) throw new Error("the response is not measured");
      const read = await drain(body);
      // No record is waited for.
      ttft.of(response).discard();
      return read;
    },
    done: async () => {
      before?.();
      await ttft.close();
    },
  };
}

async function drain(body) {
  const reader = body.getReader();
  let chunks = 0;
  while (!(await reader.read()).done) chunks++;
  return chunks;
}

async function parse(body) {
  const reader = body.getReader();
  const text = new TextDecoder();
  let chunks = 0;
  let events = 0;
  const parser = createParser({
    onEvent({ data }) {
      if (data !== "[DONE]" && JSON.parse(data).choices) events++;
    },
  });
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks++;
    parser.feed(text.decode(value, { stream: true }));
  }
  if (events < 1) throw new Error("the parser saw no event");
  return chunks;
}

/** The bytes of a recorded-like answer, by way of the replay server. */
async function fromReplay() {
  const steps = Array.from({ length: CHUNKS - 1 }, (_, place) => ({ text: event(place) }));
  const { url } = await scenario({ headers: chat.headers, steps: [...steps, { text: chat.done() }] });
  const whole = await (await nativeFetch(url)).text();
  const encoder = new TextEncoder();
  return whole.split(/(?<=\n\n)/).map((text) => encoder.encode(text));
}

function memory(chunks) {
  let place = 0;
  return new ReadableStream({
    pull(controller) {
      // A chunk of its own, as from the network: whoever reads may keep it.
      if (place < chunks.length) controller.enqueue(chunks[place++].slice());
      else controller.close();
    },
  }, { highWaterMark: 0 });
}

const event = (place) => chat.text(`word${String(place).padStart(4, "0")} `);
