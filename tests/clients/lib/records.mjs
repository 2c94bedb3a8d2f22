// What the record of a client's call has to say.

const OUTCOME = { complete: "complete", stamps: "complete", cancelled: "aborted", error: "error" };

/**
 * Checks `record` against the client's `record`: `dialect`; `model` and
 * `source`, absent where the stream has none; `tokens` of a whole answer, as
 * counted by the provider; `estimated` without them; `error`, the type of its
 * error, absent where it has none.
 */
export function checkRecord(t, { record: expected, shows }, ending, record, { left }) {
  const { marks, request, tokens, error } = record;
  t.equal(record.outcome, OUTCOME[ending], "outcome");
  t.equal(request.dialect, expected.dialect, "dialect");
  t.equal(request.model, expected.model, "model");
  t.equal(request.source, expected.source, "source");
  t.equal(request.status, 200, "status");
  const { first_byte, first_event, first_token, first_answer_token, last_token, end } = marks;
  t.inOrder({ start: 0, first_byte, first_event, first_token, first_answer_token, last_token, end });
  if (shows) {
    t.equal(record.paint?.found, "text", "how the answer was found");
    t.inOrder({ first_answer_token, commit: marks.first_answer_commit, paint: marks.first_answer_paint });
  }
  if (ending === "complete" || ending === "stamps") {
    if (expected.tokens) t.equal(tokens, { ...expected.tokens, estimated: false }, "tokens");
    else t.ok(tokens?.estimated && tokens.output > 0, "estimated tokens");
  }
  if (ending === "error") t.equal([error?.stage, error?.type], ["stream", expected.error], "error");
  else t.equal(error, undefined, "error");
  const counted = tokens ? `${tokens.input ?? "–"}/${tokens.output ?? "–"}${tokens.estimated ? " estimated" : ""}` : "none";
  const words = [record.outcome, request.dialect, request.model, `tokens ${counted}`, error?.type];
  if (ending === "cancelled") words.push(`close seen after ${left.toFixed(0)} ms`);
  t.note(words.filter(Boolean).join(", "));
}
