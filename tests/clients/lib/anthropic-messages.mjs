// A stream of Anthropic's messages, for both ways to read it.

/** With the padding that Anthropic puts before the last brace. */
const event = (type, fields, padding = "") =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields }).replace(/}$/, `${padding}}`)}\n\n`;

const message = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "tidal-1",
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 9, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 },
};

export const messages = {
  headers: { "content-type": "text/event-stream; charset=utf-8", "request-id": "req_1" },
  stream: {
    opening: [
      event("message_start", { message }, "   "),
      event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }, "      ") +
        event("ping", {}),
    ],
    text: (text) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }, "  "),
    closing: [
      event("content_block_stop", { index: 0 }),
      event("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 6 } }),
      event("message_stop", {}),
    ],
    error: [event("error", { error: { type: "overloaded_error", message: "The server is overloaded" } })],
  },
  record: {
    dialect: "anthropic",
    model: "tidal-1",
    source: "body",
    tokens: { input: 9, output: 6, cached: 0 },
    error: "overloaded_error",
  },
};

export const question = {
  model: "tidal-1",
  max_tokens: 64,
  messages: [{ role: "user", content: "How often does the tide turn?" }],
};
