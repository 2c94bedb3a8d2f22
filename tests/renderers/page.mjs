// Runs in page.html: one answer, shown by the app named in the address, and
// what ttft says of it.

import { chat } from "/browser/lib/chat.mjs";
import { nextRecord } from "/browser/lib/measured.mjs";
import { tell, where } from "/browser/lib/runner.mjs";
import { scenario } from "/browser/lib/scenario.mjs";
import { init } from "/pkg/index.js";

const PATIENCE_MS = 20_000;
/** Markdown for those who render it, and long enough to be sure of it. */
const PIECES = "Mammoths **were** large woolly animals that lived far in the north".split(/(?<= )/);
const FIRST_MS = 250;
const AFTER_MS = 30;

const event = (fields) => `data: ${JSON.stringify(fields)}\n\n`;
const FORMATS = {
  "openai-chat": {
    headers: chat.headers,
    opening: chat.role(),
    token: chat.text,
    closing: chat.finish() + chat.done(),
  },
  "ai-sdk-ui": {
    headers: { ...chat.headers, "x-vercel-ai-ui-message-stream": "v1" },
    opening:
      event({ type: "start", messageId: "m1" }) +
      event({ type: "start-step" }) +
      event({ type: "text-start", id: "t1" }),
    token: (delta) => event({ type: "text-delta", id: "t1", delta }),
    closing:
      event({ type: "text-end", id: "t1" }) +
      event({ type: "finish-step" }) +
      event({ type: "finish" }) +
      "data: [DONE]\n\n",
  },
};

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// After the load event, which the driver waits for.
addEventListener("load", () => setTimeout(run));

async function run() {
  const errors = [];
  try {
    const app = await import(`/bundles/${where.app}.js`);
    const ttft = init({ route: "/renderers", target: app.target });
    ttft.on("error", ({ type, message }) => errors.push(`ttft reported ${type}: ${message}`));
    // The module is there, and each path was run once.
    await answer(app, ttft);
    await tell("ready");
    // Ties the trace's clock to this page's.
    performance.mark("renderers");
    await wait(100);
    const record = await answer(app, ttft);
    // The last frames' screenshots are still under way.
    await wait(200);
    await tell("done", { record, errors, fades: app.fades ?? false });
  } catch (error) {
    await tell("broken", { message: [error.stack ?? error, ...errors].join("; ") });
  }
}

async function answer({ mount, format }, ttft) {
  const { headers, opening, token, closing } = FORMATS[format];
  const steps = PIECES.map((piece, place) => ({
    after_ms: place === 0 ? FIRST_MS : AFTER_MS,
    text: token(piece),
  }));
  const { url } = await scenario({ headers, steps: [{ text: opening }, ...steps, { text: closing }] });
  const finished = nextRecord(ttft);
  const app = mount(document.querySelector("#place"), { fetch: ttft.fetch, url });
  try {
    await app.send();
    const record = await Promise.race([finished, wait(PATIENCE_MS)]);
    if (!record) throw new Error(`no record within ${PATIENCE_MS / 1000} s`);
    return record;
  } finally {
    app.unmount();
  }
}
