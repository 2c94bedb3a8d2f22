import { now } from "./clock.js";
import { createProbe } from "./probe.js";

/** Deeper in the tree than what a page observes: of several rounds in a frame
 * each tells only of what lies deeper than the highest of the last, so something
 * high up would change what the page's own observers see.
 * https://drafts.csswg.org/resize-observer/#broadcast-active-observations */
const DEPTH = 64;

let observer;
let probe;
let leaf;
let at;

/** The time at which the next frame's layout is done is asked for: whatever is
 * observed anew is told of once, right after it. */
export function awaitLayout() {
  if (!observer) {
    observer = new ResizeObserver(() => {
      at ??= now();
    });
    probe = leaf = createProbe("position:fixed;left:0;top:0;visibility:hidden;");
    for (let i = 0; i < DEPTH; i++) leaf = leaf.appendChild(createProbe("display:contents;"));
    leaf = leaf.appendChild(createProbe("display:block;width:1px;height:1px;"));
  }
  at = undefined;
  document.documentElement.append(probe);
  observer.observe(leaf);
}

/** That time, once; undefined where there was no such frame. */
export function laidOut() {
  observer.unobserve(leaf);
  probe.remove();
  return at;
}
