// axios with onDownloadProgress and a signal, for which it iterates the body
// and makes a stream of its own; cancelled by the signal.

import axios from "/npm/axios.mjs";
import { client } from "../lib/client.mjs";
import { chat } from "../lib/openai-chat.mjs";
import { readEvents } from "../lib/read-events.mjs";

client("axios-progress", {
  ...chat,
  async ask({ seen, base, fetch, controller }) {
    let loaded = 0;
    const { data, status, headers } = await axios.post(
      `${base}/chat`,
      { question: "How often does the tide turn?" },
      {
        adapter: "fetch",
        responseType: "stream",
        signal: controller.signal,
        onDownloadProgress: (progress) => (loaded = progress.loaded),
        ...(fetch && { env: { fetch } }),
      },
    );
    seen.value("response", [status, headers["content-type"]]);
    await readEvents(seen, data, () => controller.abort());
    seen.value("loaded", loaded > 0);
  },
});
