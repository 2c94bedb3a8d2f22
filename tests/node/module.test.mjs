// What ships as the module.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pkg } from "./consumer.mjs";

for (const name of ["ttft_bg.wasm", "ttft-full_bg.wasm"]) {
  const bytes = readFileSync(path.join(pkg, name));

  test(`${name} holds no panic's formatting and no folder of the machine that built it`, () => {
    const text = bytes.toString("latin1");
    // What a panic writes around its message, and what an index does.
    for (const words of ["panicked at", "index out of bounds", "byte index", homedir(), process.cwd()]) {
      assert.ok(!text.includes(words), words);
    }
  });

  test(`${name} imports from its bindings alone`, async () => {
    const module = await WebAssembly.compile(bytes);
    const from = new Set(WebAssembly.Module.imports(module).map(({ module }) => module));
    assert.deepEqual([...from], ["js"]);
  });
}
