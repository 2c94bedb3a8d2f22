import { askCollector } from "./runner.mjs";

/** A beacon is sent at once or at most a few seconds later. */
const PATIENCE_MS = 10_000;

/**
 * The collector's record with this id, once it has it. `ready` may ask for
 * more, as for a later revision: `(record) => record.outcome !== "open"`.
 */
export async function record(id, ready = () => true) {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = (await records()).find((record) => record.id === id);
    if (found && ready(found)) return found;
    if (performance.now() > until) {
      throw new Error(
        found
          ? `the collector's record ${id} never became ready: ${JSON.stringify(found)}`
          : `the collector never got the record ${id}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The collector's newest records, newest first. */
export async function records(limit = 100) {
  const answer = await askCollector(`/api/records?limit=${limit}`);
  return answer.records.map(({ record }) => record);
}
