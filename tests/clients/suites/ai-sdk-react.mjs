// ai with @ai-sdk/react: useChat in React 19, mounted; cancelled by stop().

import {
  createElement,
  createRoot,
  DefaultChatTransport,
  useChat,
  useEffect,
  useRef,
} from "/npm/ai-sdk-react.mjs";
import { client } from "../lib/client.mjs";

const event = (type, fields = {}) => `data: ${JSON.stringify({ type, ...fields })}\n\n`;

const textOf = ({ parts }) => parts.map((part) => (part.type === "text" ? part.text : "")).join("");

client("ai-sdk-react", {
  headers: {
    "content-type": "text/event-stream",
    "x-vercel-ai-ui-message-stream": "v1",
    "x-accel-buffering": "no",
  },
  stream: {
    opening: [event("start", { messageId: "m1" }) + event("start-step"), event("text-start", { id: "t1" })],
    text: (delta) => event("text-delta", { id: "t1", delta }),
    closing: [
      event("text-end", { id: "t1" }) + event("finish-step") + event("finish", { finishReason: "stop" }),
      "data: [DONE]\n\n",
    ],
    error: [event("error", { errorText: "The model is overloaded" })],
  },
  shows: true,
  // The format tells neither model nor usage, nor an error's type.
  record: { dialect: "ai-sdk-ui" },
  ask: ({ seen, base, withFetch }) =>
    new Promise((resolve) => {
      const root = createRoot(document.body.appendChild(document.createElement("main")));
      let made = 0;
      const transport = new DefaultChatTransport({ api: `${base}/api/chat`, ...withFetch });

      function Chat() {
        const asked = useRef(false);
        const over = useRef(false);
        const { messages, sendMessage, status, error, stop } = useChat({
          id: "chat",
          transport,
          generateId: () => `id-${++made}`,
          onError: (problem) => seen.value("onError", problem),
          onFinish: (finished) => {
            seen.value("onFinish", finished);
            over.current = true;
          },
        });
        const answer = messages.filter(({ role }) => role === "assistant").map(textOf).join("");
        useEffect(() => {
          if (asked.current) return;
          asked.current = true;
          sendMessage({ text: "How often does the tide turn?" });
        }, []);
        useEffect(() => seen.value("status", [status, error]), [status, error]);
        useEffect(() => {
          seen.value("answer", answer);
          if (seen.cancelsAt(answer)) stop();
        }, [answer]);
        useEffect(() => {
          if (!over.current || status === "streaming" || status === "submitted") return;
          // Not while React is at work.
          setTimeout(() => {
            const { textContent } = document.querySelector("main");
            root.unmount();
            document.querySelector("main").remove();
            resolve({ shown: textContent, messages });
          });
        });
        return messages.map((message) => createElement("p", { key: message.id }, textOf(message)));
      }

      root.render(createElement(Chat));
    }),
});
