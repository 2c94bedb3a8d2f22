// Chromium's own word on when a frame was presented, from a DevTools trace.

const CATEGORIES = ["-*", "blink.user_timing", "disabled-by-default-devtools.timeline.frame"];

/**
 * Starts a trace of the browser that shows this page (puppeteer's), with `more`
 * categories. The result ends it and resolves with its events.
 */
export async function record(page, more = []) {
  await page.tracing.start({ categories: [...CATEGORIES, ...more] });
  return async () => {
    const bytes = await page.tracing.stop();
    return JSON.parse(Buffer.from(bytes).toString()).traceEvents;
  };
}

/**
 * Starts a trace. The result ends it and resolves with a function: the
 * presentation of the first frame with what was in the DOM at the
 * `performance.mark` of that name, in `performance.now()` of the page;
 * undefined where the trace has none.
 */
export async function startTrace(page) {
  const end = await record(page);
  return async () => presentations(await end());
}

/** The `performance.mark`s of a trace whose names begin so, by name. */
export function marksOf(events, prefix) {
  const marks = events.filter(
    ({ cat, name }) => cat === "blink.user_timing" && name.startsWith(prefix),
  );
  return new Map(marks.map((mark) => [mark.name, mark]));
}

/** A moment of the trace in `performance.now()` of the page that set `mark`. */
export function onPageClock(ts, mark) {
  return mark.args.data.startTime + (ts - mark.ts) / 1000;
}

function presentations(events) {
  const marks = marksOf(events, "truth:");
  // Not STATE_PRESENTED_PARTIAL: that is without the main thread's part.
  const frames = framesOf(events).filter(
    ({ state, committed }) => state === "STATE_PRESENTED_ALL" && committed,
  );
  return (name) => {
    const mark = marks.get(name);
    if (!mark) return undefined;
    // A task cannot write to the DOM within a frame's own task, so the first
    // commit to the compositor after the mark is the one that has the text.
    const shown = frames
      .filter(({ pid, committed }) => pid === mark.pid && committed >= mark.ts)
      .reduce((first, { presented }) => Math.min(first, presented), Infinity);
    return Number.isFinite(shown) ? onPageClock(shown, mark) : undefined;
  };
}

/**
 * Frames that were presented, wholly or in part: their process, the commit to
 * the compositor if there was one, the compositor's submission and the
 * presentation, in microseconds of the trace.
 *
 * A reporter and its stages carry one id, which is free for another reporter
 * when all of them have ended. The ends' names mean nothing: where a stage
 * began before its reporter, the exporter exchanges them.
 */
export function framesOf(events) {
  const open = new Map();
  const frames = [];
  const ordered = events
    .filter(({ cat, ph }) => cat?.includes("devtools.timeline.frame") && (ph === "b" || ph === "e"))
    .sort((a, b) => a.ts - b.ts);
  for (const { name, ph, pid, id2, ts, args } of ordered) {
    const key = `${pid} ${id2?.local}`;
    const frame = open.get(key) ?? { pid, depth: 0 };
    if (ph === "b") {
      open.set(key, frame);
      frame.depth++;
      if (name === "PipelineReporter") {
        frame.state = args.frame_reporter?.state;
      }
      if (name === "Commit") frame.committed = ts;
      if (name === "SubmitCompositorFrameToPresentationCompositorFrame") frame.submitted = ts;
    } else if (open.has(key) && --frame.depth === 0) {
      open.delete(key);
      if (frame.state?.startsWith("STATE_PRESENTED")) frames.push({ ...frame, presented: ts });
    }
  }
  return frames;
}
