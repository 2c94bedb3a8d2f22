// What a page holds after many long streams, and one that nobody reads: first
// natively, then with ttft, which must not keep what has passed through it.

import { chat } from "../lib/chat.mjs";
import { driver, where } from "../lib/runner.mjs";
import { posted } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const nativeFetch = globalThis.fetch.bind(globalThis);

const STREAMS = 200;
const BYTES = 5 * 1024 * 1024;
/** A page's connections to an origin, less the one that nobody reads. */
const AT_ONCE = 4;
/** Where no collection can be asked for. */
const SETTLE_MS = 10_000;

/** Ends as an answer does; before that, 64 KiB at a time. */
function definition() {
  const event = chat.text("All work and no play makes Jack a dull boy. ".repeat(100));
  const several = event.repeat(Math.round(65536 / event.length));
  const repeat = Math.ceil(BYTES / several.length);
  return { headers: chat.headers, steps: [{ text: several, repeat }, { text: chat.finish() + chat.done() }] };
}

suite("memory", { seconds: 900 }, {
  async "measured"(t) {
    const id = await posted(definition());
    const url = () => `${where.page}/s/${id}`;
    // What the page itself makes once.
    await play(t, nativeFetch, url, 8);
    const before = await held();
    const native = await run(t, nativeFetch, url);

    const { init } = await import("/pkg/index.js");
    const ttft = init({});
    // The module first: it is there once for all streams.
    await play(t, ttft.fetch, url, 1);
    await ttft.flush(10_000);
    let records = 0;
    ttft.on("record", ({ outcome }) => (records += outcome === "complete"));
    const measured = await run(t, ttft.fetch, url, () => t.until(() => records === STREAMS));
    t.note(JSON.stringify({ streams: STREAMS, bytes: BYTES, before, native, measured, records }));
    await ttft.close();
  },
});

/** What is held after half of the streams, and after all of them. */
async function run(t, fetch, url, settled) {
  const unread = await fetch(url(), { method: "POST", body: "{}" });
  await play(t, fetch, url, STREAMS / 2);
  const half = await held();
  await play(t, fetch, url, STREAMS / 2);
  // A record may wait for the network's entry.
  await settled?.();
  const whole = await held();
  // Held by the page until here.
  if (unread.bodyUsed) throw new Error("somebody has read it");
  return { half, whole };
}

async function play(t, fetch, url, count) {
  let left = count;
  const work = async () => {
    while (left-- > 0) {
      const response = await fetch(url(), { method: "POST", body: "{}" });
      const place = t.stage.appendChild(document.createElement("p"));
      const reader = response.body.getReader();
      let bytes = 0;
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        // Enough of it to be found: what is shown is not what is measured.
        if (bytes === 0) place.textContent = "All work and no play makes Jack a dull boy.";
        bytes += read.value.length;
      }
      if (bytes < BYTES) throw new Error(`${bytes} bytes came of ${BYTES}`);
      place.remove();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Bytes; the heap only in Chromium. */
async function held() {
  if (where.engine !== "chromium") await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return { heap: await driver("heap").catch(() => null), resident: await driver("resident") };
}
