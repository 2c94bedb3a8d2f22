// @langchain/langgraph-sdk: a run's stream; cancelled by its signal.

import { Client } from "/npm/langgraph-sdk.mjs";
import { client } from "../lib/client.mjs";

const event = (name, data) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const meta = { langgraph_node: "agent", ls_model_name: "tidal-1" };
const chunk = (content, fields = {}) =>
  event("messages", [{ content, additional_kwargs: {}, type: "AIMessageChunk", id: "run--1", ...fields }, meta]);
const usage_metadata = { input_tokens: 9, output_tokens: 6, total_tokens: 15 };

client("langgraph-sdk", {
  headers: { "content-type": "text/event-stream; charset=utf-8" },
  stream: {
    opening: [event("metadata", { run_id: "run-1", attempt: 1 })],
    text: (content) => chunk(content),
    closing: [chunk("", { usage_metadata })],
    error: [event("error", { error: "InternalServerError", message: "The model is overloaded" })],
  },
  record: { dialect: "langgraph", tokens: { input: 9, output: 6 } },
  async ask({ seen, base, withFetch, controller }) {
    const graph = new Client({ apiUrl: base, apiKey: null, callerOptions: withFetch });
    const parts = graph.runs.stream(null, "agent", {
      input: { messages: [{ role: "user", content: "How often does the tide turn?" }] },
      streamMode: "messages-tuple",
      signal: controller.signal,
    });
    for await (const part of parts) {
      seen.value("part", part);
      if (seen.cancelsAt(part)) controller.abort();
    }
    return "read";
  },
});
