// Pages whose clocks are finer or coarser than usual.

import { answer } from "../lib/chat.mjs";
import { ask, start } from "../lib/measured.mjs";
import { where } from "../lib/runner.mjs";
import { suite } from "../lib/suite.mjs";

suite("clocks", { at: "isolated" }, {
  async "a record names the engine it was measured in"(t) {
    const ttft = await start(t);
    const { record } = await ask(t, ttft, answer(["Each engine ", "measures in its own way."]));
    t.ok(new RegExp(`^${where.engine}/\\d+$`).test(record.page.engine), record.page.engine);
  },

  async "an isolated page measures on its finer clock, and its record says so"(t) {
    const ttft = await start(t);
    const { record } = await ask(t, ttft, answer(["An isolated page ", "measures as any other does, ", "only finer."]));
    t.equal([record.outcome, record.page.isolated, record.flags], ["complete", true, undefined]);
    // https://w3c.github.io/hr-time/#clock-resolution; Firefox 20 µs, WebKit 20 µs.
    t.note(`${where.engine}: a step of ${record.page.resolution_ms} ms`);
    t.ok(record.page.resolution_ms < 0.1, `a step of ${record.page.resolution_ms} ms, below that of other pages`);
    const { first_token, first_answer_commit, first_answer_paint, end } = record.marks;
    t.inOrder({ first_token, first_answer_commit, first_answer_paint });
    t.inOrder({ first_token, end });
    t.ok(["page", "network", "server", "unclear"].includes(record.verdict), `verdict ${record.verdict}`);
  },

  async "a clock that resists fingerprinting is known by its step, and flagged"(t) {
    if (where.engine !== "firefox") t.skip("only Firefox has such a clock");
    // As `privacy.resistFingerprinting` has it, seen in Firefox 153.
    const fine = performance.now;
    performance.now = () => Math.floor(fine.call(performance) / 16.667) * 16.667;
    t.after(() => delete performance.now);
    const ttft = await start(t);
    const { record } = await ask(t, ttft, answer(["A clock ", "may be coarse, ", "and honest all the same."]));
    t.equal([record.outcome, record.page.resolution_ms, record.flags], ["complete", 16.667, ["coarse-clock"]]);
    const { first_token, first_answer_commit, first_answer_paint, end } = record.marks;
    t.inOrder({ first_token, first_answer_commit, first_answer_paint });
    t.inOrder({ first_token, end });
  },
});
