// The library reads no layout and no style: a read between the app's write and
// the frame would lay out the page once more.

import { answer } from "../lib/chat.mjs";
import { deltas } from "../lib/chat-app.mjs";
import { nextRecord, start } from "../lib/measured.mjs";
import { driver } from "../lib/runner.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = Array.from({ length: 40 }, (_, place) => `piece${place} `);
const nativeFetch = globalThis.fetch.bind(globalThis);
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/**
 * Layouts while an answer is shown, one piece a frame. The app writes in a
 * task and once more in the frame, so that whatever reads layout in between
 * costs one of its own.
 */
async function layouts(t, fetch) {
  const place = t.stage.appendChild(document.createElement("p"));
  const played = await scenario(answer(PIECES, { after_ms: 0 }));
  const response = await fetch(played.url, { method: "POST", body: "{}" });
  const pieces = [];
  for await (const delta of deltas(response)) pieces.push(delta);
  await frame();
  const before = await driver("layouts");
  for (const piece of pieces) {
    await frame();
    // A task of its own, after the frame.
    await new Promise((resolve) => setTimeout(resolve));
    place.append(piece);
    await frame();
    place.style.paddingLeft = `${place.childNodes.length}px`;
  }
  await frame();
  await frame();
  return (await driver("layouts")) - before;
}

suite("layouts", { engines: ["chromium"], because: "only it tells how often it laid out a page" }, {
  async "an answer that is measured is laid out as often as one that is not"(t) {
    const without = await layouts(t, nativeFetch);
    const ttft = await start(t);
    const finished = nextRecord(ttft);
    const measured = await layouts(t, ttft.fetch);
    const record = await finished;
    t.equal(record.paint.found, "text");
    t.ok(without >= PIECES.length, `${without} layouts for ${PIECES.length} pieces`);
    t.note(`${without} layouts without ttft, ${measured} with it`);
    t.equal(measured, without);
  },

  async "a layout that is read between write and frame is one more, and is noticed"(t) {
    const without = await layouts(t, nativeFetch);
    const observer = new MutationObserver(() => void t.stage.offsetHeight);
    observer.observe(t.stage, { childList: true, characterData: true, subtree: true });
    const read = await layouts(t, nativeFetch);
    observer.disconnect();
    t.note(`${without} layouts without the read, ${read} with it`);
    t.ok(read >= without + PIECES.length, `${read} layouts, and ${without} without the read`);
  },
});
