// A page that closes before the WebAssembly part came: what is known of its
// streams is that they were open.

/**
 * An `open` record for each of `calls` that has none yet. `page` is what they
 * have in common.
 */
export function openRecords(calls, page) {
  const records = [];
  for (const call of calls.values()) {
    // Whether others are answers at all, only the module could tell.
    if (!call.expected || call.reported) continue;
    call.reported = true;
    records.push({
      id: call.id,
      rev: 0,
      t0: call.t0,
      outcome: "open",
      turn: call.turn && { id: call.turn.id, seq: call.seq },
      page,
      // The path is reduced by the module; as it is, it may name a person.
      request: { origin: call.url.origin, path: "/" },
      marks: {},
      segments: {},
    });
  }
  return records;
}

/** Whether a request may outlive its page. In Firefox before 133 only a
 * `sendBeacon` does, which sends cookies. */
export const keepsAlive = () => "keepalive" in Request.prototype;

/** Sends them from a page that may be gone at once. */
export function sendOpenRecords(records, endpoint, transport) {
  const body = JSON.stringify({
    v: 1,
    now: performance.now(),
    time_origin: performance.timeOrigin,
    records,
  });
  if (transport) return transport(body, { closing: true });
  if (!keepsAlive()) return navigator.sendBeacon(endpoint, body);
  return fetch(endpoint, { method: "POST", body, keepalive: true, credentials: "omit", referrerPolicy: "strict-origin" });
}
