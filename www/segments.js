// A record's segments as stretches of time, with where each edge may lie.

/** In their order; whose each is, and what it means. */
export const SEGMENTS = [
  { name: "connect", party: "network", about: "Queue, DNS, TCP, TLS, redirects" },
  { name: "wait", party: "either", about: "To the response headers: round trip and server" },
  { name: "generate", party: "server", about: "To the first token: queue, prefill, proxies that buffer" },
  { name: "reason", party: "server", about: "Reasoning and tools before the answer" },
  { name: "deliver", party: "page", about: "Arrived, but not read: main thread busy, or the app had not asked" },
  { name: "app", party: "page", about: "Read, but not in the page: framework, throttling, typewriter" },
  { name: "render", party: "page", about: "Style, layout, paint" },
];

const exactly = (at) => [at, at, at];
const after = (at, interval) => interval.map((length) => at + length);

/**
 * `[{ name, party, from, to, length }]`, edges and lengths as `[lo, est, hi]`.
 * What could not be told apart is one stretch named `backend`.
 */
export function stretches({ marks, segments, paint }) {
  const { request_sent: sent, headers, first_answer_token: read, first_answer_commit: commit, first_answer_paint: painted } = marks;
  const found = [];
  const add = (name, from, to, length) => {
    if (!from || !to || length === undefined) return;
    found.push({ name, from, to, length: Array.isArray(length) ? length : exactly(length) });
  };

  const arrival = segments.backend;
  const first = !segments.reason
    ? arrival
    : segments.generate && headers !== undefined
      ? after(headers, segments.generate)
      : // Only the estimate can be taken back from the answer's arrival.
        arrival && exactly(arrival[1] - segments.reason[1]);

  add("connect", exactly(0), sent !== undefined && exactly(sent), segments.connect);
  add("wait", sent !== undefined && exactly(sent), headers !== undefined && exactly(headers), segments.wait);
  if (segments.generate) add("generate", headers !== undefined && exactly(headers), first, segments.generate);
  else if (first) {
    const from = headers ?? sent ?? 0;
    add("backend", exactly(from), first, first.map((at) => at - from));
  }
  add("reason", first, arrival, segments.reason);
  add("deliver", arrival, read !== undefined && exactly(read), segments.deliver);
  add("app", read !== undefined && exactly(read), commit !== undefined && exactly(commit), segments.app);
  if (painted !== undefined && commit !== undefined) {
    const [early, late] = paint?.error_ms ?? [0, 0];
    add("render", exactly(commit), [painted + early, painted, painted + late], segments.render);
  }
  const parties = new Map(SEGMENTS.map(({ name, party }) => [name, party]));
  return found.map((one) => ({ ...one, party: parties.get(one.name) ?? "either" }));
}

/** The last moment that a drawing of this record has to show. */
export function extent(record) {
  const edges = stretches(record).flatMap(({ to }) => to);
  return edges.length > 0 ? Math.max(...edges) : (record.marks.end ?? 0);
}
