// Measures one answer of the server named in the address, on a page that is
// busy while the first token comes.

import { show } from "/browser/lib/chat-app.mjs";
import { nextRecord } from "/browser/lib/measured.mjs";
import { tell, where } from "/browser/lib/runner.mjs";
import { init } from "/pkg/index.js";

addEventListener("load", () => setTimeout(run));

async function run() {
  const ttft = init();
  // The first answer warms up the module and the server.
  for (const busy of [false, true]) {
    const finished = nextRecord(ttft);
    const response = await ttft.fetch(`${where.server}/chat`, { method: "POST", body: "{}" });
    if (busy) {
      setTimeout(() => {
        const until = performance.now() + 500;
        while (performance.now() < until);
      }, 150);
    }
    const place = document.body.appendChild(document.createElement("p"));
    await show(response, place);
    const record = await finished;
    place.remove();
    if (busy) await tell("record", record);
  }
}
