// WebKitGTK over plain W3C WebDriver, in a virtual display: it has no headless
// mode.

import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { ended, kill, start as run, stop } from "../runner/children.mjs";
import { within } from "../runner/within.mjs";

/** WebKitGTK's MiniBrowser, driven by the WebKitWebDriver at `program`. */
export async function start(program) {
  // Not xvfb-run: it is a shell script, and killing it leaves Xvfb behind.
  const screen = ["-screen", "0", "1024x768x24", "-nolisten", "tcp"];
  const xvfb = run("Xvfb", ["-displayfd", "3", ...screen], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const display = await within(20, "Xvfb opened no display", Promise.race([
    new Promise((resolve) => xvfb.stdio[3].once("data", (line) => resolve(String(line).trim()))),
    ended(xvfb).then((how) => {
      throw new Error(`Xvfb ${how}`);
    }),
  ]));

  const port = await freePort();
  const driver = run(program, [`--port=${port}`], {
    // NO_AT_BRIDGE: without a session bus, looking for the accessibility
    // service costs seconds and prints warnings.
    env: { ...process.env, DISPLAY: `:${display}`, NO_AT_BRIDGE: "1", GTK_A11Y: "none" },
    stdio: ["ignore", "ignore", "ignore"],
  });
  const gone = Promise.race([ended(driver), ended(xvfb).then((how) => `lost Xvfb, which ${how}`)]);
  const halt = () => {
    kill(driver);
    kill(xvfb);
  };
  try {
    const session = await newSession(`http://127.0.0.1:${port}`, gone);
    return {
      version: `webkitgtk ${session.version}`,
      gone,
      open: (url) => open(session, url),
      stop: async () => {
        await Promise.race([session.command("DELETE", "").catch(() => {}), gone]);
        await stop(driver);
        await stop(xvfb);
      },
      kill: halt,
    };
  } catch (error) {
    halt();
    throw error;
  }
}

async function newSession(origin, gone) {
  const call = async (method, path, body) => {
    const response = await fetch(origin + path, {
      method,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${path}: ${value.message || value.error}`);
    return value;
  };
  let dead = false;
  const died = gone.then((how) => {
    dead = true;
    throw new Error(`WebKitWebDriver ${how}`);
  });
  const listening = async () => {
    while (!dead && !(await call("GET", "/status").catch(() => null))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await within(20, "WebKitWebDriver did not answer", Promise.race([listening(), died]));
  const { sessionId, capabilities } = await call("POST", "/session", {
    capabilities: {
      alwaysMatch: {
        acceptInsecureCerts: true,
        "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] },
      },
    },
  });

  // A session has one current window, so commands to several take turns.
  let turn = Promise.resolve();
  const inWindow = (handle, method, path, body) => {
    const command = turn.then(async () => {
      await call("POST", `/session/${sessionId}/window`, { handle });
      return call(method, `/session/${sessionId}${path}`, body);
    });
    turn = command.catch(() => {});
    return command;
  };
  const command = (method, path, body) => call(method, `/session/${sessionId}${path}`, body);
  // The first window stays: the session ends with the last one.
  const first = await command("GET", "/window");
  return { version: capabilities.browserVersion, command, inWindow, first };
}

async function open(session, url) {
  // A window, not a tab: a second tab is `hidden` from its start.
  const made = await session.inWindow(session.first, "POST", "/window/new", { type: "window" });
  const window = (method, path, body) => session.inWindow(made.handle, method, path, body);
  return {
    loaded: window("POST", "/url", { url }),
    go: (to) => window("POST", "/url", { url: to }),
    back: () => window("POST", "/back", {}),
    hide: () => window("POST", "/window/minimize", {}),
    // Setting a rectangle is what brings a minimised window back.
    show: () => window("POST", "/window/rect", { x: 0, y: 0 }),
    close: () => window("DELETE", "/window"),
  };
}

/** MiniBrowser lies in the library's folder, which carries the architecture. */
function miniBrowser() {
  for (const folder of readdirSync("/usr/lib").map((name) => `/usr/lib/${name}`)) {
    for (const version of ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"]) {
      const path = `${folder}/${version}/MiniBrowser`;
      if (existsSync(path)) return path;
    }
  }
  throw new Error("no MiniBrowser under /usr/lib: install libwebkit2gtk-4.1-0");
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
