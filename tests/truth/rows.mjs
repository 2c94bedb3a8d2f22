// Which rows there are, in the order in which they are measured.

import { LOADS } from "./loads.mjs";

/** Loads under which it matters whether the network's own times are there. */
const ALSO_WITHOUT_TAO = ["idle", "block-500", "late-reader", "held"];
/** Loads repeated with the coarser clock of pages that are not isolated. */
const ALSO_UNISOLATED = ["idle", "block-500"];

/**
 * Rows of one engine: `{load, stamps, tao, isolated}`. Without `tao` the
 * answer comes from another origin that sends no `Timing-Allow-Origin`.
 */
export function rows(loads) {
  const unknown = loads.filter((load) => !LOADS[load]);
  if (unknown.length > 0) {
    const all = Object.keys(LOADS).join(", ");
    throw new Error(`no load is named ${unknown.join(" or ")}; there are: ${all}`);
  }
  const chosen = loads.length > 0 ? loads : Object.keys(LOADS);
  return chosen.flatMap((load) => [
    { load, stamps: true, tao: true, isolated: true },
    { load, stamps: false, tao: true, isolated: true },
    ...(ALSO_WITHOUT_TAO.includes(load)
      ? [
          { load, stamps: true, tao: false, isolated: true },
          { load, stamps: false, tao: false, isolated: true },
        ]
      : []),
    ...(ALSO_UNISOLATED.includes(load)
      ? [
          { load, stamps: true, tao: true, isolated: false },
          { load, stamps: false, tao: true, isolated: false },
        ]
      : []),
  ]);
}
