// ky, its response's body; cancelled by the signal of the request.

import ky from "/npm/ky.mjs";
import { client } from "../lib/client.mjs";
import { chat } from "../lib/openai-chat.mjs";
import { readEvents } from "../lib/read-events.mjs";

client("ky", {
  ...chat,
  async ask({ seen, base, withFetch, controller }) {
    const response = await ky.post(`${base}/chat`, {
      json: { question: "How often does the tide turn?" },
      signal: controller.signal,
      ...withFetch,
    });
    seen.response("response", response, { untouched: true });
    return readEvents(seen, response.body, () => controller.abort());
  },
});
