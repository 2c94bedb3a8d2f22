// Proves that the harness turns red. Run by `cargo xtask test`, which names a
// browser and the servers in TTFT_RUN, as arguments for run.mjs.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Tally } from "./tally.mjs";

const RUN = process.env.TTFT_RUN && JSON.parse(process.env.TTFT_RUN);
const folder = mkdtempSync(path.join(tmpdir(), "ttft-harness-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function start(...more) {
  const result = path.join(folder, "result.json");
  rmSync(result, { force: true });
  const script = path.join(import.meta.dirname, "../run.mjs");
  const args = [script, "--suites", "broken", "--result", result, ...RUN, ...more];
  // Its standard input stays open: the end of that means that we are gone.
  const child = spawn(process.execPath, args, { env: { ...process.env, TMPDIR: folder } });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (printed += text));
  }
  // What it printed may come after its end; but a process that outlived it would
  // keep its output open for ever.
  const ended = once(child, "exit").then(async ([status]) => {
    await Promise.race([once(child, "close"), setTimeout(1000)]);
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
    return { status, printed, result };
  });
  return { child, ended };
}

async function runBroken(...more) {
  const { status, printed, result } = await start(...more).ended;
  return { status, printed, verdicts: JSON.parse(readFileSync(result, "utf8")) };
}

/** The command lines of processes that work in our folder. */
function survivors() {
  const lines = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    });
  return lines.filter((line) => line.includes(folder));
}

describe("in a real browser", { skip: !RUN && "TTFT_RUN names no browser" }, () => {
  let run;
  before(async () => {
    run = await runBroken();
  });
  const verdict = (suite) => run.verdicts.find((verdict) => verdict.suite === suite);

  /** Each suite of broken/, and what it should be reported for. */
  const expected = {
    "fails": { failed: 1, passed: 1, message: /^one should be 2, but is 1 \(broken\/fails.mjs:5\)$/ },
    "throws": { failed: 1, passed: 0, message: /^a string$/ },
    "throws-unseen": { failed: 1, passed: 0, message: /^uncaught: nobody looked/ },
    "throws-at-import": { failed: 1, passed: 0, message: /thrown while the module was loaded/ },
    "hangs": { failed: 1, passed: 1, message: /did not end within 1 s/ },
    "spins": { failed: 2, passed: 0, message: /has not reported for 6 s/ },
    "empty": { failed: 1, passed: 0, message: /ran no case/ },
    "undeclared": { failed: 1, passed: 0, message: /calls no suite\(\)/ },
    "leaves-early": { failed: 2, passed: 0, message: /its result never came/ },
    "reloads": { failed: 1, passed: 0, message: /loaded anew in the middle/ },
  };
  for (const [suite, { failed, passed, message }] of Object.entries(expected)) {
    test(`the suite ${suite} is reported as failed`, () => {
      const found = verdict(suite);
      assert.equal(found.failed, failed, JSON.stringify(found));
      assert.equal(found.passed, passed, JSON.stringify(found));
      assert.match(found.failures[0].message, message);
      assert.ok(run.printed.includes(found.failures[0].title));
    });
  }

  test("the run as a whole ends red", () => {
    assert.equal(run.status, 1);
  });

  test("a suite that passes is not reported as failed beside those that fail", () => {
    const { passed, failed, skipped, skips } = verdict("passes");
    assert.deepEqual({ passed, failed, skipped }, { passed: 1, failed: 0, skipped: 1 });
    assert.equal(skips[0].message, "to see the reason printed");
    assert.match(run.printed, /to see the reason printed/);
  });

  test("a run of nothing but passing suites ends green", async () => {
    assert.equal((await runBroken("--suite", "passes")).status, 0);
  });

  test("a suite that doesn't exist turns the run red", async () => {
    const { status, printed } = await runBroken("--suite", "no-such-suite");
    assert.equal(status, 1);
    assert.match(printed, /no suite is named no-such-suite; there are: .*passes/);
  });

  test("a browser that doesn't start turns the run red", async () => {
    const dud = ["--engine", "chromium=/bin/false"];
    const { status, verdicts } = await runBroken("--suite", "passes", ...dud);
    assert.equal(status, 1);
    assert.deepEqual(verdicts.map(({ failed }) => failed), [0, 1]);
  });

  test("neither a browser nor a file outlives a run whose caller is gone", async () => {
    const { child, ended } = start("--suite", "spins");
    while (!survivors().some((line) => line.includes("--type=renderer"))) {
      await setTimeout(50);
    }
    child.stdin.end();
    assert.equal((await ended).status, 143);
    // A killed process has a last moment.
    for (let tries = 0; tries < 100 && survivors().length > 0; tries++) {
      await setTimeout(20);
    }
    assert.deepEqual(survivors(), []);
    assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith("ttft-test-")), []);
  });
});

describe("the tally", () => {
  const declared = (...titles) => {
    const tally = new Tally();
    tally.declare(titles);
    return tally;
  };

  test("a case reported twice has failed", () => {
    const tally = declared("a");
    tally.result({ title: "a", outcome: "passed" });
    tally.result({ title: "a", outcome: "passed" });
    assert.equal(tally.verdict.failed, 1);
  });

  test("a result that was never declared has failed", () => {
    const tally = declared("a");
    tally.result({ title: "a", outcome: "passed" });
    tally.result({ title: "b", outcome: "passed" });
    assert.equal(tally.verdict.failed, 1);
  });

  test("an unknown outcome has failed", () => {
    const tally = declared("a");
    tally.result({ title: "a", outcome: "fine" });
    assert.deepEqual([tally.verdict.passed, tally.verdict.failed], [0, 1]);
  });

  test("two cases of one title have failed", () => {
    const tally = declared("a", "a");
    tally.result({ title: "a", outcome: "passed" });
    assert.equal(tally.verdict.failed, 2);
  });

  test("a page that never reported has failed", () => {
    assert.equal(new Tally().verdict.failed, 1);
  });
});
