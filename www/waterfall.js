// The waterfall: one row for each segment, on one scale with the answer that it
// is compared with.

import { element, ms, number, range } from "./elements.js";
import { SEGMENTS, extent, stretches } from "./segments.js";

const TICKS = 5;
const PARTIES = { network: "network", either: "network or server", server: "server", page: "page" };

/** A table of `record`'s segments; `ghost` is drawn faintly behind. */
export function waterfall(record, ghost) {
  const scale = scaleFor(Math.max(extent(record), ghost ? extent(ghost) : 0));
  const stretched = stretches(record);
  const ghosts = new Map(ghost ? stretches(ghost).map((one) => [one.name, one]) : []);
  // Undivided, the backend stands where its parts would.
  const undivided = stretched.find(({ name }) => name === "backend");

  const rows = SEGMENTS.flatMap(({ name, party, about }) => {
    const here = stretched.find((one) => one.name === name);
    const row = segmentRow({ name, party, about }, here, ghosts.get(name), scale, record);
    if (name !== "generate" || !undivided) return [row];
    const what = { name: "not told apart", party: "either", about: "The whole backend, as far as its parts are not known" };
    return [segmentRow(what, undivided, undefined, scale, record)];
  });

  return element("table.waterfall", {},
    element("caption.hidden", {}, "Segments from the request to the answer on screen, in milliseconds"),
    element("thead", {}, element("tr", {},
      element("th", { scope: "col" }, element("span.hidden", {}, "segment")),
      element("td.axis", { "aria-hidden": "true" }, scale.ticks.map((at) =>
        element("span.tick", { vars: { at: at / scale.end } }, at === scale.ticks.at(-1) ? `${number(at)} ms` : number(at)))),
      element("th", { scope: "col" }, element("span.hidden", {}, "milliseconds")))),
    element("tbody", { vars: { step: scale.step / scale.end } }, rows));
}

function segmentRow({ name, party, about }, here, ghost, scale, record) {
  const share = (at) => Math.max(0, Math.min(1, at / scale.end));
  const track = element("div.track", {});
  if (ghost) {
    track.append(element("i.ghost", { vars: { from: share(ghost.from[1]), to: share(ghost.to[1]) } }));
  }
  if (here) track.append(...bar(here, share, record));
  return element(here ? `tr.${party}` : "tr.absent", {},
    element("th", { scope: "row", title: about }, element(`i.swatch.${name.replace(/ .*/, "")}`), name,
      element("small", {}, PARTIES[party])),
    element("td", { "aria-hidden": "true" }, track),
    amount(here?.length));
}

/** Solid where the segment certainly was, hatched where it may have been; the
 * line in the hatching is the best estimate. */
function bar({ name, from, to }, share, record) {
  const parts = [];
  const solid = { from: share(from[2]), to: share(to[0]) };
  if (to[0] > from[2]) parts.push(element(`i.bar.${name}`, { vars: solid }));
  const own = record.server?.headers_ms;
  if (name === "wait" && own !== undefined) {
    // What the server stated as its own; which part of the stretch it was,
    // nobody knows, so it stands in the middle, between two halves of the trip.
    const trip = Math.max(0, to[1] - from[1] - own) / 2;
    parts[0]?.classList.add("stated");
    parts.push(element("i.bar.own", { vars: { from: share(from[1] + trip), to: share(to[1] - trip) } }));
  }
  for (const [lo, est, hi] of [from, to]) {
    if (share(hi) - share(lo) < 0.003) continue;
    parts.push(element(`i.hatch.${name}`, { vars: { from: share(lo), to: share(hi), at: share(est) } }));
  }
  // Too short to be drawn, but there.
  if (parts.length === 0) parts.push(element(`i.bar.${name}`, { vars: { from: share(from[1]), to: share(to[1]) } }));
  return parts;
}

/** All segments in one line. `end`: the last moment on the scale. */
export function strip(record, end) {
  const line = element("span.strip", { "aria-hidden": "true" });
  for (const { name, from, to } of stretches(record)) {
    line.append(element(`i.bar.${name}`, { vars: { from: from[1] / end, to: to[1] / end } }));
  }
  const [lo, est, hi] = record.segments.backend ?? [0, 0, 0];
  if (hi - lo > end / 200) line.append(element("i.hatch.over", { vars: { from: lo / end, to: hi / end, at: est / end } }));
  return line;
}

/** The three shares, drawn as the segments are: certain, possible, estimate. */
export function shares({ shares, marks }) {
  const end = Math.max(marks.first_answer_paint, ...Object.values(shares).map(([, , hi]) => hi));
  const rows = ["server", "network", "page"].map((party) => {
    const [lo, est, hi] = shares[party];
    const track = element("div.track", {}, element(`i.bar.${party}`, { vars: { from: 0, to: lo / end } }));
    if (range(shares[party])) {
      track.append(element(`i.hatch.${party}`, { vars: { from: lo / end, to: hi / end, at: est / end } }));
    }
    return element("tr", {},
      element("th", { scope: "row" }, element(`i.swatch.${party}`), party),
      element("td", { "aria-hidden": "true" }, track),
      amount(shares[party]));
  });
  return element("table.shares", {}, element("caption.hidden", {}, "Shares of the time until the answer was on screen, in milliseconds"),
    element("tbody", {}, rows));
}

/** The estimate, and the bounds where they differ from it. */
function amount(interval) {
  const spread = interval && range(interval);
  return element("td.amount", {},
    element("b", {}, interval ? ms(interval[1]) : "–"),
    spread && element("small", {}, element("span.hidden", {}, "between "), spread));
}

/** Round steps, at most `TICKS` of them. */
function scaleFor(longest) {
  const end = Math.max(longest, 1) * 1.04;
  const power = 10 ** Math.floor(Math.log10(end / TICKS));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => end / one <= TICKS);
  const ticks = [];
  for (let at = 0; at <= end * 0.97; at += step) ticks.push(at);
  return { end, step, ticks };
}

