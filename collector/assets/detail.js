// Everything one record says.

import { count, element, exact, range, time } from "./dom.js";
import { SEGMENTS, interval, roundStep, timeline } from "./pieces.js";
import { axis, lane } from "./waterfall.js";

const MARKS = [
  "turn_start", "request_sent", "headers", "first_byte", "first_event", "first_token", "first_answer_token",
  "first_text_commit", "first_text_paint", "first_answer_commit", "first_answer_paint", "last_token", "end",
  "last_commit", "last_paint",
];

const WORDS = {
  "server-clock": "the server's stamp in the stream",
  "long-task": "middle of a window of long tasks",
  tick: "middle of a window in which the timer stood still",
  "not-reading": "middle of a window in which the app was not reading",
  read: "the read itself; no sign of any wait",
  busy: "the main thread was busy",
  "element-timing": "presentation time of a probe element",
  frame: "estimate: first task after the frame, or its layout",
  tao: "cross-origin, and the server sends no Timing-Allow-Origin",
  "service-worker": "a service worker answered",
  cache: "from the browser's HTTP cache: no request left",
  "no-entry": "the browser made no Resource Timing entry",
  ambiguous: "two entries fit two calls, and nothing tells them apart",
  clock: "the entry contradicted our own stamps",
  timeout: "the entry had not come yet",
  hidden: "hidden between arrival and paint: no page marks",
  slept: "the machine slept during the call",
  restored: "the page came back from the back/forward cache",
  "decoder-late": "beyond 256 KiB nothing was decoded",
  deferred: "sent by the browser after the page was gone; its time is the page's own",
  held: "something between server and page held the bytes back",
  "truncated-record": "long texts were cut, or scripts or labels left out",
  "coarse-clock": "the clock's step is above 2 ms",
};

const explained = (word) => (Object.hasOwn(WORDS, word) ? `${word}: ${WORDS[word]}` : word);

/** The panel's content. */
export function detail({ at, received, record }, close) {
  const line = timeline(record);
  return [
    element("button", { type: "button", className: "close", textContent: "×", title: "Close (Esc)", "aria-label": "Close", onclick: close }),
    headline(record, line),
    element("p", { className: "where" },
      element("b", { textContent: record.page?.route ?? record.request?.path ?? "" }),
      ` ${time(at)}${record.request?.model ? ` · ${record.request.model}` : ""}`),
    shares(record, line),
    segments(record, line),
    facts("How it is known", known(record)),
    facts("Marks, ms from the request", MARKS.map((name) => [name, mark(record.marks?.[name])])),
    facts("The server's own word, ms", entries(record.server)),
    facts("Stream", stream(record.stream)),
    facts("Main thread", mainThread(record.main_thread)),
    facts("Tokens", entries(record.tokens)),
    facts("Request", entries(record.request)),
    facts("Page", entries(record.page)),
    facts("Turn", entries(record.turn)),
    facts("Labels", entries(record.labels)),
    facts("Record", [["id", record.id], ["rev", record.rev], ["at", new Date(at).toISOString()], ["received", new Date(received).toISOString()]]),
    element("details", {}, element("summary", { textContent: "JSON" }), element("pre", { textContent: JSON.stringify(record, null, 1) })),
  ];
}

function headline(record, { paint, token, end }) {
  const [value, says] =
    paint !== undefined ? [paint, "until the answer was on screen"]
    : token !== undefined ? [token, "to the first token; no answer was painted"]
    : end !== undefined ? [end, "until it was over; no token came"]
    : [undefined, "no token came, and no end was seen"];
  const error = paint !== undefined ? record.paint?.error_ms : undefined;
  return element("h2", {},
    value === undefined ? "–" : exact(value),
    element("small", { textContent: `${value === undefined ? "" : " ms "}${says}` }),
    Array.isArray(error) ? element("small", { className: "error", textContent: `the paint itself ${signed(error[0])} … ${signed(error[1])} ms` }) : null,
    outcome(record));
}

const signed = (value) => (value > 0 ? `+${exact(value)}` : exact(value).replace("-", "−"));

function outcome(record) {
  if (record.outcome === "complete") return null;
  const error = record.error ? [record.error.stage, record.error.type, record.error.status].filter((word) => word !== undefined).join(" ") : "";
  return element("span", { className: `outcome ${record.outcome}`, textContent: error ? `${record.outcome}: ${error}` : record.outcome });
}

