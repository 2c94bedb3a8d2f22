// A project that has installed the package that `cargo xtask build` made, so
// that its own exports map is what resolves it.

import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");
export const pkg = path.join(root, "pkg");
export const manifest = JSON.parse(readFileSync(path.join(pkg, "package.json"), "utf8"));

/** What an app may import: `ttft`, `ttft/slim`, … */
export const entries = Object.keys(manifest.exports)
  .filter((name) => !/\.(wasm|json)$/.test(name))
  .map((name) => path.posix.join(manifest.name, name));

/** An empty project; `files` are copied from this folder. */
export function project(files = []) {
  const folder = mkdtempSync(path.join(tmpdir(), "ttft-consumer-"));
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(pkg, path.join(folder, "node_modules", manifest.name));
  writeFileSync(path.join(folder, "package.json"), '{"type":"module"}');
  for (const file of files) {
    copyFileSync(path.join(import.meta.dirname, file), path.join(folder, path.basename(file)));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Runs `source` as the project's module; resolves with its end and output. */
export async function run(source, ...options) {
  const { folder, remove } = project();
  try {
    writeFileSync(path.join(folder, "main.js"), source);
    return await node([...options, "main.js"], folder);
  } finally {
    remove();
  }
}

/** TypeScript's compiler, in a folder with a tsconfig.json. */
export const tsc = (folder) => node([path.join(root, "node_modules/typescript/bin/tsc"), "--pretty", "false"], folder);

function node(args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    }
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
  });
}

// A browser's timers keep nothing alive, and some looks come again for hours.
const { setTimeout } = globalThis;
globalThis.setTimeout = (task, ms, ...args) => {
  const timer = setTimeout(task, ms, ...args);
  if (ms >= 1000) timer.unref();
  return timer;
};
