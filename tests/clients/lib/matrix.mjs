// The cells of each suite: how it fetches, and how its stream ends. Read by
// the page and by run.mjs, which counts them.

/** SDKs: `native` is what the other two are compared with. */
const CLIENTS = {
  hows: ["native", "ttft.fetch", "install()"],
  endings: ["complete", "stamps", "cancelled", "error"],
  titleOf: (how, ending) =>
    how === "native"
      ? `${ending}: it does natively what it is for, twice alike`
      : `${ending}: with ${how} it does what it does natively, and the record is right`,
};

/** Others that wrap `fetch`: `alone` is what the other two are compared with,
 * which are named for the order of installation. */
const BESIDE = {
  hows: ["alone", "it, ttft", "ttft, it"],
  endings: ["complete", "late", "cancelled", "aborted", "http error", "early abort", "undone"],
  titleOf: (how, ending) =>
    how === "alone"
      ? `${ending}: it does alone what it is for, twice alike`
      : `${ending}: installed as ${how} both do what they are for`,
};

/** Suites beside which ttft is another one that wraps `fetch`. */
export const matrixOf = (suite) => (suite.startsWith("beside-") ? BESIDE : CLIENTS);

/** The suite's cases, by their titles: `play(t, how, ending)` for each cell. */
export function casesOf(suite, play) {
  const { hows, endings, titleOf } = matrixOf(suite);
  const cells = hows.flatMap((how) => endings.map((ending) => [how, ending]));
  return Object.fromEntries(cells.map(([how, ending]) => [titleOf(how, ending), (t) => play(t, how, ending)]));
}
