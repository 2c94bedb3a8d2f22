// @anthropic-ai/sdk, the raw events; cancelled by leaving the loop.

import Anthropic from "/npm/anthropic.mjs";
import { messages, question } from "../lib/anthropic-messages.mjs";
import { client } from "../lib/client.mjs";

client("anthropic", {
  ...messages,
  async ask({ seen, base, withFetch }) {
    const anthropic = new Anthropic({ apiKey: "key", baseURL: base, dangerouslyAllowBrowser: true, ...withFetch });
    const { data: stream, response, request_id } = await anthropic.messages
      .create({ ...question, stream: true })
      .withResponse();
    seen.response("response", response, { untouched: true });
    seen.value("request_id", request_id);
    for await (const event of stream) {
      seen.value("event", event);
      if (seen.cancelsAt(event)) break;
    }
    return "read";
  },
});
