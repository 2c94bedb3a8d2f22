import { tieClock } from "../lib/clock.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

suite("harness-isolated", { at: "isolated" }, {
  async "an isolated page is isolated, and still reaches runner and server"(t) {
    t.equal(crossOriginIsolated, true);
    const clock = await tieClock();
    t.note(`± ${clock.error.toFixed(3)} ms`);
    const { url } = await scenario("openai-chat", "cross");
    t.equal((await fetch(url)).status, 200);
  },
});
