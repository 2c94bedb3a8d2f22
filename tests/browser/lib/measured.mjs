// A page that measures: ttft started for one case, and one answer asked for and
// shown as a chat app would.

import { show } from "./chat-app.mjs";
import { where } from "./runner.mjs";
import { scenario } from "./scenario.mjs";

/**
 * Starts ttft for this case and stops it after. With `lateWasm`, a delay in
 * milliseconds, the module comes that late. `entry` is another of the package's
 * files. What ttft reports fails the case, unless it is to go into the array
 * `errors`.
 */
export async function start(t, { lateWasm, entry = "index", errors: expected, ...options } = {}) {
  if (lateWasm !== undefined) entry = "slim";
  const { init } = await import(`/pkg/${entry}.js`);
  if (lateWasm !== undefined) {
    const url = `/slow/${lateWasm}/pkg/ttft_bg.wasm`;
    options.wasm = () => nativeFetch(url);
  }
  const ttft = init({ endpoint: `${where.collector}/v1/beacon`, route: "/test", ...options });
  const errors = expected ?? [];
  ttft.on("error", (error) => errors.push(error));
  t.after(async () => {
    await ttft.close();
    if (!expected && errors.length) throw new Error(`ttft reported ${JSON.stringify(errors)}`);
  });
  return ttft;
}

const nativeFetch = globalThis.fetch.bind(globalThis);

/** A list of all records that ttft finishes from here on. */
export function collect(ttft) {
  const records = [];
  ttft.on("record", (record) => records.push(record));
  return records;
}

/** The next record that ttft finishes. */
export function nextRecord(ttft) {
  return new Promise((resolve) => {
    const off = ttft.on("record", (record) => {
      off();
      resolve(record);
    });
  });
}

/** The record of this response's call, also where others run beside it. */
export function recordOf(t, ttft, response) {
  const { id } = ttft.of(response);
  return new Promise((resolve) => {
    t.after(ttft.on("record", (record) => record.id === id && resolve(record)));
  });
}

/**
 * Asks for a scenario by `ttft.fetch`, shows the answer in the case's stage and
 * resolves with the record, the text shown and the server's log.
 */
export async function ask(t, ttft, definition, { origin, element, fetch = ttft.fetch, ...app } = {}) {
  const place = element ?? t.stage.appendChild(document.createElement("p"));
  const played = await scenario(definition, origin);
  const finished = nextRecord(ttft);
  const response = await fetch(played.url, { method: "POST", body: "{}" });
  app.onResponse?.(response);
  const text = await show(response, place, app);
  return { record: await finished, text, log: await played.log() };
}
