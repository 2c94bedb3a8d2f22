// Takes the README's picture of the demo: `cargo xtask demo --picture` calls it
// with the page's address, the file to write and Chromium's program.

import puppeteer from "puppeteer-core";

const [url, file, executablePath] = process.argv.slice(2);

const browser = await puppeteer.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  defaultViewport: { width: 1280, height: 908 },
});
try {
  const page = await browser.newPage();
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
  await page.goto(url);
  await page.waitForFunction(() => window.demo);
  await page.evaluate(async () => {
    await demo.ask("What is time to first token?", { stamps: true });
    // The hatching is what a picture should show: no stamps.
    const record = await demo.ask("How sure are these numbers?", { reasoningFirst: true, slowPage: true });
    if (!record?.verdict) throw new Error(`no verdict: ${JSON.stringify(record)}`);
  });
  // Down to the end of the waterfall, and not into the card below.
  const height = await page.$eval(".waterfall", (table) => Math.ceil(table.closest("section").getBoundingClientRect().bottom) + 12);
  await page.screenshot({ path: file, clip: { x: 0, y: 0, width: 1280, height } });
} finally {
  await browser.close();
}
