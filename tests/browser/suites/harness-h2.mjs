import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";
import { where } from "../lib/runner.mjs";

suite("harness-h2", { at: "page_h2" }, {
  async "a page over HTTP/2 is one, and reaches runner, server and collector"(t) {
    t.equal(performance.getEntriesByType("navigation")[0].nextHopProtocol, "h2");
    const { url, log } = await scenario("openai-chat", "page_h2");
    t.equal((await fetch(url)).status, 200);
    t.equal((await log()).requests[0].protocol, "HTTP/2");
    const refused = await fetch(`${where.collector}/v1/beacon`, { method: "POST", body: "{" });
    t.equal(refused.status, 400);
  },
});
