// The main job, end to end: a streamed answer in a real page becomes a record
// in the collector, with server and page apart.

import { answer, chat } from "../lib/chat.mjs";
import { tieClock } from "../lib/clock.mjs";
import { record as stored } from "../lib/collector.mjs";
import { ask, start } from "../lib/measured.mjs";
import { checkSums } from "../lib/record.mjs";
import { suite } from "../lib/suite.mjs";

const WORDS = "The quick brown fox jumps over the lazy dog and then it sleeps".split(" ");
const PIECES = WORDS.map((word) => `${word} `);

/** At 60 Hz, in ms. */
const FRAME = 1000 / 60;

const SEGMENTS = ["connect", "wait", "generate", "reason", "deliver", "app", "render"];

/** A segment's estimate; absent ones cost nothing. */
const est = (record, segment) => {
  const value = record.segments[segment];
  return Array.isArray(value) ? value[1] : (value ?? 0);
};

/** The segment that grew most from one record to another. */
function grown(from, to) {
  const growth = SEGMENTS.map((name) => [name, est(to, name) - est(from, name)]);
  return growth.sort((a, b) => b[1] - a[1])[0][0];
}

/** By how much the server itself was quicker or slower, by its own log. */
function jitter(first, second) {
  const spans = [first, second].map((log) => {
    const headers = log.first("headers");
    return [headers - log.first("request"), log.write("token") - headers];
  });
  return Math.abs(spans[0][0] - spans[1][0]) + Math.abs(spans[0][1] - spans[1][1]);
}

