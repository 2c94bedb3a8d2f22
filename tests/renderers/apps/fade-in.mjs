// Plain DOM: a span for each word, which fades in by a CSS animation.

import { deltas } from "../../browser/lib/chat-app.mjs";

export const format = "openai-chat";
export const fades = true;

export function mount(place, { fetch, url }) {
  return {
    send: async () => {
      const answer = place.appendChild(document.createElement("p"));
      answer.className = "answer fading";
      for await (const delta of deltas(await fetch(url, { method: "POST", body: "{}" }))) {
        const word = answer.appendChild(document.createElement("span"));
        word.textContent = delta;
      }
    },
    unmount: () => place.replaceChildren(),
  };
}
