// A page whose policy forbids WebAssembly.

import { show } from "../lib/chat-app.mjs";
import { answer } from "../lib/chat.mjs";
import { collect, start } from "../lib/measured.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = "A policy may forbid it and the page works as before".split(" ").map((word) => `${word} `);

suite("api-csp", { csp: "script-src 'self'" }, {
  async "without wasm-unsafe-eval there is one error, and the app's streams are whole"(t) {
    const errors = [];
    const ttft = await start(t, { errors });
    const records = collect(ttft);
    const native = globalThis.fetch;
    t.after(ttft.install());
    // The first runs while the module is refused, the second after.
    for (const fetch of [ttft.fetch, globalThis.fetch]) {
      const { url, log } = await scenario(answer(PIECES, { after_ms: 30 }));
      const response = await fetch(url, { method: "POST", body: "{}" });
      t.equal(await show(response, t.stage), PIECES.join(""));
      ttft.of(response)?.rendered();
      t.equal((await log()).requests.length, 1);
    }
    await t.until(() => errors.length > 0);
    t.equal(await ttft.flush(500), false, "nothing can be delivered");
    t.equal(errors.map(({ type }) => type), ["wasm"]);
    t.note(errors[0].message);
    t.equal([records, ttft.last()], [[], undefined]);
    t.equal(document.querySelectorAll("[data-ttft]").length, 0, "probes left in the page");
    ttft.install()();
    t.ok(globalThis.fetch === native, "the native fetch again");
  },
});
