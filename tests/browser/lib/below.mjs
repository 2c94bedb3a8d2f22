const nativeFetch = globalThis.fetch;

/** Puts another `fetch` below ttft for this case. */
export function below(t, fetch) {
  globalThis.fetch = fetch;
  t.after(() => (globalThis.fetch = nativeFetch));
}
