// Lit: components in a component, each with a shadow root, so the app has a target.

import { LitElement, css, html } from "lit";
import { deltas } from "../../browser/lib/chat-app.mjs";

export const format = "openai-chat";
export const target = "chat-app";

customElements.define("chat-message", class extends LitElement {
  static properties = { text: {}, from: { reflect: true } };
  // The page's own reach no further than the app.
  static styles = css`:host([from="model"]) { color: rgb(255 0 255); font: 900 44px sans-serif; }`;
  render() {
    return html`<p>${this.text}</p>`;
  }
});

customElements.define("chat-app", class extends LitElement {
  static properties = { messages: { state: true } };
  render() {
    return (this.messages ?? []).map(({ from, text }) => html`<chat-message .from=${from} .text=${text}></chat-message>`);
  }
});

export function mount(place, { fetch, url }) {
  const app = place.appendChild(document.createElement("chat-app"));
  return {
    send: async () => {
      const asked = [{ from: "person", text: "What does it look like?" }];
      app.messages = asked;
      let text = "";
      for await (const delta of deltas(await fetch(url, { method: "POST", body: "{}" }))) {
        app.messages = [...asked, { from: "model", text: (text += delta) }];
      }
    },
    unmount: () => app.remove(),
  };
}
