// @anthropic-ai/sdk, the helper that gathers the message; cancelled by abort().

import Anthropic from "/npm/anthropic.mjs";
import { messages, question } from "../lib/anthropic-messages.mjs";
import { client } from "../lib/client.mjs";

client("anthropic-stream", {
  ...messages,
  ask({ seen, base, withFetch }) {
    const anthropic = new Anthropic({ apiKey: "key", baseURL: base, dangerouslyAllowBrowser: true, ...withFetch });
    const stream = anthropic.messages.stream(question);
    for (const name of ["connect", "contentBlock", "message", "end", "error", "abort"]) {
      stream.on(name, (value) => seen.value(name, value));
    }
    stream.on("text", (delta, snapshot) => {
      seen.value("text", [delta, snapshot]);
      if (seen.cancelsAt(delta)) stream.abort();
    });
    return stream.finalMessage();
  },
});
