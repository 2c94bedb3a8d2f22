// Plain DOM: "Thinking…" in the element, and in the text node, of the answer.

import { deltas } from "../../browser/lib/chat-app.mjs";

export const format = "openai-chat";

export function mount(place, { fetch, url }) {
  return {
    send: async () => {
      const answer = place.appendChild(document.createElement("p"));
      answer.textContent = "Thinking…";
      let text = "";
      for await (const delta of deltas(await fetch(url, { method: "POST", body: "{}" }))) {
        answer.className = "answer";
        answer.firstChild.data = text += delta;
      }
    },
    unmount: () => place.replaceChildren(),
  };
}
