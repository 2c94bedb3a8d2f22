import { Streamdown } from "streamdown";
import styles from "streamdown/styles.css";
import { mountChat } from "./chat.jsx";

export const fades = true;
export const format = "ai-sdk-ui";
const Markdown = ({ children }) => <Streamdown animated isAnimating>{children}</Streamdown>;
export const mount = mountChat({ Markdown, styles });
