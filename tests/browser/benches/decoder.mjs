// What the decoder costs a page, against what an app would use: the shipped
// module through the exports that a call goes through, and eventsource-parser,
// with and without JSON.parse, on the same bytes in the same page.
//
// So ttft's side holds more than decoding: the copy of the bytes into the
// module, read log, statistics, and the search for the answer.

import { createParser } from "/modules/eventsource-parser/dist/index.js";
import * as ttft from "/pkg/bindings.js";
import { driveModule } from "../lib/module.mjs";
import { suite } from "../lib/suite.mjs";

/** Bytes per chunk; 0: each recorded stream in one piece. */
const CHUNKS = [64, 1400, 0];
/** Each stream is repeated to this length: what a call costs beside its bytes
 * is printed apart. */
const LENGTH = 64 * 1024;
const WARM_UP = 3;
const ROUNDS = 15;
/** A clock of whole milliseconds is exact to 1 % of this. */
const ROUND_MS = 100;

let open, over;

suite("decoder", { seconds: 300 }, {
  async "measured"(t) {
    await ttft.default({ module_or_path: fetch("/pkg/ttft_bg.wasm") });
    ({ open, over } = driveModule(ttft));
    const streams = (await (await fetch("/bench/corpus.json")).json()).map(({ type, body }) => ({
      type,
      body: Uint8Array.from(atob(body), (char) => char.charCodeAt(0)),
    }));
    const events = streams.map(({ body }) => countEvents(body));
    const sizes = CHUNKS.map((size) => measure(streams, events, size));
    t.note(JSON.stringify({ sizes, call_us: callCost(streams[0].type) }));
  },
});

function measure(streams, events, size) {
  const pieces = streams.map(({ type, body }) => {
    const times = Math.ceil(LENGTH / body.length);
    return { type, times, chunks: cut(body, size) };
  });
  const total = (values) => values.reduce((sum, value, i) => sum + value * pieces[i].times, 0);
  const bytes = total(streams.map(({ body }) => body.length));
  const count = total(events);
  const contenders = {
    ttft: () => pieces.forEach(byTtft),
    parser: () => check(count, pieces.reduce((sum, stream) => sum + byParser(stream, false), 0)),
    parser_json: () => check(count, pieces.reduce((sum, stream) => sum + byParser(stream, true), 0)),
  };

  const once = Object.values(contenders).map(time);
  const repeats = once.map((ms) => Math.max(1, Math.round(ROUND_MS / Math.max(ms, 1))));
  const rounds = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const times = {};
    // Each goes first as often as the others.
    const names = Object.keys(contenders);
    names.push(...names.splice(0, (round + WARM_UP) % names.length));
    for (const name of names) {
      const times_ = repeats[Object.keys(contenders).indexOf(name)];
      times[name] = time(() => {
        for (let i = 0; i < times_; i++) contenders[name]();
      }) / times_;
    }
    if (round >= 0) rounds.push(times);
  }
  return { chunk: size, bytes, events: count, rounds };
}

function time(work) {
  const from = performance.now();
  work();
  return performance.now() - from;
}

function byTtft({ type, times, chunks }) {
  const call = open(type);
  for (let i = 0; i < times; i++) for (const chunk of chunks) ttft.read(call, 100, 101, chunk);
  over(call);
}

function byParser({ times, chunks }, json) {
  const text = new TextDecoder();
  let events = 0;
  let parsed;
  const parser = createParser({
    onEvent({ data }) {
      events++;
      // Some providers' data is empty, text, or `[DONE]`.
      if (json && /^[{[](?!DONE)/.test(data)) parsed = JSON.parse(data);
    },
  });
  for (let i = 0; i < times; i++) {
    for (const chunk of chunks) parser.feed(text.decode(chunk, { stream: true }));
  }
  if (json && typeof parsed !== "object") throw new Error("no event was JSON");
  return events;
}

/** Microseconds of a call without a body: what `byTtft` spends beside reads. */
function callCost(type) {
  const costs = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ms = time(() => {
      for (let i = 0; i < 500; i++) over(open(type));
    });
    costs.push((ms / 500) * 1000);
  }
  return costs.sort((a, b) => a - b)[ROUNDS >> 1];
}

/** Chunks of their own, as a reader gives them. */
function cut(body, size) {
  if (size === 0) return [body];
  const chunks = [];
  for (let at = 0; at < body.length; at += size) chunks.push(body.slice(at, at + size));
  return chunks;
}

function countEvents(body) {
  let events = 0;
  createParser({ onEvent: () => events++ }).feed(new TextDecoder().decode(body));
  return events;
}

function check(expected, events) {
  if (events !== expected) throw new Error(`the parser saw ${events} of ${expected} events`);
}
