import { launch } from "./puppeteer.mjs";

/** Chromium over the DevTools protocol. */
export const start = (executablePath) =>
  launch({
    executablePath,
    // puppeteer's own defaults switch off timer throttling, occlusion and the
    // back/forward cache's limits; people's browsers have them.
    ignoreDefaultArgs: true,
    // Over a pipe, which also ends the browser when this process is killed.
    pipe: true,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--window-size=1024,768",
      "about:blank",
    ],
  });
