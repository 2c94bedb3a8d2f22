// What a record says of the network.

/** Whether `request_sent` and `headers` are there. */
export const networkMarks = ({ marks }) =>
  [marks.request_sent, marks.headers].map((mark) => mark !== undefined);

/** The sum that holds whatever the network told. */
export function checkWhole(t, { marks, segments }) {
  t.approx(segments.backend[1] + segments.frontend[1], marks.first_answer_paint, 1e-4, "the sum");
}
