// A stream of OpenAI's chat completions, for all clients that read them.

const event = (fields) =>
  `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1795000000, model: "tidal-1", ...fields })}\n\n`;
const choice = (delta, finish_reason = null) => event({ choices: [{ index: 0, delta, finish_reason }], usage: null });
const usage = { prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 };

export const chat = {
  headers: { "content-type": "text/event-stream; charset=utf-8", "x-request-id": "req_1" },
  stream: {
    opening: [choice({ role: "assistant", content: "", refusal: null })],
    text: (content) => choice({ content }),
    closing: [choice({}, "stop"), event({ choices: [], usage }), "data: [DONE]\n\n"],
    error: [`data: ${JSON.stringify({ error: { message: "The server is overloaded", type: "server_error", param: null, code: null } })}\n\n`],
  },
  record: { dialect: "openai-chat", model: "tidal-1", source: "body", tokens: { input: 9, output: 6 }, error: "server_error" },
};
