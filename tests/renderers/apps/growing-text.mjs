// Plain DOM: one text node that grows.

import { deltas } from "../../browser/lib/chat-app.mjs";

export const format = "openai-chat";

export function mount(place, { fetch, url }) {
  return {
    send: async () => {
      const answer = place.appendChild(document.createElement("p"));
      answer.className = "answer";
      const text = answer.appendChild(new Text());
      for await (const delta of deltas(await fetch(url, { method: "POST", body: "{}" }))) text.appendData(delta);
    },
    unmount: () => place.replaceChildren(),
  };
}
