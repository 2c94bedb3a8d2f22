// What holds for records.

/** Whether `request_sent` and `headers` are there. */
export const networkMarks = ({ marks }) =>
  [marks.request_sent, marks.headers].map((mark) => mark !== undefined);

/** The sums that hold whatever was observed, of a call whose answer was painted. */
export function checkSums(t, { marks, segments }) {
  const [backend, frontend] = [segments.backend, segments.frontend];
  // Tenths of microseconds: sums of decimal fractions.
  t.approx(backend[1] + frontend[1], marks.first_answer_paint, 1e-4, "backend + frontend");
  const page = segments.deliver[1] + segments.app + segments.render[1];
  t.approx(page, frontend[1], 1e-4, "deliver + app + render");
  for (const [name, value] of Object.entries(segments)) {
    const bounds = Array.isArray(value) ? value : [value, value, value];
    t.inOrder({ zero: 0, [`${name} lo`]: bounds[0], est: bounds[1], hi: bounds[2] });
  }
}
