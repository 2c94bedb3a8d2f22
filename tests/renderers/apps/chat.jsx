// React with the AI SDK's useChat, as its documentation shows it.

import { useChat } from "@ai-sdk/react";
import { DefaultChatTransport } from "ai";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

/**
 * An app's `mount`. `throttle` in milliseconds was named
 * `experimental_throttle` before; `Markdown` renders the text, with its own
 * `styles`.
 */
export function mountChat({ throttle, Markdown, styles }) {
  if (styles) document.head.append(Object.assign(document.createElement("style"), { textContent: styles }));
  return (place, { fetch, url }) => {
    let send;
    function Chat() {
      const [transport] = useState(() => new DefaultChatTransport({ api: url, fetch }));
      const { messages, sendMessage, status } = useChat({ transport, throttle });
      useEffect(() => void (send = sendMessage), [sendMessage]);
      const texts = ({ parts }) => parts.filter(({ type }) => type === "text").map(({ text }) => text);
      return (
        <>
          {messages.map((message) => (
            <div key={message.id} className={message.role === "assistant" ? "answer" : "question"}>
              {texts(message).map((text, place) =>
                Markdown ? <Markdown key={place}>{text}</Markdown> : <p key={place}>{text}</p>,
              )}
            </div>
          ))}
          {status === "submitted" && <p>Thinking…</p>}
        </>
      );
    }
    const root = createRoot(place);
    root.render(<Chat />);
    return {
      send: async () => {
        while (!send) await new Promise((resolve) => setTimeout(resolve));
        await send({ text: "What does it look like?" });
      },
      unmount: () => root.unmount(),
    };
  };
}
