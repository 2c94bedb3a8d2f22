// Whether one run was right.

/** Pictures to print around the paint of a run that was wrong. */
const PRINTED = 5;

/**
 * Holds a record against the pictures of the frames, where there are any (see
 * screens.mjs). `faults` are empty if it is right; `error` is the paint less
 * the presentation of the first frame that shows the answer, `gap` the time
 * between the two frames that decide.
 *
 * An answer that fades in (`fades`) is at opacity 0 in the frame that brings
 * it: that is the frame of the paint, and the one after it is the first with a
 * pixel of its colour. So there the check is good to one frame.
 */
export function judge({ record, errors, fades, pictures, frames }) {
  const { marks, paint, t0 } = record;
  const faults = [...errors];
  if (paint.found !== "text") faults.push(`the answer was not found as text, but: ${paint.found}`);
  const order = ["first_answer_token", "first_answer_commit", "first_answer_paint", "last_paint"];
  for (const [place, mark] of order.entries()) {
    const before = order[place - 1];
    if (marks[mark] === undefined) faults.push(`no ${mark}`);
    else if (marks[before] > marks[mark]) faults.push(`${mark} before ${before}`);
  }
  if (!pictures || marks.first_answer_paint === undefined) return { faults, found: paint.found };

  if (paint.method !== "element-timing") faults.push(`a paint by ${paint.method}`);
  const at = t0 + marks.first_answer_paint;
  // A frame within the error that the record states is the one of the paint.
  const painted = frames.find(({ presented }) => presented >= at - paint.error_ms[1]);
  const place = painted ? pictures.findIndex(({ number }) => number >= painted.number) : -1;
  const before = pictures[place - 1];
  const after = pictures[place];
  const showing = fades ? pictures[place + 1] : after;
  if (!before) faults.push("no picture from before the paint");
  else if (before.pixels > 0) faults.push("the last frame before the paint shows the answer");
  if (!showing) faults.push("no picture from after the paint");
  else if (showing.pixels === 0) faults.push("the first frame at or after it does not show the answer");

  const whenOf = (picture) => frames.find(({ number }) => number === picture?.number)?.presented;
  if (faults.length > 0) {
    const near = pictures.slice(Math.max(0, place - PRINTED), place + PRINTED);
    const words = near.map((picture) => `${whenOf(picture)?.toFixed(1) ?? "?"}: ${picture.pixels}`);
    faults.push(`painted at ${at.toFixed(1)}; frames, with the answer's pixels: ${words.join(", ")}`);
  }
  // The first pictures may still show the answer of the warming up.
  const blank = pictures.findIndex(({ pixels }) => pixels === 0);
  const first = pictures.slice(blank).find(({ pixels }) => pixels > 0);
  return {
    faults,
    found: paint.found,
    error: at - whenOf(first),
    gap: whenOf(after) - whenOf(before),
  };
}