suite("main-job", { seconds: 60 }, {
  async "a streamed answer becomes a record, its marks in order and after the server's write"(t) {
    const clock = await tieClock();
    const ttft = await start(t);
    const { record, text, log } = await ask(t, ttft, answer(PIECES, { first_ms: 150 }));

    t.equal(text, PIECES.join(""));
    t.equal(record.outcome, "complete");
    t.equal(record.request.dialect, "openai-chat");
    t.equal(record.request.model, "test-model");
    t.equal(record.page.route, "/test");
    t.equal(record.paint.found, "text");
    t.equal(record.network_missing, undefined);

    const { marks, page } = record;
    const error = page.resolution_ms + clock.error;
    const written = clock.toPage(log.write("token")) - record.t0;
    t.note(
      `token written ${written.toFixed(2)} ms after request_start, read ` +
        `${(marks.first_answer_token - written).toFixed(2)} ms later ` +
        `(clock step ${page.resolution_ms} ms, calibration ±${clock.error.toFixed(2)} ms)`,
    );
    t.inOrder({ written, first_answer_token: marks.first_answer_token }, error);
    t.inOrder({
      start: 0,
      request_sent: marks.request_sent,
      headers: marks.headers,
      first_byte: marks.first_byte,
      first_event: marks.first_event,
      first_token: marks.first_token,
      first_answer_token: marks.first_answer_token,
      first_answer_commit: marks.first_answer_commit,
      first_answer_paint: marks.first_answer_paint,
      last_token: marks.last_token,
      end: marks.end,
    });
    t.inOrder({ last_token: marks.last_token, last_commit: marks.last_commit, last_paint: marks.last_paint });
    checkSums(t, record);
    t.equal(record.stream.events, PIECES.length + 3);
  },

  async "the collector lists the same record"(t) {
    const ttft = await start(t);
    const { record } = await ask(t, ttft, answer(PIECES));
    t.equal(await ttft.flush(5000), true, "everything delivered");
    t.equal(await stored(record.id), record);
  },

  async "a slow server grows generate, and is blamed"(t) {
    const ttft = await start(t);
    const { record: quick } = await ask(t, ttft, answer(PIECES, { first_ms: 50 }));
    const { record: slow } = await ask(t, ttft, answer(PIECES, { first_ms: 1050 }));
    t.equal(grown(quick, slow), "generate");
    t.equal(slow.verdict, "server");
    checkSums(t, slow);
  },

  async "throttled rendering grows app, and the page is blamed"(t) {
    const ttft = await start(t);
    const { record: quick } = await ask(t, ttft, answer(PIECES));
    const { record: throttled } = await ask(t, ttft, answer(PIECES, { after_ms: 80 }), { everyMs: 700 });
    t.equal(grown(quick, throttled), "app");
    t.equal(throttled.verdict, "page");
    checkSums(t, throttled);
  },

  async "a busy page grows deliver, and the server is not blamed for it"(t) {
    const ttft = await start(t);
    const scenario = answer(PIECES, { first_ms: 300, stamps: true });
    const { record: idle } = await ask(t, ttft, scenario);
    const { record: busy } = await ask(t, ttft, scenario, {
      onResponse: () => {
        // From before the token's write until well after it.
        setTimeout(() => {
          const until = performance.now() + 700;
          while (performance.now() < until);
        }, 20);
      },
    });
    t.equal(grown(idle, busy), "deliver");
    t.equal(busy.arrival.deliver_cause, "busy");
    t.ok(busy.verdict !== "server", `verdict ${busy.verdict}: not the server`);
    checkSums(t, busy);
  },

  async "a frame that takes long grows render"(t) {
    const ttft = await start(t);
    const { record: idle } = await ask(t, ttft, answer(PIECES));
    const { record: long } = await ask(t, ttft, answer(PIECES), {
      onToken: () =>
        requestAnimationFrame(() => {
          const until = performance.now() + 500;
          while (performance.now() < until);
        }),
    });
    t.equal(grown(idle, long), "render");
    checkSums(t, long);
  },

  async "an app that reads late grows deliver"(t) {
    const ttft = await start(t);
    const scenario = answer(PIECES, { stamps: true });
    const { record: prompt } = await ask(t, ttft, scenario);
    const { record: late } = await ask(t, ttft, scenario, { lateMs: 600 });
    t.equal(grown(prompt, late), "deliver");
    t.equal(late.arrival.deliver_cause, "not-reading");
    checkSums(t, late);
  },

  async "reasoning before the answer is a segment of its own"(t) {
    const ttft = await start(t);
    const thoughts = ["Let ", "me ", "think."].map((text) => ({ after_ms: 60, text: chat.reasoning(text) }));
    const scenario = answer(PIECES, { first_ms: 400 });
    scenario.steps.splice(1, 0, ...thoughts);
    const { record } = await ask(t, ttft, scenario);
    t.inOrder({ first_token: record.marks.first_token, first_answer_token: record.marks.first_answer_token });
    t.ok(est(record, "reason") > est(record, "render"), "most of it is reasoning");
    checkSums(t, record);
  },

  async "the first stream of a page is measured like the second, with the module 3 s late"(t) {
    const attempts = [];
    // Whatever else the machine does moves a segment, too; not three times.
    while (attempts.length < 3 && !attempts.some(({ over }) => over.length === 0)) {
      const ttft = await start(t, { lateWasm: 3000 });
      const scenario = answer(PIECES, { first_ms: 200, after_ms: 40 });
      const first = await ask(t, ttft, scenario);
      const second = await ask(t, ttft, scenario);
      await ttft.close();
      t.equal(Object.keys(first.record.marks), Object.keys(second.record.marks));
      t.ok(first.record.marks.first_answer_paint > 0, "first_answer_paint");
      t.equal(first.record.outcome, "complete");
      t.equal(first.record.flags ?? [], second.record.flags ?? []);
      t.equal(Object.keys(first.record.segments), Object.keys(second.record.segments));
      checkSums(t, first.record);

      const bar = FRAME + 2 * first.record.page.resolution_ms + jitter(first.log, second.log);
      const apart = SEGMENTS.map((name) => [name, est(first.record, name) - est(second.record, name)]);
      t.note(`first − second: ${apart.map(([name, ms]) => `${name} ${ms.toFixed(1)}`).join(", ")}; bar ${bar.toFixed(1)} ms`);
      attempts.push({ over: apart.filter(([, ms]) => Math.abs(ms) > bar) });
    }
    const [best] = attempts.map(({ over }) => over).sort((a, b) => a.length - b.length);
    t.equal(best, [], "segments more than a frame apart, in the best attempt");
  },
});
