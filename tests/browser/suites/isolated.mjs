// A cross-origin isolated page, whose clocks are finer.

import { answer } from "../lib/chat.mjs";
import { ask, start } from "../lib/measured.mjs";
import { where } from "../lib/runner.mjs";
import { suite } from "../lib/suite.mjs";

suite("isolated", { at: "isolated" }, {
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
});
