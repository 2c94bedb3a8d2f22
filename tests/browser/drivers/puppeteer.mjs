// What Chromium and Firefox have in common. A driver opens, goes, hides, shows
// and closes; what is tested happens in the page.

import { mkdtempSync } from "node:fs";
import path from "node:path";
import puppeteer from "puppeteer-core";
import { adopt, ended, kill, scratch } from "../runner/children.mjs";

/** Starts a browser with a fresh profile. */
export async function launch(options) {
  const browser = await puppeteer.launch({
    headless: true,
    acceptInsecureCerts: true,
    // An emulated viewport would change how the page is composited.
    defaultViewport: null,
    // runner/children.mjs ends the browser, its forks and its profile.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    userDataDir: mkdtempSync(path.join(scratch, "profile-")),
    timeout: 60_000,
    protocolTimeout: 30_000,
    ...options,
  });
  const child = browser.process();
  adopt(child);
  return {
    version: (await browser.version()).replace("/", " ").toLowerCase(),
    gone: ended(child),
    open: async (url) => {
      // A window, not a tab: a second tab would hide the first.
      const page = await browser.newPage({ type: "window" });
      return { handle: page, ...actions(browser, page), loaded: page.goto(url) };
    },
    stop: async () => {
      await Promise.race([browser.close().catch(() => {}), ended(child)]);
      kill(child);
    },
    kill: () => kill(child),
  };
}

function actions(browser, page) {
  // Measured in headless Chromium 156 and Firefox 153: a minimised window is
  // `hidden` to its page, although there is no window.
  const state = async (windowState) =>
    browser.setWindowBounds(await page.windowId(), { windowState });
  return {
    go: (url) => page.goto(url),
    // Not page.goBack(): it waits for a load event, and a page that comes back
    // from the back/forward cache has none.
    back: () => page.evaluate(() => void setTimeout(() => history.back())),
    hide: () => state("minimized"),
    show: () => state("normal"),
    // As Chromium does with pages in the background; no other has events for it.
    freeze: async (ms) => {
      const session = await page.createCDPSession();
      await session.send("Page.setWebLifecycleState", { state: "frozen" });
      await new Promise((resolve) => setTimeout(resolve, ms));
      await session.send("Page.setWebLifecycleState", { state: "active" });
      await session.detach();
    },
    // Chromium's count of layouts since the page's start; no other tells.
    layouts: async () => (await page.metrics()).LayoutCount,
    // Bytes of Chromium's heap after a collection, what buffers hold included.
    heap: async () => {
      const session = await page.createCDPSession();
      await session.send("HeapProfiler.collectGarbage");
      const { usedSize, backingStorageSize = 0 } = await session.send("Runtime.getHeapUsage");
      await session.detach();
      return { used: usedSize, buffers: backingStorageSize };
    },
    // As a person closes it: with pagehide, without asking.
    close: () => page.close(),
  };
}
