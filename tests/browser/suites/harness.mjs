// The harness itself: what every other suite relies on, in each engine.

import { answer, chat } from "../lib/chat.mjs";
import { tieClock } from "../lib/clock.mjs";
import { record } from "../lib/collector.mjs";
import { driver, where } from "../lib/runner.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

/** A page that notes in storage what happens to it. */
function witness(t) {
  const query = `?${crypto.randomUUID()}`;
  t.after(() => localStorage.removeItem(query));
  return {
    url: new URL(`/browser/pages/witness.html${query}`, where.page).href,
    words: () => (localStorage.getItem(query) ?? "").trim().split(" "),
  };
}

suite("harness", {}, {
  async "a hidden page sees that it is hidden, and shown again"(t) {
    t.equal(document.visibilityState, "visible");
    const seen = [];
    const note = () => seen.push(document.visibilityState);
    document.addEventListener("visibilitychange", note);
    t.after(() => document.removeEventListener("visibilitychange", note));
    await driver("hide");
    t.equal(document.visibilityState, "hidden");
    await driver("show");
    t.equal(document.visibilityState, "visible");
    t.equal(seen, ["hidden", "visible"]);
  },

  async "a page in a window of its own is visible, leaves, comes back and is closed"(t) {
    const { url, words } = witness(t);
    const page = await driver("open", { url });
    await t.until(() => words().includes("shown"));
    t.ok(!words().includes("hidden"), "never hidden so far");
    t.equal(document.visibilityState, "visible", "the suite's page");
    await driver("hide", { page });
    await t.until(() => words().at(-1) === "hidden");
    await driver("show", { page });
    await t.until(() => words().at(-1) === "visible");
    await driver("go", { page, url: witness(t).url });
    t.ok(words().includes("gone"), "left for another page");
    const before = words().length;
    await driver("back", { page });
    await t.until(() => words().slice(before).some((word) => /restored|shown/.test(word)));
    const heard = words().length;
    await driver("close", { page });
    await t.until(() => words().slice(heard).includes("gone"));
    t.note(`its words: ${words().join(" ")}`);
  },

  async "a page that was away is the same page, from the back/forward cache"(t) {
    const { url, words } = witness(t);
    t.equal(t.resumed, null, "what a page that was loaded anew gets");
    const event = await t.away([["go", url], ["back"]]);
    t.equal(event.persisted, true);
    t.equal(words().slice(0, 1), ["shown"]);
  },

  async "a page that comes back another way takes its case up again"(t) {
    if (!t.resumed) await t.away([["go", location.href]], { seen: 1 });
    t.equal(t.resumed, { seen: 1 });
  },

  async "the server's clock is tied to the page's"(t) {
    const clock = await tieClock();
    t.ok(Number.isFinite(clock.offset), "the offset");
    t.ok(clock.error > 0, "the error");
    t.note(`± ${clock.error.toFixed(3)} ms, the page's clock steps by ${clock.step.toFixed(3)} ms`);
  },

  async "a scenario streams, and the server's log tells when it wrote what"(t) {
    const clock = await tieClock();
    const { url, log } = await scenario(answer(["Hello", " world"], { first_ms: 30, after_ms: 30 }));
    const sent = performance.now();
    const response = await fetch(url, { method: "POST", body: "{}" });
    t.equal(response.headers.get("content-type"), "text/event-stream");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    let firstToken = null;
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      text += read.value;
      if (text.includes("Hello")) firstToken ??= performance.now();
    }
    t.equal(text, [
      chat.role(),
      chat.text("Hello"),
      chat.text(" world"),
      chat.finish(),
      chat.done(),
    ].join(""));

    const written = await log();
    t.equal(written.ended, true);
    t.equal(written.requests.length, 1);
    t.equal(written.requests[0].method, "POST");
    t.equal(written.requests[0].body_bytes, 2);
    const labels = written.events().filter(({ what }) => what === "write").map(({ label }) => label);
    t.equal(labels, ["role", "token", "token", "finish", "done"]);
    t.inOrder(
      {
        "the call": sent,
        "the server's reading of it": clock.toPage(written.first("request")),
        "its headers": clock.toPage(written.first("headers")),
        "its first token": clock.toPage(written.write("token")),
        "the page's reading of that": firstToken,
      },
      clock.error + clock.step,
    );
  },

  async "a scenario file is played by its name, on each origin"(t) {
    const play = async (origin) => {
      const { url, log } = await scenario("openai-chat", origin);
      const text = await (await fetch(url)).text();
      t.ok(text.endsWith(chat.done()), `the end marker from ${origin}`);
      return (await log()).requests[0].protocol;
    };
    const protocols = await Promise.all(["page", "cross", "page_h2", "cross_h2"].map(play));
    t.equal(protocols, ["HTTP/1.1", "HTTP/1.1", "HTTP/2", "HTTP/2"]);
  },

  async "a wrong scenario is refused with the reason"(t) {
    const refusal = await t.rejects(scenario({ steps: [{ test: "a" }] }), "the scenario");
    t.ok(/unknown field `test`/.test(refusal.message), refusal.message);
  },

  async "what is sent to the collector can be read from it"(t) {
    const id = "01935a5e-0000-7000-8000-".concat(
      Math.random().toString(16).slice(2).padEnd(12, "0").slice(0, 12),
    );
    const now = performance.now();
    const beacon = {
      v: 1,
      now,
      time_origin: performance.timeOrigin,
      records: [
        {
          id,
          rev: 1,
          t0: 0,
          outcome: "complete",
          page: { id, scope: "window", isolated: false, resolution_ms: 1, sample_rate: 1 },
          request: { origin: location.origin, path: "/v1/chat/completions" },
          marks: { end: 1 },
        },
      ],
    };
    const response = await fetch(`${where.collector}/v1/beacon`, {
      method: "POST",
      body: JSON.stringify(beacon),
    });
    t.equal(response.status, 204);
    const stored = await record(id);
    t.equal([stored.rev, stored.outcome, stored.marks.end], [1, "complete", 1]);
  },
});
