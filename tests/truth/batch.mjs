// Some answers of one row, in one page.

import { startTrace } from "./trace.mjs";

/** Until a page's next word. */
const SILENCE_MS = 60_000;

/**
 * Opens a page that measures `runs` answers; resolves with its samples, each
 * with the traced frame where the engine has a trace, and the clocks' tie.
 */
export async function runBatch({ engine, browser, row, runs, replay, inbox }) {
  const run = `truth-${crypto.randomUUID()}`;
  const { promise: over, resolve: finish, reject: abandon } = Promise.withResolvers();
  let timer;
  const expect = () => {
    clearTimeout(timer);
    const words = `the page was silent for ${SILENCE_MS / 1000} s`;
    timer = setTimeout(() => abandon(new Error(words)), SILENCE_MS);
  };
  let page;
  let endTrace;
  inbox.handlers.set(run, {
    ready: async () => {
      expect();
      if (engine === "chromium") endTrace = await startTrace(page.handle);
    },
    progress: expect,
    done: finish,
    broken: ({ message }) => abandon(new Error(message)),
  });
  try {
    expect();
    page = await browser.open(address({ row, run, runs, engine, replay, inbox }));
    const died = browser.gone.then((how) => {
      throw new Error(`the browser ${how}`);
    });
    await Promise.race([page.loaded, died]);
    const { samples, clock, errors } = await Promise.race([over, died]);
    if (errors.length > 0) throw new Error(`ttft reported ${JSON.stringify(errors)}`);
    const presented = await endTrace?.();
    for (const sample of samples) {
      const at = presented?.(`truth:${sample.number}`);
      sample.truth.paint = at === undefined ? null : at - sample.record.t0;
    }
    return { samples, clock };
  } finally {
    clearTimeout(timer);
    inbox.handlers.delete(run);
    await page?.close().catch(() => {});
  }
}

function address({ row: { isolated, ...row }, run, runs, engine, replay, inbox }) {
  const query = new URLSearchParams({ run, runs, engine, ...row, ...replay, ...inbox.origins });
  return `${replay.page}${isolated ? "/isolated" : ""}/truth/page.html?${query}`;
}
