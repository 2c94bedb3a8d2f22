import { suite } from "../lib/suite.mjs";

suite("harness-csp", { csp: "script-src 'self'" }, {
  async "a suite's policy holds on its page"(t) {
    // Instantiated, not only compiled: WebKit lets a page compile.
    const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const refusal = await t.rejects(WebAssembly.instantiate(empty), "WASM without permission");
    t.equal(refusal.name, "CompileError");
  },
});
