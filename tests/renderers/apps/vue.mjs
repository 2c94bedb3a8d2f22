// Vue: a list of messages, the last of which grows.

import { createApp, reactive } from "vue";
import { deltas } from "../../browser/lib/chat-app.mjs";

export const format = "openai-chat";

export function mount(place, { fetch, url }) {
  const messages = reactive([]);
  const app = createApp({
    setup: () => ({ messages }),
    template: `
      <article v-for="message in messages" :class="message.role === 'assistant' ? 'answer' : 'question'">
        <p v-if="message.text">{{ message.text }}</p>
        <p v-else class="waiting">Thinking…</p>
      </article>
    `,
  });
  app.mount(place);
  return {
    send: async () => {
      messages.push({ role: "user", text: "What does it look like?" }, { role: "assistant", text: "" });
      const response = await fetch(url, { method: "POST", body: "{}" });
      for await (const delta of deltas(response)) messages.at(-1).text += delta;
    },
    unmount: () => app.unmount(),
  };
}
