// The page's own ways of being slow.

const BUSY_MS = 500;
/** The block begins this much before the answer, so that it covers its arrival. */
const BUSY_BEFORE_MS = 60;
const READS_LATE_MS = 400;
const BATCH_MS = 600;

export const sleep = (forMs) => new Promise((resolve) => setTimeout(resolve, forMs));

/** Keeps the main thread when the answer comes, `answerMs` from now. */
export function busyAt(answerMs) {
  const timer = setTimeout(keepBusy, answerMs - BUSY_BEFORE_MS);
  return () => clearTimeout(timer);
}

function keepBusy() {
  const until = performance.now() + BUSY_MS;
  while (performance.now() < until);
}

/** Resolves `READS_LATE_MS` after the answer came, `answerMs` from now. */
export const readingLate = (answerMs) => sleep(answerMs + READS_LATE_MS);

/** A `write` that passes text on in batches, as throttled renderers do. */
export function throttle(write) {
  let held = "";
  let timer;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (held) write(held);
    held = "";
  };
  return {
    write(text) {
      held += text;
      timer ??= setTimeout(flush, BATCH_MS);
    },
    flush,
  };
}
