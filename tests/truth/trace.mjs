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
 * the presentation, in microseconds of the trace. A reporter's stages carry its
 * id, which is free for another one after its end.
 */
function framesOf(events) {
  const open = new Map();
  const frames = [];
  const ordered = events
    .filter(({ cat, ph }) => cat?.includes("devtools.timeline.frame") && (ph === "b" || ph === "e"))
    .sort((a, b) => a.ts - b.ts);
  for (const { name, ph, pid, id2, ts, args } of ordered) {
    const key = `${pid} ${id2?.local}`;
    if (name === "PipelineReporter" && ph === "b") {
      const state = args.frame_reporter?.state ?? "";
      open.set(key, { pid, presents: state.startsWith("STATE_PRESENTED") });
    } else if (name === "Commit" && ph === "b" && open.has(key)) {
      open.get(key).committed = ts;
    } else if (name === "PipelineReporter" && open.has(key)) {
      const { presents, committed } = open.get(key);
      open.delete(key);
      if (presents && committed) frames.push({ pid, committed, presented: ts });
    }
  }
  return frames;
}
