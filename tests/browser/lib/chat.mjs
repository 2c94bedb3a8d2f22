// Events of an OpenAI chat stream, as text for a scenario's steps.

const event = (delta, rest = {}) => chunk({ choices: [{ index: 0, delta, finish_reason: null, ...rest }] });

const chunk = (fields) =>
  `data: ${JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1795000000,
    model: "test-model",
    ...fields,
  })}\n\n`;

export const chat = {
  /** Liveness only: no token. */
  role: () => event({ role: "assistant", content: "" }),
  text: (content) => event({ content }),
  reasoning: (reasoning_content) => event({ reasoning_content }),
  tool: (name, args = "") =>
    event({ tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name, arguments: args } }] }),
  finish: (reason = "stop") => event({}, { finish_reason: reason }),
  usage: (prompt_tokens, completion_tokens) =>
    chunk({
      choices: [],
      usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
    }),
  /** A comment that keeps the connection alive. */
  ping: () => ": ping\n\n",
  done: () => "data: [DONE]\n\n",

  /** Headers of such a stream. */
  headers: { "content-type": "text/event-stream" },
};

/**
 * A whole answer as a scenario: the role after `role_ms`, then a step for each
 * piece, `after_ms` apart and labelled `token`; `first_ms` before the first.
 * With `stamps` the stream is opened with a server stamp and each token has
 * one. `more` is merged into the scenario.
 */
export function answer(
  pieces,
  { role_ms = 0, first_ms = 0, after_ms = 20, stamps = false, ...more } = {},
) {
  return {
    headers: chat.headers,
    steps: [
      ...(stamps ? [{ stamp: true }] : []),
      { after_ms: role_ms, text: chat.role(), label: "role" },
      ...pieces.map((piece, place) => ({
        after_ms: place === 0 ? first_ms : after_ms,
        text: chat.text(piece),
        label: "token",
        stamp: stamps,
      })),
      { text: chat.finish(), label: "finish" },
      { text: chat.done(), label: "done" },
    ],
    ...more,
  };
}
