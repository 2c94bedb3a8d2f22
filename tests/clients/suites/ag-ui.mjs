// @ag-ui/client: HttpAgent; cancelled by abortRun().

import { HttpAgent } from "/npm/ag-ui.mjs";
import { client } from "../lib/client.mjs";

const event = (type, fields) => `data: ${JSON.stringify({ type, ...fields })}\n\n`;
const run = { threadId: "thread-1", runId: "run-1" };

client("ag-ui", {
  headers: { "content-type": "text/event-stream" },
  stream: {
    opening: [
      event("RUN_STARTED", run),
      event("TEXT_MESSAGE_START", { messageId: "m1", role: "assistant" }),
    ],
    text: (delta) => event("TEXT_MESSAGE_CONTENT", { messageId: "m1", delta }),
    closing: [event("TEXT_MESSAGE_END", { messageId: "m1" }), event("RUN_FINISHED", run)],
    error: [event("RUN_ERROR", { message: "The model is overloaded", code: "overloaded" })],
  },
  record: { dialect: "ag-ui", error: "overloaded" },
  async ask({ seen, base, withFetch }) {
    const agent = new HttpAgent({
      url: `${base}/agent`,
      threadId: run.threadId,
      initialMessages: [{ id: "u1", role: "user", content: "How often does the tide turn?" }],
      ...withFetch,
    });
    const result = await agent.runAgent(
      { runId: run.runId },
      {
        onEvent: ({ event }) => seen.value("event", event),
        onTextMessageContentEvent: ({ textMessageBuffer, event: { delta } }) => {
          seen.value("buffer", textMessageBuffer);
          if (seen.cancelsAt(delta)) agent.abortRun();
        },
        onRunFailed: ({ error }) => seen.value("failed", error),
        onRunFinalized: ({ messages, state }) => seen.value("finalized", [messages, state]),
      },
    );
    seen.value("messages", agent.messages);
    return result;
  },
});
