// axios with adapter "fetch" and the body as a stream; cancelled by its reader.

import axios from "/npm/axios.mjs";
import { client } from "../lib/client.mjs";
import { chat } from "../lib/openai-chat.mjs";
import { readEvents } from "../lib/read-events.mjs";

client("axios", {
  ...chat,
  async ask({ seen, base, fetch }) {
    const { data, status, headers } = await axios.post(
      `${base}/chat`,
      { question: "How often does the tide turn?" },
      { adapter: "fetch", responseType: "stream", ...(fetch && { env: { fetch } }) },
    );
    seen.value("response", [status, headers["content-type"]]);
    return readEvents(seen, data, (reader) => reader.cancel("enough"));
  },
});
