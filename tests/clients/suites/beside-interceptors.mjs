// MSW's interceptor of fetch: it lets through, and gives its listeners a clone
// of each response, the app a response of its own; or answers itself.

import { collect, start } from "../../browser/lib/measured.mjs";
import { beside } from "../lib/beside.mjs";
import { chat } from "../lib/openai-chat.mjs";
import { readEvents } from "../lib/read-events.mjs";
import { Witness } from "../lib/witness.mjs";

let copies = 0;

async function install() {
  const { FetchInterceptor } = await import(`/npm/interceptors.mjs?copy=${++copies}`);
  const told = [];
  const interceptor = new FetchInterceptor();
  interceptor.apply();
  interceptor.on("request", ({ request, controller }) => {
    told.push(`request ${request.method} ${request.url}`);
    if (request.url.endsWith("/mocked")) controller.respondWith(mocked());
  });
  interceptor.on("response", ({ request, response, responseType }) => {
    told.push(`response ${response.status} ${responseType} ${request.url}`);
  });
  return {
    wrapped: globalThis.fetch,
    keeps: false,
    around: (act) => act(),
    lines: (run) => told.filter((line) => line.includes(run)).map((line) => `tool: ${line}`),
    undo: () => interceptor.dispose(),
  };
}

function mocked() {
  const { headers, stream } = chat;
  const events = [...stream.opening, stream.text("made "), stream.text("up"), ...stream.closing];
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (events.length === 0) controller.close();
      else controller.enqueue(encoder.encode(events.shift()));
    },
  });
  return new Response(body, { headers });
}

const answered = (installed) => async (t) => {
  const ttft = await start(t, { paint: false });
  const records = collect(ttft);
  const theirs = async () => {
    const tool = await install();
    t.after(() => tool.undo());
  };
  const ours = () => t.after(ttft.install());
  for (const act of installed === "it, ttft" ? [theirs, ours] : [ours, theirs]) await act();
  const seen = new Witness("complete");
  for (const [fetch, url] of [[globalThis.fetch, "/one/mocked"], [ttft.fetch, "/two/mocked"]]) {
    const response = await fetch(url, { method: "POST", body: "{}" });
    await readEvents(seen, response.body);
  }
  t.equal(seen.lines.filter((line) => line.includes("made ")).length, 2, "answers");
  // Below it ttft never sees what it answers itself.
  const measured = installed === "it, ttft" ? ["/one/mocked", "/two/mocked"] : ["/two/mocked"];
  await t.until(() => records.length >= measured.length);
  await ttft.flush(5000);
  t.equal(records.map(({ outcome, request }) => [outcome, request.path]), measured.map((path) => ["complete", path]));
};

beside("beside-interceptors", {
  install,
  more: {
    "an answer that it makes up is measured by what is above it: it, ttft": answered("it, ttft"),
    "an answer that it makes up is measured by what is above it: ttft, it": answered("ttft, it"),
  },
});
