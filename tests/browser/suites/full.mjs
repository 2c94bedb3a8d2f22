// The entry `./full` reads what the main entry passes through.

import { nextRecord, start } from "../lib/measured.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

/** Asks for a recorded body; resolves with its record, and checks its bytes. */
async function ask(t, entry, vector, type) {
  const ttft = await start(t, { entry });
  const body = new Uint8Array(await (await fetch(`/vectors/${vector}`)).arrayBuffer());
  const played = await scenario({
    headers: { "content-type": type },
    steps: [{ base64: btoa(String.fromCharCode(...body)), split: 97 }],
  });
  const finished = nextRecord(ttft);
  const response = await ttft.fetch(played.url, { method: "POST", body: "{}" });
  const read = [];
  const reader = response.body.getReader();
  for (let chunk; !(chunk = await reader.read()).done; ) read.push(...chunk.value);
  t.equal(read, [...body], "the bytes that the page read");
  return finished;
}

const BEDROCK = ["bedrock-converse.bin", "application/vnd.amazon.eventstream"];
const AG_UI = ["ag-ui-protobuf.bin", "application/vnd.ag-ui.event+proto"];

suite("full", {}, {
  async "an AWS event stream of Bedrock's has its tokens in the record"(t) {
    const { request, marks, outcome } = await ask(t, "full", ...BEDROCK);
    t.equal(request.dialect, "bedrock-converse");
    t.equal(outcome, "complete");
    t.inOrder({ token: marks.first_token, answer: marks.first_answer_token, end: marks.end });
  },

  async "AG-UI's protobuf has its tokens in the record"(t) {
    const { request, marks } = await ask(t, "full", ...AG_UI);
    t.equal(request.dialect, "ag-ui");
    t.inOrder({ token: marks.first_token, end: marks.end });
  },

  async "the main entry passes both through and claims no tokens"(t) {
    for (const stream of [BEDROCK, AG_UI]) {
      const ttft = await ask(t, "index", ...stream);
      t.equal(ttft.marks.first_token, undefined);
      t.equal(ttft.outcome, "no-output");
    }
  },
});
