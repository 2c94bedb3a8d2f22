// Runs the servers of docs/server-stamps.md as they stand there: `cargo xtask
// stamps` calls it. Each one's bytes are checked, and one answer is measured in
// Chromium while the page is busy.

import { request, createServer } from "node:http";
import { createServer as createSocket, connect } from "node:net";
import path from "node:path";
import { parseArgs } from "node:util";
import { start as startChromium } from "../browser/drivers/chromium.mjs";
import { ended, endWithParent, start, stop } from "../browser/runner/children.mjs";
import { openInbox } from "../browser/runner/inbox.mjs";
import { startReplay } from "../browser/runner/servers.mjs";
import { within } from "../browser/runner/within.mjs";
import { ask, faults } from "./raw.mjs";
import { SERVERS, prepare } from "./servers.mjs";

const { values: options } = parseArgs({
  options: {
    server: { type: "string", multiple: true, default: [] },
    replay: { type: "string" },
    // chromium=PROGRAM
    engine: { type: "string" },
  },
});

endWithParent();
const root = path.join(import.meta.dirname, "../..");
let failed = 0;
try {
  const replay = await startReplay(options.replay, root, [`/stamps=${import.meta.dirname}`]);
  const inbox = await openInbox({});
  const browser = await startChromium(options.engine.replace(/^chromium=/, ""));
  for (const name of options.server.length > 0 ? options.server : Object.keys(SERVERS)) {
    const wrong = await check(name, { replay, inbox, browser }).catch((error) => [error.message]);
    console.log(`${wrong.length === 0 ? "ok    " : "FAILED"} ${name}`);
    for (const words of wrong) console.log(`       ${words}`);
    failed += wrong.length;
  }
  await browser.stop();
} catch (error) {
  console.error(error.message);
  failed++;
}
process.exit(failed === 0 ? 0 : 1);

async function check(name, { replay, inbox, browser }) {
  if (!SERVERS[name]) throw new Error(`no such server; there are: ${Object.keys(SERVERS)}`);
  const { folder, env } = prepare(name, root);
  const port = await freePort();
  const [program, ...args] = SERVERS[name].serve;
  const command = program.startsWith("target/") ? path.join(folder, program) : program;
  const server = start(command, args, {
    cwd: folder,
    env: { ...env, PORT: `${port}` },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const proxy = createServer((from, to) => forward(port, from, to));
  try {
    const died = ended(server).then((how) => {
      throw new Error(`the server ${how}`);
    });
    await within(60, "the server did not listen", Promise.race([listening(port), died]));
    // The first answer of some servers compiles their route.
    await ask(port);
    const wrong = faults(await ask(port));
    await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const where = { ...replay, ...inbox.origins, server: `http://127.0.0.1:${proxy.address().port}` };
    const record = await measure(browser, inbox, replay, where);
    const { method, deliver_cause } = record.arrival ?? {};
    console.log(`       ${name}: ${method}, ${deliver_cause}, ${record.verdict}, backend ${record.segments.backend}`);
    if (method !== "server-clock") wrong.push(`arrival.method is ${method}, not server-clock`);
    if (deliver_cause !== "busy") wrong.push(`deliver_cause is ${deliver_cause}, not busy`);
    return wrong;
  } finally {
    proxy.close();
    proxy.closeAllConnections();
    await stop(server);
  }
}

async function measure(browser, inbox, replay, where) {
  const run = `stamps-${crypto.randomUUID()}`;
  const { promise, resolve } = Promise.withResolvers();
  inbox.handlers.set(run, { record: resolve });
  const page = await browser.open(`${replay.page}/stamps/page.html?${new URLSearchParams({ ...where, run })}`);
  try {
    return await within(30, "the page measured nothing", promise);
  } finally {
    await page.close().catch(() => {});
  }
}

/** What a page of another origin is allowed is not the stamps' affair. */
function forward(port, from, to) {
  const { method, url } = from;
  const up = request({ port, host: "127.0.0.1", method, path: url }, (answer) => {
    to.writeHead(answer.statusCode, {
      ...answer.headers,
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "server-timing",
    });
    answer.pipe(to);
  });
  up.on("error", () => to.destroy());
  from.pipe(up);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const socket = createSocket().once("error", reject);
    socket.listen(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

async function listening(port) {
  for (;;) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
