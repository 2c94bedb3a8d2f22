// marked: the whole answer as HTML, set anew with each token.

import { marked } from "marked";
import { deltas } from "../../browser/lib/chat-app.mjs";

export const format = "openai-chat";

export function mount(place, { fetch, url }) {
  return {
    send: async () => {
      const answer = place.appendChild(document.createElement("div"));
      answer.className = "answer";
      let source = "";
      for await (const delta of deltas(await fetch(url, { method: "POST", body: "{}" }))) {
        answer.innerHTML = marked.parse((source += delta));
      }
    },
    unmount: () => place.replaceChildren(),
  };
}
