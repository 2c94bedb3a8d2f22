// What the watch, the probe and the tick cost while an answer is shown.

import { answer, chat } from "../../lib/chat.mjs";
import { deltas } from "../../lib/chat-app.mjs";
import { scenario } from "../../lib/scenario.mjs";
import { costOf, pause } from "./main-thread.mjs";

const nativeFetch = globalThis.fetch.bind(globalThis);
const nativeFrame = globalThis.requestAnimationFrame.bind(globalThis);
const frame = () => new Promise((resolve) => nativeFrame(resolve));

const TOKEN_MS = 30;
const LONG_S = 30;
const SHORT_S = 10;
const TICK_MS = 8000;
const PROBE_FRAMES = 200;
const ROUNDS = 3;

/** How an app shows an answer, and how long it streams. */
const LOADS = {
  /** A text node that grows. */
  text: { seconds: LONG_S, show: (place, delta) => place.append(delta) },
  /** Everything anew with each token, as from markdown. */
  markdown: {
    seconds: SHORT_S,
    show: (place, delta, text) => {
      place.innerHTML = text.split(". ").map((part) => `<p>${part.replace(/(\w+7)/g, "<b>$1</b>")}</p>`).join("");
    },
  },
  /** The answer is never shown, and the page is busy with other texts: the
   * search goes on to the end. */
  other: {
    seconds: SHORT_S,
    show: (place, delta, text, count) => {
      const row = place.children[count % 40] ?? place.appendChild(document.createElement("div"));
      row.textContent = `${count} messages in another window, row ${count * 7919}`;
    },
  },
};

export async function watchCost(t, thread) {
  const calls = timeCallbacks();
  // Modules of their own: in WebKit, code that has run before goes on with the
  // native MutationObserver, and none of its batches is timed.
  const { init } = await import("/isolated/pkg/index.js");
  const loads = [];
  for (const [name, load] of Object.entries(LOADS)) {
    const native = await play(t, thread, load, nativeFetch);
    const ttft = init({});
    const found = [];
    ttft.on("record", ({ paint }) => found.push(paint?.found));
    calls.reset();
    const measured = await play(t, thread, load, ttft.fetch);
    const spent = calls.spent();
    await ttft.close();
    const stop = watchBarely();
    calls.reset();
    await play(t, thread, load, nativeFetch);
    const bare = calls.spent();
    stop();
    if (!spent.mutations.count || !bare.mutations.count) throw new Error("no batch of mutations was timed");
    loads.push({
      load: name,
      spent,
      bare,
      found: found[0],
      seconds: measured.seconds,
      // Everything: hooks, decoding, the engine's own part, and the tick.
      all_ms: thread && measured.cost - native.cost,
    });
  }
  calls.restore();
  return { part: "watch", loads };
}

/** The least that tells when a change came and when it was painted, as the
 * platform has it: what any watch costs at all. */
function watchBarely() {
  const seen = { committed: 0, painted: 0, waits: false };
  const frames = new IntersectionObserver(() => {
    frames.disconnect();
    seen.waits = false;
    seen.painted = performance.now();
  });
  const observer = new MutationObserver(() => {
    seen.committed = performance.now();
    if (seen.waits) return;
    seen.waits = true;
    frames.observe(document.documentElement);
  });
  observer.observe(document, { childList: true, characterData: true, subtree: true });
  return () => observer.disconnect();
}

async function play(t, thread, { seconds, show }, fetch) {
  const tokens = (seconds * 1000) / TOKEN_MS;
  const pieces = Array.from({ length: tokens }, (_, place) => `word${place}${place % 12 ? " " : ". "}`);
  const { url } = await scenario(answer(pieces, { after_ms: TOKEN_MS - 1 }));
  const place = t.stage.appendChild(document.createElement("section"));
  // A page has more than the answer.
  const rest = t.stage.appendChild(document.createElement("div"));
  rest.innerHTML = "<p>Some other text of the page</p>".repeat(500);
  let text = "";
  let count = 0;
  let since, took;
  const cost = await costOf(thread, async () => {
    since = performance.now();
    const response = await fetch(url, { method: "POST", body: "{}" });
    for await (const delta of deltas(response)) {
      text += delta;
      show(place, delta, text, count++);
    }
    took = (performance.now() - since) / 1000;
    await frame();
    await pause(100);
  });
  place.remove();
  rest.remove();
  return { cost, seconds: took };
}

/** A new text in each frame that begins as the answer does, so each gets its
 * probe: far more than a page has. With them, and with the estimate that needs none. */
