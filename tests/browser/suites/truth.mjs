// Who is blamed, held against the server's log of what it wrote when. The
// milliseconds are `cargo xtask truth`'s affair.

import { answer } from "../lib/chat.mjs";
import { tieClock } from "../lib/clock.mjs";
import { ask, start } from "../lib/measured.mjs";
import { where } from "../lib/runner.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = "One two three four five six seven eight nine ten".split(" ").map((word) => `${word} `);

/** With and without server stamps. */
async function eachWay(t, check, pieces = PIECES) {
  const ttft = await start(t);
  const clock = await tieClock();
  for (const stamps of [true, false]) {
    const measured = async (scenario, app) => {
      const asked = await ask(t, ttft, answer(pieces, { stamps, ...scenario }), app);
      const { record, log } = asked;
      const written = clock.toPage(log.write("token")) - record.t0;
      const [lo, est, hi] = record.segments.backend;
      // Nothing is read before it was written. Whether the interval holds the
      // write is a matter of milliseconds: headers and first stamp leave apart,
      // and a server that is held up between them moves the stamps' zero.
      const { first_answer_token } = record.marks;
      t.inOrder({ written, first_answer_token }, record.page.resolution_ms + clock.error);
      t.inOrder({ lo, est, hi, first_answer_token });
      t.note(
        `${stamps ? "stamps" : "no stamps"}: ${record.arrival.method}, ` +
          `${record.arrival.deliver_cause ?? "no cause"}, ${record.verdict}; written ` +
          `${written.toFixed(1)}, arrival ${lo.toFixed(1)} ${est.toFixed(1)} ${hi.toFixed(1)}`,
      );
      return record;
    };
    await check(measured, stamps);
  }
}

/** The page was the cause, and the server is not blamed for it. */
function isThePages(t, { arrival, segments, verdict }, cause) {
  t.equal(arrival.deliver_cause, cause, "deliver_cause");
  t.inOrder({ nothing: 0, deliver: segments.deliver[1] });
  t.ok(segments.deliver[1] > 0, "deliver");
  t.ok(verdict !== "server", `verdict ${verdict}: not the server`);
}

suite("truth", {}, {
  async "an app that takes its reader late is not the server's delay"(t) {
    await eachWay(t, async (measured, stamps) => {
      const record = await measured({ first_ms: 40 }, { lateMs: 700 });
      isThePages(t, record, "not-reading");
      t.equal(record.arrival.method, stamps ? "server-clock" : "not-reading");
    });
  },

  async "an app that pauses between reads is not the server's delay"(t) {
    await eachWay(t, async (measured, stamps) => {
      const record = await measured({ first_ms: 60 }, { pauseMs: 500 });
      isThePages(t, record, "not-reading");
      t.equal(record.arrival.method, stamps ? "server-clock" : "not-reading");
    });
  },

  async "a task in the way is not the server's delay"(t) {
    await eachWay(t, async (measured, stamps) => {
      const record = await measured(
        { first_ms: 150, after_ms: 60 },
        {
          onResponse: () => {
            setTimeout(() => {
              const until = performance.now() + 700;
              while (performance.now() < until);
            }, 20);
          },
        },
      );
      isThePages(t, record, "busy");
      if (stamps) t.equal(record.arrival.method, "server-clock");
      else t.ok(["long-task", "tick"].includes(record.arrival.method), record.arrival.method);
    });
  },

  async "many short tasks in a row are no proxy that holds the body"(t) {
    await eachWay(t, async (measured, stamps) => {
      const record = await measured(
        { first_ms: 150, after_ms: 60 },
        {
          onResponse: () => {
            // None is a long task, and all are due before what is read.
            for (let tasks = 0; tasks < 20; tasks++) {
              setTimeout(() => {
                const until = performance.now() + 40;
                while (performance.now() < until);
              }, 20);
            }
          },
        },
      );
      // Some engines read between them: then little is the page's.
      if (stamps) t.equal(record.arrival.method, "server-clock");
      t.equal((record.flags ?? []).includes("held"), false, "flag held");
    });
  },

  async "a stall behind marks without a letter is not the page's delay"(t) {
    const pieces = ["**", "The answer", "** is forty-two, as ever."];
    const check = async (measured) => {
      const record = await measured({ first_ms: 40, after_ms: 600 });
      const { first_token, first_answer_token, first_answer_commit } = record.marks;
      t.ok(first_answer_token > first_token, "the answer begins with a later read");
      t.inOrder({ first_answer_token, first_answer_commit });
      t.equal(record.segments.reason, undefined, "reason");
      t.equal(record.verdict, "server");
    };
    await eachWay(t, check, pieces);
  },

  async "a body that a proxy holds is never blamed on the page"(t) {
    await eachWay(t, async (measured, stamps) => {
      const record = await measured({ first_ms: 40, hold_ms: 1000 });
      t.ok(record.verdict !== "page", `verdict ${record.verdict}: not the page`);
      t.equal(record.arrival.deliver_cause, undefined, "deliver_cause");
      t.equal((record.flags ?? []).includes("held"), stamps, "flag held");
      const { generate, deliver } = record.segments;
      t.inOrder({ deliver: deliver[2], generate: generate[0] });
    });
  },

  async "a slow server is blamed, though another origin hides the network"(t) {
    await eachWay(t, async (measured, stamps) => {
      const record = await measured({ first_ms: 800 }, { origin: "cross" });
      t.equal(record.network_missing, "tao");
      t.equal(record.marks.headers, undefined, "headers");
      t.equal(record.marks.request_sent, undefined, "request_sent");
      t.equal(Object.keys(record.segments).includes("generate"), false, "generate");
      const { backend, frontend } = record.segments;
      t.approx(backend[1] + frontend[1], record.marks.first_answer_paint, 1e-4, "backend + frontend");
      // Without its word, only a promise that resolves with the headers tells
      // it from the network; Firefox's resolves with the body.
      const others = stamps || where.engine !== "firefox" ? [] : ["unclear"];
      t.ok(["server", ...others].includes(record.verdict), `verdict ${record.verdict}`);
    });
  },

  async "Timing-Allow-Origin gives another origin its network marks"(t) {
    const cors = { allow: true, timing_allow: true, expose: [] };
    await eachWay(t, async (measured) => {
      const record = await measured({ first_ms: 800, cors }, { origin: "cross" });
      t.equal(record.network_missing, undefined);
      t.inOrder({ request_sent: record.marks.request_sent, headers: record.marks.headers });
      t.equal(record.verdict, "server");
    });
  },
});
