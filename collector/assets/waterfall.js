// Bars. Positions are variables over `--max`, so a new scale is one assignment
// and no bar is drawn anew.

import { element, ms } from "./dom.js";

/** Share of a bar below which a range is not drawn. */
const VISIBLE = 0.02;

const place = (from, to) => ({ from, length: Math.max(0, to - from) });

/** All pieces of a time line in one track. */
export function bar({ pieces, bounds, paint, token, end, at }) {
  const track = element("span", { className: "track" });
  const last = Math.max(at, paint ?? 0);
  if (end !== undefined && end > last) {
    const title = paint === undefined ? `over at ${ms(end)} ms, no answer was painted` : `streamed until ${ms(end)} ms`;
    track.append(element("i", { className: paint === undefined ? "rest unpainted" : "rest", title, vars: place(last, end) }));
  }
  for (const { name, owner, from, to } of pieces) {
    track.append(element("i", {
      className: `piece ${name} ${owner}`,
      title: `${name} ${ms(to - from)} ms${owner === "either" ? ", network or server" : ""}`,
      vars: place(from, to),
    }));
  }
  for (const { what, from, to } of bounds) {
    // Narrower than can be seen it would only blacken the end of the bar; the
    // panel has it to the tenth.
    if (to - from < VISIBLE * Math.max(last, 1)) continue;
    track.append(element("i", { className: "bound", title: `${what}: ${ms(from)} – ${ms(to)} ms`, vars: place(from, to) }));
  }
  if (token !== undefined) track.append(element("i", { className: "token", title: `TTFT ${ms(token)} ms`, vars: place(token, token) }));
  if (paint !== undefined) track.append(element("i", { className: "paint", title: `on screen at ${ms(paint)} ms`, vars: place(paint, paint) }));
  return track;
}

/** One piece, and where its uncertain end may lie, as one row of a larger picture. */
export function lane(className, { from, to }, bound) {
  const track = element("span", { className: "track" });
  track.append(element("i", { className: `piece ${className}`, vars: place(from, to) }));
  if (bound && bound.to - bound.from >= 0.05) track.append(element("i", { className: "bound", vars: place(bound.from, bound.to) }));
  return track;
}

/** Labels along the top. */
export function axis(node, { max, tick }) {
  const labels = [];
  for (let at = 0; at <= max; at += tick) {
    labels.push(element("i", { textContent: at === 0 ? "0" : ms(at).replace(/\.0$/, ""), vars: { from: at } }));
  }
  node.replaceChildren(...labels);
}
