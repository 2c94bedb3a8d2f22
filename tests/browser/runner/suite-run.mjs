// One suite in one engine: opens its page, takes what the page reports, does
// what the page asks of the driver, and gives up on a page that falls silent.

import { descendants, mainThreadMs, residentBytes } from "./processes.mjs";
import { Tally } from "./tally.mjs";

/** Until a page has loaded its suite: modules and WASM, on a busy machine. */
const SECONDS_TO_DECLARE = 30;
/** Beyond a case's own limit, after which the page reports it as failed. */
const SECONDS_OF_GRACE = 5;
/** A case that goes away again whenever it is resumed would never end. */
const MOST_LOADS = 50;

/**
 * Runs the suite; resolves with its verdict and whether the browser can be used
 * for another.
 */
export async function runSuite({ browser, url, run, handlers }) {
  const tally = new Tally();
  const pages = new Map();
  const { silence, expect, stop } = patience();
  const { promise: over, resolve: finish, reject: abandon } = Promise.withResolvers();
  let state = null;
  let limit = SECONDS_TO_DECLARE;
  let loads = 1;

  handlers.set(run, {
    // A page that was away and didn't come from the back/forward cache has
    // loaded anew: it is told where it was.
    declare: ({ titles, seconds }) => {
      limit = seconds + SECONDS_OF_GRACE;
      expect(limit);
      if (!tally.declared) {
        tally.declare(titles);
        return { finished: [] };
      }
      if (++loads > MOST_LOADS) abandon(new Error(`the page was loaded ${loads} times`));
      const interrupted = tally.running && { title: tally.running, state };
      state = null;
      return { finished: tally.finished, interrupted };
    },
    started: ({ title }) => {
      expect(limit);
      tally.started(title);
    },
    result: (result) => {
      expect(limit);
      state = null;
      tally.result(result);
    },
    done: () => finish(),
    broken: ({ message }) => abandon(new Error(message)),
    driver: ({ action, page, ...argument }) => act(browser, pages, action, page, argument),
    away: ({ actions, state: kept }) => {
      state = kept ?? null;
      // After the answer: a page with a request in flight isn't cached.
      setTimeout(async () => {
        try {
          for (const [action, argument] of actions) {
            if (action === "wait") await new Promise((resolve) => setTimeout(resolve, argument));
            else await act(browser, pages, action, undefined, { url: argument });
          }
        } catch (error) {
          abandon(error);
        }
      }, 50);
    },
  });

  let usable = true;
  try {
    expect(SECONDS_TO_DECLARE);
    const opened = browser.open(url).then((page) => {
      pages.set("suite", page);
      return page.loaded;
    });
    const died = browser.gone.then((how) => {
      throw new Error(`the browser ${how}`);
    });
    // The page may be done before its load is reported, but not the reverse.
    await Promise.race([opened.then(() => over), over, silence, died]);
  } catch (error) {
    tally.trouble(error.message);
    usable = false;
  } finally {
    stop();
    handlers.delete(run);
  }
  if (usable) {
    const closing = [...pages.values()].map((page) => page.close());
    usable = await Promise.all(closing).then(() => true, () => false);
  }
  return { ...tally.verdict, usable };
}

async function act(browser, pages, action, name = "suite", { url, ms }) {
  if (action === "open") {
    const page = await browser.open(url);
    await page.loaded;
    const opened = `page-${pages.size}`;
    pages.set(opened, page);
    return opened;
  }
  // Of every process: which one is the page's, only the page can find out.
  if (action === "mainThreads") {
    return Object.fromEntries(descendants().map(({ pid }) => [pid, mainThreadMs(pid)]));
  }
  if (action === "resident") return resident();
  const page = pages.get(name);
  if (!page) throw new Error(`the driver has no page ${name}`);
  const actions = {
    go: () => page.go(url),
    back: () => page.back(),
    hide: () => page.hide(),
    show: () => page.show(),
    freeze: () => page.freeze(ms),
    layouts: () => page.layouts(),
    heap: () => page.heap(),
    close: () => {
      pages.delete(name);
      return page.close();
    },
  };
  if (!actions[action]) {
    throw new Error(`the driver can't ${action}: only open, mainThreads, resident, ${Object.keys(actions).join(", ")}`);
  }
  return (await actions[action]()) ?? null;
}

/** Of all that was started but the servers: browsers, and what drives them. */
function resident() {
  const browsers = descendants().filter(({ pid, name }) => pid !== process.pid && !name.startsWith("ttft-"));
  return browsers.reduce((sum, { pid }) => sum + residentBytes(pid), 0);
}

/** A promise that rejects when nothing has been heard for the expected time. */
function patience() {
  const { promise: silence, reject } = Promise.withResolvers();
  silence.catch(() => {});
  let timer;
  return {
    silence,
    expect: (seconds) => {
      clearTimeout(timer);
      const words = `the page has not reported for ${seconds} s; the browser was ended`;
      timer = setTimeout(() => reject(new Error(words)), seconds * 1000);
    },
    stop: () => clearTimeout(timer),
  };
}
