// What the server saw of a run, as lines.

import { where } from "../../browser/lib/runner.mjs";

const nativeFetch = globalThis.fetch.bind(globalThis);

/** What a cancelled server still writes depends on who is faster. */
export const LATER = "later";

/**
 * Waits until all of the run's requests have ended, and resolves with `lines`,
 * the requests' `headers`, and the milliseconds from the write with this label
 * to the client's close (`left`). `known(line)` replaces names that differ in
 * each run.
 */
export async function serverLog(run, label, known) {
  const response = await nativeFetch(`${where.page_h2}/log?run=${run}&until=end&timeout_ms=5000`);
  const { ended, preflights, requests } = await response.json();
  return {
    lines: [
      `server: ended ${ended}, preflights ${preflights}, requests ${requests.length}`,
      ...requests.flatMap(seenByServer).map(known),
    ],
    headers: requests.map((request) => request.headers.map(([name, value]) => [name, known(value)])),
    left: leftAfter(requests, label),
  };
}

function seenByServer({ method, path, protocol, body_bytes, events }) {
  return [
    `server: ${method} ${path} ${protocol} ${body_bytes}`,
    ...events
      // A stamp's bytes depend on its time.
      .filter(({ what, label }) => what !== "stamp" && label !== LATER)
      .map(({ what, label, bytes, hash, why, status }) =>
        `server: ${[what, label, what === "write" && label ? "" : bytes, hash, why, status].filter(Boolean).join(" ")}`),
  ];
}

function leftAfter(requests, label) {
  const events = requests.flatMap((request) => request.events);
  const close = events.find(({ what }) => what === "close");
  const write = events.find((event) => event.label === label);
  return close && write && close.t - write.t_done;
}
