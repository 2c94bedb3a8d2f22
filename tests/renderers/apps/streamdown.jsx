import { Streamdown } from "streamdown";
import { mountChat } from "./chat.jsx";

export const format = "ai-sdk-ui";
export const mount = mountChat({ Markdown: Streamdown });