function shares(record, { paint }) {
  if (!record.shares) return null;
  const section = element("section", { className: "lanes" },
    element("h3", {}, "Whose time",
      record.verdict ? element("span", { className: `verdict ${record.verdict}`, textContent: record.verdict }) : null));
  const rows = ["server", "network", "page"].map((name) => [name, interval(record.shares[name])]).filter(([, share]) => share);
  section.style.setProperty("--max", String(Math.max(paint ?? 0, 1, ...rows.map(([, share]) => share[2]))));
  for (const [name, share] of rows) section.append(row(name, lane(name, { from: 0, to: share[1] }, { from: share[0], to: share[2] }), share));
  return section;
}

function segments(record, line) {
  if (line.pieces.length === 0) return null;
  const max = Math.max(1, line.paint ?? 0, line.at, ...line.bounds.map((bound) => bound.to));
  const scale = element("span", { className: "axis" });
  axis(scale, { max, tick: roundStep(max / 3) });
  const section = element("section", { className: "lanes" }, element("h3", { textContent: "Segments" }));
  section.style.setProperty("--max", String(max));
  section.append(element("div", { className: "lane" }, element("span"), scale, element("span", { className: "number", textContent: "ms" }), element("span", { className: "range", textContent: "range" })));
  const names = [...SEGMENTS.map(([name]) => name)];
  if (line.pieces.some((piece) => piece.name === "backend")) names.splice(4, 0, "backend");
  for (const name of names) {
    const found = line.pieces.filter((piece) => piece.name === name);
    if (found.length === 0) {
      // `reason` is absent where there was none; that is no gap.
      if (name !== "reason") section.append(element("div", { className: "lane absent" }, element("span", { textContent: name }), element("span", { className: "track", textContent: "not observed" }), element("span"), element("span")));
      continue;
    }
    const [first] = found;
    const drawn = lane(`${name} ${first.owner}`, first, name === "backend" ? undefined : bounds(name, first));
    if (found.length > 1) drawn.replaceChildren(...found.map((piece) => lane(`${name} ${piece.owner}`, piece).firstChild));
    section.append(row(name, drawn, name === "backend" ? interval(first.to - first.from) : first.interval));
  }
  return section;
}

/** Of `deliver` the end is known, the read, and the start is not. */
function bounds(name, { from, to, interval: [lo, , hi] }) {
  return name === "deliver" ? { from: to - hi, to: to - lo } : { from: from + lo, to: from + hi };
}

function row(name, track, share) {
  return element("div", { className: "lane" },
    element("span", { textContent: name }), track,
    element("span", { className: "number", textContent: exact(share[1]) }),
    element("span", { className: "range", textContent: range(share) }));
}

function known({ arrival, paint, network_missing, flags }) {
  const seen = (value) => (value === undefined ? undefined : value ? "yes" : "no");
  return [
    ["arrival", arrival && explained(arrival.method)],
    ["anchor", arrival?.anchor],
    ["deliver cause", arrival?.deliver_cause && explained(arrival.deliver_cause)],
    ["paint", paint?.method && explained(paint.method)],
    ["paint step, ms", paint?.resolution_ms],
    ["paint error, ms", paint?.error_ms?.map(signed).join(" … ")],
    ["found by", paint?.found],
    ["on screen", seen(paint?.on_screen)],
    ["network missing", network_missing && explained(network_missing)],
    ...(flags ?? []).map((flag) => ["flag", explained(flag)]),
  ];
}

function stream(stream) {
  if (!stream) return [];
  const { gap_ms, lag_ms, ...rest } = stream;
  const spread = (of) => of && `${exact(of.p50)} / ${exact(of.p95)} / ${exact(of.max)}`;
  return [...entries(rest), ["gap p50 / p95 / max, ms", spread(gap_ms)], ["lag p50 / p95 / max, ms", spread(lag_ms)]];
}

function mainThread(thread) {
  if (!thread) return [];
  const scripts = (thread.scripts ?? []).map((script) => [script.function ? `${script.function} (${script.source})` : script.source, `${exact(script.ms)} ms`]);
  return [["busy", `${exact(thread.busy_ms)} ms`], ...scripts];
}

const mark = (value) => (value === undefined ? "–" : exact(value));

function entries(object) {
  return Object.entries(object ?? {}).map(([key, value]) => [key, typeof value === "number" ? plain(value) : String(value)]);
}

const plain = (value) => (Number.isInteger(value) ? count(value) : String(Math.round(value * 1000) / 1000));

function facts(title, pairs) {
  const given = pairs.filter(([, value]) => value !== undefined && value !== null && value !== "");
  if (given.length === 0) return null;
  const list = element("dl");
  for (const [key, value] of given) {
    list.append(element("dt", { textContent: key }), element("dd", { textContent: String(value), className: value === "–" ? "absent" : "" }));
  }
  return element("section", {}, element("h3", { textContent: title }), list);
}
