// A page that closes before the WebAssembly part came: what is known of its
// streams is that they were open.

/** Sends a fixed `open` record for each of `calls`. */
export function openRecords(endpoint, pageId, calls) {
  if (!endpoint || calls.size === 0) return;
  const records = [];
  for (const call of calls.values()) {
    if (call.reported) continue;
    call.reported = true;
    records.push({
      id: call.id,
      rev: 0,
      t0: call.t0,
      outcome: "open",
      page: {
        id: pageId,
        scope: "window",
        isolated: globalThis.crossOriginIsolated === true,
        resolution_ms: 1,
        sample_rate: 1,
      },
      request: { origin: call.url.origin, path: "/" },
      marks: {},
    });
  }
  if (records.length === 0) return;
  const envelope = { v: 1, now: performance.now(), time_origin: performance.timeOrigin, records };
  navigator.sendBeacon(endpoint, JSON.stringify(envelope));
}
