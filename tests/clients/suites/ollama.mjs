// ollama/browser; cancelled by abort() of what is iterated.

import { Ollama } from "/npm/ollama.mjs";
import { client } from "../lib/client.mjs";

const line = (fields) => `${JSON.stringify({ model: "tidal-1", created_at: "2026-11-24T12:00:00Z", ...fields })}\n`;
const message = (content) => ({ message: { role: "assistant", content } });

client("ollama", {
  headers: { "content-type": "application/x-ndjson" },
  stream: {
    opening: [],
    text: (content) => line({ ...message(content), done: false }),
    closing: [
      line({ ...message(""), done_reason: "stop", done: true, prompt_eval_count: 9, eval_count: 6, total_duration: 9e8 }),
    ],
    error: [`${JSON.stringify({ error: "the model is overloaded" })}\n`],
  },
  without: { stamps: "lines of JSON have no comments" },
  record: { dialect: "ollama", model: "tidal-1", source: "body", tokens: { input: 9, output: 6 } },
  async ask({ seen, base, withFetch }) {
    const ollama = new Ollama({ host: base, ...withFetch });
    const answer = await ollama.chat({
      model: "tidal-1",
      messages: [{ role: "user", content: "How often does the tide turn?" }],
      stream: true,
    });
    for await (const part of answer) {
      seen.value("part", part);
      if (seen.cancelsAt(part)) answer.abort();
    }
    return "read";
  },
});
