// ky with a hook and onDownloadProgress: it clones the response for the hook,
// cancels the original and pipes the copy; cancelled by its reader.

import ky from "/npm/ky.mjs";
import { client } from "../lib/client.mjs";
import { chat } from "../lib/openai-chat.mjs";
import { readEvents } from "../lib/read-events.mjs";

client("ky-progress", {
  ...chat,
  async ask({ seen, base, withFetch }) {
    let loaded = 0;
    const response = await ky.post(`${base}/chat`, {
      json: { question: "How often does the tide turn?" },
      onDownloadProgress: ({ transferredBytes }) => (loaded = transferredBytes),
      ...withFetch,
    });
    seen.response("response", response, { untouched: true });
    await readEvents(seen, response.body, (reader) => reader.cancel("enough"));
    seen.value("loaded", loaded > 0);
  },
});
