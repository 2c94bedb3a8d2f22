// Plain DOM: each word slides in, out of a box that clips it.

import { deltas } from "../../browser/lib/chat-app.mjs";

export const format = "openai-chat";

export function mount(place, { fetch, url }) {
  const put = (parent, style) => {
    const box = parent.appendChild(document.createElement("div"));
    box.style = style;
    return box;
  };
  return {
    send: async () => {
      const answer = put(place, "");
      answer.className = "answer";
      for await (const delta of deltas(await fetch(url, { method: "POST", body: "{}" }))) {
        const word = put(put(answer, "display: inline-block; overflow: hidden; white-space: pre"), "");
        word.textContent = delta;
        word.animate({ translate: ["0 50%", "0"] }, 150);
      }
    },
    unmount: () => place.replaceChildren(),
  };
}