export async function probeCost(t, thread) {
  if (!PerformanceObserver.supportedEntryTypes.includes("element") || !thread) {
    return { part: "probe", rounds: [] };
  }
  const { init } = await import("/pkg/index.js");
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const result = {};
    const ways = ["probe", "frame"];
    if (round % 2) ways.reverse();
    for (const paint of ways) {
      const ttft = init({ paint });
      const { url } = await scenario({ headers: chat.headers, steps: [{ text: chat.text("Same words ") }], end: "stall" });
      const abort = new AbortController();
      const response = await ttft.fetch(url, { method: "POST", body: "{}", signal: abort.signal });
      await response.body.getReader().read();
      // The module, and what it compiles.
      await pause(500);
      let probes = 0;
      const count = new MutationObserver((records) => {
        for (const { addedNodes } of records) for (const node of addedNodes) probes += node.dataset?.ttft === "";
      });
      count.observe(document.documentElement, { childList: true });
      const place = t.stage.appendChild(document.createElement("section"));
      const ms = await costOf(thread, async () => {
        for (let number = 0; number < PROBE_FRAMES; number++) {
          await frame();
          if (place.childElementCount > 20) place.firstChild.remove();
          place.appendChild(document.createElement("p")).textContent = "Same";
        }
        await pause(100);
      });
      if (paint === "probe" && probes < PROBE_FRAMES / 2) throw new Error(`only ${probes} probes`);
      count.disconnect();
      place.remove();
      abort.abort();
      await ttft.close();
      result[paint] = ms / PROBE_FRAMES;
    }
    rounds.push(result);
  }
  return { part: "probe", rounds };
}

/** An answer is awaited on an idle page: nothing but the tick runs. */
export async function tickCost(t, thread) {
  if (PerformanceObserver.supportedEntryTypes.includes("longtask") || !thread) {
    return { part: "tick", rounds: [] };
  }
  const { init } = await import("/pkg/index.js");
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const result = {};
    const ways = ["native", "ttft"];
    if (round % 2) ways.reverse();
    for (const way of ways) {
      const calls = timeCallbacks();
      const ttft = init({ enabled: way === "ttft" });
      const { url } = await scenario({ headers: chat.headers, end: "stall" });
      const abort = new AbortController();
      const answered = ttft.fetch(url, { method: "POST", body: "{}", signal: abort.signal });
      // Not awaited: in Firefox it comes with the first byte, which never does.
      answered.then(({ body }) => body.getReader().read()).catch(() => {});
      await pause(500);
      calls.reset();
      result[way] = await costOf(thread, () => pause(TICK_MS));
      if (way === "ttft") result.ticks = calls.spent().timer.count;
      abort.abort();
      await ttft.close();
      calls.restore();
    }
    rounds.push(result);
  }
  return { part: "tick", window_ms: TICK_MS, rounds };
}

/**
 * Times each callback that is registered from here on, which are ttft's: this
 * page and its harness took their own before. To be called before anything of
 * ttft runs, which may keep what it made.
 */
function timeCallbacks() {
  let durations = {};
  const timed = (name, callback) =>
    function (...args) {
      const since = performance.now();
      try {
        return callback.apply(this, args);
      } finally {
        (durations[name] ??= []).push(performance.now() - since);
      }
    };
  const reset = () => (durations = {});
  const spent = () =>
    Object.fromEntries(
      ["mutations", "frame", "request", "task", "paint", "timer"].map((name) => {
        const all = (durations[name] ?? []).sort((a, b) => a - b);
        const ms = all.reduce((sum, one) => sum + one, 0);
        return [name, { count: all.length, ms, median: all[all.length >> 1] ?? 0, most: all.at(-1) ?? 0 }];
      }),
    );

  const natives = {};
  const replace = (name, value) => {
    natives[name] = globalThis[name];
    globalThis[name] = value(natives[name]);
  };
  const observer = (name) => (Native) =>
    class extends Native {
      constructor(callback) {
        super(timed(name, callback));
      }
    };
  replace("MutationObserver", observer("mutations"));
  // Frames, but for one per answer, which says if it is in view.
  replace("IntersectionObserver", observer("frame"));
  replace("requestAnimationFrame", () => (callback) => nativeFrame(timed("request", callback)));
  // On its prototype, and not in WebKit.
  const { scheduler } = globalThis;
  if (scheduler) {
    const native = scheduler.postTask;
    scheduler.postTask = (callback, options) => native.call(scheduler, timed("task", callback), options);
  }
  replace("setTimeout", (native) => (callback, ...rest) => native.call(globalThis, timed("timer", callback), ...rest));
  replace("PerformanceObserver", (Native) =>
    class extends Native {
      constructor(callback) {
        // The probe's; the network's and the long tasks' are no part of the watch.
        super(function (...args) {
          const isPaint = args[0].getEntries()[0]?.entryType === "element";
          return (isPaint ? timed("paint", callback) : callback).apply(this, args);
        });
      }
    });
  const restore = () => {
    Object.assign(globalThis, natives);
    delete scheduler?.postTask;
  };
  return { spent, reset, restore };
}
