// The cells of each client: how it fetches, and how its stream ends. Read by
// the page and by run.mjs, which counts them.

/** `native` is what the other two are compared with. */
export const HOWS = ["native", "ttft.fetch", "install()"];

export const ENDINGS = ["complete", "stamps", "cancelled", "error"];

/** The title of a cell's case. */
export function titleOf(how, ending) {
  return how === "native"
    ? `${ending}: it does natively what it is for, twice alike`
    : `${ending}: with ${how} it does what it does natively, and the record is right`;
}
