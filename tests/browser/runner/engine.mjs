// All suites in one engine, one after another in one browser, each in a page of
// its own. A browser that hung or died is replaced for the next suite.

import { watch } from "../../truth/machine.mjs";
import { runSuite } from "./suite-run.mjs";
import { within } from "./within.mjs";

const DRIVERS = {
  chromium: () => import("../drivers/chromium.mjs"),
  firefox: () => import("../drivers/firefox.mjs"),
  webkit: () => import("../drivers/webkit.mjs"),
};

/** Runs the suites, as many at a time over all engines as `limit` says, and calls
 * `report` with each one's verdict. */
export async function runEngine({ engine, program, suites, limit, pageFor, inbox, report }) {
  if (!DRIVERS[engine]) throw new Error(`no driver for ${engine}: ${Object.keys(DRIVERS)}`);
  const { start } = await DRIVERS[engine]();
  let browser = null;
  const runOne = async (suite) => {
    const since = performance.now();
    const seconds = () => (performance.now() - since) / 1000;
    try {
      browser ??= await within(60, `${engine} did not start`, start(program));
    } catch (error) {
      return report({ engine, suite, seconds: seconds(), ...failedToStart(error) });
    }
    const run = `${engine}-${suite}`;
    const others = watch();
    const { usable, ...verdict } = await runSuite({
      browser,
      run,
      url: pageFor({ engine, suite, run, version: browser.version }),
      handlers: inbox.handlers,
    });
    report({ engine, suite, version: browser.version, seconds: seconds(), others: others(), ...verdict });
    if (!usable) {
      browser.kill();
      browser = null;
    }
  };
  for (const suite of suites) await limit(() => runOne(suite));
  await browser?.stop();
}

function failedToStart({ message }) {
  const failures = [{ title: "(the browser)", message }];
  return { passed: 0, failed: 1, skipped: 0, failures, skips: [], notes: [] };
}
