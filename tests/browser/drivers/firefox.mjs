import { launch } from "./puppeteer.mjs";

/** Firefox over WebDriver BiDi, which it speaks without geckodriver. */
export const start = (executablePath) => launch({ browser: "firefox", executablePath });
