// A record's time line: which piece of it belongs to whom, and where a boundary
// is only known within a range. Nothing is drawn that was not observed.

/** Segments in their order, and whose they are. */
export const SEGMENTS = [
  ["connect", "network"],
  ["wait", "either"],
  ["generate", "server"],
  ["reason", "server"],
  ["deliver", "page"],
  ["app", "page"],
  ["render", "page"],
];

const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : undefined);

/** A segment as `[lo, est, hi]`; `undefined` if it is absent. */
export function interval(value) {
  if (Array.isArray(value)) return value.length === 3 && value.every(Number.isFinite) ? value : undefined;
  const exact = number(value);
  return exact === undefined ? undefined : [exact, exact, exact];
}

/**
 * `pieces`: `{ name, owner, from, to, interval }`, ascending, in ms from the
 * request. `bounds`: `{ from, to, what }`, where a boundary may lie. `paint`,
 * `token`, `end`: marks, where observed.
 */
export function timeline(record) {
  const marks = record.marks ?? {};
  const segments = record.segments ?? {};
  const pieces = [];
  const bounds = [];
  let at = 0;
  const put = (name, owner, from, length, range) => {
    if (!(length >= 0)) return;
    pieces.push({ name, owner, from, to: from + length, interval: range });
    at = from + length;
  };
  const bound = (what, from, to) => {
    if (to - from >= 0.05) bounds.push({ what, from, to });
  };

  const connect = interval(segments.connect);
  const wait = interval(segments.wait);
  const generate = interval(segments.generate);
  const reason = interval(segments.reason);
  const backend = interval(segments.backend);

  if (connect) put("connect", "network", 0, connect[1], connect);
  if (wait) {
    const from = number(marks.request_sent) ?? at;
    const stated = number(record.server?.headers_ms);
    if (stated === undefined) {
      put("wait", "either", from, wait[1], wait);
    } else {
      const server = Math.min(stated, wait[1]);
      put("wait", "network", from, wait[1] - server, wait);
      put("wait", "server", at, server, wait);
    }
  }
  if (generate) {
    const from = number(marks.headers) ?? at;
    put("generate", "server", from, generate[1], generate);
    // Without `reason` this is the arrival, which `backend` bounds below.
    if (reason) bound("arrival of the first token", from + generate[0], from + generate[2]);
  }
  if (reason) put("reason", "server", at, reason[1], reason);
  if (backend) {
    if (backend[1] - at >= 0.05) put("backend", "either", at, backend[1] - at, backend);
    bound("arrival of the answer", backend[0], backend[2]);
    at = backend[1];
  }
  for (const name of ["deliver", "app", "render"]) {
    const length = interval(segments[name]);
    if (length) put(name, "page", at, length[1], length);
  }

  const paint = number(marks.first_answer_paint);
  const error = record.paint?.error_ms;
  if (paint !== undefined && Array.isArray(error)) bound("the paint", paint + error[0], paint + error[1]);
  return { pieces, bounds, paint, token: number(marks.first_token), end: number(marks.end), at };
}

/** How far the bar of a record reaches: the wait, not the stream after it. */
export function reach({ pieces, bounds, paint, token, end }) {
  const ends = [...pieces, ...bounds].map((part) => part.to);
  // Nothing was painted: the person waited until it was over.
  if (paint === undefined) ends.push(token ?? 0, pieces.length === 0 ? (end ?? 0) : 0);
  else ends.push(paint);
  return Math.max(0, ...ends);
}

/** The next of 1, 2, 5 × 10ⁿ. */
export function roundStep(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((step) => step * power >= value * 0.999);
}

/** One scale for many bars: a few far beyond the others run over its edge. */
export function scale(reaches) {
  const sorted = reaches.filter((value) => value > 0).sort((a, b) => a - b);
  if (sorted.length === 0) return { max: 1000, tick: 200 };
  const most = sorted[Math.floor((sorted.length - 1) * 0.9)];
  const last = sorted[sorted.length - 1];
  const max = (last <= 2.5 * most ? last : 1.5 * most) * 1.02;
  return { max, tick: roundStep(max / 7) };
}
