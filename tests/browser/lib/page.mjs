// Runs in page.html: imports the suite named in the address, runs its cases one
// after another and reports each as it ends.

import { Case, Skip } from "./case.mjs";
import { tell, where } from "./runner.mjs";
import { declared } from "./suite.mjs";

// After the load event, so that a driver's "open" and "go" never wait for the
// cases themselves.
addEventListener("load", () => setTimeout(run));

async function run() {
  try {
    await import(`../${where.folder}/${where.suite}.mjs`);
    const suite = declared();
    if (!suite) throw new Error(`${where.suite}.mjs calls no suite()`);
    if (suite.name !== where.suite) {
      throw new Error(`${where.suite}.mjs calls suite("${suite.name}"): name it like its file`);
    }
    const there = addressOf(suite);
    if (there !== location.href) return location.replace(there);
    await runCases(suite);
    await tell("done");
  } catch (error) {
    await tell("broken", { message: describe(error) });
  }
}

/** Where the suite's page should be: the runner opens all of them alike. */
function addressOf({ at, csp }) {
  const query = new URLSearchParams(location.search);
  if (csp) query.set("csp", csp);
  const path = `/browser/page.html?${query}`;
  if (!at) return where.page + path;
  if (at === "isolated") return `${where.page}/isolated${path}`;
  if (!where[at]) throw new Error(`the replay server has no origin "${at}"`);
  return where[at] + path;
}

async function runCases({ engines, because, seconds, cases }) {
  const titles = cases.map(([title]) => title);
  const { finished, interrupted } = await tell("declare", { titles, seconds });
  for (const [title, body] of cases) {
    if (finished.includes(title)) continue;
    await tell("started", { title });
    const result =
      engines && !engines.includes(where.engine)
        ? { outcome: "skipped", message: `not in ${where.engine}: ${because}` }
        : await runCase(body, seconds, interrupted?.title === title ? interrupted : null);
    await tell("result", { title, ...result });
  }
}

async function runCase(body, seconds, interrupted) {
  if (interrupted && interrupted.state === null) {
    return { outcome: "failed", message: "the page was loaded anew in the middle of this case" };
  }
  const t = new Case(interrupted?.state ?? null);
  const strays = watchStrays();
  const errors = [];
  let skipped = null;
  const attempt = async (step) => {
    try {
      await withinSeconds(seconds, step);
    } catch (error) {
      if (error instanceof Skip) skipped = error.message;
      else errors.push(error);
    }
  };
  await attempt(() => body(t));
  await attempt(() => t.cleanUp());
  errors.push(...(await strays.end()));
  const { notes } = t;
  if (errors.length > 0) {
    return { outcome: "failed", message: errors.map(describe).join("\n"), notes };
  }
  return skipped === null
    ? { outcome: "passed", notes }
    : { outcome: "skipped", message: skipped, notes };
}

async function withinSeconds(seconds, step) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${seconds} s`)), seconds * 1000);
  });
  try {
    await Promise.race([step(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Errors that nobody caught fail the case they happen in. A case that causes
 * one on purpose calls preventDefault on its event.
 */
function watchStrays() {
  const events = [];
  const note = (event) => events.push(event);
  addEventListener("error", note);
  addEventListener("unhandledrejection", note);
  return {
    end: async () => {
      // A rejection is reported in a task of its own, which Chromium may queue
      // behind a timer that was set in the same moment.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve));
      removeEventListener("error", note);
      removeEventListener("unhandledrejection", note);
      return events
        .filter((event) => !event.defaultPrevented)
        .map((event) => new Error(`uncaught: ${describe(event.reason ?? event.error ?? event.message)}`));
    },
  };
}

/** The message, and the suite's line that it came from. */
function describe(error) {
  if (!(error instanceof Error)) return String(error);
  const [place] = /[\w-]+\/[\w.-]+\.mjs:\d+/.exec(suiteFrames(error)) ?? [];
  const name = error.name === "Error" ? "" : `${error.name}: `;
  return `${name}${error.message}${place ? ` (${place})` : ""}`;
}

function suiteFrames({ stack = "" }) {
  // Chromium's begins with the message, which may name files of its own.
  return stack.split("\n").filter((line) => line.includes(`/${where.folder}/`)).join("\n");
}
