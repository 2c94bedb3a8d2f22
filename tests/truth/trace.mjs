// Chromium's own word on when a frame was presented, from a DevTools trace.

const CATEGORIES = ["-*", "blink.user_timing", "disabled-by-default-devtools.timeline.frame"];

/**
 * Starts a trace of the browser that shows this page (puppeteer's). The result
 * ends it and resolves with a function: the presentation of the first frame
 * with what was in the DOM at the `performance.mark` of that name, in
 * `performance.now()` of the page; undefined where the trace has none.
 */
export async function startTrace(page) {
  await page.tracing.start({ categories: CATEGORIES });
  return async () => {
    const bytes = await page.tracing.stop();
    return presentations(JSON.parse(Buffer.from(bytes).toString()).traceEvents);
  };
}

function presentations(events) {
  const marks = new Map();
  for (const event of events) {
    if (event.cat === "blink.user_timing" && event.name.startsWith("truth:")) {
      marks.set(event.name, event);
    }
  }
  const frames = framesOf(events);
  return (name) => {
    const mark = marks.get(name);
    if (!mark) return undefined;
    // A task cannot write to the DOM within a frame's own task, so the first
    // commit to the compositor after the mark is the one that has the text.
    const shown = frames
      .filter(({ pid, committed }) => pid === mark.pid && committed >= mark.ts)
      .reduce((first, { presented }) => Math.min(first, presented), Infinity);
    return Number.isFinite(shown)
      ? mark.args.data.startTime + (shown - mark.ts) / 1000
      : undefined;
  };
}

/**
 * Frames that were presented: their process, the commit to the compositor and
 * the presentation, in microseconds of the trace.
 *
 * A reporter and its stages carry one id, which is free for another reporter
 * when all of them have ended. The ends' names mean nothing: where a stage
 * began before its reporter, the exporter exchanges them.
 */
function framesOf(events) {
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
        // Not STATE_PRESENTED_PARTIAL: that is without the main thread's part.
        frame.presents = args.frame_reporter?.state === "STATE_PRESENTED_ALL";
      }
      if (name === "Commit") frame.committed = ts;
    } else if (open.has(key) && --frame.depth === 0) {
      open.delete(key);
      if (frame.presents && frame.committed) frames.push({ ...frame, presented: ts });
    }
  }
  return frames;
}
