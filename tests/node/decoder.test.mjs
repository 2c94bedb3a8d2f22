// The decoder as it ships: its searches run in SIMD there, which natively built
// tests don't have.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { driveModule } from "../browser/lib/module.mjs";
import { pkg } from "./consumer.mjs";

// The module reads the engine's clock and entries from there.
globalThis.window ??= globalThis;
const ttft = await import(pathToFileURL(path.join(pkg, "bindings.js")).href);
const bytes = readFileSync(path.join(pkg, "ttft_bg.wasm"));
await ttft.default({ module_or_path: bytes });
const { open, over } = driveModule(ttft);

/** The record of a stream that comes in these pieces. */
function record(pieces) {
  const call = open("text/event-stream");
  const encoder = new TextEncoder();
  for (const piece of pieces) ttft.read(call, 100, 101, encoder.encode(piece));
  const last = ttft.last();
  over(call);
  return last;
}

test("the searches are the ones in SIMD", () => {
  // `v128.or` and `i8x16.bitmask`, as nothing else has them in a row.
  assert.ok(bytes.includes(Buffer.from([0xfd, 0x50, 0xfd, 0x64])));
});

const event = (value) => `data: ${JSON.stringify(value)}\n\n`;

test("line ends and string ends are found wherever they lie", () => {
  let seen = 0;
  for (let model = 1; model < 40; model++) {
    for (let pad = 0; pad < 34; pad++) {
      const name = "m".repeat(model);
      const first = { pad: "p".repeat(pad), model: name, choices: [{ delta: { content: 'a"b\\' } }] };
      const last = { choices: [], usage: { prompt_tokens: model, completion_tokens: pad + 1 } };
      const { request, stream, tokens } = record([event(first) + `:${"c".repeat(pad)}\r\n` + event(last)]);
      assert.equal(request.model, name);
      assert.equal(stream.events, 2);
      assert.deepEqual(tokens, { input: model, output: pad + 1, estimated: false });
      seen++;
    }
  }
  assert.equal(seen, 39 * 34);
});

test("what documents begin with ends wherever they differ", () => {
  let seen = 0;
  for (let length = 1; length < 140; length++) {
    const begin = "i".repeat(length);
    const delta = (id, content) => event({ id, choices: [{ delta: { content } }] });
    for (const cut of [0, length >> 1, length]) {
      // The third differs from the first two within its id.
      const other = `${begin.slice(0, cut)}x${begin.slice(cut + 1)}`;
      const usage = event({ id: other, model: other, usage: { prompt_tokens: length, completion_tokens: 3 } });
      const { request, stream, tokens } = record([delta(begin, "a"), delta(begin, "b"), delta(other, "c") + usage]);
      assert.equal(request.model, other.slice(0, 128));
      assert.equal(stream.events, 4);
      assert.deepEqual(tokens, { input: length, output: 3, estimated: false });
      seen++;
    }
  }
  assert.equal(seen, 139 * 3);
});
