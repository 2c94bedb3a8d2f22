// openai, chat completions; cancelled by leaving the loop, which its users do.

import OpenAI from "/npm/openai.mjs";
import { client } from "../lib/client.mjs";
import { chat } from "../lib/openai-chat.mjs";

client("openai", {
  ...chat,
  async ask({ seen, base, withFetch }) {
    const openai = new OpenAI({ apiKey: "key", baseURL: base, dangerouslyAllowBrowser: true, ...withFetch });
    const { data: stream, response, request_id } = await openai.chat.completions
      .create({
        model: "tidal-1",
        messages: [{ role: "user", content: "How often does the tide turn?" }],
        stream: true,
        stream_options: { include_usage: true },
      })
      .withResponse();
    seen.response("response", response, { untouched: true });
    seen.value("request_id", request_id);
    for await (const chunk of stream) {
      seen.value("chunk", chunk);
      if (seen.cancelsAt(chunk)) break;
    }
    return "read";
  },
});
