// Runs in page.html: measures answers one after another, as a page with ttft
// does, and reports each beside what the server and the app themselves know.

import { show } from "/browser/lib/chat-app.mjs";
import { answer } from "/browser/lib/chat.mjs";
import { tieClock } from "/browser/lib/clock.mjs";
import { nextRecord } from "/browser/lib/measured.mjs";
import { tell, where } from "/browser/lib/runner.mjs";
import { scenario } from "/browser/lib/scenario.mjs";
import { init } from "/pkg/index.js";
import { LOADS } from "./loads.mjs";

/** A sample that takes longer is lost: nothing here lasts half as long. */
const PATIENCE_MS = 20_000;

const stamps = where.stamps === "true";
const origin = where.tao === "true" ? "page" : "cross";
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// After the load event, which the driver waits for.
addEventListener("load", () => setTimeout(run));

async function run() {
  const errors = [];
  try {
    // No endpoint: nothing is sent beside what is measured.
    const ttft = init({ route: "/truth" });
    ttft.on("error", (error) => errors.push(error));
    // The module is there and each path was run once.
    await sample(ttft, "idle");
    await tell("ready");
    const before = await tieClock();
    const samples = [];
    for (let number = 0; number < Number(where.runs); number++) {
      await wait(20 + Math.random() * 30);
      samples.push(await sample(ttft, where.load, number));
      await tell("progress");
    }
    const after = await tieClock();
    // The same two clocks before and after: what lies between is their drift.
    const best = before.error <= after.error ? before : after;
    const drift = Math.abs(before.offset - after.offset);
    await tell("done", {
      clock: { error: best.error, step: best.step, drift, drifted: drift > before.error + after.error },
      samples: samples.map((it) => onOurClock(it, best)),
      errors,
    });
  } catch (error) {
    const words = [error, ...errors.map(({ type, message }) => `ttft reported ${type}: ${message}`)];
    await tell("broken", { message: words.join("; ") });
  }
}

async function sample(ttft, load, number) {
  const place = document.body.appendChild(document.createElement("p"));
  const { first_ms, tokens = 12, after_ms = 15, hold_ms, app, run: start } = LOADS[load]();
  const played = await scenario(
    answer(words(tokens), {
      first_ms: Math.round(first_ms),
      after_ms,
      stamps,
      ...(hold_ms && { hold_ms }),
    }),
    origin,
  );
  const finished = nextRecord(ttft);
  const seen = {};
  const stop = start?.(place);
  try {
    const t0 = performance.now();
    const response = await ttft.fetch(played.url, { method: "POST", body: "{}" });
    await show(response, place, {
      ...app,
      // What an app's own timer would call the first token.
      onToken: () => (seen.naive = performance.now()),
      onRender: () => {
        app?.onRender?.();
        if (seen.commit) return;
        seen.commit = performance.now();
        // Ties the trace's clock to this page's, and names the frame.
        if (number !== undefined) performance.mark(`truth:${number}`);
        frameAfter((at) => (seen.frame = at));
      },
    });
    const record = await Promise.race([finished, wait(PATIENCE_MS)]);
    if (!record) throw new Error(`no record within ${PATIENCE_MS / 1000} s`);
    return { number, record, seen, t0, log: await played.log() };
  } finally {
    stop?.();
    place.remove();
  }
}

/** Everything in milliseconds from the record's `request_start`. */
function onOurClock({ number, record, seen, log }, clock) {
  const here = (at) => (at === undefined ? null : at - record.t0);
  const there = (server) => clock.toPage(server) - record.t0;
  return {
    number,
    record,
    naive: here(seen.naive),
    truth: {
      request: there(log.first("request")),
      headers: there(log.first("headers")),
      arrival: there(log.write("token")),
      commit: here(seen.commit),
      frame: here(seen.frame),
    },
  };
}

/** An answer that no other resembles. */
function words(count) {
  const word = () => Math.random().toString(36).slice(2, 8);
  return Array.from({ length: count }, () => `${word()} `);
}

/** Our own estimate of the frame, where no trace tells of it. */
function frameAfter(callback) {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      callback(performance.now());
    };
    port2.postMessage(undefined);
  });
}
