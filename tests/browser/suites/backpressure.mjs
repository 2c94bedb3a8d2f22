// A page that stops reading holds the server back no less with ttft.

import { chat } from "../lib/chat.mjs";
import { start } from "../lib/measured.mjs";
import { where } from "../lib/runner.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";
import { engineHas } from "../lib/twice.mjs";

const nativeFetch = globalThis.fetch.bind(globalThis);
const MIB = 2 ** 20;
/** More than all buffers between server and page hold together. */
const ANSWER = {
  headers: { "content-type": "text/event-stream" },
  steps: [{ text: chat.text("first") }, { text: chat.text("x".repeat(64 * 1024)), repeat: 768 }],
};
const WHOLE = ANSWER.steps.reduce((sum, { text, repeat = 1 }) => sum + text.length * repeat, 0);

/** How a page takes a first piece, and then no more. */
const WAYS = {
  "never reads": () => {},
  "reads once": (body) => body.getReader().read(),
  "reads once into a buffer": engineHas.byob && ((body) => body.getReader({ mode: "byob" }).read(new Uint8Array(1024))),
  "reads a pipe once": (body) => body.pipeThrough(new TextDecoderStream()).getReader().read(),
  "iterates once": engineHas.iteration && ((body) => body[Symbol.asyncIterator]().next()),
};

/** MiB that the server got rid of until it could write no more. */
async function written(fetch, way) {
  const { url, logSoFar } = await scenario(ANSWER);
  const abort = new AbortController();
  const response = await fetch(url, { method: "POST", body: "{}", signal: abort.signal });
  await way(response.body);
  const bytes = async () => {
    const writes = (await logSoFar()).events().filter(({ what }) => what === "write");
    return writes.reduce((sum, { bytes }) => sum + bytes, 0);
  };
  let [before, now] = [-1, 0];
  while (before !== now) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    [before, now] = [now, await bytes()];
  }
  abort.abort();
  return now / MIB;
}

suite(
  "backpressure",
  {},
  Object.fromEntries(
    Object.entries(WAYS).map(([name, way]) => [
      `a page that ${name} holds the server back as it does natively`,
      async (t) => {
        if (!way) t.skip("the engine has no such way");
        const natively = await written(nativeFetch, way);
        const ttft = await start(t);
        const measured = await written(ttft.fetch, way);
        t.note(`${natively.toFixed(2)} MiB written natively, ${measured.toFixed(2)} with ttft`);
        // The kernel sizes a connection's buffers by how it went so far: the
        // numbers differ from run to run, mostly 5 to 13, and up to the 32 MiB
        // that Linux may give one. Who holds nothing back, as Firefox and
        // WebKit, takes all.
        const held = (mib) => mib < (WHOLE / MIB) * 0.9;
        t.equal(held(natively), where.engine === "chromium", "held back natively");
        t.equal(held(measured), held(natively), "held back with ttft");
      },
    ]),
  ),
);
