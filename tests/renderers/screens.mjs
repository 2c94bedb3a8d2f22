// Chromium's own pictures of the frames, from a DevTools trace.
//
// Their event's time is that of the capture: from 3 ms before the frame's
// presentation to 20 ms after it on a loaded machine, more than a frame. But
// each has the number of the frame it shows, which the frame's own events have
// too, and those tell of the presentation.

import { framesOf, marksOf, onPageClock } from "../truth/trace.mjs";

export const CATEGORY = "disabled-by-default-devtools.screenshot";

/** By so much must a pixel's red and blue exceed its green, of 255. The page is
 * grey but for the answer, and stays so in a JPEG: 0 was measured, and 211 for
 * the answer. */
const TINGED = 4;

/**
 * The page that set this `performance.mark`: `pictures` in the order of their
 * frames (`{number, jpeg}`), and the `frames` that were presented (`{number,
 * presented}`, in order, on the page's clock).
 */
export function screens(events, markName) {
  const mark = marksOf(events, markName).get(markName);
  if (!mark) throw new Error(`the trace has no mark ${markName}`);
  const named = (name) => events.filter((event) => event.name === name);
  // What the main thread began for one frame may be drawn with a later one, and
  // the picture has the later one's number: the one that the compositor drew at
  // the end of the submission.
  const draws = named("DrawFrame")
    .filter(({ pid }) => pid === mark.pid)
    .sort((a, b) => a.ts - b.ts);
  const frames = new Map();
  for (const { pid, submitted, presented } of framesOf(events)) {
    const draw = pid === mark.pid && draws.find(({ ts }) => ts >= submitted);
    if (draw) frames.set(draw.args.frameSeqId, onPageClock(presented, mark));
  }
  return {
    pictures: named("Screenshot")
      .map(({ args }) => ({ number: args.frame_sequence, jpeg: args.snapshot }))
      .sort((a, b) => a.number - b.number),
    frames: [...frames]
      .map(([number, presented]) => ({ number, presented }))
      .sort((a, b) => a.number - b.number),
  };
}

/**
 * In how many pixels each of these pictures shows the answer; counted in `page`
 * (puppeteer's), which has a decoder.
 */
export function tinged(page, pictures) {
  return page.evaluate(
    async (jpegs, TINGED) => {
      const counts = [];
      for (const jpeg of jpegs) {
        const blob = await (await fetch(`data:image/jpeg;base64,${jpeg}`)).blob();
        const picture = await createImageBitmap(blob);
        const { width, height } = picture;
        const canvas = new OffscreenCanvas(width, height).getContext("2d");
        canvas.drawImage(picture, 0, 0);
        const { data } = canvas.getImageData(0, 0, width, height);
        let pixels = 0;
        for (let at = 0; at < data.length; at += 4) {
          if (Math.min(data[at], data[at + 2]) - data[at + 1] >= TINGED) pixels++;
        }
        counts.push(pixels);
      }
      return counts;
    },
    pictures.map(({ jpeg }) => jpeg),
    TINGED,
  );
}
