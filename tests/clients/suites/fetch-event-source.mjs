// @microsoft/fetch-event-source; cancelled by its signal.
//
// It calls onmessage with empty data for a block that is only a comment, for a
// keep-alive as for a stamp: the one client that stamps reach, with ttft or
// without. docs/server-stamps.md says so.

import { fetchEventSource } from "/npm/fetch-event-source.mjs";
import { client } from "../lib/client.mjs";
import { chat } from "../lib/openai-chat.mjs";

const empty = (app) => app.filter((line) => line.startsWith('message: { data: ""')).length;

client("fetch-event-source", {
  ...chat,
  ask: ({ seen, base, withFetch, controller }) =>
    fetchEventSource(`${base}/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ question: "How often does the tide turn?" }),
      signal: controller.signal,
      openWhenHidden: true,
      async onopen(response) {
        seen.response("response", response, { untouched: true });
      },
      onmessage(message) {
        seen.value("message", message);
        if (message.data.startsWith("{")) {
          const { error } = JSON.parse(message.data);
          if (error) throw Object.assign(new Error(error.message), error);
        }
        if (seen.cancelsAt(message.data)) controller.abort();
      },
      onclose: () => seen.log("closed"),
      onerror(error) {
        seen.value("onerror", error);
        // Or it would ask again, for ever.
        throw error;
      },
      ...withFetch,
    }),
  natively(t, ending, { app, server }) {
    const writes = server.filter((line) => /^server: write /.test(line)).length;
    t.equal(empty(app), ending === "stamps" ? writes : 0, "messages without data");
    if (ending === "stamps") t.note(`an empty message for each of ${writes} stamps`);
  },
});
