// The page's link to the runner outside the browser. Addresses come in the
// page's own query string.

// Taken before any suite can patch it: what is under test must not carry, or
// measure, the reports about itself.
const nativeFetch = globalThis.fetch.bind(globalThis);

const query = new URLSearchParams(location.search);

/**
 * Where things are: the origins `page`, `cross`, `page_h2` and `cross_h2` of
 * the replay server and `collector`'s; `engine` is chromium, firefox or webkit.
 */
export const where = Object.fromEntries(query);

if (location.protocol === "https:") {
  where.inbox = where.inbox_tls;
  where.collector = `${where.inbox_tls}/collector`;
}

/** Posts to the runner; resolves with its answer. */
export async function tell(kind, message = {}) {
  // A string body is text/plain, which needs no preflight.
  return answerOf(
    await nativeFetch(`${where.inbox}/${where.run}/${kind}`, {
      method: "POST",
      body: JSON.stringify(message),
    }),
  );
}

/** The collector's API by way of the runner, whatever its CORS rules. */
export async function askCollector(path) {
  return answerOf(await nativeFetch(`${where.inbox}/collector${path}`));
}

async function answerOf(response) {
  if (!response.ok) throw new Error(`runner: ${await response.text()}`);
  return response.json();
}

/**
 * Does what no page can: `hide` and `show` its window, `open` a `url` in a
 * window of its own (resolves with its name), and `go`, `back`, `hide`, `show`,
 * `close` that `page`. `layouts`, in Chromium, resolves with how many layouts
 * there were, `heap` with its bytes after a collection; on Linux `resident`
 * with the bytes of all its processes, and `mainThreads` with the processor
 * time of each one's main thread. What takes the suite's own page away is
 * `t.away`.
 */
export async function driver(action, { page, url, ms } = {}) {
  if (!page && ["go", "back", "close"].includes(action)) {
    throw new TypeError(`driver("${action}") needs a page from driver("open"); see t.away`);
  }
  const shown = { hide: "hidden", show: "visible" }[action];
  // The driver's word comes before the page's own event in some engines.
  const seen = shown && !page ? visibility(shown) : null;
  const opened = await tell("driver", { action, page, url, ms });
  await seen;
  return opened;
}

function visibility(state) {
  if (document.visibilityState === state) return null;
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", function changed() {
      if (document.visibilityState !== state) return;
      document.removeEventListener("visibilitychange", changed);
      resolve();
    });
  });
}
