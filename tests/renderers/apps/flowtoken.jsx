import { AnimatedMarkdown } from "flowtoken";
import styles from "flowtoken/dist/styles.css";
import { mountChat } from "./chat.jsx";

export const fades = true;
export const format = "ai-sdk-ui";
// Short: the first frames of a long one have no pixel of the answer's colour yet.
const fade = { animation: "fadeIn", animationDuration: "0.1s", animationTimingFunction: "linear" };
const Markdown = ({ children }) => <AnimatedMarkdown content={children} sep="diff" {...fade} />;
export const mount = mountChat({ Markdown, styles });
