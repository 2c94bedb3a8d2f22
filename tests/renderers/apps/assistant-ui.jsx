// assistant-ui with the AI SDK, and its typewriter.

import { AssistantRuntimeProvider, MessagePrimitive, ThreadPrimitive } from "@assistant-ui/react";
import { AssistantChatTransport, useChatRuntime } from "@assistant-ui/react-ai-sdk";
import { MarkdownTextPrimitive } from "@assistant-ui/react-markdown";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

export const format = "ai-sdk-ui";

const UserMessage = () => (
  <MessagePrimitive.Root className="question">
    <MessagePrimitive.Parts />
  </MessagePrimitive.Root>
);

const AssistantMessage = () => (
  <MessagePrimitive.Root className="answer">
    <MessagePrimitive.Parts components={{ Text: () => <MarkdownTextPrimitive smooth /> }} />
  </MessagePrimitive.Root>
);

export function mount(place, { fetch, url }) {
  let thread;
  function Chat() {
    const [transport] = useState(() => new AssistantChatTransport({ api: url, fetch }));
    const runtime = useChatRuntime({ transport });
    useEffect(() => void (thread = runtime.thread), [runtime]);
    return (
      <AssistantRuntimeProvider runtime={runtime}>
        <ThreadPrimitive.Root>
          <ThreadPrimitive.Viewport>
            <ThreadPrimitive.Messages components={{ UserMessage, AssistantMessage }} />
          </ThreadPrimitive.Viewport>
        </ThreadPrimitive.Root>
      </AssistantRuntimeProvider>
    );
  }
  const root = createRoot(place);
  root.render(<Chat />);
  return {
    send: async () => {
      while (!thread) await new Promise((resolve) => setTimeout(resolve));
      thread.append({ role: "user", content: [{ type: "text", text: "What does it look like?" }] });
    },
    unmount: () => root.unmount(),
  };
}
