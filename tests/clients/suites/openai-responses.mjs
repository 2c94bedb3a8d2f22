// openai, the Responses API; cancelled by the controller of the stream.

import OpenAI from "/npm/openai.mjs";
import { client } from "../lib/client.mjs";

let number = 0;
const event = (type, fields) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...fields })}\n\n`;
const place = { item_id: "msg_1", output_index: 0, content_index: 0 };
const response = { id: "resp_1", object: "response", created_at: 1795000000, status: "in_progress", model: "tidal-1", output: [], error: null };
const usage = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 6,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 15,
};

client("openai-responses", {
  headers: { "content-type": "text/event-stream; charset=utf-8" },
  stream: {
    opening: [
      event("response.created", { response }),
      event("response.output_item.added", {
        output_index: 0,
        item: { id: "msg_1", type: "message", status: "in_progress", role: "assistant", content: [] },
      }),
      event("response.content_part.added", { ...place, part: { type: "output_text", text: "", annotations: [] } }),
    ],
    text: (delta) => event("response.output_text.delta", { ...place, delta, logprobs: [] }),
    closing: [event("response.completed", { response: { ...response, status: "completed", usage } })],
    error: [event("error", { code: "server_error", message: "The server is overloaded", param: null })],
  },
  record: {
    dialect: "openai-responses",
    model: "tidal-1",
    source: "body",
    tokens: { input: 9, output: 6, cached: 4, reasoning: 0 },
    error: "server_error",
  },
  async ask({ seen, base, withFetch }) {
    const openai = new OpenAI({ apiKey: "key", baseURL: base, dangerouslyAllowBrowser: true, ...withFetch });
    const stream = await openai.responses.create({
      model: "tidal-1",
      input: "How often does the tide turn?",
      stream: true,
    });
    for await (const event of stream) {
      seen.value("event", event);
      if (seen.cancelsAt(event)) stream.controller.abort();
    }
    return "read";
  },
});
