// In a page of Angular's, whose zone.js takes note of all that runs.

import { createParser } from "/modules/eventsource-parser/dist/index.js";
import { answer } from "../lib/chat.mjs";
import { collect, start } from "../lib/measured.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = "Words that come one by one and are shown as they come".split(" ").map((word) => `${word} `);
const TEXT = PIECES.join("");

/** Before anything of ttft's, as Angular has it. */
await import("/modules/zone.js/fesm2015/zone.js");
const { Zone } = globalThis;

/** Runs `app` as Angular runs one. What came of it: after how many callbacks it
 * was checked for changes, by what called back, promises aside; and whether it
 * still waited for a timer at its end. */
async function inAngular(app) {
  const checks = {};
  let waits = false;
  const zone = Zone.root.fork({
    name: "angular",
    onInvokeTask(parent, current, target, task, self, args) {
      if (task.type !== "microTask") checks[task.source] = (checks[task.source] ?? 0) + 1;
      return parent.invokeTask(target, task, self, args);
    },
    onInvoke(parent, current, target, callback, self, args, source) {
      if (source) checks[source] = (checks[source] ?? 0) + 1;
      return parent.invoke(target, callback, self, args, source);
    },
    onHasTask(parent, current, target, state) {
      if (current === target && state.change === "macroTask") waits = state.macroTask;
      parent.hasTask(target, state);
    },
  });
  await zone.run(app);
  const waitsAtEnd = waits;
  // What is late counts, too.
  await new Promise((resolve) => Zone.root.run(() => setTimeout(resolve, 300)));
  return { checks, waitsAtEnd };
}

/** Without `await`, which leaves the zone: Angular compiles it away. `body` gives
 * the response's body, or a copy's. */
async function chat(t, body) {
  const { url } = await scenario(answer(PIECES, { after_ms: 30 }));
  t.stage.textContent = "";
  const result = await inAngular(() =>
    fetch(url, { method: "POST", body: "{}" }).then((response) => show(body(response), t.stage)),
  );
  t.equal(t.stage.textContent, TEXT);
  return result;
}

function show(body, place) {
  const reader = body.getReader();
  const text = new TextDecoder();
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data !== "[DONE]") place.textContent += JSON.parse(data).choices[0]?.delta?.content ?? "";
    },
  });
  const step = ({ done, value }) => {
    if (done) return;
    parser.feed(text.decode(value, { stream: true }));
    return reader.read().then(step);
  };
  return reader.read().then(step);
}

/** All that ttft does, done by an app. */
function busy(place) {
  new MutationObserver(() => {}).observe(place, { childList: true });
  place.append("text");
  setTimeout(() => {}, 10_000);
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

const measured = (options, body = (response) => response.body) => async (t) => {
  const seen = await inAngular(() => busy(t.stage));
  t.note(`what a zone sees: ${JSON.stringify(seen)}`);
  t.ok(seen.waitsAtEnd && Object.keys(seen.checks).length >= 3, "a zone that sees");
  const native = await chat(t, body);
  t.equal(native, { checks: {}, waitsAtEnd: false });
  const ttft = await start(t, options);
  const records = collect(ttft);
  t.after(ttft.install());
  t.equal(await chat(t, body), native, "what the zone saw");
  await t.until(() => records.length > 0);
  const [{ outcome, paint }] = records;
  t.equal([outcome, paint.found], ["complete", "text"]);
};

suite("zone", {}, {
  "an app is not checked for changes by what ttft does, and waits for nothing of it": measured({}),
  "nor while the module is not there yet": measured({ lateWasm: 150 }),
  "nor where it reads a copy of the response": measured({}, (response) => response.clone().body),
});
